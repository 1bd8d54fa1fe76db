"""A closed log, read back from its file so that it can be checked and proved like any other."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from provenance.auditlog import ledger
from provenance.auditlog.checkpoint import valid_origin
from provenance.auditlog.closing import closed
from provenance.auditlog.merkle import Frontier, leaf_hash
from provenance.registry.columns import escape

Row = tuple[Any, ...]

_TABLES: Final = (
    "CREATE TABLE audit_head (id INTEGER PRIMARY KEY, origin, size)",
    "CREATE TABLE audit_leaf (idx INTEGER PRIMARY KEY, rec, leaf_hash)",
    "CREATE TABLE audit_node (level, idx, hash, PRIMARY KEY (level, idx)) WITHOUT ROWID",
    "CREATE TABLE audit_payload (idx, name, salt, value)",
    "CREATE INDEX payload_of ON audit_payload (idx)",
    "CREATE TABLE audit_checkpoint (size, note, issued)",
    "CREATE TABLE fix (settled)",
    "CREATE TABLE quarantine (settled)",
)
"""As in the registry, but nothing is refused: a damaged row is to be seen as it was found."""


@contextlib.contextmanager
def reopened(path: Path) -> Iterator[Connection]:
    """Give a connection to what the file of a closed log holds, as if it stood in a registry.

    The rows lie in a file that the system deletes by itself, however the process ends. Memory
    stays bounded, whatever the log's length.

    Args:
        path: the file; its words are taken from the file beside it, where that is there.

    Raises:
        LogError: code ``closed-unreadable``, or ``closed-damaged`` with file and line.
    """
    # A name that is empty is a private file on disk, not one in memory (SQLite, "In-Memory
    # Databases", section "Temporary Databases").
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(""), poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            for statement in _TABLES:
                connection.exec_driver_sql(statement)
            _take_records(connection, path)
            _take_words(connection, path)
            connection.commit()
            yield connection
    finally:
        engine.dispose()


def _take_records(connection: Connection, path: Path) -> None:
    frontier = Frontier()
    origin, told = "", 0
    entries = closed.entries(path)
    while some := list(islice(entries, ledger.CHUNK)):
        leaves: list[Row] = []
        nodes: list[Row] = []
        for entry in some:
            if isinstance(entry, closed.Heading):
                origin, told = entry.origin or "", entry.size
            elif isinstance(entry, closed.Record):
                found = leaf_hash(entry.octets)
                leaves.append((entry.index, entry.octets, found))
                if entry.index == frontier.size:
                    nodes += [(*where, node) for where, node in frontier.append(found)]
            else:
                row = (entry.size, _escaped(entry.note), entry.issued)
                _insert(connection, "audit_checkpoint", [row])
        _insert(connection, "audit_leaf", leaves)
        _insert(connection, "audit_node", nodes)
    name = origin if valid_origin(origin) else ""
    _insert(connection, "audit_head", [(1, name, max(told, frontier.size))])


def _take_words(connection: Connection, path: Path) -> None:
    rows = closed.words(path)
    while some := list(islice(rows, ledger.CHUNK)):
        _insert(
            connection,
            "audit_payload",
            [(one.index, _escaped(one.name), one.salt, _escaped(one.value)) for one in some],
        )


def _escaped(text: str | None) -> str | None:
    return escape(text) if text is not None else None


def _insert(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - our own names
        connection.exec_driver_sql(statement, list(rows))
