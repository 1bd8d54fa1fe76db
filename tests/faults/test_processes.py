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
    assert_completes,
    assert_old_or_new,
    in_child,
    make_scene,
    reset,
    snapshot_of,
)
from fixing_material import all_fixes, litter, open_desk

from provenance.fixing import apply_plan
from provenance.registry import open_intents

FIXER = Path(__file__).with_name("fixer.py")
PROJECT = FIXER.parents[2]


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
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        told.append(json.loads(out))
    for path, new in scene.new.items():
        assert path.read_bytes() == new
        results = Counter(one[str(path)] for one in told)
        assert results == {"Applied": 1, "Conflict": fixers - 1}, results
    assert litter(scene.folder) == []
    desk = open_desk(scene.state)
    with desk.registry.read() as tx:
        assert open_intents(tx) == ()
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
    scene = make_scene(tmp_path, files)
    snapshot = snapshot_of(scene)
    rng = random.Random(seed)
    began = time.perf_counter()
    assert in_child(lambda: apply_all(scene)) == 0
    whole = time.perf_counter() - began
    killed = 0
    for _ in range(times):
        reset(scene, snapshot)
        child = os.fork()
        if child == 0:
            apply_all(scene)
            os._exit(0)
        time.sleep(rng.uniform(0, whole))
        os.kill(child, signal.SIGKILL)
        killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        assert_old_or_new(scene, f"seed {seed}")
        assert_completes(scene, f"seed {seed}")
    assert killed, "every run was over before it was killed"


def apply_all(scene):
    apply_plan(scene.plan, open_desk(scene.state))


def test_killed_at_random_times(tmp_path):
    kill_at_random(tmp_path, 20, 5, 20261122)


@pytest.mark.soak
def test_killed_at_many_random_times(tmp_path):
    kill_at_random(tmp_path, 200, 50, random.SystemRandom().randrange(1 << 32))
