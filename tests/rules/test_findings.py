"""Identities of findings: a decision survives a move and an unrelated save, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_material import (
    IIM,
    RIGHT,
    WRONG,
    XMP,
    credited,
    findings,
    notice,
    of_rule,
    picture,
    value,
    with_value,
)

from provenance.model import (
    AssetRef,
    Confidence,
    Edit,
    Evidence,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    Property,
    Rule,
    Severity,
    Status,
)
from provenance.rules.findings import Answer, Grounds, finding


def found(record: MetadataRecord | None = None, one: Notice | None = None) -> Finding:
    record = credited() if record is None else record
    (credit,) = of_rule(findings(record, one or notice()), Rule.ERRONEOUS_CREDIT)
    return credit


def moved(record: MetadataRecord) -> MetadataRecord:
    return replace(record, ref=AssetRef("/elsewhere/boats.jpg", 1000, "v1"))


def ids(one: Finding) -> tuple[str, str]:
    return one.finding_id, one.decision_key


def test_the_same_finding_has_the_same_ids() -> None:
    assert ids(found()) == ids(found())


def test_a_move_makes_another_finding_under_the_same_decision() -> None:
    there = found(moved(credited()))
    assert there.finding_id != found().finding_id
    assert there.decision_key == found().decision_key


def test_an_unrelated_save_changes_neither() -> None:
    saved = with_value(credited(), value(Property.HEADLINE, XMP, "Boats"))
    saved = replace(saved, digest="ee" * 32, ref=replace(saved.ref, version="v2", size=1100))
    assert ids(found(saved)) == ids(found())


def test_the_order_of_the_containers_changes_neither() -> None:
    record = credited()
    assert ids(found(replace(record, values=record.values[::-1]))) == ids(found())


@pytest.mark.parametrize(
    "other",
    [
        found(credited(scan="aa" * 32)),
        found(one=notice(ident="afp-2")),
        found(with_value(credited(), value(Property.CREDIT_LINE, XMP, f"{WRONG}/AFP"))),
        found(credited(WRONG.upper())),
    ],
    ids=["another picture", "another notice", "another value", "another writing"],
)
def test_a_decision_does_not_cover_what_was_not_looked_at(other: Finding) -> None:
    assert other.decision_key != found().decision_key


def test_only_another_picture_is_the_same_finding() -> None:
    """The finding's id hangs on the place, the decision on the picture."""
    assert found(credited(scan="aa" * 32)).finding_id == found().finding_id


def test_without_picture_data_a_decision_hangs_on_the_file_then_on_the_place() -> None:
    file = credited(scan=None, digest="ab" * 32)
    assert found(moved(file)).decision_key == found(file).decision_key
    assert found(replace(file, digest="cd" * 32)).decision_key != found(file).decision_key
    bare = credited(scan=None)
    assert found(moved(bare)).decision_key != found(bare).decision_key


def test_what_is_proposed_is_no_part_of_the_identity() -> None:
    """A better proposal for the same values is the same finding."""
    assert ids(found(one=notice(right="Eva SOMMER"))) == ids(found())


def grounds(*before: str) -> Grounds:
    return Grounds(before=before)


def built(rule: Rule, of: Grounds) -> Finding:
    return finding(rule, picture(), "words", Answer(), of)


def test_each_rule_has_its_own_ids() -> None:
    found_ids = {built(rule, grounds("a")).finding_id for rule in Rule}
    assert len(found_ids) == len(Rule)


def test_finding_id_and_decision_key_are_told_apart() -> None:
    one = built(Rule.CREDIT_MISSING, grounds())
    assert one.finding_id.startswith("f-")
    assert one.decision_key.startswith("d-")
    assert len(one.finding_id) == len(one.decision_key) == 18
    assert one.finding_id[2:] != one.decision_key[2:]


@given(st.lists(st.text(max_size=3), max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_values_do_not_run_into_each_other(one: list[str], other: list[str]) -> None:
    same = built(Rule.RESTRICTED, grounds(*one)).finding_id == (
        built(Rule.RESTRICTED, grounds(*other)).finding_id
    )
    assert same is (sorted(one) == sorted(other))


def test_the_ids_are_those_that_registries_and_decisions_hold() -> None:
    one = built(Rule.RESTRICTED, Grounds("afp-1", before=("b", "a")))
    assert ids(one) == ("f-f6a112e8cd29321f", "d-702c04619b2a6286")


def test_lone_surrogates_have_ids_too() -> None:
    assert built(Rule.RESTRICTED, grounds("\ud800")).finding_id.startswith("f-")


def test_edits_speak_for_a_finding_where_it_has_some() -> None:
    edit = Edit("/archive/scan.jpg", IIM, "IIM 2:80", Property.CREATOR_NAMES, WRONG, RIGHT)
    with_edit = built(Rule.ERRONEOUS_CREDIT, Grounds(edits=(edit,), before=("ignored",)))
    assert ids(with_edit) == ids(built(Rule.ERRONEOUS_CREDIT, Grounds(edits=(edit,))))
    assert (
        with_edit.finding_id
        == built(Rule.ERRONEOUS_CREDIT, grounds(f"IIM 2:80={WRONG}")).finding_id
    )


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_a_severity(rule: Rule) -> None:
    errors = {
        Rule.ERRONEOUS_CREDIT,
        Rule.ERRONEOUS_MENTION,
        Rule.LEAKED_NOTICE,
        Rule.WITHDRAWN,
        Rule.UNREADABLE,
    }
    notes = {Rule.CREDIT_INCOMPLETE, Rule.CREDIT_TRUNCATED, Rule.CONTENT_CREDENTIALS}
    expected = (
        Severity.ERROR if rule in errors else Severity.NOTE if rule in notes else Severity.WARNING
    )
    assert built(rule, grounds()).severity is expected


def test_what_is_said_is_carried_whole() -> None:
    answer = Answer(Confidence.LOW, Fixability.UNSAFE, Status.HELD)
    why = Evidence("why", 1.0, "because")
    edit = Edit("/archive/scan.jpg", IIM, "IIM 2:80", Property.CREATOR_NAMES, WRONG, RIGHT)
    one = finding(
        Rule.ERRONEOUS_CREDIT, picture(), "words", answer, Grounds("afp-1", (why,), (edit,))
    )
    assert (one.confidence, one.fixability, one.status) == (
        Confidence.LOW,
        Fixability.UNSAFE,
        Status.HELD,
    )
    assert (one.uri, one.message, one.notice_id) == ("/archive/scan.jpg", "words", "afp-1")
    assert (one.evidence, one.edits) == ((why,), (edit,))


def test_nothing_is_safe_unless_somebody_says_so() -> None:
    assert Answer().fixability is Fixability.DISPLAY_ONLY
