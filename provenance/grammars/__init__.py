"""Grammars: what agencies' own words say, and where in a text they stand.

One module for each agency. ``find`` reads the forms that are sure in any text, a caption
too; ``read`` reads a message to clients, where shorter notes and general forms count.
RIGHT and WRONG are never swapped: which comes first belongs to the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from types import ModuleType

from provenance.grammars import (
    aap,
    afp,
    afp_languages,
    ap,
    cp,
    deletions,
    dpa,
    efe,
    epa,
    general,
    getty,
    kyodo,
    pa,
    reuters,
    stt,
)
from provenance.grammars.frame import Frame
from provenance.grammars.instructions import duties
from provenance.grammars.plain import Plain, plain
from provenance.grammars.reading import Context, Pair, Reading

__all__ = ["Context", "Frame", "Pair", "Reading", "duties", "find", "read"]

# Each has CUES (lower-case words, one of which is in every text that holds one of its notices),
# ``readings(text)`` for the forms that are sure anywhere and, where its agency sends bare notes,
# ``notes(text, context)``. Where two claim the same words, one that knows its agency speaks,
# else the earlier one.
_GRAMMARS: tuple[ModuleType, ...] = (
    afp, ap, reuters, getty, pa, cp, afp_languages, aap, epa, kyodo,
)  # fmt: skip
_GENERAL: tuple[ModuleType, ...] = (dpa, efe, stt, deletions, general)
_EVERY_CUE = sorted({cue for grammar in _GRAMMARS for cue in grammar.CUES}, key=len)
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
        if any(cue in folded for cue in grammar.CUES)
        for one in grammar.readings(text)
    )


# The containers of one picture repeat its caption, and every rule asks for its notices.
_remembered = lru_cache(maxsize=512)(_find)


def read(text: str, context: Context) -> tuple[Reading, ...]:
    """Every notice of a message to clients: the sure forms, then notes, then general forms.

    What a note or a general form claims of the words of a surer one is left out.
    """
    typed = plain(text)
    found = list(_sure(typed.text))
    for grammar in (*_GRAMMARS, *_GENERAL):
        notes: Callable[[str, Context], Iterable[Reading]] | None
        notes = getattr(grammar, "notes", None)
        if notes is not None:
            found += [one for one in notes(typed.text, context) if not _overlaps(one, found)]
    return tuple(_as_given(one, typed) for one in sorted(found, key=lambda one: one.start))


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


def _overlaps(one: Reading, others: Iterable[Reading]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _apart(found: Iterable[Reading]) -> tuple[Reading, ...]:
    return tuple(_kept(sorted(found, key=lambda one: (one.start, one.provider is None))))


def _kept(ordered: Iterable[Reading]) -> Iterator[Reading]:
    end = 0
    for one in ordered:
        if one.frame.outer_start >= end or end == 0:
            yield one
            end = one.end
