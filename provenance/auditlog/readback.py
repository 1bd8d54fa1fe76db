"""Read what is to be signed back from the database and hash it again.

A checkpoint speaks of what the database really holds: a bit that flipped on the way there is
found here and never signed. Nor is a record that a check of the log would call wrong for ever
after, such as one put there by somebody who can write to the database and has no key.
"""

from __future__ import annotations

from sqlalchemy import Connection

from provenance.auditlog import ledger, merkle
from provenance.auditlog.chain import ROTATE
from provenance.auditlog.keys import BEGIN_ANEW
from provenance.auditlog.ledger import Head, StoredTree
from provenance.auditlog.merkle import Coordinate, leaf_hash
from provenance.auditlog.record import decode
from provenance.errors import LogError
from provenance.model import Checkpoint


def read_back(
    connection: Connection, head: Head, last: Checkpoint | None, *, rotation: int | None = None
) -> bytes:
    """Hash every leaf behind the last checkpoint again and return the root they make.

    Args:
        connection: inside a transaction that reads one state.
        head: the log's name, and how many leaves the new checkpoint is to cover.
        last: the newest checkpoint, its signature checked, of no more leaves than that.
        rotation: the record of the change of key that is being signed by both keys, if one is.

    Raises:
        LogError: code ``log-damaged``: a leaf or a node is not what it was, or the log does
            not prolong ``last``; or ``rotation-unsigned``: another record names a new key.
    """
    size = head.size
    tree = StoredTree(connection)
    frontier = tree.frontier(last.size if last is not None else 0)
    while frontier.size < size:
        stop = min(frontier.size + ledger.CHUNK, size)
        completed: list[tuple[Coordinate, bytes]] = []
        for leaf in ledger.leaves(connection, frontier.size, stop):
            if leaf.index != frontier.size:
                break
            again = leaf_hash(leaf.record or b"")
            if leaf.record is None or again != leaf.leaf_hash:
                raise ledger.damaged(f"record {leaf.index} does not have its stored hash")
            _require_ours(leaf.index, leaf.record, head.origin, rotation)
            completed.extend(frontier.append(again))
        if frontier.size != stop:
            raise ledger.damaged(f"record {frontier.size} is not there")
        stored = StoredTree(connection).fetch(where for where, _ in completed)
        for (where, expected), found in zip(completed, stored, strict=True):
            if found != expected:
                raise ledger.damaged(f"node {where[1]} on level {where[0]} was altered")
    _require_consistent(tree, last, size, frontier.root())
    return frontier.root()


def _require_ours(index: int, record: bytes, origin: str, rotation: int | None) -> None:
    document = decode(record)
    if document is None:
        raise ledger.damaged(f"record {index} is not a JSON object")
    if document.get("seq") != index or document.get("log") != origin:
        raise ledger.damaged(f"record {index} was written for another place or log")
    if document.get("act") == ROTATE and index != rotation:
        raise LogError(
            f"Record {index} of the audit log names a new key, but the key in force did not"
            " agree to it: somebody wrote to the registry's database, or the key that was about"
            " to take over is gone. The log is not signed any further.",
            code="rotation-unsigned",
            remedy=f"Find out who can write there. Then: {BEGIN_ANEW}",
        )


def _require_consistent(tree: StoredTree, last: Checkpoint | None, size: int, root: bytes) -> None:
    if last is None or not last.size:
        return
    proof = merkle.consistency_proof(tree.get, last.size, size)
    if not merkle.verify_consistency(last.size, size, proof, last.root_hash, root):
        raise ledger.damaged(f"it does not prolong the checkpoint of {last.size} records")
