"""Several processes, and processes that are killed: no file is torn, none is fixed twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from fault_material import (
    assert_accounted_for,
    assert_completes,
    assert_logged,
    assert_old_or_new,
    fix,
    in_child,
    make_scene,
    reset,
    snapshot_of,
)
from fixing_material import all_fixes, litter, open_desk
from injection_material import Warmed

FIXER = Path(__file__).with_name("fixer.py")
PROJECT = FIXER.parents[2]
# A run of a thousand files is killed within this many seconds: often enough in one round that
# recovery meets every kind of remains.
LONGEST = 0.8


def start(root, agent="anna"):
    """A process that waits for a line before it fixes."""
    process = subprocess.Popen(
        [sys.executable, str(FIXER), str(root), agent],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


def go(process):
    process.stdin.write("go\n")
    process.stdin.flush()


def race(tmp_path, fixers, files):
    scene = make_scene(tmp_path, files)
    running = [start(tmp_path, f"agent-{n}") for n in range(fixers)]
    for process in running:
        go(process)
    told = []
    for process in running:
        out, _ = process.communicate(timeout=280)
        assert process.returncode == 0
        told.append(json.loads(out))
    for path, new in scene.new.items():
        assert path.read_bytes() == new
        results = Counter(one[str(path)] for one in told)
        assert results == {"Applied": 1, "Conflict": fixers - 1}, results
    assert litter(scene.folder) == []
    desk = open_desk(scene.state)
    assert_accounted_for(scene, desk.registry)
    committed = Counter(one.uri for one in all_fixes(desk.registry) if one.state == "commit")
    assert committed == Counter(map(str, scene.old))
    desk.registry.close()


def test_two_fixers_on_one_folder(tmp_path):
    race(tmp_path, 2, 30)


@pytest.mark.soak
@pytest.mark.parametrize("fixers", [2, 8])
def test_fixers_on_a_thousand_files(tmp_path, fixers):
    race(tmp_path, fixers, 1000)


def kill_at_random(tmp_path, files, times, seed):
    """Kill run after run; each begins where the last was killed, until all is fixed."""
    scene = make_scene(tmp_path / "scene", files)
    snapshot = snapshot_of(scene)
    rng = random.Random(seed)
    whole = whole_run(scene)
    killed = rounds = 0
    warmed = Warmed(scene.root)
    try:
        while killed < times:
            reset(scene, snapshot)
            rounds += 1
            status = -signal.SIGKILL
            while killed < times and status == -signal.SIGKILL:
                status = warmed.kill_after("fix", rng.uniform(0, min(whole, LONGEST)))
                killed += status == -signal.SIGKILL
                assert status in {0, -signal.SIGKILL}, f"seed {seed}"
                assert_old_or_new(scene, f"seed {seed}, kill {killed}")
                assert_logged(scene, f"seed {seed}, kill {killed}")
            assert_completes(scene, f"seed {seed}, kill {killed}")
    finally:
        warmed.close()
    print(f"seed {seed}: {killed} kills in {rounds} times {files} files")


def whole_run(scene):
    """Seconds that a run takes that is not killed."""
    began = time.perf_counter()
    assert in_child(lambda: fix(scene)) == 0
    return time.perf_counter() - began


def test_killed_at_random_times(tmp_path):
    kill_at_random(tmp_path, 20, 10, 20261122)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_killed_five_hundred_times(tmp_path):
    kill_at_random(tmp_path, 1000, 500, random.SystemRandom().randrange(1 << 32))
