"""What the operating system says, in our words and with a remedy."""

from __future__ import annotations

import errno
from typing import Final

from provenance.errors import StorageError
from provenance.storage.contract import StoreProblem

_KNOWN: Final = {
    errno.ENOENT: ("not-found", "Check the path; was it moved, or is its disk not mounted?"),
    errno.ENOTDIR: ("not-found", "Check the path."),
    errno.EACCES: ("no-permission", "Give your account read permission, or leave the file out."),
    errno.EPERM: ("no-permission", "Give your account read permission, or leave the file out."),
    errno.ELOOP: ("symlink-refused", "Name the file or folder that the symbolic link points to."),
    errno.ENAMETOOLONG: ("name-too-long", "Start nearer to the file, with a shorter path."),
    errno.EISDIR: ("not-a-file", "Name a file."),
    errno.ENXIO: ("not-a-file", "Pipes, sockets and devices are not read."),
    errno.EIO: ("read-error", "The disk reports an error: copy what is left and check it."),
    errno.ESTALE: ("offline", "The network share went away: mount it again, then run again."),
    errno.EHOSTDOWN: ("offline", "The network share is down: run again when it is back."),
    errno.ETIMEDOUT: ("offline", "The network share does not answer: run again later."),
    errno.EMFILE: ("too-many-open", "Raise the limit of open files (ulimit -n)."),
}  # fmt: skip


def explained(error: OSError | ValueError) -> tuple[str, str, str]:
    """Return code, reason and remedy for what the operating system said."""
    if isinstance(error, ValueError):
        return "bad-name", "the name is not possible in a file system", "Check the path."
    code, remedy = _KNOWN.get(error.errno or 0, ("storage", ""))
    return code, error.strerror or type(error).__name__, remedy


def trouble(error: OSError | ValueError, path: str, uri: str) -> StoreProblem:
    """The problem to report for one file or folder on a walk."""
    code, reason, remedy = explained(error)
    return StoreProblem(path, uri, code, f"{path} could not be looked at: {reason}.", remedy)


def refused(error: OSError | ValueError, path: str) -> StorageError:
    """The exception for one file that could not be read."""
    code, reason, remedy = explained(error)
    return StorageError(f"{path} could not be read: {reason}.", code=code, remedy=remedy)
