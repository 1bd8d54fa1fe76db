"""What was done about the duties of notices. Rows are only added: the newest of a duty holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select

from provenance.model import DutyAct, DutyState, Proof
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, next_number
from provenance.registry.tables import DUTY_ACT


def put_duty_acts(tx: Transaction, acts: Iterable[DutyAct]) -> None:
    """Record acts in the order given; earlier ones about the same duties stay on record."""
    given = list(acts)
    if not given:
        return
    connection = tx.writing()
    first = next_number(connection, DUTY_ACT.c.id)
    rows = [_row(number, act) for number, act in enumerate(given, first)]
    connection.execute(insert(DUTY_ACT), rows)


def duty_acts(tx: Transaction, notice_ids: Iterable[str]) -> dict[str, tuple[DutyAct, ...]]:
    """Return every act about each of these notices that has any, oldest first."""
    found: dict[str, list[DutyAct]] = {}
    for chunk in chunks(dict.fromkeys(notice_ids)):
        query = select(DUTY_ACT).where(DUTY_ACT.c.notice_id.in_(chunk)).order_by(DUTY_ACT.c.id)
        for row in tx.connection.execute(query):
            found.setdefault(row.notice_id, []).append(_value(row))
    return {notice_id: tuple(acts) for notice_id, acts in found.items()}


def notices_with_closed(tx: Transaction, duty: str) -> tuple[str, ...]:
    """Return the ids of the notices of which this duty was ever closed or waived, in order."""
    query = select(DUTY_ACT.c.notice_id).distinct().where(
        DUTY_ACT.c.duty == duty, DUTY_ACT.c.state != DutyState.OPEN.value
    )  # fmt: skip
    return tuple(tx.connection.execute(query.order_by(DUTY_ACT.c.notice_id)).scalars())


def _row(number: int, act: DutyAct) -> dict[str, Any]:
    return {
        "id": number,
        "notice_id": act.notice_id,
        "duty": act.duty,
        "state": act.state.value,
        "agent": act.agent,
        "made": act.made,
        "proof": act.proof.value,
        "evidence": act.evidence,
        "evidence_sha256": act.evidence_sha256,
        "reason": act.reason,
        "until": act.until,
    }


def _value(row: Any) -> DutyAct:
    return DutyAct(
        notice_id=row.notice_id,
        duty=row.duty,
        state=DutyState(row.state),
        agent=row.agent,
        made=row.made,
        proof=Proof(row.proof),
        evidence=row.evidence,
        evidence_sha256=row.evidence_sha256,
        reason=row.reason,
        until=row.until,
    )
