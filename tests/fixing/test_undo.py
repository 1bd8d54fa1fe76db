"""Undo gives the former file back byte for byte, or refuses and says why."""

from __future__ import annotations

import dataclasses
import json

import pytest
from fixing_material import (
    NOTICE,
    RIGHT,
    WRONG,
    all_fixes,
    creators,
    litter,
    pictures,
    plan_for,
    read_record,
    sidecar,
)

from provenance import metadata
from provenance.errors import UsageError
from provenance.fixing import (
    ApplyOptions,
    Choice,
    WriteOptions,
    apply_plan,
    file_query,
    preview,
    recover,
    undo,
)
from provenance.model import Applied, Conflict, Container, Edit, Failed, Held, Property, Status
from provenance.registry import FindingQuery, FixQuery, FixState, findings, records
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


CREDIT = "XMP photoshop:Credit"


def save_elsewhere(path, before="AFP", after="AFP, the desk", locator=CREDIT):
    """Another program saves the file with one value changed."""
    prop = Property.CREDIT_LINE if locator == CREDIT else Property.CREATOR_NAMES
    container = Container.SIDECAR if path.suffix == ".xmp" else Container.XMP
    edit = Edit(str(path), container, locator, prop, before, after)
    path.write_bytes(metadata.rewrite(path.read_bytes(), [edit]))


def values(path):
    return {(v.container, v.locator): v.values for v in read_record(path).values}


def last_leaf(desk):
    with desk.registry.read() as tx:
        row = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx.desc())).first()
        return json.loads(row.rec)


def test_after_a_foreign_save_values_go_back_and_the_rest_stays(desk, tmp_path):
    (path, other), old, run_id = fixed(desk, tmp_path / "desk", 2)
    former = metadata.read(read_record(path).ref, old[path]).values
    save_elsewhere(path)
    refused = undo(file_query(str(path)), desk)
    assert results(refused) == [Conflict]
    assert "--by-value" in refused.outcomes[0].result.reason
    before = path.read_bytes()
    applying = undo(FixQuery(run_id=run_id), desk, choice=Choice(by_value=True))
    assert results(applying) == [Applied, Applied]
    expected = {(v.container, v.locator): v.values for v in former}
    expected[Container.XMP, CREDIT] = ("AFP, the desk",)
    assert values(path) == expected
    assert metadata.digests(path.read_bytes()).image == metadata.digests(before).image
    assert creators(other)[Container.XMP] == (WRONG,)
    assert {one.state for one in all_fixes(desk.registry, run_id=run_id)} == {"undone"}
    with desk.registry.read() as tx:
        assert records(tx, [str(path)]) == {str(path): read_record(path)}
    assert litter(tmp_path / "desk") == []
    # What was put back by value can be fixed again, and that undone byte for byte.
    between = path.read_bytes()
    assert results(apply_plan(plan_for(desk, [path]), desk)) == [Applied]
    assert results(undo(file_query(str(path)), desk)) == [Applied]
    assert path.read_bytes() == between


def test_a_value_that_somebody_changed_is_left_and_told(desk, tmp_path):
    (path,), _, run_id = fixed(desk, tmp_path / "desk", 1)
    save_elsewhere(path, RIGHT, "Omar HAJ KADOUR", "XMP dc:creator")
    (outcome,) = undo(file_query(str(path)), desk, choice=Choice(by_value=True)).outcomes
    assert isinstance(outcome.result, Applied)
    assert [note for note in outcome.notes if "XMP dc:creator" in note]
    assert creators(path) == {
        Container.EXIF: (WRONG,),
        Container.IIM: (WRONG,),
        Container.XMP: ("Omar HAJ KADOUR",),
    }
    assert {one.state for one in all_fixes(desk.registry, run_id=run_id)} == {"undone"}


def test_where_every_value_was_changed_nothing_is_written(desk, tmp_path):
    (path,), _, run_id = fixed(desk, tmp_path / "desk", 1)
    again = plan_for(desk, [path], wrong=RIGHT, right="Omar HAJ KADOUR")
    path.write_bytes(metadata.rewrite(path.read_bytes(), again.items[0].edits))
    before = path.read_bytes()
    (outcome,) = undo(file_query(str(path)), desk, choice=Choice(by_value=True)).outcomes
    assert isinstance(outcome.result, Conflict)
    assert "Nothing was put back" in outcome.result.reason
    assert path.read_bytes() == before
    assert {one.state for one in all_fixes(desk.registry, run_id=run_id)} == {"commit"}


def test_undo_of_one_property_then_of_the_rest(desk, tmp_path):
    (path,), old, run_id = fixed(desk, tmp_path / "desk", 1)
    only = Choice(properties=frozenset({Property.CREATOR_NAMES}))
    assert results(undo(file_query(str(path)), desk, choice=only)) == [Applied]
    assert set(creators(path).values()) == {(WRONG,)}
    assert RIGHT in values(path)[Container.XMP, "XMP dc:description"][0]
    leaf = last_leaf(desk)
    (made,) = all_fixes(desk.registry, run_id=run_id)
    assert leaf["act"] == "undo.commit"
    assert leaf["detail"]["undoes"] == made.fix_id
    assert leaf["detail"]["extent"] == "in part"
    assert {one["f"] for one in leaf["change"]} == {
        "EXIF IFD0:Artist", "IIM 2:80", "XMP dc:creator",
    }  # fmt: skip
    assert made.state == "commit"
    assert results(undo(file_query(str(path)), desk)) == [Conflict]
    assert results(undo(file_query(str(path)), desk, choice=Choice(by_value=True))) == [Applied]
    assert values(path) == {
        (v.container, v.locator): v.values
        for v in metadata.read(read_record(path).ref, old[path]).values
    }
    assert {one.state for one in all_fixes(desk.registry, run_id=run_id)} == {"undone"}
    with pytest.raises(UsageError) as caught:
        undo(file_query(str(path)), desk, choice=only)
    assert caught.value.code == "nothing-to-undo"


def test_a_property_that_no_fix_changed_is_refused(desk, tmp_path):
    (path,), _, _ = fixed(desk, tmp_path / "desk", 1)
    with pytest.raises(UsageError) as caught:
        undo(file_query(str(path)), desk, choice=Choice(properties=frozenset({Property.CITY})))
    assert caught.value.code == "nothing-to-undo"


def test_undo_of_one_finding_by_value(desk, tmp_path):
    (path,), _, _ = fixed(desk, tmp_path / "desk", 1)
    with desk.registry.read() as tx:
        (found,) = findings(tx, FindingQuery())
    undone = undo(file_query(str(path)), desk, choice=Choice(finding=found))
    assert results(undone) == [Applied]
    assert set(creators(path).values()) == {(WRONG,)}
    assert last_leaf(desk)["why"]["finding"] == found.finding_id


def test_a_sidecar_goes_back_by_value_beside_a_picture_that_goes_whole(desk, tmp_path):
    (path,), _, _ = fixed(desk, tmp_path / "desk", 1, with_sidecar=True)
    beside = path.with_suffix(".xmp")
    save_elsewhere(beside)
    assert results(undo(file_query(str(path)), desk)) == [Conflict]
    assert creators(path)[Container.SIDECAR] == (RIGHT,)
    assert results(undo(file_query(str(path)), desk, choice=Choice(by_value=True))) == [Applied]
    assert set(creators(path).values()) == {(WRONG,)}
    assert b"AFP, the desk" in beside.read_bytes()


def test_layers_go_back_by_value(desk, tmp_path):
    (path,), _, _ = fixed(desk, tmp_path / "desk", 1)
    apply_plan(plan_for(desk, [path], wrong=RIGHT, right="Omar HAJ KADOUR"), desk)
    save_elsewhere(path)
    choice = Choice(by_value=True)
    assert results(undo(FixQuery(notice_id=NOTICE), desk, choice=choice)) == [Applied, Applied]
    assert set(creators(path).values()) == {(WRONG,)}
    assert b"AFP, the desk" in path.read_bytes()


@pytest.mark.parametrize("by_value", [False, True])
def test_preview_says_what_undo_does_and_writes_nothing(desk, tmp_path, by_value):
    paths, _, _ = fixed(desk, tmp_path / "desk", 2)
    apply_plan(plan_for(desk, paths, wrong=RIGHT, right="Omar HAJ KADOUR"), desk)
    paths[1].write_bytes(paths[1].read_bytes() + b"!")
    before = {path: path.read_bytes() for path in paths}
    leaves = last_leaf(desk)["seq"]
    query, choice = FixQuery(notice_id=NOTICE), Choice(by_value=by_value)
    told = preview(query, desk, choice=choice)
    assert {path: path.read_bytes() for path in paths} == before
    assert last_leaf(desk)["seq"] == leaves
    assert {one.state for one in all_fixes(desk.registry)} == {"commit"}
    shown = [(file.uri, v.locator, v.before, v.after) for file in told.files for v in file.values]
    undone = undo(query, desk, choice=choice)
    done = [
        (one.uri, edit.locator, edit.before, edit.after)
        for one in all_fixes(desk.registry, run_id=undone.run_id)
        for edit in one.edits
    ]
    assert sorted(shown) == sorted(done)
    assert len(told.refused) == sum(not isinstance(o.result, Applied) for o in undone.outcomes)
    assert len(shown) == (20 if by_value else 10)


def test_preview_of_what_was_changed_says_why_not(desk, tmp_path):
    (path,), _, _ = fixed(desk, tmp_path / "desk", 1)
    path.write_bytes(path.read_bytes() + b"!")
    told = preview(file_query(str(path)), desk)
    assert told.files == ()
    assert "--by-value" in told.refused[0].result.reason


def test_an_interrupted_undo_by_value_is_recovered_whole(desk, tmp_path, monkeypatch):
    (path,), _, run_id = fixed(desk, tmp_path / "desk", 1)
    save_elsewhere(path)

    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("provenance.fixing.batch.settle", stop)
        with pytest.raises(KeyboardInterrupt):
            undo(FixQuery(run_id=run_id), desk, choice=Choice(by_value=True))
    assert {one.state for one in recover(desk)} == {FixState.COMMIT}
    assert set(creators(path).values()) == {(WRONG,)}
    assert {one.state for one in all_fixes(desk.registry, run_id=run_id)} == {"undone"}
    assert litter(tmp_path / "desk") == []


def test_what_a_person_allowed_is_recorded_with_the_intent(desk, tmp_path):
    (path,), _, run_id = fixed(desk, tmp_path / "desk", 1)
    path.chmod(0o444)
    (held,) = undo(FixQuery(run_id=run_id), desk).outcomes
    assert isinstance(held.result, Held)
    assert "--force-readonly" in held.result.reason
    allowed = ApplyOptions(WriteOptions(force_readonly=True, keep_mtime=True))
    assert results(undo(FixQuery(run_id=run_id), desk, allowed)) == [Applied]
    with desk.registry.read() as tx:
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx))
        intents = [one for row in rows if (one := json.loads(row.rec))["act"] == "undo.intent"]
    assert intents[-1]["detail"]["allowed"] == "keep-mtime force-readonly"
