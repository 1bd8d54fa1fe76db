"""Every call that reaches the file system fails once, or is the last thing that happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_material import (
    FAULTS,
    KILL,
    SYSTEM,
    WALL,
    assert_completes,
    assert_old_or_new,
    break_call,
    fix,
    in_child,
    make_scene,
    reset,
    snapshot_of,
)


def run_with(scene, number, fault, told: Path, names):
    """Break the n-th call in a process of its own; which call it was, empty for none."""
    told.write_text("")

    def work():
        break_call(number, fault, told.write_text, scene.folder, names)
        fix(scene)

    status = in_child(work)
    called = told.read_text()
    assert status == (-9 if fault == KILL and called else 0), f"{called} ended in {status}"
    return called


def break_each(tmp_path, number_of_files, names, faults=tuple(FAULTS)):
    scene = make_scene(tmp_path, number_of_files)
    snapshot = snapshot_of(scene)
    broken = set()
    for fault in faults:
        number = 1
        while called := run_with(scene, number, fault, tmp_path / "told", names):
            broken.add(called)
            where = f"{fault} at call {number}, {called}"
            assert_old_or_new(scene, where)
            assert_completes(scene, where)
            reset(scene, snapshot)
            number += 1
        reset(scene, snapshot)
    return broken


def test_calls_that_change_the_folder(tmp_path):
    names = ("write", "fsync", "exchange", "unlink")
    assert break_each(tmp_path, 2, names, (KILL, "EIO")) == set(names)


@pytest.mark.soak
def test_every_call_of_three_files(tmp_path):
    broken = break_each(tmp_path, 3, WALL + SYSTEM)
    assert {"open", "read", "write", "fsync", "exchange", "unlink", "fchmod"} <= broken
