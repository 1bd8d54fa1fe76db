"""Read credit and caption values out of an EXIF block (Exif 3.0, CIPA DC-008; TIFF 6.0).

A broken entry costs that entry and a warning, never the block and never the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from provenance.metadata.properties import TABLE
from provenance.metadata.standards.exif_plain import (
    COLOUR_SPACE,
    EXIF_IFD_TAGS,
    IFD0_TAGS,
    ORIENTATION,
    ZONE,
    Fields,
    plain_fields,
)
from provenance.metadata.standards.ifd import (
    Entry,
    Wire,
    exif_directory,
    first_directory,
    numbers,
    read_directory,
    wire_of,
)
from provenance.model import Container, Property, PropertyValue, ReadWarning

MAX_REPEATS: Final = 8
"""Entries of one tag that are read; a directory may hold a tag once (TIFF 6.0, section 2)."""

ARTIST: Final = 0x013B
COPYRIGHT: Final = 0x8298
DATE_TIME_ORIGINAL: Final = 0x9003
OFFSET_TIME_ORIGINAL: Final = ZONE

_TEXT_TYPES: Final = frozenset({1, 2, 7, 129})
_PLACES: Final = {
    (row.exif.directory, row.exif.number): (row.property, row.exif.locator)
    for row in TABLE
    if row.exif is not None
}
_IFD0: Final = {number: row for (where, number), row in _PLACES.items() if where == "IFD0"}
_EXIF_IFD: Final = {number: row for (where, number), row in _PLACES.items() if where == "ExifIFD"}

# Looked up once: each value of an archive comes by here.
_value: Final = PropertyValue.of
_EXIF: Final = Container.EXIF

# Windows-1252; the five octets that it leaves undefined stay what Latin-1 makes of them.
_CP1252: Final = {
    octet: bytes([octet]).decode("cp1252")
    for octet in range(0x80, 0xA0)
    if octet not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_QUOTED: Final = re.compile(r'"((?:[^"]|"")*+)"\s*+(?:;|\Z)')
_DATE: Final = re.compile(
    r"([0-9]{4}):(0[1-9]|1[0-2]):(0[1-9]|[12][0-9]|3[01])"
    r"(?: ([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)|[ :]*)"
)
_UNKNOWN_DATE: Final = re.compile(r"[0: ]*")
_OFFSET: Final = re.compile(r"[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]|Z")


class ExifReading(NamedTuple):
    """What one EXIF block says.

    Attributes:
        values: in directory order.
        warnings: broken entries and guessed charsets.
        orientation: IFD0 Orientation, None where absent.
        colour_space: Exif ColorSpace, None where absent.
    """

    values: tuple[PropertyValue, ...] = ()
    warnings: tuple[ReadWarning, ...] = ()
    orientation: int | None = None
    colour_space: int | None = None


class Place(NamedTuple):
    """An entry that carries a property."""

    property: Property
    locator: str
    entry: Entry


@dataclass(slots=True)
class Directories:
    """The entries of a block that matter here, found once for reading and writing.

    ``repeated`` says that a tag stands there more often than is read.
    """

    wire: Wire
    places: list[Place]
    repeated: bool = False
    offset_time: Entry | None = None
    orientation: Entry | None = None
    colour_space: Entry | None = None


class Item(NamedTuple):
    """One name of a list in a text: where it stands, quotes included, and what it says."""

    start: int
    end: int
    value: str


def decode(block: bytes, *, locator_prefix: str = "EXIF") -> ExifReading:
    """Read the properties that MWG maps to EXIF tags.

    Text is read as UTF-8 where it is valid UTF-8, else as Windows-1252 with the warning
    ``exif-charset-guessed``. It ends at its first NUL; blank text says nothing (Exif 3.0,
    4.6.5) and gives no value. Artist is taken apart at semicolons (MWG 2.0, 5.4); Copyright
    into photographer's and editor's (Exif 3.0, 4.6.5); DateTimeOriginal becomes ISO 8601.

    Args:
        block: from the TIFF header on.
        locator_prefix: first word of each locator.

    Returns:
        The values; a block without a TIFF header gives the warning ``exif-broken`` alone.
    """
    warnings: list[ReadWarning] = []
    fields = plain_fields(block)
    if fields is None:
        fields = _fields(block, locator_prefix, warnings)
    values: list[PropertyValue] = []
    slots = _slots(locator_prefix)
    for tag, raw in fields.texts:
        prop, locator = slots[tag]
        texts = _texts(tag, raw, (locator, warnings))
        if tag == ARTIST:
            items = _names(texts[0])
        elif tag == DATE_TIME_ORIGINAL:
            date = iso_date(texts[0], _offset(fields.zone) if fields.zone else "")
            items = (date,) if date else ()
        else:
            items = tuple([text for text in texts if text and not text.isspace()])
        if items:
            values.append(_value(prop, _EXIF, items, locator))
    return ExifReading(tuple(values), tuple(warnings), fields.orientation, fields.colour_space)


@lru_cache(maxsize=32)
def _slots(prefix: str) -> Mapping[int, tuple[Property, str]]:
    """Tag to property and locator; no tag stands in two directories."""
    return {number: (row[0], f"{prefix} {row[1]}") for (_, number), row in _PLACES.items()}


def _fields(block: bytes, prefix: str, warnings: list[ReadWarning]) -> Fields:
    """The fields of any block, sound or not."""
    found = locate(block, warnings, prefix)
    if found is None:
        return Fields()
    texts: list[tuple[int, bytes]] = []
    for place in found.places:
        raw = raw_text(block, place.entry)
        if raw is None:
            warnings.append(_broken(f"{prefix} {place.locator}", "lies outside the block"))
        else:
            texts.append((place.entry.tag, raw))
    zone = None if found.offset_time is None else raw_text(block, found.offset_time)
    return Fields(texts, zone or b"", *_geometry(block, found))


def geometry(block: bytes) -> tuple[int | None, int | None]:
    """Orientation and ColorSpace of a block, without reading its texts; None where absent."""
    found = locate(block, [])
    return (None, None) if found is None else _geometry(block, found)


def _geometry(block: bytes, found: Directories) -> tuple[int | None, int | None]:
    return (
        _number(block, found.wire, found.orientation),
        _number(block, found.wire, found.colour_space),
    )


def locate(
    block: bytes, warnings: list[ReadWarning], locator_prefix: str = "EXIF"
) -> Directories | None:
    """Find the entries that carry properties; None where there is no TIFF header."""
    wire = wire_of(block)
    if wire is None:
        warnings.append(_broken(locator_prefix, "has no TIFF header", code="exif-broken"))
        return None
    found = Directories(wire, [])
    told = (locator_prefix, warnings)
    entries = _entries(block, found, (first_directory(block, wire), "IFD0", IFD0_TAGS), told)
    for entry in entries:
        if entry.tag in _IFD0:
            _place(found, _IFD0[entry.tag], entry, told)
        elif entry.tag == ORIENTATION and found.orientation is None:
            found.orientation = entry
    pointer = exif_directory(block, wire, entries)
    if pointer is not None:
        for entry in _entries(block, found, (pointer, "ExifIFD", EXIF_IFD_TAGS), told):
            if entry.tag in _EXIF_IFD:
                _place(found, _EXIF_IFD[entry.tag], entry, told)
            elif entry.tag == OFFSET_TIME_ORIGINAL and found.offset_time is None:
                found.offset_time = entry
            elif entry.tag == COLOUR_SPACE and found.colour_space is None:
                found.colour_space = entry
    return found


def _entries(
    block: bytes,
    found: Directories,
    where: tuple[int, str, frozenset[int]],
    told: tuple[str, list[ReadWarning]],
) -> list[Entry]:
    """The entries that matter of a directory: its offset, its name, its tags of interest."""
    offset, name, tags = where
    entries, whole = read_directory(block, found.wire, offset, tags)
    if not whole:
        prefix, warnings = told
        warnings.append(_broken(f"{prefix} {name}", "is cut or out of bounds"))
    return entries


def _place(
    found: Directories,
    row: tuple[Property, str],
    entry: Entry,
    told: tuple[str, list[ReadWarning]],
) -> None:
    prefix, warnings = told
    if entry.type in _TEXT_TYPES:
        places = found.places
        if len(places) < MAX_REPEATS or sum(p.locator == row[1] for p in places) < MAX_REPEATS:
            found.places.append(Place(row[0], row[1], entry))
        elif not found.repeated:
            found.repeated = True
            warnings.append(_broken(f"{prefix} {row[1]}", f"stands there over {MAX_REPEATS} times"))
    else:
        warnings.append(_broken(f"{prefix} {row[1]}", f"has field type {entry.type}, not text"))


def _broken(locator: str, what: str, *, code: str = "exif-broken-entry") -> ReadWarning:
    return ReadWarning(code, f"{locator} {what}; it was not read.")


def _number(block: bytes, wire: Wire, entry: Entry | None) -> int | None:
    if entry is None or entry.length != 1:
        return None
    return next(iter(numbers(block, wire, entry)), None)


def raw_text(block: bytes, entry: Entry) -> bytes | None:
    """The octets of an entry's value, None where they lie outside the block."""
    end = entry.where + entry.size
    return block[entry.where : end] if end <= len(block) else None


def text_of(raw: bytes) -> tuple[str, bool]:
    """Decode text octets; the flag says that they were not UTF-8 and the charset is a guess."""
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError:
        return raw.decode("latin-1").translate(_CP1252), True


def texts_of(tag: int, raw: bytes) -> list[bytes]:
    """Cut the octets of a value at its NULs: Copyright has two texts, all others one."""
    return raw.split(b"\x00", 2)[:2] if tag == COPYRIGHT else [raw.partition(b"\x00")[0]]


def _texts(tag: int, raw: bytes, told: tuple[str, list[ReadWarning]]) -> list[str]:
    """The texts of one entry; a guessed character set is told."""
    if tag != COPYRIGHT and raw.isascii():
        return [raw.partition(b"\x00")[0].decode()]
    texts: list[str] = []
    for part in texts_of(tag, raw):
        text, guessed = text_of(part)
        texts.append(text)
        if guessed:
            locator, warnings = told
            warnings.append(
                ReadWarning(
                    "exif-charset-guessed",
                    f"{locator} is not UTF-8; it was read as Windows-1252.",
                )
            )
    return texts


def _names(text: str) -> tuple[str, ...]:
    """The names of ``split_names``, without their places."""
    if ";" in text or '"' in text:
        return tuple(item.value for item in split_names(text))
    name = text.strip()
    return (name,) if name else ()


def split_names(text: str) -> list[Item]:
    """Take a list of names apart at its semicolons (MWG 2.0, 5.4).

    A name in double quotes may hold semicolons, and double quotes written twice. Blanks
    around a name and empty names are no content.
    """
    if ";" not in text and '"' not in text:
        value = text.strip()
        at = len(text) - len(text.lstrip())
        return [Item(at, at + len(value), value)] if value else []
    found: list[Item] = []
    at, length = 0, len(text)
    while at < length:
        if text[at].isspace() or text[at] == ";":
            at += 1
            continue
        quoted = _QUOTED.match(text, at) if text[at] == '"' else None
        if quoted is not None:
            end = quoted.end(1) + 1
            value = quoted.group(1).replace('""', '"')
            behind = quoted.end()
        else:
            stop = text.find(";", at)
            behind = length if stop < 0 else stop
            value = text[at:behind].rstrip()
            end = at + len(value)
        if value.strip():
            found.append(Item(at, end, value))
        at = behind
    return found


def offset_text(block: bytes, entry: Entry | None) -> str:
    """OffsetTimeOriginal (Exif 3.0, 4.6.6.3) as it stands, empty where absent or broken."""
    raw = None if entry is None else raw_text(block, entry)
    return _offset(raw or b"")


def _offset(raw: bytes) -> str:
    text = raw.partition(b"\x00")[0].decode("latin-1").strip()
    return text if _OFFSET.fullmatch(text) else ""


def iso_date(text: str, offset: str = "") -> str:
    """An EXIF date and time as ISO 8601, with its offset where one is known.

    Returns:
        ``2024-12-08T11:30:00+02:00``, ``2024-12-08`` where the time is blank, empty where
        the date is blank or all zeros (unknown: Exif 3.0, 4.6.6.3), and the text as it
        stands where it is no EXIF date.
    """
    stripped = text.strip()
    date = _DATE.fullmatch(stripped)
    if date is None:
        return "" if _UNKNOWN_DATE.fullmatch(stripped) else stripped
    year, month, day, hour, minute, second = date.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{offset}"
