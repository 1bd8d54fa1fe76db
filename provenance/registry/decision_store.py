"""What persons decided about findings. Rows are only added: the newest one of a key holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select

from provenance.errors import RegistryError
from provenance.model import Decision, Verdict
from provenance.registry import codec
from provenance.registry.registry import Transaction
from provenance.registry.statements import begins_with, chunks, next_number
from provenance.registry.tables import DECISION


def put_decision(tx: Transaction, decision: Decision) -> None:
    """Record a named decision; earlier ones about the same key stay on record."""
    connection = tx.writing()
    row = {
        "id": next_number(connection, DECISION.c.id),
        "decision_key": decision.decision_key,
        "finding_id": decision.finding_id,
        "verdict": decision.verdict.value,
        "agent": decision.agent,
        "decided": decision.decided,
        "reason": decision.reason,
        "until": decision.until,
        "grounds": decision.grounds or None,
        "amended": codec.dump_plain(decision.amended) if decision.amended else None,
    }
    connection.execute(insert(DECISION), [row])


def decisions(tx: Transaction, decision_keys: Iterable[str]) -> dict[str, Decision]:
    """Return the newest decision of each key that has one, whether still in force or not."""
    newest: dict[str, Decision] = {}
    for chunk in chunks(dict.fromkeys(decision_keys)):
        query = select(DECISION).where(DECISION.c.decision_key.in_(chunk)).order_by(DECISION.c.id)
        newest.update((row.decision_key, _decision(row)) for row in tx.connection.execute(query))
    return newest


def decision_history(tx: Transaction, decision_key: str) -> tuple[Decision, ...]:
    """Return every decision about a key, oldest first."""
    query = select(DECISION).where(DECISION.c.decision_key == decision_key)
    rows = tx.connection.execute(query.order_by(DECISION.c.id))
    return tuple(_decision(row) for row in rows)


def every_decision(tx: Transaction) -> tuple[Decision, ...]:
    """Return every decision that was ever made, oldest first."""
    rows = tx.connection.execute(select(DECISION).order_by(DECISION.c.id))
    return tuple(_decision(row) for row in rows)


def decisions_before(
    tx: Transaction, before: int | None, size: int
) -> tuple[tuple[int, Decision], ...]:
    """Return a page of all decisions, newest first, each with its number.

    Args:
        tx: any transaction.
        before: only those with a lower number; None for the newest.
        size: so many at most.
    """
    query = select(DECISION).order_by(DECISION.c.id.desc()).limit(size)
    if before is not None:
        query = query.where(DECISION.c.id < before)
    return tuple((row.id, _decision(row)) for row in tx.connection.execute(query))


def decision_key(tx: Transaction, id_prefix: str) -> str:
    """Return the one key with decisions that begins with ``id_prefix``.

    Raises:
        RegistryError: there is none, or more than one (codes ``not-found``, ``ambiguous``).
    """
    query = select(DECISION.c.decision_key).where(begins_with(DECISION.c.decision_key, id_prefix))
    query = query.distinct().order_by(DECISION.c.decision_key).limit(2)
    keys = tx.connection.execute(query).scalars().all()
    if id_prefix and len(keys) == 1:
        return str(keys[0])
    if not keys or not id_prefix:
        raise RegistryError(
            f"There is no decision {id_prefix!r}.",
            code="not-found",
            remedy="`provenance decisions` lists them.",
        )
    raise RegistryError(
        f"More than one decision begins with {id_prefix!r}: {keys[0]}, {keys[1]}.",
        code="ambiguous",
        remedy="Give more of the id.",
    )


def _decision(row: Any) -> Decision:
    return Decision(
        decision_key=row.decision_key,
        verdict=Verdict(row.verdict),
        agent=row.agent,
        decided=row.decided,
        reason=row.reason,
        until=row.until,
        finding_id=row.finding_id,
        grounds=row.grounds or "",
        amended=_amended(row),
    )


def _amended(row: Any) -> tuple[tuple[str, str, str], ...]:
    if not row.amended:
        return ()
    what = f"the decision {row.decision_key}"
    values = codec.load_plain(row.amended, what)
    try:
        return tuple((str(where), str(locator), str(value)) for where, locator, value in values)
    except (TypeError, ValueError) as error:
        raise RegistryError(
            f"In the registry, the values of {what} are damaged.",
            code="registry-damaged",
            remedy="Restore a backup of the registry, or decide again.",
        ) from error
