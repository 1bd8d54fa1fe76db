"""The files of the state folder: whole, durable, and nothing left over where a try was killed.

Whoever writes into one of its folders holds that folder's lock. So what bears the name of a
file in the making there was left by a process that died. It may hold a key or somebody's name,
and is removed by whoever gets the lock next.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from provenance.errors import LogError
from provenance.storage import systems
from provenance.storage.systems.flags import NEW_FILE, STATE_FILE

FOLDERS: Final = ("keys", "checkpoints", "registries", "closed")
"""The folders that the log keeps files in."""

_MADE: Final = re.compile(r"\..*\.[0-9a-f]{16}\.tmp", re.DOTALL)
_LONGEST: Final = 80


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make ``folder``, keep every other process from writing there, remove what one left over.

    Do not nest it for one folder. Put names of ``in_the_making`` alone in it meanwhile, then
    rename them.

    Raises:
        LogError: code ``state-unwritable``.
    """
    make_folder(folder)
    with held(folder.with_name(f"{folder.name}.lock")):
        try:
            for path in _left_over(folder):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error
        yield


@contextlib.contextmanager
def held(lock: Path) -> Iterator[None]:
    """Wait for a lock file, made where it is not there, and hold it.

    Raises:
        LogError: code ``state-unwritable``.
    """
    try:
        descriptor = os.open(lock, STATE_FILE, 0o600)
    except OSError as error:
        raise unwritable(lock, error) from error
    try:
        try:
            systems.lock(descriptor, wait=True)
        except OSError as error:
            raise unwritable(lock, error) from error
        yield
    finally:
        # Nothing was written through it, and the lock goes with it whatever close reports.
        with contextlib.suppress(OSError):
            os.close(descriptor)


def is_there(path: Path) -> bool:
    """Whether a file of the state folder is there.

    Raises:
        LogError: code ``state-unreadable``: it cannot be told.
    """
    try:
        return path.exists()
    except OSError as error:
        raise LogError(
            f"The state folder cannot be read: {path}: {error.strerror}.",
            code="state-unreadable",
            remedy="Give yourself permission to read it, check its disk, or name another folder"
            " in PROVENANCE_STATE.",
        ) from error


def sweep(state: Path) -> None:
    """Remove what processes that were killed left in the state folder.

    Raises:
        LogError: code ``state-unwritable``.
    """
    for name in FOLDERS:
        folder = state / name
        try:
            left = folder.is_dir() and bool(_left_over(folder))
        except OSError as error:
            raise unwritable(folder, error) from error
        if left:
            with alone(folder):
                pass  # holding the lock is what removes it


def put_file(path: Path, data: bytes) -> None:
    """Give a file of the state folder this content in one step; durable on return.

    Raises:
        LogError: code ``state-unwritable``; the old content stands then.
    """
    with alone(path.parent):
        try:
            replace_file(path, data)
        except OSError as error:
            raise unwritable(path, error) from error


def replace_file(path: Path, data: bytes) -> None:
    """Give ``path``, wherever it is, this content in one step; durable on return.

    Raises:
        OSError: as the system reports it; the old content stands then.
    """
    made = in_the_making(path)
    write_lines(made, (data,))
    try:
        made.replace(path)
    except OSError:
        made.unlink()
        raise
    sync_folder(path.parent)


def in_the_making(path: Path) -> Path:
    """Return a name beside ``path`` that no other file has, for what will take its place."""
    return path.with_name(f".{path.name[:_LONGEST]}.{secrets.token_hex(8)}.tmp")


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file that must not exist yet, mode 0600, and make its content durable.

    Raises:
        OSError: as the system reports it; no file is left then, except ``path`` itself
            where it was there before.
    """
    descriptor = os.open(path, NEW_FILE, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            path.unlink()
        raise


def make_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, for the user alone.

    Raises:
        LogError: code ``state-unwritable``.
    """
    try:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir(mode=0o700, exist_ok=True)
            sync_folder(one.parent)
    except OSError as error:
        raise unwritable(folder, error) from error


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable.

    Raises:
        OSError: as the system reports it.
    """
    system = systems.current()
    opened = system.open_folder(str(folder), "")
    try:
        system.sync_folder(opened)
    finally:
        system.close_folder(opened)


def unwritable(path: Path, error: OSError) -> LogError:
    """Return our error for a state folder that cannot be written."""
    return LogError(
        f"The state folder cannot be written: {path}: {error.strerror}.",
        code="state-unwritable",
        remedy="Free space there, give yourself write permission, or name another folder"
        " in PROVENANCE_STATE.",
    )


def _left_over(folder: Path) -> list[Path]:
    with os.scandir(folder) as found:
        return [
            Path(one.path)
            for one in found
            if _MADE.fullmatch(one.name) and not one.is_dir(follow_symlinks=False)
        ]
