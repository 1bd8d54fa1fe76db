"""Replace a file's bytes, or leave every byte of it: nothing in between, ever.

The order is the whole point; each stage may be called once and only in this order, so
that the caller can make its log durable between them:

1. ``take``       read once; digest, owner, mode and links are what the plan relies on
2. (the caller makes its intent durable)
3. ``prepare``    the new bytes stand complete and synced under a temporary name
4. ``exchange``   the names are swapped in one step, and what came out is what was read
5. ``sync``       the folder is durable
6. (the caller makes its commit durable)
7. ``discard_old``  only now the former bytes go

What came out of the exchange is compared with what was read, octet by octet: a program that
saved the file meanwhile gets its bytes back. File systems that cannot exchange (NFS, SMB, FUSE)
take a link and a rename; between the last look and the rename a foreign save by rename can be
lost there, and ``Replacement.window`` says so.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Self

from provenance.errors import ConflictError, StorageError
from provenance.model import AssetRef
from provenance.storage.failures import FsyncError, UnsettledError, told
from provenance.storage.filesystems import can_exchange
from provenance.storage.filling import fill
from provenance.storage.folder import Folder, Identity
from provenance.storage.swap import Original, Window, no_exchange, swap, swap_back
from provenance.storage.systems import System, current
from provenance.storage.systems.flags import NEW_FILE
from provenance.storage.temporary import UNFINISHED, temporary_name
from provenance.storage.writing import SPARE

__all__ = [
    "FsyncError",
    "Original",
    "Replacement",
    "Replacer",
    "UnsettledError",
    "Window",
    "WriteOptions",
    "prepare",
    "temporary_name",
]


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What a person allowed beyond the careful default.

    Attributes:
        keep_mtime: the new file keeps the old modification time, provided its size
            differs: otherwise a backup that goes by time and size would miss the fix.
        break_hardlink: replace a file that has other names; those keep the old bytes.
        force_readonly: replace a file whose owner made it read-only.
        roots: folders that a person named; symbolic links are followed down to a root
            and never below it.
        require_exchange: write only where two names can be exchanged in one step; refused
            before anything is written (the setting ``write.require_exchange``).
    """

    keep_mtime: bool = False
    break_hardlink: bool = False
    force_readonly: bool = False
    roots: tuple[str, ...] = ()
    require_exchange: bool = False


class Replacer:
    """Reads originals and prepares replacements; holds each folder open once.

    A context manager: leaving it closes the folders and touches no file.

    Args:
        options: what a person allowed.
        system: whose calls to use; the one that the program runs on by default.
    """

    def __init__(self, options: WriteOptions | None = None, system: System | None = None) -> None:
        self.options = options or WriteOptions()
        self._system = system or current()
        self._folders: dict[str, Folder] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_folders()

    def close_folders(self, keep: Collection[Folder] = ()) -> None:
        """Close every folder; originals and replacements in them can no longer be used.

        Between batches this bounds the number of open descriptors.

        Args:
            keep: these stay open.
        """
        for uri, folder in list(self._folders.items()):
            if folder not in keep:
                folder.close()
                del self._folders[uri]

    def folder(self, uri: str) -> Folder:
        """The folder with this path, opened at the first call.

        Raises:
            StorageError: as ``Folder.open``; ``no-exchange`` where the options forbid it.
        """
        if uri not in self._folders:
            opened = Folder.open(uri, self.options.roots, self._system)
            if self.options.require_exchange and not can_exchange(opened):
                opened.close()
                raise no_exchange(uri)
            self._folders[uri] = opened
        return self._folders[uri]

    def take(self, uri: str) -> Original:
        """Read a file that is to be replaced, and refuse one that must not be.

        Raises:
            StorageError: missing, a symbolic link, no regular file; has other hard
                links, is read-only or immutable (codes ``hard-linked``, ``read-only``,
                ``immutable``); ``no-exchange`` as ``folder``.
        """
        parent, name = os.path.split(uri)
        if not os.path.isabs(uri) or name in {"", ".", ".."} or "\0" in uri:
            raise StorageError(f"{uri!r} does not name a file.", code="bad-path")
        folder = self.folder(parent)
        data, identity, locked = folder.read(name)
        self._must_be_replaceable(uri, identity, locked=locked)
        return Original(uri, folder, name, data, hashlib.sha256(data).hexdigest(), identity)

    def _must_be_replaceable(self, uri: str, identity: Identity, *, locked: bool) -> None:
        if locked:
            raise StorageError(
                f"{uri}: the file is immutable, append-only or sealed.",
                code="immutable",
                remedy="Lift it (Linux: chattr -i -a; macOS: chflags nouchg,nouappnd) if the "
                "file may change; a seal of fs-verity cannot be lifted: correct a copy.",
            )
        if identity.links > 1 and not self.options.break_hardlink:
            raise StorageError(
                f"{uri}: the file has {identity.links} names (hard links); replacing one "
                "would part it from the others.",
                code="hard-linked",
                remedy="Allow it with --break-hardlink; the other names keep the old bytes.",
            )
        if not identity.mode & stat.S_IWUSR and not self.options.force_readonly:
            raise StorageError(
                f"{uri}: the file is read-only.",
                code="read-only",
                remedy="Allow it with --force-readonly, or make the file writable.",
            )

    def prepare(
        self, original: Original, new_bytes: bytes, tx: str, *, sha256: str | None = None
    ) -> Replacement:
        """Write the new bytes, complete and durable, under a temporary name.

        Nothing is left behind where this fails. Owner, mode, extended attributes and
        access lists of the original are on the new file, or it is refused.

        Args:
            original: what was read. With its bytes, what comes out of the exchange is compared
                with them; without, with their digest.
            new_bytes: what will stand under the name.
            tx: names the temporary file.
            sha256: of the new bytes, hex, where this process has taken it already.

        Raises:
            FsyncError: the bytes could not be made durable; stop the batch.
            StorageError: no space, no permission, an attribute that cannot be kept.
        """
        temporary = temporary_name(original.name, tx)
        _must_have_space(original, len(new_bytes))
        folder, path = original.folder, original.folder.path(temporary)
        keep_mtime = self.options.keep_mtime
        with told(path, "cannot create the temporary file"):
            opened = folder.system.open_file(folder.descriptor, temporary, NEW_FILE)
        try:
            # Network file systems report a failed write as late as in close.
            with told(path, "cannot write the temporary file"):
                try:
                    if hasattr(os, "fchmod"):
                        os.fchmod(opened, UNFINISHED)
                    identity = fill(opened, original, new_bytes, keep_mtime=keep_mtime)
                finally:
                    os.close(opened)
        except BaseException:
            folder.remove(temporary)
            raise
        sha256 = sha256 or hashlib.sha256(new_bytes).hexdigest()
        return Replacement(
            original, temporary, sha256, identity, only_exchange=self.options.require_exchange
        )


def prepare(
    uri: str,
    expected_sha256: str,
    new_bytes: bytes,
    tx: str,
    *,
    replacer: Replacer,
) -> Replacement:
    """Take and prepare one file in one call.

    Raises:
        ConflictError: the file does not have the expected digest; nothing was written.
        StorageError: as ``Replacer.take`` and ``Replacer.prepare``.
    """
    original = replacer.take(uri)
    if original.sha256 != expected_sha256:
        raise ConflictError(
            f"{uri}: the file has changed since it was looked at.",
            remedy="Scan it again and make a new plan.",
        )
    return replacer.prepare(original, new_bytes, tx)


class _Stage(Enum):
    PREPARED = auto()
    EXCHANGED = auto()
    SYNCED = auto()
    DONE = auto()


class Replacement:
    """One prepared file on its way under its name; refuses stages out of order.

    Attributes:
        uri: the file that is replaced.
        temporary: the name that holds the new bytes before the exchange and the old
            bytes after it.
        sha256: digest of the new bytes.
        window: what a foreign save could lose in the exchange; known after it.
    """

    def __init__(
        self,
        original: Original,
        temporary: str,
        sha256: str,
        identity: Identity,
        *,
        only_exchange: bool = False,
    ) -> None:
        self.uri = original.uri
        self.temporary = temporary
        self.sha256 = sha256
        self.window = Window.NONE
        self._original = original
        self._identity = identity
        self._only_exchange = only_exchange
        self._came_out: Identity | None = None
        self._stage = _Stage.PREPARED

    @property
    def folder(self) -> Folder:
        """The folder that must be synced after the exchange."""
        return self._original.folder

    @property
    def ref(self) -> AssetRef:
        """The file as it stands after the exchange; its version as the scanner tells it."""
        return AssetRef(
            uri=self.uri,
            size=self._identity.size,
            version=self._identity.version,
        )

    def exchange(self) -> None:
        """Swap the new bytes under the name and prove that nobody saved meanwhile.

        Raises:
            ConflictError: another program changed the file; its bytes stand, ours are gone.
            UnsettledError: it could not be put back; only recovery may go on.
            StorageError: the swap was refused; the old bytes stand, ours are gone.
        """
        self._must_be(_Stage.PREPARED)
        original = self._original
        standing = self.folder.look(original.name)
        self._stage = _Stage.DONE
        # Up to here for the comparison: a batch has many.
        self._original = replace(original, data=b"")
        if standing != original.identity:
            self.folder.remove(self.temporary)
            raise ConflictError(
                f"{self.uri}: another program changed the file.",
                remedy="Scan it again and make a new plan.",
            )
        self.window, self._came_out = swap(
            original, self.temporary, self.sha256, only_exchange=self._only_exchange
        )
        self._stage = _Stage.EXCHANGED

    def sync(self) -> None:
        """Make the exchange durable, unless the folder was synced since for all of a batch.

        Raises:
            FsyncError: stop the batch.
        """
        self._must_be(_Stage.EXCHANGED)
        self.folder.sync()
        self.synced()

    def synced(self) -> None:
        """Take notice that the folder was synced after this exchange.

        Without an exchange system call the name is opened again and its content hashed:
        network file systems have been seen to answer from a cache.

        Raises:
            ConflictError: the name does not hold the new bytes.
        """
        self._must_be(_Stage.EXCHANGED)
        if self.window is not Window.NONE:
            digest, _ = self.folder.digest(self._original.name)
            if digest != self.sha256:
                raise ConflictError(f"{self.uri}: another program changed the file.")
        self._stage = _Stage.SYNCED

    def discard_old(self) -> None:
        """Remove the former bytes; only after the commit is durable.

        Raises:
            ConflictError: a program that still had the old file open wrote into it; those
                bytes are kept under the temporary name, which the message gives.
        """
        self._must_be(_Stage.SYNCED)
        self._stage = _Stage.DONE
        found = self.folder.look(self.temporary)
        if found is None:
            return
        if self._came_out is None or not found.same_content_as(self._came_out):
            raise ConflictError(
                f"{self.uri}: another program wrote into the former file after it was "
                f"replaced; what it wrote is kept as {self.folder.path(self.temporary)}.",
                remedy="Compare both files and keep the one you want.",
            )
        self.folder.remove(self.temporary)

    def abort(self) -> None:
        """Leave the old bytes under the name and nothing of ours; does nothing when done.

        After the exchange the old bytes are swapped back first.

        Raises:
            ConflictError: another program saved over the new bytes; its bytes stand.
            UnsettledError: the state could not be restored; only recovery may go on.
        """
        if self._stage in {_Stage.EXCHANGED, _Stage.SYNCED}:
            self._stage = _Stage.DONE
            swap_back(self._original, self.temporary, self.sha256)
        elif self._stage is _Stage.PREPARED:
            self._stage = _Stage.DONE
            self.folder.remove(self.temporary)

    def _must_be(self, stage: _Stage) -> None:
        if self._stage is not stage:
            raise UnsettledError(
                f"{self.uri}: replacing is at {self._stage.name.lower()}, "
                f"not at {stage.name.lower()}: the stages have one order.",
            )


def _must_have_space(original: Original, size: int) -> None:
    with told(original.uri, "cannot ask for free space"):
        free = original.folder.system.free_octets(original.folder.descriptor)
    needed = 2 * size + SPARE
    if free < needed:
        raise StorageError(
            f"{original.uri}: {free} octets are free, {needed} are needed to replace it safely"
            f" ({SPARE >> 20} MiB of them stay free).",
            code="no-space",
            remedy="Free space on that disk and run the command again.",
        )
