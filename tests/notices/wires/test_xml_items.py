"""XML wire files as a whole: which format, which items, and the notices that they are."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from newsml_material import G2, REUTERS_PICTURE, g2_item, g2_message, meta, newsml_1, nitf
from notice_material import BOATS, KILL, NOTICE

from provenance.errors import NoticeError
from provenance.model import Authority, ItemClass, NoticeKind, Property, Pubstatus
from provenance.notices import canonical, kinds
from provenance.notices.files import parse_file
from provenance.notices.wires import strict_xml, xml_items
from provenance.notices.wires.item import order

PIECES = [
    "",
    "<",
    ">",
    '"',
    "&amp;",
    "&x;",
    "<p>",
    "</newsItem>",
    "<!DOCTYPE a>",
    "\x00",
    "\ud800",
    "é",
    "<!--",
    "]]>",
]


def test_each_format_is_known_by_its_first_element() -> None:
    assert [one.format for one in xml_items.items("a", g2_item().encode())] == ["newsml-g2"]
    assert [one.format for one in xml_items.items("a", newsml_1().encode())] == ["newsml-1"]
    assert [one.format for one in xml_items.items("a", nitf().encode())] == ["nitf"]


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel/></rss>",
        "<html xmlns='http://www.w3.org/1999/xhtml'/>",
        "<newsItem guid='x'/>",
        "<newsMessage/>",
        "<newsItem xmlns='http://other.example/std/nar/2006-10-01/' guid='x'/>",
        f"<contentSet xmlns='{G2}'/>",
    ],
)
def test_other_xml_is_reported_as_unknown(text: str) -> None:
    with pytest.raises(NoticeError, match=r"a\.xml is XML, but") as caught:
        xml_items.items("a.xml", text.encode())
    assert caught.value.code == "carrier-unknown"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "space", [G2, "http://iptc.org/std/nar/2012-03-01/", "https://iptc.org/std/nar/2006-10-01"]
)
def test_g2_of_any_date_and_any_prefix(space: str) -> None:
    text = g2_item(meta(status='qcode="stat:canceled"')).replace(
        f'xmlns="{G2}"', f'xmlns="{space}"'
    )
    assert xml_items.items("a", text.encode())[0].pubstatus is Pubstatus.CANCELED
    prefixed = f'<q:newsItem xmlns:q="{space}" guid="x"><q:itemMeta><q:pubStatus qcode="stat:withheld"/></q:itemMeta></q:newsItem>'
    assert xml_items.items("a", prefixed.encode())[0].pubstatus is Pubstatus.WITHHELD


def test_elements_of_another_namespace_do_not_count() -> None:
    strange = '<x:pubStatus xmlns:x="urn:x" qcode="stat:canceled"/><x:edNote xmlns:x="urn:x">Kill</x:edNote>'
    (item,) = xml_items.items("a", g2_item(strange + meta()).encode())
    assert (item.pubstatus, item.notes) == (Pubstatus.USABLE, ())
    redefined = g2_item().replace("<itemMeta>", '<itemMeta xmlns="urn:other">')
    (item,) = xml_items.items("a", redefined.encode())
    assert item.provider is None


def test_reuters_deletes_what_it_corrected_under_the_same_headline() -> None:
    headline = "<headline>CORRECTED-Boats leave the river</headline>"
    first = g2_item(
        meta(kind="text", signals='<signal qcode="edStat:C"/>'),
        headline,
        guid="tag:r,2023:L1N",
        version="978556838",
    )
    second = g2_item(
        meta(kind="text", status='qcode="stat:canceled"', signals='<signal qcode="edStat:D"/>'),
        headline,
        guid="tag:r,2023:L1N",
        version="1542761538",
    )
    parsed = xml_items.parse("a.xml", g2_message(second, first).encode())
    old, new = sorted(parsed.items, key=order)
    assert (old.guid, old.version, new.version) == (new.guid, "978556838", "1542761538")
    assert (old.pubstatus, new.pubstatus) == (Pubstatus.USABLE, Pubstatus.CANCELED)
    kinds = {one.version: one.kind for one in parsed.notices}
    assert kinds["1542761538"] is NoticeKind.WITHDRAWAL
    assert kinds.get("978556838", NoticeKind.CORRECTION) is NoticeKind.CORRECTION


def test_an_update_is_no_notice() -> None:
    text = g2_item(
        meta(signals='<signal qcode="sig:update"/>', notes="<edNote>Adds details.</edNote>")
    )
    parsed = xml_items.parse("a.xml", text.encode())
    assert parsed.notices == ()
    assert parsed.items[0].signals == ("sig:update",)


def test_a_canceled_picture_through_the_carrier() -> None:
    text = g2_item(
        meta(status='qcode="stat:canceled"', notes="<edNote>Mandatory kill.</edNote>"),
        "<altId type='idType:IID'>GM1EA7M13RP99</altId>",
        guid="tag:reuters.com,2023:newsml_GM1EA7M13RP99",
    )
    parsed = parse_file("kill.xml", text.encode(), "2023-05-03T12:00:00+00:00", "anna.editor")
    (found,) = parsed.notices
    assert parsed.errors == ()
    assert (found.kind, found.pubstatus, found.provider) == (
        NoticeKind.WITHDRAWAL,
        Pubstatus.CANCELED,
        "Reuters",
    )
    assert found.authority is Authority.BROUGHT
    assert "reuters:GM1EA7M13RP99" in [canonical(one) for one in found.targets]


def _story(words: str, status: str = "usable") -> list[tuple[str, str]]:
    """A story with these words in each format."""
    g2 = g2_item(meta(kind="text", status=f'qcode="stat:{status}"')).replace(
        "</newsItem>",
        '<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<body><p>Attention editors</p><p>{words}</p></body></html></inlineXML></contentSet></newsItem>",
    )
    body = (
        '<NewsComponent><ContentItem><MediaType FormalName="Text"/><DataContent><nitf><body><body.content><p>x</p>'
        f"<p>{words}</p></body.content></body></nitf></DataContent></ContentItem></NewsComponent>"
    )
    old = newsml_1(status=status)
    start, end = old.index("<NewsComponent>"), old.index("</NewsItem>")
    text = nitf(attributes=f' management-status="{status}"').replace(
        "</p></body.content>", f"</p><p>{words}</p></body.content>"
    )
    return [("newsml-g2", g2), ("newsml-1", old[:start] + body + old[end:]), ("nitf", text)]


def test_an_advisory_in_the_words_of_a_story() -> None:
    for form, text in _story(KILL):
        parsed = xml_items.parse("a.xml", text.encode())
        (found,) = parsed.notices
        (item,) = parsed.items
        assert item.item_class is ItemClass.TEXT
        assert (found.kind, found.provider) == (NoticeKind.WITHDRAWAL, "AFP")
        assert [one.value for one in found.targets] == ["000_34L82NW"]
        assert (found.item, found.version) == (item.guid, item.version)
        assert found.occurrences[0].locator == f"{form} story"


def test_an_advisory_that_was_withdrawn_says_nothing_of_a_picture() -> None:
    for _, text in _story(KILL, "canceled"):
        (found,) = xml_items.parse("a.xml", text.encode()).notices
        assert "000_34L82NW" not in [one.value for one in found.targets]


def test_a_notice_in_a_story_is_bound_to_the_caption_before_it() -> None:
    for _, text in _story(f"{BOATS} / {NOTICE}"):
        parsed = xml_items.parse("a.xml", text.encode())
        (found,) = parsed.notices
        assert [one.caption.text for one in parsed.captions] == [BOATS]
        assert parsed.captions[0].notice_ids == (found.notice_id,)


def test_a_story_alone_gives_no_captions_and_no_notices() -> None:
    for _, text in _story(BOATS):
        parsed = xml_items.parse("a.xml", text.encode())
        assert (parsed.captions, parsed.notices) == ((), ())


def test_a_file_with_a_dtd_is_an_error_with_its_remedy() -> None:
    text = '<!DOCTYPE NewsML SYSTEM "NewsML-1.2.dtd">' + newsml_1(status="Canceled")
    parsed = parse_file("afp.xml", text.encode(), None, "anna.editor")
    (error,) = parsed.errors
    assert (parsed.notices, error.code) == ((), "carrier-doctype")
    assert "afp.xml, line 1" in error.message
    assert "without a DTD" in error.remedy


@given(
    st.sampled_from(
        [REUTERS_PICTURE, newsml_1(), nitf(), g2_message(g2_item(), g2_item(guid="2"))]
    ),
    st.lists(
        st.tuples(st.integers(0, 4000), st.integers(0, 60), st.sampled_from(PIECES)), max_size=4
    ),
)
def test_damaged_items_are_read_or_refused(text: str, cuts: list[tuple[int, int, str]]) -> None:
    for start, length, piece in cuts:
        text = text[:start] + piece + text[start + length :]
    parsed = parse_file("a.xml", text.encode("utf-8", "surrogatepass"), None, None)
    assert all(error.remedy for error in parsed.errors)
    assert all(item.format for item in parsed.items)


@given(st.sampled_from([REUTERS_PICTURE, newsml_1(), nitf()]), st.randoms(use_true_random=False))
def test_any_element_may_be_missing_empty_or_doubled(text: str, random: Random) -> None:
    root = etree.fromstring(text)
    for element in list(root.iter())[1:]:
        parent = element.getparent()
        choice = random.randrange(12)
        if parent is not None and choice == 0:
            parent.remove(element)
        elif parent is not None and choice == 1:
            parent.append(deepcopy(element))
        elif choice == 2:
            element.clear()
        elif choice == 3:
            element.text = random.choice(["", " \n", "2023", "&<p>", "Z" * 300])
    elements = sum(strict_xml.local(one) in {"newsItem", "NewsItem"} for one in root.iter())
    expected = 1 if strict_xml.local(root) == "nitf" else elements
    assert len(xml_items.parse("a.xml", etree.tostring(root)).items) == expected


def test_real_wires_give_items_or_a_clear_error(shared: Path) -> None:
    outcomes: Counter[str] = Counter()
    classes: Counter[ItemClass | None] = Counter()
    refused: list[tuple[str, NoticeError]] = []
    for path in sorted((shared / "corpus" / "wires").iterdir()):
        data = path.read_bytes()
        if kinds.kind(path.name, data) is not kinds.Kind.XML:
            continue
        try:
            parsed = xml_items.parse(path.name, data)
        except NoticeError as error:
            refused.append((path.name, error))
            continue
        outcomes["read"] += 1
        outcomes["without news"] += not parsed.items
        for item in parsed.items:
            classes[item.item_class] += 1
            said = [
                item.guid,
                *(value for _, value in item.values),
                *(note.words for note in item.notes),
            ]
            assert all(value == " ".join(value.split()) for value in said)
            assert not any("</" in value for value in said)
            assert all("/" not in name for name in item.filenames)
    assert all(name in error.message and error.remedy for name, error in refused)
    codes = Counter(error.code for _, error in refused)
    assert codes == {"carrier-doctype": 2, "carrier-unknown": 1}
    assert outcomes["read"] >= 202
    assert classes.total() >= 191
    assert classes[ItemClass.PICTURE] >= 24


def test_the_real_story_that_was_corrected_and_then_deleted(shared: Path) -> None:
    folder = shared / "corpus" / "wires"
    name = "superdesk_superdesk-core__{}_tag_reuters.com_2016_newsml_L1N14N0FF_version_{}"
    first = name.format("4e9beb37", "978556838")
    second = name.format("7e7bb9e7", "1542761538")
    (old,) = xml_items.items(first, (folder / first).read_bytes())
    (new,) = xml_items.items(second, (folder / second).read_bytes())
    assert old.guid == new.guid == "tag:reuters.com,0000:newsml_L1N14N0FF"
    assert order(old) < order(new)
    assert (old.pubstatus, new.pubstatus) == (Pubstatus.USABLE, Pubstatus.CANCELED)
    assert {"edStat:C", "msgType:A"} <= set(old.signals)
    assert {"edStat:D", "msgType:D"} <= set(new.signals)
    assert old.of(Property.HEADLINE) == new.of(Property.HEADLINE)
