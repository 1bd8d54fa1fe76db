"""Take a text apart into captions: by their credits, with the notices that stand in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from provenance.captions import furniture, lines
from provenance.captions.chain import Credit
from provenance.captions.doubles import joined
from provenance.grammars import Frame
from provenance.model import Caption, CreditLine
from provenance.wording import squeeze

_JOINT = re.compile(r"[\s/\"“”'’?«».,;+|–—-]*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LINE_BREAK = re.compile(r"\n")
_OPEN_WORDS = frozenset(
    [
        "of",
        "in",
        "the",
        "a",
        "an",
        "and",
        "on",
        "at",
        "by",
        "to",
        "from",
        "for",
        "with",
        "as",
        "is",
        "are",
        "was",
        "or",
        "that",
        "de",
        "la",
        "le",
        "les",
        "des",
        "du",
        "et",
        "en",
        "un",
        "une",
        "der",
        "die",
        "das",
        "und",
        "im",
        "von",
        "zu",
        "am",
        "el",
        "los",
        "y",
        "con",
        "del",
    ]
)
_LONGEST_PARAGRAPH = 20_000
_MARGIN = " \t\r\n\xa0•·*"
_JOINER_BEFORE = re.compile(r"(?:[\s\u00a0]*(?:/[\s\u00a0]*)?)$")
_JOINER_AFTER = re.compile(r"[\s\u00a0]*(?:/[\s\u00a0]*)?")
_REACH = 64
_MOST_BREAKS = 2


@dataclass(slots=True)
class _Group:
    """The marks (credits, notices) of one caption, while it is put together."""

    start: int
    end: int
    credits: list[Credit] = field(default_factory=list)
    notices: list[Frame] = field(default_factory=list)

    def take(self, mark: Credit | Frame) -> None:
        if isinstance(mark, Credit):
            self.credits.append(mark)
        else:
            self.notices.append(mark)
        self.end = max(self.end, _outer(mark)[1])


def _outer(mark: Credit | Frame) -> tuple[int, int]:
    if isinstance(mark, Credit):
        return mark.line.start, mark.line.end
    return mark.outer_start, mark.outer_end


def segment(text: str, found: Sequence[Frame], *, whole: bool) -> tuple[Caption, ...]:
    """The captions of a text; see :func:`provenance.captions.segment`."""
    spans = [(frame.outer_start, frame.outer_end) for frame in found]
    marks: list[Credit | Frame] = sorted((*lines.find(text, spans), *found), key=_outer)
    groups = _groups(text, marks)
    captions: list[Caption] = []
    floor = 0
    for group in groups:
        start = _start(text, floor, group, whole=whole)
        floor = max(group.end, furniture.behind(text, group.end))
        if group.credits:
            captions.append(_caption(text, start, floor, group))
    if whole:
        return _as_field(text, captions, groups)
    return tuple(captions)


def _groups(text: str, marks: Sequence[Credit | Frame]) -> list[_Group]:
    groups: list[_Group] = []
    for mark in marks:
        start, end = _outer(mark)
        if not groups or not _joined(text, groups[-1], start, mark):
            groups.append(_Group(start, end))
        groups[-1].take(mark)
    return groups


def _joined(text: str, group: _Group, start: int, mark: Credit | Frame) -> bool:
    """Whether nothing but punctuation and restrictions stands between a group and a mark."""
    if furniture.behind(text, group.end) >= start:
        return True
    joint = _JOINT.match(text, group.end, start)
    if joint is None or joint.end() != start:
        return False
    # A credit on a line of its own, behind a credit, is the next picture's.
    breaks = text.count("\n", group.end, start)
    if isinstance(mark, Frame):
        return breaks <= _MOST_BREAKS
    return not group.credits or not breaks


def _start(text: str, floor: int, group: _Group, *, whole: bool) -> int:
    """The first character of the caption whose first mark stands at ``group.start``."""
    start = floor
    if not whole:
        start = max(floor, _paragraph_start(text, floor, group.start))
        start = _sentence_line(text, start, group.start)
    while start < group.start and text[start] in _MARGIN:
        start += 1
    return start


def _paragraph_start(text: str, floor: int, mark: int) -> int:
    start = max(floor, mark - _LONGEST_PARAGRAPH)
    body = _with_line_feeds(text[start:mark].rstrip(_MARGIN))
    blanks = [blank.end() for blank in _BLANK_LINE.finditer(body)] if "\n" in body else []
    return start + (blanks[-1] if blanks else 0)


def _with_line_feeds(text: str) -> str:
    """The text with one line feed for each line break, and every offset as it was."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return text


def _sentence_line(text: str, start: int, mark: int) -> int:
    """The start of the line on which the caption begins, within one paragraph."""
    body = _with_line_feeds(text[start:mark])
    stop = len(body.rstrip(_MARGIN))
    breaks = [m.span() for m in _LINE_BREAK.finditer(body, 0, stop)] if "\n" in body else []
    if not breaks or _hard_wrapped(body, stop, breaks):
        return start
    for before, behind in reversed(breaks):
        if not _goes_on(body[max(0, before - _REACH) : before], body[behind : behind + _REACH]):
            return start + behind
    return start


def _goes_on(before: str, behind: str) -> bool:
    """Whether a sentence runs across this line break."""
    before = before.rstrip()
    last = before.rsplit(None, 1)[-1].lower() if before else ""
    if not before or before[-1] in '.!?:)]"”»':
        return False
    first = behind.lstrip()[:1]
    return before[-1] in ",;(/&-–—" or first.islower() or last in _OPEN_WORDS


def _hard_wrapped(body: str, stop: int, breaks: Sequence[tuple[int, int]]) -> bool:
    """Whether the lines were broken by a mail program at a fixed width, not by a writer.

    Then each line is too long to take the next line's first word, and most lines end
    inside a sentence.
    """
    starts = [0, *(behind for _, behind in breaks)]
    ends = [*(before for before, _ in breaks), stop]
    rows = [body[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    width = max(len(row) for row in rows)
    if len(rows) <= 2 or not 50 <= width <= 100:
        return False
    full = all(len(row) + 1 + len(_first_word(below)) > width for row, below in pairwise(rows))
    inside = sum(row.rstrip()[-1:] not in '.!?:)"”' for row in rows[:-1])
    return full and 2 * inside > len(rows) - 1


def _first_word(row: str) -> str:
    return next(iter(row.split(None, 1)), "")


def _caption(text: str, start: int, end: int, group: _Group) -> Caption:
    spans = tuple((frame.outer_start, frame.outer_end) for frame in group.notices)
    printed = joined(text, [one.line for one in group.credits])
    return Caption(
        text=squeeze(without(text, spans, start, end)),
        credit=_leading(printed),
        start=start,
        end=end,
        credits=printed,
        notice_spans=spans,
    )


def _leading(printed: Sequence[CreditLine]) -> CreditLine | None:
    """The line that speaks for the caption: the first that names a person."""
    return next((line for line in printed if line.creator), printed[0] if printed else None)


def _as_field(text: str, captions: list[Caption], groups: Sequence[_Group]) -> tuple[Caption, ...]:
    """A field is captions from end to end: words behind the last credit belong to it."""
    stop = len(text.rstrip(_MARGIN))
    first = stop - len(text[:stop].lstrip(_MARGIN))
    if stop == 0:
        return ()
    notices = [frame for group in groups for frame in group.notices]
    spans = tuple((frame.outer_start, frame.outer_end) for frame in notices)
    if not captions:
        return (Caption(squeeze(without(text, spans, first, stop)), None, first, stop, (), spans),)
    last = captions[-1]
    inside = tuple(span for span in spans if last.start <= span[0])
    whole = squeeze(without(text, inside, last.start, stop))
    captions[-1] = Caption(whole, last.credit, last.start, stop, last.credits, inside)
    return tuple(captions)


def without(
    text: str, spans: Sequence[tuple[int, int]], start: int = 0, end: int | None = None
) -> str:
    """``text[start:end]`` as if the notices at ``spans`` had never been put in.

    The joint that led to a notice (`` / ``, spaces) goes with it; one space stays where
    words would meet.
    """
    limit = len(text) if end is None else end
    pieces: list[str] = []
    at = start
    for a, b in spans:
        left = text[at:a]
        joiner = _JOINER_BEFORE.search(left, max(0, len(left) - _REACH))
        kept = left if joiner is None else left[: joiner.start()]
        pieces.append(kept)
        at = b
        if not any(pieces):
            after = _JOINER_AFTER.match(text, b, limit)
            at = b if after is None else after.end()
        elif a > start and kept != left and text[b : b + 1].strip() and b < limit:
            pieces.append(" ")
    rest = text[at:limit]
    if not spans or rest.strip(" \t\xa0"):
        pieces.append(rest)
    return "".join(pieces)
