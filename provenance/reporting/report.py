"""The compliance report as a value: who was told what, what was found, what was done.

``build`` arranges facts and decides nothing about them: it needs no database, no clock
and no file. Every output format (HTML, JSON, CSV) is drawn from this one value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from provenance.duties.clock import NoticeClock
from provenance.model import (
    Authority,
    Decision,
    Finding,
    Fixability,
    Notice,
    Rule,
    Severity,
    Status,
    Verdict,
)
from provenance.reporting.facts import AuditRun, Facts, FileProblem, FixDone, LogState, Stamp
from provenance.reporting.family import NoticeStanding
from provenance.reporting.sections import (
    ComplianceReport,
    Family,
    Item,
    ItemState,
    NoticeSection,
    NoticeState,
    Picture,
    RuleSection,
    Stage,
)

__all__ = [
    "AuditRun",
    "ComplianceReport",
    "Facts",
    "Family",
    "FileProblem",
    "FixDone",
    "Item",
    "ItemState",
    "LogState",
    "NoticeSection",
    "NoticeState",
    "Picture",
    "RuleSection",
    "Stage",
    "Stamp",
    "build",
    "seconds_of",
    "stage",
]


_SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_TO_THE_MINUTE = len("2026-11-22T15:28")
_STATE_ORDER = {state: index for index, state in enumerate(NoticeState)}


def build(facts: Facts, stamp: Stamp) -> ComplianceReport:
    """Arrange facts into a report.

    A finding whose notice is not among the notices is filed under its rule, so that
    none is lost. Open notices come first, those that a person brought before those found
    in files, then the newest received; findings without a
    notice by severity.
    """
    known = {notice.notice_id for notice in facts.notices}
    item_of = _items(facts)
    unread = {one.ref.uri: one.ref.display for one in facts.unreadable}
    by_notice: dict[str, list[Finding]] = {}
    by_rule: dict[Rule, list[Finding]] = {}
    for finding in facts.findings:
        if finding.notice_id in known and finding.notice_id is not None:
            by_notice.setdefault(finding.notice_id, []).append(finding)
        else:
            by_rule.setdefault(finding.rule, []).append(finding)
    sections = [
        _notice_section(
            notice,
            _pictures(by_notice.get(notice.notice_id, ()), facts, item_of, unread),
            facts,
        )
        for notice in facts.notices
    ]
    return ComplianceReport(
        stamp=stamp,
        assets=facts.assets,
        notices=tuple(_in_reading_order(sections)),
        rules=tuple(
            RuleSection(rule, _pictures(by_rule[rule], facts, item_of, unread))
            for rule in sorted(by_rule, key=lambda rule: _rule_order(rule, by_rule[rule]))
        ),
        unreadable=tuple(sorted(facts.unreadable, key=lambda one: one.ref.display)),
        problems=tuple(sorted(facts.problems, key=lambda one: one.path)),
        log=facts.log,
        runs=facts.runs,
    )


def stage(finding: Finding, decision: Decision | None) -> Stage:
    """Who has to move next: the machine, a person, or nobody."""
    if finding.status is Status.FIXED:
        return Stage.DONE
    if finding.status in {Status.WAIVED, Status.REJECTED}:
        return Stage.DISMISSED
    accepted = decision is not None and decision.verdict is Verdict.APPLY
    safe = finding.status is Status.OPEN and finding.fixability is Fixability.SAFE
    return Stage.READY if finding.edits and (safe or accepted) else Stage.PERSON


def _items(facts: Facts) -> Callable[[Finding], Item]:
    fixes: dict[str, list[FixDone]] = {}
    for fix in sorted(facts.fixes, key=lambda one: one.when):
        for finding_id in fix.finding_ids:
            fixes.setdefault(finding_id, []).append(fix)

    def item(finding: Finding) -> Item:
        decision = facts.decisions.get(finding.decision_key)
        done = tuple(fixes.get(finding.finding_id, ()))
        index = facts.decided_at.get(finding.decision_key) if decision else None
        return Item(finding, stage(finding, decision), decision, done, index)

    return item


def _pictures(
    findings: Iterable[Finding],
    facts: Facts,
    item_of: Callable[[Finding], Item],
    unread: Mapping[str, str],
) -> tuple[Picture, ...]:
    """Findings gathered per asset, assets by path."""
    by_uri: dict[str, list[Item]] = {}
    for finding in findings:
        by_uri.setdefault(finding.uri, []).append(item_of(finding))
    order = {rule: number for number, rule in enumerate(Rule)}
    pictures = []
    for uri, items in by_uri.items():
        record = facts.records.get(uri)
        path = record.ref.display if record else unread.get(uri, uri)
        items.sort(key=lambda item: (order[item.finding.rule], item.finding.finding_id))
        published = facts.published.get(uri, ())
        pictures.append(Picture(uri, path, record, tuple(items), published))
    return tuple(sorted(pictures, key=lambda picture: (picture.path, picture.uri)))


def _notice_section(notice: Notice, pictures: tuple[Picture, ...], facts: Facts) -> NoticeSection:
    standing = facts.standings.get(notice.notice_id)
    items = [item for picture in pictures for item in picture.items]
    moving = any(item.stage in {Stage.READY, Stage.PERSON} for item in items)
    # A copy that lies elsewhere, out of reach or not looked at keeps the notice open.
    moving = moving or (standing is not None and standing.state is NoticeStanding.OPEN)
    held = standing is not None and standing.state is NoticeStanding.CLOSED
    if notice.retracted:
        state = NoticeState.RETRACTED
    elif moving:
        state = NoticeState.OPEN
    else:
        state = NoticeState.DONE if items or held else NoticeState.NOTHING_FOUND
    clock = facts.clocks.get(notice.notice_id)
    return NoticeSection(
        notice,
        state,
        _completed(items, clock) if state is NoticeState.DONE else None,
        _families(pictures),
        standing,
        clock,
        facts.third_parties.get(notice.notice_id, ()),
    )


def _completed(items: list[Item], clock: NoticeClock | None) -> str | None:
    """When nothing was left: by the clock where there is one, else when the last fix was made."""
    if clock is not None:
        return clock.milestones[-1].reached
    commits = [fix.when for item in items for fix in item.fixes if fix.state == "commit"]
    return max(commits, default=None)


def _families(pictures: tuple[Picture, ...]) -> tuple[Family, ...]:
    """Copies of one picture together; most pressing family first, then by path."""
    groups: dict[str, list[Picture]] = {}
    for picture in pictures:
        scan = picture.record.scan_digest if picture.record else None
        groups.setdefault(scan or f"alone {picture.uri}", []).append(picture)
    families = [Family(tuple(group)) for group in groups.values()]
    return tuple(sorted(families, key=_press))


def _press(family: Family) -> int:
    stages = list(Stage)
    return min(stages.index(item.stage) for pic in family.pictures for item in pic.items)


def _in_reading_order(sections: list[NoticeSection]) -> list[NoticeSection]:
    """Overdue ones first, the longest overdue before all; then open ones.

    Among equals what a person brought stands before what was found in files, then the newest.
    Notices that came in the same minute came together: the one with the most pictures leads.
    """
    largest_first = sorted(sections, key=lambda one: -len(tuple(one.items)))
    newest_first = sorted(
        largest_first, key=lambda one: (one.notice.received or "")[:_TO_THE_MINUTE], reverse=True
    )
    by_state = sorted(
        newest_first,
        key=lambda one: (
            _STATE_ORDER[one.state],
            one.is_settled,
            one.notice.authority is Authority.EMBEDDED,
        ),
    )
    return sorted(by_state, key=_longest_overdue)


def _longest_overdue(section: NoticeSection) -> tuple[bool, float]:
    if section.clock is None or not section.is_overdue:
        return True, 0.0
    return False, min(seconds_of(one.due) for one in section.clock.overdue)


def _rule_order(rule: Rule, findings: list[Finding]) -> tuple[int, int]:
    worst = min(_SEVERITY_ORDER[finding.severity] for finding in findings)
    return worst, list(Rule).index(rule)


def seconds_of(text: str | None) -> float:
    """An RFC 3339 moment in seconds since 1970; infinite where it is none."""
    try:
        parsed = datetime.fromisoformat(text or "")
    except ValueError:
        return math.inf
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
