"""The pieces of Photoshop image resources (Adobe Photoshop File Formats, "Image Resources")."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

from fidelity.pieces import Piece, below, piece

_SIGNATURES: Final = (b"8BIM", b"AgHg", b"DCSR", b"MeSa", b"PHUT")
IIM: Final = 0x0404
DIGEST: Final = 0x0425
_EXIF: Final = 0x0422
_XMP: Final = 0x0424


def each(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, header and content of each resource; what is none of them is number -1."""
    at = 0
    while data[at : at + 4] in _SIGNATURES and at + 12 <= len(data):
        name = at + 6
        size = name + (data[name] + 2 & ~1)
        length = int.from_bytes(data[size : size + 4], "big")
        end = size + 4 + length
        if size + 4 > len(data) or end > len(data):
            break
        yield int.from_bytes(data[at + 4 : at + 6], "big"), data[at:size], data[size + 4 : end]
        at = end + (length & 1)
    if data[at:].strip(b"\0"):
        yield -1, b"", data[at:]


def resources(data: bytes, *, exif: Callable[[bytes], Iterator[Piece]]) -> Iterator[Piece]:
    """Every resource but IIM, the digest of it, and XMP.

    Args:
        data: the resources, joined.
        exif: takes an EXIF block apart.
    """
    for number, header, content in each(data):
        if number == _EXIF:
            yield from below("EXIF resource", exif(content))
        elif number not in (IIM, DIGEST, _XMP):
            yield piece(f"resource {number:#06x} {header!r}", content)


def digests(data: bytes, iims: list[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each digest of the IIM that the resources hold, and whether it is true.

    Photoshop counts the padding of IIM in some places and does not in others.
    """
    found = [content for number, _, content in each(data) if number == IIM] or iims
    true = {hashlib.md5(one).digest() for iim in found for one in _countings(iim)}
    for number, _, content in each(data):
        if number == DIGEST:
            yield content, content in true


def _countings(iim: bytes) -> Iterator[bytes]:
    bare = iim.rstrip(b"\0")
    yield iim
    yield from (bare + bytes(padding) for padding in range(4))
