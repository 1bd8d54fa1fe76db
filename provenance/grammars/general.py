"""Corrections and withdrawals of senders without a grammar of their own.

General forms (``R, not W``, ``R au lieu de W``, ``W should read R``), in a message to
clients only, and only where its sentence or its heading speaks of a correction. Their
confidence is always low: a person says what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars import general_orders
from provenance.grammars.frame import BLANK_LINE
from provenance.grammars.instructions import instructions, replacement
from provenance.grammars.pairs import Values, field_of, values
from provenance.grammars.phrases import Span, sentences
from provenance.grammars.reading import Context, Pair, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Property, Pubstatus
from provenance.wording import squeeze

_SPEAKS = re.compile(
    r"(?i)\b(?:correct(?:s|ed|ing|ion|ions|ive)?|corrigend(?:um|a)|errat(?:um|a)|amend(?:ed|s|ment)?|clarif(?:ication|ies|ied)"
    r"|please\s{1,4}credit|credit\s{1,4}should\s{1,4}(?:read|be)|should\s{1,4}have\s{1,4}(?:read|been)|wrongly|incorrectly|mistakenly|misspelled"
    r"|rectificat\w{1,6}|rectifi\w{1,4}|corrig\w{1,8}|correctif|korrektur|korrigier\w{1,3}|bericht?igung|berichtigt|richtigstellung"
    r"|richtig\s{1,4}(?:hei(?:ß|ss)t|ist|muss)|correcci.{1,2}n|corre[çc?]\w{0,2}.{1,3}o|fe\s{1,4}de\s{1,4}erratas?|correzion[ei]|rettifica|errata"
    r"|donde\s{1,4}dice|onde\s{1,4}se\s{1,4}l.|dove\s{1,4}si\s{1,4}legge|r.{1,2}ttelse|korrigering|r.{1,2}ttad|rectificatie|correctie|gecorrigeerd"
    r"|rettelse|oikaisu|korjaus|korjattu|korjaa)(?!\w)"
)
_OF_A_PICTURE = re.compile(
    r"(?i)\b(?:photo(?:s|graph|graphs|grapher|graphers)?|pictures?|images?|captions?|by-?lines?|credit(?:s|ed)?|metadata|names?|spelling|headline"
    r"|dateline|slug|item|version|file|photographe|l.{1,2}gende|cr.{1,2}dit\w?|fotos?|bild(?:er|es|text|unterschrift)?|fotograf\w{0,3}|name|namen|ort|ortsname"
    r"|fotograf.{1,2}a|imagen|imagem|pie|fot.{1,2}grafo|leyenda|legenda|cr.{1,2}dito|nombre|nome|lugar|didascalia|immagine|fotografo|bijschrift|naam|bildtext|namn|kuva\w{0,8})\b"
)
_PICTURE = re.compile(
    r"(?i)\b(?:photo\w{0,8}|pictures?|images?|captions?|by-?lines?|bild\w{0,14}|foto\w{0,10}|l.gende|imagen|imagem|immagine|didascalia|leyenda|kuva\w{0,6})\b"
)
_TEXT = re.compile(
    r"(?i)\b(?:story|stories|article|paragraph|para|headline|text|artikel|meldung|absatz|d.p.che|noticia|not.cia|articolo)\b"
)
_HEADING_LENGTH = 90
_HEADING_WORDS = 10
_NOT_A_VALUE = re.compile(
    r"(?i)(?:zufa|zusammenfassung|korr|korrektur|berichtigung|eil|eilmeldung|update|neufassung|wiederholung|meldung|text|yet|there|sure)"
)
_LONGEST_SENTENCE = 1_000
_MOST_SENTENCES = 2_000
_REACH = 1_000


def notes(text: str, context: Context) -> Iterator[Reading]:
    """The corrections and withdrawals of a message to clients, all of low confidence."""
    spans = list(sentences(text))[:_MOST_SENTENCES]
    for index, (start, end) in enumerate(spans):
        if end - start > _LONGEST_SENTENCE:
            continue
        headed = context.signalled or _is_headed(text, spans, index)
        if not headed and not _speaks(text[start:end]):
            continue
        for found in values(text, start, end):
            reading = _reading(text, (start, end), found, context, headed=headed)
            if reading is not None:
                yield reading
                break
    yield from general_orders.orders(text, spans, context)


def _speaks(sentence: str) -> bool:
    """Whether the sentence itself says that something about a picture is corrected."""
    return _SPEAKS.search(sentence) is not None and _OF_A_PICTURE.search(sentence) is not None


def _is_headed(text: str, spans: list[Span], index: int) -> bool:
    """Whether a heading right before the sentence, or its own first line, says correction."""
    start, end = spans[index]
    first = text[start:end].split("\n", 1)[0] if "\n" in text[start:end] else ""
    colon = text.find(":", start, min(end, start + _HEADING_LENGTH))
    before = text[slice(*spans[index - 1])] if index else ""
    labels = (first, text[start:colon] if colon >= 0 else "", before)
    return any(_is_heading(one) for one in labels)


def _is_heading(words: str) -> bool:
    words = words.strip()
    short = 0 < len(words) <= _HEADING_LENGTH and len(words.split()) <= _HEADING_WORDS
    return short and not words.endswith(".") and _SPEAKS.search(words) is not None


def _reading(
    text: str, span: Span, found: Values, context: Context, *, headed: bool
) -> Reading | None:
    start, end = span
    if any(one is not None and _NOT_A_VALUE.fullmatch(one) for one in (found.right, found.wrong)):
        return None
    right, wrong, odd = found.right, _no_field(found.wrong), ""
    if found.right is not None and _no_field(found.right) is None:
        right = None
    if right is None or wrong is None:
        if not headed or found.form in {"should-read", "not"}:
            return None
        odd = squeeze(text[start:end])
    sentence = text[start:end]
    blank = BLANK_LINE.search(text, end, end + _REACH)
    near = text[start : end + _REACH if blank is None else blank.start()]
    if not headed and not odd and _is_plain(right) and _is_plain(wrong):
        return None
    return Reading(
        form=f"general.{found.form}",
        frame=frames.frame(text, start, end, complete=True),
        provider=context.provider,
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        pairs=(Pair(right, wrong, _property(sentence, found, start)),),
        identifiers=identifiers.find(sentence),
        instructions=instructions(near),
        replacement=replacement(near),
        language=found.language,
        unparsed=odd,
        confidence=Confidence.LOW,
        item_class=_item_class(sentence),
    )


def _is_plain(words: str | None) -> bool:
    """A word like any other, no name and no number: in prose it stands for nothing."""
    return words is not None and words.islower() and words.isalpha()


def _no_field(words: str | None) -> str | None:
    """A value that is no field's name: "Photo credit should read R" gives no wrong value."""
    return None if words is None or field_of(words) is not None else words


_TO_CREDIT = re.compile(r"(?i)\bplease\s{1,4}credit\b(?!\s{1,4}line)")


def _property(sentence: str, found: Values, start: int) -> Property | None:
    """The field that the words around the values name; "please credit R" names none."""
    outside = sentence[: found.start - start] + " | " + sentence[max(0, found.end - start) :]
    return field_of(_TO_CREDIT.sub("", outside))


def _item_class(sentence: str) -> ItemClass | None:
    picture, text = _PICTURE.search(sentence) is not None, _TEXT.search(sentence) is not None
    if picture == text:
        return None
    return ItemClass.PICTURE if picture else ItemClass.TEXT
