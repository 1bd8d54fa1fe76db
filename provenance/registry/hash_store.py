"""How pictures look: hashes kept for assets, and an exact search for what looks alike.

A hash speaks of picture data, not of a file's name: it is kept with the basis that was
looked at (the scan digest, else the file's digest) and counts only while the asset still
has that basis. The search is multi-index hashing in plain SQL (``chunks``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select
from sqlalchemy.engine import Connection

from provenance.model import AssetRef
from provenance.model.look import TELLING_QUALITY, Look, PictureHash
from provenance.registry import codec
from provenance.registry.asset_store import numbers_of
from provenance.registry.chunks import FARTHEST, as_number, buckets, probes
from provenance.registry.columns import escape, unescape
from provenance.registry.key_store import Presence
from provenance.registry.registry import Transaction
from provenance.registry.statements import (
    begins_with,
    chunks,
    insert_plain,
    page_below,
    plain_rows,
    rows_among,
    under,
    write_rows,
)
from provenance.registry.tables import ASSET, PICTURE_CHUNK, PICTURE_HASH

_BATCH: Final = 10_000
_LONGEST_FAILURE: Final = 1_000

_BASIS: Final[ColumnElement[str]] = func.coalesce(
    func.nullif(ASSET.c.scan_digest, ""), ASSET.c.sha256, ""
)
"""``matching.basis`` in SQL."""
_UNFILE: Final = PICTURE_CHUNK.delete().where(
    PICTURE_CHUNK.c.bucket == bindparam("b"), PICTURE_CHUNK.c.asset_id == bindparam("n")
)
_STILL: Final = and_(PICTURE_HASH.c.asset_id == ASSET.c.id, PICTURE_HASH.c.basis == _BASIS)

_JOINED: Final = (
    " FROM asset JOIN picture_hash ON picture_hash.asset_id = asset.id"
    " AND picture_hash.basis = coalesce(nullif(asset.scan_digest, ''), asset.sha256, '')"
)
_LOOKS: Final = (
    "SELECT asset.uri, picture_hash.basis, pdq, trimmed, mirrored, quality, width, height"
    f"{_JOINED} WHERE asset.uri {{among}} AND pdq IS NOT NULL"
)
_HELD: Final = (
    f"SELECT asset.id, asset.uri{_JOINED} WHERE asset.id {{among}}"
    f" AND asset.presence <> 'gone' AND quality >= {TELLING_QUALITY}"
)
# The inner query makes a set of numbers, so that each hash is fetched once and in order.
_NEAR_SQLITE: Final = (
    "SELECT asset_id, pdq, trimmed FROM picture_hash WHERE asset_id IN"
    " (SELECT filed.asset_id FROM json_each(?) AS asked"
    " CROSS JOIN picture_chunk AS filed ON filed.bucket = asked.value)"
)
# OFFSET 0 keeps each look-up a look-up: the planner takes thousands of them for a reason to
# read a whole table, and more so the larger the table is.
_NEAR_POSTGRESQL: Final = (
    "SELECT near.asset_id, seen.pdq, seen.trimmed FROM (SELECT DISTINCT filed.asset_id"
    " FROM unnest(%s::bigint[]) AS asked(bucket) CROSS JOIN LATERAL (SELECT asset_id"
    " FROM picture_chunk WHERE picture_chunk.bucket = asked.bucket OFFSET 0) AS filed) AS near"
    " CROSS JOIN LATERAL (SELECT pdq, trimmed FROM picture_hash"
    " WHERE picture_hash.asset_id = near.asset_id OFFSET 0) AS seen"
)
_TOGETHER: Final = 32
"""Hashes in one search, at most: what it meets is compared with each of them."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """An asset that was not looked at yet, in the state in which it was read last.

    Attributes:
        ref: the file, with the version that was read.
        basis: by which its picture data are known: what ``put_hashes`` wants back.
        media_type: of the file.
    """

    ref: AssetRef
    basis: str
    media_type: str


def put_hashes(tx: Transaction, rows: Iterable[tuple[str, str, Look | PictureHash | str]]) -> int:
    """Keep how pictures look, or why one could not be looked at; return how many were kept.

    What was kept of an asset before is replaced. Only hashes that tell
    (``PictureHash.tells``) are found by ``look_alikes``. Where a uri comes twice the last
    row holds; uris that are not registered are left out.

    Args:
        tx: a writing transaction.
        rows: uri, the basis that was looked at, and the look (whose own basis does not count),
            its hash alone, or the reason for none.

    Raises:
        RegistryError: a hash has not 32 octets.
    """
    connection = tx.writing()
    count = 0
    for batch in chunks(rows, _BATCH):
        latest = {uri: (basis, _seen(look)) for uri, basis, look in batch}
        ids = numbers_of(connection, latest)
        given = {number: latest[uri] for uri, number in ids.items()}
        _refile(connection, {number: look for number, (_, look) in given.items()})
        kept = [_row(number, basis, look) for number, (basis, look) in given.items()]
        write_rows(connection, PICTURE_HASH, kept)
        count += len(kept)
    return count


def _seen(look: Look | PictureHash | str) -> Look | str:
    if isinstance(look, PictureHash):
        return Look("", look)
    if isinstance(look, Look):
        for form in (look.trimmed, look.mirrored):
            if form is not None:
                as_number(form)
    return look


def _row(number: int, basis: str, look: Look | str) -> dict[str, Any]:
    seen = look if isinstance(look, Look) else None
    return {
        "asset_id": number,
        "basis": basis,
        "pdq": seen.hash.pdq if seen else None,
        "trimmed": seen.trimmed if seen else None,
        "mirrored": seen.mirrored if seen else None,
        "quality": seen.hash.quality if seen else 0,
        "width": seen.hash.width if seen else 0,
        "height": seen.hash.height if seen else 0,
        "failure": look[:_LONGEST_FAILURE] if isinstance(look, str) else None,
    }


def _refile(connection: Connection, given: Mapping[int, Look | str]) -> None:
    """File hashes that tell under their buckets, and take away those that no longer hold."""
    former = _filed(connection, given)
    now = {
        number: _buckets(look.forms())
        for number, look in given.items()
        if isinstance(look, Look) and look.hash.tells
    }
    none: frozenset[int] = frozenset()
    stale = [(n, bucket) for n, held in former.items() for bucket in held - now.get(n, none)]
    if stale:
        connection.execute(_UNFILE, [{"b": bucket, "n": number} for number, bucket in stale])
    fresh = [(bucket, n) for n, held in now.items() for bucket in held - former.get(n, none)]
    # In the order of the index: neighbours share a page.
    insert_plain(connection, PICTURE_CHUNK, sorted(fresh))


def _buckets(forms: Iterable[bytes]) -> frozenset[int]:
    return frozenset(bucket for pdq in forms for bucket in buckets(pdq))


def _filed(connection: Connection, ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """The buckets under which these assets are filed."""
    found: dict[int, frozenset[int]] = {}
    for chunk in chunks(ids):
        query = select(PICTURE_HASH.c.asset_id, PICTURE_HASH.c.pdq, PICTURE_HASH.c.trimmed).where(
            PICTURE_HASH.c.asset_id.in_(chunk),
            PICTURE_HASH.c.pdq.is_not(None),
            PICTURE_HASH.c.quality >= TELLING_QUALITY,
        )
        for number, *forms in connection.execute(query):
            found[number] = _buckets(form for form in forms if form is not None)
    return found


def looks_of(tx: Transaction, uris: Iterable[str]) -> dict[str, Look]:
    """Return how the assets look, as far as they were looked at since their picture data changed.

    Hashes that do not tell are given too; assets that could not be looked at are left out.
    """
    found: dict[str, Look] = {}
    for chunk in chunks(map(escape, dict.fromkeys(uris))):
        rows = rows_among(tx.connection, _LOOKS, chunk)
        for uri, basis, pdq, trimmed, mirrored, *rest in rows:
            hashed = PictureHash(bytes(pdq), *rest)
            found[unescape(uri)] = Look(
                unescape(basis), hashed, trimmed and bytes(trimmed), mirrored and bytes(mirrored)
            )
    return found


def failures_of(tx: Transaction, uris: Iterable[str]) -> dict[str, str]:
    """Return why assets could not be looked at, for those tried in their present state."""
    found: dict[str, str] = {}
    joined = select(ASSET.c.uri, PICTURE_HASH.c.failure).select_from(
        ASSET.join(PICTURE_HASH, _STILL)
    )
    for chunk in chunks(dict.fromkeys(uris)):
        query = joined.where(ASSET.c.uri.in_(chunk), PICTURE_HASH.c.failure.is_not(None))
        found.update((uri, failure) for uri, failure in tx.connection.execute(query))
    return found


def to_hash(
    tx: Transaction,
    uris: Iterable[str] | None = None,
    *,
    roots: Sequence[str] | None = None,
    after: str = "",
    at_most: int = 1_000,
) -> tuple[Unseen, ...]:
    """Return the next pictures, by uri, that were not looked at since their data changed.

    Pictures that are there, could be read, and were not looked at, not even in vain. One page
    at a time, so that no transaction is held while files are read: go on with the uri of the
    last one as ``after`` until nothing comes.

    Args:
        tx: any transaction.
        uris: only these; None for any.
        roots: only at or below these absolute paths; None for anywhere.
        after: only uris behind this one.
        at_most: so many.
    """
    if uris is None:
        rows = page_below(tx.connection, _unseen(), ASSET.c.uri, roots, after=after, size=at_most)
        return tuple(map(_unseen_value, rows))
    query = _unseen() if roots is None else _unseen().where(under(ASSET.c.uri, roots))
    found: list[Unseen] = []
    for chunk in chunks(sorted({uri for uri in uris if uri > after})):
        some = tx.connection.execute(query.where(ASSET.c.uri.in_(chunk)))
        found.extend(sorted(map(_unseen_value, some), key=lambda one: one.ref.uri))
        if len(found) >= at_most:
            break
    return tuple(found[:at_most])


def count_to_hash(tx: Transaction, *, roots: Sequence[str] | None = None) -> int:
    """How many pictures ``to_hash`` would give, page by page."""
    unseen = _unseen() if roots is None else _unseen().where(under(ASSET.c.uri, roots))
    query = select(func.count()).select_from(unseen.subquery())
    return int(tx.connection.execute(query).scalar_one())


def _unseen() -> Select[Any]:
    looked_at = select(PICTURE_HASH.c.asset_id).where(_STILL).exists()
    return select(ASSET).where(
        begins_with(ASSET.c.media_type, "image/"),
        # Not by equality: nearly all are present, and an index that says so is no help.
        ASSET.c.presence.not_in([Presence.GONE.value, Presence.OFFLINE.value]),
        ASSET.c.error.is_(None),
        _BASIS != "",
        ~looked_at,
    )


def _unseen_value(row: Row[Any]) -> Unseen:
    ref = codec.load_result(row).ref
    return Unseen(ref, row.scan_digest or row.sha256, row.media_type)


def look_alikes(
    tx: Transaction,
    hashes: Iterable[bytes],
    within: int = FARTHEST,
    *,
    at_most: int | None = None,
) -> dict[bytes, tuple[tuple[str, int], ...]]:
    """Return, for each hash, every asset that looks alike, with the number of bits that differ.

    Exact: nothing within the distance is missed. An asset with a border is as near as the
    nearer of its two hashes, with it and without. Nearest first, then by uri. Hashes that do
    not tell are not found, nor are assets that are gone or whose picture data changed since
    they were looked at. Costs grow with what is near, hardly with the size of the registry.

    Args:
        tx: any transaction.
        hashes: 32 octets each; they should themselves tell.
        within: 0..31 bits of 256.
        at_most: where more are near, only so many of the nearest (None: all).

    Raises:
        RegistryError: a hash has not 32 octets, or the distance is out of range.
    """
    near = _near(tx.connection, hashes, within)
    if at_most is not None:
        near = {pdq: _nearest(found, at_most) for pdq, found in near.items()}
    uris = _held(tx.connection, {number for found in near.values() for number in found})
    return {
        pdq: tuple(
            sorted(
                ((uris[number], bits) for number, bits in found.items() if number in uris),
                key=lambda one: (one[1], one[0]),
            )
        )
        for pdq, found in near.items()
    }


def _near(
    connection: Connection, hashes: Iterable[bytes], within: int
) -> dict[bytes, dict[int, int]]:
    """For each hash, the numbers of the assets that look alike, and how near they are."""
    found: dict[bytes, dict[int, int]] = {}
    for group in _groups(hashes):
        met = {pdq: dict[int, int]() for pdq in group}
        wanted = [(as_number(pdq), near) for pdq, near in met.items()]
        read = int.from_bytes
        for number, octets, trimmed in _filed_near(connection, group, within):
            own = read(octets)
            bare = None if trimmed is None else read(trimmed)
            for whole, near in wanted:
                bits = (whole ^ own).bit_count()
                if bare is not None:
                    bits = min(bits, (whole ^ bare).bit_count())
                if bits <= within:
                    near[number] = bits
        found |= met
    return found


def _groups(hashes: Iterable[bytes]) -> list[list[bytes]]:
    """Hashes that are near each other: they are filed, and so looked up, mostly together."""
    groups: list[tuple[int, list[bytes]]] = []
    for pdq in dict.fromkeys(hashes):
        whole = as_number(pdq)
        for first, group in groups:
            if len(group) < _TOGETHER and (first ^ whole).bit_count() <= FARTHEST:
                group.append(pdq)
                break
        else:
            groups.append((whole, [pdq]))
    return [group for _, group in groups]


def _filed_near(connection: Connection, group: Iterable[bytes], within: int) -> Iterable[Any]:
    """What is filed where something near one of the group would be: number, hash, trimmed hash."""
    asked = sorted({bucket for pdq in group for bucket in probes(pdq, within)})
    if connection.dialect.name == "postgresql":
        written = f"{{{','.join(map(str, asked))}}}"
        return connection.exec_driver_sql(_NEAR_POSTGRESQL, (written,)).fetchall()
    return plain_rows(connection, _NEAR_SQLITE, (json.dumps(asked),))


def _nearest(found: Mapping[int, int], at_most: int) -> dict[int, int]:
    if len(found) <= at_most:
        return dict(found)
    ordered = sorted(found.items(), key=lambda one: (one[1], one[0]))
    return dict(ordered[:at_most])


def _held(connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
    """The uris of those that are still held, and look as their hash says."""
    found: dict[int, str] = {}
    for chunk in chunks(sorted(numbers)):
        rows = rows_among(connection, _HELD, chunk)
        found.update((number, unescape(uri)) for number, uri in rows)
    return found
