"""Edits of values back into IPTC-IIM 4.2 datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from provenance.metadata.properties import DATASETS, IIM_ROWS, TABLE
from provenance.metadata.standards import iim_charset, iim_dates
from provenance.metadata.standards.iim import (
    CHARSET,
    DATE,
    DATE_AND_TIME,
    LIMITS,
    NAMES,
    TIME,
    decode,
)
from provenance.metadata.standards.iim_charset import UTF_8, CharsetReading
from provenance.metadata.standards.iim_wire import WireDataset, datasets, pack
from provenance.model import Edit

# What 1:90 governs of record 2: the text of IIM 4.2, and that of the private numbers
# whose writers are known (Photo Mechanic, FotoStation). Any other number keeps its octets.
_TEXT = frozenset(
    {3, 4, 5, 7, 8, 10, 12, 15, 20, 22, 25, 26, 27, 35, 38, 40, 42, 45, 50, 63, 65, 70, 75}
    | {80, 85, 90, 92, 95, 100, 101, 103, 105, 110, 115, 116, 118, 120, 121, 122, 130, 131}
    | {135, 150, 154, 184, 185, 186, 187, 188, 221, 225, 230, 231, 232}
)
_VERSION = (2, 0)
_VERSION_4 = pack(*_VERSION, b"\x00\x04")
"""Record Version, which opens record 2 (IPTC-IIM 4.2, 2:00)."""
_EXACT = CharsetReading.EXACT
_FIXED = frozenset(NAMES[key] for key, prop in DATASETS.items() if prop in IIM_ROWS)
_SETTABLE = {row.iim.name: row.iim for row in TABLE if row.iim is not None}


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One dataset, its octets with the header, and its text where it is known to hold text."""

    wire: WireDataset
    raw: bytes
    text: str | None
    how: CharsetReading


def encode(block: bytes, edits: Sequence[Edit]) -> bytes:
    """Write edits into an IIM block; every dataset they do not name keeps its octets.

    What is set is written to a dataset that stands there blank, else to a new one: among
    those of record 2 in ascending order, repetitions together (IPTC-IIM 4.2, 1.6 and
    chapter 6). Where new text does not fit the block's character set, and where a block that
    declares none gets text beyond ASCII, all text of record 2 is written as UTF-8 and
    1:90 says so as the first dataset of the block. ``encode(block, ())`` is ``block``.

    Args:
        block: the payload of image resource 0x0404.
        edits: of this block alone; locators as ``decode`` gives them.

    Raises:
        RewriteRefusedError: ``value-changed``; ``edits-conflict``; ``octet-limit``
            where a value would be longer than its dataset may be (it is never cut);
            ``value-form`` where a date or a character is none that IIM can say, or a dataset
            cannot be repeated; ``iim-broken`` where nothing of the block can be followed;
            ``not-settable`` where a dataset speaks of the transmission, not of the picture;
            ``readback-differs``.
    """
    if not edits:
        return block
    _check_editable(edits)
    prefix = edits[0].locator.partition(" ")[0]
    before = decode(block, locator_prefix=prefix)
    plan = planned(before.values, edits)
    wanted = {
        (locator.partition(" ")[2], value): after
        for (locator, value), after in substitutions(edits).items()
    }
    wires, _ = datasets(block)
    parts = [_part(block, wire, before.charset) for wire in wires]
    tail = block[wires[-1].end if wires else 0 :]
    if not wires and tail.strip(b"\x00"):
        raise RewriteRefusedError(
            "The IIM block does not begin with a dataset; it cannot be followed.",
            code="iim-broken",
            remedy="Let the program that wrote the picture write its IPTC fields anew.",
        )
    new = _insert(parts, additions(edits))
    texts = _replacements(parts, wanted) | {parts.index(part): text for part, text in new}
    written = _written(parts, texts, before.charset)
    after = decode(written + tail, locator_prefix=prefix)
    if not alike(after.values, plan):
        raise readback_differs("The IIM block")
    return written + tail


def _check_editable(edits: Sequence[Edit]) -> None:
    """Refuse what nobody but the sender may say: advice, references, release and expiry."""
    for edit in edits:
        if edit.locator.partition(" ")[2].partition("+")[0] in _FIXED:
            raise RewriteRefusedError(
                f"{edit.locator} holds what the sender said of the transmission; it is not edited.",
                code="not-settable",
                remedy="Ask the agency for a new transmission.",
            )


def _part(block: bytes, wire: WireDataset, charset: str | None) -> _Part:
    raw = block[wire.start : wire.end]
    if wire.key not in NAMES and (wire.key[0] != 2 or wire.key[1] not in _TEXT):
        return _Part(wire, raw, None, _EXACT)
    octets = block[wire.content : wire.end].rstrip(b"\x00")
    text, how = iim_charset.decode(octets, charset, LIMITS.get(wire.key))
    return _Part(wire, raw, text, how)


def _insert(parts: list[_Part], wanted: Mapping[str, tuple[str, ...]]) -> list[tuple[_Part, str]]:
    """Make room among the datasets for what is set: the parts to fill, and with what."""
    filled: list[tuple[_Part, str]] = []
    for locator, values in wanted.items():
        name = locator.partition(" ")[2]
        if name == DATE_AND_TIME:
            day, time = _date_forms(_only(locator, values), with_time=True)
            forms: dict[tuple[int, int], tuple[str, ...]] = {DATE: (day,), TIME: (time,)}
        elif name not in _SETTABLE:
            raise value_changed(locator, "")
        elif _SETTABLE[name].key == DATE:
            forms = {DATE: _date_forms(_only(locator, values), with_time=False)[:1]}
        elif _SETTABLE[name].repeatable:
            forms = {_SETTABLE[name].key: values}
        else:
            forms = {_SETTABLE[name].key: (_only(locator, values),)}
        for key, texts in forms.items():
            filled += zip(_room(parts, key, len(texts)), texts, strict=True)
    return filled


def _only(locator: str, values: tuple[str, ...]) -> str:
    if len(values) > 1:
        raise single_valued(locator, len(values))
    return values[0]


def _room(parts: list[_Part], key: tuple[int, int], count: int) -> list[_Part]:
    """The blank dataset of a number, and as many new ones behind it as are lacking."""
    record = [n for n, part in enumerate(parts) if part.wire.key[0] == key[0]]
    if not record:
        at = next((n for n, part in enumerate(parts) if part.wire.key > key), len(parts))
        parts.insert(at, _Part(WireDataset(_VERSION, 0, 0, 0), _VERSION_4, None, _EXACT))
        record = [at]
    blank = next(
        (n for n in record if parts[n].wire.key == key and not (parts[n].text or "").strip()), None
    )
    if blank is None:
        lower = [n for n in record if parts[n].wire.key <= key]
        at = lower[-1] + 1 if lower else record[0]
    else:
        at = blank + 1
    lacking = count if blank is None else count - 1
    parts[at:at] = [_Part(WireDataset(key, 0, 0, 0), b"", "", _EXACT) for _ in range(lacking)]
    return parts[at + lacking - count : at + lacking]


def _replacements(
    parts: Sequence[_Part], wanted: dict[tuple[str, str], str | None]
) -> dict[int, str | None]:
    """The new text of each dataset to change, by its place in the block; None removes it."""
    texts: dict[int, str | None] = {}
    joined: str | None = None
    dates = [i for i, part in enumerate(parts) if part.wire.key == DATE]
    times = [i for i, part in enumerate(parts) if part.wire.key == TIME]
    if len(dates) == 1 and len(times) == 1:
        joined = iim_dates.joined(parts[dates[0]].text or "", parts[times[0]].text or "")
    if joined is not None and (DATE_AND_TIME, joined) in wanted:
        new = wanted[DATE_AND_TIME, joined]
        texts[dates[0]], texts[times[0]] = (
            (None, None) if new is None else _date_forms(new, with_time=True)
        )
    for index, part in enumerate(parts):
        if part.text is None or index in texts:
            continue
        is_date = part.wire.key == DATE
        shown = (iim_dates.day(part.text) or part.text) if is_date else part.text
        key = (NAMES.get(part.wire.key, ""), shown)
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
    if charset == "utf-8" and not all(text.isascii() for text in new):
        # Some readers do not go back for a 1:90 that stands behind the text it governs.
        recode = recode or _is_late(parts)
    if recode:
        charset = "utf-8"
    out = [pack(*CHARSET, UTF_8)] if recode else []
    for index, part in enumerate(parts):
        if index in texts:
            text = texts[index]
            if text is not None:
                out.append(_packed(part, text, charset, was=0))
        elif recode and part.wire.key == CHARSET:
            continue
        elif recode and part.text and part.how is not CharsetReading.CUT:
            was = part.wire.end - part.wire.content
            same = part.text.isascii()
            out.append(part.raw if same else _packed(part, part.text, charset, was=was))
        else:
            out.append(part.raw)
    return b"".join(out)


def _is_late(parts: Sequence[_Part]) -> bool:
    """Whether 1:90 stands behind datasets of record 2."""
    keys = [part.wire.key for part in parts if part.wire.key == CHARSET or part.wire.key[0] == 2]
    return CHARSET in keys and keys[0] != CHARSET


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
    limit = LIMITS.get(wire.key)
    # What was over the limit before only changes its encoding.
    if limit is not None and was <= limit < len(octets):
        raise RewriteRefusedError(
            f"{text!r} takes {len(octets)} octets, and {where} may hold {limit}.",
            code="octet-limit",
            remedy="Choose a shorter form; a value is never cut.",
        )
    return pack(*wire.key, octets)
