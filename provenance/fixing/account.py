"""What the registry holds about a picture once its bytes have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from provenance import matching
from provenance.model import AssetRef, MetadataRecord
from provenance.registry import Transaction, upsert_assets
from provenance.storage.listing import joined_version, own_version


def told_of(stored: MetadataRecord, read: MetadataRecord, digest: str | None) -> MetadataRecord:
    """What a worker read in new bytes of a picture, as it may be believed.

    Which picture it is, and its digests, is never taken from there.

    Args:
        stored: what the registry holds about the picture.
        read: what a worker read.
        digest: the picture's own digest now, hex; None where it was never taken.
    """
    return replace(
        read,
        ref=stored.ref,
        digest=digest,
        image_digest=stored.image_digest,
        scan_digest=stored.scan_digest,
    )


def at_version(record: MetadataRecord, written: Mapping[str, AssetRef]) -> MetadataRecord:
    """The record with the sizes and versions of the files as they were written.

    Args:
        record: whose reference still tells the former ones.
        written: uri to the file as it stands now.
    """
    ref = record.ref
    sidecars = tuple(
        replace(s, size=written[s.uri].size, version=written[s.uri].version)
        if s.uri in written
        else s
        for s in ref.sidecars
    )
    now = written.get(ref.uri)
    own = now.version if now else own_version(ref.version)
    version = joined_version(own, sidecars)
    size = now.size if now else ref.size
    return replace(record, ref=replace(ref, size=size, version=version, sidecars=sidecars))


def register(tx: Transaction, records: Iterable[MetadataRecord], run_id: str, now: str) -> None:
    """Put the records, with the keys they are found by, into the registry."""
    upsert_assets(tx, [(record, matching.keys(record)) for record in records], run_id, now)
