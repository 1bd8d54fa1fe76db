"""AAP's kill or takedown notice, and the notices that others made from the same template.

Known from the templates that AAP and NZN use in their editorial system. The template says
of the replacement that it will and that it will not be issued; whoever fills it in strikes
one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.phrases import word_set
from provenance.grammars.reading import Context, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Pubstatus
from provenance.wording import squeeze

_AGREEMENT = re.compile(
    r"(?i)\bpursuant\s{1,8}to\s{1,8}your\s{1,8}(?:information\s{1,8})?supply\s{1,8}agreement\s{1,8}with\b"
)
_REQUEST = re.compile(
    r"(?i)\brequests?\s{1,8}that\s{1,8}you\s{1,8}remove\s{1,8}the\s{1,8}(?:above|following)"
    r"\s{1,8}(?P<item>[a-z]{3,20})\b"
)
# Without the clause about the agreement: the sender's name and the order must stand there.
_SHORT = re.compile(
    r"\b(?:AAP|Australian\s{1,8}Associated\s{1,8}Press|NZN|New\s{1,8}Zealand\s{1,8}Newswire|NTB)\b"
    r"(?=\s{1,8}requests?\s{1,8}that\s{1,8}you\s{1,8}remove\b)"
)
_RISK = re.compile(r"(?i)\bto\s{1,8}the\s{1,8}risk\s{1,8}of\s{0,8}:?")
_MANDATORY = re.compile(
    r"(?i)\bthis\s{1,8}(?:kill\s{0,3}/\s{0,3}takedown|kill|takedown)\s{1,8}is\s{1,8}mandatory\b[^.]{0,200}\.?"
)
_REPLACED = re.compile(r"(?i)\ba\s{1,8}replacement\s{1,8}[a-z]{3,20}\s{1,8}will\b[^.]{0,120}\.?")
_LIABLE = re.compile(r"(?i)\b(?:after\s{1,8}receipt\s{1,8}of\s{1,8}this\s{1,8}notice)\b\.?")
_TITLE = re.compile(
    r"(?i)(?:^|(?<=\n))[^\S\n]{0,8}(?P<title>kill\s{0,3}/\s{0,3}takedown\s{1,4}notice"
    r"(?:[^\S\n]{0,4}~~~[^\n]{0,80})?)[^\S\n]{0,8}(?=\n|$)"
)
_TAKEDOWN_TITLE = re.compile(
    r"(?i)(?:^|(?<=\n))[^\S\n]{0,8}(?P<title>(?:kill\s{0,3}/\s{0,3})?takedown(?:\s{1,4}notice)?"
    r"(?:[^\S\n]{0,4}~~~[^\n]{0,80})?)[^\S\n]{0,8}(?=\n|$)"
)
_REASON = re.compile(
    r"(?i)a\s(?:breach\sof|claim\s(?:in|for)|possible\sprosecution|contempt\sprosecution)\b"
    r"[^\n;.\[\]]{0,160}|publishing\s(?:extremely\s)?erroneous\smaterial|[\s\-–—;,.*•]|\band\b|\bor\b"
)
_TO_CHOOSE = re.compile(r"(?i)\[\s?insert\b[^\[\]\n]{0,120}\]?")
_SENDERS = {
    "AAP": "AAP", "Australian Associated Press": "AAP", "NZN": "NZN",
    "New Zealand Newswire": "NZN", "NTB": "NTB",
}  # fmt: skip
_SENDER = re.compile(r"\b(?:AAP|Australian\sAssociated\sPress|NZN|New\sZealand\sNewswire|NTB)\b")
_PICTURES = word_set(
    "image images picture pictures photo photos photograph photographs graphic graphics"
)
_TEXTS = word_set("story stories article articles text texts copy")
_HEAD_REACH = 400
_REACH = 6_000
# More than this is no message to clients.
_MOST = 200
_TITLE_REACH = 2_000


def readings(text: str) -> Iterator[Reading]:
    """The template's notices, and its title where it stands on a line of its own."""
    found = list(_agreements(text)) or list(_shortened(text))
    yield from found
    if not found:
        title = _TITLE.search(text)
        if title is not None:
            yield _titled(text, title, None)


def notes(text: str, context: Context) -> Iterator[Reading]:
    """The shorter title ``Takedown``, where the sender marked the message as a withdrawal."""
    if context.signalled and context.provider in {None, *_SENDERS.values()}:
        title = _TAKEDOWN_TITLE.search(text)
        if title is not None and not _AGREEMENT.search(text):
            yield _titled(text, title, context.provider)


def _agreements(text: str) -> Iterator[Reading]:
    floor = 0
    for agreement in islice(_AGREEMENT.finditer(text), _MOST):
        if agreement.start() < floor:
            continue
        request = _REQUEST.search(text, agreement.end(), agreement.end() + _HEAD_REACH)
        if request is None:
            continue
        start = _title_before(text, agreement.start(), floor)
        end, complete = _extent(text, request.end())
        floor = end
        yield _reading(text, (start, end), request, complete=complete)


def _shortened(text: str) -> Iterator[Reading]:
    floor = 0
    for named in islice(_SHORT.finditer(text), _MOST):
        request = _REQUEST.search(text, named.end(), named.end() + _HEAD_REACH)
        if named.start() < floor or request is None:
            continue
        if _MANDATORY.search(text, request.end(), request.end() + _REACH) is None:
            continue
        end, complete = _extent(text, request.end())
        floor = end
        yield _reading(text, (named.start(), end), request, complete=complete)


def _title_before(text: str, start: int, floor: int) -> int:
    """The notice begins with its title, where that is all that stands before it."""
    titles = list(_TITLE.finditer(text, max(floor, start - _TITLE_REACH), start))
    if not titles or text[titles[-1].end() : start].strip():
        return start
    return titles[-1].start("title")


def _extent(text: str, at: int) -> tuple[int, bool]:
    """The end of the last known sentence, and whether it is the form's last one."""
    other = _AGREEMENT.search(text, at, at + _REACH)
    limit = min(len(text), at + _REACH) if other is None else other.start()
    last = _LIABLE.search(text, at, limit)
    if last is not None:
        return last.end(), True
    known = [found for one in (_MANDATORY, _REPLACED) if (found := one.search(text, at, limit))]
    if known:
        return max(one.end() for one in known), False
    stop = text.find(".", at, limit)
    return (limit if stop < 0 else stop + 1), False


def _reading(
    text: str, span: tuple[int, int], request: re.Match[str], *, complete: bool
) -> Reading:
    start, end = span
    words = text[start:end]
    sender = _SENDER.search(words)
    item = request["item"].lower()
    kind = ItemClass.PICTURE if item in _PICTURES else ItemClass.TEXT if item in _TEXTS else None
    return Reading(
        form="aap.takedown",
        frame=frames.frame(text, start, end, complete=complete),
        provider=None if sender is None else _SENDERS[squeeze(sender[0])],
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        replacement=replacement(words),
        unparsed=_left_over(words),
        item_class=kind,
    )


def _left_over(words: str) -> str:
    """What stands among the reasons and is none; a template that nobody filled in says so."""
    risk = _RISK.search(words)
    if risk is None:
        return ""
    until = _MANDATORY.search(words, risk.end())
    reasons = squeeze(words[risk.end() : len(words) if until is None else until.start()])
    choose = _TO_CHOOSE.search(reasons)
    if choose is not None:
        return choose[0]
    # Only what holds a word is left over.
    rest = squeeze(_REASON.sub(" ", reasons))
    return rest if any(mark.isalnum() for mark in rest) else ""


def _titled(text: str, title: re.Match[str], provider: str | None) -> Reading:
    """A notice of which the title alone is known."""
    sender = _SENDER.search(text[: title.end() + _TITLE_REACH])
    named = None if sender is None else _SENDERS[squeeze(sender[0])]
    return Reading(
        form="aap.title",
        frame=frames.frame(text, title.start("title"), title.end("title"), complete=False),
        provider=named or provider,
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        confidence=Confidence.MEDIUM,
    )
