"""Write a file that is given out: whole under its name or not at all, never through a link."""

from __future__ import annotations

import os
import secrets
from typing import Final

from provenance.storage.failures import told
from provenance.storage.folder import Folder
from provenance.storage.systems.flags import NEW_FILE
from provenance.storage.writing import sync, write_all

_READABLE: Final = 0o666


def publish(folder: Folder, name: str, data: bytes) -> None:
    """Give ``name`` this content, durable on return; what had the name is replaced.

    A symbolic link under the name is replaced as well; what it points to is not touched. The
    file may be read by whom the user's mask allows.

    Args:
        folder: where it goes.
        name: a file name.
        data: the whole content.

    Raises:
        FsyncError: it could not be made durable.
        StorageError: it cannot be written; what had the name still has it.
    """
    made = f".{secrets.token_hex(8)}.provenance.tmp"
    path, system = folder.path(name), folder.system
    with told(path, "cannot be written"):
        opened = system.open_file(folder.descriptor, made, NEW_FILE)
        try:
            try:
                write_all(opened, data)
                if hasattr(os, "fchmod"):
                    os.fchmod(opened, _READABLE & ~_mask())
                sync(system, opened, path)
            finally:
                os.close(opened)
            folder.rename(made, name)
        except BaseException:
            folder.remove(made)
            raise
    folder.sync()


def _mask() -> int:
    """The user's mask; there is no way to read it but to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
