"""Reuters' refiles, corrections, kills and withdrawals.

``REFILE - CORRECTING THE TYPE OF BOAT A boat ...`` is known word for word: it says what
changed and gives neither value. ``CLARIFYING``, the picture kill with a corrected version
to follow, and the withdrawal of all pictures of one byline are known from quotations, and
``CORRECTED`` in a story's slug bracket from the agency's handbook; other verbs and
prefixes are general knowledge.

A refile that is only ``ADDING`` or ``UPDATING`` corrects no error and is no reading; one
that is ``REMOVING`` something says that it should not have stood there: low confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from provenance.grammars import frame as frames
from provenance.grammars.phrasing import labelled, orders
from provenance.grammars.phrasing.speakers import speaker
from provenance.grammars.phrasing.statements import Anchor, Form, bracketed, correction
from provenance.grammars.reading import Context, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Pubstatus

_PROVIDER = "Reuters"
_VOICE = orders.Voice("reuters", _PROVIDER)
_MOST = 200
_LEAD = r"(?:(?:ATTENTION\s{1,4}EDITORS?|ATTN\s{1,4}EDITORS?)\s{0,3}[-–—:,]\s{0,4})?"
_REFILE = re.compile(
    rf"\b{_LEAD}REFIL(?:E|ED|ING|ES)\b\s{{0,4}}(?:[-–—:,]|&[mn]dash;)?\s{{0,4}}"
    r"(?:TO\s{1,4})?(?P<verb>CORRECT(?:ING|S|ED)?|CLARIFY(?:ING)?|CLARIFIES|FIX(?:ING|ES)?"
    r"|AMEND(?:ING|S)?"
    r"|CHANG(?:ING|ES?)|REPLAC(?:ING|ES?)|REMOV(?:ING|ES?)|DELET(?:ING|ES?)|ADD(?:ING|S)?"
    r"|UPDAT(?:ING|ES?)|REPEAT(?:ING|S)?|RESEND(?:ING|S)?)\b"
)
_NO_ERROR = ("ADD", "UPDAT", "REPEAT", "RESEND")
_TAKEN_OUT = ("REMOV", "DELET")
_ALSO = re.compile(r"\s(?:AND|&)\s{1,4}(?:CORRECTING|CLARIFYING|FIXING|AMENDING)\s")
_SLUG = re.compile(
    r"(?:^|(?<=[\n\r]))[A-Z0-9][A-Z0-9.&]{1,30}(?:[-/][A-Z0-9.&]{1,30}){0,6}/?\s{0,3}"
    r"\((?P<label>(?:REFILED?|CORRECTED|WITHDRAWN|CORRECTION)(?:,\s?[A-Z .&,-]{1,60})?)\)"
)
_SPOKEN = re.compile(
    r"(?:^|(?<=[\n\r]))\s{0,8}\((?P<verb>Corrects|Refiles\s{1,4}to\s{1,4}(?:correct|fix|clarify"
    r"|remove)"
    r"|Clarifies|Corrected\s{1,4}to|Corrects\s{1,4}to)\b"
)
_HEADLINE = re.compile(
    r"\s{0,4}(?P<label>CORRECTED|CORRECTION|REFILE)\s?[-–—:]{1,2}\s?(?=[A-Z0-9\"“'‘])"
    r"(?!(?:ADD|UPDAT|REPEAT|RESEND)[A-Z]{1,4}\b)"
)


def readings(text: str) -> Iterator[Reading]:
    """Reuters' notices whose form is sure in any text."""
    taken = list(_refiles(text))
    yield from taken
    yield from _slugs(text)
    yield from _parenthesised(text, ours=False)
    yield from _free(labelled.readings(text, _PROVIDER, "reuters"), taken)
    yield from orders.kills(text, _VOICE, message=False, unnamed=True)


def notes(text: str, context: Context) -> Iterator[Reading]:
    """Reuters' notes in its own messages."""
    if context.provider == _PROVIDER:
        yield from _notes(text)


def _notes(text: str) -> Iterator[Reading]:
    taken = [*_refiles(text), *_slugs(text), *_headline(text)]
    for more in (
        _parenthesised(text, ours=True),
        labelled.notes(text, _PROVIDER, "reuters"),
        orders.kills(text, _VOICE, message=True),
    ):
        taken += _free(more, taken)
    yield from taken


def _free(found: Iterator[Reading], taken: list[Reading]) -> list[Reading]:
    return [
        one
        for one in found
        if all(one.end <= other.start or other.end <= one.start for other in taken)
    ]


def _refiles(text: str) -> Iterator[Reading]:
    """``REFILE - CORRECTING ...``, before a caption or behind its credit."""
    if "REFIL" not in text:
        return
    floor = 0
    for found in islice(_REFILE.finditer(text), _MOST):
        if found.start() < floor:
            continue
        verb, verb_end = found["verb"], found.end()
        if verb.startswith(_NO_ERROR):
            also = _ALSO.search(text, verb_end, verb_end + 120)
            if also is None or any(c.islower() for c in text[verb_end : also.start()]):
                continue
            verb, verb_end = "CORRECTING", also.end()
        close = bracketed(text, found.start())
        start = found.start() - (close is not None)
        sure = not verb.startswith(_TAKEN_OUT)
        confidence = Confidence.STRONG if sure else Confidence.LOW
        anchor = Anchor(start, verb_end, shouted=True, ceiling=close)
        one = correction(text, anchor, Form("reuters.refile", _PROVIDER, confidence))
        floor = one.end
        yield one if sure else replace(one, pairs=(), unparsed="")


def _slugs(text: str) -> Iterator[Reading]:
    """``USA-FLOODS/ (CORRECTED)``: the label of a story in its slug line."""
    if "(CORRECT" not in text and "(WITHDRAWN" not in text:
        return
    for found in islice(_SLUG.finditer(text), _MOST):
        label = found["label"]
        if label.startswith("REFILE"):
            continue
        gone = label.startswith("WITHDRAWN")
        yield Reading(
            form="reuters.slug",
            frame=frames.frame(text, found.start("label") - 1, found.end(), complete=True),
            provider=_PROVIDER,
            kind=NoticeKind.WITHDRAWAL if gone else NoticeKind.CORRECTION,
            pubstatus=Pubstatus.CANCELED if gone else Pubstatus.USABLE,
            confidence=Confidence.MEDIUM,
            item_class=ItemClass.TEXT,
        )


def _parenthesised(text: str, *, ours: bool) -> Iterator[Reading]:
    """``(Corrects paragraph 2 ...)`` above a story."""
    if "(Correct" not in text and "(Refiles" not in text and "(Clarifies" not in text:
        return
    for found in islice(_SPOKEN.finditer(text), _MOST):
        start = text.index("(", found.start(), found.end())
        close = bracketed(text, start + 1)
        if close is None or not (ours or speaker(text, start, close) == _PROVIDER):
            continue
        anchor = Anchor(start, found.end(), shouted=False, ceiling=close)
        form = Form("reuters.bracket", _PROVIDER, Confidence.MEDIUM, ItemClass.TEXT)
        yield correction(text, anchor, form)


def _headline(text: str) -> Iterator[Reading]:
    """``CORRECTED-Illinois battles flooding``: something was wrong; what, it does not say."""
    found = _HEADLINE.match(text)
    if found is None or any(one.pairs for one in labelled.notes(text, _PROVIDER, "reuters")):
        return
    yield Reading(
        form="reuters.headline",
        frame=frames.frame(text, found.start("label"), found.end(), complete=False),
        provider=_PROVIDER,
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        confidence=Confidence.LOW,
    )
