"""Runs that end in the middle, and what must be true of the folder afterwards."""

from __future__ import annotations

import errno
import gc
import json
import os
import signal
import stat
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from unittest.mock import patch

from fixing_material import all_fixes, litter, open_desk, pictures, plan_for, sha

from provenance import isolation, metadata
from provenance.auditlog import ledger, verify
from provenance.errors import UsageError
from provenance.fixing import Applying, Desk, Plan, apply_plan, dump_plan, undo
from provenance.model import Applied, Conflict
from provenance.registry import FixQuery, FixState, Registry, open_intents, records
from provenance.storage import linux

KILL = "SIGKILL"
FAULTS = {KILL: 0, "ENOSPC": errno.ENOSPC, "EIO": errno.EIO}

WALL = (
    "open", "close", "read", "write", "fsync", "fstat", "stat", "fstatvfs", "fchmod", "fchown",
    "listxattr", "getxattr", "setxattr", "unlink", "rename", "link",
)  # fmt: skip
SYSTEM = ("exchange", "rename_new", "open_folder_beneath", "is_locked")
_ENDINGS = {"commit", "abort", "conflict"}


@dataclass(frozen=True)
class Scene:
    """A folder to be fixed or put back, with a state folder of its own.

    Attributes:
        root: holds both folders, the plan, and what the runs leave for the tests.
        plan: the corrections.
        old: the files before the work.
        new: the files after it.
        work: ``fix``, or ``undo`` of the run in ``run.txt``.
    """

    root: Path
    plan: Plan
    old: dict[Path, bytes]
    new: dict[Path, bytes]
    work: str = "fix"

    @property
    def folder(self) -> Path:
        """The folder of pictures."""
        return self.root / "desk"

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.root / "state"


Snapshot = Mapping[Path, tuple[bytes, int]]
"""Content and mode of every file of a scene."""


def make_scene(
    root: Path, number: int, make: Callable[[Path, int], list[Path]] = pictures
) -> Scene:
    """Pictures with the wrong credit, registered and planned."""
    root.mkdir(parents=True, exist_ok=True)
    paths = make(root / "desk", number)
    desk = open_desk(root / "state")
    plan = plan_for(desk, paths)
    desk.registry.close()
    (root / "plan.json").write_bytes(dump_plan(plan))
    old = {path: path.read_bytes() for path in paths}
    edits = {item.uri: item.edits for item in plan.items}
    new = {path: metadata.rewrite(old[path], edits[str(path)]) for path in paths}
    return Scene(root, plan, old, new)


def make_fixed_scene(root: Path, number: int) -> Scene:
    """Pictures that were corrected, to be put back."""
    scene = make_scene(root, number)
    desk = open_desk(scene.state)
    (root / "run.txt").write_text(apply_plan(scene.plan, desk).run_id)
    desk.registry.close()
    return replace(scene, old=scene.new, new=scene.old, work="undo")


def snapshot_of(scene: Scene) -> Snapshot:
    """The files of both folders as they are."""
    return {
        path: (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for folder in (scene.folder, scene.state)
        for path in folder.rglob("*")
        if path.is_file()
    }


def reset(scene: Scene, snapshot: Snapshot) -> None:
    """Put both folders back as they were."""
    for folder in (scene.folder, scene.state):
        for path in folder.rglob("*"):
            if path not in snapshot and not path.is_dir():
                path.unlink()
    for path, (data, mode) in snapshot.items():
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
        path.chmod(mode)


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; its exit status, negative for a signal."""
    sys.stdout.flush()
    sys.stderr.flush()
    # A child that collected what is here would copy all of it.
    gc.freeze()
    child = os.fork()
    if child:
        gc.unfreeze()
    else:
        code = 99
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Here:
    """Stands for the pool of confined workers: its work is done in this process.

    Workers only compute and touch no file of the scene; starting some for each of thousands of
    runs would take hours. Runs of whole processes (``fixer.py``) have the real ones.
    """

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, work: Callable, items: Iterable, **_: object) -> Iterator:
        """As ``isolation.Pool.run``."""
        return map(work, items)

    def run_batches(self, work: Callable, batches: Iterable[Sequence], **_: object) -> Iterator:
        """As ``isolation.Pool.run_batches``."""
        return (list(work(batch)) for batch in batches)


@contextmanager
def workers_here() -> Iterator[None]:
    """Meanwhile what workers do is done in this process."""
    with (
        patch.object(isolation, "Pool", Here),
        patch.object(isolation, "prepare", lambda *_, **__: None),
    ):
        yield


def carry_out(scene: Scene, desk: Desk) -> Applying:
    """Do the scene's work at a desk."""
    with workers_here():
        if scene.work == "fix":
            return apply_plan(scene.plan, desk)
        return undo(FixQuery(run_id=(scene.root / "run.txt").read_text()), desk)


def fix(scene: Scene) -> None:
    """Do the scene's work at a desk opened for it."""
    carry_out(scene, open_desk(scene.state))


def break_call(
    number: int, fault: str, told: Callable[[str], None], below: Path, names: Sequence[str]
) -> None:
    """Make the n-th call of the wall in the fixed folder fail, or the last thing that happens.

    A killed process dies after the call was done for odd numbers and before it for even ones.
    """
    seen = [0]

    def wrapped(name: str, real: Callable) -> Callable:
        def call(*arguments, **keywords):
            if not concerns(arguments, keywords, below):
                return real(*arguments, **keywords)
            seen[0] += 1
            if seen[0] != number:
                return real(*arguments, **keywords)
            told(name)
            if fault == KILL:
                try:
                    if number % 2:
                        real(*arguments, **keywords)
                finally:
                    os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(FAULTS[fault], os.strerror(FAULTS[fault]))

        return call

    for name in names:
        room = os if name in WALL else linux
        setattr(room, name, wrapped(name, getattr(room, name)))


def concerns(arguments: tuple, keywords: dict, below: Path) -> bool:
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


def assert_logged(scene: Scene, where: str = "") -> None:
    """No file was written without an intent that was recorded first."""
    desk = open_desk(scene.state)
    begun = {one.uri for one in all_fixes(desk.registry) if one.state is not FixState.ABORT}
    desk.registry.close()
    for path, new in scene.new.items():
        if path.read_bytes() == new:
            assert str(path) in begun, f"{path} was written and never logged: {where}"


def assert_told(scene: Scene, where: str = "") -> None:
    """What the run said is so: success was done, failure names the file or the place."""
    told = json.loads((scene.root / "told.json").read_text())
    if "refused" in told:
        assert str(scene.root) in told["message"], f"the message names no file: {told} {where}"
        return
    for uri, result in told["results"].items():
        if result == "Applied":
            assert Path(uri).read_bytes() == scene.new[Path(uri)], f"said to be done: {uri} {where}"
    for uri, (code, reason) in told["failures"].items():
        # A file that was never touched says so; the one that stopped the run is named by its own.
        named = Path(uri).name in reason or str(scene.folder) in reason
        assert code == "stopped" or named, f"no file: {reason} {where}"


def assert_completes(scene: Scene, where: str = "") -> None:
    """The command run again recovers, completes, and leaves nothing behind."""
    desk = open_desk(scene.state)
    try:
        outcomes = carry_out(scene, desk).outcomes
    except UsageError as error:
        if error.code != "nothing-to-undo":
            raise
        outcomes = ()
    for path, new in scene.new.items():
        assert path.read_bytes() == new, f"{path} was not done by the next run: {where}"
    assert all(isinstance(one.result, Applied | Conflict) for one in outcomes), where
    assert litter(scene.folder) == [], where
    fixes = all_fixes(desk.registry)
    last = FixState.COMMIT if scene.work == "fix" else FixState.UNDONE
    ended = Counter(one.uri for one in fixes if one.state is last)
    assert ended == Counter(map(str, scene.old)), f"not one {last} for each file: {where}"
    assert_accounted_for(scene, desk.registry, where)
    desk.registry.close()


def assert_accounted_for(
    scene: Scene, registry: Registry, where: str = "", written: Iterable[Path] | None = None
) -> None:
    """The log verifies; no intent is open; each ended once; what was written is registered.

    Args:
        scene: the folders.
        registry: open.
        where: what was done, for the message.
        written: files that the program wrote last; all of the scene by default.
    """
    with registry.read() as tx:
        assert open_intents(tx) == (), where
        assert_ended_once(tx.connection, where)
        checked = verify(tx.connection, scene.state)
        assert checked.ok, (where, checked.problems)
        known = records(tx, map(str, scene.new if written is None else written))
    for uri, record in known.items():
        assert record.digest == sha(Path(uri).read_bytes()), f"the registry's {uri}: {where}"


def assert_ended_once(connection, where: str = "") -> None:
    """Every intent in the log has exactly one commit, abort or conflict after it."""
    head = ledger.read_head(connection)
    entered: defaultdict[str, list[str]] = defaultdict(list)
    for leaf in ledger.leaves(connection, 0, head.size if head else 0):
        document = json.loads(leaf.record)
        kind, _, what = document["act"].partition(".")
        if kind in {"fix", "undo"}:
            entered[document["tx"]].append(what)
    for tx, acts in entered.items():
        assert acts[0] == "intent", f"{tx} was {acts}: {where}"
        assert len(acts) == 2, f"{tx} was {acts}: {where}"
        assert acts[1] in _ENDINGS, f"{tx} was {acts}: {where}"
