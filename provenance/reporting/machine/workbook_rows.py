"""The rows of the workbook: what stands on which sheet, in which form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from provenance.duties.clock import NoticeClock
from provenance.model import Milestone, Status
from provenance.reporting import wording
from provenance.reporting.machine.wire import edited_path
from provenance.reporting.overview import AgeBucket, Overview, Pace, Tally, agency, overview
from provenance.reporting.report import ComplianceReport, Item, NoticeSection, Picture
from provenance.reporting.third_parties import ThirdParty

Cell = str | int | float | bool | None
Row = tuple[Cell, ...]

_HOUR: Final = 3600.0


class At(str):
    """A moment (RFC 3339) in a column of other things."""

    __slots__ = ()


class Form(StrEnum):
    """How the values of a column are written."""

    TEXT = "text"
    LONG = "long"
    TITLE = "title"
    MOMENT = "moment"
    DAY = "day"
    NUMBER = "number"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``width`` in characters."""

    title: str
    form: Form = Form.TEXT
    width: int = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``is_table``: rows of one kind below one heading, to be filtered and sorted."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    is_table: bool = True


def sheets(report: ComplianceReport) -> Iterator[Sheet]:
    """All sheets, the overview first; rows are made when they are asked for."""
    yield Sheet("Overview", _OVERVIEW, _overview(report), is_table=False)
    yield Sheet("Notices", _NOTICES, (_notice(one) for one in report.notices))
    yield Sheet("Duties", _DUTIES, _duties(report))
    yield Sheet("Findings", _FINDINGS, _findings(report))
    yield Sheet("Edits", _EDITS, _edits(report))
    yield Sheet("Third parties", _PARTIES, _parties(report))
    yield Sheet("Unreadable", _UNREADABLE, _unreadable(report))


_OVERVIEW: Final = (
    Column("Compliance report", Form.TITLE, 34),
    Column("", Form.LONG, 26),
    Column("", Form.TEXT, 18),
    Column("", Form.TEXT, 18),
    Column("", Form.TEXT, 18),
    Column("", Form.TEXT, 18),
)


def _overview(report: ComplianceReport) -> Iterator[Row]:
    stamp, log, told = report.stamp, report.log, overview(report)
    yield ("Made (UTC)", At(stamp.generated))
    yield ("Made by", stamp.generated_by)
    yield ("Program", stamp.program)
    yield ("Scope", "\n".join(stamp.scope) or "the whole registry")
    yield ("Result", wording.verdict(report))
    if log is not None:
        yield ("Audit log", log.origin)
        yield ("Checkpoint: records", log.size)
        yield ("Checkpoint: root hash", log.root_hash)
    yield ("Files", report.assets)
    yield ("Unreadable files", len(report.unreadable))
    yield ("Notices", told.notices)
    yield ("Notices open", told.open)
    yield ("Notices overdue", told.overdue_notices)
    yield ()
    yield from _ages(told.ages)
    yield from _tallies("Findings by rule", told.rules, named=True)
    yield from _tallies("Findings by agency", told.agencies, named=False)
    yield from _paces(told.paces)
    yield from _rest(told)


def _ages(ages: Iterable[AgeBucket]) -> Iterator[Row]:
    yield ("Open notices by age", "notices", "overdue")
    for one in ages:
        yield (_age(one), one.notices, one.overdue)
    yield ()


def _age(one: AgeBucket) -> str:
    if one.at_least is None:
        return "Time of receipt not known"
    if one.below is None:
        return f"{one.at_least} days and more"
    return f"{one.at_least} to under {wording.count(one.below, 'day')}"


def _tallies(title: str, tallies: Iterable[Tally], *, named: bool) -> Iterator[Row]:
    yield (title, "ready to fix", "waits for a person", "corrected", "dismissed", "total")
    names = {rule.value: words[0] for rule, words in wording.RULES.items()} if named else {}
    for one in tallies:
        yield (
            names.get(one.key, one.key), one.ready, one.person, one.done, one.dismissed, one.total,
        )  # fmt: skip
    yield ()


def _paces(paces: Iterable[Pace]) -> Iterator[Row]:
    yield ("Hours from receipt to", "median", "worst", "reached", "not yet", "overdue")
    for one in paces:
        yield (
            one.milestone.value, _hours(one.median), _hours(one.worst), one.reached, one.pending,
            one.overdue,
        )  # fmt: skip
    yield ()


def _rest(told: Overview) -> Iterator[Row]:
    yield ("Longest overdue", "due (UTC)", "moment", "hours late")
    for late in told.overdue[:25]:
        yield (late.notice_id, At(late.due), late.milestone.value, _hours(late.late))
    yield ()
    yield ("Audits", "ended (UTC)", "open", "held", "settled")
    for run in told.trend:
        yield (run.run_id or "this report", At(run.when), run.open, run.held, run.settled)
    yield ()
    yield ("Third parties", "how many")
    for state, many in told.parties:
        yield (state.value, many)


_NOTICES: Final = (
    Column("Notice", width=24), Column("Agency"), Column("Kind", width=12),
    Column("State", width=14), Column("Settled", width=9), Column("Overdue", width=9),
    Column("Received (UTC)", Form.MOMENT, 20), Column("Received by"),
    Column("Acknowledged (UTC)", Form.MOMENT, 20), Column("Contained (UTC)", Form.MOMENT, 20),
    Column("Complete (UTC)", Form.MOMENT, 20), Column("Next limit (UTC)", Form.MOMENT, 20),
    Column("Hours to acknowledged", Form.HOURS), Column("Hours to contained", Form.HOURS),
    Column("Hours to complete", Form.HOURS), Column("Age in hours", Form.HOURS),
    Column("Wrong", Form.LONG, 24), Column("Right", Form.LONG, 24),
    Column("Copies", Form.NUMBER, 9), Column("Clean copies", Form.NUMBER, 9),
    Column("Copies gone", Form.NUMBER, 9), Column("Findings", Form.NUMBER, 9),
    Column("Open findings", Form.NUMBER, 9), Column("Notice's text", Form.LONG, 60),
)  # fmt: skip


def _notice(section: NoticeSection) -> Row:
    notice, clock, standing = section.notice, section.clock, section.standing
    items = list(section.items)
    reached, took = _moments(clock)
    return (
        notice.notice_id,
        agency(notice),
        notice.kind.value,
        wording.notice_label(section),
        section.is_settled,
        section.is_overdue,
        notice.received,
        notice.received_by,
        *reached,
        clock.next_due if clock else None,
        *took,
        _hours(clock.age) if clock else None,
        "\n".join(pair.wrong or "" for pair in notice.corrections),
        "\n".join(pair.right or "" for pair in notice.corrections),
        standing.total if standing else None,
        standing.clean if standing else None,
        standing.gone if standing else None,
        len(items),
        sum(one.finding.status in {Status.OPEN, Status.HELD} for one in items),
        notice.text,
    )


def _moments(clock: NoticeClock | None) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """When each of the three moments was reached, and after how many hours."""
    found = {one.milestone: one for one in clock.milestones} if clock else {}
    each = [found.get(one) for one in Milestone]
    return (
        tuple(one.reached if one else None for one in each),
        tuple(_hours(one.seconds) if one else None for one in each),
    )


_DUTIES: Final = (
    Column("Notice", width=24), Column("Agency"), Column("Duty", width=22),
    Column("State", width=10), Column("Overdue", width=9), Column("Limit (UTC)", Form.MOMENT, 20),
    Column("Closed or changed (UTC)", Form.MOMENT, 20), Column("Hours from receipt", Form.HOURS),
    Column("By"), Column("On the word of", width=12), Column("Evidence", Form.LONG, 30),
    Column("Evidence SHA-256", width=20), Column("Reason", Form.LONG, 30),
    Column("Waived until", Form.DAY, 12),
)  # fmt: skip


def _duties(report: ComplianceReport) -> Iterator[Row]:
    for section in report.notices:
        for one in section.clock.duties if section.clock else ():
            act = one.act
            yield (
                section.notice.notice_id,
                agency(section.notice),
                one.duty,
                one.state.value,
                one.overdue,
                one.due,
                act.made if act else None,
                _hours(one.seconds),
                act.agent if act else None,
                act.proof.value if act else None,
                act.evidence if act else None,
                act.evidence_sha256 if act else None,
                act.reason if act else None,
                act.until if act else None,
            )


_FINDINGS: Final = (
    Column("Finding", width=20), Column("State", width=12), Column("Rule", width=20),
    Column("Severity", width=10), Column("Confidence", width=11), Column("Fix", width=12),
    Column("Path", Form.LONG, 48), Column("Notice", width=24), Column("Agency"),
    Column("Message", Form.LONG, 48), Column("Evidence", Form.LONG, 48),
    Column("Decision", width=10), Column("Decided by"), Column("Decided (UTC)", Form.MOMENT, 20),
    Column("Reason", Form.LONG, 30), Column("Until", Form.DAY, 12),
    Column("Decision's log record", Form.NUMBER, 10), Column("Corrected (UTC)", Form.MOMENT, 20),
    Column("Corrected by"), Column("Correction's log record", Form.NUMBER, 10),
    Column("SHA-256", width=20),
)  # fmt: skip


def _findings(report: ComplianceReport) -> Iterator[Row]:
    for picture, item, section in _every(report):
        finding, decision = item.finding, item.decision
        done = next((one for one in reversed(item.fixes) if one.state == "commit"), None)
        yield (
            finding.finding_id,
            item.state.value,
            finding.rule.value,
            finding.severity.value,
            finding.confidence.value,
            finding.fixability.value,
            picture.path,
            finding.notice_id,
            agency(section.notice) if section else None,
            finding.message,
            "\n".join(f"{one.weight:+g} {one.detail}" for one in finding.evidence),
            wording.VERDICTS[decision.verdict] if decision else None,
            decision.agent if decision else None,
            decision.decided if decision else None,
            decision.reason if decision else None,
            decision.until if decision else None,
            item.decision_index,
            done.when if done else None,
            done.agent if done else None,
            done.log_index if done else None,
            picture.record.digest if picture.record else None,
        )


_EDITS: Final = (
    Column("Finding", width=20), Column("State", width=12), Column("File", Form.LONG, 48),
    Column("Container", width=10), Column("Place", width=24), Column("Field", width=18),
    Column("Before", Form.LONG, 60), Column("After", Form.LONG, 60),
    Column("Value removed", width=9),
)  # fmt: skip


def _edits(report: ComplianceReport) -> Iterator[Row]:
    for picture, item, _ in _every(report):
        for edit in item.finding.edits:
            yield (
                item.finding.finding_id,
                item.state.value,
                edited_path(edit, item.finding.uri, picture.path),
                edit.container.value,
                edit.locator,
                wording.PROPERTIES[edit.property],
                edit.before,
                edit.after,
                edit.after is None,
            )


_PARTIES: Final = (
    Column("Notice", width=24), Column("Agency"), Column("Third party", Form.LONG, 26),
    Column("Contact", width=28), Column("State", width=12), Column("Copies", Form.NUMBER, 9),
    Column("First given out", Form.DAY, 12), Column("Told (UTC)", Form.MOMENT, 20),
    Column("Last letter (UTC)", Form.MOMENT, 20), Column("Letters", Form.NUMBER, 9),
    Column("Sent (UTC)", Form.MOMENT, 20), Column("Answer", width=12),
    Column("Answered (UTC)", Form.MOMENT, 20), Column("Words", Form.LONG, 40),
    Column("Evidence", Form.LONG, 30),
)  # fmt: skip


def _parties(report: ComplianceReport) -> Iterator[Row]:
    for section in report.notices:
        for party in section.third_parties:
            yield _party(section, party)


def _party(section: NoticeSection, party: ThirdParty) -> Row:
    letters, answer = party.letters, party.answer
    return (
        section.notice.notice_id,
        agency(section.notice),
        party.recipient,
        party.contact,
        party.state.value,
        len(party.deliveries),
        min((one.day for one in party.deliveries), default=None),
        letters[0].made if letters else None,
        letters[-1].made if letters else None,
        len(letters),
        next((one.sent for one in reversed(letters) if one.sent), None),
        answer.kind.value if answer else None,
        answer.received if answer else None,
        answer.words if answer else None,
        answer.evidence if answer else None,
    )


_UNREADABLE: Final = (
    Column("Path", Form.LONG, 60), Column("Code", width=24), Column("What happened", Form.LONG, 60),
    Column("What to do", Form.LONG, 48),
)  # fmt: skip


def _unreadable(report: ComplianceReport) -> Iterator[Row]:
    for unread in report.unreadable:
        yield (unread.ref.display, unread.error, unread.reason, unread.remedy)
    for one in report.problems:
        yield (one.path, one.code, one.message, one.remedy)


def _every(
    report: ComplianceReport,
) -> Iterator[tuple[Picture, Item, NoticeSection | None]]:
    for section in report.notices:
        for family in section.families:
            for picture in family.pictures:
                yield from ((picture, item, section) for item in picture.items)
    for rule in report.rules:
        for picture in rule.pictures:
            yield from ((picture, item, None) for item in picture.items)


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / _HOUR
