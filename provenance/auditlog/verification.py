"""Check a whole audit log: every record, every hash, every checkpoint.

The database is not trusted: its rows are read raw, hashed again in chunks, and held against
what is kept outside. A flaw is located by the index of its record wherever that can be known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from provenance.auditlog import anchor, ledger, outside
from provenance.auditlog.chain import rotated_to
from provenance.auditlog.checkpoint import valid_origin
from provenance.auditlog.claims import Claims
from provenance.auditlog.closing import predecessors
from provenance.auditlog.intents import OpenIntents
from provenance.auditlog.ledger import Head, Leaf, PayloadRow
from provenance.auditlog.merkle import Coordinate, leaf_hash
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.problems import Problem, Problems
from provenance.auditlog.rebuilt import RebuiltTree
from provenance.auditlog.record import commitment, commitments, decode
from provenance.auditlog.statements import Extent, not_proved, proved
from provenance.auditlog.trust import Trust, trusted, trusted_of_closed
from provenance.errors import LogError

INTENT_PATIENCE: Final = timedelta(hours=24)

_WIDEST_GAP: Final = 1_000_000
_MOST_STRAYS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the whole log found.

    Attributes:
        ok: no problem at all.
        size: how many records the log has by its head row.
        root_hash: hex, computed from the records; that of the empty tree where none is.
        problems: in the order found.
        proved: what the check showed, in sentences; empty where there are problems.
        not_proved: what it did not show, or cannot.
    """

    ok: bool
    size: int
    root_hash: str
    problems: tuple[Problem, ...] = ()
    proved: tuple[str, ...] = ()
    not_proved: tuple[str, ...] = ()


def verify(
    connection: Connection,
    state: Path,
    *,
    witnessed: Sequence[str] = (),
    now: datetime | None = None,
    advance: Callable[[int], None] | None = None,
    closed: bool = False,
) -> Verification:
    """Check the log in this registry against itself and against all that is kept outside it.

    Memory stays bounded by the chunk, whatever the log's length; one pass.

    Args:
        connection: inside a transaction that reads one state (``Registry.read``), in which
            nothing was read yet.
        state: the state folder with the key and the outside checkpoints.
        witnessed: checkpoints of this log that others have kept (C2SP notes).
        now: what the age of an open intent is measured against; by default the clock.
        advance: told how many more records were checked, chunk by chunk.
        closed: it is a closed log (``reopened``), whose key and outside checkpoints may be
            lost, and which no command will end a fix in any more.

    Raises:
        LogError: the state folder cannot be read.
        RegistryError: the database refused.
    """
    with ledger.at(connection):
        run = _Run(connection, state, now if now is not None else datetime.now(UTC))
        run.advance = advance
        run.closed = closed
        return run.result(witnessed)


class _Run:
    """One check. Its steps add to ``problems``; none of them stops at a flaw."""

    def __init__(self, connection: Connection, state: Path, now: datetime) -> None:
        self.connection = connection
        self.state = state
        self.problems = Problems()
        self.claims: Claims | None = None
        self.tree = RebuiltTree()
        self.intents = OpenIntents(now - INTENT_PATIENCE)
        self.origin = ""
        self.opening: dict[str, Any] | None = None
        self.advance: Callable[[int], None] | None = None
        self.closed = False
        self.rotations: dict[int, str] = {}
        self.words = 0

    def result(self, witnessed: Sequence[str]) -> Verification:
        head = self._head()
        count, last = ledger.span(self.connection)
        if head.size == 0 and count == 0:
            self._check_absence()
            return self._verification(0)
        self.origin = head.origin
        self.opening = self._opening()
        trust = self._trust()
        self.claims = self._claims(trust, head, witnessed)
        end = min(head.size, last + 1 if last is not None else 0)
        self._check_extent(head.size, end)
        self._check_leaves(end)
        self._check_nodes(end)
        if self.claims is not None:
            unmet = self.claims.unmet()
            self.claims.report(head.size, behind=not (unmet and self._grown_since(unmet)))
        if trust is not None:
            trust.check_rotations(self.rotations, self.problems)
        unended = self._check_ends()
        follows = predecessors.check(self.state, self.opening or {}, self.problems)
        agreed = self.claims.agreed if self.claims is not None else 0
        stranger = trust.here.vkey if trust is not None and not trust.known else ""
        extent = Extent(
            head.size, agreed, len(witnessed), self.words, len(self.rotations), stranger, unended
        )
        return self._verification(head.size, extent, follows)

    def _verification(
        self, size: int, extent: Extent | None = None, follows: tuple[str, ...] = ()
    ) -> Verification:
        problems = self.problems.all()
        root = self.tree.root()
        sound = extent is not None and not problems
        return Verification(
            ok=not problems,
            size=size,
            root_hash=root.hex() if root else "",
            problems=problems,
            proved=(*proved(extent), *follows) if extent is not None and sound else (),
            not_proved=not_proved(extent) if extent is not None and sound else (),
        )

    def _check_ends(self) -> int:
        """Report fixes without an end; of a closed log only return how many."""
        if self.closed:
            return sum(1 for _ in self.intents.overdue())
        for index, path in self.intents.overdue():
            self.problems.add(
                index,
                "intent-open",
                f"the fix of {path} was begun over 24 hours ago and never ended;"
                " run `provenance fix --apply` to recover it",
            )
        return 0

    def _head(self) -> Head:
        try:
            head = ledger.read_head(self.connection)
        except LogError as error:
            self.problems.add(None, "head-altered", error.message)
            head = None
        if head is not None:
            return head
        count, last = ledger.span(self.connection)
        if count:
            text = f"there are {count} records, but no head row that can be read"
            self.problems.add(None, "head-missing", text)
        return Head("", (last or 0) + 1 if count else 0)

    def _check_absence(self) -> None:
        self._check_nodes(0)
        if ledger.has_settled_fixes(self.connection):
            text = "the registry knows of fixes, but its log is empty"
            self.problems.add(None, "log-missing", text)
        place = ledger.place(self.connection)
        for origin in reversed(outside.remembered(self.state, place)):
            if CheckpointStore(self.state, origin).newest() is not None:
                text = (
                    f"this registry held the log {origin}, which has checkpoints; now it is empty"
                )
                self.problems.add(None, "log-missing", text)
                return

    def _opening(self) -> dict[str, Any] | None:
        """Return the first record where it is sound; its word on the log's name comes first."""
        rows = ledger.leaves(self.connection, 0, 1)
        record = rows[0].record if rows else None
        if record is None or leaf_hash(record) != rows[0].leaf_hash:
            return None
        opening = decode(record)
        named = opening.get("log") if opening else None
        if isinstance(named, str) and valid_origin(named) and named != self.origin:
            text = f"the head row names the log {self.origin!r}, its first record {named!r}"
            self.problems.add(None, "head-altered", text)
            self.origin = named
        return opening

    def _trust(self) -> Trust | None:
        try:
            if self.closed:
                return trusted_of_closed(self.connection, self.state, self.origin)
            trust = trusted(self.connection, self.state, self.origin, self.opening)
        except LogError as error:
            self.problems.add(None, error.code, error.message)
            return None
        if trust.foreign:
            text = "the key in the state folder is not the one that signs this log"
            self.problems.add(None, "key-foreign", text)
        return trust

    def _claims(self, trust: Trust | None, head: Head, witnessed: Sequence[str]) -> Claims | None:
        if trust is None:
            return None
        claims = Claims(trust.opened, self.problems)
        beside = ledger.checkpoint_rows(self.connection)
        try:
            store = CheckpointStore(self.state, self.origin)
            if not claims.collect(store, beside, witnessed):
                anchor.require_known(self.connection, self.state, Head(self.origin, head.size))
                if beside and not self.closed:
                    text = "the outside checkpoints are gone"
                    self.problems.add(None, "checkpoint-missing", text)
        except LogError as error:
            self.problems.add(None, error.code, error.message)
        return claims

    def _check_extent(self, size: int, end: int) -> None:
        if end < size:
            text = f"records {end} to {size - 1} are not there"
            self.problems.add(end, "leaf-missing", text)
        for index in ledger.strays(self.connection, size, _MOST_STRAYS):
            text = f"record {index} is outside the log of {size} records"
            self.problems.add(index, "leaf-stray", text)

    def _check_leaves(self, end: int) -> None:
        start = 0
        while start < end:
            stop = min(start + ledger.CHUNK, end)
            rows = {leaf.index: leaf for leaf in ledger.leaves(self.connection, start, stop)}
            if not rows and self._gap_is_wide(start):
                return
            words: dict[int, list[PayloadRow]] = {}
            for payload in ledger.payloads(self.connection, start, stop):
                words.setdefault(payload.index, []).append(payload)
            stored = self._stored_nodes(start, stop)
            for index in range(start, stop):
                leaf = rows.get(index)
                found = leaf_hash(leaf.record) if leaf and leaf.record is not None else None
                sound = self._check_leaf(index, leaf, found, words.get(index, ()))
                self._grow(found, stored, sound=sound)
            if self.advance is not None:
                self.advance(stop - start)
            start = stop

    def _gap_is_wide(self, start: int) -> bool:
        following = ledger.next_index(self.connection, start)
        if following is not None and following - start <= _WIDEST_GAP:
            return False
        text = f"so many records are missing from record {start} on that the check stopped there"
        self.problems.add(start, "leaf-missing", text)
        return True

    def _grow(
        self, found: bytes | None, stored: dict[Coordinate, bytes | None], *, sound: bool
    ) -> None:
        for level, index in self.tree.append(found, stored, sound=sound):
            first, last = index << level, (index + 1 << level) - 1
            self.problems.add(
                first,
                "node-altered",
                f"node {index} on level {level}, above records {first} to {last}, was altered",
            )
        size = self.tree.size
        if self.claims is not None and self.claims.waits_for(size):
            self.claims.meet(size, self.tree.root())

    def _stored_nodes(self, start: int, stop: int) -> dict[Coordinate, bytes | None]:
        """The stored nodes that the leaves from ``start`` to ``stop`` complete."""
        stored: dict[Coordinate, bytes | None] = {}
        level = 1
        while stop >> level:
            first, last = start >> level, stop >> level
            if first < last:
                found = ledger.level_nodes(self.connection, level, first, last)
                stored.update({(level, index): value for index, value in found.items()})
            level += 1
        return stored

    def _check_leaf(
        self, index: int, leaf: Leaf | None, found: bytes | None, words: Sequence[PayloadRow]
    ) -> bool:
        """Check one record by itself; tell whether it may be taken for what was written."""
        if leaf is None:
            self.problems.add(index, "leaf-missing", f"record {index} is not there")
            return False
        if leaf.record is None or found != leaf.leaf_hash:
            text = f"record {index} does not have its stored hash"
            self.problems.add(index, "leaf-altered", text)
            return False
        document = decode(leaf.record)
        if document is None:
            text = f"record {index} is not a JSON object"
            self.problems.add(index, "record-malformed", text)
            return False
        if document.get("seq") != index or document.get("log") != self.origin:
            seq, log = document.get("seq"), document.get("log")
            text = f"record {index} was written as record {seq!r} of the log {log!r}"
            self.problems.add(index, "leaf-moved", text)
            return False
        named = rotated_to(document)
        if named is not None:
            self.rotations[index] = named[1]
        self.intents.see(index, document)
        self._check_words(index, document, words)
        return True

    def _check_words(
        self, index: int, document: dict[str, Any], words: Sequence[PayloadRow]
    ) -> None:
        """Erased words are no flaw; altered ones, and any that no record speaks of, are."""
        if not words:
            return
        expected = commitments(document)
        self.words += len(words)
        for row in words:
            name, salt, value = row.name, row.salt, row.value
            if name is None or salt is None or value is None:
                self.problems.add(
                    index, "payload-altered", f"words kept for record {index} are damaged"
                )
            elif name not in expected:
                self.problems.add(index, "payload-stray", f"record {index} has no value {name!r}")
            elif commitment(salt, value) != expected[name]:
                self.problems.add(
                    index, "payload-altered", f"{name!r} of record {index} was altered"
                )

    def _check_nodes(self, end: int) -> None:
        extra = ledger.node_count(self.connection) - (end - end.bit_count())
        if extra > 0:
            text = f"{extra} stored nodes belong to no complete subtree"
            self.problems.add(None, "node-stray", text)

    def _grown_since(self, size: int) -> bool:
        """Tell whether others appended, and signed, after this transaction began to read."""
        if self.closed:
            return False
        with self.connection.engine.connect() as fresh:
            head = ledger.read_head(fresh)
            return head is not None and head.size >= size and ledger.span(fresh)[0] >= size
