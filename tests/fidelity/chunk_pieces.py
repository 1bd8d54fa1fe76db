"""The pieces of PNG, WebP and Photoshop files."""

from __future__ import annotations

import binascii
import zlib
from collections.abc import Iterator
from typing import Final

from fidelity.pieces import Piece, below, piece
from fidelity.resource_pieces import resources
from fidelity.tiff_pieces import tiff

PNG: Final = b"\x89PNG\r\n\x1a\n"
_XMP_TEXT: Final = b"XML:com.adobe.xmp\0"
_PROFILE: Final = b"Raw profile type "
_WITH_RESOURCES: Final = (b"iptc", b"8bim")
_XMP_FLAG: Final = 0x04
_XMP_CHUNKS: Final = (b"XMP ", b"XMP\0")
"""The second one is what old writers made of it."""


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type with content, and the check sum, of each chunk; what is behind them has no type."""
    at = len(PNG)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            break
        yield data[at + 4 : end - 4], data[end - 4 : end]
        at = end
        if data[end - 8 : end - 4] == b"IEND":
            break
    if at < len(data):
        yield b"", data[at:]


def png(data: bytes) -> Iterator[Piece]:
    """Every chunk that is no credit metadata, and what is behind the last one."""
    for chunk, rest in png_chunks(data):
        name = chunk[:4].decode("latin-1")
        if chunk.startswith(b"eXIf"):
            yield from below(name, tiff(chunk[4:].removeprefix(b"Exif\0\0")))
        elif chunk[4:].startswith(_XMP_TEXT):
            continue
        elif _PROFILE in chunk[4:32] and (profile := _profile(chunk)) is not None:
            yield from below(name, _profiled(chunk[4 + len(_PROFILE) :][:4], profile))
        else:
            yield piece(name, chunk + rest)


def _profile(chunk: bytes) -> bytes | None:
    """A raw profile as ImageMagick writes it, in hexadecimal digits, or as its octets."""
    text = chunk[4:].partition(b"\0")[2]
    if chunk.startswith(b"zTXt"):
        text = zlib.decompress(text[1:])
    elif chunk.startswith(b"iTXt"):
        text = text.rsplit(b"\0", 1)[-1]
    # An empty line, the name, the length, and the digits.
    lines = text.split(b"\n", 3)
    try:
        return binascii.unhexlify(b"".join(lines[3].split())) if len(lines) == 4 else text
    except binascii.Error:
        return text


def _profiled(kind: bytes, profile: bytes) -> Iterator[Piece]:
    if kind in _WITH_RESOURCES:
        bare = profile.startswith(b"\x1c")
        yield from () if bare else resources(profile, exif=tiff)
    elif profile.startswith(b"Exif\0\0"):
        yield from tiff(profile[6:])
    elif kind[:3] != b"xmp":
        yield piece("profile", profile)


def png_resources(data: bytes) -> list[bytes]:
    """The image resources of each raw profile that holds some."""
    profiles = [
        _profile(chunk)
        for chunk, _ in png_chunks(data)
        if any(_PROFILE + kind in chunk[4:32] for kind in _WITH_RESOURCES)
    ]
    return [one for one in profiles if one is not None]


def riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content, padding included, of each chunk; what is behind them has no type."""
    at, end = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= end:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        following = at + 8 + length + (length & 1)
        yield data[at : at + 4], data[at + 8 : min(following, end)]
        at = following
    if min(at, end) < len(data):
        yield b"", data[min(at, end) :]


def webp(data: bytes) -> Iterator[Piece]:
    """Every chunk that is no credit metadata.

    The extended header is left out where the file has one only because of its XMP.
    """
    chunks = dict(riff_chunks(data))
    alone = not {b"ICCP", b"ANIM", b"EXIF", b"ALPH"} & set(chunks)
    for kind, content in riff_chunks(data):
        name = kind.decode("latin-1")
        if kind == b"EXIF":
            yield from below(name, tiff(content.removeprefix(b"Exif\0\0")))
        elif kind == b"VP8X" and not alone:
            yield piece(name, bytes([content[0] & ~_XMP_FLAG]) + content[1:])
        elif kind not in (*_XMP_CHUNKS, b"VP8X"):
            yield piece(name, content)


def psd_sections(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Header, colour mode data, image resources, and all the rest."""
    modes = 30 + int.from_bytes(data[26:30], "big")
    found = modes + 4 + int.from_bytes(data[modes : modes + 4], "big")
    return data[:26], data[26:modes], data[modes + 4 : found], data[found:]


def psd(data: bytes) -> Iterator[Piece]:
    """Every section, and every image resource that is no credit metadata."""
    header, modes, found, rest = psd_sections(data)
    yield piece("header", header)
    yield piece("colour modes", modes)
    yield from resources(found, exif=tiff)
    yield piece("layers and image", rest)
