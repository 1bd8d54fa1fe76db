"""Local folders as a store: walk, and read exactly the version that was seen."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from provenance.errors import ConflictError, StorageError
from provenance.model import AssetRef
from provenance.storage.candidates import SIDECAR, suffix
from provenance.storage.contract import ListedFolder, OtherFile, StoreProblem, WalkEntry
from provenance.storage.listing import OPEN_FILE, Listing, own_version, version_of
from provenance.storage.problems import refused, trouble
from provenance.storage.systems.reading import read_at

__all__ = ["FileSource", "LocalStore", "version_of"]

_PIECE = 1 << 30  # Linux reads at most 2 GiB at once


@dataclass(frozen=True, slots=True)
class LocalStore:
    """Files and folders of this machine; keeps the promises of ``Store``.

    Attributes:
        largest: octets that ``get`` will take into memory for one file.
    """

    largest: int = 2 << 30

    def walk(self, paths: Sequence[str]) -> Iterator[WalkEntry]:
        """Give every asset at or below the paths, each once, with what else there is to tell.

        A folder gives its files sorted by name, then its ``ListedFolder``, then its
        subfolders. A sidecar comes with its picture, also when only the sidecar is named.
        A symbolic link is followed only where the user named it himself and it leads to
        a folder.
        """
        walk = _Walk()
        for path in paths:
            yield from walk.path(path)

    def get(self, ref: AssetRef) -> bytes:
        """Return the whole content of the version that ``ref`` names.

        Raises:
            ConflictError: the file is another version, or changed while it was read.
            StorageError: it is not there, not readable, not a regular file, or larger
                than ``largest``.
        """
        with self.open_source(ref) as source:
            if source.size > self.largest:
                raise StorageError(
                    f"{ref.display} has {source.size} octets, more than the limit of"
                    f" {self.largest}.",
                    code="too-large",
                    remedy="Look at this file by hand.",
                )
            return source.read(0, source.size)

    @contextmanager
    def open_source(self, ref: AssetRef) -> Iterator[FileSource]:
        """Open the version that ``ref`` names for reading ranges.

        Raises:
            ConflictError: the file is another version; at the end of the body also where
                it changed meanwhile, so that nothing is built on a mixture.
            StorageError: it is not there, not readable, or not a regular file.
        """
        try:
            descriptor = os.open(ref.uri, OPEN_FILE)
        except (OSError, ValueError) as error:
            raise refused(error, ref.display) from error
        try:
            found = _look(descriptor, ref)
            _require_regular(found, ref)
            if ref.version and (ref.size, own_version(ref.version)) != _seen(found):
                raise _changed(ref, "since it was scanned")
            yield FileSource(descriptor, found.st_size, ref)
            if _seen(_look(descriptor, ref)) != _seen(found):
                raise _changed(ref, "while it was read")
        finally:
            # Nothing was written through it: what close could report concerns no file.
            with suppress(OSError):
                os.close(descriptor)


@dataclass(frozen=True, slots=True)
class FileSource:
    """Ranges of one open file, without moving any position: threads may share it."""

    _descriptor: int
    size: int
    _ref: AssetRef

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` octets from ``offset`` on; fewer only at the file's end.

        Raises:
            ConflictError: the file became shorter meanwhile.
            StorageError: the disk reports an error.
        """
        end = min(offset + length, self.size)
        pieces: list[bytes] = []
        while offset < end:
            try:
                piece = read_at(self._descriptor, min(end - offset, _PIECE), offset)
            except OSError as error:
                raise refused(error, self._ref.display) from error
            if not piece:
                raise _changed(self._ref, "while it was read")
            pieces.append(piece)
            offset += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _look(descriptor: int, ref: AssetRef) -> os.stat_result:
    try:
        return os.fstat(descriptor)
    except OSError as error:
        raise refused(error, ref.display) from error


def _seen(found: os.stat_result) -> tuple[int, str]:
    return found.st_size, version_of(found)


def _require_regular(found: os.stat_result, ref: AssetRef) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise StorageError(
            f"{ref.display} is not a regular file.",
            code="not-a-file",
            remedy="Folders, pipes, sockets and devices are not read.",
        )


def _changed(ref: AssetRef, when: str) -> ConflictError:
    return ConflictError(
        f"{ref.display} was changed by another program {when}.",
        remedy="Scan the folder again.",
    )


@dataclass(slots=True)
class _Walk:
    """What one walk remembers, so that overlapping paths give nothing twice.

    Whole folders are remembered by uri; single files only where the user named files,
    so that memory grows with the folders, not with the files.
    """

    folders: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    latest: Listing | None = None

    def path(self, path: str) -> Iterator[WalkEntry]:
        """Walk one path that the user named."""
        uri = os.path.abspath(path)  # Path.absolute would keep ".."
        try:
            found = os.lstat(uri if path else "")
            linked = stat.S_ISLNK(found.st_mode)
            folder = stat.S_ISDIR(os.stat(uri).st_mode if linked else found.st_mode)
        except (OSError, ValueError) as error:
            yield trouble(error, path, uri)
            return
        if folder:
            yield from self._tree(path, uri)
        elif linked:
            yield StoreProblem(
                path,
                uri,
                "symlink-refused",
                f"{path} is a symbolic link and was not followed.",
                "Name the file that it points to.",
            )
        elif not stat.S_ISREG(found.st_mode):
            message = f"{path} is a pipe, a socket or a device and was not opened."
            yield StoreProblem(path, uri, "not-a-file", message)
        else:
            yield from self._file(path.rstrip("/"), uri, found)

    def _tree(self, path: str, uri: str) -> Iterator[WalkEntry]:
        root = uri
        waiting = [(path, uri)]
        while waiting:
            path, uri = waiting.pop()
            if uri in self.folders:
                continue
            try:
                listing = Listing.of(path, uri, follow=uri == root)
            except OSError as error:
                yield trouble(error, path, uri)
                continue
            self.folders.add(uri)
            yield from listing.problems
            for entry in listing.assets():
                if entry.uri not in self.files:
                    yield entry
            yield ListedFolder(uri, listing.device)
            waiting.extend(
                (listing.path_of(name), listing.uri_of(name)) for name in reversed(listing.folders)
            )

    def _file(self, path: str, uri: str, found: os.stat_result) -> Iterator[WalkEntry]:
        """Give one named file, or the pictures that a named sidecar speaks for."""
        folder, name = os.path.split(uri)
        try:
            listing = self._listing(os.path.dirname(path), folder)  # keeps what was typed
        except OSError as error:
            yield trouble(error, path, uri)
            return
        listing.files.setdefault(name, found)  # a name with a dot is looked at if named
        for entry in self._named(listing, name):
            if entry.uri not in self.files and folder not in self.folders:
                self.files.add(entry.uri)
                yield entry

    def _listing(self, path: str, uri: str) -> Listing:
        if self.latest is None or (self.latest.path, self.latest.uri) != (path, uri):
            self.latest = Listing.of(path, uri, follow=True)
        return self.latest

    @staticmethod
    def _named(listing: Listing, name: str) -> Iterator[AssetRef | OtherFile | StoreProblem]:
        if suffix(name) == SIDECAR and (owners := listing.owners_of(name)):
            for owner in owners:
                yield listing.ref(owner, picture=True)
            return
        kind = listing.kind(name)
        if isinstance(kind, StoreProblem):
            yield kind
        elif kind == "other":
            yield OtherFile(listing.path_of(name), listing.uri_of(name))
        else:
            yield listing.ref(name, picture=kind == "picture")
