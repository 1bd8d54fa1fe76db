"""Withdrawn pictures that were moved out of reach: one row for each file of each move.

The row of an intent is committed before the file is touched, and tells where the bytes
are kept, so that recovery and release need nothing else. What was deleted keeps its row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import insert, select, update

from provenance.errors import RegistryError
from provenance.model import Fixity
from provenance.registry import codec
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks
from provenance.registry.tables import QUARANTINE


class MoveAct(StrEnum):
    """What is done with a withdrawn picture; the act in the audit log is called the same."""

    QUARANTINE = "quarantine"
    RELEASE = "release"
    DESTROY = "destroy"


class MoveState(StrEnum):
    """Where a move stands. Every intent ends in exactly one of commit, abort, conflict."""

    INTENT = "intent"
    COMMIT = "commit"
    ABORT = "abort"
    CONFLICT = "conflict"
    RELEASED = "released"
    DELETED = "deleted"


_FOLLOWS: Final = {
    MoveState.COMMIT: MoveState.INTENT,
    MoveState.ABORT: MoveState.INTENT,
    MoveState.CONFLICT: MoveState.INTENT,
    MoveState.RELEASED: MoveState.COMMIT,
    MoveState.DELETED: MoveState.COMMIT,
}


@dataclass(frozen=True, slots=True)
class Move:
    """One file on its way into quarantine, back, or out of the world.

    Attributes:
        move_id: unique; the ``tx`` of the temporary file's name.
        run_id: the run it belongs to, which must have been started.
        act: what is done.
        notice_id: the withdrawal that it rests on.
        uri: the file's own place: the picture or its sidecar.
        asset_uri: the picture.
        place: absolute path of the file in quarantine.
        fixity: digests and size of the bytes, which no move changes.
        scan_digest: of the picture data, where it is known.
        mode: permissions that the file had.
        modified: nanoseconds since 1970 of its last modification.
        tmp_name: a name in the folder of ``uri`` that is used on the way.
        created: RFC 3339, when the intent was recorded.
        agent: on whose word.
        finding_ids: the findings it settles.
        reason: why, in the person's words; why it was aborted or conflicted.
        origin: for a release or a deletion, the move into quarantine that it ends.
        links: names that the file had, itself among them.
        state: where it stands.
        settled: RFC 3339, when it last changed its state.
        intent_index: the leaf of the audit log that holds the intent.
        outcome_index: the leaf that holds how it ended.
    """

    move_id: str
    run_id: str
    act: MoveAct
    notice_id: str
    uri: str
    asset_uri: str
    place: str
    fixity: Fixity
    scan_digest: str | None
    mode: int
    modified: int
    tmp_name: str
    created: str
    agent: str
    finding_ids: tuple[str, ...] = ()
    reason: str = ""
    origin: str | None = None
    links: int = 1
    state: MoveState = MoveState.INTENT
    settled: str | None = None
    intent_index: int | None = None
    outcome_index: int | None = None


@dataclass(frozen=True, slots=True)
class MoveQuery:
    """Which moves: every condition that is not None must hold.

    Attributes:
        run_id: of this run.
        notice_id: on this notice.
        uri: of this file, whether picture or sidecar, or of the sidecars of this picture.
        act: of this kind.
        state: standing here.
    """

    run_id: str | None = None
    notice_id: str | None = None
    uri: str | None = None
    act: MoveAct | None = None
    state: MoveState | None = None


@dataclass(frozen=True, slots=True)
class _Document:
    """The parts of a move that are never looked up by."""

    agent: str
    finding_ids: tuple[str, ...] = ()
    reason: str = ""
    links: int = 1


def put_moves(tx: Transaction, moves: Iterable[Move]) -> None:
    """Record intents; after the commit of ``tx`` the files may be touched.

    Raises:
        RegistryError: a move is not an intent, or its id is taken.
    """
    connection = tx.writing()
    given = list(moves)
    if any(one.state is not MoveState.INTENT for one in given):
        raise RegistryError("A move was recorded that is not an intent.", code="registry-move")
    if given:
        connection.execute(insert(QUARANTINE), [_row(one) for one in given])


def settle_move(
    tx: Transaction,
    move_id: str,
    state: MoveState,
    settled: str,
    *,
    outcome_index: int | None = None,
    reason: str = "",
) -> Move:
    """Record how a move ended, or that what it put away was released or deleted.

    Args:
        tx: a writing transaction.
        move_id: the move.
        state: what it becomes.
        settled: RFC 3339.
        outcome_index: the leaf that says so; the former one stays where None is given.
        reason: why; the former one stays where it is empty.

    Raises:
        RegistryError: there is no such move, or it cannot go from its state to this one.
    """
    connection = tx.writing()
    query = select(QUARANTINE).where(QUARANTINE.c.move_id == move_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RegistryError(f"There is no move {move_id}.", code="not-found")
    former = _value(row)
    if _FOLLOWS.get(state) is not former.state:
        raise RegistryError(
            f"The move {move_id} of {former.uri!r} is at {former.state.value!r} and cannot"
            f" become {state.value!r}.",
            code="registry-move",
            remedy="Another run has settled it; run the command again.",
        )
    index = former.outcome_index if outcome_index is None else outcome_index
    now = replace(
        former,
        state=state,
        settled=settled,
        outcome_index=index,
        reason=reason or former.reason,
    )
    changed = _row(now)
    names = ("state", "settled", "outcome_index", "document")
    statement = update(QUARANTINE).where(QUARANTINE.c.move_id == move_id)
    connection.execute(statement.values({name: changed[name] for name in names}))
    return now


def moves(tx: Transaction, query: MoveQuery) -> tuple[Move, ...]:
    """Return the moves that the query asks for, oldest first."""
    wanted = {
        QUARANTINE.c.run_id: query.run_id,
        QUARANTINE.c.notice_id: query.notice_id,
        QUARANTINE.c.act: query.act,
        QUARANTINE.c.state: query.state,
    }
    statement = select(QUARANTINE).order_by(QUARANTINE.c.created, QUARANTINE.c.move_id)
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == str(value))
    if query.uri is not None:
        own, picture = QUARANTINE.c.uri, QUARANTINE.c.asset_uri
        statement = statement.where((own == query.uri) | (picture == query.uri))
    return tuple(_value(row) for row in tx.connection.execute(statement))


def open_moves(tx: Transaction) -> tuple[Move, ...]:
    """Return every move that has not ended, oldest first: what recovery must settle."""
    return moves(tx, MoveQuery(state=MoveState.INTENT))


def put_away(tx: Transaction, asset_uris: Iterable[str]) -> dict[str, Move]:
    """Return, for each picture that was put away, the newest move that says what became of it.

    That is a move into quarantine which stands, or one whose file was deleted since. A
    picture that was released is not among them.
    """
    gone = (MoveState.COMMIT.value, MoveState.DELETED.value)
    newest: dict[str, Move] = {}
    for chunk in chunks(dict.fromkeys(asset_uris)):
        query = select(QUARANTINE).where(
            QUARANTINE.c.asset_uri.in_(chunk),
            QUARANTINE.c.uri == QUARANTINE.c.asset_uri,
            QUARANTINE.c.act == MoveAct.QUARANTINE.value,
            QUARANTINE.c.state.in_(gone),
        )
        rows = tx.connection.execute(query.order_by(QUARANTINE.c.created, QUARANTINE.c.move_id))
        newest.update((row.asset_uri, _value(row)) for row in rows)
    return newest


def _row(move: Move) -> dict[str, Any]:
    document = _Document(move.agent, move.finding_ids, move.reason, move.links)
    return {
        "move_id": move.move_id,
        "run_id": move.run_id,
        "act": move.act.value,
        "origin": move.origin,
        "notice_id": move.notice_id,
        "uri": move.uri,
        "asset_uri": move.asset_uri,
        "state": move.state.value,
        "place": move.place,
        "sha256": move.fixity.sha256,
        "image_digest": move.fixity.image_digest,
        "scan_digest": move.scan_digest,
        "size": move.fixity.size,
        "mode": move.mode,
        "modified": move.modified,
        "tmp_name": move.tmp_name,
        "created": move.created,
        "settled": move.settled,
        "intent_index": move.intent_index,
        "outcome_index": move.outcome_index,
        "document": codec.dump(document),
    }


def _value(row: Any) -> Move:
    document = codec.load(_Document, row.document, f"the move {row.move_id}")
    return Move(
        move_id=row.move_id,
        run_id=row.run_id,
        act=MoveAct(row.act),
        notice_id=row.notice_id,
        uri=row.uri,
        asset_uri=row.asset_uri,
        place=row.place,
        fixity=Fixity(row.sha256, row.image_digest, row.size),
        scan_digest=row.scan_digest,
        mode=row.mode,
        modified=row.modified,
        tmp_name=row.tmp_name,
        created=row.created,
        agent=document.agent,
        finding_ids=document.finding_ids,
        reason=document.reason,
        origin=row.origin,
        links=document.links,
        state=MoveState(row.state),
        settled=row.settled,
        intent_index=row.intent_index,
        outcome_index=row.outcome_index,
    )
