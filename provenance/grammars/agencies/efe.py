"""EFE's annulments and corrections: ``queda anulada``, ``donde dice W debe decir R``.

That EFE asks its clients for the annulment of a picture is known from the press; its own
words are not. WRONG stands first in ``donde dice ... debe decir ...``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.pairs import Values, field_of, values
from provenance.grammars.phrasing.phrases import Span, sentences
from provenance.grammars.reading import Context, Pair, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Pubstatus
from provenance.wording import squeeze

_S = r"\s{1,4}"
_IMAGE = r"(?:fotos?|fotograf.{1,2}as?|im.{1,2}gen(?:es)?)"
_ANNULLED = re.compile(
    rf"(?i)\bqued(?:a|an){_S}(?:sin{_S}efecto{_S}y{_S})?anulad[ao]s?\b|\b(?:anulaci.{{1,2}}n|anulamos|se{_S}anula[n]?){_S}(?:de{_S})?(?:esta|la|las|estas){_S}{_IMAGE}\b"
    rf"|\b(?:esta|la){_S}{_IMAGE}\b[^.]{{0,160}}?\b(?:ha{_S}sido|queda|est.{{1,2}}){_S}(?:anulada|retirada)\b"
)
_HEADING = re.compile(
    rf"(?:^|(?<=\n))[^\S\n]{{0,8}}(?:(?:EFE|ATENCI.{{1,2}}N(?:{_S}EDITORES)?|AVISO|URGENTE|FOTO(?:GRAF.{{1,2}}A)?)[\s:\-–—.!]{{1,4}}){{0,3}}"
    rf"(?P<head>ANULACI.{{1,2}}N|ANULADAS?|ANULAR|(?i:anulaci.{{1,2}}n{_S}de{_S}(?:foto\w{{0,8}}|imagen)))\b(?=[^\S\n]{{0,4}}(?:[:.!\-–—(]|{_S}(?:DE|FOTO)|\n|$))"
)
_ORDER = re.compile(
    rf"(?i)\b(?:rogamos|se{_S}ruega|rueg[ao]n?|pid(?:e|en|i[óo])|solicitan?|les?{_S}pedimos|pedimos|solicitamos|por{_S}favor){_S}(?:[^\W\d_]{{1,16}}{_S}){{0,4}}?"
    rf"(?:elimin|retir|borr|anul|suprim|no{_S}(?:la{_S}|las{_S})?(?:utili|us|public|difund))\w{{1,6}}\b"
)
_UNDER_CONDITION = re.compile(
    rf"(?i)\b(?:sin|salvo|despu.{{1,2}}s{_S}de|a{_S}partir{_S}de|antes{_S}de|fuera{_S}de)\b"
)
_SPEAKS = re.compile(
    r"(?i)\b(?:correcci.{1,2}n|corrige|corregid\w{1,3}|corregimos|rectifica\w{0,6}|fe\s{1,4}de\s{1,4}erratas?|errata|donde\s{1,4}dice)\b"
)
_PICTURE = re.compile(rf"(?i)\b(?:{_IMAGE}|pie{_S}de{_S}foto|leyenda|fot.{{1,2}}grafo)\b")
_TEXT = re.compile(r"(?i)\b(?:noticia|despacho|texto|titular|p.{1,2}rrafo|nota)\b")
_EFE = re.compile(r"\bEFE\b")
_LONGEST = 1_000
_MOST_SENTENCES = 2_000


def notes(text: str, context: Context) -> Iterator[Reading]:
    """EFE's notices in a message to clients; nothing where another agency sent it."""
    if context.provider not in {None, "EFE"}:
        return
    if context.provider is None and not _EFE.search(text):
        return
    spans = [one for one in islice(sentences(text), _MOST_SENTENCES) if one[1] - one[0] <= _LONGEST]
    yield from _annulment(text, spans)
    headed = context.signalled
    for span in spans:
        sentence = text[slice(*span)]
        speaks = _SPEAKS.search(sentence) is not None
        if speaks or headed:
            yield from _correction(text, span)
        # A heading speaks for the sentence behind it.
        headed = context.signalled or (speaks and len(sentence) <= 60)


def _annulment(text: str, spans: list[Span]) -> Iterator[Reading]:
    head = _HEADING.search(text)
    ordered = [one for one in spans if _is_order(text[slice(*one)])]
    annulled = [one for one in spans if _ANNULLED.search(text[slice(*one)])]
    if not ordered and head is None:
        return
    # An order alone may be about anything; the picture, or the annulment, must be named.
    if (
        head is None
        and not annulled
        and not any(_PICTURE.search(text[slice(*one)]) for one in ordered)
    ):
        return
    parts = [*ordered, *annulled]
    if head is not None:
        parts.append((head.start("head"), head.end()))
    start, end = min(a for a, _ in parts), max(b for _, b in parts)
    words = text[start:end]
    said = frames.own_words(text, start, end)
    yield Reading(
        form="efe.anulacion",
        frame=frames.frame(text, start, end, complete=True),
        provider="EFE",
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        identifiers=identifiers.find(words),
        instructions=instructions(said),
        replacement=replacement(said),
        language="es",
        confidence=Confidence.MEDIUM,
        item_class=_item_class(words),
    )


def _is_order(sentence: str) -> bool:
    return _ORDER.search(sentence) is not None and _UNDER_CONDITION.search(sentence) is None


def _correction(text: str, span: Span) -> Iterator[Reading]:
    found = next((one for one in values(text, *span) if one.language == "es"), None)
    if found is None or found.right is None or found.wrong is None:
        return
    yield _reading(text, span, found)


def _reading(text: str, span: Span, found: Values) -> Reading:
    start, end = span
    sentence = text[start:end]
    outside = sentence[: found.start - start] + " | " + sentence[found.end - start :]
    return Reading(
        form=f"efe.{found.form}",
        frame=frames.frame(text, start, end, complete=True),
        provider="EFE",
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        pairs=(Pair(found.right, found.wrong, field_of(outside)),),
        identifiers=identifiers.find(sentence),
        instructions=instructions(sentence),
        replacement=replacement(sentence),
        language="es",
        unparsed=squeeze(sentence) if found.right == found.wrong else "",
        confidence=Confidence.MEDIUM,
        item_class=_item_class(sentence),
    )


def _item_class(words: str) -> ItemClass | None:
    picture, text = _PICTURE.search(words) is not None, _TEXT.search(words) is not None
    if picture == text:
        return None
    return ItemClass.PICTURE if picture else ItemClass.TEXT
