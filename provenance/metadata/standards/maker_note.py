"""What a maker note refers to, as far as it matters to the octets around it.

Most makers write a directory of their own behind a short name, with offsets that count from
the TIFF header, from the note, or from a TIFF header in the note. A few refer to octets
behind the end of the block, which were cut off: text put there must not turn into a
thumbnail.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from provenance.metadata.standards.ifd import (
    TYPE_SIZES,
    Entry,
    Span,
    Wire,
    read_directory,
    tables,
    wire_of,
)

_MAKER_NOTE: Final = 0x927C
_LATEST_START: Final = 32
_MOST_ENTRIES: Final = 512
_LARGEST: Final = 0xFFFF
_ENTRY: Final = 12
_OTHER: Final = {b"II": b"MM\x00*", b"MM": b"II*\x00"}


class References(NamedTuple):
    """Spans of the values that maker notes keep elsewhere.

    ``dangling`` are those that reach behind the end of the block. A note that could hold
    all its values itself has none: it was moved, and its offsets count from who knows where.
    """

    all: list[Span]
    dangling: list[Span]


def references(block: bytes, wire: Wire) -> References:
    """What the maker notes of a block refer to; nothing for a note of unknown form.

    Args:
        block: from the TIFF header on.
        wire: the block's byte order; a note may have the other one.
    """
    found = References([], [])
    for table in tables(block, wire):
        for note in table.entries:
            if note.tag == _MAKER_NOTE and note.end <= len(block):
                _add(found, block, wire, note)
    return found


def _add(found: References, block: bytes, wire: Wire, note: Entry) -> None:
    base, entries = _directory(block, wire, note)
    outside = [entry for entry in entries if entry.size > 4]
    if not outside:
        return
    if base is None:
        # Offsets that count from the note would mostly lie in front of it otherwise.
        early = sum(entry.where < note.where for entry in outside)
        base = note.where if early * 2 > len(outside) else 0
    spans = [Span(base + one.where, base + one.end, -1) for one in outside]
    found.all.extend(spans)
    room = note.end - entries[-1].at - _ENTRY
    if max(one.end for one in spans) - min(one.start for one in spans) > room:
        found.dangling.extend(span for span in spans if span.end > len(block))


def _directory(block: bytes, wire: Wire, note: Entry) -> tuple[int | None, list[Entry]]:
    """The note's directory, and what its offsets count from where the note says so."""
    latest = min(note.where + _LATEST_START, note.end)
    for base in range(note.where, latest, 2):
        own = wire_of(block[base : base + 4])
        if own is not None:
            start = base + own.long.unpack_from(block, base + 4)[0] if base + 8 <= note.end else 0
            return base, _entries(block, own, start, note)
    for order in (wire, wire_of(_OTHER[wire.mark])):
        for start in range(note.where, latest, 2):
            if order is not None and (entries := _entries(block, order, start, note)):
                return None, entries
    return None, []


def _entries(block: bytes, wire: Wire, start: int, note: Entry) -> list[Entry]:
    """The entries of a directory at ``start``, empty where it does not look like one."""
    if not note.where <= start <= note.end - 2:
        return []
    count = wire.short.unpack_from(block, start)[0]
    if not 0 < count <= _MOST_ENTRIES or start + 2 + _ENTRY * count > note.end:
        return []
    entries, _ = read_directory(block, wire, start)
    likely = all(one.type in TYPE_SIZES and one.size <= _LARGEST for one in entries)
    distinct = len({one.tag for one in entries})
    return entries if likely and distinct * 2 > count else []
