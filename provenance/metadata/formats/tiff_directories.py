"""Directories of a TIFF file, read through a window (TIFF 6.0, section 2; BigTIFF).

Where ``standards/ifd.py`` has an EXIF block in memory, a TIFF file may be hundreds of
megabytes long and its first directory may stand at its end. What is read here is the table
of a directory and a value that somebody asks for; nothing else.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.source import Window
from provenance.metadata.standards.ifd import TYPE_SIZES, Entry, Wire, wire_of

MAX_ENTRIES: Final = 65_535
"""Entries of one directory that are read: all that a classic TIFF file can count."""

XMP: Final = 0x02BC
IIM: Final = 0x83BB
AFCP_IIM: Final = 0x8568
PHOTOSHOP: Final = 0x8649
EXIF_POINTER: Final = 0x8769
C2PA: Final = 0xCD41
SUB_DIRECTORIES: Final = 0x014A
MAKER_NOTE: Final = 0x927C

_NUMBERS: Final = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}


class Layout(NamedTuple):
    """How the tables of a file are laid out.

    Attributes:
        wire: the byte order.
        entry: tag, type, count and value field of an entry.
        counted: the number of entries before a table.
        offset: an offset.
        header: octets of the file header.
        big: BigTIFF, with 64-bit counts and offsets.
        rw2: Panasonic's variant, which says in a tag of its own where the picture begins.
    """

    wire: Wire
    entry: struct.Struct
    counted: struct.Struct
    offset: struct.Struct
    header: int
    big: bool = False
    rw2: bool = False

    @property
    def inline(self) -> int:
        """Octets of a value that stand in its entry."""
        return self.offset.size

    def value_field(self, entry: Entry) -> int:
        """Offset of an entry's value field in the file."""
        return entry.at + self.entry.size - self.inline


def _layouts() -> dict[bytes, Layout]:
    found: dict[bytes, Layout] = {}
    for order, classic, big, variants in (
        ("<", b"II*\x00", b"II+\x00", (b"IIRO", b"IIRS", b"IIU\x00")),
        (">", b"MM\x00*", b"MM\x00+", (b"MMOR",)),
    ):
        wire = wire_of(classic)
        assert wire is not None
        small = Layout(wire, wire.entry, wire.short, wire.long, 8)
        found[classic] = small
        for magic in variants:
            found[magic] = small._replace(rw2=magic == b"IIU\x00")
        long8 = struct.Struct(order + "Q")
        found[big] = Layout(wire, struct.Struct(order + "HHQQ"), long8, long8, 16, big=True)
    return found


_LAYOUTS: Final = _layouts()


class Directory(NamedTuple):
    """One directory.

    Attributes:
        at: offset of its table, the count included.
        entries: in table order.
        whole: the file holds all entries that the table counts.
        following: offset of the next directory, 0 where there is none.
        end: offset behind the table, the offset of the next directory included where the
            file has it.
    """

    at: int
    entries: tuple[Entry, ...]
    whole: bool
    following: int
    end: int


def layout_of(window: Window) -> Layout | None:
    """How the file's tables are laid out, None where it has no TIFF header."""
    head = window.take(0, 16)
    layout = _LAYOUTS.get(head[:4])
    if layout is None or len(head) < layout.header:
        return None
    if layout.big and head[4:8] not in (b"\x08\x00\x00\x00", b"\x00\x08\x00\x00"):
        return None
    return layout


def first_offset(window: Window, layout: Layout) -> int:
    """Offset of the first directory."""
    size = layout.offset.size
    return int(layout.offset.unpack(window.take(layout.header - size, size))[0])


def first_directory(window: Window) -> tuple[Layout, Directory]:
    """The layout and the first directory of a file.

    Raises:
        UnreadableError: ``tiff-truncated`` where the header is cut, or the first directory
            lies behind the end of the file.
    """
    layout = layout_of(window)
    if layout is None:
        raise _truncated(window, "its header is cut or damaged")
    offset = first_offset(window, layout)
    directory = read_directory(window, layout, offset)
    if directory is None:
        raise _truncated(window, f"its first directory, at octet {offset}, is not in the file")
    return layout, directory


def _truncated(window: Window, why: str) -> UnreadableError:
    return UnreadableError(
        f"{window.name}: the TIFF file cannot be read: {why} ({window.size} octets).",
        code="tiff-truncated",
        remedy="Fetch the file again; it was cut in transfer or is still being written.",
    )


def read_directory(window: Window, layout: Layout, at: int) -> Directory | None:
    """The directory at an offset, as much of it as there is; None where there is nothing.

    An entry of an unknown type has size 0.
    """
    room = window.size - at - layout.counted.size
    if at < layout.header or room < 0:
        return None
    counted = int(layout.counted.unpack(window.take(at, layout.counted.size))[0])
    table = at + layout.counted.size
    width = layout.entry.size
    there = min(counted, MAX_ENTRIES, room // width)
    octets = window.take(table, there * width + layout.offset.size)
    entries = []
    place = table
    field = width - layout.inline
    for tag, kind, number, value in layout.entry.iter_unpack(octets[: there * width]):
        size = TYPE_SIZES.get(kind, 0) * number
        where = value if size > layout.inline else place + field
        entries.append(Entry(tag, kind, number, place, where, size))
        place += width
    link = octets[there * width :]
    whole = there == counted
    linked = whole and len(link) == layout.offset.size
    following = int(layout.offset.unpack(link)[0]) if linked else 0
    return Directory(
        at, tuple(entries), whole, following, place + (layout.offset.size if linked else 0)
    )


def value_of(window: Window, entry: Entry) -> bytes | None:
    """The octets of a value, None where they are not all in the file."""
    if entry.end > window.size:
        return None
    return window.take(entry.where, entry.size)


def numbers(window: Window, layout: Layout, entry: Entry, *, most: int) -> tuple[int, ...]:
    """The first values of an entry of whole numbers; empty where they cannot be read."""
    code = _NUMBERS.get(entry.type)
    if code is None or entry.end > window.size:
        return ()
    width = TYPE_SIZES[entry.type]
    octets = window.take(entry.where, min(entry.length, most) * width)
    order = "<" if layout.wire.mark == b"II" else ">"
    return struct.unpack(f"{order}{len(octets) // width}{code}", octets)
