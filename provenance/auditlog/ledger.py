"""The log's rows in the registry's database: written in the caller's transaction, read raw.

Whoever checks the log must not trust what the database says a column holds, so reading
takes the driver's own values and leaves out what has the wrong type.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select, tuple_, type_coerce, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType

from provenance.auditlog.merkle import Coordinate, Frontier, peaks
from provenance.auditlog.record import Payload
from provenance.errors import LogError
from provenance.model import AuditEntry, Checkpoint
from provenance.registry import engine as engines
from provenance.registry.columns import escape, unescape
from provenance.registry.statements import insert_plain
from provenance.registry.tables import (
    AUDIT_CHECKPOINT,
    AUDIT_HEAD,
    AUDIT_LEAF,
    AUDIT_NODE,
    AUDIT_PAYLOAD,
    FIX,
    QUARANTINE,
)

CHUNK: Final = 4096
"""How many leaves are held at once where the whole log is read; a power of two."""

_HEAD: Final = 1
LARGEST: Final = 2**63 - 1
"""The largest number that a database can hold."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head row says: the log's name and how many leaves it has."""

    origin: str
    size: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf row as found; None where a column does not hold octets."""

    index: int
    record: bytes | None
    leaf_hash: bytes | None


@dataclass(frozen=True, slots=True)
class PayloadRow:
    """A payload row as found; None where a column has the wrong type."""

    index: int
    name: str | None
    salt: bytes | None
    value: str | None


@dataclass(frozen=True, slots=True)
class KeptBeside:
    """A checkpoint row as found; None where a column has the wrong type."""

    size: Any
    note: str | None
    issued: str | None


@contextlib.contextmanager
def at(connection: Connection) -> Iterator[None]:
    """Turn the database's exceptions inside into ``RegistryError``, naming the registry."""
    with engines.translated(connection.engine.url):
        yield


def place(connection: Connection) -> str:
    """Return where the registry is, without password; empty for one in memory."""
    url = connection.engine.url
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        return ""
    return engines.place(url)


def lock_head(connection: Connection) -> Head:
    """Return the head, locked until the transaction ends; size 0 where there is no log yet.

    Raises:
        LogError: code ``log-damaged``.
    """
    head = read_head(connection, lock=True)
    if head is None:
        insertion = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
        row = {"id": _HEAD, "origin": "", "size": 0}
        connection.execute(insertion(AUDIT_HEAD).values(row).on_conflict_do_nothing())
        head = read_head(connection, lock=True)
    return head or Head("", 0)


def read_head(connection: Connection, *, lock: bool = False) -> Head | None:
    """Return the head row; None where there is none.

    Raises:
        LogError: code ``log-damaged``; it does not hold a name and a size.
    """
    columns = AUDIT_HEAD.c
    wanted = select(_raw(columns.origin), _raw(columns.size)).where(columns.id == _HEAD)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        return None
    origin, size = _text(row[0]), row[1]
    if origin is None or not isinstance(size, int) or size < 0:
        raise damaged("its head row holds no name and size")
    return Head(origin, size)


def write(
    connection: Connection,
    head: Head,
    entries: Sequence[AuditEntry],
    nodes: Sequence[tuple[Coordinate, bytes]],
    payloads: Sequence[tuple[int, Payload]],
) -> None:
    """Add leaves, the nodes they complete, the values they commit to, and move the head."""
    insert_plain(connection, AUDIT_LEAF, [(e.index, e.record, e.leaf_hash) for e in entries])
    insert_plain(connection, AUDIT_NODE, [(level, idx, node) for (level, idx), node in nodes])
    insert_plain(
        connection,
        AUDIT_PAYLOAD,
        [(idx, escape(one.name), one.salt, escape(one.value)) for idx, one in payloads],
    )
    moved = update(AUDIT_HEAD).where(AUDIT_HEAD.c.id == _HEAD)
    connection.execute(moved.values(origin=head.origin, size=head.size + len(entries)))


def add_checkpoint(connection: Connection, checkpoint: Checkpoint, issued: str) -> None:
    """Keep a checkpoint beside the log; the first one of a size stays."""
    insertion = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    row = {"size": checkpoint.size, "note": checkpoint.note, "issued": issued}
    connection.execute(insertion(AUDIT_CHECKPOINT).values(row).on_conflict_do_nothing())


def checkpoints(connection: Connection) -> list[tuple[Any, str | None]]:
    """Return size and note of every checkpoint kept beside the log, as found."""
    return [(one.size, one.note) for one in checkpoint_rows(connection)]


def checkpoint_rows(connection: Connection) -> list[KeptBeside]:
    """Return every checkpoint kept beside the log, as found, by size."""
    columns = AUDIT_CHECKPOINT.c
    wanted = select(_raw(columns.size), _raw(columns.note), _raw(columns.issued))
    rows = connection.execute(wanted.order_by(columns.size))
    return [KeptBeside(size, _text(note), _text(issued)) for size, note, issued in rows]


def newest_checkpoint(connection: Connection) -> tuple[int, str]:
    """Return size and note of the largest checkpoint kept beside the log; 0 where none is."""
    columns = AUDIT_CHECKPOINT.c
    wanted = select(_raw(columns.size), _raw(columns.note)).order_by(columns.size.desc()).limit(1)
    row = connection.execute(wanted).one_or_none()
    if row is None or not isinstance(row[0], int):
        return 0, ""
    return row[0], _text(row[1]) or ""


def notes_with(connection: Connection, signature: str) -> list[str]:
    """Return the kept checkpoints with at least two lines that begin with ``signature``."""
    note = AUDIT_CHECKPOINT.c.note
    rows = connection.execute(
        select(_raw(note)).where(_raw(note).like(f"%{signature}%{signature}%"))
    ).scalars()
    return [text for text in map(_text, rows) if text is not None]


def has_settled_fixes(connection: Connection) -> bool:
    """Tell whether the registry knows of a fix or a move that ended; each has its leaves."""
    fixed = select(FIX.c.settled).where(FIX.c.settled.is_not(None)).limit(1)
    moved = select(QUARANTINE.c.settled).where(QUARANTINE.c.settled.is_not(None)).limit(1)
    return any(connection.execute(one).first() is not None for one in (fixed, moved))


def span(connection: Connection) -> tuple[int, int | None]:
    """Return the number of leaf rows and the greatest index among them."""
    columns = AUDIT_LEAF.c
    count, last = connection.execute(
        select(func.count(), _raw(func.max(columns.idx))).select_from(AUDIT_LEAF)
    ).one()
    return int(count), last if isinstance(last, int) else None


def span_start(connection: Connection) -> int | None:
    """Return the smallest index of a leaf; None where there is none."""
    found = connection.execute(select(_raw(func.min(AUDIT_LEAF.c.idx)))).scalar_one()
    return found if isinstance(found, int) else None


def next_index(connection: Connection, start: int) -> int | None:
    """Return the smallest index of a leaf from ``start`` on."""
    found = connection.execute(
        select(func.min(AUDIT_LEAF.c.idx)).where(AUDIT_LEAF.c.idx >= start)
    ).scalar_one()
    return found if isinstance(found, int) else None


def leaves(connection: Connection, start: int, stop: int) -> list[Leaf]:
    """Return the leaf rows with ``start <= index < stop``, in order."""
    columns = AUDIT_LEAF.c
    rows = connection.execute(
        select(columns.idx, _raw(columns.rec), _raw(columns.leaf_hash))
        .where(columns.idx >= start, columns.idx < stop)
        .order_by(columns.idx)
    )
    return [Leaf(idx, as_bytes(rec), as_bytes(leaf_hash)) for idx, rec, leaf_hash in rows]


def leaves_from(connection: Connection, start: int, limit: int) -> list[Leaf]:
    """Return up to ``limit`` leaf rows from index ``start`` on, in order, gaps passed over."""
    columns = AUDIT_LEAF.c
    rows = connection.execute(
        select(columns.idx, _raw(columns.rec), _raw(columns.leaf_hash))
        .where(columns.idx >= start)
        .order_by(columns.idx)
        .limit(limit)
    )
    return [Leaf(idx, as_bytes(rec), as_bytes(leaf_hash)) for idx, rec, leaf_hash in rows]


def strays(connection: Connection, size: int, limit: int) -> list[int]:
    """Return the indexes of leaf rows outside a log of ``size`` leaves."""
    column = AUDIT_LEAF.c.idx
    wanted = select(_raw(column)).where(or_(column < 0, column >= size))
    rows = connection.execute(wanted.order_by(column).limit(limit)).scalars()
    return [index for index in rows if isinstance(index, int)]


def payloads(connection: Connection, start: int, stop: int) -> list[PayloadRow]:
    """Return the payload rows with ``start <= index < stop``, in order."""
    columns = AUDIT_PAYLOAD.c
    rows = connection.execute(
        select(columns.idx, _raw(columns.name), _raw(columns.salt), _raw(columns.value))
        .where(columns.idx >= start, columns.idx < stop)
        .order_by(columns.idx)
    )
    return [PayloadRow(i, _text(name), as_bytes(salt), _text(v)) for i, name, salt, v in rows]


def all_payloads(connection: Connection) -> Iterator[PayloadRow]:
    """Give every payload row, by record and name; chunk by chunk."""
    columns = AUDIT_PAYLOAD.c
    where = tuple_(columns.idx, columns.name)
    wanted = select(
        columns.idx, columns.name, _raw(columns.name), _raw(columns.salt), _raw(columns.value)
    )
    after: tuple[int, str] | None = None
    while True:
        page = wanted if after is None else wanted.where(where > after)
        rows = connection.execute(page.order_by(columns.idx, columns.name).limit(CHUNK)).all()
        for idx, _, name, salt, value in rows:
            yield PayloadRow(idx, _text(name), as_bytes(salt), _text(value))
        if len(rows) < CHUNK:
            return
        after = rows[-1][0], rows[-1][1]


def level_nodes(
    connection: Connection, level: int, start: int, stop: int
) -> dict[int, bytes | None]:
    """Return the stored nodes of one level with ``start <= index < stop``."""
    columns = AUDIT_NODE.c
    rows = connection.execute(
        select(columns.idx, _raw(columns.hash)).where(
            columns.level == level, columns.idx >= start, columns.idx < stop
        )
    )
    return {index: as_bytes(found) for index, found in rows}


def node_count(connection: Connection) -> int:
    """Return how many inner nodes are stored."""
    return int(connection.execute(select(func.count()).select_from(AUDIT_NODE)).scalar_one())


class StoredTree:
    """The tree as stored, for proofs. Whatever it gives must be checked against a signed root."""

    __slots__ = ("_connection", "_seen")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen: dict[Coordinate, bytes] = {}

    def get(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree.

        Raises:
            LogError: code ``log-damaged``; it is not stored.
        """
        where = (level, index)
        if where not in self._seen:
            self.fetch((where,))
        return self._seen[where]

    def fetch(self, wanted: Iterable[Coordinate]) -> list[bytes]:
        """Return several at once, in the order asked for.

        Raises:
            LogError: as ``get``.
        """
        coordinates = list(wanted)
        unknown = [one for one in coordinates if one not in self._seen]
        inner = [one for one in unknown if one[0]]
        found: dict[Coordinate, Any] = {}
        if inner:
            columns = AUDIT_NODE.c
            rows: Iterable[Any] = self._connection.execute(
                select(columns.level, columns.idx, _raw(columns.hash)).where(
                    tuple_(columns.level, columns.idx).in_(inner)
                )
            )
            found.update({(level, idx): value for level, idx, value in rows})
        outer = [idx for level, idx in unknown if not level]
        if outer:
            columns = AUDIT_LEAF.c
            rows = self._connection.execute(
                select(columns.idx, _raw(columns.leaf_hash)).where(columns.idx.in_(outer))
            )
            found.update({(0, idx): value for idx, value in rows})
        self._keep(unknown, found)
        return [self._seen[one] for one in coordinates]

    def frontier(self, size: int) -> Frontier:
        """Return the right edge of the tree of ``size`` leaves.

        Raises:
            LogError: as ``get``.
        """
        return Frontier(size, self.fetch(peaks(size)))

    def _keep(self, wanted: Sequence[Coordinate], found: dict[Coordinate, Any]) -> None:
        for where in wanted:
            value = as_bytes(found.get(where))
            if value is None:
                raise damaged(f"the hash of node {where[1]} on level {where[0]} is not there")
            self._seen[where] = value


def as_bytes(value: Any) -> bytes | None:
    """Return the octets a driver gave, None where it gave something else."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return None


def damaged(what: str) -> LogError:
    """Return our error for a log whose rows do not fit together."""
    return LogError(
        f"The audit log is damaged: {what}.",
        code="log-damaged",
        remedy="Run `provenance log verify` to see where, and put the registry back from"
        " its newest backup.",
    )


def in_range(index: int) -> bool:
    """Tell whether a database can hold this index."""
    return 0 <= index <= LARGEST


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, NullType())


def _text(value: Any) -> str | None:
    return unescape(value) if isinstance(value, str) else None
