"""The log that a log names as the one before it, and what was kept of that.

A log that was closed, lost its key or was cut short is kept as a file,
``closed/<log>.jsonl``, and named by the first record of the next one: name, size, root of
its newest outside checkpoint, and the digest of that file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from provenance.auditlog.checkpoint import valid_origin
from provenance.auditlog.problems import Problems
from provenance.auditlog.statefiles import is_there
from provenance.errors import LogError

_MOST_NAMESAKES: Final = 10_000


def closed_folder(state: Path) -> Path:
    """Return where closed logs are kept."""
    return state / "closed"


def closed_paths(state: Path, origin: str) -> Iterator[Path]:
    """Give the places for a closed log of that name; several backups may have been closed."""
    name = quote(origin, safe="") or "unnamed"
    for number in range(1, _MOST_NAMESAKES):
        yield closed_folder(state) / (f"{name}.jsonl" if number == 1 else f"{name}.{number}.jsonl")


def find_closed(state: Path, origin: str, digest: str) -> Path | None:
    """Return the file of a closed log with this SHA-256 (hex); None where it is not there.

    Raises:
        LogError: code ``closed-unreadable``.
    """
    for path in closed_paths(state, origin):
        if not is_there(path):
            return None
        if file_digest(path) == digest:
            return path
    return None


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, hex.

    Raises:
        LogError: code ``closed-unreadable``.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise LogError(
            f"The closed log cannot be read: {path}: {error.strerror}.",
            code="closed-unreadable",
            remedy="Make the state folder readable for you, or put it back from its backup.",
        ) from error


def check(state: Path, opening: Mapping[str, Any], problems: Problems) -> tuple[str, ...]:
    """Say which log this one follows, and whether that one's records are still as they were.

    Args:
        state: the state folder.
        opening: the first record of the log.
        problems: where flaws are reported.
    """
    detail = opening.get("detail")
    named = detail if isinstance(detail, dict) else {}
    before, size, root = (named.get(name) for name in ("afterLog", "afterSize", "afterRoot"))
    said = []
    if isinstance(before, str) and isinstance(size, int) and isinstance(root, str):
        said.append(f"It follows the log {before} of {size} records with the root {root}.")
    digest, origin = named.get("closed"), named.get("closedLog")
    if isinstance(digest, str) and isinstance(origin, str) and valid_origin(origin):
        said += _kept(state, origin, digest, problems)
    return tuple(said)


def _kept(state: Path, origin: str, digest: str, problems: Problems) -> tuple[str, ...]:
    try:
        path = find_closed(state, origin, digest)
    except LogError as error:
        problems.add(0, error.code, error.message)
        return ()
    if path is not None:
        return (f"The records of the log {origin} are kept unaltered in {path}.",)
    if is_there(next(closed_paths(state, origin))):
        text = f"the records of the log {origin}, kept in {closed_folder(state)}, were altered"
        problems.add(0, "closed-altered", text)
        return ()
    return (f"The records of the log {origin} are not in {closed_folder(state)}.",)
