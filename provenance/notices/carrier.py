"""What every carrier of notices yields: notices, the captions around them, problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from provenance import captions, grammars, identifiers
from provenance.errors import NoticeError
from provenance.grammars import Context, Reading
from provenance.model import Authority, Caption, Notice, Target, TargetKind
from provenance.notices.binding import bound_caption, is_telling, notice
from provenance.notices.identity import merge
from provenance.notices.item import Item


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
    is held against them.
    """

    notices: tuple[Notice, ...] = ()
    captions: tuple[ParsedCaption, ...] = ()
    errors: tuple[NoticeError, ...] = ()
    items: tuple[Item, ...] = ()


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
    """
    found = captions.segment(text)
    readings = grammars.find(text) if context is None else grammars.read(text, context)
    bound = [bound_caption(reading, found) for reading in readings]
    if len(readings) == len(found) == 1:
        bound = [found[0]]
    spoken_for = any(caption is not None and is_telling(caption) for caption in bound)
    loose = () if spoken_for and not named else _identifiers(text)
    notices: list[Notice] = []
    ids: list[tuple[Caption, str]] = []
    for reading, caption in zip(readings, bound, strict=True):
        extra = () if _names_its_own(reading, readings) else (*loose, *named)
        one = notice(text, reading, caption, source=source, known=known, extra=extra)
        occurrence = replace(one.occurrences[0], locator=locator)
        notices.append(replace(one, occurrences=(occurrence,)))
        if caption is not None:
            ids.append((caption, one.notice_id))
    return ParsedCarrier(merge(notices), _counted(found, ids))


def _names_its_own(reading: Reading, readings: Sequence[Reading]) -> bool:
    """Whether the message's other identifiers are other notices' pictures."""
    return bool(reading.identifiers) and len({one.identifiers for one in readings}) > 1


def _identifiers(text: str) -> tuple[Target, ...]:
    return tuple(Target(TargetKind.IDENTIFIER, one.written) for one in identifiers.find(text))


def _counted(
    found: Sequence[Caption], ids: Sequence[tuple[Caption, str]]
) -> tuple[ParsedCaption, ...]:
    """Each caption once, with the number of times it was found."""
    counted: dict[str, ParsedCaption] = {}
    for caption in found:
        key = captions.normalise(caption.text)
        of_this = tuple(dict.fromkeys(ident for other, ident in ids if other is caption))
        known = counted.get(key)
        if known is None:
            counted[key] = ParsedCaption(caption, 1, of_this)
        else:
            joined = tuple(dict.fromkeys((*known.notice_ids, *of_this)))
            counted[key] = ParsedCaption(known.caption, known.occurrences + 1, joined)
    return tuple(counted.values())


def stamped(parsed: ParsedCarrier, receipt: Receipt) -> ParsedCarrier:
    """The same, with the receipt on every notice; what a person brought has his authority."""
    authority = Authority.BROUGHT if receipt.received_by else Authority.EMBEDDED
    return replace(
        parsed,
        notices=tuple(
            replace(
                one,
                received=receipt.received,
                received_by=receipt.received_by,
                authority=authority,
                source_digest=receipt.digest,
            )
            for one in parsed.notices
        ),
    )
