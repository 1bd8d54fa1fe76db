"""A news item as a wire format carries it: what it says of itself, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from provenance.model import ItemClass, Property, Pubstatus


@dataclass(frozen=True, slots=True)
class Note:
    """A note to editors; never for publication.

    Attributes:
        words: as carried.
        role: the local name of its role (``correction``, ``embargo``), empty where none is given.
    """

    words: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One news item, or the announcement of one.

    Attributes:
        format: ``newsml-g2``, ``newsml-1``, ``ninjs``, ``ap-media-api``, ``dpa-digitalwires``.
        guid: its identity, the same in every version of it.
        version: as printed; compare only within a ``guid`` (:func:`order`).
        provider: canonical short name of the agency that sent it, if it says so.
        item_class: picture, text or other; None where it does not say.
        pubstatus: as carried; usable where nothing else is said.
        signals: everything that marks a correction or a withdrawal, as carried, with its
            scheme: ``sig:correction``, ``edStat:D``, ``msgType:D``, ``editorialtype:Kill``.
        notes: notes to editors, in order.
        sent: RFC 3339, when this version was made.
        embargoed: RFC 3339, until when it may not be published.
        identifiers: the picture's identifiers, as written.
        filenames: names of the picture's files (renditions), without folders.
        values: what it says of the picture or the story: property and value, in order.
        related: identities of other items it names, each with its relation:
            ``("irel:processedFrom", "tag:...")``.
    """

    format: str
    guid: str
    version: str = ""
    provider: str | None = None
    item_class: ItemClass | None = None
    pubstatus: Pubstatus = Pubstatus.USABLE
    signals: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    sent: str | None = None
    embargoed: str | None = None
    identifiers: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    values: tuple[tuple[Property, str], ...] = ()
    related: tuple[tuple[str, str], ...] = ()


def order(item: Item) -> tuple[int, str, str]:
    """A key that sorts the versions of one item: by number, else as text, then by time."""
    number = int(item.version) if item.version.isascii() and item.version.isdigit() else -1
    return number, item.version, item.sent or ""
