"""What a check of the log found wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_PROBLEMS: Final = 1000
"""Where there are more, the rest is counted in one last problem."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One flaw: the index of the record it is in where that is known, a code, words."""

    index: int | None
    code: str
    message: str


class Problems:
    """Collects problems in the order found, so many that a person may still read them."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._dropped = 0

    def add(self, index: int | None, code: str, message: str) -> None:
        """Take up one more."""
        if len(self._found) < MOST_PROBLEMS:
            self._found.append(Problem(index, code, message))
        else:
            self._dropped += 1

    def all(self) -> tuple[Problem, ...]:
        """Return them all; the last one counts those that were too many."""
        if not self._dropped:
            return tuple(self._found)
        more = Problem(None, "more-problems", f"and {self._dropped} more problems")
        return (*self._found, more)
