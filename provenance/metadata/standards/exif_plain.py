"""The fields of a sound EXIF block, found without making objects of its other entries.

Nearly every block is sound: its directories are whole, and no tag that matters is repeated,
of an odd type or out of bounds. Any other is left to ``exif``, which finds the same in a sound
block and tells what is wrong with one that is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from provenance.metadata.properties import EXIF_TAGS
from provenance.metadata.standards.ifd import EXIF_POINTER, Wire, first_directory, wire_of

ORIENTATION: Final = 0x0112
COLOUR_SPACE: Final = 0xA001
ZONE: Final = 0x9011
"""OffsetTimeOriginal (Exif 3.0, 4.6.6.3)."""

_TEXTS: Final = frozenset({ZONE, *(number for _, number in EXIF_TAGS)})
_SHORTS: Final = frozenset({ORIENTATION, COLOUR_SPACE})
IFD0_TAGS: Final = frozenset(
    {ORIENTATION, EXIF_POINTER, *(number for where, number in EXIF_TAGS if where == "IFD0")}
)
EXIF_IFD_TAGS: Final = frozenset(
    {COLOUR_SPACE, ZONE, *(number for where, number in EXIF_TAGS if where == "ExifIFD")}
)
_ASCII: Final = 2
_SHORT: Final = 3
_LONG: Final = 4
_INLINE: Final = 4
"""Octets of a value that stands in its entry."""


class Fields(NamedTuple):
    """What a block holds that matters.

    Attributes:
        texts: tag and octets of each value, in directory order.
        zone: the octets of OffsetTimeOriginal.
        orientation: IFD0 Orientation, None where absent.
        colour_space: Exif ColorSpace, None where absent.
    """

    texts: Iterable[tuple[int, bytes]] = ()
    zone: bytes = b""
    orientation: int | None = None
    colour_space: int | None = None


def plain_fields(block: bytes) -> Fields | None:
    """The fields of a sound block; None where it may be no sound one."""
    wire = wire_of(block)
    if wire is None:
        return None
    texts: dict[int, bytes] = {}
    shorts: dict[int, int] = {}
    offset = _scan(block, (wire, first_directory(block, wire), IFD0_TAGS), texts, shorts)
    if offset:
        offset = _scan(block, (wire, offset, EXIF_IFD_TAGS), texts, shorts)
    if offset is None:
        return None
    zone = texts.pop(ZONE, b"")
    return Fields(texts.items(), zone, shorts.get(ORIENTATION), shorts.get(COLOUR_SPACE))


def _scan(
    block: bytes,
    directory: tuple[Wire, int, frozenset[int]],
    texts: dict[int, bytes],
    shorts: dict[int, int],
) -> int | None:
    """Take what matters out of the directory at an offset, given with its tags of interest.

    Returns:
        The offset of the Exif directory, 0 where the directory names none; None where it is
        not sound.
    """
    wire, offset, tags = directory
    size, pointer = len(block), 0
    count = wire.short.unpack_from(block, offset)[0] if 8 <= offset <= size - 2 else 0
    table = block[offset + 2 : offset + 2 + 12 * count]
    if not count or len(table) != 12 * count:
        return None
    for tag, kind, number, value in wire.entry.iter_unpack(table):
        if tag not in tags:
            continue
        if tag in _TEXTS and kind == _ASCII and tag not in texts and number <= size:
            inline = number <= _INLINE
            raw = wire.long.pack(value)[:number] if inline else block[value : value + number]
            if len(raw) != number:
                return None
            texts[tag] = raw
        elif tag in _SHORTS and kind == _SHORT and tag not in shorts and number == 1:
            shorts[tag] = wire.short.unpack_from(wire.long.pack(value))[0]
        elif tag == EXIF_POINTER and kind == _LONG and not pointer and number == 1 and value:
            pointer = value
        else:
            return None
    return pointer
