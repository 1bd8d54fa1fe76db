"""What ExifTool tells of a file before and after a write. No ExifTool is needed."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import pytest

from provenance.metadata.exiftool.fidelity import State

BLOCK = b"MM\0*" + bytes(range(256)) * 3


@pytest.mark.parametrize("told", [BLOCK, sha256(BLOCK).hexdigest().encode()])
def test_a_long_value_is_found_whole_and_as_its_digest(told: bytes) -> None:
    state = State(Counter({("EXIF:EXIF", told): 1}), None)
    assert state.holds("EXIF", BLOCK)
    assert not state.holds("EXIF", BLOCK + b"more")
    assert not state.holds("XMP", BLOCK)
