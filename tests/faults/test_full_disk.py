"""A disk that is full, really: a small tmpfs at 50 levels of free space."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_material import assert_completes, assert_old_or_new, make_scene, reset, snapshot_of
from fixing_material import credited, litter, plain_jpeg
from typer.testing import CliRunner

from provenance.cli import app

LEVELS = 50
SIZE = 400_000
"""Octets of the picture, about."""


def large_picture(folder: Path, number: int) -> list[Path]:
    """Pictures whose scan is long."""
    made = []
    for n in range(number):
        path = folder / f"{n:04}.jpg"
        path.write_bytes(credited(plain_jpeg(n)[:-2] + b"%08d" % n * (SIZE // 8) + b"\xff\xd9"))
        made.append(path)
    return made


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A folder whose ``desk`` is a file system of four pictures' size."""
    desk = tmp_path / "scene" / "desk"
    desk.mkdir(parents=True)
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a small file system")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={4 * SIZE},mode=755", "tmpfs", str(desk)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {made.stderr.decode()}")
    yield desk.parent
    subprocess.run(["umount", str(desk)], check=True)


def fill(folder: Path, free: int) -> Path:
    """Take space until ``free`` octets are left, to the page."""
    ballast = folder / "ballast.bin"
    disk = os.statvfs(folder)
    wanted = disk.f_bavail * disk.f_frsize - free
    ballast.write_bytes(bytes(max(0, wanted)))
    return ballast


def fixed(scene) -> tuple[int, str]:
    """The command as a person gives it: its exit code, and all that it said."""
    done = CliRunner().invoke(
        app,
        ["fix", "--apply", "--plan", str(scene.root / "plan.json"), "--by", "anna",
         "--registry", str(scene.state / "registry.db"), "-q"],
        env={"PROVENANCE_STATE": str(scene.state), "COLUMNS": "400"},
    )  # fmt: skip
    return done.exit_code, done.output


def at_levels(root: Path, levels: int, *, completes: bool) -> Counter:
    scene = make_scene(root, 1, large_picture)
    (picture,) = scene.old
    snapshot = snapshot_of(scene)
    size = len(scene.old[picture])
    ended: Counter = Counter()
    for level in range(levels):
        free = 2 * size * level // (levels - 1)
        ballast = fill(scene.folder, free)
        code, said = fixed(scene)
        assert_old_or_new(scene, f"{free} octets free")
        assert litter(scene.folder) == [], free
        if picture.read_bytes() == scene.new[picture]:
            assert code == 0, (free, said)
        else:
            assert code == 3, (free, code, said)
            assert picture.name in said, (free, said)
        ended[code] += 1
        ballast.unlink()
        if completes:
            assert_completes(scene, f"{free} octets free")
        reset(scene, snapshot)
    print(f"{levels} levels from 0 to {2 * size} octets: exit codes {dict(ended)}")
    return ended


def pretend_space(monkeypatch) -> None:
    """Let the check before the writing see an empty disk, so that the writing itself fails."""
    real = os.fstatvfs

    def fstatvfs(descriptor: int):
        found = list(real(descriptor))
        found[4] = 1 << 40  # f_bavail
        return os.statvfs_result(found)

    monkeypatch.setattr(os, "fstatvfs", fstatvfs)


def test_five_levels_of_free_space(root, monkeypatch):
    pretend_space(monkeypatch)
    ended = at_levels(root, 5, completes=True)
    assert ended[0]
    assert ended[3]


def test_refused_before_anything_is_written(root):
    assert set(at_levels(root, 3, completes=False)) == {3}


@pytest.mark.soak
def test_fifty_levels_of_free_space(root, monkeypatch):
    pretend_space(monkeypatch)
    ended = at_levels(root, LEVELS, completes=True)
    assert ended[0] >= LEVELS // 3
    assert ended[3] >= LEVELS // 3
