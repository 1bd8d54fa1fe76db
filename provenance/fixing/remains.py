"""What an interrupted fix left in the folder, and what must be done about it.

======================  ==========================  ==========================================
name has                temporary file has          then
======================  ==========================  ==========================================
new bytes               old, new or nothing         commit; then remove the temporary file
new bytes               other, or unclear           exchange back, conflict: a foreign save
old bytes               other                       abort; keep the temporary file
old bytes               anything else               abort; remove the temporary file
other                   old, other or unclear       conflict; keep the temporary file
other                   new, partial, nothing       conflict; remove the temporary file
nothing                 old, new or other           put back unless the name is taken; conflict
nothing                 unclear                     conflict; keep the temporary file
nothing                 partial, nothing            conflict; remove the temporary file
======================  ==========================  ==========================================

Bytes that nobody else holds are never removed. A file that we have only begun to write is empty
or bears ``UNFINISHED``, a mode that no file of a person has. Where a file system does not keep
that mode it is private and no larger than the new bytes, and so is another program's save of a
private picture that came out of the exchange: unclear. So is an empty file of any mode: a power cut
can leave a file of ours its last mode and none of its bytes, and another program empties a file
before it saves. Beside the old bytes it can only be ours, for the exchange was not made; beside the
new ones it came out of the exchange.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from enum import StrEnum

from provenance.registry import Fix, FixState
from provenance.storage.folder import Folder
from provenance.storage.temporary import UNFINISHED, keeping_name

_PRIVATE = 0o600


class Holds(StrEnum):
    """What a name holds, as far as a fix knows it."""

    OLD = "old bytes"
    NEW = "new bytes"
    OTHER = "other bytes"
    PARTIAL = "part of the new bytes"
    UNCLEAR = "other bytes, or part of the new ones"
    NOTHING = "nothing"


class Act(StrEnum):
    """What is to be done in the folder before the ending is recorded."""

    NOTHING = "nothing"
    REMOVE = "remove the temporary file"
    EXCHANGE = "exchange back, then remove the temporary file"
    PUT_BACK = "put the temporary file back under the name"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a fix ends, what is to be done first, and whether bytes stay beside the file."""

    state: FixState
    act: Act
    reason: str = ""
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Remains:
    """What stands under the name and under the temporary name."""

    name: Holds
    temporary: Holds


def look(folder: Folder, fix: Fix) -> Remains:
    """Look at both names by digest.

    Where names could not be exchanged a third name may have been left; it is brought into
    the temporary name's place first, or removed where it is a second name of the file.

    Raises:
        StorageError: the folder or a file cannot be read.
    """
    name = os.path.basename(fix.uri)
    _put_kept_in_place(folder, name, fix.tmp_name)
    return Remains(_holds(folder, name, fix), _holds_beside(folder, fix))


def _put_kept_in_place(folder: Folder, name: str, temporary: str) -> None:
    keeping = keeping_name(temporary)
    kept = folder.look(keeping)
    if kept is None:
        return
    standing = folder.look(name)
    if standing is not None and (standing.device, standing.inode) == (kept.device, kept.inode):
        folder.remove(keeping)
    else:
        folder.rename(keeping, temporary)


def _holds(folder: Folder, name: str, fix: Fix) -> Holds:
    digest, found = folder.digest(name)
    if found is None:
        return Holds.NOTHING
    known = {fix.before.sha256: Holds.OLD, fix.after.sha256: Holds.NEW}
    return known.get(digest or "", Holds.OTHER)


def _holds_beside(folder: Folder, fix: Fix) -> Holds:
    holds = _holds(folder, fix.tmp_name, fix)
    if holds is not Holds.OTHER:
        return holds
    found = folder.look(fix.tmp_name)
    if found is None:
        return Holds.NOTHING
    mode = stat.S_IMODE(found.mode)
    if found.is_regular and not found.size and mode not in {UNFINISHED, _PRIVATE}:
        return Holds.UNCLEAR
    if not found.is_regular or mode not in {UNFINISHED, _PRIVATE} or found.size > fix.after.size:
        return Holds.OTHER
    # Made private, and marked before the first byte is written.
    return Holds.PARTIAL if mode == UNFINISHED or not found.size else Holds.UNCLEAR


def judge(remains: Remains) -> Verdict:
    """Decide by the table."""
    if remains.name is Holds.NEW:
        return _judge_new(remains.temporary)
    if remains.name is Holds.OLD:
        if remains.temporary is Holds.OTHER:
            reason = "the file has its former bytes again, and another program's are beside it"
            return Verdict(FixState.ABORT, Act.NOTHING, reason, keeps=True)
        return Verdict(FixState.ABORT, Act.REMOVE, "interrupted before the exchange")
    if remains.name is Holds.NOTHING:
        return _judge_gone(remains.temporary)
    reason = "another program changed the file"
    if remains.temporary in {Holds.NEW, Holds.PARTIAL, Holds.NOTHING}:
        return Verdict(FixState.CONFLICT, Act.REMOVE, reason)
    return Verdict(FixState.CONFLICT, Act.NOTHING, reason, keeps=True)


def _judge_new(beside: Holds) -> Verdict:
    if beside in {Holds.OTHER, Holds.UNCLEAR}:
        reason = "another program saved the file in the moment of the exchange"
        return Verdict(FixState.CONFLICT, Act.EXCHANGE, reason)
    return Verdict(FixState.COMMIT, Act.NOTHING)


def _judge_gone(beside: Holds) -> Verdict:
    reason = "the file is gone"
    if beside in {Holds.PARTIAL, Holds.NOTHING}:
        return Verdict(FixState.CONFLICT, Act.REMOVE, reason)
    if beside is Holds.UNCLEAR:
        return Verdict(FixState.CONFLICT, Act.NOTHING, reason, keeps=True)
    return Verdict(FixState.CONFLICT, Act.PUT_BACK, f"{reason}; what was left is put back")


def carry_out(folder: Folder, fix: Fix, verdict: Verdict) -> Verdict:
    """Do in the folder what the verdict asks, and make it durable.

    Returns:
        The verdict, which keeps the temporary file where the name was taken meanwhile; its
        reason names what is kept.

    Raises:
        StorageError: it could not be done; nothing may be recorded.
    """
    name = os.path.basename(fix.uri)
    if verdict.act is Act.EXCHANGE:
        folder.exchange(fix.tmp_name, name)
        if folder.digest(fix.tmp_name)[0] == fix.after.sha256:
            folder.remove(fix.tmp_name)
        elif folder.look(fix.tmp_name) is not None:
            verdict = replace(verdict, keeps=True)
    elif verdict.act is Act.REMOVE:
        folder.remove(fix.tmp_name)
    elif verdict.act is Act.PUT_BACK and not folder.put_back(fix.tmp_name, name):
        reason = "another program made the file anew while it was recovered"
        verdict = replace(verdict, reason=reason, keeps=True)
    folder.sync()
    if verdict.keeps:
        kept = folder.path(fix.tmp_name)
        verdict = replace(verdict, reason=f"{verdict.reason}; other bytes are kept as {kept}")
    return verdict
