"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Everywhere else each run tries new cases; continuous integration must be repeatable.
settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files outside the project; a test that wants it skips where it is absent."""
    if not (_SHARED / "corpus").is_dir():
        pytest.skip("the corpus of real files is not on this machine")
    return _SHARED


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has its own state folder and registry; none touches the user's."""
    state = tmp_path / "state-of-test"
    monkeypatch.setenv("PROVENANCE_STATE", str(state))
    monkeypatch.setenv("PROVENANCE_REGISTRY", f"sqlite:///{state}/registry.db")
    monkeypatch.setenv("PROVENANCE_USER", "anna.editor")
    return state
