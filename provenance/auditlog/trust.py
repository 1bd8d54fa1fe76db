"""Whose signature under a checkpoint a check of the log accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from provenance.auditlog import anchor, ledger
from provenance.auditlog.chain import KeySpan, key_chain, open_in_force
from provenance.auditlog.checkpoint import open_checkpoint
from provenance.auditlog.keys import load_key, load_next_key
from provenance.auditlog.note import Verifier
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.problems import Problems
from provenance.errors import LogError
from provenance.model import Checkpoint


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys of a log, held against the one in the state folder.

    Attributes:
        spans: which key signs which checkpoints.
        here: the key in the state folder.
        ready: the key there that is about to take over, or empty.
        foreign: the key in the state folder is none that signs this log.
        known: the key in the state folder is one of the log's. Of a closed log it may be gone.
    """

    spans: tuple[KeySpan, ...]
    here: Verifier
    ready: str = ""
    foreign: bool = False
    known: bool = True

    def opened(self, note: str) -> Checkpoint:
        """Return the checkpoint in ``note``, signed by the key in force at its size.

        Where the log does not lead to the key in the state folder, which is a problem of its
        own, any of the keys will do: the roots must agree all the same.

        Raises:
            LogError: as ``open_checkpoint``.
        """
        if not self.foreign:
            return open_in_force(note, self.spans)
        for span in self.spans:
            try:
                return open_checkpoint(note, span.verifier)
            except LogError:
                continue  # another key of the log may have signed it
        return open_checkpoint(note, self.here)

    def check_rotations(self, rotations: Mapping[int, str], problems: Problems) -> None:
        """Report each record that names a new key to which the old one never agreed.

        Args:
            rotations: record numbers, each with the new key that it names.
            problems: where flaws are reported.
        """
        agreed = {span.first: span.vkey for span in self.spans[1:]}
        for index, vkey in rotations.items():
            if agreed.get(index) != vkey and vkey != self.ready:
                text = f"record {index} names a new key, but the old key never agreed to it"
                problems.add(index, "rotation-unsigned", text)


def trusted(
    connection: Connection, state: Path, origin: str, opening: Mapping[str, Any] | None
) -> Trust:
    """Return the keys of the log, held against the one in the state folder.

    Args:
        connection: inside a transaction of the registry.
        state: the state folder.
        origin: the log's name.
        opening: its first record, where that is sound.

    Raises:
        LogError: the state folder holds no key that can be used.
        RegistryError: the database refused.
    """
    here = Verifier.of(origin, load_key(state, origin))
    spans = key_chain(connection, kept_notes(state, origin))
    ready = _ready(state, origin)
    own = (KeySpan(here.vkey, 0),)
    if opening is None or not spans:
        named = anchor.vkey_of(opening) if opening is not None else None
        return Trust(own, here, ready, foreign=opening is not None and named != here.vkey)
    last = spans[-1].vkey
    agreed = here.vkey == last or (bool(ready) and ready == last)
    return Trust(spans, here, ready, foreign=not agreed)


def trusted_of_closed(connection: Connection, state: Path, origin: str) -> Trust:
    """Return the keys of a closed log: by its own records, held against the state folder.

    Raises:
        LogError: code ``log-damaged``: its first record names no key.
        RegistryError: the database refused.
    """
    spans = key_chain(connection, kept_notes(state, origin))
    if not spans or spans[0].verifier.name != origin:
        raise ledger.damaged("its first record names no key that signed it")
    try:
        known = Verifier.of(origin, load_key(state, origin)) == spans[-1].verifier
    except LogError:
        known = False  # lost: often the very reason why the log was closed
    return Trust(spans, spans[-1].verifier, known=known)


def kept_notes(state: Path, origin: str) -> Sequence[str]:
    """Return the checkpoints kept outside; none where they cannot be read."""
    try:
        return [one.note for one in CheckpointStore(state, origin).history().issued]
    except LogError:
        return []  # whoever collects the claims reads them again, and reports it


def _ready(state: Path, origin: str) -> str:
    key = load_next_key(state, origin)
    return Verifier.of(origin, key).vkey if key is not None else ""
