"""The audit log as the rest of the program uses it: append, sign, change the key.

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
from provenance.auditlog import anchor, handover, ledger, outside
from provenance.auditlog.chain import ROTATE, key_chain
from provenance.auditlog.checkpoint import issue, valid_origin
from provenance.auditlog.keys import (
    key_path,
    load_key,
    load_or_make_key,
    new_origin,
    next_key_path,
    state_dir,
)
from provenance.auditlog.ledger import Head, StoredTree
from provenance.auditlog.merkle import Coordinate, Frontier, leaf_hash
from provenance.auditlog.note import Verifier
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.readback import read_back
from provenance.auditlog.record import Moment, Payload, encode, moment
from provenance.auditlog.statefiles import is_there, sweep
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
            frontier = self._checked(connection, head, instant)
            return _write(connection, head, frontier, events, instant)

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
            LogError: as ``append``; code ``log-damaged`` (a leaf or node is not what it
                was) or ``rotation-unsigned`` (a new record names a key to which the one in
                force did not agree): nothing is signed then.
            RegistryError: the database refused.
        """
        issued = moment(now if now is not None else datetime.now(UTC)).text
        head = _read_head(registry)
        if head.size == 0:
            return None
        store = CheckpointStore(self.state, head.origin)
        with store.exclusive():
            sweep(self.state)
            handover.settle(registry, self.state, head.origin, store, issued)
            return self._issue(registry, store, head, issued)

    def _issue(
        self, registry: Registry, store: CheckpointStore, head: Head, issued: str
    ) -> Checkpoint:
        """Return the checkpoint of the log as it stands now, signed where it is not yet."""
        key = load_key(self.state, head.origin)
        expected = store.newest()
        with registry.read() as transaction, ledger.at(transaction.connection):
            connection = transaction.connection
            head = ledger.read_head(connection) or head
            last = self._anchor(connection, head, store, Verifier.of(head.origin, key))
            root = read_back(connection, head, last)
        if last is not None and last.size == head.size and expected == last.note:
            return last
        made = issue(head.origin, head.size, root, key)
        store.replace(expected, made, issued)
        with registry.write() as transaction, ledger.at(transaction.connection):
            connection = transaction.connection
            if last is not None and ledger.newest_checkpoint(connection)[0] < last.size:
                before = store.time_of(last.note)  # a crash kept it from being added then
                ledger.add_checkpoint(connection, last, before or issued)
            ledger.add_checkpoint(connection, made, issued)
        return made

    def rotate(
        self, registry: Registry, agent: Agent, reason: str, now: datetime | str | None = None
    ) -> Checkpoint:
        """Change the log's key: from now on only the new one signs.

        The change is recorded, with who asked for it and why, and the checkpoint that ends
        with this record is signed by both keys. Then the old key's file is removed; one that
        other logs of the state folder are signed with stays for those. Interrupted anywhere,
        the next command that writes, or a second call, finishes it.

        Returns:
            The doubly signed checkpoint, durable.

        Raises:
            LogError: as ``checkpoint``, or code ``no-log`` (nothing was ever recorded).
            RegistryError: the database refused.
        """
        instant = now if now is not None else datetime.now(UTC)
        issued = moment(instant).text
        head = _read_head(registry)
        if head.size == 0:
            raise LogError(
                f"The registry at {registry.place} has no audit log yet, so it has no key.",
                code="no-log",
                remedy="Nothing needs changing: the first command that writes makes a key.",
            )
        store = CheckpointStore(self.state, head.origin)
        with store.exclusive():  # of two who change it at once, the second changes it again
            sweep(self.state)
            begun = handover.settle(registry, self.state, head.origin, store, issued)
            if begun is not None:
                return begun
            self._issue(registry, store, head, issued)
            after = load_or_make_key(self.state, next_key_path(self.state, head.origin))
            detail = (
                ("before", Verifier.of(head.origin, load_key(self.state, head.origin)).vkey),
                ("vkey", Verifier.of(head.origin, after).vkey),
                ("reason", reason),
            )
            event = Event(ROTATE, agents=(agent, PROGRAM), detail=detail)
            with registry.write() as transaction:
                self.append(transaction.connection, (event,), instant)
            made = handover.settle(registry, self.state, head.origin, store, issued)
        if made is None:
            raise ledger.damaged("the record of the new key is not where it was written")
        return made

    def begin(
        self,
        connection: Connection,
        agents: Sequence[Agent],
        detail: Sequence[tuple[str, str | int]],
        now: datetime | str,
    ) -> AuditEntry:
        """Open a new log, with a key of its own, in a registry whose tables hold none.

        Args:
            connection: inside a transaction that writes.
            agents: on whose word, beside this program.
            detail: what the first record says beside the key.
            now: when; an aware time, or RFC 3339.

        Raises:
            LogError: as ``append``.
            RegistryError: the database refused.
        """
        instant = moment(now)
        with ledger.at(connection):
            head = ledger.lock_head(connection)
            if head.size or ledger.span(connection)[0]:
                raise ledger.damaged("a new log was to begin where another one stands")
            origin = new_origin()
            key = load_or_make_key(self.state, key_path(self.state, origin))
            outside.remember(self.state, ledger.place(connection), origin)
            told = (("vkey", Verifier.of(origin, key).vkey), *detail)
            opening = Event("log.open", agents=(*agents, PROGRAM), detail=told)
            return _write(connection, Head(origin, 0), Frontier(), (opening,), instant)[0]

    def _open(self, connection: Connection) -> tuple[Head, Event]:
        """Name the new log and say in its first record whose key signs it."""
        count, _ = ledger.span(connection)
        if count:
            raise ledger.damaged(f"its head row says it is empty, but it holds {count} records")
        origin = self._origin or new_origin()
        before = anchor.predecessor(connection, self.state)
        # Remembered first: so nobody takes the shared key away as one that no log needs.
        outside.remember(self.state, ledger.place(connection), origin)
        own = key_path(self.state, origin)
        key = load_or_make_key(self.state, own if is_there(own) else None)
        verifier = Verifier.of(origin, key)
        detail: tuple[tuple[str, str | int], ...] = (("vkey", verifier.vkey),)
        if before is not None:
            detail += (
                ("afterLog", before.origin),
                ("afterSize", before.size),
                ("afterRoot", before.root_hash.hex()),
            )
        return Head(origin, 0), Event("log.open", agents=(PROGRAM,), detail=detail)

    def _checked(self, connection: Connection, head: Head, instant: Moment) -> Frontier:
        """Return the log's right edge, once it is known to be the log to append to."""
        store = CheckpointStore(self.state, head.origin)
        handover.resume(connection, self.state, head.origin, store, instant.text)
        verifier = Verifier.of(head.origin, load_key(self.state, head.origin))
        anchor.require_open(connection, head)
        self._anchor(connection, head, store, verifier)
        return StoredTree(connection).frontier(head.size)

    def _anchor(
        self, connection: Connection, head: Head, store: CheckpointStore, verifier: Verifier
    ) -> Checkpoint | None:
        """Return the newest checkpoint, once the log is known to prolong it."""
        last = anchor.newest(connection, store, verifier)
        if last is None:
            anchor.require_known(connection, self.state, head)
            return None
        tree = StoredTree(connection)
        try:
            anchor.require_prolongs(tree, head, last, ())
        except LogError as error:
            if error.code in {"log-behind", "log-forked"}:
                spans = key_chain(connection, [one.note for one in store.history().issued])
                kept = anchor.history(store, verifier, spans)
                anchor.require_prolongs(tree, head, last, kept)
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
