"""The outcome of a measurement: every file, and what differs in it that was not planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fidelity.attempts import Attempt, Pixels, Verdict, attempt
from fidelity.consequences import judged
from fidelity.shown import changed_binaries, shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file.

    Attributes:
        attempt: what became of it.
        explained: how many tags each rule explains; 0 is the plan itself.
        unplanned: what differs, and is neither planned nor a consequence.
    """

    attempt: Attempt
    explained: Counter[int]
    unplanned: tuple[str, ...]


def outcomes(paths: Sequence[Path], exiftool: str) -> list[Outcome]:
    """Edit every file, and compare it with what it was.

    Raises:
        ExifToolError: where ExifTool cannot be run.
    """
    attempts = [attempt(path) for path in paths]
    tags = shown(exiftool, attempts)
    binaries = changed_binaries(exiftool, attempts)
    found = []
    for one in attempts:
        if one.written is None:
            found.append(Outcome(one, Counter(), ()))
            continue
        explained, odd = judged(one, tags[one.path])
        odd += [f"{name} is not the same" for name in one.written.changed]
        odd += [f"{name} is not the same" for name in binaries.get(one.path, ())]
        if one.written.pixels is Pixels.DIFFERENT:
            odd.append("the pixels are not the same")
        if not one.written.undone:
            odd.append("undo does not give the file back")
        found.append(Outcome(one, explained, tuple(odd)))
    return found


def refused(found: Sequence[Outcome]) -> list[Outcome]:
    """The whole files that could be written, and are not."""
    return [one for one in found if one.attempt.verdict is Verdict.REFUSED]


def eligible(found: Sequence[Outcome]) -> list[Outcome]:
    """The whole files without Content Credentials: those that the rate speaks of."""
    return [one for one in found if one.attempt.verdict in (Verdict.WRITTEN, Verdict.REFUSED)]
