"""Read what is to be signed back from the database and hash it again.

A checkpoint speaks of what the database really holds: a bit that flipped on the way there is
found here and never signed.
"""

from __future__ import annotations

from sqlalchemy import Connection

from provenance.auditlog import ledger, merkle
from provenance.auditlog.ledger import StoredTree
from provenance.auditlog.merkle import Coordinate, leaf_hash
from provenance.model import Checkpoint


def read_back(connection: Connection, size: int, last: Checkpoint | None) -> bytes:
    """Hash every leaf behind the last checkpoint again and return the root they make.

    Args:
        connection: inside a transaction that reads one state.
        size: how many leaves the new checkpoint is to cover.
        last: the newest checkpoint, its signature checked, of no more leaves than that.

    Raises:
        LogError: code ``log-damaged``: a leaf or a node is not what it was, or the log does
            not prolong ``last``.
    """
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
            completed.extend(frontier.append(again))
        if frontier.size != stop:
            raise ledger.damaged(f"record {frontier.size} is not there")
        stored = StoredTree(connection).fetch(where for where, _ in completed)
        for (where, expected), found in zip(completed, stored, strict=True):
            if found != expected:
                raise ledger.damaged(f"node {where[1]} on level {where[0]} was altered")
    _require_consistent(tree, last, size, frontier.root())
    return frontier.root()


def _require_consistent(tree: StoredTree, last: Checkpoint | None, size: int, root: bytes) -> None:
    if last is None or not last.size:
        return
    proof = merkle.consistency_proof(tree.get, last.size, size)
    if not merkle.verify_consistency(last.size, size, proof, last.root_hash, root):
        raise ledger.damaged(f"it does not prolong the checkpoint of {last.size} records")
