"""Orders to stop using a picture: kills, eliminations, withdrawals, holds.

An order is addressed to clients and stands under a heading in capitals, or begins a
sentence of its own. A story that reports a kill has neither. ``eliminate from your photo
systems and archives`` (AP), ``PICTURE KILL`` and the withdrawal of all pictures of one
byline (Reuters) and ``remove it from all platforms`` (AP) are known from published
sources; the other headings are general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.frame import BLANK_LINE
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.order_targets import named_pictures
from provenance.grammars.phrasing.speakers import speaker
from provenance.grammars.phrasing.statements import opens
from provenance.grammars.phrasing.values import ends_sentence
from provenance.grammars.reading import Reading
from provenance.identifiers import Identifier
from provenance.model import (
    Confidence,
    ItemClass,
    NoticeKind,
    Pubstatus,
)

_REACH = 3_000
_SENTENCE = 500
_GAP = 700
_MOST_HEADINGS = 50
_BEFORE_HEADING = ("-", ":", "–", "—", "*", "AP", "PA", "CP", "REUTERS", "IMAGES", "EDITORS")

HEADING = re.compile(
    r"\b(?:(?:MANDATORY|URGENT|ADVISORY|ATTENTION|CORRECTED)[\s:-]{1,4}){0,2}"
    r"(?:(?:PHOTO|PICTURE|IMAGE|PIX|CAPTION|GRAPHIC|VIDEO|STORY)S?[\s:-]{1,4}"
    r"(?P<what>KILL(?:ED)?|ELIMINATIONS?|WITHDRAWN|WITHDRAWAL|WITHHOLD|WITHHELD|ADVISORY)"
    r"|(?P<alone>KILL|ELIMINATION|WITHHOLD|WITHDRAWN|WITHDRAWAL|ADVISORY))\b(?:\s{1,4}NOTICE\b)?"
    r"(?![ \t]{1,3}[a-z]|[-/][A-Za-z0-9])"
)
_SHOUTS = ("KILL", "ELIMINATION", "WITHDRAW", "WITHH", "ADVISORY")
_ASKS = ("your", "platforms", "longer")
_SAYS = (
    "kill",
    "elim",
    "withdr",
    "withh",
    "please",
    "clients",
    "editors",
    "subscribers",
    "must",
    "should",
)
_TITLED = re.compile(
    r"(?:[Mm]andatory\s{1,4})?(?:(?:[Pp]hoto|[Pp]icture|[Ii]mage)s?\s{1,4}(?:[Kk]ill|[Ee]limination"
    r"|[Ww]ithdrawn|[Ww]ithdrawal)|Kill\s{1,4}[Nn]otice"
    r"|Mandatory\s{1,4}[Kk]ill)\b(?=\s{0,3}(?:[:\n–—-]|$))"
)
_S = r"\s{1,4}"
_VERB = (
    rf"(?:eliminate|remove|delete|kill|purge|destroy|withdraw|discard|withhold"
    rf"|do{_S}not{_S}use|refrain{_S}from{_S}using|stop{_S}using|cease{_S}(?:all{_S})?us(?:e|ing)"
    rf"|discontinue|take{_S}(?:it{_S}|them{_S}|(?:this|the){_S}\w{{1,12}}{_S})?down)"
)
_ADDRESSED = r"(?:editors|librarians|clients|subscribers|customers|members|archivists|users)"
ORDER = re.compile(
    rf"(?i)\b(?:{_ADDRESSED}(?:\s{{0,3}}[:,–-]\s{{0,4}}|{_S})(?:(?:please|kindly|must|should"
    rf"|are{_S}(?:asked|requested|advised){_S}to){_S})?|(?:please|kindly){_S})"
    rf"(?:(?:immediately|also|all){_S}){{0,2}}{_VERB}\b"
)
_ADDRESS = re.compile(
    rf"(?i)(?:(?:attention|attn|dear){_S})?(?:all{_S})?(?:eds|{_ADDRESSED}"
    rf"(?:{_S}and{_S}{_ADDRESSED})?)\s?[:,–—-]"
)
_OTHERS_ADDRESSED = re.compile(
    rf"(?i)\b(?:attention{_S})?(?:all{_S})?(?:{_ADDRESSED}(?:,\s{{1,4}}(?:and{_S})?"
    rf"|{_S}and{_S})){{0,3}}$"
)
_BARE_ORDER = re.compile(rf"(?:^|(?<=[.!:\n]))\s{{0,4}}(?i:(?:immediately{_S})?{_VERB})\b")
_PICTURE = re.compile(
    r"(?i)\b(?:photo(?:graph)?|picture|image|frame|file|graphic|caption|story|item|video|it"
    r"|them)s?\b"
)
_FROM_YOURS = re.compile(
    r"(?i)\b(?:from\s{1,4}(?:all|your|any)|your\s{1,4}(?:photo\s{1,4})?(?:systems?|archives?"
    r"|servers?|databases?"
    r"|websites?|sites?)|no\s{1,4}longer|not\s{1,4}use|use\s{1,4}of|using|platforms|this|these"
    r"|the\s{1,4}following)\b"
)
_FROM_SYSTEMS = re.compile(
    r"(?i)\b(?:your\s{1,4}(?:[a-z]{2,12}\s{1,4}){0,2}(?:systems?|archives?|servers?|databases?"
    r"|websites?|sites?"
    r"|services)|(?:from|on)\s{1,4}(?:all|your|any)\s{1,4}(?:[a-z]{2,12}\s{1,4})?platforms"
    r"|no\s{1,4}longer\s{1,4}be\s{1,4}used)\b"
)
_WITHDRAWN = re.compile(
    rf"(?i)\b(?:ha(?:s|ve){_S}been|(?:is|are)(?:{_S}being)?|must{_S}be|ha(?:s|ve)|is|are){_S}"
    rf"(?:immediately{_S})?(?:withdrawn|killed|eliminated|killing|withdrawing|withheld|pulled)\b"
    rf"|\b(?:may|must|should){_S}(?:no{_S}longer|not){_S}be{_S}(?:used|published)\b"
)
_AFTERWORD = re.compile(
    r"(?i)\bno\s{1,4}(?:other|replacement)\b|\b(?:corrected|new|replacement)\s{1,4}(?:version"
    r"|photo|picture|image)"
    r"|\breplacement\b|\bregret|\bapologi[sz]e|\bsorry\b|\bthank\s{1,4}you"
    r"|\bincluding\s{1,4}social|\bthird\s{1,4}part"
    r"|\bplatforms\b|\bcompliance\b"
)
_SENTENCE_END = re.compile(r"[.!](?=[\s\"”»?)]|$)")
_LEAD = re.compile(r"[.!?:;)]\s{1,4}|\n\s{0,4}")
_LINE = re.compile(r"[^\n\r]{0,400}")
_SMALL = re.compile(r"\s{1,4}[A-Z]?[a-z]")
_HELD = re.compile(r"(?i)\bWITHH(?:OLD|ELD)\b")


@dataclass(frozen=True, slots=True)
class Voice:
    """An agency as the one who speaks in an order.

    Attributes:
        form: how the names of its forms begin.
        provider: canonical short name.
        number: pattern, group 1 the code, of a bare picture number in its orders.
        prefix: what its numbers are written with.
    """

    form: str
    provider: str
    number: re.Pattern[str] | None = None
    prefix: str = ""


def kills(text: str, voice: Voice, *, message: bool, unnamed: bool = False) -> Iterator[Reading]:
    """The orders of one agency in a text.

    Args:
        text: a caption, or a message.
        voice: the agency.
        message: the text is the agency's own message to clients: it need not be named, and a
            heading or an order may stand by itself.
        unnamed: a full heading is read where no agency is named; nobody is then the provider.
    """
    if not _may_hold(text, message=message):
        return
    floor = 0
    for start, end, certain in _spans(text, message=message):
        if start < floor:
            continue
        named = voice.provider if message else _speaker(text, start, end)
        speaks = named == voice.provider
        if speaks or (unnamed and certain and named is None):
            floor = end
            yield _reading(text, (start, end), voice, speaks=speaks)


def _may_hold(text: str, *, message: bool) -> bool:
    """Whether a cheap look finds a word without which there is no order."""
    if any(word in text for word in _SHOUTS):
        return True
    folded = text.lower()
    return any(word in folded for word in (_SAYS if message else _ASKS))


def _speaker(text: str, start: int, end: int) -> str | None:
    """Who is named, else whose picture number the order gives."""
    named = speaker(text, start, end)
    numbers = () if named is not None else identifiers.find(text[start:end])
    return numbers[0].agency if numbers else named


@lru_cache(maxsize=2)  # Each agency's grammar asks for the orders of the same text.
def _spans(text: str, *, message: bool) -> tuple[tuple[int, int, bool], ...]:
    """Start and end of each order, and whether a full heading leads it."""
    found = [*_headed(text), *_ordered(text, message=message)]
    if message and not found:
        found += _announced(text)
    return tuple(sorted(found))


def _headed(text: str) -> Iterator[tuple[int, int, bool]]:
    for head in islice(HEADING.finditer(text), _MOST_HEADINGS):
        start = _heading_start(text, head.start())
        if start is None:
            continue
        end = _order_end(text, head.end())
        alone = head["what"] in {None, "ADVISORY"}
        if end is not None or (not alone and _is_heading(text, head)):
            said = end or (None if alone else _explained(text, head.end()))
            yield start, said or _line_end(text, head.end()), not alone


def _ordered(text: str, *, message: bool) -> Iterator[tuple[int, int, bool]]:
    for order in islice(ORDER.finditer(text), _MOST_HEADINGS):
        sentence = text[order.start() : _sentence_end(text, order.end())]
        asked = _FROM_YOURS if message else _FROM_SYSTEMS
        if not _PICTURE.search(sentence) or not asked.search(sentence):
            continue
        start = _address_start(text, order.start())
        if not opens(text, start):
            start = _paragraph_start(text, start) if message else -1
        if start >= 0:
            yield start, _order_end(text, order.start()) or order.end(), False


def _address_start(text: str, at: int) -> int:
    """Where the list of those begins whom the order addresses."""
    floor = max(0, at - 80)
    others = _OTHERS_ADDRESSED.search(text[floor:at])
    return at if others is None else floor + others.start()


def _announced(text: str) -> Iterator[tuple[int, int, bool]]:
    """In an agency's own message: a title, or the sentence that says it withdraws."""
    title = _TITLED.match(text.lstrip())
    lead = len(text) - len(text.lstrip())
    if title is not None:
        behind = lead + title.end()
        yield lead, _order_end(text, behind) or _sentence_end(text, behind), False
        return
    for gone in _WITHDRAWN.finditer(text[:_REACH]):
        start = _paragraph_start(text, gone.start())
        sentence = text[start : _sentence_end(text, gone.end())]
        if _PICTURE.search(sentence):
            yield start, _order_end(text, start) or gone.end(), False
            return


def _heading_start(text: str, at: int) -> int | None:
    """Where the line begins that the heading stands in, if nothing but names is before it."""
    if opens(text, at):
        return at
    line = max(text.rfind("\n", max(0, at - 80), at), text.rfind("\r", max(0, at - 80), at)) + 1
    if line == 0 and at > 80:
        return None
    before = text[line:at]
    shouted = before.upper() == before and before.rstrip().endswith(_BEFORE_HEADING)
    leads = shouted or _ADDRESS.fullmatch(before.strip()) is not None
    return line + len(before) - len(before.lstrip()) if leads else None


def _is_heading(text: str, head: re.Match[str]) -> bool:
    """Whether the words stand as a title: alone on their line, before a mark, or in capitals."""
    behind = text[head.end() : head.end() + 60]
    line = behind.split("\n", 1)[0].split("\r", 1)[0].strip()
    return not line or line[0] in ":-–—.!(" or line == line.upper()


def _order_end(text: str, start: int) -> int | None:
    """The end of the order whose first words are at ``start``; None where nothing is asked."""
    limit = min(len(text), start + _REACH)
    end: int | None = None
    asked = sorted(
        one.span()
        for pattern in (ORDER, _BARE_ORDER, _WITHDRAWN)
        for one in pattern.finditer(text, start, limit)
    )
    for a, b in asked:
        if a > (end or start) + _GAP:
            break
        stop = _sentence_end(text, b)
        if _PICTURE.search(text, a, stop) or _FROM_SYSTEMS.search(text, a, stop) or _led(text, a):
            end = max(end or 0, stop)
    if end is None:
        return None
    for word in _AFTERWORD.finditer(text, end, limit):
        if word.start() > end + _SENTENCE:
            break
        end = max(end, _sentence_end(text, word.end()))
    return end


def _explained(text: str, at: int) -> int | None:
    """The end of what a paragraph under a full heading says of the picture's replacement."""
    limit = min(len(text), at + _GAP)
    blank = BLANK_LINE.search(text, at, limit)
    limit = limit if blank is None else blank.start()
    ends = [_sentence_end(text, one.end()) for one in _AFTERWORD.finditer(text, at, limit)]
    return max(ends, default=None)


def _led(text: str, at: int) -> bool:
    """Whether the sentence names a picture before it says what becomes of it."""
    lead = [mark.end() for mark in _LEAD.finditer(text, max(0, at - _SENTENCE), at)]
    return _PICTURE.search(text, lead[-1] if lead else max(0, at - _SENTENCE), at) is not None


def _sentence_end(text: str, at: int) -> int:
    limit = min(len(text), at + _SENTENCE)
    blank = BLANK_LINE.search(text, at, limit)
    limit = limit if blank is None else blank.start()
    for dot in _SENTENCE_END.finditer(text, at, limit):
        if ends_sentence(text, dot.start()) or dot.end() == len(text):
            return dot.end()
    return limit


def _line_end(text: str, at: int) -> int:
    """The end of a heading's line, or of its capitals where a caption goes on behind them."""
    line = _LINE.match(text, at)
    end = at if line is None else line.end()
    small = _SMALL.search(text, at, end)
    return at if small is not None else end


def _paragraph_start(text: str, at: int) -> int:
    floor = max(0, at - 1_000)
    blanks = [blank.end() for blank in BLANK_LINE.finditer(text, floor, at)]
    start = blanks[-1] if blanks else floor
    return start + len(text[start:at]) - len(text[start:at].lstrip())


def _reading(text: str, span: tuple[int, int], voice: Voice, *, speaks: bool) -> Reading:
    words = text[span[0] : span[1]]
    named = _identified(words, voice)
    byline, targets = named_pictures(words, singly=not named)
    held = _HELD.search(words) is not None and "ILL" not in words[:80].upper()
    at_end = not text[span[1] :].strip() or BLANK_LINE.match(text, span[1]) is not None
    return Reading(
        form=f"{voice.form}.kill",
        frame=frames.frame(text, *span, complete=at_end and words.rstrip()[-1:] in {".", "!"}),
        provider=voice.provider if speaks else None,
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.WITHHELD if held else Pubstatus.CANCELED,
        byline=byline,
        identifiers=named,
        targets=targets,
        instructions=instructions(words),
        replacement=replacement(words),
        confidence=Confidence.STRONG if speaks else Confidence.MEDIUM,
        item_class=_item_class(words),
    )


def _item_class(words: str) -> ItemClass | None:
    head = words[:200].upper()
    if re.search(r"\bSTORY\b", head):
        return ItemClass.TEXT
    return ItemClass.PICTURE if re.search(r"\b(?:PHOTO|PICTURE|IMAGE)", words.upper()) else None


def _identified(words: str, voice: Voice) -> tuple[Identifier, ...]:
    found = list(identifiers.find(words))
    known = {one.code for one in found}
    if voice.number is not None:
        for bare in voice.number.finditer(words):
            code = bare[1].upper()
            if code not in known:
                known.add(code)
                found.append(Identifier(voice.provider, code, voice.prefix + code))
    return tuple(found)
