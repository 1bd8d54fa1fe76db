"""Hold a registry's log against the checkpoint kept outside it.

A registry put back from a backup is sound in itself; only the outside checkpoint says that
it is old. Appending to it would fork the log: two different histories under one signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from provenance.auditlog import ledger, outside
from provenance.auditlog.checkpoint import open_checkpoint
from provenance.auditlog.ledger import Head, StoredTree
from provenance.auditlog.note import Verifier
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.record import decode
from provenance.errors import LogError
from provenance.model import Checkpoint

_REMEDY = (
    "Put the newest registry back. If it is lost for good, keep this one for reading and go"
    " on with a new one (--registry)."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint with the time it was issued."""

    checkpoint: Checkpoint
    issued: str


def newest(connection: Connection, store: CheckpointStore, verifier: Verifier) -> Checkpoint | None:
    """Return the newest checkpoint of the log, its signature checked.

    It comes from the outside store; where that has none, from the newest one kept beside
    the log that this key signed.

    Raises:
        LogError: the outside note is not a checkpoint of this log (codes of
            ``open_checkpoint``).
    """
    note = store.newest()
    if note is not None:
        return open_checkpoint(note, verifier)
    for _, kept in reversed(ledger.checkpoints(connection)):
        checkpoint = _opened(kept or "", verifier)
        if checkpoint is not None:
            return checkpoint
    return None


def require_prolongs(
    tree: StoredTree, head: Head, checkpoint: Checkpoint, kept: tuple[Kept, ...]
) -> None:
    """Make sure that the log begins with all that ``checkpoint`` covers.

    Raises:
        LogError: code ``log-behind`` (an older registry) or ``log-forked`` (another
            history); the message says which backup it looks like.
    """
    if head.size < checkpoint.size:
        fitting = _newest_fitting(tree, head.size, kept)
        raise LogError(
            f"The registry's audit log has {head.size} records, but its newest checkpoint"
            f" covers {checkpoint.size}: the registry was put back from a backup"
            f"{_backup(fitting)}, or records were cut off.",
            code="log-behind",
            remedy=_REMEDY,
        )
    if tree.frontier(checkpoint.size).root() != checkpoint.root_hash:
        fitting = _newest_fitting(tree, checkpoint.size - 1, kept)
        agreed = fitting.checkpoint.size if fitting else 0
        raise LogError(
            f"The registry's audit log is not the one that its newest checkpoint covers"
            f" ({checkpoint.size} records): it agrees with the first {agreed} records"
            f" only. It looks like a backup{_backup(fitting)} that was written to"
            " afterwards, or records were altered.",
            code="log-forked",
            remedy=_REMEDY,
        )


def require_known(connection: Connection, state: Path, head: Head) -> None:
    """Make sure that a log without any checkpoint did not take another one's place.

    Raises:
        LogError: code ``log-replaced``.
    """
    known = outside.remembered(state, ledger.place(connection))
    if known and head.origin not in known:
        raise LogError(
            f"The registry at {ledger.place(connection)} held the audit log {known[-1]};"
            f" now it holds {head.origin}, which this state folder has never seen.",
            code="log-replaced",
            remedy=_REMEDY,
        )


def require_key(connection: Connection, head: Head, verifier: Verifier, state: Path) -> None:
    """Make sure that the key in the state folder is the one this log was opened with.

    Raises:
        LogError: code ``key-foreign``.
    """
    opened = opening_vkey(connection)
    if opened != verifier.vkey:
        raise LogError(
            f"The audit log {head.origin} was opened with another key than the one in {state}.",
            code="key-foreign",
            remedy="Name the state folder that belongs to this registry in PROVENANCE_STATE,"
            " or put it back from its backup. If that key is lost for good, keep this"
            " registry for reading and go on with a new one (--registry).",
        )


def opening_vkey(connection: Connection) -> str | None:
    """Return the verifier key that the log's first record names."""
    first = ledger.leaves(connection, 0, 1)
    document = decode(first[0].record or b"") if first else None
    return vkey_of(document) if document is not None else None


def vkey_of(opening: Mapping[str, Any]) -> str | None:
    """Return the verifier key that a ``log.open`` record names."""
    detail = opening.get("detail")
    vkey = detail.get("vkey") if isinstance(detail, dict) else None
    return vkey if isinstance(vkey, str) else None


def predecessor(connection: Connection, state: Path, public: bytes) -> Checkpoint | None:
    """Return the last checkpoint of the log that stood at this registry's place before.

    A new registry file at an old place is a new log; its first record names the old one.

    Raises:
        LogError: code ``log-missing``; the registry knows of fixes, so its log was
            removed and must not begin anew.
    """
    if ledger.has_settled_fixes(connection):
        raise LogError(
            f"The registry at {ledger.place(connection)} knows of fixes, but its audit log"
            " is gone.",
            code="log-missing",
            remedy=_REMEDY,
        )
    for origin in reversed(outside.remembered(state, ledger.place(connection))):
        note = CheckpointStore(state, origin).newest()
        found = _opened(note or "", Verifier(origin, public))
        if found is not None:
            return found
    return None


def history(store: CheckpointStore, verifier: Verifier) -> tuple[Kept, ...]:
    """Return the outside checkpoints that this key signed, oldest first."""
    kept = []
    for one in store.history().issued:
        checkpoint = _opened(one.note, verifier)
        if checkpoint is not None:
            kept.append(Kept(checkpoint, one.issued))
    return tuple(kept)


def _newest_fitting(tree: StoredTree, size: int, kept: tuple[Kept, ...]) -> Kept | None:
    for one in reversed(kept):
        checkpoint = one.checkpoint
        if checkpoint.size <= size and _fits(tree, checkpoint):
            return one
    return None


def _fits(tree: StoredTree, checkpoint: Checkpoint) -> bool:
    try:
        return tree.frontier(checkpoint.size).root() == checkpoint.root_hash
    except LogError:
        return False


def _backup(fitting: Kept | None) -> str:
    if fitting is None:
        return " older than its first checkpoint"
    return f" of about {fitting.issued} ({fitting.checkpoint.size} records)"


def _opened(note: str, verifier: Verifier) -> Checkpoint | None:
    try:
        return open_checkpoint(note, verifier)
    except LogError:
        return None
