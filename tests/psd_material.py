"""Photoshop files octet by octet, PSD and PSB."""

from __future__ import annotations

import struct

PIXELS = bytes(range(48))


def header(*, large: bool = False, channels: int = 3, height: int = 4, width: int = 4) -> bytes:
    """The 26 octets of the header: 8 bits a channel, RGB."""
    return b"8BPS" + struct.pack(">H6xHIIHH", 2 if large else 1, channels, height, width, 8, 3)


def psd(
    resources: bytes = b"",
    *,
    large: bool = False,
    colours: bytes = b"",
    layers: bytes = b"LAYERS..",
    pixels: bytes = b"\x00\x00" + PIXELS,
    trailer: bytes = b"",
) -> bytes:
    """A whole file; ``pixels`` begin with their compression field."""
    return (
        header(large=large)
        + struct.pack(">I", len(colours)) + colours
        + struct.pack(">I", len(resources)) + resources
        + struct.pack(">Q" if large else ">I", len(layers)) + layers
        + pixels
        + trailer
    )  # fmt: skip


def packbits(rows: int = 12, *, large: bool = False) -> bytes:
    """A picture as PackBits, each row one run of four octets."""
    row = b"\x03abcd"
    counts = struct.pack(">I" if large else ">H", len(row)) * rows
    return b"\x00\x01" + counts + row * rows
