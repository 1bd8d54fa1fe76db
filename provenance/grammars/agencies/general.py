"""Corrections and withdrawals of senders without a grammar of their own.

General forms (``R, not W``, ``R au lieu de W``, ``W should read R``), in a message to
clients only, and only where its sentence or its heading speaks of a correction. Their
confidence is always low: a person says what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.agencies import general_orders
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.pairs import Values, field_of, values
from provenance.grammars.phrasing.phrases import Span, sentences
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
_ERRS = re.compile(
    r"(?i)\b(?:incorrect|wrong|erroneous|mistaken|inaccurate|misspelled|misspelt|an?\s{1,4}error"
    r"|a\s{1,4}mistake|falsch\w{0,2}|fehlerhaft\w{0,2}|erron.{1,2}e?|incorrecto?s?|incorrecta"
    r"|err[oó]ne[oa]|errat[oa]|sbagliat[oa]|errad[oa]|onjuist|felaktig\w?)(?!\w)"
)
_GOES_ON = re.compile(
    r"(?i)(?:it|this|these|they|the\s{1,4}(?:correct\s{1,4})?[a-z-]{2,16}(?:\s{1,4}[a-z]{2,16})?)"
    r"\s{1,4}(?:should|must|is|are)\b|(?:please\s{1,4})?read\b|(?:richtig|korrekt)\b"
    r"|il\s{1,4}(?:faut|fallait)\s{1,4}lire\b|lire\b|deb(?:e|ía|ia)\s{1,4}(?:decir|leerse)\b"
)
_TO_CREDIT = re.compile(r"(?i)\bplease\s{1,4}credit\b(?!\s{1,4}line)")
_AUTHORED = re.compile(
    r"(?i)\b(?:photo(?:graph(?:ie)?)?|picture|image|clich.{1,2}|bild|foto(?:grafia)?|aufnahme"
    r"|fotograf.{1,2}a|imagen|imagem|immagine|scatto|beeld)s?\s{1,4}"
    r"(?:(?:is|was|est|ist|es|.{1,2}|war|fue|stammt)\s{1,4})?"
    r"(?:by|to|de|di|von|van|av|d['’])\s{0,4}$"
)
_HEADING_LENGTH = 90
_HEADING_WORDS = 10
_NOT_A_VALUE = re.compile(
    r"(?i)(?:zufa|zusammenfassung|korr|korrektur|berichtigung|eil|eilmeldung|update|neufassung|wiederholung|meldung|text|yet|there|sure)"
)
_LONGEST_SENTENCE = 1_000
_MOST_SENTENCES = 2_000


def notes(text: str, context: Context) -> Iterator[Reading]:
    """The corrections and withdrawals of a message to clients, all of low confidence."""
    spans = list(islice(sentences(text), _MOST_SENTENCES))
    told = list(_told(text, spans, context))
    for index, (span, found) in enumerate(told):
        ceiling = told[index + 1][0][0] if index + 1 < len(told) else None
        yield _reading(text, span, found, context, ceiling)
    yield from general_orders.orders(text, spans, context)


def _told(text: str, spans: list[Span], context: Context) -> Iterator[tuple[Span, Values]]:
    """The span and the values of each correction."""
    for index, (start, end) in enumerate(spans):
        if end - start > _LONGEST_SENTENCE:
            continue
        headed = context.signalled or _is_headed(text, spans, index)
        begin = _led_from(text, spans, index)
        if not headed and begin is None and not _speaks(text[start:end]):
            continue
        for found in values(text, start, end):
            if _is_correction(found, headed=headed):
                yield (start if begin is None else begin, end), found
                break


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


def _led_from(text: str, spans: list[Span], index: int) -> int | None:
    """Where the sentence before begins, if it says that a field is wrong and this one goes on."""
    start, end = spans[index]
    if index == 0 or _GOES_ON.match(text, start, end) is None:
        return None
    before = text[slice(*spans[index - 1])]
    wrong = _ERRS.search(before) is not None or _SPEAKS.search(before) is not None
    led = wrong and len(before) <= _LONGEST_SENTENCE and _OF_A_PICTURE.search(before) is not None
    return spans[index - 1][0] if led else None


def _is_heading(words: str) -> bool:
    words = words.strip()
    short = 0 < len(words) <= _HEADING_LENGTH and len(words.split()) <= _HEADING_WORDS
    return short and not words.endswith(".") and _SPEAKS.search(words) is not None


def _is_correction(found: Values, *, headed: bool) -> bool:
    """Whether the values say that something is corrected; one alone, only under a heading."""
    if any(one is not None and _NOT_A_VALUE.fullmatch(one) for one in (found.right, found.wrong)):
        return False
    right, wrong = _no_field(found.right), _no_field(found.wrong)
    if right is None or wrong is None:
        return headed and found.form not in {"should-read", "not", "non", "no"}
    return headed or not (_is_plain(right) and _is_plain(wrong))


def _reading(
    text: str, span: Span, found: Values, context: Context, ceiling: int | None
) -> Reading:
    start, end = span
    sentence = text[start:end]
    right, wrong = _no_field(found.right), _no_field(found.wrong)
    said = frames.own_words(text, start, end, ceiling)
    return Reading(
        form=f"general.{found.form}",
        frame=frames.frame(text, start, end, complete=True),
        provider=context.provider,
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        pairs=(Pair(right, wrong, _property(sentence, found, start)),),
        identifiers=identifiers.find(sentence),
        instructions=instructions(said),
        replacement=replacement(said),
        language=found.language,
        unparsed="" if right is not None and wrong is not None else squeeze(sentence),
        confidence=Confidence.LOW,
        item_class=_item_class(sentence),
    )


def _is_plain(words: str | None) -> bool:
    """A word like any other, no name and no number: in prose it stands for nothing."""
    return words is not None and words.islower() and words.isalpha()


def _no_field(words: str | None) -> str | None:
    """A value that is no field's name: "Photo credit should read R" gives no wrong value."""
    return None if words is None or field_of(words) is not None else words


def _property(sentence: str, found: Values, start: int) -> Property | None:
    """The field that the words around the values name; "please credit R" names none.

    "The photo is by R": whose it is, and no other field, is corrected.
    """
    outside = sentence[: found.start - start] + " | " + sentence[max(0, found.end - start) :]
    named = field_of(_TO_CREDIT.sub("", outside))
    if named not in {None, Property.DESCRIPTION}:
        return named
    authored = _AUTHORED.search(sentence[: max(0, found.start - start)])
    return named if authored is None else Property.CREATOR_NAMES


def _item_class(sentence: str) -> ItemClass | None:
    picture, text = _PICTURE.search(sentence) is not None, _TEXT.search(sentence) is not None
    if picture == text:
        return None
    return ItemClass.PICTURE if picture else ItemClass.TEXT
