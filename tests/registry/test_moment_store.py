"""Moments of many notices, gathered over decisions, corrections, moves and findings."""

from __future__ import annotations

import pytest
from registry.test_fix_store import INTENT as FIX
from registry.test_quarantine_store import INTENT as MOVE
from registry.values import LATER, NOW, decision, finding, notice, record

from provenance.model import Severity, Status, Verdict
from provenance.registry import (
    FixState,
    Moments,
    MoveState,
    Presence,
    Registry,
    Run,
    moments,
    notices_on,
    notices_unmet,
    put_decision,
    put_intents,
    put_moves,
    put_notices,
    replace_findings,
    set_presence,
    settle_fix,
    settle_move,
    start_run,
    upsert_assets,
)

A, B = "/p/a.jpg", "/p/sub/b.jpg"
EARLY, LATEST = "2026-11-21T12:00:00+00:00", "2026-11-24T12:00:00+00:00"


@pytest.fixture
def met(registry: Registry) -> Registry:
    """``n1`` has findings on two assets, ``n2`` and ``n3`` none; ``n3`` was retracted."""
    with registry.write() as tx:
        upsert_assets(tx, [(record(A), ()), (record(B), ())], "r1", NOW)
        gone = notice("n3", retracted=NOW)
        put_notices(tx, [notice("n1"), notice("n2"), gone], EARLY)
        found = [
            finding("f1", A, notice_id="n1", decision_key="k1"),
            finding("f2", B, notice_id="n1", decision_key="k2", status=Status.WAIVED),
            finding("f3", B, notice_id="n1", decision_key="k3", severity=Severity.NOTE),
            finding("f4", B, notice_id=None, decision_key="k4", status=Status.HELD),
        ]
        replace_findings(tx, [A, B], found, NOW, "r1")
    return registry


def of(registry: Registry, *ids: str) -> dict[str, Moments]:
    with registry.read() as tx:
        return moments(tx, ids)


def test_what_nobody_touched_has_no_moments(met: Registry) -> None:
    assert of(met, "n1", "n2", "n9") == {
        "n1": Moments(EARLY, unsettled=1, dismissed=1),
        "n2": Moments(EARLY),
    }
    assert of(met) == {}


def test_decisions_are_noted_and_dismissals_settle(met: Registry) -> None:
    with met.write() as tx:
        put_decision(tx, decision("k1", Verdict.APPLY, decided=LATEST))
        put_decision(tx, decision("k2", Verdict.WAIVE, decided=LATER))
        put_decision(tx, decision("k2", Verdict.WAIVE, decided=NOW))
        put_decision(tx, decision("k4", Verdict.WAIVE, decided=EARLY))
    found = of(met, "n1")["n1"]
    assert (found.noted, found.settled) == ((NOW,), LATER)


def test_corrections_and_moves_count_from_intent_to_commit(met: Registry) -> None:
    with met.write() as tx:
        start_run(tx, Run(FIX.run_id, "fix", "anna", NOW))
        if MOVE.run_id != FIX.run_id:
            start_run(tx, Run(MOVE.run_id, "quarantine", "anna", NOW))
        put_intents(tx, [FIX])
        put_moves(tx, [MOVE])
    ids = {*FIX.notice_ids, MOVE.notice_id}
    with met.write() as tx:
        put_notices(tx, [notice(one) for one in ids], EARLY)
    begun = of(met, *ids)
    assert begun[MOVE.notice_id].settled is None
    assert MOVE.created in begun[MOVE.notice_id].noted
    with met.write() as tx:
        settle_fix(tx, FIX.fix_id, FixState.COMMIT, LATER)
        settle_move(tx, MOVE.move_id, MoveState.COMMIT, LATEST)
    done = of(met, *ids)
    assert done[MOVE.notice_id].settled == LATEST
    for one in FIX.notice_ids:
        assert done[one].settled in {LATER, LATEST}
        assert FIX.created in done[one].noted


def test_a_dismissed_finding_on_what_is_gone_weighs_nothing(met: Registry) -> None:
    with met.write() as tx:
        set_presence(tx, [B], Presence.GONE)
    assert of(met, "n1")["n1"].dismissed == 0


def test_notices_by_asset_and_without_any(met: Registry) -> None:
    with met.read() as tx:
        assert notices_on(tx, [A, B, "/none"]) == {"n1"}
        assert notices_on(tx, []) == frozenset()
        assert notices_unmet(tx) == ("n2",)
