"""Since when findings are known."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks
from provenance.registry.tables import FINDING


def known_at(tx: Transaction, finding_ids: Iterable[str], moment: str) -> frozenset[str]:
    """Return those findings that were first met at ``moment`` (RFC 3339, UTC) or before it."""
    known: set[str] = set()
    for chunk in chunks(dict.fromkeys(finding_ids)):
        query = select(FINDING.c.finding_id).where(
            FINDING.c.finding_id.in_(chunk), FINDING.c.first_seen <= moment
        )
        known.update(tx.connection.execute(query).scalars())
    return frozenset(known)
