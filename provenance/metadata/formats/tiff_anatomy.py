"""What every octet of a TIFF file belongs to: all directories, their values, the picture."""

from __future__ import annotations

from typing import Final, NamedTuple

from provenance.metadata.formats.tiff_directories import (
    EXIF_POINTER,
    SUB_DIRECTORIES,
    Directory,
    Layout,
    first_directory,
    numbers,
    read_directory,
)
from provenance.metadata.source import Window
from provenance.metadata.standards.ifd import Entry, Span

MAX_DIRECTORIES: Final = 4096
"""Directories of one file that are followed; a facsimile has as many as it has pages."""
MAX_ENTRIES: Final = 262_144
"""Entries of all directories of a file together."""
MAX_PIECES: Final = 1_048_576
"""Offsets of strips, tiles, tables and directories that are named in a file, all together."""
MAX_DEPTH: Final = 8
"""Directories inside of one another; a raw file has three."""

POINTERS: Final = frozenset({EXIF_POINTER, 0x8825, 0xA005, 0x0190, SUB_DIRECTORIES})
"""Exif, GPS, Interoperability, TIFF-FX GlobalParameters and SubIFDs: offsets of directories."""
DATA_POINTERS: Final = ((0x0111, 0x0117), (0x0144, 0x0145), (0x0201, 0x0202))
"""Offsets and lengths of strips, of tiles, and of an embedded JPEG."""
JPEG_TABLES: Final = (0x0207, 0x0208, 0x0209)
"""Offsets of quantisation and Huffman tables of old-style JPEG (TIFF 6.0, section 22)."""
_OFFSETS: Final = POINTERS | {tag for pair in DATA_POINTERS for tag in pair} | set(JPEG_TABLES)
_MOST_SAMPLES: Final = 65_535

FIRST: Final = "0"
EXIF: Final = "0.Exif"
_RAW_DATA: Final = 0x0118
_WIDTH: Final = 0x0100
_LENGTH: Final = 0x0101
_BITS: Final = 0x0102
_COMPRESSION: Final = 0x0103
_SAMPLES: Final = 0x0115
_ROWS: Final = 0x0116
_UNCOMPRESSED: Final = 1
_TABLE_HEAD: Final = 16
_QUANTISATION: Final = 64


class Node(NamedTuple):
    """A directory and how it is reached: ``0``, ``0.Exif``, ``0.330/1``, ``1`` ..."""

    role: str
    directory: Directory


class Anatomy(NamedTuple):
    """All directories of a file.

    Attributes:
        layout: of the tables.
        nodes: each directory once, in the order in which they are reached.
        complete: none was left out because of a limit.
    """

    layout: Layout
    nodes: tuple[Node, ...]
    complete: bool


def walk(window: Window) -> Anatomy:
    """Follow every pointer from a directory to another.

    A directory is visited once, so that a loop ends; what is no directory is left out.

    Raises:
        UnreadableError: ``tiff-truncated``.
    """
    layout, first = first_directory(window)
    nodes: list[Node] = []
    seen: set[int] = set()
    entries = pieces = 0
    waiting = [(FIRST, first.at)]
    while waiting:
        role, at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        directory = read_directory(window, layout, at)
        if directory is None:
            continue
        entries += len(directory.entries)
        pieces += sum(
            one.length
            for one in directory.entries
            if one.tag in _OFFSETS and one.end <= window.size
        )
        if (
            len(nodes) == MAX_DIRECTORIES
            or entries > MAX_ENTRIES
            or pieces > MAX_PIECES
            or role.count(".") > MAX_DEPTH
        ):
            return Anatomy(layout, tuple(nodes), complete=False)
        nodes.append(Node(role, directory))
        waiting += reversed(_onwards(window, layout, nodes[-1]))
    return Anatomy(layout, tuple(nodes), complete=True)


def _onwards(window: Window, layout: Layout, node: Node) -> list[tuple[str, int]]:
    """The directories that one points to, in the order in which they are visited."""
    found = []
    for entry in node.directory.entries:
        if entry.tag in POINTERS:
            most = 1 if entry.tag == EXIF_POINTER else MAX_DIRECTORIES
            offsets = numbers(window, layout, entry, most=most)
            for number, offset in enumerate(offsets):
                is_exif = entry.tag == EXIF_POINTER
                place = "Exif" if is_exif else f"{entry.tag}/{number}"
                found.append((f"{node.role}.{place}", offset))
    if node.directory.following:
        if "." not in node.role:
            found.append((str(int(node.role) + 1), node.directory.following))
        elif _is_sub_directory(node.role):
            found.append((f"{node.role}+", node.directory.following))
    return found


def _is_sub_directory(role: str) -> bool:
    """Whether a directory is one of the SubIFDs, which may have successors of their own."""
    return role.rpartition(".")[2].startswith(f"{SUB_DIRECTORIES}/")


class Data(NamedTuple):
    """A run of picture data.

    Attributes:
        start: offset in the file.
        end: offset behind it, as the directory says, perhaps behind the file's end.
        guessed: the file does not say how long it is; it is taken to reach to the file's end.
    """

    start: int
    end: int
    guessed: bool = False


def data_of(window: Window, layout: Layout, directory: Directory) -> list[Data]:
    """The picture data that a directory refers to, in its order; touching runs are joined."""
    entries: dict[int, Entry] = {}
    for entry in directory.entries:
        entries.setdefault(entry.tag, entry)
    found: list[Data] = []
    for offset_tag, length_tag in DATA_POINTERS:
        if offset_tag not in entries:
            continue
        starts = _all(window, layout, entries[offset_tag])
        lengths = _all(window, layout, entries.get(length_tag))
        estimate = _strip_length(window, layout, entries) if offset_tag == 0x0111 else 0
        for number, start in enumerate(starts):
            length = lengths[number] if number < len(lengths) else estimate
            guessed = number >= len(lengths) and not estimate
            _add(found, Data(start, window.size if guessed else start + length, guessed))
    for tag in JPEG_TABLES:
        for start in _all(window, layout, entries.get(tag)):
            _add(found, Data(start, start + _table_length(window, tag, start)))
    if layout.rw2:
        for start in _all(window, layout, entries.get(_RAW_DATA)):
            _add(found, Data(start, max(start, window.size)))
    return found


def _all(
    window: Window, layout: Layout, entry: Entry | None, most: int = MAX_PIECES
) -> tuple[int, ...]:
    return () if entry is None else numbers(window, layout, entry, most=most)


def _add(found: list[Data], data: Data) -> None:
    if found and found[-1].end == data.start and not found[-1].guessed:
        found[-1] = Data(found[-1].start, max(data.end, data.start), data.guessed)
    elif data.end > data.start:
        found.append(data)


def _strip_length(window: Window, layout: Layout, entries: dict[int, Entry]) -> int:
    """Octets of a strip of which no length is told; 0 where they cannot be worked out."""

    def number(tag: int, default: int) -> int:
        found = _all(window, layout, entries.get(tag), most=1)
        return found[0] if found else default

    if number(_COMPRESSION, _UNCOMPRESSED) != _UNCOMPRESSED:
        return 0
    samples = _all(window, layout, entries.get(_BITS), most=_MOST_SAMPLES)
    bits = sum(samples) or number(_SAMPLES, 1)
    rows = min(number(_ROWS, number(_LENGTH, 0)), number(_LENGTH, 0))
    return (number(_WIDTH, 0) * bits + 7) // 8 * rows


def _table_length(window: Window, tag: int, start: int) -> int:
    if tag == JPEG_TABLES[0]:
        return _QUANTISATION
    if start >= window.size:
        return _TABLE_HEAD
    return _TABLE_HEAD + sum(window.take(start, _TABLE_HEAD))


def spans(window: Window, anatomy: Anatomy) -> list[Span]:
    """Everything that some directory refers to.

    ``owner`` is the offset of the entry, of a table its own; -1 for picture data.
    """
    layout = anatomy.layout
    found = [Span(0, layout.header, -1)]
    for _role, directory in anatomy.nodes:
        found.append(Span(directory.at, directory.end, directory.at))
        found.extend(
            Span(entry.where, entry.end, entry.at)
            for entry in directory.entries
            if entry.size > layout.inline
        )
        found.extend(Span(data.start, data.end, -1) for data in data_of(window, layout, directory))
    return found
