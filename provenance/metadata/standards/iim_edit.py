"""Edits of values back into IPTC-IIM 4.2 datasets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from provenance.errors import RewriteRefusedError
from provenance.metadata.planned import planned, readback_differs, substitutions
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


@dataclass(frozen=True, slots=True)
class _Part:
    """One dataset, its octets with the header, and its text where it is known to hold text."""

    wire: WireDataset
    raw: bytes
    text: str | None
    how: CharsetReading


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


def _part(block: bytes, wire: WireDataset, charset: str | None) -> _Part:
    raw = block[wire.start : wire.end]
    if wire.key not in NAMES and (wire.key[0] != 2 or wire.key[1] not in _TEXT):
        return _Part(wire, raw, None, CharsetReading.EXACT)
    octets = block[wire.content : wire.end].rstrip(b"\x00")
    text, how = iim_charset.decode(octets, charset, LIMITS.get(wire.key))
    return _Part(wire, raw, text, how)


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
    if limit is not None and len(octets) > max(limit, was):
        raise RewriteRefusedError(
            f"{text!r} takes {len(octets)} octets, and {where} may hold {limit}.",
            code="octet-limit",
            remedy="Choose a shorter form; a value is never cut.",
        )
    return pack(*wire.key, octets)
