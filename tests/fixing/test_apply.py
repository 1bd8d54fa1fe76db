"""A plan is carried out exactly, recorded before and after, and never on a changed file."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import stat

import pytest
from fixing_material import (
    NOTICE,
    RIGHT,
    WRONG,
    all_fixes,
    creators,
    credited,
    finding_of,
    litter,
    pictures,
    plain_jpeg,
    plan_for,
    read_record,
    sha,
    sidecar,
)
from PIL import Image

from provenance import metadata
from provenance.fixing import ApplyOptions, WriteOptions, apply_plan
from provenance.fixing.patch import apply_patch
from provenance.model import Applied, Conflict, Container, Failed, Held, Status
from provenance.registry import FindingQuery, findings, records, runs
from provenance.registry.tables import AUDIT_LEAF
from provenance.storage.replace import Replacer


def leaves(desk):
    with desk.registry.read() as tx:
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx))
        return [json.loads(row.rec) for row in rows]


def acts(desk):
    return [leaf["act"] for leaf in leaves(desk)]


def results(applying):
    return [type(one.result) for one in applying.outcomes]


def test_applied_everywhere_and_recorded(desk, tmp_path):
    paths = pictures(tmp_path / "desk", 3)
    old = [path.read_bytes() for path in paths]
    plan = plan_for(desk, paths)
    applying = apply_plan(plan, desk)
    assert results(applying) == [Applied] * 3
    for path, before, outcome in zip(paths, old, applying.outcomes, strict=True):
        after = path.read_bytes()
        assert creators(path) == dict.fromkeys(
            [Container.EXIF, Container.IIM, Container.XMP], (RIGHT,)
        )
        assert WRONG.encode() not in after
        assert outcome.result.before.sha256 == sha(before)
        assert outcome.result.after.sha256 == sha(after)
        assert outcome.result.before.image_digest == metadata.digests(after).image
        assert outcome.notes == ()
        assert Image.open(io.BytesIO(before)).tobytes() == Image.open(io.BytesIO(after)).tobytes()
    assert litter(tmp_path / "desk") == []
    assert acts(desk) == ["log.open", *["fix.intent"] * 3, *["fix.commit"] * 3]


def test_log_names_who_why_and_what(desk, tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    ben = dataclasses.replace(desk, agent="ben")
    applying = apply_plan(plan_for(desk, [path]), ben)
    intent, commit = leaves(desk)[1:]
    assert (intent["tx"], intent["objects"]) == (commit["tx"], commit["objects"])
    assert [one["id"] for one in commit["agents"][1:]] == ["user:ben", "user:anna"]
    assert commit["why"]["notice"] == NOTICE
    assert commit["why"]["finding"] == applying.outcomes[0].finding_ids[0]
    assert commit["objects"][0]["sha256"] == applying.outcomes[0].result.before.sha256
    assert {one["f"] for one in commit["change"]} >= {
        "EXIF IFD0:Artist",
        "IIM 2:80",
        "XMP dc:creator",
    }
    assert WRONG not in json.dumps(commit)
    assert "change" not in intent


def test_registry_is_current_afterwards(desk, tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    applying = apply_plan(plan_for(desk, [path]), desk)
    with desk.registry.read() as tx:
        held = records(tx, [str(path)])[str(path)]
        (found,) = findings(tx, FindingQuery())
        (run,) = [one for one in runs(tx) if one.kind == "fix"]
    assert held == read_record(path)
    assert found.status is Status.FIXED
    assert run.run_id == applying.run_id
    assert run.finished is not None
    assert run.counts == (("applied", 1),)
    (fix,) = all_fixes(desk.registry)
    assert fix.state == "commit"
    assert apply_patch(path.read_bytes(), fix.patch) == credited_bytes(path, fix)


def credited_bytes(path, fix):
    old = apply_patch(path.read_bytes(), fix.patch)
    assert sha(old) == fix.before.sha256
    return old


def test_plan_in_batches(desk, tmp_path, monkeypatch):
    monkeypatch.setattr("provenance.fixing.drafting.BATCH_ITEMS", 2)
    paths = pictures(tmp_path / "desk", 5)
    told = []
    applying = apply_plan(
        plan_for(desk, paths), desk, ApplyOptions(progress=lambda *n: told.append(n))
    )
    assert results(applying) == [Applied] * 5
    assert told == [(n, 5) for n in range(1, 6)]
    assert acts(desk)[1:] == ["fix.intent", "fix.intent", "fix.commit", "fix.commit"] * 2 + [
        "fix.intent",
        "fix.commit",
    ]


def test_memory_limit_ends_a_batch(desk, tmp_path, monkeypatch):
    monkeypatch.setattr("provenance.fixing.drafting.BATCH_OCTETS", 1)
    paths = pictures(tmp_path / "desk", 3)
    apply_plan(plan_for(desk, paths), desk)
    assert acts(desk)[1:] == ["fix.intent", "fix.commit"] * 3


def test_changed_file_is_a_conflict_and_untouched(desk, tmp_path):
    paths = pictures(tmp_path / "desk", 3)
    plan = plan_for(desk, paths)
    foreign = credited(plain_jpeg(9))
    paths[1].write_bytes(foreign)
    applying = apply_plan(plan, desk)
    assert results(applying) == [Applied, Conflict, Applied]
    assert paths[1].read_bytes() == foreign
    assert len(all_fixes(desk.registry)) == 2


def test_applying_a_plan_twice_changes_nothing(desk, tmp_path):
    paths = pictures(tmp_path / "desk", 2)
    plan = plan_for(desk, paths)
    apply_plan(plan, desk)
    after = [path.read_bytes() for path in paths]
    assert results(apply_plan(plan, desk)) == [Conflict, Conflict]
    assert [path.read_bytes() for path in paths] == after


def test_missing_file_fails_and_the_rest_goes_on(desk, tmp_path):
    paths = pictures(tmp_path / "desk", 2)
    plan = plan_for(desk, paths)
    paths[0].unlink()
    applying = apply_plan(plan, desk)
    assert results(applying) == [Failed, Applied]
    assert str(paths[0]) in applying.outcomes[0].result.reason


@pytest.mark.parametrize("change", [{"authority": " "}, {"notice_ids": (), "decisions": ()}])
def test_item_without_authority_is_held(desk, tmp_path, change):
    (path,) = pictures(tmp_path / "desk", 1)
    old = path.read_bytes()
    plan = plan_for(desk, [path])
    plan = dataclasses.replace(plan, items=(dataclasses.replace(plan.items[0], **change),))
    applying = apply_plan(plan, desk)
    assert results(applying) == [Held]
    assert path.read_bytes() == old
    assert acts(desk) == []


def with_edits(plan, **change):
    item = plan.items[0]
    file = item.files[0]
    edits = tuple(dataclasses.replace(one, **change) for one in file.edits)
    file = dataclasses.replace(file, edits=edits)
    return dataclasses.replace(plan, items=(dataclasses.replace(item, files=(file,)),))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"after": "x" * 5000}, Held),
        ({"before": "Nobody"}, Failed),
        ({"locator": "XMP a:b"}, Failed),
    ],
)
def test_refused_edit_touches_nothing(desk, tmp_path, change, expected):
    (path,) = pictures(tmp_path / "desk", 1)
    old = path.read_bytes()
    applying = apply_plan(with_edits(plan_for(desk, [path]), **change), desk)
    assert results(applying) == [expected]
    assert path.read_bytes() == old
    assert all_fixes(desk.registry) == ()


def test_edits_that_change_nothing_are_held(desk, tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    plan = plan_for(desk, [path])
    edits = tuple(dataclasses.replace(one, after=one.before) for one in plan.items[0].edits)
    file = dataclasses.replace(plan.items[0].files[0], edits=edits)
    plan = dataclasses.replace(plan, items=(dataclasses.replace(plan.items[0], files=(file,)),))
    assert results(apply_plan(plan, desk)) == [Held]


def test_content_credentials_are_held(desk, tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    data = path.read_bytes()
    label = b"c2pa\x00"
    described = b"jumd" + b"c2pa" + bytes.fromhex("00110010800000aa00389b71") + b"\x03" + label
    inner = (8 - 4 + len(described)).to_bytes(4, "big") + described
    box = (len(inner) + 8).to_bytes(4, "big") + b"jumb" + inner
    body = b"JP" + b"\x00\x01" + b"\x00\x00\x00\x01" + box
    data = data[:2] + b"\xff\xeb" + (len(body) + 2).to_bytes(2, "big") + body + data[2:]
    plan = plan_for(desk, [path])
    path.write_bytes(data)
    file = dataclasses.replace(plan.items[0].files[0], expected_sha256=sha(data))
    plan = dataclasses.replace(plan, items=(dataclasses.replace(plan.items[0], files=(file,)),))
    applying = apply_plan(plan, desk)
    assert results(applying) == [Held]
    assert "Content Credentials" in applying.outcomes[0].result.reason
    assert path.read_bytes() == data


def test_hard_linked_and_read_only_wait_for_a_person(desk, tmp_path):
    linked, locked = pictures(tmp_path / "desk", 2)
    os.link(linked, tmp_path / "other.jpg")
    locked.chmod(0o444)
    plan = plan_for(desk, [linked, locked])
    held = apply_plan(plan, desk)
    assert results(held) == [Held, Held]
    assert "--break-hardlink" in held.outcomes[0].result.reason
    allowed = ApplyOptions(WriteOptions(break_hardlink=True, force_readonly=True))
    assert results(apply_plan(plan, desk, allowed)) == [Applied, Applied]
    assert WRONG.encode() in (tmp_path / "other.jpg").read_bytes()
    assert stat.S_IMODE(locked.stat().st_mode) == 0o444


def with_sidecar(desk, folder):
    (path,) = pictures(folder, 1)
    path.with_suffix(".xmp").write_bytes(sidecar())
    return path, plan_for(desk, [path])


def test_picture_and_sidecar_change_together(desk, tmp_path):
    path, plan = with_sidecar(desk, tmp_path / "desk")
    assert len(plan.items[0].files) == 2
    assert results(apply_plan(plan, desk)) == [Applied]
    assert set(creators(path).values()) == {(RIGHT,)}
    with desk.registry.read() as tx:
        assert records(tx, [str(path)])[str(path)] == read_record(path)
    assert acts(desk)[1:] == ["fix.intent"] * 2 + ["fix.commit"] * 2


def test_each_file_is_read_once_and_its_swapped_bytes_once(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 2)
    plan = plan_for(desk, paths)
    taken, real = [], Replacer.take

    def take(self, uri):
        taken.append(uri)
        return real(self, uri)

    monkeypatch.setattr(Replacer, "take", take)
    apply_plan(plan, desk)
    assert sorted(taken) == sorted(map(str, paths))


def test_unregistered_picture_can_be_fixed(desk, tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    plan = plan_for(desk, [path])
    item = dataclasses.replace(plan.items[0], uri=str(tmp_path / "desk" / "unknown.jpg"))
    applying = apply_plan(dataclasses.replace(plan, items=(item,)), desk)
    assert results(applying) == [Applied]
    assert creators(path)[Container.XMP] == (RIGHT,)


def test_too_many_edits_for_one_record_are_refused_beforehand(desk, tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    old = path.read_bytes()
    plan = plan_for(desk, [path])
    many = tuple(f"{n:064x}" for n in range(1000))
    plan = dataclasses.replace(plan, items=(dataclasses.replace(plan.items[0], finding_ids=many),))
    applying = apply_plan(plan, desk)
    assert results(applying) == [Failed]
    assert applying.outcomes[0].result.error == "record-too-large"
    assert path.read_bytes() == old


def test_empty_plan(desk):
    empty = plan_for(desk, [])
    applying = apply_plan(empty, desk)
    assert applying.outcomes == ()
    assert not applying.halted


def test_names_that_are_not_utf8(desk, tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    odd = path.rename(path.with_name(os.fsdecode(b"caf\xe9 \n-rf.jpg")))
    assert results(apply_plan(plan_for(desk, [odd]), desk)) == [Applied]
    assert creators(odd)[Container.XMP] == (RIGHT,)


def test_finding_of_material_covers_every_container(tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    assert len(finding_of(read_record(path)).edits) == 5


def test_item_without_files_is_held(desk, tmp_path):
    (path,) = pictures(tmp_path / "desk", 1)
    plan = plan_for(desk, [path])
    item = dataclasses.replace(plan.items[0], files=())
    assert results(apply_plan(dataclasses.replace(plan, items=(item,)), desk)) == [Held]
