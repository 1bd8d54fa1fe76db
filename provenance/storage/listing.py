"""One local folder, listed: its files, its sidecars, and whose they are."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from provenance.model import AssetRef
from provenance.storage.candidates import (
    ASSET_SUFFIXES,
    FEED_OCTETS,
    PAGE_SUFFIXES,
    SIDECAR,
    SNIFF_OCTETS,
    is_feed,
    is_picture_magic,
    suffix,
)
from provenance.storage.contract import OtherFile, StoreProblem
from provenance.storage.problems import trouble
from provenance.storage.systems.flags import READ_FILE
from provenance.storage.systems.listing import held_for_listing

OPEN_FILE = READ_FILE


QUARANTINE_MARK = ".provenance-quarantine"
"""A folder that holds this name keeps withdrawn pictures: nothing in it is an asset."""

_KINDS = {SIDECAR: "sidecar", ".txt": "text", **dict.fromkeys(PAGE_SUFFIXES, "page")}


def version_of(found: os.stat_result) -> str:
    """The version of one local file: modification time in nanoseconds, inode, and size.

    The size tells an edit in place by a program that puts the old time back.
    """
    return f"{found.st_mtime_ns}-{found.st_ino}-{found.st_size}"


def joined_version(own: str, sidecars: tuple[AssetRef, ...]) -> str:
    """The version of a picture together with its sidecars; ``own_version`` takes it apart."""
    return "+".join((own, *(sidecar.version for sidecar in sidecars)))


def own_version(version: str) -> str:
    """The part of a version that is the file's own, without its sidecars."""
    return version.partition("+")[0]


@dataclass(slots=True)
class Listing:
    """What stands directly in a folder, by name; names that begin with a dot are left out.

    Attributes:
        path: the folder as the user gave it, joined.
        uri: its absolute path.
        device: the device it stands on.
        files: what each regular file's inode said.
        folders: names of the subfolders, sorted.
        problems: what is neither, or could not be looked at.
        quarantined: it keeps withdrawn pictures, and nothing in it is an asset.
    """

    path: str
    uri: str
    device: str
    files: dict[str, os.stat_result] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    problems: list[StoreProblem] = field(default_factory=list)
    quarantined: bool = False
    _sidecars: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: str, uri: str, *, follow: bool = False) -> Listing:
        """List a folder.

        Args:
            path: for display.
            uri: the absolute path.
            follow: follow a symbolic link that is the folder's own name.

        Raises:
            OSError: it cannot be opened or not listed to its end.
        """
        with held_for_listing(uri, follow=follow) as (held, device):
            listing = cls(path, uri, device)
            with os.scandir(held) as entries:
                for entry in sorted(entries, key=_name):
                    if not entry.name.startswith("."):
                        listing._add(entry)
                    elif entry.name == QUARANTINE_MARK:
                        listing._leave_out()
        return listing

    def _leave_out(self) -> None:
        self.quarantined = True
        self.problems.append(
            StoreProblem(
                self.path,
                self.uri,
                "quarantine-skipped",
                f"{self.path} keeps withdrawn pictures in quarantine and was left out.",
                expected=True,
            )
        )

    def _add(self, entry: os.DirEntry[str]) -> None:
        name = entry.name
        if entry.is_symlink():
            self.problems.append(self._symlink(name))
        elif entry.is_dir(follow_symlinks=False):
            self.folders.append(name)
        else:
            self._add_file(entry)

    def _add_file(self, entry: os.DirEntry[str]) -> None:
        name = entry.name
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return  # removed since the folder was listed: it is not there
        except OSError as error:
            self.problems.append(trouble(error, self.path_of(name), self.uri_of(name)))
            return
        if not stat.S_ISREG(found.st_mode):
            self.problems.append(self._special(name))
            return
        self.files[name] = found
        if suffix(name) == SIDECAR:
            self._sidecars.setdefault(_sidecar_key(name[: -len(SIDECAR)]), []).append(name)

    def _symlink(self, name: str) -> StoreProblem:
        path = self.path_of(name)
        return StoreProblem(
            path,
            self.uri_of(name),
            "symlink-skipped",
            f"{path} is a symbolic link and was not followed.",
            "Name the file or folder that it points to, if it should be looked at.",
            expected=True,
        )

    def _special(self, name: str) -> StoreProblem:
        path = self.path_of(name)
        return StoreProblem(
            path,
            self.uri_of(name),
            "not-a-file",
            f"{path} is a pipe, a socket or a device and was not opened.",
        )

    def path_of(self, name: str) -> str:
        """The path of a name in this folder, for display."""
        return os.path.join(self.path, name)  # a Path would drop a leading "./"

    def uri_of(self, name: str) -> str:
        """The absolute path of a name in this folder."""
        return f"{self.uri}/{name}" if self.uri != "/" else f"/{name}"

    def assets(self) -> Iterator[AssetRef | OtherFile | StoreProblem]:
        """Give every file once: pictures with their sidecars, the rest on its own."""
        kinds = {name: self.kind(name) for name in self.files}
        claimed = {
            sidecar
            for name, kind in kinds.items()
            if kind == "picture"
            for sidecar in self.sidecars_of(name)
        }
        for name, kind in kinds.items():
            if isinstance(kind, StoreProblem):
                yield kind
            elif kind == "other":
                yield OtherFile(self.path_of(name), self.uri_of(name))
            elif name not in claimed:
                yield self.ref(name, picture=kind == "picture")

    def kind(self, name: str) -> str | StoreProblem:
        """Tell what a file is, or why it cannot be told.

        Returns:
            ``picture``, ``text``, ``page``, ``sidecar`` or ``other``.
        """
        if self.quarantined:
            return "other"
        extension = suffix(name)
        if extension in _KINDS:
            return _KINDS[extension]
        if extension in ASSET_SUFFIXES:
            return "picture"
        uri = self.uri_of(name)
        try:
            descriptor = os.open(uri, OPEN_FILE)
            try:
                head = os.read(descriptor, FEED_OCTETS if extension == ".xml" else SNIFF_OCTETS)
            finally:
                os.close(descriptor)
        except OSError as error:
            return trouble(error, self.path_of(name), uri)
        if extension == ".xml" and is_feed(head):
            return "page"
        return "picture" if is_picture_magic(head) else "other"

    def ref(self, name: str, *, picture: bool) -> AssetRef:
        """The reference of one file, with the sidecars that speak for it if it is a picture."""
        found = self.files[name]
        own = version_of(found)
        path, uri = self.path_of(name), self.uri_of(name)
        if not picture or not (names := self.sidecars_of(name)):
            return AssetRef(uri, found.st_size, own, (), path)
        sidecars = tuple(self.ref(sidecar, picture=False) for sidecar in names)
        return AssetRef(uri, found.st_size, joined_version(own, sidecars), sidecars, path)

    def sidecars_of(self, name: str) -> list[str]:
        """The XMP files that speak for a picture: ``a.xmp`` before ``a.jpg.xmp``."""
        if not self._sidecars:
            return []
        stem = name[: len(name) - len(suffix(name))]
        keys = dict.fromkeys((_sidecar_key(stem), _sidecar_key(name)))
        return [sidecar for key in keys for sidecar in self._sidecars.get(key, ())]

    def owners_of(self, sidecar: str) -> list[str]:
        """The pictures that an XMP file speaks for; none means that it stands alone."""
        return [
            name
            for name in self.files
            if suffix(name) != SIDECAR
            and sidecar in self.sidecars_of(name)
            and self.kind(name) == "picture"
        ]


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _sidecar_key(stem: str) -> str:
    """What sidecar and picture have in common: the name, a known extension in lower case."""
    extension = suffix(stem)
    return stem[: len(stem) - len(extension)] + extension if extension in ASSET_SUFFIXES else stem
