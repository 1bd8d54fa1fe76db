"""The checkpoints kept outside the registry, one store per log.

Only they show that a registry was put back from an older backup: such a registry passes
every check of its own. ``checkpoints/<log>`` holds the newest note, ``checkpoints/<log>.log``
all of them with their time, one JSON object a line; ``registries/`` says which logs were
opened in the registry at a place.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from provenance.auditlog.checkpoint import valid_origin
from provenance.auditlog.note import LARGEST_NOTE
from provenance.auditlog.statefiles import held, make_folder, put_file, unwritable
from provenance.errors import LogError
from provenance.model import Checkpoint
from provenance.storage.systems.flags import STATE_FILE


@dataclass(frozen=True, slots=True)
class Issued:
    """A checkpoint as it was kept: the note, not yet checked, and its time (RFC 3339)."""

    note: str
    issued: str


@dataclass(frozen=True, slots=True)
class History:
    """All checkpoints kept, oldest first, and the lines that cannot be read (from 1)."""

    issued: tuple[Issued, ...]
    damaged: tuple[int, ...] = ()


class CheckpointStore:
    """The outside checkpoints of one log.

    Args:
        state: the state folder.
        origin: the log's name.

    Raises:
        LogError: code ``origin-malformed``; no file may be named after such an origin.
    """

    __slots__ = ("_history", "_lock", "_newest", "folder")

    def __init__(self, state: Path, origin: str) -> None:
        if not valid_origin(origin):
            raise LogError(
                f"This is not the name of an audit log: {origin[:200]!r}.",
                code="origin-malformed",
                remedy="The registry was altered; put it back from a backup.",
            )
        name = quote(origin, safe="")
        self.folder = state / "checkpoints"
        self._newest = self.folder / name
        self._history = self.folder / f"{name}.log"
        self._lock = self.folder / f"{name}.lock"

    def newest(self) -> str | None:
        """Return the newest note, not yet checked; None where none was ever issued.

        Raises:
            LogError: code ``checkpoint-unreadable``.
        """
        data = _read(self._newest, LARGEST_NOTE)
        if data is not None:
            return data.decode("utf-8", "replace")
        kept = self.history().issued
        return kept[-1].note if kept else None

    def history(self) -> History:
        """Return every checkpoint that was issued.

        A last line that was cut by a crash, before it counted, is left out.

        Raises:
            LogError: code ``checkpoint-unreadable``.
        """
        data = _read(self._history, None)
        if data is None:
            return History(())
        kept, damaged = [], []
        *lines, tail = data.split(b"\n")
        for number, line in enumerate(lines, 1):
            one = _issued(line)
            if one is not None:
                kept.append(one)
            elif line:
                damaged.append(number)
        if _is_whole(tail):
            damaged.append(len(lines) + 1)
        return History(tuple(kept), tuple(damaged))

    def time_of(self, note: str) -> str | None:
        """Return when a checkpoint was issued (RFC 3339); None where it was not kept.

        Raises:
            LogError: code ``checkpoint-unreadable``.
        """
        for one in reversed(self.history().issued):
            if one.note == note:
                return one.issued
        return None

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the store against every other process that would issue a checkpoint.

        Raises:
            LogError: code ``state-unwritable``.
        """
        make_folder(self.folder)
        with held(self._lock):
            yield

    def replace(self, expected: str | None, checkpoint: Checkpoint, issued: str) -> None:
        """Put ``checkpoint`` in the place of ``expected``; durable on return.

        Call it inside ``exclusive``. A reader sees the old note or the new one, whole.

        Raises:
            LogError: code ``checkpoint-conflict`` (another note stands there, nothing was
                written) or ``state-unwritable``.
        """
        if self.newest() != expected:
            raise LogError(
                f"Another checkpoint was put in place meanwhile: {self._newest}.",
                code="checkpoint-conflict",
                remedy="Run the command again.",
            )
        try:
            self._append(checkpoint.note, issued)
        except OSError as error:
            raise unwritable(self._history, error) from error
        put_file(self._newest, checkpoint.note.encode())

    def _append(self, note: str, issued: str) -> None:
        line = json.dumps({"issued": issued, "note": note}).encode() + b"\n"
        flags = STATE_FILE | os.O_APPEND
        with os.fdopen(os.open(self._history, flags, 0o600), "r+b") as file:
            end = file.seek(0, os.SEEK_END)
            start = file.seek(max(0, end - LARGEST_NOTE * 8))
            tail = file.read().rpartition(b"\n")[2]
            if _is_whole(tail):
                line = b"\n" + line
            elif end - start > len(tail) or not start:  # cut by a crash before it counted
                file.truncate(end - len(tail))
            file.seek(0, os.SEEK_END)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


def remember(state: Path, place: str, origin: str) -> None:
    """Note down that the log ``origin`` was opened in the registry at ``place``.

    Raises:
        LogError: code ``state-unwritable`` or ``checkpoint-unreadable``.
    """
    known = remembered(state, place)
    if not place or origin in known:
        return
    content = "".join(f"{one}\n" for one in (*known, origin))
    put_file(_place_path(state, place), content.encode())


def remembered(state: Path, place: str) -> tuple[str, ...]:
    """Return the logs that were opened in the registry at ``place``, oldest first.

    Raises:
        LogError: code ``checkpoint-unreadable``.
    """
    data = _read(_place_path(state, place), None) if place else None
    lines = (data or b"").decode("utf-8", "replace").splitlines()
    return tuple(line for line in lines if valid_origin(line))


def known_logs(state: Path) -> frozenset[str]:
    """Return every log that this state folder knows of.

    Raises:
        LogError: code ``checkpoint-unreadable``.
    """
    folder = state / "checkpoints"
    try:
        kept = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        places = state / "registries"
        files = list(places.iterdir()) if places.is_dir() else []
    except OSError as error:
        raise _unreadable(folder, error) from error
    named = {unquote(name.removesuffix(".log").removesuffix(".lock")) for name in kept}
    for path in files:
        named.update((_read(path, None) or b"").decode("utf-8", "replace").splitlines())
    return frozenset(one for one in named if valid_origin(one))


def _place_path(state: Path, place: str) -> Path:
    digest = hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()
    return state / "registries" / digest[:32]


def _read(path: Path, most: int | None) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read() if most is None else file.read(most)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> LogError:
    return LogError(
        f"The log's outside checkpoint cannot be read: {path}: {error.strerror}.",
        code="checkpoint-unreadable",
        remedy="Make the state folder readable for you, or put it back from its backup.",
    )


def _is_whole(tail: bytes) -> bool:
    """Tell whether a last line without newline is all there: then the newline was taken away."""
    try:
        json.JSONDecoder().raw_decode(tail.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


def _issued(line: bytes) -> Issued | None:
    try:
        kept = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(kept, dict):
        return None
    note, issued = kept.get("note"), kept.get("issued")
    if not isinstance(note, str) or not isinstance(issued, str):
        return None
    return Issued(note, issued)
