"""The comparison over the corpus of real files: what docs/conformance.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conformance import documented, exiftool_side, tables
from conformance.compare import compare
from conformance.triples import Triple

TEXT = documented.DOCUMENT.read_text(encoding="utf-8")
LEAST = 0.995


@pytest.fixture(scope="module")
def found(shared: Path, exiftool: str) -> list[Triple]:
    """All triples; other versions of ExifTool read other files wrongly."""
    number = exiftool_side.version(exiftool)
    measured = re.search(r"ExifTool (\d+\.\d+)", TEXT)
    assert measured is not None
    if number != measured[1]:
        pytest.skip(f"docs/conformance.md speaks of ExifTool {measured[1]}, this is {number}")
    return compare(shared / "corpus" / "images", exiftool)


def test_the_rate_is_reached(found: list[Triple]) -> None:
    assert sum(one.equal for one in found) >= LEAST * len(found)


def test_the_differences_are_exactly_the_documented_ones(found: list[Triple]) -> None:
    assert {one.key for one in found if not one.settled} == set(documented.causes())


def test_every_cause_is_explained() -> None:
    explained = set(re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE))
    assert set(documented.causes().values()) == explained


def test_iptc_reference_pictures_are_read_alike(found: list[Triple]) -> None:
    references = tables.references(found)
    assert len({one.digest for one in references}) == 4
    assert all(one.settled for one in references)


def test_the_table_is_the_documented_one(found: list[Triple]) -> None:
    assert tables.by_format(found) in TEXT
