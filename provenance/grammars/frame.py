"""Where a notice stands in a text: its first and its last word, and its quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from provenance.grammars.alignment import Alignment

BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\r\r")
_OPENING_QUOTE = re.compile(
    r"[“„«\u2039‘\x91\x93][\s\u00a0]{0,2}$"
    r"|(?<!\w)(?:''|``|[?\"”'`\ufffd])$"
)
_CLOSING_QUOTE = re.compile(r"[\s\u00a0]{0,2}[»\u203a]|â€|''|[?\"”“’'`\ufffd\x92\x94]")
_SURE_CLOSING = re.compile(r"[”»](?!\w)|[\"?'](?=\s|$)")
_ELLIPSIS = re.compile(r"\s{0,2}(?:\.\.\.|…)(?:\s{0,2}\[\+\])?")

_PARAGRAPH = 1_000
_LEFTOVER = re.compile(r"[\s,;:(]{1,4}$")


@dataclass(frozen=True, slots=True)
class Frame:
    """The extent of one notice; offsets in the text it was found in.

    Attributes:
        start: first character of the notice's own words.
        end: behind the last one.
        outer_start: before the opening quote.
        outer_end: behind the closing quote.
        complete: the last words of the form were reached.
        odd: spans of words that the form does not have.
        values: span of the corrected values, where the form keeps them in one place.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    complete: bool
    odd: tuple[tuple[int, int], ...] = ()
    values: tuple[int, int] = (0, 0)


def along(text: str, start: int, tail: Alignment, values: tuple[int, int] = (0, 0)) -> Frame:
    """The frame of a notice that begins at ``start`` and whose known ending is ``tail``."""
    end = tail.end
    if text[end : end + 1] == "." and text[end : end + 3] != "...":
        end += 1
    if not tail.complete and _LEFTOVER.fullmatch(text, end):
        end = len(text)
    found = frame(text, start, end, complete=tail.complete)
    return replace(found, odd=tail.odd, values=values)


def frame(text: str, start: int, end: int, *, complete: bool) -> Frame:
    """The frame of the notice ``text[start:end]``, with the quotes around it.

    Args:
        text: where it stands.
        start: its first character.
        end: behind its last; white space before it is left out.
        complete: its form's last words were reached; an ellipsis behind one that was cut
            belongs to it.
    """
    end = start + len(text[start:end].rstrip())
    if not complete:
        ellipsis = _ELLIPSIS.match(text, end)
        end = end if ellipsis is None else ellipsis.end()
    before = text[max(0, start - 16) : start]
    opening = _OPENING_QUOTE.search(before)
    outer_start = start if opening is None else start - len(before) + opening.start()
    closing = (_CLOSING_QUOTE if opening is not None else _SURE_CLOSING).match(text, end)
    outer_end = end if closing is None else closing.end()
    return Frame(start, end, outer_start, outer_end, complete)


def own_words(text: str, start: int, end: int, ceiling: int | None = None) -> str:
    """The words of a notice ``text[start:end]`` and what its paragraph says behind it.

    Args:
        text: where it stands.
        start: its first character.
        end: behind its last.
        ceiling: where the next notice begins, if one follows.
    """
    limit = min(len(text) if ceiling is None else max(end, ceiling), end + _PARAGRAPH)
    blank = BLANK_LINE.search(text, end, limit)
    return text[start : limit if blank is None else blank.start()]
