"""Grammars: what agencies' own words say, and where in a text they stand.

One module for each agency. ``find`` reads the forms that are sure in any text, a caption
too; ``read`` reads a message to clients, where shorter notes and general forms count.
RIGHT and WRONG are never swapped: which comes first belongs to the form.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from provenance.grammars.frame import Frame
from provenance.grammars.lineup import AGENCIES, MESSAGES
from provenance.grammars.phrasing.plain import Plain, plain
from provenance.grammars.reading import Context, Pair, Reading, duties

__all__ = ["Context", "Frame", "Pair", "Reading", "duties", "find", "read"]


class _Grammar(Protocol):
    @property
    def cues(self) -> tuple[str, ...]: ...

    def readings(self, text: str) -> Iterable[Reading]: ...

    def notes(self, text: str, context: Context) -> Iterable[Reading]: ...


_GRAMMARS: tuple[_Grammar, ...] = AGENCIES
_GENERAL: tuple[_Grammar, ...] = MESSAGES
_EVERY_CUE = sorted({cue for grammar in AGENCIES for cue in grammar.cues}, key=len)
# A cue that holds a shorter one says nothing more.
_CUES = tuple(
    cue for n, cue in enumerate(_EVERY_CUE) if not any(short in cue for short in _EVERY_CUE[:n])
)
_CAPTION_LENGTH = 4_000


def find(text: str) -> tuple[Reading, ...]:
    """Every notice of a text whose form is sure wherever it stands, in order, none in another."""
    return _remembered(text) if len(text) <= _CAPTION_LENGTH else _find(text)


def _find(text: str) -> tuple[Reading, ...]:
    folded = text.lower()
    # A plain loop takes half the time of any(): this runs on every caption of an archive.
    for cue in _CUES:
        if cue in folded:
            break
    else:
        return ()
    typed = plain(text)
    return tuple(_as_given(one, typed) for one in _sure(typed.text))


def _sure(text: str) -> tuple[Reading, ...]:
    folded = text.lower()
    return _apart(
        one
        for grammar in _GRAMMARS
        if any(cue in folded for cue in grammar.cues)
        for one in grammar.readings(text)
    )


# The containers of one picture repeat its caption, and every rule asks for its notices.
_remembered = lru_cache(maxsize=512)(_find)


def read(text: str, context: Context) -> tuple[Reading, ...]:
    """Every notice of a message to clients: the sure forms, then notes, then general forms.

    What a note or a general form claims of the words of a surer one is left out. A form that
    names no agency gives way to a note of the one that sent the message; where nobody is
    named, the sender speaks.
    """
    typed = plain(text)
    sure = _sure(typed.text)
    mine = tuple(one for one in _GRAMMARS if _speaks_for(one, context.provider))
    found = _Found()
    found.add(one for one in sure if one.provider is not None)
    for grammar in mine:
        found.add(grammar.notes(typed.text, context))
    found.add(one for one in sure if one.provider is None)
    for grammar in (*_GRAMMARS, *_GENERAL):
        if grammar not in mine:
            found.add(grammar.notes(typed.text, context))
    return tuple(_as_given(_of(one, context.provider), typed) for one in found.in_order())


def _speaks_for(grammar: _Grammar, provider: str | None) -> bool:
    return provider is not None and getattr(grammar, "provider", None) == provider


def _of(one: Reading, provider: str | None) -> Reading:
    """The reading as the sender's, where it names nobody."""
    named = one.provider is not None or provider is None
    return one if named else replace(one, provider=provider)


class _Found:
    """Readings, and which words they claim: spans in order, those that meet as one."""

    def __init__(self) -> None:
        self._readings: list[Reading] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, more: Iterable[Reading]) -> None:
        """Take those that claim no word of an earlier call's."""
        free = [one for one in more if not self._claimed(one)]
        self._readings += free
        for one in free:
            self._claim(one.start, one.end)

    def in_order(self) -> list[Reading]:
        """In the order of the text."""
        return sorted(self._readings, key=lambda one: one.start)

    def _claimed(self, one: Reading) -> bool:
        at = bisect_left(self._starts, one.end) - 1
        return at >= 0 and self._ends[at] > one.start

    def _claim(self, start: int, end: int) -> None:
        first = bisect_left(self._ends, start)
        last = bisect_left(self._starts, end, first)
        if last > first:
            start = min(start, self._starts[first])
            end = max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]


def _as_given(one: Reading, typed: Plain) -> Reading:
    """The reading with the offsets of the text as it was given."""
    if not typed.ends:
        return one
    frame = one.frame
    place = Frame(
        start=typed.given(frame.start),
        end=typed.given(frame.end),
        outer_start=typed.given(frame.outer_start),
        outer_end=typed.given(frame.outer_end),
        complete=frame.complete,
        odd=tuple((typed.given(a), typed.given(b)) for a, b in frame.odd),
        values=(typed.given(frame.values[0]), typed.given(frame.values[1])),
    )
    return replace(one, frame=place)


def _apart(found: Iterable[Reading]) -> tuple[Reading, ...]:
    return tuple(_kept(sorted(found, key=lambda one: (one.start, one.provider is None))))


def _kept(ordered: Iterable[Reading]) -> Iterator[Reading]:
    end = 0
    for one in ordered:
        if one.frame.outer_start >= end or end == 0:
            yield one
            end = one.end
