"""Hold one notice against one asset: named, weighted reasons, then a level.

Levels (design rule 11): strong, the picture is proven; medium, the normalised caption,
with the correction applied backwards, is equal and nothing speaks against it; low, a
near-equal caption, or name with date and place. A match is never surer than the form of
words that its notice was read by. The number never leaves without its reasons.
"""

from __future__ import annotations

from typing import Final

from provenance.matching.evidence import Case, gather
from provenance.matching.evidence import reasons as _reasons
from provenance.matching.evidence.words import similarity
from provenance.matching.levels import level
from provenance.matching.picture import Picture
from provenance.model import (
    NOTHING_BESIDE,
    Beside,
    Confidence,
    ItemClass,
    Match,
    MetadataRecord,
    Notice,
)

__all__ = ["IDENTIFYING", "PROVEN_BY_PICTURE", "UNSURE_FORM", "match", "similarity"]

_RANK: Final = {Confidence.LOW: 1, Confidence.MEDIUM: 2, Confidence.STRONG: 3}

IDENTIFYING: Final = _reasons.IDENTIFYING
PROVEN_BY_PICTURE: Final = _reasons.PROVEN_BY_PICTURE
UNSURE_FORM: Final = _reasons.UNSURE_FORM.name
"""The evidence of a match whose picture is surer than what its notice says of it."""
_UNSURE: Final = _reasons.UNSURE_FORM.because(
    "The form of words is not one that its sender is known by: a person must say what it means."
)


def match(
    notice: Notice, picture: Picture, record: MetadataRecord, beside: Beside = NOTHING_BESIDE
) -> Match | None:
    """Whether ``record`` is the picture of ``notice``, or None where nothing suggests it.

    Args:
        notice: the notice.
        picture: what is known of its picture, from ``picture_of``.
        record: the asset, with its digests.
        beside: what is known of the asset beside its own words.
    """
    if notice.item_class is ItemClass.TEXT and not record.is_running_text:
        return None
    evidence = gather(Case(notice, picture, record, beside))
    confidence = level(evidence)
    if confidence is None:
        return None
    if _RANK[notice.confidence] < _RANK[confidence]:
        confidence = notice.confidence
        evidence = (*evidence, _UNSURE)
    return Match(notice=notice, asset=record, evidence=evidence, confidence=confidence)
