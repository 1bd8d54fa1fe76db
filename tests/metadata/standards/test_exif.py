"""EXIF blocks: reading."""

from __future__ import annotations

import struct

import pytest
from tiff_making import (
    ARTIST,
    ASCII,
    COPYRIGHT,
    FULL,
    FULL_EXIF,
    OFFSET,
    SHORT,
    TAKEN,
    UNDEFINED,
    UTF8,
    block,
)

from provenance.metadata.properties import EXIF_TAGS
from provenance.metadata.standards import exif, ifd
from provenance.model import Container


def texts(data: bytes) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in exif.decode(data).values}


def codes(data: bytes) -> list[str]:
    return [told.code for told in exif.decode(data).warnings]


def test_table_and_decoder_know_the_same_tags() -> None:
    data = block(FULL, FULL_EXIF)
    assert {value.property for value in exif.decode(data).values} == set(EXIF_TAGS.values())


@pytest.mark.parametrize("order", ["<", ">"])
def test_decode_reads_every_property(order: str) -> None:
    orientation, colour = (struct.pack(order + "H", number) for number in (6, 1))
    data = block(
        [row if row[0] != 0x0112 else (0x0112, SHORT, orientation) for row in FULL],
        [row if row[0] != 0xA001 else (0xA001, SHORT, colour) for row in FULL_EXIF],
        order,
    )
    reading = exif.decode(data, locator_prefix="EXIF#2")
    assert [(v.property.value, v.locator, v.values) for v in reading.values] == [
        ("description", "EXIF#2 IFD0:ImageDescription", ("Damascus, December 8",)),
        ("creatorNames", "EXIF#2 IFD0:Artist", ("Aaref WATAD",)),
        ("copyrightNotice", "EXIF#2 IFD0:Copyright", ("AFP",)),
        ("dateCreated", "EXIF#2 ExifIFD:DateTimeOriginal", ("2024-12-08T11:30:00+02:00",)),
        ("digitalImageGuid", "EXIF#2 ExifIFD:ImageUniqueID", ("0123456789abcdef" * 2,)),
    ]
    assert {value.container for value in reading.values} == {Container.EXIF}
    assert (reading.orientation, reading.colour_space, reading.warnings) == (6, 1, ())


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        (b"Bakr ALKASEM\x00", ("Bakr ALKASEM",)),
        (b"Bakr ALKASEM", ("Bakr ALKASEM",)),
        (b"Bakr\x00\x00ALKASEM\x00", ("Bakr",)),
        (b"A; B;C ;; D ;\x00", ("A", "B", "C", "D")),
        (b'"Smith; John"; B\x00', ("Smith; John", "B")),
        (b'"Jo ""Bo"" X"\x00', ('Jo "Bo" X',)),
        (b'"Bo" Smith; B\x00', ('"Bo" Smith', "B")),
        (b'"open; B\x00', ('"open', "B")),
        (b"   \x00", None),
        (b"\x00", None),
        (b";;; ;\x00", None),
        ("Ωmega ÜNÏ\x00".encode(), ("Ωmega ÜNÏ",)),
    ],
)
def test_decode_takes_artist_apart(raw: bytes, values: tuple[str, ...] | None) -> None:
    assert texts(block([(ARTIST, ASCII, raw)])).get("EXIF IFD0:Artist") == values


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        (b"Photographer\x00Editor\x00", ("Photographer", "Editor")),
        (b" \x00Editor\x00", ("Editor",)),
        (b"Photographer\x00", ("Photographer",)),
        (b"A;B\x00\x00\x00", ("A;B",)),
        (b"A\x00B\x00C\x00", ("A", "B")),
    ],
)
def test_decode_shows_both_copyrights(raw: bytes, values: tuple[str, ...]) -> None:
    assert texts(block([(COPYRIGHT, ASCII, raw)])) == {"EXIF IFD0:Copyright": values}


@pytest.mark.parametrize(
    ("raw", "offset", "value"),
    [
        (b"2024:12:08 11:30:00\x00", None, "2024-12-08T11:30:00"),
        (b"2024:12:08 11:30:00\x00", b"-05:30\x00", "2024-12-08T11:30:00-05:30"),
        (b"2024:12:08 11:30:00\x00", b"   :  \x00", "2024-12-08T11:30:00"),
        (b"2024:12:08   :  :  \x00", b"+02:00\x00", "2024-12-08"),
        (b"2024:12:08\x00", None, "2024-12-08"),
        (b"0000:00:00 00:00:00\x00", None, None),
        (b"    :  :     :  :  \x00", None, None),
        (b"2024:13:45 11:30:00\x00", None, "2024:13:45 11:30:00"),
        (b"yesterday\x00", None, "yesterday"),
    ],
)
def test_decode_gives_dates_as_iso_8601(
    raw: bytes, offset: bytes | None, value: str | None
) -> None:
    rows = [(TAKEN, ASCII, raw)] + ([(OFFSET, ASCII, offset)] if offset else [])
    found = texts(block([], rows)).get("EXIF ExifIFD:DateTimeOriginal")
    assert found == (None if value is None else (value,))


def test_decode_guesses_a_charset_and_says_so() -> None:
    data = block([(ARTIST, ASCII, b"Andr\xe9 \x93X\x94 \x81\x00")])
    assert texts(data) == {"EXIF IFD0:Artist": ("André “X” \x81",)}
    assert codes(data) == ["exif-charset-guessed"]


@pytest.mark.parametrize("kind", [1, ASCII, UNDEFINED, UTF8])
def test_decode_accepts_every_type_that_holds_text(kind: int) -> None:
    assert texts(block([(ARTIST, kind, b"Bakr\x00")])) == {"EXIF IFD0:Artist": ("Bakr",)}


def test_decode_leaves_a_broken_entry_out_and_keeps_the_others() -> None:
    good = (COPYRIGHT, ASCII, b"AFP\x00")
    wrong_type = block([(ARTIST, SHORT, bytes(8)), good])
    outside = bytearray(block([(ARTIST, ASCII, b"Aaref WATAD\x00"), good]))
    struct.pack_into("<I", outside, 10 + 4, 0xFFFFFFFF)
    for data in (wrong_type, bytes(outside)):
        assert texts(data) == {"EXIF IFD0:Copyright": ("AFP",)}
        assert codes(data) == ["exif-broken-entry"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "exif-broken"),
        (b"II*", "exif-broken"),
        (b"XX*\x00\x08\x00\x00\x00", "exif-broken"),
        (b"II*\x00", "exif-broken-entry"),
        (b"II*\x00\xff\xff\xff\xff", "exif-broken-entry"),
        (b"II*\x00\x08\x00\x00\x00\xff\xff", "exif-broken-entry"),
    ],
)
def test_decode_reports_a_broken_frame(data: bytes, code: str) -> None:
    assert codes(data) == [code]
    assert texts(data) == {}


def test_decode_reads_no_more_repetitions_than_a_writer_could_mean() -> None:
    rows = [(ARTIST, ASCII, b"Aaref WATAD\x00")] * 3000
    reading = exif.decode(block(rows))
    assert len(reading.values) == exif.MAX_REPEATS
    assert {told.code for told in reading.warnings} == {"exif-broken-entry"}
    assert len(reading.warnings) == 1


def test_decode_reads_the_entries_that_a_cut_table_still_has() -> None:
    data = block([(ARTIST, ASCII, b"Ann\x00"), (COPYRIGHT, ASCII, b"AFP\x00")])
    assert texts(data[: 10 + 12]) == {"EXIF IFD0:Artist": ("Ann",)}


def test_spans_end_where_directories_go_in_circles() -> None:
    data = bytearray(block(FULL, FULL_EXIF))
    wire = ifd.wire_of(bytes(data))
    assert wire is not None
    struct.pack_into("<I", data, 8 + 2 + 12 * 5, 8)
    struct.pack_into("<I", data, 8 + 2 + 12 * 4 + 8, 8)
    assert len(ifd.spans(bytes(data), wire)) < 20
