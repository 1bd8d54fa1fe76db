"""Change text values in an EXIF block so that no other value moves.

A value that fits is written where the old one stood; a longer one is appended to the block
and its entry repointed. Maker notes, thumbnails and every other value keep their offsets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from provenance.errors import RewriteRefusedError
from provenance.metadata.planned import planned, readback_differs, substitutions
from provenance.metadata.standards import exif
from provenance.metadata.standards.ifd import Entry, Span, Wire, spans
from provenance.model import Edit

_ISO: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})([+-][0-9]{2}:[0-9]{2}|Z)?)?"
)
_UNKNOWN_DATE: Final = b"    :  :     :  :  "
_UNKNOWN_OFFSET: Final = b"   :  "
_INLINE: Final = 4

_Changes = Mapping[str, str | None]


def encode(block: bytes, edits: Sequence[Edit]) -> bytes:
    """Make the edits in an EXIF block.

    Text is written as UTF-8. A value that is removed is left blank, which the standard
    reads as "unknown" (Exif 3.0, 4.6.5 and 4.6.6.3); entries stay, so that tables keep their
    place. Old text is overwritten with zeros wherever nothing else refers to it.

    Args:
        block: from the TIFF header on.
        edits: locators as ``exif.decode`` gives them with the prefix ``EXIF``.

    Returns:
        The new block; longer than the old one where a value did not fit.

    Raises:
        RewriteRefusedError: ``value-changed``, ``edits-conflict``, ``exif-date`` where a date
            cannot be written as EXIF, ``exif-dangling-offset`` where growth would give a
            broken reference a meaning, ``exif-repeated`` where a tag stands there more often
            than is read, ``readback-differs``.
    """
    found = exif.locate(block, [])
    if found is not None and found.repeated:
        raise RewriteRefusedError(
            "The EXIF block repeats one tag more often than any writer could mean.",
            code="exif-repeated",
            remedy="Have this file looked at; it is damaged, or made to mislead.",
        )
    before = exif.decode(block)
    expected = planned(before.values, edits)
    changes: dict[str, dict[str, str | None]] = {}
    for (locator, old), new in substitutions(edits).items():
        changes.setdefault(locator, {})[old] = new
    new_block = bytearray(block)
    for locator, wanted in changes.items():
        _edit_place(new_block, locator, wanted)
    result = bytes(new_block)
    after = exif.decode(result)
    if (after.values, after.orientation, after.colour_space) != (
        expected,
        before.orientation,
        before.colour_space,
    ):
        raise readback_differs("The EXIF block")
    return result


def _edit_place(block: bytearray, locator: str, wanted: _Changes) -> None:
    """Edit every entry of one locator that holds one of the values to replace."""
    done: set[int] = set()
    while True:
        # An edit may append to the block, so entries are located anew each time.
        now = bytes(block)
        found = exif.locate(now, [])
        places = found.places if found else []
        place = next(
            (p for p in places if f"EXIF {p.locator}" == locator and p.entry.at not in done), None
        )
        if found is None or place is None:
            return
        done.add(place.entry.at)
        raw = exif.raw_text(now, place.entry)
        if raw is None:
            continue
        if place.entry.tag == exif.DATE_TIME_ORIGINAL:
            _edit_date(block, found, place.entry, wanted)
        else:
            content = _new_text(place.entry.tag, raw, wanted)
            if content is not None:
                _put(block, found.wire, place.entry, content + b"\x00")


def _new_text(tag: int, raw: bytes, wanted: _Changes) -> bytes | None:
    """The new octets of a text value without its last NUL; None where nothing changes."""
    texts = [exif.text_of(part)[0] for part in exif.texts_of(tag, raw)]
    if tag == exif.ARTIST:
        new = [_new_names(texts[0], wanted)]
    else:
        new = [_blank_if_none(wanted[text]) if text in wanted else text for text in texts]
    if new == texts:
        return None
    while len(new) > 1 and not new[-1].strip():
        del new[-1]
    if len(new) > 1 and not new[0]:
        # An editor's notice alone follows a photographer's part of one space (Exif 3.0, 4.6.5).
        new[0] = " "
    return b"\x00".join(text.encode("utf-8", "surrogatepass") for text in new)


def _blank_if_none(text: str | None) -> str:
    return "" if text is None else text


def _new_names(text: str, wanted: _Changes) -> str:
    """Replace names of a list; what stands around the others keeps every character."""
    items = exif.split_names(text)
    kept = ""
    at = 0
    removed_last = False
    for number, item in enumerate(items):
        if item.value not in wanted:
            kept += text[at : item.end]
            at, removed_last = item.end, False
            continue
        new = wanted[item.value]
        if new is not None:
            kept += text[at : item.start] + _quoted(new)
            at, removed_last = item.end, False
        else:
            following = items[number + 1].start if number + 1 < len(items) else None
            kept += text[at : item.start]
            at, removed_last = (following, False) if following is not None else (item.end, True)
    if removed_last:
        kept = kept.rstrip().removesuffix(";")
    return kept + text[at:]


def _quoted(name: str) -> str:
    """A name as one item of a list (MWG 2.0, 5.4)."""
    if ";" in name or name.startswith('"') or name != name.strip():
        return '"' + name.replace('"', '""') + '"'
    return name


def _edit_date(block: bytearray, found: exif.Directories, entry: Entry, wanted: _Changes) -> None:
    now = bytes(block)
    raw = exif.raw_text(now, entry) or b""
    offset = exif.offset_text(now, found.offset_time)
    old = exif.iso_date(exif.text_of(raw.partition(b"\x00")[0])[0], offset)
    if old not in wanted:
        return
    new = wanted[old]
    if new is None:
        _put(block, found.wire, entry, _UNKNOWN_DATE + b"\x00")
        return
    date = _ISO.fullmatch(new)
    if date is None:
        raise _bad_date(new, "is no date of the form 2024-12-08 or 2024-12-08T11:30:00+02:00")
    year, month, day, hour, minute, second, zone = date.groups()
    time = "  :  :  " if hour is None else f"{hour}:{minute}:{second}"
    if hour is not None and (zone or "") != offset:
        if found.offset_time is None:
            raise _bad_date(new, "has an offset, and the file has no OffsetTimeOriginal for it")
        new_offset = zone.encode() if zone else _UNKNOWN_OFFSET
        _put(block, found.wire, found.offset_time, new_offset + b"\x00")
    _put(block, found.wire, entry, f"{year}:{month}:{day} {time}".encode() + b"\x00")


def _bad_date(value: str, why: str) -> RewriteRefusedError:
    return RewriteRefusedError(
        f"EXIF DateTimeOriginal cannot say {value!r}: it {why}.",
        code="exif-date",
        remedy="Correct the date in another editor, or leave the EXIF date as it is.",
    )


def _put(block: bytearray, wire: Wire, entry: Entry, value: bytes) -> None:
    """Give an entry a new value, in its place where it fits and is not shared."""
    taken = spans(bytes(block), wire)
    area = Span(entry.where, entry.end, entry.at)
    alone = not any(
        other.owner != entry.at and other.start < area.end and area.start < other.end
        for other in taken
    )
    outside = entry.size > _INLINE
    if len(value) <= _INLINE:
        where = entry.at + 8
    elif outside and alone and len(value) <= entry.size:
        where = entry.where
    else:
        where = len(block) + len(block) % 2
    if outside and alone:
        block[area.start : area.end] = bytes(entry.size)
    if where >= len(block):
        _grow(block, where, len(value), taken)
    if where != entry.at + 8:
        wire.long.pack_into(block, entry.at + 8, where)
    else:
        block[where : where + _INLINE] = bytes(_INLINE)
    block[where : where + len(value)] = value
    wire.long.pack_into(block, entry.at + 4, len(value))


def _grow(block: bytearray, where: int, length: int, taken: list[Span]) -> None:
    """Lengthen the block; refuse where a reference behind its end would meet the new octets."""
    end = where + length
    for span in taken:
        if span.end > len(block) and span.start < end:
            raise RewriteRefusedError(
                f"The EXIF block holds a reference to octets {span.start}-{span.end}, behind its"
                f" end at {len(block)}; text appended there would be taken for that value.",
                code="exif-dangling-offset",
                remedy="Correct this file's EXIF with another editor first.",
            )
    block.extend(bytes(end - len(block)))
