"""A report in which every text that comes from outside is given: one notice and picture each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
    Fixity,
    Instruction,
    Letter,
    LetterKind,
    MetadataRecord,
    Milestone,
    Notice,
    NoticeKind,
    Occurrence,
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
from provenance.reporting.correspondence.letters import LetterFacts, SentPicture
from provenance.reporting.correspondence.statement import Copy, Deed, Outcome, Statement
from provenance.reporting.facts import Facts, FileProblem, FixDone, LogState
from provenance.reporting.family import (
    Family,
    Member,
    MemberState,
    NoticeStanding,
    Standing,
    Tie,
    TieKind,
)
from provenance.reporting.page.family_page import FamilyReport
from provenance.reporting.report import ComplianceReport, Stamp, build
from provenance.reporting.third_parties import PartyState, ThirdParty

DAY = "2024-12-02"
MOMENT = f"{DAY}T09:30:00+00:00"
_STATUSES = (Status.OPEN, Status.HELD, Status.FIXED, Status.WAIVED, Status.REJECTED)
_VERDICTS = (Verdict.APPLY, Verdict.HOLD, Verdict.DISMISS, Verdict.WAIVE)
_RULES = tuple(rule for rule in Rule if rule is not Rule.UNREADABLE)


def crowd(texts: Sequence[str]) -> ComplianceReport:
    """The report of a desk to which each of ``texts`` came by every way there is."""
    return build(facts(texts), stamp(texts))


def stamp(texts: Sequence[str]) -> Stamp:
    """Who made the report, over what."""
    scope = tuple(f"desk/{text}" for text in texts)
    return Stamp(MOMENT, texts[0], "provenance 0.1.0", scope, DAY)


def facts(texts: Sequence[str]) -> Facts:
    """Notices, findings, decisions, duties and letters, one of each with each text."""
    numbered = list(enumerate(texts))
    findings = [one for number, text in numbered for one in _findings(number, text)]
    records = [_record(number, text) for number, text in numbered]
    return Facts(
        assets=len(texts),
        notices=tuple(notice(number, text) for number, text in numbered),
        findings=tuple(findings),
        records={one.ref.uri: one for one in records},
        unreadable=tuple(
            Unreadable(AssetRef(f"/x/{number}", 1, "1", path=text), text, text, text)
            for number, text in numbered
        ),
        decisions={f"d{number:015x}": _decision(number, text) for number, text in numbered},
        fixes=tuple(
            FixDone(_uri(number), f"fix-{number}", MOMENT, text, "commit", (f"f{number:015x}",), 1)
            for number, text in numbered
        ),
        problems=tuple(FileProblem(text, text, text, text) for text in texts),
        log=LogState(f"{texts[0]}", 58, "c4b1f2e6a0d97385" * 4),
        standings={_notice_id(number): _standing(text) for number, text in numbered},
        published={_uri(number): (text,) for number, text in numbered},
        clocks={_notice_id(number): _clock(number, text) for number, text in numbered},
        third_parties={_notice_id(number): (_party(number, text),) for number, text in numbered},
    )


def family(texts: Sequence[str]) -> FamilyReport:
    """The family of a picture whose copies bear the texts."""
    first, sure = _uri(0), True
    members = tuple(
        Member(
            _uri(number), text, AssetRef(_uri(number), 2_000, "1", path=text),
            (Tie(TieKind.DESK, first, text),) if number else (), sure, MemberState.OPEN,
            first if number else "", "image/jpeg", (720, 480), (text,), text,
            ((f"f{number:015x}", "erroneous-credit", "open"),), (text,), "",
        )
        for number, text in enumerate(texts)
    )  # fmt: skip
    notices = tuple((notice(n, text), _standing(text)) for n, text in enumerate(texts))
    return FamilyReport(Family(first, members, more=False), notices, stamp(texts))


def statement(number: int, text: str) -> Statement:
    """The desk's answer to an agency, about one copy for each outcome there is."""
    fixity = Fixity("a" * 64, "e" * 64, 41_000)
    deed = Deed(
        "fix", MOMENT, fixity, fixity, 1, ((text, text, f"right {text}"), (text, text, None))
    )
    copies = tuple(
        Copy(at, text, "image/jpeg", outcome, (deed,), text)
        for at, outcome in enumerate(Outcome, 1)
    )
    return Statement(
        notice(number, text), _clock(number, text), copies, (_party(number, text),), 1, MOMENT,
        text, "provenance 0.1.0", LogState(text, 58, "c4b1f2e6a0d97385" * 4), 12,
        (text, "a" * 64),
    )  # fmt: skip


def letter(text: str) -> LetterFacts:
    """To a third party; its address was checked when it was recorded."""
    sent = SentPicture(text, (DAY,), (text,), text, text, text)
    return LetterFacts(
        recipient=text, contact="pictures@example.org", desk=text, sender="desk@example.org",
        reference=text, kind=NoticeKind.CORRECTION.value, agency=text, words=text,
        corrections=((Property.CREATOR_NAMES, text, text),), pictures=(sent,), more=1,
        today=DAY, due=DAY, told=MOMENT,
    )  # fmt: skip


def notice(number: int, text: str) -> Notice:
    """One of three kinds in turn."""
    kind = tuple(NoticeKind)[number % 3]
    return Notice(
        notice_id=_notice_id(number),
        provider=text,
        kind=kind,
        pubstatus=Pubstatus.CANCELED if kind is NoticeKind.WITHDRAWAL else Pubstatus.USABLE,
        text=text,
        byline=text,
        corrections=(Correction(Property.CREATOR_NAMES, text, f"right {text}"),) * (number % 2),
        targets=(Target(TargetKind.IDENTIFIER, text), Target(TargetKind.CAPTION, text)),
        duties=tuple(Duty),
        language="en",
        occurrences=(Occurrence(text, 0, 1, text),),
        unparsed=text,
        complete=False,
        received=MOMENT,
        received_by=text,
        authority=tuple(Authority)[number % 3],
        instructions=(Instruction(Duty.REMOVE_ONLINE.value, text),),
        item=text,
        version=text,
    )


def _notice_id(number: int) -> str:
    return f"n-{number:016x}"


def _uri(number: int) -> str:
    return f"/pictures/{number:06}.jpg"


def _findings(number: int, text: str) -> list[Finding]:
    uri = _uri(number)
    edits = (
        Edit(uri, Container.IIM, text, Property.CREATOR_NAMES, text, f"right {text}"),
        Edit(f"{uri}.xmp", Container.SIDECAR, text, Property.DESCRIPTION, text, text * 2),
    )
    base = Finding(
        finding_id=f"f{number:015x}",
        decision_key=f"d{number:015x}",
        rule=_RULES[number % len(_RULES)],
        severity=Severity.ERROR,
        confidence=Confidence.MEDIUM,
        fixability=Fixability.UNSAFE,
        status=_STATUSES[number % len(_STATUSES)],
        uri=uri,
        message=text,
        notice_id=_notice_id(number),
        evidence=(Evidence(text, 1.0, text), Evidence(text, -1.0, text), Evidence(text, 0.0, text)),
        edits=edits,
    )
    alone = replace(base, finding_id=f"e{number:015x}", notice_id=None)
    return [base, alone]


def _record(number: int, text: str) -> MetadataRecord:
    values = tuple(
        PropertyValue(prop, container, (text,), text)
        for prop in (Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.DESCRIPTION)
        for container in (Container.EXIF, Container.IIM, Container.XMP)
    )
    ref = AssetRef(_uri(number), 41_000, "1-1", path=f"pictures/{text}")
    return MetadataRecord(ref, "image/jpeg", digest="d" * 64, scan_digest=f"{number:064x}",
                          image_digest="e" * 64, values=values)  # fmt: skip


def _decision(number: int, text: str) -> Decision:
    return Decision(
        f"d{number:015x}", _VERDICTS[number % len(_VERDICTS)], text, MOMENT, text, "2031-12-31",
        f"f{number:015x}", amended=(("iim", text, text),),
    )  # fmt: skip


def _standing(text: str) -> Standing:
    return Standing(NoticeStanding.OPEN, 2, 1, 0, ((text, MemberState.OPEN),))


def _clock(number: int, text: str) -> NoticeClock:
    notice_id = _notice_id(number)
    duties = tuple(
        DutyStanding(
            duty.value,
            DutyState.DONE,
            DutyAct(notice_id, duty.value, DutyState.DONE, text, MOMENT, evidence=text,
                    evidence_sha256="a" * 64, reason=text),
            MOMENT, 60.0,
        )
        for duty in Duty
    )  # fmt: skip
    moments = tuple(MilestoneStanding(one, None, MOMENT, None, overdue=True) for one in Milestone)
    return NoticeClock(notice_id, MOMENT, moments, duties, 86_400.0)


def _party(number: int, text: str) -> ThirdParty:
    delivery = Delivery(f"l{number:015x}", _uri(number), None, text, text, DAY, MOMENT, text, text)
    letter = Letter(f"t{number:015x}", _notice_id(number), text, text, LetterKind.FIRST, MOMENT,
                    text, "b" * 64, MOMENT)  # fmt: skip
    answer = Answer(_notice_id(number), text, AnswerKind.REFUSED, MOMENT, text, text, text)
    return ThirdParty(text, text, (delivery,), (letter,), answer, PartyState.REFUSED)
