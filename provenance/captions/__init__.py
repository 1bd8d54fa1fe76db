"""Captions: their credit lines, several run together, and the notices embedded in them.

Credit forms follow what AFP, Getty Images, AP, Reuters, EPA, dpa, PA and the agencies
they distribute print. All offsets are characters of the text that was passed in. The
cost of every function grows with the length of its text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from provenance import grammars
from provenance.captions import furniture as _furniture
from provenance.captions import lines as _lines
from provenance.captions import segments as _segments
from provenance.captions.agencies import agency_named
from provenance.captions.aliases import known_as
from provenance.captions.doubles import joined
from provenance.captions.names import is_placeholder, name_forms, normalise_name
from provenance.captions.sounds import name_key
from provenance.grammars import Frame
from provenance.model import Caption, CreditLine, Restriction
from provenance.wording import normalise, squeeze

__all__ = [
    "agency_named",
    "body",
    "credit_lines",
    "is_placeholder",
    "known_as",
    "name_forms",
    "name_key",
    "normalise",
    "normalise_name",
    "printed_credits",
    "replace_creator",
    "restrictions",
    "segment",
    "squeeze",
    "without",
]


def credit_lines(text: str) -> tuple[CreditLine, ...]:
    """Every credit line of a text, in order; ``start``/``end`` are offsets in it.

    Words of a notice are no credit. ``agencies`` names every agency of the line, the
    one behind "via" too. A credit that a feed prints twice in two casings is one line,
    whose ``raw`` spans both. ``role`` is ``no-byline`` where the agency says, by ``-`` or
    its like, that it names nobody.
    """
    return _remembered(text) if len(text) <= _CAPTION_LENGTH else _credit_lines(text)


def _credit_lines(text: str) -> tuple[CreditLine, ...]:
    found = [one.line for one in _lines.find(text, _notice_spans(text))]
    return joined(text, found) if len(found) > 1 else tuple(found)


# The containers of one picture repeat its caption, and every rule asks for its credit.
# Longer texts are articles; they are asked once and would only fill the memory.
_CAPTION_LENGTH = 4_000
_remembered = lru_cache(maxsize=512)(_credit_lines)


def printed_credits(text: str) -> tuple[CreditLine, ...]:
    """As :func:`credit_lines`, with each line of a doubled credit by itself."""
    return tuple(one.line for one in _lines.find(text, _notice_spans(text)))


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


def restrictions(text: str, reference: date | None = None) -> tuple[Restriction, ...]:
    """Every limit that a caption or an instruction sets, in order of appearance.

    ``words`` are as printed, the date, the places or the credit that belong to them
    included. Prose that only sounds alike ("the embargo on Cuba", "out of Turkey") sets
    none. Ends of time are as :class:`provenance.model.Restriction` has them: an hour
    without its zone gives the day alone, hours count as begun days.

    Args:
        text: a caption, an instructions field, a note to editors.
        reference: a day near the text, such as the day of transmission; it completes a date
            that names its day of the week but no year. Other dates without a year stay None.
    """
    from provenance.captions import usage  # noqa: PLC0415 - few captions need its many patterns

    return usage.restrictions(text, reference)


def body(text: str) -> str:
    """A caption's words alone, white space made one space.

    Credit lines, notices and furniture are left out: restrictions behind a credit,
    ``FILE PHOTO:`` and its like at the beginning, tags, ``(zu dpa ...)``. So captions of one
    picture compare equal, whoever distributed it.
    """
    spans = [*_notice_spans(text), *_furniture.inside(text)]
    spans += [(line.start, _furniture.behind(text, line.end)) for line in credit_lines(text)]
    kept = squeeze(_segments.without(text, _apart(spans)))
    return kept.rstrip(" /|+").strip()


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that meet as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif end > start:
            found.append((start, end))
    return found


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
