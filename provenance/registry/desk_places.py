"""Which desk records are about which assets: from an asset, and from what a notice names.

A desk record names its asset by *places*: ``path`` (the uri), a digest (``sha256``, ``scan``,
``image``) or ``filename``. A path or a digest is that asset. A file name is a key only where
one asset alone bears it, the record gives no SHA-256 of other content, and a path that the
record gives beside it ends in the same folder: a name is never enough to choose among
pictures. A record that gives a scan or image digest is never about other picture data.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Final

from sqlalchemy import func, select

from provenance.matching.keys import CAPTION, FILENAME, ID, IMAGE, SCAN, SHA256
from provenance.model import DeskRecord, MetadataRecord
from provenance.registry.columns import key_text
from provenance.registry.desk_store import DIGESTS, HELD, PATH, load
from provenance.registry.key_store import Key, by_keys
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, is_empty
from provenance.registry.tables import ASSET, ASSET_KEY, ASSET_VERSION, DESK_RECORD, DESK_RECORD_KEY

MOST_PER_PLACE: Final = 200
"""Desk records that are given of one place of an asset; the newest are."""

_STATED: Final = frozenset({ID, CAPTION})


@dataclass(frozen=True, slots=True)
class _Held:
    """What of an asset decides whether a desk record is about it."""

    uri: str
    sha256: frozenset[str]
    scan: str | None
    image: str | None

    @property
    def name(self) -> str:
        return posixpath.basename(self.uri).casefold()


def desk_records_of(
    tx: Transaction, records: Iterable[MetadataRecord]
) -> dict[str, tuple[DeskRecord, ...]]:
    """Return, for each asset that the desk's system knows, its records, by uri.

    A SHA-256 that the file had before its metadata were changed counts as its own. A file
    name counts where no other asset bears it; see the module. At most ``MOST_PER_PLACE`` are
    given of each place. Costs grow with the records found, never with those kept.

    Args:
        tx: any transaction.
        records: what the assets say; they need not be registered.
    """
    if is_empty(tx.connection, DESK_RECORD):
        return {}
    given: dict[str, tuple[DeskRecord, ...]] = {}
    for chunk in chunks(records):
        assets = _with_former(tx, {record.ref.uri: record for record in chunk})
        wanted: dict[Key, list[_Held]] = {}
        for one in assets:
            for key in _own_keys(one):
                wanted.setdefault(key, []).append(one)
        names = _sole_bearers(tx, _names_in_use(tx, {one.name for one in assets}))
        for one in assets:
            if one.name in names and names[one.name] in {None, one.uri}:
                wanted.setdefault((FILENAME, one.name), []).append(one)
        found: dict[str, dict[int, DeskRecord]] = {}
        for key, number, record in _bearing(tx, wanted, most=MOST_PER_PLACE):
            for one in wanted[key]:
                if _is_about(record, one, by_name=key[0] == FILENAME):
                    found.setdefault(one.uri, {})[number] = record
        given.update((uri, _in_order(by_id.values())) for uri, by_id in found.items())
    return given


def desk_reached(tx: Transaction, keys: Iterable[Key]) -> dict[Key, tuple[str, ...]]:
    """Return, for each key that a desk record states, the uris of the assets it is about.

    Args:
        tx: any transaction.
        keys: identifiers (``id``) and captions (``caption``) of a notice's picture, as
            ``matching.keys`` makes them; other kinds lead nowhere. Assets that are gone are
            left out.
    """
    stated = {key for key in keys if key[0] in _STATED}
    if not stated or is_empty(tx.connection, DESK_RECORD):
        return {}
    pairs = [(key, record) for key, _, record in _bearing(tx, dict.fromkeys(stated))]
    found: dict[Key, set[str]] = {}
    for batch in chunks(pairs):
        met = desk_places(tx, [record for _, record in batch])
        for (key, _), uris in zip(batch, met, strict=True):
            if uris:
                found.setdefault(key, set()).update(uris)
    return {key: tuple(sorted(uris)) for key, uris in found.items()}


def desk_places(tx: Transaction, records: Sequence[DeskRecord]) -> list[tuple[str, ...]]:
    """Return, for each desk record, the uris of the registered assets it is about, sorted."""
    places: list[dict[str, set[str]]] = [_by_kind(record) for record in records]
    digests = {(k, v) for one in places for k in DIGESTS for v in one.get(k, ())}
    names = {name for one in places for name in one.get(FILENAME, ())}
    by_digest = by_keys(tx, digests)
    sole = _sole_bearers(tx, names)
    uris = {uri for one in places for uri in one.get(PATH, ())}
    uris.update(uri for found in by_digest.values() for uri in found)
    uris.update(uri for uri in sole.values() if uri is not None)
    assets = _assets(tx, uris)
    met: list[tuple[str, ...]] = []
    for record, one in zip(records, places, strict=True):
        near = {*one.get(PATH, ())}
        near.update(u for k in DIGESTS for v in one.get(k, ()) for u in by_digest.get((k, v), ()))
        named = {uri for name in one.get(FILENAME, ()) if (uri := sole.get(name)) is not None}
        about = {u for u in near if u in assets and _is_about(record, assets[u], by_name=False)}
        about |= {u for u in named if u in assets and _is_about(record, assets[u], by_name=True)}
        met.append(tuple(sorted(about)))
    return met


def _is_about(record: DeskRecord, asset: _Held, *, by_name: bool) -> bool:
    """Whether the record means this asset, whose one place it names.

    Args:
        record: the desk's record.
        asset: an asset that bears one of its places.
        by_name: that place is its file name, which no other asset bears.
    """
    places = _by_kind(record)
    for kind, own in ((SCAN, asset.scan), (IMAGE, asset.image)):
        if own and kind in places and own not in places[kind]:
            return False
    if not by_name or asset.uri in places.get(PATH, ()):
        return True
    if SHA256 in places and not places[SHA256] & asset.sha256:
        return False
    folders = {_folder(uri) for uri in places.get(PATH, ())}
    return not folders or _folder(asset.uri) in folders


def _folder(uri: str) -> str:
    return posixpath.basename(posixpath.dirname(uri)).casefold()


def _by_kind(record: DeskRecord) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for kind, value in record.places:
        kinds.setdefault(kind, set()).add(value.casefold() if kind == FILENAME else value)
    return kinds


def _own_keys(one: _Held) -> Iterable[Key]:
    yield PATH, one.uri
    yield from ((SHA256, value) for value in one.sha256)
    yield from ((kind, value) for kind, value in ((SCAN, one.scan), (IMAGE, one.image)) if value)


def _bearing(
    tx: Transaction, keys: Mapping[Key, object], most: int | None = None
) -> list[tuple[Key, int, DeskRecord]]:
    """The desk records that bear the keys, each with its number; at most ``most`` a key."""
    asked = {(kind, key_text(value)): (kind, value) for kind, value in keys}
    key = DESK_RECORD_KEY.c
    loaded: dict[int, DeskRecord] = {}
    found: list[tuple[Key, int, DeskRecord]] = []
    for kind, group in groupby(sorted(asked.values(), key=itemgetter(0)), key=itemgetter(0)):
        for chunk in chunks(value for _, value in group):
            rank = func.row_number().over(partition_by=key.value, order_by=key.record_id.desc())
            borne = select(key.value, key.record_id, rank.label("rank"))
            inner = borne.where(key.kind == kind, key.value.in_(chunk)).subquery()
            query = select(inner.c.value, DESK_RECORD.c.id, DESK_RECORD.c.document)
            query = query.join(DESK_RECORD, DESK_RECORD.c.id == inner.c.record_id)
            if most is not None:
                query = query.where(inner.c.rank <= most)
            for row in tx.connection.execute(query):
                if row.id not in loaded:
                    loaded[row.id] = load(row)
                found.append((asked[kind, row.value], row.id, loaded[row.id]))
    return found


def _names_in_use(tx: Transaction, names: Iterable[str]) -> list[str]:
    key = DESK_RECORD_KEY.c
    asked = {key_text(name): name for name in names}
    return [
        asked[value]
        for chunk in chunks(asked.values())
        for value in tx.connection.execute(
            select(key.value).where(key.kind == FILENAME, key.value.in_(chunk)).distinct()
        ).scalars()
    ]


def _sole_bearers(tx: Transaction, names: Iterable[str]) -> dict[str, str | None]:
    """The names that one asset alone bears, with its uri; None where no asset bears it.

    Two bearers are looked for and no more: thousands of assets may share a name.
    """
    sole: dict[str, str | None] = {}
    join = ASSET_KEY.join(ASSET, ASSET.c.id == ASSET_KEY.c.asset_id)
    for name in dict.fromkeys(names):
        query = select(ASSET.c.uri).select_from(join).where(
            ASSET_KEY.c.kind == FILENAME, ASSET_KEY.c.value == name, HELD
        ).limit(2)  # fmt: skip
        uris = tx.connection.execute(query).scalars().all()
        if len(uris) < 2:
            sole[name] = uris[0] if uris else None
    return sole


def _with_former(tx: Transaction, records: Mapping[str, MetadataRecord]) -> list[_Held]:
    """The assets, with each SHA-256 that they had while their picture was the same."""
    former: dict[str, set[str]] = {}
    join = ASSET_VERSION.join(ASSET, ASSET.c.id == ASSET_VERSION.c.asset_id)
    columns = (ASSET.c.uri, ASSET_VERSION.c.sha256, ASSET_VERSION.c.scan_digest)
    query = select(*columns).select_from(join).where(ASSET.c.uri.in_(list(records)))
    for row in tx.connection.execute(query):
        if row.sha256 and row.scan_digest and row.scan_digest == records[row.uri].scan_digest:
            former.setdefault(row.uri, set()).add(row.sha256)
    return [
        _Held(
            uri,
            frozenset({*former.get(uri, ()), *([one.digest] if one.digest else ())}),
            one.scan_digest,
            one.image_digest,
        )
        for uri, one in records.items()
    ]


def _assets(tx: Transaction, uris: Iterable[str]) -> dict[str, _Held]:
    columns = (ASSET.c.uri, ASSET.c.sha256, ASSET.c.scan_digest, ASSET.c.image_digest)
    return {
        row.uri: _Held(
            row.uri, frozenset(filter(None, [row.sha256])), row.scan_digest, row.image_digest
        )
        for chunk in chunks(uris)
        for row in tx.connection.execute(select(*columns).where(ASSET.c.uri.in_(chunk), HELD))
    }


def _in_order(records: Iterable[DeskRecord]) -> tuple[DeskRecord, ...]:
    return tuple(sorted(records, key=attrgetter("source", "row")))
