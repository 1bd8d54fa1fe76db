"""Which version of an item speaks: corrections, kills, and what lifts a kill."""

from __future__ import annotations

import itertools

import pytest

from provenance.model import (
    Authority,
    Correction,
    ItemClass,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
)
from provenance.notices.life import follows, newest, standing
from provenance.notices.wires.item import Item

GUID = "urn:newsml:example.com:20240501:000123"
CITY = (Correction(Property.CITY, "Nice", "Lyon"),)
BYLINE = (Correction(Property.CREATOR_NAMES, "Luc MARIN", "Ana DUPOND"),)
WITHDRAWAL, CORRECTION, RESTRICTION = (
    NoticeKind.WITHDRAWAL,
    NoticeKind.CORRECTION,
    NoticeKind.RESTRICTION,
)


def notice(ident: str, kind: NoticeKind = CORRECTION, **of: object) -> Notice:
    status = Pubstatus.CANCELED if kind is WITHDRAWAL else Pubstatus.USABLE
    stated = {"item": GUID, "authority": Authority.BROUGHT, "received": "2024-05-01T10:00:00Z"}
    return Notice(ident, "AFP", kind, status, ident, **(stated | of))  # type: ignore[arg-type]


def item(version: str, **of: object) -> Item:
    return Item("ninjs", GUID, version, item_class=ItemClass.PICTURE, **of)  # type: ignore[arg-type]


def superseded(*notices: Notice, items: tuple[Item, ...] = ()) -> dict[str, str]:
    """Who is superseded by whom; the same in every order in which they come."""
    told = [
        {one.notice_id: one.superseded_by for one in standing(some, items) if one.superseded_by}
        for some in itertools.permutations(notices)
    ]
    assert all(one == told[0] for one in told)
    return told[0]


def test_a_later_correction_of_the_same_property_replaces_the_earlier() -> None:
    first, second = (notice(n, version=n, corrections=CITY) for n in "23")
    assert superseded(first, second) == {"2": "3"}


def test_of_three_versions_the_newest_speaks() -> None:
    three = [notice(n, version=n, corrections=CITY) for n in ("2", "9", "10")]
    assert superseded(*three) == {"2": "10", "9": "10"}


def test_a_correction_of_another_property_stands_beside_it() -> None:
    first = notice("a", version="2", corrections=CITY)
    assert superseded(first, notice("b", version="3", corrections=BYLINE)) == {}
    both = notice("c", version="3", corrections=(*BYLINE, *CITY))
    assert superseded(first, both) == {"a": "c"}
    assert superseded(notice("d", version="2", corrections=both.corrections),
                      notice("e", version="3", corrections=CITY)) == {}  # fmt: skip


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ({"sent": "2024-05-01T10:00:00Z"}, {"sent": "2024-05-01T11:30:00+01:00"}),
        ({}, {"received": "2024-05-02T10:00:00Z"}),
        ({"version": "2", "sent": "2024-05-01T10:00:00Z"}, {"version": "2", "sent": "2024-06-01"}),
    ],
)
def test_without_versions_the_times_order_corrections(early: dict, late: dict) -> None:
    one, other = notice("a", corrections=CITY, **early), notice("b", corrections=CITY, **late)
    assert superseded(one, other) == {"a": "b"}


def test_a_repeat_of_one_version_replaces_nothing() -> None:
    assert superseded(notice("a", version="2"), notice("b", version="2")) == {}


def test_a_withdrawal_stands_beside_the_correction_before_it() -> None:
    assert superseded(notice("a", version="2"), notice("kill", WITHDRAWAL, version="3")) == {}


def test_a_corrected_version_lifts_the_kill() -> None:
    kill = notice("kill", WITHDRAWAL, version="2")
    assert superseded(kill, notice("again", version="3", corrections=CITY)) == {"kill": "again"}
    assert superseded(kill, items=(item("3"),)) == {"kill": f"version 3 of {GUID}"}
    assert superseded(kill, items=(item("3", signals=("sig:correction",)),)) != {}


@pytest.mark.parametrize(
    "of",
    [
        {"version": "1"},
        {"version": "2"},
        {"version": ""},
        {"version": "3", "item": ""},
        {"version": "3", "item": "urn:other"},
        {"version": "3", "provider": "AP"},
        {"version": "3", "retracted": "2024-05-03T00:00:00Z"},
        {"version": "3", "authority": Authority.EMBEDDED},
        {"version": "3", "pubstatus": Pubstatus.WITHHELD},
        {"version": "3", "sent": "2024-04-01T00:00:00Z"},
        {"version": "", "received": "2025-01-01T00:00:00Z"},
    ],
)
def test_what_lifts_no_kill(of: dict) -> None:
    kill = notice("kill", WITHDRAWAL, version="2", sent="2024-05-01T10:00:00Z")
    other = Notice(**{f: getattr(notice("b"), f) for f in Notice.__slots__} | of)
    assert superseded(kill, other) == {}


@pytest.mark.parametrize(
    "one",
    [
        item("1"),
        item("2"),
        item("3", pubstatus=Pubstatus.WITHHELD),
        item("3", signals=("edStat:D",)),
        Item("ninjs", GUID, "3", item_class=ItemClass.TEXT),
        Item("ninjs", "urn:other", "3"),
    ],
)
def test_versions_that_lift_no_kill(one: Item) -> None:
    assert superseded(notice("kill", WITHDRAWAL, version="2"), items=(one,)) == {}


def test_an_embargo_ends_with_the_next_version() -> None:
    held = notice("held", RESTRICTION, version="1")
    assert superseded(held, items=(item("2"),)) != {}
    assert superseded(held, notice("new", RESTRICTION, version="2")) == {"held": "new"}
    assert superseded(held, notice("kill", WITHDRAWAL, version="2")) == {}


def test_what_no_longer_holds_is_taken_back() -> None:
    old = notice("a", version="2", corrections=CITY, superseded_by="b")
    assert standing([old])[0].superseded_by is None


def test_retracted_notices_stay_as_they_are() -> None:
    gone = notice("a", version="2", corrections=CITY, retracted="2024-05-03T00:00:00Z")
    assert standing([gone, notice("b", version="3", corrections=CITY)])[0] == gone


def test_the_newest_version_of_each_item() -> None:
    other = Item("ninjs", "urn:other", "1")
    assert newest([item("9"), other, item("10"), item("2")]) == (item("10"), other)


def test_a_chained_correction_leaves_the_earlier_wrong_value_to_be_found() -> None:
    """Copies that missed version 2 still hold what only version 2 names."""
    second = notice("2", version="2", corrections=BYLINE)
    third = notice(
        "3",
        version="3",
        corrections=(Correction(Property.CREATOR_NAMES, "Ana DUPOND", "Eva SOMMER"),),
    )
    assert superseded(second, third) == {}
    assert follows(third, second)
    assert not follows(second, third)


@pytest.mark.parametrize(
    "later",
    [
        Correction(Property.CREATOR_NAMES, "Luc Marin", "Eva SOMMER"),
        Correction(Property.CREATOR_NAMES, None, "Eva SOMMER"),
        Correction(Property.CREATOR_NAMES, "Ana DUPOND", "Luc MARIN"),
    ],
)
def test_a_later_correction_that_finds_the_same_replaces_the_earlier(later: Correction) -> None:
    second = notice("2", version="2", corrections=BYLINE)
    assert superseded(second, notice("3", version="3", corrections=(later,))) == {"2": "3"}


@pytest.mark.parametrize(
    "of",
    [
        {"version": "1"},
        {"version": "3", "item": "urn:newsml:example.com:20240501:000124"},
        {"version": "3", "item": ""},
        {"version": "3", "authority": Authority.EMBEDDED},
        {"version": "3", "kind": WITHDRAWAL},
    ],
)
def test_what_does_not_follow(of: dict) -> None:
    second = notice("2", version="2", corrections=BYLINE)
    assert not follows(notice("x", **({"corrections": BYLINE} | of)), second)
