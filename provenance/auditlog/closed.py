"""A closed log as a file: every record as it was, so that it can still be checked.

``closed/<log>.jsonl`` is JSON, one object a line: the log's name; each record with its number
(its text, or base64 of its octets where they are not UTF-8); each checkpoint that was kept
beside it. ``closed/<log>.words.jsonl`` has the words behind its commitments, apart, so that
they can be erased while the other file stays as its digest says.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from provenance.auditlog import ledger
from provenance.auditlog.keys import make_folder, sync_folder, unwritable, write_lines
from provenance.auditlog.merkle import Frontier, leaf_hash
from provenance.auditlog.predecessors import closed_folder, closed_paths, file_digest
from provenance.errors import LogError

_WORDS = ".words.jsonl"


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


def keep(connection: Connection, state: Path, origin: str) -> Closed:
    """Write all records of the log to a file of its own and read them back.

    A file that is there already is never replaced: what was kept of another backup of the
    same log stays. Durable on return. Memory stays bounded, whatever the log's length.

    Args:
        connection: inside a transaction that writes, so that nobody appends meanwhile.
        state: the state folder.
        origin: the log's name.

    Raises:
        LogError: code ``state-unwritable`` or ``closed-unreadable``; or ``log-damaged``:
            what was read back is not what was written.
        RegistryError: the database refused.
    """
    folder = closed_folder(state)
    make_folder(folder)
    made = folder / f".{secrets.token_hex(8)}.tmp"
    words = made.with_suffix(_WORDS)
    try:
        try:
            write_lines(made, _record_lines(connection, origin))
            write_lines(words, _word_lines(connection))
            path = _placed(made, state, origin)
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
    return path.with_name(path.name.removesuffix(".jsonl") + _WORDS)


def word_files(state: Path) -> tuple[Path, ...]:
    """Return the files with the words of closed logs."""
    return tuple(sorted(closed_folder(state).glob(f"[!.]*{_WORDS}")))


def read(path: Path) -> Closed:
    """Return what the file of a closed log holds, hashed anew.

    Raises:
        LogError: code ``closed-unreadable``, or ``closed-damaged`` with the line.
    """
    frontier, others = Frontier(), 0
    for index, record in records(path):
        if index == frontier.size:
            frontier.append(leaf_hash(record))
        else:
            others += 1
    return Closed(path, file_digest(path), frontier.size, frontier.root(), others)


def records(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give number and octets of each record that the file of a closed log holds.

    Raises:
        LogError: as ``read``.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                found = _parsed(line)
                if found is None:
                    raise LogError(
                        f"Line {number} of the closed log is damaged: {path}.",
                        code="closed-damaged",
                        remedy="Put the file back from the backup of the state folder.",
                    )
                if "index" in found:
                    yield found["index"], _octets(found["record"])
    except OSError as error:
        raise LogError(
            f"The closed log cannot be read: {path}: {error.strerror}.",
            code="closed-unreadable",
            remedy="Make the state folder readable for you, or put it back from its backup.",
        ) from error


def _record_lines(connection: Connection, origin: str) -> Iterator[bytes]:
    yield _line({"v": 1, "log": origin})
    start: int | None = ledger.span_start(connection)
    while start is not None:
        some = ledger.leaves_from(connection, start, ledger.CHUNK)
        for leaf in some:
            yield _line({"index": leaf.index, "record": _text(leaf.record or b"")})
        start = some[-1].index + 1 if some else None
    for one in ledger.checkpoint_rows(connection):
        size = one.size if isinstance(one.size, int) else None
        yield _line({"checkpoint": one.note, "size": size, "issued": one.issued})


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


def _octets(written: str | dict[str, str]) -> bytes:
    return written.encode() if isinstance(written, str) else base64.b64decode(written["b64"])


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
        if not isinstance(found, dict):
            return None
        if "index" in found:
            _octets(found["record"])
            return found if isinstance(found["index"], int) else None
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None
    return found
