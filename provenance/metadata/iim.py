"""IPTC-IIM 4.2 datasets to values, and edits of values back into datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provenance.errors import RewriteRefusedError
from provenance.metadata import iim_charset, iim_dates
from provenance.metadata.iim_charset import UTF_8, CharsetReading
from provenance.metadata.iim_wire import WireDataset, datasets, pack
from provenance.metadata.planned import planned, readback_differs, substitutions
from provenance.metadata.properties import DATASETS, TABLE, TIME_CREATED
from provenance.model import Container, Edit, PropertyValue, ReadWarning

_CHARSET = (1, 90)
_DATE = (2, 55)
_TIME = TIME_CREATED.key
_DATE_AND_TIME = "2:55+2:60"
# What 1:90 governs of record 2: the text of IIM 4.2, and that of the private numbers
# whose writers are known (Photo Mechanic, FotoStation). Any other number keeps its octets.
_TEXT = frozenset(
    {3, 4, 5, 7, 8, 10, 12, 15, 20, 22, 25, 26, 27, 35, 38, 40, 42, 45, 50, 63, 65, 70, 75}
    | {80, 85, 90, 92, 95, 100, 101, 103, 105, 110, 115, 116, 118, 120, 121, 122, 130, 131}
    | {135, 150, 154, 184, 185, 186, 187, 188, 221, 225, 230, 231, 232}
)
_NAMES = {
    **{row.iim.key: row.iim.name for row in TABLE if row.iim is not None},
    _TIME: TIME_CREATED.name,
}
_LIMITS = {
    **{row.iim.key: row.iim.octets for row in TABLE if row.iim is not None},
    _TIME: TIME_CREATED.octets,
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


@dataclass(frozen=True, slots=True)
class _Part:
    """One dataset, its octets with the header, and its text where it is known to hold text."""

    wire: WireDataset
    raw: bytes
    text: str | None
    how: CharsetReading


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
        if key in _NAMES:
            octets = block[content:end].rstrip(b"\x00")
            text, how = iim_charset.decode(octets, charset, _LIMITS[key])
            texts.setdefault(key, []).append(text)
            if how is not CharsetReading.EXACT:
                doubts.setdefault(how, {})[_NAMES[key]] = None
    warnings = _warnings(doubts, stopped, charset) if doubts or stopped else ()
    return IimReading(_values(texts, locator_prefix), warnings, charset)


def _declared(block: bytes, wires: Sequence[WireDataset]) -> str | None:
    for wire in wires:
        if wire.key == _CHARSET:
            charset = iim_charset.declared(block[wire.content : wire.end])
            if charset is not None:
                return charset
    return None


def _part(block: bytes, wire: WireDataset, charset: str | None) -> _Part:
    raw = block[wire.start : wire.end]
    if wire.key not in _NAMES and (wire.key[0] != 2 or wire.key[1] not in _TEXT):
        return _Part(wire, raw, None, CharsetReading.EXACT)
    octets = block[wire.content : wire.end].rstrip(b"\x00")
    text, how = iim_charset.decode(octets, charset, _LIMITS.get(wire.key))
    return _Part(wire, raw, text, how)


def _values(texts: dict[tuple[int, int], list[str]], prefix: str) -> tuple[PropertyValue, ...]:
    values: list[PropertyValue] = []
    times = texts.pop(_TIME, [])
    for key, found in texts.items():
        name, items = _NAMES[key], found
        if key == _DATE:
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
            return _DATE_AND_TIME, [joined]
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


def encode(block: bytes, edits: Sequence[Edit]) -> bytes:
    """Write edits into an IIM block; every dataset they do not name keeps its octets.

    Where new text does not fit the block's character set, and where a block that
    declares none gets text beyond ASCII, all text of record 2 is written as UTF-8 and
    1:90 says so as the first dataset of the block. ``encode(block, ())`` is ``block``.

    Args:
        block: the payload of image resource 0x0404.
        edits: of this block alone; locators as ``decode`` gives them.

    Raises:
        RewriteRefusedError: ``value-changed``; ``edits-conflict``; ``octet-limit``
            where a value would be longer than its dataset may be (it is never cut);
            ``value-form`` where a date or a character is none that IIM can say;
            ``readback-differs``.
    """
    if not edits:
        return block
    prefix = edits[0].locator.partition(" ")[0]
    before = decode(block, locator_prefix=prefix)
    plan = planned(before.values, edits)
    wanted = {
        (locator.partition(" ")[2], value): after
        for (locator, value), after in substitutions(edits).items()
    }
    wires, _ = datasets(block)
    parts = [_part(block, wire, before.charset) for wire in wires]
    texts = _replacements(parts, wanted)
    written = _written(parts, texts, before.charset)
    tail = block[wires[-1].end :]
    after = decode(written + tail, locator_prefix=prefix)
    if sorted((v.locator, v.values) for v in after.values) != sorted(
        (v.locator, v.values) for v in plan
    ):
        raise readback_differs("The IIM block")
    return written + tail


def _replacements(
    parts: Sequence[_Part], wanted: dict[tuple[str, str], str | None]
) -> dict[int, str | None]:
    """The new text of each dataset to change, by its place in the block; None removes it."""
    texts: dict[int, str | None] = {}
    joined: str | None = None
    dates = [i for i, part in enumerate(parts) if part.wire.key == _DATE]
    times = [i for i, part in enumerate(parts) if part.wire.key == _TIME]
    if len(dates) == 1 and len(times) == 1:
        joined = iim_dates.joined(parts[dates[0]].text or "", parts[times[0]].text or "")
    if joined is not None and (_DATE_AND_TIME, joined) in wanted:
        new = wanted[_DATE_AND_TIME, joined]
        texts[dates[0]], texts[times[0]] = (
            (None, None) if new is None else _date_forms(new, with_time=True)
        )
    for index, part in enumerate(parts):
        if part.text is None or index in texts:
            continue
        is_date = part.wire.key == _DATE
        shown = (iim_dates.day(part.text) or part.text) if is_date else part.text
        key = (_NAMES.get(part.wire.key, ""), shown)
        if key in wanted:
            after = wanted[key]
            if after is not None and is_date:
                after = _date_forms(after, with_time=False)[0]
            texts[index] = after
    return texts


def _date_forms(value: str, *, with_time: bool) -> tuple[str, str]:
    forms = iim_dates.dataset_forms(value)
    if forms is None or bool(forms[1]) is not with_time:
        wanted = "YYYY-MM-DDThh:mm:ss" if with_time else "YYYY-MM-DD"
        raise RewriteRefusedError(
            f"{value!r} is no date that IIM 2:55 can hold here.",
            code="value-form",
            remedy=f"Write it as {wanted}.",
        )
    return forms


def _written(parts: Sequence[_Part], texts: dict[int, str | None], charset: str | None) -> bytes:
    new = [text for text in texts.values() if text is not None]
    recode = any(iim_charset.encode(text, charset) is None for text in new)
    if recode:
        charset = "utf-8"
    out = [pack(*_CHARSET, UTF_8)] if recode else []
    for index, part in enumerate(parts):
        if index in texts:
            text = texts[index]
            if text is not None:
                out.append(_packed(part, text, charset, was=0))
        elif recode and part.wire.key == _CHARSET:
            continue
        elif recode and part.text and part.how is not CharsetReading.CUT:
            was = part.wire.end - part.wire.content
            same = part.text.isascii()
            out.append(part.raw if same else _packed(part, part.text, charset, was=was))
        else:
            out.append(part.raw)
    return b"".join(out)


def _packed(part: _Part, text: str, charset: str | None, *, was: int) -> bytes:
    """One dataset with its text; ``was`` octets long before, where only its encoding changes."""
    wire = part.wire
    where = "IIM {}:{:02d}".format(*wire.key)
    octets = iim_charset.encode(text, charset)
    if octets is None:
        raise RewriteRefusedError(
            f"{text!r} holds a character that {where} cannot hold.",
            code="value-form",
            remedy="Write the value without it.",
        )
    limit = _LIMITS.get(wire.key)
    if limit is not None and len(octets) > max(limit, was):
        raise RewriteRefusedError(
            f"{text!r} takes {len(octets)} octets, and {where} may hold {limit}.",
            code="octet-limit",
            remedy="Choose a shorter form; a value is never cut.",
        )
    return pack(*wire.key, octets)
