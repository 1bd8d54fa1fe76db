"""Proofs that one record is in the log, as text that stands by itself.

Source: C2SP tlog-proof (``c2sp.org/tlog-proof@v1``), over RFC 6962 section 2.1.1 and C2SP
tlog-checkpoint.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from provenance.auditlog import anchor, ledger, merkle
from provenance.auditlog.chain import (
    KeySpan,
    claimed_size,
    in_force,
    key_chain,
    open_in_force,
)
from provenance.auditlog.checkpoint import open_checkpoint
from provenance.auditlog.keys import load_key
from provenance.auditlog.ledger import StoredTree
from provenance.auditlog.note import LARGEST_NOTE, Verifier, decode_base64
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.outsiders.consistency import ConsistencyProof
from provenance.auditlog.trust import trusted_of_closed
from provenance.errors import LogError
from provenance.model import Checkpoint

FORMAT: Final = "c2sp.org/tlog-proof@v1"

_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")
_LONGEST_PATH: Final = 64
_LARGEST_PROOF: Final = LARGEST_NOTE + 16 * 1024


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An inclusion proof with the checkpoint it leads to.

    Attributes:
        index: which record, from 0.
        hashes: the audit path, leaf side first.
        note: the checkpoint, exactly as issued.
        extra: octets that nothing authenticates, or None.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    def text(self) -> str:
        """Return the proof as C2SP writes it; the content of a ``.tlog-proof`` file."""
        lines = [FORMAT]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines.extend(base64.b64encode(one).decode() for one in self.hashes)
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def parse(cls, text: str) -> TlogProof:
        """Read a proof; nothing in it is checked yet.

        Raises:
            LogError: code ``proof-malformed``.
        """
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if len(text) > _LARGEST_PROOF or not gap or lines.pop(0) != FORMAT:
            raise _malformed("its first line or its checkpoint is not there")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decode_base64(lines.pop(0).removeprefix("extra "))
            if extra is None:
                raise _malformed("its extra line is not base64")
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None:
            raise _malformed("its index line is not there")
        hashes = [decode_base64(line) for line in lines[: _LONGEST_PATH + 1]]
        sound = tuple(one for one in hashes if one and len(one) == merkle.HASH_SIZE)
        if len(sound) != len(lines) or len(sound) > _LONGEST_PATH:
            raise _malformed("its audit path is not a list of hashes")
        return cls(int(index[1]), sound, note, extra)

    def verify(self, record: bytes, verifier: Verifier) -> Checkpoint:
        """Return the checkpoint, once it is proved to cover exactly these record bytes.

        Raises:
            LogError: code ``proof-wrong``, or as ``open_checkpoint``.
        """
        checkpoint = open_checkpoint(self.note, verifier)
        leaf = merkle.leaf_hash(record)
        if not merkle.verify_inclusion(
            leaf, self.index, checkpoint.size, self.hashes, checkpoint.root_hash
        ):
            raise LogError(
                f"This proof does not show that the record is number {self.index} of the log"
                f" {checkpoint.origin}.",
                code="proof-wrong",
                remedy="The record, the proof or both were altered; ask for the originals.",
            )
        return checkpoint


def prove(connection: Connection, state: Path, index: int, *, closed: bool = False) -> str:
    """Return the proof, against the newest checkpoint, that record ``index`` is in the log.

    The proof was checked before it is given out.

    Raises:
        LogError: code ``no-such-record``, ``not-covered`` (appended after the newest
            checkpoint), ``no-checkpoint``, ``log-behind``, ``log-forked``,
            ``log-damaged``, or a key or checkpoint that cannot be read.
        RegistryError: the database refused.
    """
    return Prover(connection, state, closed=closed).prove(index)[1].text()


class Prover:
    """Gives proofs of the log as it stands in the registry, against what its keys signed.

    Args:
        connection: inside a transaction that reads one state.
        state: the state folder.
        closed: it is a closed log (``reopened``). Its key need not be there any more, and the
            newest checkpoint is the newest one that covers no more than what was kept.

    Attributes:
        state: the state folder.
        verifier: the key in force.
        checkpoint: the newest checkpoint.

    Raises:
        LogError: as ``prove``.
    """

    def __init__(self, connection: Connection, state: Path, *, closed: bool = False) -> None:
        self._connection = connection
        self.state = state
        with ledger.at(connection):
            head = ledger.read_head(connection)
            if head is None or head.size == 0:
                raise _no_record("there is no audit log yet")
            self._size = head.size
            self._tree = StoredTree(connection)
            store = CheckpointStore(state, head.origin)
            self._outside = tuple(one.note for one in store.history().issued)
            if closed:
                self._spans = trusted_of_closed(connection, state, head.origin).spans
                self.verifier = self._spans[-1].verifier
                self.checkpoint = self._newest_kept()
                return
            self.verifier = Verifier.of(head.origin, load_key(state, head.origin))
            self.checkpoint = self._newest(store)
            # An older registry does not know of the newer key; its own checkpoints bear the old.
            known = key_chain(connection, self._outside)
            self._spans = self._led_by(known)
            kept = anchor.history(store, self.verifier, known)
            anchor.require_prolongs(self._tree, head, self.checkpoint, kept)

    def prove(self, index: int) -> tuple[bytes, TlogProof]:
        """Return the bytes of a record and their proof.

        Raises:
            LogError: as the function ``prove``.
        """
        if not 0 <= index < self._size:
            raise _no_record(f"its log has records 0 to {self._size - 1}, not {index}")
        if index >= self.checkpoint.size:
            raise LogError(
                f"Record {index} is not covered by a checkpoint yet (the newest covers"
                f" {self.checkpoint.size} records).",
                code="not-covered",
                remedy="Wait until the command that wrote it has ended, then try again.",
            )
        return self._prove(index, self.checkpoint)

    def handovers(self) -> tuple[tuple[bytes, TlogProof], ...]:
        """Return each record that names a newer key, proved by what the older key signed.

        One whose doubly signed checkpoint is damaged, or not of this log, is left out: whoever
        knows only the older key cannot follow the change then, all else can be proved.

        Raises:
            LogError: code ``log-damaged``.
            RegistryError: the database refused.
        """
        found = []
        for span in self._spans[1:]:
            for note in self._notes():
                if self._hands_over(note, span):
                    found.append(self._prove(span.first, self.open(note)))
                    break
        return tuple(found)

    def open(self, note: str) -> Checkpoint:
        """Return a checkpoint of this log that somebody kept, once it is known to be one.

        Raises:
            LogError: it is not a checkpoint that the key in force at its size signed (codes
                of ``open_checkpoint``), or code ``log-behind`` or ``log-forked``: the log is
                not the one that it covers.
        """
        kept = open_in_force(note, self._spans)
        head = ledger.Head(kept.origin, self._size)
        with ledger.at(self._connection):
            anchor.require_prolongs(self._tree, head, kept, ())
        return kept

    def issued(self, size: int) -> Checkpoint:
        """Return the checkpoint of so many records, where one was issued.

        Raises:
            LogError: code ``not-found``.
            RegistryError: the database refused.
        """
        for note in self._notes():
            try:
                if claimed_size(note) == size:
                    return self.open(note)
            except LogError:
                continue  # a damaged note is reported by a check of the log
        raise LogError(
            f"No checkpoint of {size} records was issued.",
            code="not-found",
            remedy="Name the file with the checkpoint, or the size that stands in its second line.",
        )

    def prolongs(self, old: Checkpoint, new: Checkpoint | None = None) -> ConsistencyProof:
        """Return the proof that the log of ``new`` begins with that of ``old``; it was checked.

        Args:
            old: of this log (``open``, ``issued``).
            new: of this log too; by default the newest.

        Raises:
            LogError: code ``wrong-order`` (``new`` is the older one) or ``log-damaged``.
            RegistryError: the database refused.
        """
        later = new if new is not None else self.checkpoint
        if not 0 < old.size <= later.size:
            raise LogError(
                f"A log of {later.size} records cannot begin with one of {old.size}.",
                code="wrong-order",
                remedy="Name the older checkpoint with --from, the newer one with --to.",
            )
        with ledger.at(self._connection):
            hashes = merkle.consistency_proof(self._tree.get, old.size, later.size)
        proof = ConsistencyProof(old.size, hashes, later.note)
        try:
            proof.verify(old, in_force(self._spans, later.size))
        except LogError as error:
            raise ledger.damaged("a node of its tree was altered") from error
        return proof

    def _prove(self, index: int, checkpoint: Checkpoint) -> tuple[bytes, TlogProof]:
        with ledger.at(self._connection):
            rows = ledger.leaves(self._connection, index, index + 1)
            record = rows[0].record if rows else None
            if record is None:
                raise ledger.damaged(f"record {index} is not there")
            hashes = merkle.inclusion_proof(self._tree.get, index, checkpoint.size)
        proof = TlogProof(index, hashes, checkpoint.note)
        try:
            proof.verify(record, in_force(self._spans, checkpoint.size))
        except LogError as error:
            raise ledger.damaged(f"record {index} or a node above it was altered") from error
        return record, proof

    def _newest(self, store: CheckpointStore) -> Checkpoint:
        newest = anchor.newest(self._connection, store, self.verifier)
        if newest is None:
            raise LogError(
                "The audit log has no checkpoint yet, so nothing in it can be proved.",
                code="no-checkpoint",
                remedy="A command that writes issues one when it ends; run it again.",
            )
        return newest

    def _newest_kept(self) -> Checkpoint:
        """Return the checkpoint of a closed log that covers most and fits what was kept."""
        sizes: dict[str, int] = {}
        for note in self._notes():
            try:
                sizes[note] = claimed_size(note)
            except LogError:
                continue  # a damaged note is reported by a check of the log
        for note in sorted(sizes, key=sizes.__getitem__, reverse=True):
            try:
                return self.open(note)
            except LogError:
                continue  # it covers what was cut off or altered before the log was closed
        raise LogError(
            "No checkpoint that was kept fits this closed log, so nothing in it can be proved.",
            code="no-checkpoint",
            remedy="See what is wrong with it: `provenance log verify --closed LOG`.",
        )

    def _led_by(self, spans: Sequence[KeySpan]) -> tuple[KeySpan, ...]:
        """Return the keys that led to the one in force, or that one alone."""
        known = bool(spans) and spans[-1].vkey == self.verifier.vkey
        return tuple(spans) if known else (KeySpan(self.verifier.vkey, 0),)

    def _notes(self) -> tuple[str, ...]:
        with ledger.at(self._connection):
            beside = ledger.checkpoints(self._connection)
        return (*self._outside, *(note for _, note in reversed(beside) if note))

    def _hands_over(self, note: str, span: KeySpan) -> bool:
        """Tell whether this is the checkpoint that the key before ``span`` signed too."""
        try:
            if claimed_size(note) != span.first + 1:
                return False
            open_checkpoint(note, in_force(self._spans, span.first))
            self.open(note)
        except LogError:
            return False
        return True


def _no_record(why: str) -> LogError:
    return LogError(
        f"The registry has no such audit record: {why}.",
        code="no-such-record",
        remedy="See `provenance log show` for the records there are.",
    )


def _malformed(why: str) -> LogError:
    return LogError(
        f"Not a C2SP tlog-proof: {why}.",
        code="proof-malformed",
        remedy="Use the file exactly as it was issued.",
    )
