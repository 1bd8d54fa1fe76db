"""From the items of a wire to the notices that some of them are.

The step is the same for every wire format. An item is a notice by its status (canceled,
withheld), by a signal (``sig:correction``, ``edStat:D``, ``editorialtype:Kill``) or by its
words, which the grammars read. An update is never one: ``sig:update``, Writethru, Add, Lead,
and dpa's notes of role ``correction`` under ``sig:update``, which tell what was added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from provenance import captions, grammars, identifiers
from provenance.grammars import Context, Reading, duties
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.model import (
    Confidence,
    Correction,
    Instruction,
    ItemClass,
    Limit,
    Notice,
    NoticeKind,
    Occurrence,
    Property,
    Pubstatus,
    Replacement,
    Restriction,
    Target,
    TargetKind,
)
from provenance.notices import binding
from provenance.notices.carrier import ParsedCaption, ParsedCarrier, count
from provenance.notices.identity import Aliases, canonical, merge, notice_id
from provenance.notices.wires.item import Item, Mark, Note, is_embargoed, marks, moment, names_one

# Roles of notes that say nothing of the item's faults: signatures, telephone numbers, hints.
_ASIDES = frozenset(
    ["closingline", "contacts", "dpacontacts", "edservice", "genrenote", "notepad", "picture"]
)
_HINTS = frozenset(["editorialnote"])
_SPOKEN = (Property.DESCRIPTION, Property.HEADLINE, Property.INSTRUCTIONS)
_NAMES = {
    Property.DESCRIPTION: "caption",
    Property.HEADLINE: "headline",
    Property.INSTRUCTIONS: "instructions",
}
_CREDITS = (Property.CREATOR_NAMES, Property.CREDIT_LINE)
_CONFIDENCE = (Confidence.LOW, Confidence.MEDIUM, Confidence.STRONG)
_EMBARGO_WORDS = re.compile(r"(?i)embargo|sperrfrist|\bhold\b|not\s+before|nicht\s+vor\b")
_JOINTS = " \t\r\n-–—/|,;:.()"
_SHORTEST_CAPTION = 12
_MOST_SEARCHING = 2_000_000_000


def carried(items: Sequence[Item], *, source: str, text: str) -> ParsedCarrier:
    """The notices and captions of the items of one carrier, and the items themselves.

    A status or a signal makes a notice of confidence ``strong`` whose form is the item's
    format; pairs that a weaker form of words gives make it as weak as that form. An item of
    text gives a notice without targets: it speaks of no picture. Offsets of the captions are
    those of the caption's own text.

    Args:
        items: in the order of the carrier.
        source: the carrier's name, for the occurrences.
        text: the carrier's text, in which the notices' words are looked for.
    """
    places = _Places(source, text)
    said = [tuple(_notices(item, places)) for item in items]
    notices = merge([one for of_this in said for one in of_this])
    known = Aliases(notices)
    seen: dict[str, ParsedCaption] = {}
    for item, of_this in zip(items, said, strict=True):
        _count(seen, item, tuple(known.under_known_id(one).notice_id for one in of_this))
    return ParsedCarrier(notices, tuple(seen.values()), items=tuple(items))


class _Places:
    """Where words stand in the carrier's text, looked up at a bounded cost."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self._text = text
        self._searching = _MOST_SEARCHING

    def occurrence(self, words: str, locator: str) -> Occurrence:
        """Where the words stand; offsets 0, 0 where they are escaped, absent, or repeated."""
        start = self._only(words)
        if start < 0:
            return Occurrence(self.source, 0, 0, locator)
        return Occurrence(self.source, start, start + len(words), locator)

    def _only(self, words: str) -> int:
        self._searching -= len(self._text)
        if not words or self._searching < 0:
            return -1
        start = self._text.find(words)
        return start if start >= 0 and self._text.find(words, start + 1) < 0 else -1


@dataclass(frozen=True, slots=True)
class _Voice:
    """Words of an item, what the grammars read in them, and as what they stand there."""

    words: str
    locator: str
    readings: tuple[Reading, ...]
    note: Note | None = None

    def of(self, kind: NoticeKind) -> tuple[Reading, ...]:
        return tuple(one for one in self.readings if one.kind is kind)


def _notices(item: Item, places: _Places) -> Iterator[Notice]:
    marked = marks(item)
    voices = _voices(item, marked)
    signalled = list(_signalled(item, marked))
    kinds = {kind for kind, _ in signalled}
    for kind, pubstatus in signalled:
        yield _by_signal(item, kind, pubstatus, voices, places)
    if Mark.WITHDRAWN in marked:
        # What is withdrawn is not to be corrected any more, whatever its headline still says.
        return
    for kind in NoticeKind:
        if kind not in kinds and any(voice.of(kind) for voice in voices):
            yield _by_words(item, kind, voices, places)


def _signalled(item: Item, marked: frozenset[Mark]) -> Iterator[tuple[NoticeKind, Pubstatus]]:
    if Mark.WITHDRAWN in marked:
        yield NoticeKind.WITHDRAWAL, Pubstatus.CANCELED
        return
    if Mark.HELD in marked:
        yield NoticeKind.RESTRICTION, item.pubstatus
    elif Mark.WITHHELD in marked:
        yield NoticeKind.WITHDRAWAL, Pubstatus.WITHHELD
    if Mark.CORRECTED in marked:
        yield NoticeKind.CORRECTION, item.pubstatus


def _voices(item: Item, marked: frozenset[Mark]) -> tuple[_Voice, ...]:
    flagged = bool(marked - {Mark.UPDATED, Mark.HELD})
    adding = Mark.UPDATED in marked and Mark.CORRECTED not in marked
    found: list[_Voice] = []
    for note in item.notes:
        role = note.role.casefold()
        aside = role in _ASIDES or (adding and role.startswith("correction"))
        if aside or not note.words.strip():
            continue
        told = (flagged and role not in _HINTS) or role.startswith("correction")
        readings = grammars.read(note.words, Context(item.provider, signalled=told))
        locator = " ".join(word for word in (item.format, "ednote", note.role) if word)
        found.append(_Voice(note.words, locator, readings, note))
    known = {voice.words for voice in found}
    for prop in _SPOKEN:
        for words in item.of(prop):
            if words not in known:
                known.add(words)
                locator = f"{item.format} {_NAMES[prop]}"
                found.append(_Voice(words, locator, grammars.find(words)))
    return tuple(found)


def _by_signal(
    item: Item, kind: NoticeKind, pubstatus: Pubstatus, voices: Sequence[_Voice], places: _Places
) -> Notice:
    """The notice that the item is by its status or its signals, with what its words add."""
    telling = _telling(kind, voices)
    told = [one for one in voices if one.of(kind) or any(one is other for other in telling)]
    pieces = [voice.words if voice.note else _said(voice, kind) for voice in told]
    stated, place = _instead(item, kind, pubstatus)
    words = "\n".join(pieces) or stated
    notice = _woven(item, kind, told, words)
    unparsed = [notice.unparsed] if notice.unparsed else []
    if kind is NoticeKind.CORRECTION:
        unparsed += [rest for voice in told if voice.note and (rest := _unaccounted(voice))]
    occurrences = [
        places.occurrence(piece, voice.locator) for piece, voice in zip(pieces, told, strict=True)
    ] or [places.occurrence(words, f"{item.format} {place}")]
    return replace(
        notice,
        pubstatus=pubstatus,
        provider=item.provider or notice.provider,
        form=item.format,
        occurrences=tuple(occurrences),
        unparsed=" … ".join(unparsed),
        restrictions=_embargo(item, told) if kind is NoticeKind.RESTRICTION else (),
    )


def _telling(kind: NoticeKind, voices: Sequence[_Voice]) -> list[_Voice]:
    """The notes that speak of this: by their role, else those that have none of their own."""
    notes = [(voice, voice.note.role.casefold()) for voice in voices if voice.note is not None]
    own = "embargo" if kind is NoticeKind.RESTRICTION else kind.value
    named = [voice for voice, role in notes if role.startswith(own)]
    others = [
        voice
        for voice, role in notes
        if role not in _HINTS and not role.startswith(("embargo", "correction"))
    ]
    if kind is NoticeKind.RESTRICTION and not named:
        return [voice for voice in others if _EMBARGO_WORDS.search(voice.words)]
    return named or others or [voice for voice, role in notes if role in _HINTS]


def _said(voice: _Voice, kind: NoticeKind) -> str:
    return "\n".join(voice.words[one.start : one.end] for one in voice.of(kind))


def _instead(item: Item, kind: NoticeKind, pubstatus: Pubstatus) -> tuple[str, str]:
    """Words for a notice without any of its own, and what they are in the item."""
    for prop in (Property.HEADLINE, Property.DESCRIPTION):
        said = next((words.strip() for words in item.of(prop) if words.strip()), "")
        if said:
            return said, _NAMES[prop]
    marked = ", ".join((f"pubstatus {pubstatus}", *item.signals))
    return f"{kind} of {item.guid or 'an item without a name'} ({marked})", "status"


def _unaccounted(voice: _Voice) -> str:
    """The words of a note that none of its readings covers."""
    pieces: list[str] = []
    floor = 0
    for one in voice.readings:
        pieces.append(voice.words[floor : one.frame.outer_start])
        floor = max(floor, one.frame.outer_end)
    pieces.append(voice.words[floor:])
    kept = [squeezed for piece in pieces if (squeezed := captions.squeeze(piece).strip(_JOINTS))]
    return " … ".join(kept)


def _embargo(item: Item, told: Sequence[_Voice]) -> tuple[Restriction, ...]:
    words = "\n".join(voice.words for voice in told if _EMBARGO_WORDS.search(voice.words))
    until = item.embargoed if is_embargoed(item) and moment(item.embargoed or "") else None
    if until is None:
        sent = moment(item.sent or "")
        read = captions.restrictions(words, None if sent is None else sent.date())
        until = next((one.until for one in read if one.limit is Limit.EMBARGO), None)
    stated = f"embargoed {item.embargoed}" if item.embargoed else "hold for release"
    return (Restriction(Limit.EMBARGO, words or stated, until=until),)


def _by_words(item: Item, kind: NoticeKind, voices: Sequence[_Voice], places: _Places) -> Notice:
    """The notice that an item is by its words alone: as sure as their form."""
    told = [voice for voice in voices if voice.of(kind)]
    readings = [one for voice in told for one in voice.of(kind)]
    notice = _woven(item, kind, told, "\n".join(_said(voice, kind) for voice in told))
    occurrences = [
        places.occurrence(voice.words[one.start : one.end], voice.locator)
        for voice in told
        for one in voice.of(kind)
    ]
    return replace(
        notice,
        pubstatus=readings[0].pubstatus,
        provider=notice.provider or item.provider,
        form=readings[0].form,
        confidence=_weakest(readings),
        occurrences=tuple(occurrences),
    )


def _woven(item: Item, kind: NoticeKind, told: Sequence[_Voice], words: str) -> Notice:
    """What item and readings say together, under the id that the words and the item give."""
    read = [
        (one, binding.notice(voice.words, one, None, source="", known=_known(item)))
        for voice in told
        for one in voice.of(kind)
    ]
    provider = next((one.provider for one, _ in read if one.provider), None)
    item_class = _spoken_of(item, [one for one, _ in read])
    targets = _targets(item, item_class, [bound for _, bound in read])
    asked = _asked(words, [one for one, _ in read])
    bound_to = [canonical(one) for one in targets]
    bound_to += [f"kind:{kind}", f"item:{item.guid}", f"version:{item.version}"]
    pairs: dict[Correction, None] = {}
    if kind is NoticeKind.CORRECTION:
        pairs = dict.fromkeys(pair for _, bound in read for pair in bound.corrections)
    return Notice(
        notice_id=notice_id(item.provider or provider, words, bound_to),
        provider=provider,
        kind=kind,
        pubstatus=item.pubstatus,
        text=words,
        byline=next((one.byline for one, _ in read if one.byline), None),
        corrections=tuple(pairs),
        targets=targets,
        duties=duties(asked),
        replacement=_replaced(words, [one for one, _ in read]),
        language=item.language or next((one.language for one, _ in read), "en"),
        unparsed=" … ".join(one.unparsed for one, _ in read if one.unparsed),
        complete=all(one.complete for one, _ in read),
        confidence=_weakest([one for one, _ in read if one.pairs]),
        instructions=asked,
        item_class=item_class,
        item=item.guid,
        version=item.version,
        sent=item.sent,
    )


def _spoken_of(item: Item, readings: Sequence[Reading]) -> ItemClass | None:
    """What kind of item the notice is about: a text may announce that a picture is withdrawn."""
    said = next((one.item_class for one in readings if one.item_class), None)
    if said is not None or item.item_class is not ItemClass.TEXT:
        return said or item.item_class
    named = {code for one in readings for code in one.identifiers}
    # dpa's identifiers are those of its texts, too.
    pictures = any(code.agency != "dpa" and code.code not in item.guid for code in named)
    return ItemClass.PICTURE if pictures else ItemClass.TEXT


def _known(item: Item) -> tuple[str, ...]:
    return tuple(value for prop in _CREDITS for value in item.of(prop))


def _weakest(readings: Iterable[Reading]) -> Confidence:
    found = [one.confidence for one in readings]
    return min(found, key=_CONFIDENCE.index) if found else Confidence.STRONG


def _asked(words: str, readings: Sequence[Reading]) -> tuple[Instruction, ...]:
    said = [*(one for reading in readings for one in reading.instructions), *instructions(words)]
    first: dict[str, Instruction] = {}
    for one in said:
        first.setdefault(one.asks, one)
    return tuple(first.values())


def _replaced(words: str, readings: Sequence[Reading]) -> Replacement:
    said = (one.replacement for one in readings if one.replacement is not Replacement.UNKNOWN)
    return next(said, replacement(words))


def _targets(
    item: Item, item_class: ItemClass | None, bound: Sequence[Notice]
) -> tuple[Target, ...]:
    """What names the picture; nothing for a text, unless its words speak of pictures."""
    if item_class is ItemClass.TEXT:
        return ()
    named = [target for one in bound for target in one.targets]
    if item.item_class is not ItemClass.TEXT:
        own = [value for value in (item.guid, *item.identifiers) if value.strip()]
        codes = [one.written for one in identifiers.find("\n".join(own))]
        named += [Target(TargetKind.IDENTIFIER, value) for value in (*own, *codes)]
        named += [Target(TargetKind.FILENAME, name) for name in item.filenames if names_one(name)]
    if item.item_class is ItemClass.PICTURE:
        named += [Target(TargetKind.CAPTION, text) for text in _captions(item)]
    first: dict[str, Target] = {}
    for target in named:
        first.setdefault(canonical(target), target)
    return tuple(first.values())


def _captions(item: Item) -> tuple[str, ...]:
    said = (words for words in item.of(Property.DESCRIPTION))
    return tuple(
        words
        for words in dict.fromkeys(said)
        if len(captions.normalise(captions.body(words))) >= _SHORTEST_CAPTION
    )


def _count(seen: dict[str, ParsedCaption], item: Item, ids: tuple[str, ...]) -> None:
    if item.item_class is not ItemClass.PICTURE:
        return
    for words in dict.fromkeys(item.of(Property.DESCRIPTION)):
        for caption in captions.segment(words, whole=True):
            count(seen, caption, ids)
