"""NITF, as PA, AP and AAP send it."""

from __future__ import annotations

import pytest
from newsml_material import nitf

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires import xml_items
from provenance.notices.wires.item import Item, Note


def _item(text: str) -> Item:
    return xml_items.items("a.xml", text.encode())[0]


def test_a_story_of_pa() -> None:
    assert _item(nitf()) == Item(
        format="nitf",
        guid="af1f7ad5-5619HHH-3-1",
        version="2",
        provider="PA",
        item_class=ItemClass.TEXT,
        sent="2023-05-03T10:24:46+01:00",
        values=(
            (Property.CREATOR_NAMES, "Ana Dupond"),
            (Property.HEADLINE, "BOATS ON THE RIVER"),
            (Property.TITLE, "1 RIVER Lyon"),
            (Property.COPYRIGHT_NOTICE, "2023 Press Association"),
        ),
        related=(("du-key", "PA-HHH-RIVER-Lyon"),),
    )


@pytest.mark.parametrize(
    ("status", "expected", "signals"),
    [
        ("usable", Pubstatus.USABLE, ()),
        ("withheld", Pubstatus.WITHHELD, ()),
        ("canceled", Pubstatus.CANCELED, ()),
        ("Cancelled", Pubstatus.CANCELED, ()),
        ("embargoed", Pubstatus.USABLE, ("pubstatus:embargoed",)),
    ],
)
def test_the_management_status(status: str, expected: Pubstatus, signals: tuple[str, ...]) -> None:
    item = _item(nitf(attributes=f' management-status="{status}"'))
    assert (item.pubstatus, item.signals) == (expected, signals)


def test_a_correction_with_what_it_corrects() -> None:
    item = _item(nitf('<correction info="Corrects\n name" id-string="old-1" regsrc="pa"/>'))
    assert item.signals == ("nitf:correction",)
    assert item.notes == (Note("Corrects name", "correction"),)
    assert ("correction", "old-1") in item.related


def test_notes_to_editors() -> None:
    text = nitf(
        '<ed-msg info="(see also EU)\nEmbargoed" msg-type="advisory"/><ed-msg info=""/>',
        head='<revision-history comment="ADDS statement"/>',
        top='<note noteclass="editorsnote"><body.content><p>For</p><p>desks</p></body.content></note>'
        '<note noteclass="cpyrt"><body.content><p>(c)</p></body.content></note>',
    )
    assert _item(text).notes == (
        Note("(see also EU) Embargoed", "advisory"),
        Note("ADDS statement", "revision-history"),
        Note("For desks", "editorsnote"),
    )


@pytest.mark.parametrize(
    ("status", "release", "expected"),
    [
        ("embargoed", "20230504T000100+0100", "2023-05-04T00:01:00+01:00"),
        ("embargoed", "YYYYMMDD000000-HHMM", "9999-12-31T00:00:00Z"),
        ("usable", "20230504T000100+0100", "2023-05-04T00:01:00+01:00"),
        ("usable", "20230503T102446+0100", None),
        ("usable", "20230503T092446", None),
        ("usable", "YYYYMMDD000000-HHMM", None),
    ],
)
def test_the_time_of_release(status: str, release: str, expected: str | None) -> None:
    text = nitf(f'<date.release norm="{release}"/>', f' management-status="{status}"')
    assert _item(text).embargoed == expected


def test_a_document_that_withdraws_another() -> None:
    text = nitf(
        '<ed-msg info="Mandatory kill"/>',
        ' management-doc-idref="old-1" management-idref-status="canceled"',
    )
    own, other = xml_items.items("a.xml", text.encode())
    assert (own.guid, own.pubstatus) == ("af1f7ad5-5619HHH-3-1", Pubstatus.USABLE)
    assert (other.guid, other.pubstatus, other.provider) == ("old-1", Pubstatus.CANCELED, "PA")
    assert other.notes == own.notes
    assert ("management-doc-idref", "old-1") in own.related


def test_the_provider_by_distributor_source_or_copyright() -> None:
    assert _item(nitf(top="<distributor>The Associated Press</distributor>")).provider == "AP"
    bare = '<nitf><head><docdata><doc.copyright holder="{}"/></docdata></head></nitf>'
    assert _item(bare.format("Australian Associated Press")).provider == "AAP"
    assert (
        _item(bare.format("The Canadian Press. All rights reserved.")).provider
        == "The Canadian Press"
    )
    assert _item(bare.format("Acme News")).provider == "Acme News"


def test_people_in_bylines() -> None:
    top = "<byline>By <person>Luc Marin</person> and <person>Eva Roth</person><byttl>x</byttl></byline>"
    assert _item(nitf(top=top)).of(Property.CREATOR_NAMES) == (
        "Ana Dupond",
        "Luc Marin",
        "Eva Roth",
    )


def test_an_empty_document_is_read() -> None:
    assert _item("<nitf/>") == Item(format="nitf", guid="", item_class=ItemClass.TEXT)
