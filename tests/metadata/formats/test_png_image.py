"""What the digests of a PNG file cover."""

from __future__ import annotations

import pytest
from making import exif_block, xmp_packet
from PIL import Image
from png_material import (
    SIGNATURE,
    animation,
    before,
    chunk,
    chunks,
    header,
    itext,
    join,
    picture,
    raw_profile,
    text,
    xmp_chunk,
    ztext,
)

from provenance.metadata.formats.png_image import fingerprints

EXIF = exif_block({"artist": "Aaref WATAD"})[6:]
OTHER_EXIF = exif_block({"artist": "Bakr ALKASEM"})[6:]
PLAIN = picture(size=(64, 64))


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()[6:]


@pytest.mark.parametrize(
    "made",
    [
        text("Author", b"Aaref WATAD"),
        ztext("Description", b"Smoke"),
        itext("Copyright", b"AFP"),
        xmp_chunk(xmp_packet({"photoshop:Credit": "AFP"})),
        chunk(b"tIME", b"\x07\xe8\x01\x02\x03\x04\x05"),
        ztext("Raw profile type iptc", raw_profile("iptc", b"8BIM\x04\x04")),
    ],
)
@pytest.mark.parametrize("place", [b"IDAT", b"IEND"])
def test_credit_metadata_are_no_part_of_the_digests(made: bytes, place: bytes) -> None:
    assert fingerprints(before(PLAIN, place, made)) == fingerprints(PLAIN)


def test_the_text_of_an_exif_block_is_no_part_of_the_digests() -> None:
    one, other = (header(PLAIN, chunk(b"eXIf", block)) for block in (EXIF, OTHER_EXIF))
    assert fingerprints(one) == fingerprints(other)


@pytest.mark.parametrize("wrap", [
    lambda block: chunk(b"eXIf", block),
    lambda block: ztext("Raw profile type exif", raw_profile("exif", b"Exif\x00\x00" + block)),
])  # fmt: skip
def test_the_orientation_is_part_of_the_image(wrap) -> None:
    one, other = (header(PLAIN, wrap(turned(n))) for n in (1, 6))
    assert fingerprints(one)[0] != fingerprints(other)[0]
    assert fingerprints(one)[1] == fingerprints(other)[1]


@pytest.mark.parametrize(
    "data",
    [
        header(PLAIN, chunk(b"iCCP", b"icc\x00\x00profile")),
        header(PLAIN, chunk(b"prVt", b"unknown")),
        header(PLAIN, ztext("Raw profile type icc", raw_profile("icc", b"profile"))),
        PLAIN + b"trailer",
        header(PLAIN, chunk(b"gAMA", bytes(4), checksum=1)),
    ],
    ids=["colour profile", "unknown chunk", "profile as text", "trailer", "wrong checksum"],
)
def test_everything_else_is_part_of_the_image(data: bytes) -> None:
    assert fingerprints(data)[0] != fingerprints(PLAIN)[0]
    assert fingerprints(data)[1] == fingerprints(PLAIN)[1]


def test_a_pixel_changes_both_digests() -> None:
    parts = chunks(PLAIN)
    at = next(n for n, (kind, _) in enumerate(parts) if kind == b"IDAT")
    data = bytearray(parts[at][1])
    data[100] ^= 1
    parts[at] = (b"IDAT", bytes(data))
    image, scan = fingerprints(join(parts))
    assert image != fingerprints(PLAIN)[0]
    assert scan != fingerprints(PLAIN)[1]


@pytest.mark.parametrize("step", [1, 7, 4096])
def test_the_scan_digest_does_not_see_where_the_pixels_are_cut(step: int) -> None:
    parts = chunks(PLAIN)
    pixels = b"".join(body for kind, body in parts if kind == b"IDAT")
    pieces = [(b"IDAT", pixels[at : at + step]) for at in range(0, len(pixels), step)]
    cut = join([parts[0], *pieces, parts[-1]])
    assert fingerprints(cut)[1] == fingerprints(PLAIN)[1]
    if step < len(pixels):
        assert fingerprints(cut)[0] != fingerprints(PLAIN)[0]


@pytest.mark.parametrize("kind", [b"IHDR", b"acTL", b"fcTL", b"fdAT"])
def test_the_scan_digest_covers_animations(kind: bytes) -> None:
    parts = chunks(animation())
    at = next(n for n, part in enumerate(parts) if part[0] == kind)
    parts[at] = (kind, parts[at][1][:-1] + bytes([parts[at][1][-1] ^ 1]))
    assert fingerprints(join(parts))[1] != fingerprints(animation())[1]


@pytest.mark.parametrize("kind", [b"PLTE", b"tRNS"])
def test_the_scan_digest_covers_palette_and_transparency(kind: bytes) -> None:
    data = picture("P", transparency=3)
    parts = [part for part in chunks(data) if part[0] != kind]
    assert len(parts) < len(chunks(data))
    assert fingerprints(join(parts))[1] != fingerprints(data)[1]


def test_the_order_of_chunks_is_part_of_the_image() -> None:
    one, other = chunk(b"prVa", b"x"), chunk(b"prVb", b"y")
    assert fingerprints(header(PLAIN, one, other)) != fingerprints(header(PLAIN, other, one))


def test_a_file_without_pixels_has_no_scan_digest() -> None:
    assert fingerprints(SIGNATURE)[1] is None
    assert fingerprints(PLAIN[:33] + chunk(b"IEND", b""))[1] is None


def test_every_cut_has_its_own_image_digest() -> None:
    small = picture(size=(2, 2))
    assert len({fingerprints(small[:end])[0] for end in range(8, len(small) + 1)}) == len(small) - 7
