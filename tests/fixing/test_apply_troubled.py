"""A plan among disks, programs and registries that get in the way."""

from __future__ import annotations

import errno
import json
import os
import resource
import stat

import pytest
from fixing_material import (
    NOW,
    RIGHT,
    all_fixes,
    creators,
    litter,
    pictures,
    plan_for,
    read_record,
    sidecar,
)

from provenance.auditlog import AuditLog
from provenance.errors import LogError, RegistryError, StorageError
from provenance.fixing import Desk, apply_plan, batch
from provenance.model import Applied, Conflict, Container, Failed, Status
from provenance.registry import Run, findings, open_intents, records, start_run
from provenance.registry.tables import AUDIT_LEAF
from provenance.storage import linux
from provenance.storage.folder import Folder


def leaves(desk):
    with desk.registry.read() as tx:
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx))
        return [json.loads(row.rec) for row in rows]


def acts(desk):
    return [leaf["act"] for leaf in leaves(desk)]


def results(applying):
    return [type(one.result) for one in applying.outcomes]


def with_sidecar(desk, folder):
    (path,) = pictures(folder, 1)
    path.with_suffix(".xmp").write_bytes(sidecar())
    return path, plan_for(desk, [path])


@pytest.mark.parametrize("victim", [".jpg", ".xmp"])
def test_picture_and_sidecar_change_neither_where_one_cannot(desk, tmp_path, monkeypatch, victim):
    path, plan = with_sidecar(desk, tmp_path / "desk")
    beside = path.with_suffix(".xmp")
    before = {path: path.read_bytes(), beside: beside.read_bytes()}
    real, saved = linux.exchange, []

    def exchange(folder, one, other):
        if other.endswith(victim) and not saved:
            target = path.with_suffix(victim)
            target.unlink()
            target.write_bytes(b"foreign save")
            saved.append(target)
        real(folder, one, other)

    monkeypatch.setattr(linux, "exchange", exchange)
    assert results(apply_plan(plan, desk)) == [Conflict]
    for file, data in before.items():
        assert file.read_bytes() == (b"foreign save" if file in saved else data)
    assert litter(tmp_path / "desk") == []
    assert acts(desk)[1:] == ["fix.intent"] * 2 + ["fix.conflict"] * 2


def test_changed_sidecar_holds_back_the_picture(desk, tmp_path):
    path, plan = with_sidecar(desk, tmp_path / "desk")
    old = path.read_bytes()
    path.with_suffix(".xmp").write_bytes(sidecar("Somebody ELSE"))
    assert results(apply_plan(plan, desk)) == [Conflict]
    assert path.read_bytes() == old


def test_foreign_save_at_the_exchange_is_a_conflict_and_survives(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 3)
    plan = plan_for(desk, paths)
    real, done = linux.exchange, []

    def exchange(folder, one, other):
        if other == paths[1].name and not done:
            paths[1].unlink()
            paths[1].write_bytes(b"foreign save")
            done.append(other)
        real(folder, one, other)

    monkeypatch.setattr(linux, "exchange", exchange)
    applying = apply_plan(plan, desk)
    assert results(applying) == [Applied, Conflict, Applied]
    assert paths[1].read_bytes() == b"foreign save"
    assert litter(tmp_path / "desk") == []
    assert sorted(fix.state for fix in all_fixes(desk.registry)) == ["commit", "commit", "conflict"]


def test_error_of_one_file_is_its_outcome(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 3)
    plan = plan_for(desk, paths)
    old = paths[1].read_bytes()
    real = os.open

    def fail(name, flags, *arguments, **keywords):
        if isinstance(name, str) and name.startswith(f".{paths[1].name}"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(name, flags, *arguments, **keywords)

    monkeypatch.setattr(os, "open", fail)
    applying = apply_plan(plan, desk)
    assert results(applying) == [Applied, Failed, Applied]
    assert paths[1].name in applying.outcomes[1].result.reason
    assert paths[1].read_bytes() == old
    assert sorted(fix.state for fix in all_fixes(desk.registry)) == ["abort", "commit", "commit"]


@pytest.mark.parametrize("which", ["file", "folder"])
def test_fsync_error_stops_everything_and_claims_nothing(desk, tmp_path, monkeypatch, which):
    monkeypatch.setattr("provenance.fixing.drafting.BATCH_ITEMS", 2)
    paths = pictures(tmp_path / "desk", 5)
    old = [path.read_bytes() for path in paths]
    plan = plan_for(desk, paths)
    real, failed = os.fsync, []

    def fsync(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        here = os.readlink(f"/proc/self/fd/{descriptor}").startswith(str(tmp_path / "desk"))
        if here and is_folder == (which == "folder"):
            failed.append(descriptor)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    applying = apply_plan(plan, desk)
    assert applying.halted
    assert results(applying) == [Failed] * 5
    assert [path.read_bytes() for path in paths] == old
    assert "fix.commit" not in acts(desk)
    assert len(failed) <= 2
    monkeypatch.setattr(os, "fsync", real)
    assert results(apply_plan(plan, desk)) == [Applied] * 5
    with desk.registry.read() as tx:
        assert open_intents(tx) == ()
    assert litter(tmp_path / "desk") == []


def test_log_that_refuses_stops_before_the_first_byte(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 2)
    old = [path.read_bytes() for path in paths]
    plan = plan_for(desk, paths)

    def refuse(*_):
        raise LogError("the log was rolled back", code="log-behind")

    monkeypatch.setattr(AuditLog, "append", refuse)
    with pytest.raises(LogError):
        apply_plan(plan, desk)
    assert [path.read_bytes() for path in paths] == old
    assert litter(tmp_path / "desk") == []
    assert all_fixes(desk.registry) == ()


def test_registry_that_refuses_the_commit_is_recovered(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 2)
    plan = plan_for(desk, paths)
    with monkeypatch.context() as broken:

        def refuse(*_, **__):
            raise RegistryError("the disk is full")

        broken.setattr("provenance.fixing.batch.settle", refuse)
        with pytest.raises(RegistryError):
            apply_plan(plan, desk)
    assert len(litter(tmp_path / "desk")) == 2
    again = apply_plan(plan, desk)
    assert results(again) == [Conflict, Conflict]
    assert [one.state for one in again.recovered] == ["commit", "commit"]
    assert litter(tmp_path / "desk") == []
    assert [fix.state for fix in all_fixes(desk.registry)] == ["commit", "commit"]
    with desk.registry.read() as tx:
        assert {one.status for one in findings(tx)} == {Status.FIXED}
        held = records(tx, [str(path) for path in paths])
    assert held == {str(path): read_record(path) for path in paths}


def test_another_desk_is_at_work_on_the_file(desk, tmp_path, own_state):
    """A file with an open intent of a living run is left to that run."""
    (path,) = pictures(tmp_path / "desk", 1)
    plan = plan_for(desk, [path])
    other = Desk(desk.registry, desk.log, "ben", desk.clock)
    inner = []
    real = batch.Batch._record_intents

    def record_intents(self):
        real(self)
        if not inner:
            inner.append(None)
            inner[0] = apply_plan(plan, other)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch.Batch, "_record_intents", record_intents)
        outer = apply_plan(plan, desk)
    assert results(outer) == [Applied]
    assert results(inner[0]) == [Conflict]
    assert "at work" in inner[0].outcomes[0].result.reason
    assert [fix.state for fix in all_fixes(desk.registry)] == ["commit"]


@pytest.mark.parametrize("named", [True, False])
def test_link_above_a_folder_is_followed_only_where_a_person_named_it(desk, tmp_path, named):
    pictures(tmp_path / "real" / "desk", 1)
    (tmp_path / "share").symlink_to(tmp_path / "real")
    path = tmp_path / "share" / "desk" / "0000.jpg"
    plan = plan_for(desk, [path])
    if named:
        with desk.registry.write() as tx:
            start_run(tx, Run("scan-share", "scan", "anna", NOW, (str(tmp_path / "share"),)))
    applying = apply_plan(plan, desk)
    assert results(applying) == [Applied if named else Failed]
    if not named:
        assert "symbolic link" in applying.outcomes[0].result.reason


def no_exchange(*_):
    raise OSError(errno.EINVAL, "no flags here")


def test_file_system_without_exchange_is_told(desk, tmp_path, monkeypatch):
    (path,) = pictures(tmp_path / "desk", 1)
    monkeypatch.setattr(linux, "exchange", no_exchange)
    applying = apply_plan(plan_for(desk, [path]), desk)
    assert results(applying) == [Applied]
    assert "cannot exchange names" in applying.outcomes[0].notes[0]
    assert litter(tmp_path / "desk") == []


def test_save_seen_after_the_sync_is_a_conflict(desk, tmp_path, monkeypatch):
    """Without exchange the name is read again once it is durable."""
    (path,) = pictures(tmp_path / "desk", 1)
    plan = plan_for(desk, [path])
    old = path.read_bytes()
    real = os.fsync

    def fsync(descriptor):
        real(descriptor)
        here = os.readlink(f"/proc/self/fd/{descriptor}")
        if here == str(tmp_path / "desk") and path.read_bytes() != b"foreign save":
            path.unlink()
            path.write_bytes(b"foreign save")

    monkeypatch.setattr(linux, "exchange", no_exchange)
    monkeypatch.setattr(os, "fsync", fsync)
    applying = apply_plan(plan, desk)
    assert results(applying) == [Conflict]
    assert path.read_bytes() == b"foreign save"
    (kept,) = litter(tmp_path / "desk")
    assert (tmp_path / "desk" / kept).read_bytes() == old
    assert kept in " ".join(applying.outcomes[0].notes)
    assert [fix.state for fix in all_fixes(desk.registry)] == ["conflict"]


def test_what_cannot_be_put_back_waits_for_recovery(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 3)
    plan = plan_for(desk, paths)
    real = {word: getattr(Folder, word) for word in ("digest", "holds")}

    def unreadable(word):
        def verb(self, name, *data):
            if name.startswith(f".{paths[0].name}") or name == paths[0].name:
                raise StorageError("the disk gives an error")
            return real[word](self, name, *data)

        return verb

    with monkeypatch.context() as patch:
        for word in real:
            patch.setattr(Folder, word, unreadable(word))
        applying = apply_plan(plan, desk)
    assert applying.halted
    assert results(applying) == [Failed] * 3
    with desk.registry.read() as tx:
        assert [one.uri for one in open_intents(tx)] == [str(paths[0])]
    apply_plan(plan, desk)
    assert {path: creators(path)[Container.XMP] for path in paths} == dict.fromkeys(paths, (RIGHT,))
    assert litter(tmp_path / "desk") == []


def test_late_write_into_the_former_file_is_kept_and_told(desk, tmp_path, monkeypatch):
    (path,) = pictures(tmp_path / "desk", 1)
    plan = plan_for(desk, [path])
    real = batch.Batch._record_endings
    with path.open("r+b") as editor:

        def record_endings(self, groups):
            real(self, groups)
            editor.write(b"late words")
            editor.flush()

        monkeypatch.setattr(batch.Batch, "_record_endings", record_endings)
        applying = apply_plan(plan, desk)
    assert results(applying) == [Applied]
    (kept,) = litter(tmp_path / "desk")
    assert kept in applying.outcomes[0].notes[0]
    monkeypatch.undo()
    apply_plan(plan, desk)
    assert litter(tmp_path / "desk") == [kept]


def test_many_folders_need_few_descriptors(desk, tmp_path):
    paths = [pictures(tmp_path / "desk" / f"{n:03}", 1)[0] for n in range(150)]
    plan = plan_for(desk, paths)
    for path in paths[:100]:
        path.write_bytes(b"changed")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 110, hard))
    try:
        applying = apply_plan(plan, desk)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert results(applying) == [Conflict] * 100 + [Applied] * 50


def test_file_over_the_limit_fails(desk, tmp_path, monkeypatch):
    (path,) = pictures(tmp_path / "desk", 1)
    plan = plan_for(desk, [path])
    monkeypatch.setattr("provenance.storage.folder.LARGEST", 100)
    applying = apply_plan(plan, desk)
    assert results(applying) == [Failed]
    assert applying.outcomes[0].result.error == "too-large"
