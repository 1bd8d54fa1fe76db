"""The measurement over the corpus of real files: what docs/fidelity.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conformance import exiftool_side
from fidelity import consequences, documented, tables
from fidelity.measure import measure
from fidelity.outcomes import Outcome, eligible, refused

TEXT = documented.DOCUMENT.read_text(encoding="utf-8")
MOST_REFUSED = 0.03


@pytest.fixture(scope="module")
def found(shared: Path, exiftool: str) -> list[Outcome]:
    """All outcomes; other versions of ExifTool show and write other things."""
    number = exiftool_side.version(exiftool)
    measured = re.search(r"ExifTool (\d+\.\d+)", TEXT)
    assert measured is not None
    if number != measured[1]:
        pytest.skip(f"docs/fidelity.md speaks of ExifTool {measured[1]}, this is {number}")
    return measure(shared / "corpus" / "images", exiftool)


def test_nothing_differs_that_was_not_planned(found: list[Outcome]) -> None:
    assert {one.attempt.path.name: one.unplanned for one in found if one.unplanned} == {}


def test_few_whole_files_are_refused(found: list[Outcome]) -> None:
    assert len(refused(found)) <= MOST_REFUSED * len(eligible(found))


def test_the_refusals_are_exactly_the_documented_ones(found: list[Outcome]) -> None:
    assert {one.attempt.key for one in refused(found)} == documented.refusals()


def test_every_consequence_is_documented_and_none_is_idle(found: list[Outcome]) -> None:
    assert tables.consequences(found) == documented.rules()
    assert set(documented.rules()) == set(range(len(consequences.RULES) + 1))


def test_the_tables_are_the_documented_ones(found: list[Outcome]) -> None:
    for aided in (False, True):
        assert tables.by_format(found, aided=aided) in TEXT
    assert tables.growth(found) in TEXT
    assert tables.undo(found) in TEXT
