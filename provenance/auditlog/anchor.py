"""Hold a registry's log against the checkpoint kept outside it.

A registry put back from a backup is sound in itself; only the outside checkpoint says that
it is old. Appending to it would fork the log: two different histories under one signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from provenance.auditlog import ledger, outside
from provenance.auditlog.chain import KeySpan, key_chain
from provenance.auditlog.checkpoint import open_checkpoint
from provenance.auditlog.keys import BEGIN_ANEW, load_key
from provenance.auditlog.ledger import Head, StoredTree
from provenance.auditlog.note import Verifier
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.record import decode
from provenance.errors import LogError
from provenance.model import Checkpoint

_REMEDY: Final = f"Put the newest registry back. If it is lost for good: {BEGIN_ANEW}"
_CLOSED: Final = b'"act":"log.close"'


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint with the time it was issued."""

    checkpoint: Checkpoint
    issued: str


def newest(connection: Connection, store: CheckpointStore, verifier: Verifier) -> Checkpoint | None:
    """Return the newest checkpoint of the log, once the key is known to be this log's.

    It comes from the outside store; where that has none, from the newest one kept beside
    the log that this key signed. A key that signed neither must be the one that the log was
    opened with.

    Raises:
        LogError: code ``key-foreign``, or the outside note is not a checkpoint of this log
            (codes of ``open_checkpoint``).
    """
    note = store.newest()
    if note is not None:
        try:
            outer = open_checkpoint(note, verifier)
        except LogError as error:
            if error.code != "note-unsigned":
                raise
            raise _foreign(verifier.name, store.folder.parent) from error
        if _superseded(connection, outer, verifier):
            raise _foreign(verifier.name, store.folder.parent)
        return outer
    for kept in reversed(ledger.checkpoint_rows(connection)):
        checkpoint = _opened(kept.note or "", verifier)
        if checkpoint is not None:
            return checkpoint
    if opening_vkey(connection) != verifier.vkey:
        raise _foreign(verifier.name, store.folder.parent)
    return None


def _superseded(connection: Connection, checkpoint: Checkpoint, verifier: Verifier) -> bool:
    """Tell whether another key took over since: the state folder was put back from a backup."""
    size, note = ledger.newest_checkpoint(connection)
    if size <= checkpoint.size or _opened(note, verifier) is not None:
        return False
    spans = key_chain(connection)
    return bool(spans) and spans[-1].vkey != verifier.vkey


def require_open(connection: Connection, head: Head) -> None:
    """Make sure that the log was not closed.

    Raises:
        LogError: code ``log-closed``.
    """
    rows = ledger.leaves(connection, head.size - 1, head.size)
    if rows and _CLOSED in (rows[0].record or b""):
        raise LogError(
            f"The audit log {head.origin} was closed with its record {head.size - 1}.",
            code="log-closed",
            remedy=BEGIN_ANEW,
        )


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


def predecessor(connection: Connection, state: Path) -> Checkpoint | None:
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
        verifier = Verifier.of(origin, load_key(state, origin)) if note else None
        found = _opened(note or "", verifier) if verifier else None
        if found is not None:
            return found
    return None


def history(
    store: CheckpointStore, verifier: Verifier, spans: Sequence[KeySpan] = ()
) -> tuple[Kept, ...]:
    """Return the outside checkpoints that this key signed, or one before it, oldest first."""
    known = dict.fromkeys((verifier, *(span.verifier for span in spans)))
    kept = []
    for one in store.history().issued:
        for key in known:
            checkpoint = _opened(one.note, key)
            if checkpoint is not None:
                kept.append(Kept(checkpoint, one.issued))
                break
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


def _foreign(origin: str, state: Path) -> LogError:
    return LogError(
        f"The key in {state} is not the one that signs the audit log {origin}.",
        code="key-foreign",
        remedy="Name the state folder that belongs to this registry in PROVENANCE_STATE,"
        f" or put it back from its backup. If that key is lost for good: {BEGIN_ANEW}",
    )


def _opened(note: str, verifier: Verifier) -> Checkpoint | None:
    try:
        return open_checkpoint(note, verifier)
    except LogError:
        return None
