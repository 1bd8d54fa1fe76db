"""Reasons of the words: the caption of the notice's picture, with its correction backwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from provenance.matching.desk import desk_captions
from provenance.matching.evidence import reasons
from provenance.matching.evidence.case import Case
from provenance.matching.evidence.identity import source_of
from provenance.matching.picture import WORD_MARKS
from provenance.model import Evidence, NoticeKind

NEAR: Final = 0.85
"""Below this similarity two captions tell different stories.

Burst captions differ by a word or two; the same event by another sentence falls under 0.8.
"""
# What is longer is an article, or meant to keep the comparison busy.
_MOST_WORDS: Final = 600


def captions(case: Case) -> Iterator[Evidence]:
    """The file's own caption, equal or nearly so; else the one that the desk keeps of it."""
    if case.bodies & case.picture.captions:
        yield reasons.CAPTION_EQUAL.because("Its caption equals that of the notice's picture.")
        return
    for record in case.beside.desk:
        if desk_captions(record) & case.picture.captions:
            yield reasons.DESK_CAPTION.because(
                f"{source_of(record)} gives the caption of the notice's picture."
            )
            break
    best = max((similarity(a, b) for a in case.bodies for b in case.picture.captions), default=0.0)
    if best >= NEAR:
        yield reasons.CAPTION_NEAR.because(
            f"Its caption is nearly that of the picture ({best:.0%})."
        )


def caption_and_date(case: Case) -> Iterator[Evidence]:
    """A withdrawal names the picture by some words of its caption, and its day."""
    if case.notice.kind is not NoticeKind.WITHDRAWAL or not case.picture.phrases:
        return
    dated = sorted(case.days & case.picture.dates)
    if not dated or case.bodies & case.picture.captions:
        return
    for words in sorted(case.picture.phrases):
        if any(_holds(body, words) for body in case.bodies):
            yield reasons.CAPTION_DATE.because(
                f"Was made on {dated[0]}, and its caption holds “{words}”, as the withdrawal says."
            )
            return


def similarity(left: str, right: str) -> float:
    """Twice the words that two texts share in order, as a share of all their words: 0..1.

    Returns:
        0 where it cannot reach ``NEAR``, and for texts of more than 600 words. The same from
        left to right as from right to left.
    """
    ours, theirs = left.split(), right.split()
    total = len(ours) + len(theirs)
    fewest, most = sorted((len(ours), len(theirs)))
    if not total:
        return 1.0
    if most > _MOST_WORDS or 2 * fewest < NEAR * total:
        return 0.0
    if 2 * (Counter(ours) & Counter(theirs)).total() < NEAR * total:
        return 0.0
    share = 2 * _in_order(ours, theirs) / total
    return share if share >= NEAR else 0.0


def _in_order(ours: list[str], theirs: list[str]) -> int:
    """How many words the longest common subsequence has, a row of the table at a time.

    Source: H. Hyyrö, "Bit-parallel LCS-length computation revisited" (AWOCA 2004).
    """
    places: dict[str, int] = {}
    for index, word in enumerate(ours):
        places[word] = places.get(word, 0) | 1 << index
    every = (1 << len(ours)) - 1
    row = every
    for word in theirs:
        met = row & places.get(word, 0)
        row = ((row + met) | (row - met)) & every
    return len(ours) - row.bit_count()


def _holds(body: str, words: str) -> bool:
    plain = " ".join(WORD_MARKS.sub(" ", body).split())
    return f" {words} " in f" {plain} "
