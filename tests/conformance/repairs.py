"""Copies of files in which ExifTool finds what it does not find in the originals.

Each function gives the copy's octets, or None where the file does not need it. The metadata
blocks themselves are never touched: only where they stand, or how they are wrapped.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Final

_SOI: Final = b"\xff\xd8"
_EOI: Final = b"\xff\xd9"
_LAST_MARKERS: Final = (b"\xd9", b"\xda")
_RESOURCES: Final = b"Photoshop 3.0\0"
_RARE_SIGNATURES: Final = (b"AgHg", b"DCSR", b"MeSa", b"PHUT")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PROFILE: Final = b"Raw profile type iptc\0\0"
_IIM_MARK: Final = b"\x1c"


def closed_jpeg(data: bytes) -> bytes | None:
    """A JPEG file that ends amidst its header, ended behind its last whole segment.

    ExifTool looks for the next marker before it reads a segment, so that the last one of
    a header whose next is cut is lost to it.
    """
    if not data.startswith(_SOI):
        return None
    at = len(_SOI)
    while (head := data[at : at + 4]) and head[0] == 0xFF and head[1:2] not in _LAST_MARKERS:
        end = at + 2 + int.from_bytes(head[2:], "big")
        if len(head) < 4 or end > len(data):
            return data[:at] + _EOI
        at = end
    return None


def common_signatures(data: bytes) -> bytes | None:
    """Image resources that are signed by another program of Adobe's, signed 8BIM.

    ExifTool does not look for IIM in the others; the Photoshop format knows all of them.
    """
    result = data
    for signature in _RARE_SIGNATURES:
        result = result.replace(_RESOURCES + signature, _RESOURCES + b"8BIM")
    return result if result != data else None


def hexadecimal_profile(data: bytes) -> bytes | None:
    """A PNG text chunk that holds bare IIM, written as ImageMagick writes it.

    Photo Mechanic leaves out the header and the hexadecimal digits that ExifTool expects.
    """
    if not data.startswith(_PNG):
        return None
    out, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        out.append(_in_digits(data[at + 4 : end - 4]) or data[at:end])
        at = end
    result = b"".join(out)
    return result if result != data else None


def _in_digits(chunk: bytes) -> bytes | None:
    """A whole chunk in place of one that holds bare IIM; ``chunk`` is its type and content."""
    if not chunk.startswith(b"zTXt" + _PROFILE):
        return None
    profile = zlib.decompress(chunk[4 + len(_PROFILE) :])
    if not profile.startswith(_IIM_MARK):
        return None
    written = b"\niptc\n%8d\n%s\n" % (len(profile), profile.hex().encode())
    content = b"zTXt" + _PROFILE + zlib.compress(written)
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


REPAIRS: Final[tuple[Callable[[bytes], bytes | None], ...]] = (
    closed_jpeg,
    common_signatures,
    hexadecimal_profile,
)


def repaired(data: bytes) -> bytes | None:
    """The copy that a file needs, None where it needs none."""
    for repair in REPAIRS:
        if (copy := repair(data)) is not None:
            return copy
    return None
