"""Erase words from the log while every proof holds.

A record holds only a salted commitment to a value; the value and its salt lie beside it. When
they are gone nobody can tell from the commitment what the value was, and the record, its hash
and its proofs stay as they are. Each erasure is itself recorded: how many values of which
records, who asked for it and why; never the words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from provenance.auditlog import ledger
from provenance.auditlog.closing.closed import word_files
from provenance.auditlog.erasing.remains import Remainder, remains
from provenance.auditlog.erasing.removal import erase_values, purge
from provenance.auditlog.log import PROGRAM, AuditLog
from provenance.auditlog.statefiles import alone, replace_file, sweep, unwritable
from provenance.errors import LogError, RegistryError
from provenance.model import Agent, Event
from provenance.registry import Registry
from provenance.wording import normalise

_FEWEST_LETTERS: Final = 2
_RECORDS_AN_EVENT: Final = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be erased: all values of some records, and all that hold some words.

    Attributes:
        records: numbers of records of the present log.
        names: words; a value goes as a whole when it holds one of them. Case, quotes, dashes
            and doubled spaces do not matter.
    """

    records: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, or would be.

    Attributes:
        values: how many values of the present log.
        records: the numbers of the records that committed to them.
        closed: how many values of logs that were closed before.
        remains: where the words still stand; told also where nothing was erased yet.
        purged: whether the database forgot the octets too; False where it refused.
    """

    values: int
    records: tuple[int, ...]
    closed: int
    remains: tuple[Remainder, ...]
    purged: bool = True


def preview(registry: Registry, state: Path, wanted: Wanted) -> Erased:
    """Return what ``erase`` would erase; change nothing.

    Raises:
        LogError: code ``words-too-short``, or a closed log cannot be read.
        RegistryError: the database refused.
    """
    match = _Match(wanted.names)
    with registry.read() as transaction, ledger.at(transaction.connection):
        found = _found(transaction.connection, wanted, match)
        left = remains(transaction.connection, _words(found, wanted))
    return _erased(found, sum(_matching(path, match) for path in word_files(state)), left)


def erase(
    log: AuditLog,
    registry: Registry,
    wanted: Wanted,
    agent: Agent,
    reason: str,
    now: datetime | str | None = None,
) -> Erased:
    """Erase the words, record that they were, and make the database forget their octets.

    Raises:
        LogError: as ``AuditLog.append``; code ``nothing-to-erase``, ``words-too-short``, or
            ``reason-tells`` (the reason, which is kept for ever, holds the words).
        RegistryError: the database refused; nothing was erased.
    """
    match = _Match(wanted.names)
    if match.holds(reason):
        raise LogError(
            "The reason holds the words that are to be erased, and it is kept for ever.",
            code="reason-tells",
            remedy="Give a reason that does not name anybody, such as the number of the request.",
        )
    instant = now if now is not None else datetime.now(UTC)
    sweep(log.state)
    closed = [path for path in word_files(log.state) if _matching(path, match)]
    with registry.write() as transaction, ledger.at(transaction.connection):
        connection = transaction.connection
        found = _found(connection, wanted, match)
        beside = sum(_matching(path, match) for path in closed)
        if not found and not beside:
            raise LogError(
                "The log keeps no such words.",
                code="nothing-to-erase",
                remedy="See `provenance log show` for the records that have words.",
            )
        erase_values(connection, [(one.index, one.name) for one in found])
        log.append(connection, list(_events(found, beside, agent, reason)), instant)
    for path in closed:
        _rewrite(path, match)
    purged = True
    try:
        purge(connection)
    except RegistryError:
        purged = False  # the rows are gone; the caller is told that their octets may remain
    log.checkpoint(registry, instant)
    with registry.read() as transaction:
        left = remains(transaction.connection, _words(found, wanted))
    return replace(_erased(found, beside, left), purged=purged)


@dataclass(frozen=True, slots=True)
class _Found:
    index: int
    name: str
    value: str


class _Match:
    """Tells whether a text holds one of some words.

    Raises:
        LogError: code ``words-too-short``.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._sought = tuple(normalise(one) for one in names)
        if any(sum(map(str.isalnum, one)) < _FEWEST_LETTERS for one in self._sought):
            raise LogError(
                "The words to erase are too short to find a name by.",
                code="words-too-short",
                remedy="Give the name as it stands in the records, in full.",
            )

    def holds(self, text: str) -> bool:
        if not self._sought:
            return False
        made_equal = normalise(text)
        return any(one in made_equal for one in self._sought)


def _found(connection: Connection, wanted: Wanted, match: _Match) -> list[_Found]:
    records = frozenset(wanted.records)
    found = []
    for row in ledger.all_payloads(connection):
        name, value = row.name, row.value
        if name is None:
            continue
        if row.index in records or (value is not None and match.holds(value)):
            found.append(_Found(row.index, name, value or ""))
    return found


def _events(found: Sequence[_Found], beside: int, agent: Agent, reason: str) -> Iterator[Event]:
    """One record for so many records as one can name."""
    records = sorted({one.index for one in found})
    counted = dict.fromkeys(records, 0)
    for one in found:
        counted[one.index] += 1
    for start in range(0, max(len(records), 1), _RECORDS_AN_EVENT):
        some = records[start : start + _RECORDS_AN_EVENT]
        detail: list[tuple[str, str | int]] = [("reason", reason)]
        detail.append(("values", sum(counted[one] for one in some)))
        detail += [("record", one) for one in some]
        if beside and not start:
            detail.append(("closedValues", beside))
        yield Event("payload.erase", agents=(agent, PROGRAM), detail=tuple(detail))


def _words(found: Sequence[_Found], wanted: Wanted) -> list[str]:
    """The words to look for elsewhere: those named, or else the values themselves."""
    return list(wanted.names) or [one.value for one in found]


def _erased(found: Sequence[_Found], closed: int, left: tuple[Remainder, ...]) -> Erased:
    return Erased(len(found), tuple(sorted({one.index for one in found})), closed, left)


def _matching(path: Path, match: _Match) -> int:
    return sum(match.holds(_value(line)) for line in _lines(path))


def _rewrite(path: Path, match: _Match) -> None:
    with alone(path.parent):
        kept = b"".join(one for one in _lines(path) if not match.holds(_value(one)))
        try:
            replace_file(path, kept)
        except OSError as error:
            raise unwritable(path, error) from error


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise LogError(
            f"The words of a closed log cannot be read: {path}: {error.strerror}.",
            code="closed-unreadable",
            remedy="Make the state folder readable for you, or put it back from its backup.",
        ) from error


def _value(line: bytes) -> str:
    """The value in a line; all of a line that is damaged, so that no word hides in it."""
    try:
        held: Any = json.loads(line)
        value = held["value"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return line.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
