"""The metadata blocks of TIFF and BigTIFF files."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiff_material import (
    ASCII,
    BYTE,
    EXIF_TEXTS,
    IIM,
    LONG,
    SHORT,
    TEXTS,
    UNDEFINED,
    XMP,
    Maker,
    dressed,
    resources,
    tiff,
)

from provenance.errors import ProvenanceError, UnreadableError
from provenance.metadata import read
from provenance.metadata.blocks import Carrier
from provenance.metadata.formats.tiff_digests import fingerprints
from provenance.metadata.formats.tiff_splice import check_writable
from provenance.metadata.formats.tiff_survey import MAX_BLOCK, survey, swapped
from provenance.metadata.source import Window
from provenance.model import AssetRef

REF = AssetRef("/pool/a.tif", 0, "")


class Counting:
    """A byte source that keeps account of what was read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.reads: list[tuple[int, int]] = []

    def read(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return self.data[offset : offset + length]


def said(data: bytes) -> set[tuple[str, tuple[str, ...]]]:
    return {(value.locator, value.values) for value in read(REF, data).values}


def codes(data: bytes) -> list[str]:
    return [told.code for told in survey(Window.over(data, "a.tif")).warnings]


ALL = {
    ("EXIF IFD0:ImageDescription", ("Damascus, December 8",)),
    ("EXIF IFD0:Artist", ("Aaref WATAD",)),
    ("EXIF IFD0:Copyright", ("AFP",)),
    ("EXIF ExifIFD:DateTimeOriginal", ("2024-12-08T11:30:00+02:00",)),
    ("EXIF ExifIFD:ImageUniqueID", ("0123456789abcdef0123456789abcdef",)),
    ("XMP dc:creator", ("Aaref WATAD",)),
    ("XMP photoshop:Credit", ("AFP",)),
    ("XMP dc:description", ("Damascus, December 8",)),
    ("IIM 2:80", ("Aaref WATAD",)),
    ("IIM 2:110", ("AFP",)),
    ("IIM 2:120", ("Damascus, December 8",)),
}


@pytest.mark.parametrize("big", [False, True], ids=["classic", "BigTIFF"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_container_of_a_tiff_file_is_read(order: str, big: bool) -> None:
    record = read(REF, dressed(order, big=big), digests=True)
    assert {(value.locator, value.values) for value in record.values} == ALL
    assert record.warnings == ()
    assert record.media_type == ("image/x-tiff-big" if big else "image/tiff")
    assert record.content_credentials is None


def test_blocks_come_in_the_order_of_their_tags() -> None:
    found = survey(Window.over(dressed(), "a.tif")).blocks
    carriers = [block.carrier for block in found]
    assert carriers == [Carrier.EXIF, Carrier.XMP, Carrier.IIM, Carrier.PHOTOSHOP]
    assert [found[1].payload, found[2].payload] == [XMP, IIM]


def test_the_condensed_block_holds_a_few_hundred_octets_of_a_large_file() -> None:
    data = tiff([*TEXTS, (0x935C, UNDEFINED, bytes(500_000))], EXIF_TEXTS)
    assert len(survey(Window.over(data, "a.tif")).blocks[0].payload) < 500


def test_metadata_at_the_end_of_a_large_file_cost_a_few_small_reads() -> None:
    maker = Maker()
    rows = maker.picture(bytes(20_000_000))
    maker.add(bytes(100))
    exif = maker.directory(EXIF_TEXTS)
    pointer = (0x8769, LONG, maker.long(exif))
    data = maker.done(maker.directory([*rows, *TEXTS, (0x02BC, BYTE, XMP), pointer]))
    source = Counting(data)
    record = read(REF, source)
    assert len(record.values) == 8
    assert sum(length for _offset, length in source.reads) < 150_000
    assert len(source.reads) <= 6


@pytest.mark.parametrize("kind", [BYTE, UNDEFINED, ASCII, LONG])
def test_iim_is_read_whatever_type_it_has(kind: int) -> None:
    padded = IIM + bytes(-len(IIM) % 4)
    found = survey(Window.over(tiff([(0x83BB, kind, padded)]), "a.tif")).blocks
    assert found[1].payload == IIM


def test_iim_with_reversed_numbers_is_read() -> None:
    data = tiff([(0x83BB, LONG, swapped(IIM + bytes(-len(IIM) % 4)))])
    assert ("IIM 2:80", ("Aaref WATAD",)) in said(data)


def test_iim_of_afcp_is_a_block_of_its_own() -> None:
    data = tiff([(0x83BB, UNDEFINED, IIM), (0x8568, UNDEFINED, IIM)])
    assert {("IIM 2:80", ("Aaref WATAD",)), ("IIM#2 2:80", ("Aaref WATAD",))} <= said(data)


def test_a_stale_digest_beside_the_iim_is_told() -> None:
    true = resources(hashlib.md5(IIM, usedforsecurity=False).digest())
    assert codes(tiff([(0x83BB, UNDEFINED, IIM), (0x8649, BYTE, true)])) == []
    stale = [(0x83BB, UNDEFINED, IIM), (0x8649, BYTE, resources(bytes(16)))]
    assert codes(tiff(stale)) == ["iptc-digest-stale"]
    assert codes(tiff([(0x8649, BYTE, resources(bytes(16)))])) == []


def pages(second: list[tuple[int, int, bytes]]) -> bytes:
    maker = Maker()
    following = maker.directory([*maker.picture(), *second])
    return maker.done(maker.directory([*maker.picture(), *TEXTS], following))


def test_credits_of_a_second_page_are_told_and_left_alone() -> None:
    data = pages([(0x013B, ASCII, b"Somebody else\x00")])
    assert codes(data) == ["tiff-page-metadata"]
    assert all("Somebody" not in str(values) for _locator, values in said(data))
    assert codes(pages([(0x010E, ASCII, b"page two of a fax\x00")])) == []


def test_content_credentials_are_seen() -> None:
    data = tiff([(0xCD41, UNDEFINED, b"\x00\x00\x00\x10jumb" + bytes(20))])
    assert read(REF, data).content_credentials == "c2pa"


def test_a_repeated_artist_is_read_in_order() -> None:
    data = tiff([(0x013B, ASCII, b"First one\x00"), (0x013B, ASCII, b"Second one\x00")])
    assert [value.values for value in read(REF, data).values] == [("First one",), ("Second one",)]


def test_a_value_behind_the_end_costs_that_value() -> None:
    data = bytearray(tiff([*TEXTS, (0x02BC, BYTE, XMP)]))
    for tag in (0x010E, 0x02BC):
        at = data.index(struct.pack("<HH", tag, ASCII if tag == 0x010E else BYTE))
        data[at + 8 : at + 12] = struct.pack("<I", len(data) + 10)
    record = read(REF, bytes(data))
    assert {value.locator for value in record.values} == {"EXIF IFD0:Artist", "EXIF IFD0:Copyright"}
    assert {told.code for told in record.warnings} == {"tiff-broken-entry", "exif-broken-entry"}


def test_an_artist_of_a_numeric_type_is_a_warning() -> None:
    record = read(REF, tiff([(0x013B, SHORT, b"\x01\x00\x02\x00")]))
    assert [told.code for told in record.warnings] == ["exif-broken-entry"]


def test_a_pointer_to_nowhere_is_a_warning() -> None:
    data = tiff([*TEXTS, (0x8769, LONG, struct.pack("<I", 0x7FFFFFFF))])
    assert codes(data) == ["tiff-broken-entry"]
    assert len(read(REF, data).values) == 3


def test_a_value_over_the_limit_is_told_and_left_out() -> None:
    data = tiff([(0x02BC, BYTE, bytes(MAX_BLOCK + 1)), *TEXTS])
    assert codes(data) == ["tiff-value-too-large"]
    assert len(read(REF, data).values) == 3


@pytest.mark.parametrize(
    "head",
    [
        b"II*\x00",
        b"II*\x00\x08\x00\x00\x00",
        b"MM\x00*\xff\xff\xff\xff",
        b"II*\x00\x02\x00\x00\x00" + bytes(40),
        b"II+\x00\x08\x00\x00\x00" + b"\xff" * 8,
        b"II+\x00\x04\x00\x00\x00" + bytes(40),
    ],
    ids=["magic", "no table", "far", "in the header", "BigTIFF far", "BigTIFF odd"],
)
def test_a_file_without_a_first_directory_is_refused(head: bytes) -> None:
    with pytest.raises(UnreadableError, match="cannot be read") as caught:
        survey(Window.over(head, "a.tif"))
    assert caught.value.code == "tiff-truncated"


def test_a_loop_of_directories_ends() -> None:
    maker = Maker()
    at = maker.directory([*maker.picture(), *TEXTS])
    data = bytearray(maker.done(at))
    data[-4:] = struct.pack("<I", at)
    assert len(said(bytes(data))) == 3
    assert fingerprints(bytes(data))[1] is not None


@pytest.mark.parametrize("big", [False, True], ids=["classic", "BigTIFF"])
def test_every_truncation_is_read_or_refused(big: bool) -> None:
    data = dressed(big=big)
    read_at_all = 0
    for end in (*range(600), *range(600, len(data), 7)):
        try:
            record = read(REF, data[:end], digests=True)
        except UnreadableError:
            continue
        read_at_all += 1
        assert {(one.locator, one.values) for one in record.values} <= ALL
    assert read_at_all > 5


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_damage_raises_what_is_not_ours(data: st.DataObject) -> None:
    octets = bytearray(dressed(data.draw(st.sampled_from("<>")), big=data.draw(st.booleans())))
    # The tables stand at the end: damage there hurts most.
    places = st.one_of(st.integers(0, 15), st.integers(len(octets) - 500, len(octets) - 1))
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=12)):
        octets[place] = value
    for work in (
        lambda: read(REF, bytes(octets), digests=True),
        lambda: check_writable(bytes(octets)),
    ):
        told: ProvenanceError | None = None
        try:
            work()
        except ProvenanceError as error:
            told = error
        assert told is None or told.remedy
