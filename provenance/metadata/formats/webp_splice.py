"""Put new metadata blocks into a WebP file; every other chunk keeps its bytes and order."""

from __future__ import annotations

from typing import Final, NamedTuple

from provenance.errors import RewriteRefusedError
from provenance.metadata.blocks import NEW_XMP, Format, Payloads
from provenance.metadata.formats.webp import fingerprints, pieces, survey
from provenance.metadata.formats.webp_chunks import (
    ALPHA,
    ANIMATION,
    EXIF,
    EXTENDED,
    HEADER_LENGTH,
    PICTURES,
    PROFILE,
    XMP,
    XMPS,
    Chunk,
    Layout,
    layout,
    pack,
)
from provenance.metadata.formats.webp_header import (
    EXIF_FLAG,
    HEADER_SIZE,
    XMP_FLAG,
    implied_header,
    with_flags,
)
from provenance.metadata.source import Window

_MAX_FILE: Final = 0xFFFF_FFFE
_BEFORE_XMP: Final = PICTURES | {EXTENDED, PROFILE, ANIMATION, ALPHA, EXIF}


class _Splice(NamedTuple):
    """Old octets ``start`` to ``end`` give way to ``new``."""

    start: int
    end: int
    new: bytes


def check_writable(data: bytes) -> None:
    """Refuse a file that is not whole.

    Raises:
        RewriteRefusedError: ``incomplete-image`` where the file ends before the size in its
            header, or inside a chunk, or has no picture data.
        UnreadableError: ``limit-chunks``.
    """
    found = layout(Window.over(data, "The picture"))
    if found.cut or not found.has_picture:
        raise RewriteRefusedError(
            "The WebP file ends before its header says.",
            code="incomplete-image",
            remedy="Wait until it is copied whole, or fetch it again.",
        )


def replace(data: bytes, payloads: Payloads) -> bytes:
    """Put payloads in place of blocks, numbered as ``survey`` lists them.

    The size in the RIFF header grows and shrinks with the file. A new XMP packet stands
    behind picture data and EXIF (RFC 9649, 2.7); a simple file becomes an extended one. The
    EXIF and XMP flags follow where the last chunk of their kind goes, or the first comes.

    Raises:
        RewriteRefusedError: ``webp-no-header`` where a simple file cannot become an extended
            one; ``file-too-large``.
    """
    window = Window.over(data, "The picture")
    found = layout(window)
    blocks = pieces(window, found, [])
    splices: list[_Splice] = []
    gone: set[int] = set()
    for number, new in payloads.items():
        if number == NEW_XMP:
            if new:
                splices.append(_added(data, found, new))
            continue
        block, chunk, lead = blocks[number]
        if new != (block.payload,):
            chunks = b"".join(pack(chunk.kind, lead + payload) for payload in new)
            splices.append(_Splice(chunk.start, chunk.end, chunks))
            if not new:
                gone.add(chunk.start)
    if not splices:
        return data
    splices += _header(data, found, gone, adds_xmp=bool(payloads.get(NEW_XMP)))
    return _joined(data, found, sorted(splices))


def _added(data: bytes, found: Layout, packets: tuple[bytes, ...]) -> _Splice:
    """The XMP chunk behind the last chunk that has to stand before it."""
    last = max(
        (
            chunk.end
            for chunk in found.chunks
            if chunk.kind in _BEFORE_XMP and (chunk.start < found.stated or found.short)
        ),
        default=HEADER_LENGTH,
    )
    chunks = b"".join(pack(XMP, packet) for packet in packets)
    lacks_padding = last % 2 == 1 and last == len(data)
    return _Splice(last, last, bytes(lacks_padding) + chunks)


def _header(data: bytes, found: Layout, gone: set[int], *, adds_xmp: bool) -> list[_Splice]:
    """The VP8X chunk as it must be once the chunks in ``gone`` are taken out."""
    old = next((chunk for chunk in found.chunks if chunk.kind == EXTENDED), None)
    stay = [chunk for chunk in found.chunks if chunk.start not in gone]
    wanted = _flags(stay) | (XMP_FLAG if adds_xmp else 0)
    if old is not None and old.size >= HEADER_SIZE:
        changed = wanted ^ _flags(found.chunks)
        body = data[old.body : old.data_end]
        new = with_flags(body, changed, wanted)
        return [_Splice(old.body, old.data_end, new)] if new != body else []
    if not adds_xmp:
        return []
    header = implied_header(data, found.chunks)
    if header is None or old is not None:
        raise RewriteRefusedError(
            "The WebP file has no header that could name the new XMP packet, and its picture"
            " data do not say how large the picture is.",
            code="webp-no-header",
            remedy="Write the correction to an XMP sidecar.",
        )
    body = with_flags(header, EXIF_FLAG | XMP_FLAG, wanted)
    return [_Splice(HEADER_LENGTH, HEADER_LENGTH, pack(EXTENDED, body))]


def _flags(chunks: list[Chunk]) -> int:
    kinds = {chunk.kind for chunk in chunks}
    return (EXIF_FLAG if EXIF in kinds else 0) | (XMP_FLAG if kinds & XMPS else 0)


def _joined(data: bytes, found: Layout, splices: list[_Splice]) -> bytes:
    # A size that ends inside of a chunk, or is wrong by the padding of the last one, is made
    # true; a size that leaves chunks out goes on leaving them out.
    is_near = {found.stated, found.end} == {found.padded_end - 1, found.padded_end}
    is_last = found.end >= len(data) or found.end == found.padded_end
    stated = found.end if found.short or (is_near and is_last) else found.stated
    growth = sum(
        len(splice.new) - (splice.end - splice.start)
        for splice in splices
        if splice.start < stated or splice.start == splice.end == stated
    )
    size = stated - 8 + growth
    if not 0 <= size <= _MAX_FILE:
        raise RewriteRefusedError(
            f"The WebP file would take {size} octets; its header counts up to {_MAX_FILE}.",
            code="file-too-large",
            remedy="Write the correction to an XMP sidecar.",
        )
    view, at = memoryview(data), 8
    out: list[bytes | memoryview] = [view[:4], size.to_bytes(4, "little")]
    for splice in splices:
        out += (view[at : splice.start], splice.new)
        at = splice.end
    return b"".join((*out, view[at:]))


FORMAT: Final = Format(
    survey=survey, fingerprints=fingerprints, replace=replace, check_writable=check_writable
)
