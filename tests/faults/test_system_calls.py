"""Faults in single system calls, made by the kernel's own tracer: ``strace -e inject=``.

A run is recorded first; each n-th call of each kind on each file of the fixed folder, of the
registry with its journal and of the state folder is a point. At each point the run is killed, or
the call fails; then the command is run again as a person would.
"""

from __future__ import annotations

import gc
import random
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from fault_material import (
    Scene,
    Snapshot,
    assert_completes,
    assert_logged,
    assert_old_or_new,
    assert_told,
    make_fixed_scene,
    make_scene,
    reset,
    snapshot_of,
)
from injection_material import FAULTS, STRACE, Ended, Place, Point, Warmed, places_of, points_of

from provenance.errors import ProvenanceError

FILES = 3
REFUSED = 3
SEED = 20261122
_AFTER = "(INJECTED)"


@pytest.fixture(autouse=True)
def tracer() -> None:
    if STRACE is None:
        pytest.skip("strace is not installed")
    if subprocess.run([STRACE, "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let processes be traced")


@dataclass(frozen=True)
class Stage:
    """A scene in the state that a run begins from, and the process that runs are forked from."""

    scene: Scene
    snapshot: Snapshot
    warmed: Warmed

    def places(self) -> list[Place]:
        """Every file and folder of the scene that a run calls on."""
        below = (self.scene.folder, self.scene.state)
        found = places_of(self.warmed, self.scene.work, below)
        reset(self.scene, self.snapshot)
        return found

    def points(self, places: Sequence[Place]) -> Iterator[Point]:
        """Every call of a run on these places."""
        for place in places:
            found = points_of(self.warmed, self.scene.work, place)
            reset(self.scene, self.snapshot)
            yield from found

    def break_at(self, point: Point, fault: str) -> bool:
        """One run with one fault, and the run after it; whether the fault took place."""
        where = f"{fault} at {point}"
        for name in ("told.json", "broken.txt"):
            (self.scene.root / name).unlink(missing_ok=True)
        try:
            ended = self.warmed.inject(self.scene.work, point, fault)
            self._must_be_whole(ended, fault, where)
            if point.call == "fsync" and fault == "EIO":
                assert_never_again(ended.trace, where)
            assert_completes(self.scene, where)
        finally:
            reset(self.scene, self.snapshot)
        return ended.hit

    def _must_be_whole(self, ended: Ended, fault: str, where: str) -> None:
        assert_old_or_new(self.scene, where)
        assert_logged(self.scene, where)
        allowed = {-9, 0, REFUSED} if fault == "SIGKILL" else {0, REFUSED}
        assert ended.status in allowed, f"{where}: {ended.status} {broken(self.scene)}"
        if ended.status >= 0:
            assert_told(self.scene, where)


def broken(scene: Scene) -> str:
    """The end of what a run said that ended with an exception not of ours."""
    told = scene.root / "broken.txt"
    return " ".join(told.read_text().split()[-30:]) if told.exists() else ""


def assert_never_again(trace: Sequence[str], where: str) -> None:
    """After a sync that failed the page cache may lie: the same file is not synced again."""
    failed = next((n for n, line in enumerate(trace) if _AFTER in line), None)
    if failed is not None:
        later = [line for line in trace[failed + 1 :] if "fsync(" in line]
        assert later == [], f"synced again: {later} {where}"


def in_the_folder(scene: Scene, place: Place) -> bool:
    return place.path.startswith(str(scene.folder))


def break_all(stage: Stage, each: Sequence[tuple[Point, str]]) -> None:
    wrong, missed = [], []
    for point, fault in each:
        try:
            if not stage.break_at(point, fault):
                missed.append(f"{fault} at {point}")
        except (AssertionError, ProvenanceError) as error:
            wrong.append(f"{fault} at {point}: {type(error).__name__}: {error}")
    print(f"{stage.scene.work}: {len(each)} faults, {len(missed)} met no call, {len(wrong)} wrong")
    assert not wrong, f"{len(wrong)} of {len(each)}:\n" + "\n".join(wrong)
    # Threads share the work anew in each run: one may come to a call less often than recorded.
    assert len(missed) <= max(2, len(each) // 20), missed


def crossed(points: Sequence[Point], faults: Sequence[str] = FAULTS) -> list[tuple[Point, str]]:
    return [(point, fault) for point in points for fault in faults]


def some(each: Sequence[tuple[Point, str]], number: int) -> list[tuple[Point, str]]:
    print(f"seed {SEED}, {number} of {len(each)}")
    return random.Random(SEED).sample(each, min(number, len(each)))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Callable[[Callable[[Path, int], Scene]], Stage]]:
    opened: list[Warmed] = []
    # Hundreds of runs follow: the collector need not go through what was imported each time.
    gc.freeze()

    def make(scene_of: Callable[[Path, int], Scene]) -> Stage:
        root = tmp_path / "scene"
        scene = scene_of(root, FILES)
        opened.append(Warmed(root))
        return Stage(scene, snapshot_of(scene), opened[-1])

    yield make
    gc.unfreeze()
    for warmed in opened:
        warmed.close()


def own(stage: Stage) -> list[Point]:
    """The protocol's own calls: those in the folder of pictures."""
    return list(stage.points([p for p in stage.places() if in_the_folder(stage.scene, p)]))


def rest(stage: Stage) -> list[Point]:
    """Calls on the registry, its journal, keys, checkpoints and locks."""
    return list(stage.points([p for p in stage.places() if not in_the_folder(stage.scene, p)]))


@pytest.mark.parametrize("fault", FAULTS)
def test_every_call_of_a_fix_in_the_folder(stage, fault):
    here = stage(make_scene)
    points = own(here)
    assert {"write", "fsync", "renameat2", "unlinkat", "fchmod", "openat2"} <= {
        point.call for point in points
    }
    break_all(here, crossed(points, [fault]))


def test_calls_of_a_fix_on_registry_and_state(stage):
    here = stage(make_scene)
    break_all(here, some(crossed(rest(here)), 60))


def test_calls_of_an_undo(stage):
    here = stage(make_fixed_scene)
    break_all(here, some(crossed(own(here)), 40))


# Where a first run is killed: one file written, none exchanged; some exchanged; all exchanged
# and none committed; all committed and some of the former bytes gone.
CRASHES = {
    "written": ("fsync", ".0001"),
    "exchanging": ("renameat2", "0001"),
    "exchanged": ("fsync", "desk"),
    "committed": ("unlinkat", ".0001"),
}


def crashed(here: Stage, crash: str) -> Stage:
    """The stage after a run was killed at a moment."""
    call, name = CRASHES[crash]
    place = next(p for p in here.places() if Path(p.path).name.startswith(name))
    point = next(p for p in here.points([place]) if p.call == call)
    assert here.warmed.inject(here.scene.work, point, "SIGKILL").status == -9
    here.warmed.seed += 1
    return Stage(here.scene, snapshot_of(here.scene), here.warmed)


@pytest.mark.parametrize("crash", CRASHES)
def test_calls_of_a_recovery(stage, crash):
    here = crashed(stage(make_scene), crash)
    break_all(here, some(crossed(own(here)), 15))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scene_of", [make_scene, make_fixed_scene], ids=["fix", "undo"])
def test_every_call_of_all(stage, scene_of):
    here = stage(scene_of)
    break_all(here, crossed(own(here) + rest(here)))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("crash", CRASHES)
def test_every_call_of_a_recovery(stage, crash):
    here = crashed(stage(make_scene), crash)
    break_all(here, crossed(own(here)) + some(crossed(rest(here)), 400))
