"""STT's corrections: ``R, ei W``.

Known from notes of a published item: the note for readers (``korjasi tietojaan``) and the one
for desks, where ``po.`` ("should be") leads to the right words. Notes on a caption or a byline,
and withdrawals, are how a Finnish desk puts them; no published one is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing.edges import ahead, are_name, counterpart
from provenance.grammars.phrasing.fields import property_named
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.phrases import Span, sentences, value, without_lead
from provenance.grammars.reading import Context, Pair, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Property, Pubstatus
from provenance.wording import squeeze

_AE = "(?:ä|a\u0308|a|Ã.|\\?|\ufffd)"
_SPEAKS = re.compile(
    r"(?i)\b(?:korjasi(?:vat)?\s{1,4}tieto\w{1,6}|korjattu|korjaus|korjaa|oikaisu|oikaisee)(?!\w)"
    r"|\bpo\.\s{0,4}:?"
)
_NOT = re.compile(r"(?i),\s{1,4}ei\s{1,4}(?!(?:ole|vain|enää|kuitenkaan|edes)\b)")
_SHOULD_BE = re.compile(r"(?i)\bpo\.\s{0,4}:?\s{0,4}")
_FIELD_DONE = re.compile(
    r"(?i)^(?:STT\W{1,3})?(?P<field>[^\W\d_][^.!:;\n]{1,60}?)\s{1,4}(?:on\s{1,4})?(?:korjattu|oikaistu)\W{0,3}$"
)
_WITHDRAWN = re.compile(
    rf"(?i)\b(?:{_AE}lk{_AE}{_AE}\s{{1,4}}(?:en{_AE}{_AE}\s{{1,4}})?k{_AE}ytt{_AE}k.{{1,2}}|poistakaa)\s{{1,4}}"
    rf"(?:[^\W\d_]{{1,16}}\s{{1,4}}){{0,3}}?(?:kuva[an]?|kuvat|kuvia|valokuva\w{{0,3}})\b"
    rf"|\b(?:kuva[an]?|kuvat|kuvia|valokuva\w{{0,3}})\s{{1,4}}(?:ei\s{{1,4}}saa\s{{1,4}}en{_AE}{_AE}\s{{1,4}}k{_AE}ytt{_AE}{_AE}|on\s{{1,4}}poistettu\s{{1,4}}k{_AE}yt.{{1,3}}st{_AE})\b"
)
_PICTURE = re.compile(r"(?i)\b(?:kuva\w{0,10}|valokuva\w{0,10})")
_TEXT = re.compile(
    r"(?i)\b(?:kappale\w{0,6}|lause\w{0,5}|juttu|jutun|jutussa|otsikko|otsikossa|uutinen|uutise\w{1,4})\b"
)
_STT = re.compile(r"\bSTT\b")
_LONGEST = 600
_MOST_SENTENCES = 2_000


def notes(text: str, context: Context) -> Iterator[Reading]:
    """STT's corrections and withdrawals in a message to clients."""
    for span in islice(sentences(text), _MOST_SENTENCES):
        if span[1] - span[0] <= _LONGEST:
            reading = _read(text, span, context)
            if reading is not None:
                yield reading


def _read(text: str, span: Span, context: Context) -> Reading | None:
    sentence = text[slice(*span)]
    if _WITHDRAWN.search(sentence):
        return _reading(text, span, context, form="stt.poisto")
    done = _FIELD_DONE.match(sentence)
    if done is not None:
        field = property_named(done["field"])
        if field is not None:
            return _reading(text, span, context, pairs=(Pair(None, None, field),))
    if not (context.signalled or _SPEAKS.search(sentence)):
        return None
    against = _NOT.search(sentence)
    if against is None:
        return None
    wrong = _wrong(sentence[against.end() :])
    should = _SHOULD_BE.search(sentence, 0, against.start())
    phrase = sentence[
        should.end() if should else _behind_colon(sentence, against.start()) : against.start()
    ]
    right = None if wrong is None else counterpart(phrase, wrong)
    if right is not None and wrong is not None:
        right, wrong = without_lead(right, wrong)
    if wrong is None:
        return None
    odd = "" if right is not None else squeeze(phrase)
    return _reading(text, span, context, pairs=(Pair(right, wrong, _field(sentence)),), odd=odd)


def _wrong(words: str) -> str | None:
    """What stands behind ``ei``, up to the next mark."""
    name, _ = ahead(words, 0, len(words), "fi")
    if name is not None and are_name(name):
        return name
    stop = re.search(r"[,;:)]|\.\s|$", words)
    return value(words if stop is None else words[: stop.start()])


def _behind_colon(sentence: str, end: int) -> int:
    return sentence.rfind(":", 0, end) + 1


def _field(sentence: str) -> Property | None:
    """The field named before the colon: ``Kuvaajan nimi korjattu: R, ei W``."""
    label = sentence[: max(0, sentence.find(":"))]
    named = re.sub(r"(?i)\s*\b(?:on\s)?(?:korjattu|oikaistu|korjaus|oikaisu)\b\s*", " ", label)
    return property_named(named)


def _reading(
    text: str,
    span: Span,
    context: Context,
    *,
    form: str = "stt.ei",
    pairs: tuple[Pair, ...] = (),
    odd: str = "",
) -> Reading:
    start, end = span
    words = text[start:end]
    provider = context.provider or ("STT" if _STT.search(text) else None)
    withdrawn = form == "stt.poisto"
    sure = provider == "STT" and not withdrawn
    picture, story = _PICTURE.search(words) is not None, _TEXT.search(words) is not None
    return Reading(
        form=form,
        frame=frames.frame(text, start, end, complete=True),
        provider=provider,
        kind=NoticeKind.WITHDRAWAL if withdrawn else NoticeKind.CORRECTION,
        pubstatus=Pubstatus.CANCELED if withdrawn else Pubstatus.USABLE,
        pairs=pairs,
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        replacement=replacement(words),
        language="fi",
        unparsed=odd,
        confidence=Confidence.STRONG if sure else Confidence.MEDIUM if provider else Confidence.LOW,
        item_class=ItemClass.TEXT if story else ItemClass.PICTURE if picture else None,
    )
