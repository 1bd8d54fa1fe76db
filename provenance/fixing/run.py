"""A run of fixes, and whether the process that made it is still alive.

While a run lives it holds a lock on a file of its own in the state folder; the lock goes
with the process, however that ends. Whoever signs into one log shares its state folder,
so recovery can tell an interrupted run from one that is at work in the next window.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from provenance.errors import StorageError
from provenance.fixing.desk import Desk, new_id
from provenance.registry import Run, finish_run, start_run
from provenance.storage import systems
from provenance.storage.systems.flags import OLD_STATE_FILE, STATE_FILE


@dataclass(slots=True)
class OpenRun:
    """A run at work.

    Attributes:
        run_id: its id.
        kind: ``fix`` or ``undo``.
        counts: what came of it, by word, for the registry.
        halted: the disk could not be trusted, and nothing more is begun.
        unfinished: something is left for the next command's recovery; so it is when halted.
    """

    run_id: str
    kind: str
    counts: dict[str, int] = field(default_factory=dict)
    halted: bool = False
    unfinished: bool = False


@contextmanager
def running(desk: Desk, kind: str, roots: Sequence[str]) -> Iterator[OpenRun]:
    """Begin a run and end it; an exception leaves it unfinished, for recovery.

    The audit log gets a checkpoint at the end.

    Raises:
        RegistryError: the registry refused.
        StorageError: the state folder cannot be written.
    """
    run = OpenRun(new_id(), kind)
    with hold_lock(desk.log.state, run.run_id, make=True) as held:
        if not held:
            raise StorageError(f"The run id {run.run_id} is taken.", code="run-taken")
        with desk.registry.write() as tx:
            start_run(tx, Run(run.run_id, kind, desk.agent, desk.clock(), tuple(roots)))
        yield run
        if not (run.halted or run.unfinished):
            with desk.registry.write() as tx:
                finish_run(tx, run.run_id, desk.clock(), _sorted(run.counts))
            forget_lock(desk.log.state, run.run_id)
    desk.log.checkpoint(desk.registry, desk.clock())


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


@contextmanager
def hold_lock(state: Path, run_id: str, *, make: bool) -> Iterator[bool]:
    """Hold a run's lock while the body works.

    Args:
        state: the state folder.
        run_id: the run.
        make: make the lock where there is none, which says that the run is ours to settle.

    Yields:
        False where a living process has the lock, or where it is not here: the run was then
        made with another state folder, and whether it lives cannot be told.

    Raises:
        StorageError: the state folder cannot be written.
    """
    path = _lock_path(state, run_id)
    flags = STATE_FILE if make else OLD_STATE_FILE
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(path, flags, 0o600)
    except FileNotFoundError:
        yield False
        return
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield _try_lock(opened, path)
    finally:
        # Nothing was written through it, and the lock goes with it whatever close reports.
        with suppress(OSError):
            os.close(opened)


def has_lock(state: Path, run_id: str) -> bool:
    """Whether a run was made with this state folder, and is not known to have ended.

    Raises:
        StorageError: it cannot be told.
    """
    path = _lock_path(state, run_id)
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unwritable(path, error) from error
    return True


def forget_lock(state: Path, run_id: str) -> None:
    """Remove the lock of a run that has nothing left to recover.

    Raises:
        StorageError: the state folder cannot be written.
    """
    path = _lock_path(state, run_id)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error


def _lock_path(state: Path, run_id: str) -> Path:
    return state / "runs" / f"{run_id}.lock"


def _try_lock(opened: int, path: Path) -> bool:
    try:
        return systems.lock(opened, wait=False)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path}: the run cannot be locked: {error.strerror}.",
        code="state-unwritable",
        remedy="Make the state folder writable, or name another in PROVENANCE_STATE.",
    )
