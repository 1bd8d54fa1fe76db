"""What a worker answers to an undo is looked at before it is believed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fixing_material import RIGHT, WRONG, all_fixes, pictures, plan_for, read_record, sha

from provenance import metadata
from provenance.fixing import apply_plan
from provenance.fixing.by_value import Choice
from provenance.fixing.drafting import RefusedItemError
from provenance.fixing.former import _accepted, _must_be_true
from provenance.fixing.putting_back import Former, PutBack, Task, put_back, read_former
from provenance.isolation import Died
from provenance.model import Failed, Held, Property
from provenance.storage import LocalStore
from provenance.storage.replace import Replacer


@pytest.fixture
def written(desk, tmp_path):
    """A corrected picture, and the fix that did it."""
    (path,) = pictures(tmp_path / "desk", 1)
    apply_plan(plan_for(desk, [path]), desk)
    (fix,) = all_fixes(desk.registry)
    return path, fix


def made(path, fix, choice=None) -> PutBack:
    data = path.read_bytes()
    answer = put_back(Task(data, sha(data), fix, choice or Choice(by_value=True)))
    assert isinstance(answer, PutBack)
    return answer


def test_what_is_true_is_accepted(written):
    path, fix = written
    with Replacer() as replacer:
        _must_be_true(made(path, fix), fix, replacer.take(str(path)))


def test_another_picture_or_another_edit_is_not(written):
    path, fix = written
    answer = made(path, fix)
    picture = answer.data.replace(b"\xff\xd9", b"\x00\xff\xd9")
    forged = replace(answer.edits[0], after="Mallory")
    with Replacer() as replacer:
        original = replacer.take(str(path))
        for false in (
            replace(answer, data=picture),
            replace(answer, edits=()),
            replace(answer, edits=(*answer.edits, forged)),
        ):
            with pytest.raises(RefusedItemError) as caught:
                _must_be_true(false, fix, original)
            assert caught.value.result.error == "rewrite-untrue"
            assert str(path) in caught.value.result.reason


def test_a_worker_that_died_is_a_failure_of_that_picture():
    with pytest.raises(RefusedItemError) as caught:
        _accepted(Died("parser-died", "The parser died."), "/desk/a.jpg")
    assert caught.value.result.error == "parser-died"
    assert "/desk/a.jpg" in caught.value.result.reason


def test_values_put_back_read_as_before(written):
    path, fix = written
    answer = made(path, fix, Choice(properties=frozenset({Property.CREATOR_NAMES})))
    assert answer.in_part
    said = metadata.read(read_record(path).ref, answer.data)
    assert {text for one in said.of(Property.CREATOR_NAMES) for text in one.values} == {WRONG}
    assert all(RIGHT in one.values[0] for one in said.of(Property.DESCRIPTION))
    assert answer.image == metadata.digests(answer.data).image


def test_nothing_left_to_put_back_is_held(written):
    path, fix = written
    data = made(path, fix).data
    answer = put_back(Task(data, sha(data), fix, Choice(by_value=True)))
    assert isinstance(answer, Held)


def test_what_cannot_be_read_is_a_failure(written):
    path, fix = written
    answer = put_back(Task(b"no picture", sha(b"no picture"), fix, Choice(by_value=True)))
    assert isinstance(answer, Failed)
    stored = read_record(path)
    damaged = Former(stored, ((fix.uri, b"PVP1"),), stored.digest)
    assert read_former(LocalStore(), damaged).error == "patch-damaged"
    path.write_bytes(b"no picture at all")
    former = read_former(LocalStore(), Former(stored, ((fix.uri, fix.patch),), None))
    assert former.error == "patch-damaged"
