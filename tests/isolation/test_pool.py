"""The engine is a map: the same results in the same order, in one process or in several."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

import pytest

from provenance import isolation
from provenance.errors import StorageError


def power(exponent: int, number: int) -> tuple[int, int]:
    return number, number**exponent


def fail_at(limit: int, number: int) -> int:
    if number == limit:
        raise StorageError(f"number {number}", code="too-far", remedy="Stop before.")
    return number


def where(_number: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 2])
def test_order_is_kept(jobs: int) -> None:
    got = list(isolation.run(partial(power, 3), range(300), jobs=jobs))
    assert got == [power(3, number) for number in range(300)]


def test_more_jobs_are_other_processes() -> None:
    assert set(isolation.run(where, range(20), jobs=1)) == {os.getpid()}
    assert os.getpid() not in set(isolation.run(where, range(20), jobs=2))


@pytest.mark.parametrize("jobs", [1, 2])
def test_our_errors_come_through_whole(jobs: int) -> None:
    results = isolation.run(partial(fail_at, 5), range(50), jobs=jobs)
    with pytest.raises(StorageError) as raised:
        list(results)
    assert (raised.value.message, raised.value.code) == ("number 5", "too-far")


@pytest.mark.parametrize("jobs", [1, 2])
def test_nothing_to_do(jobs: int) -> None:
    assert list(isolation.run(where, [], jobs=jobs)) == []


def test_a_long_work_is_taken_in_as_it_is_done() -> None:
    """Memory must not grow with the archive: only so much is in flight."""
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = isolation.run(partial(power, 2), endless(), jobs=2)
    assert [next(results) for _ in range(5)] == [(n, n * n) for n in range(1, 6)]
    assert taken < 1_000
    results.close()


def test_default_is_one_job_per_processor_of_this_process() -> None:
    assert 1 <= isolation.default_jobs() <= (os.cpu_count() or 1)
