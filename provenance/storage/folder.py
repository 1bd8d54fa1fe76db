"""One folder held open: every verb acts on a name inside it, never on a path.

A folder that is renamed or swapped for a symbolic link after it was opened cannot lead a
write elsewhere. Foreign errors leave here as ``StorageError`` with the file and a remedy.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self

from provenance.errors import StorageError
from provenance.storage import linux

LARGEST = 2 << 30
"""Octets of the largest file that is read whole, and so can be replaced."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_REMEDIES = {
    errno.ENOSPC: "Free space on that disk and run the command again.",
    errno.EDQUOT: "The quota is used up: free space and run the command again.",
    errno.EROFS: "The file system is mounted read-only.",
    errno.EACCES: "Give the user that runs the command write permission on the folder.",
    errno.EPERM: "The file system or its owner forbids this change.",
    errno.ELOOP: "A symbolic link is never followed: name the real path, or the folder it is in.",
    errno.ENOTDIR: "A symbolic link is never followed: name the real path, or the folder it is in.",
    errno.ENOENT: "Scan the folder again: the file or its folder has moved.",
    errno.EIO: "The disk reports an error: check it before going on.",
}


class FsyncError(StorageError):
    """Durability could not be had: stop the batch, do not retry, do not trust re-reads."""

    code = "fsync-failed"


class UnsettledError(StorageError):
    """It is not known which bytes stand under the name: leave the intent open for recovery."""

    code = "unsettled"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the file system says about one inode; equal means nobody touched it meanwhile.

    Times are nanoseconds since 1970, ``size`` is octets.
    """

    device: int
    inode: int
    mode: int
    links: int
    owner: int
    group: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, found: os.stat_result) -> Identity:
        """The identity told by a stat."""
        return cls(
            found.st_dev,
            found.st_ino,
            found.st_mode,
            found.st_nlink,
            found.st_uid,
            found.st_gid,
            found.st_size,
            found.st_mtime_ns,
            found.st_ctime_ns,
        )

    @property
    def is_regular(self) -> bool:
        """A plain file: no link, folder, pipe or device."""
        return stat.S_ISREG(self.mode)

    @property
    def version(self) -> str:
        """The version as the scanner tells it: modification time, inode and size."""
        return f"{self.modified}-{self.inode}-{self.size}"

    def same_content_as(self, other: Identity) -> bool:
        """Nobody wrote into the inode between the two looks; its names may have changed."""
        mine = (self.device, self.inode, self.size, self.modified)
        return mine == (other.device, other.inode, other.size, other.modified)


@contextmanager
def told(path: str, action: str) -> Iterator[None]:
    """Turn an ``OSError`` of the body into a ``StorageError`` that names file and remedy."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "")
        raise StorageError(f"{path}: {action}: {error.strerror}.", remedy=remedy) from error


class Folder:
    """A folder open for replacing files in it; a context manager that closes it.

    Contract: no verb follows a symbolic link; none leaves the folder; each is one system
    call where the system has one. ``sync`` is the only verb that makes names durable.

    Args:
        descriptor: open folder; this object closes it.
        uri: absolute path, for messages.
    """

    __slots__ = ("descriptor", "uri")

    def __init__(self, descriptor: int, uri: str) -> None:
        self.descriptor = descriptor
        self.uri = uri

    @classmethod
    def open(cls, uri: str, roots: Sequence[str] = ()) -> Folder:
        """Open a folder without following a symbolic link below the root that holds it.

        Args:
            uri: absolute path of the folder.
            roots: folders that a person named; links above and at a root are the
                person's word and are followed. Without a fitting root ``/`` is the root.

        Raises:
            StorageError: no such folder, no permission, or a symbolic link on the way.
        """
        fitting = [root for root in roots if is_inside(uri, root)]
        root = max(fitting, key=len, default="/")
        below = uri[len(root) :].strip("/")
        with told(uri, "cannot open the folder"):
            top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                return cls(linux.open_folder_beneath(top, below), uri)
            finally:
                os.close(top)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the descriptor; a second call does nothing."""
        opened, self.descriptor = self.descriptor, -1
        if opened >= 0:
            # Nothing was written through it: what close could report concerns no file.
            with suppress(OSError):
                os.close(opened)

    def path(self, name: str) -> str:
        """The absolute path of a name, for messages only."""
        return f"{self.uri.rstrip('/')}/{name}"

    def look(self, name: str) -> Identity | None:
        """Who stands under a name, itself and not what it links to; None if nobody."""
        with told(self.path(name), "cannot look at the file"):
            try:
                return Identity.of(
                    os.stat(name, dir_fd=self.descriptor, follow_symlinks=False),
                )
            except FileNotFoundError:
                return None

    def read(self, name: str) -> tuple[bytes, Identity, bool]:
        """The whole content of a regular file, who it is, and whether its inode is locked.

        Raises:
            StorageError: missing, not a regular file, over ``LARGEST``, or it changed while
                being read.
        """
        path = self.path(name)
        with told(path, "cannot read the file"):
            opened = os.open(name, _READ, dir_fd=self.descriptor)
            try:
                found = Identity.of(os.fstat(opened))
                if not found.is_regular:
                    raise StorageError(f"{path}: not a regular file.", code="not-a-file")
                if found.size > LARGEST:
                    raise StorageError(
                        f"{path}: {found.size} octets are over the limit of {LARGEST}.",
                        code="too-large",
                        remedy="Correct this file with another program.",
                    )
                data = _read_all(opened, found.size)
                settled = Identity.of(os.fstat(opened)).same_content_as(found)
                locked = linux.is_locked(opened)
            finally:
                os.close(opened)
        if not settled or len(data) != found.size:
            raise StorageError(
                f"{path}: the file changed while it was being read.",
                code="conflict",
                remedy="Wait until the other program has finished and run the command again.",
            )
        return data, found, locked

    def digest(self, name: str) -> tuple[str | None, Identity | None]:
        """SHA-256 (hex) of a regular file and who it is.

        The digest is None where the name holds something else (a link, a folder, a
        pipe); both are None where nothing has the name.
        """
        found = self.look(name)
        if found is None or not found.is_regular:
            return None, found
        with told(self.path(name), "cannot read the file"):
            try:
                opened = os.open(name, _READ, dir_fd=self.descriptor)
            except FileNotFoundError:
                return None, None
            with os.fdopen(opened, "rb", buffering=0) as content:
                hashed = hashlib.file_digest(content, "sha256").hexdigest()
                return hashed, Identity.of(os.fstat(content.fileno()))

    def remove(self, name: str) -> None:
        """Unlink a name; that it is gone already is what was wanted.

        Raises:
            UnsettledError: it is still there, and recovery must come back for it.
        """
        try:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=self.descriptor)
        except OSError as error:
            raise UnsettledError(
                f"{self.path(name)}: cannot remove the file: {error.strerror}.",
                remedy=_REMEDIES.get(error.errno or 0, ""),
            ) from error

    def rename(self, source: str, target: str) -> None:
        """Rename over whatever has the target's name."""
        with told(self.path(target), "cannot rename to it"):
            os.rename(source, target, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def exchange(self, one: str, other: str) -> None:
        """Swap two names; where the system cannot, the first takes the other's place."""
        with told(self.path(other), "cannot exchange the file"):
            try:
                linux.exchange(self.descriptor, one, other)
            except OSError as error:
                if error.errno not in linux.NO_SUCH_CALL:
                    raise
                os.rename(one, other, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def put_back(self, source: str, target: str) -> bool:
        """Give ``source`` the name ``target`` unless somebody has it by now.

        Returns:
            False where the name was taken; ``source`` then keeps its own name.
        """
        with told(self.path(target), "cannot put the file back"):
            try:
                linux.rename_new(self.descriptor, source, target)
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno not in linux.NO_SUCH_CALL:
                    raise
                return self._link_back(source, target)
        return True

    def _link_back(self, source: str, target: str) -> bool:
        here = self.descriptor
        try:
            os.link(source, target, src_dir_fd=here, dst_dir_fd=here, follow_symlinks=False)
        except FileExistsError:
            return False
        os.unlink(source, dir_fd=here)
        return True

    def sync(self) -> None:
        """Make the folder's names durable.

        Raises:
            FsyncError: never to be retried: the page cache may lie from here on.
        """
        try:
            os.fsync(self.descriptor)
        except OSError as error:
            raise FsyncError(
                f"{self.uri}: the folder could not be made durable: {error.strerror}.",
                remedy="Check the disk, then run the command again: it recovers first.",
            ) from error


def is_inside(uri: str, root: str) -> bool:
    """Whether an absolute path is a folder or lies below it, by words alone."""
    return uri == root or uri.startswith(root.rstrip("/") + "/")


def _read_all(descriptor: int, size: int) -> bytes:
    # One spare octet tells a file that grew from one that was read whole.
    pieces = []
    wanted = size + 1
    while wanted > 0:
        piece = os.read(descriptor, min(wanted, 1 << 30))
        if not piece:
            break
        pieces.append(piece)
        wanted -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
