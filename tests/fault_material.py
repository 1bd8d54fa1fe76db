"""Runs that end in the middle, and what must be true of the folder afterwards."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fixing_material import all_fixes, litter, open_desk, pictures, plan_for

from provenance import metadata
from provenance.auditlog import verify
from provenance.fixing import Plan, apply_plan, dump_plan
from provenance.model import Applied, Conflict
from provenance.registry import open_intents
from provenance.storage import linux

KILL = "SIGKILL"
FAULTS = {KILL: 0, "ENOSPC": errno.ENOSPC, "EIO": errno.EIO}

WALL = (
    "open", "close", "read", "write", "fsync", "fstat", "stat", "fstatvfs", "fchmod", "fchown",
    "listxattr", "getxattr", "setxattr", "unlink", "rename", "link",
)  # fmt: skip
SYSTEM = ("exchange", "rename_new", "open_folder_beneath", "is_locked")


@dataclass(frozen=True)
class Scene:
    """A folder to be fixed, in a state folder of its own."""

    state: Path
    folder: Path
    plan: Plan
    old: dict[Path, bytes]
    new: dict[Path, bytes]


def make_scene(root: Path, number: int) -> Scene:
    """Pictures with the wrong credit, registered and planned."""
    folder, state = root / "desk", root / "state"
    paths = pictures(folder, number)
    desk = open_desk(state)
    plan = plan_for(desk, paths)
    desk.registry.close()
    (root / "plan.json").write_bytes(dump_plan(plan))
    old = {path: path.read_bytes() for path in paths}
    edits = {item.uri: item.edits for item in plan.items}
    new = {path: metadata.rewrite(old[path], edits[str(path)]) for path in paths}
    return Scene(state, folder, plan, old, new)


def reset(scene: Scene, snapshot: dict[str, bytes]) -> None:
    """Put folder and state back as they were."""
    for path in scene.folder.iterdir():
        if path not in scene.old:
            path.unlink()
    for path, data in scene.old.items():
        if path.read_bytes() != data:
            path.write_bytes(data)
    for path in scene.state.rglob("*"):
        if path.is_file() and str(path) not in snapshot:
            path.unlink()
    for name, data in snapshot.items():
        Path(name).write_bytes(data)


def snapshot_of(scene: Scene) -> dict[str, bytes]:
    """The state folder's files."""
    return {str(path): path.read_bytes() for path in scene.state.rglob("*") if path.is_file()}


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; its exit status, negative for a signal."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = 99
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fix(scene: Scene) -> None:
    """Apply the plan at a desk opened for it."""
    desk = open_desk(scene.state)
    apply_plan(scene.plan, desk)


def break_call(
    number: int, fault: str, told: Callable[[str], None], below: Path, names: Sequence[str]
) -> None:
    """Make the n-th call of the wall in the fixed folder fail, or the last thing that happens.

    A killed process dies after the call was done for odd numbers and before it for even ones.
    """
    seen = [0]

    def wrapped(name: str, real: Callable) -> Callable:
        def call(*arguments, **keywords):
            if not _concerns(arguments, keywords, below):
                return real(*arguments, **keywords)
            seen[0] += 1
            if seen[0] != number:
                return real(*arguments, **keywords)
            told(name)
            if fault == KILL:
                if number % 2:
                    real(*arguments, **keywords)
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(FAULTS[fault], os.strerror(FAULTS[fault]))

        return call

    for name in names:
        room = os if name in WALL else linux
        setattr(room, name, wrapped(name, getattr(room, name)))


def _concerns(arguments: tuple, keywords: dict, below: Path) -> bool:
    """Whether a call is about the fixed folder, by descriptor or by path."""
    for one in (*arguments[:1], keywords.get("dir_fd"), keywords.get("src_dir_fd")):
        if isinstance(one, int):
            try:
                target = os.readlink(f"/proc/self/fd/{one}")
            except OSError:
                continue
            if target.startswith(str(below)):
                return True
        elif isinstance(one, str) and one.startswith(str(below)):
            return True
    return False


def assert_old_or_new(scene: Scene, where: str = "") -> None:
    """No file is torn or missing."""
    for path, old in scene.old.items():
        assert path.read_bytes() in (old, scene.new[path]), f"{path} is torn: {where}"


def assert_completes(scene: Scene, where: str = "") -> None:
    """The command run again recovers, completes, and leaves nothing behind."""
    desk = open_desk(scene.state)
    outcomes = apply_plan(scene.plan, desk).outcomes
    for path, new in scene.new.items():
        assert path.read_bytes() == new, where
    assert all(isinstance(one.result, Applied | Conflict) for one in outcomes), where
    assert litter(scene.folder) == [], where
    fixes = all_fixes(desk.registry)
    committed = Counter(one.uri for one in fixes if one.state == "commit")
    assert committed == Counter(map(str, scene.old)), f"not one commit for each file: {where}"
    with desk.registry.read() as tx:
        assert open_intents(tx) == (), where
    with desk.registry.read() as tx:
        checked = verify(tx.connection, scene.state)
        assert checked.ok, (where, checked.problems)
    desk.registry.close()
