"""IPTC-IIM 4.2 datasets to values."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from provenance.metadata.properties import DATASETS, IIM_ONLY, TABLE, TIME_CREATED, TIMES
from provenance.metadata.standards import iim_charset, iim_dates
from provenance.metadata.standards.iim_charset import UTF_8, CharsetReading
from provenance.metadata.standards.iim_wire import (
    MARKER,
    WireDataset,
    datasets,
    pack,
)
from provenance.model import Container, Property, PropertyValue, ReadWarning

CHARSET = (1, 90)
DATE = (2, 55)
TIME = TIME_CREATED.key
DATE_AND_TIME = "2:55+2:60"
_READ = (
    *(row.iim for row in TABLE if row.iim is not None),
    *(row.iim for row in IIM_ONLY),
    *TIMES.values(),
)
NAMES = {one.key: one.name for one in _READ}
LIMITS = {one.key: one.octets for one in _READ}
_TIME_NAMES = {NAMES[date]: time.name for date, time in TIMES.items()}
"""Name of a date's dataset to that of its time."""
_TIME_NUMBERS = tuple((date[1], time.number) for date, time in TIMES.items())
_DATE_NAMES = {time.name: NAMES[date] for date, time in TIMES.items()}

_head = struct.Struct(">BH").unpack_from
_RECORD_2 = bytes((MARKER, 2))
_UTF_8_DECLARED = pack(*CHARSET, UTF_8)
_VERSION = pack(1, 0, b"\x00\x04")
_FIRSTS = {
    b"": None,
    _VERSION: None,
    _UTF_8_DECLARED: "utf-8",
    _VERSION + _UTF_8_DECLARED: "utf-8",
    _UTF_8_DECLARED + _VERSION: "utf-8",
}
"""What stands before record 2 in a plain block, to the charset that it declares."""
_PLAIN_SIZE = 32 * 1024
"""Octets of the longest block that is taken for a plain one: none can hold an extended dataset."""

# Looked up once: each dataset of an archive comes by here.
_value = PropertyValue.of
_IIM = Container.IIM

_Texts = dict[str, list[str]]
"""The texts of each dataset, by its name."""


class IimReading(NamedTuple):
    """What one block says.

    Attributes:
        values: in the block's order, repeated datasets in one value.
        warnings: ``iim-charset-guessed``, ``iim-character-cut``, ``iim-broken``.
        charset: Python's name of the set that 1:90 declares; None without one that is
            known.
    """

    values: tuple[PropertyValue, ...]
    warnings: tuple[ReadWarning, ...] = ()
    charset: str | None = None


def decode(block: bytes, *, locator_prefix: str = "IIM") -> IimReading:
    """Read every listed property of an IIM block.

    Args:
        block: the payload of image resource 0x0404.
        locator_prefix: what locators begin with: ``IIM``, ``IIM#2``.

    Returns:
        Locators name record and dataset, ``IIM 2:80``; 2:55 and 2:60 make one ISO 8601
        value at ``IIM 2:55+2:60``, and so do the dates of release and expiration with
        their times. 1:90 is honoured wherever it stands; without it text
        is strict UTF-8, else Windows-1252 with a warning. NULs at the end are padding;
        a value that is empty or white space only is no value. A block that breaks off
        gives what stands before the break, with a warning. Nothing is ever raised.
    """
    plain = _plain(block, locator_prefix) if len(block) <= _PLAIN_SIZE else None
    return _any(block, locator_prefix) if plain is None else plain


def _plain(block: bytes, prefix: str) -> IimReading | None:
    """Read a sound block in UTF-8 without blank values; None where it may be another.

    Nearly every block is one: 1:90, perhaps, then datasets of record 2. ``_any`` reads the
    same out of it, but makes objects of what is only stepped over here.
    """
    first, *pieces = block.split(_RECORD_2)
    if first not in _FIRSTS:
        return None
    slots = _numbered_slots(prefix)
    values: dict[int, PropertyValue] = {}
    repeated: dict[int, list[str]] = {}
    try:
        for piece in pieces:
            number, length = _head(piece)
            if length != len(piece) - 3:
                return None
            slot = slots.get(number)
            if slot is not None:
                text = piece[3:].decode()
                if not piece[-1]:
                    text = text.rstrip("\x00")
                if not text or text.isspace():
                    return None
                if number not in values:
                    values[number] = _value(slot[0], _IIM, (text,), slot[1])
                else:
                    repeated.setdefault(number, []).append(text)
    except (struct.error, UnicodeDecodeError):
        return None
    for number, texts in repeated.items():
        prop, locator = slots[number]
        values[number] = _value(prop, _IIM, (*values[number].values, *texts), locator)
    _join_dates(values, prefix)
    return IimReading(tuple(values.values()), (), _FIRSTS[first])


def _join_dates(values: dict[int, PropertyValue], prefix: str) -> None:
    """Put one value into the place of the texts of each date and its time."""
    for date_number, time_number in _TIME_NUMBERS:
        time = values.pop(time_number, None)
        date = values.get(date_number)
        if date is not None:
            name = NAMES[2, date_number]
            where, days = _dates(name, date.values, time.values if time else ())
            values[date_number] = _value(date.property, _IIM, tuple(days), f"{prefix} {where}")


@lru_cache(maxsize=32)
def _numbered_slots(prefix: str) -> Mapping[int, tuple[Property, str]]:
    """Number of a dataset of record 2 to property and locator; a time counts as its date."""
    slots = _slots(prefix)
    return {number: slots[_DATE_NAMES.get(name, name)] for (_, number), name in NAMES.items()}


def _any(block: bytes, prefix: str) -> IimReading:
    """Read a block of any character set, sound or not."""
    wires, stopped = datasets(block)
    charset = _declared(block, wires)
    texts: _Texts = {}
    doubts: dict[CharsetReading, dict[str, None]] = {}
    for key, _, content, end in wires:
        if key in NAMES:
            octets = block[content:end].rstrip(b"\x00")
            text, how = iim_charset.decode(octets, charset, LIMITS[key])
            texts.setdefault(NAMES[key], []).append(text)
            if how is not CharsetReading.EXACT:
                doubts.setdefault(how, {})[NAMES[key]] = None
    warnings = _warnings(doubts, stopped, charset) if doubts or stopped else ()
    return IimReading(_values(texts, prefix), warnings, charset)


def _declared(block: bytes, wires: Sequence[WireDataset]) -> str | None:
    for wire in wires:
        if wire.key == CHARSET:
            charset = iim_charset.declared(block[wire.content : wire.end])
            if charset is not None:
                return charset
    return None


@lru_cache(maxsize=32)
def _slots(prefix: str) -> Mapping[str, tuple[Property, str]]:
    """Dataset name to property and locator."""
    return {NAMES[key]: (prop, f"{prefix} {NAMES[key]}") for key, prop in DATASETS.items()}


def _values(texts: _Texts, prefix: str) -> tuple[PropertyValue, ...]:
    values: list[PropertyValue] = []
    slots = _slots(prefix)
    times = {date: texts.pop(time, ()) for date, time in _TIME_NAMES.items()}
    for name, items in texts.items():
        prop, locator = slots[name]
        present = items
        if name in times:
            where, present = _dates(name, items, times[name])
            locator = f"{prefix} {where}"
        if len(present) > 1:
            present = [item for item in present if item and not item.isspace()]
        if present and present[0] and not present[0].isspace():
            values.append(_value(prop, _IIM, tuple(present), locator))
    return tuple(values)


def _dates(name: str, dates: Sequence[str], times: Sequence[str]) -> tuple[str, list[str]]:
    """One whole date joined with one time; else the dates alone."""
    if len(dates) == 1 and len(times) == 1:
        joined = iim_dates.joined(dates[0], times[0])
        if joined is not None:
            return f"{name}+{_TIME_NAMES[name]}", [joined]
    return name, [iim_dates.day(one) or one for one in dates]


def _warnings(
    doubts: Mapping[CharsetReading, Mapping[str, None]], stopped: str, charset: str | None
) -> tuple[ReadWarning, ...]:
    warnings: list[ReadWarning] = []
    if CharsetReading.GUESSED in doubts:
        where = ", ".join(doubts[CharsetReading.GUESSED])
        problem = f"not the {charset.upper()} that 1:90 declares" if charset else "not UTF-8"
        message = f"IIM {where} is {problem}; it was read as Windows-1252."
        warnings.append(ReadWarning("iim-charset-guessed", message))
    if CharsetReading.CUT in doubts:
        where = ", ".join(doubts[CharsetReading.CUT])
        message = f"IIM {where}: the last character was cut at the octet limit and is left out."
        warnings.append(ReadWarning("iim-character-cut", message))
    if stopped:
        message = f"The IIM block breaks off at {stopped}; what stands before it was read."
        warnings.append(ReadWarning("iim-broken", message))
    return tuple(warnings)
