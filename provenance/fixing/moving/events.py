"""What a move into quarantine, a release or a deletion writes into the audit log."""

from __future__ import annotations

from provenance.auditlog import PROGRAM
from provenance.auditlog.record import encode, moment
from provenance.fixing.events import LONGEST_REASON, Detail
from provenance.model import Agent, Event, EventObject
from provenance.registry import Move, MoveAct, MoveState

_OUTCOMES = {
    MoveState.INTENT: "success",
    MoveState.COMMIT: "success",
    MoveState.ABORT: "aborted",
    MoveState.CONFLICT: "conflict",
}


def move_event(move: Move, agent: str, state: MoveState, detail: Detail = ()) -> Event:
    """The event of a move that enters a state.

    Args:
        move: the file and what is done with it.
        agent: the person who runs the command.
        state: intent, commit, abort or conflict.
        detail: what else there is to say.
    """
    fixity = move.fixity
    digests = (fixity.sha256, fixity.image_digest, fixity.size)
    objects = [EventObject("source", move.uri, *digests)]
    if move.act is not MoveAct.DESTROY:
        objects.append(EventObject("outcome", move.place, *digests))
    return Event(
        act=f"{move.act.value}.{state.value}",
        outcome=_OUTCOMES[state],
        agents=(
            PROGRAM,
            Agent("implementer", f"user:{agent}"),
            Agent("authorizer", f"user:{move.agent}"),
        ),
        objects=tuple(objects),
        tx=move.move_id,
        why=(
            ("notice", move.notice_id),
            *(("finding", finding) for finding in move.finding_ids),
        ),
        detail=(
            ("run", move.run_id),
            ("kept", move.place),
            ("mode", f"{move.mode:04o}"),
            ("modified", str(move.modified)),
            *((("scan", move.scan_digest),) if move.scan_digest else ()),
            *((("moved", move.origin),) if move.origin else ()),
            *((("why", move.reason[:LONGEST_REASON]),) if move.reason else ()),
            *detail,
        ),
    )


def must_fit(move: Move, agent: str, now: str) -> None:
    """Make sure that the log can hold how this move ends, before its file is touched.

    Raises:
        LogError: ``record-too-large`` and whatever else the log refuses to record.
    """
    longest = (("reason", "\U0001f4f7" * LONGEST_REASON), ("by", "recovery"))
    encode(move_event(move, agent, MoveState.CONFLICT, longest), "x" * 128, 2**52, moment(now))
