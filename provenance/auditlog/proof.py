"""Proofs that one record is in the log, as text that stands by itself.

Source: C2SP tlog-proof (``c2sp.org/tlog-proof@v1``), over RFC 6962 section 2.1.1 and C2SP
tlog-checkpoint.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from provenance.auditlog import anchor, ledger, merkle
from provenance.auditlog.checkpoint import open_checkpoint
from provenance.auditlog.keys import load_key
from provenance.auditlog.ledger import StoredTree
from provenance.auditlog.note import LARGEST_NOTE, Verifier, decode_base64
from provenance.auditlog.outside import CheckpointStore
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


def prove(connection: Connection, state: Path, index: int) -> str:
    """Return the proof, against the newest checkpoint, that record ``index`` is in the log.

    The proof was checked before it is given out.

    Raises:
        LogError: code ``no-such-record``, ``not-covered`` (appended after the newest
            checkpoint), ``no-checkpoint``, ``log-behind``, ``log-forked``,
            ``log-damaged``, or a key or checkpoint that cannot be read.
        RegistryError: the database refused.
    """
    return Prover(connection, state).prove(index)[1].text()


class Prover:
    """Gives proofs against one checkpoint, the newest.

    Args:
        connection: inside a transaction that reads one state.
        state: the state folder.

    Raises:
        LogError: as ``prove``.
    """

    def __init__(self, connection: Connection, state: Path) -> None:
        self._connection = connection
        with ledger.at(connection):
            head = ledger.read_head(connection)
            if head is None or head.size == 0:
                raise _no_record("there is no audit log yet")
            self.verifier = Verifier.of(head.origin, load_key(state))
            self._size = head.size
            store = CheckpointStore(state, head.origin)
            self.checkpoint = self._newest(store)
            self._tree = StoredTree(connection)
            kept = anchor.history(store, self.verifier)
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
        with ledger.at(self._connection):
            rows = ledger.leaves(self._connection, index, index + 1)
            record = rows[0].record if rows else None
            if record is None:
                raise ledger.damaged(f"record {index} is not there")
            hashes = merkle.inclusion_proof(self._tree.get, index, self.checkpoint.size)
        proof = TlogProof(index, hashes, self.checkpoint.note)
        try:
            proof.verify(record, self.verifier)
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
