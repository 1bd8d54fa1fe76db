"""Which notices say otherwise of the same picture, found without holding each against each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from provenance import captions
from provenance.model import Confidence, Correction, Evidence, Match, Notice, NoticeKind
from provenance.notices import life

RANK: Final = {Confidence.LOW: 1, Confidence.MEDIUM: 2, Confidence.STRONG: 3}
"""Levels in order."""

Pairs = tuple[Correction, ...]


class Contending:
    """The notices held against one asset, filed by what they call wrong and right."""

    def __init__(self, matches: Iterable[Match]) -> None:
        """File the corrections among ``matches``."""
        self._saying: dict[Pairs, list[tuple[int, Match]]] = {}
        self._of_item: dict[str, list[tuple[int, Match]]] = {}
        self._with: dict[str, dict[Pairs, None]] = {}
        self._against: dict[Pairs, tuple[Pairs, ...]] = {}
        for place in enumerate(matches):
            notice = place[1].notice
            if notice.kind is not NoticeKind.CORRECTION:
                continue
            self._saying.setdefault(notice.corrections, []).append(place)
            if notice.item:
                self._of_item.setdefault(notice.item, []).append(place)
        for pairs in self._saying:
            for name in _names(pairs):
                self._with.setdefault(name, {})[pairs] = None

    def reasons(self, match: Match) -> Iterator[Evidence]:
        """Another notice of the same or higher rank wants another value on the same picture.

        Of two versions of one item only the later one contends: it knows what the earlier said.
        """
        notice = match.notice
        near = {
            number: other
            for pairs in self._opposed(notice.corrections)
            for number, other in self._saying[pairs]
        }
        near.update(self._of_item.get(notice.item, ()))
        for _, other in sorted(near.items(), key=lambda one: one[0]):
            if (
                other.notice.notice_id != notice.notice_id
                and RANK[other.confidence] >= RANK[match.confidence]
                and _says_otherwise(notice, other.notice)
            ):
                yield Evidence(
                    "contended",
                    0.0,
                    f"Notice {other.notice.notice_id} says otherwise of the same picture.",
                )

    def _opposed(self, pairs: Pairs) -> tuple[Pairs, ...]:
        """What else is said that contradicts these corrections."""
        if pairs not in self._against:
            near = dict.fromkeys(
                other for name in _names(pairs) for other in self._with.get(name, ())
            )
            self._against[pairs] = tuple(other for other in near if contradict(pairs, other))
        return self._against[pairs]


def _names(pairs: Pairs) -> Iterator[str]:
    """What two corrections that contradict one another have in common."""
    for pair in pairs:
        yield from (name for name in (key(pair.wrong), key(pair.right)) if name)


def _says_otherwise(one: Notice, other: Notice) -> bool:
    if life.follows(one, other):
        return False
    if contradict(one.corrections, other.corrections):
        return True
    return life.follows(other, one) and _moved(one, other)


def _moved(one: Notice, later: Notice) -> bool:
    """Whether the later version gives a property another right value, or none."""
    return any(
        a.property is b.property and spelt(a.right) != spelt(b.right)
        for a in one.corrections
        for b in later.corrections
    )


def contradict(ours: Sequence[Correction], theirs: Sequence[Correction]) -> bool:
    """Whether two notices', or one notice's own, pairs cannot all be applied."""
    for a in ours:
        for b in (pair for pair in theirs if pair is not a):
            a_wrong, a_right = key(a.wrong), key(a.right)
            b_wrong, b_right = key(b.wrong), key(b.right)
            if a_wrong and a_wrong == b_wrong and spelt(a.right) != spelt(b.right):
                return True
            # Izgi to İzgi changes the spelling only: such a pair does not chain to itself.
            names_change = a_wrong != a_right and b_wrong != b_right
            chained = (a_right and a_right == b_wrong) or (b_right and b_right == a_wrong)
            if names_change and chained:
                return True
    return False


def key(name: str | None) -> str | None:
    """A name as it is told from others; None where there is none."""
    return captions.normalise_name(name) if name else None


def spelt(name: str | None) -> str | None:
    """A name with its diacritics, without its case."""
    return captions.normalise(name) if name else None
