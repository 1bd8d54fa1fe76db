"""The checkpoints that a log must agree with, wherever they were kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from provenance.auditlog.ledger import KeptBeside
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.problems import Problems
from provenance.errors import LogError
from provenance.model import Checkpoint

Opened = Callable[[str], Checkpoint]
"""Gives the checkpoint in a note, its signature checked; raises ``LogError``."""


@dataclass(frozen=True, slots=True)
class _Claim:
    size: int
    root: bytes
    source: str


class Claims:
    """Takes up checkpoints, then the log's root at each of their sizes, in rising order.

    Args:
        opened: checks who signed them.
        problems: where flaws are reported.
    """

    def __init__(self, opened: Opened, problems: Problems) -> None:
        self._opened = opened
        self._problems = problems
        self._seen: set[str] = set()
        self._waiting: dict[int, list[_Claim]] = {}
        self._agreed = 0
        self._differ: list[_Claim] = []

    def collect(
        self,
        store: CheckpointStore,
        beside: Sequence[KeptBeside],
        witnessed: Sequence[str],
    ) -> bool:
        """Take up all that was kept; tell whether anything was kept outside.

        Args:
            store: the outside store.
            beside: those in the registry.
            witnessed: notes that others have kept.
        """
        newest = store.newest()
        kept = store.history()
        if newest is not None:
            self._take(newest, "the newest outside checkpoint")
        for one in kept.issued:
            self._take(one.note, f"the outside checkpoint of {one.issued}")
        for line in kept.damaged:
            text = f"line {line} of the outside checkpoints is damaged"
            self._problems.add(None, "checkpoint-damaged", text)
        times = {one.note: one.issued for one in kept.issued}
        for row in beside:
            source = f"the registry's checkpoint of {row.size} records"
            self._take(row.note or "", source, row.size)
            if row.issued != times.get(row.note or "", row.issued):
                text = f"{source} has another time than the same checkpoint outside"
                self._problems.add(None, "checkpoint-damaged", text)
        for number, note in enumerate(witnessed, 1):
            self._take(note, f"checkpoint {number} of those given")
        return newest is not None

    def meet(self, size: int, root: bytes | None) -> None:
        """Hold the claims of this size against the root that the records make."""
        for claim in self._waiting.pop(size, ()):
            if claim.root == root:
                self._agreed = size
            else:
                self._differ.append(claim)

    def waits_for(self, size: int) -> bool:
        """Tell whether any claim speaks of this size."""
        return size in self._waiting

    @property
    def agreed(self) -> int:
        """How many records the largest checkpoint covers that the log agreed with so far."""
        return self._agreed

    def unmet(self) -> int:
        """Return the largest size claimed that the log has not reached, or 0."""
        return max(self._waiting, default=0)

    def report(self, size: int, *, behind: bool) -> None:
        """Report the disagreements: the first of its kind, since the later ones follow from it.

        Args:
            size: how many records there are.
            behind: whether claims of more records than that are a flaw.
        """
        if self._differ:
            first = self._differ[0]
            also = _also(len(self._differ) - 1)
            self._problems.add(
                None,
                "root-differs",
                f"{first.source} covers {first.size} records with another root{also}: something"
                f" from record {min(self._agreed, first.size - 1)} to record {first.size - 1} is"
                " not what was signed",
            )
        if behind and self._waiting:
            largest = self._waiting[self.unmet()][0]
            also = _also(sum(map(len, self._waiting.values())) - 1)
            self._problems.add(
                None,
                "log-behind",
                f"{largest.source} covers {largest.size} records{also}, but there are {size}: the"
                " registry was put back from a backup, or records were cut off",
            )

    def _take(self, note: str, source: str, size: object | None = None) -> None:
        try:
            checkpoint = self._opened(note)
        except LogError as error:
            self._problems.add(None, "checkpoint-damaged", f"{source}: {error.message}")
            return
        if size is not None and size != checkpoint.size:
            text = f"{source} is in truth one of {checkpoint.size}"
            self._problems.add(None, "checkpoint-damaged", text)
        if note not in self._seen:
            self._seen.add(note)
            claim = _Claim(checkpoint.size, checkpoint.root_hash, source)
            self._waiting.setdefault(checkpoint.size, []).append(claim)


def _also(number: int) -> str:
    return f" (and {number} more)" if number else ""
