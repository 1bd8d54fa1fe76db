"""From reasons to a level (design rule 11).

A match is as sure as its best reason makes it beside all that speaks against it. Reasons never
add up: ten coincidences of a day's work are not a proof, so no level rises by more of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from provenance.matching.evidence.reasons import (
    CAPTION_NEAR,
    HINT,
    OTHER_IDENTIFIER,
    PICTURE_HASH,
    PROOF,
    SUGGESTION,
    Kind,
    kind_of,
)
from provenance.model import Confidence, Evidence

_MOST_DOUBTS = 1


def level(evidence: Sequence[Evidence]) -> Confidence | None:
    """How sure a match is; None where it is none.

    Returns:
        ``strong``: the picture is proven and nothing speaks against it, so that it is the
        only one that the notice can mean. ``medium``: a claim, an equal caption, the look or
        the file name alone, or a proof that something speaks against. ``low``: a candidate.
    """
    names = {one.name for one in evidence}
    # A neighbour in the burst looks alike and has its own number: that is what a number is for.
    told_apart = {PICTURE_HASH.name} if OTHER_IDENTIFIER.name in names else frozenset[str]()
    support = [one for one in evidence if one.weight > 0 and one.name not in told_apart]
    against = [one for one in evidence if one.weight < 0]
    best = max((one.weight for one in support), default=0.0)
    if best >= PROOF:
        return _of_proven(support, against)
    if best >= SUGGESTION:
        return _of_suggested(support, against)
    if best < HINT:
        return None
    return _of_hinted(support, against)


def _of_proven(support: Sequence[Evidence], against: Sequence[Evidence]) -> Confidence:
    if not against:
        return Confidence.STRONG
    by_identity = any(one.weight >= PROOF and kind_of(one) is Kind.IDENTITY for one in support)
    # A look or an import may err where the file's own number says otherwise.
    outweighed = any(one.weight <= -PROOF for one in against)
    return Confidence.MEDIUM if by_identity or not outweighed else Confidence.LOW


def _of_suggested(support: Sequence[Evidence], against: Sequence[Evidence]) -> Confidence | None:
    if not against:
        return Confidence.MEDIUM
    # Two independent kinds of reasons against, one of them as strong as a proof: a neighbour.
    kinds = {kind_of(one) for one in against} - {Kind.UNIQUENESS}
    outweighed = any(one.weight <= -PROOF for one in against)
    claimed = any(
        one.weight > SUGGESTION and kind_of(one) in {Kind.IDENTITY, Kind.DESK} for one in support
    )
    if len(kinds) > _MOST_DOUBTS and outweighed and not claimed:
        return None
    return Confidence.LOW


def _of_hinted(support: Sequence[Evidence], against: Sequence[Evidence]) -> Confidence | None:
    if not against:
        return Confidence.LOW
    names = {one.name for one in support}
    kinds = {kind_of(one) for one in against}
    if CAPTION_NEAR.name in names and len(kinds) <= _MOST_DOUBTS:
        return Confidence.LOW
    only_tied = kinds == {Kind.UNIQUENESS} and PICTURE_HASH.name in names
    return Confidence.LOW if only_tied else None
