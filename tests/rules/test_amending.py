"""Values that a person puts in place of the proposed ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provenance import rules
from provenance.errors import UsageError
from provenance.model import (
    Confidence,
    Container,
    Decision,
    Edit,
    Evidence,
    Finding,
    Fixability,
    Policy,
    Property,
    Rule,
    Severity,
    Status,
    Verdict,
)
from provenance.rules import amend, judge, most_octets, proposals, undecided
from provenance.rules.amending import AMENDED, LONGEST

URI = "/desk/a.jpg"
TODAY = Policy(today="2026-11-22")


def edit(locator: str, before: str, after: str | None, prop: Property = Property.CREATOR_NAMES):
    container = Container.IIM if locator.startswith("IIM") else Container.XMP
    return Edit(URI, container, locator, prop, before, after)


BYLINE = (
    edit("IIM 2:80", "Ana LIM", "Rosa TEIXEIRA"),
    edit("XMP dc:creator", "Ana LIM", "Rosa TEIXEIRA"),
)
CAPTION = edit("IIM 2:120", "Boats.\rBy Ana LIM", "Boats.\rBy Rosa TEIXEIRA", Property.DESCRIPTION)
GONE = edit("IIM 2:122", "Ana LIM", None, Property.CAPTION_WRITER)


def finding(*edits: Edit) -> Finding:
    return Finding(
        "f-1", "d-1", Rule.ERRONEOUS_CREDIT, Severity.ERROR, Confidence.MEDIUM, Fixability.UNSAFE,
        Status.HELD, URI, "wrong", "n-1", (Evidence("identifier", 1.0, "it is"),), edits,
    )  # fmt: skip


def accepted(one: Finding, amended: rules.Amended) -> Decision:
    grounds = rules.grounds_of([(one, None)])
    return Decision("d-1", Verdict.APPLY, "ben.desk", "2026-11-21T10:00:00Z", "why",
                    grounds=grounds, amended=amended)  # fmt: skip


def test_a_value_is_proposed_once_for_all_its_places() -> None:
    one = finding(*BYLINE, CAPTION, GONE)
    assert [(p.property, len(p.edits)) for p in proposals(one)] == [
        (Property.CREATOR_NAMES, 2), (Property.DESCRIPTION, 1), (Property.CAPTION_WRITER, 1)]  # fmt: skip
    assert [most_octets(p) for p in proposals(one)] == [32, 2000, 32]
    assert most_octets(proposals(finding(BYLINE[1]))[0]) is None


def test_what_is_as_proposed_amends_nothing() -> None:
    one = finding(*BYLINE, CAPTION)
    assert amend(one, {}) == ()
    assert amend(one, {0: " Rosa TEIXEIRA ", 1: "Boats.\r\nBy Rosa TEIXEIRA"}) == ()


def test_the_accepted_value_is_what_will_be_written_everywhere() -> None:
    one = finding(*BYLINE, CAPTION)
    amended = amend(one, {0: "Rosa M. TEIXEIRA"})
    said = judge(one, accepted(one, amended), TODAY)
    assert said.verdict is Verdict.APPLY
    assert said.finding.status is Status.OPEN
    assert [e.after for e in said.finding.edits] == ["Rosa M. TEIXEIRA"] * 2 + [CAPTION.after]
    assert said.finding.proposed == one.edits
    (remark,) = [e for e in said.finding.evidence if e.name == AMENDED]
    assert remark.weight == 0
    assert remark.detail == (
        "IIM 2:80, XMP dc:creator: value by ben.desk instead of “Rosa TEIXEIRA”."
    )
    assert (said.finding.finding_id, said.finding.decision_key) == ("f-1", "d-1")


def test_a_judged_finding_is_judged_again_alike_and_opens_as_it_was() -> None:
    one = finding(*BYLINE)
    word = accepted(one, amend(one, {0: "Rosa M. TEIXEIRA"}))
    judged = judge(one, word, TODAY).finding
    assert judge(judged, word, TODAY).finding == judged
    assert judge(undecided(judged), word, TODAY).finding == judged
    assert undecided(judged) == one
    assert proposals(judged) == proposals(one)


def test_a_withdrawn_or_past_acceptance_takes_its_values_with_it() -> None:
    one = finding(*BYLINE)
    word = accepted(one, amend(one, {0: "Rosa M. TEIXEIRA"}))
    judged = judge(one, word, TODAY).finding
    for ended in (replace(word, verdict=Verdict.WITHDRAW), replace(word, until="2026-11-01")):
        again = judge(judged, ended, TODAY).finding
        assert again.edits == one.edits
        assert not again.proposed


def test_values_do_not_go_where_something_else_is_proposed_by_now() -> None:
    one = finding(*BYLINE)
    word = accepted(one, amend(one, {0: "Rosa M. TEIXEIRA"}))
    other = finding(replace(BYLINE[0], after="Rosa COSTA"), BYLINE[1])
    said = judge(other, word, TODAY)
    assert said.verdict is Verdict.HOLD
    assert said.decision is None
    # An old decision without grounds still has to fit the places.
    more = finding(*BYLINE, edit("IIM 2:80", "Ana LIMA", "Rosa TEIXEIRA"))
    said = judge(more, replace(word, grounds=""), TODAY)
    assert said.verdict is Verdict.HOLD
    assert said.finding.edits == more.edits


def test_two_values_of_one_place_keep_apart() -> None:
    one = finding(edit("XMP dc:creator", "B", "D"), edit("XMP dc:creator", "A", "C"))
    judged = judge(one, accepted(one, amend(one, {0: "X"})), TODAY).finding
    assert [(e.before, e.after) for e in judged.edits] == [("B", "X"), ("A", "C")]


def test_a_value_can_take_the_place_of_a_removal() -> None:
    one = finding(GONE)
    judged = judge(one, accepted(one, amend(one, {0: "Rosa TEIXEIRA"})), TODAY).finding
    assert judged.edits[0].after == "Rosa TEIXEIRA"
    assert "instead of removing the value" in judged.evidence[-1].detail
    both = finding(GONE, edit("IIM 2:122", "A. LIM", "R. TEIXEIRA", Property.CAPTION_WRITER))
    judged = judge(both, accepted(both, amend(both, {1: "Rosa"})), TODAY).finding
    assert [e.after for e in judged.edits] == [None, "Rosa"]


def test_line_ends_are_those_of_the_proposed_value() -> None:
    one = finding(CAPTION)
    ((_, _, value),) = amend(one, {0: "Boats.\nBy Rosa M. TEIXEIRA"})
    assert value == "Boats.\rBy Rosa M. TEIXEIRA"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "is empty"),
        (" \t", "is empty"),
        ("Ñ" * 17, "takes 34 octets in UTF-8; IIM has room for 32 there"),
        ("Rosa\x07", r"U\+0007"),
        ("Rosa\nTEIXEIRA", "a line break"),
        ("Rosa \u202eARIEXIET", r"U\+202E"),
        ("Rosa \ud800", r"U\+D800"),
        ("x" * (LONGEST + 1), "the most is 32,000"),
    ],
)
def test_what_no_such_field_may_hold_is_refused(value: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        amend(finding(*BYLINE), {0: value})
    assert caught.value.remedy


def test_there_must_be_such_a_proposal() -> None:
    for number in (-1, 1):
        with pytest.raises(UsageError, match="proposes one value"):
            amend(finding(*BYLINE), {number: "x"})
