"""What a worker says is a proposal: it may be dead, it may lie, and nothing is lost by it."""

from __future__ import annotations

import dataclasses
import io
import json

import pytest
from fixing_material import (
    RIGHT,
    all_fixes,
    creators,
    pictures,
    plain_jpeg,
    plan_for,
    read_record,
    sha,
)
from PIL import Image

from provenance import isolation
from provenance.fixing import ApplyOptions, apply_plan, undo
from provenance.metadata.splicing import Splice
from provenance.model import Applied, Container, Failed
from provenance.registry import FixQuery, iter_records, open_intents, records
from provenance.registry.tables import AUDIT_LEAF


def acts(desk):
    with desk.registry.read() as tx:
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx))
        return [json.loads(row.rec)["act"] for row in rows]


def results(applying):
    return [type(one.result) for one in applying.outcomes]


@pytest.fixture
def answers(monkeypatch):
    """Workers of this very process, whose answers are changed on the way."""
    changed = []

    class Pool:
        def __init__(self, jobs):
            assert jobs >= 1

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def run_batches(self, work, batches, **_):
            number = 0
            for batch in batches:
                answers = []
                for made in work(batch):
                    answers.append(changed[0](number, made))
                    number += 1
                yield answers

    monkeypatch.setattr(isolation, "Pool", Pool)
    return changed


def with_file(made, **change):
    return dataclasses.replace(made, files=(dataclasses.replace(made.files[0], **change),))


def test_worker_that_died_is_the_failure_of_its_picture(desk, tmp_path, answers):
    paths = pictures(tmp_path / "desk", 3)
    old = paths[1].read_bytes()
    died = isolation.Died("parser-died", "the worker came to an end.")
    answers.append(lambda number, made: died if number == 1 else made)
    applying = apply_plan(plan_for(desk, paths), desk)
    assert results(applying) == [Applied, Failed, Applied]
    failed = applying.outcomes[1].result
    assert failed.error == "parser-died"
    assert paths[1].name in failed.reason
    assert died.remedy in failed.reason
    assert paths[1].read_bytes() == old
    assert len(all_fixes(desk.registry)) == 2


def test_announced_is_the_digest_of_the_bytes_that_are_written(desk, tmp_path, answers):
    (path,) = pictures(tmp_path / "desk", 1)
    old = path.read_bytes()

    def lie(_, made):
        new = made.files[0].splice.applied(old).replace(RIGHT.encode(), b"M" * len(RIGHT))
        return with_file(made, splice=Splice.between(old, new))

    answers.append(lie)
    applying = apply_plan(plan_for(desk, [path]), desk)
    assert results(applying) == [Applied]
    announced = sha(path.read_bytes())
    (fix,) = all_fixes(desk.registry)
    assert fix.after.sha256 == announced
    with desk.registry.read() as tx:
        assert open_intents(tx) == ()
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx))
        intent = next(
            one for one in (json.loads(row.rec) for row in rows) if "intent" in one["act"]
        )
    assert announced in {one.get("sha256") for one in intent["objects"]}


def other_picture(made):
    new = plain_jpeg(99)
    return with_file(made, splice=Splice(0, new, 0))


@pytest.mark.parametrize(
    "lie",
    [
        other_picture,
        lambda made: with_file(made, splice=Splice(1 << 40, b"", 0)),
        lambda made: with_file(made, splice=Splice(0, b"", 20)),
        lambda made: dataclasses.replace(made, files=()),
        lambda _: {"files": "all of them"},
    ],
)
def test_false_bytes_are_refused_before_anything_is_recorded(desk, tmp_path, answers, lie):
    (path,) = pictures(tmp_path / "desk", 1)
    old = path.read_bytes()
    answers.append(lambda _, made: lie(made))
    applying = apply_plan(plan_for(desk, [path]), desk)
    assert results(applying) == [Failed]
    assert path.name in applying.outcomes[0].result.reason
    assert path.read_bytes() == old
    assert acts(desk) == []


def test_false_credits_can_be_undone_byte_for_byte(desk, tmp_path, answers):
    (path,) = pictures(tmp_path / "desk", 1)
    old = path.read_bytes()

    def lie(_, made):
        new = made.files[0].splice.applied(old).replace(RIGHT.encode(), b"M" * len(RIGHT))
        return with_file(made, splice=Splice.between(old, new))

    answers.append(lie)
    applying = apply_plan(plan_for(desk, [path]), desk)
    assert results(applying) == [Applied]
    before, after = (Image.open(io.BytesIO(data)) for data in (old, path.read_bytes()))
    assert before.tobytes() == after.tobytes()
    answers[0] = lambda _, made: made
    assert results(undo(FixQuery(run_id=applying.run_id), desk)) == [Applied]
    assert path.read_bytes() == old


def test_record_of_another_picture_does_not_reach_the_registry(desk, tmp_path, answers):
    paths = pictures(tmp_path / "desk", 2)
    plan = plan_for(desk, paths)
    plan = dataclasses.replace(plan, items=plan.items[:1])
    stranger = dataclasses.replace(read_record(paths[1]), digest="f" * 64, image_digest="e" * 64)
    answers.append(lambda _, made: dataclasses.replace(made, record=stranger))
    assert results(apply_plan(plan, desk)) == [Applied]
    now = read_record(paths[0])
    with desk.registry.read() as tx:
        assert records(tx, [str(paths[1])])[str(paths[1])] == read_record(paths[1])
        held = records(tx, [str(paths[0])])[str(paths[0])]
        assert len(list(iter_records(tx))) == 2
    assert (held.ref, held.digest, held.image_digest, held.scan_digest) == (
        now.ref, now.digest, now.image_digest, now.scan_digest,
    )  # fmt: skip


@pytest.mark.parametrize("jobs", [1, 2])
def test_any_number_of_jobs_does_the_same(desk, tmp_path, jobs):
    paths = pictures(tmp_path / "desk", 5)
    plan = plan_for(desk, paths)
    paths[2].write_bytes(b"changed")
    applying = apply_plan(plan, desk, ApplyOptions(jobs=jobs))
    assert [type(one.result).__name__ for one in applying.outcomes] == [
        "Applied", "Applied", "Conflict", "Applied", "Applied",
    ]  # fmt: skip
    assert creators(paths[4])[Container.XMP] == (RIGHT,)
    assert acts(desk)[1:] == ["fix.intent"] * 4 + ["fix.commit"] * 4
