"""The room's doors: examine() joins the rules, decide() obeys the named decisions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    CORRECTED,
    IIM,
    LEAKED,
    POLICY,
    RIGHT,
    XMP,
    by_caption,
    credited,
    findings,
    notice,
    of_rule,
    pairs,
    picture,
    target,
    value,
    with_value,
    withdrawal,
    without,
)

from provenance.model import (
    AssetRef,
    Decision,
    Finding,
    Fixability,
    Policy,
    Property,
    Rule,
    Severity,
    Status,
    TargetKind,
    Unreadable,
    Verdict,
)
from provenance.rules import decide, examine, examine_unreadable

HELD = of_rule(
    findings(
        credited(name="boats.jpg"), notice(targets=[target(TargetKind.FILENAME, "boats.jpg")])
    ),
    Rule.ERRONEOUS_CREDIT,
)[0]
SAFE = of_rule(findings(credited(), notice()), Rule.ERRONEOUS_CREDIT)[0]
SHOWN = findings(picture())[0]


NOUN = {Verdict.WAIVE: "waiver", Verdict.DISMISS: "rejection", Verdict.HOLD: "hold"}


def decision(verdict: Verdict, until: str | None = None) -> Decision:
    return Decision("d-1", verdict, "anna.editor", "2024-11-30T10:00:00Z", "asked AFP", until)


def test_the_cases_are_what_they_are_called() -> None:
    assert (SAFE.fixability, SAFE.status) == (Fixability.SAFE, Status.OPEN)
    assert (HELD.fixability, HELD.status) == (Fixability.UNSAFE, Status.HELD)
    assert (SHOWN.fixability, SHOWN.status) == (Fixability.DISPLAY_ONLY, Status.OPEN)


@pytest.mark.parametrize(
    ("one", "verdict"), [(SAFE, Verdict.APPLY), (HELD, Verdict.HOLD), (SHOWN, Verdict.HOLD)]
)
def test_without_a_decision_only_what_is_safe_is_applied(one: Finding, verdict: Verdict) -> None:
    assert decide(one, None, POLICY) == (verdict, one)


@pytest.mark.parametrize(
    ("one", "said", "verdict", "status"),
    [
        (SAFE, Verdict.APPLY, Verdict.APPLY, Status.OPEN),
        (HELD, Verdict.APPLY, Verdict.APPLY, Status.OPEN),
        (SHOWN, Verdict.APPLY, Verdict.HOLD, Status.HELD),
        (SAFE, Verdict.HOLD, Verdict.HOLD, Status.HELD),
        (HELD, Verdict.HOLD, Verdict.HOLD, Status.HELD),
        (SAFE, Verdict.DISMISS, Verdict.DISMISS, Status.REJECTED),
        (SHOWN, Verdict.DISMISS, Verdict.DISMISS, Status.REJECTED),
        (SAFE, Verdict.WAIVE, Verdict.WAIVE, Status.WAIVED),
        (SHOWN, Verdict.WAIVE, Verdict.WAIVE, Status.WAIVED),
    ],
)
def test_a_named_decision_stands(
    one: Finding, said: Verdict, verdict: Verdict, status: Status
) -> None:
    assert decide(one, decision(said), POLICY) == (verdict, replace(one, status=status))


@pytest.mark.parametrize(
    ("until", "stands"),
    [
        ("2024-12-01", True),  # today is its last day
        ("2024-12-02", True),
        ("2025-01-01", True),
        ("2024-11-30", False),
        ("2023-12-31", False),
    ],
)
@pytest.mark.parametrize("verdict", [Verdict.WAIVE, Verdict.DISMISS, Verdict.HOLD])
def test_a_decision_ends_with_its_last_day(verdict: Verdict, until: str, stands: bool) -> None:
    told, after = decide(SAFE, decision(verdict, until), Policy(today="2024-12-01"))
    assert (told is verdict) is stands
    assert after.status is not Status.OPEN or not stands
    ran_out = [reason.detail for reason in after.evidence if reason.name == "decision-ended"]
    assert ran_out == (
        [] if stands else [f"The {NOUN[verdict]} by anna.editor ran out on {until}."]
    )


def test_an_ended_acceptance_holds_what_is_not_safe_again() -> None:
    told, after = decide(HELD, decision(Verdict.APPLY, "2024-11-30"), POLICY)
    assert (told, after.status, after.fixability) == (Verdict.HOLD, Status.HELD, HELD.fixability)
    assert after.evidence[-1].detail == "The acceptance by anna.editor ran out on 2024-11-30."


def test_examine_joins_every_rule() -> None:
    record = with_value(
        credited(caption=f"{LEAKED} (Photo by Luc MARIN / AFP)", credentials="c2pa"),
        value(Property.CREDIT_LINE, XMP, "JÃ¶rg / AFP"),
        value(Property.INSTRUCTIONS, IIM, "EMBARGOED UNTIL 2030-01-01"),
    )
    assert {one.rule for one in findings(record, notice())} == {
        Rule.ERRONEOUS_CREDIT,
        Rule.LEAKED_NOTICE,
        Rule.CONTAINERS_DISAGREE,
        Rule.ENCODING_DAMAGED,
        Rule.CONTENT_CREDENTIALS,
        Rule.RESTRICTED,
    }


def test_examine_says_each_thing_once() -> None:
    found = findings(credited(), notice(), notice())
    assert len({one.finding_id for one in found}) == len(found) == 1


def test_notices_that_do_not_match_find_nothing() -> None:
    other = notice(targets=[target(TargetKind.IDENTIFIER, "AFP_99ZZ9ZZ")])
    assert findings(credited(RIGHT), other, notice(targets=())) == ()


SIBLING = credited("Eva SOMMER", name="copy.jpg")


def silent(*notices: object) -> list[Finding]:
    found = examine(credited(), pairs(*notices), [SIBLING], POLICY)  # type: ignore[arg-type]
    return of_rule(found, Rule.SILENT_CORRECTION)


def test_a_changed_name_is_silent_only_where_no_notice_explains_it() -> None:
    assert len(silent()) == 1
    assert silent(notice()) == []
    assert silent(notice(targets=by_caption())) == []


def test_a_candidate_or_a_retracted_notice_explains_nothing() -> None:
    kill = withdrawal([target(TargetKind.BYLINE, "Luc MARIN")])
    assert len(silent(kill)) == 1
    assert len(silent(replace(notice(), retracted="2024-12-01T00:00:00Z"))) == 1


def test_the_same_record_says_the_same_twice() -> None:
    record = credited(caption=LEAKED)
    assert findings(record, notice()) == findings(record, notice())


def test_an_unreadable_file_is_an_error_of_its_own() -> None:
    ref = AssetRef("/archive/broken.jpg", 3, "v1")
    one = examine_unreadable(Unreadable(ref, "empty-file", "It is empty.", "Fetch it again."))
    assert (one.rule, one.severity) == (Rule.UNREADABLE, Severity.ERROR)
    assert (one.fixability, one.status) == (Fixability.DISPLAY_ONLY, Status.OPEN)
    assert (one.uri, one.message) == ("/archive/broken.jpg", "It is empty. Fetch it again.")
    other = examine_unreadable(Unreadable(ref, "too-large", "It is empty.", "Fetch it again."))
    assert other.finding_id != one.finding_id


def test_a_stripped_copy_without_any_word_is_missing_its_credit() -> None:
    record = without(credited(), *Property)
    assert [one.rule for one in findings(record, notice(), proven=[credited()])] == [
        Rule.CREDIT_MISSING
    ]


def test_a_text_without_pictures_has_findings_of_its_captions_only() -> None:
    record = picture(
        value(Property.DESCRIPTION, IIM, CORRECTED, where="chars 0-80"),
        media_type="text/plain",
        scan=None,
        name="article.txt",
    )
    assert findings(record, notice(targets=by_caption())) == ()
