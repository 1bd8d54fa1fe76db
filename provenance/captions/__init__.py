"""Captions: their credit lines, several run together, and the notices embedded in them.

Credit forms follow what AFP, Getty Images, AP, Reuters, EPA, dpa, PA and the agencies
they distribute print. All offsets are characters of the text that was passed in. The
cost of every function grows with the length of its text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from provenance import grammars
from provenance.captions import lines as _lines
from provenance.captions import segments as _segments
from provenance.captions.agencies import agency_named
from provenance.captions.names import is_placeholder, name_forms, normalise_name
from provenance.grammars import Frame
from provenance.model import Caption, CreditLine
from provenance.wording import normalise, squeeze

__all__ = [
    "agency_named",
    "body",
    "credit_lines",
    "is_placeholder",
    "name_forms",
    "normalise",
    "normalise_name",
    "replace_creator",
    "segment",
    "squeeze",
    "without",
]


def credit_lines(text: str) -> tuple[CreditLine, ...]:
    """Every credit line of a text, in order; ``start``/``end`` are offsets in it.

    Words of a notice are no credit. ``agencies`` names every agency of the line, the
    one behind "via" too.
    """
    return _remembered(text) if len(text) <= _CAPTION_LENGTH else _credit_lines(text)


def _credit_lines(text: str) -> tuple[CreditLine, ...]:
    return tuple(one.line for one in _lines.find(text, _notice_spans(text)))


# The containers of one picture repeat its caption, and every rule asks for its credit.
# Longer texts are articles; they are asked once and would only fill the memory.
_CAPTION_LENGTH = 4_000
_remembered = lru_cache(maxsize=512)(_credit_lines)


def segment(text: str, *, whole: bool = False) -> tuple[Caption, ...]:
    """The captions of a text, also where several run together without a separator.

    ``text[start:end]`` of a caption covers its words, its credits, the restrictions
    behind them and its notices. Its credit lines keep their offsets in ``text``.

    Args:
        text: an article, a message, or one metadata field.
        whole: the text is one metadata field. Then line breaks are soft, words behind
            the last credit belong to it, and words without any credit are one caption.
            Else a caption needs a credit line, and does not cross a blank line, nor a
            line end at which no sentence goes on.
    """
    return _segments.segment(text, _frames(text), whole=whole)


def body(text: str) -> str:
    """A caption's words without credit lines and notices, white space made one space."""
    spans = _notice_spans(text)
    printed = [(line.start, line.end) for line in credit_lines(text)]
    return squeeze(_segments.without(text, sorted((*spans, *printed)))).rstrip(" /|").strip()


def replace_creator(text: str, wrong: str, right: str) -> str:
    """The text with ``right``, as given, in every credit line that names ``wrong``.

    Names are equal by :func:`normalise_name`. Prose, notices and every other character
    stay as they are; where no credit line names ``wrong`` the same text comes back.
    """
    return _lines.replace_creator(text, wrong, right, _notice_spans(text))


def without(text: str, found: Sequence[Frame]) -> str:
    """The text without these notices, their quotes and the joint that led to them."""
    return _segments.without(text, [(frame.outer_start, frame.outer_end) for frame in found])


def _frames(text: str) -> tuple[Frame, ...]:
    return tuple(one.frame for one in grammars.find(text))


def _notice_spans(text: str) -> list[tuple[int, int]]:
    return [(frame.outer_start, frame.outer_end) for frame in _frames(text)]
