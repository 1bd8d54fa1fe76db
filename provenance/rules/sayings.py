"""What the many copies of one picture say differently: each two sayings are compared once.

Thousands of copies may each say something of their own. To hold every one against every other
would cost a square; so what is equal is compared once, and each saying with so many others at
most. Where that left something out it is known of which copies.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from provenance.model import MetadataRecord, Property, PropertyValue
from provenance.rules.sameness import COMPARED
from provenance.rules.versions import Difference, Version, differences, is_crowded, of_record

MOST_COMPARED: Final = 200
"""So many different sayings of one picture's copies are held against one of them."""

# What ``differences`` looks at.
_TELLING: Final = frozenset({*COMPARED, Property.COUNTRY_CODE})

_Said = tuple[tuple[PropertyValue, ...], bool]


def silent(own: Version, other: Version, is_later: bool | None) -> tuple[Difference, ...]:
    """What differs between the two where the later one does not say that it corrects.

    Of two versions in no known order both must say what the other does not: else one of
    them only holds an old value beside the new one.

    Args:
        own: the version that is examined.
        other: what it is held against.
        is_later: whether the other one is the later; None where nothing tells.
    """
    if is_later is None:
        if own.marked != other.marked or not differences(other, own):
            return ()
        return differences(own, other)
    before, after = (own, other) if is_later else (other, own)
    return () if after.marked and not before.marked else differences(before, after)


class Sayings:
    """Versions of copies with what they say numbered, and what two of them say differently."""

    def __init__(self, most: int = MOST_COMPARED) -> None:
        """Hold each saying against ``most`` others."""
        self._most = most
        self._numbers: dict[_Said, tuple[int, tuple[PropertyValue, ...]]] = {}
        self._known: dict[tuple[int, int, bool | None], tuple[Difference, ...]] = {}
        self._asked: dict[int, set[int]] = {}
        self._crowded: set[int] = set()

    def version(self, record: MetadataRecord, seen: str | None) -> Version:
        """A copy as it now reads, as far as copies are compared.

        Args:
            record: the copy.
            seen: when it was first registered.
        """
        made = of_record(record, seen=seen)
        values = tuple(value for value in made.values if value.property in _TELLING)
        fresh = (len(self._numbers) + 1, values)
        number, values = self._numbers.setdefault((values, made.marked), fresh)
        numbered = replace(made, values=values, said=number)
        if number == fresh[0] and is_crowded(numbered):
            self._crowded.add(number)
        return numbered

    def differ(
        self, own: Version, other: Version, is_later: bool | None
    ) -> tuple[Difference, ...] | None:
        """``silent``; None where it was not compared: too many differ, or one says too much."""
        if self.is_crowded(own) or self.is_crowded(other):
            return None
        if not (own.said and other.said):
            return silent(own, other, is_later)
        asked = (own.said, other.said, is_later)
        if asked not in self._known:
            others = self._asked.setdefault(own.said, set())
            if len(others) >= self._most and other.said not in others:
                return None
            others.add(other.said)
            self._known[asked] = silent(own, other, is_later)
        return self._known[asked]

    def is_crowded(self, one: Version) -> bool:
        """``versions.is_crowded``, known of those that are numbered."""
        return one.said in self._crowded if one.said else is_crowded(one)
