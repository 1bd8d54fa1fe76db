"""The items of a HEIF file: what its meta box says of them (ISO/IEC 14496-12, 8.11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.formats.bmff import Box, Cursor, Harvest, boxes
from provenance.metadata.source import Window

MAX_ITEMS: Final = 30_000
"""Items, and references between them, that are followed; a camera writes some fifty tiles."""
MAX_EXTENTS: Final = 200_000
"""Extents of all items, and item properties given to them, that are followed."""
MAX_LIST: Final = 4 * 1024 * 1024
"""Octets of one list of items; one of 65,536 tiles takes some 1.5 million."""
MAX_PROPERTIES: Final = 32_767
"""Item properties: as many as an item can refer to by number."""

_XMP_TYPE: Final = "application/rdf+xml"


class Span(NamedTuple):
    """Offsets in the file."""

    start: int
    end: int


class Place(NamedTuple):
    """Where the data of an item stand, as iloc has it.

    ``method`` is 0 for offsets in the file, 1 in the idat box, 2 in another item; ``own`` is
    False where the data stand in another file; an extent's length is None where it reaches to
    the end of what it stands in.
    """

    method: int
    own: bool
    extents: tuple[tuple[int, int | None], ...]


@dataclass(slots=True)
class Item:
    """One entry of iinf: ``entry`` is its octets, ``encoding`` its content encoding."""

    id: int
    type: bytes
    entry: bytes
    content_type: str = ""
    encoding: str = ""
    protected: bool = False

    @property
    def is_exif(self) -> bool:
        """Holds EXIF (ISO/IEC 23008-12, A.2)."""
        return self.type == b"Exif"

    @property
    def is_xmp(self) -> bool:
        """Holds an XMP packet (ISO/IEC 23008-12, A.3)."""
        return self.content_type.partition(";")[0].strip().lower() == _XMP_TYPE

    @property
    def is_metadata(self) -> bool:
        """Holds credit metadata."""
        return self.is_exif or self.is_xmp


@dataclass(slots=True)
class Meta:
    """What a meta box says.

    Attributes:
        children: the boxes in it.
        items: by id.
        places: where their data stand, by item id.
        references: (type, from, to), as iref lists them.
        primary: id of the item that is the picture, None where none is named.
        idat: where its own data stand.
    """

    children: list[Box] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    primary: int | None = None
    idat: Span | None = None

    def spans(self, number: int, size: int) -> list[Span] | None:
        """Where the data of an item stand in a file of ``size`` octets, None where unknown.

        What lies outside of the file, or of idat, is left out.
        """
        place = self.places.get(number)
        if place is None or not place.own or place.method not in (0, 1):
            return None
        if place.method == 0:
            low, high = 0, size
        elif self.idat is not None:
            low, high = self.idat
        else:
            return None
        found: list[Span] = []
        for offset, length in place.extents:
            start = min(low + offset, high)
            end = high if length is None else min(start + length, high)
            found.append(Span(start, end))
        return found

    def wants(self, number: int) -> int:
        """Octets that the data of an item ought to have, as far as they are told."""
        place = self.places.get(number)
        return sum(length or 0 for _, length in place.extents) if place else 0

    def parts_of(self, *numbers: int) -> list[int]:
        """The items and, in order, those that they are derived from (grid tiles, overlays)."""
        derived = {source: to for kind, source, to in self.references if kind == b"dimg"}
        found: dict[int, None] = {}
        waiting = list(reversed(numbers))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found[one] = None
                waiting.extend(reversed(derived.get(one, ())))
        return list(found)


def read_meta(window: Window, meta: Box, harvest: Harvest) -> Meta:
    """Read a meta box; item properties are left unread.

    What is cut or makes no sense is a warning, and the rest is read.
    """
    found = Meta()
    # QuickTime's meta box is no full box.
    start = meta.body if window.take(meta.body, 8)[4:8] == b"hdlr" else meta.body + 4
    for box in boxes(window, start, min(meta.end, window.size), harvest.warnings):
        found.children.append(box)
        if box.kind == b"idat":
            found.idat = Span(box.body, min(box.end, window.size))
        elif box.kind in _READERS:
            if box.length > MAX_LIST:
                name = box.kind.decode("ascii")
                harvest.warn("limit-metadata", f"its {name} box of {box.length} octets is skipped.")
                continue
            cursor = Cursor(window.take(box.body, box.length))
            _READERS[box.kind](cursor, found)
            if cursor.cut or box.end > meta.end:
                harvest.warn("heif-broken", "its list of items is cut; what can be found is read.")
    return found


def _read_primary(cursor: Cursor, found: Meta) -> None:
    version, _flags = cursor.full_box()
    number = cursor.number(4 if version else 2)
    found.primary = None if cursor.cut else number


def _read_items(cursor: Cursor, found: Meta) -> None:
    version, _flags = cursor.full_box()
    count = cursor.number(4 if version else 2)
    for _ in range(min(count, MAX_ITEMS)):
        size = cursor.number(4)
        kind = cursor.octets(4)
        entry = cursor.octets(size - 8) if size >= 8 else b""
        if cursor.cut or size < 8:
            cursor.cut = True
            return
        if kind == b"infe" and (item := _item(entry)) is not None:
            found.items.setdefault(item.id, item)
    cursor.cut |= count > MAX_ITEMS


def _item(entry: bytes) -> Item | None:
    """Read an infe box (ISO/IEC 14496-12, 8.11.6); versions 0 and 1 know no item type."""
    cursor = Cursor(entry)
    version, _flags = cursor.full_box()
    number = cursor.number(4 if version >= 3 else 2)
    protected = cursor.number(2) != 0
    kind = cursor.octets(4) if version >= 2 else b"mime"
    cursor_cut = cursor.cut
    cursor.text()
    item = Item(number, kind, entry, protected=protected)
    if kind == b"mime":
        item.content_type, item.encoding = cursor.text(), cursor.text().strip().lower()
    return None if cursor_cut else item


def _read_places(cursor: Cursor, found: Meta) -> None:
    """Read iloc (ISO/IEC 14496-12, 8.11.3)."""
    version, _flags = cursor.full_box()
    sizes = cursor.number(2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    widths = (offset, length, index if version in (1, 2) else 0)
    left = MAX_EXTENTS
    listed = cursor.number(4 if version == 2 else 2)
    for _ in range(min(listed, MAX_ITEMS)):
        number = cursor.number(4 if version == 2 else 2)
        method = cursor.number(2) & 15 if version in (1, 2) else 0
        own = cursor.number(2) == 0
        origin = cursor.number(base)
        # Where no extent says anything, all are the same: the whole of what they stand in.
        count = min(cursor.number(2), MAX_EXTENTS if any(widths) else 1)
        left -= count
        extents = _extents(cursor, widths, origin, count) if left >= 0 else None
        if extents is None:
            cursor.cut = True
            return
        found.places.setdefault(number, Place(method, own, extents))
    cursor.cut |= listed > MAX_ITEMS


def _extents(
    cursor: Cursor, widths: tuple[int, int, int], origin: int, count: int
) -> tuple[tuple[int, int | None], ...] | None:
    offset, length, index = widths
    extents: list[tuple[int, int | None]] = []
    for _ in range(count):
        cursor.octets(index)
        at = origin + cursor.number(offset)
        extents.append((at, cursor.number(length) if length else None))
        if cursor.cut:
            return None
    return None if cursor.cut else tuple(extents)


def _read_references(cursor: Cursor, found: Meta) -> None:
    version, _flags = cursor.full_box()
    width = 4 if version else 2
    for _ in range(MAX_ITEMS):
        head = cursor.octets(8)
        if not head:
            # That nothing follows is how the list ends.
            cursor.cut = False
            return
        source, count = cursor.number(width), cursor.number(2)
        packed = cursor.octets(width * count)
        if cursor.cut:
            return
        targets = tuple(
            int.from_bytes(packed[at : at + width], "big") for at in range(0, len(packed), width)
        )
        found.references.append((head[4:8], source, targets))
    cursor.cut = True


_READERS: Final = {
    b"pitm": _read_primary,
    b"iinf": _read_items,
    b"iloc": _read_places,
    b"iref": _read_references,
}


class Properties(NamedTuple):
    """Item properties: all of them, and which item has which (ISO/IEC 23008-12, 9.3)."""

    boxes: tuple[Box, ...]
    of_item: dict[int, tuple[int, ...]]

    def each(self, number: int) -> Iterator[Box]:
        """The properties of an item, in its order."""
        for index in self.of_item.get(number, ()):
            if 0 < index <= len(self.boxes):
                yield self.boxes[index - 1]


def read_properties(window: Window, meta: Meta) -> Properties:
    """Read the item properties of a meta box.

    Raises:
        UnreadableError: ``limit-properties`` where there are more than an item can refer to.
    """
    found: list[Box] = []
    of_item: dict[int, tuple[int, ...]] = {}
    for box in meta.children:
        if box.kind != b"iprp":
            continue
        for inner in boxes(window, box.body, min(box.end, window.size), []):
            if inner.kind == b"ipco":
                found.extend(boxes(window, inner.body, min(inner.end, window.size), []))
                if len(found) > MAX_PROPERTIES:
                    raise UnreadableError(
                        f"{window.name}: it lists more than {MAX_PROPERTIES} item properties.",
                        code="limit-properties",
                        remedy="The file is damaged or hostile; fetch it again from its agency.",
                    )
            elif inner.kind == b"ipma" and inner.length <= MAX_LIST:
                _read_associations(Cursor(window.take(inner.body, inner.length)), of_item)
    return Properties(tuple(found), of_item)


def _read_associations(cursor: Cursor, of_item: dict[int, tuple[int, ...]]) -> None:
    version, flags = cursor.full_box()
    wide = flags & 1
    mask = 0x7FFF if wide else 0x7F
    left = MAX_EXTENTS
    for _ in range(min(cursor.number(4), MAX_ITEMS)):
        number = cursor.number(4 if version else 2)
        listed = tuple(cursor.number(1 + wide) & mask for _ in range(cursor.number(1)))
        left -= len(listed)
        if cursor.cut or left < 0:
            return
        of_item.setdefault(number, listed)
