"""Grammars: what agencies' own words say, and where in a text they stand.

One module for each agency. ``find`` reads the forms that are sure in any text, a caption
too; ``read`` reads a message to clients, where shorter notes and general forms count.
RIGHT and WRONG are never swapped: which comes first belongs to the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import ModuleType

from provenance.grammars import afp
from provenance.grammars.frame import Frame
from provenance.grammars.instructions import duties
from provenance.grammars.reading import Context, Pair, Reading

__all__ = ["Context", "Frame", "Pair", "Reading", "duties", "find", "read"]

# Each has CUES (lower-case words, one of which is in every text that holds one of its notices),
# ``readings(text)`` for the forms that are sure anywhere and, where its agency sends bare notes,
# ``notes(text, context)``. Where two claim the same words, the earlier one speaks.
_GRAMMARS: tuple[ModuleType, ...] = (afp,)
_GENERAL: tuple[ModuleType, ...] = ()
_CUES = tuple(dict.fromkeys(cue for grammar in _GRAMMARS for cue in grammar.CUES))
_CAPTION_LENGTH = 4_000


def find(text: str) -> tuple[Reading, ...]:
    """Every notice of a text whose form is sure wherever it stands, in order, none in another."""
    folded = text.lower()
    if not any(cue in folded for cue in _CUES):
        return ()
    return _remembered(text) if len(text) <= _CAPTION_LENGTH else _find(text)


def _find(text: str) -> tuple[Reading, ...]:
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
    found = list(find(text))
    for grammar in (*_GRAMMARS, *_GENERAL):
        notes: Callable[[str, Context], Iterable[Reading]] | None
        notes = getattr(grammar, "notes", None)
        if notes is not None:
            found += [one for one in notes(text, context) if not _overlaps(one, found)]
    return tuple(sorted(found, key=lambda one: one.start))


def _overlaps(one: Reading, others: Iterable[Reading]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _apart(found: Iterable[Reading]) -> tuple[Reading, ...]:
    return tuple(_kept(sorted(found, key=lambda one: one.start)))


def _kept(ordered: Iterable[Reading]) -> Iterator[Reading]:
    end = 0
    for one in ordered:
        if one.frame.outer_start >= end or end == 0:
            yield one
            end = one.end
