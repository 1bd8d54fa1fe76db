"""The audit log as the rest of the program uses it: append, erase, issue a checkpoint.

Leaves are added in the caller's transaction, together with the rows they speak of. A
checkpoint is issued afterwards, from what the database really holds then: the new leaves are
read back and hashed again, so that a bit that flipped on the way is never signed.

Sources: RFC 6962 section 2.1, C2SP tlog-checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

import provenance
from provenance.auditlog import anchor, ledger, merkle, outside
from provenance.auditlog.checkpoint import issue, valid_origin
from provenance.auditlog.keys import load_key, load_or_make_key, new_origin, state_dir
from provenance.auditlog.ledger import Head, StoredTree
from provenance.auditlog.merkle import Coordinate, Frontier, leaf_hash
from provenance.auditlog.note import Verifier
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.record import Moment, Payload, encode, moment
from provenance.errors import LogError
from provenance.model import Agent, AuditEntry, Checkpoint, Event
from provenance.registry import Registry

PROGRAM: Final = Agent("executing program", f"pkg:pypi/provenance-auditor@{provenance.__version__}")
"""The PREMIS agent that every event of this program has."""


class AuditLog:
    """The audit log of a registry, with the key and the outside checkpoints it needs.

    Args:
        state: the state folder; by default the user's (``state_dir``). Nothing is made
            there before the first write.
        origin: the name that a log gets when it is opened; by default a random one. A log
            that is already open keeps its own.

    Raises:
        LogError: code ``origin-malformed``.

    May be shared by threads: it keeps nothing between calls.
    """

    __slots__ = ("_origin", "state")

    def __init__(self, state: Path | None = None, *, origin: str | None = None) -> None:
        if origin is not None and not valid_origin(origin):
            raise LogError(
                f"An audit log cannot be called {origin[:200]!r}.",
                code="origin-malformed",
                remedy="Use up to 128 of the characters A-Z a-z 0-9 . _ - /",
            )
        self.state = state if state is not None else state_dir()
        self._origin = origin

    def append(
        self, connection: Connection, events: Sequence[Event], now: datetime | str
    ) -> tuple[AuditEntry, ...]:
        """Append events inside the caller's transaction; they count when that commits.

        The first append of a registry opens its log: it makes the key if there is none and
        writes a ``log.open`` leaf of its own in front.

        Args:
            connection: inside a transaction that may write (``Registry.write``). The head
                row stays locked until it ends.
            events: what happened, in order.
            now: when; an aware time, or RFC 3339.

        Returns:
            One entry for each event, in order.

        Raises:
            LogError: an event that no record can hold (``unknown-act``,
                ``record-too-large`` ...); a log that is not the one its checkpoint covers
                (``log-behind``, ``log-forked``, ``log-replaced``, ``log-missing``); a key
                that is missing or another log's (``key-...``). Roll the transaction back.
            RegistryError: the database refused.
        """
        if not events:
            return ()
        instant = moment(now)
        with ledger.at(connection):
            head = ledger.lock_head(connection)
            if head.size == 0:
                head, opening = self._open(connection)
                return _write(connection, head, Frontier(), (opening, *events), instant)[1:]
            frontier = self._checked(connection, head)
            return _write(connection, head, frontier, events, instant)

    def erase(
        self, connection: Connection, indexes: Sequence[int], agent: Agent, now: datetime | str
    ) -> AuditEntry:
        """Erase the words that some records commit to; their leaves and proofs stay as they are.

        The erasure itself is recorded, with the person who asked for it.

        Raises:
            LogError: as ``append``, or code ``nothing-to-erase``.
            RegistryError: the database refused.
        """
        with ledger.at(connection):
            gone = ledger.erase_payloads(connection, [i for i in indexes if ledger.in_range(i)])
        if not gone:
            raise LogError(
                "None of these records holds words that could be erased.",
                code="nothing-to-erase",
                remedy="See `provenance log show` for the records that do.",
            )
        detail = (("values", gone), *(("record", index) for index in indexes))
        event = Event("payload.erase", agents=(agent, PROGRAM), detail=detail)
        return self.append(connection, (event,), now)[0]

    def checkpoint(
        self, registry: Registry, now: datetime | str | None = None
    ) -> Checkpoint | None:
        """Sign the log as it stands and keep the checkpoint outside the registry.

        Call it at the end of every command that appended. Every leaf since the last
        checkpoint is read back and hashed again, and the log is proved to prolong that
        checkpoint, before anything is signed. Durable on return.

        Returns:
            The newest checkpoint: the new one, the old one where nothing was appended, or
            None where the registry has no log yet.

        Raises:
            LogError: as ``append``, or code ``log-damaged`` (a leaf or node is not what it
                was): nothing is signed then.
            RegistryError: the database refused.
        """
        issued = moment(now if now is not None else datetime.now(UTC)).text
        head = _read_head(registry)
        if head.size == 0:
            return None
        key = load_key(self.state)
        store = CheckpointStore(self.state, head.origin)
        with store.exclusive():
            expected = store.newest()
            with registry.read() as transaction, ledger.at(transaction.connection):
                connection = transaction.connection
                head = ledger.read_head(connection) or head
                last = self._anchor(connection, head, store, Verifier.of(head.origin, key))
                root = _read_back(connection, head, last)
            if last is not None and last.size == head.size and expected == last.note:
                return last
            made = issue(head.origin, head.size, root, key)
            store.replace(expected, made, issued)
        with registry.write() as transaction, ledger.at(transaction.connection):
            ledger.add_checkpoint(transaction.connection, made, issued)
        return made

    def _open(self, connection: Connection) -> tuple[Head, Event]:
        """Name the new log and say in its first record whose key signs it."""
        count, _ = ledger.span(connection)
        if count:
            raise ledger.damaged(f"its head row says it is empty, but it holds {count} records")
        key = load_or_make_key(self.state)
        origin = self._origin or new_origin()
        verifier = Verifier.of(origin, key)
        before = anchor.predecessor(connection, self.state, verifier.public)
        detail: tuple[tuple[str, str | int], ...] = (("vkey", verifier.vkey),)
        if before is not None:
            detail += (
                ("afterLog", before.origin),
                ("afterSize", before.size),
                ("afterRoot", before.root_hash.hex()),
            )
        outside.remember(self.state, ledger.place(connection), origin)
        return Head(origin, 0), Event("log.open", agents=(PROGRAM,), detail=detail)

    def _checked(self, connection: Connection, head: Head) -> Frontier:
        """Return the log's right edge, once it is known to be the log to append to."""
        verifier = Verifier.of(head.origin, load_key(self.state))
        store = CheckpointStore(self.state, head.origin)
        self._anchor(connection, head, store, verifier)
        return StoredTree(connection).frontier(head.size)

    def _anchor(
        self, connection: Connection, head: Head, store: CheckpointStore, verifier: Verifier
    ) -> Checkpoint | None:
        """Return the newest checkpoint, once the log is known to prolong it."""
        anchor.require_key(connection, head, verifier, self.state)
        last = anchor.newest(connection, store, verifier)
        if last is None:
            anchor.require_known(connection, self.state, head)
            return None
        tree = StoredTree(connection)
        try:
            anchor.require_prolongs(tree, head, last, ())
        except LogError as error:
            if error.code in {"log-behind", "log-forked"}:
                anchor.require_prolongs(tree, head, last, anchor.history(store, verifier))
            raise
        return last


def _write(
    connection: Connection, head: Head, frontier: Frontier, events: Sequence[Event], at: Moment
) -> tuple[AuditEntry, ...]:
    entries: list[AuditEntry] = []
    nodes: list[tuple[Coordinate, bytes]] = []
    payloads: list[tuple[int, Payload]] = []
    for index, event in enumerate(events, head.size):
        record, committed = encode(event, head.origin, index, at)
        entry = AuditEntry(index, record, leaf_hash(record))
        entries.append(entry)
        nodes.extend(frontier.append(entry.leaf_hash))
        payloads.extend((index, payload) for payload in committed)
    ledger.write(connection, head, entries, nodes, payloads)
    return tuple(entries)


def _read_head(registry: Registry) -> Head:
    with registry.read() as transaction, ledger.at(transaction.connection):
        return ledger.read_head(transaction.connection) or Head("", 0)


def _read_back(connection: Connection, head: Head, last: Checkpoint | None) -> bytes:
    """Hash every leaf behind the last checkpoint again and return the root they make."""
    tree = StoredTree(connection)
    frontier = tree.frontier(last.size if last is not None else 0)
    while frontier.size < head.size:
        stop = min(frontier.size + ledger.CHUNK, head.size)
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
    _require_consistent(tree, last, head.size, frontier.root())
    return frontier.root()


def _require_consistent(tree: StoredTree, last: Checkpoint | None, size: int, root: bytes) -> None:
    if last is None or not last.size:
        return
    proof = merkle.consistency_proof(tree.get, last.size, size)
    if not merkle.verify_consistency(last.size, size, proof, last.root_hash, root):
        raise ledger.damaged(f"it does not prolong the checkpoint of {last.size} records")
