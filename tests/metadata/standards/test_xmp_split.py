"""Packets that outgrow their segment."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from making import xmp_packet
from xmp_edit_material import RDF, rdf, read

from provenance.metadata.standards.xmp import parse
from provenance.metadata.standards.xmp_extended import guid_of
from provenance.metadata.standards.xmp_split import divide
from provenance.model import Container

HISTORY = f"<photoshop:History>{'saved. ' * 200}</photoshop:History>"
LONG = f'<q:long xmlns:q="urn:q"><rdf:Bag><rdf:li>{"x" * 3000}</rdf:li></rdf:Bag></q:long>'


def named(packet: bytes) -> str | None:
    return parse(packet, container=Container.XMP, locator_prefix="XMP").has_extended


def test_padding_goes_first() -> None:
    packet = xmp_packet({"photoshop:Credit": "AFP"}, padding=4000)
    divided = divide(packet, len(packet) - 3000)
    assert divided is not None
    main, extended = divided
    assert len(main) == len(packet) - 3000
    assert extended == b""
    assert read(main) == read(packet)
    assert divide(packet, len(packet)) == (packet, b"")


def test_the_history_moves_before_what_is_longer() -> None:
    packet = xmp_packet({"photoshop:Credit": "AFP"}, padding=0, inner=HISTORY + LONG)
    divided = divide(packet, len(packet) - 500)
    assert divided is not None
    main, extended = divided
    assert len(main) <= len(packet) - 500
    assert named(main) == guid_of(extended)
    assert HISTORY.encode() in extended
    assert LONG.encode() in main
    assert read(main) == read(packet)
    both = divide(packet, len(packet) - 3000)
    assert both is not None
    assert HISTORY.encode() in both[1]
    assert LONG.encode() in both[1]
    assert HISTORY.encode() not in both[0]


def test_the_extended_packet_says_what_the_main_one_said() -> None:
    packet = rdf(f"<q:x>&amp;{'y' * 900}</q:x>", " xmlns:z='urn:&quot;z' q:y='1'").replace(
        b"rdf:about=''", b"rdf:about='uuid:1&amp;2'"
    )
    divided = divide(packet, len(packet) - 300)
    assert divided is not None
    (description,) = ET.fromstring(divided[1]).iter(f"{{{RDF}}}Description")
    assert description.get(f"{{{RDF}}}about") == "uuid:1&2"
    assert [(child.tag, child.text) for child in description] == [("{urn:q}x", "&" + "y" * 900)]
    (left,) = ET.fromstring(divided[0]).iter(f"{{{RDF}}}Description")
    assert left.get("{urn:q}y") == "1"
    assert [child.tag for child in left] == ["{http://ns.adobe.com/xmp/note/}HasExtendedXMP"]


@pytest.mark.parametrize(
    "packet",
    [
        xmp_packet({"dc:description": "x" * 3000}, padding=0),
        xmp_packet({"photoshop:Credit": "x" * 3000}, padding=0),
        xmp_packet({"xmpNote:HasExtendedXMP": "0" * 32}, padding=0, inner=HISTORY),
        xmp_packet({}, padding=0, inner=HISTORY).decode().encode("utf-16-le"),
        xmp_packet({}, padding=0, inner=HISTORY).replace(b"saved", b"sav\xe9d"),
        rdf(""),
    ],
    ids=["caption", "attribute", "extended already", "UTF-16", "damaged", "empty"],
)
def test_what_cannot_be_divided_is_left(packet: bytes) -> None:
    assert divide(packet, len(packet) - 400) is None


def test_a_prefix_of_rdf_that_means_something_else_is_left_alone() -> None:
    packet = (
        f'<r:RDF xmlns:r="{RDF}" xmlns:rdf="urn:x"><r:Description><rdf:y>{"x" * 900}</rdf:y>'
        "</r:Description></r:RDF>"
    ).encode()
    assert divide(packet, len(packet) - 100) is None
