"""The VP8X chunk that a simple WebP file implies."""

from __future__ import annotations

import pytest
from webp_material import animation, canvas, chunk, chunks, picture, riff

from provenance.metadata.formats.webp_chunks import layout
from provenance.metadata.formats.webp_header import implied_header, with_flags
from provenance.metadata.source import Window


def implied(data: bytes) -> bytes | None:
    return implied_header(data, layout(Window.over(data, "a.webp")).chunks)


@pytest.mark.parametrize("size", [(1, 1), (25, 17), (640, 3), (16383, 1), (1, 16383)])
@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_canvas_and_alpha_are_those_of_the_bitstream(
    size: tuple[int, int], lossless: bool, mode: str
) -> None:
    data = picture(mode, size, lossless=lossless, method=0)
    simple = [part for part in chunks(data) if part[0] != b"VP8X"]
    file = riff(*(chunk(*part) for part in simple))
    flags = 0x10 if mode == "RGBA" else 0
    assert implied(file) == canvas(flags, size)[8:]
    # Where Pillow wrote a VP8X chunk itself, it says the same.
    assert implied(file) in [body for kind, body in chunks(data) if kind == b"VP8X"] or (
        simple == chunks(data)
    )


@pytest.mark.parametrize(
    "data",
    [
        animation(),
        riff(chunk(b"EXIF", b"")),
        riff(chunk(b"VP8 ", b"\x00\x00\x00\x9d\x01")),
        riff(chunk(b"VP8 ", b"\x01\x00\x00\x9d\x01\x2a\x10\x00\x10\x00")),
        riff(chunk(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2b\x10\x00\x10\x00")),
        riff(chunk(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a\x00\x00\x10\x00")),
        riff(chunk(b"VP8L", b"\x2f\x00\x00\x00")),
        riff(chunk(b"VP8L", b"\x2e\x00\x00\x00\x00")),
    ],
    ids=["animation", "no picture", "cut", "no key frame", "no start code", "no width",
         "cut lossless", "no signature"],
)  # fmt: skip
def test_nothing_is_guessed(data: bytes) -> None:
    assert implied(data) is None


def test_with_flags_touches_those_bits_alone() -> None:
    header = bytes([0b0011_1010]) + b"canvas..."
    assert with_flags(header, 0x0C, 0x04) == bytes([0b0011_0110]) + b"canvas..."
    assert with_flags(header, 0, 0xFF) == header
