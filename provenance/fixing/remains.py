"""What an interrupted fix left in the folder, and what must be done about it.

======================  =====================  ==========================================
name has                temporary file has     then
======================  =====================  ==========================================
new bytes               old, new or nothing    commit; then remove the temporary file
new bytes               other                  exchange back, conflict: a foreign save
old bytes               anything               abort; remove the temporary file
other                   old, or other          conflict; keep the temporary file
other                   new, partial, nothing  conflict; remove the temporary file
nothing                 old, new or other      put back unless the name is taken; conflict
nothing                 partial, nothing       conflict; remove the temporary file
======================  =====================  ==========================================

Bytes that nobody else holds are never removed.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from enum import StrEnum

from provenance.registry import Fix, FixState
from provenance.storage.folder import Folder, Identity
from provenance.storage.temporary import keeping_name

_PRIVATE = 0o600


class Holds(StrEnum):
    """What a name holds, as far as a fix knows it."""

    OLD = "old bytes"
    NEW = "new bytes"
    OTHER = "other bytes"
    PARTIAL = "part of the new bytes"
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
    if holds is Holds.OTHER:
        found = folder.look(fix.tmp_name)
        if found is None or _is_unfinished(found, fix):
            return Holds.PARTIAL
    return holds


def _is_unfinished(found: Identity, fix: Fix) -> bool:
    """Ours while it was being written: not yet dressed with the mode of the original."""
    private = found.is_regular and stat.S_IMODE(found.mode) == _PRIVATE
    return private and found.size <= fix.after.size


def judge(remains: Remains) -> Verdict:
    """Decide by the table."""
    beside = remains.temporary
    if remains.name is Holds.NEW:
        if beside is Holds.OTHER:
            reason = "another program saved the file in the moment of the exchange"
            return Verdict(FixState.CONFLICT, Act.EXCHANGE, reason)
        return Verdict(FixState.COMMIT, Act.NOTHING)
    if remains.name is Holds.OLD:
        return Verdict(FixState.ABORT, Act.REMOVE, "interrupted before the exchange")
    gone = remains.name is Holds.NOTHING
    reason = "the file is gone" if gone else "another program changed the file"
    if beside in {Holds.PARTIAL, Holds.NOTHING} or (beside is Holds.NEW and not gone):
        return Verdict(FixState.CONFLICT, Act.REMOVE, reason)
    if gone:
        return Verdict(FixState.CONFLICT, Act.PUT_BACK, f"{reason}; what was left is put back")
    return Verdict(FixState.CONFLICT, Act.NOTHING, reason, keeps=True)


def carry_out(folder: Folder, fix: Fix, verdict: Verdict) -> Verdict:
    """Do in the folder what the verdict asks, and make it durable.

    Returns:
        The verdict, which keeps the temporary file where the name was taken meanwhile.

    Raises:
        StorageError: it could not be done; nothing may be recorded.
    """
    name = os.path.basename(fix.uri)
    if verdict.act is Act.EXCHANGE:
        folder.exchange(fix.tmp_name, name)
        if folder.digest(fix.tmp_name)[0] == fix.after.sha256:
            folder.remove(fix.tmp_name)
        else:
            verdict = Verdict(verdict.state, verdict.act, verdict.reason, keeps=True)
    elif verdict.act is Act.REMOVE:
        folder.remove(fix.tmp_name)
    elif verdict.act is Act.PUT_BACK and not folder.put_back(fix.tmp_name, name):
        verdict = Verdict(verdict.state, verdict.act, verdict.reason, keeps=True)
    folder.sync()
    return verdict
