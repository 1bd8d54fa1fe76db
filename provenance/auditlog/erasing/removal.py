"""The two ways in which rows leave a log: words erased, and a whole log put away."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text, tuple_, update

from provenance.auditlog.ledger import CHUNK
from provenance.registry import engine as engines
from provenance.registry.row import METADATA
from provenance.registry.tables import (
    AUDIT_CHECKPOINT,
    AUDIT_HEAD,
    AUDIT_LEAF,
    AUDIT_NODE,
    AUDIT_PAYLOAD,
)

_REFERENCES = ("intent_index", "outcome_index")


def erase_values(connection: Connection, keys: Sequence[tuple[int, str]]) -> int:
    """Delete these values with their salts, each by record and name; return how many.

    On SQLite their octets are overwritten in the database file.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    gone = 0
    wanted = tuple_(AUDIT_PAYLOAD.c.idx, AUDIT_PAYLOAD.c.name)
    for start in range(0, len(keys), CHUNK):
        some = wanted.in_(keys[start : start + CHUNK])
        gone += connection.execute(AUDIT_PAYLOAD.delete().where(some)).rowcount
    return gone


def purge(connection: Connection) -> None:
    """Make the database forget what its pages still hold of deleted rows.

    SQLite's file is written anew and its journal emptied; on PostgreSQL the table of words
    is written anew. It takes as long as that takes, and as much room on the disk again.

    Args:
        connection: names the database; no transaction may be open on it any more.

    Raises:
        RegistryError: the database refused; the words are out of every table all the same.
    """
    sqlite = connection.dialect.name == "sqlite"
    with engines.translated(connection.engine.url), _plain(connection, sqlite=sqlite) as cursor:
        if not sqlite:
            cursor.execute(f"VACUUM (FULL) {AUDIT_PAYLOAD.name}")
            return
        cursor.execute("VACUUM")
        mode = str(cursor.execute("PRAGMA journal_mode").fetchone()[0])
        if mode == "wal":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        else:  # a journal that persists holds the old pages; leaving the mode removes it
            cursor.execute("PRAGMA journal_mode = DELETE").fetchone()
            cursor.execute(f"PRAGMA journal_mode = {mode}").fetchone()


def clear(connection: Connection) -> None:
    """Take every row of the log away, so that another may begin; nothing refers to them then.

    The guard against changes (which is one against accidents) stands again at the end.
    """
    with unguarded(connection):
        for table in (AUDIT_PAYLOAD, AUDIT_NODE, AUDIT_LEAF, AUDIT_CHECKPOINT, AUDIT_HEAD):
            connection.execute(table.delete())
    for table in METADATA.sorted_tables:
        _forget_numbers(connection, table)


def unguarded(connection: Connection) -> contextlib.AbstractContextManager[None]:
    """Lift the guard against changes of records; it stands again afterwards.

    Where anything goes wrong inside, roll the transaction back: the guard comes back with it.
    """
    if connection.dialect.name == "sqlite":
        return _unguarded_sqlite(connection)
    return _unguarded_postgresql(connection)


def _forget_numbers(connection: Connection, table: Table) -> None:
    """The numbers of records belong to the log that is put away."""
    named = {name: None for name in _REFERENCES if name in table.columns}
    if named:
        connection.execute(update(table).values(named))


@contextlib.contextmanager
def _unguarded_sqlite(connection: Connection) -> Iterator[None]:
    wanted = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
    guards = connection.execute(wanted, {"name": AUDIT_LEAF.name}).all()
    for name, _ in guards:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in guards:
        connection.exec_driver_sql(statement)


@contextlib.contextmanager
def _unguarded_postgresql(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql(f"ALTER TABLE {AUDIT_LEAF.name} DISABLE TRIGGER USER")
    yield
    connection.exec_driver_sql(f"ALTER TABLE {AUDIT_LEAF.name} ENABLE TRIGGER USER")


@contextlib.contextmanager
def _plain(connection: Connection, *, sqlite: bool) -> Iterator[Any]:
    """Give a cursor outside any transaction, where alone a database can be written anew."""
    raw = connection.engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        if not sqlite:
            driver.autocommit = True
        cursor = driver.cursor()
        try:
            yield cursor
        finally:
            cursor.close()
            if not sqlite:
                driver.autocommit = False
    finally:
        raw.close()
