"""One folder held open: every verb acts on a name inside it, never on a path.

A folder that is renamed or swapped for a symbolic link after it was opened cannot lead a
write elsewhere. Foreign errors leave here as ``StorageError`` with the file and a remedy.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from typing import Self

from provenance.errors import StorageError
from provenance.storage.failures import REMEDIES, FsyncError, UnsettledError, told
from provenance.storage.systems import NO_SUCH_CALL, System, current
from provenance.storage.systems.flags import READ_FILE

__all__ = [
    "LARGEST",
    "Folder",
    "FsyncError",
    "Identity",
    "UnsettledError",
    "is_inside",
    "told",
]

LARGEST = 2 << 30
"""Octets of the largest file that is read whole, and so can be replaced."""


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


_PIECE = 256 << 10


class Folder:
    """A folder open for replacing files in it; a context manager that closes it.

    Contract: no verb follows a symbolic link; none leaves the folder; each is one system
    call where the system has one. ``sync`` is the only verb that makes names durable.

    Args:
        descriptor: open folder; this object closes it.
        uri: absolute path, for messages.
        system: whose calls the verbs are; the one that the program runs on by default.
    """

    __slots__ = ("descriptor", "system", "uri")

    def __init__(self, descriptor: int, uri: str, system: System | None = None) -> None:
        self.descriptor = descriptor
        self.uri = uri
        self.system = system or current()

    @classmethod
    def open(cls, uri: str, roots: Sequence[str] = (), system: System | None = None) -> Folder:
        """Open a folder without following a symbolic link below the root that holds it.

        Args:
            uri: absolute path of the folder.
            roots: folders that a person named; links above and at a root are the
                person's word and are followed. Without a fitting root the top of the
                file system is the root.
            system: whose calls to use; the one that the program runs on by default.

        Raises:
            StorageError: no such folder, no permission, or a symbolic link on the way.
        """
        system = system or current()
        whole = _slashed(uri)
        fitting = [root for root in map(_slashed, roots) if is_inside(whole, root)]
        top = _slashed(os.path.splitdrive(uri)[0]) + "/"
        root = max(fitting, key=len, default=top)
        with told(uri, "cannot open the folder"):
            return cls(system.open_folder(root, whole[len(root) :].strip("/")), uri, system)

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
                self.system.close_folder(opened)

    def path(self, name: str) -> str:
        """The absolute path of a name, for messages only."""
        return f"{self.uri.rstrip('/')}/{name}"

    def look(self, name: str) -> Identity | None:
        """Who stands under a name, itself and not what it links to; None if nobody."""
        with told(self.path(name), "cannot look at the file"):
            try:
                return Identity.of(self.system.look(self.descriptor, name))
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
            opened = self.system.open_file(self.descriptor, name, READ_FILE)
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
                locked = self.system.is_locked(opened)
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
                opened = self.system.open_file(self.descriptor, name, READ_FILE)
            except FileNotFoundError:
                return None, None
            with os.fdopen(opened, "rb", buffering=0) as content:
                hashed = hashlib.file_digest(content, "sha256").hexdigest()
                return hashed, Identity.of(os.fstat(content.fileno()))

    def holds(self, name: str, data: bytes) -> tuple[bool, Identity | None]:
        """Whether a regular file has this content, octet by octet, and who it is.

        False where the name holds something else, or nothing; who it is is None in the latter
        case. A tenth of the time that a digest takes.
        """
        found = self.look(name)
        if found is None or not found.is_regular:
            return False, found
        with told(self.path(name), "cannot read the file"):
            try:
                opened = self.system.open_file(self.descriptor, name, READ_FILE)
            except FileNotFoundError:
                return False, None
            with os.fdopen(opened, "rb", buffering=0) as content:
                return _reads_as(content, data), Identity.of(os.fstat(content.fileno()))

    def remove(self, name: str) -> None:
        """Unlink a name; that it is gone already is what was wanted.

        Raises:
            UnsettledError: it is still there, and recovery must come back for it.
        """
        try:
            with suppress(FileNotFoundError):
                self.system.remove(self.descriptor, name)
        except OSError as error:
            raise UnsettledError(
                f"{self.path(name)}: cannot remove the file: {error.strerror}.",
                remedy=REMEDIES.get(error.errno or 0, ""),
            ) from error

    def rename(self, source: str, target: str) -> None:
        """Rename over whatever has the target's name."""
        with told(self.path(target), "cannot rename to it"):
            self.system.rename(self.descriptor, source, target)

    def exchange(self, one: str, other: str) -> None:
        """Swap two names; where the system cannot, the first takes the other's place."""
        with told(self.path(other), "cannot exchange the file"):
            try:
                self.system.exchange(self.descriptor, one, other)
            except OSError as error:
                if error.errno not in NO_SUCH_CALL:
                    raise
                self.system.rename(self.descriptor, one, other)

    def put_back(self, source: str, target: str) -> bool:
        """Give ``source`` the name ``target`` unless somebody has it by now.

        Returns:
            False where the name was taken; ``source`` then keeps its own name.
        """
        with told(self.path(target), "cannot put the file back"):
            try:
                self.system.rename_new(self.descriptor, source, target)
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno not in NO_SUCH_CALL:
                    raise
                return self._link_back(source, target)
        return True

    def _link_back(self, source: str, target: str) -> bool:
        try:
            self.system.link(self.descriptor, source, target)
        except FileExistsError:
            return False
        self.system.remove(self.descriptor, source)
        return True

    def sync(self) -> None:
        """Make the folder's names durable.

        Raises:
            FsyncError: never to be retried: the page cache may lie from here on.
        """
        try:
            self.system.sync_folder(self.descriptor)
        except OSError as error:
            raise FsyncError(
                f"{self.uri}: the folder could not be made durable: {error.strerror}.",
                remedy="Check the disk, then run the command again: it recovers first.",
            ) from error


def is_inside(uri: str, root: str) -> bool:
    """Whether an absolute path is a folder or lies below it, by words alone."""
    uri, root = _slashed(uri), _slashed(root)
    return uri == root or uri.startswith(root.rstrip("/") + "/")


def _slashed(path: str) -> str:
    """A path with the one separator that POSIX and Windows share."""
    return path if os.sep == "/" else path.replace(os.sep, "/")


def _reads_as(content: FileIO, data: bytes) -> bool:
    room = bytearray(min(_PIECE, len(data) + 1))
    view, at = memoryview(room), 0
    while length := content.readinto(room):
        # Compares in place; two views would be compared octet by octet in Python's terms.
        if not data.startswith(view[:length], at):
            return False
        at += length
    return at == len(data)


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
