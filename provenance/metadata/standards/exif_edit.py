"""Change and set text values in an EXIF block so that no other value moves.

A value that fits is written where the old one stood; a longer one goes to free room and its
entry is repointed; a missing entry is added to a new copy of its directory. Maker notes,
thumbnails and every other value keep their offsets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from provenance.errors import RewriteRefusedError
from provenance.metadata.planned import (
    additions,
    alike,
    planned,
    readback_differs,
    single_valued,
    substitutions,
    value_changed,
)
from provenance.metadata.properties import TABLE
from provenance.metadata.standards import exif
from provenance.metadata.standards.exif_space import Directory, ExifSpace, NewEntry
from provenance.metadata.standards.ifd import Entry, exif_directory, read_directory
from provenance.model import Edit

_ISO: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})([+-][0-9]{2}:[0-9]{2}|Z)?)?"
)
_UNKNOWN_DATE: Final = b"    :  :     :  :  "
_UNKNOWN_OFFSET: Final = b"   :  "
_ASCII: Final = 2
_EXIF_POINTER: Final = 0x8769
_MOST_COPYRIGHTS: Final = 2
_TAGS: Final = {
    f"EXIF {row.exif.locator}": (row.exif.directory, row.exif.number)
    for row in TABLE
    if row.exif is not None
}

_Changes = Mapping[str, str | None]


def encode(block: bytes, edits: Sequence[Edit], *, sparing: bool = False) -> bytes:
    """Make the edits in an EXIF block.

    Text is written as UTF-8. What is set is written to the entry that stands there blank, or
    to a new one; several creators make one list (MWG 2.0, 5.4). A value that is removed is
    left blank, which the standard reads as "unknown" (Exif 3.0, 4.6.5 and 4.6.6.3); its entry
    stays. Old text is overwritten with zeros wherever nothing else refers to it.

    Args:
        block: from the TIFF header on.
        edits: locators as ``exif.decode`` gives them with the prefix ``EXIF``.
        sparing: use padding at the end of the block, where it has any, before it grows.

    Returns:
        The new block; longer than the old one where a value did not fit.

    Raises:
        RewriteRefusedError: ``value-changed``, ``edits-conflict``, ``exif-date`` where a date
            cannot be written as EXIF, ``exif-dangling-offset`` where growth would give a
            broken reference a meaning, ``exif-repeated`` where a tag stands there more often
            than is read, ``exif-broken`` where a new entry has no sound directory to go to,
            ``value-form`` where a place cannot hold so many values, ``readback-differs``.
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
    if found is None:
        raise _broken("has no TIFF header")
    changes: dict[str, dict[str, str | None]] = {}
    for (locator, old), new in substitutions(edits).items():
        changes.setdefault(locator, {})[old] = new
    space = ExifSpace(block, found.wire, sparing=sparing)
    for locator, wanted in changes.items():
        _edit_place(space, locator, wanted)
    _set(space, additions(edits))
    result = bytes(space.octets)
    after = exif.decode(result)
    same = (after.orientation, after.colour_space) == (before.orientation, before.colour_space)
    if not same or not alike(after.values, expected):
        raise readback_differs("The EXIF block")
    return result


def _located(space: ExifSpace) -> exif.Directories:
    found = exif.locate(bytes(space.octets), [])
    assert found is not None  # the header is never edited away
    return found


def _edit_place(space: ExifSpace, locator: str, wanted: _Changes) -> None:
    """Edit every entry of one locator that holds one of the values to replace."""
    done: set[int] = set()
    while True:
        # An edit may change the block, so entries are located anew each time.
        now = bytes(space.octets)
        found = _located(space)
        place = next(
            (
                place
                for place in found.places
                if f"EXIF {place.locator}" == locator and place.entry.at not in done
            ),
            None,
        )
        if place is None:
            return
        done.add(place.entry.at)
        raw = exif.raw_text(now, place.entry)
        if raw is None:
            continue
        if place.entry.tag == exif.DATE_TIME_ORIGINAL:
            _edit_date(space, found, place.entry, wanted)
        else:
            content = _new_text(place.entry.tag, raw, wanted)
            if content is not None:
                space.put(place.entry, content + b"\x00")


def _set(space: ExifSpace, wanted: Mapping[str, tuple[str, ...]]) -> None:
    """Give values to places that have none."""
    missing: dict[str, list[NewEntry]] = {}
    for locator, texts in wanted.items():
        if locator not in _TAGS:
            raise value_changed(locator, "")
        directory, tag = _TAGS[locator]
        found = _located(space)
        places = [place for place in found.places if f"EXIF {place.locator}" == locator]
        if tag == exif.DATE_TIME_ORIGINAL:
            if len(texts) > 1:
                raise single_valued(locator, len(texts))
            value, offset = _date_octets(texts[0])
            if offset is not None:
                missing.setdefault(directory, []).extend(_zone(space, found, offset))
        else:
            value = _texts_octets(tag, locator, texts)
        if places:
            space.put(places[0].entry, value)
        else:
            missing.setdefault(directory, []).append(NewEntry(tag, _ASCII, value))
    for name, entries in missing.items():
        directory_there = _directory(space, name)
        _check_absent(space, directory_there, entries)
        space.insert(directory_there, entries)


def _texts_octets(tag: int, locator: str, texts: tuple[str, ...]) -> bytes:
    """New texts as one value (Exif 3.0, 4.6.5; MWG 2.0, 5.4)."""
    if tag == exif.ARTIST:
        return _octets("; ".join(map(_quoted, texts)))
    if len(texts) > (_MOST_COPYRIGHTS if tag == exif.COPYRIGHT else 1):
        raise single_valued(locator, len(texts))
    return b"".join(map(_octets, texts))


def _directory(space: ExifSpace, name: str) -> Directory:
    first = space.first()
    if name == "IFD0":
        return first
    block = bytes(space.octets)
    entries, _ = read_directory(block, space.wire, first.offset)
    if exif_directory(block, space.wire, entries) is None:
        raise _broken("has no Exif directory, and none is made")
    return space.below(next(entry for entry in entries if entry.tag == _EXIF_POINTER))


def _check_absent(space: ExifSpace, directory: Directory, new: Sequence[NewEntry]) -> None:
    """Refuse to put an entry beside one of the same tag that holds something else than text."""
    entries, _ = read_directory(bytes(space.octets), space.wire, directory.offset)
    for tag in {entry.tag for entry in entries} & {entry.tag for entry in new}:
        raise _broken(f"has an entry {tag:#06x} that holds no text")


def _broken(why: str) -> RewriteRefusedError:
    return RewriteRefusedError(
        f"The EXIF block {why}.",
        code="exif-broken",
        remedy="Set the value in XMP and IIM alone, or correct the EXIF with another editor.",
    )


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
    return b"".join(map(_octets, new))[:-1]


def _octets(text: str) -> bytes:
    """Text on the wire; what UTF-8 cannot say will not read back, and be refused."""
    return text.encode("utf-8", "surrogatepass") + b"\x00"


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


def _edit_date(space: ExifSpace, found: exif.Directories, entry: Entry, wanted: _Changes) -> None:
    now = bytes(space.octets)
    raw = exif.raw_text(now, entry) or b""
    offset = exif.offset_text(now, found.offset_time)
    old = exif.iso_date(exif.text_of(raw.partition(b"\x00")[0])[0], offset)
    if old not in wanted:
        return
    new = wanted[old]
    if new is None:
        space.put(entry, _UNKNOWN_DATE + b"\x00")
        return
    value, zone = _date_octets(new)
    space.put(entry, value)
    added = _zone(space, found, zone) if zone is not None else []
    if added:
        space.insert(_directory(space, "ExifIFD"), added)


def _date_octets(new: str) -> tuple[bytes, str | None]:
    """A date as EXIF writes it, and its offset: empty for none, None where that is no matter."""
    date = _ISO.fullmatch(new)
    if date is None:
        raise RewriteRefusedError(
            f"EXIF DateTimeOriginal cannot say {new!r}: it is no date of the form 2024-12-08 or"
            " 2024-12-08T11:30:00+02:00.",
            code="exif-date",
            remedy="Correct the date in another editor, or leave the EXIF date as it is.",
        )
    year, month, day, hour, minute, second, zone = date.groups()
    time = "  :  :  " if hour is None else f"{hour}:{minute}:{second}"
    offset = None if hour is None else zone or ""
    return f"{year}:{month}:{day} {time}".encode() + b"\x00", offset


def _zone(space: ExifSpace, found: exif.Directories, offset: str) -> list[NewEntry]:
    """Let OffsetTimeOriginal say the offset; the entry to insert where it has none."""
    if offset == exif.offset_text(bytes(space.octets), found.offset_time):
        return []
    value = (offset.encode() or _UNKNOWN_OFFSET) + b"\x00"
    if found.offset_time is None:
        return [NewEntry(exif.OFFSET_TIME_ORIGINAL, _ASCII, value)]
    space.put(found.offset_time, value)
    return []
