"""EPA's notices in capitals: ``ATTENTION EDITORS: MANDATORY KILL ...``.

No published notice of EPA's is known; this is general knowledge of its shape. Many captions
begin with ATTENTION EDITORS and are none: the heading must say kill or correction, EPA must be
named, and there must be an order or two values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.frame import BLANK_LINE
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.pairs import Values, field_of, values
from provenance.grammars.phrasing.phrases import Span, sentences
from provenance.grammars.reading import Context, Pair, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Pubstatus

_KINDS = (
    r"(?P<kill>KILL|WITHDRAWAL|WITHDRAWN|ELIMINATION)"
    r"|(?P<fix>CORRECTION|CORRECTED|CORRECTIVE|CORRECTING)"
)
_WORD = (
    r"(?:EPA(?:-EFE)?|EPA\s{1,4}IMAGES|PHOTO|PICTURE|IMAGE|CAPTION|BYLINE|CREDIT|MANDATORY|PLEASE"
    r"|NOTE|ADVISORY|URGENT|IMMEDIATE|NOTICE)"
)
_HEADING = re.compile(
    rf"\bATTENTION\s{{1,4}}EDITORS\b[\s:;!,.–—-]{{1,6}}(?:{_WORD}[\s:;!,.–—-]{{1,4}}){{0,4}}"
    rf"(?:{_KINDS})\b"
)
_SHORT_HEADING = re.compile(
    rf"(?:^|(?<=\n))[^\S\n]{{0,8}}(?:{_WORD}[\s:;!,.–—-]{{1,4}}){{1,4}}(?:{_KINDS})\b(?=\W)"
)
_EPA = re.compile(r"\b(?:EPA(?:-EFE)?|epa(?:\s{1,4}images)?)\b|\bepa\d{8}\b")
_ORDER = re.compile(
    r"(?i)\b(?:remove|delete|discard|destroy|kill\s{1,4}(?:and|this|the|it|from|all)"
    r"|do\s{1,4}not\s{1,4}use|must\s{1,4}not\s{1,4}be\s{1,4}used"
    r"|no\s{1,4}longer\s{1,4}be\s{1,4}used|take\s{1,4}down|withdrawn\s{1,4}from)\b"
)
_TEXT_ITEM = re.compile(r"(?i)\b(?:story|text)\b")
_REACH = 1_200
# More than this is no message to clients.
_MOST = 200
_NEAR = 300


def readings(text: str) -> Iterator[Reading]:
    """The notices under a whole heading, in any text in which EPA is named."""
    for heading in islice(_HEADING.finditer(text), _MOST):
        near = text[max(0, heading.start() - _NEAR) : heading.end() + _REACH]
        if _EPA.search(near):
            yield from _notice(text, heading, "EPA")


def notes(text: str, context: Context) -> Iterator[Reading]:
    """The notices under a short heading (``PHOTO KILL``), in a message of EPA's."""
    if context.provider == "EPA":
        for pattern in (_HEADING, _SHORT_HEADING):
            for heading in islice(pattern.finditer(text), _MOST):
                yield from _notice(text, heading, "EPA")


def _notice(text: str, heading: re.Match[str], provider: str) -> Iterator[Reading]:
    blank = BLANK_LINE.search(text, heading.end(), heading.end() + _REACH)
    # The words may stand in a paragraph below the heading.
    if blank is not None and not text[heading.end() : blank.start()].strip(" :.-–—\r\n"):
        blank = BLANK_LINE.search(text, blank.end(), blank.end() + _REACH)
    limit = min(len(text), heading.end() + _REACH) if blank is None else blank.start()
    start = heading.start() + len(heading[0]) - len(heading[0].lstrip())
    spans = list(sentences(text, heading.end(), limit))
    if heading["kill"] is not None:
        ordered = [span for span in spans if _ORDER.search(text[slice(*span)])]
        if ordered:
            yield _reading(text, (start, ordered[-1][1]), provider, None)
        return
    for span in spans:
        found = next(iter(values(text, *span)), None)
        if found is not None and found.right is not None and found.wrong is not None:
            yield _reading(text, (start, span[1]), provider, found)
            return


def _reading(text: str, span: Span, provider: str, found: Values | None) -> Reading:
    start, end = span
    words = text[start:end]
    pairs: tuple[Pair, ...] = ()
    if found is not None:
        pairs = (Pair(found.right, found.wrong, field_of(text[start : found.start])),)
    return Reading(
        form="epa.kill" if found is None else "epa.correction",
        # How such a notice ends is not known.
        frame=frames.frame(text, start, end, complete=False),
        provider=provider,
        kind=NoticeKind.WITHDRAWAL if found is None else NoticeKind.CORRECTION,
        pubstatus=Pubstatus.CANCELED if found is None else Pubstatus.USABLE,
        pairs=pairs,
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        replacement=replacement(words),
        confidence=Confidence.MEDIUM,
        item_class=None if _TEXT_ITEM.search(words) else ItemClass.PICTURE,
    )
