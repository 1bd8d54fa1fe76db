"""A plan file comes back as it was saved, or is refused with the place that is wrong."""

from __future__ import annotations

import copy
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import UsageError
from provenance.fixing.plan import HeldFinding, Plan, PlanItem, PlannedFile
from provenance.fixing.plan_file import dump_plan, load_plan, plan_digest
from provenance.model import Container, Edit, Property


def make_plan(name="/desk/a.jpg", before="Aaref WATAD", after="Bakr ALKASEM"):
    edit = Edit(name, Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, before, after)
    file = PlannedFile(name, "./a.jpg", "ab" * 32, (edit,))
    item = PlanItem(name, "./a.jpg", (file,), ("f1", "f2"), ("afp-1",), ("key",), "anna")
    held = HeldFinding("f3", "/desk/b.jpg", "./b.jpg", "no authority")
    return Plan("0" * 32, "2026-11-22T12:00:00Z", "anna", (item,), (held,))


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
)
def test_round_trip(name, before, after):
    name = "/desk/x" + name
    plan = make_plan(name, before, after)
    loaded = load_plan(dump_plan(plan))
    assert loaded == plan
    assert plan_digest(loaded) == plan_digest(plan)


def test_name_that_is_not_utf8_round_trips():
    plan = make_plan("/desk/" + os.fsdecode(b"caf\xe9.jpg"))
    assert load_plan(dump_plan(plan)) == plan


def changed(**changes):
    document = json.loads(dump_plan(make_plan()))
    for place, value in changes.items():
        *way, last = [int(step) if step.isdigit() else step for step in place.split("__")]
        target = document
        for step in way:
            target = target[step]
        if value is ...:
            del target[last]
        else:
            target[last] = value
    return json.dumps(document).encode()


FILE = "items__0__files__0"


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ("digest", "0" * 64, "plan-digest"),
        ("agent", "mallory", "plan-digest"),
        ("items__0__authority", "mallory", "plan-digest"),
        (f"{FILE}__edits__0__after", "Mallory", "plan-digest"),
        ("items", [], "plan-digest"),
        ("schemaVersion", 2, "plan-version"),
        ("schemaVersion", True, "plan-version"),
        ("schemaVersion", "1", "plan-version"),
        ("schemaVersion", ..., "plan-version"),
        ("digest", ..., "bad-plan"),
        ("planId", "../../x", "bad-plan"),
        ("planId", 7, "bad-plan"),
        ("items", {}, "bad-plan"),
        ("items", None, "bad-plan"),
        ("items__0", [], "bad-plan"),
        ("items__0__files", [], "bad-plan"),
        ("items__0__uri", "a.jpg", "bad-plan"),
        ("items__0__onlyIf", "x", "bad-plan"),
        ("items__0__findingIds", "f1", "bad-plan"),
        ("items__0__findingIds", [1], "bad-plan"),
        (f"{FILE}__uri", "/desk/../etc/passwd", "bad-plan"),
        (f"{FILE}__uri", "//desk/a.jpg", "bad-plan"),
        (f"{FILE}__uri", "/desk/a\0.jpg", "bad-plan"),
        (f"{FILE}__uri", "/desk/\ud800.jpg", "bad-plan"),
        (f"{FILE}__uri", "/", "bad-plan"),
        (f"{FILE}__uri", None, "bad-plan"),
        (f"{FILE}__expectedSha256", "AB" * 32, "bad-plan"),
        (f"{FILE}__expectedSha256", "ab" * 31, "bad-plan"),
        (f"{FILE}__edits", [], "bad-plan"),
        (f"{FILE}__edits__0__container", "png", "bad-plan"),
        (f"{FILE}__edits__0__property", "price", "bad-plan"),
        (f"{FILE}__edits__0__before", None, "bad-plan"),
        (f"{FILE}__edits__0__before", "\udcff", "bad-plan"),
        (f"{FILE}__edits__0__after", ["x"], "bad-plan"),
    ],
)
def test_altered_plan_is_refused(place, value, code):
    with pytest.raises(UsageError) as caught:
        load_plan(changed(**{place: value}), source="my plan.json")
    assert caught.value.code == code
    assert "my plan.json" in str(caught.value)


def test_same_file_twice_is_refused():
    document = json.loads(dump_plan(make_plan()))
    document["items"].append(copy.deepcopy(document["items"][0]))
    with pytest.raises(UsageError, match="two items"):
        load_plan(json.dumps(document).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b"7", b'"x"', b"{", b"\xff\xfe{}", b"[" * 100_000,
        b'{"schemaVersion": 1, "schemaVersion": 1}', b'{"schemaVersion": NaN}',
        b'{"schemaVersion": 1e999}', b'{"schemaVersion": ' + b"9" * 10_000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused(data):
    with pytest.raises(UsageError):
        load_plan(data)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["schemaVersion", "items", "held", "files"]) | st.text(), inner)))  # fmt: skip
def test_any_json_is_refused_with_our_error(value):
    document = {"schemaVersion": 1, "items": value, "held": [], "planId": "0" * 32, "created": "", "agent": "", "digest": value}  # fmt: skip
    for data in (value, document):
        with pytest.raises(UsageError):
            load_plan(json.dumps(data).encode())
