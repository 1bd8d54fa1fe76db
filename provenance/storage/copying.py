"""Copy a file with all that belongs to it, and write new ones; durable before they are told of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from provenance.errors import StorageError
from provenance.storage.folder import Folder, told
from provenance.storage.systems import Clothing
from provenance.storage.systems.flags import NEW_FILE, READ_FILE
from provenance.storage.writing import SPARE, sync, write_all

_PIECE = 1 << 20


def copy(folder: Folder, name: str, into: Folder, second: str, mode: int) -> None:
    """Make a durable copy with owner, times and attributes of the file, and with its own mode.

    Raises:
        FsyncError: the bytes could not be made durable; stop.
        StorageError: no space, no permission, an attribute that cannot be kept.
    """
    path = into.path(second)
    with told(folder.path(name), "cannot read the file"):
        source = os.open(name, READ_FILE, dir_fd=folder.descriptor)
    try:
        with told(folder.path(name), "cannot read the file"):
            found = os.fstat(source)
        _must_have_space(into, path, found.st_size)
        with told(path, "cannot write the copy"):
            made = os.open(second, NEW_FILE, 0o600, dir_fd=into.descriptor)
            try:
                while piece := os.read(source, _PIECE):
                    write_all(made, piece)
                into.system.dress(source, made, Clothing(found.st_uid, found.st_gid, mode))
                os.utime(made, ns=(found.st_atime_ns, found.st_mtime_ns))
                sync(into.system, made, path)
            finally:
                # Network file systems report a failed write as late as in close.
                os.close(made)
    finally:
        # Nothing was written through it: what close could report concerns no file.
        with suppress(OSError):
            os.close(source)


def _must_have_space(into: Folder, path: str, size: int) -> None:
    with told(path, "cannot ask for free space"):
        free = into.system.free_octets(into.descriptor)
    needed = size + SPARE
    if free < needed:
        raise StorageError(
            f"{path}: {free} octets are free, {needed} are needed to keep the file there"
            f" ({SPARE >> 20} MiB of them stay free).",
            code="no-space",
            remedy="Free space on that disk, or name another quarantine folder.",
        )


def write_new(folder: Folder, name: str, data: bytes, mode: int = 0o400) -> None:
    """Write a small file that must not be there yet; synced, its name not.

    Raises:
        StorageError: it is there, or cannot be written; then nothing is left behind.
    """
    path = folder.path(name)
    with told(path, "cannot write the file"):
        opened = os.open(name, NEW_FILE, 0o600, dir_fd=folder.descriptor)
    with or_removed(folder, name), told(path, "cannot write the file"):
        try:
            write_all(opened, data)
            os.fchmod(opened, mode)
            sync(folder.system, opened, path)
        finally:
            os.close(opened)


@contextmanager
def or_removed(folder: Folder, name: str) -> Iterator[None]:
    """Remove a name that was being made where the body fails."""
    try:
        yield
    except BaseException:
        folder.remove(name)
        raise
