from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from registry.values import LATER, NOW, instances, notice

from provenance.errors import RegistryError
from provenance.model import Authority, Correction, Notice, Occurrence, Target, TargetKind
from provenance.registry import (
    Registry,
    notices,
    notices_by_keys,
    notices_of_items,
    put_notices,
    put_standing,
    retract,
    retracted_by,
)
from provenance.registry import notice as one_notice
from provenance.registry.notice_store import merge
from provenance.registry.tables import NOTICE

MINE = Target(TargetKind.IDENTIFIER, "AFP-1")
FORGED = Target(TargetKind.IDENTIFIER, "RIVAL-9")
HERE = Occurrence("/a.jpg", 0, 10, "IIM 2:120")
THERE = Occurrence("/b.jpg", 5, 15)
BROUGHT = notice(
    authority=Authority.BROUGHT,
    received=NOW,
    received_by="anna",
    targets=(MINE,),
    occurrences=(HERE,),
)
EMBEDDED = notice(targets=(FORGED,), occurrences=(THERE,), text="The byline should read!")


def put(registry: Registry, *given: Notice, now: str = NOW) -> tuple[Notice, ...]:
    with registry.write() as tx:
        return put_notices(tx, given, now)


def test_put_and_read_back(registry: Registry) -> None:
    put(registry, notice("n2"), BROUGHT)
    with registry.read() as tx:
        assert notices(tx) == (BROUGHT, notice("n2"))
        assert one_notice(tx, "n2") == notice("n2")


@settings(max_examples=60, deadline=None)
@given(instances(Notice), instances(Notice))
def test_merge_keeps_what_must_never_be_lost(former: Notice, given: Notice) -> None:
    given = replace(given, notice_id=former.notice_id)
    merged = merge(former, given)
    assert set(merged.occurrences) == {*former.occurrences, *given.occurrences}
    assert set(merged.targets) <= {*former.targets, *given.targets}
    assert (merged.received is None) == (former.received is None and given.received is None)
    assert (merged.retracted is None) == (former.retracted is None and given.retracted is None)
    if Authority.EMBEDDED not in (former.authority, given.authority):
        assert merged.authority is not Authority.EMBEDDED
    assert merge(merged, given) == merged


def test_the_same_notice_twice_is_one_notice(registry: Registry) -> None:
    (merged,) = put(registry, BROUGHT, BROUGHT)
    assert merged == BROUGHT
    assert put(registry, BROUGHT, now=LATER) == (BROUGHT,)
    with registry.read() as tx:
        assert notices(tx) == (BROUGHT,)
        assert tx.connection.execute(NOTICE.select()).one().first_seen == NOW


@pytest.mark.parametrize("order", list(itertools.permutations((BROUGHT, EMBEDDED))))
def test_what_a_person_brought_stands_over_what_stood_in_a_picture(
    registry: Registry, order: tuple[Notice, ...]
) -> None:
    for one in order:
        put(registry, one)
    with registry.read() as tx:
        (merged,) = notices(tx)
    assert merged.authority is Authority.BROUGHT
    assert merged.received_by == "anna"
    assert merged.text == BROUGHT.text
    assert merged.targets == (MINE,), "a forged copy must not widen a brought notice"
    assert set(merged.occurrences) == {HERE, THERE}


def test_equals_unite_their_targets_and_the_newer_reading_stands() -> None:
    better = replace(EMBEDDED, targets=(MINE,), corrections=(Correction(wrong="A", right="B"),))
    merged = merge(EMBEDDED, better)
    assert merged.targets == (FORGED, MINE)
    assert merged.corrections == better.corrections


@pytest.mark.parametrize(
    ("times", "earliest"),
    [
        (("2026-11-22T12:00:00+01:00", "2026-11-22T11:30:00Z"), "2026-11-22T12:00:00+01:00"),
        (("2026-11-22T12:00:00Z", "2026-11-22T11:59:00"), "2026-11-22T11:59:00"),
        ((None, "2026-11-22T12:00:00Z"), "2026-11-22T12:00:00Z"),
        (("yesterday", "2026-11-22T12:00:00Z"), "2026-11-22T12:00:00Z"),
        ((None, None), None),
    ],
)
def test_the_earliest_receipt_stays(times: tuple[str | None, ...], earliest: str | None) -> None:
    for first, second in itertools.permutations(times):
        merged = merge(
            replace(BROUGHT, received=first, received_by="x" if first == earliest else "y"),
            replace(BROUGHT, received=second, received_by="x" if second == earliest else "y"),
        )
        assert merged.received == earliest
        assert merged.received_by == "x"


def test_the_embedded_copy_met_first_dates_the_receipt() -> None:
    early = replace(EMBEDDED, received="2026-11-01T00:00:00Z")
    merged = merge(early, BROUGHT)
    assert (merged.received, merged.received_by) == ("2026-11-01T00:00:00Z", "anna")


def test_retract_is_kept_with_its_person_and_not_undone(registry: Registry) -> None:
    put(registry, BROUGHT, notice("n2"))
    with registry.write() as tx:
        assert retract(tx, "n1", "bert", LATER).retracted == LATER
        assert retract(tx, "n1", "carla", NOW).retracted == LATER
    put(registry, BROUGHT)
    with registry.read() as tx:
        assert notices(tx) == (notice("n2"),)
        assert [one.retracted for one in notices(tx, active_only=False)] == [LATER, None]
        assert retracted_by(tx, "n1") == "bert"
        assert retracted_by(tx, "n2") is None


def test_retract_keeps_its_person_when_the_notice_changes_after(registry: Registry) -> None:
    put(registry, BROUGHT)
    with registry.write() as tx:
        retract(tx, "n1", "bert", LATER)
    put(registry, replace(BROUGHT, occurrences=(THERE,)))
    with registry.read() as tx:
        assert retracted_by(tx, "n1") == "bert"
        assert one_notice(tx, "n1").occurrences == (HERE, THERE)


@pytest.mark.parametrize(
    ("prefix", "code"),
    [("", "not-found"), ("z", "not-found"), ("ab", "ambiguous"), ("%", "not-found")],
)
def test_a_prefix_must_name_one_notice(registry: Registry, prefix: str, code: str) -> None:
    put(registry, notice("abc1"), notice("abd2"), notice("abe3"))
    with registry.read() as tx, pytest.raises(RegistryError) as caught:
        one_notice(tx, prefix)
    assert caught.value.code == code
    assert caught.value.remedy
    with registry.read() as tx:
        assert one_notice(tx, "abd").notice_id == "abd2"


def test_keys_lead_to_notices_that_stand(registry: Registry) -> None:
    keys = {"n1": [("id", "AFP-1"), ("caption", "x" * 999)], "n2": [("id", "AFP-1")], "n3": []}
    with registry.write() as tx:
        put_notices(tx, [notice("n1"), notice("n2"), notice("n3")], NOW, keys)
    asked = [("id", "AFP-1"), ("caption", "x" * 999), ("id", "none")]
    with registry.read() as tx:
        assert notices_by_keys(tx, asked) == {
            ("id", "AFP-1"): ("n1", "n2"),
            ("caption", "x" * 999): ("n1",),
        }
    with registry.write() as tx:
        put_notices(tx, [notice("n1")], NOW)
        put_notices(tx, [notice("n2")], NOW, {"n2": [("id", "AFP-2")], "absent": [("id", "AFP-1")]})
        retract(tx, "n1", "bert", LATER)
        assert notices_by_keys(tx, [("id", "AFP-1"), ("id", "AFP-2")]) == {("id", "AFP-2"): ("n2",)}


def test_superseded_notices_are_kept_and_find_nothing(registry: Registry) -> None:
    first = notice("n1", item="urn:x:1", version="1")
    put(registry, first, notice("n2", item="urn:x:1", version="2"), notice("n3"))
    with registry.write() as tx:
        put_notices(tx, [first], NOW, {"n1": [("id", "AFP-1")]})
        put_standing(tx, [replace(first, superseded_by="n2")])
        assert [one.notice_id for one in notices(tx)] == ["n2", "n3"]
        assert [one.superseded_by for one in notices(tx, active_only=False)] == ["n2", None, None]
        assert [one.notice_id for one in notices_of_items(tx, ["urn:x:1", ""])] == ["n1", "n2"]
        assert notices_by_keys(tx, [("id", "AFP-1")]) == {}
    (again,) = put(registry, first)
    assert again.superseded_by == "n2", "to meet it again does not make it speak"
    with registry.write() as tx:
        put_standing(tx, [first])
        assert first in notices(tx)


def test_a_mail_that_repeats_a_wire_items_note_leaves_it_its_item() -> None:
    wire = replace(BROUGHT, item="urn:newsml:1", version="2", sent=NOW)
    mail = replace(BROUGHT, item="", version="", sent=None)
    for merged in (merge(wire, mail), merge(mail, wire)):
        assert (merged.item, merged.version, merged.sent) == ("urn:newsml:1", "2", NOW)


def test_an_embedded_copy_gives_no_item_to_what_a_person_brought() -> None:
    mail = replace(BROUGHT, item="", version="", sent=None)
    forged = replace(EMBEDDED, item="urn:newsml:9", version="9", sent=NOW)
    for merged in (merge(mail, forged), merge(forged, mail)):
        assert (merged.item, merged.version, merged.sent) == ("", "", None)
