"""Take up a list of who got which picture; its size costs no memory.

A row that cannot be used is told of and left out, the others are recorded: rows are known by
picture, third party and day, so that a mended list can simply be imported again.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from provenance import registry
from provenance.errors import UsageError
from provenance.model import Delivery, DutyAct, Event, EventObject
from provenance.pipeline.desk.files import Row, opened
from provenance.pipeline.parties.delivering import (
    Named,
    Told,
    checked,
    made,
    pictures_named,
    unknown,
)
from provenance.pipeline.parties.reopening import reopen_all
from provenance.pipeline.session import Session
from provenance.registry import Recorded, Transaction
from provenance.storage.systems.flags import READ_NAMED

MOST_FAULTS: Final = 10_000
"""So many bad rows are told of; then the list is left, for its form must be wrong."""
MOST_PREVIEWED: Final = 1_000
"""Rows that a dry look shows."""

_BATCH: Final = 2_000
_REMEMBERED: Final = 65_536
_BETWEEN: Final = re.compile(r"[\W_]+")


class Column(StrEnum):
    """What a column of the list holds. ``docs/third-parties.md`` has the names of each."""

    PICTURE = "picture"
    RECIPIENT = "recipient"
    DAY = "date"
    CONTACT = "contact"


NAMES: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.PICTURE: (
        "picture", "asset", "path", "file", "filename", "filepath", "image", "photo", "uri", "id",
        "identifier", "pictureid", "imageid", "assetid", "sha256", "digest", "scandigest",
        "bild", "datei", "fichier", "imagen", "archivo", "foto",
    ),
    Column.RECIPIENT: (
        "recipient", "to", "sentto", "deliveredto", "client", "customer", "partner", "name",
        "thirdparty", "empfanger", "kunde", "destinataire", "destinatario", "cliente",
    ),
    Column.DAY: (
        "date", "on", "day", "sent", "delivered", "distributed", "dateofdelivery", "deliverydate",
        "datum", "tag", "jour", "fecha", "dia",
    ),
    Column.CONTACT: (
        "contact", "mail", "email", "address", "emailaddress", "mailaddress", "contactmail",
        "kontakt", "courriel", "correo", "contacto",
    ),
}  # fmt: skip
"""By which names a column is known: small letters and digits, accents and spaces left out."""

_COLUMNS: Final = {name: column for column, names in NAMES.items() for name in names}
_NEEDED: Final = (Column.PICTURE, Column.RECIPIENT, Column.DAY)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its line, a stable word, what is wrong, and what to do."""

    row: int
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list.

    Attributes:
        path: as the user gave it.
        sha256: of the file.
        rows: rows read.
        fresh: deliveries recorded (by a dry look: that would be).
        updated: known ones that learned an address, or the digest of their picture.
        known: rows that said nothing new.
        columns: their columns and ours.
        unknown: columns that were not taken up.
        as_windows: lines that were not UTF-8 and were read as Windows-1252.
        bad: the rows that were left out.
        left_at: the line at which the list was left for too many bad rows; None: read whole.
        previews: of a dry look, line and delivery of the first rows.
        opened_again: duties to inform third parties that were closed before these were known.
    """

    path: str
    sha256: str
    rows: int
    fresh: int
    updated: int
    known: int
    columns: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    as_windows: int = 0
    bad: tuple[BadRow, ...] = ()
    left_at: int | None = None
    previews: tuple[tuple[int, Delivery], ...] = ()
    opened_again: tuple[DutyAct, ...] = ()


@dataclass(slots=True)
class _Intake:
    """A list while it is taken up."""

    session: Session
    path: str
    base: str
    preview: bool
    header: tuple[str, ...] = ()
    plan: dict[Column, int] = field(default_factory=dict)
    rows: int = 0
    last: int = 0
    fresh: int = 0
    updated: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)
    previews: list[tuple[int, Delivery]] = field(default_factory=list)


def import_deliveries(
    session: Session, path: str, root: str = "", *, preview: bool = False
) -> Imported:
    """Record what a list says of who got which picture.

    Args:
        session: its agent tells it.
        path: CSV (``,``, ``;`` or tab), or JSON as a list of objects.
        root: the folder that relative paths start from; empty for the folder of the list.
        preview: look only; nothing is recorded.

    Raises:
        UsageError: it cannot be read, or lacks a column that is needed.
    """
    digest = _digest(path)
    base = os.path.abspath(root or os.path.dirname(os.path.abspath(path)))
    intake = _Intake(session, path, base, preview)
    with (
        session.progress.task("Deliveries", None) as advance,
        opened(path, _nothing) as (
            export,
            rows,
        ),
    ):
        while batch := list(islice(rows, _BATCH)):
            _take(intake, batch, digest)
            advance(len(batch))
            if len(intake.bad) >= MOST_FAULTS:
                break
        else:
            intake.last = 0
        as_windows = export.as_windows
        if not intake.last and export.sha256 != digest:
            raise export.refuse(
                "was changed while it was read.", "Import it again; rows that are known are kept."
            )
    if not intake.rows:
        raise UsageError(
            f"{path} names no delivery: it has a header only.",
            code="import-unreadable",
            remedy="Export it again.",
        )
    opened_again = () if preview else _reopened(session)
    if opened_again or (not preview and (intake.fresh or intake.updated)):
        session.log.checkpoint(session.registry, session.clock())
    return replace(_result(intake, digest, as_windows), opened_again=opened_again)


def _reopened(session: Session) -> tuple[DutyAct, ...]:
    with session.registry.write() as tx:
        return reopen_all(session, tx)


def _nothing(octets: int) -> None:
    del octets


def _digest(path: str) -> str:
    """The digest of the file, which the log names with every batch of its rows."""
    try:
        with open(os.open(path, READ_NAMED), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(
                    f"{path} is no file.",
                    code="import-unreadable",
                    remedy="Give a CSV or JSON file.",
                )
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.",
            code="import-unreadable",
            remedy="Check the path, and that you may read the file.",
        ) from error


def _result(intake: _Intake, digest: str, as_windows: int) -> Imported:
    taken = {at: column.value for column, at in intake.plan.items()}
    return Imported(
        path=intake.path,
        sha256=digest,
        rows=intake.rows,
        fresh=intake.fresh,
        updated=intake.updated,
        known=intake.known,
        columns=tuple((intake.header[at], taken[at]) for at in sorted(taken)),
        unknown=tuple(one for at, one in enumerate(intake.header) if at not in taken),
        as_windows=as_windows,
        bad=tuple(intake.bad),
        left_at=intake.last or None,
        previews=tuple(intake.previews),
    )


def column_of(name: str) -> Column | None:
    """The column that a name in a header means: ``E-Mail``, ``Empfänger``, ``sent to``."""
    plain = unicodedata.normalize("NFKD", name[:200]).casefold()
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return _COLUMNS.get(_BETWEEN.sub("", letters))


def _planned(intake: _Intake, header: tuple[str, ...]) -> None:
    """Find out which column means what; the first of several wins.

    Raises:
        UsageError: a column that is needed is not there.
    """
    plan: dict[Column, int] = {}
    for at, name in enumerate(header):
        column = column_of(name)
        if column is not None:
            plan.setdefault(column, at)
    lacking = [one.value for one in _NEEDED if one not in plan]
    if lacking:
        raise UsageError(
            f"{intake.path} has no column for {' and '.join(lacking)}; it has: "
            f"{', '.join(header)[:500]}.",
            code="import-columns",
            remedy="Name its columns picture, recipient, date and contact.",
        )
    intake.header, intake.plan = header, plan


def _take(intake: _Intake, batch: Sequence[Row], digest: str) -> None:
    """Record one batch of rows, and say so in the log, in one transaction."""
    understood = list(_understood(intake, batch))
    intake.rows += len(batch)
    intake.last = batch[-1].number
    session = intake.session
    if intake.preview:
        with session.registry.read() as tx:
            found = list(_deliveries(intake, tx, understood))
            done = registry.known_deliveries(tx, (one for _, one in found))
        room = MOST_PREVIEWED - len(intake.previews)
        intake.previews += found[: max(room, 0)]
    else:
        with session.registry.write() as tx:
            found = list(_deliveries(intake, tx, understood))
            done = registry.put_deliveries(tx, (one for _, one in found))
            if done.fresh or done.updated:
                session.record(tx, _event(intake, digest, done, batch))
    intake.fresh += len(done.fresh)
    intake.updated += len(done.updated)
    intake.known += len(found) - len(done.fresh) - len(done.updated)


def _understood(intake: _Intake, batch: Iterable[Row]) -> Iterator[tuple[int, str, Told]]:
    """Line, picture and delivery of the rows that can be used."""
    for row in batch:
        if row.fault:
            remedy = "Check its quotation marks and separators."
            message = f"Line {row.number} {row.fault}."
            intake.bad.append(BadRow(row.number, "row-unreadable", message, remedy))
            continue
        if row.header != intake.header and not _is_planned(intake, row):
            continue
        said = {column: _cell(row, at) for column, at in intake.plan.items()}
        picture = said[Column.PICTURE].strip()
        if not picture:
            _bad(intake, row.number, ("picture", "no picture is named", "Give its path or number."))
            continue
        contact = said.get(Column.CONTACT, "")
        try:
            told = _checked(
                said[Column.RECIPIENT], said[Column.DAY], contact, intake.session.policy.today
            )
        except UsageError as error:
            _bad(intake, row.number, (error.code, error.message, error.remedy))
            continue
        yield row.number, picture, told


def _is_planned(intake: _Intake, row: Row) -> bool:
    """Whether the row's columns are known; in JSON every row has its own."""
    try:
        _planned(intake, row.header)
    except UsageError as error:
        if not intake.header:
            raise
        _bad(intake, row.number, (error.code, error.message, error.remedy))
        return False
    return True


def _cell(row: Row, at: int) -> str:
    cell = row.cells[at] if at < len(row.cells) else ""
    return cell if isinstance(cell, str) else " ".join(cell)


# A list names few third parties and few days many times.
_checked: Final[Callable[[str, str, str, str], Told]] = lru_cache(maxsize=_REMEMBERED)(checked)


def _deliveries(
    intake: _Intake, tx: Transaction, understood: Sequence[tuple[int, str, Told]]
) -> Iterator[tuple[int, Delivery]]:
    """The deliveries of known pictures; the other rows are told of."""
    pictures = pictures_named(tx, (picture for _, picture, _ in understood), intake.base)
    for number, picture, told in understood:
        found = pictures.get(picture, Named())
        if found.uri:
            yield number, made(intake.session, found, told, Path(intake.path).name)
        else:
            _bad(intake, number, unknown(picture, found))


def _bad(intake: _Intake, number: int, why: tuple[str, str, str]) -> None:
    code, message, remedy = why
    intake.bad.append(BadRow(number, code, f"Line {number}: {message}", remedy))


def _event(intake: _Intake, digest: str, done: Recorded, batch: Sequence[Row]) -> Event:
    """One for each batch: rows are many, so the log holds one digest over their ids."""
    ids = "\n".join(sorted((*done.fresh, *done.updated)))
    return Event(
        "delivery.import",
        agents=intake.session.agents(),
        objects=(EventObject("source", os.path.abspath(intake.path), digest),),
        detail=(
            ("from", batch[0].number),
            ("to", batch[-1].number),
            ("fresh", len(done.fresh)),
            ("updated", len(done.updated)),
            ("deliveries", hashlib.sha256(ids.encode()).hexdigest()),
        ),
    )
