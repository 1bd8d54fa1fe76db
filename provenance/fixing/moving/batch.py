"""Carry out moves: intents, the files, commits, and only then the former names' bytes go.

The order is the promise, as it is for corrections (``batch``). The files of one group (a
picture and its sidecars) are moved together or not at all; what is deleted is deleted file
by file. Whatever stops the program in between is settled by ``recovery``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from provenance.errors import ConflictError, StorageError
from provenance.fixing.desk import Desk
from provenance.fixing.moving.events import move_event
from provenance.fixing.moving.moves import Workshop, written_after
from provenance.fixing.moving.settling import MoveEnding, settle_moves
from provenance.fixing.run import OpenRun
from provenance.model import Applied, Conflict, Failed, FixOutcome
from provenance.registry import (
    Move,
    MoveAct,
    MoveState,
    open_intents,
    open_moves,
    put_moves,
)
from provenance.storage.folder import FsyncError, UnsettledError
from provenance.storage.moving import Source

BATCH_GROUPS = 64
STOPPED = "The disk reported an error earlier; this file was left alone."


@dataclass(slots=True)
class MoveGroup:
    """The files of one picture that move together, and how it ended.

    Attributes:
        number: the place among all that was asked for.
        moves: the files, the picture first.
        sources: the files to be put away as they were looked at, by move id.
        papers: what is to lie beside them, by name.
        result: how it ended; None while it is under way.
        notes: what a person should know although it went well.
    """

    number: int
    moves: list[Move]
    sources: Mapping[str, Source] = field(default_factory=dict)
    papers: Mapping[str, bytes] = field(default_factory=dict)
    result: FixOutcome | None = None
    notes: list[str] = field(default_factory=list)


class MoveBatch:
    """Groups carried through the stages together; used once.

    Args:
        desk: where it is recorded.
        run: the run it belongs to.
        workshop: holds the folders open.
        groups: at most ``BATCH_GROUPS``.
    """

    def __init__(
        self, desk: Desk, run: OpenRun, workshop: Workshop, groups: Sequence[MoveGroup]
    ) -> None:
        self._desk = desk
        self._run = run
        self._workshop = workshop
        self._groups = list(groups)
        self._endings: list[MoveEnding] = []

    def carry_out(self) -> None:
        """Take every group to its result.

        Raises:
            RegistryError, LogError: the registry or its log refused. Nothing was lost;
                recovery settles what is open.
        """
        self._record_intents()
        working = [group for group in self._groups if group.result is None]
        if not working:
            return
        for group in working:
            self._move(group)
        now = self._desk.clock()
        with self._desk.registry.write() as tx:
            settle_moves(tx, self._desk, self._endings, now)
        for group in working:
            if group.result is None:
                fixity = group.moves[0].fixity
                group.result = Applied(fixity, fixity)
                self._finish(group)

    def _record_intents(self) -> None:
        now = self._desk.clock()
        with self._desk.registry.write() as tx:
            busy = {one.uri for one in open_intents(tx)} | {one.uri for one in open_moves(tx)}
            for group in self._groups:
                group.moves = [replace(one, created=now) for one in group.moves]
                taken = [one.uri for one in group.moves if one.uri in busy]
                if taken:
                    group.result = Conflict(f"Another run is at work on {taken[0]}.")
                else:
                    busy.update(one.uri for one in group.moves)
            begun = [one for group in self._groups if group.result is None for one in group.moves]
            events = [move_event(one, self._desk.agent, MoveState.INTENT) for one in begun]
            entries = self._desk.log.append(tx.connection, events, now)
            put_moves(
                tx,
                [
                    replace(one, intent_index=entry.index)
                    for one, entry in zip(begun, entries, strict=True)
                ],
            )

    def _move(self, group: MoveGroup) -> None:
        done: list[Move] = []
        for one in group.moves:
            if self._run.halted:
                self._give_up(group, done, StorageError(STOPPED, code="stopped"))
                return
            try:
                self._workshop.carry_out(one, group.sources.get(one.move_id), group.papers)
            except StorageError as error:
                self._give_up(group, done, error)
                return
            done.append(one)
        self._end(group.moves, MoveState.COMMIT, "")

    def _give_up(self, group: MoveGroup, done: Sequence[Move], error: StorageError) -> None:
        """Take back what was moved of a group, and say why it did not go through."""
        conflict = isinstance(error, ConflictError)
        unsettled = isinstance(error, UnsettledError | FsyncError)
        group.result = Conflict(str(error)) if conflict else Failed(error.code, str(error))
        for one in reversed(done):
            if unsettled:
                break
            try:
                self._workshop.take_back(one)
            except StorageError as other:
                group.notes.append(str(other))
                unsettled = True
        if unsettled:
            # Which name is durable is not known: only a later look can tell.
            self._run.halted = True
            return
        self._end(group.moves, MoveState.CONFLICT if conflict else MoveState.ABORT, str(error))
        if group.moves[0].act is MoveAct.QUARANTINE:
            self._clear(group)

    def _end(self, moves: Sequence[Move], state: MoveState, reason: str) -> None:
        self._endings += [MoveEnding(one, state, reason) for one in moves]

    def _clear(self, group: MoveGroup) -> None:
        try:
            self._workshop.clear(group.moves[0])
        except StorageError as error:
            group.notes.append(str(error))
            self._run.unfinished = True

    def _finish(self, group: MoveGroup) -> None:
        for one in group.moves:
            try:
                kept = self._workshop.finish(one)
                note = written_after(kept) if kept else ""
            except StorageError as error:
                note = str(error)
                self._run.unfinished = True
            if note:
                group.notes.append(note)
