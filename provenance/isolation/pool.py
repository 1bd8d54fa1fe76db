"""The engine is a ``map`` in processes of their own, where a task that kills is an answer too.

Results come in the order of the items, for any number of jobs.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, TypeGuard, TypeVar

from provenance.errors import ProvenanceError
from provenance.isolation import parcels, serving
from provenance.isolation.bounds import Died, Limits, Weight, WorkerError
from provenance.isolation.confining import Confinement
from provenance.isolation.dispatch import Dispatcher
from provenance.isolation.hand import GARBLED, Task
from provenance.isolation.nursery import nursery
from provenance.isolation.serving import Kind

if TYPE_CHECKING:
    from provenance.isolation.elsewhere import PlainWorkers

Item = TypeVar("Item")
Result = TypeVar("Result")
Weigh = Callable[[Item], int]

# Enough tasks in flight to keep the workers busy while results are being stored; few
# enough that memory does not grow with the size of the archive.
_AHEAD: Final = 64
_HEAVIEST: Final = 256 << 20
"""Octets of tasks in flight; a heavier one goes alone."""
_LONGEST_WHY: Final = 120
_LONGEST_WORDS: Final = 2_000
_LONGEST_TRACE: Final = 20_000


def default_jobs() -> int:
    """One job per processor that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prepare(module: str, *, clean: bool = False) -> None:
    """Begin to start the process that workers are forked from; returns at once.

    Args:
        module: where the work is defined; imported there while this process goes on.
        clean: this process has not opened anything yet that workers must not have, keys above
            all. A fork of it will then do, which is ready soonest.

    Raises:
        WorkerError: no process can be started.
    """
    if os.name == "posix":
        nursery(clean=clean).prepare(module)


def confinement() -> Confinement:
    """What holds the workers of this machine, told by one of them.

    Raises:
        WorkerError: none can be started.
    """
    if os.name != "posix":
        return Confinement(missing=("workers are apart, but not confined on this system",))
    for found in run(serving.in_force, [None], jobs=1):
        if isinstance(found, Confinement):
            return found
    raise WorkerError("A worker did not say what confines it.")


class Pool:
    """Confined workers that stay between one work and the next; the context ends them.

    May be used by several threads.

    Args:
        jobs: workers at once.
        limits: what each may take up.
    """

    def __init__(self, jobs: int, limits: Limits | None = None) -> None:
        self._jobs = max(1, jobs)
        self._workers = _workers(self._jobs, limits or Limits())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; what they are doing is not waited for."""
        self._workers.close()

    def run(
        self,
        work: Callable[[Item], Result],
        items: Iterable[Item],
        *,
        weigh: Weigh[Item] | None = None,
    ) -> Iterator[Result | Died]:
        """``work`` of each item, in order; ``Died`` where its worker did not survive it.

        Items are taken as there is room for them. Octets of any length travel uncopied.

        Args:
            work: a function that a worker can import, or a ``partial`` of one.
            items: what it is given, one each; picklable.
            weigh: octets of files that an item makes it read, beside those in the item: for
                large ones it may take up more, and take longer.

        Raises:
            ProvenanceError: as ``work`` raises it; the other items are forgotten.
            WorkerError: no worker can be started, or ``work`` ended in an exception that is
                not ours.
        """
        for _, result in self._pairs(work, items, lambda one: _weight([one], weigh)):
            yield result

    def run_batches(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result]],
        batches: Iterable[Sequence[Item]],
        *,
        weigh: Weigh[Item] | None = None,
    ) -> Iterator[list[Result | Died]]:
        """``work`` of each batch, in order; where a worker died, of each of its items alone.

        So the one that kills is found, and the others have their results.

        Args:
            work: gives one result for each item, in order.
            batches: of items.
            weigh: as for ``run``.

        Raises:
            ProvenanceError, WorkerError: as ``run``.
        """
        for batch, results in self._pairs(work, batches, lambda many: _weight(many, weigh)):
            if not isinstance(results, Died):
                yield list(results)
            elif len(batch) == 1:
                yield [results]
            else:
                yield self._alone(work, batch, weigh)

    def _alone(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result]],
        batch: Sequence[Item],
        weigh: Weigh[Item] | None,
    ) -> list[Result | Died]:
        function = parcels.pack(work)
        tasks = [_task(function, [one], _weight([one], weigh)) for one in batch]
        self._workers.submit(tasks, _module(work), first=True)
        try:
            results = [self._result(one) for one in tasks]
        except BaseException:
            self._workers.withdraw(tasks)
            raise
        return [one if isinstance(one, Died) else one[0] for one in results]

    def _pairs(
        self,
        work: Callable[[Item], Result],
        items: Iterable[Item],
        weight_of: Callable[[Item], Weight],
    ) -> Iterator[tuple[Item, Result | Died]]:
        function = parcels.pack(work)
        module = _module(work)
        pending: deque[tuple[Item, Task]] = deque()
        weight = 0
        try:
            for item in items:
                task = _task(function, item, weight_of(item))
                pending.append((item, task))
                weight += task.size
                self._workers.submit([task], module)
                while len(pending) >= self._jobs * _AHEAD or (pending and weight > _HEAVIEST):
                    weight -= pending[0][1].size
                    yield self._first(pending)
            while pending:
                yield self._first(pending)
        finally:
            self._workers.withdraw(task for _, task in pending)

    def _first(self, pending: deque[tuple[Item, Task]]) -> tuple[Item, Any]:
        item, task = pending[0]
        result = self._result(task)
        pending.popleft()
        return item, result

    def _result(self, task: Task) -> Any:
        answer = self._workers.take(task)
        if isinstance(answer, Died):
            return answer
        try:
            value = parcels.unpack(answer.data)
        except pickle.UnpicklingError as error:
            # Whatever stands in it comes from the worker.
            why = ascii(str(error)[:_LONGEST_WHY])[1:-1]
            return Died(GARBLED.code, f"{GARBLED.reason.removesuffix('.')} ({why}).")
        match answer.kind:
            case Kind.RESULT:
                return value
            case Kind.RAISED if _is_ours(value):
                raise value
            case Kind.FAILED if _is_failure(value):
                raise _failed(*value)
        return GARBLED


def _workers(jobs: int, limits: Limits) -> Dispatcher | PlainWorkers:
    if os.name == "posix":
        return Dispatcher(jobs, limits)
    from provenance.isolation.elsewhere import PlainWorkers  # noqa: PLC0415 - not for others

    return PlainWorkers(jobs, limits)


def _is_ours(value: object) -> TypeGuard[ProvenanceError]:
    """Whether it is an error of ours that can be told; a worker may have set what it likes."""
    words = (getattr(value, name, None) for name in ("message", "code", "remedy"))
    return isinstance(value, ProvenanceError) and all(isinstance(one, str) for one in words)


def _is_failure(value: object) -> bool:
    return (
        isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, str) for one in value)
    )


class _TraceError(Exception):
    """The trace of an exception in another process."""


def _failed(words: str, trace: str) -> WorkerError:
    error = WorkerError(
        f"Work in a worker process failed: {words[:_LONGEST_WORDS]}.",
        code="work-failed",
        remedy="Report this, with the file where you can.",
    )
    error.__cause__ = _TraceError(f"\n{trace[-_LONGEST_TRACE:]}")
    return error


def _task(function: list[bytes], item: object, weight: Weight) -> Task:
    sent = parcels.pack(item)
    size = sum(map(len, sent))
    weight = Weight(weight.largest + size, weight.whole + size)
    pieces = [*parcels.pack((weight.largest, weight.whole)), *function, *sent]
    return Task(pieces, sum(map(len, pieces)), weight)


def _weight(items: Sequence[Item], weigh: Weigh[Item] | None) -> Weight:
    if weigh is None:
        return Weight()
    found = [weigh(one) for one in items]
    return Weight(max(found, default=0), sum(found))


def _module(work: Callable[..., object]) -> str:
    function = work.func if isinstance(work, partial) else work
    return str(getattr(function, "__module__", ""))


def run(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    jobs: int,
    limits: Limits | None = None,
    weigh: Weigh[Item] | None = None,
) -> Generator[Result | Died, None, None]:
    """As ``Pool.run``, with workers that end with it."""
    with Pool(jobs, limits) as pool:
        yield from pool.run(work, items, weigh=weigh)


def run_batches(
    work: Callable[[Sequence[Item]], Sequence[Result]],
    batches: Iterable[Sequence[Item]],
    *,
    jobs: int,
    limits: Limits | None = None,
    weigh: Weigh[Item] | None = None,
) -> Generator[list[Result | Died], None, None]:
    """As ``Pool.run_batches``, with workers that end with it."""
    with Pool(jobs, limits) as pool:
        yield from pool.run_batches(work, batches, weigh=weigh)
