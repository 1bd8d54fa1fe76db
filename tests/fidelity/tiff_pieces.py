"""The pieces of a TIFF file, or of an EXIF block (TIFF 6.0, section 2; Exif 3.0, 4.6)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from fidelity.pieces import Piece, below, piece
from fidelity.resource_pieces import resources

_ORDERS: Final = {b"II": "<", b"MM": ">"}
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_DIRECTORIES: Final = {0x8769: "Exif", 0x8825: "GPS", 0xA005: "Interop", 0x014A: "Sub"}
_DATA: Final = {0x0111: 0x0117, 0x0144: 0x0145, 0x0201: 0x0202}
_MAKER_NOTE: Final = 0x927C
_RESOURCES: Final = 0x8649
_EDITED: Final = frozenset({0x010E, 0x013B, 0x02BC, 0x83BB, 0x8568})
"""ImageDescription, Artist, XMP and IIM: what the measurement edits."""
_MOST: Final = 5000


class Row(NamedTuple):
    """One entry of a directory: its offset, tag, type, and where its value stands."""

    at: int
    tag: int
    type: int
    start: int
    end: int


class Directory(NamedTuple):
    """One directory; ``whole`` is whether the file holds all of it."""

    role: str
    at: int
    end: int
    rows: tuple[Row, ...]
    whole: bool

    @property
    def is_likely(self) -> bool:
        """Whether a writer made it; a stray pointer leads to rows of types that there are not."""
        return 2 * sum(row.type in _SIZES for row in self.rows) >= len(self.rows)


class Tables:
    """All directories of a file.

    Attributes:
        data: the file.
        directories: each once, in the order in which they are reached.
        endless: there are more than any writer would make, or they run in circles.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.directories: list[Directory] = []
        self.endless = False
        order = _ORDERS.get(data[:2])
        if order is None or len(data) < 8:
            return
        self._short, self._long = struct.Struct(order + "H"), struct.Struct(order + "I")
        self._row = struct.Struct(order + "HHI")
        self._walk()

    def _walk(self) -> None:
        waiting = [("0", self._long.unpack_from(self.data, 4)[0])]
        seen: set[int] = set()
        while waiting:
            role, at = waiting.pop(0)
            if not at or at in seen:
                continue
            seen.add(at)
            if len(seen) > _MOST:
                self.endless = True
                return
            directory, following = self._directory(role, at)
            if directory.rows and not directory.is_likely:
                continue
            self.directories.append(directory)
            for row in directory.rows:
                if row.tag in _DIRECTORIES:
                    name = f"{role}.{_DIRECTORIES[row.tag]}"
                    waiting += [(f"{name}{n}", at) for n, at in enumerate(self.numbers(row))]
            if "." not in role or ".Sub" in role:
                waiting.append((f"{role}+", following))

    def _directory(self, role: str, at: int) -> tuple[Directory, int]:
        data = self.data
        if at + 2 > len(data):
            return Directory(role, at, at, (), whole=False), 0
        count = self._short.unpack_from(data, at)[0]
        rows = []
        for place in range(at + 2, min(at + 2 + 12 * count, len(data) - 11), 12):
            tag, kind, number = self._row.unpack_from(data, place)
            size = _SIZES.get(kind, 0) * number
            start = place + 8 if size <= 4 else self._long.unpack_from(data, place + 8)[0]
            rows.append(Row(place, tag, kind, start, start + size))
        end = at + 2 + 12 * count
        following = self._long.unpack_from(data, end)[0] if end + 4 <= len(data) else 0
        whole = len(rows) == count
        return Directory(role, at, end + 4, tuple(rows), whole), following

    def numbers(self, row: Row) -> tuple[int, ...]:
        """The whole numbers of a row; empty where it has none, or they are not all there."""
        width = {3: self._short, 4: self._long, 13: self._long}.get(row.type)
        if width is None or row.end > len(self.data):
            return ()
        return tuple(one[0] for one in width.iter_unpack(self.data[row.start : row.end]))

    def runs(self, directory: Directory) -> Iterator[tuple[int, int]]:
        """Start and end of each run of picture data of a directory."""
        rows = {row.tag: row for row in reversed(directory.rows)}
        for starts, lengths in _DATA.items():
            if starts in rows and lengths in rows:
                pairs = zip(self.numbers(rows[starts]), self.numbers(rows[lengths]), strict=False)
                yield from ((start, start + length) for start, length in pairs)

    def edited(self) -> list[tuple[int, int]]:
        """The spans that an edit may write to.

        The pointer to IFD0, the tables of IFD0 and of the Exif directory, and the values that
        are edited.
        """
        spans = [(4, 8)]
        for directory in self.directories:
            if directory.role in ("0", "0.Exif0"):
                spans.append((directory.at, directory.end))
            if directory.role == "0":
                wanted = _EDITED | {_RESOURCES}
                spans += [(row.start, row.end) for row in directory.rows if row.tag in wanted]
        return spans


def tiff(data: bytes, *, placed: bool = True) -> Iterator[Piece]:
    """Every value of every directory, picture data, and maker notes.

    Args:
        data: the file, or the block from the TIFF header on.
        placed: maker notes must keep their offset, because they refer to it.
    """
    tables = Tables(data)
    yield piece("header", data[:4])
    for directory in tables.directories:
        for row in directory.rows:
            if directory.role != "0" or row.tag not in _EDITED:
                yield from _value(tables, directory.role, row, placed=placed)
        for start, end in tables.runs(directory):
            yield piece(f"{directory.role} data", data[start:end])


def _value(tables: Tables, role: str, row: Row, *, placed: bool) -> Iterator[Piece]:
    name = f"{role} {row.tag:#06x}"
    octets = tables.data[row.start : row.end]
    if row.tag in _DIRECTORIES or row.tag in _DATA:
        yield piece(name, row.type.to_bytes(2, "big"))
    elif row.tag == _RESOURCES and role == "0":
        yield from below(name, resources(octets, exif=tiff))
    elif row.tag == _MAKER_NOTE:
        yield piece(f"{name} at {row.start}" if placed else name, octets)
    else:
        yield piece(f"{name} {row.type}", octets)


def moved(before: bytes, after: bytes) -> list[str]:
    """Octets that have changed, or left their place, and that no edit may touch.

    Free zeros may be written to: those behind a value that grew.
    """
    allowed = sorted(Tables(before).edited())
    return [
        f"octets {start}-{end}"
        for start, end in _changes(before, after)
        if before[start:end].strip(b"\0") and not _within(start, end, allowed)
    ]


def _changes(before: bytes, after: bytes) -> Iterator[tuple[int, int]]:
    """Runs of octets of the old file that are not the same at the same offset."""
    width = 64
    for at in range(0, len(before), width):
        if before[at : at + width] == after[at : at + width]:
            continue
        for place in range(at, min(at + width, len(before))):
            if before[place : place + 1] != after[place : place + 1]:
                yield place, place + 1


def _within(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(low <= start and end <= high for low, high in spans)
