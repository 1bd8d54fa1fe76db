"""Versions of news items about pictures: the next one is held against the former."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from provenance.notices.wires.item import Item
from provenance.registry import codec
from provenance.registry.columns import key_text
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, next_number
from provenance.registry.tables import WIRE_ITEM, WIRE_ITEM_KEY

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One version of a news item, and how it came.

    Attributes:
        item: what it says.
        source_digest: SHA-256 of the carrier.
        received: RFC 3339, when the desk got it.
        keys: blocking keys of its picture; empty where it was read back.
    """

    item: Item
    source_digest: str
    received: str | None = None
    keys: tuple[Key, ...] = ()


def put_items(tx: Transaction, given: Iterable[StoredItem], now: str) -> tuple[StoredItem, ...]:
    """Register versions of items; return those that were not known.

    A version is known where the same guid and version came before and said the same; one
    that says something else under the same number is kept beside it.

    Args:
        tx: a writing transaction.
        given: in the order in which they came.
        now: RFC 3339, kept as ``first_seen``.
    """
    connection = tx.writing()
    stored = list(given)
    known = {
        (one.item.guid, one.item.version, codec.dump(one.item))
        for one in items_of_guids(tx, (one.item.guid for one in stored))
    }
    fresh: list[StoredItem] = []
    for one in stored:
        key = (one.item.guid, one.item.version, codec.dump(one.item))
        if key not in known:
            known.add(key)
            fresh.append(one)
    if fresh:
        _insert(connection, fresh, now)
    return tuple(fresh)


def _insert(connection: Connection, fresh: Sequence[StoredItem], now: str) -> None:
    first = next_number(connection, WIRE_ITEM.c.id)
    numbered = list(enumerate(fresh, start=first))
    connection.execute(
        insert(WIRE_ITEM),
        [
            {
                "id": number,
                "guid": one.item.guid,
                "version": one.item.version,
                "source_digest": one.source_digest,
                "received": one.received,
                "first_seen": now,
                "document": codec.dump(one.item),
            }
            for number, one in numbered
        ],
    )
    keys = [
        {"kind": kind, "value": value, "item_id": number}
        for number, one in numbered
        for kind, value in sorted(set(one.keys))
    ]
    if keys:
        connection.execute(insert(WIRE_ITEM_KEY), keys)


def items_of_guids(tx: Transaction, guids: Iterable[str]) -> tuple[StoredItem, ...]:
    """Return every known version of these items, in the order in which they came."""
    return _found(tx, WIRE_ITEM.c.guid, guids)


def items_of_sources(tx: Transaction, digests: Iterable[str]) -> tuple[StoredItem, ...]:
    """Return the items that came in carriers of these digests, in the order they came."""
    return _found(tx, WIRE_ITEM.c.source_digest, digests)


def _found(tx: Transaction, column: Any, values: Iterable[str]) -> tuple[StoredItem, ...]:
    rows = [
        row
        for chunk in chunks(dict.fromkeys(one for one in values if one))
        for row in tx.connection.execute(select(WIRE_ITEM).where(column.in_(chunk)))
    ]
    return tuple(_value(row) for row in sorted(rows, key=lambda row: int(row.id)))


def items_by_keys(tx: Transaction, keys: Iterable[Key]) -> dict[Key, tuple[StoredItem, ...]]:
    """Return, for each key that leads anywhere, the items that bear it, as they came."""
    asked: dict[Key, Key] = {(kind, key_text(value)): (kind, value) for kind, value in keys}
    found: dict[Key, list[Any]] = {}
    join = WIRE_ITEM_KEY.join(WIRE_ITEM, WIRE_ITEM.c.id == WIRE_ITEM_KEY.c.item_id)
    columns = (WIRE_ITEM_KEY.c.kind, WIRE_ITEM_KEY.c.value, *WIRE_ITEM.c)
    for kind, group in groupby(sorted(asked.values(), key=itemgetter(0)), key=itemgetter(0)):
        for chunk in chunks(value for _, value in group):
            query = select(*columns).select_from(join).where(
                WIRE_ITEM_KEY.c.kind == kind, WIRE_ITEM_KEY.c.value.in_(chunk)
            )  # fmt: skip
            for row in tx.connection.execute(query.order_by(WIRE_ITEM.c.id)):
                found.setdefault(asked[row.kind, row.value], []).append(row)
    return {key: tuple(map(_value, rows)) for key, rows in found.items()}


def _value(row: Any) -> StoredItem:
    item = codec.load(Item, row.document, f"the item {row.id}")
    return StoredItem(item, row.source_digest, row.received)
