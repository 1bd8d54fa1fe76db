"""IPTC-IIM 4.2 datasets to values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provenance.metadata.properties import DATASETS, TABLE, TIME_CREATED
from provenance.metadata.standards import iim_charset, iim_dates
from provenance.metadata.standards.iim_charset import CharsetReading
from provenance.metadata.standards.iim_wire import WireDataset, datasets
from provenance.model import Container, PropertyValue, ReadWarning

CHARSET = (1, 90)
DATE = (2, 55)
TIME = TIME_CREATED.key
DATE_AND_TIME = "2:55+2:60"
NAMES = {
    **{row.iim.key: row.iim.name for row in TABLE if row.iim is not None},
    TIME: TIME_CREATED.name,
}
LIMITS = {
    **{row.iim.key: row.iim.octets for row in TABLE if row.iim is not None},
    TIME: TIME_CREATED.octets,
}


@dataclass(frozen=True, slots=True)
class IimReading:
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
        value at ``IIM 2:55+2:60``. 1:90 is honoured wherever it stands; without it text
        is strict UTF-8, else Windows-1252 with a warning. NULs at the end are padding;
        a value that is empty or white space only is no value. A block that breaks off
        gives what stands before the break, with a warning. Nothing is ever raised.
    """
    wires, stopped = datasets(block)
    charset = _declared(block, wires)
    texts: dict[tuple[int, int], list[str]] = {}
    doubts: dict[CharsetReading, dict[str, None]] = {}
    for key, _, content, end in wires:
        if key in NAMES:
            octets = block[content:end].rstrip(b"\x00")
            text, how = iim_charset.decode(octets, charset, LIMITS[key])
            texts.setdefault(key, []).append(text)
            if how is not CharsetReading.EXACT:
                doubts.setdefault(how, {})[NAMES[key]] = None
    warnings = _warnings(doubts, stopped, charset) if doubts or stopped else ()
    return IimReading(_values(texts, locator_prefix), warnings, charset)


def _declared(block: bytes, wires: Sequence[WireDataset]) -> str | None:
    for wire in wires:
        if wire.key == CHARSET:
            charset = iim_charset.declared(block[wire.content : wire.end])
            if charset is not None:
                return charset
    return None


def _values(texts: dict[tuple[int, int], list[str]], prefix: str) -> tuple[PropertyValue, ...]:
    values: list[PropertyValue] = []
    times = texts.pop(TIME, [])
    for key, found in texts.items():
        name, items = NAMES[key], found
        if key == DATE:
            name, items = _dates(found, times)
        present = tuple([item for item in items if item and not item.isspace()])
        if present:
            values.append(PropertyValue(DATASETS[key], Container.IIM, present, f"{prefix} {name}"))
    return tuple(values)


def _dates(dates: list[str], times: list[str]) -> tuple[str, list[str]]:
    """One whole date joined with one time; else the dates alone."""
    days = [iim_dates.day(one) or one for one in dates]
    if len(dates) == 1 and len(times) == 1:
        joined = iim_dates.joined(dates[0], times[0])
        if joined is not None:
            return DATE_AND_TIME, [joined]
    return "2:55", days


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
