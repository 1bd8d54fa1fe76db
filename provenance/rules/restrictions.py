"""Use restrictions that time alone can break: an embargo still on, a time limit run out.

What else limits the use of a picture (a territory, no resale, no archive) is told beside
them, and is no finding: whether it is broken is known to the desk alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from provenance import captions
from provenance.model import (
    Confidence,
    Evidence,
    Finding,
    Limit,
    Match,
    MetadataRecord,
    NoticeKind,
    Policy,
    Property,
    Restriction,
    Rule,
    Status,
)
from provenance.rules.findings import Answer, Grounds, finding

_ISO_DAY = re.compile(r"(\d{4})[-:]?(\d{2})[-:]?(\d{2})(?!\d)", re.ASCII)
_LONGEST = 20_000
# The day a picture was sent, from where it is told best to where it is told at all.
_SENT: Final = (Property.RELEASE_DATE, Property.DATE_CREATED)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A restriction, and where it stands."""

    restriction: Restriction
    where: str
    text: str
    sent: date | None
    match: Match | None = None


def restriction_findings(
    record: MetadataRecord,
    policy: Policy,
    matched: Sequence[Match] = (),
    *,
    seen: str | None = None,
) -> Iterator[Finding]:
    """Findings for restrictions broken on ``policy.today``; none where no date is known.

    Args:
        record: the asset.
        policy: gives the day.
        matched: the notices that match it; the restrictions of some are their own.
        seen: RFC 3339, when it was first registered: a limit runs from then where the
            picture does not tell its day.
    """
    today = _day(policy.today)
    if today is None:
        return
    stated = [*_of_notices(matched, seen), *_of_record(record, seen)]
    told: set[str] = set()
    for one in stated:
        message = _broken(one.restriction, one.sent, today)
        # Containers repeat a restriction, and a notice repeats its picture's.
        if message is not None and message not in told:
            told.add(message)
            yield _finding(record, message, one, stated)
    yield from _dated(record, today, told)


def _of_record(record: MetadataRecord, seen: str | None) -> Iterator[_Stated]:
    sent = _sent(record) or _day(seen or "")
    for prop in (Property.INSTRUCTIONS, Property.DESCRIPTION):
        for value in record.of(prop):
            for text in value.values:
                for one in captions.restrictions(text[:_LONGEST], sent):
                    yield _Stated(one, value.locator, text, sent)


def _of_notices(matched: Sequence[Match], seen: str | None) -> Iterator[_Stated]:
    for match in matched:
        if match.notice.kind is not NoticeKind.RESTRICTION:
            continue
        sent = _day(match.notice.sent or match.notice.received or seen or "")
        for one in match.notice.restrictions:
            where = f"notice {match.notice.notice_id}"
            yield _Stated(one, where, one.words or match.notice.text, sent, match)


def _sent(record: MetadataRecord) -> date | None:
    for prop in _SENT:
        for value in record.of(prop):
            for text in value.values:
                if (day := _day(text)) is not None:
                    return day
    return None


def _broken(one: Restriction, sent: date | None, today: date) -> str | None:
    until = _day(one.until or "")
    if one.limit is Limit.EMBARGO:
        return f"It is under embargo until {one.until}." if until and until >= today else None
    if one.limit is not Limit.TIME_LIMIT:
        return None
    if until is not None:
        return f"Its use was allowed until {until.isoformat()}." if until < today else None
    # Counted from today, because a camera's "9999-12-31" has no day behind it.
    if one.days is None or sent is None or (today - sent).days <= one.days:
        return None
    last = sent + timedelta(days=one.days)
    return f"Its use was allowed for {one.days} days, until {last.isoformat()}."


def _dated(record: MetadataRecord, today: date, told: set[str]) -> Iterator[Finding]:
    """The dates that IIM and XMP have for it: release and expiration."""
    for value in record.values:
        for text in value.values:
            day = _day(text)
            if day is None:
                continue
            message = ""
            if value.property is Property.RELEASE_DATE and day > today:
                message = f"It is not to be used before {day.isoformat()}."
            elif value.property is Property.EXPIRATION_DATE and day < today:
                message = f"Its use was allowed until {day.isoformat()}."
            if message and message not in told:
                told.add(message)
                limit = Restriction(Limit.OTHER, text, until=day.isoformat())
                yield _finding(record, message, _Stated(limit, value.locator, text, None), ())


def _finding(
    record: MetadataRecord, message: str, one: _Stated, stated: Sequence[_Stated]
) -> Finding:
    beside = dict.fromkeys(
        f"{other.restriction.limit.value}: {captions.squeeze(other.restriction.words)}"
        for other in stated
        if other.restriction.limit is not one.restriction.limit
    )
    evidence = [
        Evidence("restriction", 0.0, f"{one.where}: {one.text}"),
        *(Evidence("limit", 0.0, words) for words in beside),
    ]
    if one.match is None:
        grounds = Grounds(evidence=tuple(evidence), before=(f"{one.where}={one.text}",))
        return finding(Rule.RESTRICTED, record, message, Answer(), grounds)
    notice_id = one.match.notice.notice_id
    confidence = one.match.confidence
    status = Status.HELD if confidence is Confidence.LOW else Status.OPEN
    return finding(
        Rule.RESTRICTED,
        record,
        message,
        Answer(confidence, status=status),
        Grounds(notice_id, (*one.match.evidence, *evidence), before=(one.text,)),
    )


def _day(text: str) -> date | None:
    match = _ISO_DAY.match(text.strip())
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None
