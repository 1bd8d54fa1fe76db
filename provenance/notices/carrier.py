"""What every carrier of notices yields: notices, the captions around them, problems."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from provenance import captions, grammars, identifiers
from provenance.errors import NoticeError
from provenance.grammars import Context, Reading
from provenance.model import Authority, Caption, Notice, Target, TargetKind
from provenance.notices.binding import bound_caption, is_telling, notice
from provenance.notices.identity import merge
from provenance.notices.wires.item import Item

_MOST_TARGETS = 500_000
_PICTURE = r"(?:(?:the|new|photo|picture|image|version|number|bild|foto|la|l'image)\s{1,4}){0,4}"
_REPLACEMENT = re.compile(
    rf"(?i)\b(?:replaced\s{{1,4}}(?:by|with)|remplac.{{1,2}}e?\s{{1,4}}par|ersetzt\s{{1,4}}durch"
    rf"|sustituid[ao]\s{{1,4}}por)\s{{1,4}}{_PICTURE}\S{{6,80}}"
    rf"|\buse\s{{1,4}}{_PICTURE}\S{{6,80}}\s{{1,4}}instead\b(?!\s{{1,4}}of\b)"
)


@dataclass(frozen=True, slots=True)
class ParsedCaption:
    """A caption of a carrier, once.

    Attributes:
        caption: as first found, with offsets in the carrier's text.
        occurrences: how often it stands there, by :func:`captions.normalise`.
        notice_ids: the notices bound to it.
    """

    caption: Caption
    occurrences: int = 1
    notice_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedCarrier:
    """All that one carrier said; ``errors`` names what could not be read, and the remedy.

    ``items`` are the news items that it carried, notices or not: the next version of one
    is held against them. ``attached`` are the pictures that came with it (name and content),
    in whose own captions a notice may stand. ``skipped`` names what came with it and was not
    opened.
    """

    notices: tuple[Notice, ...] = ()
    captions: tuple[ParsedCaption, ...] = ()
    errors: tuple[NoticeError, ...] = ()
    items: tuple[Item, ...] = ()
    attached: tuple[tuple[str, bytes], ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a carrier came: when (RFC 3339), through whom, and the SHA-256 of its bytes."""

    received: str | None
    received_by: str | None
    digest: str


def read(
    text: str,
    *,
    source: str,
    known: Sequence[str] = (),
    named: Sequence[Target] = (),
    locator: str = "",
    context: Context | None = None,
) -> ParsedCarrier:
    """The notices of a text, each bound to the picture it speaks of.

    A notice is bound to the caption it stands in or behind. Else the whole text is one
    message: then the identifiers anywhere in it are targets, and its only caption is.

    Args:
        text: the text.
        source: its name, for the occurrences.
        known: byline and credit values known from elsewhere.
        named: targets that the carrier names outside the text; each notice that names
            no picture of its own gets them.
        locator: the part of the carrier that ``text`` is.
        context: what is known of a message to clients; None where the text is a caption
            or an article, in which only the forms count that are sure anywhere.

    Raises:
        NoticeError: ``notice-limit`` where a message holds more notices and identifiers
            than can be told apart; never for a caption or an article.
    """
    found = captions.segment(text)
    readings = grammars.find(text) if context is None else grammars.read(text, context)
    bound = _bound(readings, found)
    spoken_for = any(caption is not None and is_telling(caption) for caption in bound)
    loose = () if spoken_for and not named else pictures_named(text)
    if len(readings) * len(loose) > _MOST_TARGETS:
        if context is not None:
            raise _too_many(source)
        loose = ()
    several = len({one.identifiers for one in readings}) > 1
    notices: list[Notice] = []
    ids: list[tuple[Caption, str]] = []
    for reading, caption in zip(readings, bound, strict=True):
        # Among notices that name different pictures, the others' are not this one's.
        extra = () if reading.identifiers and several else (*loose, *named)
        one = notice(text, reading, caption, source=source, known=known, extra=extra)
        occurrence = replace(one.occurrences[0], locator=locator)
        notices.append(replace(one, occurrences=(occurrence,)))
        if caption is not None:
            ids.append((caption, one.notice_id))
    return ParsedCarrier(merge(notices), _counted(found, ids))


def _bound(readings: Sequence[Reading], found: Sequence[Caption]) -> list[Caption | None]:
    """The caption of each reading. Captions are in order: only those around it can hold it."""
    if len(readings) == len(found) == 1:
        return [found[0]]
    starts = [caption.start for caption in found]
    bound: list[Caption | None] = []
    for reading in readings:
        at = bisect_right(starts, reading.start)
        bound.append(bound_caption(reading, found[max(0, at - 2) : at + 1]))
    return bound


def _too_many(source: str) -> NoticeError:
    return NoticeError(
        f"{source}: the message holds too many notices and too many pictures to tell which of "
        "them belong together.",
        code="notice-limit",
        remedy="Give its notices in separate files.",
    )


def pictures_named(text: str) -> tuple[Target, ...]:
    """The pictures whose identifiers stand in a message, but for what is to be used instead.

    A kill that names the replacement does not mean the replacement. Where a message names no
    other picture, those are given all the same.
    """
    found = identifiers.find(_REPLACEMENT.sub(" ", text)) or identifiers.find(text)
    return tuple(Target(TargetKind.IDENTIFIER, one.written) for one in found)


def _counted(
    found: Sequence[Caption], ids: Sequence[tuple[Caption, str]]
) -> tuple[ParsedCaption, ...]:
    """Each caption once, with the number of times it was found."""
    counted: dict[str, ParsedCaption] = {}
    by_place: dict[int, dict[str, None]] = {}
    for caption, ident in ids:
        by_place.setdefault(caption.start, {})[ident] = None
    for caption in found:
        of_this = tuple(by_place.get(caption.start, ()))
        count(counted, caption, of_this)
    return tuple(counted.values())


def count(counted: dict[str, ParsedCaption], caption: Caption, ids: tuple[str, ...]) -> None:
    """Count a caption once more, with the notices that are bound to it here."""
    key = captions.normalise(caption.text)
    known = counted.get(key)
    if known is None:
        counted[key] = ParsedCaption(caption, 1, ids)
        return
    both = tuple(dict.fromkeys((*known.notice_ids, *ids))) if ids else known.notice_ids
    counted[key] = ParsedCaption(known.caption, known.occurrences + 1, both)


def stamped(parsed: ParsedCarrier, receipt: Receipt) -> ParsedCarrier:
    """The same, with the receipt on every notice; what a person brought has his authority.

    A notice keeps the time that its own message gave it where the receipt has none.
    """
    authority = Authority.BROUGHT if receipt.received_by else Authority.EMBEDDED
    return replace(
        parsed,
        notices=tuple(
            replace(
                one,
                received=receipt.received or one.received,
                received_by=receipt.received_by,
                authority=authority,
                source_digest=receipt.digest,
            )
            for one in parsed.notices
        ),
    )
