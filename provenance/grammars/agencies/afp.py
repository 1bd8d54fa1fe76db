"""AFP's bracket notice, and what AFP withdraws.

The bracket form is known word for word from two published captions. RIGHT stands first:
``[Bakr ALKASEM] instead of [Aaref WATAD]``. "photo by" names the wrong photographer in
one of them and the correct one in the other, so that the corrected property is never
inferred from it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.agencies import afp_withdrawals
from provenance.grammars.alignment import align, wording
from provenance.grammars.frame import Frame
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.reading import Pair, Reading
from provenance.model import NoticeKind, Pubstatus
from provenance.wording import squeeze

_ANCHOR = re.compile(r"(?i:the)\s{1,40}(?i:erroneous)\s{1,40}(?i:mention)")
_APPEARING = re.compile(r"(?i)(?:[\[(?]?s[\])?]?)?\s{1,40}appearing\b")
_MODIFIED = re.compile(
    r"(?i)\bha(?:s|ve)\s{1,40}been\s{1,40}(?:modified|corrected|changed|amended|replaced)\b"
)
_HEAD = wording(
    "the erroneous mention s appearing in the metadata of this photo by "
    "has been modified in afp systems in the following manner"
)
_TAIL = wording(
    "please immediately remove the erroneous mention s from all your online services and delete it"
    " them from your servers if you have been authorized by afp to distribute it them to third"
    " parties please ensure that the same actions are carried out by them failure to promptly"
    " comply with these instructions will entail liability on your part for any continued or post"
    " notification usage therefore we thank you very much for all your attention and prompt action"
    " we are sorry for the inconvenience this notification may cause and remain at your disposal"
    " for any further information you may require"
)
_CONNECTOR = re.compile(r"[^\[\].]{0,40}(?=\[)")
_CUT_JOINT = 16
_LEAST_HEAD = 4
_HEAD_REACH = 700
_PAIRS_REACH = 600
_MOST_PAIRS = 20
_MOST_NESTED = 3
_LONGEST_BYLINE = 200

_HEAD_WORDS = re.compile(
    r"(?is)the\s{1,40}erroneous\s{1,40}mention\W{0,2}s?\W{0,2}\s{0,40}appearing\s{1,40}(?P<where>.{0,700}?\b(?:photo|picture|image)s?)"
    r"(?:\s{1,40}by\s{1,40}(?P<byline>.{0,700}?))?\s{1,40}ha(?:s|ve)\s{1,40}been\s{1,40}(?P<how>modified.{0,1400})"
)
_WHERE = "in the metadata of this photo"
_HOW = "modified in afp systems in the following manner:"
_INSTEAD = re.compile(r"\s{0,40}instead\s{1,40}of\s{0,40}", re.IGNORECASE)
_NEXT_PAIR = re.compile(r"\s{0,40}(?:,|;|/)?\s{0,40}(?:and|et|&)?\s{0,40}", re.IGNORECASE)
_FIELD_NAME = re.compile(
    r"(?i)(?:by-?line|caption|credit|headline|photographer|location|city|country|date|keywords?|title"
    r"|source|object\s{1,40}name|slug)(?:\s{0,3}:.*)?"
)


def readings(text: str) -> Iterator[Reading]:
    """Every AFP notice of a text."""
    for found in _brackets(text):
        yield _correction(text, found)
    yield from afp_withdrawals.readings(text)


def _brackets(text: str) -> Iterator[Frame]:
    seen = list(_ANCHOR.finditer(text))
    # The ending repeats "the erroneous mention": only "appearing" tells the beginning.
    anchors = [match.start() for match in seen if _APPEARING.match(text, match.end())]
    if seen and not anchors:
        anchors = [seen[-1].start()]
    for index, start in enumerate(anchors):
        ceiling = anchors[index + 1] if index + 1 < len(anchors) else len(text)
        frame = _extent(text, start, ceiling)
        if frame is not None:
            yield frame


def _extent(text: str, start: int, ceiling: int) -> Frame | None:
    anchor = _ANCHOR.match(text, start)
    appearing = None if anchor is None else _APPEARING.match(text, anchor.end())
    modified = (
        None
        if appearing is None
        else _MODIFIED.search(text, appearing.end(), min(ceiling, appearing.end() + _HEAD_REACH))
    )
    first = (
        -1
        if modified is None
        else text.find("[", modified.end(), min(ceiling, modified.end() + _HEAD_REACH))
    )
    if first < 0:
        return _cut_head(text, start, ceiling)
    pairs_end, cut = _bracket_groups(text, first, ceiling)
    if cut:
        found = frames.frame(text, start, ceiling, complete=False)
        return replace(found, values=(first, ceiling))
    return frames.along(text, start, align(text, pairs_end, ceiling, _TAIL), (first, pairs_end))


def _cut_head(text: str, start: int, ceiling: int) -> Frame | None:
    """A notice that ends, with its text, before its values do."""
    if len(text) - start > _HEAD_REACH or ceiling < len(text):
        return None
    head = align(text, start, ceiling, _HEAD, free_run=12)
    if head.end < len(text.rstrip(' .…[+]\r\n\t"”?»')) or head.matched < _LEAST_HEAD:
        return None
    found = frames.frame(text, start, head.end, complete=False)
    return replace(found, values=(head.end, head.end))


def _bracket_groups(text: str, first: int, ceiling: int) -> tuple[int, bool]:
    """The end of the run of ``[value] words [value]``, and whether the text ends inside one."""
    at = end = first
    for _ in range(2 * _MOST_PAIRS):
        close = _closing_bracket(text, at, ceiling)
        if close < 0:
            return (
                (end, True)
                if ceiling - at < _PAIRS_REACH and ceiling == len(text)
                else (end, False)
            )
        end = close + 1
        connector = _CONNECTOR.match(text, end, ceiling)
        if connector is None and _is_cut_joint(text, end, ceiling):
            return ceiling, True
        if connector is None or "mention" in connector[0].lower():
            return end, False
        at = connector.end()
    return end, False


def _is_cut_joint(text: str, end: int, ceiling: int) -> bool:
    """Whether the text ends inside the words between two brackets."""
    if ceiling < len(text) or ceiling - end > _CUT_JOINT:
        return False
    rest = " ".join(text[end:ceiling].lower().split())
    return rest != "" and any(joint.startswith(rest) for joint in ("instead of", "and"))


def _closing_bracket(text: str, opening: int, ceiling: int) -> int:
    limit = min(ceiling, opening + _PAIRS_REACH)
    close, inner = text.find("]", opening, limit), opening + 1
    for _ in range(_MOST_NESTED):
        nested = text.find("[", inner, close) if close >= 0 else -1
        if nested < 0:
            break
        inner = nested + 1
        close = text.find("]", close + 1, limit)
    if close >= 0 and "lease immediately" in text[opening:close]:
        return -1
    return close


def _correction(text: str, frame: Frame) -> Reading:
    words = text[frame.start : frame.end]
    head = _HEAD_WORDS.fullmatch(text[frame.start : frame.values[0]].strip())
    pairs, odd = _pairs(text[slice(*frame.values)])
    odd = [*_odd_head(head, complete=bool(pairs or odd)), *odd]
    odd += [squeeze(text[a:b]) for a, b in frame.odd]
    byline = None if head is None or head["byline"] is None else squeeze(head["byline"])
    return Reading(
        form="afp.brackets",
        frame=frame,
        provider="AFP",
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        byline=byline if byline and len(byline) <= _LONGEST_BYLINE else None,
        pairs=tuple(pairs),
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        replacement=replacement(words),
        unparsed=" … ".join(odd),
    )


def _odd_head(head: re.Match[str] | None, *, complete: bool) -> list[str]:
    """Words between "The erroneous mention" and the first bracket that the form does not have."""
    if head is None:
        return ["the opening words"] if complete else []
    odd: list[str] = []
    if squeeze(head["where"]).lower() != _WHERE:
        odd.append(squeeze(head["where"]))
    if squeeze(head["how"]).lower().rstrip(" :") != _HOW.rstrip(":"):
        odd.append(squeeze(head["how"]))
    return odd


def _pairs(text: str) -> tuple[list[Pair], list[str]]:
    """``[RIGHT] instead of [WRONG]``, repeated; what does not fit comes back as odd."""
    pairs: list[Pair] = []
    at = 0
    while at < len(text):
        right = _bracket(text, at)
        instead = None if right is None else _INSTEAD.match(text, right)
        wrong = None if instead is None else _bracket(text, instead.end())
        if right is None or instead is None or wrong is None:
            return pairs, [squeeze(text[at:])]
        pair = Pair(_value(text[at + 1 : right - 1]), _value(text[instead.end() + 1 : wrong - 1]))
        if not _is_pair(pair):
            return pairs, [squeeze(text[at:])]
        pairs.append(pair)
        joint = _NEXT_PAIR.match(text, wrong)
        at = wrong if joint is None else joint.end()
    return pairs, []


def _bracket(text: str, at: int) -> int | None:
    """The end of the bracket that opens exactly here, with brackets inside it."""
    if text[at : at + 1] != "[":
        return None
    depth = 0
    for mark in re.finditer(r"[\[\]]", text[at:]):
        depth += 1 if mark[0] == "[" else -1
        if depth == 0:
            return at + mark.end()
    return None


def _value(inner: str) -> str | None:
    return squeeze(inner) or None


def _is_pair(pair: Pair) -> bool:
    """Whether both brackets hold values: not two empty ones, not the name of a field."""
    if pair.right is None and pair.wrong is None:
        return False
    return not any(value and _FIELD_NAME.fullmatch(value) for value in (pair.right, pair.wrong))
