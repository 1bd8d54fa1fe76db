"""Workers where processes cannot be forked (Windows): apart, but not confined.

A crash ends only the task that crashed. There are no limits of memory and time, and the network
and writing are not refused; ``confinement`` and ``doctor`` say so.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from io import BufferedReader, BytesIO
from multiprocessing import get_context
from typing import Final

from provenance.isolation import serving
from provenance.isolation.bounds import DIED, Died, Limits
from provenance.isolation.hand import Answer, Task, no_memory
from provenance.isolation.serving import Kind

_Said = tuple[Kind, bytes]
_CRASHED: Final = Died(DIED, "the process that read it crashed.")


def _do(message: bytes) -> _Said:
    """One task; work for a worker."""
    kind, pieces, _ = serving.answer(BufferedReader(BytesIO(message)), lambda _: None)
    return kind, b"".join(pieces)


class PlainWorkers:
    """As ``Dispatcher``, over Python's own pool of processes.

    Args:
        jobs: workers at once.
        limits: told where memory ran out; not enforced.
    """

    def __init__(self, jobs: int, limits: Limits) -> None:
        self._jobs = jobs
        self._limits = limits
        self._lock = threading.Lock()
        self._executor = self._new(jobs)
        self._futures: dict[Task, Future[_Said]] = {}

    @staticmethod
    def _new(jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(jobs, get_context("spawn"))

    def submit(self, tasks: Iterable[Task], module: str, *, first: bool = False) -> None:
        """Have tasks done."""
        del module, first
        with self._lock:
            for task in tasks:
                try:
                    future = self._executor.submit(_do, b"".join(task.pieces))
                except BrokenProcessPool:
                    self._executor.shutdown()
                    self._executor = self._new(self._jobs)
                    future = self._executor.submit(_do, b"".join(task.pieces))
                self._futures[task] = future

    def take(self, task: Task) -> Answer | Died:
        """Wait for what comes of a task; what broke the pool, or broke with it, is done alone."""
        with self._lock:
            future = self._futures.pop(task)
        try:
            kind, data = future.result()
        except BrokenProcessPool:
            with self._new(1) as alone:
                try:
                    kind, data = alone.submit(_do, b"".join(task.pieces)).result()
                except BrokenProcessPool:
                    return _CRASHED
        return no_memory(self._limits) if kind is Kind.NO_MEMORY else Answer(kind, bytearray(data))

    def withdraw(self, tasks: Iterable[Task]) -> None:
        """Take back tasks: those under way are still done, and their answers forgotten."""
        with self._lock:
            for future in [self._futures.pop(one) for one in tasks if one in self._futures]:
                future.cancel()

    def close(self) -> None:
        """End the workers, and wait for that."""
        self._executor.shutdown(cancel_futures=True)
