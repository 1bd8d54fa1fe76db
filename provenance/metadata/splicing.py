"""What two versions of a file share at both ends, and the piece between that differs.

A correction changes a few thousand octets near the beginning of a picture of megabytes. So
the new file travels as that piece; whoever holds the old file puts it together again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Splice:
    """A new file as what changes in an old one.

    Attributes:
        front: so many octets of the old file come first.
        middle: then these.
        back: then so many octets from the end of the old file.
    """

    front: int
    middle: bytes
    back: int

    @classmethod
    def between(cls, old: bytes, new: bytes) -> Splice:
        """The splice that makes ``new`` of ``old``."""
        front = common_front(new, 0, old, 0, min(len(new), len(old)))
        back = common_back(new, len(new), old, len(old), min(len(new), len(old)) - front)
        return cls(front, new[front : len(new) - back], back)

    def applied(self, old: bytes) -> bytes:
        """The new file.

        Raises:
            ValueError: the splice does not fit the old file.
        """
        if self.front < 0 or self.back < 0 or self.front + self.back > len(old):
            raise ValueError("the splice reaches outside of the file")
        ends = memoryview(old)
        return b"".join((ends[: self.front], self.middle, ends[len(old) - self.back :]))


def common_front(one: bytes, i: int, other: bytes, j: int, limit: int) -> int:
    """How many octets from ``one[i]`` and ``other[j]`` on are the same, at most ``limit``."""
    there = memoryview(other)

    def same(low: int, step: int) -> bool:
        # Compares in place; two slices would be copied, two views compared octet by octet.
        return one.startswith(there[j + low : j + low + step], i + low)

    low, step = 0, 64
    while low + step <= limit and same(low, step):
        low += step
        step *= 2
    step = min(step, limit - low)
    while step > 0:
        if low + step <= limit and same(low, step):
            low += step
        else:
            step //= 2
    return low


def common_back(one: bytes, i: int, other: bytes, j: int, limit: int) -> int:
    """How many octets before ``one[i]`` and ``other[j]`` are the same, at most ``limit``."""
    there = memoryview(other)

    def same(low: int, step: int) -> bool:
        return one.startswith(there[j - low - step : j - low], i - low - step)

    low, step = 0, 64
    while low + step <= limit and same(low, step):
        low += step
        step *= 2
    step = min(step, limit - low)
    while step > 0:
        if low + step <= limit and same(low, step):
            low += step
        else:
            step //= 2
    return low
