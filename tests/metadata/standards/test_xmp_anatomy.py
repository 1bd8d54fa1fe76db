"""Positions of elements, attributes and text in a packet."""

from __future__ import annotations

import pytest

from provenance.errors import RewriteRefusedError
from provenance.metadata.standards.xmp_anatomy import descriptions
from provenance.metadata.standards.xmp_places import placed_properties

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
PHOTOSHOP = 'xmlns:p="http://ns.adobe.com/photoshop/1.0/"'


def test_spans_are_those_of_the_octets() -> None:
    text = (
        f"<!-- ž --><rdf:RDF {RDF}><rdf:Description a = 'ž' {PHOTOSHOP} p:b=\"&lt;\">"
        "x<c/>y<![CDATA[<]]><d >z</d ></rdf:Description></rdf:RDF>"
    ).encode()
    (node,) = descriptions(text)
    a, b = node.attributes
    assert (a.name, a.text, text[a.start : a.end]) == ("a", "ž", " a = 'ž'".encode())
    assert (b.name, b.text) == ("{http://ns.adobe.com/photoshop/1.0/}b", "<")
    assert text[slice(*b.inner)] == b"&lt;"
    assert node.text == "xy<"
    assert node.inner is not None
    assert text[slice(*node.inner)].startswith(b"x<c/>")
    assert text[node.end :] == b"</rdf:RDF>"
    c, d = node.children
    assert (c.tag, c.inner, text[c.start : c.end]) == ("c", None, b"<c/>")
    assert (d.tag, d.text, text[d.start : d.end]) == ("d", "z", b"<d >z</d >")
    assert d.attribute("none") is None


@pytest.mark.parametrize(
    "text",
    [
        f"<rdf:RDF {RDF}><rdf:Description/></rdf:RDF>",
        f"<x><rdf:RDF {RDF}><rdf:Description/></rdf:RDF></x>",
        f"<x><y/><y><z/><rdf:RDF {RDF}><rdf:Description/></rdf:RDF></y></x>",
        f"<x><y><rdf:RDF {RDF}><rdf:Description><rdf:RDF><rdf:Description/></rdf:RDF></rdf:Description></rdf:RDF></y></x>",
    ],
)
def test_top_level_descriptions_are_found_wherever_rdf_stands(text: str) -> None:
    assert len(descriptions(text.encode())) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<a>",
        "<a></b>",
        "<!DOCTYPE a><a/>",
        "<a b:c='1'/>",
        "<a b='1' b='2'/>",
        "<a>&nope;</a>",
        "<a/>trailing",
        "<a>" * 300 + "</a>" * 300,
    ],
)
def test_what_is_no_sound_packet_is_refused(text: str) -> None:
    with pytest.raises(RewriteRefusedError) as refusal:
        descriptions(text.encode())
    assert refusal.value.code == "xmp-broken"
    assert refusal.value.remedy


def test_a_structure_is_no_place() -> None:
    inner = "<p:Credit><rdf:Description><p:x>1</p:x></rdf:Description></p:Credit>"
    empty = "<p:Source/><p:City rdf:resource=''/>"
    text = f"<rdf:RDF {RDF} {PHOTOSHOP}><rdf:Description>{inner}{empty}</rdf:Description></rdf:RDF>"
    assert list(placed_properties(text.encode(), "XMP")) == []
