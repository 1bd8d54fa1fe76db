"""XMP packets: every form that files use, every way they are broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import xmp_packet
from xmp_material import CREDIT, RDF, codes, rdf, read, said

from provenance.metadata.properties import xmp_paths
from provenance.metadata.standards.xmp import parse
from provenance.metadata.standards.xmp_slots import suffixes
from provenance.model import Container, Property

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
