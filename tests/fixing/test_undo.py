"""Undo gives the former file back byte for byte, or refuses and says why."""

from __future__ import annotations

import dataclasses
import json

import pytest
from fixing_material import (
    NOTICE,
    RIGHT,
    all_fixes,
    creators,
    litter,
    pictures,
    plan_for,
    read_record,
    sidecar,
)

from provenance.errors import UsageError
from provenance.fixing import apply_plan, file_query, undo
from provenance.model import Applied, Conflict, Container, Failed, Status
from provenance.registry import FindingQuery, FixQuery, findings, records
from provenance.registry.tables import AUDIT_LEAF, FIX


def fixed(desk, folder, number=2, *, with_sidecar=False):
    paths = pictures(folder, number)
    if with_sidecar:
        for path in paths:
            path.with_suffix(".xmp").write_bytes(sidecar())
    old = {one: one.read_bytes() for one in folder.iterdir()}
    applying = apply_plan(plan_for(desk, paths), desk)
    assert all(isinstance(one.result, Applied) for one in applying.outcomes)
    return paths, old, applying.run_id


def results(applying):
    return [type(one.result) for one in applying.outcomes]


@pytest.mark.parametrize("with_sidecar", [False, True])
@pytest.mark.parametrize("by", ["run", "notice", "file"])
def test_former_bytes_are_back(desk, tmp_path, by, with_sidecar):
    paths, old, run_id = fixed(desk, tmp_path / "desk", 2, with_sidecar=with_sidecar)
    if by == "file":
        undone = [undo(file_query(str(path)), desk) for path in paths]
        assert [results(one) for one in undone] == [[Applied], [Applied]]
    else:
        query = FixQuery(run_id=run_id) if by == "run" else FixQuery(notice_id=NOTICE)
        assert results(undo(query, desk)) == [Applied, Applied]
    assert {one: one.read_bytes() for one in old} == old
    assert litter(tmp_path / "desk") == []
    with desk.registry.read() as tx:
        held = records(tx, map(str, paths))
        assert {one.status for one in findings(tx, FindingQuery())} == {Status.OPEN}
    assert held == {str(path): read_record(path) for path in paths}


def test_undo_is_recorded_with_the_person(desk, tmp_path):
    paths, _, run_id = fixed(desk, tmp_path / "desk", 1)
    undo(FixQuery(run_id=run_id), dataclasses.replace(desk, agent="ben"))
    with desk.registry.read() as tx:
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx))
        leaves = [json.loads(row.rec) for row in rows]
    assert [leaf["act"] for leaf in leaves[-2:]] == ["undo.intent", "undo.commit"]
    assert {agent["id"] for agent in leaves[-1]["agents"][1:]} == {"user:ben"}
    first, second = all_fixes(desk.registry, uri=str(paths[0]))
    assert (first.state, second.state) == ("undone", "commit")
    assert first.reason == f"by {second.fix_id}"


def test_nobody_cannot_undo(desk, tmp_path):
    _, _, run_id = fixed(desk, tmp_path / "desk", 1)
    with pytest.raises(UsageError):
        undo(FixQuery(run_id=run_id), dataclasses.replace(desk, agent=" "))


def test_changed_since_is_refused_and_untouched(desk, tmp_path):
    paths, old, run_id = fixed(desk, tmp_path / "desk", 2)
    later = paths[0].read_bytes() + b"edited later"
    paths[0].write_bytes(later)
    applying = undo(FixQuery(run_id=run_id), desk)
    by_uri = {one.uri: one.result for one in applying.outcomes}
    assert isinstance(by_uri[str(paths[0])], Conflict)
    assert "changed since" in by_uri[str(paths[0])].reason
    assert paths[0].read_bytes() == later
    assert paths[1].read_bytes() == old[paths[1]]


def test_undo_twice_finds_nothing(desk, tmp_path):
    paths, old, run_id = fixed(desk, tmp_path / "desk", 1)
    undo(FixQuery(run_id=run_id), desk)
    for query in (FixQuery(run_id=run_id), file_query(str(paths[0])), FixQuery(notice_id=NOTICE)):
        with pytest.raises(UsageError) as caught:
            undo(query, desk)
        assert caught.value.code == "nothing-to-undo"
    assert paths[0].read_bytes() == old[paths[0]]


def test_undo_of_an_undo_is_not_offered(desk, tmp_path):
    _, _, run_id = fixed(desk, tmp_path / "desk", 1)
    undone = undo(FixQuery(run_id=run_id), desk)
    with pytest.raises(UsageError):
        undo(FixQuery(run_id=undone.run_id), desk)


def test_two_fixes_of_one_file_are_undone_in_turn(desk, tmp_path):
    (path,), old, _ = fixed(desk, tmp_path / "desk", 1)
    between = path.read_bytes()
    apply_plan(plan_for(desk, [path], wrong=RIGHT, right="Omar HAJ KADOUR"), desk)
    assert creators(path)[Container.XMP] == ("Omar HAJ KADOUR",)
    undo(file_query(str(path)), desk)
    assert path.read_bytes() == between
    undo(file_query(str(path)), desk)
    assert path.read_bytes() == old[path]


def test_notice_that_touched_a_file_twice_is_undone_whole(desk, tmp_path):
    (path,), old, _ = fixed(desk, tmp_path / "desk", 1)
    apply_plan(plan_for(desk, [path], wrong=RIGHT, right="Omar HAJ KADOUR"), desk)
    assert results(undo(FixQuery(notice_id=NOTICE), desk)) == [Applied, Applied]
    assert path.read_bytes() == old[path]


def test_damaged_patch_fails_and_leaves_the_file(desk, tmp_path):
    (path,), _, run_id = fixed(desk, tmp_path / "desk", 1)
    after = path.read_bytes()
    with desk.registry.write() as tx:
        tx.connection.execute(FIX.update().values(patch=b"PVP1 damaged"))
    applying = undo(FixQuery(run_id=run_id), desk)
    assert results(applying) == [Failed]
    assert applying.outcomes[0].result.error == "patch-damaged"
    assert path.read_bytes() == after


def test_fixed_again_after_undo(desk, tmp_path):
    (path,), _, run_id = fixed(desk, tmp_path / "desk", 1)
    after = path.read_bytes()
    undo(FixQuery(run_id=run_id), desk)
    assert results(apply_plan(plan_for(desk, [path]), desk)) == [Applied]
    assert path.read_bytes() == after
    assert results(undo(file_query(str(path)), desk)) == [Applied]
