"""What a grammar reads out of one notice, before it is bound to pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from provenance.identifiers import Identifier
from provenance.model import Duty, NoticeKind, Pubstatus, Replacement


@dataclass(frozen=True, slots=True)
class Pair:
    """One corrected value; a part that the notice does not give is None."""

    right: str | None
    wrong: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One notice as its agency's grammar reads it.

    Attributes:
        start: offset of the notice's first word.
        end: offset behind its last.
        provider: the agency that speaks, None where its name is nowhere.
        kind: correction or withdrawal.
        pubstatus: of the picture from now on.
        byline: the photographer that the notice names, if any.
        pairs: the corrected values.
        identifiers: pictures that the notice names in its own words.
        duties: what its words ask for.
        replacement: whether another picture is announced.
        language: BCP 47.
        unparsed: words that the grammar does not know, joined by " … ".
        complete: the form's last word was there.
    """

    start: int
    end: int
    provider: str | None
    kind: NoticeKind
    pubstatus: Pubstatus
    byline: str | None = None
    pairs: tuple[Pair, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    duties: tuple[Duty, ...] = ()
    replacement: Replacement = Replacement.UNKNOWN
    language: str = "en"
    unparsed: str = ""
    complete: bool = True


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


def duties(text: str) -> tuple[Duty, ...]:
    """What the words of a notice ask for; a duty that no word names is not assumed."""
    return tuple(duty for duty, pattern in _DUTIES if pattern.search(text))


def replacement(text: str) -> Replacement:
    """Whether the words of a notice announce, or exclude, another version."""
    if _NO_OTHER.search(text):
        return Replacement.NONE
    return Replacement.COMING if _COMING.search(text) else Replacement.UNKNOWN
