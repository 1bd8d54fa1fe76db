"""The engine is a ``map``: builtin for one job, a pool of processes for more.

Results are the same through both, and in the same order; a test says so.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Died:
    """A task whose worker came to an end before it answered.

    Attributes:
        code: a stable word: ``parser-died``, ``parser-too-slow`` or ``parser-too-large``.
        reason: what happened, for a person; names no file.
    """

    code: str
    reason: str


# Enough batches in flight to keep the workers busy while results are being stored; few
# enough that memory does not grow with the size of the archive.
_AHEAD = 64


def default_jobs() -> int:
    """One job per processor that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _settle() -> None:
    """Spare a worker the search for cycles: it makes many small values and keeps none."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def prepare(module: str) -> None:
    """Begin to start the server that workers are forked from; returns at once.

    The server imports ``module`` while this process still imports what it needs itself.

    Args:
        module: where the work is defined.
    """
    if os.name != "posix":
        return
    _clean_context(module)
    # Its start would unblock Ctrl-C again, and the server would hear it while it imports.
    resource_tracker.ensure_running()
    with _deaf_children():
        forkserver.ensure_running()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Have processes started meanwhile not hear Ctrl-C: this one does, and ends them in order.

    They inherit that it is blocked; here it waits and is heard as soon as they are started.
    """
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _clean_context(module: str) -> BaseContext:
    """Clean processes, never a fork of this one, which has threads."""
    if os.name != "posix":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", module])
    return context


def run(work: Callable[[Item], Result], items: Iterable[Item], *, jobs: int) -> Iterator[Result]:
    """``map(work, items)``, in ``jobs`` processes where that is more than one.

    ``work`` and ``items`` must be picklable when ``jobs > 1``. Order is kept.
    """
    if jobs <= 1:
        yield from map(work, items)
        return
    function = work.func if isinstance(work, partial) else work
    prepare(function.__module__)
    context = _clean_context(function.__module__)
    pool = ProcessPoolExecutor(jobs, context, initializer=_settle)
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(partial(work, item)))
            if len(pending) >= jobs * _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        # Cancelling the futures one by one instead can leave the pool waiting for ever.
        pool.shutdown(wait=True, cancel_futures=True)
