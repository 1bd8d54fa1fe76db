"""The log's records as values to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from provenance.auditlog import ledger
from provenance.auditlog.record import decode


@dataclass(frozen=True, slots=True)
class Entry:
    """One record, decoded for showing; not checked, and its texts are hostile.

    Attributes:
        index: its number in the log.
        leaf_hash: hex; empty where the database holds none.
        record: the record's JSON; empty where its bytes are damaged.
        words: what is kept behind its commitments, by name (``change/0/old``).
    """

    index: int
    leaf_hash: str
    record: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def entries(connection: Connection, start: int = 0, limit: int = 100) -> tuple[Entry, ...]:
    """Return up to ``limit`` records from number ``start`` on, in order.

    Args:
        connection: inside a transaction of the registry.
        start: the first record; a negative number counts from the log's end.
        limit: not negative.

    Raises:
        LogError: code ``log-damaged``; the head row cannot be read.
        RegistryError: the database refused.
    """
    with ledger.at(connection):
        size = log_size(connection)
        first = min(max(0, start + size if start < 0 else start), size)
        stop = min(first + max(0, limit), size)
        words: dict[int, dict[str, str]] = {}
        for row in ledger.payloads(connection, first, stop):
            if row.name is not None and row.value is not None:
                words.setdefault(row.index, {})[row.name] = row.value
        return tuple(
            Entry(
                leaf.index,
                leaf.leaf_hash.hex() if leaf.leaf_hash else "",
                decode(leaf.record or b"") or {},
                words.get(leaf.index, {}),
            )
            for leaf in ledger.leaves(connection, first, stop)
        )


def log_size(connection: Connection) -> int:
    """Return how many records the log has.

    Raises:
        LogError: code ``log-damaged``; the head row cannot be read.
        RegistryError: the database refused.
    """
    with ledger.at(connection):
        head = ledger.read_head(connection)
        return head.size if head is not None else 0
