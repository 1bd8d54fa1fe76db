"""Room in an EXIF block for new octets, so that no other value of the block moves.

Maker notes, thumbnails and directories keep their offsets. What an edit frees it may use
again; what fits nowhere is appended to the block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from provenance.errors import RewriteRefusedError
from provenance.metadata.standards import maker_note
from provenance.metadata.standards.ifd import (
    Entry,
    Span,
    Wire,
    dangling,
    first_directory,
    read_directory,
    spans,
    tables,
)

_HEADER_POINTER: Final = 4
_INLINE: Final = 4
_COUNT: Final = 2
_ENTRY: Final = 12
_NEXT: Final = 4
_MOST_ENTRIES: Final = 0xFFFF
_MARKER: Final = b"\xff"
_JPEG: Final = b"\xff\xd8"


class NewEntry(NamedTuple):
    """An entry to insert: tag, field type of one octet a value, and the value's octets."""

    tag: int
    type: int
    value: bytes


class Directory(NamedTuple):
    """A directory, and the place in the block that holds its offset."""

    offset: int
    pointer: int


class ExifSpace:
    """An EXIF block while it is edited.

    Attributes:
        octets: the block as it is now.
        wire: its byte order.

    Args:
        block: from the TIFF header on.
        wire: its byte order.
        sparing: use up padding at the end of the block before the block grows.
    """

    __slots__ = (
        "_bottom", "_dangling", "_free", "_lacking", "_noted", "_spare", "_sparing", "octets",
        "wire",
    )  # fmt: skip

    def __init__(self, block: bytes, wire: Wire, *, sparing: bool = False) -> None:
        self.octets = bytearray(block)
        self.wire = wire
        self._free: list[Span] = []
        self._sparing = sparing
        notes = maker_note.references(block, wire)
        self._noted = notes.all
        broken = dangling(block, wire)
        # Some makers count one octet too many of a thumbnail that ends where the block ends.
        # Who reads on finds the first octet of the next marker there, and is to find the same.
        whole = len(block) + 1
        lacking = [
            span for span in broken if span.end == whole and block.startswith(_JPEG, span.start)
        ]
        self._lacking = bool(lacking)
        self._dangling = [span for span in broken if span not in lacking] + notes.dangling
        self._spare: Span | None = None
        # A directory at the very end may lack the offset of the next one, which means none.
        ends = [table.end + _NEXT for table in tables(block, wire) if table.end <= len(block)]
        self._bottom = max([len(block), *ends])

    def first(self) -> Directory:
        """IFD0."""
        return Directory(first_directory(bytes(self.octets[:8]), self.wire), _HEADER_POINTER)

    def below(self, entry: Entry) -> Directory:
        """The directory that an entry points to, its offset standing in the entry."""
        return Directory(self.wire.long.unpack_from(self.octets, entry.at + 8)[0], entry.at + 8)

    def put(self, entry: Entry, value: bytes) -> None:
        """Give an entry a new value, in its place where it fits and is not shared.

        The old octets are overwritten with zeros wherever nothing else refers to them.

        Raises:
            RewriteRefusedError: ``exif-dangling-offset``.
        """
        outside = entry.size > _INLINE and entry.end <= len(self.octets)
        if outside:
            self._release(Span(entry.where, entry.end, entry.at))
        if len(value) <= _INLINE:
            where = entry.at + 8
            self.octets[where : where + _INLINE] = bytes(_INLINE)
        else:
            self._dangling = [span for span in self._dangling if span.owner != entry.at]
            fits = outside and self._take(Span(entry.where, entry.where + len(value), -1))
            where = entry.where if fits else self._allocate(len(value))
            self.wire.long.pack_into(self.octets, entry.at + 8, where)
        self.octets[where : where + len(value)] = value
        self.wire.long.pack_into(self.octets, entry.at + 4, len(value))

    def insert(self, directory: Directory, entries: Sequence[NewEntry]) -> None:
        """Write a directory anew with more entries, each in tag order, and point to it.

        The entries that are there keep their order, and the next directory stays the next.

        Raises:
            RewriteRefusedError: ``exif-broken`` where the directory cannot be followed to
                its end; ``exif-dangling-offset``.
        """
        block = bytes(self.octets)
        old, whole = read_directory(block, self.wire, directory.offset)
        if not whole or len(old) + len(entries) > _MOST_ENTRIES:
            raise RewriteRefusedError(
                "The EXIF directory cannot be followed to its end; nothing can be added to it.",
                code="exif-broken",
                remedy="Correct this file's EXIF with another editor first.",
            )
        table = [(entry.tag, block[entry.at : entry.at + _ENTRY]) for entry in old]
        end = directory.offset + _COUNT + _ENTRY * len(old)
        following = block[end : end + _NEXT].ljust(_NEXT, b"\x00")
        size = _COUNT + _ENTRY * (len(old) + len(entries)) + _NEXT
        where = self._allocate(size)
        self.wire.long.pack_into(self.octets, directory.pointer, where)
        # Before the values are placed: they may stand where the old table stood.
        self._release(Span(directory.offset, min(end + _NEXT, len(block)), -1))
        for new in entries:
            place = next((n for n, (tag, _) in enumerate(table) if tag > new.tag), len(table))
            table.insert(place, (new.tag, self._packed(new)))
        rows = b"".join(row for _, row in table)
        self.octets[where : where + size] = self.wire.short.pack(len(table)) + rows + following

    def _packed(self, new: NewEntry) -> bytes:
        if len(new.value) <= _INLINE:
            held = self.wire.long.unpack(new.value.ljust(_INLINE, b"\x00"))[0]
        else:
            held = self._allocate(len(new.value))
            self.octets[held : held + len(new.value)] = new.value
        return self.wire.entry.pack(new.tag, new.type, len(new.value), held)

    def _release(self, area: Span) -> None:
        """Zero what nothing else refers to, and keep it for what is to come."""
        taken = [*spans(bytes(self.octets), self.wire), *self._noted]
        if any(
            other.start < area.end and area.start < other.end
            for other in taken
            if other.owner < 0 or other.owner != area.owner
        ):
            return
        self.octets[area.start : area.end] = bytes(area.end - area.start)
        self._free.append(area)

    def _take(self, wanted: Span) -> bool:
        """Take octets that are free; the rest of their area stays free."""
        for number, area in enumerate(self._free):
            if area.start <= wanted.start and wanted.end <= area.end:
                del self._free[number]
                rests = (Span(area.start, wanted.start, -1), Span(wanted.end, area.end, -1))
                self._free += [rest for rest in rests if rest.start < rest.end]
                return True
        return False

    def _allocate(self, length: int) -> int:
        """Offset of new room: what became free, else padding or octets behind the end."""
        for area in sorted(self._free, key=lambda one: one.end - one.start):
            start = area.start + area.start % 2
            if self._take(Span(start, start + length, -1)):
                return start
        start = max(len(self.octets) + self._lacking, self._bottom)
        start += start % 2
        stopped = self._given_meaning(start + length)
        if self._sparing or stopped is not None:
            padding = self._padding(length)
            if padding is not None:
                return padding
        if stopped is not None:
            raise RewriteRefusedError(
                f"The EXIF block holds a reference to octets {stopped.start}-{stopped.end}, behind"
                f" its end at {len(self.octets)}; text appended there would give it a meaning.",
                code="exif-dangling-offset",
                remedy="Choose a shorter text, or correct this file's EXIF with another editor"
                " first.",
            )
        if self._lacking:
            self.octets += _MARKER
            self._lacking = False
        self.octets += bytes(start + length - len(self.octets))
        return start

    def _given_meaning(self, end: int) -> Span | None:
        """A broken reference that a block of ``end`` octets would mend.

        One that stays broken goes on saying nothing, wherever it points.
        """
        return next((span for span in self._dangling if len(self.octets) < span.end <= end), None)

    def _padding(self, length: int) -> int | None:
        """The last octets of a block that ends in zeros which nothing refers to."""
        if self._spare is None:
            block = bytes(self.octets)
            taken = [span.end for span in (*spans(block, self.wire), *self._noted)]
            self._spare = Span(max(len(block.rstrip(b"\x00")), *taken), len(block), -1)
        start = (self._spare.end - length) & ~1
        # Twice the room: a few zeros may be the end of something.
        if start - length < self._spare.start:
            return None
        self._spare = self._spare._replace(end=start)
        return start
