from __future__ import annotations

from dataclasses import replace

import pytest
from compliance_material import CORRECTION, DESK, clocks, parties

from provenance.duties.clock import Doubt, DutyStanding, MilestoneStanding, Stopped
from provenance.model import Duty, DutyState, LetterKind, Milestone
from provenance.reporting import owed
from provenance.reporting.overview import AgeBucket


def test_every_duty_has_a_name() -> None:
    assert set(owed.DUTIES) >= {one.value for one in Duty} | {"acknowledged"}
    assert set(owed.MILESTONES) == set(owed.MEANT) == set(Milestone)


def test_a_moment_says_when_it_was_reached_and_whether_that_was_late() -> None:
    reached, missed, _ = (owed.moment(one) for one in clocks()[CORRECTION].milestones)
    assert (reached.state, reached.when) == ("reached", "1 Dec 2024, 06:14 UTC, after 1 h 0 min")
    assert (missed.state, missed.when, missed.limit) == (
        "overdue", "Overdue", "limit 2 Dec 2024, 06:14 UTC",
    )  # fmt: skip
    assert owed.moment(clocks()[DESK].milestones[0]).state == "late"
    pending = owed.moment(MilestoneStanding(Milestone.COMPLETE))
    assert (pending.state, pending.when, pending.limit) == ("pending", "Not yet", "")


def test_a_duty_says_who_closed_it_on_what_and_how_long_that_took() -> None:
    done, waived, missed = (owed.duty(one, "2024-12-03") for one in clocks()[CORRECTION].duties)
    assert (done.label, done.state, done.said) == ("Remove from online services", "done", "Done")
    assert done.by == "by m.okafor on 1 Dec 2024, 09:00 UTC"
    assert done.evidence == "ticket-4711.pdf (SHA-256 aaaaaaaaaaaa…)"
    assert done.took == "after 2 h 45 min"
    assert waived.by == (
        "waived by anna.editor on 1 Dec 2024, 10:00 UTC, until 31 Dec 2024: The agency agreed"
    )
    assert (missed.state, missed.said, missed.by, missed.took) == ("overdue", "Overdue", "", "")


def test_what_a_scan_proved_is_told_as_such() -> None:
    (seen,) = clocks()[DESK].duties
    assert owed.duty(seen, "").by == "shown by the scan of m.okafor on 29 Nov 2024, 12:10 UTC"


def test_a_waiver_that_ran_out_says_so() -> None:
    one = replace(clocks()[CORRECTION].duties[1], state=DutyState.OPEN)
    told = owed.duty(one, "2025-01-01")
    assert "until 31 Dec 2024 (ran out)" in told.by
    assert told.said == "Open"


def test_a_duty_that_was_closed_late_says_so() -> None:
    one = replace(clocks()[CORRECTION].duties[0], overdue=True)
    assert owed.duty(one, "").took == "after 2 h 45 min, late"
    assert owed.duty(one, "").state == "done"


def test_an_unknown_duty_keeps_its_word() -> None:
    assert owed.duty(DutyStanding("burn-negatives", DutyState.OPEN), "").label == "burn-negatives"


def test_a_third_party_says_what_it_got_was_told_and_said() -> None:
    untold, answered = (owed.party(one) for one in parties()[CORRECTION])
    assert (untold.state, untold.waits, untold.told) == ("To be told", True, "")
    assert untold.got == "1\N{NO-BREAK SPACE}file, 1 Dec 2024 to 2 Dec 2024"
    assert (answered.state, answered.waits) == ("Answered", False)
    assert answered.told == "letter sent 1 Dec 2024, 09:05 UTC by anna.editor"
    assert answered.answer == ("did what was asked, 2 Dec 2024, 11:00 UTC: Both copies replaced")


def test_a_letter_that_nobody_said_was_sent_is_not_told_as_sent() -> None:
    one = parties()[CORRECTION][1]
    letter = replace(one.letters[0], sent=None, kind=LetterKind.REMINDER)
    told = owed.party(replace(one, letters=(letter,), answer=None, deliveries=()))
    assert told.told == (
        "reminder written 1 Dec 2024, 09:00 UTC by anna.editor, not marked as sent"
    )
    assert (told.got, told.answer) == ("", "")


def test_what_is_odd_about_a_clock_is_said() -> None:
    clock = clocks()[CORRECTION]
    assert owed.remark(clock) == ""
    for doubt in Doubt:
        assert "clock runs from" in owed.remark(replace(clock, doubt=doubt))
    for stopped in Stopped:
        assert "due" in owed.remark(replace(clock, stopped=stopped))


@pytest.mark.parametrize(
    ("bounds", "label"),
    [
        ((0, 1), "Less than 1 day"),
        ((0, 3), "Less than 3 days"),
        ((1, 4), "1 to 3 days"),
        ((31, None), "31 days or more"),
        ((None, None), "Time of receipt not known"),
    ],
)
def test_an_age_has_a_label(bounds: tuple[int | None, int | None], label: str) -> None:
    assert owed.age(AgeBucket(*bounds)) == label
