"""Recovery of moves: settle what an interrupted run left open. First in every command.

The table is in ``_TABLES``: by what the file's name has, the name aside, and the quarantine.
Bytes that nobody else holds are never removed.

The files of one picture end together: where one was not put away, the others are put back.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from provenance.errors import StorageError
from provenance.fixing.desk import Desk
from provenance.fixing.interrupted import BY_RECOVERY, ELSEWHERE, Kind, settle_interrupted
from provenance.fixing.moving.moves import Workshop, written_after
from provenance.fixing.moving.settling import MoveEnding, settle_moves
from provenance.registry import (
    Move,
    MoveAct,
    MoveQuery,
    MoveState,
    Run,
    Transaction,
    moves,
    open_moves,
)
from provenance.storage.folder import Folder, FsyncError
from provenance.storage.moving import put_aside_back, seal

_GIVEN_UP = frozenset({MoveState.ABORT, MoveState.CONFLICT})
_BROKEN = (MoveState.ABORT, "the file that belongs with it was not moved")


@dataclass(frozen=True, slots=True)
class RecoveredMove:
    """What recovery did about one file.

    Attributes:
        uri: the file's own place.
        move_id: the move that was open.
        state: how it ended; still ``intent`` where a folder cannot be reached, or where the
            run has another state folder and may still be at work.
        reason: why, for a person.
        kept: path of bytes that stay where nobody expects them; else empty.
        act: what was done, ``quarantine``, ``release`` or ``destroy``.
        run_id: the interrupted run.
    """

    uri: str
    move_id: str
    state: MoveState
    reason: str = ""
    kept: str = ""
    act: str = ""
    run_id: str = ""


class _Holds(StrEnum):
    ITS = "its bytes"
    OTHER = "other bytes"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class _Found:
    name: _Holds
    aside: _Holds
    kept: _Holds


def recover_moves(desk: Desk) -> tuple[RecoveredMove, ...]:
    """Settle every move that an interrupted run left open, and finish what was committed.

    May itself be interrupted and run again at every point. Runs that are still at work are
    left alone; where a folder cannot be reached, its intents stay open until it can.

    Raises:
        RegistryError, LogError: the registry or its log refused; nothing was lost.
        FsyncError: a folder could not be made durable; nothing more is touched, and what was
            not settled stays open.
        StorageError: the state folder cannot be written.
    """
    names = frozenset(str(act) for act in MoveAct)
    return settle_interrupted(desk, Kind(names, _open, partial(_recover_run, desk), _elsewhere))


def _open(tx: Transaction, run_id: str | None) -> tuple[Move, ...]:
    if run_id is None:
        return open_moves(tx)
    return moves(tx, MoveQuery(run_id=run_id, state=MoveState.INTENT))


def _elsewhere(run: Run, move: Move) -> RecoveredMove:
    del run
    return _told(move, MoveState.INTENT, ELSEWHERE)


def _told(move: Move, state: MoveState, reason: str = "", kept: str = "") -> RecoveredMove:
    return RecoveredMove(move.uri, move.move_id, state, reason, kept, move.act.value, move.run_id)


def _recover_run(desk: Desk, run: Run, begun: Sequence[Move]) -> tuple[list[RecoveredMove], bool]:
    groups: defaultdict[str, list[Move]] = defaultdict(list)
    for one in begun:
        groups[one.move_id if one.act is MoveAct.DESTROY else one.asset_uri].append(one)
    found: dict[str, RecoveredMove] = {}
    with Workshop(run.roots) as workshop:
        for group in groups.values():
            try:
                settled = _settled(workshop, group)
            except FsyncError:
                # The page cache may lie from here on: a second sync would promise what it
                # cannot keep.
                raise
            except StorageError as error:
                told = [_told(one, MoveState.INTENT, str(error)) for one in group]
            else:
                with desk.registry.write() as tx:
                    settle_moves(tx, desk, [ending for ending, _ in settled], desk.clock())
                told = [_told(one.move, one.state, one.reason, kept) for one, kept in settled]
                workshop.close_folders()
            found |= {one.move_id: one for one in told}
        finished = _finish_all(desk, run, workshop, found)
    done = finished and all(one.state is not MoveState.INTENT for one in found.values())
    return list(found.values()), done


def _finish_all(desk: Desk, run: Run, workshop: Workshop, found: dict[str, RecoveredMove]) -> bool:
    """Do what follows a commit, and tell of what stays; False where it could not all be done."""
    with desk.registry.read() as tx:
        ended = moves(tx, MoveQuery(run_id=run.run_id))
    reached = True
    for one in ended:
        workshop.close_folders()
        try:
            if one.state is MoveState.COMMIT:
                kept = workshop.finish(one)
                if kept:
                    found[one.move_id] = _told(one, one.state, written_after(kept), kept)
            elif one.act is MoveAct.QUARANTINE and one.state in _GIVEN_UP:
                workshop.clear(one)
        except FsyncError:
            raise
        except StorageError:
            # Out of reach, not forgotten: the run stays unfinished and is finished next time.
            reached = False
    return reached


def _settled(workshop: Workshop, group: Sequence[Move]) -> list[tuple[MoveEnding, str]]:
    """Bring the files of one picture to one end, in the folders; each with what is kept."""
    looked = [(one, _look(workshop, one)) for one in group]
    verdicts = [_judge(one.act, found) for one, found in looked]
    together = group[0].act is MoveAct.QUARANTINE
    if together and any(state is not MoveState.COMMIT for state, _ in verdicts):
        verdicts = [_BROKEN if one[0] is MoveState.COMMIT else one for one in verdicts]
    endings = []
    for (one, found), (state, reason) in zip(looked, verdicts, strict=True):
        _carry_out(workshop, one, found, state)
        kept = _kept(one, found, state)
        told = f"{reason}; other bytes are kept as {kept}" if kept else reason
        endings.append((MoveEnding(one, state, told, BY_RECOVERY), kept))
    return endings


def _look(workshop: Workshop, move: Move) -> _Found:
    home = workshop.home(move) if move.act is not MoveAct.DESTROY else None
    private = workshop.existing(move)
    return _Found(
        _holds(home, os.path.basename(move.uri), move),
        _holds(home, move.tmp_name, move),
        _holds(private, os.path.basename(move.place), move),
    )


def _holds(folder: Folder | None, name: str, move: Move) -> _Holds:
    if folder is None:
        return _Holds.NOTHING
    digest, found = folder.digest(name)
    if found is None:
        return _Holds.NOTHING
    return _Holds.ITS if digest == move.fixity.sha256 else _Holds.OTHER


_Row = tuple[frozenset[_Holds], frozenset[_Holds], frozenset[_Holds], MoveState, str]
_ITS, _OTHER = frozenset({_Holds.ITS}), frozenset({_Holds.OTHER})
_NONE, _ANY = frozenset({_Holds.NOTHING}), frozenset(_Holds)
_CHANGED = "the file in quarantine is not what was put there"
# What the name has, the name aside, the quarantine; the first row that fits holds.
_TABLES: dict[MoveAct, tuple[_Row, ...]] = {
    MoveAct.QUARANTINE: (
        (_ITS, _NONE, _ANY, MoveState.ABORT, "interrupted before the move"),
        (_OTHER, _NONE, _ANY, MoveState.CONFLICT, "another program changed the file"),
        (_NONE, _NONE, _ITS, MoveState.COMMIT, "another program had taken the file away"),
        (_NONE, _NONE, _ANY, MoveState.CONFLICT, "the file is gone"),
        (_ANY, _ITS, _ITS, MoveState.COMMIT, ""),
        (_NONE, _ITS, _ANY, MoveState.ABORT, "interrupted before the file was kept"),
        (_NONE, _OTHER, _ANY, MoveState.CONFLICT, "another program saved the file meanwhile"),
        (_ANY, _ANY, _ANY, MoveState.CONFLICT, "another program made a file of that name"),
    ),
    MoveAct.RELEASE: (
        (_ITS, _ANY, _ANY, MoveState.COMMIT, ""),
        (_OTHER, _ANY, _ANY, MoveState.CONFLICT, "another file has the name"),
        (_NONE, _ANY, _ITS, MoveState.ABORT, "interrupted before the file had its name"),
        (_ANY, _ANY, _ANY, MoveState.CONFLICT, _CHANGED),
    ),
    MoveAct.DESTROY: (
        (_ANY, _ANY, _NONE, MoveState.COMMIT, ""),
        (_ANY, _ANY, _ITS, MoveState.ABORT, "interrupted before anything was deleted"),
        (_ANY, _ANY, _ANY, MoveState.CONFLICT, _CHANGED),
    ),
}


def _judge(act: MoveAct, found: _Found) -> tuple[MoveState, str]:
    """Decide by the table; its last row fits everything."""
    return next(
        (state, reason)
        for name, aside, kept, state, reason in _TABLES[act]
        if found.name in name and found.aside in aside and found.kept in kept
    )


def _kept(move: Move, found: _Found, state: MoveState) -> str:
    """Where bytes stay after ``_carry_out`` that a person has to look at; empty for none."""
    if state is MoveState.COMMIT:
        return ""
    if move.act is MoveAct.QUARANTINE:
        if found.aside is not _Holds.NOTHING and found.name is not _Holds.NOTHING:
            return os.path.join(os.path.dirname(move.uri), move.tmp_name)
        if found.aside is found.name is _Holds.NOTHING and found.kept is not _Holds.NOTHING:
            return move.place
        return ""
    return move.place if found.kept is _Holds.OTHER else ""


def _carry_out(workshop: Workshop, move: Move, found: _Found, state: MoveState) -> None:
    """Make the folders what the ending says, durably.

    Raises:
        StorageError: it could not be done; nothing may be recorded.
    """
    if move.act is MoveAct.DESTROY or state is MoveState.COMMIT:
        return
    home, private = workshop.home(move), workshop.existing(move)
    kept = os.path.basename(move.place)
    if move.act is MoveAct.QUARANTINE:
        if found.aside is not _Holds.NOTHING and found.name is _Holds.NOTHING:
            put_aside_back(home, move.tmp_name, os.path.basename(move.uri))
        elif found.aside is not _Holds.NOTHING or found.name is _Holds.NOTHING:
            return
        if private is not None:
            private.remove(kept)
            private.sync()
        return
    # Of a copy on its way back nothing is left; the bytes are in quarantine.
    if found.kept is _Holds.ITS and private is not None:
        home.remove(move.tmp_name)
        home.sync()
        seal(private, kept)
        private.sync()
