"""IIM dates and times, and the one ISO 8601 value that they make together.

IPTC-IIM 4.2, 2:55 Date Created (CCYYMMDD) and 2:60 Time Created (HHMMSS±HHMM).
"""

from __future__ import annotations

import re

_DATE = re.compile(r"(\d{4})[-:/.]?(\d{2})[-:/.]?(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):?(\d{2}):?(\d{2})(?:([+-]\d{2}):?(\d{2})|(Z))?", re.ASCII)
_BOTH = re.compile(
    r"(?!0000)(\d{4})(?!00)(\d\d)(?!00)(\d\d) (\d\d)(\d\d)(\d\d)([+-]\d\d)(\d\d)", re.ASCII
)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:([+-]\d{2}):(\d{2})|(Z))?)?",
    re.ASCII,
)


def day(text: str) -> str | None:
    """CCYYMMDD as ``YYYY-MM-DD``; None where it is no date.

    A month or day of 00 is unknown and left out: ``20190000`` is ``2019``.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None or found[1] == "0000":
        return None
    year, month, number = found.groups()
    if month == "00":
        return year
    return f"{year}-{month}" if number == "00" else f"{year}-{month}-{number}"


def clock(text: str) -> str | None:
    """HHMMSS±HHMM as ``hh:mm:ss+hh:mm``, the zone left out where it is not given."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second, zone_hour, zone_minute, utc = found.groups()
    zone = "+00:00" if utc else f"{zone_hour}:{zone_minute}" if zone_hour else ""
    return f"{hour}:{minute}:{second}{zone}"


def joined(date: str, time: str) -> str | None:
    """The content of 2:55 and 2:60 as one value; None where one of them is not whole."""
    common = _BOTH.fullmatch(f"{date} {time}")
    if common is not None:
        year, month, number, hour, minute, second, zone_hour, zone_minute = common.groups()
        return f"{year}-{month}-{number}T{hour}:{minute}:{second}{zone_hour}:{zone_minute}"
    on, at = day(date), clock(time)
    if on is None or at is None or len(on) != len("YYYY-MM-DD"):
        return None
    return f"{on}T{at}"


def dataset_forms(value: str) -> tuple[str, str] | None:
    """An ISO value as the content of 2:55 and of 2:60; None where IIM cannot say it.

    Returns:
        The time is empty where the value has none. A time without a zone is written
        without one, as most writers do.
    """
    found = _ISO.fullmatch(value)
    if found is None:
        return None
    year, month, on, hour, minute, second, zone_hour, zone_minute, utc = found.groups()
    if hour is None:
        return f"{year}{month}{on}", ""
    zone = "+0000" if utc else f"{zone_hour}{zone_minute}" if zone_hour else ""
    return f"{year}{month}{on}", f"{hour}{minute}{second}{zone}"
