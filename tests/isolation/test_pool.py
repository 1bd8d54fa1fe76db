"""The engine is a map: the same results in the same order, whatever a task does to its worker."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
from isolation_deeds import (
    die_leaving_child,
    divide,
    evil,
    evil_batch,
    fail_at,
    fork_and_stay,
    hold,
    hold_each,
    lose_memory,
    power,
    temporary,
    upper,
    where,
)

from provenance import isolation
from provenance.errors import StorageError
from provenance.isolation import Died, Limits
from provenance.isolation.bounds import Weight

# A worker needs little here, so that what takes too much shows soon.
TIGHT = Limits(memory=256 << 20, processor=1, seconds=30.0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_order_is_kept(jobs: int) -> None:
    got = list(isolation.run(partial(power, 3), range(300), jobs=jobs))
    assert got == [power(3, number) for number in range(300)]


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_work_is_done_in_as_many_other_processes(jobs: int) -> None:
    done = set(isolation.run(where, range(300), jobs=jobs))
    assert os.getpid() not in done
    assert 1 <= len(done) <= jobs


@pytest.mark.parametrize("jobs", [1, 2])
def test_our_errors_come_through_whole(jobs: int) -> None:
    results = isolation.run(partial(fail_at, 5), range(50), jobs=jobs)
    with pytest.raises(StorageError) as raised:
        list(results)
    error = raised.value
    assert (error.message, error.code, error.remedy) == ("number 5", "too-far", "Stop before.")


def test_other_errors_are_errors_of_the_run_and_say_where() -> None:
    with pytest.raises(isolation.WorkerError) as raised:
        list(isolation.run(divide, [1, 0, 2], jobs=1))
    assert raised.value.code == "work-failed"
    assert "ZeroDivisionError" in raised.value.message
    assert "in divide" in str(raised.value.__cause__)


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


def test_heavy_items_are_not_held_by_the_dozen() -> None:
    taken = 0

    def heavy() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(20):
            taken += 1
            yield b"a" * (100 << 20)

    results = isolation.run(len, heavy(), jobs=1)
    assert next(results) == 100 << 20
    assert taken <= 4
    results.close()


def test_default_is_one_job_per_processor_of_this_process() -> None:
    assert 1 <= isolation.default_jobs() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("deed", "code", "words"),
    [
        ("segfault", "parser-died", "SIGSEGV"),
        ("exit", "parser-died", "exit status 7"),
        ("kill", "parser-died", "killed from outside"),
        ("evil-pickle", "parser-died", "answer that is none"),
        ("garble", "parser-died", "answer that is none"),
        ("eat", "parser-too-large", "256 MiB"),
        ("eat-in-c", "parser-too-large", "256 MiB"),
        ("spin", "parser-too-slow", "1 s of processor time"),
    ],
)
def test_what_ends_a_worker_is_an_answer_and_the_others_go_on(
    deed: str, code: str, words: str, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made = tmp_path_factory.mktemp("evil") / "made"
    monkeypatch.setenv("EVIL_FOLDER", str(made))
    done = list(isolation.run(evil, ["a", "b", deed, "c", "d"], jobs=1, limits=TIGHT))
    assert [one for one in done if not isinstance(one, Died)] == ["a", "b", "c", "d"]
    assert isinstance(done[2], Died)
    assert done[2].code == code
    assert words in done[2].reason
    assert done[2].remedy
    assert not made.exists()


@pytest.mark.parametrize("deed", ["sleep", "spin-deaf"])
def test_a_worker_that_does_not_come_back_is_ended_by_the_clock(deed: str) -> None:
    limits = Limits(seconds=0.5, processor=0)
    done = list(isolation.run(evil, ["a", deed, "b"], jobs=1, limits=limits))
    assert done[::2] == ["a", "b"]
    assert isinstance(done[1], Died)
    assert (done[1].code, "0.5 s" in done[1].reason) == ("parser-too-slow", True)


def test_a_result_that_cannot_be_sent_is_an_error_of_the_run() -> None:
    with pytest.raises(isolation.WorkerError, match="this one stays"):
        list(isolation.run(evil, ["unpicklable"], jobs=1))


@pytest.mark.parametrize("jobs", [1, 2])
def test_of_a_batch_only_the_guilty_one_is_lost(jobs: int) -> None:
    batches = [[f"{n}-{m}" for m in range(5)] for n in range(9)]
    batches[3][2] = "exit"
    batches[7] = ["segfault"]
    done = list(isolation.run_batches(evil_batch, batches, jobs=jobs))
    for batch, results in zip(batches, done, strict=True):
        for word, result in zip(batch, results, strict=True):
            if word in {"exit", "segfault"}:
                assert isinstance(result, Died)
            else:
                assert result == word


def test_a_pool_keeps_its_workers_between_works() -> None:
    with isolation.Pool(1) as pool:
        first = set(pool.run(where, range(3)))
        assert set(pool.run(where, range(3))) == first
        assert list(pool.run(partial(power, 2), [3])) == [(3, 9)]
    assert all(_is_gone(process) for process in first if isinstance(process, int))


def test_a_pool_serves_two_threads() -> None:
    found: dict[int, list[object]] = {}
    with isolation.Pool(2) as pool:

        def ask(exponent: int) -> None:
            found[exponent] = list(pool.run(partial(power, exponent), range(500)))

        threads = [threading.Thread(target=ask, args=(n,)) for n in (2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for exponent in (2, 3):
        assert found[exponent] == [power(exponent, n) for n in range(500)]


def test_workers_are_replaced_after_so_many_tasks() -> None:
    done = list(isolation.run(where, range(30), jobs=1, limits=Limits(tasks=10)))
    assert [done.count(one) for one in dict.fromkeys(done)] == [10, 10, 10]


def test_workers_that_hold_much_memory_are_replaced() -> None:
    limits = Limits(resident=32 << 20)
    done = list(isolation.run(lose_memory, [1 << 20] * 100, jobs=1, limits=limits))
    assert 2 <= len(set(done)) <= 8


def test_octets_of_any_length_travel() -> None:
    for length in (0, 1, 65_535, 65_536, 1 << 20, (48 << 20) + 1):
        data = os.urandom(length)
        assert list(isolation.run(upper, [data, data], jobs=2)) == [data.upper()] * 2


def test_what_a_worker_started_ends_with_it() -> None:
    (child,) = isolation.run(fork_and_stay, ["x"], jobs=1)
    assert isinstance(child, int)
    assert _is_gone(child)


def test_a_child_that_holds_the_conversation_open_delays_no_more_than_the_limit() -> None:
    limits = Limits(seconds=1.0)
    done = list(isolation.run(die_leaving_child, ["x"], jobs=1, limits=limits))
    assert [type(one) for one in done] == [Died]


def test_what_a_worker_leaves_in_its_folder_is_removed() -> None:
    (path,) = isolation.run(temporary, ["x"], jobs=1)
    assert isinstance(path, str)
    assert not os.path.exists(os.path.dirname(path))


def test_leaving_in_the_middle_ends_the_workers() -> None:
    results = isolation.run(where, range(1_000), jobs=2)
    process = next(results)
    results.close()
    assert isinstance(process, int)
    assert _is_gone(process)


def test_work_that_no_worker_can_import_is_an_error_in_words() -> None:
    def local(number: int) -> int:
        return number

    with pytest.raises((AttributeError, TypeError), match="local"):
        list(isolation.run(local, [1], jobs=1))
    assert list(isolation.run(math.sqrt, [4.0], jobs=1)) == [2.0]


def _is_gone(process: int, seconds: float = 10.0) -> bool:
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        try:
            with open(f"/proc/{process}/stat") as file:
                # What nobody waited for yet does nothing any more.
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


def test_a_large_file_may_take_more_and_the_next_again_no_more() -> None:
    limits = Limits(memory=128 << 20, seconds=30.0)
    work = partial(hold, 300 << 20)
    done = list(isolation.run(work, [1, 200 << 20, 1], jobs=1, limits=limits, weigh=int))
    assert [type(one) for one in done] == [Died, int, Died]
    assert isinstance(done[0], Died)
    assert (done[0].code, "128 MiB" in done[0].reason) == ("parser-too-large", True)


def test_of_a_batch_the_largest_counts_for_memory() -> None:
    limits = Limits(memory=128 << 20, seconds=30.0)
    work = partial(hold_each, 300 << 20)
    batches = [[20 << 20] * 12, [200 << 20, 180 << 20]]
    first, second = isolation.run_batches(work, batches, jobs=1, limits=limits, weigh=int)
    assert {type(one) for one in first} == {Died}
    assert {type(one) for one in second} == {int}


def test_what_limits_become_for_large_files() -> None:
    limits = Limits()
    assert limits.of(Weight(64 << 20, 64 << 20)) == limits
    many = limits.of(Weight(10 << 20, 640 << 20))
    assert many.memory == limits.memory
    assert (many.seconds, many.processor) == (limits.seconds + 320, limits.processor + 40)
    one = limits.of(Weight(2 << 30, 2 << 30))
    assert one.memory == limits.memory + (6 << 30)
    assert Limits(processor=0).of(Weight(2 << 30, 2 << 30)).processor == 0


def test_an_interrupt_while_the_supervisor_is_being_started_ends_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(thread: threading.Thread) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt), isolation.Pool(1) as pool:
        list(pool.run(abs, [1]))
