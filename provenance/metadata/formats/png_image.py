"""What is picture in a PNG file and what is not: the chunks that the digests cover."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import Final

from provenance.metadata.blocks import Carrier
from provenance.metadata.formats.png import inspect
from provenance.metadata.formats.png_chunks import (
    EXIF,
    IDAT,
    SIGNATURE_LENGTH,
    TEXTS,
    TIME,
    Chunk,
    walk,
)
from provenance.metadata.formats.png_profile import name_of
from provenance.metadata.formats.png_text import KEYWORD_SEARCH, keyword_of
from provenance.metadata.source import Window
from provenance.metadata.standards import exif

_IMAGE_DOMAIN: Final = b"provenance png image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance png scan digest v1\x00"
_PIECE: Final = struct.Struct(">4sQ")
_SCAN_PIECE: Final = b"scan"
_TRAILER_PIECE: Final = b"tail"
_CREDIT_KINDS: Final = TEXTS | {EXIF, TIME}
_SCAN_KINDS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", IDAT, b"acTL", b"fcTL", b"fdAT"})
_COLOUR_PROFILES: Final = frozenset({b"icc", b"icm"})


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a PNG file, hex.

    Both are SHA-256. The scan digest covers header, palette, transparency, picture data and
    animation frames in file order; the data of all IDAT chunks count as one, wherever they
    are cut (PNG third edition, 10.1). It is None where the file has no IDAT chunk.

    The image digest covers all but credit metadata and the time of change (tEXt, zTXt, iTXt,
    eXIf, tIME): every other chunk with its checksum, known or not, and what stands behind
    IEND; picture data through the scan digest; EXIF's Orientation and ColorSpace; and a
    colour profile that ImageMagick keeps as text. No credit edit changes it.

    Raises:
        UnreadableError: ``limit-chunks``.
    """
    window = Window.over(data, "The picture")
    chunks = [chunk for chunk in walk(window) if chunk.end <= len(data)]
    scan = _scan(data, chunks)
    image = hashlib.sha256(_IMAGE_DOMAIN)
    for piece in inspect(window, chunks).pieces:
        if piece.block.carrier is Carrier.EXIF:
            turned, colours = exif.geometry(piece.block.payload)
            image.update(f"{turned} {colours}\x00".encode())
    view = memoryview(data)
    image.update(view[:SIGNATURE_LENGTH])
    for chunk in chunks:
        if chunk.kind in _SCAN_KINDS:
            image.update(view[chunk.start : chunk.body])
            image.update(view[chunk.end - 4 : chunk.end])
        elif chunk.kind not in _CREDIT_KINDS or _is_colour_profile(data, chunk):
            image.update(view[chunk.start : chunk.end])
    image.update(_PIECE.pack(_SCAN_PIECE, len(scan)))
    image.update(scan)
    end = chunks[-1].end if chunks else SIGNATURE_LENGTH
    image.update(_PIECE.pack(_TRAILER_PIECE, max(len(data) - end, 0)))
    image.update(view[end:])
    return image.hexdigest(), scan.hex() if _has_picture(chunks) else None


def _has_picture(chunks: Sequence[Chunk]) -> bool:
    return any(chunk.kind == IDAT for chunk in chunks)


def _scan(data: bytes, chunks: Sequence[Chunk]) -> bytes:
    """The scan digest."""
    scan = hashlib.sha256(_SCAN_DOMAIN)
    view = memoryview(data)
    pictures = [chunk for chunk in chunks if chunk.kind == IDAT]
    for chunk in chunks:
        if chunk.kind == IDAT:
            if chunk is pictures[0]:
                scan.update(_PIECE.pack(IDAT, sum(one.size for one in pictures)))
            scan.update(view[chunk.body : chunk.end - 4])
        elif chunk.kind in _SCAN_KINDS:
            scan.update(_PIECE.pack(chunk.kind, chunk.size))
            scan.update(view[chunk.body : chunk.end - 4])
    return scan.digest()


def _is_colour_profile(data: bytes, chunk: Chunk) -> bool:
    if chunk.kind not in TEXTS:
        return False
    keyword = keyword_of(data[chunk.body : min(chunk.end - 4, chunk.body + KEYWORD_SEARCH)])
    return keyword is not None and name_of(keyword) in _COLOUR_PROFILES
