"""Each claim that SECURITY.md makes names the test that proves it, and that test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/.-]+)(?:::(\w+))?`")
ROWS = [
    line
    for line in TEXT.partition("## What each system guarantees")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| Promise")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:50])
def test_a_promise_names_its_proof(row):
    assert NAMED.search(row.rpartition(" | ")[2]), "no test is named"


def test_there_are_promises():
    assert len(ROWS) >= 12


@pytest.mark.parametrize("named", sorted(set(NAMED.findall(TEXT))), ids="::".join)
def test_the_proof_is_there(named):
    path, function = named
    place = ROOT / path
    assert place.exists(), f"{path} is not there"
    if function:
        assert re.search(rf"^(?:async )?def {function}\(", place.read_text("utf-8"), re.MULTILINE)
