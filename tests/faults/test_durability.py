"""The order of durability on a real trace, and real programs with a sync left out.

The checker stands for a power failure: what it demands is that at every moment all that a step
rests on is on the disk. A program that leaves out a sync must be refused, or it proves nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from durability_material import OPTIONS, WrongOrderError, calls_of, must_be_ordered
from fault_material import make_scene
from injection_material import STRACE

FIXER = Path(__file__).with_name("fixer.py")
FILES = 3


@pytest.fixture(autouse=True)
def tracer() -> None:
    if STRACE is None:
        pytest.skip("strace is not installed")
    if subprocess.run([STRACE, "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let processes be traced")


def traced(root: Path, files: int, *broken: str):
    """The scene, and the calls of a fixer that made it right."""
    scene = make_scene(root, files)
    trace = root / "trace"
    done = subprocess.run(
        [STRACE, "-f", "-qq", "-o", str(trace), *OPTIONS, sys.executable, str(FIXER), str(root),
         "anna", *broken],
        input="go\n", capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, "PYTHONPATH": str(FIXER.parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for path, new in scene.new.items():
        assert path.read_bytes() == new
    return scene, list(calls_of(trace))


def test_the_order_of_a_batch_and_of_altered_ones(tmp_path):
    scene, calls = traced(tmp_path, FILES)
    must_be_ordered(calls, scene.folder, FILES)
    for name, altered in alterations(calls, str(scene.folder)).items():
        assert altered != calls, name
        with pytest.raises(WrongOrderError):
            must_be_ordered(altered, scene.folder, FILES)


def alterations(calls, folder):
    """Traces with each kind of step left out, or moved to where it comes too late or early."""

    def dropped(chosen):
        return [call for call in calls if not chosen(call)]

    def last_first(chosen):
        return [*[c for c in calls if chosen(c)], *dropped(chosen)]

    def is_file_sync(call):
        return call.name == "fsync" and call.paths[0].endswith(".tmp")

    def is_folder_sync(call):
        return call.name == "fsync" and call.paths[0] == folder

    def is_registry_sync(call):
        return call.name == "fdatasync" and "registry.db" in call.paths[0]

    def is_discard(call):
        return call.name == "unlinkat" and call.paths[0].startswith(folder)

    return {
        "no file sync": dropped(is_file_sync),
        "no folder sync": dropped(is_folder_sync),
        "no registry sync": dropped(is_registry_sync),
        "file syncs last": [*dropped(is_file_sync), *filter(is_file_sync, calls)],
        "folder sync first": last_first(is_folder_sync),
        "discards first": last_first(is_discard),
        "no discards": dropped(is_discard),
    }


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("file", "got the name before it was durable"),
        ("folder", "written before its name was durable"),
        ("registry", "before its intent was durable"),
    ],
)
def test_a_program_that_leaves_out_a_sync(tmp_path, step, why):
    scene, calls = traced(tmp_path, FILES, "--without", step)
    with pytest.raises(WrongOrderError, match=why):
        must_be_ordered(calls, scene.folder, FILES)


@pytest.mark.soak
def test_the_order_of_several_batches(tmp_path):
    scene, calls = traced(tmp_path, 200)
    must_be_ordered(calls, scene.folder, 200)
