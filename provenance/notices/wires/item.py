"""A news item as a wire format carries it: what it says of itself, whatever the format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from provenance import identifiers
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
        language: BCP 47, empty where it does not say.
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
    language: str = ""

    def of(self, prop: Property) -> tuple[str, ...]:
        """The values of one property, in order."""
        return tuple(value for name, value in self.values if name is prop)


class Mark(StrEnum):
    """What the status and the signals of an item say of it, its words left aside."""

    WITHDRAWN = "withdrawn"
    WITHHELD = "withheld"
    HELD = "held"
    CORRECTED = "corrected"
    UPDATED = "updated"


# By scheme and value, both casefolded. Superdesk's state ``being_corrected`` is that of the
# faulty version while the correction is written, ``correction`` that of the draft.
_SIGNALS: dict[str, dict[str, Mark]] = {
    "sig": {"correction": Mark.CORRECTED, "update": Mark.UPDATED},
    "edstat": {"c": Mark.CORRECTED, "d": Mark.WITHDRAWN, "u": Mark.UPDATED},
    "msgtype": {"d": Mark.WITHDRAWN},
    "editorialtype": {
        "kill": Mark.WITHDRAWN,
        "elimination": Mark.WITHDRAWN,
        "disregard": Mark.WITHDRAWN,
        "withhold": Mark.WITHHELD,
        "holdforrelease": Mark.HELD,
        "correction": Mark.CORRECTED,
        "corrective": Mark.CORRECTED,
        "clarification": Mark.CORRECTED,
    },
    "instruction": {
        "correction": Mark.CORRECTED,
        "delete": Mark.WITHDRAWN,
        "update": Mark.UPDATED,
    },
    "state": {
        "corrected": Mark.CORRECTED,
        "killed": Mark.WITHDRAWN,
        "recalled": Mark.WITHDRAWN,
        "unpublished": Mark.WITHDRAWN,
    },
    "operation": {
        "correct": Mark.CORRECTED,
        "kill": Mark.WITHDRAWN,
        "takedown": Mark.WITHDRAWN,
        "unpublish": Mark.WITHDRAWN,
    },
    "pubstatus": {"embargoed": Mark.HELD},
    "nitf": {"correction": Mark.CORRECTED},
}
_SIGNALS["editorialrole"] = _SIGNALS["editorialtype"]
_SEQUENCE = "correction_sequence"
_STATUS = {Pubstatus.CANCELED: Mark.WITHDRAWN, Pubstatus.WITHHELD: Mark.WITHHELD}


def marks(item: Item) -> frozenset[Mark]:
    """What the item's status, signals and embargo say; empty for an ordinary item.

    Two formats may name one signal with different schemes; the case of neither counts. An
    embargo that was over when the item was sent holds nothing.
    """
    found = {mark for one in item.signals if (mark := _meaning(one)) is not None}
    if item.pubstatus in _STATUS:
        found.add(_STATUS[item.pubstatus])
    noted = any(note.role.casefold().startswith("embargo") for note in item.notes)
    if is_embargoed(item) or (noted and not item.embargoed):
        found.add(Mark.HELD)
    return frozenset(found)


def _meaning(signal: str) -> Mark | None:
    scheme, _, value = signal.rpartition(":")
    scheme, value = scheme.rpartition(":")[2].casefold(), value.strip().casefold()
    if scheme == _SEQUENCE:
        return Mark.CORRECTED if value.strip("0") else None
    return _SIGNALS.get(scheme, {}).get(value.replace(" ", ""))


def is_embargoed(item: Item) -> bool:
    """Whether the item's embargo was still on when it was sent, or cannot be told to be over."""
    if not item.embargoed:
        return False
    until, sent = moment(item.embargoed), moment(item.sent or "")
    return until is None or sent is None or until > sent


def moment(written: str) -> datetime | None:
    """The time that an ISO 8601 value gives, in UTC (without a zone: as UTC), or None."""
    try:
        read = datetime.fromisoformat(written.strip())
        return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_LONGEST_NAME = 255
_NUMBER = re.compile(r"[0-9]{6,}")
_CODE = re.compile(r"(?=[0-9A-Za-z]*[A-Za-z])(?=(?:[A-Za-z]*[0-9]){3})[0-9A-Za-z]{9,}")
_DAY = re.compile(r"(?:19|20)[0-9]{6}")


def names_one(filename: str) -> bool:
    """Whether a file's name can be that of one picture only: no ``baseImage``, ``a001.jpg``.

    An agency's identifier, a long code of letters and digits, or a long number that is no day.
    """
    stem = (filename.rpartition(".")[0] or filename)[:_LONGEST_NAME]
    if identifiers.find(stem) or _CODE.search(stem):
        return True
    return any(not _DAY.fullmatch(found[0]) for found in _NUMBER.finditer(stem))


_PIECE = re.compile(r"([0-9]+)|([^0-9]+)")
Version = tuple[tuple[int, int, str], ...]


def order(item: Item) -> tuple[Version, str, str]:
    """A key that sorts the versions of one item: naturally, then by time.

    Numbers count as numbers wherever they stand (``1.0.9`` before ``1.0.10``, ``5`` before
    ``1542761538``), however long; an item without a version comes first.
    """
    sent = moment(item.sent or "")
    time = (item.sent or "") if sent is None else sent.isoformat(timespec="microseconds")
    return _version(item.version), time, item.version


def _version(written: str) -> Version:
    pieces: list[tuple[int, int, str]] = []
    for digits, words in _PIECE.findall(written.strip()):
        number = digits.lstrip("0")
        pieces.append((1, len(number), number) if digits else (0, 0, words))
    return tuple(pieces)
