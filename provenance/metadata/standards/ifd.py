"""Image file directories (TIFF 6.0, section 2), the frame of EXIF and of MPF.

Every offset and count is checked against the block before it is followed; a directory is
visited once, so that a loop ends.
"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator
from typing import Final, NamedTuple

MAX_DIRECTORIES: Final = 32
"""Directories of one block that are followed; a camera writes five."""

TYPE_SIZES: Final = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
    16: 8, 17: 8, 18: 8, 129: 1,
}  # fmt: skip
"""Octets of one value by field type (TIFF 6.0, section 2; Exif 3.0, 4.6.2 adds 129, UTF-8)."""

EXIF_POINTER: Final = 0x8769
_POINTERS: Final = frozenset({EXIF_POINTER, 0x8825, 0xA005, 0x014A})
_DATA_POINTERS: Final = ((0x0201, 0x0202), (0x0111, 0x0117), (0x0144, 0x0145))


class Wire(NamedTuple):
    """The four number layouts of one byte order."""

    mark: bytes
    entry: struct.Struct
    short: struct.Struct
    long: struct.Struct


_LITTLE: Final = Wire(b"II", struct.Struct("<HHII"), struct.Struct("<H"), struct.Struct("<I"))
_BIG: Final = Wire(b"MM", struct.Struct(">HHII"), struct.Struct(">H"), struct.Struct(">I"))
_HEADERS: Final = {b"II*\x00": _LITTLE, b"MM\x00*": _BIG}


class Entry(NamedTuple):
    """One directory entry.

    ``type`` is the field type, ``length`` the number of values, ``size`` their octets;
    ``at`` and ``where`` are the offsets of entry and value in the block.
    """

    tag: int
    type: int
    length: int
    at: int
    where: int
    size: int

    @property
    def end(self) -> int:
        """The octet behind the value."""
        return self.where + self.size


class Span(NamedTuple):
    """Octets that belong to something; ``owner`` is its entry's offset, -1 for a table."""

    start: int
    end: int
    owner: int


def wire_of(block: bytes) -> Wire | None:
    """The byte order of a TIFF block, None where it has no TIFF header."""
    return _HEADERS.get(block[:4])


def first_directory(block: bytes, wire: Wire) -> int:
    """Offset of the first directory; 0 where the header is cut."""
    return int(wire.long.unpack_from(block, 4)[0]) if len(block) >= 8 else 0


def read_directory(
    block: bytes, wire: Wire, offset: int, only: Container[int] | None = None
) -> tuple[list[Entry], bool]:
    """The entries of the directory at ``offset``, and whether the table is whole.

    An entry of an unknown type has size 0; the caller checks that a value lies inside the
    block before it looks at it. With ``only`` entries of those tags alone are given.
    """
    if not 8 <= offset <= len(block) - 2:
        return [], False
    count = wire.short.unpack_from(block, offset)[0]
    table = offset + 2
    there = min(count, (len(block) - table) // 12)
    found: list[Entry] = []
    sizes = TYPE_SIZES
    at = table
    for tag, kind, number, value in wire.entry.iter_unpack(block[table : table + 12 * there]):
        if only is None or tag in only:
            size = sizes.get(kind, 0) * number
            found.append(Entry(tag, kind, number, at, value if size > 4 else at + 8, size))
        at += 12
    return found, there == count


def numbers(block: bytes, wire: Wire, entry: Entry, most: int = 4096) -> tuple[int, ...]:
    """The values of a SHORT, LONG or IFD entry; empty where it has none that can be read."""
    kind = entry.type
    layout = wire.short if kind == 3 else wire.long if kind in (4, 13) else None
    if layout is None or entry.length > most or entry.end > len(block):
        return ()
    if entry.length == 1:
        return layout.unpack_from(block, entry.where)
    return tuple(value for (value,) in layout.iter_unpack(block[entry.where : entry.end]))


def spans(block: bytes, wire: Wire) -> list[Span]:
    """Everything in the block that some directory refers to: tables, values, image data.

    Maker notes count as one value; what they refer to themselves is not known.
    """
    found = [Span(0, 8, -1)]
    waiting = [first_directory(block, wire)]
    seen: set[int] = set()
    while waiting and len(seen) < MAX_DIRECTORIES:
        offset = waiting.pop()
        if offset in seen:
            continue
        seen.add(offset)
        entries, whole = read_directory(block, wire, offset)
        if not entries and not whole:
            continue
        behind = offset + 2 + 12 * len(entries)
        found.append(Span(offset, behind + 4, -1))
        if whole and behind + 4 <= len(block):
            waiting.append(wire.long.unpack_from(block, behind)[0])
        for entry in entries:
            if entry.size > 4:
                found.append(Span(entry.where, entry.end, entry.at))
            if entry.tag in _POINTERS:
                waiting.extend(numbers(block, wire, entry, most=MAX_DIRECTORIES))
        found.extend(_data_spans(block, wire, {entry.tag: entry for entry in entries}))
    return found


def _data_spans(block: bytes, wire: Wire, entries: dict[int, Entry]) -> list[Span]:
    found: list[Span] = []
    for offset_tag, length_tag in _DATA_POINTERS:
        if offset_tag in entries and length_tag in entries:
            starts = numbers(block, wire, entries[offset_tag])
            lengths = numbers(block, wire, entries[length_tag])
            found.extend(
                Span(start, start + length, -1)
                for start, length in zip(starts, lengths, strict=False)
            )
    return found


def exif_directory(block: bytes, wire: Wire, entries: list[Entry]) -> int | None:
    """Offset of the Exif directory that IFD0 points to, None where it has none."""
    for entry in entries:
        if entry.tag == EXIF_POINTER:
            return next(iter(numbers(block, wire, entry, most=1)), None)
    return None


class Table(NamedTuple):
    """A directory as it stands: its entries, and where it ends.

    ``end`` is the octet behind its last entry, by the count that it names, also where that
    lies behind the end of the block; the offset of the next directory follows there.
    """

    offset: int
    end: int
    entries: list[Entry]


def tables(block: bytes, wire: Wire) -> Iterator[Table]:
    """Every directory that can be reached, and every place where one should be, once."""
    waiting = [first_directory(block, wire)]
    seen: set[int] = {0}
    while waiting and len(seen) <= MAX_DIRECTORIES:
        offset = waiting.pop()
        if offset in seen:
            continue
        seen.add(offset)
        entries, whole = read_directory(block, wire, offset)
        there = 8 <= offset <= len(block) - 2
        count = wire.short.unpack_from(block, offset)[0] if there else 0
        end = offset + 2 + 12 * count
        yield Table(offset, end, entries)
        if whole and end + 4 <= len(block):
            waiting.append(wire.long.unpack_from(block, end)[0])
        for entry in entries:
            if entry.tag in _POINTERS:
                waiting.extend(numbers(block, wire, entry, most=MAX_DIRECTORIES))


def dangling(block: bytes, wire: Wire) -> list[Span]:
    """Everything that a directory refers to and that reaches behind the end of the block."""
    found: list[Span] = []
    for table in tables(block, wire):
        found.append(Span(table.offset, table.end, -1))
        found.extend(Span(one.where, one.end, one.at) for one in table.entries if one.size > 4)
        found.extend(_data_spans(block, wire, {one.tag: one for one in table.entries}))
    return [span for span in found if span.end > max(len(block), span.start)]
