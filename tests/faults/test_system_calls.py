"""The same from outside, by strace: faults in real system calls, and their order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fault_material import assert_completes, assert_old_or_new, make_scene, reset, snapshot_of

FIXER = Path(__file__).with_name("fixer.py")
STRACE = shutil.which("strace")
CALLS = ("write", "fsync", "renameat2", "unlinkat", "fchmod", "openat2", "statfs", "fstatfs")


def run_traced(root, *options):
    """The fixer under strace; its return code."""
    return subprocess.run(
        [STRACE, "-f", "-qq", *options, sys.executable, str(FIXER), str(root), "anna"],
        input="go\n", capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(FIXER.parents[2])},
    )  # fmt: skip


@pytest.fixture
def traced(tmp_path):
    if STRACE is None:
        pytest.skip("strace is not installed")
    scene = make_scene(tmp_path, 2)
    trial = subprocess.run([STRACE, "-qq", "true"], capture_output=True, check=False)
    if trial.returncode:
        pytest.skip("this system does not let processes be traced")
    return scene


def faults(calls, kinds):
    """Options for the first calls of each kind, in the fixed folder alone."""
    for call, number in calls:
        for kind in kinds:
            what = "signal=KILL" if kind == "KILL" else f"error={kind}"
            yield f"{call}:{what}:when={number}"


def inject(scene, root, each):
    snapshot = snapshot_of(scene)
    hit = 0
    for fault in each:
        call = fault.partition(":")[0]
        trace = root / "trace"
        done = run_traced(
            root,
            "-o",
            str(trace),
            "-P",
            str(scene.folder),
            "-e",
            f"trace={call}",
            "-e",
            f"inject={fault}",
        )
        hit += "INJECTED" in trace.read_text() or done.returncode < 0
        assert_old_or_new(scene, fault)
        assert_completes(scene, fault)
        reset(scene, snapshot)
    return hit


def test_faults_of_system_calls(traced, tmp_path):
    each = list(faults([("renameat2", 1), ("fsync", 1)], ["KILL", "EIO"]))
    assert inject(traced, tmp_path, each) == len(each)


@pytest.mark.soak
def test_faults_of_all_system_calls(traced, tmp_path):
    calls = [
        (call, number)
        for call in (*CALLS, "openat", "newfstatat", "flistxattr")
        for number in range(1, 7)
    ]
    assert inject(traced, tmp_path, faults(calls, ["KILL", "EIO", "ENOSPC", "EINTR"])) > 40


LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$")


def calls_of(trace):
    """Each call twice: ``begin`` and ``end``, in the order of the moments; failed ones not."""
    begun = {}
    for line in trace.read_text(errors="surrogateescape").splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        process, call, rest = match.groups()
        if "resumed>" not in line:
            begun[process] = rest
            yield "begin", call, rest
        if "<unfinished" not in line and re.search(r"\)\s+= 0", rest):
            yield "end", call, begun[process]


def events_of(trace, folder):
    """The telling calls: syncs and exchanges when they are done, removals when they begin."""
    found = []
    for moment, call, arguments in calls_of(trace):
        here = str(folder) in arguments
        if moment == "begin":
            if call in {"unlinkat", "unlink"} and here and ".tmp" in arguments:
                found.append("discard")
            elif call == "renameat2" and here:
                found.append("exchange")
        elif call == "fsync" and here:
            found.append("sync file" if ".tmp>" in arguments else "sync folder")
        elif call in {"fdatasync", "fsync"} and "registry.db" in arguments:
            found.append("commit")
    return found


def must_be_ordered(kinds, files):
    """Refuse any order that could lose bytes when the power goes."""
    first, last = kinds.index("exchange"), len(kinds) - 1 - kinds[::-1].index("exchange")
    assert "commit" in kinds[:first], "the intent was not durable before the exchange"
    for number in range(files):
        before = kinds[: [i for i, k in enumerate(kinds) if k == "exchange"][number]]
        assert before.count("sync file") > number, "a file got its name before it was durable"
    assert "sync folder" in kinds[last:], "the names were not made durable"
    synced = last + kinds[last:].index("sync folder")
    assert "commit" in kinds[synced:], "the commit came before the names were durable"
    committed = synced + kinds[synced:].index("commit")
    assert "discard" not in kinds[:committed], "former bytes went before the commit was durable"
    assert kinds.count("discard") == files


def test_order_of_durability(traced, tmp_path):
    trace = tmp_path / "trace"
    done = run_traced(
        tmp_path, "-y", "-o", str(trace), "-e", "trace=fsync,fdatasync,renameat2,unlink,unlinkat"
    )
    assert done.returncode == 0, done.stderr
    kinds = events_of(trace, traced.folder)
    must_be_ordered(kinds, 2)
    mutants = [
        [k for k in kinds if k != "sync file"],
        [k for k in kinds if k != "sync folder"],
        ["commit", *[k for k in kinds if k != "commit"]],
        [k for k in kinds if k != "discard"][:1]
        + ["discard"] * 2
        + [k for k in kinds if k != "discard"],
    ]
    for mutant in mutants:
        with pytest.raises((AssertionError, ValueError)):
            must_be_ordered(mutant, 2)
