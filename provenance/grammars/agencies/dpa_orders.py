"""dpa's withdrawals: orders to clients not to use a picture or a text any more.

The press quotes one in its own words only; the forms here are how a German desk asks. A
withdrawal that is merely reported is none: there must be an order, or the sender's own sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.phrases import sentences
from provenance.grammars.reading import Context, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Pubstatus

_THING = (
    r"(?:das|die|der|dieses|diese|dieser|den|obige\w{0,2}|genannte\w{0,2}|folgende\w{0,2}|es|sie|ihn)\s{1,4}"
    r"(?:[^\W\d_]{1,20}\s{1,4}){0,2}?(?:fotos?|bild(?:er|es)?|aufnahmen?|grafik(?:en)?|meldung(?:en)?|text(?:e|es)?|video)"
)
_UE = "(?:ü|ue|u\u0308|Ã.|u|\\?|\ufffd)"
_O = "(?:ö|oe|o\u0308|Ã.|o|\\?|\ufffd)"
_ORDER = re.compile(
    rf"(?i)\bbitte\s{{1,4}}(?:[^\W\d_]{{1,20}}\s{{1,4}}){{0,2}}?(?:l{_O}schen|entfernen|sperren|verwenden|nutzen|ver{_O}ffentlichen)"
    rf"\s{{1,4}}sie\b(?=[^.]{{0,200}}?\b(?:{_THING}|nicht\s{{1,4}}mehr)\b)"
    rf"|\bbitte\s{{1,4}}(?:{_THING}|es|sie)\b[^.]{{0,120}}?\b(?:l{_O}schen|entfernen|sperren|nicht\s{{1,4}}(?:mehr|weiter)\s{{1,4}}(?:zu\s{{1,4}})?(?:verwenden|nutzen|ver{_O}ffentlichen))\b"
    rf"|\b(?:wir\s{{1,4}}bitten|kunden\s{{1,4}}werden\s{{1,4}}gebeten|sie\s{{1,4}}werden\s{{1,4}}gebeten)\b[^.]{{0,160}}?\b(?:zu\s{{1,4}}(?:l{_O}schen|entfernen|sperren)"
    r"|nicht\s{1,4}(?:mehr|weiter)\s{1,4}zu\s{1,4}(?:verwenden|nutzen|ver.{1,2}ffentlichen))\b"
    rf"|\b{_THING}\b[^.]{{0,80}}?\b(?:darf|d{_UE}rfen|ist|sind)\s{{1,4}}(?:[^\W\d_]{{1,16}}\s{{1,4}}){{0,2}}?nicht\s{{1,4}}(?:mehr|weiter)\s{{1,4}}"
    rf"(?:zu\s{{1,4}}verwenden|verwendet\s{{1,4}}werden|genutzt\s{{1,4}}werden|ver{_O}ffentlicht\s{{1,4}}werden)\b"
    r"|\b(?:es|sie)\s{1,4}(?:darf|ist|sind)\s{1,4}(?:ab\s{1,4}sofort\s{1,4})?nicht\s{1,4}mehr\s{1,4}(?:zu\s{1,4}verwenden|verwendet\s{1,4}werden)\b"
)
_WITHDRAWN = re.compile(
    rf"(?i)\b(?:{_THING}|bild|foto)\b[^.]{{0,120}}?\b(?:zur{_UE}ckgezogen|gesperrt)\b"
    rf"|\bzieh(?:t|en)\b[^.]{{0,60}}?\b{_THING}\b[^.]{{0,60}}?\bzur{_UE}ck\b"
)
_HEADING = re.compile(
    rf"(?:^|\n)[^\S\n]{{0,8}}(?:ACHTUNG\W{{1,4}})?(?P<head>SPERRUNG|BILDSPERRE|BILDR{_UE}CKZUG|Bildsperrung|Bildsperre|Bildr{_UE}ckzug|Sperrung"
    rf"|(?:Bild|Foto|BILD|FOTO)\s{{1,4}}(?i:zur{_UE}ckgezogen|gesperrt))\b(?=[^\S\n]{{0,4}}(?:[:!]|\n|$))"
)
_UNDER_CONDITION = re.compile(
    r"(?i)\b(?:nach\s{1,4}dem|ohne|au(?:ß|ss)er|bis\s{1,4}zum|vor\s{1,4}dem|l.{1,2}nger\s{1,4}als)\b"
)
_PICTURE = re.compile(
    r"(?i)\b(?:fotos?|bild(?:er|es|sperre|r.{1,2}ckzug|sperrung)?|aufnahmen?|grafik(?:en)?)\b"
)
_TEXT = re.compile(r"(?i)\b(?:meldung(?:en)?|text(?:e|es)?)\b")
_NAMED = re.compile(r"(?i:urn:newsml:dpa\.com)|\b(?:dpa|DPA)\b")
_REPORTED = re.compile(r"(?i)\b(?:angewiesen|aufgefordert|teilte|wie\s{1,4}die)\b")
_LONGEST_SENTENCE = 1_000


def orders(text: str, context: Context) -> Iterator[Reading]:
    """The withdrawal that a message to clients is, if it is one."""
    trusted = context.provider == "dpa" or context.signalled
    spans = [(a, b) for a, b in sentences(text) if b - a <= _LONGEST_SENTENCE]
    ordered = [(a, b) for a, b in spans if _is_order(text[a:b])]
    withdrawn = [(a, b) for a, b in spans if _is_withdrawal(text[a:b])]
    head = _HEADING.search(text)
    if not ordered and not (trusted and (head or withdrawn)):
        return
    parts = [*ordered, *(one for one in withdrawn if trusted or _NAMED.search(text[slice(*one)]))]
    if head is not None:
        parts.append((head.start("head"), head.end()))
    start, end = min(a for a, _ in parts), max(b for _, b in parts)
    words = text[start:end]
    said = frames.own_words(text, start, end)
    provider = context.provider or ("dpa" if _NAMED.search(text) else None)
    yield Reading(
        form="dpa.sperrung",
        frame=frames.frame(text, start, end, complete=True),
        provider=provider,
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        identifiers=identifiers.find(words),
        instructions=instructions(said),
        replacement=replacement(said),
        language="de",
        confidence=Confidence.MEDIUM if provider == "dpa" or trusted else Confidence.LOW,
        item_class=_item_class(words),
    )


def _is_order(sentence: str) -> bool:
    order = _ORDER.search(sentence)
    if order is None or _REPORTED.search(sentence):
        return False
    return _UNDER_CONDITION.search(sentence) is None


def _is_withdrawal(sentence: str) -> bool:
    """Whether the sender says it, and not the press of him."""
    return _WITHDRAWN.search(sentence) is not None and _REPORTED.search(sentence) is None


def _item_class(words: str) -> ItemClass | None:
    picture, text = _PICTURE.search(words) is not None, _TEXT.search(words) is not None
    if picture == text:
        return None
    return ItemClass.PICTURE if picture else ItemClass.TEXT
