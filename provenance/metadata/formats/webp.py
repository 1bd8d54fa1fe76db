"""Find the metadata blocks of a WebP file, and what of it is picture.

Sources: RFC 9649, section 2 (the container); C2PA 2.1, A.3 (the C2PA chunk).
"""

from __future__ import annotations

import hashlib
import struct
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Block, Carrier, Survey
from provenance.metadata.formats.webp_chunks import (
    ALPHA,
    ANIMATION,
    EXIF,
    EXTENDED,
    PICTURES,
    XMPS,
    Chunk,
    Layout,
    layout,
)
from provenance.metadata.formats.webp_header import (
    CREDIT_FLAGS,
    HEADER_SIZE,
    implied_header,
    with_flags,
)
from provenance.metadata.source import Window
from provenance.metadata.standards import exif
from provenance.model import Container, ReadWarning

MAX_BLOCK: Final = 16 * 1024 * 1024
"""Octets of one metadata chunk."""

MAX_TOTAL: Final = 64 * 1024 * 1024
"""Octets of all metadata chunks of one file."""

MAX_BLOCKS: Final = 1_000
"""Metadata chunks of one file that are read."""

_CREDENTIALS: Final = b"C2PA"
_EXIF_LEAD: Final = b"Exif\x00\x00"

_IMAGE_DOMAIN: Final = b"provenance webp image digest v1\x00"
_SCAN_DOMAIN: Final = b"provenance webp scan digest v1\x00"
_PIECE: Final = struct.Struct(">4sQ")
_SCAN_PIECE: Final = b"scan"
_TRAILER_PIECE: Final = b"tail"
_SCAN_KINDS: Final = PICTURES | {ALPHA, ANIMATION}


class Piece(NamedTuple):
    """A metadata block, and the chunk that it came from.

    ``lead`` are octets of the chunk's data that stand before the block.
    """

    block: Block
    chunk: Chunk
    lead: bytes


def survey(window: Window) -> Survey:
    """Cut out the EXIF and XMP blocks; no pixel is read. A WebP file holds no IIM.

    Warnings: ``webp-truncated``; ``webp-broken`` for octets that are no chunk;
    ``webp-wrong-size`` where the RIFF header does not count all chunks;
    ``webp-trailing-data``; ``limit-metadata``.

    Raises:
        UnreadableError: ``webp-truncated`` where the file breaks off before any metadata
            and any picture data; ``limit-chunks``.
    """
    found = layout(window)
    warnings: list[ReadWarning] = []
    blocks = tuple(piece.block for piece in pieces(window, found, warnings))
    if not (blocks or found.has_picture or found.begun):
        raise UnreadableError(
            f"{window.name}: the WebP file breaks off at octet {found.end}, before any"
            " picture data.",
            code="webp-truncated",
            remedy="Fetch the file again; it was damaged, cut in transfer or is still being"
            " written.",
        )
    warnings += [ReadWarning(code, f"{window.name}: {what}") for code, what in _odd(window, found)]
    has_credentials = any(chunk.kind == _CREDENTIALS for chunk in found.chunks)
    return Survey(blocks, tuple(warnings), "c2pa" if has_credentials else None)


def _odd(window: Window, found: Layout) -> list[tuple[str, str]]:
    """What is odd about the file's structure: code and words."""
    told: list[tuple[str, str]] = []
    if found.cut:
        told.append(("webp-truncated", "it is cut; metadata that stood behind is not shown."))
    if found.stray:
        told.append(("webp-broken", f"octets from {found.end} on are no chunk; they are not read."))
    if found.short or found.beyond:
        told.append(("webp-wrong-size", "its header gives a wrong size; all of it was read."))
    if not (found.cut or found.stray) and found.end < window.size:
        rest = window.size - found.end
        told.append(("webp-trailing-data", f"{rest} octets behind the picture are not read."))
    return told


def pieces(window: Window, found: Layout, warnings: list[ReadWarning]) -> list[Piece]:
    """The metadata blocks of a file, with their chunks, in file order."""
    listed: list[Piece] = []
    spent = 0
    for chunk in found.chunks:
        if chunk.kind != EXIF and chunk.kind not in XMPS:
            continue
        if len(listed) >= MAX_BLOCKS or chunk.size > min(MAX_BLOCK, MAX_TOTAL - spent):
            message = f"{window.name}: metadata from octet {chunk.start} on is over the limit."
            warnings.append(ReadWarning("limit-metadata", message))
            break
        data = window.take(chunk.body, chunk.size)
        spent += len(data)
        parts = (chunk.start,)
        if chunk.kind == EXIF:
            lead = _EXIF_LEAD if data.startswith(_EXIF_LEAD) else b""
            block = Block(Carrier.EXIF, Container.EXIF, data[len(lead) :], parts)
            listed.append(Piece(block, chunk, lead))
        else:
            listed.append(Piece(Block(Carrier.XMP, Container.XMP, data, parts), chunk, b""))
    return listed


def fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a WebP file, hex.

    Both are SHA-256. The scan digest covers the data of VP8, VP8L, ALPH, ANIM and ANMF
    chunks in file order; it is None where the file has no picture data.

    The image digest covers all but credit metadata (EXIF, XMP): every other chunk, known or
    not, and what stands behind the last one; picture data through the scan digest; EXIF's
    Orientation and ColorSpace. Of a VP8X chunk the EXIF and XMP flags are masked, and it is
    left out where it says only what the bitstream says itself: putting XMP into a simple
    file, which needs that chunk, is no change of the picture. Padding and the size in the
    RIFF header are no part of it. No credit edit changes it.

    Raises:
        UnreadableError: ``limit-chunks``.
    """
    window = Window.over(data, "The picture")
    found = layout(window)
    view = memoryview(data)
    scan = hashlib.sha256(_SCAN_DOMAIN)
    image = hashlib.sha256(_IMAGE_DOMAIN)
    implied = implied_header(data, found.chunks)
    for piece in pieces(window, found, []):
        if piece.block.carrier is Carrier.EXIF:
            turned, colours = exif.geometry(piece.block.payload)
            image.update(f"{turned} {colours}\x00".encode())
    for chunk in found.chunks:
        if chunk.kind == EXIF or chunk.kind in XMPS:
            continue
        body: bytes | memoryview = view[chunk.body : chunk.data_end]
        if chunk.kind == EXTENDED and chunk.size >= HEADER_SIZE:
            body = with_flags(bytes(body), CREDIT_FLAGS, 0)
            if body == implied:
                continue
        into = scan if chunk.kind in _SCAN_KINDS else image
        image.update(_PIECE.pack(chunk.kind, chunk.size))
        if into is scan:
            scan.update(_PIECE.pack(chunk.kind, chunk.size))
        into.update(body)
    image.update(_PIECE.pack(_SCAN_PIECE, scan.digest_size))
    image.update(scan.digest())
    image.update(_PIECE.pack(_TRAILER_PIECE, max(len(data) - found.end, 0)))
    image.update(view[found.end :])
    return image.hexdigest(), scan.hexdigest() if found.has_picture else None
