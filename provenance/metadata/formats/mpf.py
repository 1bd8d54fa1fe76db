"""The index of a Multi-Picture file (CIPA DC-007, 5.2): where its other images stand.

Offsets in the index count from the index's own byte-order mark, so that they change when
metadata before an image, but behind the index, grows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from provenance.metadata.standards.ifd import first_directory, read_directory, wire_of

_MP_ENTRY: Final = 0xB002
_ENTRY_SIZE: Final = 16
_LIMIT: Final = 1 << 32


class Image(NamedTuple):
    """One MP entry.

    ``at`` is the offset of its size field in the index block, its offset field follows;
    ``size`` and ``offset`` are the fields' values, in octets.
    """

    at: int
    size: int
    offset: int


def images(block: bytes) -> list[Image]:
    """The images that an index lists.

    Args:
        block: the MPF body from its byte-order mark on.

    Returns:
        The images in index order; empty where the block is a mere attribute IFD, or where
        its list cannot be read or lies outside of the block.
    """
    wire = wire_of(block)
    if wire is None:
        return []
    entries, _whole = read_directory(block, wire, first_directory(block, wire))
    for entry in entries:
        if entry.tag == _MP_ENTRY:
            if entry.end > len(block):
                return []
            return [
                Image(
                    at + 4,
                    wire.long.unpack_from(block, at + 4)[0],
                    wire.long.unpack_from(block, at + 8)[0],
                )
                for at in range(entry.where, entry.end - _ENTRY_SIZE + 1, _ENTRY_SIZE)
            ]
    return []


def masked(block: bytes) -> bytes:
    """The block with every size and offset of an image set to zero."""
    out = bytearray(block)
    for image in images(block):
        out[image.at : image.at + 8] = bytes(8)
    return bytes(out)


def moved(block: bytes, base: int, growth: int, place: Callable[[int], int]) -> bytes:
    """The index of a file whose first image grew by ``growth`` octets.

    What cannot be read stays as it is: nobody can find an image by it, before or after.

    Args:
        block: the MPF body from its byte-order mark on.
        base: offset of that byte-order mark in the old file.
        growth: octets that the first image gained or lost.
        place: maps an offset in the old file to the one in the new file.

    Returns:
        A block of equal length. A field that does not hold its new value, which points
        behind the end of any file, keeps its old one.
    """
    wire = wire_of(block)
    if wire is None:
        return block
    out = bytearray(block)
    new_base = place(base)
    for image in images(block):
        # Offset 0 marks the first image, whatever its index (DC-007, 5.2.3.3.3).
        if image.offset == 0:
            size, offset = image.size + growth if image.size else 0, 0
        else:
            size, offset = image.size, place(base + image.offset) - new_base
        if 0 <= size < _LIMIT and 0 <= offset < _LIMIT:
            wire.long.pack_into(out, image.at, size)
            wire.long.pack_into(out, image.at + 4, offset)
    return bytes(out)
