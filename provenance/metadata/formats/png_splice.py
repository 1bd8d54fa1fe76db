"""Put new metadata blocks into a PNG file; every other chunk keeps its bytes and place."""

from __future__ import annotations

from typing import Final

from provenance.errors import RewriteRefusedError
from provenance.metadata.blocks import NEW_XMP, Format, Payloads
from provenance.metadata.formats.png import Inspection, inspect, survey
from provenance.metadata.formats.png_chunks import INTERNATIONAL_TEXT, pack, walk
from provenance.metadata.formats.png_image import fingerprints
from provenance.metadata.formats.png_text import XMP_KEYWORD
from provenance.metadata.source import Window

# Uncompressed, no language, no translated keyword (XMP part 3, "PNG").
_XMP_HEAD: Final = XMP_KEYWORD + bytes(5)


def check_writable(data: bytes) -> None:
    """Refuse a file that does not reach its end.

    Raises:
        RewriteRefusedError: ``incomplete-image`` where the chunks break off before IEND.
        UnreadableError: ``limit-chunks``.
    """
    if not _inspected(data).complete:
        raise RewriteRefusedError(
            "The PNG file ends, or breaks off, before its picture does (no IEND chunk).",
            code="incomplete-image",
            remedy="Wait until it is copied whole, or fetch it again.",
        )


def replace(data: bytes, payloads: Payloads) -> bytes:
    """Put payloads in place of blocks, numbered as ``survey`` lists them.

    A chunk keeps its form: a compressed text stays compressed, a raw profile stays
    hexadecimal with its length line made true. Only chunks whose block changes are written
    anew, with their checksums. A new XMP packet stands directly before the picture data.

    Raises:
        RewriteRefusedError: ``png-text-broken``, ``png-profile-broken``.
    """
    found = _inspected(data)
    splices: list[tuple[int, int, bytes]] = []
    for number, new in payloads.items():
        if number == NEW_XMP:
            at = _place_of_xmp(found)
            packets = (pack(INTERNATIONAL_TEXT, _XMP_HEAD + packet) for packet in new)
            splices.append((at, at, b"".join(packets)))
            continue
        piece = found.pieces[number]
        if new != (piece.block.payload,):
            chunk = b"".join(piece.packed(payload) for payload in new)
            splices.append((piece.chunk.start, piece.chunk.end, chunk))
    view, at = memoryview(data), 0
    out: list[bytes | memoryview] = []
    for start, end, chunk in sorted(splices):
        out += (view[at:start], chunk)
        at = end
    return b"".join((*out, view[at:]))


def _inspected(data: bytes) -> Inspection:
    window = Window.over(data, "The picture")
    return inspect(window, walk(window))


def _place_of_xmp(found: Inspection) -> int:
    """Before the first IDAT chunk: many programs look no further; else before the last chunk."""
    if found.first or found.last is None:
        return found.first
    return found.last.start


FORMAT: Final = Format(
    survey=survey, fingerprints=fingerprints, replace=replace, check_writable=check_writable
)
