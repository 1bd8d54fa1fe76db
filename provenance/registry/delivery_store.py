"""Which pictures went to which third parties: found by the asset and by its picture data.

The ledger may hold millions of rows. Every look-up goes by an index and costs what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from provenance.matching.keys import Key
from provenance.model import Delivery
from provenance.registry.key_store import Presence
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, is_empty, write_rows
from provenance.registry.tables import ASSET, ASSET_KEY, DELIVERY

_KEPT: Final = ("uri", "recipient", "day", "recorded", "agent", "source")
_PAGE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording deliveries changed.

    Attributes:
        fresh: ids of those that were not known.
        updated: ids of known ones that got an address, or the digest of their picture data.
        known: how many were known as they are.
    """

    fresh: tuple[str, ...]
    updated: tuple[str, ...]
    known: int


def put_deliveries(tx: Transaction, told: Iterable[Delivery]) -> Recorded:
    """Record deliveries; one that is known stays, and learns a new address or digest.

    Args:
        tx: a writing transaction.
        told: in any order; where an id comes twice the last one holds.
    """
    connection = tx.writing()
    parts = []
    for chunk in chunks(told):
        part, rows = _sorted_out(tx, chunk)
        write_rows(connection, DELIVERY, rows, keep=_KEPT)
        parts.append(part)
    return _sum(parts)


def known_deliveries(tx: Transaction, told: Iterable[Delivery]) -> Recorded:
    """What ``put_deliveries`` would change; nothing is written."""
    return _sum([_sorted_out(tx, chunk)[0] for chunk in chunks(told)])


def _sorted_out(
    tx: Transaction, told: Iterable[Delivery]
) -> tuple[Recorded, list[dict[str, str | None]]]:
    """Which of a few deliveries are new, which say more than is known; and the rows of both."""
    latest = {one.delivery_id: one for one in told}
    former = {one.delivery_id: one for one in _of_ids(tx, latest)}
    fresh = tuple(number for number in latest if number not in former)
    updated = tuple(n for n, one in former.items() if _tells_more(latest[n], one))
    rows = [_row(latest[number], former.get(number)) for number in (*fresh, *updated)]
    return Recorded(fresh, updated, len(latest) - len(rows)), rows


def _sum(parts: Iterable[Recorded]) -> Recorded:
    found = list(parts)
    return Recorded(
        tuple(number for one in found for number in one.fresh),
        tuple(number for one in found for number in one.updated),
        sum(one.known for one in found),
    )


def _tells_more(one: Delivery, before: Delivery) -> bool:
    address = bool(one.contact) and one.contact != before.contact
    return address or (one.scan_digest is not None and before.scan_digest is None)


def _row(one: Delivery, before: Delivery | None) -> dict[str, str | None]:
    return {
        "delivery_id": one.delivery_id,
        "uri": one.uri,
        "scan_digest": one.scan_digest or (before.scan_digest if before else None),
        "recipient": one.recipient,
        "contact": one.contact or (before.contact if before else ""),
        "day": one.day,
        "recorded": one.recorded,
        "agent": one.agent,
        "source": one.source,
    }


def _of_ids(tx: Transaction, ids: Iterable[str]) -> Iterator[Delivery]:
    query = select(DELIVERY).where(DELIVERY.c.delivery_id.in_(list(ids)))
    return map(_value, tx.connection.execute(query))


def has_deliveries(tx: Transaction) -> bool:
    """Whether anything was ever recorded: the cheapest reason to look no further."""
    return not is_empty(tx.connection, DELIVERY)


def deliveries(
    tx: Transaction, uris: Iterable[str], digests: Iterable[str] = ()
) -> tuple[Delivery, ...]:
    """Return what was given out of these assets, or of any asset with this picture data.

    Args:
        tx: any transaction.
        uris: assets.
        digests: scan digests.

    Returns:
        By day, then by recipient.
    """
    found: dict[str, Delivery] = {}
    for column, values in ((DELIVERY.c.uri, uris), (DELIVERY.c.scan_digest, digests)):
        for chunk in chunks(dict.fromkeys(values)):
            for row in tx.connection.execute(select(DELIVERY).where(column.in_(chunk))):
                found[row.delivery_id] = _value(row)
    return tuple(sorted(found.values(), key=_in_order))


def recipients(tx: Transaction) -> Iterator[str]:
    """Give every spelling of a third party's name that is on record, once."""
    yield from tx.connection.execute(select(DELIVERY.c.recipient).distinct()).scalars()


def iter_deliveries(tx: Transaction, recipients: Sequence[str] | None = None) -> Iterator[Delivery]:
    """Give every delivery, or those to one recipient, in no order and in bounded memory.

    Args:
        tx: must stay open while the iterator is used.
        recipients: spellings of its name, each exactly as it was recorded.
    """
    query = select(DELIVERY).execution_options(yield_per=_PAGE)
    if recipients is not None:
        query = query.where(DELIVERY.c.recipient.in_(list(recipients)))
    yield from map(_value, tx.connection.execute(query))


def scan_digests(tx: Transaction, uris: Iterable[str]) -> dict[str, str | None]:
    """Return the scan digest of each of these assets that is registered, gone ones too."""
    found: dict[str, str | None] = {}
    for chunk in chunks(dict.fromkeys(uris)):
        query = select(ASSET.c.uri, ASSET.c.scan_digest).where(ASSET.c.uri.in_(chunk))
        found.update((row.uri, row.scan_digest) for row in tx.connection.execute(query))
    return found


def gone_and_given_out(tx: Transaction, keys: Iterable[Key]) -> frozenset[str]:
    """Return the assets with one of these keys that were given out and are gone since.

    What a desk deleted, a third party may still have.
    """
    found: set[str] = set()
    by_kind: dict[str, list[str]] = {}
    for kind, value in keys:
        by_kind.setdefault(kind, []).append(value)
    joined = ASSET_KEY.join(ASSET, ASSET.c.id == ASSET_KEY.c.asset_id)
    joined = joined.join(DELIVERY, DELIVERY.c.uri == ASSET.c.uri)
    for kind, values in by_kind.items():
        for chunk in chunks(dict.fromkeys(values)):
            borne: ColumnElement[bool] = ASSET_KEY.c.value.in_(chunk)
            query = select(ASSET.c.uri).distinct().select_from(joined)
            query = query.where(ASSET_KEY.c.kind == kind, borne)
            query = query.where(ASSET.c.presence == Presence.GONE.value)
            found.update(tx.connection.execute(query).scalars())
    return frozenset(found)


def _in_order(one: Delivery) -> tuple[str, str, str]:
    return one.day, one.recipient, one.uri


def _value(row: Any) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        uri=row.uri,
        scan_digest=row.scan_digest,
        recipient=row.recipient,
        contact=row.contact,
        day=row.day,
        recorded=row.recorded,
        agent=row.agent,
        source=row.source,
    )
