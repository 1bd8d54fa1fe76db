"""What the measurement may ask for."""

from __future__ import annotations

import pytest

from provenance.metadata.exiftool import VARIABLE, program


@pytest.fixture(scope="session")
def exiftool() -> str:
    """ExifTool, the one that is also used for writing; a test skips where there is none."""
    found = program()
    if found is None:
        pytest.skip(f"exiftool is not on this machine; {VARIABLE} may name it")
    return found
