from __future__ import annotations

import random
from dataclasses import replace

import pytest

from provenance.model import Decision, Finding, Fixability, Rule, Status, Verdict
from provenance.reporting.report import (
    ComplianceReport,
    Facts,
    FixDone,
    NoticeState,
    Stage,
    Stamp,
    build,
    stage,
)

STAMP = Stamp("2024-12-03T08:00:00+00:00", "anna.editor", "provenance-auditor 0.1.0")


def shuffled(week: Facts, seed: int) -> Facts:
    """The same facts in another order."""
    chance = random.Random(seed)

    def mixed(values: tuple) -> tuple:
        return tuple(chance.sample(values, len(values)))

    return replace(
        week, notices=mixed(week.notices), findings=mixed(week.findings), fixes=mixed(week.fixes),
        unreadable=mixed(week.unreadable), problems=mixed(week.problems),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_the_facts_does_not_matter(week: Facts, seed: int) -> None:
    assert build(shuffled(week, seed), STAMP) == build(week, STAMP)


def test_no_finding_is_lost_or_doubled(week: Facts, report: ComplianceReport) -> None:
    shown = sorted(item.finding.finding_id for item in report.items)
    assert shown == sorted(finding.finding_id for finding in week.findings)


def test_a_finding_of_an_unknown_notice_is_filed_under_its_rule(week: Facts) -> None:
    report = build(replace(week, notices=()), STAMP)
    assert len(list(report.items)) == len(week.findings)
    wrong = next(section for section in report.rules if section.rule is Rule.ERRONEOUS_CREDIT)
    assert len(wrong.pictures) == 6


def test_open_notices_come_first_and_newest_before_older(report: ComplianceReport) -> None:
    assert [(one.notice.provider, one.state) for one in report.notices] == [
        ("AFP", NoticeState.OPEN),
        ("AFP", NoticeState.OPEN),
        (None, NoticeState.DONE),
    ]
    assert report.notices[0].notice.received > report.notices[1].notice.received


def test_copies_stand_together(report: ComplianceReport) -> None:
    paths = [[one.path for one in family.pictures] for family in report.notices[1].families]
    assert paths[0] == [
        "desk/2024-11-30_syria/000_36NV2QL.jpg",
        "web/renditions/syria-road-1200.jpg",
        "web/renditions/syria-road-lead.jpg",
    ]
    assert all(len(family) == 1 for family in paths[1:])


def test_what_a_machine_can_do_stands_before_what_a_person_must(report: ComplianceReport) -> None:
    stages = [family.pictures[0].items[0].stage for family in report.notices[1].families]
    assert stages == sorted(stages, key=list(Stage).index)
    assert {Stage.READY, Stage.PERSON, Stage.DONE} == set(stages)


def test_assets_without_a_scan_digest_are_not_copies_of_each_other(week: Facts) -> None:
    bare = {uri: replace(one, scan_digest=None) for uri, one in week.records.items()}
    report = build(replace(week, records=bare), STAMP)
    assert all(len(family.pictures) == 1 for one in report.notices for family in one.families)


def test_findings_of_one_asset_under_one_notice_share_a_heading(week: Facts) -> None:
    first = week.findings[0]
    also = replace(first, finding_id="f-leak", rule=Rule.LEAKED_NOTICE)
    report = build(replace(week, findings=(*week.findings, also)), STAMP)
    picture = report.notices[1].families[0].pictures[0]
    assert [item.finding.rule for item in picture.items] == [
        Rule.ERRONEOUS_CREDIT, Rule.LEAKED_NOTICE,
    ]  # fmt: skip


def test_a_notice_is_complied_with_at_its_last_fix(week: Facts, report: ComplianceReport) -> None:
    assert report.notices[2].completed == "2024-11-29T12:10:40+00:00"
    assert report.notices[1].completed is None
    done = report.notices[2].families[0].pictures[0].items[0]
    assert done.fixes == (week.fixes[1],)


def test_a_fix_that_failed_completes_nothing(week: Facts) -> None:
    failed = tuple(replace(fix, state="abort") for fix in week.fixes)
    assert build(replace(week, fixes=failed), STAMP).notices[2].completed is None


def test_an_asset_that_is_gone_keeps_its_finding(week: Facts) -> None:
    report = build(replace(week, records={}), STAMP)
    gone = report.notices[0].families[0].pictures[0]
    assert gone.record is None
    assert gone.ref is None
    assert gone.path == "/pictures/archive/2024/10/000_36MX7PD.jpg"


def test_retracted_and_unmatched_notices_say_so(week: Facts) -> None:
    kill = week.notices[1]
    alone = replace(week, findings=(), notices=(kill, replace(kill, notice_id="b", retracted="x")))
    states = {one.notice.notice_id: one.state for one in build(alone, STAMP).notices}
    assert states == {kill.notice_id: NoticeState.NOTHING_FOUND, "b": NoticeState.RETRACTED}


def test_the_list_holds_open_and_held_ones_unless_all_are_asked_for(
    week: Facts, report: ComplianceReport
) -> None:
    statuses = {finding.status for finding, _ in report.listed()}
    assert statuses == {Status.OPEN, Status.HELD}
    assert len(report.listed(every=True)) == len(week.findings)
    paths = [path for _, path in report.listed()]
    assert paths == sorted(paths)


def _verdict(verdict: Verdict) -> Decision:
    return Decision("k", verdict, "anna", "2024-12-01", "seen")


@pytest.mark.parametrize(
    ("status", "fixability", "verdict", "expected"),
    [
        (Status.OPEN, Fixability.SAFE, None, Stage.READY),
        (Status.OPEN, Fixability.UNSAFE, None, Stage.PERSON),
        (Status.OPEN, Fixability.DISPLAY_ONLY, None, Stage.PERSON),
        (Status.HELD, Fixability.UNSAFE, None, Stage.PERSON),
        (Status.HELD, Fixability.SAFE, None, Stage.PERSON),
        (Status.HELD, Fixability.UNSAFE, Verdict.APPLY, Stage.READY),
        (Status.HELD, Fixability.UNSAFE, Verdict.HOLD, Stage.PERSON),
        (Status.FIXED, Fixability.SAFE, Verdict.APPLY, Stage.DONE),
        (Status.WAIVED, Fixability.SAFE, Verdict.WAIVE, Stage.DISMISSED),
        (Status.REJECTED, Fixability.SAFE, Verdict.DISMISS, Stage.DISMISSED),
    ],
)
def test_who_moves_next(
    week: Facts, status: Status, fixability: Fixability, verdict: Verdict | None, expected: Stage
) -> None:
    finding: Finding = replace(week.findings[0], status=status, fixability=fixability)
    assert stage(finding, _verdict(verdict) if verdict else None) is expected


def test_without_an_edit_nothing_is_ready(week: Facts) -> None:
    accepted = replace(week.findings[0], edits=(), status=Status.HELD)
    assert stage(accepted, _verdict(Verdict.APPLY)) is Stage.PERSON


def test_fixes_of_a_finding_are_in_the_order_they_were_made(week: Facts) -> None:
    number = week.fixes[0].finding_ids
    later = FixDone("u", "r2", "2024-12-02T00:00:00+00:00", "b", "undone", number, 44)
    report = build(replace(week, fixes=(later, *week.fixes)), STAMP)
    fixes = [item.fixes for item in report.items if item.finding.finding_id in number]
    assert [[fix.run_id for fix in found] for found in fixes] == [["r-20241201-0702", "r2"]]
