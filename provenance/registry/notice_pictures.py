"""One proven picture for each notice, to be shown where a finding has none of its own."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from provenance.model import Confidence
from provenance.registry.key_store import Presence
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks
from provenance.registry.tables import ASSET, FINDING

_PICTURES = "image/%"


def notice_pictures(tx: Transaction, notice_ids: Iterable[str]) -> dict[str, str]:
    """Return a picture for each notice that has one: proven to be meant, and still there.

    Args:
        tx: any transaction.
        notice_ids: whole ids.

    Returns:
        By notice id, the uri of the asset; always the same one of several.
    """
    found: dict[str, str] = {}
    for chunk in chunks(dict.fromkeys(notice_ids)):
        first = (
            select(FINDING.c.notice_id, func.min(ASSET.c.id).label("asset"))
            .join(ASSET, ASSET.c.id == FINDING.c.asset_id)
            .where(
                FINDING.c.notice_id.in_(chunk),
                FINDING.c.confidence == Confidence.STRONG.value,
                ASSET.c.presence == Presence.PRESENT.value,
                ASSET.c.media_type.like(_PICTURES),
            )
            .group_by(FINDING.c.notice_id)
            .subquery()
        )
        rows = select(first.c.notice_id, ASSET.c.uri).join(first, first.c.asset == ASSET.c.id)
        found.update((row.notice_id, row.uri) for row in tx.connection.execute(rows))
    return found
