"""The names of third parties: checked, compared, and found again where they were mistyped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nsmallest
from typing import Final

from provenance import registry
from provenance.errors import UsageError
from provenance.registry import Transaction

_LONGEST_NAME: Final = 200
_ALIKE: Final = 0.6
_TELLING: Final = 3
# Comparing takes the product of two lengths: of a long name its beginning will do.
_COMPARED: Final = 64
_MOST_JUDGED: Final = 1_000
# Controls, line ends, lone surrogates; and what turns the direction of writing (UAX 9).
_REFUSED: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def recipient_name(text: str) -> str:
    """A third party's name, its spaces and the composition of its letters made one (UAX 15).

    Raises:
        UsageError: empty, too long, or with characters that steer a screen or turn the text.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split(" "))
    name = " ".join(name.replace("\N{NO-BREAK SPACE}", " ").split(" ")).strip()
    name = re.sub(" {2,}", " ", name)
    if not name:
        raise UsageError(
            "The third party has no name.", code="recipient", remedy="Say who got the picture."
        )
    if len(name) > _LONGEST_NAME:
        raise UsageError(
            f"The third party's name has {len(name)} characters.",
            code="recipient",
            remedy=f"Write at most {_LONGEST_NAME}.",
        )
    if any(unicodedata.category(one) in _REFUSED or one in _TURNING for one in name):
        raise UsageError(
            f"The third party's name {name!a} holds a line end or a hidden control character.",
            code="recipient",
            remedy="Write the name in plain letters, on one line.",
        )
    return name


def party_key(name: str) -> str:
    """By what two spellings of a name are one third party: case, width and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def spellings(tx: Transaction, name: str) -> tuple[str, ...]:
    """The spellings under which the ledger knows the third party of this name."""
    wanted = party_key(name)
    return tuple(sorted(one for one in registry.recipients(tx) if party_key(one) == wanted))


def nearest(name: str, known: Iterable[str], most: int) -> tuple[str, ...]:
    """The known names that are most like one that is not known, the most alike first.

    A name that holds the other one whole is as like it as can be. Spellings of one count once.

    Args:
        name: as a person wrote it.
        known: names, in any number; each is looked at once.
        most: how many to give at most.
    """
    wanted = party_key(name)[:_COMPARED]
    if not wanted:
        return ()
    judge = SequenceMatcher(b=wanted, autojunk=False)
    found: dict[str, tuple[float, str]] = {}
    judged = 0
    for one in known:
        key = party_key(one)[:_COMPARED]
        if min(len(key), len(wanted)) >= _TELLING and (wanted in key or key in wanted):
            found.setdefault(key, (-1.0, one))
            continue
        judge.set_seq1(key)
        # Upper bounds, and cheap: of most names nothing more is asked.
        if judge.real_quick_ratio() < _ALIKE or judge.quick_ratio() < _ALIKE:
            continue
        judged += 1
        if judged <= _MOST_JUDGED and (alike := judge.ratio()) >= _ALIKE:
            found.setdefault(key, (-alike, one))
    return tuple(one for _, one in nsmallest(most, found.values()))
