"""XMP packets: every form that files use, every way they are broken."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from making import xmp_packet
from real_blocks import xmp_packets

from provenance.metadata.properties import ROWS, Form, xmp_paths
from provenance.metadata.xmp import XmpReading, parse, suffixes
from provenance.model import Container, Property

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"


def read(packet: bytes | str, prefix: str = "XMP") -> XmpReading:
    octets = packet.encode() if isinstance(packet, str) else packet
    return parse(octets, container=Container.XMP, locator_prefix=prefix)


def said(packet: bytes | str) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in read(packet).values}


def codes(packet: bytes | str) -> list[str]:
    return [warning.code for warning in read(packet).warnings]


def rdf(inner: str, attributes: str = "", spaces: str = "") -> str:
    return (
        f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
        f'xmlns:q="http://example.org/q/"{spaces}>'
        f'<rdf:Description rdf:about=""{attributes}>{inner}</rdf:Description></rdf:RDF>'
    )


# --- forms


def test_every_path_of_the_table_is_read_as_attribute_and_as_element() -> None:
    for prop, path in xmp_paths():
        for packet in (
            f'<r:RDF xmlns:r="{RDF}"><r:Description xmlns:z="{path.namespace}" z:{path.local}="x y"/></r:RDF>',
            f'<r:RDF xmlns:r="{RDF}"><r:Description><{path.local} xmlns="{path.namespace}">x y</{path.local}></r:Description></r:RDF>',
        ):
            (value,) = read(packet).values
            assert (value.property, value.values) == (prop, ("x y",))
            assert value.locator == f"XMP {path.qname}"


@pytest.mark.parametrize("kind", ["Seq", "Bag", "Alt"])
def test_arrays_are_one_value_in_order(kind: str) -> None:
    items = "<rdf:li>A</rdf:li> <rdf:li>B</rdf:li>"
    packet = rdf(f"<dc:creator>\n <rdf:{kind}>\n{items}</rdf:{kind}></dc:creator>")
    assert said(packet) == {"XMP dc:creator": ("A", "B")}


def test_a_record_of_the_making_kit_reads_whole() -> None:
    packet = xmp_packet(
        {
            "dc:creator": ["Bakr ALKASEM", "B"],
            "dc:description": 'A "caption" <of> Zoë & Œ',
            "dc:subject": ["a", "b"],
            "photoshop:Credit": "AFP & Getty",
            "plus:ImageSupplierImageID": "34L82NW",
            "Iptc4xmpCore:CountryCode": "SYR",
            "xmpRights:UsageTerms": "none",
        }
    )
    assert said(packet) == {
        "XMP dc:creator": ("Bakr ALKASEM", "B"),
        "XMP dc:description": ('A "caption" <of> Zoë & Œ',),
        "XMP dc:subject": ("a", "b"),
        "XMP photoshop:Credit": ("AFP & Getty",),
        "XMP plus:ImageSupplierImageID": ("34L82NW",),
        "XMP Iptc4xmpCore:CountryCode": ("SYR",),
        "XMP xmpRights:UsageTerms": ("none",),
    }


def alt(*items: tuple[str | None, str]) -> str:
    inner = "".join(
        f"<rdf:li{'' if lang is None else f' xml:lang={chr(34)}{lang}{chr(34)}'}>{text}</rdf:li>"
        for lang, text in items
    )
    return rdf(f"<dc:description><rdf:Alt>{inner}</rdf:Alt></dc:description>")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([("x-default", "D")], {"": ("D",)}),
        ([("fr", "F")], {"": ("F",)}),
        ([(None, "N")], {"": ("N",)}),
        ([("x-default", "D"), ("fr", "F")], {"": ("D",), "[fr]": ("F",)}),
        ([("fr", "F"), ("X-Default", "D")], {"[fr]": ("F",), "": ("D",)}),
        ([("fr", "F"), ("de", "G")], {"": ("F",), "[de]": ("G",)}),
        ([("x-default", "D"), ("x-default", "E")], {"": ("D", "E")}),
        ([("x-default", "D"), (None, "N")], {"": ("D", "N")}),
        ([("x-default", ""), ("fr", "F")], {"[fr]": ("F",)}),
        ([("fr", "F"), ("fr", "G"), ("x-default", "D")], {"[fr]": ("F", "G"), "": ("D",)}),
    ],
)
def test_languages(
    items: list[tuple[str | None, str]], expected: dict[str, tuple[str, ...]]
) -> None:
    assert said(alt(*items)) == {f"XMP dc:description{k}": v for k, v in expected.items()}


@given(st.lists(st.sampled_from([None, "", "x-default", "fr", "de"]), min_size=1))
def test_the_first_or_the_declared_default_has_no_suffix(languages: list[str | None]) -> None:
    ends = suffixes(languages)
    assert "" in ends
    declared = [
        end for end, language in zip(ends, languages, strict=True) if language == "x-default"
    ]
    assert set(declared) <= {""}


@pytest.mark.parametrize(
    "inner",
    [
        '<photoshop:Credit rdf:parseType="Resource"><rdf:value>AFP</rdf:value><q:a>1</q:a></photoshop:Credit>',
        '<photoshop:Credit rdf:parseType="Resource"><q:a>1</q:a><rdf:value>AFP</rdf:value></photoshop:Credit>',
        "<photoshop:Credit><rdf:Description><rdf:value>AFP</rdf:value><q:a>1</q:a></rdf:Description></photoshop:Credit>",
        '<photoshop:Credit><rdf:Description rdf:value="AFP" q:a="1"/></photoshop:Credit>',
        '<photoshop:Credit rdf:value="AFP" q:a="1"/>',
        '<photoshop:Credit rdf:resource="AFP"/>',
        '<photoshop:Credit xml:lang="en">AFP</photoshop:Credit>',
        "<photoshop:Credit><![CDATA[AFP]]></photoshop:Credit>",
        "<photoshop:Credit>A<!-- c --><?p i?>F&#80;</photoshop:Credit>",
        "<photoshop:Credit><rdf:Bag><rdf:li>AFP</rdf:li></rdf:Bag></photoshop:Credit>",
        "<!-- x --><photoshop:Credit>AFP</photoshop:Credit>",
        '<photoshop:Credit><rdf:Seq><rdf:li rdf:parseType="Resource"><rdf:value>AFP</rdf:value></rdf:li></rdf:Seq></photoshop:Credit>',
    ],
)
def test_odd_spellings_of_one_value(inner: str) -> None:
    assert said(rdf(inner)) == {"XMP photoshop:Credit": ("AFP",)}


@pytest.mark.parametrize(
    "inner",
    [
        "<photoshop:Credit/>",
        "<photoshop:Credit> \n </photoshop:Credit>",
        "<dc:creator><rdf:Seq/></dc:creator>",
        "<dc:creator><rdf:Seq><rdf:li/></rdf:Seq></dc:creator>",
        "<dc:creator><q:a>x</q:a></dc:creator>",
        '<dc:creator rdf:parseType="Resource"><q:a>x</q:a></dc:creator>',
        "<q:Credit>AFP</q:Credit>",
        "<q:x><rdf:Description><photoshop:Credit>AFP</photoshop:Credit></rdf:Description></q:x>",
    ],
)
def test_what_says_nothing_of_the_picture(inner: str) -> None:
    assert said(rdf(inner)) == {}
    assert codes(rdf(inner)) == []


def test_white_space_around_a_value_is_kept() -> None:
    assert said(rdf("<photoshop:Credit>\n AFP </photoshop:Credit>")) == {
        "XMP photoshop:Credit": ("\n AFP ",)
    }


def test_aliases_keep_their_own_names() -> None:
    tiff = ' xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
    reading = read(rdf("<tiff:Artist>A</tiff:Artist>", ' dc:Rights="R"', tiff))
    assert [(v.property, v.locator, v.values) for v in reading.values] == [
        (Property.COPYRIGHT_NOTICE, "XMP dc:Rights", ("R",)),
        (Property.CREATOR_NAMES, "XMP tiff:Artist", ("A",)),
    ]


def test_several_descriptions_and_several_rdf_are_all_read() -> None:
    one = rdf("", ' photoshop:Credit="AFP"')
    two = rdf("<photoshop:Source>X</photoshop:Source>")
    assert list(said(f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{one}{two}</x:xmpmeta>')) == [
        "XMP photoshop:Credit",
        "XMP photoshop:Source",
    ]
    double = one.replace("</rdf:RDF>", '<rdf:Description photoshop:City="P"/></rdf:RDF>')
    assert said(double)["XMP photoshop:City"] == ("P",)


def test_a_property_that_stands_twice_is_two_values() -> None:
    packet = rdf("<photoshop:Credit>B</photoshop:Credit>", ' photoshop:Credit="A"')
    assert [value.values for value in read(packet).values] == [("A",), ("B",)]


def test_rdf_deep_in_another_document_is_found() -> None:
    assert said(f"<svg><metadata>{rdf('', ' photoshop:Credit=' + chr(34) + 'AFP' + chr(34))}"
                "</metadata></svg>") == {"XMP photoshop:Credit": ("AFP",)}  # fmt: skip


def test_the_extension_and_the_digest_are_told() -> None:
    for packet in (
        rdf("", ' xmpNote:HasExtendedXMP="ABC" photoshop:LegacyIPTCDigest="00FF"'),
        rdf(
            "<xmpNote:HasExtendedXMP>ABC</xmpNote:HasExtendedXMP>"
            "<photoshop:LegacyIPTCDigest> 00FF </photoshop:LegacyIPTCDigest>"
        ),
    ):
        reading = read(packet)
        assert (reading.has_extended, reading.legacy_iptc_digest) == ("ABC", "00FF")
        assert reading.values == ()


def test_container_prefix_and_uri_are_those_asked_for() -> None:
    packet = rdf("", ' photoshop:Credit="AFP"').encode()
    (value,) = parse(
        packet, container=Container.SIDECAR, locator_prefix="XMP#2", uri="/a.xmp"
    ).values
    assert (value.container, value.locator, value.uri) == (
        Container.SIDECAR,
        "XMP#2 photoshop:Credit",
        "/a.xmp",
    )


# --- encodings and wrappers

CREDIT = rdf("", ' photoshop:Credit="Zoë Ž"')


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_unicode_encodings(encoding: str, mark: str) -> None:
    reading = read((mark + CREDIT).encode(encoding))
    assert reading.values[0].values == ("Zoë Ž",)
    assert reading.warnings == ()


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("UTF-8", "utf-8"), ("utf-16", "utf-16-le"), ("ISO-8859-1", "latin-1"), ("x-none", "utf-8")],
)
def test_xml_declarations(declared: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>' + CREDIT.replace("Ž", "")
    assert said(text.encode(encoding)) == {"XMP photoshop:Credit": ("Zoë ",)}


@pytest.mark.parametrize("lead", ["", "\0\0", "\n ", "junk"])
@pytest.mark.parametrize("trail", ["", "\0\0\0", "\n", "junk"])
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0"?>'])
def test_what_stands_around_a_packet_does_not_matter(
    lead: str, trail: str, declaration: str
) -> None:
    reading = read(lead + declaration + CREDIT + trail)
    assert reading.values[0].values == ("Zoë Ž",)
    assert reading.warnings == ()


@pytest.mark.parametrize("packet", [b"", b"   ", b"\0\0", b"no markup", b"<", b"<<<>>>"])
def test_no_packet_at_all(packet: bytes) -> None:
    assert codes(packet) == ["xmp-broken"]
    assert said(packet) == {}


def test_xml_without_rdf_is_told() -> None:
    assert codes("<html/>") == ["xmp-no-rdf"]
    assert codes(f'<rdf:RDF xmlns:rdf="{RDF}"/>') == []


# --- broken and hostile


@pytest.mark.parametrize(
    "packet",
    [
        rdf("<photoshop:City>P</photoshop:City>", ' photoshop:Credit="AFP"')[:-20],
        rdf("<photoshop:City>P</photoshop:City><q:x>&undefined;</q:x>", ' photoshop:Credit="AFP"'),
        rdf("<q:x>\x07</q:x>", ' photoshop:Credit="AFP"'),
        rdf("", ' photoshop:Credit="AFP" photoshop:Credit="AFP"'),
        rdf("", ' photoshop:Credit="AFP"').replace('xmlns:photoshop="', 'xmlns:other="'),
    ],
)
def test_a_broken_packet_gives_what_is_clear_with_a_warning(packet: str) -> None:
    assert said(packet)["XMP photoshop:Credit"] == ("AFP",)
    assert codes(packet) == ["xmp-broken"]


def test_octets_that_are_not_utf8_are_read_as_western_and_told() -> None:
    packet = rdf("<photoshop:City>Łódź</photoshop:City>", ' photoshop:Credit="Zo?"').encode()
    packet = packet.replace(b"Zo?", b"Zo\xeb \x96 \x81")
    assert said(packet) == {
        "XMP photoshop:Credit": ("Zoë – \ufffd",),
        "XMP photoshop:City": ("Łódź",),
    }
    assert codes(packet) == ["xmp-broken"]


BOMB = "<!DOCTYPE a [" + "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE a [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY e11 "x">]>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;<!ENTITY e11 "x">]>',
    ],
)
@pytest.mark.parametrize("before", ["", "<!-- c -->\n<?p i?>", '<?xml version="1.0"?>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_document_type_is_refused(doctype: str, before: str, encoding: str) -> None:
    packet = (before + doctype + rdf("<photoshop:Credit>&e11;</photoshop:Credit>")).encode(encoding)
    started = time.perf_counter()
    assert codes(packet) == ["xmp-doctype"]
    assert said(packet) == {}
    assert time.perf_counter() - started < 1


def test_a_document_type_behind_the_root_element_is_not_read_either() -> None:
    packet = rdf("", ' photoshop:Credit="AFP"') + BOMB
    assert codes(packet) == ["xmp-broken", "xmp-doctype"]


def test_the_word_doctype_in_a_caption_is_a_caption() -> None:
    packet = rdf("<photoshop:Credit><![CDATA[<!DOCTYPE]]></photoshop:Credit><!-- <!DOCTYPE -->")
    assert said(packet) == {"XMP photoshop:Credit": ("<!DOCTYPE",)}


@pytest.mark.parametrize(
    "packet",
    [
        rdf("<q:x>" * 20_000),
        rdf("<q:x>" * 20_000 + "</q:x>" * 20_000),
        rdf("", ' q:x="' + "y" * 1_000_000 + '"'),
        rdf("<q:x>" + "y" * 1_000_000 + "</q:x>"),
        rdf("", "".join(f' q:a{n}="1"' for n in range(50_000))),
        rdf("", "".join(f' xmlns:n{n}="urn:{n}"' for n in range(20_000))),
        rdf("<q:x/>" * 200_000),
        "<!--" * 250_000,
        "<![CDATA[" * 100_000,
        " " * 1_000_000 + "<?xpacket",
        "&" * 1_000_000,
        "<" * 1_000_000,
        "\udcff".encode("utf-8", "surrogateescape") * 1_000_000 + b"<a>",
        "<!--<!DOCTYPE" * 70_000,
        rdf("", "".join(f' q:a{n}="<"' for n in range(100_000))),
        rdf("", "".join(f' q:a{n}="<"' for n in range(8_000))),
    ],
    ids=range(16),
)
def test_hostile_packets_are_read_in_no_time(packet: str | bytes) -> None:
    started = time.perf_counter()
    read(packet)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "packet",
    [
        rdf("<q:x/>" * 500_001, ' photoshop:Credit="AFP"'),
        rdf("", "".join(f" q:a{n} = '1'" for n in range(500_000))),
        rdf("", "".join(f' q:a{n}="1"' for n in range(50_000))).encode("utf-16-le"),
    ],
    ids=["tags", "attributes", "utf-16"],
)
def test_a_flood_makes_no_tree(packet: str | bytes) -> None:
    started = time.perf_counter()
    assert codes(packet) == ["xmp-too-large"]
    assert time.perf_counter() - started < 2


def test_a_large_packet_is_read_whole() -> None:
    text = "word " * 400_000
    assert said(rdf(f"<photoshop:Credit>{text}</photoshop:Credit>")) == {
        "XMP photoshop:Credit": (text,)
    }


@given(st.binary(max_size=200))
def test_no_octets_raise(data: bytes) -> None:
    read(data)
    read(CREDIT.encode().replace(b"Zo", data))


@given(st.data())
def test_no_mutation_raises(data: st.DataObject) -> None:
    packet = bytearray(xmp_packet({"dc:creator": "A", "photoshop:Credit": "AFP"}, padding=0))
    for _ in range(data.draw(st.integers(1, 4))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(packet))


# --- real files, against a plain reading by lxml's tree


def plainly(packet: bytes) -> dict[str, list[tuple[str, ...]]] | None:
    """A slow and plain reading of the forms that ISO 16684-1 lists; None where not XML."""
    try:
        root = etree.fromstring(packet.strip(b"\0 \r\n"))
    except etree.XMLSyntaxError:
        return None
    paths = {path.tag: path for row in ROWS.values() for path in (row.xmp, *row.aliases)}
    found: dict[str, list[tuple[str, ...]]] = {}
    for description in root.xpath("//r:RDF/r:Description", namespaces={"r": RDF}):
        for name, path in paths.items():
            texts = [] if description.get(name) is None else [(None, description.get(name))]
            for element in description.findall(name):
                items = element.xpath("r:*/r:li", namespaces={"r": RDF})
                texts += [
                    (i.get(f"{{{XML}}}lang"), "".join(i.itertext())) for i in items or [element]
                ]
            texts = [(lang, text) for lang, text in texts if text.strip()]
            if path.form is Form.LANG_ALT:
                texts.sort(key=lambda pair: pair[0] != "x-default")
                texts = texts[:1]
            if texts:
                found.setdefault(f"XMP {path.qname}", []).append(tuple(text for _, text in texts))
    return found


def test_real_packets_read_like_a_plain_reading(shared: Path) -> None:
    compared = 0
    for name, packet in xmp_packets(shared):
        expected = plainly(packet)
        reading = read(packet)
        if expected is None:
            continue
        actual: dict[str, list[tuple[str, ...]]] = {}
        for value in reading.values:
            if not value.locator.endswith("]"):
                actual.setdefault(value.locator, []).append(value.values)
        assert actual == expected, name
        compared += sum(map(len, expected.values()))
    assert compared > 400


def test_no_real_packet_takes_long(shared: Path) -> None:
    packets = xmp_packets(shared)
    started = time.perf_counter()
    for _, packet in packets:
        read(packet)
    assert time.perf_counter() - started < len(packets) * 0.005
