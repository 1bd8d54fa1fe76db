"""Move a file out of its folder into a private one, and back: never lost, never over another.

At every moment the bytes have at least one durable name, and a save by another program is
given its name back. The caller makes its log durable between the stages:

1. ``look_at``     digest and identity are what the plan relies on
2. (the caller makes its intent durable)
3. ``keep``        the bytes stand under a second name in the private folder, durable
4. ``set_aside``   the first name is taken off, and what came off is what was kept
5. (the caller makes its commit durable)
6. ``Folder.remove`` of the name aside; ``seal``

The way back is ``give_back``. On one file system the second name is a hard link, so that
owner, times, access lists and attributes are the file's own; elsewhere, and for a file
that has further names, it is a copy that carries them.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

from provenance.errors import ConflictError, StorageError
from provenance.storage.copying import copy, or_removed
from provenance.storage.folder import Folder, Identity, UnsettledError, told
from provenance.storage.systems.flags import READ_FILE

SEALED = 0o400
"""The mode of a file in quarantine: for its owner to read, for nobody to write."""
# Other file systems, and those that link nothing or not this file.
_NO_LINK = frozenset(
    {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
)
_IN_FOLDERS = frozenset({os.link, os.open, os.mkdir, os.rmdir})
_AUDIT_AGAIN = "Audit the folder again and look at the plan anew."
_RECOVER = "Run the command again: it recovers first."


def must_be_possible() -> None:
    """Refuse to move anything where files cannot be named by the open folder they are in.

    Without that a link that somebody plants on the way could lead the bytes elsewhere; Windows
    is such a system.

    Raises:
        StorageError: nothing can be moved here (code ``moves-not-offered``).
    """
    if not _IN_FOLDERS.issubset(os.supports_dir_fd):
        raise StorageError(
            "Withdrawn pictures can be moved on Linux and macOS only.",
            code="moves-not-offered",
            remedy="Run the command there, on the same folder; here, take the copies out by hand.",
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is to be moved, as it was looked at.

    Attributes:
        folder: the folder it is in, open.
        name: its name there.
        sha256: digest of its bytes, hex.
        identity: the inode.
    """

    folder: Folder
    name: str
    sha256: str
    identity: Identity

    @property
    def path(self) -> str:
        """The absolute path, for messages."""
        return self.folder.path(self.name)


def look_at(folder: Folder, name: str) -> Source:
    """Read a file that is to be moved, through once.

    Raises:
        ConflictError: it is not there.
        StorageError: it is no regular file, or cannot be read.
    """
    digest, identity = folder.digest(name)
    if identity is None:
        raise ConflictError(f"{folder.path(name)}: the file is gone.", remedy=_AUDIT_AGAIN)
    if digest is None:
        raise StorageError(f"{folder.path(name)}: not a regular file.", code="not-a-file")
    return Source(folder, name, digest, identity)


def keep(source: Source, into: Folder, name: str) -> None:
    """Give the bytes a second, durable name in another folder; the first one stays.

    Nothing is left behind where this fails.

    Raises:
        ConflictError: the file is not what it was when it was looked at.
        FsyncError: the bytes or the name could not be made durable; stop.
        StorageError: no space, no permission, an attribute that cannot be kept.
    """
    with or_removed(into, name):
        alone = source.identity.links == 1
        if not (alone and _link(source.folder, source.name, into, name)):
            copy(source.folder, source.name, into, name, SEALED)
        digest, kept = into.digest(name)
        linked = kept is not None and kept.inode == source.identity.inode
        touched = linked and kept is not None and not kept.same_content_as(source.identity)
        if digest != source.sha256 or touched:
            raise ConflictError(
                f"{source.path}: another program changed the file.", remedy=_AUDIT_AGAIN
            )
        into.sync()


def _link(folder: Folder, name: str, into: Folder, second: str) -> bool:
    """Give a file a second name; False where the file system cannot."""
    try:
        os.link(
            name,
            second,
            src_dir_fd=folder.descriptor,
            dst_dir_fd=into.descriptor,
            follow_symlinks=False,
        )
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        with told(into.path(second), "cannot keep the file there"):
            raise
    return True


def set_aside(source: Source, aside: str) -> None:
    """Take the file's name off it; its bytes stay under ``aside`` until they are removed.

    Raises:
        ConflictError: what came off is not what was kept: it has its name again.
        UnsettledError: it could not be put back; only recovery may go on.
        FsyncError: the folder could not be made durable; stop.
        StorageError: refused; the file stands where it stood.
    """
    folder = source.folder
    try:
        moved = folder.put_back(source.name, aside)
    except StorageError as error:
        if folder.look(source.name) is None and folder.look(aside) is None:
            message = f"{source.path}: the file is gone."
            raise ConflictError(message, remedy=_AUDIT_AGAIN) from error
        raise
    if not moved:
        raise StorageError(f"{folder.path(aside)}: the name is taken.", code="name-taken")
    try:
        digest, _ = folder.digest(aside)
    except StorageError as error:
        put_aside_back(folder, aside, source.name)
        raise StorageError(str(error), code=error.code) from error
    if digest != source.sha256:
        put_aside_back(folder, aside, source.name)
        raise ConflictError(
            f"{source.path}: another program saved the file in the same moment; its bytes stand.",
            remedy=_AUDIT_AGAIN,
        )
    folder.sync()


def put_aside_back(folder: Folder, aside: str, name: str) -> None:
    """Give a file that was set aside its name again, durably.

    Raises:
        UnsettledError: the name is taken by now, or it cannot be done; the bytes are still
            under ``aside``.
        FsyncError: the folder could not be made durable; stop.
    """
    try:
        done = folder.put_back(aside, name)
    except StorageError as error:
        raise UnsettledError(error.message, remedy=_RECOVER) from error
    if not done:
        raise UnsettledError(
            f"{folder.path(name)}: another program has taken the name; the bytes are kept as "
            f"{folder.path(aside)}.",
            remedy=_RECOVER,
        )
    folder.sync()


def seal(folder: Folder, name: str, mode: int = SEALED) -> None:
    """Set the mode of a kept file; durable with the next sync of anything on that disk.

    Raises:
        StorageError: it is not there, or not ours.
    """
    with told(folder.path(name), "cannot set the mode"):
        opened = os.open(name, READ_FILE, dir_fd=folder.descriptor)
        try:
            os.fchmod(opened, mode)
        finally:
            os.close(opened)


def give_back(kept: Source, to: Folder, name: str, *, mode: int, temporary: str) -> None:
    """Give a kept file its former name again, durably; the kept name stays for the caller.

    Args:
        kept: the file in the private folder.
        to: the folder that it came from.
        name: its name there; nothing is ever overwritten.
        mode: the permissions that it had.
        temporary: a name in ``to`` for a copy under way, where one is needed.

    Raises:
        ConflictError: a file has the name by now; the kept file stays as it was.
        FsyncError: it could not be made durable; stop.
        StorageError: refused; the kept file stays as it was.
    """
    if to.look(name) is not None:
        raise _taken(to, name)
    try:
        if not _link_back(kept, to, name, mode):
            with or_removed(to, temporary):
                copy(kept.folder, kept.name, to, temporary, mode)
                if to.digest(temporary)[0] != kept.sha256:
                    raise ConflictError(f"{kept.path}: the file in quarantine was changed.")
                if not to.put_back(temporary, name):
                    raise _taken(to, name)
    except StorageError:
        seal(kept.folder, kept.name)
        raise
    to.sync()


def _link_back(kept: Source, to: Folder, name: str, mode: int) -> bool:
    # Both names are of one inode: it must be as it was before it is found under the first.
    seal(kept.folder, kept.name, mode)
    try:
        linked = _link(kept.folder, kept.name, to, name)
    except StorageError as error:
        if isinstance(error.__cause__, FileExistsError):
            raise _taken(to, name) from error
        raise
    if not linked:
        seal(kept.folder, kept.name)
    return linked


def _taken(folder: Folder, name: str) -> ConflictError:
    return ConflictError(
        f"{folder.path(name)}: another file has the name now; it is not overwritten.",
        remedy="Move that file away, then give the command again.",
    )
