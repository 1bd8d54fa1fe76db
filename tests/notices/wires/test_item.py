"""Items: the order of their versions, their moments and marks, the names of their files."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from item_material import AP_ID, item

from provenance.notices.wires.item import marks, moment, names_one, order

# ---- versions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "versions",
    [
        ["", "0", "1", "2", "10"],
        ["484616934", "978556838", "1542761538"],
        ["1.0", "1.0.1", "1.0.2", "1.0.10", "1.1"],
        ["002", "3", "010", "9" * 6000],
        ["rev1", "rev2", "rev10"],
        ["1a", "1b", "2a"],
    ],
)
def test_versions_in_their_order(versions: list[str]) -> None:
    ordered = [item(version=one) for one in versions]
    backwards = list(reversed(ordered))
    assert sorted(backwards, key=order) == ordered
    assert all(order(a) < order(b) for a, b in pairwise(ordered))


def test_equal_versions_are_ordered_by_time_in_any_zone() -> None:
    early = item(version="1", sent="2023-05-02T12:00:00+02:00")
    late = item(version="01", sent="2023-05-02T11:00:00Z")
    assert order(early) < order(late)
    assert order(item(version="1", sent=None)) < order(early)


@given(st.lists(st.text(max_size=20), max_size=5))
def test_every_version_can_be_ordered(versions: list[str]) -> None:
    ordered = sorted([item(version=one) for one in versions], key=order)
    assert len(ordered) == len(versions)


def test_moments() -> None:
    assert moment("2023-05-02T12:00:00+02:00") == moment("2023-05-02T10:00:00")
    assert moment("soon") is None
    assert moment("0001-01-01T00:00:00+14:00") is None


def test_marks_of_an_ordinary_item() -> None:
    assert marks(item("FRANCE OUT", guid=AP_ID)) == frozenset()


@pytest.mark.parametrize(
    ("name", "unique"),
    [
        ("GettyImages-1160293129.jpg", True),
        ("IMG_1234.JPG", False),
        ("20230502.jpg", False),
        ("20230502-081500.jpg", True),
        ("", False),
        (".jpg", False),
        ("a" * 1_000_000 + ".jpg", False),
        ("0a" * 500_000, True),
    ],
)
def test_names_of_one_picture(name: str, unique: bool) -> None:
    assert names_one(name) is unique
