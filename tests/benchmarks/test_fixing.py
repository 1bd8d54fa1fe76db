"""Correcting pictures on the disk: beside ExifTool's batch, and beside what a disk allows.

In turns, over the same files: our fix with its log and all its syncs; one command of ExifTool
that writes the same values and syncs nothing; and the floor, which reads nothing, checks nothing
and records nothing but has every file durable under its name: temporary file, fsync, rename,
fsync of the folder, one after the other. Everything stands on one disk and is written back
before each turn.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixing_material import RIGHT, credited, open_desk, plain_jpeg, plan_for

from provenance import isolation
from provenance.fixing import ApplyOptions, apply_plan, undo
from provenance.model import Applied
from provenance.registry import FixQuery

FILES = int(os.environ.get("PROVENANCE_BENCH_FILES", "300"))
ROUNDS = int(os.environ.get("PROVENANCE_BENCH_ROUNDS", "3"))
EXIFTOOL = os.environ.get("PROVENANCE_EXIFTOOL") or shutil.which("exiftool")
JOBS = isolation.default_jobs()
CAPTION = f"Road. (Photo by {RIGHT} / AFP)"
VALUES = (
    f"-EXIF:Artist={RIGHT}",
    f"-IPTC:By-line={RIGHT}",
    f"-XMP-dc:Creator={RIGHT}",
    f"-IPTC:Caption-Abstract={CAPTION}",
    f"-XMP-dc:Description={CAPTION}",
)

pytestmark = pytest.mark.benchmark


@dataclass(frozen=True)
class Pictures:
    """Files with a wrong credit, and what they hold before and after."""

    folder: Path
    old: dict[Path, bytes]

    def again(self) -> None:
        """Make all of them wrong again, and let the disk come to rest."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for path, data in self.old.items():
            path.write_bytes(data)
        os.sync()


@pytest.fixture(params=[390, 1500], ids=["100K", "1500K"])
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Pictures:
    base = plain_jpeg(1, request.param)
    folder = tmp_path / "desk"
    old = {
        folder / f"{number:05}.jpg": credited(base[:-2] + b"%08d\xff\xd9" % number)
        for number in range(FILES)
    }
    return Pictures(folder, old)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fixed(pictures: Pictures, state: Path, jobs: int) -> tuple[float, float]:
    """Seconds to apply a plan for all files, and to undo it."""
    desk = open_desk(state)
    plan = plan_for(desk, list(pictures.old))
    os.sync()
    done = []
    options = ApplyOptions(jobs=jobs)
    fixing = timed(lambda: done.append(apply_plan(plan, desk, options)))
    assert all(RIGHT.encode() in path.read_bytes() for path in pictures.old)
    os.sync()
    undoing = timed(lambda: done.append(undo(FixQuery(run_id=done[0].run_id), desk, options)))
    desk.registry.close()
    assert all(isinstance(one.result, Applied) for run in done for one in run.outcomes)
    assert all(path.read_bytes() == data for path, data in pictures.old.items())
    return fixing, undoing


def by_exiftool(pictures: Pictures) -> float:
    """Seconds of one command that writes the same values into all files."""
    command = [EXIFTOOL, "-q", "-overwrite_original", *VALUES, str(pictures.folder)]
    took = timed(lambda: subprocess.run(command, check=True))
    assert all(RIGHT.encode() in path.read_bytes() for path in pictures.old)
    return took


def at_the_floor(pictures: Pictures) -> float:
    """Seconds to have every file written anew and durable, one after the other."""
    folder = os.open(pictures.folder, os.O_RDONLY)

    def write_durably() -> None:
        for path, data in pictures.old.items():
            beside = f".{path.name}.tmp"
            opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
            assert os.write(opened, data) == len(data)
            os.fsync(opened)
            os.close(opened)
            os.rename(beside, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    took = timed(write_durably)
    os.close(folder)
    return took


def test_beside_exiftool_and_the_floor(pictures, own_state, capsys):
    isolation.prepare("provenance.metadata.making")
    rounds: dict[str, list[float]] = {"fix": [], "undo": [], "ExifTool": [], "floor": []}
    for number in range(ROUNDS):
        pictures.again()
        fixing, undoing = fixed(pictures, own_state / f"{number}", JOBS)
        rounds["fix"].append(fixing)
        rounds["undo"].append(undoing)
        if EXIFTOOL is not None:
            pictures.again()
            rounds["ExifTool"].append(by_exiftool(pictures))
        pictures.again()
        rounds["floor"].append(at_the_floor(pictures))
    size = statistics.mean(map(len, pictures.old.values()))
    with capsys.disabled():
        print(f"\n{FILES} files of {size / 1000:.0f} kB, {JOBS} jobs, {ROUNDS} rounds in turns")
        for name, took in rounds.items():
            if took:
                print(f"  {name:9} {FILES / statistics.median(took):6.0f} files/s")
        for other in ("ExifTool", "floor"):
            ratios = [them / us for us, them in zip(rounds["fix"], rounds[other], strict=False)]
            if ratios:
                told = " ".join(f"{one:.2f}" for one in ratios)
                print(f"  fix is {statistics.median(ratios):.2f} x as fast as {other} ({told})")
    if EXIFTOOL is not None:
        assert statistics.median(rounds["fix"]) < statistics.median(rounds["ExifTool"])
