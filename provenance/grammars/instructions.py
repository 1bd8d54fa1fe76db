"""What a notice asks of its reader: the duties, and whether a replacement comes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from provenance.model import Duty, Instruction, Replacement
from provenance.wording import squeeze

_DUTIES = (
    (
        Duty.REMOVE_ONLINE,
        re.compile(
            r"(?i)\bremove\b[^.]{0,120}\bonline\s+services|\bremove\b[^.]{0,60}\bplatforms"
            r"|\b(?:retirer|retirez|supprimez|effacez)\b[^.]{0,120}\b(?:en\s+ligne|sites?)\b"
        ),
    ),
    (
        Duty.DELETE_SERVERS,
        re.compile(
            r"(?i)\b(?:delete|remove|eliminate)\b[^.]{0,160}\b(?:servers?|systems|archives)\b"
            r"|\b(?:retirer|retirez|supprimez|effacez|supprimer|effacer)\b[^.]{0,160}"
            r"\b(?:serveurs?|syst.{1,3}mes?|archives)\b"
        ),
    ),
    (
        Duty.INFORM_THIRD_PARTIES,
        re.compile(
            r"(?i)\bthird\s+part(?:ies|y)\b[^.]{0,120}\b(?:same\s+actions|ensure|inform)"
            r"|\btiers\b|\bpartenaires\b"
        ),
    ),
)
_COMING = re.compile(
    r"(?i)\b(?:corrected|new|replacement)\s+(?:version|picture|photo|image)\b[^.]{0,60}"
    r"\b(?:will|shortly|follows?|immediately)\b"
)
_NO_OTHER = re.compile(
    r"(?i)\bno\s+(?:other\s+version|replacement)\b|\breplacement\b[^.]{0,30}\bnot\s+be\s+issued"
)


REPLACEMENT = "replacement"
"""What an instruction is about that speaks of another version of the picture."""


def instructions(text: str) -> tuple[Instruction, ...]:
    """What a notice asks for and what it says of a replacement, each with its words.

    A duty that no word names is not assumed.
    """
    found = [
        Instruction(asks, squeeze(match[0]))
        for asks, pattern in (*_DUTIES, (REPLACEMENT, _NO_OTHER))
        if (match := pattern.search(text))
    ]
    if not any(one.asks == REPLACEMENT for one in found) and (coming := _COMING.search(text)):
        found.append(Instruction(REPLACEMENT, squeeze(coming[0])))
    return tuple(found)


def duties(found: Iterable[Instruction]) -> tuple[Duty, ...]:
    """The duties among instructions, in the order of the model."""
    asked = {one.asks for one in found}
    return tuple(duty for duty in Duty if duty.value in asked)


def replacement(text: str) -> Replacement:
    """Whether the words of a notice announce, or exclude, another version."""
    if _NO_OTHER.search(text):
        return Replacement.NONE
    return Replacement.COMING if _COMING.search(text) else Replacement.UNKNOWN
