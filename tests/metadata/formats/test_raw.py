"""Raw files: told from TIFF by what they hold, read, never written natively."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import dress, exif_block, iim_block, photoshop_block, xmp_packet
from PIL import Image
from tiff_material import (
    ASCII,
    BYTE,
    EXIF_TEXTS,
    LONG,
    PIXELS,
    SHORT,
    TEXTS,
    UNDEFINED,
    XMP,
    Maker,
    Row,
    dressed,
    tiff,
)

from provenance.errors import ProvenanceError, UnreadableError
from provenance.metadata import digests, read
from provenance.metadata.formats import raw
from provenance.metadata.formats.recognition import FORMATS, recognise
from provenance.metadata.formats.sniffing import sniff
from provenance.metadata.source import Window
from provenance.model import AssetRef, Property

REF = AssetRef("/pool/a.raw", 0, "")


def media_type(data: bytes) -> str:
    return recognise(Window.over(data, "a.raw"))[0]


def creators(data: bytes) -> list[tuple[str, ...]]:
    return [value.values for value in read(REF, data).of(Property.CREATOR_NAMES)]


def negative(
    make: bytes, sensor: Row, *, order: str = "<", magic: bytes | None = None, big: bool = False
) -> bytes:
    """A camera's file: a thumbnail and the metadata in IFD0, the sensor data in a SubIFD."""
    maker = Maker(order, magic=magic, big=big)
    rows = [row for row in maker.picture() if row[0] != sensor[0]]
    kind, value = sensor[1], maker.short(*struct.unpack("<H", sensor[2]))
    sub = maker.directory([*rows, (sensor[0], kind, value)])
    note = maker.directory([*EXIF_TEXTS, (0x927C, UNDEFINED, b"offsets inside")])
    first = [
        *maker.picture(PIXELS[:96]),
        (0x00FE, LONG, maker.long(1)),
        (0x010F, ASCII, make + b"\x00"),
        (0x014A, LONG, maker.long(sub)),
        (0x8769, LONG, maker.long(note)),
        (0x02BC, BYTE, XMP),
        *TEXTS,
    ]
    return maker.done(maker.directory(first))


CFA: Row = (0x0106, SHORT, struct.pack("<H", 32803))
NEF_COMPRESSION: Row = (0x0103, SHORT, struct.pack("<H", 34713))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (b"NIKON CORPORATION", "image/x-nikon-nef"),
        (b"SONY", "image/x-sony-arw"),
        (b"PENTAX Corporation ", "image/x-pentax-pef"),
        (b"RICOH IMAGING COMPANY, LTD.", "image/x-pentax-pef"),
        (b"EASTMAN KODAK COMPANY", "image/x-kodak-kdc"),
        (b"Hasselblad", "image/x-hasselblad-3fr"),
        (b"Somebody new", "image/x-dcraw"),
    ],
)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("sensor", [CFA, NEF_COMPRESSION], ids=["colours", "compression"])
def test_a_raw_file_is_told_by_its_sensor_data(
    make: bytes, expected: str, order: str, sensor: Row
) -> None:
    data = negative(make, sensor, order=order)
    assert sniff(data) == "image/tiff"
    assert media_type(data) == expected
    assert creators(data) == [("Aaref WATAD",), ("Aaref WATAD",)]


def test_sensor_data_in_a_successor_are_seen() -> None:
    maker = Maker()
    following = maker.directory([*maker.picture(), (0x828E, BYTE, b"\x00\x01\x01\x02")])
    assert media_type(maker.done(maker.directory(maker.picture(), following))) == raw.OTHER_RAW


def test_a_dng_is_told_by_its_version() -> None:
    for order in "<>":
        data = tiff([*TEXTS, (0xC612, BYTE, b"\x01\x06\x00\x00")], order=order)
        assert media_type(data) == "image/x-adobe-dng"
        assert creators(data) == [("Aaref WATAD",)]


def test_a_tiff_of_a_camera_maker_is_no_raw_file() -> None:
    assert media_type(tiff([(0x010F, ASCII, b"NIKON CORPORATION\x00")])) == "image/tiff"
    assert media_type(dressed(big=True)) == "image/x-tiff-big"
    assert media_type(b"II*\x00\x08\x00\x00\x00") == "image/tiff"
    assert media_type(b"MM\x00*") == "image/tiff"


@pytest.mark.parametrize(
    ("magic", "expected"),
    [
        (b"IIRO", "image/x-olympus-orf"),
        (b"IIRS", "image/x-olympus-orf"),
        (b"IIU\x00", "image/x-panasonic-rw2"),
    ],
)
def test_makers_with_a_header_of_their_own_are_read(magic: bytes, expected: str) -> None:
    data = negative(b"OLYMPUS", CFA, magic=magic)
    assert media_type(data) == expected
    assert creators(data) == [("Aaref WATAD",), ("Aaref WATAD",)]
    assert digests(data).scan is not None


def test_big_endian_olympus_is_read() -> None:
    assert len(creators(negative(b"OLYMPUS", CFA, order=">", magic=b"MMOR"))) == 2


def test_phase_one_and_canon_are_told_by_their_headers() -> None:
    maker = Maker()
    maker.data += b"IIIITwaR" + bytes(4)
    assert media_type(maker.done(maker.directory(TEXTS))) == "image/x-phaseone-iiq"
    maker = Maker()
    maker.data += b"CR\x02\x00" + bytes(4)
    data = maker.done(maker.directory([*maker.picture(), *TEXTS]))
    assert media_type(data) == "image/x-canon-cr2"
    assert creators(data) == [("Aaref WATAD",)]


def test_no_raw_file_is_written_natively() -> None:
    for media in raw.FORMATS:
        assert FORMATS[media].replace is None
    assert len(raw.FORMATS) >= 14


def test_a_maker_note_is_no_part_of_the_digest_of_a_raw_file() -> None:
    data = negative(b"SONY", CFA)
    moved = data.replace(b"offsets inside", b"OFFSETS inside")
    assert digests(moved).image == digests(data).image
    assert digests(moved).sha256 != digests(data).sha256
    at = data.index(PIXELS)
    assert digests(data[:at] + b"??" + data[at + 2 :]).image != digests(data).image


# --- wrappers ----------------------------------------------------------------------------


def preview(name: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (90, 20, 60)).save(out, "JPEG")
    return dress(
        out.getvalue(),
        exif=exif_block({"artist": name}),
        xmp=xmp_packet({"photoshop:Credit": "AFP"}),
        photoshop=photoshop_block(iim_block({"byline": name})),
    )


def raf(jpeg: bytes, *, sensor: bytes = b"sensor data" * 30, gap: int = 0) -> bytes:
    head = b"FUJIFILMCCD-RAW 0201FF383501FinePix S9500".ljust(0x54, b"\x00")
    base = 0x94
    table = b"a table of the sensor"
    at = base + len(jpeg) + gap
    pairs = struct.pack(">IIIIII", base, len(jpeg), at, len(table), at + len(table), len(sensor))
    header = (head + pairs).ljust(base, b"\x00")
    return header + jpeg + bytes(gap) + table + sensor


def test_a_raf_file_says_what_its_jpeg_says() -> None:
    data = raf(preview("Aaref WATAD"))
    record = read(REF, data)
    assert record.media_type == "image/x-fuji-raf"
    assert creators(data) == [("Aaref WATAD",), ("Aaref WATAD",)]
    assert [value.values for value in record.of(Property.CREDIT_LINE)] == [("AFP",)]


def test_the_parts_of_a_raf_file_count_from_its_beginning() -> None:
    data = raf(preview("Aaref WATAD"))
    for block in FORMATS["image/x-fuji-raf"].survey(Window.over(data, "a.raf")).blocks:
        assert data[block.parts[0]] == 0xFF


def test_the_digests_of_a_raf_file_follow_the_picture_not_the_credits() -> None:
    one, other = raf(preview("Aaref WATAD")), raf(preview("Somebody else, longer"), gap=3)
    assert digests(one).image == digests(other).image
    assert digests(one).scan == digests(other).scan is not None
    changed = digests(raf(preview("Aaref WATAD"), sensor=b"other data."))
    assert changed.image != digests(one).image
    assert changed.scan != digests(one).scan


@pytest.mark.parametrize("end", [20, 0x58, 0x94, 0x95])
def test_a_cut_raf_file_is_refused(end: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(REF, raf(preview("x"))[:end])
    assert caught.value.code == "raf-truncated"


def mrw(block: bytes, *, sensor: bytes = b"sensor data" * 30, wrong: int = 0) -> bytes:
    blocks = b""
    for tag, payload in (
        (b"\x00PRD", b"27730001 and so"),
        (b"\x00TTW", block),
        (b"\x00WBG", b"white balance"),
        (b"\x00PAD", bytes(len(block) % 7)),
    ):
        blocks += tag + struct.pack(">I", len(payload) + wrong) + payload
    return b"\x00MRM" + struct.pack(">I", len(blocks)) + blocks + sensor


def ttw(name: bytes = b"Aaref WATAD") -> bytes:
    return tiff([(0x013B, ASCII, name + b"\x00"), (0x02BC, BYTE, XMP)], EXIF_TEXTS, order=">")


def test_an_mrw_file_is_read_through_its_tiff_block() -> None:
    data = mrw(ttw())
    record = read(REF, data)
    assert record.media_type == "image/x-minolta-mrw"
    assert creators(data) == [("Aaref WATAD",), ("Aaref WATAD",)]
    survey = FORMATS["image/x-minolta-mrw"].survey(Window.over(data, "a.mrw"))
    assert data[survey.blocks[1].parts[0] :].startswith(XMP)


def test_the_digests_of_an_mrw_file_follow_the_picture_not_the_credits() -> None:
    one, other = digests(mrw(ttw())), digests(mrw(ttw(b"Somebody else, longer")))
    assert (one.image, one.scan) == (other.image, other.scan)
    changed = digests(mrw(ttw(), sensor=b"other data."))
    assert changed.image != one.image
    assert changed.scan != one.scan


def test_an_mrw_file_without_its_tiff_block_is_refused() -> None:
    for data in (b"\x00MRM", mrw(ttw())[:20], b"\x00MRM" + b"\xff" * 40, mrw(ttw(), wrong=1 << 30)):
        with pytest.raises(UnreadableError) as caught:
            read(REF, data)
        assert caught.value.code in {"mrw-truncated", "tiff-truncated"}


def rw2(jpeg: bytes, rows: list[Row]) -> bytes:
    maker = Maker(magic=b"IIU\x00")
    start = maker.add(b"sensor data" * 30)
    first = [(0x002E, UNDEFINED, jpeg), (0x0118, LONG, maker.long(start)), *rows]
    return maker.done(maker.directory(first))


def test_an_rw2_file_says_what_its_jpeg_says() -> None:
    data = rw2(preview("Aaref WATAD"), [])
    assert creators(data) == [("Aaref WATAD",), ("Aaref WATAD",)]
    assert {value.locator.split()[0] for value in read(REF, data).values} == {"EXIF", "XMP", "IIM"}
    both = rw2(preview("Aaref WATAD"), [(0x013B, ASCII, b"Somebody\x00")])
    assert creators(both)[0] == ("Somebody",)
    assert len(creators(both)) == 3


def test_a_broken_jpeg_in_an_rw2_file_is_a_warning() -> None:
    data = rw2(b"\xff\xd8\xff\xd9" + bytes(20), [(0x013B, ASCII, b"Somebody\x00")])
    record = read(REF, data)
    assert [told.code for told in record.warnings] == ["rw2-preview-broken"]
    assert creators(data) == [("Somebody",)]


def test_the_sensor_data_of_an_rw2_file_are_its_picture() -> None:
    data = rw2(preview("Aaref WATAD"), [])
    changed = data.replace(b"sensor data", b"sensor date", 1)
    assert digests(changed).scan != digests(data).scan is not None


_KINDS = {
    "raf": raf(preview("Aaref WATAD")),
    "mrw": mrw(ttw()),
    "rw2": rw2(preview("Aaref WATAD"), TEXTS),
    "nef": negative(b"NIKON", CFA),
}


@pytest.mark.parametrize("kind", _KINDS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_damage_raises_what_is_not_ours(kind: str, data: st.DataObject) -> None:
    octets = bytearray(_KINDS[kind])
    place = st.one_of(st.integers(0, 160), st.integers(0, len(octets) - 1), st.integers(-260, -1))
    for at, value in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=10)):
        octets[at] = value
    del octets[data.draw(st.sampled_from([0, 0, 0, 7, 300])) or len(octets) :]
    told: ProvenanceError | None = None
    try:
        read(REF, bytes(octets), digests=True)
    except ProvenanceError as error:
        told = error
    assert told is None or told.remedy
