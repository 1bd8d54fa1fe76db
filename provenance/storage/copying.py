"""Copy a file with all that belongs to it, and write new ones; durable before they are told of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from provenance.errors import StorageError
from provenance.storage.attributes import copy_attributes
from provenance.storage.folder import Folder, FsyncError, told
from provenance.storage.systems.flags import NEW_FILE, READ_FILE

SPARE = 64 << 20
"""Octets that stay free on the disk beside a copy."""

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
                    _write_all(made, piece)
                _dress(source, made, found, mode)
                _sync_file(made, path)
            finally:
                # Network file systems report a failed write as late as in close.
                os.close(made)
    finally:
        # Nothing was written through it: what close could report concerns no file.
        with suppress(OSError):
            os.close(source)


def _dress(source: int, copy: int, was: os.stat_result, mode: int) -> None:
    fresh = os.fstat(copy)
    if (fresh.st_uid, fresh.st_gid) != (was.st_uid, was.st_gid):
        os.fchown(copy, was.st_uid, was.st_gid)
    copy_attributes(source, copy)
    os.fchmod(copy, mode)
    os.utime(copy, ns=(was.st_atime_ns, was.st_mtime_ns))


def _must_have_space(into: Folder, path: str, size: int) -> None:
    with told(path, "cannot ask for free space"):
        disk = os.fstatvfs(into.descriptor)
    free, needed = disk.f_bavail * disk.f_frsize, size + SPARE
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
            _write_all(opened, data)
            os.fchmod(opened, mode)
            _sync_file(opened, path)
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


def _write_all(opened: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(opened, rest) :]


def _sync_file(opened: int, path: str) -> None:
    try:
        os.fsync(opened)
    except OSError as error:
        raise FsyncError(
            f"{path}: the bytes could not be made durable: {error.strerror}.",
            remedy="Check the disk, then run the command again: it recovers first.",
        ) from error
