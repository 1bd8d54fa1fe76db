"""A closed log as a file: every record as it was, so that it can still be checked.

``closed/<log>.jsonl`` is JSON, one object a line: the log's name and size; each record with its
number (its text, or base64 of its octets where they are not UTF-8); each checkpoint that was kept
beside it. ``closed/<log>.words.jsonl`` has the words behind its commitments, apart, so that
they can be erased while the other file stays as its digest says.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from provenance.auditlog import ledger
from provenance.auditlog.closing.predecessors import closed_folder, closed_paths, file_digest
from provenance.auditlog.ledger import Head, KeptBeside, PayloadRow
from provenance.auditlog.merkle import Frontier, leaf_hash
from provenance.auditlog.statefiles import (
    alone,
    in_the_making,
    is_there,
    sync_folder,
    unwritable,
    write_lines,
)
from provenance.errors import LogError

_SUFFIX: Final = ".words.jsonl"
_LONGEST_LINE: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Closed:
    """What was kept of a log.

    Attributes:
        path: the file.
        digest: its SHA-256, hex.
        size: how many records follow one another from number 0 on.
        root_hash: the root that these records make.
        others: how many further records it holds, behind a gap.
    """

    path: Path
    digest: str
    size: int
    root_hash: bytes
    others: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line: the log's name, and how many records it had by its head row."""

    origin: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record's number and its exact octets."""

    index: int
    octets: bytes


def keep(connection: Connection, state: Path, head: Head) -> Closed:
    """Write all records of the log to a file of its own and read them back.

    A file that is there already is never replaced: what was kept of another backup of the
    same log stays. Durable on return. Memory stays bounded, whatever the log's length.

    Args:
        connection: inside a transaction that writes, so that nobody appends meanwhile.
        state: the state folder.
        head: the log's name and size by its head row, as far as that can be read.

    Raises:
        LogError: code ``state-unwritable`` or ``closed-unreadable``; or ``log-damaged``:
            what was read back is not what was written.
        RegistryError: the database refused.
    """
    folder = closed_folder(state)
    made, words = (in_the_making(folder / one) for one in ("log", "words"))
    with alone(folder):
        try:
            try:
                write_lines(made, _record_lines(connection, head))
                write_lines(words, _word_lines(connection))
                path = _placed(made, state, head.origin)
                words.replace(words_path(path))
                sync_folder(folder)
            finally:
                made.unlink(missing_ok=True)
                words.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error
    return read(path)


def words_path(path: Path) -> Path:
    """Return where the words of the closed log in ``path`` are."""
    return path.with_name(path.name.removesuffix(".jsonl") + _SUFFIX)


def word_files(state: Path) -> tuple[Path, ...]:
    """Return the files with the words of closed logs."""
    return tuple(sorted(closed_folder(state).glob(f"[!.]*{_SUFFIX}")))


def read(path: Path) -> Closed:
    """Return what the file of a closed log holds, hashed anew.

    Raises:
        LogError: code ``closed-unreadable``, or ``closed-damaged`` with the line.
    """
    frontier, others = Frontier(), 0
    for entry in entries(path):
        if isinstance(entry, Record):
            if entry.index == frontier.size:
                frontier.append(leaf_hash(entry.octets))
            else:
                others += 1
    return Closed(path, file_digest(path), frontier.size, frontier.root(), others)


def entries(path: Path) -> Iterator[Heading | Record | KeptBeside]:
    """Give what the lines of the file of a closed log say: heading, records, checkpoints.

    The records come in rising order. Nothing is checked but the shape of the lines.

    Raises:
        LogError: as ``read``.
    """
    last = -ledger.LARGEST
    for number, found in _lines(path):
        try:
            if number == 1:
                yield Heading(_words(found["log"]), _index(found.get("size", 0)))
            elif "index" in found:
                record = Record(_index(found["index"]), _octets(found["record"]))
                if record.index < last:
                    raise _damaged(path, number)
                last = record.index + 1
                yield record
            else:
                note, issued = (_words(found[one]) for one in ("checkpoint", "issued"))
                yield KeptBeside(_index(found["size"]), note, issued)
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(path, number) from error


def words(path: Path) -> Iterator[PayloadRow]:
    """Give the words that are kept for the closed log in ``path``; nothing where none are.

    Raises:
        LogError: as ``read``.
    """
    beside = words_path(path)
    if not is_there(beside):
        return
    for number, found in _lines(beside):
        try:
            name, value = (_words(found[one]) for one in ("name", "value"))
            salt = base64.b64decode(found["salt"])
            row = PayloadRow(_index(found["index"]), name, salt, value)
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(beside, number) from error
        yield row


def find(state: Path, named: str) -> Path:
    """Return the file of the closed log that a person named, by its file or by its name.

    Raises:
        LogError: code ``closed-unknown``: there is none, or several of that name.
    """
    if Path(named).is_file():
        return Path(named)
    kept = list(takewhile(is_there, closed_paths(state, named)))
    if len(kept) == 1:
        return kept[0]
    if kept:
        raise LogError(
            f"{len(kept)} closed logs are named {named}.",
            code="closed-unknown",
            remedy=f"Name the file: {', '.join(map(str, kept))}.",
        )
    every = sorted(closed_folder(state).glob("[!.]*.jsonl"))
    there = ", ".join(str(one) for one in every if not one.name.endswith(_SUFFIX))
    raise LogError(
        f"There is no closed log of the name {named[:200]!r}, and no such file.",
        code="closed-unknown",
        remedy=f"Name one of these: {there}." if there else f"None is in {closed_folder(state)}.",
    )


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each line of a file, with its number from 1."""
    try:
        with path.open("rb") as file:
            for number in count(1):
                line = file.readline(_LONGEST_LINE)
                if not line:
                    return
                yield number, _parsed(line, path, number)
    except OSError as error:
        raise LogError(
            f"The closed log cannot be read: {path}: {error.strerror}.",
            code="closed-unreadable",
            remedy="Make the state folder readable for you, or put it back from its backup.",
        ) from error


def _record_lines(connection: Connection, head: Head) -> Iterator[bytes]:
    yield _line({"v": 1, "log": head.origin, "size": head.size})
    start: int | None = ledger.span_start(connection)
    while start is not None:
        some = ledger.leaves_from(connection, start, ledger.CHUNK)
        for leaf in some:
            yield _line({"index": leaf.index, "record": _text(leaf.record or b"")})
        start = some[-1].index + 1 if some else None
    for one in ledger.checkpoint_rows(connection):
        said = one.size if isinstance(one.size, int) else 0
        yield _line({"checkpoint": one.note, "size": said, "issued": one.issued})


def _word_lines(connection: Connection) -> Iterator[bytes]:
    start: int | None = ledger.span_start(connection)
    while start is not None:
        some = ledger.leaves_from(connection, start, ledger.CHUNK)
        if some:
            for row in ledger.payloads(connection, some[0].index, some[-1].index + 1):
                salt = base64.b64encode(row.salt or b"").decode()
                yield _line(
                    {"index": row.index, "name": row.name, "salt": salt, "value": row.value}
                )
        start = some[-1].index + 1 if some else None


def _placed(made: Path, state: Path, origin: str) -> Path:
    """Give the finished file the first name that is free, or that has the same content."""
    digest = file_digest(made)
    for path in closed_paths(state, origin):
        try:
            path.hardlink_to(made)
        except FileExistsError:
            if file_digest(path) != digest:
                continue
        return path
    raise LogError(
        f"There are too many closed logs of the name {origin} in {closed_folder(state)}.",
        code="state-unwritable",
        remedy="Move those that nobody needs any more to another place.",
    )


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode() + b"\n"


def _text(record: bytes) -> str | dict[str, str]:
    try:
        return record.decode()
    except UnicodeDecodeError:
        return {"b64": base64.b64encode(record).decode()}


def _octets(written: Any) -> bytes:
    if isinstance(written, str):
        return written.encode()
    return base64.b64decode(_words(written["b64"]) or "")


def _parsed(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, number) from error
    if not isinstance(found, dict) or not line.endswith(b"\n"):
        raise _damaged(path, number)
    return found


def _words(value: Any) -> str | None:
    """Return a text as it stands in a line: None is what could not be read when it was kept."""
    if value is not None and not isinstance(value, str):
        raise TypeError(value)
    return value


def _index(value: Any) -> int:
    if not isinstance(value, int) or abs(value) > ledger.LARGEST:
        raise ValueError(value)
    return value


def _damaged(path: Path, number: int) -> LogError:
    return LogError(
        f"Line {number} of the closed log is damaged: {path}.",
        code="closed-damaged",
        remedy="Put the file back from the backup of the state folder.",
    )
