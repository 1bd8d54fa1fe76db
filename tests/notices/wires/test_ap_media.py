"""The AP Media API."""

from __future__ import annotations

from typing import Any

import pytest
from item_material import AP_ID, ap_media

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires.ap_media import is_item, items
from provenance.notices.wires.item import Item, Mark, marks


def _one(**changes: Any) -> Item:
    document = ap_media(**changes)
    assert is_item(document)
    read = items("item.json", document)
    assert read.errors == ()
    return read.items[0]


def test_a_picture() -> None:
    found = _one()
    assert (found.format, found.guid, found.version) == ("ap-media-api", AP_ID, "0")
    assert (found.provider, found.item_class) == ("AP", ItemClass.PICTURE)
    assert [note.words for note in found.notes] == ["FRANCE OUT"]
    assert found.sent == "2023-05-02T08:00:00Z"
    assert found.identifiers == ("AP23122419843308",)
    assert found.filenames == ("AP23122419843308.jpg",)
    assert found.values == (
        (Property.CREATOR_NAMES, "Ana Dupond"),
        (Property.CREDIT_LINE, "ASSOCIATED PRESS"),
        (
            Property.DESCRIPTION,
            "Boats lie on the river in Lyon, Tuesday, May 2, 2023. (AP Photo/Ana Dupond)",
        ),
        (Property.HEADLINE, "France Boats"),
        (Property.CITY, "Lyon"),
        (Property.COUNTRY_NAME, "FRANCE"),
        (Property.COPYRIGHT_NOTICE, "Copyright 2023 The Associated Press"),
        (Property.USAGE_TERMS, "Editorial use only. No archive."),
    )
    assert marks(found) == frozenset()


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("Kill", Mark.WITHDRAWN),
        ("Elimination", Mark.WITHDRAWN),
        ("Disregard", Mark.WITHDRAWN),
        ("Withhold", Mark.WITHHELD),
        ("HoldForRelease", Mark.HELD),
        ("Hold For Release", Mark.HELD),
        ("Correction", Mark.CORRECTED),
        ("Corrective", Mark.CORRECTED),
        ("Clarification", Mark.CORRECTED),
    ],
)
def test_types_that_mark(kind: str, mark: Mark) -> None:
    assert marks(_one(editorialtypes=["Lead", kind])) == {mark}
    assert marks(_one(editorialrole=kind)) == {mark}


@pytest.mark.parametrize("kind", ["Add", "Advisory", "Lead", "Writethru", "Takes", "FullStory", ""])
def test_types_that_do_not(kind: str) -> None:
    assert marks(_one(editorialtypes=[kind], editorialrole=kind, signals=["newscontent"])) == set()


@pytest.mark.parametrize(
    ("status", "expected", "marked"),
    [
        ("usable", Pubstatus.USABLE, set()),
        ("embargoed", Pubstatus.WITHHELD, {Mark.HELD, Mark.WITHHELD}),
        ("withheld", Pubstatus.WITHHELD, {Mark.WITHHELD}),
        ("canceled", Pubstatus.CANCELED, {Mark.WITHDRAWN}),
        ("cancelled", Pubstatus.CANCELED, {Mark.WITHDRAWN}),
    ],
)
def test_status(status: str, expected: Pubstatus, marked: set[Mark]) -> None:
    found = _one(pubstatus=status)
    assert (found.pubstatus, marks(found)) == (expected, marked)


def test_a_strange_status_is_told() -> None:
    (error,) = items("x.json", ap_media(pubstatus="lost")).errors
    assert (error.code, "x.json" in error.message) == ("pubstatus-unknown", True)


def test_a_text_and_its_pictures() -> None:
    inner = {
        "uri": f"https://api.ap.org/media/v/content/{'f' * 32}?et=1",
        "altids": {"itemid": "f" * 32},
        "type": "picture",
        "headline": "A picture",
        "pubstatus": "canceled",
    }
    text = ap_media(
        type="text",
        altids={"itemid": AP_ID, "friendlykey": "676643690703", "referenceid": "AF--Slug 2"},
        photographer=None,
        bylines=[{"by": "By ANA DUPOND"}],
        associations={"1": inner, "2": {}, "3": "x"},
        derivedfrom={"uri": f"https://api.ap.org/media/v/content/{'e' * 32}?et=9"},
        refersto=[{"altids": {"itemid": "d" * 32}}],
    )
    whole, picture = items("x", text).items
    assert (whole.item_class, whole.of(Property.CREATOR_NAMES)) == (
        ItemClass.TEXT,
        ("ANA DUPOND",),
    )
    assert whole.identifiers == ("676643690703",)
    assert whole.related == (
        ("association", "f" * 32),
        ("derivedfrom", "e" * 32),
        ("refersto", "d" * 32),
    )
    assert (picture.guid, picture.pubstatus) == ("f" * 32, Pubstatus.CANCELED)
    assert picture.provider == "AP"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"altids": {"itemid": "(ap):1"}, "uri": "http://ninjs.example/1"},
        {"altids": [{"role": "itemid", "value": "x"}], "provider": "AP"},
        {"altids": {"itemid": 5.5}, "provider": "AP"},
    ],
)
def test_others_are_not_claimed(document: dict[str, Any]) -> None:
    assert not is_item(document)
