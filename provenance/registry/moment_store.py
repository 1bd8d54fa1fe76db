"""When what happened under notices: of many notices in a few queries, for their clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, exists, func, select

from provenance.model import Severity, Status, Verdict
from provenance.registry.fix_store import FixState
from provenance.registry.key_store import Presence
from provenance.registry.quarantine_store import MoveState
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks
from provenance.registry.tables import (
    ASSET,
    DECISION,
    FINDING,
    FIX,
    FIX_NOTICE,
    NOTICE,
    QUARANTINE,
    RUN,
)

_UNSETTLED: Final = (Status.OPEN.value, Status.HELD.value)
_DISMISSED: Final = (Status.WAIVED.value, Status.REJECTED.value)
_DISMISSING: Final = (Verdict.WAIVE.value, Verdict.DISMISS.value)
_PUT_AWAY: Final = (MoveState.COMMIT.value, MoveState.DELETED.value)


@dataclass(frozen=True, slots=True)
class Moments:
    """What the registry knows of one notice, in moments (RFC 3339) and numbers.

    Attributes:
        first_seen: when the registry took it up.
        noted: when persons first decided on a finding of it, corrected or moved a file on it.
        settled: when a finding of it was last dismissed, a file corrected or put away on it.
        unsettled: findings of it that are open or held, those that are only noted left out.
        dismissed: findings of it that are waived or rejected, on assets that are not gone.
    """

    first_seen: str
    noted: tuple[str, ...] = ()
    settled: str | None = None
    unsettled: int = 0
    dismissed: int = 0


@dataclass(slots=True)
class _Gathered:
    """What was found of one notice so far."""

    noted: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def moments(tx: Transaction, notice_ids: Iterable[str]) -> dict[str, Moments]:
    """Return what is known of each of these notices; those that are not registered are left out.

    Five queries for every few hundred notices, whatever was done under them.
    """
    found: dict[str, Moments] = {}
    for chunk in chunks(dict.fromkeys(notice_ids)):
        gathered = {one: _Gathered() for one in chunk}
        _gather(tx, gathered, _decided(chunk), _take_moments)
        _gather(tx, gathered, _fixed(chunk), _take_moments)
        _gather(tx, gathered, _moved(chunk), _take_moments)
        _gather(tx, gathered, _counted(chunk), _take_counts)
        columns = select(NOTICE.c.notice_id, NOTICE.c.first_seen)
        for notice_id, seen in tx.connection.execute(columns.where(NOTICE.c.notice_id.in_(chunk))):
            one = gathered[notice_id]
            found[notice_id] = Moments(
                first_seen=seen,
                noted=tuple(one.noted),
                settled=max(one.settled, default=None),
                unsettled=one.counts.get("unsettled", 0),
                dismissed=one.counts.get("dismissed", 0),
            )
    return found


def _gather(
    tx: Transaction,
    gathered: dict[str, _Gathered],
    query: Select[Any],
    take: Callable[[_Gathered, Any], None],
) -> None:
    for row in tx.connection.execute(query):
        take(gathered[row.notice_id], row)


def _take_moments(one: _Gathered, row: Any) -> None:
    if row.first:
        one.noted.append(row.first)
    if row.last:
        one.settled.append(row.last)


def _take_counts(one: _Gathered, row: Any) -> None:
    kind = "unsettled" if row.status in _UNSETTLED else "dismissed"
    counts = one.counts
    if kind == "dismissed" and row.presence == Presence.GONE.value:
        return
    if kind == "unsettled" and row.severity == Severity.NOTE.value:
        return
    counts[kind] = counts.get(kind, 0) + row.number


def _decided(ids: Sequence[str]) -> Select[Any]:
    """The program writes every moment in the same form, so that they compare as text."""
    dismissed = func.max(DECISION.c.decided).filter(DECISION.c.verdict.in_(_DISMISSING))
    return (
        select(
            FINDING.c.notice_id,
            func.min(DECISION.c.decided).label("first"),
            dismissed.label("last"),
        )
        .join(DECISION, DECISION.c.decision_key == FINDING.c.decision_key)
        .where(FINDING.c.notice_id.in_(ids))
        .group_by(FINDING.c.notice_id)
    )


def _fixed(ids: Sequence[str]) -> Select[Any]:
    done = func.max(FIX.c.settled).filter(FIX.c.state == FixState.COMMIT.value)
    return (
        select(
            FIX_NOTICE.c.notice_id,
            func.min(FIX.c.created).label("first"),
            done.label("last"),
        )
        .join(FIX, FIX.c.fix_id == FIX_NOTICE.c.fix_id)
        .where(FIX_NOTICE.c.notice_id.in_(ids))
        .group_by(FIX_NOTICE.c.notice_id)
    )


def _moved(ids: Sequence[str]) -> Select[Any]:
    done = func.max(QUARANTINE.c.settled).filter(QUARANTINE.c.state.in_(_PUT_AWAY))
    return (
        select(
            QUARANTINE.c.notice_id,
            func.min(QUARANTINE.c.created).label("first"),
            done.label("last"),
        )
        .where(QUARANTINE.c.notice_id.in_(ids))
        .group_by(QUARANTINE.c.notice_id)
    )


def _counted(ids: Sequence[str]) -> Select[Any]:
    columns = (FINDING.c.notice_id, FINDING.c.status, FINDING.c.severity, ASSET.c.presence)
    return (
        select(*columns, func.count().label("number"))
        .join(ASSET, ASSET.c.id == FINDING.c.asset_id)
        .where(FINDING.c.notice_id.in_(ids), FINDING.c.status.in_((*_UNSETTLED, *_DISMISSED)))
        .group_by(*columns)
    )


def is_scan_newest(tx: Transaction) -> bool:
    """Whether folders were read since an audit looked last: it has not seen what they hold."""
    query = select(RUN.c.kind).where(RUN.c.kind.in_(("scan", "audit")))
    newest = query.order_by(RUN.c.started.desc(), RUN.c.kind).limit(1)
    return tx.connection.execute(newest).scalar() == "scan"


def notices_on(tx: Transaction, uris: Iterable[str]) -> frozenset[str]:
    """Return the ids of the notices that have findings, whatever their status, on these assets."""
    found: set[str] = set()
    for chunk in chunks(dict.fromkeys(uris)):
        query = (
            select(FINDING.c.notice_id)
            .join(ASSET, ASSET.c.id == FINDING.c.asset_id)
            .where(ASSET.c.uri.in_(chunk), FINDING.c.notice_id.is_not(None))
            .distinct()
        )
        found.update(tx.connection.execute(query).scalars())
    return frozenset(found)


def notices_unmet(tx: Transaction) -> tuple[str, ...]:
    """Return the ids of the notices that speak and have no finding of any kind, in order."""
    met = exists().where(FINDING.c.notice_id == NOTICE.c.notice_id)
    query = select(NOTICE.c.notice_id).where(
        NOTICE.c.retracted.is_(None), NOTICE.c.superseded_by.is_(None), ~met
    )
    return tuple(tx.connection.execute(query.order_by(NOTICE.c.notice_id)).scalars())
