"""Reasons of the look: what the pixels say, where somebody looked at them.

A hash says "looks alike" of copies and of burst frames too; a comparison pixel by pixel tells
them apart, and where there is one the hash is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from provenance.matching.evidence import reasons
from provenance.matching.evidence.case import Case
from provenance.model import Evidence, Likeness, LikenessKind, PictureHash
from provenance.model.look import BITS

ALIKE: Final = 31
"""Bits in which two hashes of one picture may differ (the threshold that PDQ's authors give)."""
APART: Final = 100
"""Bits from which on two hashes of equally shaped pictures speak of different pictures.

Hashes of unrelated pictures differ in 128 bits, nineteen pairs of twenty in 110 and more; a
banner over a fifth of the picture, or a crop to 95 %, stays below 100 but for a few in a hundred.
A closer crop of the same shape does not, which is why this holds a match and never drops one.
"""
PRINTED: Final = 0.2
"""Difference from which on a part of the picture shows something else: a logo, or what moved.

Re-saved, resized and toned copies stay below it everywhere; a print on the picture does not,
and neither does a figure that took a step.
"""
_SHAPE_TOLERANCE: Final = 0.02
_IN_HASH: Final = f"of {BITS}"


def looks(case: Case) -> Iterator[Evidence]:
    """What the comparison says, else the hashes; nothing of data that the notice itself names."""
    if case.is_named_by_digest or case.record.is_running_text:
        return
    kinds = {one.kind for one in case.compared}
    if kinds - {LikenessKind.UNSURE}:
        yield from _compared(case.compared)
    else:
        yield from _hashed(case, unsure=bool(kinds))


def agrees(case: Case) -> bool:
    """Whether the asset looks the same as a file that is proven to be the picture.

    Compared, it must be the same picture; not compared, the hashes must be alike. The notice's
    own word of how its picture looks does not count here.
    """
    if case.compared:
        same = any(is_whole(one) for one in case.compared)
        return same and all(one.kind is not LikenessKind.OTHER for one in case.compared)
    nearest = _nearest(case, shown=True)
    return nearest is not None and nearest[0] <= ALIKE


def is_whole(one: Likeness) -> bool:
    """Whether two pictures are the same in every part."""
    return one.kind is LikenessKind.SAME and one.difference < PRINTED


def _compared(compared: tuple[Likeness, ...]) -> Iterator[Evidence]:
    by_kind: dict[LikenessKind, Likeness] = {}
    for one in compared:
        held = by_kind.setdefault(one.kind, one)
        if (one.difference, -one.shown) < (held.difference, -held.shown):
            by_kind[one.kind] = one
    same = by_kind.get(LikenessKind.SAME)
    if same is not None and is_whole(same):
        yield reasons.PICTURE_SAME.because(
            "Is the same picture as a proven file, compared pixel by pixel "
            f"(difference {same.difference:.0%})."
        )
    elif same is not None:
        yield reasons.PICTURE_PRINTED.because(
            "Is the same picture as a proven file, compared pixel by pixel, but for a part that "
            "shows something else: a logo, or something that moved."
        )
    elif LikenessKind.CROP in by_kind:
        yield reasons.PICTURE_CROP.because(
            f"Shows {by_kind[LikenessKind.CROP].shown:.0%} of the same picture as a proven file, "
            "compared pixel by pixel: one is cut out of the other."
        )
    elif LikenessKind.MIRRORED in by_kind:
        yield reasons.PICTURE_MIRRORED.because(
            "Is a proven file's picture the other way round, compared pixel by pixel."
        )
    if LikenessKind.OTHER in by_kind:
        yield reasons.OTHER_PICTURE.because(
            "Is another picture than a proven file, compared pixel by pixel "
            f"(difference {by_kind[LikenessKind.OTHER].difference:.0%})."
        )


def _hashed(case: Case, *, unsure: bool) -> Iterator[Evidence]:
    nearest = _nearest(case, shown=False)
    if nearest is None:
        return
    distance, look = nearest
    own = case.beside.hash
    assert own is not None  # else there is no nearest
    if distance <= ALIKE:
        span = reasons.PICTURE_HASH.weight - reasons.HINT
        weight = reasons.HINT if unsure else reasons.PICTURE_HASH.weight - span * distance / ALIKE
        compared = "; compared pixel by pixel, it could not be told" if unsure else ""
        yield reasons.PICTURE_HASH.because(
            f"Looks like the notice's picture (its hash differs in {distance} bits {_IN_HASH}, "
            f"quality {min(own.quality, look.quality)} of 100{compared}).",
            round(weight, 2),
        )
    elif apart(own, look):
        yield reasons.LOOKS_DIFFERENT.because(
            f"Does not look like the notice's picture (its hash differs in {distance} bits "
            f"{_IN_HASH}); it may be a cutting of it, or another picture."
        )


def _nearest(case: Case, *, shown: bool) -> tuple[int, PictureHash] | None:
    """The smallest distance to how the picture looks, but for the asset's own copies.

    Args:
        case: the asset and the picture.
        shown: as proven files show it; else by the notice's own word, too.
    """
    own = case.beside.hash
    if own is None or not own.tells:
        return None
    # A copy of the same data tells nothing that its digest does not tell.
    others = (
        look.hash
        for look in case.picture.looks
        if look.hash.tells and (look.basis != case.basis if look.basis else not shown)
    )
    found = [(own.distance(other), other.pdq, other) for other in others]
    if not found:
        return None
    distance, _, other = min(found, key=lambda one: one[:2])
    return distance, other


def apart(one: PictureHash, other: PictureHash) -> bool:
    """Whether two pictures of equal shape look so different that one is hardly the other."""
    if not (one.tells and other.tells and one.width and other.width):
        return False
    ours, theirs = one.width * other.height, other.width * one.height
    same_shape = abs(ours - theirs) <= _SHAPE_TOLERANCE * max(ours, theirs)
    return same_shape and one.distance(other) > APART
