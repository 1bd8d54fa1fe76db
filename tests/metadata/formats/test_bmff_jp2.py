"""JPEG 2000: boxes with metadata before a codestream."""

from __future__ import annotations

import contextlib

import pytest
from bmff_material import PIXELS, XMP_UUID, box, jp2, uuid
from hypothesis import given
from hypothesis import strategies as st
from making import iim_block, resource, xmp_packet
from tiff_making import FULL, FULL_EXIF
from tiff_making import block as tiff_block

from provenance.errors import ProvenanceError, UnreadableError
from provenance.metadata import read
from provenance.metadata.blocks import Carrier
from provenance.metadata.formats import bmff_jp2
from provenance.metadata.source import Window
from provenance.model import AssetRef, Property

REF = AssetRef("/pool/a.jp2", 0, "")
EXIF = tiff_block(FULL, FULL_EXIF)
IIM = iim_block({"byline": "Aaref WATAD"})
XMP = xmp_packet({"photoshop:Credit": "AFP"}, padding=0)
EXIF_BOX = uuid(b"JpgTiffExif->JP2", EXIF)
IIM_BOX = uuid(bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), IIM)
XMP_BOX = uuid(XMP_UUID, XMP)
FILE = jp2(EXIF_BOX, IIM_BOX, XMP_BOX)
CODESTREAM = b"\xff\x4f\xff\x51" + PIXELS


def found(data: bytes) -> tuple[list[tuple[Carrier, bytes]], list[str]]:
    survey = bmff_jp2.survey(Window.over(data, "a.jp2"))
    blocks = [(one.carrier, one.payload) for one in survey.blocks]
    return blocks, [one.code for one in survey.warnings]


def test_metadata_boxes_are_read() -> None:
    blocks = [(Carrier.EXIF, EXIF), (Carrier.IIM, IIM), (Carrier.XMP, XMP)]
    assert found(FILE) == (blocks, [])
    record = read(REF, FILE, digests=True)
    assert record.media_type == "image/jp2"
    assert [one.locator for one in record.of(Property.CREATOR_NAMES)] == [
        "EXIF IFD0:Artist",
        "IIM 2:80",
    ]


@pytest.mark.parametrize(
    ("piece", "block"),
    [
        (uuid(b"JpgTiffExif->JP2", b"Exif\x00\x00" + EXIF), (Carrier.EXIF, EXIF)),
        (uuid(bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"), EXIF), (Carrier.EXIF, EXIF)),
        (uuid(bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"), IIM), (Carrier.IIM, IIM)),
        (
            uuid(bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb"), resource(0x0404, IIM)),
            (Carrier.PHOTOSHOP, resource(0x0404, IIM)),
        ),
        (box(b"xml ", XMP), (Carrier.XMP, XMP)),
        (
            box(b"xml ", XMP.decode().encode("utf-16")),
            (Carrier.XMP, XMP.decode().encode("utf-16")),
        ),
    ],
    ids=["prefix", "other exif", "other iim", "photoshop", "xml", "xml in UTF-16"],
)
def test_other_boxes_that_carry_metadata_are_read(
    piece: bytes, block: tuple[Carrier, bytes]
) -> None:
    assert found(jp2(piece)) == ([block], [])
    assert bmff_jp2.fingerprints(jp2(piece))[1] == bmff_jp2.fingerprints(FILE)[1]


def test_other_xml_and_uuids_are_left_alone() -> None:
    assert found(jp2(box(b"xml ", b"<gml/>"), uuid(bytes(16), XMP))) == ([], [])


def test_exif_without_a_header_is_told() -> None:
    assert found(jp2(uuid(b"JpgTiffExif->JP2", b"nothing"))) == ([], ["exif-broken"])


def test_a_bare_codestream_says_nothing_and_shares_its_scan_digest() -> None:
    assert found(CODESTREAM) == ([], [])
    image, scan = bmff_jp2.fingerprints(CODESTREAM)
    assert scan == bmff_jp2.fingerprints(FILE)[1]
    assert image != bmff_jp2.fingerprints(FILE)[0]


def test_digests_cover_the_picture_and_no_credits() -> None:
    image, scan = bmff_jp2.fingerprints(FILE)
    other = uuid(bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), IIM + b"\x1c")
    assert bmff_jp2.fingerprints(jp2(EXIF_BOX, other, box(b"xml ", XMP))) == (image, scan)
    assert bmff_jp2.fingerprints(FILE.replace(b"depth", b"DEPTH"))[0] != image
    assert bmff_jp2.fingerprints(jp2(EXIF_BOX, box(b"xml ", b"<gml/>")))[0] != image
    turned = EXIF.replace(b"\x03\x00\x01\x00\x00\x00\x06", b"\x03\x00\x01\x00\x00\x00\x01")
    new = bmff_jp2.fingerprints(FILE.replace(EXIF, turned))
    assert (new[0] != image, new[1] == scan) == (True, True)
    new = bmff_jp2.fingerprints(FILE[:-1] + b"?")
    assert (new[0] != image, new[1] != scan) == (True, True)


def test_a_file_cut_anywhere_is_an_error_or_a_warning() -> None:
    metadata, stream = FILE.index(EXIF_BOX), FILE.index(b"jp2c") - 4
    for cut in range(20, len(FILE)):
        if cut < metadata:
            with pytest.raises(UnreadableError) as caught:
                read(REF, FILE[:cut], digests=True)
            assert caught.value.code == "jp2-truncated"
        elif cut > metadata + 24 + len(EXIF):
            assert "jp2-truncated" in found(FILE[:cut])[1]
            assert bmff_jp2.fingerprints(FILE[:cut])[1] is None
    assert len(found(FILE[: stream + 9])[0]) == 3


@given(st.data())
def test_mutated_files_raise_nothing_of_their_own(data: st.DataObject) -> None:
    octets = bytearray(FILE)
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(st.integers(12, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ProvenanceError):
        read(REF, bytes(octets), digests=True)
