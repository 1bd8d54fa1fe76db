"""NewsML 1.2, as AFP, EFE and Belga send it."""

from __future__ import annotations

import pytest
from newsml_material import newsml_1

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires import xml_items
from provenance.notices.wires.item import Item, Note


def _item(text: str) -> Item:
    (found,) = xml_items.items("a.xml", text.encode())
    return found


def _line(kind: str, text: str) -> str:
    return f'<NewsLine><NewsLineType FormalName="{kind}"/><NewsLineText xml:lang="en">{text}</NewsLineText></NewsLine>'


def test_an_afp_picture() -> None:
    assert _item(newsml_1()) == Item(
        format="newsml-1",
        guid="urn:newsml:afp.com:20230503T131559Z:doc-48kt7nq",
        version="1",
        provider="AFP",
        item_class=ItemClass.PICTURE,
        sent="2023-05-03T15:15:59+02:00",
        identifiers=("doc-48kt7nq", "AFP_48KT7NQ"),
        filenames=("AFP_48KT7NQ.jpg",),
        values=(
            (Property.CREATOR_NAMES, "ANA DUPOND"),
            (Property.SOURCE, "AFP"),
            (Property.CAPTION_WRITER, "AD"),
            (Property.HEADLINE, "Boats on the river"),
            (
                Property.DESCRIPTION,
                "Boats lie on the river in Lyon on May 2, 2023. / AFP / ANA DUPOND",
            ),
            (Property.TITLE, "FRANCE-RIVER"),
            (Property.JOBID, "SK1446"),
            (Property.COUNTRY_CODE, "FRA"),
            (Property.CITY, "Lyon"),
        ),
        language="en",
    )


@pytest.mark.parametrize(
    ("status", "expected", "signals"),
    [
        ("Usable", Pubstatus.USABLE, ()),
        ("USABLE", Pubstatus.USABLE, ()),
        ("Withheld", Pubstatus.WITHHELD, ()),
        ("Canceled", Pubstatus.CANCELED, ()),
        ("Cancelled", Pubstatus.CANCELED, ()),
        ("Embargoed", Pubstatus.USABLE, ("pubstatus:Embargoed",)),
        ("", Pubstatus.USABLE, ()),
    ],
)
def test_the_status(status: str, expected: Pubstatus, signals: tuple[str, ...]) -> None:
    item = _item(newsml_1(status=status))
    assert (item.pubstatus, item.signals) == (expected, signals)


@pytest.mark.parametrize("word", ["Correction", "Update", "Delete"])
def test_instructions(word: str) -> None:
    item = _item(newsml_1(management=f'<Instruction FormalName="{word}"/><Instruction/>'))
    assert item.signals == (f"instruction:{word}",)


def test_revisions_are_versions_of_one_item() -> None:
    second = _item(newsml_1(revision='<RevisionId PreviousRevision="1" Update="A">2</RevisionId>'))
    assert (second.guid, second.version) == (_item(newsml_1()).guid, "2")
    assert second.signals == ("update:A",)


@pytest.mark.parametrize(
    ("identity", "guid"),
    [
        (
            "<PublicIdentifier>urn:newsml:efe.com:20230503:doc-1:3U</PublicIdentifier>",
            "urn:newsml:efe.com:20230503:doc-1",
        ),
        (
            "<ProviderId>efe.com</ProviderId><NewsItemId>doc-1</NewsItemId>",
            "urn:newsml:efe.com:doc-1",
        ),
        ("<ProviderId>\nwww.itar-tass.com\n</ProviderId>", ""),
    ],
)
def test_the_identity_without_the_revision(identity: str, guid: str) -> None:
    assert _item(newsml_1(identity=identity)).guid == guid


def test_an_embargo_ends_when_the_status_will_change() -> None:
    change = (
        '<StatusWillChange><FutureStatus FormalName="Usable"/><DateAndTime>20230504T000100+0100</DateAndTime>'
        "</StatusWillChange>"
    )
    assert (
        _item(newsml_1(status="Embargoed", management=change)).embargoed
        == "2023-05-04T00:01:00+01:00"
    )
    assert _item(newsml_1(management=change)).embargoed is None


def test_advisory_lines_are_notes_and_other_lines_are_not() -> None:
    lines = (
        _line("AdvisoryLine", "RECASTS\n with toll; UPDATES")
        + _line("ProductLine", "(Photo+Video)")
        + _line("1", "x")
        + _line("EditorialNote", "")
        + _line("Caption", "Boats.")
        + "<ByLine>By Luc Marin</ByLine><CreditLine>AFP</CreditLine>"
    )
    item = _item(newsml_1(lines=lines))
    assert item.notes == (Note("RECASTS with toll; UPDATES", "AdvisoryLine"),)
    assert item.of(Property.DESCRIPTION)[0] == "Boats."
    assert item.of(Property.CREATOR_NAMES) == ("Luc Marin", "ANA DUPOND")
    assert item.of(Property.CREDIT_LINE) == ("AFP",)


def test_an_advisory_line_is_no_correction() -> None:
    lines = _line("AdvisoryLine", "RECASTS lead, RAISES toll, UPDATES with quotes")
    assert xml_items.parse("a.xml", newsml_1(lines=lines).encode()).notices == ()


def test_other_items_that_it_names() -> None:
    management = '<DerivedFrom NewsItem="urn:newsml:a:1"/><AssociatedWith NewsItem="urn:newsml:a:2"/><AssociatedWith FormalName="Photo"/>'
    assert _item(newsml_1(management=management)).related == (
        ("DerivedFrom", "urn:newsml:a:1"),
        ("AssociatedWith", "urn:newsml:a:2"),
    )


def test_the_standards_own_namespace() -> None:
    text = newsml_1().replace("<NewsML ", '<NewsML xmlns="http://iptc.org/std/NewsML/2003-10-10/" ')
    assert _item(text).guid == _item(newsml_1()).guid


def test_the_pictures_of_a_story_do_not_speak_for_it() -> None:
    main = (
        '<NewsComponent><Role FormalName="Body"/><ContentItem><MediaType FormalName="Text"/>'
        "<DataContent>Words</DataContent></ContentItem></NewsComponent><NewsComponent>"
        '<Role FormalName="Photo"/><NewsLines><ByLine>Luc Marin</ByLine></NewsLines>'
    )
    text = newsml_1().replace('<NewsComponent><Role FormalName="main"/>', main)
    item = _item(text)
    assert (item.item_class, item.filenames) == (ItemClass.TEXT, ())
    assert "Luc Marin" not in item.of(Property.CREATOR_NAMES)


def test_a_vocabulary_is_no_item() -> None:
    assert xml_items.items("a", b"<NewsML><NewsItem><TopicSet/></NewsItem></NewsML>") == ()


def test_each_of_several_items_once() -> None:
    text = newsml_1()
    start, end = text.index("<NewsItem "), text.index("</NewsML>")
    twice = text[:end] + text[start:end].replace("doc-48kt7nq", "doc-36pa6ch") + text[end:]
    assert [one.identifiers[0] for one in xml_items.items("a", twice.encode())] == [
        "doc-48kt7nq",
        "doc-36pa6ch",
    ]


def test_an_empty_item_is_read() -> None:
    assert _item("<NewsML><NewsItem/></NewsML>") == Item(format="newsml-1", guid="")
