from __future__ import annotations

from dataclasses import replace

import pytest
from registry.values import LATER, NOW

from provenance.errors import RegistryError
from provenance.model import Fixity
from provenance.registry import (
    Move,
    MoveAct,
    MoveQuery,
    MoveState,
    Registry,
    Run,
    moves,
    open_moves,
    put_away,
    put_moves,
    settle_move,
    start_run,
)

INTENT = Move(
    move_id="m1",
    run_id="r1",
    act=MoveAct.QUARANTINE,
    notice_id="n1",
    uri="/p/a\udcff.jpg",
    asset_uri="/p/a\udcff.jpg",
    place="/q/n1/m1/picture.quarantined",
    fixity=Fixity("b" * 64, "i" * 64, 5_000_000_000),
    scan_digest="s" * 64,
    mode=0o100644,
    modified=1_700_000_000_123_456_789,
    tmp_name=".a\udcff.jpg.m1.tmp",
    created=NOW,
    agent="anna",
    finding_ids=("f1", "f2"),
    links=2,
    intent_index=7,
)
SIDECAR = replace(INTENT, move_id="m2", uri="/p/a.xmp", scan_digest=None, fixity=Fixity("c" * 64, None, 3))  # fmt: skip


@pytest.fixture
def running(registry: Registry) -> Registry:
    with registry.write() as tx:
        start_run(tx, Run("r1", "quarantine", "anna", NOW))
        start_run(tx, Run("r2", "release", "anna", LATER))
        put_moves(tx, [INTENT, SIDECAR])
    return registry


def ids(registry: Registry, **query: object) -> list[str]:
    with registry.read() as tx:
        return [one.move_id for one in moves(tx, MoveQuery(**query))]  # type: ignore[arg-type]


def settle(registry: Registry, move_id: str, state: MoveState, **more: object) -> Move:
    with registry.write() as tx:
        return settle_move(tx, move_id, state, LATER, **more)  # type: ignore[arg-type]


def test_a_move_is_given_back_as_it_was_put(running: Registry) -> None:
    with running.read() as tx:
        assert open_moves(tx) == (INTENT, SIDECAR)


def test_queries(running: Registry) -> None:
    settle(running, "m2", MoveState.ABORT)
    assert ids(running, run_id="r1") == ["m1", "m2"]
    assert ids(running, run_id="r2") == []
    assert ids(running, notice_id="n1", state=MoveState.INTENT) == ["m1"]
    assert ids(running, uri="/p/a.xmp") == ["m2"]
    assert ids(running, uri="/p/a\udcff.jpg") == ["m1", "m2"]
    assert ids(running, act=MoveAct.RELEASE) == []


def test_an_ending_keeps_what_was_known(running: Registry) -> None:
    done = settle(running, "m1", MoveState.COMMIT, outcome_index=9)
    ended = replace(INTENT, state=MoveState.COMMIT, settled=LATER, outcome_index=9)
    assert done == ended
    deleted = settle(running, "m1", MoveState.DELETED)
    assert deleted == replace(ended, state=MoveState.DELETED)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MoveState.COMMIT, MoveState.ABORT),
        (MoveState.ABORT, MoveState.COMMIT),
        (MoveState.CONFLICT, MoveState.RELEASED),
        (MoveState.COMMIT, MoveState.COMMIT),
    ],
)
def test_a_move_ends_once(running: Registry, first: MoveState, second: MoveState) -> None:
    settle(running, "m1", first)
    with pytest.raises(RegistryError, match="cannot become") as caught:
        settle(running, "m1", second)
    assert caught.value.code == "registry-move"
    assert ids(running, state=first) == ["m1"]


def test_what_is_not_there_or_no_intent_is_refused(running: Registry) -> None:
    with pytest.raises(RegistryError, match="no move m9"):
        settle(running, "m9", MoveState.COMMIT)
    with running.write() as tx, pytest.raises(RegistryError, match="not an intent"):
        put_moves(tx, [replace(INTENT, move_id="m3", state=MoveState.COMMIT)])
    assert ids(running) == ["m1", "m2"]


def test_what_was_put_away(running: Registry) -> None:
    uri = INTENT.uri

    def away() -> dict[str, str]:
        with running.read() as tx:
            return {k: v.move_id for k, v in put_away(tx, [uri, "/p/other.jpg"]).items()}

    assert away() == {}
    settle(running, "m2", MoveState.COMMIT)
    assert away() == {}  # the sidecar alone says nothing about the picture
    settle(running, "m1", MoveState.COMMIT)
    assert away() == {uri: "m1"}
    with running.write() as tx:
        put_moves(tx, [replace(INTENT, move_id="m4", created=LATER)])
    settle(running, "m1", MoveState.RELEASED)
    assert away() == {}
    settle(running, "m4", MoveState.COMMIT)
    settle(running, "m4", MoveState.DELETED)
    assert away() == {uri: "m4"}
