"""The whole compliance report as one JSON document, for other programs.

It holds what every other form of the report shows. Keys are in camelCase; times are RFC 3339
as recorded, lengths of time are seconds. Described in ``docs/schema/compliance.schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterable

from provenance.duties.clock import DutyStanding, MilestoneStanding, NoticeClock
from provenance.model import Answer, Delivery, DutyAct, Letter
from provenance.reporting.decisions import decision_json
from provenance.reporting.machine.family_json import fix_json, section_state, state_json
from provenance.reporting.machine.wire import finding_json, notice, problem
from provenance.reporting.overview import AgeBucket, Overview, Pace, Tally, overview
from provenance.reporting.report import (
    AuditRun,
    ComplianceReport,
    Item,
    LogState,
    NoticeSection,
    Picture,
)
from provenance.reporting.third_parties import ThirdParty

SCHEMA_VERSION = 1

Json = dict[str, object]


def compliance_document(report: ComplianceReport) -> Json:
    """``provenance report --format json``: every notice, finding, decision and act.

    Every finding stands once, whatever its status: under the notice that it answers, else
    under its rule.
    """
    stamp = report.stamp
    return {
        "schemaVersion": SCHEMA_VERSION,
        "generated": stamp.generated,
        "generatedBy": stamp.generated_by,
        "program": stamp.program,
        "scope": list(stamp.scope),
        "today": stamp.day,
        "checkpoint": _checkpoint(report.log),
        "assets": report.assets,
        "overview": overview_json(overview(report)),
        "notices": [_section(one, stamp.day) for one in report.notices],
        "rules": [
            {
                "rule": section.rule.value,
                "pictures": [_picture(one, stamp.day) for one in section.pictures],
            }
            for section in report.rules
        ],
        "unreadable": [problem(one) for one in report.unreadable],
        "errors": [problem(one) for one in report.problems],
    }


def _checkpoint(log: LogState | None) -> Json | None:
    if log is None:
        return None
    return {"origin": log.origin, "size": log.size, "rootHash": log.root_hash}


def overview_json(told: Overview) -> Json:
    """The report in figures."""
    return {
        "notices": told.notices,
        "open": told.open,
        "overdueNotices": told.overdue_notices,
        "ages": [_age(one) for one in told.ages],
        "byRule": [{"rule": one.key} | _tally(one) for one in told.rules],
        "byAgency": [{"agency": one.key} | _tally(one) for one in told.agencies],
        "paces": [_pace(one) for one in told.paces],
        "overdue": [
            {
                "noticeId": one.notice_id,
                "milestone": one.milestone.value,
                "due": one.due,
                "lateSeconds": one.late,
            }
            for one in told.overdue
        ],
        "trend": [_run(one) for one in told.trend],
        "thirdParties": [{"state": state.value, "count": many} for state, many in told.parties],
    }


def clock_json(clock: NoticeClock) -> Json:
    """A notice's clock: its three moments and its duties."""
    return {
        "received": clock.received,
        "ageSeconds": clock.age,
        "nextDue": clock.next_due,
        "complete": clock.is_complete,
        "settled": clock.is_settled,
        "doubt": None if clock.doubt is None else clock.doubt.value,
        "stopped": None if clock.stopped is None else clock.stopped.value,
        "milestones": [_milestone(one) for one in clock.milestones],
        "duties": [_duty(one) for one in clock.duties],
    }


def third_party_json(party: ThirdParty) -> Json:
    """One third party under a notice."""
    return {
        "recipient": party.recipient,
        "contact": party.contact or None,
        "state": party.state.value,
        "deliveries": [_delivery(one) for one in party.deliveries],
        "letters": [_letter(one) for one in party.letters],
        "answer": None if party.answer is None else _answer(party.answer),
    }


def _age(one: AgeBucket) -> Json:
    return {
        "atLeastDays": one.at_least,
        "belowDays": one.below,
        "notices": one.notices,
        "overdue": one.overdue,
        "noticeIds": list(one.notice_ids),
    }


def _tally(one: Tally) -> Json:
    return {
        "ready": one.ready,
        "person": one.person,
        "done": one.done,
        "dismissed": one.dismissed,
        "total": one.total,
    }


def _pace(one: Pace) -> Json:
    return {
        "milestone": one.milestone.value,
        "reached": one.reached,
        "pending": one.pending,
        "overdue": one.overdue,
        "medianSeconds": one.median,
        "worstSeconds": one.worst,
        "worstNoticeId": one.worst_notice,
    }


def _run(one: AuditRun) -> Json:
    return {
        "runId": one.run_id or None,
        "when": one.when,
        "open": one.open,
        "held": one.held,
        "settled": one.settled,
    }


def _section(section: NoticeSection, today: str) -> Json:
    told = notice(section.notice) | state_json(section_state(section), section.standing)
    return told | {
        "completed": section.completed,
        "settled": section.is_settled,
        "overdue": section.is_overdue,
        "clock": None if section.clock is None else clock_json(section.clock),
        "thirdParties": [third_party_json(one) for one in section.third_parties],
        "families": [
            {"pictures": [_picture(one, today) for one in family.pictures]}
            for family in section.families
        ],
    }


def _picture(one: Picture, today: str) -> Json:
    record = one.record
    return {
        "path": one.path,
        "mediaType": record.media_type if record else None,
        "sha256": record.digest if record else None,
        "imageDigest": record.image_digest if record else None,
        "scanDigest": record.scan_digest if record else None,
        "published": list(one.published),
        "findings": [_item(item, one.path, today) for item in one.items],
    }


def _item(item: Item, path: str, today: str) -> Json:
    decision = item.decision
    return finding_json(item.finding, path) | {
        "state": item.state.value,
        "stage": item.stage.value,
        "decision": None
        if decision is None
        else decision_json(decision, decision.days_left(today))
        | {"logIndex": item.decision_index, "amended": _amended(decision.amended)},
        "fixes": [fix_json(one) for one in item.fixes],
    }


def _amended(amended: Iterable[tuple[str, str, str]]) -> list[Json]:
    return [
        {"container": container, "locator": locator, "value": value}
        for container, locator, value in amended
    ]


def _milestone(one: MilestoneStanding) -> Json:
    return {
        "milestone": one.milestone.value,
        "reached": one.reached,
        "due": one.due,
        "seconds": one.seconds,
        "overdue": one.overdue,
    }


def _duty(one: DutyStanding) -> Json:
    return {
        "duty": one.duty,
        "state": one.state.value,
        "due": one.due,
        "seconds": one.seconds,
        "overdue": one.overdue,
        "closed": one.closed,
        "act": None if one.act is None else _act(one.act),
    }


def _act(one: DutyAct) -> Json:
    return {
        "by": one.agent,
        "made": one.made,
        "proof": one.proof.value,
        "evidence": one.evidence or None,
        "evidenceSha256": one.evidence_sha256 or None,
        "reason": one.reason or None,
        "until": one.until,
    }


def _delivery(one: Delivery) -> Json:
    return {
        "deliveryId": one.delivery_id,
        "picture": one.uri,
        "scanDigest": one.scan_digest,
        "recipient": one.recipient,
        "date": one.day,
        "contact": one.contact or None,
        "recorded": one.recorded,
        "recordedBy": one.agent,
        "list": one.source or None,
    }


def _letter(one: Letter) -> Json:
    return {
        "letterId": one.letter_id,
        "kind": one.kind.value,
        "contact": one.contact or None,
        "made": one.made,
        "by": one.agent,
        "sha256": one.sha256,
        "sent": one.sent,
    }


def _answer(one: Answer) -> Json:
    return {
        "kind": one.kind.value,
        "received": one.received,
        "by": one.agent,
        "words": one.words or None,
        "evidence": one.evidence or None,
        "evidenceSha256": one.evidence_sha256 or None,
    }
