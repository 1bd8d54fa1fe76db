"""Properties of the file, and real packets edited."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from making import xmp_packet
from real_blocks import xmp_packets
from xmp_edit_material import HARD, rdf, read

from provenance.errors import RewriteRefusedError
from provenance.metadata.properties import PHOTOSHOP, XMP_NOTE, XMP_ROWS
from provenance.metadata.standards.xmp import XmpReading, parse
from provenance.metadata.standards.xmp_edit import legacy_digest_edit, replace_simple, splice
from provenance.metadata.standards.xmp_places import placed_properties
from provenance.model import Container, Edit, Property, PropertyValue


def editable(reading: XmpReading) -> list[PropertyValue]:
    """What a packet says but for the history of its file, which is never edited."""
    return [value for value in reading.values if value.property not in XMP_ROWS]


@pytest.mark.parametrize("after", ["xmp.did:2", None])
def test_the_history_of_a_file_is_not_edited(after: str | None) -> None:
    packet = rdf("<xmpMM:DocumentID>xmp.did:1</xmpMM:DocumentID>")
    (value,) = parse(packet, container=Container.XMP, locator_prefix="XMP").values
    assert value.property is Property.DOCUMENT_ID
    edit = Edit("", Container.XMP, value.locator, value.property, "xmp.did:1", after)
    with pytest.raises(RewriteRefusedError):
        splice(packet, [edit], keep_size=True)


# --- properties of the file


@pytest.mark.parametrize(
    "packet",
    [
        rdf("", ' photoshop:Credit="A" xmpNote:HasExtendedXMP="OLD"'),
        rdf("<xmpNote:HasExtendedXMP>OLD</xmpNote:HasExtendedXMP>", ' photoshop:Credit="A"'),
    ],
)
def test_a_property_of_the_file_is_replaced(packet: bytes) -> None:
    written = replace_simple(packet, XMP_NOTE, "HasExtendedXMP", "NEW")
    assert written == packet.replace(b"OLD", b"NEW")


def test_replacing_keeps_the_size_or_not() -> None:
    packet = xmp_packet({"xmpNote:HasExtendedXMP": "OLD"})
    grown = replace_simple(packet, XMP_NOTE, "HasExtendedXMP", "LONGER", keep_size=False)
    assert len(grown) == len(packet) + 3
    assert len(replace_simple(packet, XMP_NOTE, "HasExtendedXMP", "LONGER")) == len(packet)


def test_a_listed_property_can_be_replaced_too() -> None:
    packet = rdf("", ' photoshop:Credit="A" photoshop:Source="A"')
    assert replace_simple(packet, PHOTOSHOP, "Credit", "B") == rdf(
        "", ' photoshop:Credit="B" photoshop:Source="A"'
    )


def test_a_property_that_is_not_there_is_not_made() -> None:
    for namespace in (XMP_NOTE, "http://example.org/unknown/"):
        with pytest.raises(RewriteRefusedError) as refusal:
            replace_simple(rdf(""), namespace, "HasExtendedXMP", "NEW")
        assert refusal.value.code == "value-changed"


@pytest.mark.parametrize("form", [str.upper, str.lower])
def test_a_true_digest_follows_the_block(form: type[str]) -> None:
    old, new = (hashlib.md5(data).hexdigest() for data in (b"old", b"new"))
    packet = xmp_packet({"photoshop:LegacyIPTCDigest": form(old)})
    assert legacy_digest_edit(packet, {"0" * 32: "1" * 32, old: new}) == packet.replace(
        form(old).encode(), form(new).encode()
    )


def test_a_stale_or_absent_digest_is_left_alone() -> None:
    for packet in (
        xmp_packet({"photoshop:LegacyIPTCDigest": "0" * 32}),
        xmp_packet({"photoshop:Credit": "AFP"}),
        b"no packet",
    ):
        assert legacy_digest_edit(packet, {"1" * 32: "2" * 32}) == packet


# --- real files


def test_octets_and_tree_read_every_real_packet_alike(shared: Path) -> None:
    sound = 0
    for name, packet in xmp_packets(shared):
        reading = parse(packet, container=Container.XMP, locator_prefix="XMP")
        if reading.warnings or packet[:1] not in (b"<", b" ", b"\n") or b"\0" in packet[:4]:
            continue
        body = packet[packet.index(b"<") : packet.rindex(b">") + 1]
        placed: list[tuple[str, tuple[str, ...]]] = []
        for prop in placed_properties(body, "XMP"):
            by_suffix: dict[str, list[str]] = {}
            for place in prop.places:
                by_suffix.setdefault(place.suffix, []).append(place.text)
            placed += [(prop.locator + end, tuple(texts)) for end, texts in by_suffix.items()]
        assert placed == [(value.locator, value.values) for value in editable(reading)], name
        sound += 1
    assert sound > 200


def test_every_value_of_every_real_packet_can_be_edited_and_put_back(shared: Path) -> None:
    edited = 0
    for name, packet in xmp_packets(shared):
        reading = parse(packet, container=Container.XMP, locator_prefix="XMP")
        if reading.warnings:
            continue
        before = read(packet)
        for value in editable(reading):
            old = value.values[0]
            there = Edit("", Container.XMP, value.locator, value.property, old, HARD)
            back = Edit("", Container.XMP, value.locator, value.property, HARD, old)
            written = splice(packet, [there], keep_size=True)
            after = read(written)
            assert any(HARD in values for values in after.pop(value.locator)), name
            assert after == {k: v for k, v in before.items() if k != value.locator}, name
            assert read(splice(written, [back], keep_size=True)) == before, name
            edited += 1
    assert edited > 500


def test_every_value_of_every_real_packet_can_be_removed(shared: Path) -> None:
    removed = 0
    for name, packet in xmp_packets(shared):
        reading = parse(packet, container=Container.XMP, locator_prefix="XMP")
        if reading.warnings or not reading.values:
            continue
        edits = [
            Edit("", Container.XMP, value.locator, value.property, text, None)
            for value in editable(reading)
            for text in value.values
        ]
        kept = {v.locator for v in reading.values if v.property in XMP_ROWS}
        assert read(splice(packet, edits, keep_size=True)).keys() == kept, name
        removed += len(edits)
    assert removed > 500
