"""The limits on a picture's use, in the words that agencies set them with.

Words that nothing but a restriction has (``supplied by a third party``) count wherever
they stand; short ones that prose may hold too (``no sales``, ``Turkey out``) count in
upper case or as a clause of their own only. Known from published items: the codes of
Reuters (``SALESOUT NARCH EUO 3TP SYROUT``), ``X OUT``, PA's ``EMBARGOEDTO``, the
third-party sentences, AFP's and dpa's editorial-use lines, the Canadian Press's days from
transmission, ``Sperrfrist``. General knowledge: the other languages, expiry dates, crops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from provenance.captions import limits
from provenance.captions.dates import moment
from provenance.captions.places import CODE, PLACE, listed
from provenance.model import Limit, Restriction

_Found = tuple[int, int, Restriction]

_CLAUSE_BEFORE = re.compile(r"(?:^|[.;:,/|()\[\]*+\n\r\t\"“”»?—–-]|\b(?:and|und))[\s\u00a0]{0,3}$")
_CLAUSE_BEHIND = re.compile(r"\s{2}|[\s\u00a0]{0,3}(?:$|[.;:,/|()\[\]*+\n\r\"“”«?—–-])")
_NEXT_CLAUSE = re.compile(
    rf"\s{{1,3}}(?:[A-Z]?[a-z]|\d|(?=\w\w)(?:NO|NOT|FOR|ONE|SINGLE|EDITORIAL|MANDATORY|RESTRICTED|ATTENTION|THIS|THESE"
    rf"|STRICTLY|CREDIT|TPX|QUALITY|BEST|ONLY|AND|DISTRIBUTED|FILE|EMBARGOED|DO|RELEASED|MUST"
    rf"|HANDOUT|POOL|FREE|NARCH|SALESOUT|EUO)\b|(?=\w\w)(?i:{PLACE}|{CODE})\sOUT\b)"
)
# "THERE WERE NO SALES", "A HANDOUT PICTURE": words of a sentence in upper case.
_SENTENCE_WORDS = frozenset(
    [
        "A",
        "AN",
        "THE",
        "THIS",
        "THAT",
        "WERE",
        "WAS",
        "ARE",
        "IS",
        "HAD",
        "HAVE",
        "HAS",
        "WITH",
        "BE",
        "BEEN",
        "SAW",
        "REPORTED",
        "OR",
        "MADE",
        "MAKE",
        "BUT",
        "BY",
        "IN",
        "OF",
        "AS",
        "GOT",
        "GET",
        "SHOW",
        "SHOWS",
        "ITS",
        "THEIR",
        "HIS",
        "HER",
        "TO",
        "FROM",
    ]
)
_LAST_WORD = re.compile(r"(\w{1,20})\s{0,3}$")
_BEFORE = 24
_CUES = ("embargo", "gesperrt", "sperrfrist", "publi", "release", "before", "until", "prior")
_HOURS = ("hour", "stunden", "heures", "horas")
_WEEKS = ("week", "wochen")
# Whose ban is it? "Iran was embargoed until 2016", "the arms embargo until 1991" are prose.
_EMBARGO_LEAD = re.compile(
    r"(?:^|[.;:,/|()\[\]*+\n\r\"“”»?—–-]|\b(?:is|are|strictly|images?|pictures?|photos?|story|material"
    r"|sie die|zur|die meldung|bild|foto|sont|est|copy|note))[\s\u00a0]{0,3}$",
    re.IGNORECASE,
)


def restrictions(text: str, reference: date | None = None) -> tuple[Restriction, ...]:
    """See :func:`provenance.captions.restrictions`."""
    found: list[_Found] = []
    folded = text.lower()
    if any(cue in folded for cue in _CUES):
        found += _embargoes(text, reference)
    found += _times(text, folded, reference)
    if "mandatory" in folded or "obligato" in folded:
        found += _credits(text)
    found += _plain(text, folded)
    if "OUT" in text or "Out" in text:
        found += _territories(text)
    if any(code in text for code in ("OUT", *limits.CODE_LIMITS)):
        found += _codes(text)
    return tuple(_apart(found))


def _apart(found: list[_Found]) -> Iterator[Restriction]:
    """In order; where two claim the same words, the one that says more."""
    end = -1
    for start, stop, restriction in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= end:
            yield restriction
            end = stop


def _squeezed(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].split()).rstrip(" ,:-/")


def _embargoes(text: str, reference: date | None) -> Iterator[_Found]:
    for match in limits.EMBARGO.finditer(text):
        when = moment(text, match.end(), reference)
        words = match[0].casefold()
        if not _leads(text, match):
            continue
        # Without a day, "Sperrfrist:" and "EMBARGOED UNTIL ..." still hold the picture back.
        if when is None and not (match[0].isupper() or words.startswith("sperrfrist")):
            continue
        end = match.end() if when is None else when.end
        until = None if when is None else when.until
        printed = _squeezed(text, match.start(), end)
        yield match.start(), end, Restriction(Limit.EMBARGO, printed, until=until)
    for match in limits.BARE_EMBARGO.finditer(text):
        yield *match.span(), Restriction(Limit.EMBARGO, _squeezed(text, *match.span()))


def _leads(text: str, match: re.Match[str]) -> bool:
    """Whether the word begins a note, and is no noun or verb of a sentence."""
    if match[0].isupper() or match[0].casefold().startswith(("strict", "under embargo", "sous")):
        return True
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    return _EMBARGO_LEAD.search(before) is not None


def _times(text: str, folded: str, reference: date | None) -> Iterator[_Found]:
    if any(unit in folded for unit in ("day", "tage", "jours", "días", *_HOURS, *_WEEKS)):
        for pattern in limits.DAYS:
            for match in pattern.finditer(text):
                if match["sent"] or match[0].isupper() or _stands(text, *match.span()):
                    printed = _squeezed(text, *match.span())
                    yield (
                        *match.span(),
                        Restriction(Limit.TIME_LIMIT, printed, days=_days(match)),
                    )
    for match in limits.LAST_DAY.finditer(text):
        when = moment(text, match.end(), reference)
        sure = match["picture"] or match[0].isupper() or _opens(text, match.start())
        if when is None or not sure:
            continue
        printed = _squeezed(text, match.start(), when.end)
        limit = Restriction(Limit.TIME_LIMIT, printed, until=when.until)
        yield match.start(), when.end, limit


def _days(match: re.Match[str]) -> int:
    count, unit = match["n"].casefold(), match["unit"].casefold()
    number = limits.NUMBERS[count] if count in limits.NUMBERS else int(count)
    if unit.startswith(_HOURS):
        return -(-number // 24)
    return number * 7 if unit.startswith(_WEEKS) else number


def _credits(text: str) -> Iterator[_Found]:
    for match in limits.MANDATORY.finditer(text):
        named = limits.QUOTED_CREDIT.match(text, match.end())
        if named is None and match[0].endswith(":"):
            named = limits.NAMED_CREDIT.match(text, match.end())
        end = match.end() if named is None else named.end()
        printed = _squeezed(text, match.start(), end)
        yield match.start(), end, Restriction(Limit.MANDATORY_CREDIT, printed)


def _plain(text: str, folded: str) -> Iterator[_Found]:
    for form in limits.FORMS:
        if not any(cue in folded for cue in form.cues):
            continue
        for match in form.pattern.finditer(text):
            if form.clause and not _stands(text, *match.span()):
                continue
            where = match.groupdict().get("where") or ""
            printed = _squeezed(text, *match.span())
            limit = Restriction(form.limit, printed, territories=listed(where))
            yield *match.span(), limit


def _territories(text: str) -> Iterator[_Found]:
    for match in limits.OUT.finditer(text):
        if _stands(text, *match.span()):
            printed = _squeezed(text, *match.span())
            limit = Restriction(Limit.TERRITORY, printed, territories=listed(match["where"]))
            yield *match.span(), limit


def _codes(text: str) -> Iterator[_Found]:
    matches = list(limits.CODES.finditer(text))
    alone = len(matches) == 1 and text.strip(" .,;") == matches[0][0]
    for match in matches:
        code, where = match["code"], match["where"]
        if code in limits.SHORT_CODES and len(matches) < 2 and not alone:
            continue
        limit = Limit.TERRITORY if where else limits.CODE_LIMITS[code]
        yield *match.span(), Restriction(limit, code, territories=(where,) if where else ())


def _stands(text: str, start: int, end: int) -> bool:
    """Whether these words are a clause of their own, or restrictions in upper case."""
    behind = _CLAUSE_BEHIND.match(text, end) is not None
    if _opens(text, start) and behind:
        return True
    words = text[start:end]
    if not words.isupper() or not (behind or _NEXT_CLAUSE.match(text, end)):
        return False
    last = _LAST_WORD.search(text[max(0, start - _BEFORE) : start])
    return last is None or last[1] not in _SENTENCE_WORDS


def _opens(text: str, start: int) -> bool:
    """Whether a clause begins here."""
    before = text[max(0, start - _BEFORE) : start]
    return start == 0 or _CLAUSE_BEFORE.search(before) is not None
