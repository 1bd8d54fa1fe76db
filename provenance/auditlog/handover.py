"""The change of a log's key, so made that it can be interrupted anywhere.

1. The new key lies in its file (``next_key_path``).
2. A ``key.rotate`` record names the old key and the new one.
3. The checkpoint that ends with this record, signed by both, is durable outside and beside
   the log. From here on the new key signs.
4. The old key's file is gone. A shared one stays while other logs are signed with it.
5. The new key lies in the place of the log's own key.

Whoever next issues a checkpoint goes on from wherever this stopped. Interrupted before 2,
nothing has changed; the key that lies ready is used by the next change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from provenance.auditlog import keys, ledger, outside
from provenance.auditlog.chain import rotated_to
from provenance.auditlog.checkpoint import issue, open_checkpoint
from provenance.auditlog.ledger import Head
from provenance.auditlog.note import Verifier
from provenance.auditlog.readback import read_back
from provenance.auditlog.record import decode
from provenance.auditlog.statefiles import is_there
from provenance.errors import LogError

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Connection

    from provenance.auditlog.outside import CheckpointStore
    from provenance.model import Checkpoint
    from provenance.registry import Registry

_MARK: Final = b'"key.rotate"'


def settle(
    registry: Registry, state: Path, origin: str, store: CheckpointStore, issued: str
) -> Checkpoint | None:
    """Finish a change of key whose record is in the log; return the doubly signed checkpoint.

    Call it inside ``store.exclusive``. None where no change is under way. Durable on return.

    Raises:
        LogError: a key cannot be used, the state folder cannot be written, or the log is
            damaged (nothing is signed then).
        RegistryError: the database refused.
    """
    after = keys.load_next_key(state, origin)
    if after is None:
        return None
    made = _handed_over(store, Verifier.of(origin, after))
    if made is None:
        before = keys.load_key(state, origin)
        expected = store.newest()
        last = open_checkpoint(expected, Verifier.of(origin, before)) if expected else None
        made = _sign_both(registry, origin, last, (before, after))
        if made is None:
            return None
        store.replace(expected, made, issued)
    with registry.write() as transaction, ledger.at(transaction.connection):
        when = store.time_of(made.note) or issued
        ledger.add_checkpoint(transaction.connection, made, when)
    _promote(state, origin, after)
    return made


def resume(
    connection: Connection, state: Path, origin: str, store: CheckpointStore, issued: str
) -> None:
    """Finish a change of key that only lacks its last steps; else do nothing.

    For who appends: between step 3 and step 5 the old key may be gone already.

    Args:
        connection: inside a transaction that writes.
        state: the state folder.
        origin: the log's name.
        store: its outside checkpoints.
        issued: now, RFC 3339.

    Raises:
        LogError: as ``settle``.
        RegistryError: the database refused.
    """
    after = keys.load_next_key(state, origin)
    if after is None:
        return
    made = _handed_over(store, Verifier.of(origin, after))
    if made is not None:
        ledger.add_checkpoint(connection, made, store.time_of(made.note) or issued)
        _promote(state, origin, after)


def others_sharing(state: Path, origin: str) -> int:
    """Return how many other logs of this state folder are signed with the shared key.

    Raises:
        LogError: code ``checkpoint-unreadable`` or ``state-unreadable``.
    """
    others = outside.known_logs(state) - {origin}
    return sum(not is_there(keys.key_path(state, one)) for one in others)


def _handed_over(store: CheckpointStore, after: Verifier) -> Checkpoint | None:
    """Return the newest outside checkpoint where the new key has signed it."""
    note = store.newest()
    try:
        return open_checkpoint(note, after) if note is not None else None
    except LogError as error:
        if error.code != "note-unsigned":
            raise
        return None


def _sign_both(
    registry: Registry,
    origin: str,
    last: Checkpoint | None,
    both: tuple[Ed25519PrivateKey, Ed25519PrivateKey],
) -> Checkpoint | None:
    """Return the checkpoint that ends with the record of the change; None where none is."""
    before, after = (Verifier.of(origin, key).vkey for key in both)
    with registry.read() as transaction, ledger.at(transaction.connection):
        connection = transaction.connection
        index = _find(connection, last.size if last else 0, (before, after))
        if index is None:
            return None
        root = read_back(connection, Head(origin, index + 1), last, rotation=index)
    return issue(origin, index + 1, root, *both)


def _find(connection: Connection, start: int, wanted: tuple[str, str]) -> int | None:
    """Return the record of the change, behind the newest checkpoint."""
    head = ledger.read_head(connection)
    size = head.size if head is not None else 0
    for first in range(start, size, ledger.CHUNK):
        for leaf in ledger.leaves(connection, first, min(first + ledger.CHUNK, size)):
            if leaf.record is not None and _MARK in leaf.record:
                document = decode(leaf.record)
                if document is not None and rotated_to(document) == wanted:
                    return leaf.index
    return None


def _promote(state: Path, origin: str, after: Ed25519PrivateKey) -> None:
    keys.promote_key(state, origin, after, lambda: others_sharing(state, origin) > 0)
