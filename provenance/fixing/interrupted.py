"""Interrupted runs: which may be settled here, and what is recorded when they are.

The same for fixes and for moves; how one file is settled is theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from provenance.fixing.desk import Desk
from provenance.fixing.run import forget_lock, has_lock, hold_lock
from provenance.registry import Run, Transaction, finish_run, runs

BY_RECOVERY: Final = (("by", "recovery"),)
"""The detail of every log record that recovery makes."""
ELSEWHERE: Final = (
    "the run that began it has another state folder, and may still be at work; run the "
    "command with that folder (PROVENANCE_STATE), or again in a day"
)
"""Why an intent stays open whose run is not known here."""
# As long as the audit log lets an intent stay open without calling it a problem.
_LONG: Final = timedelta(hours=24)


class Begun(Protocol):
    """An intent: the file of a run that is not known to have been finished."""

    @property
    def run_id(self) -> str:
        """Its run."""

    @property
    def created(self) -> str:
        """RFC 3339, when it was begun."""


Intent = TypeVar("Intent", bound=Begun)
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Kind(Generic[Intent, Told]):
    """One kind of work that can be interrupted.

    Attributes:
        names: the kinds of its runs.
        open: the open intents of a run, or of all.
        settle: brings a run's open intents to their end; what was done, and whether the
            run needs no further look.
        elsewhere: what is told of an intent whose run may be at work on another machine.
    """

    names: frozenset[str]
    open: Callable[[Transaction, str | None], Iterable[Intent]]
    settle: Callable[[Run, tuple[Intent, ...]], tuple[list[Told], bool]]
    elsewhere: Callable[[Run, Intent], Told]


def settle_interrupted(desk: Desk, kind: Kind[Intent, Told]) -> tuple[Told, ...]:
    """Settle every run of a kind that was interrupted and that nobody is at work on.

    Raises:
        RegistryError, LogError: the registry or its log refused; nothing was lost.
        FsyncError: a folder could not be made durable; nothing more is touched, and what was
            not settled stays open.
        StorageError: the state folder cannot be written.
    """
    told: list[Told] = []
    for run, begun in _unfinished(desk, kind):
        # A run without a lock here, and without a sign of life for long, is dead wherever it
        # was made.
        make = _is_long_ago(run, begun, desk.clock())
        with hold_lock(desk.log.state, run.run_id, make=make) as held:
            if held:
                told += _settle(desk, kind, run)
            elif not has_lock(desk.log.state, run.run_id):
                # A run that ended well meanwhile has taken its lock away.
                told += [kind.elsewhere(run, one) for one in _open(desk, kind, run)[0]]
    return tuple(told)


def _unfinished(desk: Desk, kind: Kind[Intent, Told]) -> list[tuple[Run, tuple[Intent, ...]]]:
    """The runs that have not ended, each with its open intents."""
    begun: defaultdict[str, list[Intent]] = defaultdict(list)
    with desk.registry.read() as tx:
        for one in kind.open(tx, None):
            begun[one.run_id].append(one)
        return [
            (run, tuple(begun[run.run_id]))
            for run in runs(tx)
            if run.run_id in begun or (run.finished is None and run.kind in kind.names)
        ]


def _is_long_ago(run: Run, begun: Iterable[Begun], now: str) -> bool:
    """By the newest sign of life: a run over a large archive may itself take days."""
    signs = (run.started, *(one.created for one in begun))
    newest = max(datetime.fromisoformat(one) for one in signs)
    return datetime.fromisoformat(now) - newest > _LONG


def _open(desk: Desk, kind: Kind[Intent, Told], run: Run) -> tuple[tuple[Intent, ...], bool]:
    """The intents of a run that are open now, and whether it came to its end by itself."""
    with desk.registry.read() as tx:
        begun = tuple(kind.open(tx, run.run_id))
        return begun, not begun and all(one.finished for one in runs(tx, [run.run_id]))


def _settle(desk: Desk, kind: Kind[Intent, Told], run: Run) -> list[Told]:
    # Read under the lock: until now the run may have been at work, and ended well.
    begun, ended_well = _open(desk, kind, run)
    if ended_well:
        return []
    told, settled = kind.settle(run, begun)
    if settled:
        with desk.registry.write() as tx:
            finish_run(tx, run.run_id, desk.clock(), {"recovered": len(begun)})
        forget_lock(desk.log.state, run.run_id)
    return told
