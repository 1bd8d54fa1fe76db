"""Folders for their owner alone, whose content no scan takes up."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from contextlib import suppress

from provenance.errors import StorageError
from provenance.storage.copying import write_new
from provenance.storage.folder import Folder, told
from provenance.storage.listing import QUARANTINE_MARK
from provenance.storage.systems.flags import READ_FOLDER_ITSELF

_FOLDER = 0o700
_MARK = b"Pictures in quarantine: left out by scans.\n"


def open_private(base: str, *names: str) -> Folder:
    """Open a folder for the owner alone, below ``base``; make what is not there, durably.

    Every folder below ``base`` bears the mark by which a scan leaves its content out.

    Args:
        base: absolute path; symbolic links on the way to it are the person's word.
        names: one folder inside the other.

    Raises:
        StorageError: it cannot be made, leads over a symbolic link, or others may write
            into it (code ``not-private``).
    """
    with told(base, "cannot make the quarantine folder"):
        made = not os.path.isdir(base)
        os.makedirs(base, mode=_FOLDER, exist_ok=True)
    if made:
        parent = os.path.dirname(base)
        with Folder.open(parent, (parent,)) as above:
            above.sync()
    here = Folder.open(base, (base,))
    try:
        for name in names:
            inside = _open_inside(here, name)
            here.close()
            here = inside
        _must_be_private(here)
    except BaseException:
        here.close()
        raise
    return here


def _open_inside(above: Folder, name: str) -> Folder:
    _must_be_private(above)
    path = above.path(name)
    with told(path, "cannot make the quarantine folder"):
        with suppress(FileExistsError):
            os.mkdir(name, _FOLDER, dir_fd=above.descriptor)
        inside = Folder(os.open(name, READ_FOLDER_ITSELF, dir_fd=above.descriptor), path)
    try:
        if inside.look(QUARANTINE_MARK) is None:
            write_new(inside, QUARANTINE_MARK, _MARK)
        inside.sync()
        above.sync()
    except BaseException:
        inside.close()
        raise
    return inside


def remove_private(folder: Folder, names: Sequence[str]) -> bool:
    """Remove files of a private folder, its mark, and the folder itself where it is empty then.

    Returns:
        False where something else is in it, which stays.

    Raises:
        StorageError: something could not be removed.
    """
    for name in (*names, QUARANTINE_MARK):
        folder.remove(name)
    parent = os.path.dirname(folder.uri)
    with Folder.open(parent, (parent,)) as above, told(folder.uri, "cannot remove the folder"):
        try:
            os.rmdir(os.path.basename(folder.uri), dir_fd=above.descriptor)
        except FileNotFoundError:
            return True
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
            write_new(folder, QUARANTINE_MARK, _MARK)
            return False
        above.sync()
    return True


def _must_be_private(folder: Folder) -> None:
    with told(folder.uri, "cannot look at the quarantine folder"):
        mode = os.fstat(folder.descriptor).st_mode
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StorageError(
            f"{folder.uri}: others may write into the quarantine folder.",
            code="not-private",
            remedy="Take that right away (chmod go-w), or name another folder.",
        )
