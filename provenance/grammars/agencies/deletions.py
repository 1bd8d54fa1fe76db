"""Orders to delete every picture with one caption of one day, as TASS once put it.

No identifier is named: the targets are the caption and the date. That TASS asked so is known
from the press of its client; ANSA's and other senders' use of it is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.phrases import sentences, value
from provenance.grammars.reading import Context, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Pubstatus, Target, TargetKind

_S = r"\s{1,4}"
_ORDER = re.compile(
    rf"(?i)\b(?:delete|remove|kill|withdraw|eliminate|discard){_S}(?:all|any|every|the|these){_S}(?:of{_S})?(?:the{_S}|our{_S})?"
    rf"(?:[a-z-]{{2,12}}{_S})?(?:photos?|photographs?|pictures?|images?)\b(?P<from>[^«“\"„?\n]{{0,80}}?)"
    rf"\b(?:captions?|captioned|caption{_S}reads?|under{_S}the{_S}(?:title|headline)){_S}?[:,]?\s{{0,4}}(?=[«“\"„?'‘\ufffd])"
)
_CAPTION = re.compile(
    r"«(?P<a>[^«»]{3,1500})»|“(?P<b>[^“”]{3,1500})”|„(?P<c>[^„“”]{3,1500})[“”]|\"(?P<d>[^\"]{3,1500})\""
    r"|‘(?P<e>[^‘’]{3,1500})’(?!\w)|'(?P<f>[^']{3,1500})'(?!\w)|[?\ufffd](?P<g>[^?\ufffd]{3,1500})[?\ufffd]"
)
_DATED = re.compile(
    rf"(?i)[\s,(]{{0,4}}(?:(?:and{_S})?(?:dated|of|from|taken{_S}on|sent{_S}on|published{_S}on|on){_S})(?:the{_S})?"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_DATES = (
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_S}(?:of{_S})?{_MONTH},?{_S}(?P<year>\d{{4}})\b"
    ),
    re.compile(rf"{_MONTH}{_S}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?{_S}(?P<year>\d{{4}})\b"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b"),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})\b"),
)
_ASKING = re.compile(
    rf"(?i)(?:^\W{{0,8}}|[:;,.!–—-]\s{{1,4}}|\n\s{{0,8}}|\band{_S})(?:(?:please|kindly|urgent(?:ly)?|immediately)\W{{1,4}}){{0,3}}$"
    rf"|\b(?:ask|asks|request|requests|require|requires|instruct|instructs){_S}(?:you|(?:all{_S})?(?:clients|subscribers|editors|users)|(?:that{_S})you){_S}(?:to{_S})?$"
    rf"|\b(?:you|clients|subscribers|editors){_S}(?:must|are{_S}(?:asked|requested|required){_S}to){_S}(?:immediately{_S})?$"
)
_SENDERS = (("TASS", re.compile(r"\bTASS\b")), ("ANSA", re.compile(r"\bANSA\b")))
_DATE_REACH = 60
_BEFORE = 80
_REASON_REACH = 400
# More than this is no message to clients.
_MOST = 200


def notes(text: str, context: Context) -> Iterator[Reading]:
    """The orders to delete by caption and date in a message to clients."""
    for order in islice(_ORDER.finditer(text), _MOST):
        if not _ASKING.search(text[max(0, order.start() - _BEFORE) : order.start()]):
            continue
        reading = _reading(text, order, context)
        if reading is not None:
            yield reading


def _reading(text: str, order: re.Match[str], context: Context) -> Reading | None:
    caption = _CAPTION.match(text, order.end())
    if caption is None:
        return None
    words = value(next(one for one in caption.groups() if one is not None))
    if words is None:
        return None
    dated = _DATED.match(text, caption.end(), caption.end() + _DATE_REACH)
    day, end, odd = None, caption.end(), ""
    if dated is not None:
        day, end = _date(text, dated.end())
        if day is None:
            end = _line_end(text, dated.end())
            odd = " ".join(text[dated.end() : end].split())
    around = list(sentences(text, max(0, order.start() - _REASON_REACH), order.start() + 1))
    start = around[-1][0] if around else order.start()
    stop = text.find(".", end, end + _REASON_REACH)
    end = end if stop < 0 else stop + 1
    said = frames.own_words(text, start, end)
    targets = [Target(TargetKind.CAPTION, words)]
    if day is not None:
        targets.append(Target(TargetKind.DATE, day.isoformat()))
    return Reading(
        form="deletion.caption-date",
        frame=frames.frame(text, start, end, complete=True),
        provider=context.provider or _sender(text),
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        identifiers=identifiers.find(text[start:end]),
        targets=tuple(targets),
        instructions=instructions(said),
        replacement=replacement(said),
        unparsed=odd,
        confidence=Confidence.MEDIUM if context.provider or _sender(text) else Confidence.LOW,
        item_class=ItemClass.PICTURE,
    )


def _sender(text: str) -> str | None:
    named = [name for name, pattern in _SENDERS if pattern.search(text)]
    return named[0] if len(named) == 1 else None


def _line_end(text: str, at: int) -> int:
    stops = [stop for mark in ".\n" if (stop := text.find(mark, at, at + _DATE_REACH)) >= 0]
    return min(stops, default=min(len(text), at + _DATE_REACH))


def _date(text: str, at: int) -> tuple[date | None, int]:
    """The day that is written at ``at``; None where its day and month cannot be told apart."""
    for pattern in _DATES:
        found = pattern.match(text, at)
        if found is None:
            continue
        month = _month(found["month"])
        try:
            return date(int(found["year"]), month, int(found["day"])), found.end()
        except ValueError:
            # The thirty-first of June names no day; a person must read it.
            return None, at
    return None, at


def _month(printed: str) -> int:
    if printed.isdigit():
        return int(printed)
    word = printed.lower()
    return next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)
