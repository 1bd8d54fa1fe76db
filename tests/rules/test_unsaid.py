"""Corrections that do not say what was wrong, resolved by the picture they came with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    IIM,
    POLICY,
    SCENE,
    XMP,
    credited,
    notice,
    pairs,
    picture,
    reasons,
    value,
)

from provenance.model import (
    Confidence,
    Correction,
    Finding,
    Fixability,
    ItemClass,
    MetadataRecord,
    Notice,
    Property,
    Rule,
    Status,
)
from provenance.notices.wires.item import Item
from provenance.rules import History, examine, is_unsaid
from provenance.rules.versions import of_item, of_record

CITY = (Correction(property=Property.CITY),)
GUID = "urn:newsml:dpa.com:20090101:240501-99-000123"


def told(*corrections: Correction, **of: object) -> Notice:
    return notice(corrections=corrections, provider="dpa", ident="dpa-1", **of)


def item(version: str, city: str = "Nice", **of: str) -> Item:
    stated = {
        "creator": "Luc MARIN",
        "caption": f"{SCENE} (Photo by Luc MARIN / AFP)",
    } | of
    values = (
        (Property.CITY, city),
        (Property.CREATOR_NAMES, stated["creator"]),
        (Property.DESCRIPTION, stated["caption"]),
    )
    return Item("ninjs", GUID, version, item_class=ItemClass.PICTURE, values=values)


def found(
    record: MetadataRecord, one: Notice, stated: Item | None = None, *former: Item
) -> list[Finding]:
    history = History(
        stated={} if stated is None else {one.notice_id: of_item(stated)},
        superseded=tuple(map(of_item, former)),
    )
    every = examine(record, pairs(one), (), POLICY, history)
    return [finding for finding in every if finding.notice_id == one.notice_id]


def test_which_corrections_say_nothing() -> None:
    assert is_unsaid(told())
    assert is_unsaid(told(*CITY))
    assert is_unsaid(told(Correction(Property.CITY, right="Lyon")))
    assert not is_unsaid(notice())
    assert not is_unsaid(told(kind=notice().kind.WITHDRAWAL))


def test_the_place_is_found_by_the_difference_to_the_new_version() -> None:
    (one,) = found(credited(), told(*CITY), item("4"), item("3", city="Lyon"))
    assert (one.rule, one.confidence) == (Rule.ERRONEOUS_MENTION, Confidence.STRONG)
    assert (one.fixability, one.status) == (Fixability.UNSAFE, Status.HELD)
    (edit,) = one.edits
    assert (edit.locator, edit.before, edit.after) == ("IIM 2:90", "Lyon", "Nice")
    assert "city “Lyon” → “Nice”" in one.message
    details = {reason.name: reason.detail for reason in one.evidence}
    assert f"version 4 of the item {GUID}" in details["city"]
    assert details["earlier-version"] == (
        f"version 3 of the item {GUID} said “Lyon”, version 4 of the item {GUID} says “Nice”."
    )
    assert "no-values" in details


def test_only_the_properties_that_the_notice_names() -> None:
    new = item("4", creator="Ana DUPOND", caption=f"{SCENE} (Photo by Ana DUPOND / AFP)")
    (one,) = found(credited(), told(*CITY), new)
    assert {edit.property for edit in one.edits} == {Property.CITY}
    credit, place = sorted(found(credited(), told(), new), key=lambda f: f.rule)
    assert (credit.rule, place.rule) == (Rule.ERRONEOUS_CREDIT, Rule.ERRONEOUS_MENTION)
    assert {edit.locator for edit in credit.edits} == {
        "IIM 2:80", "XMP dc:creator", "IIM 2:120", "XMP dc:description",
    }  # fmt: skip
    assert all("Ana DUPOND" in (edit.after or "") for edit in credit.edits)
    assert (credit.fixability, credit.status) == (Fixability.UNSAFE, Status.HELD)


def test_what_the_desk_changed_itself_is_not_the_agencys_correction() -> None:
    assert found(credited(), told(), item("4", city="Nice"), item("3", city="Nice")) == []


def test_an_asset_that_says_the_same_is_corrected_already() -> None:
    assert found(credited(), told(*CITY), item("4", city="Lyon")) == []


def test_the_bringing_picture_itself_has_no_error() -> None:
    one = told(*CITY)
    history = History(stated={one.notice_id: of_record(credited())})
    assert examine(credited(), pairs(one), (), POLICY, history) == ()


def test_a_new_caption_is_proposed_without_its_notice() -> None:
    old = "Boats with red sails lie on the river in Lyon on May 2, 2023, near the bridge."
    new = old.replace("red", "blue")
    (one,) = found(
        picture(
            value(Property.DESCRIPTION, XMP, f"{old} (Photo by Luc MARIN / AFP)"),
            value(Property.TITLE, IIM, "000_36NV2QL"),
            value(Property.CREDIT_LINE, IIM, "AFP"),
        ),
        told(),
        item("4", city="", caption=f"{new} (Photo by Luc MARIN / AFP)"),
    )
    assert [edit.after for edit in one.edits] == [f"{new} (Photo by Luc MARIN / AFP)"]


def test_what_does_not_fit_is_shown_and_not_cut() -> None:
    (one,) = found(credited(), told(*CITY), item("4", city="Villeneuve-sur-" + "Mer-" * 10))
    assert (one.edits, one.fixability) == ((), Fixability.DISPLAY_ONLY)


def test_where_nothing_can_be_compared_a_person_is_asked() -> None:
    (one,) = found(credited(), told(*CITY))
    assert (one.fixability, one.status) == (Fixability.DISPLAY_ONLY, Status.HELD)
    assert "nothing-to-compare" in reasons(one)
    assert "(city)" in one.message
    credit = told(Correction(property=Property.CREATOR_NAMES))
    assert [finding.rule for finding in found(credited(), credit)] == [Rule.ERRONEOUS_CREDIT]


def test_a_right_value_alone_is_held_against_its_property() -> None:
    (one,) = found(credited(), told(Correction(Property.CITY, right="Nice")))
    assert [(e.before, e.after) for e in one.edits] == [("Lyon", "Nice")]
    assert (one.fixability, one.status) == (Fixability.UNSAFE, Status.HELD)
    assert found(credited(), told(Correction(Property.CITY, right="LYON"))) == []


@pytest.mark.parametrize(
    ("of", "fixability"),
    [({"media_type": "text/plain"}, None), ({"credentials": "c2pa"}, Fixability.DISPLAY_ONLY)],
)
def test_what_may_not_be_edited_is_shown(of: dict, fixability: Fixability | None) -> None:
    records = found(credited(**of), told(*CITY), item("4"))
    assert [one.fixability for one in records] == [fixability or Fixability.DISPLAY_ONLY]


def test_a_candidate_is_asked_nothing() -> None:
    other = credited(code="36NV2QM", scan="99" * 32)
    assert found(other, replace(told(*CITY), targets=())) == []
