"""The report's words: names of rules and fields, dates, and the sentences around values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from provenance.model import (
    Authority,
    Confidence,
    Decision,
    Duty,
    Fixability,
    Notice,
    NoticeKind,
    Property,
    Replacement,
    Rule,
    Status,
    TargetKind,
    Verdict,
)
from provenance.reporting.report import ComplianceReport, FixDone, Item, NoticeState, Stage

RULES: dict[Rule, tuple[str, str]] = {
    Rule.ERRONEOUS_CREDIT: (
        "Wrong credit",
        "The file still names the wrong person. The correction is shown with each picture.",
    ),
    Rule.ERRONEOUS_MENTION: (
        "Wrong mention in a caption",
        "The agency corrected a fact in the prose. An editor decides how the sentence should read.",
    ),
    Rule.LEAKED_NOTICE: (
        "Notice text in a published field",
        "The agency's instruction to its clients stands where readers can see it. Take it out.",
    ),
    Rule.WITHDRAWN: (
        "Withdrawn picture",
        "The agency took the picture back. Remove it from every page and store.",
    ),
    Rule.RESTRICTED: (
        "Restricted use",
        "A time limit or embargo is on record. Check it before the picture is used again.",
    ),
    Rule.SILENT_CORRECTION: (
        "Same picture, another byline",
        "Two versions disagree and no notice says which is right. Ask the agency.",
    ),
    Rule.CREDIT_MISSING: (
        "No credit",
        "Nothing in the file says who made the picture. Find its original and restore the credit.",
    ),
    Rule.CREDIT_INCOMPLETE: (
        "Agency without photographer",
        "An agency is named, the photographer is not. Add the name where it is known.",
    ),
    Rule.CONTAINERS_DISAGREE: (
        "Fields that disagree",
        "EXIF, IIM and XMP give different answers. Which is shown depends on the program.",
    ),
    Rule.CREDIT_TRUNCATED: (
        "Cut credit",
        "A value was cut at its length limit. The whole value may stand in another container.",
    ),
    Rule.ENCODING_DAMAGED: (
        "Damaged letters",
        "Accents or other letters were decoded wrongly somewhere. Restore them from the original.",
    ),
    Rule.CONTENT_CREDENTIALS: (
        "Content Credentials",
        "An edit would break the file's Content Credentials, so the program does not make one.",
    ),
    Rule.UNREADABLE: (
        "Unreadable file",
        "The file could not be read, so nothing can be said about its credit.",
    ),
}

PROPERTIES: dict[Property, str] = {
    Property.CREATOR_NAMES: "Creator",
    Property.CREATOR_JOBTITLE: "Creator's job title",
    Property.CREDIT_LINE: "Credit line",
    Property.SOURCE: "Source",
    Property.COPYRIGHT_NOTICE: "Copyright notice",
    Property.DESCRIPTION: "Caption",
    Property.CAPTION_WRITER: "Caption writer",
    Property.HEADLINE: "Headline",
    Property.TITLE: "Title",
    Property.INSTRUCTIONS: "Instructions",
    Property.JOBID: "Job id",
    Property.DATE_CREATED: "Date created",
    Property.CITY: "City",
    Property.SUBLOCATION: "Sublocation",
    Property.PROVINCE_STATE: "Province or state",
    Property.COUNTRY_NAME: "Country",
    Property.COUNTRY_CODE: "Country code",
    Property.KEYWORDS: "Keywords",
    Property.DIGITAL_IMAGE_GUID: "Image GUID",
    Property.IMAGE_SUPPLIER_IMAGE_ID: "Supplier's image id",
    Property.DIGITAL_SOURCE_TYPE: "Digital source type",
    Property.USAGE_TERMS: "Usage terms",
    Property.ACTION_ADVISED: "Action advised",
    Property.REFERENCE_SERVICE: "Reference service",
    Property.REFERENCE_DATE: "Reference date",
    Property.REFERENCE_NUMBER: "Reference number",
    Property.RELEASE_DATE: "Release date",
    Property.EXPIRATION_DATE: "Expiration date",
    Property.EDIT_STATUS: "Edit status",
    Property.EDITORIAL_UPDATE: "Editorial update",
    Property.DOCUMENT_ID: "Document id",
    Property.ORIGINAL_DOCUMENT_ID: "Original document id",
    Property.DERIVED_FROM: "Derived from",
}

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


def elapsed(start: str | None, end: str | None) -> str:
    """The time between two RFC 3339 moments in its two largest units; empty if unknown."""
    begun, ended = _parsed(start), _parsed(end)
    if begun is None or ended is None or ended < begun:
        return ""
    minutes = int((ended - begun).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return count(days, "day") + (f" {hours} h" if hours else "")
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def verdict(report: ComplianceReport) -> str:
    """The report in one sentence: its title."""
    stages = [item.stage for item in report.items]
    ready, person = stages.count(Stage.READY), stages.count(Stage.PERSON)
    elsewhere = sum(section.state is NoticeState.OPEN for section in report.notices)
    if elsewhere and not ready + person:
        return f"Settled here; {count(elsewhere, 'notice')} open elsewhere"
    if not stages:
        return f"Nothing to correct in {count(report.assets, 'file')}"
    if not ready + person:
        return f"All {count(len(stages), 'finding')} settled"
    parts = []
    if ready:
        parts.append(f"{count(ready, 'correction')} ready to apply")
    if person:
        parts.append(f"{count(person, 'finding')} waiting for a person")
    return ", ".join(parts)


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
    if item.finding.status is Status.WAIVED:
        return "Waived"
    if item.finding.status is Status.REJECTED:
        return "Rejected"
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
