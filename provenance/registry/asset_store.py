"""What is held: assets, what each of them says, and the keys that lead to them.

An unchanged asset costs no write: that it was met again is said by the run
(``run_store``), and ``presence.mark_presence`` writes only where an asset went or came back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from provenance.model import MetadataRecord, ScanResult
from provenance.registry import codec
from provenance.registry.columns import key_text
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, next_number, under, write_rows
from provenance.registry.tables import ASSET, ASSET_KEY
from provenance.registry.version_store import keep_former

Key = tuple[str, str]
_BATCH: Final = 2_000


class Presence(StrEnum):
    """Whether an asset is where it was: design rule 12."""

    PRESENT = "present"
    GONE = "gone"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class StoredAsset:
    """An asset with what the registry knows beside the asset's own words.

    Attributes:
        result: what it says, or why it could not be read.
        presence: whether it was there when last looked for.
        first_seen: when it was first registered.
        last_seen: when it was last read (an unchanged asset is not read again).
        scan_run: the run that read it last.
    """

    result: ScanResult
    presence: Presence
    first_seen: str
    last_seen: str
    scan_run: str


def upsert_assets(
    tx: Transaction,
    scanned: Iterable[tuple[ScanResult, Sequence[Key]]],
    run_id: str,
    now: str,
) -> int:
    """Register scan results with their keys; return how many distinct assets were written.

    Where a uri comes twice the last one holds. An asset that could not be read keeps
    its row, with the reason instead of the values. Values that change are kept as a former
    version (``version_store``).
    """
    connection = tx.writing()
    count = 0
    for batch in chunks(scanned, _BATCH):
        latest = {result.ref.uri: (result, keys) for result, keys in batch}
        said = {uri: codec.dump_result(result) for uri, (result, _) in latest.items()}
        known = keep_former(connection, said)
        fresh = next_number(connection, ASSET.c.id)
        ids = dict(known)
        for uri in latest:
            if uri not in ids:
                ids[uri] = fresh
                fresh += 1
        rows = [
            _row(ids[uri], result, run_id, now) | {"document": said[uri]}
            for uri, (result, _) in latest.items()
        ]
        write_rows(connection, ASSET, rows, keep=("first_seen",))
        keys = {ids[uri]: frozenset(keys) for uri, (_, keys) in latest.items()}
        _write_keys(connection, keys, frozenset(known.values()))
        count += len(latest)
    return count


def _row(asset_id: int, result: ScanResult, run_id: str, now: str) -> dict[str, Any]:
    says = result if isinstance(result, MetadataRecord) else MetadataRecord(result.ref, "")
    return {
        "id": asset_id,
        "uri": result.ref.uri,
        "path": result.ref.path,
        "size": result.ref.size,
        "version": result.ref.version,
        "media_type": says.media_type,
        "sha256": says.digest,
        "image_digest": says.image_digest,
        "scan_digest": says.scan_digest,
        "content_credentials": says.content_credentials,
        "presence": Presence.PRESENT.value,
        "error": codec.dump_error(result),
        "first_seen": now,
        "last_seen": now,
        "scan_run": run_id,
        "examined": None,
    }


def _write_keys(
    connection: Connection, keys: Mapping[int, frozenset[Key]], known: frozenset[int]
) -> None:
    """Make each asset's keys those given; assets whose keys did not change are not touched."""
    stored = _stored_keys(connection, known)
    changed = {
        number
        for number in known
        if stored.get(number, set()) != {(kind, key_text(value)) for kind, value in keys[number]}
    }
    for chunk in chunks(number for number in sorted(changed) if number in stored):
        connection.execute(delete(ASSET_KEY).where(ASSET_KEY.c.asset_id.in_(chunk)))
    rows = [
        {"kind": kind, "value": value, "asset_id": number}
        for number, given in keys.items()
        if number not in known or number in changed
        for kind, value in sorted(given)
    ]
    if rows:
        connection.execute(insert(ASSET_KEY), rows)


def _stored_keys(connection: Connection, ids: Iterable[int]) -> dict[int, set[Key]]:
    stored: dict[int, set[Key]] = {}
    for chunk in chunks(ids):
        query = select(ASSET_KEY.c.asset_id, ASSET_KEY.c.kind, ASSET_KEY.c.value).where(
            ASSET_KEY.c.asset_id.in_(chunk)
        )
        for number, kind, value in connection.execute(query):
            stored.setdefault(number, set()).add((kind, value))
    return stored


def known_versions(tx: Transaction, roots: Iterable[str]) -> dict[str, str]:
    """Return uri to version of every asset at or below the roots that need not be read again.

    Assets that could not be read are left out: what hindered the reading (a
    permission, a share) may have changed without a new version.
    """
    query = select(ASSET.c.uri, ASSET.c.version).where(
        under(ASSET.c.uri, roots), ASSET.c.error.is_(None)
    )
    return {row.uri: row.version for row in tx.connection.execute(query)}


def unexamined(tx: Transaction, roots: Iterable[str], rules: str) -> tuple[str, ...]:
    """Return the assets at or below the roots that these rules have not looked at, by uri.

    Args:
        tx: any transaction.
        roots: absolute paths of files or folders.
        rules: names a set of rules; another name means that everything is to be looked at.
    """
    query = select(ASSET.c.uri).where(
        under(ASSET.c.uri, roots),
        ASSET.c.presence != Presence.GONE.value,
        ASSET.c.examined.is_distinct_from(rules),
    )
    return tuple(tx.connection.execute(query.order_by(ASSET.c.uri)).scalars())


def mark_examined(tx: Transaction, uris: Iterable[str], rules: str) -> None:
    """Record that these rules have looked at the assets; reading one anew takes it back."""
    connection = tx.writing()
    for chunk in chunks(dict.fromkeys(uris)):
        statement = update(ASSET).where(ASSET.c.uri.in_(chunk))
        connection.execute(statement.values(examined=rules))


def records(tx: Transaction, uris: Iterable[str]) -> dict[str, ScanResult]:
    """Return what the assets said when last read; uris that are not registered are left out."""
    return {uri: asset.result for uri, asset in stored(tx, uris).items()}


def stored(tx: Transaction, uris: Iterable[str]) -> dict[str, StoredAsset]:
    """Return the assets with what the registry knows about them."""
    found: dict[str, StoredAsset] = {}
    for chunk in chunks(dict.fromkeys(uris)):
        for row in tx.connection.execute(select(ASSET).where(ASSET.c.uri.in_(chunk))):
            found[row.uri] = StoredAsset(
                codec.load_result(row),
                Presence(row.presence),
                row.first_seen,
                row.last_seen,
                row.scan_run,
            )
    return found


def iter_records(
    tx: Transaction, roots: Sequence[str] | None = None, *, gone: bool = False
) -> Iterator[ScanResult]:
    """Give every asset at or below the roots (None: of the registry), by uri, in bounded memory.

    Args:
        tx: must stay open while the iterator is used.
        roots: absolute paths of files or folders.
        gone: give those that are gone too.
    """
    last: str | None = None
    while True:
        query = select(ASSET).order_by(ASSET.c.uri).limit(_BATCH)
        if roots is not None:
            query = query.where(under(ASSET.c.uri, roots))
        if not gone:
            query = query.where(ASSET.c.presence != Presence.GONE.value)
        if last is not None:
            query = query.where(ASSET.c.uri > last)
        rows = tx.connection.execute(query).all()
        for row in rows:
            yield codec.load_result(row)
        if len(rows) < _BATCH:
            return
        last = rows[-1].uri


def by_keys(tx: Transaction, keys: Iterable[Key]) -> dict[Key, tuple[str, ...]]:
    """Return, for each key that leads anywhere, the uris of the assets that bear it.

    Assets that are gone are left out; offline ones are still held and stay in. Costs
    grow with the candidates, never with the size of the registry.
    """
    asked: dict[Key, Key] = {(kind, key_text(value)): (kind, value) for kind, value in keys}
    found: dict[Key, list[str]] = {}
    join = ASSET_KEY.join(ASSET, ASSET.c.id == ASSET_KEY.c.asset_id)
    columns = (ASSET_KEY.c.kind, ASSET_KEY.c.value, ASSET.c.uri)
    for kind, group in groupby(sorted(asked.values(), key=itemgetter(0)), key=itemgetter(0)):
        for chunk in chunks(value for _, value in group):
            query = select(*columns).select_from(join).where(
                ASSET_KEY.c.kind == kind,
                ASSET_KEY.c.value.in_(chunk),
                ASSET.c.presence != Presence.GONE.value,
            )  # fmt: skip
            for row_kind, row_value, uri in tx.connection.execute(query):
                found.setdefault(asked[row_kind, row_value], []).append(uri)
    return {key: tuple(sorted(uris)) for key, uris in found.items()}


def count_assets(tx: Transaction, roots: Sequence[str] | None = None) -> int:
    """How many assets are held (not gone), at or below the roots or in the whole registry."""
    query = select(func.count()).select_from(ASSET).where(ASSET.c.presence != Presence.GONE.value)
    if roots is not None:
        query = query.where(under(ASSET.c.uri, roots))
    return int(tx.connection.execute(query).scalar_one())
