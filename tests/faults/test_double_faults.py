"""Two faults at once: another program saves the file, and the run is killed.

Every row of the table in ``provenance.fixing.remains`` is really produced: the save falls at a
step of the run, the kill at the same step or a later one. What a person or another program does
between the crash and the next run comes after it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from fault_material import (
    KILL,
    SYSTEM,
    WALL,
    assert_accounted_for,
    assert_completes,
    assert_old_or_new,
    break_call,
    fix,
    in_child,
    make_scene,
    reset,
    snapshot_of,
)
from fixing_material import litter, open_desk
from steps_material import Editor, die, run_with

from provenance.fixing import recover
from provenance.registry import FixState
from provenance.storage import linux

FIRST = b"saved by another program, once"
SECOND = b"saved by another program, once more"


@dataclass(frozen=True)
class Row:
    """What happened, and what recovery must make of it.

    Attributes:
        killed: the step at which the run is killed.
        saves: step -> manner of a save of ``FIRST`` there.
        afterwards: what is done to (file, its temporary file) between crash and recovery.
        ends: how the fix ends.
        stands: what is under the name then: ``old``, ``new``, ``FIRST``, ``SECOND``, or nothing.
        beside: what is kept beside it; nothing by default.
    """

    killed: str
    ends: FixState
    stands: str | bytes | None
    saves: Mapping[str, str] | None = None
    afterwards: Callable[[Path, Path | None], None] | None = None
    beside: str | bytes | None = None
    mode: int = 0o644


def remove(path: Path, _: Path | None) -> None:
    path.unlink()


def remove_temporary(_: Path, temporary: Path) -> None:
    temporary.unlink()


def save_again(path: Path, _: Path | None) -> None:
    Editor(path, "rename").save(SECOND)


def copy_to_temporary(path: Path, temporary: Path) -> None:
    temporary.write_bytes(path.read_bytes())


def put_old_back(path: Path, _: Path | None) -> None:
    """A person takes the file from a backup."""
    path.write_bytes(OLD[path.name])


OLD: dict[str, bytes] = {}
COMMIT, ABORT, CONFLICT = FixState.COMMIT, FixState.ABORT, FixState.CONFLICT
ROWS = {
    "new, old": Row("exchanged", COMMIT, "new"),
    "new, old, folder synced": Row("synced", COMMIT, "new"),
    "new, nothing": Row("exchanged", COMMIT, "new", afterwards=remove_temporary),
    "new, new": Row("exchanged", COMMIT, "new", afterwards=copy_to_temporary),
    "new, other by rename": Row("exchanged", CONFLICT, FIRST, {"exchanging": "rename"}),
    "new, other in place": Row("exchanged", CONFLICT, FIRST, {"exchanging": "in place"}),
    "new, other later through a descriptor": Row("synced", CONFLICT, FIRST, {"syncing": "held"}),
    "new, other of a private file": Row(
        "exchanged", CONFLICT, FIRST, {"exchanging": "rename"}, mode=0o600
    ),
    "old, nothing": Row("intended", ABORT, "old"),
    "old, partial": Row("writing", ABORT, "old"),
    "old, partial of a private file": Row("writing", ABORT, "old", mode=0o600),
    "old, new": Row("written", ABORT, "old"),
    "old, new at the exchange": Row("exchanging", ABORT, "old"),
    "old, other": Row(
        "exchanged", ABORT, "old", {"exchanging": "rename"}, put_old_back, beside=FIRST
    ),
    "other, old": Row("exchanged", CONFLICT, SECOND, afterwards=save_again, beside="old"),
    "other, old at once": Row("exchanged", CONFLICT, FIRST, {"exchanged": "rename"}, beside="old"),
    "other, other": Row(
        "exchanged", CONFLICT, SECOND, {"exchanging": "in place"}, save_again, beside=FIRST
    ),
    "other, other of a private file": Row(
        "exchanged", CONFLICT, SECOND, {"exchanging": "rename"}, save_again, FIRST, 0o600
    ),
    "other, new": Row("exchanging", CONFLICT, FIRST, {"exchanging": "rename"}),
    "other, partial": Row("writing", CONFLICT, FIRST, {"writing": "in place"}),
    "other, nothing": Row("intended", CONFLICT, FIRST, {"intended": "rename"}),
    "nothing, old": Row("exchanged", CONFLICT, "old", afterwards=remove),
    "nothing, new": Row("exchanging", CONFLICT, "new", afterwards=remove),
    "nothing, other": Row("exchanged", CONFLICT, FIRST, {"exchanging": "rename"}, remove),
    "nothing, partial": Row("writing", CONFLICT, None, afterwards=remove),
    "nothing, nothing": Row("intended", CONFLICT, None, afterwards=remove),
}


def produce(tmp_path: Path, row: Row):
    """The scene after the crash that a row speaks of, and its victim."""
    scene = make_scene(tmp_path / "scene", 2)
    victim = next(iter(scene.old))
    OLD[victim.name] = scene.old[victim]
    victim.chmod(row.mode)
    saves = row.saves or {}
    editors = {step: Editor(victim, manner) for step, manner in saves.items()}
    acts = {step: (lambda editor=editor: editor.save(FIRST)) for step, editor in editors.items()}
    before = acts.get(row.killed, lambda: None)
    acts[row.killed] = lambda: (before(), die())
    status, _ = run_with(scene, victim, acts)
    assert status == -9
    for editor in editors.values():
        editor.close()
    if row.afterwards is not None:
        beside = list(scene.folder.glob(f".{victim.name}.*.tmp"))
        row.afterwards(victim, beside[0] if beside else None)
    return scene, victim


def bytes_of(scene, victim: Path, what: str | bytes | None) -> bytes | None:
    return {"old": scene.old[victim], "new": scene.new[victim]}.get(what, what)


def assert_settled(scene, victim: Path, row: Row, recovered) -> None:
    ended = {one.uri: one for one in recovered}[str(victim)]
    assert ended.state is row.ends, ended
    wanted = bytes_of(scene, victim, row.stands)
    assert (victim.read_bytes() if victim.exists() else None) == wanted
    assert [one.read_bytes() for one in scene.folder.glob(f".{victim.name}.*")] == (
        [] if row.beside is None else [bytes_of(scene, victim, row.beside)]
    )
    assert bool(ended.kept) == (row.beside is not None)
    if ended.kept:
        assert Path(ended.kept).read_bytes() == bytes_of(scene, victim, row.beside)


@pytest.mark.parametrize("name", ROWS)
def test_every_row(tmp_path, name):
    row = ROWS[name]
    scene, victim = produce(tmp_path, row)
    desk = open_desk(scene.state)
    recovered = recover(desk)
    assert_settled(scene, victim, row, recovered)
    assert recover(desk) == (), "recovery was not done at once"
    assert_accounted_for(scene, desk.registry, written=scene.new if row.ends is COMMIT else ())
    desk.registry.close()


@pytest.mark.soak
@pytest.mark.parametrize("name", ROWS)
def test_every_row_where_recovery_is_killed_at_each_call(tmp_path, name):
    """Killed at the n-th call in the folder, for every n; the next recovery ends it alike."""
    row = ROWS[name]
    scene, victim = produce(tmp_path, row)
    snapshot = snapshot_of(scene)
    told = tmp_path / "told"
    number = 1
    while True:
        told.write_text("")

        def work(number=number):
            break_call(number, KILL, told.write_text, scene.folder, WALL + SYSTEM)
            recover(open_desk(scene.state))

        status = in_child(work)
        if not told.read_text():
            assert status == 0
            break
        assert status == -9
        desk = open_desk(scene.state)
        recover(desk)
        assert_ends_alike(scene, victim, row)
        assert_accounted_for(scene, desk.registry, f"call {number}", written=())
        desk.registry.close()
        reset(scene, snapshot)
        number += 1
    assert number > 3


def assert_ends_alike(scene, victim: Path, row: Row) -> None:
    """The same stands under the name and beside it as where recovery went through at once."""
    found = victim.read_bytes() if victim.exists() else None
    assert found == bytes_of(scene, victim, row.stands)
    beside = [one.read_bytes() for one in scene.folder.glob(f".{victim.name}.*")]
    assert beside == ([] if row.beside is None else [bytes_of(scene, victim, row.beside)])


def without(*calls: str) -> None:
    """Take system calls away, as file systems and shares do that have none."""

    def refuse(*_arguments, **_keywords):
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    link = os.link

    def link_elsewhere(source, target, **keywords):
        # The state folder is on another disk, which has links.
        return refuse() if "src_dir_fd" in keywords else link(source, target, **keywords)

    for name in calls:
        if name == "link":
            os.link = link_elsewhere
        else:
            setattr(linux, name, refuse)


NO_EXCHANGE = {"link": ("exchange", "rename_new"), "rename": ("exchange", "rename_new", "link")}


@pytest.mark.parametrize("window", NO_EXCHANGE)
def test_killed_at_each_call_where_names_cannot_be_exchanged(tmp_path, window):
    """The old inode is kept by a link, or by nothing; the next run has the same file system."""
    scene = make_scene(tmp_path / "scene", 1)
    snapshot = snapshot_of(scene)
    told = tmp_path / "told"
    names = ("open", "write", "fsync", "rename", "link", "unlink", "stat")
    number = killed = 0
    while True:
        number += 1
        told.write_text("")

        def work(number=number):
            without(*NO_EXCHANGE[window])
            break_call(number, KILL, told.write_text, scene.folder, names)
            fix(scene)

        status = in_child(work)
        if not told.read_text():
            assert status == 0
            break
        assert status == -9
        killed += 1
        where = f"{window}: killed at call {number}, {told.read_text()}"
        assert_old_or_new(scene, where)

        def again():
            without(*NO_EXCHANGE[window])
            fix(scene)

        assert in_child(again) == 0, where
        assert_completes(scene, where)
        reset(scene, snapshot)
    assert killed > 10


@pytest.mark.parametrize("window", NO_EXCHANGE)
@pytest.mark.parametrize("step", ["read", "intended", "written"])
def test_a_save_before_the_rename_where_names_cannot_be_exchanged(tmp_path, window, step):
    scene = make_scene(tmp_path / "scene", 1)
    (victim,) = scene.old
    editor = Editor(victim, "rename")

    def save_without_exchange():
        editor.save(FIRST)
        without(*NO_EXCHANGE[window])

    status, told = run_with(scene, victim, {step: save_without_exchange})
    assert status == 0
    assert told["results"] == {str(victim): "Conflict"}
    assert victim.read_bytes() == FIRST
    assert litter(scene.folder) == []
