"""Go on where a log cannot be gone on with: keep it, and begin a new one that names it.

A registry holds one log. When its key is lost, when the registry turns out to be older than
the checkpoint outside it, when somebody wrote to it, then no record may follow: that would
fork the log under one signature. So the old log is taken out as it is into a file (see
``closed``) and a new log begins, with a key of its own. Its first record says who asked for
that and why, what was wrong, which checkpoint of the old log was the newest, and the digest
of the file. Nothing is hidden by that: the outside checkpoints of the old log stay, and
whoever has kept one still holds the old log to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from provenance.auditlog import ledger, outside
from provenance.auditlog.chain import key_chain
from provenance.auditlog.checkpoint import open_checkpoint, valid_origin
from provenance.auditlog.closing import closed
from provenance.auditlog.erasing.removal import clear
from provenance.auditlog.keys import load_key
from provenance.auditlog.ledger import Head
from provenance.auditlog.log import PROGRAM, AuditLog
from provenance.auditlog.note import Verifier
from provenance.auditlog.outside import CheckpointStore
from provenance.errors import LogError
from provenance.model import Agent, Checkpoint, Event
from provenance.registry import Registry

# What is wrong outside the log is to be mended there; no new log would help.
_ELSEWHERE: Final = frozenset(
    {
        "checkpoint-conflict",
        "checkpoint-unreadable",
        "key-exposed",
        "key-unreadable",
        "record-malformed",
        "record-too-large",
        "state-unreadable",
        "state-unwritable",
        "time-unclear",
    }
)


@dataclass(frozen=True, slots=True)
class Renewed:
    """A log that was begun anew.

    Attributes:
        former: the old log's name; empty where none was left.
        problem: why nothing could be added to it (``log-behind``, ``key-missing`` ...); empty
            where it was closed in good order.
        kept: what was kept of it; None where none was left.
        checkpoint: the first one of the new log.
    """

    former: str
    problem: str
    kept: closed.Closed | None
    checkpoint: Checkpoint


def renew(
    log: AuditLog,
    registry: Registry,
    agent: Agent,
    reason: str,
    now: datetime | str | None = None,
) -> Renewed:
    """Close the registry's log, keep it as a file, and begin a new one.

    A log that is sound gets a ``log.close`` record and a last checkpoint first. The old rows
    leave the registry in the same transaction in which the new log begins: interrupted
    before that, the registry is as it was, and the call may be made again.

    Raises:
        LogError: code ``no-log`` (there is none, and none is missing), ``log-renewed``
            (somebody did so meanwhile), or the state folder cannot be read or written.
        RegistryError: the database refused.
    """
    instant = now if now is not None else datetime.now(UTC)
    former, problem = _close(log, registry, agent, reason, instant)
    with registry.write() as transaction, ledger.at(transaction.connection):
        connection = transaction.connection
        if _name(connection) != former:
            raise LogError(
                "The registry's audit log was begun anew meanwhile.",
                code="log-renewed",
                remedy="Look at it with `provenance log show --start 0`.",
            )
        before = _last_signed(connection, log.state, former)
        found = Head(former, _head(connection).size)
        kept = closed.keep(connection, log.state, found) if _rows(connection) else None
        clear(connection)
        log.begin(connection, (agent,), _told(reason, problem, before, former, kept), instant)
    made = log.checkpoint(registry, instant)
    if made is None:
        raise ledger.damaged("the new log's first record is not where it was written")
    return Renewed(former, problem, kept, made)


def _close(
    log: AuditLog, registry: Registry, agent: Agent, reason: str, now: datetime | str
) -> tuple[str, str]:
    """End the old log in good order where that can be; return its name and what was wrong."""
    with registry.read() as transaction, ledger.at(transaction.connection):
        connection = transaction.connection
        former = _name(connection)
        place = ledger.place(connection)
        lost = bool(outside.remembered(log.state, place)) or ledger.has_settled_fixes(connection)
        rows = _rows(connection)
    if not rows:
        if lost:
            return former, "log-missing"
        raise LogError(
            f"The registry at {registry.place} has no audit log yet.",
            code="no-log",
            remedy="The first command that writes begins one.",
        )
    event = Event("log.close", agents=(agent, PROGRAM), detail=(("reason", reason),))
    try:
        with registry.write() as transaction:
            log.append(transaction.connection, (event,), now)
        log.checkpoint(registry, now)
    except LogError as error:
        if error.code in _ELSEWHERE:
            raise
        return former, "" if error.code == "log-closed" else error.code
    return former, ""


def _told(
    reason: str,
    problem: str,
    before: Checkpoint | None,
    former: str,
    kept: closed.Closed | None,
) -> tuple[tuple[str, str | int], ...]:
    told: list[tuple[str, str | int]] = [("reason", reason)]
    if problem:
        told.append(("problem", problem))
    if before is not None:
        told += [
            ("afterLog", before.origin),
            ("afterSize", before.size),
            ("afterRoot", before.root_hash.hex()),
        ]
    if kept is not None:
        told += [
            ("closedLog", former),
            ("closedSize", kept.size),
            ("closedRoot", kept.root_hash.hex()),
            ("closed", kept.digest),
        ]
    return tuple(told)


def _rows(connection: Connection) -> int:
    return ledger.span(connection)[0]


def _name(connection: Connection) -> str:
    """Return the log's name by its head row; empty where that cannot be read."""
    origin = _head(connection).origin
    return origin if valid_origin(origin) else ""


def _head(connection: Connection) -> Head:
    try:
        return ledger.read_head(connection) or Head("", 0)
    except LogError:
        return Head("", 0)  # damaged: a reason to begin anew, not to stop


def _last_signed(connection: Connection, state: Path, former: str) -> Checkpoint | None:
    """Return the newest outside checkpoint of the log that stood here."""
    known = reversed(outside.remembered(state, ledger.place(connection)))
    for origin in dict.fromkeys((former, *known)):
        note = CheckpointStore(state, origin).newest() if origin else None
        for verifier in _verifiers(connection, state, origin) if note else ():
            try:
                return open_checkpoint(note or "", verifier)
            except LogError:
                continue  # another of the log's keys may have signed it
    return None


def _verifiers(connection: Connection, state: Path, origin: str) -> Iterator[Verifier]:
    """Give the keys that may have signed for this log: that of the state folder, its own."""
    try:
        yield Verifier.of(origin, load_key(state, origin))
    except LogError as error:
        if error.code in _ELSEWHERE:
            raise
    kept = [one.note for one in CheckpointStore(state, origin).history().issued]
    for span in reversed(key_chain(connection, kept)):
        if span.verifier.name == origin:
            yield span.verifier
