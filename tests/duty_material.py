"""A desk at several hours of a day, and what its clocks and its log say."""

from __future__ import annotations

from dataclasses import replace

from provenance import auditlog
from provenance.duties import NoticeClock
from provenance.pipeline import Session, plan, remediate
from provenance.pipeline.duties import notice_clock

DAY = "2026-11-22"


def on(session: Session, hour: float, day: str = DAY) -> Session:
    """The same desk at another hour."""
    moment = f"{day}T{int(hour):02d}:{int(hour % 1 * 60):02d}:00.000Z"
    return replace(session, clock=lambda: moment, policy=replace(session.policy, today=day))


def time_of(hour: float, day: str = DAY) -> str:
    return f"{day}T{int(hour):02d}:{int(hour % 1 * 60):02d}:00.000Z"


def clock_of(session: Session, notice_id: str) -> NoticeClock:
    timed, _ = notice_clock(session, notice_id)
    return timed.clock


def reached(session: Session, notice_id: str) -> tuple[str | None, ...]:
    return tuple(one.reached for one in clock_of(session, notice_id).milestones)


def states(session: Session, notice_id: str) -> dict[str, str]:
    return {one.duty: one.state.value for one in clock_of(session, notice_id).duties}


def logged(session: Session, act_name: str) -> list[dict]:
    with session.registry.read() as tx:
        found = auditlog.entries(tx.connection, 0, 1_000)
    return [one.record for one in found if one.record["act"] == act_name]


def fix(session: Session, hour: float) -> str:
    there = on(session, hour)
    return remediate(there, plan(there).plan).run_id
