"""Moments and days: read carefully, counted and written in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

_DAY: Final = len("2024-12-03")


def instant(text: str | None) -> datetime | None:
    """A moment in UTC out of RFC 3339 text; one without a zone counts as UTC, a day from midnight.

    None where it is none, or lies beyond what a calendar holds.
    """
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def day(text: str | None) -> date | None:
    """A day out of ``YYYY-MM-DD``, or out of the beginning of RFC 3339 text; None for no day."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def desk_day(text: str) -> date | None:
    """The day of a moment in the calendar of this computer; a plain day is that day.

    None where it is neither.
    """
    plain = text.strip()
    moment = None if len(plain) == _DAY else instant(plain)
    try:
        return day(plain) if moment is None else moment.astimezone().date()
    except (OverflowError, OSError, ValueError):
        return day(plain)


def written(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC with milliseconds, as the program writes all of them."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def after(moment: datetime, hours: float) -> datetime | None:
    """So many hours later; None where the calendar ends before."""
    try:
        return moment + timedelta(hours=hours)
    except OverflowError:
        return None
