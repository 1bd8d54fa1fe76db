"""Fill an empty file with new bytes and dress it as the file whose place it will take."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from provenance.errors import StorageError
from provenance.storage.failures import REMEDIES, told
from provenance.storage.folder import Identity
from provenance.storage.swap import Original
from provenance.storage.systems import Clothing
from provenance.storage.systems.flags import READ_FILE
from provenance.storage.writing import sync, write_all

_NOT_YOURS: Final = (
    "Have the file's owner or the superuser run the command, or let this account take the "
    "owner, group and attributes that the file has."
)
_REMEDIES: Final = {
    **REMEDIES,
    errno.EPERM: _NOT_YOURS,
    errno.EACCES: _NOT_YOURS,
    errno.EINVAL: _NOT_YOURS,
    errno.EOPNOTSUPP: "Take the attribute off the file, or correct it with another program.",
}


def fill(opened: int, original: Original, new_bytes: bytes, *, keep_mtime: bool) -> Identity:
    """Write the new bytes, whole, and make them durable.

    The file wears what the original wears, or is refused: owner, group, mode, extended
    attributes, access lists, inode flags, project. The time of making is new, as is the
    time of the last access; holes of a sparse file are written as the zeros they are read as.

    Args:
        opened: the empty file.
        original: whose place it will take.
        new_bytes: what it will hold.
        keep_mtime: it keeps the time of the last change, provided that its size differs:
            otherwise a backup that goes by time and size would miss it.

    Returns:
        Who it is now.

    Raises:
        FsyncError: the bytes could not be made durable; stop the batch.
        StorageError: code ``attributes`` or ``signed-file`` where something cannot be kept.
        OSError: it could not be written.
    """
    folder, was = original.folder, original.identity
    system = folder.system
    clothing = Clothing(was.owner, was.group, stat.S_IMODE(was.mode))
    with told(original.uri, "cannot look at its attributes"):
        source = system.open_file(folder.descriptor, original.name, READ_FILE)
    try:
        with _keeping(original.uri):
            system.mark(source, opened)
        write_all(opened, new_bytes)
        with _keeping(original.uri):
            system.dress(source, opened, clothing)
            if keep_mtime and len(new_bytes) != was.size:
                os.utime(opened, ns=(os.fstat(opened).st_atime_ns, was.modified))
    finally:
        os.close(source)
    sync(system, opened, original.uri)
    found = os.fstat(opened)
    if not system.wears(found, clothing):
        raise _lost(
            original.uri,
            "owner, group and mode cannot be kept: the system left some out",
            _NOT_YOURS,
        )
    return Identity.of(found)


@contextmanager
def _keeping(uri: str) -> Iterator[None]:
    """Say of which file it is that something cannot be kept."""
    try:
        yield
    except OSError as error:
        what = f"owner, mode and attributes cannot be kept: {error.strerror}"
        raise _lost(uri, what, _REMEDIES.get(error.errno or 0, "")) from error
    except StorageError as error:
        raise StorageError(
            f"{uri}: {error.message}", code=error.code, remedy=error.remedy
        ) from error


def _lost(uri: str, what: str, remedy: str) -> StorageError:
    return StorageError(f"{uri}: {what}.", code="attributes", remedy=remedy)
