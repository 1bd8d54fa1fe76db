"""Segments and blocks of a JPEG header."""

from __future__ import annotations

import io
import struct

import pytest
from making import (
    XMP_HEADER,
    dress,
    exif_block,
    iim_block,
    photoshop_block,
    resource,
    segment,
    xmp_packet,
)
from PIL import Image

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Carrier
from provenance.metadata.formats.jpeg import MAX_PIECES, survey
from provenance.metadata.formats.jpeg_segments import MAX_SEGMENTS, Kind, walk
from provenance.metadata.source import FIRST, Window

XMP = xmp_packet({"photoshop:Credit": "AFP"})
EXIF = exif_block({"artist": "Aaref WATAD"})
PHOTOSHOP = photoshop_block(iim_block({"byline": "Aaref WATAD"}))


@pytest.fixture(scope="module")
def plain() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (90, 20, 60)).save(out, "JPEG")
    return out.getvalue()


class Counting:
    """A byte source that keeps account of what was read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.reads: list[tuple[int, int]] = []

    def read(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return self.data[offset : offset + length]


def blocks_of(data: bytes) -> list[tuple[Carrier, bytes]]:
    return [(block.carrier, block.payload) for block in survey(Window.over(data, "a.jpg")).blocks]


def codes_of(data: bytes) -> list[str]:
    return [told.code for told in survey(Window.over(data, "a.jpg")).warnings]


def test_survey_cuts_out_each_block(plain: bytes) -> None:
    data = dress(plain, exif=EXIF, xmp=XMP, photoshop=PHOTOSHOP)
    assert blocks_of(data) == [
        (Carrier.EXIF, EXIF[6:]),
        (Carrier.XMP, XMP),
        (Carrier.PHOTOSHOP, PHOTOSHOP[14:]),
    ]
    assert codes_of(data) == []


def test_walk_names_every_segment_of_a_plain_picture(plain: bytes) -> None:
    kinds = [one.kind for one in walk(Window.over(plain, "a.jpg"), [])]
    assert kinds[0] is Kind.OTHER
    assert set(kinds[1:-1]) == {Kind.IMAGE}
    assert kinds[-1] is Kind.SCAN


def test_walk_steps_over_fill_bytes_without_a_word(plain: bytes) -> None:
    data = plain[:2] + b"\xff" * 20_000 + segment(0xE1, EXIF) + b"\xff" * 3 + plain[2:]
    assert blocks_of(data) == [(Carrier.EXIF, EXIF[6:])]
    assert codes_of(data) == []


@pytest.mark.parametrize(
    "stray",
    [
        b"\x00\x00",
        b"garbage" * 5_000,
        b"\xff\x20\x00\x08",
        b"\xff\xe5\x00\x01",
        b"\xff\xe5\x00\x00",
    ],
    ids=["zeros", "long", "reserved marker", "length 1", "length 0"],
)
def test_walk_steps_over_stray_bytes_and_says_so(plain: bytes, stray: bytes) -> None:
    data = plain[:2] + stray + segment(0xE1, EXIF) + stray + plain[2:]
    assert blocks_of(data) == [(Carrier.EXIF, EXIF[6:])]
    assert codes_of(data) == ["jpeg-stray-bytes"]


def test_walk_steps_over_standalone_markers(plain: bytes) -> None:
    data = plain[:2] + b"\xff\x01\xff\xd0\xff\xd8" + segment(0xE1, EXIF) + plain[2:]
    assert blocks_of(data) == [(Carrier.EXIF, EXIF[6:])]
    assert codes_of(data) == []


def test_walk_refuses_an_endless_header() -> None:
    data = b"\xff\xd8" + b"\xff\xe5\x00\x02" * (MAX_SEGMENTS + 1)
    with pytest.raises(UnreadableError, match="segments") as caught:
        survey(Window.over(data, "a.jpg"))
    assert caught.value.code == "limit-segments"


@pytest.mark.parametrize("header", [b"XMP\x00://ns.adobe.com/xap/1.0/\x00", b"", b"x" * 200])
def test_survey_finds_xmp_behind_an_odd_header(plain: bytes, header: bytes) -> None:
    data = plain[:2] + segment(0xE1, header + XMP) + plain[2:]
    assert blocks_of(data) == [(Carrier.XMP, XMP)]


def test_survey_leaves_a_foreign_app1_alone(plain: bytes) -> None:
    data = plain[:2] + segment(0xE1, b"QVCI\x00" + bytes(300) + b"and later <x:xmp") + plain[2:]
    assert blocks_of(data) == []


def jumbf(
    label: bytes, uuid: bytes = b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
) -> bytes:
    description = uuid + b"\x03" + label + b"\x00"
    box = struct.pack(">I4s", len(description) + 8, b"jumd") + description
    superbox = struct.pack(">I4s", len(box) + 8, b"jumb") + box
    return segment(0xEB, b"JP\x02\x11\x00\x00\x00\x01" + superbox)


def test_survey_sees_content_credentials(plain: bytes) -> None:
    data = plain[:2] + jumbf(b"c2pa") + plain[2:]
    assert survey(Window.over(data, "a.jpg")).content_credentials == "c2pa"


@pytest.mark.parametrize(
    "other",
    [
        jumbf(b"c2pa.assertions", uuid=b"c2as" + bytes(12)),
        jumbf(b"faceregions", uuid=b"json" + bytes(12)),
        segment(0xEB, b"JP\x02\x11\x00\x00\x00\x01 c2pa c2pa"),
        segment(0xEB, b"HDR_RI ver=11 c2pa"),
        segment(0xEB, b"JP"),
    ],
    ids=["assertion store", "another JUMBF", "no box", "JPEG-HDR", "empty"],
)
def test_survey_takes_no_other_app11_for_content_credentials(plain: bytes, other: bytes) -> None:
    assert survey(Window.over(plain[:2] + other + plain[2:], "a.jpg")).content_credentials is None


def test_survey_joins_a_photoshop_block_split_at_any_octet(plain: bytes) -> None:
    whole = resource(0x0404, iim_block({"caption": "c" * 1500})) + resource(0x03ED, b"r" * 777)
    for cut in (1, 5, 7, 11, 13, 700, len(whole) - 1):
        parts = b"".join(
            segment(0xED, b"Photoshop 3.0\x00" + piece) for piece in (whole[:cut], whole[cut:])
        )
        assert blocks_of(plain[:2] + parts + plain[2:]) == [(Carrier.PHOTOSHOP, whole)], cut


def test_survey_joins_across_other_segments_and_three_pieces(plain: bytes) -> None:
    whole = resource(0x0404, b"i" * 900) + resource(0x03ED, b"r" * 777)
    pieces = [segment(0xED, b"Photoshop 3.0\x00" + whole[at : at + 600]) for at in (0, 600, 1200)]
    data = plain[:2] + pieces[0] + segment(0xE1, EXIF) + pieces[1] + pieces[2] + plain[2:]
    assert blocks_of(data) == [(Carrier.PHOTOSHOP, whole), (Carrier.EXIF, EXIF[6:])]


def test_survey_keeps_complete_photoshop_blocks_apart(plain: bytes) -> None:
    one, two = resource(0x0404, b"one!"), resource(0x0404, b"two") + b"\x00\x00"
    data = plain[:2] + b"".join(segment(0xED, b"Photoshop 3.0\x00" + x) for x in (one, two, one))
    data += plain[2:]
    assert blocks_of(data) == [(Carrier.PHOTOSHOP, x) for x in (one, two, one)]


def test_survey_joins_exif_that_goes_on_without_a_header(plain: bytes) -> None:
    tiff = EXIF[6:]
    parts = segment(0xE1, EXIF[:60]) + segment(0xE1, b"Exif\x00\x00" + EXIF[60:])
    assert blocks_of(plain[:2] + parts + plain[2:]) == [(Carrier.EXIF, tiff)]
    twice = segment(0xE1, EXIF) * 2
    assert blocks_of(plain[:2] + twice + plain[2:]) == [(Carrier.EXIF, tiff)] * 2


def test_survey_reports_a_cut_inside_metadata(plain: bytes) -> None:
    data = dress(plain, exif=EXIF, xmp=XMP)
    with pytest.raises(UnreadableError, match=r"a\.jpg.*EXIF block.*octet 60") as caught:
        survey(Window.over(data[:60], "a.jpg"))
    assert caught.value.code == "jpeg-truncated"
    assert caught.value.remedy


@pytest.mark.parametrize("length", [2, 3, 4, 12, 21])
def test_survey_reports_a_file_cut_before_its_picture(plain: bytes, length: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        survey(Window.over(plain[:length], "a.jpg"))
    assert caught.value.code == "jpeg-truncated"


def test_survey_keeps_whole_metadata_of_a_file_cut_before_its_picture(plain: bytes) -> None:
    data = dress(plain, exif=EXIF)[: -len(plain) + 60]
    assert blocks_of(data) == [(Carrier.EXIF, EXIF[6:])]
    assert codes_of(data) == ["jpeg-truncated"]


def test_survey_reads_once_and_no_picture_data(plain: bytes) -> None:
    source = Counting(dress(plain, exif=EXIF, xmp=XMP, photoshop=PHOTOSHOP) + bytes(900_000))
    found = survey(Window(source, "a.jpg"))
    assert len(found.blocks) == 3
    assert source.reads == [(0, FIRST)]


def test_survey_does_not_read_a_big_colour_profile(plain: bytes) -> None:
    profile = b"".join(
        segment(0xE2, b"ICC_PROFILE\x00" + bytes([n, 9]) + bytes(65_000)) for n in range(1, 10)
    )
    data = plain[:2] + profile + segment(0xE1, XMP_HEADER + XMP) + plain[2:] + bytes(500_000)
    source = Counting(data)
    found = survey(Window(source, "a.jpg"))
    assert [block.payload for block in found.blocks] == [XMP]
    assert sum(min(length, source.size - offset) for offset, length in source.reads) < 250_000


def test_survey_is_the_same_from_bytes_and_from_ranges(plain: bytes) -> None:
    big = resource(0x03ED, b"r" * 60_000)
    data = dress(plain, exif=EXIF, xmp=XMP, photoshop=photoshop_block(b"", after=big))
    data = dress(data, photoshop=photoshop_block(iim_block({"byline": "x"}), before=big))
    assert survey(Window(Counting(data), "a.jpg")) == survey(Window.over(data, "a.jpg"))


def test_survey_stays_linear_in_unending_photoshop_pieces(plain: bytes) -> None:
    endless = segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x7f\xff\xff\xff" + bytes(500))
    data = plain[:2] + endless * 20_000 + plain[2:]
    found = survey(Window.over(data, "a.jpg"))
    assert len(found.blocks) == 1
    assert len(found.blocks[0].parts) == MAX_PIECES
    assert [told.code for told in found.warnings] == ["limit-metadata"]
