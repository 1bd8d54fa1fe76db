from __future__ import annotations

from dataclasses import replace

import pytest
from compliance_material import CORRECTION, DESK, HOUR, KILL, RUNS, owing

from provenance.duties.clock import NoticeClock, Stopped
from provenance.model import Authority, Milestone, Status
from provenance.reporting.overview import NO_NOTICE, NOT_NAMED, Overview, age_of, overview
from provenance.reporting.report import Facts, ItemState, NoticeState, Stamp, build
from provenance.reporting.third_parties import PartyState

STAMP = Stamp("2024-12-03T08:00:00+00:00", "anna.editor", "provenance 1")


def of(facts: Facts) -> Overview:
    return overview(build(facts, STAMP))


def test_open_notices_stand_in_the_bucket_of_their_age(week: Facts) -> None:
    told = of(owing(week))
    assert told.open == 2
    assert [(one.at_least, one.below, one.notice_ids, one.overdue) for one in told.ages] == [
        (0, 1, (KILL,), 0),
        (1, 4, (CORRECTION,), 1),
        (4, 8, (), 0),
        (8, 31, (), 0),
        (31, None, (), 0),
    ]


@pytest.mark.parametrize(
    ("hours", "bucket"),
    [(0, 0), (23.99, 0), (24, 1), (95.99, 1), (96, 4), (191, 4), (192, 8), (744, 31), (9e5, 31)],
)
def test_a_day_begins_a_bucket(week: Facts, hours: float, bucket: int) -> None:
    clock = replace(owing(week).clocks[KILL], age=hours * HOUR)
    told = of(replace(week, clocks={KILL: clock}, notices=week.notices[1:2]))
    assert [one.at_least for one in told.ages if one.notices] == [bucket]


def test_a_notice_without_a_time_of_receipt_has_a_bucket_of_its_own(week: Facts) -> None:
    notice = replace(week.notices[1], received=None)
    told = of(replace(week, notices=(notice,)))
    assert (told.ages[-1].at_least, told.ages[-1].notice_ids) == (None, (KILL,))
    assert sum(one.notices for one in told.ages) == 1


def test_receipt_ahead_of_the_report_is_no_negative_age(week: Facts) -> None:
    notice = replace(week.notices[1], received="2031-01-01T00:00:00Z")
    section = build(replace(week, notices=(notice,)), STAMP).notices[0]
    assert age_of(section, STAMP.generated) == 0
    assert age_of(section, "no time") is None


def test_findings_are_counted_once_by_rule_and_once_by_agency(week: Facts) -> None:
    told = of(owing(week))
    assert sum(one.total for one in told.rules) == len(week.findings)
    assert sum(one.total for one in told.agencies) == len(week.findings)
    first = told.rules[0]
    assert (first.key, first.ready, first.person, first.done, first.dismissed, first.open) == (
        "erroneous-credit", 3, 1, 2, 0, 4,
    )  # fmt: skip
    assert [one.key for one in told.agencies] == ["AFP", NO_NOTICE, "The desk itself"]
    assert next(one for one in told.agencies if one.key == NO_NOTICE).dismissed == 1


def test_an_agency_that_is_not_named_is_told_as_such(week: Facts) -> None:
    notice = replace(week.notices[0], provider=None, authority=Authority.BROUGHT)
    told = of(replace(week, notices=(notice,)))
    assert NOT_NAMED in {one.key for one in told.agencies}


def test_the_pace_has_its_median_and_names_the_slowest(week: Facts) -> None:
    acknowledged, contained, complete = of(owing(week)).paces
    assert [acknowledged.milestone, contained.milestone, complete.milestone] == list(Milestone)
    assert (acknowledged.reached, acknowledged.pending, acknowledged.overdue) == (3, 0, 1)
    assert (acknowledged.median, acknowledged.worst) == (3 * HOUR, 5 * HOUR)
    assert acknowledged.worst_notice == DESK
    assert (contained.reached, contained.pending, contained.overdue) == (1, 2, 1)
    assert (complete.median, complete.worst_notice) == (9 * HOUR, DESK)


def test_without_clocks_nothing_is_said_of_the_pace(week: Facts) -> None:
    told = of(week)
    assert all(one.median is one.worst is one.worst_notice is None for one in told.paces)
    assert told.overdue == ()


def test_the_longest_overdue_leads(week: Facts) -> None:
    told = of(owing(week))
    assert [(one.notice_id, one.milestone) for one in told.overdue] == [
        (CORRECTION, Milestone.CONTAINED),
        (CORRECTION, Milestone.COMPLETE),
    ]
    assert told.overdue[0].late == pytest.approx(25 * HOUR + 46 * 60)
    assert told.overdue_notices == 1


def test_what_is_overdue_leads_the_report(week: Facts) -> None:
    report = build(owing(week), STAMP)
    assert [one.notice.notice_id for one in report.notices] == [CORRECTION, KILL, DESK]
    assert [one.is_overdue for one in report.notices] == [True, False, False]


def test_a_retracted_notice_is_in_no_figure(week: Facts) -> None:
    facts = owing(week)
    notice = replace(week.notices[0], retracted="2024-12-02T10:00:00Z")
    clock = replace(facts.clocks[CORRECTION], stopped=Stopped.RETRACTED)
    report = build(
        replace(
            facts,
            notices=(notice, *week.notices[1:]),
            clocks={**facts.clocks, CORRECTION: clock},
        ),
        STAMP,
    )
    told = overview(report)
    assert (told.open, told.overdue) == (1, ())
    assert CORRECTION not in {number for one in told.ages for number in one.notice_ids}
    assert {one.reached for one in told.paces} == {2, 1}


def test_settled_copies_with_an_open_duty_leave_the_notice_open(week: Facts) -> None:
    facts = owing(week)
    waiting = replace(facts.clocks[KILL], notice_id=DESK)
    report = build(replace(facts, clocks={DESK: waiting}, standings={}), STAMP)
    section = next(one for one in report.notices if one.notice.notice_id == DESK)
    assert section.state is NoticeState.DONE
    assert not section.is_settled
    assert DESK in {number for one in overview(report).ages for number in one.notice_ids}


def test_third_parties_are_counted_by_state(week: Facts) -> None:
    assert of(owing(week)).parties == ((PartyState.TO_TELL, 1), (PartyState.ANSWERED, 1))


def test_the_trend_is_what_the_runs_say(week: Facts) -> None:
    assert of(owing(week)).trend == RUNS


def test_a_report_about_nothing_has_an_overview() -> None:
    told = of(Facts(assets=0))
    assert (told.notices, told.open, told.rules, told.agencies, told.overdue) == (0, 0, (), (), ())
    assert [one.notices for one in told.ages] == [0] * 5


def test_items_say_how_they_stand_in_the_words_of_the_desk(week: Facts) -> None:
    conflict = replace(week.fixes[0], state="conflict", finding_ids=(week.findings[0].finding_id,))
    report = build(replace(owing(week), fixes=(*week.fixes, conflict)), STAMP)
    states = {item.finding.finding_id: item for item in report.items}
    assert states[week.findings[0].finding_id].state is ItemState.CONFLICT
    assert states[week.findings[1].finding_id].state is ItemState.OPEN
    assert states[week.findings[4].finding_id].state is ItemState.DONE
    held = states[week.findings[5].finding_id]
    assert (held.state, held.decision_index) == (ItemState.HELD, 33)
    waived = next(item for item in report.items if item.finding.status is Status.WAIVED)
    assert (waived.state, waived.decision_index) == (ItemState.WAIVED, 36)


def test_a_clock_without_milestones_reached_is_not_settled() -> None:
    clock = NoticeClock("n", None, owing(Facts(0)).clocks[KILL].milestones)
    assert not clock.is_settled
