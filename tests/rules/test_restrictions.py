"""Time limits that have run out, embargoes still on, and dates that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_material import EXIF, IIM, XMP, credited, held_against, notice, picture, value

from provenance.matching import keys
from provenance.model import (
    Confidence,
    Finding,
    Fixability,
    Limit,
    NoticeKind,
    Policy,
    Property,
    Restriction,
    Severity,
    Status,
)
from provenance.rules.restrictions import restriction_findings

TODAY = "2024-12-15"
LIMIT = "ONE TIME USE ONLY; USED ONLY FOR 14 DAYS FROM THE TIME OF TRANSMISSION"


def restricted(
    text: str,
    made: str | None = None,
    *,
    today: str = TODAY,
    prop: Property = Property.INSTRUCTIONS,
) -> list[Finding]:
    values = [value(prop, XMP if prop is Property.USAGE_TERMS else IIM, text)]
    if made is not None:
        values.append(value(Property.DATE_CREATED, XMP, made))
    return list(restriction_findings(picture(*values), Policy(today=today)))


@pytest.mark.parametrize(
    ("made", "expired"),
    [
        ("2024-11-30", True),  # fifteen days ago
        ("2024-12-01", False),  # the fourteenth day
        ("2024-12-02", False),
        ("2024:11:30 23:59:59", True),
        ("2024-11-30T10:00:00+01:00", True),
        ("2023", False),
        ("9999-12-31", False),
        ("0001-01-01", True),
        ("2024-13-45", False),
        ("no date", False),
        (None, False),
    ],
)
def test_a_time_limit_counts_from_the_day_of_the_picture(made: str | None, expired: bool) -> None:
    assert bool(restricted(LIMIT, made)) is expired


def test_an_expired_limit_is_shown_with_its_last_day() -> None:
    (found,) = restricted(LIMIT, "2024-11-30")
    assert (found.severity, found.fixability) == (Severity.WARNING, Fixability.DISPLAY_ONLY)
    assert found.status is Status.OPEN
    assert found.message == "Its use was allowed for 14 days, until 2024-12-14."
    assert found.evidence[0].detail == f"IIM 2:40: {LIMIT}"


@pytest.mark.parametrize(
    "text",
    [
        "This image may only be used within 14 days from time of transmission",
        "used for 14 days",
        "USE FOR 14 DAYS",
        "valid for 14 days",
        "14 days from the date of transmission",
        "Usage permitted for 1 day",
    ],
)
def test_the_writings_of_a_time_limit(text: str) -> None:
    assert restricted(text, "2024-01-01")


@pytest.mark.parametrize(
    "text",
    [
        "The storm lasted for 14 days",
        "It rained for 14 days. Do not use.",
        "NO ARCHIVE",
        "Used. For 14 days they waited",
    ],
)
def test_days_that_are_no_limit(text: str) -> None:
    assert restricted(text, "2020-01-01") == []


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("EMBARGOED UNTIL 2024-12-16", True),
        ("EMBARGOED UNTIL 2024-12-15", True),  # the last day
        ("EMBARGOED UNTIL 2024-12-14", False),
        ("Embargo until 16 December 2024", True),
        ("Embargo till December 16, 2024", True),
        ("embargoed to 0001 GMT 16 DECEMBER 2024", True),
        ("EMBARGOED FOR RELEASE UNTIL December 1, 2024", False),
        ("Embargo until December 2024", False),
        ("Embargo until December 45, 2024", False),
        ("Embargo until further notice", False),
        ("No embargo. Until 2025-01-01 the museum is closed.", False),
        ("Embargo until tomorrow. " + "x" * 60 + " 2025-01-01", False),
        ("EMBARGOED UNTIL 16 APRıL 2025", False),
    ],
)
def test_an_embargo_is_on_until_its_day(text: str, on: bool) -> None:
    found = restricted(text)
    assert bool(found) is on


def test_an_embargo_that_is_on_says_until_when() -> None:
    (found,) = restricted("EMBARGOED UNTIL 16 December 2024", prop=Property.DESCRIPTION)
    assert found.message == "It is under embargo until 2024-12-16."


MONTHS = "January February March April May June July August September October November December"


@pytest.mark.parametrize(("number", "month"), list(enumerate(MONTHS.split(), start=1)))
def test_every_month_is_known(number: int, month: str) -> None:
    (found,) = restricted(f"Embargo until {month} 7, 2025")
    assert found.message == f"It is under embargo until 2025-{number:02d}-07."


@pytest.mark.parametrize("prop", [Property.HEADLINE, Property.KEYWORDS, Property.USAGE_TERMS])
def test_other_fields_are_not_read(prop: Property) -> None:
    assert restricted("EMBARGOED UNTIL 2025-01-01", prop=prop) == []


@pytest.mark.parametrize("today", ["", "soon", "2024-02-31"])
def test_without_a_date_of_today_nothing_is_said(today: str) -> None:
    assert restricted("EMBARGOED UNTIL 2999-01-01", today=today) == []


def test_containers_that_repeat_a_limit_are_one_finding() -> None:
    record = picture(
        value(Property.INSTRUCTIONS, IIM, LIMIT),
        value(Property.INSTRUCTIONS, XMP, LIMIT),
        value(Property.DATE_CREATED, EXIF, "2024:11:01 10:00:00"),
    )
    assert len(list(restriction_findings(record, Policy(today=TODAY)))) == 1


@given(
    st.text("0123456789:- T", max_size=25),
    st.integers(0, 999),
    st.sampled_from(["january", "December", "MAY"]),
    st.text("0123456789", max_size=5),
)
def test_no_date_of_any_shape_is_an_error(made: str, days: int, month: str, day: str) -> None:
    restricted(f"Used for {days} days", made)
    restricted(f"embargo until {day} {month} {made}")
    restricted(f"embargo until {made}", made, today=made)


def test_a_limit_runs_from_the_day_it_was_registered_where_no_other_is_told() -> None:
    record = picture(value(Property.INSTRUCTIONS, IIM, LIMIT))
    policy = Policy(today=TODAY)
    assert list(restriction_findings(record, policy, seen="2024-12-02T10:00:00Z")) == []
    (found,) = restriction_findings(record, policy, seen="2024-11-20T10:00:00Z")
    assert found.message.endswith("until 2024-12-04.")


def test_the_day_of_release_is_better_than_the_day_of_the_picture() -> None:
    values = [
        value(Property.INSTRUCTIONS, IIM, LIMIT),
        value(Property.DATE_CREATED, XMP, "1998-05-01"),
        value(Property.RELEASE_DATE, IIM, "2024-12-10", where="IIM 2:30"),
    ]
    assert list(restriction_findings(picture(*values), Policy(today=TODAY))) == []


@pytest.mark.parametrize(
    "text",
    [
        "NO RESALES. NO ARCHIVES.",
        "AUSTRIA OUT",
        "MANDATORY CREDIT: REUTERS/Ann Other",
        "RESTRICTED TO EDITORIAL USE",
        "ATTENTION EDITORS - THIS IMAGE WAS PROVIDED BY A THIRD PARTY.",
    ],
)
def test_what_time_does_not_break_is_told_beside_and_never_fires(text: str) -> None:
    assert restricted(text, "2020-01-01") == []
    (found,) = restricted(f"{text} {LIMIT}", "2020-01-01")
    assert any(one.name == "limit" for one in found.evidence)


@pytest.mark.parametrize(
    ("prop", "where", "day", "message"),
    [
        (Property.RELEASE_DATE, "IIM 2:30", "2024-12-16", "not to be used before 2024-12-16"),
        (Property.RELEASE_DATE, "IIM 2:30", "2024-12-15", None),
        (Property.EXPIRATION_DATE, "IIM 2:37", "2024-12-14", "allowed until 2024-12-14"),
        (Property.EXPIRATION_DATE, "IIM 2:37", "20241214", "allowed until 2024-12-14"),
        (Property.EXPIRATION_DATE, "IIM 2:37", "2024-12-15", None),
        (Property.EXPIRATION_DATE, "IIM 2:37", "00000000", None),
    ],
)
def test_the_dates_of_iim(prop: Property, where: str, day: str, message: str | None) -> None:
    record = picture(value(prop, IIM, day, where=where))
    found = list(restriction_findings(record, Policy(today=TODAY)))
    assert [one.message for one in found if message and message in one.message] == [
        one.message for one in found
    ]
    assert bool(found) is (message is not None)
    assert ("restricted", "1") in keys(record)


@pytest.mark.parametrize(
    ("until", "on"),
    [("2024-12-16T06:00:00Z", True), ("2024-12-15", True), ("2024-12-14", False), (None, False)],
)
@pytest.mark.parametrize("confidence", [Confidence.STRONG, Confidence.LOW])
def test_the_embargo_of_a_notice(until: str | None, on: bool, confidence: Confidence) -> None:
    one = notice(
        corrections=(),
        kind=NoticeKind.RESTRICTION,
        restrictions=(Restriction(Limit.EMBARGO, "embargoed", until=until),),
        confidence=confidence,
    )
    match = held_against(one, credited())
    assert match is not None
    found = list(restriction_findings(credited(), Policy(today=TODAY), [match]))
    assert bool(found) is on
    for finding in found:
        held = confidence is Confidence.LOW
        assert (finding.notice_id, finding.confidence) == ("afp-1", confidence)
        assert finding.status is (Status.HELD if held else Status.OPEN)
        assert finding.fixability is Fixability.DISPLAY_ONLY


@pytest.mark.parametrize(
    ("prop", "text", "timed"),
    [
        (Property.INSTRUCTIONS, LIMIT, True),
        (Property.INSTRUCTIONS, "EMBARGOED UNTIL 2024-12-16", True),
        (Property.INSTRUCTIONS, "NO RESALES", False),
        (Property.DESCRIPTION, "EMBARGOED UNTIL 2024-12-16", True),
        (Property.DESCRIPTION, "He stayed for days before the embargo on Cuba ended.", False),
    ],
)
def test_what_time_may_break_is_looked_at_by_every_audit(
    prop: Property, text: str, timed: bool
) -> None:
    assert (("restricted", "1") in keys(picture(value(prop, IIM, text)))) is timed
