"""Folders for what workers write, and the removal of those whose owner is dead.

A nest is one folder in the temporary folder, with a folder in it for each worker. Its owner holds a
lock on the nest itself as long as it lives, however it ends: the kernel drops the lock with the
process. So a nest whose lock can be taken belongs to nobody any more; a number of a process would
not tell, for another may have it by now. Source: flock(2). ``systemd-tmpfiles`` spares locked
folders too.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from contextlib import suppress
from itertools import count
from typing import Final

_PREFIX: Final = "provenance-workers-"
_NAME: Final = re.compile(_PREFIX + r"[a-z0-9_]{8}")
_OURS_ALONE: Final = 0o700


class Nest:
    """A new folder, held by this process; nests that others left are removed.

    Args:
        within: the temporary folder; None for the system's.

    Raises:
        OSError: none can be made there.
    """

    def __init__(self, within: str | None) -> None:
        self.path, self._held = _made(within)
        sweep(os.path.dirname(self.path))

    def folder(self, number: int) -> str:
        """A new folder for a worker; its path.

        Raises:
            FileNotFoundError: somebody removed the nest.
            OSError: none can be made.
        """
        path = os.path.join(self.path, str(number))
        os.mkdir(path, _OURS_ALONE)
        return path

    def leave(self) -> None:
        """In a fork, which holds the lock as well: hold it no longer."""
        os.close(self._held)

    def close(self) -> None:
        """Remove the nest with all that is in it."""
        remove(self.path)
        os.close(self._held)


def _made(within: str | None) -> tuple[str, int]:
    while True:
        path = tempfile.mkdtemp(prefix=_PREFIX, dir=within)
        held = _opened(path)
        # Where folders cannot be locked (NFS) nobody can take the lock, and none is swept.
        with suppress(OSError):
            _lock(held, wait=True)
        if _stands(path, held):
            return os.path.abspath(path), held
        # Another run took it for left over, before it was locked.
        os.close(held)


def _opened(path: str, within: int | None = None) -> int:
    """A descriptor of a folder, which is no link to one."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=within)


def _lock(opened: int, *, wait: bool) -> None:
    import fcntl  # noqa: PLC0415 - not there on every system

    fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _stands(path: str, opened: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(opened))
    except FileNotFoundError:
        return False


def sweep(within: str) -> int:
    """Remove the nests of this user in a folder whose owners are dead; how many.

    No symbolic link is followed, and nothing is touched that is not named, owned and closed to
    others as a nest is.
    """
    try:
        with os.scandir(within) as entries:
            names = [one.name for one in entries if _NAME.fullmatch(one.name)]
    except OSError:
        return 0  # it may be written to and not listed: nothing can be found there
    return sum(_swept(os.path.join(within, name)) for name in names)


def _swept(path: str) -> bool:
    try:
        opened = _opened(path)
    except OSError:
        return False  # a link, a file, another user's, or gone meanwhile
    try:
        found = os.fstat(opened)
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) != _OURS_ALONE:
            return False
        # Refused while its owner lives.
        _lock(opened, wait=False)
        return _stands(path, opened) and remove(path)
    except OSError:
        return False
    finally:
        os.close(opened)


def remove(path: str) -> bool:
    """Remove a folder with all that is in it, as far as it can be; whether it is gone.

    Whoever wrote there may have made folders deeper than any stack: they are brought up one by
    one, and removed flat. Links are removed, never followed.
    """
    with suppress(OSError):  # what cannot be removed stays, and is met again by the next run
        top = _opened(path)
        try:
            _empty(top)
        finally:
            os.close(top)
        os.rmdir(path)
    return not os.path.lexists(path)


def _empty(top: int) -> None:
    """Remove all that is in an open folder.

    Raises:
        OSError: something cannot be removed.
    """
    fresh = count()
    folders = _without_files(top)
    while folders:
        name = folders.pop()
        opened = _opened(name, top)
        try:
            os.fchmod(opened, _OURS_ALONE)
            for below in _without_files(opened):
                raised = _free(top, fresh)
                os.rename(below, raised, src_dir_fd=opened, dst_dir_fd=top)
                folders.append(raised)
        finally:
            os.close(opened)
        os.rmdir(name, dir_fd=top)


def _without_files(folder: int) -> list[str]:
    """Remove what is no folder from an open one; the names of the folders in it."""
    folders = []
    with os.scandir(folder) as entries:
        found = [(one.name, one.is_dir(follow_symlinks=False)) for one in entries]
    for name, is_folder in found:
        if is_folder:
            folders.append(name)
        else:
            os.unlink(name, dir_fd=folder)
    return folders


def _free(top: int, fresh: count[int]) -> str:
    """A name that nothing has in an open folder."""
    while True:
        name = f"up-{next(fresh)}"
        try:
            os.lstat(name, dir_fd=top)
        except FileNotFoundError:
            return name
