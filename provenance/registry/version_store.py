"""What assets said before: kept when a file is read again and says something else.

An asset that is not read again costs nothing here, and one that is costs no query of its
own: its former values come with the numbers that a registration asks for anyway.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from provenance.errors import RegistryError
from provenance.model import MetadataRecord
from provenance.registry import codec
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks
from provenance.registry.tables import ASSET, ASSET_VERSION

MOST_VERSIONS: Final = 20
"""Former versions that are kept of one asset; the oldest one goes first."""


@dataclass(frozen=True, slots=True)
class FormerVersion:
    """What an asset said before it was changed.

    Attributes:
        record: its values and digests then.
        read: RFC 3339, when it was last read to say this.
        scan_run: the run that read it.
    """

    record: MetadataRecord
    read: str
    scan_run: str


def keep_former(connection: Connection, now: Mapping[str, str]) -> dict[str, int]:
    """Keep the former values of assets that now say something else; return the known ids.

    Args:
        connection: in a writing transaction, before the new values are written.
        now: the documents of what the assets say now, by uri.
    """
    ids: dict[str, int] = {}
    changed: list[Any] = []
    columns = (
        *(ASSET.c.id, ASSET.c.uri, ASSET.c.version, ASSET.c.media_type, ASSET.c.sha256),
        *(ASSET.c.image_digest, ASSET.c.scan_digest, ASSET.c.document, ASSET.c.error),
        *(ASSET.c.last_seen, ASSET.c.scan_run),
    )
    for chunk in chunks(now):
        for row in connection.execute(select(*columns).where(ASSET.c.uri.in_(chunk))):
            ids[row.uri] = row.id
            if row.error is None and _says_else(row, now[row.uri]):
                changed.append(row)
    if changed:
        _keep(connection, changed)
    return ids


def _says_else(row: Any, document: str) -> bool:
    """Whether the values differ. A new time stamp, or another sidecar's, changes nothing."""
    if document == row.document:
        return False
    try:
        return bool(json.loads(row.document).get("values") != json.loads(document).get("values"))
    except (ValueError, AttributeError) as error:
        raise RegistryError(
            f"The registry's entry for {row.uri!r} is damaged.",
            code="registry-damaged",
            remedy="Restore the registry from a backup, or scan the folder into a new one.",
        ) from error


def _keep(connection: Connection, changed: list[Any]) -> None:
    highest: dict[int, int] = {}
    for chunk in chunks(row.id for row in changed):
        query = (
            select(ASSET_VERSION.c.asset_id, func.max(ASSET_VERSION.c.seq))
            .where(ASSET_VERSION.c.asset_id.in_(chunk))
            .group_by(ASSET_VERSION.c.asset_id)
        )
        highest.update((number, seq) for number, seq in connection.execute(query))
    rows = [
        {
            "asset_id": row.id,
            "seq": highest.get(row.id, 0) + 1,
            "version": row.version,
            "media_type": row.media_type,
            "sha256": row.sha256,
            "image_digest": row.image_digest,
            "scan_digest": row.scan_digest,
            "document": row.document,
            "read": row.last_seen,
            "scan_run": row.scan_run,
        }
        for row in changed
    ]
    connection.execute(insert(ASSET_VERSION), rows)
    for row in rows:
        if row["seq"] > MOST_VERSIONS:
            connection.execute(
                delete(ASSET_VERSION).where(
                    ASSET_VERSION.c.asset_id == row["asset_id"],
                    ASSET_VERSION.c.seq <= row["seq"] - MOST_VERSIONS,
                )
            )


def former_versions(tx: Transaction, uris: Iterable[str]) -> dict[str, tuple[FormerVersion, ...]]:
    """Return, for each asset that ever said something else, what it said, newest first."""
    found: dict[str, list[FormerVersion]] = {}
    join = ASSET_VERSION.join(ASSET, ASSET.c.id == ASSET_VERSION.c.asset_id)
    columns = (
        *(ASSET_VERSION.c.version, ASSET_VERSION.c.media_type, ASSET_VERSION.c.sha256),
        *(ASSET_VERSION.c.image_digest, ASSET_VERSION.c.scan_digest, ASSET_VERSION.c.document),
        *(ASSET_VERSION.c.read, ASSET_VERSION.c.scan_run),
        *(ASSET.c.uri, ASSET.c.path, ASSET.c.size, ASSET.c.content_credentials),
    )
    for chunk in chunks(dict.fromkeys(uris)):
        query = select(*columns).select_from(join).where(ASSET.c.uri.in_(chunk))
        ordered = query.order_by(ASSET_VERSION.c.asset_id, ASSET_VERSION.c.seq.desc())
        for row in tx.connection.execute(ordered):
            record = codec.load_record(row)
            former = FormerVersion(record, row.read, row.scan_run)
            found.setdefault(row.uri, []).append(former)
    return {uri: tuple(versions) for uri, versions in found.items()}
