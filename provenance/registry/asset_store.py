"""What is held: assets, what each of them says, and the keys that lead to them.

An unchanged asset costs no write: that it was met again is said by the run
(``run_store``), and ``presence.mark_presence`` writes only where an asset went or came back.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from provenance.model import MetadataRecord, ScanResult
from provenance.registry import codec
from provenance.registry.columns import escape, unescape
from provenance.registry.key_store import Key, KeyWriter, Presence
from provenance.registry.registry import Transaction
from provenance.registry.statements import (
    chunks,
    insert_plain,
    next_number,
    page_below,
    rows_among,
    under,
    write_rows,
)
from provenance.registry.tables import ASSET
from provenance.registry.version_store import keep_former

_NUMBERS: Final = "SELECT uri, id FROM asset WHERE uri {among}"
_BATCH: Final = 2_000
_STORED: Final = (
    "SELECT uri, path, size, version, media_type, sha256, image_digest, scan_digest, document,"
    " content_credentials, error, presence, first_seen, last_seen, scan_run"
    " FROM asset WHERE uri {among}"
)
_KEYED: Final = 50_000
"""Assets whose keys are written together. Digests are scattered over the whole index: the more
of them come in order, the fewer pages of a large index are met twice."""


class _Stored(NamedTuple):
    """A row of ``_STORED``, its texts as they were given."""

    uri: str
    path: str
    size: int
    version: str
    media_type: str
    sha256: str | None
    image_digest: str | None
    scan_digest: str | None
    document: str
    content_credentials: str | None
    error: str | None
    presence: str
    first_seen: str
    last_seen: str
    scan_run: str

    @classmethod
    def of(cls, row: Iterable[Any]) -> Self:
        return cls._make(unescape(one) if type(one) is str else one for one in row)


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
    keys = KeyWriter(connection)
    for batch in chunks(scanned, _BATCH):
        latest = {result.ref.uri: (result, some) for result, some in batch}
        said = {uri: codec.dump_result(result) for uri, (result, _) in latest.items()}
        known = numbers_of(connection, latest)
        if known:
            keep_former(connection, {uri: said[uri] for uri in known})
        fresh = next_number(connection, ASSET.c.id)
        ids = dict(zip((u for u in latest if u not in known), itertools.count(fresh), strict=False))
        ids |= known
        rows = {
            uri: _row(ids[uri], result, said[uri], run_id, now)
            for uri, (result, _) in latest.items()
        }
        insert_plain(
            connection, ASSET, [_stored_row(rows[uri]) for uri in rows if uri not in known]
        )
        write_rows(connection, ASSET, [rows[uri] for uri in known], keep=("first_seen",))
        for uri, (_, some) in latest.items():
            keys.add(ids[uri], some, known=uri in known)
        count += len(latest)
        if len(keys) >= _KEYED:
            keys.write()
    keys.write()
    return count


def _row(
    asset_id: int, result: ScanResult, document: str, run_id: str, now: str
) -> dict[str, str | int | None]:
    """The asset's row, its columns in the order of the table."""
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
        "document": document,
        "content_credentials": says.content_credentials,
        "presence": Presence.PRESENT.value,
        "error": codec.dump_error(result),
        "first_seen": now,
        "last_seen": now,
        "scan_run": run_id,
        "examined": None,
    }


def _stored_row(row: Mapping[str, str | int | None]) -> tuple[str | int | None, ...]:
    return tuple(escape(value) if isinstance(value, str) else value for value in row.values())


def numbers_of(connection: Connection, uris: Iterable[str]) -> dict[str, int]:
    """The numbers of the assets' rows, by uri; those that are not registered are left out."""
    found: dict[str, int] = {}
    for chunk in chunks(map(escape, dict.fromkeys(uris))):
        rows = rows_among(connection, _NUMBERS, chunk)
        found.update((unescape(uri), number) for uri, number in rows)
    return found


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


def unexamined_among(tx: Transaction, uris: Iterable[str], rules: str) -> frozenset[str]:
    """Return those of these very assets that these rules have not looked at."""
    found: set[str] = set()
    for chunk in chunks(dict.fromkeys(uris)):
        query = select(ASSET.c.uri).where(
            ASSET.c.uri.in_(chunk),
            ASSET.c.presence != Presence.GONE.value,
            ASSET.c.examined.is_distinct_from(rules),
        )
        found.update(tx.connection.execute(query).scalars())
    return frozenset(found)


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
    for chunk in chunks(map(escape, dict.fromkeys(uris))):
        # Thousands of rows for a report: read without SQLAlchemy, they cost half.
        for row in map(_Stored.of, rows_among(tx.connection, _STORED, chunk)):
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
    query = select(ASSET)
    if not gone:
        query = query.where(ASSET.c.presence != Presence.GONE.value)
    last = ""
    while True:
        rows = page_below(tx.connection, query, ASSET.c.uri, roots, after=last, size=_BATCH)
        for row in rows:
            yield codec.load_result(row)
        if len(rows) < _BATCH:
            return
        last = rows[-1].uri


def count_assets(tx: Transaction, roots: Sequence[str] | None = None) -> int:
    """How many assets are held (not gone), at or below the roots or in the whole registry."""
    query = select(func.count()).select_from(ASSET).where(ASSET.c.presence != Presence.GONE.value)
    if roots is not None:
        query = query.where(under(ASSET.c.uri, roots))
    return int(tx.connection.execute(query).scalar_one())
