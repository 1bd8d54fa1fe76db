"""The processes that make the new bytes fail, or are killed: one picture fails, never a file.

The other tests of this folder do the workers' part in the run's own process; here it is done as
it really is. By ``strace`` calls fail that a worker alone makes: it opens a picture by its whole
path and reads with ``pread64``; the run itself, from an open folder, with ``read``.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fault_material import (
    Scene,
    assert_completes,
    assert_logged,
    assert_old_or_new,
    assert_told,
    make_scene,
    reset,
    snapshot_of,
)
from fixing_material import litter
from injection_material import FAULTS, STRACE, Ended, Place, Point, Warmed

FIXER = Path(__file__).with_name("fixer.py")
CALLS = ("openat", "pread64")
FILES = 3


@pytest.fixture
def warmed(tmp_path: Path) -> Iterator[Warmed]:
    if STRACE is None:
        pytest.skip("strace is not installed")
    if subprocess.run([STRACE, "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let processes be traced")
    made = Warmed(tmp_path / "scene", workers=True)
    yield made
    made.close()


def told(scene: Scene) -> dict:
    return json.loads((scene.root / "told.json").read_text())


def assert_only_this_failed(scene: Scene, victim: Path, ended: Ended, fault: str) -> None:
    """Its worker's fault is the failure of this picture; the others are done."""
    where = f"{fault} at {ended.trace}"
    assert ended.hit, where
    assert ended.status == 0, where
    assert_old_or_new(scene, where)
    assert_logged(scene, where)
    assert_told(scene, where)
    said = told(scene)
    # Python makes a call again that was interrupted, so that nobody sees it.
    expected = {str(path): "Applied" for path in scene.old}
    if fault != "EINTR":
        expected[str(victim)] = "Failed"
        code, reason = said["failures"][str(victim)]
        assert code == ("parser-died" if fault == "SIGKILL" else code), where
        assert victim.name in reason
    assert said["results"] == expected, where
    assert not said["halted"], where
    for path, new in scene.new.items():
        done = expected[str(path)] == "Applied"
        assert path.read_bytes() == (new if done else scene.old[path]), where
    assert litter(scene.folder) == [], where


@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_a_worker_fails(tmp_path: Path, warmed: Warmed, call: str) -> None:
    scene = make_scene(tmp_path / "scene", FILES)
    snapshot = snapshot_of(scene)
    for number, fault in enumerate(FAULTS):
        victim = list(scene.old)[number % FILES]
        point = Point(Place(str(victim), (str(victim),)), call, 1)
        ended = warmed.inject("fix", point, fault)
        assert_only_this_failed(scene, victim, ended, fault)
        assert_completes(scene, f"{fault} at {point}")
        reset(scene, snapshot)


def test_every_worker_dies(tmp_path: Path, warmed: Warmed) -> None:
    scene = make_scene(tmp_path / "scene", FILES)
    all_of_them = Place(str(scene.folder), tuple(map(str, scene.old)))
    ended = warmed.inject("fix", Point(all_of_them, "pread64", 1), "SIGKILL")
    assert ended.status == 0
    said = told(scene)
    assert set(said["results"].values()) == {"Failed"}
    assert {code for code, _ in said["failures"].values()} == {"parser-died"}
    for path, old in scene.old.items():
        assert path.read_bytes() == old
    assert_completes(scene)


def children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in found.read_text().split()]


def kill_workers(process: subprocess.Popen[str], times: int, rng: random.Random) -> int:
    """Kill workers of a run at random moments; how many were there to be killed."""
    killed = 0
    deadline = time.monotonic() + 60
    while killed < times and process.poll() is None and time.monotonic() < deadline:
        # Whatever ends while it is looked for has ended.
        with suppress(OSError):
            workers = [one for mother in children(process.pid) for one in children(mother)]
            if workers:
                time.sleep(rng.uniform(0, 0.03))
                os.kill(rng.choice(workers), signal.SIGKILL)
                killed += 1
    return killed


def kill_workers_of_runs(tmp_path: Path, files: int, runs: int, seed: int) -> None:
    scene = make_scene(tmp_path / "scene", files)
    snapshot = snapshot_of(scene)
    rng = random.Random(seed)
    told: Counter[str] = Counter()
    kills = 0
    for number in range(runs):
        where = f"seed {seed}, run {number}"
        process = subprocess.Popen(
            [sys.executable, str(FIXER), str(scene.root), "anna"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(FIXER.parents[2])},
        )  # fmt: skip
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        killed = kill_workers(process, 2, rng)
        out, _ = process.communicate(timeout=200)
        assert process.returncode == 0, where
        results = json.loads(out)
        failed = [uri for uri, result in results.items() if result != "Applied"]
        assert len(failed) <= killed, (where, failed)
        assert_old_or_new(scene, where)
        assert_logged(scene, where)
        for path, new in scene.new.items():
            assert path.read_bytes() == (scene.old[path] if str(path) in failed else new), where
        assert_completes(scene, where)
        reset(scene, snapshot)
        kills += killed
        told.update(results.values())
    print(f"seed {seed}: {kills} workers killed in {runs} runs of {files} files: {dict(told)}")
    assert kills


@pytest.mark.skipif(sys.platform != "linux", reason="children are found in Linux's /proc")
def test_workers_killed_at_random_times(tmp_path: Path) -> None:
    kill_workers_of_runs(tmp_path, 20, 2, 20261122)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="children are found in Linux's /proc")
def test_workers_of_a_hundred_runs_killed(tmp_path: Path) -> None:
    kill_workers_of_runs(tmp_path, 60, 100, random.SystemRandom().randrange(1 << 32))
