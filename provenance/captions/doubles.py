"""One credit that a feed prints twice: AFP's own line, then the one of its distributor.

``(Photo by Ghulam RASOOL / AFP) (Photo by GHULAM RASOOL/AFP via Getty Images)`` is one
credit of one photographer. Two lines are one only where nothing but white space stands
between them, they name the same person (or both nobody) and share an agency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from provenance.captions.names import normalise_name
from provenance.model import CreditLine

_WIDEST_JOINT = 12


def joined(text: str, lines: Iterable[CreditLine]) -> tuple[CreditLine, ...]:
    """The lines with each doubled credit as one, whose ``raw`` spans both."""
    found: list[CreditLine] = []
    for line in lines:
        if found and _is_again(text, found[-1], line):
            found[-1] = _one(text, found[-1], line)
        else:
            found.append(line)
    return tuple(found)


def _is_again(text: str, first: CreditLine, second: CreditLine) -> bool:
    between = text[first.end : second.start]
    # On another line it is the next picture's.
    if len(between) > _WIDEST_JOINT or between.strip(" \t\xa0/,;") or first.truncated:
        return False
    if not set(first.agencies) & set(second.agencies):
        return False
    if first.creator is None or second.creator is None:
        return first.creator is second.creator
    return normalise_name(first.creator) == normalise_name(second.creator)


def _one(text: str, first: CreditLine, second: CreditLine) -> CreditLine:
    """Both as one; the first casing is the agency's own (``Given SURNAME``)."""
    return replace(
        first,
        raw=text[first.start : second.end],
        agencies=tuple(dict.fromkeys((*first.agencies, *second.agencies))),
        via=second.via or first.via,
        role=first.role or second.role,
        end=second.end,
        truncated=second.truncated,
    )
