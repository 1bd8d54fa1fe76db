"""Canon's CR3: two EXIF boxes as one block."""

from __future__ import annotations

import contextlib
import struct

import pytest
from bmff_material import PIXELS, cr3
from hypothesis import given
from hypothesis import strategies as st
from making import xmp_packet
from tiff_making import ARTIST, ASCII, FULL, FULL_EXIF, SHORT
from tiff_making import block as tiff_block

from provenance.errors import ProvenanceError, UnreadableError
from provenance.metadata import read
from provenance.metadata.blocks import Carrier, Survey
from provenance.metadata.formats import bmff_cr3
from provenance.metadata.source import Window
from provenance.metadata.standards import exif
from provenance.model import AssetRef, Property

REF = AssetRef("/pool/a.cr3", 0, "")
FIRST, SECOND = tiff_block(FULL), tiff_block(FULL_EXIF)
XMP = xmp_packet({"photoshop:Credit": "AFP"}, padding=0)
FILE = cr3(FIRST, SECOND, XMP)


def survey(data: bytes) -> Survey:
    return bmff_cr3.survey(Window.over(data, "a.cr3"))


def test_both_exif_boxes_are_one_block() -> None:
    found = survey(FILE)
    assert [one.carrier for one in found.blocks] == [Carrier.EXIF, Carrier.XMP]
    assert [FILE[at + 4 : at + 8] for at in found.blocks[0].parts] == [b"CMT1", b"CMT2"]
    assert found.warnings == ()
    assert exif.decode(found.blocks[0].payload) == exif.decode(tiff_block(FULL, FULL_EXIF))


def test_values_of_both_are_read() -> None:
    record = read(REF, FILE, digests=True)
    assert record.media_type == "image/x-canon-cr3"
    assert [one.values for one in record.of(Property.CREATOR_NAMES)] == [("Aaref WATAD",)]
    assert [one.values for one in record.of(Property.DATE_CREATED)] == [
        ("2024-12-08T11:30:00+02:00",)
    ]
    assert [one.values for one in record.of(Property.CREDIT_LINE)] == [("AFP",)]


def test_one_box_alone_is_read() -> None:
    assert exif.decode(survey(cr3(FIRST, b"")).blocks[0].payload) == exif.decode(FIRST)
    assert survey(cr3(b"", SECOND, XMP)).blocks[0].carrier is Carrier.XMP


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (b"no TIFF header", SECOND, "exif-broken"),
        (FIRST, b"no TIFF header", "exif-broken"),
        (FIRST, tiff_block(FULL_EXIF, order=">"), "exif-broken"),
        (FIRST[:20], SECOND, "exif-broken-entry"),
    ],
    ids=["first", "second", "byte orders", "cut"],
)
def test_exif_that_is_broken_is_told(first: bytes, second: bytes, code: str) -> None:
    assert code in [one.code for one in survey(cr3(first, second, XMP)).warnings]


def test_a_value_outside_of_its_box_is_told_and_the_rest_is_read() -> None:
    record = read(REF, cr3(FIRST[:-6], SECOND))
    assert [one.code for one in record.warnings] == ["exif-broken-entry"]
    assert [one.values for one in record.of(Property.DESCRIPTION)] == [("Damascus, December 8",)]


def test_repeated_entries_are_limited() -> None:
    many = [(ARTIST, ASCII, b"some name " * 100)] * 5_000
    payload = survey(cr3(tiff_block(many), SECOND)).blocks[0].payload
    assert len(payload) < 60_000


def test_credits_and_offsets_are_in_no_digest() -> None:
    digests = bmff_cr3.fingerprints(FILE)
    named = [*FULL[:2], (ARTIST, ASCII, b"Bakr ALKASEM of AFP\x00"), FULL[3]]
    for changed in (
        cr3(tiff_block(named), SECOND, XMP),
        cr3(FIRST, SECOND, b""),
        cr3(FIRST, SECOND, XMP + bytes(9), offset=99),
    ):
        assert changed != FILE
        assert bmff_cr3.fingerprints(changed) == digests


def test_the_picture_is_in_the_digests() -> None:
    image, scan = bmff_cr3.fingerprints(FILE)
    turned = [FULL[0], (0x0112, SHORT, struct.pack("<H", 1)), *FULL[2:]]
    others = {
        cr3(FIRST, SECOND, XMP, PIXELS[::-1]): (True, True),
        cr3(tiff_block(turned), SECOND, XMP): (True, False),
        FILE.replace(b"CanonCR3_001", b"CanonCR3_002"): (True, False),
        FILE.replace(b"size", b"SIZE"): (True, False),
    }
    for changed, expected in others.items():
        new_image, new_scan = bmff_cr3.fingerprints(changed)
        assert (new_image != image, new_scan != scan) == expected
    assert bmff_cr3.fingerprints(FILE[:-1])[1] is None


def test_a_file_cut_anywhere_is_an_error_or_a_warning() -> None:
    behind = FILE.index(b"mdat") + 4
    for cut in range(20, len(FILE)):
        if cut < FILE.index(b"CMT1") - 4:
            with pytest.raises(UnreadableError) as caught:
                read(REF, FILE[:cut], digests=True)
            assert caught.value.code == "cr3-truncated"
        elif cut > FILE.index(b"CMT1") + 16:
            record = read(REF, FILE[:cut], digests=True)
            assert record.warnings
            if cut > behind:
                assert [one.code for one in record.warnings] == ["cr3-truncated"]
                assert len(record.values) > 5


@given(st.data())
def test_mutated_files_raise_nothing_of_their_own(data: st.DataObject) -> None:
    octets = bytearray(FILE)
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(st.integers(28, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ProvenanceError):
        read(REF, bytes(octets), digests=True)
