"""Use restrictions that time alone can break: an embargo still on, a time limit run out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from provenance.matching.picture import MONTHS
from provenance.model import Evidence, Finding, MetadataRecord, Policy, Property, Rule
from provenance.rules.findings import Answer, Grounds, finding

_TIME_LIMIT = re.compile(
    r"\b(?:used?|usage|valid)\b[^.;]{0,60}?\bfor\s+(\d{1,3})\s+days?\b"
    r"|\b(\d{1,3})\s+days?\s+from\s+(?:the\s+)?(?:time|date)\s+of\s+transmission",
    re.IGNORECASE,
)
_EMBARGO = re.compile(r"\bembargo(?:ed)?\b[^.;]{0,20}?\b(?:until|till|to)\b", re.IGNORECASE)
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b", re.ASCII)
_WRITTEN_DAY = re.compile(
    r"\b(?:(\d{1,2})\s+)?(" + "|".join(MONTHS) + r")\s+(?:(\d{1,2}),?\s+)?(\d{4})\b",
    # Without ASCII, a dotless i would match in "April", and be no month.
    re.IGNORECASE | re.ASCII,
)
# An embargo's date stands in the same breath as the word.
_REACH = 60


def restriction_findings(record: MetadataRecord, policy: Policy) -> Iterator[Finding]:
    """Findings for restrictions broken on ``policy.today``; none where no date is known."""
    today = _iso(policy.today)
    if today is None:
        return
    for prop in (Property.INSTRUCTIONS, Property.DESCRIPTION):
        for value in record.of(prop):
            for text in value.values:
                message = _expired(record, text, today) or _embargoed(text, today)
                if message:
                    yield finding(
                        Rule.RESTRICTED,
                        record,
                        message,
                        Answer(),
                        Grounds(
                            evidence=(Evidence("restriction", 0.0, f"{value.locator}: {text}"),),
                            before=(f"{value.locator}={text}",),
                        ),
                    )
                    return


def _expired(record: MetadataRecord, text: str, today: date) -> str | None:
    match = _TIME_LIMIT.search(text)
    if match is None:
        return None
    days = int(match.group(1) or match.group(2))
    for value in record.of(Property.DATE_CREATED):
        for stated in value.values:
            made = _iso(stated)
            # Counted from today, because a camera's "9999-12-31" has no day behind it.
            if made is not None and (today - made).days > days:
                until = made + timedelta(days=days)
                return f"Its use was allowed for {days} days, until {until.isoformat()}."
    return None


def _embargoed(text: str, today: date) -> str | None:
    match = _EMBARGO.search(text)
    if match is None:
        return None
    until = _day_in(text[match.end() : match.end() + _REACH])
    if until is None or until < today:
        return None
    return f"It is under embargo until {until.isoformat()}."


def _day_in(text: str) -> date | None:
    if (day := _iso_in(text)) is not None:
        return day
    if (match := _WRITTEN_DAY.search(text)) is None:
        return None
    # "at 10 December 1, 2024": the number behind the month is the day.
    number = match.group(3) or match.group(1)
    if number is None:
        return None
    month = MONTHS.index(match.group(2).casefold()) + 1
    return _valid(int(match.group(4)), month, int(number))


def _iso(text: str) -> date | None:
    return _iso_in(text[:10].replace(":", "-"))


def _iso_in(text: str) -> date | None:
    match = _ISO_DAY.search(text)
    return _valid(*map(int, match.groups())) if match else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
