"""Edit entries in the directories of a TIFF file that speak for its picture."""

from __future__ import annotations

from typing import Final, NamedTuple

from provenance.errors import RewriteRefusedError
from provenance.metadata.formats.tiff_anatomy import (
    EXIF,
    FIRST,
    POINTERS,
    Anatomy,
    spans,
    walk,
)
from provenance.metadata.formats.tiff_digests import CREDIT_ENTRIES
from provenance.metadata.formats.tiff_directories import (
    EXIF_POINTER,
    MAKER_NOTE,
    MAX_ENTRIES,
    Directory,
    Layout,
    numbers,
)
from provenance.metadata.formats.tiff_room import Room, Splice
from provenance.metadata.formats.tiff_survey import Located
from provenance.metadata.planned import readback_differs
from provenance.metadata.source import Window
from provenance.metadata.standards.condensed import EXIF_IFD, IFD0, Field, Key
from provenance.metadata.standards.ifd import Entry, Span

_FIRST_POINTER: Final = 4
_INLINE: Final = 4


_Key = int | str


class _Want(NamedTuple):
    """Room that something needs.

    ``key`` is the number of a job, or the name of a directory; ``old`` where it stood.
    """

    key: _Key
    old: Span | None
    length: int


class _Job(NamedTuple):
    """A field for an entry, or for a new one where that is None; no field takes it away."""

    table: _Table
    entry: Entry | None
    field: Field | None

    @property
    def old(self) -> Span | None:
        """Where the value stands, if not in the entry itself."""
        entry = self.entry
        if entry is None or entry.size <= _INLINE:
            return None
        return Span(entry.where, entry.end, entry.at)

    @property
    def outside(self) -> bytes | None:
        """The new value, if it does not stand in the entry itself."""
        value = None if self.field is None else self.field.value
        return None if value is None or len(value) <= _INLINE else value


class _Table:
    """A directory while its rows are edited."""

    def __init__(self, data: bytes, layout: Layout, directory: Directory) -> None:
        self.directory = directory
        self._layout = layout
        self._rows = [
            (entry.tag, entry.at, data[entry.at : entry.at + layout.entry.size])
            for entry in directory.entries
        ]
        self._before = list(self._rows)

    @property
    def is_changed(self) -> bool:
        """Whether any row differs from what the file has."""
        return self._rows != self._before

    @property
    def rows(self) -> bytes:
        """The rows, without count and link."""
        return b"".join(row for _tag, _at, row in self._rows)

    @property
    def whole(self) -> bytes:
        """Count, rows, and the offset of the next directory."""
        layout = self._layout
        link = layout.offset.pack(self.directory.following)
        return layout.counted.pack(len(self._rows)) + self.rows + link

    def put(self, entry: Entry | None, field: Field, value: bytes) -> None:
        """Set the row of an entry; a new one goes where its tag belongs (TIFF 6.0, section 2)."""
        row = self._layout.entry.pack(field.tag, field.type, field.length, 0)[:-_INLINE] + value
        if entry is not None:
            self._rows = [(tag, at, row if at == entry.at else old) for tag, at, old in self._rows]
            return
        if len(self._rows) >= MAX_ENTRIES:
            raise RewriteRefusedError(
                f"A directory of the TIFF file has {MAX_ENTRIES} entries; none can be added.",
                code="tiff-directory-full",
                remedy="The file is damaged or hostile; fetch it again from its agency.",
            )
        before = [number for number, one in enumerate(self._rows) if one[0] <= field.tag]
        self._rows.insert(before[-1] + 1 if before else 0, (field.tag, -1, row))

    def drop(self, entry: Entry) -> None:
        """Take the row of an entry away."""
        self._rows = [row for row in self._rows if row[1] != entry.at]

    def repoint(self, tag: int, offset: int) -> None:
        """Set the value field of the first entry of a tag."""
        for number, (found, at, row) in enumerate(self._rows):
            if found == tag:
                value = self._layout.offset.pack(offset)
                self._rows[number] = (found, at, row[:-_INLINE] + value)
                return


class Editor:
    """Changes entries of IFD0 and the ExifIFD of a classic TIFF file.

    Args:
        data: the file.
        located: its directories.
    """

    def __init__(self, data: bytes, located: Located) -> None:
        self._data = data
        self._layout = located.layout
        self._tables = {IFD0: _Table(data, located.layout, located.first)}
        if located.exif is not None:
            self._tables[EXIF_IFD] = _Table(data, located.layout, located.exif)
        self._homes = {
            entry.at: table for table in self._tables.values() for entry in table.directory.entries
        }
        self._jobs: list[_Job] = []

    def entry(self, key: Key) -> Entry | None:
        """The entry that a field of the condensed block came from."""
        table = self._tables.get(key.directory)
        if table is None:
            return None
        entries = [entry for entry in table.directory.entries if entry.tag == key.tag]
        return entries[key.occurrence] if key.occurrence < len(entries) else None

    def change(self, entry: Entry, field: Field) -> None:
        """Give an entry another value."""
        self._jobs.append(_Job(self._homes[entry.at], entry, field))

    def remove(self, entry: Entry) -> None:
        """Take an entry away, and its value."""
        self._jobs.append(_Job(self._homes[entry.at], entry, None))

    def insert(self, directory: str, field: Field) -> None:
        """Add an entry to a directory.

        Raises:
            RewriteRefusedError: ``tiff-no-directory`` where the file has no such directory.
        """
        table = self._tables.get(directory)
        if table is None:
            raise RewriteRefusedError(
                f"The TIFF file has no {directory}, and none is made for a single value.",
                code="tiff-no-directory",
                remedy="Write the value to XMP or IIM instead.",
            )
        self._jobs.append(_Job(table, None, field))

    def result(self) -> bytes:
        """The file with all changes made, and nothing else moved.

        Raises:
            RewriteRefusedError: ``tiff-dangling-offset``, ``tiff-too-large``,
                ``tiff-shared-directory``, ``tiff-directory-full``, ``readback-differs``.
        """
        if not self._jobs:
            return self._data
        window = Window.over(self._data, "the picture")
        anatomy = walk(window)
        solid = any(
            entry.tag == MAKER_NOTE for _role, found in anatomy.nodes for entry in found.entries
        )
        room = Room(self._data, spans(window, anatomy), solid=solid)
        places = self._settle(room)
        splices: list[Splice] = []
        for number, job in enumerate(self._jobs):
            self._do(room, job, places.get(number))
        # The ExifIFD first: where it moves to stands in a row of IFD0.
        for name in (EXIF_IFD, IFD0):
            if name in self._tables and self._tables[name].is_changed:
                splices += self._finish(room, name, places, (window, anatomy))
        result = room.joined(splices)
        if _fixed_rows(result) != _fixed_rows(self._data):
            raise readback_differs("What this edit does not touch in the TIFF file")
        return result

    def _settle(self, room: Room) -> dict[_Key, int]:
        """Offsets for all values and tables that need room, by the keys of their wants."""
        wants = [
            _Want(number, job.old, len(value))
            for number, job in enumerate(self._jobs)
            if (value := job.outside) is not None
        ]
        wants += [want for name in self._tables if (want := self._room_of(name)) is not None]
        places: dict[_Key, int] = {}
        moving: list[_Want] = []
        # What ends at the end of the file may grow there, before anything is appended.
        for want in sorted(wants, key=lambda one: -(one.old.end if one.old else 0)):
            where = None if want.old is None else room.keep(want.old, want.length)
            if where is None:
                moving.append(want)
            else:
                places[want.key] = where
        for want in moving:
            room.free(want.old)
        for job in self._jobs:
            if job.outside is None:
                room.free(job.old)
        for want in sorted(moving, key=lambda one: -one.length):
            places[want.key] = room.find(want.length)
        return places

    def _room_of(self, name: str) -> _Want | None:
        """The room of a table that gets or loses rows."""
        table = self._tables[name]
        jobs = [job for job in self._jobs if job.table is table]
        more = sum(job.entry is None for job in jobs)
        less = len({job.entry.at for job in jobs if job.entry is not None and job.field is None})
        if not more and not less:
            return None
        directory = table.directory
        length = len(table.whole) + (more - less) * self._layout.entry.size
        return _Want(name, Span(directory.at, directory.end, directory.at), length)

    def _do(self, room: Room, job: _Job, where: int | None) -> None:
        if job.field is None:
            assert job.entry is not None
            job.table.drop(job.entry)
            return
        value = job.field.value
        if value is None:
            raise readback_differs("The EXIF values")
        if where is None:
            job.table.put(job.entry, job.field, value.ljust(_INLINE, b"\x00"))
        else:
            room.write(where, value)
            job.table.put(job.entry, job.field, self._layout.offset.pack(where))

    def _finish(
        self, room: Room, name: str, places: dict[_Key, int], file: tuple[Window, Anatomy]
    ) -> list[Splice]:
        """Write a table; one whose number of rows changed may have found another place."""
        table = self._tables[name]
        directory = table.directory
        where = places.get(name)
        if where is None:
            start = directory.at + self._layout.counted.size
            return [Splice(start, start + len(table.rows), table.rows)]
        room.write(where, table.whole)
        if where == directory.at:
            return []
        if _references(*file, directory.at) > 1:
            raise _shared(name)
        if name == EXIF_IFD:
            self._tables[IFD0].repoint(EXIF_POINTER, where)
            return []
        pointer = self._layout.offset.pack(where)
        return [Splice(_FIRST_POINTER, self._layout.header, pointer)]


def _references(window: Window, anatomy: Anatomy, at: int) -> int:
    """How often a directory is pointed to; the header's pointer to the first one counts."""
    found = int(at == anatomy.nodes[0].directory.at)
    for _role, directory in anatomy.nodes:
        found += directory.following == at
        for entry in directory.entries:
            if entry.tag in POINTERS:
                found += numbers(window, anatomy.layout, entry, most=entry.length).count(at)
    return found


def _shared(name: str) -> RewriteRefusedError:
    return RewriteRefusedError(
        f"More than one pointer of the TIFF file leads to its {name}; it cannot be moved.",
        code="tiff-shared-directory",
        remedy="Correct this file with another editor; it is damaged, or made to mislead.",
    )


def _fixed_rows(data: bytes) -> list[tuple[str, int, bytes]]:
    """Every row of every directory that no credit edit may change, with its directory.

    A row holds its value, or the offset of it: equal rows say that nothing has moved.
    """
    anatomy = walk(Window.over(data, "the picture"))
    width = anatomy.layout.entry.size
    found: list[tuple[str, int, bytes]] = []
    for role, directory in anatomy.nodes:
        loose = CREDIT_ENTRIES.get(role, frozenset())
        if role == FIRST:
            loose |= {EXIF_POINTER}
        found.append((role, directory.at if role not in (FIRST, EXIF) else 0, b""))
        found += [
            (role, directory.following, data[entry.at : entry.at + width])
            for entry in directory.entries
            if entry.tag not in loose
        ]
    return found
