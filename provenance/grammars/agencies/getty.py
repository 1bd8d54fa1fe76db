"""Getty Images' corrections and kills.

That mandatory photo kills and corrected captions exist is known from press reports; no
published text shows their words, so every form here is general knowledge. ``(EDITORS
NOTE: ...)`` is nearly always about technique or a handout: it is read only where it says
that a caption, a credit, a name or the like was corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing import labelled, orders
from provenance.grammars.phrasing.speakers import speaker
from provenance.grammars.phrasing.statements import Anchor, Form, bracketed, correction
from provenance.grammars.phrasing.values import values
from provenance.grammars.reading import Context, Reading
from provenance.identifiers import Identifier
from provenance.model import Confidence

_PROVIDER = "Getty Images"
_PREFIX = "GettyImages-"
_NUMBER = re.compile(
    r"(?i)\b(?:images?|photos?|pictures?|assets?|files?|editorial|creative)\b"
    r"(?:\s{1,2}(?:number|no\.?|nr\.?|ids?))?\s{0,2}[:#]?\s{0,2}#?(?<![0-9])([0-9]{8,10})(?![0-9])"
)
_VOICE = orders.Voice("getty", _PROVIDER, _NUMBER, _PREFIX)
_NOTE = re.compile(r"(?i)\bEDITOR['’?]?S?['’?]?\s{1,4}NOTE\s{0,3}[:–-]\s{0,4}")
_WHAT = (
    r"(?:captions?|by-?lines?|credits?|(?:image\s{1,4})?(?:metadata|information)|names?|spelling"
    r"|dates?|locations?"
    r"|city|country|venue|headline|identit(?:y|ies)|identification|photographer|description)"
)
_S = r"\s{1,4}"
_CHANGED = re.compile(
    rf"(?i)(?P<field>\b{_WHAT}\b[^.()\n]{{0,80}}?){_S}(?:ha(?:s|ve){_S}(?:now{_S})?been|was|were"
    rf"|is{_S}now)"
    rf"{_S}(?:corrected|amended)\b(?P<rest>{_S}to\b)?"
)
_LABELLED = re.compile(
    rf"(?i)(?:caption{_S}|photo{_S}|byline{_S}|credit{_S})?correction\b\s{{0,3}}[:–—-]\s{{0,3}}"
    rf"|correct(?:s|ing){_S}"
)
_RETRANSMITTED = re.compile(
    rf"(?i)\b(?:retransmission|resend|resubmission){_S}[^()\n]{{0,80}}?\bcorrect(?:ed|ing"
    rf"|s)?{_S}(?P<field>{_WHAT})\b"
)
_RETRANSMITTED_NUMBER = re.compile(r"#([0-9]{8,10})(?![0-9])")
_MOST = 200


def readings(text: str) -> Iterator[Reading]:
    """Getty's notices whose form is sure in any text."""
    yield from _editors_notes(text)
    for one in labelled.readings(text, _PROVIDER, "getty"):
        yield _numbered(text[one.start : one.end], one)
    yield from orders.kills(text, _VOICE, message=False)


def notes(text: str, context: Context) -> Iterator[Reading]:
    """Getty's notes in its own messages."""
    if context.provider == _PROVIDER:
        yield from _notes(text)


def _notes(text: str) -> Iterator[Reading]:
    taken = list(_editors_notes(text))
    for one in labelled.notes(text, _PROVIDER, "getty"):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(_numbered(text[one.start : one.end], one))
    yield from taken
    yield from orders.kills(text, _VOICE, message=True)


def _editors_notes(text: str) -> Iterator[Reading]:
    """``(EDITORS NOTE: The caption has been corrected to ...)``: the whole bracket."""
    if "(" not in text:
        return
    for found in islice(_NOTE.finditer(text), _MOST):
        close = bracketed(text, found.start())
        if close is None:
            continue
        inner = text[found.end() : close]
        start = found.start() - 1
        statement = _statement(inner)
        named = speaker(text, start, close)
        if statement is None or named not in {_PROVIDER, None}:
            continue
        form = Form("getty.editors-note", named, Confidence.STRONG if named else Confidence.MEDIUM)
        anchor = Anchor(start, found.end(), shouted=False, ceiling=close)
        told = values(statement, shouted=_shouted(statement))
        one = replace(
            correction(text, anchor, form),
            frame=frames.frame(text, start, close + 1, complete=True),
            pairs=told.pairs,
            unparsed=told.unparsed,
        )
        yield _numbered(text[start : close + 1], one)


def _statement(inner: str) -> str | None:
    """What the note says was corrected, as "field to value"; None where it corrects nothing."""
    label = _LABELLED.match(inner)
    if label is not None:
        return inner[label.end() :]
    changed = _CHANGED.search(inner)
    if changed is not None:
        return changed["field"] + (inner[changed.start("rest") :] if changed["rest"] else "")
    again = _RETRANSMITTED.search(inner)
    return None if again is None else again["field"]


def _shouted(words: str) -> bool:
    first = words.strip().split(" ", 1)[0]
    return first.isupper() and len(first) > 1


def _numbered(words: str, one: Reading) -> Reading:
    """The reading with the bare picture numbers of its words."""
    found = list(one.identifiers)
    known = {identifiers.canonical(other) for other in found}
    for pattern in (_NUMBER, _RETRANSMITTED_NUMBER):
        for bare in pattern.finditer(words):
            number = Identifier(_PROVIDER, bare[1], _PREFIX + bare[1])
            if identifiers.canonical(number) not in known:
                known.add(identifiers.canonical(number))
                found.append(number)
    return replace(one, identifiers=tuple(found))
