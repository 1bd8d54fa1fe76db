"""Quarantine, release and deletion: the files, the rows, the log, and every interruption."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from fault_material import in_child
from fixing_material import sha
from quarantine_material import (
    KILL,
    Scene,
    assert_nothing_lost,
    assert_settled,
    break_call,
    delete,
    done,
    everything,
    give_back,
    kept,
    make_scene,
    put_away,
    standing,
    wanted,
)

from provenance.auditlog import entries
from provenance.errors import StorageError, UsageError
from provenance.fixing import Desk, destroy, quarantine, recover_moves, release
from provenance.fixing.moving import batch as move_batch
from provenance.model import Applied, Conflict, Failed
from provenance.registry import MoveState, Presence, stored
from provenance.registry import put_away as away_in_registry

ACTS: dict[str, Callable[[Scene, Desk], list[type]]] = {
    "quarantine": put_away,
    "release": give_back,
    "destroy": delete,
}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return make_scene(tmp_path)


@pytest.fixture
def opened(scene: Scene):
    desk = scene.desk
    yield desk
    desk.registry.close()


def logged(desk: Desk) -> list[dict]:
    with desk.registry.read() as tx:
        return [one.record for one in entries(tx.connection, 0, 100)]


def presence(scene: Scene, desk: Desk) -> set[Presence]:
    with desk.registry.read() as tx:
        return {one.presence for one in stored(tx, [str(p) for p in scene.old]).values()}


def test_a_picture_and_its_sidecar_go_out_of_reach(scene: Scene, opened: Desk) -> None:
    assert done(put_away(scene, opened))
    assert list((scene.files / "archive").iterdir()) == []
    assert kept(scene) == {sha(data): data for data in scene.old.values()}
    rows = standing(opened)
    assert {one.uri for one in rows} == {str(path) for path in scene.old}
    for one in rows:
        found = os.stat(one.place)
        assert stat.S_IMODE(found.st_mode) == 0o400
        assert (one.fixity.sha256, one.fixity.size) == (
            sha(scene.old[Path(one.uri)]),
            found.st_size,
        )
        assert (one.mode, one.agent) == (0o640, "berta")
    assert presence(scene, opened) == {Presence.GONE}
    with opened.registry.read() as tx:
        assert len(away_in_registry(tx, [str(path) for path in scene.old])) == 1
    assert_settled(scene, opened)


def test_every_act_is_in_the_log_with_who_and_why(scene: Scene, opened: Desk) -> None:
    put_away(scene, opened)
    records = [one for one in logged(opened) if one["act"].startswith("quarantine.")]
    assert [one["act"] for one in records] == ["quarantine.intent"] * 2 + ["quarantine.commit"] * 2
    for one in records:
        assert one["why"]["notice"] == KILL.notice_id
        assert one["event"] == "quarantine"
        assert {"role": "authorizer", "id": "user:berta"} in one["agents"]
        assert {"role": "implementer", "id": "user:anna"} in one["agents"]
        assert one["objects"][0]["sha256"] == one["objects"][1]["sha256"]
        assert one["objects"][1]["path"].startswith(str(scene.base))


def test_a_lawyer_reads_the_instruction_without_the_program(scene: Scene, opened: Desk) -> None:
    put_away(scene, opened)
    (text,) = scene.base.rglob("instruction.txt")
    words = text.read_text("utf-8")
    assert "MUST NOT BE USED" in words
    assert "MANDATORY KILL: this photo may no longer be used.\nWe are sorry." in words
    assert "2026-11-20T08:00:00Z, by berta" in words
    assert "delete it from all servers" in words
    assert "\x1b" not in words
    for path, data in scene.old.items():
        assert str(path) in words
        assert sha(data) in words
    document = json.loads(text.with_suffix(".json").read_bytes())
    assert document["notice"]["text"] == KILL.text
    assert document["files"][0]["imageDigest"]
    assert stat.S_IMODE(text.stat().st_mode) == 0o400


def test_release_puts_back_bytes_name_mode_and_time(scene: Scene, opened: Desk) -> None:
    before = {path: path.stat() for path in scene.old}
    put_away(scene, opened)
    assert done(give_back(scene, opened))
    for path, data in scene.old.items():
        assert path.read_bytes() == data
        after = path.stat()
        assert (after.st_mode, after.st_mtime_ns, after.st_nlink) == (
            before[path].st_mode,
            before[path].st_mtime_ns,
            1,
        )
    assert list(scene.base.rglob("*.quarantined")) == []
    assert presence(scene, opened) == {Presence.PRESENT}
    assert {one.state for one in everything(opened, act="quarantine")} == {MoveState.RELEASED}
    assert_settled(scene, opened)
    assert done(put_away(scene, opened))  # and away again
    assert_settled(scene, opened)


def test_release_never_writes_over_a_file(scene: Scene, opened: Desk) -> None:
    put_away(scene, opened)
    taken = next(path for path in scene.old if path.suffix == ".xmp")
    taken.write_bytes(b"new")
    assert give_back(scene, opened) == [Conflict]
    assert taken.read_bytes() == b"new"
    assert [one.name for one in taken.parent.iterdir()] == [taken.name]
    assert kept(scene) == {sha(data): data for data in scene.old.values()}
    assert len(standing(opened)) == 2
    taken.unlink()
    assert done(give_back(scene, opened))
    assert_settled(scene, opened)


def test_what_was_changed_in_quarantine_is_not_put_back(scene: Scene, opened: Desk) -> None:
    put_away(scene, opened)
    place = Path(standing(opened)[0].place)
    place.chmod(0o600)
    place.write_bytes(b"other")
    assert give_back(scene, opened) == [Conflict]
    assert delete(scene, opened).count(Conflict) == 1
    assert place.read_bytes() == b"other"
    assert_settled(scene, opened)


def test_deletion_keeps_digests_reason_and_instruction(scene: Scene, opened: Desk) -> None:
    put_away(scene, opened)
    assert done(delete(scene, opened))
    assert kept(scene) == {}
    (left,) = {path.parent for path in scene.base.rglob("instruction.txt")}
    words = (left / "deleted.txt").read_text("utf-8")
    assert "The agency orders it." in words
    assert "anna" in words
    deleted = everything(opened, act="quarantine")
    assert {one.state for one in deleted} == {MoveState.DELETED}
    assert {one.fixity.sha256 for one in deleted} == {sha(data) for data in scene.old.values()}
    records = [one for one in logged(opened) if one["act"] == "destroy.commit"]
    assert [one["event"] for one in records] == ["deletion"] * 2
    assert {one["detail"]["why"] for one in records} == {"The agency orders it."}
    assert {one["objects"][0]["sha256"] for one in records} == set(map(sha, scene.old.values()))
    assert_settled(scene, opened)


def test_nothing_is_done_without_a_name_or_deleted_without_a_reason(
    scene: Scene, opened: Desk
) -> None:
    nobody = Desk(opened.registry, opened.log, " ", opened.clock)
    with pytest.raises(UsageError, match="Nobody"):
        quarantine(KILL, wanted(scene), str(scene.base), nobody)
    put_away(scene, opened)
    with pytest.raises(UsageError, match="reason"):
        destroy(standing(opened), opened, "  ")
    assert len(kept(scene)) == 2


def test_a_file_that_changed_since_the_audit_stays(scene: Scene, opened: Desk) -> None:
    plan = wanted(scene)
    path = next(iter(scene.old))
    path.write_bytes(b"newer")
    done_now = quarantine(KILL, plan, str(scene.base), opened)
    assert [type(one.result) for one in done_now.outcomes] == [Conflict]
    assert "audit" in done_now.outcomes[0].result.reason
    assert path.read_bytes() == b"newer"
    assert everything(opened) == ()


def test_a_picture_that_cannot_go_leaves_its_sidecar_and_no_litter(
    scene: Scene, opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sidecar is moved second; where it fails, the picture is put back."""
    plan = wanted(scene)
    real = move_batch.Workshop.carry_out

    def fails(self, move, source, papers) -> None:
        if move.uri.endswith(".xmp"):
            Path(move.uri).write_bytes(b"newer")
        real(self, move, source, papers)

    monkeypatch.setattr(move_batch.Workshop, "carry_out", fails)
    outcomes = quarantine(KILL, plan, str(scene.base), opened).outcomes
    assert [type(one.result) for one in outcomes] == [Conflict]
    picture = next(iter(scene.old))
    assert picture.read_bytes() == scene.old[picture]
    assert list(scene.base.rglob("*.*")) == [scene.base / KILL.notice_id / ".provenance-quarantine"]
    assert {one.state for one in everything(opened)} == {MoveState.CONFLICT}
    assert_settled(scene, opened)


def test_several_pictures_and_one_that_fails(tmp_path: Path) -> None:
    scene = make_scene(tmp_path, 3)
    desk = scene.desk
    plan = wanted(scene)
    Path(plan[1].uri).unlink()
    outcomes = [type(one.result) for one in quarantine(KILL, plan, str(scene.base), desk).outcomes]
    assert outcomes == [Applied, Conflict, Applied]
    assert len(standing(desk)) == 4
    desk.registry.close()


def test_a_folder_that_is_gone_is_told_and_the_picture_stays_kept(
    scene: Scene, opened: Desk
) -> None:
    put_away(scene, opened)
    (scene.files / "archive").rmdir()
    outcomes = release(standing(opened), opened).outcomes
    assert [type(one.result) for one in outcomes] == [Failed]
    assert len(kept(scene)) == 2
    (scene.files / "archive").mkdir()
    assert done(give_back(scene, opened))


def prepared(root: Path, act: str) -> Scene:
    scene = make_scene(root)
    if act != "quarantine":
        desk = scene.desk
        put_away(scene, desk)
        desk.registry.close()
    return scene


def attempt(scene: Scene, act: str, number: int, code: int) -> int:
    def work() -> None:
        desk = scene.desk
        break_call(number, code, scene.files)
        ACTS[act](scene, desk)

    return in_child(work)


def must_recover(scene: Scene, act: str, where: str) -> None:
    """After any interruption nothing is lost, and the same command completes."""
    if act != "destroy":
        assert_nothing_lost(scene, where)
    desk = scene.desk
    recover_moves(desk)
    assert recover_moves(desk) == (), where
    if act != "destroy":
        assert_nothing_lost(scene, where)
    if wanted(scene) if act == "quarantine" else standing(desk):
        assert done(ACTS[act](scene, desk)), where
    assert_settled(scene, desk, where)
    here = {path.exists() for path in scene.old}
    assert here == {act == "release"}, where
    assert len(kept(scene)) == (2 if act == "quarantine" else 0), where
    desk.registry.close()


def calls(root: Path, act: str) -> int:
    """How many calls an undisturbed run makes."""
    scene = prepared(root, act)
    read, write = os.pipe()

    def work() -> None:
        desk = scene.desk
        count = break_call(0, 0, scene.files)
        ACTS[act](scene, desk)
        os.write(write, str(count()).encode())

    assert in_child(work) == 0
    number = int(os.read(read, 20))
    os.close(read)
    os.close(write)
    return number


def run_all(root: Path, act: str, code: int, step: int) -> None:
    number = calls(root / "count", act)
    assert number > 10
    for at in range(1 + (code % step), number + 1, step):
        scene = prepared(root / str(at), act)
        attempt(scene, act, at, code)
        must_recover(scene, act, f"{act}, call {at} of {number}, errno {code}")


FAULTS = [pytest.param(0, id="kill"), *(pytest.param(getattr(errno, one), id=one) for one in ("ENOSPC", "EIO"))]  # fmt: skip


@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize("act", list(ACTS))
def test_an_interruption_at_a_sample_of_calls(tmp_path: Path, act: str, code: int) -> None:
    run_all(tmp_path, act, code, 17)


@pytest.mark.soak
@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize("act", list(ACTS))
def test_an_interruption_at_every_call(tmp_path: Path, act: str, code: int) -> None:
    run_all(tmp_path, act, code, 1)


def test_a_quarantine_folder_that_cannot_be_looked_at_is_not_taken_for_gone(
    scene: Scene, opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes that were given back are removed by the next command, not forgotten."""
    put_away(scene, opened)
    real = os.stat

    def broken(path, *more, **named):
        if str(path).startswith(str(scene.base)) and (scene.files / "archive/0.xmp").exists():
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, *more, **named)

    with monkeypatch.context() as faulty:
        faulty.setattr(os, "stat", broken)
        assert done(give_back(scene, opened))
    assert len(kept(scene)) == 2
    recover_moves(opened)
    assert kept(scene) == {}
    assert_settled(scene, opened)


def test_where_files_cannot_be_named_by_their_folder_nothing_is_moved(
    scene: Scene, opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "supports_dir_fd", os.supports_dir_fd - {os.link})
    with pytest.raises(StorageError, match="Linux and macOS") as caught:
        quarantine(KILL, wanted(scene), str(scene.base), opened)
    assert caught.value.code == "moves-not-offered"
    assert all(path.exists() for path in scene.old)
    assert not scene.base.exists()


@pytest.mark.parametrize("act", ["quarantine", "release", "destroy"])
@pytest.mark.parametrize("mount_point", [False, True])
def test_a_disk_that_is_not_mounted_is_not_taken_for_a_deletion(
    scene: Scene, opened: Desk, monkeypatch: pytest.MonkeyPatch, act: str, mount_point: bool
) -> None:
    """What is open waits until the disk is there again; nothing is made in its place."""
    if act != "quarantine":
        put_away(scene, opened)
    before = kept(scene)
    away = scene.files / "unmounted"

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # All was done in the folders, or, of a deletion, nothing.
        what = "settle_moves" if act != "destroy" else "Workshop.carry_out"
        patch.setattr(f"provenance.fixing.moving.batch.{what}", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ACTS[act](scene, opened)
    if act == "quarantine":
        before = kept(scene)
    scene.base.rename(away)
    if mount_point:
        scene.base.mkdir()
    for _ in range(2):
        recover_moves(opened)
        states = {one.state for one in everything(opened, act=act)}
        assert states == {MoveState.INTENT}
        assert not scene.base.exists() or list(scene.base.iterdir()) == []
    if mount_point:
        scene.base.rmdir()
    away.rename(scene.base)
    recover_moves(opened)
    assert kept(scene) == ({} if act == "release" else before)
    assert len(before) == 2
    assert_settled(scene, opened)
