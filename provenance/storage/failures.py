"""What can go wrong while a file is replaced, in our words and with a remedy."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from provenance.errors import StorageError

REMEDIES: Final = {
    errno.ENOSPC: "Free space on that disk and run the command again.",
    errno.EDQUOT: "The quota is used up: free space and run the command again.",
    errno.EROFS: "The file system is mounted read-only.",
    errno.EACCES: "Give the user that runs the command write permission on the folder.",
    errno.EPERM: "The file system or its owner forbids this change.",
    errno.ELOOP: "A symbolic link is never followed: name the real path, or the folder it is in.",
    errno.ENOTDIR: "A symbolic link is never followed: name the real path, or the folder it is in.",
    errno.ENOENT: "Scan the folder again: the file or its folder has moved.",
    errno.EIO: "The disk reports an error: check it before going on.",
    errno.EBUSY: "Another program has the file open: close it there and run the command again.",
}
"""What a person can do about what the operating system says."""


class FsyncError(StorageError):
    """Durability could not be had: stop the batch, do not retry, do not trust re-reads."""

    code = "fsync-failed"


class UnsettledError(StorageError):
    """It is not known which bytes stand under the name: leave the intent open for recovery."""

    code = "unsettled"


@contextmanager
def told(path: str, action: str) -> Iterator[None]:
    """Turn an ``OSError`` of the body into a ``StorageError`` that names file and remedy."""
    try:
        yield
    except OSError as error:
        remedy = REMEDIES.get(error.errno or 0, "")
        raise StorageError(f"{path}: {action}: {error.strerror}.", remedy=remedy) from error
