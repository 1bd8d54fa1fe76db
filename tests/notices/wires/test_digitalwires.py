"""dpa-digitalwires."""

from __future__ import annotations

from typing import Any

import pytest
from item_material import DPA_URN, digitalwire, ednote

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires.digitalwires import is_item, items
from provenance.notices.wires.item import Item, Mark, Note, marks


def _one(**changes: Any) -> Item:
    document = digitalwire(**changes)
    assert is_item(document)
    read = items("item.json", document)
    assert read.errors == ()
    return read.items[0]


def test_a_picture() -> None:
    found = _one()
    assert (found.format, found.guid, found.version) == ("dpa-digitalwires", DPA_URN, "4")
    assert (found.provider, found.item_class) == ("dpa", ItemClass.PICTURE)
    assert found.sent == "2023-05-02T10:00:00+02:00"
    assert found.filenames == (f"{DPA_URN}-v1.jpeg",)
    assert found.values == (
        (Property.CREATOR_NAMES, "Ana Dupond"),
        (Property.CREDIT_LINE, "Ana Dupond/AP/dpa"),
        (Property.DESCRIPTION, "Boote liegen in Lyon."),
        (Property.HEADLINE, "Boote in Lyon"),
        (Property.DATE_CREATED, "2023-05-01"),
        (Property.CITY, "Lyon"),
        (Property.COUNTRY_NAME, "Frankreich"),
        (Property.USAGE_TERMS, "Nutzung nur nach vertraglicher Vereinbarung"),
    )
    assert (found.related, found.language) == ((), "de")


def test_the_byline_is_surer_than_the_category() -> None:
    found = _one(byline="Ana M. Dupond")
    assert found.of(Property.CREATOR_NAMES) == ("Ana M. Dupond",)


def test_the_creator_of_a_text_is_an_editors_login() -> None:
    found = _one(article_html="<p>Text</p>", byline=None)
    assert (found.item_class, found.of(Property.CREATOR_NAMES)) == (ItemClass.TEXT, ())
    signed = _one(article_html="<p>Text</p>", byline="Von Ana Dupond, dpa")
    assert signed.of(Property.CREATOR_NAMES) == ("Von Ana Dupond, dpa",)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("image", ItemClass.PICTURE), ("audio", ItemClass.OTHER), ("map", None)],
)
def test_what_it_is_says_its_own_association(kind: str, expected: ItemClass | None) -> None:
    assert _one(associations=[{"type": kind, "urn": DPA_URN}]).item_class is expected
    assert _one(associations=[{"type": kind, "urn": "urn:other"}]).item_class is None


def test_other_pictures_are_items_of_their_own() -> None:
    other = {
        "type": "image",
        "urn": "urn:newsml:dpa.com:20090101:230502-99-530002",
        "version": 9,
        "version_created": "2023-05-02T09:00:00+02:00",
        "headline": "Kai",
        "caption": "Ein Kai in Lyon.",
        "creditline": "Ana Dupond/dpa",
        "renditions": [],
    }
    document = digitalwire(article_html="<p>x</p>", signal="sig:correction", associations=[other])
    text, picture = items("x", document).items
    assert text.related == (("association", other["urn"]),)
    assert (picture.guid, picture.version, picture.provider) == (other["urn"], "9", "dpa")
    assert picture.values == (
        (Property.CREDIT_LINE, "Ana Dupond/dpa"),
        (Property.DESCRIPTION, "Ein Kai in Lyon."),
        (Property.HEADLINE, "Kai"),
    )
    assert (marks(text), marks(picture)) == ({Mark.CORRECTED}, set())


def test_signals_from_both_places() -> None:
    category = {"type": "dnltype:signal", "name": "correction", "qcode": "sig:correction"}
    assert _one(signal="sig:correction", categories=[category]).signals == ("sig:correction",)
    assert _one(signal=None, categories=[category]).signals == ("sig:correction",)
    assert marks(_one(signal="sig:update")) == {Mark.UPDATED}
    assert marks(_one(signal="sig:repeat")) == set()


def test_notes_and_their_roles() -> None:
    found = _one(ednotes=[ednote("Ort korrigiert"), ednote("x", "correctionshort"), ednote(" ")])
    assert found.notes == (Note("Ort korrigiert"), Note("x", "correctionshort"))


@pytest.mark.parametrize(
    ("embargoed", "held"),
    [
        ("2023-05-02T18:00:00+02:00", True),
        ("2023-05-02T09:00:00+02:00", False),
        ("bis heute abend", True),
        (None, False),
    ],
)
def test_an_embargo(embargoed: str | None, held: bool) -> None:
    assert (Mark.HELD in marks(_one(embargoed=embargoed))) is held


def test_other_agencies_through_dpa() -> None:
    found = _one(urn="urn:newsml:europapress.es:20241121:DN_2024", creditline="Europa Press")
    assert found.provider is None
    assert _one(urn="urn:newsml:afp.com:2024:x", creditline="AFP").provider == "AFP"


def test_status() -> None:
    assert _one(pubstatus="canceled").pubstatus is Pubstatus.CANCELED
    assert [one.code for one in items("x", digitalwire(pubstatus="gone")).errors] == [
        "pubstatus-unknown"
    ]


def test_values_of_another_kind_are_left_out() -> None:
    strange: dict[str, Any] = {key: {"a": [1]} for key in digitalwire()}
    (found,) = items("x", strange | {"format": "digitalwires@0.9.1", "pubstatus": None}).items
    assert (found.guid, found.values, found.notes) == ("", (), ())


@pytest.mark.parametrize("document", [{}, {"format": "HTML"}, {"format": 5}, {"format": None}])
def test_others_are_not_claimed(document: dict[str, Any]) -> None:
    assert not is_item(document)
