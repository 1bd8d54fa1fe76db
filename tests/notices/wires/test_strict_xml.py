"""XML is read strictly: what can change its meaning, or cost too much, is refused."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import NoticeError
from provenance.notices.wires import strict_xml

BOMB = """<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]><a>&lol2;</a>"""


def _refused(data: bytes | str, code: str) -> NoticeError:
    with pytest.raises(NoticeError) as caught:
        strict_xml.read("wire.xml", data.encode() if isinstance(data, str) else data)
    assert caught.value.code == code, caught.value
    assert "wire.xml" in caught.value.message
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE NewsML SYSTEM "NewsML-1.2.dtd">',
        '<!doctype NewsML PUBLIC "urn:newsml:iptc.org:20031010:NewsMLv1.2.dtd:1" "http://a.example/x.dtd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % nitf SYSTEM "nitf-3-0.dtd"> %nitf; ]>',
        "<!DOCTYPE a>",
        "<?a <!-- ?><!DOCTYPE a><!-- -->",
        "<!-- <?x --><!DOCTYPE a>",
        "<!-- a -->\n<?pi b?>\n\n<!DOCTYPE a>",
    ],
)
def test_a_document_type_is_refused(declaration: str) -> None:
    error = _refused(f'<?xml version="1.0"?>\n{declaration}<a/>', "carrier-doctype")
    assert "line " in error.message
    assert "without a DTD" in error.remedy


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_document_type_hides_in_no_encoding(encoding: str) -> None:
    _refused(BOMB.encode(encoding), "carrier-doctype")
    _refused(('<?xml version="1.0" encoding="UTF-8"?>' + BOMB).encode(encoding), "carrier-doctype")


def test_billion_laughs_is_refused_in_no_time() -> None:
    start = time.perf_counter()
    _refused(BOMB, "carrier-doctype")
    assert time.perf_counter() - start < 0.1


def test_an_entity_without_a_dtd_is_damage() -> None:
    assert "line 2" in _refused("<a>\n&nbsp;</a>", "carrier-damaged").message


def test_html_in_character_data_is_no_declaration() -> None:
    text = "<a><![CDATA[<!DOCTYPE html><p>x</p>]]><!-- <!ENTITY --></a>"
    assert strict_xml.read("wire.xml", text.encode()).root.text == "<!DOCTYPE html><p>x</p>"


@pytest.mark.parametrize(
    "name", ["UTF-7", "utf7", "punycode", "zlib", "base64", "rot13", "no-such-one"]
)
def test_encodings_that_are_none_of_text_are_refused(name: str) -> None:
    _refused(f'<?xml version="1.0" encoding="{name}"?><a/>', "carrier-encoding")


def test_utf_7_without_a_declaration_is_only_letters() -> None:
    assert strict_xml.read("wire.xml", b"<a>+ADwAIQ-DOCTYPE</a>").root.text == "+ADwAIQ-DOCTYPE"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
def test_unicode_in_every_width(encoding: str) -> None:
    read = strict_xml.read("wire.xml", "<a>Jörg Çoşkun 王</a>".encode(encoding))
    assert read.root.text == "Jörg Çoşkun 王"
    assert read.text == "<a>Jörg Çoşkun 王</a>"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("ISO-8859-1", "latin-1"),
        ("iso-8859-15", "iso-8859-15"),
        ("windows-1252", "cp1252"),
        ("utf8", "utf-8"),
        ("utf-16", "utf-8"),
        ("iso-8859-1", "utf-8"),
    ],
)
def test_the_declared_encoding(declared: str, encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{declared}'?>\n<a>Jörg Carstén</a>"
    assert strict_xml.read("wire.xml", text.encode(encoding)).root.text == "Jörg Carstén"


def test_damaged_bytes_are_refused_with_their_line() -> None:
    error = _refused(b"<a>\n\nJ\xf6rg</a>", "carrier-damaged")
    assert "line 3" in error.message
    assert "UTF-8" in error.message
    _refused(codecs.BOM_UTF16_LE + "<a/>".encode("utf-16-le") + b"\x00", "carrier-damaged")


def test_lines_are_those_of_the_file() -> None:
    head = '<?xml version="1.0"\n encoding="UTF-8"?>'
    assert "line 4" in _refused(f"{head}\n<a>\n<b></a>", "carrier-damaged").message


@pytest.mark.parametrize(
    "data",
    [b"", b"   ", b"<a>", b"<a/><b/>", b"no xml", b"<a>\x00</a>", b"<a b='1' b='2'/>", b"<a:b/>"],
)
def test_damage_is_refused(data: bytes) -> None:
    _refused(data, "carrier-damaged")


def test_ten_megabytes_and_no_more() -> None:
    frame = len("<a></a>")
    whole = "<a>" + "x" * (10_000_000 - frame) + "</a>"
    assert len(strict_xml.read("wire.xml", whole.encode()).root.text or "") == 10_000_000 - frame
    _refused(whole + " ", "notice-too-large")


@pytest.mark.parametrize("depth", [257, 10_000])
def test_depth(depth: int) -> None:
    _refused("<a>" * depth + "</a>" * depth, "carrier-too-deep")


def test_256_levels_are_read() -> None:
    root = strict_xml.read("wire.xml", b"<a>" * 256 + b"x" + b"</a>" * 256).root
    assert strict_xml.words(root) == "x"


@pytest.mark.parametrize(
    "text",
    [
        "<a " + " ".join(f'x{i}=""' for i in range(100_000)) + "/>",
        "<a>" + "<b/>" * 400_000 + "</a>",
        "<a>" + "<!--" * 900_000,
        "<!-- " * 900_000,
        "<![CDATA[" * 900_000,
        "<?" * 900_000,
        "<a>" + "&amp;" * 1_000_000 + "</a>",
        "<a>" + "<p>" * 200 + "&lt;p " * 900_000 + "</p>" * 200 + "</a>",
        '<?xml version="1.0" encoding="' * 200_000,
    ],
)
def test_hostile_sizes_take_no_time(text: str) -> None:
    start = time.perf_counter()
    try:
        strict_xml.words(strict_xml.read("wire.xml", text.encode()).root)
    except NoticeError as error:
        assert error.code in {"carrier-damaged", "notice-too-large", "carrier-too-deep"}  # noqa: PT017 - either is right
    assert time.perf_counter() - start < 2


def test_too_many_tags_are_refused_before_parsing() -> None:
    _refused("<a>" + "<b/>" * 600_000 + "</a>", "notice-too-large")
    _refused("<a " + " ".join(f'x{i}=""' for i in range(600_000)) + "/>", "notice-too-large")


def test_instructions_for_programs_are_ignored() -> None:
    text = '<?xml-stylesheet href="http://a.example/x.xsl" type="text/xsl"?><a>b<?php c?>d<!-- e -->f</a>'
    assert strict_xml.words(strict_xml.read("wire.xml", text.encode()).root) == "bdf"


def test_inclusions_are_not_followed() -> None:
    text = '<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/hostname" parse="text"/></a>'
    root = strict_xml.read("wire.xml", text.encode()).root
    assert strict_xml.words(root) == ""
    assert strict_xml.local(root[0]) == "include"


def test_words_of_markup() -> None:
    text = '<d>\n A <b>b</b>old<p>one</p><p>two<br/>three</p>\t<i xmlns="urn:x">f</i>our </d>'
    assert (
        strict_xml.words(strict_xml.read("wire.xml", text.encode()).root)
        == "A bold one two three four"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<d><p>One\n two</p><p> </p><p>Thr<b>e</b>e</p></d>", "One two\nThree"),
        ("<d>One\n  two\n\nthree</d>", "One\ntwo\nthree"),
        ("<d>&lt;p&gt;One&lt;br/&gt;two&lt;/p&gt;three</d>", "One\ntwo\nthree"),
        ("<d/>", ""),
    ],
)
def test_lines_of_a_story(text: str, expected: str) -> None:
    assert strict_xml.lines(strict_xml.read("wire.xml", text.encode()).root) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>One</p><p>Two</p>", "One Two"),
        ("One<br />Two <b>bold</b>er", "One Two bolder"),
        ("<p class='x'>Marin &amp; Dupond&rsquo;s</p>", "Marin & Dupond’s"),
        ("desk: <foto@agency.example>, <Name>", "desk: <foto@agency.example>, <Name>"),
        ("3 < 4 & 5 > 2 &amp; more", "3 < 4 & 5 > 2 &amp; more"),
        (" a\xa0\n b ", "a b"),
    ],
)
def test_html_carried_as_text_is_taken_out(text: str, expected: str) -> None:
    assert strict_xml.flat(text) == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        strict_xml.read("wire.xml", data)
    except NoticeError as error:
        assert error.remedy  # noqa: PT017 - both outcomes are right


@given(st.text(alphabet="<>!?-[]&;=\"'aDOCTYPE \n", max_size=80))
def test_what_is_read_has_no_document_type(text: str) -> None:
    try:
        read = strict_xml.read("wire.xml", text.encode())
    except NoticeError:
        return
    assert read.root.getroottree().docinfo.internalDTD is None
