"""AP's corrections, retransmissions, eliminations and kills.

``This version corrects the spelling of the region to Tuva, not Tyva.`` and ``Eds: CORRECTS:
<what is right>. Adds ...`` are known word for word, both of text items; the elimination
addressed to editors and librarians, by source and date, is known from a quotation. The
labels in captions (``CORRECTS BYLINE TO ...``) are general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from provenance.grammars.phrasing import labelled, orders
from provenance.grammars.phrasing.statements import Anchor, Form, correction, opens
from provenance.grammars.reading import Context, Pair, Reading
from provenance.model import Confidence, ItemClass

_PROVIDER = "AP"
_VOICE = orders.Voice("ap", _PROVIDER)
_VERSION = re.compile(
    r"(?i)\bthis\s{1,4}(?:version|story|item)\s{1,4}(?:has\s{1,4}been\s{1,4})?"
    r"(?:corrects\b|corrected\b(?=\s{1,4}to\b))"
)
_EDS = re.compile(
    r"\b(?:EDS|Eds|EDITORS|Editors)\s{0,2}:\s{0,4}(?:CORRECTS|Corrects)\b\s{0,2}:?\s{0,4}"
)
_FACT_MOST = 300
_MOST = 50


def readings(text: str) -> Iterator[Reading]:
    """AP's notices whose form is sure in any text."""
    for one in _versions(text):
        pair = one.pairs[0] if one.pairs else None
        if pair is not None and pair.right and pair.wrong:
            yield one
    yield from _editors(text)
    yield from labelled.readings(text, _PROVIDER, "ap")
    yield from orders.kills(text, _VOICE, message=False)


def notes(text: str, context: Context) -> Iterator[Reading]:
    """AP's notes in its own messages."""
    if context.provider == _PROVIDER:
        yield from _notes(text)


def _notes(text: str) -> Iterator[Reading]:
    taken: list[tuple[int, int]] = []
    for one in (
        *_versions(text),
        *_editors(text),
        *labelled.notes(text, _PROVIDER, "ap"),
        *orders.kills(text, _VOICE, message=True),
    ):
        if all(one.end <= start or end <= one.start for start, end in taken):
            taken.append((one.start, one.end))
            yield one


def _versions(text: str) -> Iterator[Reading]:
    """``This version corrects ...``: a sentence at the end of a story."""
    for found in islice(_VERSION.finditer(text), _MOST):
        anchor = Anchor(found.start(), found.end(), shouted=found[0].isupper())
        form = Form("ap.this-version", _PROVIDER, item_class=ItemClass.TEXT)
        yield correction(text, anchor, form)


def _editors(text: str) -> Iterator[Reading]:
    """``Eds: CORRECTS: <fact>. Adds ...``: the right fact, or the field; never a wrong value."""
    if "orrects" not in text and "CORRECTS" not in text:
        return
    for found in islice(_EDS.finditer(text), _MOST):
        if not opens(text, found.start()):
            continue
        anchor = Anchor(found.start(), found.end(), shouted=False)
        one = correction(
            text, anchor, Form("ap.eds-corrects", _PROVIDER, item_class=ItemClass.TEXT)
        )
        colon = text[found.start() : found.end()].count(":") > 1
        yield _with_fact(text, one, found.end()) if colon else one


def _with_fact(text: str, one: Reading, start: int) -> Reading:
    """The reading with the sentence behind the colon as its right value."""
    fact = " ".join(text[start : one.end].split()).strip(" .;,")
    if not fact or len(fact) > _FACT_MOST:
        return replace(one, pairs=(), unparsed=fact, confidence=Confidence.MEDIUM)
    if any(pair.right for pair in one.pairs):
        return one
    return replace(one, pairs=(Pair(right=fact, wrong=None),), unparsed="")
