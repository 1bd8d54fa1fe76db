"""What a worker may take up, and what is said where it did not come to an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from provenance.errors import ProvenanceError

_MIB: Final = 1 << 20
_LIGHT: Final = 64 * _MIB
"""Octets of files for which a worker's own limits do."""
_COPIES: Final = 3
_OCTETS_A_SECOND: Final = 2 * _MIB
"""By the clock: as slow as the slowest share."""
_PROCESSED_A_SECOND: Final = 16 * _MIB


@dataclass(frozen=True, slots=True)
class Weight:
    """What a task has to read.

    Attributes:
        largest: octets of the largest of its items.
        whole: octets of all of them, one after the other.
    """

    largest: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may take up; for large files it may be more.

    Attributes:
        memory: octets of address space, beyond what it has taken up before its first task.
        processor: seconds of processor time for one task; a whole number.
        seconds: seconds by the clock for one task.
        written: octets of each file that it writes (into a folder of its own).
        files: files open at once.
        tasks: after so many it is replaced by a fresh one.
        resident: octets that it may still hold after a task, beyond what it held before its
            first; with more it is replaced by a fresh one.
    """

    memory: int = 1024 * _MIB
    processor: int = 20
    seconds: float = 120.0
    written: int = 1024 * _MIB
    files: int = 64
    tasks: int = 500
    resident: int = 192 * _MIB

    def of(self, weight: Weight) -> Limits:
        """What it may take up for a task: a large file is no attack."""
        if weight.whole <= _LIGHT:
            return self
        slower = weight.whole // _PROCESSED_A_SECOND if self.processor else 0
        return replace(
            self,
            memory=self.memory + (_COPIES * weight.largest if weight.largest > _LIGHT else 0),
            processor=self.processor + slower,
            seconds=self.seconds + weight.whole / _OCTETS_A_SECOND,
        )


@dataclass(frozen=True, slots=True)
class Died:
    """A task whose worker came to an end before it answered.

    Attributes:
        code: a stable word: ``parser-died``, ``parser-too-slow`` or ``parser-too-large``.
        reason: what happened, for a person; goes on after the name of the file and a colon.
    """

    code: str
    reason: str

    @property
    def remedy(self) -> str:
        """What a person can do."""
        return REMEDIES.get(self.code, REMEDIES[DIED])


DIED = "parser-died"
TOO_SLOW = "parser-too-slow"
TOO_LARGE = "parser-too-large"

REMEDIES = {
    DIED: "The file may be damaged or made to harm; have it looked at, or move it out.",
    TOO_SLOW: (
        "The file may be damaged or made to harm, or its disk very slow. Try again; if it stays"
        " so, have it looked at, or move it out."
    ),
    TOO_LARGE: "The file may be made to harm, or be too large; look at it by hand, or move it out.",
}
"""What a person can do about a file that ended its worker, by code."""


class WorkerError(ProvenanceError):
    """The workers cannot work; this is not the fault of any one file.

    Codes: ``no-worker`` where none can be started, ``work-failed`` where the work ended in an
    exception that is not ours, and that must be mended in the program.
    """

    code = "no-worker"
