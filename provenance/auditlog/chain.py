"""Which key signs which checkpoints of a log: the opening key and those that took over.

A log's first record names the key it was opened with. A ``key.rotate`` record names the key
that takes over, and the checkpoint that ends with this very record is signed by both. Without
the old key's word a rotation means nothing: else whoever can write to the database could name
a key of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from provenance.auditlog import ledger
from provenance.auditlog.checkpoint import open_checkpoint, parse_text
from provenance.auditlog.note import Verifier
from provenance.auditlog.record import decode
from provenance.errors import LogError
from provenance.model import Checkpoint

ROTATE: Final = "key.rotate"


@dataclass(frozen=True, slots=True)
class KeySpan:
    """A key and where its time begins.

    Attributes:
        vkey: the verifier key (C2SP signed-note).
        first: it signs the checkpoints of more records than this, up to the next span's
            ``first``. The number of its ``key.rotate`` record; 0 for the opening key.
    """

    vkey: str
    first: int

    @property
    def verifier(self) -> Verifier:
        """The key, to check signatures with."""
        return Verifier.parse(self.vkey)


def key_chain(connection: Connection, also: Iterable[str] = ()) -> tuple[KeySpan, ...]:
    """Return the keys of the log, oldest first; empty where there is no log that names one.

    Only rotations that the old key itself signed are followed. What the database says is not
    trusted beyond that: the last key must be compared with one known from elsewhere.

    Args:
        connection: inside a transaction of the registry.
        also: further notes, kept elsewhere, that may hold the doubly signed checkpoints.

    Raises:
        RegistryError: the database refused.
    """
    with ledger.at(connection):
        opening = _record(connection, 0)
        origin, vkey = opening.get("log"), _detail(opening).get("vkey")
        verifier = _parsed(vkey, origin)
        if verifier is None:
            return ()
        spans = [KeySpan(verifier.vkey, 0)]
        for size, note in _handovers(connection, verifier.name, also):
            after = _successor(_record(connection, size - 1), note, spans[-1])
            if after is not None and size - 1 > spans[-1].first:
                spans.append(KeySpan(after.vkey, size - 1))
        return tuple(spans)


def in_force(spans: Sequence[KeySpan], size: int) -> Verifier:
    """Return who signs a checkpoint of ``size`` records.

    Args:
        spans: not empty, as ``key_chain`` gives them.
        size: records that the checkpoint covers.
    """
    known = [span for span in spans if span.first < size] or spans[:1]
    return known[-1].verifier


def open_in_force(note: str, spans: Sequence[KeySpan]) -> Checkpoint:
    """Return the checkpoint in ``note``, signed by the key in force at its size.

    Raises:
        LogError: as ``open_checkpoint``.
    """
    return open_checkpoint(note, in_force(spans, claimed_size(note)))


def claimed_size(note: str) -> int:
    """Return the size that a checkpoint names, nothing in it checked.

    Raises:
        LogError: code ``checkpoint-malformed``.
    """
    return parse_text(note.rpartition("\n\n")[0] + "\n")[1]


def rotated_to(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the old and the new key that a ``key.rotate`` record names; None for others."""
    if document.get("act") != ROTATE:
        return None
    detail = _detail(document)
    old, new = detail.get("before"), detail.get("vkey")
    return (old, new) if isinstance(old, str) and isinstance(new, str) else None


def _successor(document: Mapping[str, Any], note: str, last: KeySpan) -> Verifier | None:
    """Return the key that takes over from ``last``, where both have signed."""
    named = rotated_to(document)
    after = _parsed(named[1], last.verifier.name) if named else None
    if named is None or after is None or named[0] != last.vkey:
        return None
    try:
        open_checkpoint(note, last.verifier)
        open_checkpoint(note, after)
    except LogError:
        return None
    return after


def _handovers(connection: Connection, origin: str, also: Iterable[str]) -> list[tuple[int, str]]:
    """Return size and note of all checkpoints that bear several signatures of the log."""
    start = f"\n\u2014 {origin} "
    found: dict[tuple[int, str], None] = {}
    for note in (*ledger.notes_with(connection, start), *also):
        if note.count(start) > 1:
            try:
                found[claimed_size(note), note] = None
            except LogError:
                continue  # a damaged note hands nothing over; a check of the log reports it
    return sorted(found)


def _record(connection: Connection, index: int) -> dict[str, Any]:
    rows = ledger.leaves(connection, index, index + 1) if ledger.in_range(index) else []
    return decode(rows[0].record or b"") or {} if rows else {}


def _detail(document: Mapping[str, Any]) -> Mapping[str, Any]:
    detail = document.get("detail")
    return detail if isinstance(detail, dict) else {}


def _parsed(vkey: object, origin: object) -> Verifier | None:
    """Return the verifier that a record names, where it is one of this log."""
    try:
        verifier = Verifier.parse(vkey) if isinstance(vkey, str) else None
    except LogError:
        return None
    return verifier if verifier is not None and verifier.name == origin else None
