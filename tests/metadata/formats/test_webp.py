"""Metadata chunks of a WebP file, and what its digests cover."""

from __future__ import annotations

import struct

import pytest
from making import exif_block, xmp_packet
from PIL import Image
from webp_material import animation, canvas, chunk, chunks, extended, join, picture, riff

from provenance.errors import UnreadableError
from provenance.metadata import read
from provenance.metadata.blocks import Block, Carrier
from provenance.metadata.formats import webp
from provenance.metadata.formats.webp import fingerprints, survey
from provenance.metadata.formats.webp_chunks import MAX_CHUNKS
from provenance.metadata.source import Window
from provenance.model import AssetRef, Container, Property

EXIF = exif_block({"artist": "Aaref WATAD"})[6:]
OTHER_EXIF = exif_block({"artist": "Bakr ALKASEM"})[6:]
XMP = xmp_packet({"photoshop:Credit": "AFP"}, padding=200)
ODD_XMP = XMP if len(XMP) % 2 else XMP + b" "
PLAIN = picture()
EXIF_CHUNK = chunk(b"EXIF", EXIF)
XMP_CHUNK = chunk(b"XMP ", XMP)
DRESSED = extended(EXIF_CHUNK, XMP_CHUNK, flags=0x0C)
PICTURE_CHUNK = chunk(*chunks(PLAIN)[0])


class Counting:
    """A byte source that keeps account of what was read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.octets = 0

    def read(self, offset: int, length: int) -> bytes:
        self.octets += length
        return self.data[offset : offset + length]


def blocks_of(data: bytes) -> list[tuple[Carrier, bytes]]:
    return [(block.carrier, block.payload) for block in survey(Window.over(data, "a.webp")).blocks]


def codes_of(data: bytes) -> list[str]:
    return [told.code for told in survey(Window.over(data, "a.webp")).warnings]


@pytest.mark.parametrize("data", [PLAIN, picture(lossless=True), animation(), extended()])
def test_survey_of_a_plain_picture_finds_nothing(data: bytes) -> None:
    found = survey(Window.over(data, "a.webp"))
    assert (found.blocks, found.warnings, found.content_credentials) == ((), (), None)


@pytest.mark.parametrize(
    ("made", "carrier", "payload"),
    [
        (EXIF_CHUNK, Carrier.EXIF, EXIF),
        (chunk(b"EXIF", b"Exif\x00\x00" + EXIF), Carrier.EXIF, EXIF),
        (XMP_CHUNK, Carrier.XMP, XMP),
        (chunk(b"XMP\x00", XMP), Carrier.XMP, XMP),
    ],
    ids=["EXIF", "EXIF with a JPEG header", "XMP", "misspelt XMP"],
)
@pytest.mark.parametrize("odd", [b"", b"x"])
def test_survey_finds_each_chunk(made: bytes, carrier: Carrier, payload: bytes, odd: bytes) -> None:
    data = extended(chunk(b"abcd", b"1234" + odd), made)
    container = Container.EXIF if carrier is Carrier.EXIF else Container.XMP
    expected = Block(carrier, container, payload, (data.index(made),))
    assert survey(Window.over(data, "a.webp")).blocks == (expected,)
    assert codes_of(data) == []


def test_read_shows_what_pillow_wrote() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Aaref WATAD"
    data = picture(exif=exif.tobytes(), xmp=XMP)
    found = read(AssetRef("/a.webp", 0, ""), data)
    assert found.media_type == "image/webp"
    assert [(value.locator, value.values) for value in found.values] == [
        ("EXIF IFD0:Artist", ("Aaref WATAD",)),
        ("XMP photoshop:Credit", ("AFP",)),
    ]
    assert found.of(Property.CREDIT_LINE)[0].container is Container.XMP
    assert found.warnings == ()


def test_survey_reads_no_pixels() -> None:
    source = Counting(extended(EXIF_CHUNK, size=(900, 900), quality=100))
    assert source.size > 300_000
    assert [block.payload for block in survey(Window(source, "a.webp")).blocks] == [EXIF]
    assert source.octets < 100_000


def test_survey_sees_content_credentials() -> None:
    data = extended(chunk(b"C2PA", b"\x00\x00\x00\x08jumb"))
    assert survey(Window.over(data, "a.webp")).content_credentials == "c2pa"


def test_forgotten_padding_is_forgiven() -> None:
    bare = chunk(b"XMP ", ODD_XMP, padding=b"")
    data = extended(bare, EXIF_CHUNK)
    assert blocks_of(data) == [(Carrier.XMP, ODD_XMP), (Carrier.EXIF, EXIF)]
    assert codes_of(data) == []


@pytest.mark.parametrize("counted", [0, 1], ids=["not counted", "counted"])
def test_forgotten_padding_at_the_end_is_forgiven(counted: int) -> None:
    last = chunk(b"XMP ", ODD_XMP, padding=b"")
    data = riff(PICTURE_CHUNK, last)
    data = data[:4] + struct.pack("<I", len(data) - 8 + counted) + data[8:]
    assert blocks_of(data) == [(Carrier.XMP, ODD_XMP)]
    assert codes_of(data) == []


@pytest.mark.parametrize(
    "size",
    [0, 4, len(PLAIN) - 8, len(PLAIN) - 8 + 20],
    ids=["never filled in", "empty", "before the metadata", "inside the metadata"],
)
def test_a_size_that_is_too_small_is_told_and_all_is_read(size: int) -> None:
    data = riff(PICTURE_CHUNK, EXIF_CHUNK, XMP_CHUNK, size=size)
    assert blocks_of(data) == [(Carrier.EXIF, EXIF), (Carrier.XMP, XMP)]
    assert codes_of(data) == ["webp-wrong-size"]


def test_a_size_that_is_too_large_is_told() -> None:
    data = riff(PICTURE_CHUNK, EXIF_CHUNK, size=len(PLAIN) * 2)
    assert blocks_of(data) == [(Carrier.EXIF, EXIF)]
    assert codes_of(data) == ["webp-truncated"]


def test_data_behind_the_end_are_told_and_not_read() -> None:
    data = DRESSED + b"\x00trailer with a EXIF chunk" + EXIF_CHUNK
    assert blocks_of(data) == blocks_of(DRESSED)
    assert codes_of(data) == ["webp-trailing-data"]


def test_octets_that_are_no_chunk_are_told() -> None:
    assert codes_of(extended(EXIF_CHUNK, bytes(12))) == ["webp-broken"]
    assert codes_of(extended(EXIF_CHUNK, b"EXIF")) == ["webp-broken"]
    assert blocks_of(extended(EXIF_CHUNK, bytes(12))) == [(Carrier.EXIF, EXIF)]


def test_every_truncation_is_told() -> None:
    begun = DRESSED.index(b"VP8 ") + 8
    # The very last octet may be padding, which is forgiven.
    for end in range(12, len(DRESSED) - 1):
        if end < begun:
            with pytest.raises(UnreadableError, match=r"a\.webp") as caught:
                survey(Window.over(DRESSED[:end], "a.webp"))
            assert caught.value.code == "webp-truncated"
        else:
            assert "webp-truncated" in codes_of(DRESSED[:end]), end


def test_metadata_over_the_limits_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webp, "MAX_BLOCK", 2_000)
    data = extended(EXIF_CHUNK, chunk(b"XMP ", bytes(2_001)))
    assert blocks_of(data) == [(Carrier.EXIF, EXIF)]
    assert codes_of(data) == ["limit-metadata"]
    assert len(blocks_of(extended(*[EXIF_CHUNK] * 1_010))) == webp.MAX_BLOCKS


def test_a_file_of_countless_chunks_is_refused() -> None:
    with pytest.raises(UnreadableError) as caught:
        survey(Window.over(riff(*[chunk(b"abcd", b"")] * (MAX_CHUNKS + 1)), "a.webp"))
    assert caught.value.code == "limit-chunks"


@pytest.mark.parametrize(
    "data",
    [
        DRESSED,
        extended(XMP_CHUNK, flags=0x04),
        extended(),
        riff(PICTURE_CHUNK, XMP_CHUNK),
        riff(PICTURE_CHUNK, chunk(b"XMP ", ODD_XMP, padding=b"")),
        riff(PICTURE_CHUNK, XMP_CHUNK, size=len(PLAIN) - 8),
    ],
    ids=["both", "XMP", "no metadata", "no VP8X", "no padding", "wrong size"],
)
def test_credit_metadata_and_their_flags_are_no_part_of_the_scan(data: bytes) -> None:
    assert fingerprints(data)[1] == fingerprints(PLAIN)[1]
    with_exif = b"EXIF" in data
    assert (fingerprints(data)[0] == fingerprints(PLAIN)[0]) is not with_exif


def test_the_text_of_an_exif_block_is_no_part_of_the_digests() -> None:
    one, other = (extended(chunk(b"EXIF", block), flags=8) for block in (EXIF, OTHER_EXIF))
    assert fingerprints(one) == fingerprints(other)


def test_the_orientation_is_part_of_the_image() -> None:
    exif = Image.Exif()
    found = []
    for orientation in (1, 6):
        exif[0x0112] = orientation
        found.append(fingerprints(picture(exif=exif.tobytes())))
    assert found[0][0] != found[1][0]
    assert found[0][1] == found[1][1]


@pytest.mark.parametrize(
    "data",
    [
        extended(chunk(b"ICCP", b"profile"), flags=0x20),
        extended(chunk(b"prVt", b"unknown")),
        extended(flags=0x10),
        riff(canvas(0, (26, 17)), PICTURE_CHUNK),
        PLAIN + b"trailer",
    ],
    ids=["colour profile", "unknown chunk", "alpha flag", "larger canvas", "trailer"],
)
def test_everything_else_is_part_of_the_image(data: bytes) -> None:
    assert fingerprints(data)[0] != fingerprints(PLAIN)[0]
    assert fingerprints(data)[1] == fingerprints(PLAIN)[1]


@pytest.mark.parametrize("data", [PLAIN, picture("RGBA"), picture(lossless=True), animation()])
def test_a_pixel_changes_both_digests(data: bytes) -> None:
    for number, (kind, body) in enumerate(chunks(data)):
        if kind in (b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"):
            parts = chunks(data)
            parts[number] = (kind, body[:-1] + bytes([body[-1] ^ 1]))
            found = fingerprints(join(parts))
            assert found[0] != fingerprints(data)[0]
            assert found[1] != fingerprints(data)[1]


def test_a_file_without_pixels_has_no_scan_digest() -> None:
    assert fingerprints(riff(EXIF_CHUNK))[1] is None
    assert fingerprints(b"RIFF")[1] is None


def test_every_cut_has_its_own_image_digest() -> None:
    found = {fingerprints(PLAIN[:end])[0] for end in range(12, len(PLAIN) + 1)}
    assert len(found) == len(PLAIN) - 11
