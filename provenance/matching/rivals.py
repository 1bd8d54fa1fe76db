"""Which different pictures fit a notice equally well.

A notice that names its picture by a caption alone may mean any frame of a burst. Copies of
one picture are no rivals of each other; different pictures are, and all of them are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from provenance.matching.evidence.look import ALIKE, apart
from provenance.matching.keys import NO_AGENCY, agency_of, basis, picture_identifiers
from provenance.model import Beside, LikenessKind, MetadataRecord

Fitting = tuple[MetadataRecord, Beside]

_MOST_CONTENDERS: Final = 200
"""Forms of one picture that are held against one another; more hold the rest of an archive."""
_MOST_FACES: Final = 16
"""Different looks that are told apart; a notice with more rivals is no surer for knowing them."""


def rivals(fitting: Iterable[Fitting]) -> frozenset[str]:
    """Names of different pictures among assets that fit a notice equally well.

    Args:
        fitting: the assets, each with what is known beside its words.

    Returns:
        Identifiers where pictures of one agency differ by them, else the paths of pictures
        that look different; empty where nothing shows that there are two. What only may
        differ (an asset that nobody looked at, without a number) counts for no rival.
    """
    assets = [one for one in fitting if not one[0].is_running_text]
    by_number = _by_number([picture_identifiers(record) for record, _ in assets])
    if len(by_number) > 1:
        return by_number
    faces = tuple(_faces(assets))
    return frozenset(faces) if len(faces) > 1 else frozenset()


def contenders(assets: Iterable[Fitting]) -> frozenset[str]:
    """Paths of different pictures among assets that carry one number; empty where there is one.

    One of them borrows the number, and nothing but a person tells which. Different are only
    those that were compared and found so, and that no other copy joins: two cuttings of one
    picture show different parts of it, and are both cut out of the original.
    """
    known = {basis(record): (record, beside) for record, beside in assets}
    known = dict(sorted(known.items())[:_MOST_CONTENDERS])
    joined = _Joined()
    other: list[tuple[str, str]] = []
    for own, (_, beside) in known.items():
        joined.join([own])
        for their, likeness in beside.likeness.items():
            if their in known and likeness.kind is LikenessKind.OTHER:
                other.append((own, their))
            elif their in known and likeness.kind is not LikenessKind.UNSURE:
                joined.join([own, their])
    for (one, (_, beside)), (two, (_, besides)) in combinations(known.items(), 2):
        if _look_alike(beside, besides):
            joined.join([one, two])
    faces = {joined.name(one) for pair in other for one in pair}
    return frozenset(known[one][0].ref.display for one in faces) if len(faces) > 1 else frozenset()


def _look_alike(one: Beside, other: Beside) -> bool:
    if one.hash is None or other.hash is None or not (one.hash.tells and other.hash.tells):
        return False
    return one.hash.distance(other.hash) <= ALIKE


def _by_number(carried: Sequence[frozenset[str]]) -> frozenset[str]:
    """One identifier for each picture of the agency that has most of them.

    Numbers that stand together in one file are numbers of one picture.
    """
    agencies = {agency_of(value) for own in carried for value in own} - NO_AGENCY
    most: frozenset[str] = frozenset()
    for agency in sorted(agencies):
        joined = _Joined()
        for own in carried:
            joined.join(sorted(value for value in own if agency_of(value) == agency))
        if len(joined.names()) > len(most):
            most = joined.names()
    return most


class _Joined:
    """Names that are names of one thing (a disjoint-set forest)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def join(self, together: Sequence[str]) -> None:
        """Take these as names of one thing."""
        for name in together:
            first, own = self._top(together[0]), self._top(name)
            # The smaller name stays, so that the order of the assets does not matter.
            self._above[max(first, own)] = min(first, own)

    def name(self, one: str) -> str:
        """The one name of the thing that has this name."""
        return self._top(one)

    def names(self) -> frozenset[str]:
        """One name of each thing."""
        return frozenset(map(self._top, self._above))

    def _top(self, name: str) -> str:
        self._above.setdefault(name, name)
        while self._above[name] != name:
            self._above[name] = self._above[self._above[name]]
            name = self._above[name]
        return name


def _faces(assets: Sequence[Fitting]) -> Iterator[str]:
    """The path of one asset for each look that differs from all others."""
    known: list[Fitting] = []
    ordered = sorted(assets, key=lambda one: one[0].ref.uri)
    for asset in ordered:
        if len(known) == _MOST_FACES:
            return
        record, beside = asset
        seen = beside.likeness or (beside.hash is not None and beside.hash.tells)
        if seen and all(_differ(asset, other) for other in known):
            known.append(asset)
            yield record.ref.display


def _differ(one: Fitting, other: Fitting) -> bool:
    """Whether two assets show different pictures: compared, else by their hashes."""
    (record, beside), (against, besides) = one, other
    ours, theirs = basis(record), basis(against)
    if ours and ours == theirs:
        return False
    compared = beside.likeness.get(theirs) or besides.likeness.get(ours)
    if compared is not None and compared.kind is not LikenessKind.UNSURE:
        return compared.kind is LikenessKind.OTHER
    if beside.hash is None or besides.hash is None:
        return False
    return apart(beside.hash, besides.hash)
