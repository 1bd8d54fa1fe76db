"""What the digests of a TIFF file cover."""

from __future__ import annotations

import struct

import pytest
from making import iim_block
from tiff_material import (
    ASCII,
    BYTE,
    EXIF_TEXTS,
    IIM,
    LONG,
    PIXELS,
    SHORT,
    TEXTS,
    UNDEFINED,
    XMP,
    Maker,
    Row,
    dressed,
    resources,
    tiff,
)

from provenance.errors import UnreadableError
from provenance.metadata.formats.tiff_digests import fingerprints, raw_fingerprints

OTHER: list[Row] = [
    (0x010E, ASCII, b"Somewhere else altogether, and long\x00"),
    (0x013B, ASCII, b"X\x00"),
    (0x02BC, BYTE, XMP[:-1000]),
    (0x83BB, LONG, iim_block({"byline": "Bakr"}) + bytes(20 - 4)),
]
LATER = [(0x9003, ASCII, b"2024:12:09 11:30:00\x00")]


@pytest.mark.parametrize("big", [False, True], ids=["classic", "BigTIFF"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_credits_are_no_part_of_either_digest(order: str, big: bool) -> None:
    def made(rows: list[Row], exif: list[Row]) -> tuple[str, str | None]:
        return fingerprints(tiff(rows, exif, order=order, big=big))

    plain = made([], [])
    assert made(TEXTS, EXIF_TEXTS) == plain
    assert made(OTHER, LATER) == plain
    assert plain[1] is not None


def test_the_byte_order_is_part_of_both_digests() -> None:
    little, big = fingerprints(tiff()), fingerprints(tiff(order=">"))
    assert little[0] != big[0]
    assert little[1] != big[1]


@pytest.mark.parametrize(
    "row",
    [
        (0x0132, ASCII, b"2024:12:08 11:30:00\x00"),
        (0x8773, UNDEFINED, b"a colour profile"),
        (0xC6F4, BYTE, b"a private tag"),
        (0xCD41, UNDEFINED, b"a manifest store"),
        (0x935C, UNDEFINED, b"layers"),
        (0x9C9D, 250, b"of an unknown type"[:4]),
    ],
)
def test_every_other_entry_is_part_of_the_image_digest(row: Row) -> None:
    plain, more = fingerprints(tiff(TEXTS)), fingerprints(tiff([*TEXTS, row]))
    changed = fingerprints(tiff([*TEXTS, (row[0], row[1], row[2][:3] + b"!" + row[2][4:])]))
    assert len({plain[0], more[0], changed[0]}) == 3
    assert plain[1] == more[1] == changed[1]


def test_orientation_and_colour_space_are_part_of_the_image_digest() -> None:
    data = dressed()
    for tag, value in ((0x0112, 6), (0xA001, 1)):
        entry = struct.pack("<HHIH", tag, SHORT, 1, value)
        assert data.count(entry) == 1
        turned = data.replace(entry, struct.pack("<HHIH", tag, SHORT, 1, value + 1))
        assert fingerprints(turned)[0] != fingerprints(data)[0]
        assert fingerprints(turned)[1] == fingerprints(data)[1]


def test_a_pixel_changes_both_digests() -> None:
    data = dressed()
    at = data.index(PIXELS[:40]) + 5
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    ours, theirs = fingerprints(data), fingerprints(changed)
    assert ours[0] != theirs[0]
    assert ours[1] != theirs[1]


def test_photoshop_resources_other_than_iim_are_part_of_the_image_digest() -> None:
    def made(block: bytes) -> str:
        return fingerprints(tiff([(0x8649, BYTE, block)]))[0]

    plain = made(resources(bytes(16)))
    assert made(resources(b"another digest..", iim=None)) == plain
    assert made(resources(bytes(16), iim=IIM)) == plain
    assert made(resources(bytes(16)).replace(b"resolution", b"rEsolution")) != plain
    assert made(resources(bytes(16)) + b"a tail") != plain


def test_where_things_stand_is_no_part_of_the_image_digest() -> None:
    def made(gap: int) -> bytes:
        maker = Maker()
        maker.add(bytes(gap))
        rows = maker.picture()
        maker.add(b"left behind by an edit" * gap)
        exif = maker.directory(EXIF_TEXTS)
        sub = maker.directory(maker.picture(PIXELS[:96]))
        pointers = [(0x8769, LONG, maker.long(exif)), (0x014A, LONG, maker.long(sub))]
        return maker.done(maker.directory([*rows, *TEXTS, *pointers]))

    assert fingerprints(made(0)) == fingerprints(made(6))


def test_strips_that_stand_apart_have_the_digests_of_strips_that_touch() -> None:
    def made(gap: int) -> bytes:
        maker = Maker()
        half = len(PIXELS) // 2
        first = maker.add(PIXELS[:half])
        maker.add(bytes(gap))
        second = maker.add(PIXELS[half:])
        maker.data += bytes(2)
        rows = [row for row in maker.picture() if row[0] != 0x0111]
        return maker.done(maker.directory([*rows, (0x0111, LONG, maker.long(first, second))]))

    assert fingerprints(made(0)) == fingerprints(made(4))


def test_a_smaller_copy_is_no_part_of_the_scan_digest() -> None:
    def made(*, thumbnail: bool) -> tuple[str, str | None]:
        maker = Maker()
        following = 0
        if thumbnail:
            rows = [*maker.picture(PIXELS[:96]), (0x00FE, LONG, maker.long(1))]
            following = maker.directory(rows)
        return fingerprints(maker.done(maker.directory(maker.picture(), following)))

    with_it, without = made(thumbnail=True), made(thumbnail=False)
    assert with_it[1] == without[1]
    assert with_it[0] != without[0]


def test_a_second_page_is_part_of_the_scan_digest() -> None:
    def made(pixels: bytes) -> str | None:
        maker = Maker()
        following = maker.directory(maker.picture(pixels))
        return fingerprints(maker.done(maker.directory(maker.picture(), following)))[1]

    assert made(PIXELS) != made(PIXELS[::-1])


def test_tables_of_old_style_jpeg_are_picture() -> None:
    def made(fill: int) -> tuple[str, str | None]:
        maker = Maker()
        table = maker.add(bytes([fill]) * 64)
        codes = maker.add(b"\x00\x02" + bytes(14) + b"ab" + bytes(40))
        rows = maker.picture(compression=6)
        rows += [(0x0207, LONG, maker.long(table)), (0x0208, LONG, maker.long(codes))]
        return fingerprints(maker.done(maker.directory(rows)))

    assert made(1)[0] != made(2)[0]
    assert made(1)[1] != made(2)[1]


def test_a_file_without_picture_data_has_no_scan_digest() -> None:
    maker = Maker()
    assert fingerprints(maker.done(maker.directory(TEXTS)))[1] is None


def test_strips_without_lengths_are_measured_by_the_picture() -> None:
    def made(pixels: bytes) -> str | None:
        maker = Maker()
        rows = [row for row in maker.picture(pixels) if row[0] != 0x0117]
        return fingerprints(maker.done(maker.directory(rows)))[1]

    assert made(PIXELS) != made(PIXELS[:-1] + b"\x00")


def test_maker_notes_are_part_of_the_digest_of_a_tiff_not_of_a_raw_file() -> None:
    ours, theirs = (tiff([], [(0x927C, UNDEFINED, note)]) for note in (b"note one", b"note two"))
    assert fingerprints(ours)[0] != fingerprints(theirs)[0]
    assert raw_fingerprints(ours) == raw_fingerprints(theirs)


def test_values_that_repeat_the_file_too_often_are_refused() -> None:
    maker = Maker()
    where = maker.add(bytes(400_000))
    table = b"".join(
        struct.pack("<HHII", 0xC000 + number, UNDEFINED, 400_000, where) for number in range(200)
    )
    first = maker.add(struct.pack("<H", 200) + table + bytes(4))
    with pytest.raises(UnreadableError) as caught:
        fingerprints(maker.done(first))
    assert caught.value.code == "limit-overlaps"


def test_endless_directories_are_refused() -> None:
    maker = Maker()
    following = 0
    for _ in range(4_200):
        following = maker.directory([], following)
    with pytest.raises(UnreadableError) as caught:
        fingerprints(maker.done(following))
    assert caught.value.code == "limit-directories"


def test_directories_inside_of_one_another_are_refused() -> None:
    maker = Maker()
    inner = maker.directory(TEXTS)
    for _ in range(20):
        inner = maker.directory([(0x014A, LONG, maker.long(inner))])
    with pytest.raises(UnreadableError) as caught:
        fingerprints(maker.done(inner))
    assert caught.value.code == "limit-directories"
