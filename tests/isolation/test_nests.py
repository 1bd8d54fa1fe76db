"""What workers wrote goes, whoever was killed; what is not a dead nest stays."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from isolation_deeds import temporary

from provenance import isolation
from provenance.isolation import nests

TESTS = Path(__file__).resolve().parents[1]
_PROGRAM = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from provenance import isolation
from isolation_deeds import temporary, where
with isolation.Pool(1) as pool:
    print(*pool.run(where, [0]), *pool.run(temporary, [0]), flush=True)
    sys.stdin.readline()
"""
DEEP = 3_000


@contextmanager
def running(within: Path) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """A program with one worker: itself, the worker's mother, and a file that the worker wrote."""
    code = _PROGRAM.format(root=str(TESTS.parent), tests=str(TESTS))
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(within)},
    ) as program:
        assert program.stdout is not None
        worker, written = program.stdout.readline().split()
        try:
            yield program, parent_of(int(worker)), Path(written)
        finally:
            program.kill()


def parent_of(process: int) -> int:
    with open(f"/proc/{process}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def await_free(nest: Path) -> None:
    """Wait until nobody holds the lock of a nest."""
    latest = time.monotonic() + 20
    opened = os.open(nest, os.O_RDONLY)
    try:
        while True:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                assert time.monotonic() < latest, "the lock outlived all processes"
                time.sleep(0.02)
            else:
                return
    finally:
        os.close(opened)


def run_here(within: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of workers in this process; the file that one wrote, which is gone."""
    monkeypatch.setenv("TMPDIR", str(within))
    (written,) = isolation.run(temporary, [0], jobs=1)
    assert isinstance(written, str)
    return Path(written)


def test_what_a_killed_mother_left_is_removed_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as (program, mother, written):
        nest = written.parents[1]
        assert nest.parent == tmp_path
        os.kill(mother, signal.SIGKILL)
        program.kill()
    await_free(nest)
    assert written.exists(), "nobody was left to remove it"
    with running(tmp_path) as (_, _, other):
        assert not nest.exists()
        assert other.parents[1] != nest


def test_what_belongs_to_a_run_that_goes_on_stays(tmp_path: Path) -> None:
    with running(tmp_path) as (_, _, written), running(tmp_path) as (_, _, other):
        assert nests.sweep(str(tmp_path)) == 0
        assert written.exists()
        assert other.exists()


def test_a_program_that_ends_leaves_no_nest(tmp_path: Path) -> None:
    with running(tmp_path) as (program, _, written):
        program.communicate("\n", timeout=30)
        assert not written.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_nest_that_somebody_removed_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_here(tmp_path, monkeypatch)
    (nest,) = tmp_path.iterdir()
    assert first.parents[1] == nest
    nest.rmdir()
    assert run_here(tmp_path, monkeypatch).parents[1].parent == tmp_path


def stale(within: Path, name: str = "provenance-workers-abcdefgh") -> Path:
    """A nest that nobody holds, with a worker's file."""
    nest = within / name
    (nest / "1").mkdir(parents=True)
    nest.chmod(0o700)
    (nest / "1" / "left").write_bytes(b"x")
    return nest


def test_no_link_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o700)
    (outside / "kept").write_bytes(b"k")
    within = tmp_path / "tmp"
    nest = stale(within)
    (nest / "away").symlink_to(outside)
    (nest / "1" / "away").symlink_to(outside / "kept")
    (within / "provenance-workers-aaaaaaaa").symlink_to(outside)
    assert nests.sweep(str(within)) == 1
    assert (outside / "kept").read_bytes() == b"k"
    assert [one.name for one in within.iterdir()] == ["provenance-workers-aaaaaaaa"]


def test_what_is_not_quite_a_nest_stays(tmp_path: Path) -> None:
    others = [
        stale(tmp_path, name)
        for name in (
            "provenance-workers-abc",
            "provenance-workers-abcdefgh2",
            "my-provenance-workers-abcdefgh",
            "provenance-workers-ABCDEFGH",
        )
    ]
    open_to_all = stale(tmp_path, "provenance-workers-open0000")
    open_to_all.chmod(0o755)
    (tmp_path / "provenance-workers-afile000").write_bytes(b"")
    assert nests.sweep(str(tmp_path)) == 0
    assert all((one / "1" / "left").exists() for one in (*others, open_to_all))
    assert (tmp_path / "provenance-workers-afile000").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only a superuser can give files away")
def test_what_belongs_to_another_user_stays(tmp_path: Path) -> None:
    nest = stale(tmp_path)
    os.chown(nest, 65_534, 65_534)
    assert nests.sweep(str(tmp_path)) == 0
    assert nest.exists()


def test_folders_deeper_than_any_stack_are_removed(tmp_path: Path) -> None:
    nest = stale(tmp_path)
    top = os.open(nest / "1", os.O_RDONLY)
    for number in range(DEEP):
        os.mkdir("up-0", dir_fd=top)
        below = os.open("up-0", os.O_RDONLY, dir_fd=top)
        os.close(top)
        top = below
        if number % 100 == 0:
            os.close(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=top))
    os.close(top)
    assert nests.sweep(str(tmp_path)) == 1
    assert not nest.exists()


def test_a_folder_that_cannot_be_listed_is_no_error(tmp_path: Path) -> None:
    assert nests.sweep(str(tmp_path / "missing")) == 0
