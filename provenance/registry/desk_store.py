"""What the desk's own system says of pictures: one source after the other, kept by its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, select, union, update
from sqlalchemy.engine import Connection

from provenance.matching.keys import (
    CAPTION,
    FILENAME,
    ID,
    IMAGE,
    NO_AGENCY,
    SCAN,
    SHA256,
    agency_of,
    caption_body,
    caption_key,
    picture_identifiers,
)
from provenance.matching.picture import canonical_identifiers
from provenance.model import (
    AssetRef,
    Container,
    DeskRecord,
    MetadataRecord,
    Property,
    PropertyValue,
)
from provenance.registry import codec
from provenance.registry.columns import escape, key_text
from provenance.registry.key_store import Key, Presence
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, next_number
from provenance.registry.tables import ASSET, ASSET_KEY, DESK_RECORD, DESK_RECORD_KEY

PATH: Final = "path"
DIGESTS: Final = (SHA256, SCAN, IMAGE)
_BATCH: Final = 2_000
_FIELDS: Final = tuple(one.name for one in fields(DeskRecord))
_ALWAYS: Final = frozenset({"source", "row", "places"})
# Bound as they are: the stored form of the keys is worked out beforehand.
_INSERT_KEY: Final = {
    "qmark": "INSERT INTO desk_record_key (kind, value, record_id) VALUES (?, ?, ?)",
    "pyformat": "INSERT INTO desk_record_key (kind, value, record_id) VALUES (%s, %s, %s)",
}
HELD: Final = ASSET.c.presence != Presence.GONE.value
"""The condition that an asset is not gone."""


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """What an import changed: records taken up, and former ones of that source replaced."""

    taken: int
    replaced: int


@dataclass(frozen=True, slots=True)
class DeskSource:
    """One imported source: how many records it has, when and on whose word they came."""

    source: str
    records: int
    imported: str
    imported_by: str


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """A desk record as it is kept; made ahead of the transaction, perhaps by another process."""

    document: str
    keys: tuple[Key, ...]

    def __reduce__(self) -> tuple[type[DeskEntry], tuple[object, ...]]:
        """Pickle by the constructor: workers send these by the thousand."""
        return DeskEntry, (self.document, self.keys)


def desk_entry(record: DeskRecord) -> DeskEntry:
    """The record as it is kept, with the keys that lead to it in their stored form."""
    said = {name: getattr(record, name) for name in _FIELDS}
    document = codec.dump_plain({k: v for k, v in said.items() if v or k in _ALWAYS})
    return DeskEntry(
        document, tuple((escape(kind), key_text(value)) for kind, value in desk_keys(record))
    )


def put_desk_records(
    tx: Transaction, source: str, records: Iterable[DeskRecord | DeskEntry]
) -> DeskCounts:
    """Keep ``records`` as all that ``source`` says; what it said before is replaced.

    Args:
        tx: a writing transaction.
        source: the name under which the records are kept; an entry's record bears it already.
        records: read once, a batch at a time.
    """
    connection = tx.writing()
    replaced = forget_desk_records(tx, source)
    first = next_number(connection, DESK_RECORD.c.id)
    number = first
    for batch in chunks(records, _BATCH):
        rows: list[dict[str, Any]] = []
        keys: list[tuple[str, str, int]] = []
        for given in batch:
            entry = given if isinstance(given, DeskEntry) else desk_entry(_of(source, given))
            rows.append({"id": number, "source": source, "document": entry.document})
            keys += [(kind, value, number) for kind, value in entry.keys]
            number += 1
        connection.execute(insert(DESK_RECORD), rows)
        if keys:
            # In the order of the primary key, neighbours are written together.
            keys.sort()
            connection.exec_driver_sql(_INSERT_KEY[connection.dialect.paramstyle], keys)
    return DeskCounts(number - first, replaced)


def _of(source: str, record: DeskRecord) -> DeskRecord:
    return record if record.source == source else replace(record, source=source)


def desk_keys(record: DeskRecord) -> frozenset[Key]:
    """By what a desk record is found: the asset's places, canonical identifiers, captions."""
    found = {
        (kind, value.casefold() if kind == FILENAME else value) for kind, value in record.places
    }
    if record.identifiers:
        found.update((ID, value) for value in _identifiers(record))
    for text in record.captions:
        if body := caption_body(text):
            found.add((CAPTION, caption_key(body)))
    return frozenset(found)


def _identifiers(record: DeskRecord) -> frozenset[str]:
    """Canonical identifiers; a bare code counts beside a credit of its agency, as in a file."""
    found: set[str] = set()
    bare: list[str] = []
    for text in record.identifiers:
        canonical = canonical_identifiers(text)
        found.update(canonical)
        if all(agency_of(one) in NO_AGENCY for one in canonical):
            bare.append(text)
    if bare and record.credits:
        values = (
            PropertyValue(Property.JOBID, Container.XMP, tuple(bare), ""),
            PropertyValue(Property.CREDIT_LINE, Container.XMP, record.credits, ""),
        )
        found |= picture_identifiers(MetadataRecord(AssetRef("", 0, ""), "", values=values))
    return frozenset(found)


def forget_desk_records(tx: Transaction, source: str) -> int:
    """Take out all that ``source`` says; return how many records that were."""
    connection = tx.writing()
    own = select(DESK_RECORD.c.id).where(DESK_RECORD.c.source == source)
    connection.execute(delete(DESK_RECORD_KEY).where(DESK_RECORD_KEY.c.record_id.in_(own)))
    done = connection.execute(delete(DESK_RECORD).where(DESK_RECORD.c.source == source))
    return int(done.rowcount)


def desk_sources(tx: Transaction) -> tuple[DeskSource, ...]:
    """Return what was imported, by the name of the source."""
    grouped = (
        select(
            DESK_RECORD.c.source, func.count().label("many"), func.min(DESK_RECORD.c.id).label("id")
        )
        .group_by(DESK_RECORD.c.source)
        .subquery()
    )
    query = select(grouped.c.source, grouped.c.many, DESK_RECORD.c.id, DESK_RECORD.c.document)
    joined = query.join(DESK_RECORD, DESK_RECORD.c.id == grouped.c.id)
    found = [(row.many, load(row)) for row in tx.connection.execute(joined)]
    return tuple(
        DeskSource(one.source, int(many), one.imported, one.imported_by)
        for many, one in sorted(found, key=lambda pair: pair[1].source)
    )


def mark_desk_assets(tx: Transaction, source: str) -> int:
    """Have the assets that ``source`` names examined again; return how many those are.

    Cheap rather than exact: an asset that a record names and does not fit is marked too.
    """
    connection = tx.writing()
    key, own = DESK_RECORD_KEY, DESK_RECORD.c.source == source
    named = key.join(DESK_RECORD, DESK_RECORD.c.id == key.c.record_id)
    by_path = (select(ASSET.c.id).select_from(named.join(ASSET, ASSET.c.uri == key.c.value))).where(
        own, func.lower(key.c.kind) == PATH
    )
    shared = named.join(
        ASSET_KEY, (ASSET_KEY.c.kind == key.c.kind) & (ASSET_KEY.c.value == key.c.value)
    )
    by_digest = select(ASSET_KEY.c.asset_id).select_from(shared)
    by_digest = by_digest.where(own, key.c.kind.in_(DIGESTS))
    alone = _bearer(ASSET_KEY.c.value, 1).is_(None)
    by_name = select(ASSET_KEY.c.asset_id).select_from(shared).where(own, key.c.kind == FILENAME)
    met = union(by_path, by_digest, by_name.where(alone))
    marked = connection.execute(
        update(ASSET).where(ASSET.c.id.in_(met), HELD).values(examined="")
    ).rowcount
    return int(marked) + _mark_long_paths(connection, source)


def _mark_long_paths(connection: Connection, source: str) -> int:
    """Paths whose key is a digest, since they are long, are known from the documents alone."""
    query = (
        select(DESK_RECORD.c.id, DESK_RECORD.c.document)
        .join(DESK_RECORD_KEY, DESK_RECORD_KEY.c.record_id == DESK_RECORD.c.id)
        .where(DESK_RECORD.c.source == source, func.lower(DESK_RECORD_KEY.c.kind) == PATH)
        .where(func.substr(DESK_RECORD_KEY.c.value, 1, 2) == "\\#")
    )
    marked = 0
    for rows in chunks(connection.execute(query)):
        uris = {v for row in rows for kind, v in load(row).places if kind == PATH}
        long = [uri for uri in uris if key_text(uri).startswith("\\#")]
        done = connection.execute(
            update(ASSET).where(ASSET.c.uri.in_(long), HELD).values(examined="")
        )
        marked += int(done.rowcount)
    return marked


def _bearer(name: ColumnElement[str], offset: int) -> Any:
    """The uri of one asset of this name, as an expression inside another query; null if none."""
    borne, asset = ASSET_KEY.alias(), ASSET.alias()
    query = select(asset.c.uri).join_from(borne, asset, asset.c.id == borne.c.asset_id)
    query = query.where(borne.c.kind == FILENAME, borne.c.value == name)
    held = query.where(asset.c.presence != Presence.GONE.value)
    return held.limit(1).offset(offset).correlate(ASSET_KEY).scalar_subquery()


def load(row: Any) -> DeskRecord:
    """Read a row of the table ``desk_record``.

    Raises:
        RegistryError: the document is damaged.
    """
    return codec.load(DeskRecord, row.document, f"the desk record {row.id}")
