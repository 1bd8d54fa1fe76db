"""The readers that take files apart see every change. No ExifTool is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from fidelity import jpeg_pieces, kinds
from fidelity.resource_pieces import digests
from fidelity.tiff_pieces import Tables, moved
from fidelity.wholeness import broken
from making import exif_block, photoshop_block, segment
from tiff_material import ASCII, XMP, resources, tiff

NEWSROOM = Path(__file__).resolve().parents[2] / "fixtures" / "newsroom"
DESIGN = NEWSROOM / "web" / "design"
KINDS = {
    ".png": kinds.PNG,
    ".webp": kinds.WEBP,
    ".tif": kinds.TIFF,
    ".psd": kinds.PSD,
    ".jpg": kinds.JPEG,
}
EXIF = b"Exif\0\0"
PICTURES = [*sorted(DESIGN.iterdir()), *sorted((NEWSROOM / "incoming").glob("dpa*.jpg"))]


def exif(**values: str) -> bytes:
    """An EXIF block from its TIFF header on."""
    return exif_block(values, b"the note of the maker").removeprefix(EXIF)


def exif_segment(block: bytes) -> bytes:
    return segment(0xE1, EXIF + block)


def jpeg(*segments: bytes, rest: bytes = b"\xff\xda\0\2picture\xff\xd9") -> bytes:
    return b"\xff\xd8" + b"".join(segments) + rest


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.suffix)
def test_a_picture_is_itself(path: Path) -> None:
    data = path.read_bytes()
    assert kinds.changed_pieces(KINDS[path.suffix], data, data) == []


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.suffix)
def test_octets_of_the_picture_are_seen(path: Path) -> None:
    data = path.read_bytes()
    at = {".tif": len(data) // 2, ".webp": 100}.get(path.suffix, len(data) - 40)
    other = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    assert kinds.changed_pieces(KINDS[path.suffix], data, other)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.suffix)
def test_a_cut_picture_is_incomplete(path: Path) -> None:
    data = path.read_bytes()
    assert broken(data) == ""
    assert broken(data[: len(data) // 2])


def test_credit_may_change() -> None:
    one = exif(artist="Anna Ek", copyright="Ek")
    other = one.replace(b"Anna Ek", b"Bo Berg")
    assert one != other
    assert kinds.changed_pieces(kinds.JPEG, *(jpeg(exif_segment(x)) for x in (one, other))) == []


@pytest.mark.parametrize(("old", "new"), [(b"(c) EK", b"(c) DK"), (b"the note", b"the vote")])
def test_other_values_may_not(old: bytes, new: bytes) -> None:
    block = exif(artist="Anna Ek", copyright="(c) EK")
    assert block.count(old) == 1
    before, after = jpeg(exif_segment(block)), jpeg(exif_segment(block.replace(old, new)))
    assert kinds.changed_pieces(kinds.JPEG, before, after)


def test_a_maker_note_may_not_move() -> None:
    block = exif(artist="Anna Ek")
    row = next(row for one in Tables(block).directories for row in one.rows if row.tag == 0x927C)
    order = "little" if block[:2] == b"II" else "big"
    field = (row.at + 8, row.at + 12)
    away = len(block).to_bytes(4, order)
    other = block[: field[0]] + away + block[field[1] :] + block[row.start : row.end]
    told = kinds.changed_pieces(kinds.JPEG, jpeg(exif_segment(block)), jpeg(exif_segment(other)))
    assert any(f"0x927c at {row.start}" in one for one in told)


def test_octets_that_nobody_refers_to_may_not_change() -> None:
    data = tiff(tail=b"private")
    assert moved(data, data.replace(b"private", b"PRIVATE")) != []
    assert moved(data, data + b"more") == []


def test_zeros_behind_a_value_may_be_used() -> None:
    data = tiff([(0x02BC, 1, XMP)], tail=bytes(8))
    assert moved(data, data[:-8] + b"grown") == []


def test_exif_over_two_segments_is_one() -> None:
    block = exif(artist="Anna Ek")
    data = jpeg(exif_segment(block[:20]), exif_segment(block[20:]))
    assert [one[:-1] for one in jpeg_pieces.exif_blocks(data)] == [block]


def test_digests_of_iim_stay_true_or_stale() -> None:
    iim = b"\x1c\x02\x6e\0\3AFP"
    true = photoshop_block(iim).removeprefix(jpeg_pieces.RESOURCES)
    assert [told for _, told in digests(true, [])] == [True]
    stale = true.replace(b"AFP", b"DPA")
    assert [told for _, told in digests(stale, [])] == [False]
    before, after = (jpeg(segment(0xED, jpeg_pieces.RESOURCES + one)) for one in (true, stale))
    assert "digest of IIM" in kinds.changed_pieces(kinds.JPEG, before, after)


def test_image_resources_are_compared() -> None:
    before, after = (
        tiff([(0x8649, 1, resources(bytes(16)).replace(b"resolution", told))])
        for told in (b"resolution", b"RESOLUTION")
    )
    assert any("resource 0x03ed" in one for one in kinds.changed_pieces(kinds.TIFF, before, after))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (jpeg(), "it has no picture"),
        (jpeg(segment(0xC0, bytes(9)), rest=b"\xff\xda\0\2picture"), "before its picture does"),
        (b"\xff\xd8\xff\xe0\0\1", "impossible length"),
        (b"\x89PNG\r\n\x1a\n" + bytes(12), "IHDR"),
        (b"RIFF\xff\0\0\0WEBP", "cut"),
        (b"II+\0\x08\0\0\0\xff\0\0\0\0\0\0\0", "first directory"),
        (tiff([(0x010E, ASCII, b"a caption\0")])[:-40], "directory 0 is cut"),
        (b"GIF89a", ""),
    ],
)
def test_what_is_missing_is_told(data: bytes, told: str) -> None:
    assert told in broken(data)
    assert bool(broken(data)) == bool(told)
