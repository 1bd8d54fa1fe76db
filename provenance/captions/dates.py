"""A day, perhaps with its hour, as agencies write it in a note: read, never completed.

``0001 SATURDAY MAY 8``, ``10pm BST Friday 3 May 2024``, ``12. Mai 2024, 10.00 Uhr``,
``samedi 4 mai 2024 à 20h00``. The order of the parts is free, as it is on the wires; a
day and a month written in two numbers count only where their order cannot be mistaken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

_MONTHS = (
    "january jan januar jänner janvier enero ene gennaio gen janeiro januari ocak",
    "february feb februar février fevrier fév febrero febbraio fevereiro februari",
    "march mar märz mrz maerz mars marzo março maart",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio maio mei",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet juil julio luglio julho",
    "august aug août aout agosto augustus",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dicembre dezembro",
)
_WEEKDAYS = (
    "monday mon montag lundi lunes lunedì segunda-feira",
    "tuesday tue tues dienstag mardi martes martedì",
    "wednesday wed mittwoch mercredi miércoles miercoles mercoledì",
    "thursday thu thur thurs donnerstag jeudi jueves giovedì",
    "friday fri freitag vendredi viernes venerdì",
    "saturday sat samstag sonnabend samedi sábado sabado sabato",
    "sunday sun sonntag dimanche domingo domenica",
)
_MONTH = {word: number for number, row in enumerate(_MONTHS, 1) for word in row.split()}
_WEEKDAY = {word: number for number, row in enumerate(_WEEKDAYS) for word in row.split()}
# Only zones that mean one offset: IST and CST mean three each, ET two.
_ZONES = {"gmt": 0, "utc": 0, "z": 0, "bst": 1, "wet": 0, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
          "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9,
          "aest": 10, "aedt": 11}  # fmt: skip
_HOURS = {"noon": (12, 0), "midday": (12, 0), "mittag": (12, 0), "mittags": (12, 0),
          "midi": (12, 0), "midnight": (0, 0), "mitternacht": (0, 0), "minuit": (0, 0)}  # fmt: skip
_HOUR_WORDS = frozenset({"uhr", "hrs", "hours", "h", "time"})
_FILLERS = frozenset(
    [
        "on",
        "at",
        "the",
        "of",
        "le",
        "la",
        "à",
        "a",
        "um",
        "am",
        "den",
        "dem",
        "der",
        "de",
        "del",
        "el",
        "las",
        "los",
        "alle",
        "ore",
        "uhr",
        "hrs",
        "hours",
        "h",
        "local",
        "time",
        "ab",
        "bis",
        "zum",
        "to",
        "until",
        "and",
        "und",
        "et",
        "au",
        "y",
        "dated",
        "day",
        "london",
        "new",
        "york",
        "ortszeit",
        "heure",
    ]
)

_LONGEST_ZONE = 5
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?!\d)"
    r"(?:[Tt ]\s?(\d{2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?\s?([Zz]|[+-]\d{2}:?\d{2})?)?"
)
_NUMERIC = re.compile(r"(\d{1,2})([./])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_HALF = r"\s?(?P<half>[ap])\.?m\b\.?"
_CLOCK = re.compile(
    rf"(?P<hour>\d{{1,2}})[:.hH](?P<minute>\d{{2}})(?!\d)(?:{_HALF})?", re.IGNORECASE
)
_WHOLE_HOUR = re.compile(
    rf"(?P<hour>\d{{1,2}})(?:{_HALF}|\s?(?:uhr|h|heures|horas)\b)", re.IGNORECASE
)
_FOUR_DIGITS = re.compile(r"\d{4}(?!\d)")
_HOURS_FOLLOW = re.compile(
    r"\s?(?:hrs?|hours|h|uhr|gmt|utc|bst|cet|cest|e[sd]t|p[sd]t)\b", re.IGNORECASE | re.ASCII
)
_DAY = re.compile(r"(\d{1,2})(?!\d)(?:(?:st|nd|rd|th|er|º|°)(?![^\W\d_])|\.(?!\d))?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-feira)?")
_BETWEEN = re.compile(r"[\s,.()/*-]{0,6}")
_OFFSET = re.compile(r"[+-]\d{2}:?\d{2}(?!\d)")

REACH = 90
"""How many characters behind its opening words a date is looked for in."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day as printed.

    Attributes:
        until: the last day up to it, ``YYYY-MM-DD``, or RFC 3339 where an hour and its zone
            are printed; None where the words do not give a whole date.
        end: offset behind the last character that belongs to it.
    """

    until: str | None
    end: int


@dataclass(slots=True)
class _Parts:
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    hour: tuple[int, int] | None = None
    zone: float | None = None

    @property
    def says_something(self) -> bool:
        return self.day is not None or self.hour is not None or self.weekday is not None


def moment(text: str, start: int, reference: date | None = None) -> Moment | None:
    """The date that begins at ``start`` (white space and commas may precede it), or None.

    Args:
        text: the text.
        start: offset behind the words that announce it.
        reference: a day near it, such as the day of transmission. A date without a year is
            completed only where it names its day of the week, which then fits one year only.
    """
    parts = _Parts()
    stop = min(len(text), start + REACH)
    at = end = start
    while at < stop:
        between = _BETWEEN.match(text, at, stop)
        at = at if between is None else between.end()
        behind, counts = _number(text, at, stop, parts) or _word(text, at, stop, parts) or (at, 0)
        if behind == at:
            break
        at = behind
        if counts:
            end = at
    return Moment(_until(parts, reference), end) if parts.says_something else None


def _number(text: str, at: int, stop: int, parts: _Parts) -> tuple[int, int] | None:
    if not text[at : at + 1].isdecimal():
        offset = _OFFSET.match(text, at - 1, stop) if parts.hour and at else None
        if offset is None:
            return None
        parts.zone = _hours_of(offset[0])
        return offset.end(), 1
    return (
        _full_date(text, at, stop, parts)
        or _time(text, at, stop, parts)
        or _year(text, at, stop, parts)
        or _day(text, at, stop, parts)
    )


def _full_date(text: str, at: int, stop: int, parts: _Parts) -> tuple[int, int] | None:
    iso = _ISO.match(text, at, stop)
    if iso is not None:
        parts.year, parts.month, parts.day = int(iso[1]), int(iso[2]), int(iso[3])
        if iso[4]:
            parts.hour = int(iso[4]), int(iso[5])
        if iso[6]:
            parts.zone = 0 if iso[6] in "Zz" else _hours_of(iso[6])
        return iso.end(), 1
    numeric = _NUMERIC.match(text, at, stop)
    if numeric is None:
        return None
    first, second = int(numeric[1]), int(numeric[3])
    if numeric[2] == "/" and first <= 12 and second <= 12 and first != second:
        # Neither day nor month can be told: it is a date, but which is not said.
        parts.day = 0
    else:
        parts.day, parts.month = (first, second) if second <= 12 else (second, first)
    parts.year = int(numeric[4]) + (2000 if len(numeric[4]) == 2 else 0)
    return numeric.end(), 1


def _time(text: str, at: int, stop: int, parts: _Parts) -> tuple[int, int] | None:
    found = _CLOCK.match(text, at, stop) or _WHOLE_HOUR.match(text, at, stop)
    if found is not None:
        hour, minute = int(found["hour"]), int(found.groupdict().get("minute") or 0)
        if found["half"]:
            hour = hour % 12 + (12 if found["half"] in "pP" else 0)
        end = found.end()
    else:
        digits = _FOUR_DIGITS.match(text, at, stop)
        if digits is None or not _is_time(text, digits, parts):
            return None
        hour, minute, end = int(digits[0][:2]), int(digits[0][2:]), digits.end()
    if hour > 24 or minute > 59:
        return None
    parts.hour = hour, minute
    return end, 1


def _is_time(text: str, digits: re.Match[str], parts: _Parts) -> bool:
    """Whether four digits are an hour: ``2024`` behind a month is the year."""
    if _HOURS_FOLLOW.match(text, digits.end()):
        return True
    return parts.hour is None and (parts.year is not None or parts.month is None)


def _year(text: str, at: int, stop: int, parts: _Parts) -> tuple[int, int] | None:
    digits = _FOUR_DIGITS.match(text, at, stop)
    if digits is None or parts.year is not None:
        return None
    parts.year = int(digits[0])
    return digits.end(), 1


def _day(text: str, at: int, stop: int, parts: _Parts) -> tuple[int, int] | None:
    digits = _DAY.match(text, at, stop)
    if digits is None or parts.day is not None:
        return None
    parts.day = int(digits[1])
    return digits.end(1) if text[digits.end(1) : digits.end()] == "." else digits.end(), 1


def _word(text: str, at: int, stop: int, parts: _Parts) -> tuple[int, int] | None:
    match = _WORD.match(text, at, stop)
    if match is None:
        return None
    word = match[0].casefold()
    if word in _MONTH and parts.month is None:
        parts.month = _MONTH[word]
    elif word in _WEEKDAY:
        parts.weekday = _WEEKDAY[word]
    elif word in _ZONES and parts.hour is not None:
        parts.zone = _ZONES[word]
    elif word in _HOURS:
        parts.hour = _HOURS[word]
    else:
        spoken = word in _HOUR_WORDS and parts.hour is not None
        # "10:00 IST", "9 PM ET": a zone that means several offsets is passed over.
        zone = parts.hour is not None and match[0].isupper() and len(word) <= _LONGEST_ZONE
        return (match.end(), int(spoken)) if word in _FILLERS or zone else None
    return match.end(), 1


def _hours_of(offset: str) -> float:
    digits = offset[1:].replace(":", "")
    hours = int(digits[:2]) + int(digits[2:]) / 60
    return -hours if offset[0] == "-" else hours


def _until(parts: _Parts, reference: date | None) -> str | None:
    day = _day_of(parts, reference)
    if day is None:
        return None
    if parts.hour is None:
        return day.isoformat()
    hour, minute = parts.hour
    if parts.zone is None or abs(parts.zone) > 14:
        # Of an hour without its zone only the day is known. Until 0001 means through the day
        # before.
        early = (hour, minute) in {(0, 0), (0, 1)} and day > date.min
        return (day - timedelta(days=early)).isoformat()
    zone = timezone(timedelta(hours=parts.zone)) if parts.zone else UTC
    at = datetime.combine(day, time(hour % 24, minute), zone)
    if hour == 24 and day < date.max:
        at += timedelta(days=1)
    return at.isoformat().replace("+00:00", "Z")


def _day_of(parts: _Parts, reference: date | None) -> date | None:
    if parts.day is None or parts.month is None:
        return None
    if parts.year is not None:
        return _valid(parts.year, parts.month, parts.day)
    if reference is None or parts.weekday is None:
        return None
    near = (
        _valid(reference.year + shift, parts.month, parts.day)
        for shift in (-1, 0, 1)
        if 1 <= reference.year + shift <= 9999
    )
    fitting = [one for one in near if one is not None and one.weekday() == parts.weekday]
    return fitting[0] if len(fitting) == 1 else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
