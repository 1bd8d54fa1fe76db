"""Corrections under a label that English-language agencies share.

``CORRECTS BYLINE TO R, NOT W`` · ``CORRECTION: ...`` · ``CAPTION CORRECTION`` ·
``RETRANSMISSION TO CORRECT ...`` · ``Correcting byline from W to R``. That a corrected
caption is sent again, labelled as such, is an agency's published policy; the wording of
the labels in captions is general knowledge. ``ADDS`` and ``UPDATES`` correct nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from provenance.grammars import frame as frames
from provenance.grammars.phrasing.speakers import speaker
from provenance.grammars.phrasing.statements import Anchor, Form, bracketed, correction, opens
from provenance.grammars.phrasing.values import named
from provenance.grammars.reading import Reading
from provenance.model import Confidence, ItemClass

_MOST = 50
_VERBS = ("orrects", "orrecting", "to correct")
_LABEL = re.compile(
    r"\b(?:(?:RETRANSMI(?:SSION|TTED|TTING|TS)|RESEN(?:D|DS|T|DING))[^\n.()]{0,60}?"
    r"\s{1,4}TO\s{1,4}CORRECT(?:ING)?\b"
    r"|(?:(?:CAPTION|PHOTO|BYLINE|CREDIT|IMAGE|PICTURE)\s{1,4})?CORRECTION\b(?=\s{0,3}[:–—\n\r-]"
    r"|\s{0,3}$)"
    r"|CORRECT(?:S|ING)\b(?=[\s:-])|CORRECTED\b(?=\s{0,2}[:–—-]|\s{1,4}TO\s{1,4}))"
)
_SPOKEN = re.compile(
    r"\b(?:Retransmi(?:ssion|tted|tting|ts)[^\n.()]{0,60}?\s{1,4}to\s{1,4}correct(?:ing)?"
    r"|[Cc]orrect(?:s|ing)|(?:(?:Caption|Photo|Byline)\s{1,4}c|C)orrection\b(?=\s{0,3}[:–—-]))\b"
)
_HEADING = re.compile(
    r"(?i)(?:(?:caption|photo|byline|credit|image|picture)\s{1,4})?correct(?:ion"
    r"|ed)\b\s{0,4}[:–—-]?\s{0,4}"
)
_SAYS_WRONG = re.compile(
    r"(?i)\b(?:should|instead|rather\s{1,4}than|not|incorrect\w{0,2}|wrong\w{0,2}"
    r"|mis(?:spell|identif|stat|nam)\w{0,8}|err(?:or|ed|oneous)\w{0,4}|corrected)\b"
)
_FIELD_AHEAD = re.compile(r"\s{1,3}(?P<field>[^\n.,:;]{2,60}?)\s{1,4}(?:to|from)\s{1,4}")
_AFTER_VERB = re.compile(
    r"[^\S\n\r]{0,4}[:–—-]{0,2}(?:[^\S\n\r]|\r?\n(?!\s{0,4}[\n\r])){0,4}"
    r"(?:(?:CORRECTS|CORRECTING|Corrects|Correcting)\s{1,3})?"
)
_NEXT_WORD = re.compile(r"\s{0,4}[\"“«'‘?(]{0,2}(\S{1,40})")
_TEXT_ITEM = re.compile(
    r"(?i)\b(?:headline|paragraphs?|pars?|grafs?|lead|story|sentence|day\s{1,4}of\s{1,4}week)\b"
)
_BEHIND_ANOTHER = re.compile(r"(?i)(?:^|[.;:]\s{1,3}|\beds:?\s{1,3}|\bnote:?\s{1,3}|-\s{1,2})$")


def readings(text: str, provider: str, form: str) -> Iterator[Reading]:
    """The labelled corrections of a caption that name their agency, or stand by its credit."""
    if "CORRECT" in text:
        for start, verb_end, speaks in _claims(text):
            if speaks == provider:
                yield _read(text, _anchor(text, start, verb_end), provider, form)
    if not any(word in text for word in _VERBS):
        return
    for found in islice(_SPOKEN.finditer(text), _MOST):
        ahead = _FIELD_AHEAD.match(text, found.end())
        clear = ahead is not None and named(ahead["field"]) is not None
        if clear and opens(text, found.start()):
            for one in _of(text, _anchor(text, found.start(), found.end()), provider, form):
                if one.pairs and one.pairs[0].right and one.pairs[0].wrong:
                    yield one


def notes(text: str, provider: str, form: str) -> Iterator[Reading]:
    """The labelled corrections of a message that its carrier says is the agency's."""
    spans = [*_labels(text, message=True)]
    spans += [
        found.span()
        for found in islice(_SPOKEN.finditer(text), _MOST)
        if _may_begin(text, found.start())
    ]
    for start, verb_end in sorted(spans):
        yield _read(text, _anchor(text, start, verb_end), provider, form)


@lru_cache(maxsize=2)  # Each agency's grammar asks for the labels of the same text.
def _claims(text: str) -> tuple[tuple[int, int, str | None], ...]:
    """Start and end of each label, and who speaks there."""
    found = []
    for start, verb_end in _labels(text):
        anchor = _anchor(text, start, verb_end)
        found.append((start, verb_end, speaker(text, anchor.start, anchor.verb_end)))
    return tuple(found)


def _labels(text: str, *, message: bool = False) -> Iterator[tuple[int, int]]:
    floor = 0
    for found in islice(_LABEL.finditer(text), _MOST):
        if found.start() < floor:
            continue
        at = found.start()
        if opens(text, at) or text[at - 1 : at] in {"(", "["} or (message and _may_begin(text, at)):
            floor = _behind_verb(text, found.end())
            yield found.span()


def _may_begin(text: str, at: int) -> bool:
    return opens(text, at) or _BEHIND_ANOTHER.search(text, max(0, at - 12), at) is not None


def _behind_verb(text: str, at: int) -> int:
    found = _AFTER_VERB.match(text, at)
    return at if found is None else found.end()


def _anchor(text: str, start: int, verb_end: int) -> Anchor:
    told = _behind_verb(text, verb_end)
    word = _NEXT_WORD.match(text, told)
    shouted = text[start:verb_end].isupper() and word is not None and not _has_small(word[1])
    close = bracketed(text, start)
    return Anchor(start - (close is not None), told, shouted, close)


def _has_small(word: str) -> bool:
    return any(c.islower() for c in word)


def _of(text: str, anchor: Anchor, provider: str, form: str) -> Iterator[Reading]:
    if speaker(text, anchor.start, anchor.verb_end) == provider:
        yield _read(text, anchor, provider, form)


def _read(text: str, anchor: Anchor, provider: str, form: str) -> Reading:
    one = _statement(text, anchor, provider, form)
    label = _HEADING.match(text, anchor.start)
    words = text[anchor.verb_end : one.end]
    if label is None or label.end() < anchor.verb_end or one.pairs or _SAYS_WRONG.search(words):
        return one
    # The label stands alone: what follows is the corrected caption.
    frame = frames.frame(text, anchor.start, label.end(), complete=False)
    return replace(one, frame=frame, identifiers=(), instructions=(), unparsed="")


def _statement(text: str, anchor: Anchor, provider: str, form: str) -> Reading:
    told = text[anchor.verb_end : anchor.verb_end + 200]
    text_item = _TEXT_ITEM.search(told.split(".", 1)[0]) is not None
    return correction(
        text,
        anchor,
        Form(
            f"{form}.correction",
            provider,
            Confidence.STRONG if anchor.shouted else Confidence.MEDIUM,
            ItemClass.TEXT if text_item else None,
        ),
    )
