"""End moves: the leaf, the row, the findings and the presence in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from provenance.fixing.desk import Desk
from provenance.fixing.events import LONGEST_REASON, Detail
from provenance.fixing.moving.events import move_event
from provenance.registry import (
    Move,
    MoveAct,
    MoveState,
    Presence,
    Transaction,
    mark_examined,
    replace_findings,
    set_presence,
    settle_move,
)

_ORIGIN = {MoveAct.RELEASE: MoveState.RELEASED, MoveAct.DESTROY: MoveState.DELETED}


@dataclass(frozen=True, slots=True)
class MoveEnding:
    """A move that ends, and how."""

    move: Move
    state: MoveState
    reason: str = ""
    detail: Detail = ()


def settle_moves(tx: Transaction, desk: Desk, endings: Sequence[MoveEnding], now: str) -> None:
    """Record endings: leaves, rows, and what the registry says of the pictures.

    A picture that was moved away is gone from where it was, and nothing needs to be
    corrected there any more; one that was put back is there, and is examined anew.
    """
    events = [
        move_event(
            one.move,
            desk.agent,
            one.state,
            (*one.detail, *((("reason", one.reason[:LONGEST_REASON]),) if one.reason else ())),
        )
        for one in endings
    ]
    entries = desk.log.append(tx.connection, events, now)
    for one, entry in zip(endings, entries, strict=True):
        index = entry.index
        settle_move(tx, one.move.move_id, one.state, now, outcome_index=index, reason=one.reason)
        ended = _ORIGIN.get(one.move.act)
        if one.state is MoveState.COMMIT and one.move.origin and ended is not None:
            settle_move(tx, one.move.origin, ended, now)
    done = [one.move for one in endings if one.state is MoveState.COMMIT]
    _tell_presence(tx, done, now)


def _tell_presence(tx: Transaction, done: Sequence[Move], now: str) -> None:
    own = [one for one in done if one.uri == one.asset_uri]
    away = [one for one in own if one.act is MoveAct.QUARANTINE]
    set_presence(tx, [one.asset_uri for one in away], Presence.GONE)
    for run_id in dict.fromkeys(one.run_id for one in away):
        uris = [one.asset_uri for one in away if one.run_id == run_id]
        replace_findings(tx, uris, (), now, run_id)
    back = [one.asset_uri for one in own if one.act is MoveAct.RELEASE]
    set_presence(tx, back, Presence.PRESENT)
    mark_examined(tx, back, "")
