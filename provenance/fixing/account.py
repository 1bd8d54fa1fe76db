"""What the registry holds about a picture once its bytes have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from provenance import matching
from provenance.metadata import read
from provenance.model import AssetRef, Container, MetadataRecord, PropertyValue
from provenance.registry import Transaction, upsert_assets
from provenance.storage.listing import joined_version, own_version


def reread(
    stored: MetadataRecord, changed: Mapping[str, bytes], sha256: str | None
) -> MetadataRecord:
    """The record of a picture whose own file, or a sidecar of which, has new bytes.

    Only what changed is parsed. The image digest and the scan digest stand: the rewriting
    has proved that no octet they cover was touched.

    Args:
        stored: the record before.
        changed: uri of each changed file to its new bytes.
        sha256: the picture's digest now, hex; None where it was never taken.

    Raises:
        UnreadableError: the new bytes do not read.
    """
    ref = stored.ref
    own = tuple(value for value in stored.values if value.container is not Container.SIDECAR)
    record = stored
    if ref.uri in changed:
        record = read(ref, changed[ref.uri])
        own = record.values
    beside: list[PropertyValue] = []
    for sidecar in ref.sidecars:
        if sidecar.uri in changed:
            beside += read(sidecar, changed[sidecar.uri]).values
        else:
            beside += [value for value in stored.values if value.uri == sidecar.uri]
    return replace(
        record,
        digest=sha256,
        image_digest=stored.image_digest,
        scan_digest=stored.scan_digest,
        values=(*own, *beside),
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
