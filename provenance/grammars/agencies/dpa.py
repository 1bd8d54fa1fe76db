"""dpa's notes: ``muss es richtig heißen: R (statt: W)``, ``Richtig ist R``, picture notes.

Known from published wire items: the ``Berichtigung`` of a text with its identifier, the short
form for readers in which the wrong value stands first, corrections of single words, and a
picture note that names the field and gives no value. Withdrawals are known from the press
alone and are read as orders to clients.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.agencies import dpa_orders, dpa_reader
from provenance.grammars.phrasing.edges import are_name, counterpart
from provenance.grammars.phrasing.fields import property_named
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.pairs import field_of
from provenance.grammars.phrasing.phrases import sentences, value, word_set
from provenance.grammars.reading import Context, Pair, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Property, Pubstatus
from provenance.wording import squeeze

_SZ = "(?:ss|ß|SS|ẞ|Ã.|\\?|\ufffd)"
_UE = "(?:ü|ue|u\u0308|Ã.|u|\\?|\ufffd)"
_AE = "(?:ä|ae|a\u0308|Ã.|a|\\?|\ufffd)"
_HEISSEN = re.compile(
    rf"(?i)\bmu{_SZ}\s{{1,4}}(?:es\s{{1,4}})?(?:[^\W\d_]{{1,15}}\s{{1,4}}){{0,3}}?richtig(?:erweise)?"
    rf"\s{{1,4}}(?:hei{_SZ}en|lauten)\b\s{{0,4}}:?"
    rf"|\brichtig\s{{1,4}}mu{_SZ}\s{{1,4}}es\s{{1,4}}(?:hei{_SZ}en|lauten)\b\s{{0,4}}:?"
    rf"|\bmu{_SZ}\s{{1,4}}es\s{{1,4}}hei{_SZ}en\b\s{{0,4}}:?(?=[^.]{{1,200}}\(\s{{0,2}}(?:statt\b|nicht\s{{0,2}}:))"
)
_STATED = re.compile(
    r"(?i)\b(?:berichtigt|korrigiert|richtiggestellt|richtig(?:\s{1,4}(?:ist|sind|lautet))?)\b\s{0,4}:\s{0,4}(?:\+\s{0,4})?(?=\S)"
)
_LABEL = re.compile(r"(?:Fotos?|Bild|FOTOS?|BILD)\s{0,2}:\s{0,3}")
_ADDRESSED = re.compile(r"(?i)(?:achtung|an\s{1,4}alle)?\s{0,4}[^\W\d_]{3,20}\s{0,3}:\s{1,4}")
_QUOTES = ("«", "„", "“", '"', "\u203a")
_STATT = re.compile(
    r"(?i)(?P<open>\(?)\s{0,4}\b(?:statt|anstatt|anstelle(?:\s{1,4}von)?|und\s{1,4}nicht|nicht(?=\s{0,2}:))\b\s{0,4}:?\s{0,4}"
)
_READER = re.compile(
    rf"(?i)\bin\s{{1,4}}(?:einer|der)\s{{1,4}}(?:fr{_UE}heren|vorherigen|vorigen|ersten|{_AE}lteren|urspr{_UE}nglichen)"
    r"\s{1,4}(?:version|fassung)\b"
)
_RIGHT_IS = re.compile(
    r"(?i)\b(?:richtig|korrekt)\s{1,4}(?:ist|sind|lautet|war|waren|hei(?:ß|ss)t\s{1,4}es)\b"
    r"(?:\s{1,4}(?:aber|jedoch|hingegen|dagegen|vielmehr|indes))?\s{0,4}[,:]?\s{1,4}"
)
_STRUCK = re.compile(
    r"(?i)\bwurden?\s{1,4}(?:das\s{1,4}(?:wort|adjektiv)|der\s{1,4}(?:name|zusatz)|die\s{1,4}(?:angabe|zahl|altersangabe)"
    r"|die\s{1,4}w.{1,2}rter)\s{1,4}(?P<word>[«„\"?]\s?[^«»„“”\"?]{1,80}\s?[»“”\"?]|\S{1,40})\s{1,4}gestrichen\b"
)
_NEEDLESS = re.compile(
    r"(?i)\b.{0,3}berfl.{1,2}ssige[sr]?\s{1,4}(?:wort|w.{1,2}rter|zeichen|satz|silbe|zahl)\b[^.\n]{0,80}?\bgestrichen\b"
)
_AS_SAID = re.compile(
    rf"(?i)\b(?:ist|war|hei(?:ß|ss)t|sind)\s{{1,4}}(?P<right>[^,.;:]{{1,60}}),\s{{1,4}}wie\s{{1,4}}es\b[^.]{{0,80}}?\brichtig\s{{1,4}}hei{_SZ}t\b"
)
_FIELD_DONE = re.compile(
    r"(?i)^(?P<field>[^.!:;\n]{2,90}?)\s{1,4}(?:(?:wurden?|ist|sind|wird)\s{1,4})?(?:nachtr.{1,2}glich\s{1,4})?"
    r"(?:korrigiert|berichtigt|richtiggestellt)\W{0,3}$"
)
_ALL_DONE = re.compile(
    r"\b(?:Sie|Er|Es|Dies|Diese|Dieser|Das|(?:Die|Der)\s{1,4}(?:Angaben?|Fehler|Text|Meldung|Bildunterschrift|Bildtext))"
    r"\s{1,4}(?:wurden?|ist|sind)\s{1,4}(?:[^\W\d_]{1,15}\s{1,4}){0,2}(?:berichtigt|korrigiert)\b"
)
_HEADING = re.compile(
    r"(?:^|\n)[^\S\n]{0,8}(?:ACHTUNG\W{1,4})?(?:Berichtigung|BERICHTIGUNG|Bildberichtigung)\b(?=[^\S\n]{0,4}(?::|\n|$))"
)
_TIME = re.compile(r"\d{1,2}[.:]?\d{2}\b")
_PICTURE = re.compile(
    r"(?i)\b(?:fotos?|bild(?:er|es|text|unterschrift|beschreibung)?|aufnahme|fotografe?n?|file\s{1,4}photo|photo|grafik)\b"
)
_TEXT = re.compile(
    r"(?i)\b(?:absatz\w{0,3}|abs\.|satz(?:es)?|meldung|textes|text|.berschrift|artikels?|eintrag|zwischen.berschrift|beitrags?|zusammenfassung)(?!\w)"
)
_FURNITURE = re.compile(
    r"(?i)^(?:\W{0,4}\b(?:file\s{1,4}photo|archiv(?:bild|foto)?|handout|foto|bild|photo)\b){1,3}\W{0,6}(?=\w)"
)
_OF_WHAT = re.compile(
    r"(?i)(?:wurden?|wird|ist)\s{1,4}(?:der|die|das)\s{1,4}(?P<field>[^\W\d_]{3,30})\b[^:]{0,160}$"
)
# Desk words: "Zufa statt KORR" says that a summary replaces a correction.
_JARGON = word_set(
    "zufa zusammenfassung korr korrektur berichtigung eil eilmeldung update neufassung text meldung"
    " wiederholung wdh bild foto vorschau tagesvorschau langfassung kurzfassung"
)
_NAMED = re.compile(r"(?i:urn:newsml:dpa\.com)|\bdpa\b|\bDPA\b")
_TELLING_FIELDS = frozenset(
    {"uhrzeit", "zeitangabe", "zahl", "zahlen", "zahlenangabe", "schreibfehler", "tippfehler"}
)
_REACH = 500
_FIELD_REACH = 220
# More than this is no message to clients.
_MOST = 500
_LONGEST_MESSAGE = 250_000
_SHORT_MESSAGE = 600


@dataclass(frozen=True, slots=True)
class _Found:
    """One correction in a message: its span, its values, and what could not be read."""

    form: str
    start: int
    end: int
    pairs: tuple[Pair, ...] = ()
    unparsed: str = ""


def notes(text: str, context: Context) -> Iterator[Reading]:
    """Corrections and withdrawals of dpa in a message to clients.

    Of a longer text than any message is, the first 250,000 characters are read.
    """
    text = text[:_LONGEST_MESSAGE]
    trusted = context.provider == "dpa" or context.signalled
    found = _apart((*_values(text), *_done(text, trusted=trusted)))
    if not found:
        found += _headed(text)
    for one in found:
        yield _reading(text, one, context)
    yield from dpa_orders.orders(text, context)


def _apart(found: Iterable[_Found]) -> list[_Found]:
    """In the order of the text; of two that share words, the surer form, which came first."""
    kept: list[_Found] = []
    for one in found:
        at = bisect_left(kept, one.start, key=lambda other: other.start)
        before = at > 0 and kept[at - 1].end > one.start
        behind = at < len(kept) and kept[at].start < one.end
        if not before and not behind:
            kept.insert(at, one)
    return kept


def _reading(text: str, found: _Found, context: Context) -> Reading:
    words = text[found.start : found.end]
    near = text[max(0, found.start - _REACH) : found.end]
    provider = context.provider or ("dpa" if _NAMED.search(near) else None)
    return Reading(
        form=found.form,
        frame=frames.frame(text, found.start, found.end, complete=True),
        provider=provider,
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        pairs=found.pairs,
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        replacement=replacement(words),
        language="de",
        unparsed=found.unparsed,
        confidence=_confidence(found, provider, signalled=context.signalled),
        item_class=_item_class(near, words),
    )


def _confidence(found: _Found, provider: str | None, *, signalled: bool) -> Confidence:
    """Low where nobody known speaks, and where a person must say what the words mean."""
    if found.form == "dpa.berichtigung" or (provider is None and not signalled):
        return Confidence.LOW
    return Confidence.STRONG if provider == "dpa" else Confidence.MEDIUM


def _item_class(near: str, words: str) -> ItemClass | None:
    """What kind of item a note speaks of: the words of the note first, then those before it."""
    for part in (words, near):
        picture, story = _PICTURE.search(part) is not None, _TEXT.search(part) is not None
        # "Bild im 2. Absatz": paragraphs and sentences are of a text.
        if picture or story:
            return ItemClass.TEXT if story else ItemClass.PICTURE
    return ItemClass.TEXT if _READER.search(words) else None


# ---- forms that give values --------------------------------------------------------------------


def _values(text: str) -> Iterator[_Found]:
    yield from _each(text, _HEISSEN, _instead)
    yield from _each(text, _STATED, _stated)
    yield from _each(text, _READER, _reader)
    yield from _each(text, _STRUCK, _struck)
    yield from _each(text, _NEEDLESS, _needless)


def _each(
    text: str, pattern: re.Pattern[str], read: Callable[[str, re.Match[str]], _Found | None]
) -> Iterator[_Found]:
    """What each match outside the one before it says."""
    floor = 0
    for match in islice(pattern.finditer(text), _MOST):
        found = read(text, match) if match.start() >= floor else None
        if found is not None:
            floor = found.end
            yield found


def _needless(text: str, match: re.Match[str]) -> _Found:
    return _Found("dpa.gestrichen", *_sentence(text, match.start(), match.end()))


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentences from the one around ``start`` to the one around ``end``."""
    floor, ceiling = max(0, start - _REACH), min(len(text), end + _REACH)
    spans = list(sentences(text, floor, ceiling))
    first = max((a for a, _ in spans if a <= start), default=start)
    last = min((b for _, b in spans if b >= end), default=end)
    return first, last


def _instead(text: str, match: re.Match[str]) -> _Found:
    """``...: R (statt: W)``; the bracket, or the quote of R, may never be closed."""
    start, end = _sentence(text, match.start(), match.end())
    before = text[start : match.start()]
    # Of a text it says in which paragraph, and the field would be the story's.
    prop = None if _TEXT.search(before) else field_of(before)
    # The whole note: "der Meldung mit der Kennung ... vom ... . Im letzten Absatz ..."
    kennung = text.rfind("urn:newsml:dpa.com", max(0, start - _REACH), start)
    if kennung >= 0 and not _blank(text, kennung, start):
        start = _sentence(text, kennung, kennung)[0]
    statt = _STATT.search(text, match.end(), end)
    if statt is None:
        right = dpa_reader.short(text[match.end() : end])
        odd = "" if right else squeeze(text[match.end() : end])
        return _Found("dpa.richtig-heissen", start, end, _pairs(right, None, prop), odd)
    right, wrong, end = _around(text, match.end(), statt, end)
    odd = "" if right and wrong else squeeze(text[match.end() : end])
    return _Found("dpa.richtig-heissen", start, end, _pairs(right, wrong, prop), odd)


def _around(
    text: str, start: int, statt: re.Match[str], end: int
) -> tuple[str | None, str | None, int]:
    """The values before and behind ``statt``, and where the second one's sentence ends."""
    stop = text.find(")", statt.end(), end) if statt["open"] else -1
    wrong = value(text[statt.end() : stop if stop >= 0 else end])
    printed = text[start : statt.start()].strip()
    phrase = value(printed)
    if wrong is None or phrase is None:
        return None, wrong, end
    label = _LABEL.match(phrase)
    if label is not None and wrong.startswith(label[0]):
        phrase, wrong = phrase[label.end() :], wrong[label.end() :]
    if printed[:1] in _QUOTES and are_name(phrase) and are_name(wrong):
        return phrase, wrong, end
    return counterpart(phrase, wrong), wrong, end


def _stated(text: str, match: re.Match[str]) -> _Found | None:
    """``wurde berichtigt: R (statt W``, ``wurde die Uhrzeit ... korrigiert: + 1335 ...``."""
    start, end = _sentence(text, match.start(), match.start() + 1)
    end = max(end, _sentence(text, match.end(), match.end())[1])
    statt = _STATT.search(text, match.end(), end)
    of_what = _OF_WHAT.search(text, max(start, match.start() - _FIELD_REACH), match.start())
    field = _FIELD_DONE.match(text[start : match.end()].rstrip(" :+\n"))
    named = field["field"] if field is not None else "" if of_what is None else of_what["field"]
    prop = _property(_FURNITURE.sub("", named)) or (
        property_named(of_what["field"]) if of_what else None
    )
    spoken = _done_before(text, start) if prop is None and of_what is None else None
    if spoken is not None:
        start, prop = spoken
    if statt is not None:
        right, wrong, end = _around(text, match.end(), statt, end)
        if _is_jargon(right) or _is_jargon(wrong):
            return None
        odd = "" if right and wrong else squeeze(text[match.end() : end])
        return _Found("dpa.statt", start, end, _pairs(right, wrong, prop), odd)
    if of_what is not None and of_what["field"].lower() == "uhrzeit":
        time = _TIME.match(text, match.end())
        right = None if time is None else time[0]
    else:
        right = dpa_reader.short(text[match.end() : end]) if of_what or prop else None
    if right is None and of_what is None and prop is None:
        return None
    odd = "" if right else squeeze(text[match.end() : end])
    return _Found("dpa.korrigiert", start, end, _pairs(right, None, prop), odd)


def _done_before(text: str, start: int) -> tuple[int, Property] | None:
    """Where the sentence before begins, and its field (``Bildautor berichtigt``)."""
    floor = max(0, start - _FIELD_REACH)
    spans = list(sentences(text, floor, start))
    if not spans or _blank(text, spans[-1][1], start):
        return None
    begin, end = spans[-1]
    label = _ADDRESSED.match(text, begin, end)
    done = _FIELD_DONE.match(text[begin if label is None else label.end() : end])
    prop = None if done is None else _property(done["field"])
    return None if prop is None else (begin, prop)


def _reader(text: str, match: re.Match[str]) -> _Found | None:
    """``In einer früheren Version ... W. Richtig ist aber R.``: the wrong value stands first."""
    right_is = _RIGHT_IS.search(text, match.end(), match.end() + _REACH)
    if right_is is None or _blank(text, match.end(), right_is.start()):
        return None
    start = _sentence(text, match.start(), match.start())[0]
    end = _sentence(text, right_is.start(), right_is.end())[1]
    before, behind = text[match.end() : right_is.start()], text[right_is.end() : end]
    right, wrong, prop = dpa_reader.values(before, behind)
    odd = "" if right and wrong else squeeze(text[match.end() : end])
    return _Found("dpa.frueher-richtig", start, end, _pairs(right, wrong, prop), odd)


def _struck(text: str, match: re.Match[str]) -> _Found:
    """A word that was taken out, and what the next sentence says in its place."""
    start, end = _sentence(text, match.start(), match.end())
    said = _AS_SAID.search(text, end, end + _REACH)
    if said is not None and not _blank(text, end, said.start()):
        end = _sentence(text, said.start(), said.end())[1]
        return _Found(
            "dpa.gestrichen", start, end, _pairs(value(said["right"]), value(match["word"]))
        )
    return _Found("dpa.gestrichen", start, end, _pairs(None, value(match["word"])))


# ---- forms without values ----------------------------------------------------------------------


def _done(text: str, *, trusted: bool) -> Iterator[_Found]:
    """``Ortsname korrigiert``: a or a line of it, that says no more than this."""
    for start, end in islice(sentences(text), _MOST):
        if end - start > _REACH:
            continue
        at = start
        for line in text[start:end].split("\n"):
            found = _field_done(line, at)
            if found is not None:
                yield found
            at += len(line) + 1
    short = len(text) <= _SHORT_MESSAGE and (trusted or _NAMED.search(text) is not None)
    if not (trusted or short):
        return
    yield from _each(text, _ALL_DONE, _all_done)


def _all_done(text: str, match: re.Match[str]) -> _Found:
    return _Found("dpa.berichtigt", *_sentence(text, match.start(), match.end()))


def _field_done(line: str, at: int) -> _Found | None:
    done = _FIELD_DONE.match(line.strip())
    if done is None:
        return None
    field = _FURNITURE.sub("", done["field"]).strip(" -–—")
    prop = _property(field)
    if prop is None and field.lower() not in _TELLING_FIELDS:
        return None
    start = at + len(line) - len(line.lstrip())
    pairs = (Pair(None, None, prop),) if prop is not None else ()
    return _Found(
        "dpa.feld-korrigiert", start, at + len(line), pairs, "" if prop is not None else field
    )


def _property(field: str) -> Property | None:
    """The property of a field as dpa names it, also with what it belongs to behind it."""
    words = field.split()
    if len(words) > 6:
        return None
    for end in range(len(words), 0, -1):
        found = property_named(" ".join(words[:end]))
        if found is not None and (
            end == len(words) or words[end].lower() in {"von", "im", "in", "der", "des", "am"}
        ):
            return found
    return None


def _headed(text: str) -> Iterator[_Found]:
    """A ``Berichtigung`` whose words are none of the known forms: a person must read it."""
    head = _HEADING.search(text)
    if head is not None and len(text) <= 4 * _SHORT_MESSAGE:
        start = head.start() + len(head[0]) - len(head[0].lstrip())
        body = squeeze(text[head.end() :]).lstrip(": ")
        yield _Found("dpa.berichtigung", start, len(text.rstrip()), (), body)


def _pairs(right: str | None, wrong: str | None, prop: Property | None = None) -> tuple[Pair, ...]:
    return (Pair(right, wrong, prop),) if right or wrong or prop else ()


def _is_jargon(word: str | None) -> bool:
    return word is not None and word.lower() in _JARGON


def _blank(text: str, start: int, end: int) -> bool:
    return "\n\n" in text[start:end].replace("\r\n", "\n").replace("\r", "\n")
