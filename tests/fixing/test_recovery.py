"""Recovery: each row of the table, also with two faults at once, and again and again."""

from __future__ import annotations

import dataclasses
import json
import os
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from fixing_material import (
    WRONG,
    KilledError,
    all_fixes,
    interrupted,
    litter,
    pictures,
    plan_for,
    read_record,
    sha,
    sidecar,
)

from provenance import metadata
from provenance.fixing import apply_plan, batch, recover, undo
from provenance.fixing import interrupted as interrupted_runs
from provenance.fixing.remains import Act, Holds, Remains, judge
from provenance.fixing.run import hold_lock
from provenance.model import Applied, Status
from provenance.registry import FindingQuery, FixQuery, findings, open_intents, records, runs
from provenance.registry.tables import AUDIT_LEAF
from provenance.storage.folder import Folder
from provenance.storage.replace import Replacement
from provenance.storage.temporary import UNFINISHED

FOREIGN = b"saved by another program, longer than anything of ours" * 1000


@pytest.fixture
def scene(desk, tmp_path, monkeypatch):
    """A picture with an open intent; ``new`` is what it was to become."""
    (path,) = pictures(tmp_path / "desk", 1)
    old = path.read_bytes()
    plan = plan_for(desk, [path])
    new = metadata.rewrite(old, plan.items[0].edits)
    interrupted(desk, plan, monkeypatch)
    with desk.registry.read() as tx:
        (fix,) = open_intents(tx)
    assert fix.after.sha256 == sha(new)
    return path, path.with_name(fix.tmp_name), {"old": old, "new": new, "other": FOREIGN,
                                                "partial": new[:1000], "other2": FOREIGN[::-1],
                                                "empty": b""}  # fmt: skip


# name has, temporary file has -> state, name has afterwards, temporary has afterwards
TABLE = [
    ("new", "old", "commit", "new", None),
    ("new", "new", "commit", "new", None),
    ("new", None, "commit", "new", None),
    ("new", "other", "conflict", "other", None),
    ("old", "new", "abort", "old", None),
    ("old", "partial", "abort", "old", None),
    ("old", None, "abort", "old", None),
    ("old", "old", "abort", "old", None),
    ("other", "old", "conflict", "other", "old"),
    ("other", "new", "conflict", "other", None),
    ("other", "partial", "conflict", "other", None),
    ("other", None, "conflict", "other", None),
    ("other", "other2", "conflict", "other", "other2"),
    (None, "old", "conflict", "old", None),
    (None, "new", "conflict", "new", None),
    (None, "other", "conflict", "other", None),
    (None, "partial", "conflict", None, None),
    (None, None, "conflict", None, None),
    # With the mode of a picture: ours after a power cut, or another program's that is saving.
    ("old", "empty", "abort", "old", None),
    ("new", "empty", "conflict", "empty", None),
    ("other", "empty", "conflict", "other", "empty"),
    (None, "empty", "conflict", None, "empty"),
]


def arrange(path, content, texts, *, private=False):
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(texts[content])
        if private:
            path.chmod(UNFINISHED)


def holds(path, texts):
    if not path.exists():
        return None
    return {data: word for word, data in texts.items()}[path.read_bytes()]


@pytest.mark.parametrize(("name", "beside", "state", "name_after", "beside_after"), TABLE)
def test_every_row(desk, scene, name, beside, state, name_after, beside_after):
    path, temporary, texts = scene
    arrange(path, name, texts)
    arrange(temporary, beside, texts, private=beside == "partial")
    (done,) = recover(desk)
    assert (holds(path, texts), holds(temporary, texts)) == (name_after, beside_after)
    assert done.state == state
    assert done.kept == (str(temporary) if beside_after else "")
    with desk.registry.read() as tx:
        assert open_intents(tx) == ()
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx))
        last = [json.loads(row.rec) for row in rows][-1]
    assert last["act"] == f"fix.{state}"
    assert last["detail"]["by"] == "recovery"
    assert recover(desk) == ()
    assert (holds(path, texts), holds(temporary, texts)) == (name_after, beside_after)


@pytest.mark.parametrize(("name", "beside", "state", "name_after", "beside_after"), TABLE)
def test_every_row_interrupted_at_every_step(
    desk, scene, monkeypatch, name, beside, state, name_after, beside_after
):
    """End the process after each change that recovery makes, then recover."""
    path, temporary, texts = scene
    arrange(path, name, texts)
    arrange(temporary, beside, texts, private=beside == "partial")
    for step in range(6):
        made = [0]

        def counted(real, made=made, step=step):
            def call(*arguments):
                answer = real(*arguments)
                made[0] += 1
                if made[0] > step:
                    raise KilledError
                return answer

            return call

        with monkeypatch.context() as patch:
            for verb in ("remove", "exchange", "put_back", "sync"):
                patch.setattr(Folder, verb, counted(getattr(Folder, verb)))
            try:
                recover(desk)
                break
            except KilledError:
                continue
    recover(desk)
    assert (holds(path, texts), holds(temporary, texts)) == (name_after, beside_after)
    with desk.registry.read() as tx:
        assert open_intents(tx) == ()


@pytest.mark.parametrize("name", list(Holds))
@pytest.mark.parametrize("beside", list(Holds))
def test_no_verdict_removes_the_only_copy_of_bytes(name, beside):
    verdict = judge(Remains(name, beside))
    if verdict.act is Act.REMOVE:
        assert beside is not Holds.OTHER
        assert beside not in {Holds.OLD, Holds.UNCLEAR} or name is Holds.OLD
    assert verdict.keeps is (verdict.act is Act.NOTHING and verdict.state != "commit")


def test_recovered_commit_is_fully_recorded(desk, scene):
    path, temporary, texts = scene
    arrange(path, "new", texts)
    arrange(temporary, "old", texts)
    recover(desk)
    with desk.registry.read() as tx:
        assert records(tx, [str(path)])[str(path)] == read_record(path)
        states = {one.uri: one.status for one in findings(tx, FindingQuery())}
        assert states[str(path)] is Status.FIXED
        assert all(run.finished for run in runs(tx))
    (fix,) = all_fixes(desk.registry, uri=str(path))
    undone = undo(FixQuery(uri=str(path)), desk)
    assert isinstance(undone.outcomes[0].result, Applied)
    assert path.read_bytes() == texts["old"]
    assert fix.outcome_index is not None


def test_third_name_left_by_the_link_way(desk, scene):
    """A kill between link and rename, and one between rename and the last rename."""
    path, temporary, texts = scene
    keeping = path.with_name(temporary.name[:-4] + ".old")
    temporary.write_bytes(texts["new"])
    os.link(path, keeping)
    recover(desk)
    assert path.read_bytes() == texts["old"]
    assert litter(path.parent) == []


@pytest.mark.parametrize(
    ("name", "state", "kept"), [("new", "commit", None), ("other", "conflict", "old")]
)
def test_third_name_holds_the_old_bytes(desk, scene, name, state, kept):
    path, temporary, texts = scene
    path.rename(path.with_name(temporary.name[:-4] + ".old"))
    path.write_bytes(texts[name])
    (done,) = recover(desk)
    assert done.state == state
    assert holds(path, texts) == name
    assert holds(temporary, texts) == kept


@pytest.mark.usefixtures("scene")
def test_living_run_is_left_alone(desk):
    with desk.registry.read() as tx:
        (fix,) = open_intents(tx)
    with hold_lock(desk.log.state, fix.run_id, make=False) as held:
        assert held
        assert recover(desk) == ()
    with desk.registry.read() as tx:
        assert open_intents(tx) == (fix,)
    assert len(recover(desk)) == 1


@pytest.mark.usefixtures("scene")
def test_run_of_another_state_folder_is_left_alone_for_a_day(desk):
    with desk.registry.read() as tx:
        (fix,) = open_intents(tx)
    (desk.log.state / "runs" / f"{fix.run_id}.lock").unlink()
    (told,) = recover(desk)
    assert (told.fix_id, told.state) == (fix.fix_id, "intent")
    assert "another state folder" in told.reason
    with desk.registry.read() as tx:
        assert open_intents(tx) == (fix,)
    tomorrow = (datetime.now(UTC) + timedelta(hours=25)).isoformat()
    (done,) = recover(dataclasses.replace(desk, clock=lambda: tomorrow))
    assert done.state == "abort"


@pytest.mark.usefixtures("scene")
def test_locks_of_settled_runs_are_gone(desk):
    recover(desk)
    assert list((desk.log.state / "runs").iterdir()) == []


def test_folder_out_of_reach_stays_open_until_it_is_back(desk, scene):
    path, temporary, texts = scene
    temporary.write_bytes(texts["new"])
    away = path.parent.rename(path.parent.with_name("unmounted"))
    (done,) = recover(desk)
    assert done.state == "intent"
    assert done.reason
    away.rename(path.parent)
    (done,) = recover(desk)
    assert done.state == "abort"
    assert litter(path.parent) == []


def test_files_of_strangers_are_left_alone(desk, scene):
    path = scene[0]
    strangers = [path.with_name(".0000.jpg.0123456789abcdef.tmp"), path.with_name(".other.tmp")]
    for stranger in strangers:
        stranger.write_bytes(b"not ours")
    recover(desk)
    assert [stranger.read_bytes() for stranger in strangers] == [b"not ours"] * 2


def test_leftover_of_a_finished_fix_is_swept_but_foreign_bytes_are_not(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 2)
    plan = plan_for(desk, paths)

    def end(*_):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(batch.Batch, "_discard_old", end)
        with pytest.raises(KilledError):
            apply_plan(plan, desk)
    left = [path for path in sorted((tmp_path / "desk").glob(".*")) if path.is_file()]
    assert len(left) == 2
    left[0].write_bytes(FOREIGN)
    (told,) = recover(desk)
    assert (told.state, told.kept) == ("commit", str(left[0]))
    assert str(left[0]) in told.reason
    assert recover(desk) == ()
    assert [path.name for path in left if path.exists()] == [left[0].name]
    assert all(WRONG.encode() not in path.read_bytes() for path in paths)


@pytest.mark.parametrize("written", [".jpg", ".xmp"])
def test_half_a_group_is_taken_back(desk, tmp_path, monkeypatch, written):
    (path,) = pictures(tmp_path / "desk", 1)
    beside = path.with_suffix(".xmp")
    beside.write_bytes(sidecar())
    before = {path: path.read_bytes(), beside: beside.read_bytes()}
    real = Replacement.exchange

    def exchange(self):
        if not self.uri.endswith(written):
            raise KilledError
        real(self)

    plan = plan_for(desk, [path])
    item = plan.items[0]
    if written == ".xmp":
        item = dataclasses.replace(item, files=item.files[::-1])
        plan = dataclasses.replace(plan, items=(item,))
    with monkeypatch.context() as patch:
        patch.setattr(Replacement, "exchange", exchange)
        with pytest.raises(KilledError):
            apply_plan(plan, desk)
    assert path.with_suffix(written).read_bytes() != before[path.with_suffix(written)]
    done = recover(desk)
    assert [one.state for one in done] == ["abort", "abort"]
    assert {one: one.read_bytes() for one in before} == before
    assert litter(tmp_path / "desk") == []


def test_interrupted_undo_is_recovered_as_an_undo(desk, tmp_path, monkeypatch):
    (path,) = pictures(tmp_path / "desk", 1)
    old = path.read_bytes()
    run_id = apply_plan(plan_for(desk, [path]), desk).run_id

    def end(*_, **__):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("provenance.fixing.batch.settle", end)
        with pytest.raises(KilledError):
            undo(FixQuery(run_id=run_id), desk)
    assert path.read_bytes() == old
    (done,) = recover(desk)
    assert done.state == "commit"
    first, _ = all_fixes(desk.registry, uri=str(path))
    assert first.state == "undone"
    with desk.registry.read() as tx:
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx))
        acts = [json.loads(row.rec)["act"] for row in rows]
        assert {one.status for one in findings(tx, FindingQuery())} == {Status.OPEN}
    assert acts[-2:] == ["undo.intent", "undo.commit"]


@pytest.mark.parametrize("had_lock", [False, True])
def test_a_run_that_ended_well_while_it_was_looked_at_is_left_alone(
    desk, scene, monkeypatch, had_lock
):
    """Its lock may be opened just before the run removes it: then it is held, of a file gone."""
    looked = interrupted_runs._unfinished
    stale: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(interrupted_runs, "_unfinished", lambda *of: stale.extend(looked(*of)) or [])
        assert recover(desk) == ()
    assert [len(begun) for _, begun in stale] == [1]
    assert recover(desk)
    with desk.registry.read() as tx:
        before = runs(tx)
    monkeypatch.setattr(interrupted_runs, "_unfinished", lambda *_: stale)
    if had_lock:
        monkeypatch.setattr(
            interrupted_runs, "hold_lock", lambda *_, **__: nullcontext(enter_result=True)
        )
    assert recover(desk) == ()
    with desk.registry.read() as tx:
        assert runs(tx) == before
