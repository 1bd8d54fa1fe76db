"""However the program ends, no process of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from isolation_deeds import where

from provenance import isolation
from provenance.isolation import Died, nursery

TESTS = Path(__file__).resolve().parents[1]
_PROGRAM = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from provenance import isolation
from isolation_deeds import evil, where
if {clean}:
    isolation.prepare("provenance.model", clean=True)
pool = isolation.Pool(2)
print(*dict.fromkeys(pool.run(where, range(400))), flush=True)
busy = pool.run(evil, ["sleep", "spin", "sleep"])
{then}
"""


def started(then: str, *, clean: bool) -> tuple[subprocess.Popen[str], list[int]]:
    code = _PROGRAM.format(root=str(TESTS.parent), tests=str(TESTS), then=then, clean=clean)
    running = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    return running, [int(word) for word in running.stdout.readline().split()]


def parent_of(process: int) -> int:
    with open(f"/proc/{process}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def lives(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_gone(processes: list[int], seconds: float = 20.0) -> bool:
    latest = time.monotonic() + seconds
    while any(map(lives, processes)) and time.monotonic() < latest:
        time.sleep(0.02)
    return not any(map(lives, processes))


@pytest.mark.parametrize("clean", [True, False], ids=["forked", "started"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_however_the_program_is_killed_its_workers_end(how: int, clean: bool) -> None:
    running, workers = started("next(busy)", clean=clean)
    mother = parent_of(workers[0])
    with running:
        time.sleep(0.2)  # time to be at work
        running.send_signal(how)
    assert running.returncode == -how
    assert all_gone([mother, *workers])


def test_a_program_that_forgets_its_pool_ends_and_leaves_nothing() -> None:
    running, workers = started("sys.stdin.readline()", clean=True)
    mother = parent_of(workers[0])
    with running:
        running.communicate("\n", timeout=30)
    assert running.returncode == 0
    assert all_gone([mother, *workers])


def test_a_worker_killed_from_outside_costs_its_task_only() -> None:
    with isolation.Pool(1) as pool:
        (process,) = pool.run(where, [0])
        assert isinstance(process, int)
        os.kill(process, signal.SIGKILL)
        # It was idle: no file is to blame.
        latest = time.monotonic() + 10
        while lives(process) and time.monotonic() < latest:
            time.sleep(0.01)
        (other,) = pool.run(where, [0])
    assert other != process
    assert not isinstance(other, Died)


def test_when_the_mother_of_the_workers_is_killed_the_work_goes_on() -> None:
    with isolation.Pool(2) as pool:
        (process,) = pool.run(where, [0])
        assert isinstance(process, int)
        mother = parent_of(process)
        os.kill(mother, signal.SIGKILL)
        assert all_gone([process])
        done = list(pool.run(where, range(50)))
        assert not any(isinstance(one, Died) for one in done)
    assert list(isolation.run(where, [0], jobs=1))


def test_where_no_worker_starts_it_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/proc/no-such-folder")
    with pytest.raises(isolation.WorkerError) as raised:
        list(isolation.run(where, [0], jobs=1))
    assert raised.value.code == "no-worker"
    assert "none was made" in raised.value.message
    assert "TMPDIR" in raised.value.remedy
    monkeypatch.undo()
    assert list(isolation.run(where, [0], jobs=1))


def test_a_fork_of_the_program_has_workers_of_its_own() -> None:
    first = nursery.nursery()
    process = os.fork()
    if not process:
        code = 1
        try:
            done = list(isolation.run(where, [0], jobs=1))
            code = 0 if isinstance(done[0], int) and nursery.nursery() is not first else 2
            nursery._close()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert list(isolation.run(where, [0], jobs=1))
