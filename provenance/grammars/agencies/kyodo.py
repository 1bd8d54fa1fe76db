"""Kyodo's and Jiji's corrections: ``「W」→「R」``, ``WではなくR``; cancelled pictures.

The press quotes a corrected caption with its arrow, a cancelled picture (``写真取り消し``) and
Jiji's ``WではなくR``. WRONG stands first in all of them. What else is here (``「W」とあるのは
「R」の誤り``, ``差し替え``) is how Japanese desks put it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.phrases import Span
from provenance.grammars.reading import Context, Pair, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Property, Pubstatus, Replacement

_QUOTED = r"(?:「(?P<{0}>[^「」]{{1,200}})」|『(?P<{0}2>[^『』]{{1,200}})』)"
_W, _R = _QUOTED.format("wrong"), _QUOTED.format("right")
_SPEAKS = re.compile("訂正|修正|誤り|差し替え|差替え|おわび|お詫び")
_ARROW = re.compile(rf"{_W}\s{{0,3}}(?:→|⇒|➡|->|=>)\s{{0,3}}{_R}")
_BECOMES = re.compile(
    rf"{_W}\s{{0,3}}(?:を|は|から)\s{{0,3}}{_R}\s{{0,3}}(?:に|へ)\s{{0,3}}(?:訂正|修正|差し替え|差替え|改め)"
)
_MISTAKES = re.compile(
    rf"{_W}\s{{0,3}}(?:と(?:ある|した|していた|記載した|表記した)の)?は[、,]?\s{{0,3}}{_R}\s{{0,3}}の(?:誤り|間違い)"
)
_NOT = re.compile(r"ではなく[、,]?\s{0,2}")
_MARKS = r"\s、。\uff0c\uff0e「」()\uff08\uff09【】\uff3b\uff3d\uff1a:"
_BEFORE = re.compile(rf"(?:「([^「」]{{1,120}})」|(?<![^{_MARKS}])([^{_MARKS}]{{1,40}}))\s{{0,2}}$")
_BEHIND = re.compile(
    rf"「([^「」]{{1,120}})」"
    rf"|([^{_MARKS}]{{1,60}}?)(?=だった|でした|である|です|が正し|に訂正|[、。\uff0c\uff0e\uff08(\s]|$)"
)
_CANCELLED = re.compile(
    r"(?:写真|画像|配信写真|記事)(?:の配信)?(?:を|の)?\s{0,2}(?:取り消し|取消し?|削除)(?!線)"
    r"|(?:配信|使用)を(?:取り消し|取り消す|中止)"
)
_HEADING = re.compile(
    r"(?:^|(?<=\n))[^\S\n]{0,4}[【\uff3b\[<\uff1c(\uff08〈]?\s{0,2}(?P<head>(?:共同通信?|時事(?:通信)?)?\s{0,2}写真(?:の)?(?:取り消し|取消し?|削除))\s{0,2}[】\uff3d\]>\uff1e)\uff09〉]?[^\S\n]{0,4}(?=[:\uff1a。]?\s{0,4}(?:\n|$))"
)
_BRACKETED = re.compile(
    r"[【\uff3b〈\uff1c]\s{0,2}(?P<head>写真(?:の)?(?:取り消し|取消し?|削除))\s{0,2}[】\uff3d〉\uff1e]"
)
_ORDER = re.compile(
    "(?:使用しないで|使用を(?:中止|お?控え)|掲載しないで|削除(?:して|を)(?:ください|下さい|お願い)|取り消し(?:ます|ました|てください))"
)
_PICTURE = re.compile("写真|画像|キャプション|撮影")
_TEXT = re.compile("記事|本文|見出し|段落")
_COMING = re.compile("差し替え(?:写真|版)?(?:を|は)?(?:送信|配信|送り|追って)|改めて(?:送信|配信)")
_FIELDS = (
    (Property.CREATOR_NAMES, re.compile("撮影者|カメラマン|写真家")),
    (Property.CREDIT_LINE, re.compile("クレジット|提供元")),
    (Property.DATE_CREATED, re.compile("撮影日|撮影年月日")),
    (Property.CITY, re.compile("撮影地|撮影場所|地名")),
    (Property.HEADLINE, re.compile("見出し")),
    (Property.DESCRIPTION, re.compile("キャプション|写真説明|説明文|氏名|肩書")),
)
_SENDERS = (
    ("Kyodo", re.compile(r"共同通信|\bKYODO\b|\bKyodo\b|【共同】|\uff08共同\uff09")),
    ("Jiji Press", re.compile(r"時事通信|時事|\bJIJI\b|\bJiji\b")),
)
_AGENCIES = frozenset(name for name, _ in _SENDERS)
_NEAR = 160
_REACH = 400
# More than this is no message to clients.
_MOST = 500


def readings(text: str) -> Iterator[Reading]:
    """Corrections with both values in brackets, and cancellations in a heading of their own."""
    for found in islice(_MISTAKES.finditer(text), _MOST):
        yield _bracketed(text, found, "kyodo.ayamari", Context())
    for pattern, form in ((_ARROW, "kyodo.arrow"), (_BECOMES, "kyodo.teisei")):
        for found in islice(pattern.finditer(text), _MOST):
            if pattern is _BECOMES or _spoken_near(text, found):
                yield _bracketed(text, found, form, Context())
    for found in islice(_BRACKETED.finditer(text), _MOST):
        yield _withdrawal(text, found.span("head"), Context())


def notes(text: str, context: Context) -> Iterator[Reading]:
    """What counts in messages to clients: cancellations, and values without brackets."""
    for found in islice(_ARROW.finditer(text), _MOST):
        if context.signalled:
            yield _bracketed(text, found, "kyodo.arrow", context)
    for found in islice(_NOT.finditer(text), _MOST):
        trusted = context.signalled or context.provider in _AGENCIES
        if trusted or _spoken_near(text, found):
            yield from _not_but(text, found, context)
    yield from _cancellations(text, context)


def _not_but(text: str, link: re.Match[str], context: Context) -> Iterator[Reading]:
    """``WではなくR``, where both are no longer than a name or a short phrase."""
    before = _BEFORE.search(text[max(0, link.start() - _NEAR) : link.start()])
    behind = _BEHIND.match(text, link.end(), link.end() + _NEAR)
    if before is None or behind is None:
        return
    pair = (behind[1] or behind[2], before[1] or before[2])
    span = (link.start() - len(before[0]), behind.end())
    yield _correction(text, span, pair, "kyodo.dewa-naku", context)


def _cancellations(text: str, context: Context) -> Iterator[Reading]:
    """The cancellation that a message is: its heading, or its own word with an order."""
    head, said = _HEADING.search(text), _CANCELLED.search(text)
    at = head.span("head") if head is not None else said.span() if said is not None else None
    if at is None:
        return
    ordered = list(_ORDER.finditer(text, max(0, at[0] - _REACH), at[1] + _REACH))
    if head is None and not (ordered or context.signalled or context.provider in _AGENCIES):
        return
    start = min([at[0], *(one.start() for one in ordered)])
    end = max([at[1], *(one.end() for one in ordered)])
    if head is None or ordered:
        start, end = _sentence(text, start, end)
    yield _withdrawal(text, (start, end), context)


def _spoken_near(text: str, found: re.Match[str]) -> bool:
    """Whether a word of correction stands close by, outside the values."""
    before = text[max(0, found.start() - _NEAR) : found.start()]
    return bool(_SPEAKS.search(before) or _SPEAKS.search(text[found.end() : found.end() + _NEAR]))


def _sentence(text: str, start: int, end: int) -> Span:
    """From the last full stop, or line, before ``start`` to the next one behind ``end``."""
    floor = max(0, start - _REACH)
    begin = max(text.rfind(mark, floor, start) for mark in "。\n") + 1
    stops = [at + 1 for mark in "。\n" if (at := text.find(mark, end, end + _REACH)) >= 0]
    return max(begin, floor), min(stops, default=min(len(text), end + _REACH))


def _bracketed(text: str, found: re.Match[str], form: str, context: Context) -> Reading:
    groups = found.groupdict()
    pair = (groups["right"] or groups["right2"], groups["wrong"] or groups["wrong2"])
    return _correction(text, found.span(), pair, form, context)


def _correction(
    text: str, span: Span, values: tuple[str, str], form: str, context: Context
) -> Reading:
    start, end = _sentence(text, *span)
    right, wrong = values
    before = text[max(0, span[0] - _NEAR) : span[0]]
    words = text[start:end]
    sure = form != "kyodo.dewa-naku"
    return Reading(
        form=form,
        frame=frames.frame(text, start, end, complete=True),
        provider=context.provider or _sender(text, start, end),
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        pairs=(Pair(right, wrong, _field(before)),),
        identifiers=identifiers.find(words),
        language="ja",
        confidence=Confidence.MEDIUM if sure else Confidence.LOW,
        item_class=_item_class(words + before),
    )


def _withdrawal(text: str, span: Span, context: Context) -> Reading:
    start, end = span
    words = text[start:end]
    coming = _COMING.search(text, start, min(len(text), end + _REACH))
    return Reading(
        form="kyodo.torikeshi",
        frame=frames.frame(text, start, end, complete=True),
        provider=context.provider or _sender(text, start, end),
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        replacement=Replacement.COMING if coming else replacement(words),
        language="ja",
        confidence=Confidence.MEDIUM,
        item_class=_item_class(words),
    )


def _field(before: str) -> Property | None:
    """The field named closest before the values."""
    named = [(one.end(), prop) for prop, pattern in _FIELDS for one in pattern.finditer(before)]
    return max(named, key=lambda hit: hit[0])[1] if named else None


def _sender(text: str, start: int, end: int) -> str | None:
    near = text[max(0, start - _REACH) : end + _REACH]
    return next((name for name, pattern in _SENDERS if pattern.search(near)), None)


def _item_class(words: str) -> ItemClass | None:
    if _PICTURE.search(words):
        return ItemClass.PICTURE
    return ItemClass.TEXT if _TEXT.search(words) else None
