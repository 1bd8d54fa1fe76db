"""The report's words: names of rules and fields, dates, and the sentences around values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from provenance.model import (
    Authority,
    Confidence,
    Decision,
    Duty,
    DutyState,
    Fixability,
    Notice,
    NoticeKind,
    Replacement,
    Status,
    TargetKind,
    Verdict,
)
from provenance.reporting import names
from provenance.reporting.report import (
    ComplianceReport,
    FixDone,
    Item,
    ItemState,
    NoticeSection,
    NoticeState,
    Stage,
)

RULES = names.RULES
PROPERTIES = names.PROPERTIES

STAGES: dict[Stage, str] = {
    Stage.READY: "Ready to fix",
    Stage.PERSON: "Waits for a person",
    Stage.DONE: "Corrected",
    Stage.DISMISSED: "Dismissed",
}

STATES: dict[NoticeState, str] = {
    NoticeState.OPEN: "Open",
    NoticeState.DONE: "Complied with",
    NoticeState.NOTHING_FOUND: "No picture of it found",
    NoticeState.RETRACTED: "Retracted",
}

_SETTLED = {
    ItemState.WAIVED: "Waived",
    ItemState.REJECTED: "Rejected",
    ItemState.CONFLICT: "Conflict",
}
_DUTIES: dict[Duty, str] = {
    Duty.REMOVE_ONLINE: "remove {what} from all online services",
    Duty.DELETE_SERVERS: "delete it from the servers",
    Duty.INFORM_THIRD_PARTIES: "make sure that third parties who received it do the same",
}
_CONFIDENCE = {
    Confidence.STRONG: "The picture is proven",
    Confidence.MEDIUM: "The caption fits, the picture is not proven",
    Confidence.LOW: "A candidate only",
}
_FIXABILITY = {
    Fixability.SAFE: "the correction is safe to apply",
    Fixability.UNSAFE: "a named person must approve the correction",
    Fixability.DISPLAY_ONLY: "shown only, the program does not change it",
}
VERDICTS: dict[Verdict, str] = {
    Verdict.APPLY: "accepted",
    Verdict.HOLD: "held",
    Verdict.DISMISS: "rejected",
    Verdict.WAIVE: "waived",
    Verdict.WITHDRAW: "withdrew",
}
_FIXES = {
    "commit": "Corrected",
    "undone": "Corrected and later undone",
    "conflict": "Not corrected, because somebody else changed the file meanwhile",
    "abort": "Not corrected, the old content stands",
    "intent": "Begun and not finished",
}
_KINDS = {
    NoticeKind.CORRECTION: "Correction",
    NoticeKind.WITHDRAWAL: "Withdrawal",
    NoticeKind.RESTRICTION: "Restriction",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_DAY_PARTS = 3


@dataclass(frozen=True, slots=True)
class Essence:
    """A notice in one line: RIGHT, not WRONG; ``plain`` where it has no such pair."""

    right: str | None
    wrong: str | None
    plain: str = ""


def count(number: int, one: str, many: str = "") -> str:
    """``1 picture``, ``2 pictures``: never parted at a line end; thousands have a comma."""
    return f"{number:,}\N{NO-BREAK SPACE}{one if number == 1 else many or one + 's'}"


def size(octets: int) -> str:
    """A file's size: ``512 octets``, ``1.44 MB``; decimal, three digits."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if octets >= unit:
            return f"{float(f'{octets / unit:.3g}'):,g} {name}"
    return f"{octets} octet{'' if octets == 1 else 's'}"


def moment(text: str | None) -> str:
    """An RFC 3339 time for a reader, in the zone it was given in; other text as it is."""
    parsed = _parsed(text)
    if parsed is None or text is None:
        return text or ""
    day = f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}"
    if "T" not in text.upper() and " " not in text.strip():
        return day
    zone = parsed.strftime("%z")
    named = "UTC" if zone in {"+0000", ""} else f"UTC{zone[:3]}:{zone[3:5]}"
    return f"{day}, {parsed:%H:%M} {named}"


def brief(text: str | None, *, clock: bool = True) -> str:
    """The same in a table: ``3 Nov 2026, 07:20 UTC``, or the day alone."""
    day, comma, time = moment(text).partition(", ")
    parts = day.split(" ")
    if len(parts) == _DAY_PARTS and parts[1] in _MONTHS:
        day = f"{parts[0]} {parts[1][:3]} {parts[2]}"
    return f"{day}{comma}{time}" if clock else day


def elapsed(start: str | None, end: str | None) -> str:
    """The time between two RFC 3339 moments in its two largest units; empty if unknown."""
    begun, ended = _parsed(start), _parsed(end)
    if begun is None or ended is None or ended < begun:
        return ""
    return lasted((ended - begun).total_seconds())


def lasted(seconds: float | None) -> str:
    """A time span in its two largest units; empty if it is not known."""
    if seconds is None or not 0 <= seconds < math.inf:
        return ""
    minutes = int(seconds) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return count(days, "day") + (f" {hours} h" if hours else "")
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def verdict(report: ComplianceReport) -> str:
    """The report in one sentence: its title."""
    overdue = sum(section.is_overdue for section in report.notices)
    late = f"{count(overdue, 'notice')} overdue" if overdue else ""
    told = _told(report)
    return f"{late}; {told[:1].lower()}{told[1:]}" if late else told


def _told(report: ComplianceReport) -> str:
    stages = [item.stage for item in report.items]
    ready, person = stages.count(Stage.READY), stages.count(Stage.PERSON)
    elsewhere = sum(section.state is NoticeState.OPEN for section in report.notices)
    owed = sum(not one.is_settled for one in report.notices) - elsewhere
    if elsewhere and not ready + person:
        return f"Settled here; {count(elsewhere, 'notice')} open elsewhere"
    if not stages:
        return f"Nothing to correct in {count(report.assets, 'file')}"
    if not ready + person and owed > 0:
        return f"Every copy settled; {count(owed, 'notice')} with open duties"
    if not ready + person:
        return f"All {count(len(stages), 'finding')} settled"
    parts = []
    if ready:
        parts.append(f"{count(ready, 'correction')} ready to apply")
    if person:
        parts.append(f"{count(person, 'finding')} waiting for a person")
    return ", ".join(parts)


def notice_label(section: NoticeSection) -> str:
    """How a notice stands, in every form: done is what leaves neither a copy nor a duty."""
    if section.is_overdue:
        return "Overdue"
    if section.is_settled or section.state is NoticeState.OPEN:
        return STATES[section.state]
    copies = "Copies settled" if section.state is NoticeState.DONE else STATES[section.state]
    clock = section.clock
    left = clock is not None and any(one.state is DutyState.OPEN for one in clock.duties)
    return f"{copies}, {'duties open' if left else 'not acknowledged yet'}"


def notice_code(section: NoticeSection) -> str:
    """The same for a style sheet."""
    if section.is_overdue:
        return "overdue"
    return section.state.value if section.is_settled else NoticeState.OPEN.value


def essences(notice: Notice) -> tuple[Essence, ...]:
    """What the notice says, pair by pair."""
    if any(pair.right or pair.wrong for pair in notice.corrections):
        return tuple(
            Essence(pair.right, pair.wrong)
            for pair in notice.corrections
            if pair.right or pair.wrong
        )
    identifiers = [one.value for one in notice.targets if one.kind is TargetKind.IDENTIFIER]
    what = f"picture {', '.join(identifiers)}" if identifiers else "a picture"
    if notice.byline:
        what += f" by {notice.byline}"
    fields = [pair.property.value for pair in notice.corrections if pair.property is not None]
    if fields:
        what = f"{', '.join(dict.fromkeys(fields))} of {what}"
    said = {
        NoticeKind.WITHDRAWAL: f"Withdrawn: {what}",
        NoticeKind.RESTRICTION: f"Restricted: {what}",
        NoticeKind.CORRECTION: f"Corrected, but the notice names no values: {what}",
    }
    return (Essence(None, None, said[notice.kind]),)


def sender(notice: Notice) -> str:
    """Who speaks."""
    if notice.authority is Authority.IN_HOUSE:
        return "The desk's own correction"
    who = notice.provider or "An agency not named"
    return f"{_KINDS[notice.kind]} by {who}"


def authority(notice: Notice) -> str:
    """On whose word the notice acts."""
    if notice.authority is Authority.EMBEDDED:
        return "found in a file; proves nothing about other files"
    return f"brought by {notice.received_by}" if notice.received_by else "brought to the desk"


def duties(notice: Notice) -> str:
    """What the notice asks for, as one sentence; empty if it asks for nothing."""
    if not notice.duties:
        return ""
    what = "the picture" if notice.kind is NoticeKind.WITHDRAWAL else "the error"
    asked = [_DUTIES[duty].format(what=what) for duty in notice.duties]
    listed = " and to ".join(part for part in (", to ".join(asked[:-1]), asked[-1]) if part)
    return f"{notice.provider or 'The notice'} asks you to {listed}."


def replacement(notice: Notice) -> str:
    """Whether another version of the picture will come; empty if the notice does not say."""
    return {
        Replacement.COMING: "The agency will send a replacement.",
        Replacement.NONE: "There will be no replacement.",
        Replacement.UNKNOWN: "",
    }[notice.replacement]


def restrictions(notice: Notice) -> str:
    """The limits that the notice sets, each with its last day; empty if it sets none."""
    return "; ".join(
        f"{one.limit.value.replace('-', ' ')}"
        + (f" until {moment(one.until)}" if one.until else "")
        + (f" for {count(one.days, 'day')} from transmission" if one.days else "")
        + (f" in {', '.join(one.territories)}" if one.territories else "")
        for one in notice.restrictions
    )


def reading(notice: Notice) -> str:
    """How sure the notice was read; empty where its form is one that leaves no doubt."""
    doubts = []
    if notice.confidence is not Confidence.STRONG:
        doubts.append(f"{notice.confidence.value} confidence: the words have no form of an agency")
    if not notice.complete:
        doubts.append("its end is missing or was guessed")
    return "; ".join(doubts)


def standing(item: Item) -> str:
    """How sure, and what may still be done, as one sentence."""
    finding = item.finding
    if finding.notice_id is None:
        return ""
    sure = _CONFIDENCE[finding.confidence]
    if item.stage in {Stage.DONE, Stage.DISMISSED}:
        return f"{sure}."
    return f"{sure}; {_FIXABILITY[finding.fixability]}."


def stage_label(item: Item) -> str:
    """The state of a finding in two or three words."""
    if item.state in _SETTLED:
        return _SETTLED[item.state]
    if item.stage is Stage.READY and item.finding.status is Status.HELD:
        return "Accepted, ready to fix"
    return STAGES[item.stage]


def decision(one: Decision, today: str = "") -> str:
    """Who decided what, when, why and until when; how long that is yet where ``today`` is given."""
    days = one.days_left(today)
    more = "" if days is None else f" ({left(days)})"
    until = f", until {moment(one.until)}{more}" if one.until else ""
    reason = f": {one.reason}" if one.reason else ""
    verb = (
        f"{VERDICTS[one.verdict]} {'the decision on ' if one.verdict is Verdict.WITHDRAW else ''}"
    )
    return f"{one.agent} {verb}this on {moment(one.decided)}{until}{reason}"


def left(days: int) -> str:
    """How long a decision still holds: ``last day``, ``12 days left``, ``ran out``."""
    if days < 0:
        return "ran out"
    if not days:
        return "last day"
    return "1 day left" if days == 1 else f"{days:,} days left"


def fix(one: FixDone) -> str:
    """What was written, when, on whose word, and where the log says so."""
    log = "" if one.log_index is None else f", log entry {one.log_index}"
    return f"{_FIXES[one.state]} on {moment(one.when)} by {one.agent}, run {one.run_id}{log}."


def _parsed(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
