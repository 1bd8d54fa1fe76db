"""A made-up compliance report of any size: what measurements and tests of volume draw."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from provenance.duties.clock import DutyStanding, MilestoneStanding, NoticeClock
from provenance.model import (
    Answer,
    AnswerKind,
    AssetRef,
    Authority,
    Confidence,
    Container,
    Correction,
    Decision,
    Delivery,
    Duty,
    DutyAct,
    DutyState,
    Edit,
    Evidence,
    Finding,
    Fixability,
    Letter,
    LetterKind,
    MetadataRecord,
    Milestone,
    Notice,
    NoticeKind,
    Property,
    PropertyValue,
    Pubstatus,
    Rule,
    Severity,
    Status,
    Target,
    TargetKind,
    Unreadable,
    Verdict,
)
from provenance.reporting.report import (
    AuditRun,
    ComplianceReport,
    Facts,
    FileProblem,
    FixDone,
    LogState,
    Stamp,
    build,
)
from provenance.reporting.third_parties import PartyState, ThirdParty

NOW = datetime(2024, 12, 3, 8, 0, tzinfo=UTC)
AGENCIES = ("AFP", "AP", "Reuters", "dpa", "EPA", None)
NAMES = ("Aaref WATAD", "Bakr ALKASEM", "Jón Björgvinsson", "Ana LIM", "Rosa TEIXEIRA")
CAPTION = "Fishers land their catch in Porto on December 5, 2024, frame {number}. (Photo by {name} / {agency})"
ROOT = "/pictures/"
STAMP = Stamp(
    generated="2024-12-03T08:00:00+00:00",
    generated_by="anna.editor",
    program="provenance 0.1.0",
    scope=("desk", "archive"),
    today="2024-12-03",
)


@dataclass(frozen=True)
class Size:
    """How much there is: ``copies`` findings hang on each notice, one in ten on none."""

    findings: int = 10_000
    copies: int = 25


def report(size: Size | None = None) -> ComplianceReport:
    """A report of so many findings; equal sizes make equal reports."""
    return build(facts(size), STAMP)


def facts(size: Size | None = None) -> Facts:
    """What such a report is built from: notices, clocks, third parties, decisions, fixes."""
    size = size or Size()
    bare = size.findings // 10
    notices = [_notice(number) for number in range(max(1, (size.findings - bare) // size.copies))]
    found = [
        _finding(number, notices[number % len(notices)] if number >= bare else None)
        for number in range(size.findings)
    ]
    records = [_record(number, one) for number, one in enumerate(found)]
    broken = [
        AssetRef(f"{ROOT}incoming/broken-{n}.jpg", 12, "1-1", path=f"incoming/broken-{n}.jpg")
        for n in range(3)
    ]
    return Facts(
        assets=size.findings * 3,
        notices=tuple(notices),
        findings=tuple(found),
        records={one.ref.uri: one for one in records},
        unreadable=tuple(
            Unreadable(one, "truncated", "The file ends in the middle of a segment.",
                       "Fetch the file again.") for one in broken
        ),
        decisions={one.decision_key: _decision(n, one) for n, one in enumerate(found)
                   if one.status in {Status.HELD, Status.WAIVED, Status.REJECTED}},
        fixes=tuple(_fix(n, one) for n, one in enumerate(found) if one.status is Status.FIXED),
        problems=(FileProblem("incoming/link", "symlink-skipped", "A symbolic link was not followed.",
                              "Name its target to scan it."),),
        log=LogState("provenance-auditor/9f21c07be4d35a18", 58, "c4b1f2e6a0d97385" * 4),
        clocks={one.notice_id: _clock(n, one) for n, one in enumerate(notices)},
        third_parties={one.notice_id: _parties(n, one) for n, one in enumerate(notices)
                       if n % 3 == 0},
        runs=tuple(
            AuditRun(f"audit-{n:04}", _at(-24 * (12 - n)), size.findings - 9 * n, 3, 9 * n)
            for n in range(12)
        ),
        decided_at={one.decision_key: 7 + n for n, one in enumerate(found)},
    )  # fmt: skip


def _at(hours: float) -> str:
    return (NOW + timedelta(hours=hours)).isoformat()


def _hex(*parts: object) -> str:
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()


def _notice(number: int) -> Notice:
    agency = AGENCIES[number % len(AGENCIES)]
    wrong, right = NAMES[number % 5], NAMES[(number + 1) % 5]
    return Notice(
        notice_id=f"{(agency or 'desk').lower()}-{_hex('notice', number)[:16]}",
        provider=agency,
        kind=NoticeKind.WITHDRAWAL if number % 7 == 6 else NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        text=f"The byline of picture {number} has been corrected: [{right}] instead of [{wrong}].",
        byline=wrong,
        corrections=(Correction(Property.CREATOR_NAMES, wrong, right),),
        targets=(Target(TargetKind.IDENTIFIER, f"000_{number:07}"),),
        duties=tuple(Duty),
        received=_at(-3 * (number % 400) - 2),
        received_by="anna.editor",
        authority=Authority.BROUGHT if agency else Authority.IN_HOUSE,
    )


_BARE = (Rule.CREDIT_MISSING, Rule.CONTAINERS_DISAGREE, Rule.CREDIT_TRUNCATED)
_STATUSES = (Status.OPEN,) * 5 + (Status.FIXED,) * 3 + (Status.HELD, Status.WAIVED, Status.REJECTED)


def _finding(number: int, notice: Notice | None) -> Finding:
    uri = f"{ROOT}desk/{number // 500:03}/picture-{number:06}.jpg"
    rule = Rule.ERRONEOUS_CREDIT if notice else _BARE[number % 3]
    return Finding(
        finding_id=f"f-{_hex('finding', number)[:16]}",
        decision_key=f"d-{_hex('key', number)[:16]}",
        rule=rule,
        severity=Severity.ERROR if notice else Severity.WARNING,
        confidence=list(Confidence)[number % 3],
        fixability=Fixability.SAFE if notice and number % 2 else Fixability.UNSAFE,
        status=_STATUSES[number % len(_STATUSES)],
        uri=uri,
        message="The file still names the wrong person."
        if notice
        else "The file says nowhere who made the picture.",
        notice_id=notice.notice_id if notice else None,
        evidence=(Evidence("identifier", 5.0, f"Carries the identifier 000_{number:07}."),
                  Evidence("wrong-value", 1.0, "The wrong name stands in EXIF, IIM and XMP.")),
        edits=_edits(uri, number, notice) if notice else (),
    )  # fmt: skip


def _edits(uri: str, number: int, notice: Notice) -> tuple[Edit, ...]:
    (pair,) = notice.corrections
    wrong, right = pair.wrong or "", pair.right or ""
    agency = notice.provider or "Desk"
    texts = [CAPTION.format(number=number, name=one, agency=agency) for one in (wrong, right)]
    return (
        Edit(uri, Container.EXIF, "EXIF IFD0:Artist", Property.CREATOR_NAMES, wrong, right),
        Edit(uri, Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, wrong, right),
        Edit(uri, Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, wrong, right),
        Edit(uri, Container.XMP, "XMP dc:description", Property.DESCRIPTION, *texts),
    )


def _record(number: int, one: Finding) -> MetadataRecord:
    ref = AssetRef(one.uri, 41_000 + number, f"{number}-1", path=one.uri.removeprefix(ROOT))
    values = tuple(
        PropertyValue(edit.property, edit.container, (edit.before,), edit.locator)
        for edit in one.edits
    )
    return MetadataRecord(
        ref, "image/jpeg", digest=_hex("file", number), image_digest=_hex("image", number),
        scan_digest=_hex("scan", number // 4), values=values,
    )  # fmt: skip


def _decision(number: int, one: Finding) -> Decision:
    verdict = {Status.HELD: Verdict.HOLD, Status.WAIVED: Verdict.WAIVE}.get(
        one.status, Verdict.DISMISS
    )
    until = "2026-12-31" if verdict is Verdict.WAIVE else None
    return Decision(one.decision_key, verdict, "m.okafor", _at(-number % 90),
                    f"Checked on the agency's platform, case {number}", until=until,
                    finding_id=one.finding_id)  # fmt: skip


def _fix(number: int, one: Finding) -> FixDone:
    return FixDone(one.uri, f"fix-{number // 100:04}", _at(-(number % 48)), "anna.editor", "commit",
                   (one.finding_id,), 40 + number)  # fmt: skip


def _clock(number: int, notice: Notice) -> NoticeClock:
    begun = datetime.fromisoformat(notice.received or _at(0))
    hours = (NOW - begun).total_seconds() / 3600

    def milestone(which: Milestone, took: float, limit: float) -> MilestoneStanding:
        reached = (begun + timedelta(hours=took)) if took <= hours and number % 4 else None
        due = begun + timedelta(hours=limit)
        return MilestoneStanding(
            which,
            reached.isoformat() if reached else None,
            due.isoformat(),
            took * 3600 if reached else None,
            (reached or NOW) > due,
        )

    act = DutyAct(notice.notice_id, Duty.REMOVE_ONLINE.value, DutyState.DONE, "anna.editor",
                  (begun + timedelta(hours=1)).isoformat(), evidence="https://example.org/purged")  # fmt: skip
    return NoticeClock(
        notice.notice_id,
        notice.received,
        (
            milestone(Milestone.ACKNOWLEDGED, 1 + number % 3, 4),
            milestone(Milestone.CONTAINED, 5 + number % 9, 12),
            milestone(Milestone.COMPLETE, 20 + number % 60, 72),
        ),
        (
            DutyStanding(Duty.REMOVE_ONLINE.value, DutyState.DONE, act, None, 3600.0),
            DutyStanding(Duty.DELETE_SERVERS.value, DutyState.OPEN),
            DutyStanding(Duty.INFORM_THIRD_PARTIES.value, DutyState.OPEN),
        ),
        (NOW - begun).total_seconds(),
    )


def _parties(number: int, notice: Notice) -> tuple[ThirdParty, ...]:
    name, contact = f"Gazette {number % 17}", f"pictures@gazette{number % 17}.example"
    uri = f"{ROOT}desk/000/picture-{number:06}.jpg"
    delivery = Delivery(_hex("delivery", number)[:16], uri, _hex("scan", number), name, contact,
                        "2024-12-01", _at(-40), "anna.editor")  # fmt: skip
    letter = Letter(f"letter-{number}", notice.notice_id, name, contact, LetterKind.FIRST, _at(-20),
                    "anna.editor", _hex("letter", number), sent=_at(-19))  # fmt: skip
    answer = Answer(notice.notice_id, name, AnswerKind.COMPLIED, _at(-4), "anna.editor",
                    "Taken down on the same day.")  # fmt: skip
    return (
        ThirdParty(name, contact, (delivery,), (letter,), answer, PartyState.ANSWERED),
        ThirdParty("Wochenblatt", "", (delivery,)),
    )
