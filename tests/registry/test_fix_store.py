from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from registry.values import LATER, NOW

from provenance.errors import RegistryError
from provenance.model import Container, Edit, Fixity, Property
from provenance.registry import (
    Ending,
    Fix,
    FixQuery,
    FixState,
    Registry,
    Run,
    fix,
    fixes,
    last_commits,
    open_intents,
    put_intents,
    settle_fix,
    settle_fixes,
    start_run,
)

INTENT = Fix(
    fix_id="x1",
    run_id="r1",
    uri="/p/a\udcff.jpg",
    asset_uri="/p/a\udcff.jpg",
    before=Fixity("b" * 64, "i" * 64, 1000),
    after=Fixity("a" * 64, None, 1001),
    patch=bytes(range(256)),
    tmp_name=".a\udcff.jpg.x1.tmp",
    created=NOW,
    agent="anna",
    finding_ids=("f1", "f2"),
    notice_ids=("n1", "n2", "n1"),
    edits=(Edit("/p/a.jpg", Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, "A", "B"),),
    intent_index=7,
)


@pytest.fixture
def running(registry: Registry) -> Registry:
    with registry.write() as tx:
        start_run(tx, Run("r1", "fix", "anna", NOW))
        start_run(tx, Run("r2", "fix", "anna", LATER))
    return registry


def put(registry: Registry, *given: Fix) -> None:
    with registry.write() as tx:
        put_intents(tx, given)


def ids(registry: Registry, **query: object) -> list[str]:
    with registry.read() as tx:
        return [one.fix_id for one in fixes(tx, FixQuery(**query))]  # type: ignore[arg-type]


def test_put_and_read_back(running: Registry) -> None:
    put(running, INTENT)
    with running.read() as tx:
        assert fix(tx, "x1") == INTENT
        assert fix(tx, "none") is None
        assert open_intents(tx) == (INTENT,)


def test_settle(running: Registry) -> None:
    put(running, INTENT)
    with running.write() as tx:
        done = settle_fix(tx, "x1", FixState.COMMIT, LATER, outcome_index=8)
    assert done == replace(INTENT, state=FixState.COMMIT, settled=LATER, outcome_index=8)
    with running.read() as tx:
        assert fix(tx, "x1") == done
        assert open_intents(tx) == ()
    with running.write() as tx:
        undone = settle_fix(tx, "x1", FixState.UNDONE, LATER, reason="asked by anna")
        assert fix(tx, "x1") == undone
    assert undone.reason == "asked by anna"


def test_settle_many_as_one_by_one(running: Registry) -> None:
    put(running, *(replace(INTENT, fix_id=f"x{n}") for n in range(4)))
    endings = [
        Ending("x0", FixState.COMMIT, 8),
        Ending("x1", FixState.ABORT, 9, "no space"),
        Ending("x2", FixState.CONFLICT, 10),
    ]
    with running.write() as tx:
        settle_fixes(tx, endings, LATER)
        settle_fixes(tx, (), LATER)
    with running.read() as tx:
        held = fixes(tx, FixQuery())
    base = replace(INTENT, settled=LATER)
    assert {one.fix_id: one for one in held} == {
        "x0": replace(base, fix_id="x0", state=FixState.COMMIT, outcome_index=8),
        "x1": replace(base, fix_id="x1", state=FixState.ABORT, outcome_index=9, reason="no space"),
        "x2": replace(base, fix_id="x2", state=FixState.CONFLICT, outcome_index=10),
        "x3": replace(INTENT, fix_id="x3"),
    }


@pytest.mark.parametrize(
    "ending",
    [Ending("x9", FixState.COMMIT), Ending("x1", FixState.UNDONE), Ending("x1", FixState.INTENT)],
)
def test_settle_many_refuses_whole(running: Registry, ending: Ending) -> None:
    put(running, INTENT, replace(INTENT, fix_id="x2"))
    with pytest.raises(RegistryError), running.write() as tx:
        settle_fixes(tx, [Ending("x2", FixState.COMMIT), ending], LATER)
    assert ids(running, state=FixState.INTENT) == ["x1", "x2"]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(FixState, FixState)))
def test_every_intent_ends_once(running: Registry, first: FixState, second: FixState) -> None:
    ends = {FixState.COMMIT, FixState.ABORT, FixState.CONFLICT}
    put(running, INTENT)
    if first is not FixState.INTENT:
        if first is FixState.UNDONE:
            with running.write() as tx:
                settle_fix(tx, "x1", FixState.COMMIT, LATER)
        with running.write() as tx:
            settle_fix(tx, "x1", first, LATER)
    allowed = (first is FixState.INTENT and second in ends) or (
        first is FixState.COMMIT and second is FixState.UNDONE
    )
    if allowed:
        with running.write() as tx:
            assert settle_fix(tx, "x1", second, LATER).state is second
    else:
        with pytest.raises(RegistryError, match="cannot become"), running.write() as tx:
            settle_fix(tx, "x1", second, LATER)


def test_what_is_no_intent_is_refused_whole(running: Registry) -> None:
    with pytest.raises(RegistryError):
        put(running, INTENT, replace(INTENT, fix_id="x2", state=FixState.COMMIT))
    with pytest.raises(RegistryError):
        put(running, INTENT, INTENT)
    with pytest.raises(RegistryError):
        put(running, replace(INTENT, run_id="never started"))
    with pytest.raises(RegistryError, match="There is no fix none"), running.write() as tx:
        settle_fix(tx, "none", FixState.COMMIT, LATER)
    assert ids(running) == []
    put(running)


def test_queries(running: Registry) -> None:
    sidecar = replace(INTENT, fix_id="x2", uri="/p/a.xmp", notice_ids=("n2",))
    other = replace(
        INTENT, fix_id="x3", run_id="r2", uri="/p/b.jpg", asset_uri="/p/b.jpg", notice_ids=()
    )
    earlier = replace(other, fix_id="x4", created="2026-01-01T00:00:00Z")
    put(running, sidecar, INTENT, other, earlier)
    with running.write() as tx:
        settle_fix(tx, "x3", FixState.ABORT, LATER)
    assert ids(running) == ["x4", "x1", "x2", "x3"]
    assert ids(running, run_id="r1") == ["x1", "x2"]
    assert ids(running, notice_id="n1") == ["x1"]
    assert ids(running, notice_id="n2") == ["x1", "x2"]
    assert ids(running, uri=INTENT.asset_uri) == ["x1", "x2"]
    assert ids(running, uri="/p/a.xmp") == ["x2"]
    assert ids(running, state=FixState.INTENT, run_id="r2") == ["x4"]
    assert ids(running, notice_id="none") == []


def test_last_commits(running: Registry) -> None:
    put(running, *(replace(INTENT, fix_id=f"x{number}") for number in range(4)))
    with running.write() as tx:
        for number, when in ((0, "2026-01-02"), (1, "2026-01-03"), (2, "2026-01-01")):
            settle_fix(tx, f"x{number}", FixState.COMMIT, when)
        assert last_commits(tx, [INTENT.uri, "/none"])[INTENT.uri].fix_id == "x1"
        settle_fix(tx, "x1", FixState.UNDONE, LATER)
        assert {u: f.fix_id for u, f in last_commits(tx, [INTENT.uri]).items()} == {
            INTENT.uri: "x0"
        }
