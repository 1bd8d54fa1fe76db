"""A decision stands as long as what it was made on does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.model import (
    Confidence,
    Container,
    Correction,
    Decision,
    Edit,
    Evidence,
    Finding,
    Fixability,
    Notice,
    NoticeKind,
    Policy,
    Property,
    Pubstatus,
    Rule,
    Severity,
    Status,
    Verdict,
)
from provenance.rules import SHAKEN, grounds_of, judge, undecided

POLICY = Policy(today="2026-11-22")
CAPTION = Evidence("caption-equal", 2.0, "Its caption equals that of the notice's picture.")
AGAINST = Evidence("other-identifier", -5.0, "Carries afp:36XX111: another picture.")
REMARK = Evidence("not-proven", 0.0, "The picture is not proven.")
PAIR = Correction(None, "Ana LIM", "Rosa TEIXEIRA")


def identifier(code: str) -> Evidence:
    return Evidence("identifier", 5.0, f"Carries the identifier {code} that the notice names.")


def notice(**changes: object) -> Notice:
    base = Notice("afp-1", "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, "words",
                  corrections=(PAIR,))  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def finding(*evidence: Evidence, **changes: object) -> Finding:
    base = Finding(
        "f-1", "d-1", Rule.ERRONEOUS_CREDIT, Severity.ERROR, Confidence.MEDIUM, Fixability.UNSAFE,
        Status.HELD, "/a/b.jpg", "AFP corrects this picture.", "afp-1", evidence or (CAPTION,),
        (Edit("/a/b.jpg", Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, "Ana LIM", "Rosa"),),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def decided(verdict: Verdict, *on: Finding, said: Notice | None = None, **more: str) -> Decision:
    grounds = grounds_of((one, said or notice()) for one in on)
    return Decision("d-1", verdict, "anna", "2026-11-20T10:00:00Z", "no", grounds=grounds, **more)


def changed(was: Finding, verdict: Verdict, now: Finding, told: Notice | None = None) -> str:
    """What the remark says has changed; empty where the decision stands."""
    judged = judge(now, decided(verdict, was), POLICY, told or notice())
    remarks = [reason for reason in judged.finding.evidence if reason.name == SHAKEN]
    assert (judged.decision is None) is bool(remarks)
    if not remarks:
        return ""
    assert (judged.verdict, judged.finding.status) == (Verdict.HOLD, Status.HELD)
    assert [one.weight for one in remarks] == [0.0]
    return remarks[0].detail.partition("since then: ")[2]


EVERY = [Verdict.APPLY, Verdict.DISMISS, Verdict.WAIVE]


@pytest.mark.parametrize("verdict", EVERY)
@pytest.mark.parametrize(
    "now",
    [
        pytest.param(finding(replace(CAPTION, detail="Reworded.", weight=1.5)), id="words, weight"),
        pytest.param(finding(CAPTION, REMARK), id="remark"),
        pytest.param(finding(uri="/elsewhere/c.jpg", finding_id="f-9"), id="moved"),
        pytest.param(finding(CAPTION, Evidence("file-name", 2.0, "Has the name.")), id="renamed"),
        pytest.param(finding(message="AFP says so."), id="message"),
        pytest.param(finding(confidence=Confidence.LOW), id="level"),
    ],
)
def test_what_says_nothing_new_changes_nothing(verdict: Verdict, now: Finding) -> None:
    assert changed(finding(), verdict, now) == ""


@pytest.mark.parametrize("verdict", EVERY)
def test_the_order_of_reasons_does_not_matter(verdict: Verdict) -> None:
    assert changed(finding(CAPTION, AGAINST), verdict, finding(AGAINST, CAPTION)) == ""


@pytest.mark.parametrize("verdict", EVERY)
def test_a_new_reason_is_told_with_its_words(verdict: Verdict) -> None:
    told = changed(finding(CAPTION), verdict, finding(CAPTION, identifier("afp:36QM4RB")))
    assert told == ("new is identifier (Carries the identifier afp:36QM4RB that the notice names).")


@pytest.mark.parametrize("verdict", EVERY)
def test_the_fact_in_a_reason_counts(verdict: Verdict) -> None:
    was, now = finding(identifier("afp:36QM4RB")), finding(identifier("afp:36QM4RC"))
    assert "afp:36QM4RC" in changed(was, verdict, now)


@pytest.mark.parametrize("verdict", EVERY)
def test_a_reason_against_that_is_gone_is_told(verdict: Verdict) -> None:
    assert changed(finding(CAPTION, AGAINST), verdict, finding(CAPTION)) == (
        "other-identifier is gone."
    )


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (finding(CAPTION, identifier("afp:1AAAAAA")), finding(CAPTION), "identifier is gone."),
        (finding(CAPTION), finding(CAPTION, AGAINST), "new is other-identifier"),
        (finding(), finding(CAPTION, Evidence("contended", 0.0, "Another says otherwise.")),
         "new is contended (Another says otherwise)."),
    ],
)  # fmt: skip
def test_what_speaks_against_the_finding_shakes_an_acceptance_alone(
    was: Finding, now: Finding, told: str
) -> None:
    assert told in changed(was, Verdict.APPLY, now)
    assert changed(was, Verdict.DISMISS, now) == changed(was, Verdict.WAIVE, now) == ""


def test_an_acceptance_is_of_these_edits() -> None:
    (edit,) = finding().edits
    for other in (replace(edit, after="Rosa T."), replace(edit, after=None)):
        now = finding(edits=(other,))
        assert changed(finding(), Verdict.APPLY, now) == "something else would be written."
        assert changed(finding(), Verdict.DISMISS, now) == ""
    assert changed(finding(), Verdict.APPLY, finding(edits=(replace(edit, uri="/x.xmp"),))) == ""


@pytest.mark.parametrize("verdict", EVERY)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"corrections": (replace(PAIR, right="Rosa LOPES"),)}, "asks for something else"),
        ({"kind": NoticeKind.WITHDRAWAL}, "asks for something else"),
        ({"pubstatus": Pubstatus.CANCELED}, "asks for something else"),
        ({"corrections": (replace(PAIR, wrong="ANA  LIM"),)}, ""),
        ({"text": "ATTENTION EDITORS: words", "received_by": "bert"}, ""),
        ({"version": "2"}, ""),
    ],
)
def test_what_the_notice_asks_for_counts(
    verdict: Verdict, change: dict[str, object], told: str
) -> None:
    found = changed(finding(), verdict, finding(), notice(**change))
    assert told in found
    assert bool(told) is bool(found)


def test_a_new_version_of_the_notice_counts() -> None:
    decision = decided(Verdict.DISMISS, finding(), said=notice(version="1"))
    assert judge(finding(), decision, POLICY, notice(version="1")).decision == decision
    judged = judge(finding(), decision, POLICY, notice(version="2"))
    assert judged.finding.evidence[-1].detail == (
        "Was rejected by anna on 2026-11-20 (no); since then: the notice came in a new version."
    )


def test_copies_may_differ_in_what_they_rest_on() -> None:
    one, other = finding(CAPTION), finding(CAPTION, identifier("afp:36QM4RB"))
    decision = decided(Verdict.APPLY, one, other)
    for known in (one, other):
        assert judge(known, decision, POLICY, notice()).decision == decision
    third = finding(identifier("afp:36QM4RB"))
    assert judge(third, decision, POLICY, notice()).decision is None


def test_a_decision_without_grounds_holds_as_before() -> None:
    old = Decision("d-1", Verdict.DISMISS, "anna", "2024-01-01T00:00:00Z", "no")
    judged = judge(finding(identifier("afp:36QM4RB")), old, POLICY, notice())
    assert (judged.verdict, judged.finding.status) == (Verdict.DISMISS, Status.REJECTED)


def test_what_a_person_rejected_is_not_safe_again_by_itself() -> None:
    safe = finding(identifier("afp:36QM4RB"), fixability=Fixability.SAFE, status=Status.OPEN)
    judged = judge(safe, decided(Verdict.DISMISS, finding(CAPTION)), POLICY, notice())
    assert (judged.verdict, judged.finding.fixability) == (Verdict.HOLD, Fixability.UNSAFE)


def test_a_withdrawn_decision_is_none() -> None:
    gone = Decision("d-1", Verdict.WITHDRAW, "bert", "2026-11-21T10:00:00Z", "mistaken")
    assert judge(finding(), gone, POLICY, notice()) == judge(finding(), None, POLICY)


def test_judging_twice_says_things_once() -> None:
    ended = decided(Verdict.WAIVE, finding(), until="2026-11-01")
    first = judge(finding(), ended, POLICY, notice()).finding
    assert judge(undecided(first), ended, POLICY, notice()).finding == first


@pytest.mark.parametrize(
    ("was", "status"),
    [
        (finding(fixability=Fixability.SAFE, status=Status.REJECTED), Status.OPEN),
        (finding(status=Status.OPEN), Status.HELD),
        (finding(fixability=Fixability.DISPLAY_ONLY, status=Status.WAIVED), Status.OPEN),
        (finding(fixability=Fixability.DISPLAY_ONLY, status=Status.WAIVED,
                 confidence=Confidence.LOW), Status.HELD),
        (finding(fixability=Fixability.DISPLAY_ONLY, status=Status.HELD), Status.HELD),
    ],
)  # fmt: skip
def test_as_it_stood_before_anybody_decided(was: Finding, status: Status) -> None:
    assert undecided(was).status is status


REASONS = st.builds(
    Evidence,
    st.sampled_from(["identifier", "caption-equal", "tie", "picture-same", "file-name"]),
    st.floats(-5, 5),
    st.text(max_size=20),
)


@given(st.lists(REASONS, min_size=1, max_size=5), st.sampled_from(EVERY))
def test_a_decision_stands_for_what_it_was_made_about(
    reasons: list[Evidence], verdict: Verdict
) -> None:
    assert changed(finding(*reasons), verdict, finding(*reversed(reasons))) == ""
