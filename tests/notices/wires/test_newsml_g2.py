"""NewsML-G2: every field that says what happened to an item, and what the item says."""

from __future__ import annotations

import time

import pytest
from newsml_material import ABOUT, CAPTION, G2, REUTERS_PICTURE, elements, g2_item, g2_message, meta

from provenance.model import ItemClass, NoticeKind, Property, Pubstatus
from provenance.notices.wires import xml_items
from provenance.notices.wires.item import Item, Note


def _item(text: str) -> Item:
    (found,) = xml_items.items("a.xml", text.encode())
    return found


def test_a_reuters_picture() -> None:
    item = _item(REUTERS_PICTURE)
    assert item == Item(
        format="newsml-g2",
        guid="tag_reuters.com_0000_newsml_GM1EA7M13RP99",
        version="484616934",
        provider="Reuters",
        item_class=ItemClass.PICTURE,
        pubstatus=Pubstatus.USABLE,
        signals=("edStat:N", "prodId:PIX", "msgType:S"),
        sent="2023-05-03T06:20:12Z",
        identifiers=("GM1EA7M13RP99",),
        filenames=("2023-05-03T062012Z_1_GM1EA7M13RP99_RIVER.JPG", "GM1EA7M13RP99-web.jpg"),
        values=(
            (Property.CREATOR_NAMES, "ANA DUPOND"),
            (Property.SOURCE, "REUTERS"),
            (Property.CAPTION_WRITER, "MA/LP"),
            (Property.CREDIT_LINE, "REUTERS"),
            (Property.HEADLINE, "Boats lie on the river"),
            (Property.DESCRIPTION, CAPTION),
            (Property.TITLE, "RIVER/"),
            (Property.JOBID, "MA233"),
            (Property.CITY, "Lyon"),
            (Property.COUNTRY_NAME, "France"),
        ),
        related=(("irel:processedFrom", "tag_reuters.com_0000_newsml_GF2EA7M0GIR99"),),
        language="en",
    )


@pytest.mark.parametrize(
    ("status", "expected", "signals"),
    [
        ('qcode="stat:usable"', Pubstatus.USABLE, ()),
        ('qcode="stat:withheld"', Pubstatus.WITHHELD, ()),
        ('qcode="stat:canceled"', Pubstatus.CANCELED, ()),
        ('qcode="stat:cancelled"', Pubstatus.CANCELED, ()),
        ('qcode="stat:Canceled"', Pubstatus.CANCELED, ()),
        ('qcode=" STAT:CANCELED "', Pubstatus.CANCELED, ()),
        ('qcode="own:canceled"', Pubstatus.CANCELED, ()),
        ('uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"', Pubstatus.CANCELED, ()),
        ('uri="https://cv.iptc.org/newscodes/pubstatusg2/withheld"', Pubstatus.WITHHELD, ()),
        ('literal="canceled"', Pubstatus.CANCELED, ()),
        ('literal="Withheld"', Pubstatus.WITHHELD, ()),
        ('qcode="stat:embargoed"', Pubstatus.USABLE, ("pubstatus:embargoed",)),
        ("", Pubstatus.USABLE, ()),
    ],
)
def test_the_publishing_status(status: str, expected: Pubstatus, signals: tuple[str, ...]) -> None:
    item = _item(g2_item(meta(status=status)))
    assert (item.pubstatus, item.signals) == (expected, signals)


def test_without_a_status_an_item_is_usable() -> None:
    assert _item(g2_item("<itemClass qcode='ninat:text'/>")).pubstatus is Pubstatus.USABLE


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        ('qcode="sig:correction"', ("sig:correction",)),
        ('qcode="sig:Correction"', ("sig:correction",)),
        ('uri="http://cv.iptc.org/newscodes/signal/correction"', ("sig:correction",)),
        (
            'qcode="sig:correction" uri="http://cv.iptc.org/newscodes/signal/correction"',
            ("sig:correction",),
        ),
        ('qcode="sig:update" severity="sev:minor"', ("sig:update",)),
        ('qcode="sig:repeat"', ("sig:repeat",)),
        ('qcode="edStat:D"', ("edStat:D",)),
        ('literal="Correction"', ("sig:correction",)),
        ('literal="Kill"', ("Kill",)),
        ('qcode="own:kill" literal="x"', ("own:kill", "x")),
        ('uri="http://own.example/signals/kill"', ("http://own.example/signals/kill",)),
        ("", ()),
    ],
)
def test_signals(signal: str, expected: tuple[str, ...]) -> None:
    assert _item(g2_item(meta(signals=f"<signal {signal}/>"))).signals == expected


def test_several_signals_and_the_type_of_message() -> None:
    about = meta(
        signals='<signal qcode="edStat:C"/><signal qcode="sig:correction"/><signal qcode="edStat:C"/>'
    )
    item = _item(g2_item(about.replace("<itemClass", '<itemClass rtr:msgType="D"')))
    assert item.signals == ("edStat:C", "sig:correction", "msgType:D")
    foreign = about.replace(
        "<itemClass", '<itemClass xmlns:o="http://other.example/" o:msgType="D"'
    )
    assert "msgType:D" not in _item(g2_item(foreign)).signals


def _catalog(alias: str, uri: str) -> str:
    return f'<catalog><scheme alias="{alias}" uri="{uri}"/></catalog>'


def test_an_alias_means_what_the_catalog_of_the_file_says() -> None:
    about = meta(status='qcode="st:canceled"', signals='<signal qcode="s:correction"/>')
    renamed = _catalog("s", "http://cv.iptc.org/newscodes/signal/") + _catalog(
        "st", "http://cv.iptc.org/newscodes/pubstatusg2/"
    )
    item = _item(g2_item(about, more=renamed))
    assert (item.pubstatus, item.signals) == (Pubstatus.CANCELED, ("sig:correction",))
    assert _item(g2_item(about)).signals == ("s:correction",)


def test_a_redefined_alias_is_not_the_usual_one() -> None:
    item = _item(
        g2_item(
            meta(signals='<signal qcode="sig:correction"/>'),
            more=_catalog("sig", "http://own.example/sig/"),
        )
    )
    assert item.signals == ("http://own.example/sig/correction",)


def test_the_catalog_of_a_message_is_for_its_items() -> None:
    inside = g2_item(meta(signals='<signal qcode="s:correction"/>'))
    header = _catalog("s", "http://cv.iptc.org/newscodes/signal/")
    assert _item(g2_message(inside, header=header)).signals == ("sig:correction",)


def test_every_note_with_its_role() -> None:
    notes = (
        '<edNote role="dpaednoterole:correction">Ortsname\n  korrigiert</edNote>'
        '<edNote roleuri="http://own.example/roles/embargo">Until noon</edNote>'
        "<edNote>Plain</edNote><edNote/><edNote> </edNote>"
        '<edNote role="x:notepad"><section xmlns="http://www.w3.org/1999/xhtml"><h3>Notes</h3>'
        "<ul><li>One</li><li>T<b>w</b>o</li></ul></section></edNote>"
        "<edNote>&lt;p&gt;Call &amp;amp; ask&lt;/p&gt;&lt;p&gt;&amp;lt;x@y.example&amp;gt;&lt;/p&gt;</edNote>"
    )
    assert _item(g2_item(meta(notes=notes))).notes == (
        Note("Ortsname korrigiert", "correction"),
        Note("Until noon", "embargo"),
        Note("Plain"),
        Note("Notes One Two", "notepad"),
        Note("Call & ask <x@y.example>"),
    )


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ('<provider qcode="nprov:AFP"/>', "AFP"),
        ('<provider qcode="nprov:REUTERS"/>', "Reuters"),
        ('<provider literal="reuters.com"/>', "Reuters"),
        ('<provider qcode="dnlprov:dpa"><name>dpa</name></provider>', "dpa"),
        ('<provider qcode="x:1"><name>Deutsche Presse-Agentur GmbH</name></provider>', "dpa"),
        ('<provider qcode="nprov:GYI"><name>Getty Images Inc.</name></provider>', "Getty Images"),
        ('<provider uri="http://www.gettyimages.com"/>', "Getty Images"),
        ('<provider uri="http://cv.iptc.org/newscodes/newsprovider/AAP"/>', "AAP"),
        ('<provider qcode="nprov:EPA"/>', "EPA"),
        ('<provider qcode="providercode:AP"/>', "AP"),
        ('<provider literal="The Canadian Press"/>', "The Canadian Press"),
        ('<provider qcode="nprov:CP"/>', "The Canadian Press"),
        ('<provider literal="efe.com"/>', "EFE"),
        ('<provider literal="PA"/>', "PA"),
        (
            '<provider qcode="x:z01122"><name>Automated Insights</name></provider>',
            "Automated Insights",
        ),
        ('<provider qcode="nprov:AcmeNews"/>', "AcmeNews"),
        ('<provider uri="http://www.acme.example/about/"/>', "http://www.acme.example/about/"),
        ("<provider/>", None),
    ],
)
def test_the_provider(provider: str, expected: str | None) -> None:
    assert _item(g2_item(provider)).provider == expected


def test_the_sender_of_a_message_where_the_item_names_no_provider() -> None:
    message = g2_message(
        g2_item("<itemClass qcode='ninat:text'/>"), header="<sender>ap.org</sender>"
    )
    assert _item(message).provider == "AP"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('qcode="ninat:picture"', ItemClass.PICTURE),
        ('qcode="icls:picture"', ItemClass.PICTURE),
        ('uri="http://cv.iptc.org/newscodes/ninature/picture"', ItemClass.PICTURE),
        ('qcode="ninat:text"', ItemClass.TEXT),
        ('qcode="ninat:video"', ItemClass.OTHER),
        ('qcode="ninat:composite"', ItemClass.OTHER),
        ("", None),
    ],
)
def test_the_class(code: str, expected: ItemClass | None) -> None:
    assert _item(g2_item(f"<itemClass {code}/>")).item_class is expected


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("2023-05-03T10:00:00.000Z", "2023-05-03T10:00:00Z"),
        (" 2023-05-03T10:00:00+02:00 ", "2023-05-03T10:00:00+02:00"),
        ("20230503T100000-0430", "2023-05-03T10:00:00-04:30"),
        ("2023-05-03 10:00", "2023-05-03T10:00:00Z"),
        ("2023-05-03", "2023-05-03T00:00:00Z"),
        ("2023-13-03T10:00:00Z", None),
        ("2023-05-03T10:00:00+99:00", None),
        ("YYYYMMDD000000-HHMM", None),
        ("", None),
    ],
)
def test_moments(written: str, sent: str | None) -> None:
    about = f"<versionCreated>{written}</versionCreated><itemClass qcode='ninat:text'/>"
    assert _item(g2_item(about)).sent == sent


@pytest.mark.parametrize(
    ("embargo", "expected"),
    [
        ("", None),
        ("<embargoed>2023-05-04T12:00:00Z</embargoed>", "2023-05-04T12:00:00Z"),
        ("<embargoed>2023-05-04T12:00:00</embargoed>", "2023-05-04T12:00:00-12:00"),
        ("<embargoed/>", "9999-12-31T00:00:00Z"),
        ("<embargoed>until the speech</embargoed>", "9999-12-31T00:00:00Z"),
    ],
)
def test_embargoes_are_never_lifted_early(embargo: str, expected: str | None) -> None:
    assert _item(g2_item(ABOUT + embargo)).embargoed == expected


def test_links_to_items_and_to_pages() -> None:
    links = (
        '<link rel="irel:previousVersion" residref="tag:a,2023:1" version="1"/>'
        '<link reluri="http://cv.iptc.org/newscodes/itemrelation/derivedFrom" residref="tag:a,2023:2"/>'
        '<link guidref="urn:newsml:stt.fi:1"/><link rel="irel:seeAlso" href="https://a.example/x"/>'
    )
    assert _item(g2_item(ABOUT + links)).related == (
        ("irel:previousVersion", "tag:a,2023:1"),
        ("irel:derivedFrom", "tag:a,2023:2"),
        ("", "urn:newsml:stt.fi:1"),
    )


def test_a_getty_picture_by_creator_and_rights() -> None:
    content = (
        "<contentCreated>2023-05-02T19:45:58-04:00</contentCreated>"
        '<creator role="crol:photographer"><name>Ana Dupond</name><related rel="crel:isA" qcode="g:staff">'
        "<name>Staff Photographer</name></related></creator>"
        '<contributor role="ctrol:descrWriter"><name>ad/lm</name></contributor>'
        "<creditline>Getty Images</creditline><keyword>river</keyword>"
        '<description role="drol:caption">Boats on the\n\n river. (Photo by Ana Dupond/Getty Images) </description>'
        '<description role="drol:summary">Not this</description>'
    )
    rights = (
        "<rightsInfo><copyrightNotice>Copyright 2023 Getty Images. --\n x</copyrightNotice>"
        "<usageTerms>NO ARCHIVAL USE</usageTerms></rightsInfo>"
    )
    files = (
        '<contentSet><remoteContent href="./GYI0062134533.jpg"><altId type="gyiid:masterID">105864332</altId>'
        '</remoteContent><remoteContent href="file:///./ GYI0062134533-web.jpg"/>'
        '<remoteContent href="https://a.example/picture?id=1.jpg"/></contentSet>'
    )
    item = _item(
        g2_item(content=content, more=rights).replace("</newsItem>", files + "</newsItem>")
    )
    assert item.values == (
        (Property.CREATOR_NAMES, "Ana Dupond"),
        (Property.CAPTION_WRITER, "ad/lm"),
        (Property.CREDIT_LINE, "Getty Images"),
        (Property.DATE_CREATED, "2023-05-02T19:45:58-04:00"),
        (Property.KEYWORDS, "river"),
        (Property.DESCRIPTION, "Boats on the river. (Photo by Ana Dupond/Getty Images)"),
        (Property.USAGE_TERMS, "NO ARCHIVAL USE"),
        (Property.COPYRIGHT_NOTICE, "Copyright 2023 Getty Images. -- x"),
    )
    assert item.identifiers == ("105864332",)
    assert item.filenames == ("GYI0062134533.jpg", "GYI0062134533-web.jpg")


def test_an_agency_is_no_photographer() -> None:
    content = '<by>By Ana Dupond</by><creator literal="Reuters"/><creator role="cRole:source" literal="Acme TV"/>'
    item = _item(g2_item(content=content))
    assert item.of(Property.CREATOR_NAMES) == ("Ana Dupond",)
    assert item.of(Property.SOURCE) == ("Reuters", "Acme TV")


def test_any_description_of_a_picture_where_none_is_a_caption() -> None:
    content = '<description role="drol:summary">Boats</description>'
    assert _item(g2_item(content=content)).of(Property.DESCRIPTION) == ("Boats",)
    text = g2_item(meta(kind="text"), content)
    assert _item(text).of(Property.DESCRIPTION) == ()


def test_a_place_is_a_city_only_where_it_says_so() -> None:
    content = (
        '<located type="cpnat:geoArea"><name>Lyon</name></located>'
        '<located type="cptype:city"><name>Nice</name><broader type="cptype:statprov"><name>PACA</name></broader>'
        '<broader type="cptype:country"><name>France</name></broader></located>'
    )
    item = _item(g2_item(content=content))
    assert item.of(Property.CITY) == ("Nice",)
    assert item.of(Property.PROVINCE_STATE) == ("PACA",)
    assert item.of(Property.COUNTRY_NAME) == ("France",)


def test_only_news_items_are_items() -> None:
    others = [
        g2_item(kind=kind, guid=kind)
        for kind in ("packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
    ]
    data = g2_message(*others, g2_item(guid="one"), g2_item(guid="two")).encode()
    assert [one.guid for one in xml_items.items("a", data)] == ["one", "two"]
    assert all(xml_items.items("a", other.encode()) == () for other in others)
    assert xml_items.items("a", f'<newsMessage xmlns="{G2}"/>'.encode()) == ()


def test_an_item_without_a_guid_is_read_and_names_nothing() -> None:
    parsed = xml_items.parse(
        "a.xml", g2_item(meta(status='qcode="stat:canceled"'), guid=" ").encode()
    )
    assert [one.guid for one in parsed.items] == [""]
    assert [(one.kind, one.targets) for one in parsed.notices] == [(NoticeKind.WITHDRAWAL, ())]


def test_several_titles_and_headlines_once_each() -> None:
    content = elements("headline", "One", "Two", " One ") + elements("slugline", "River")
    item = _item(g2_item(ABOUT + "<title>River</title>", content))
    assert item.of(Property.HEADLINE) == ("One", "Two")
    assert item.of(Property.TITLE) == ("River",)


def test_the_nearest_catalog_speaks() -> None:
    inside = g2_item(
        meta(signals='<signal qcode="s:correction"/><signal qcode="t:update"/>'),
        more=_catalog("s", "http://own.example/"),
    )
    header = _catalog("s", "http://cv.iptc.org/newscodes/signal/") + _catalog(
        "t", "http://cv.iptc.org/newscodes/signal/"
    )
    assert _item(g2_message(inside, header=header)).signals == (
        "http://own.example/correction",
        "sig:update",
    )


def test_many_catalogs_and_many_items_take_no_time() -> None:
    header = "<catalog>" + "".join(f'<scheme alias="a{i}" uri="u:{i}"/>' for i in range(50_000))
    inside = g2_item(ABOUT, more=_catalog("s", "http://own.example/")) * 8_000
    data = g2_message(inside, header=header + "</catalog>").encode()
    start = time.perf_counter()
    assert len(xml_items.items("a", data)) == 8_000
    assert time.perf_counter() - start < 10
