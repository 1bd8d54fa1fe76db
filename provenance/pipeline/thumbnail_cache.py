"""Thumbnails kept on disk between one run and the next, for the person alone who made them.

An entry is believed only where it says for what it was made, its digest is right, and it is
a JPEG with nothing else in it; whatever else lies in the folder is drawn anew.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from platformdirs import user_cache_dir

from provenance.reporting.thumbnails import FORM, LARGEST, Thumbnail, jpeg_size

VARIABLE: Final = "PROVENANCE_CACHE"
MOST_OCTETS: Final = 512 << 20
"""Of all entries together: some 25,000 pictures of 320 pixels, or 80,000 of 160."""

_FOLDER: Final = "thumbnails"
_MAGIC: Final = b"provenance thumbnail\n"
_DIGEST: Final = 32
_HEAD: Final = len(_MAGIC) + 2 * _DIGEST
_ROOM: Final = 0.8
_OLDEST: Final = 90 * 86_400  # seconds
_TOUCHED_AGAIN: Final = 86_400  # seconds
_UNFINISHED: Final = ".new-"
_LEFT_BEHIND: Final = 3_600  # seconds
_PRIVATE: Final = 0o700
_OTHERS: Final = 0o077
_PLACES: Final = 4_000
"""Entries written before the folder is looked through again."""


def cache_dir() -> Path:
    """The folder of what can be made again; it need not exist yet.

    ``PROVENANCE_CACHE`` names it; else it is the platform's place for a user's cache.
    """
    named = os.environ.get(VARIABLE, "")
    return (Path(named).expanduser() if named else Path(user_cache_dir("provenance"))).absolute()


class ThumbnailCache:
    """Thumbnails by what they show; may be used by several threads and processes at once.

    Args:
        folder: where they are kept; made on the first write, for its owner alone.
        most: octets of all entries; the ones not asked for the longest go first.

    ``problem`` says why nothing is kept, where that is so; nothing here raises.
    """

    def __init__(self, folder: Path | None = None, most: int = MOST_OCTETS) -> None:
        self._folder = os.path.join(folder or cache_dir(), _FOLDER)
        self._most = most
        self._written = 0
        self._made: set[str] = set()
        self.problem = ""
        found = _look(self._folder)
        if found is not None:
            self.problem = _why_not(self._folder, found)

    def get(self, key: str, edge: int) -> Thumbnail | None:
        """The thumbnail that was kept under ``key``; None where there is none to be believed.

        Args:
            key: what it shows.
            edge: the most pixels of its longer side.
        """
        if self.problem:
            return None
        name = _name(key, edge)
        path = self._path(name)
        data = _read(path)
        if data is None:
            return None
        jpeg = data[_HEAD:]
        size = jpeg_size(jpeg) if data[:_HEAD] == _head(name, jpeg) else None
        if size is None or max(size) > edge:
            return None
        _used(path)
        return Thumbnail(jpeg, *size)

    def has(self, key: str, edge: int) -> bool:
        """Whether something lies under ``key``; ``get`` says whether it is to be believed."""
        return not self.problem and os.path.lexists(self._path(_name(key, edge)))

    def put(self, key: str, edge: int, made: Thumbnail) -> None:
        """Keep a thumbnail; the reason why there is none is not kept."""
        if self.problem or not made.jpeg:
            return
        name = _name(key, edge)
        try:
            self._write(name, _head(name, made.jpeg) + made.jpeg)
        except OSError as error:
            self.problem = f"Thumbnails cannot be kept in {self._folder}: {error.strerror}."
        else:
            self._written += 1
            if self._written % _PLACES == 0:
                self.trim()

    def forget(self, key: str, edge: int) -> None:
        """Take a thumbnail out: what it showed is gone and shall not live on here."""
        if not self.problem:
            with suppress(OSError):  # not there, or to be refused at the next write
                os.unlink(self._path(_name(key, edge)))

    def trim(self) -> None:
        """Take out what is too much: the entries not asked for the longest, and the old ones."""
        now = time.time()
        kept: list[tuple[float, int, str]] = []
        for entry, found in self._entries():
            age = now - found.st_mtime
            limit = _LEFT_BEHIND if entry.name.startswith(_UNFINISHED) else _OLDEST
            if age > limit:
                _remove(entry.path)
            else:
                kept.append((found.st_mtime, found.st_size, entry.path))
        whole = sum(size for _, size, _ in kept)
        if whole <= self._most:
            return
        for _, size, path in sorted(kept):
            if whole <= self._most * _ROOM:
                return
            _remove(path)
            whole -= size

    def close(self) -> None:
        """Look through the folder where something was written to it."""
        if self._written and not self.problem:
            self.trim()

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, name[:2], name)

    def _write(self, name: str, data: bytes) -> None:
        shelf = os.path.dirname(self._path(name))
        if shelf not in self._made:
            os.makedirs(os.path.dirname(self._folder), mode=_PRIVATE, exist_ok=True)
            for folder in (self._folder, shelf):
                with suppress(FileExistsError):
                    os.mkdir(folder, _PRIVATE)
                self.problem = _why_not(folder, os.lstat(folder))
                if self.problem:
                    return
            self._made.add(shelf)
        # Nothing is synced: an entry that a power cut spoils is known by its digest.
        opened, path = tempfile.mkstemp(prefix=_UNFINISHED, dir=shelf)
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(data)
            os.replace(path, self._path(name))
        except BaseException:
            _remove(path)
            raise

    def _entries(self) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
        for shelf in _listed(self._folder):
            if not shelf.is_dir(follow_symlinks=False):
                continue
            for entry in _listed(shelf.path):
                with suppress(FileNotFoundError):  # another process was quicker
                    yield entry, entry.stat(follow_symlinks=False)


def _name(key: str, edge: int) -> str:
    words = f"{FORM} {edge} {key}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(words).hexdigest()


def _head(name: str, jpeg: bytes) -> bytes:
    return _MAGIC + bytes.fromhex(name) + hashlib.sha256(jpeg).digest()


def _read(path: str) -> bytes | None:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError:
        return None  # not there, or not to be opened: drawn anew
    try:
        if not _is_entry(os.fstat(descriptor)):
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(_HEAD + LARGEST)
    except OSError:
        return None  # a disk that fails: drawn anew
    finally:
        os.close(descriptor)


def _is_entry(found: os.stat_result) -> bool:
    """Whether it can be an entry of this person's."""
    mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return mine and stat.S_ISREG(found.st_mode) and _HEAD < found.st_size <= _HEAD + LARGEST


def _used(path: str) -> None:
    """Say that an entry was asked for, once a day: the others go before it."""
    with suppress(OSError):  # only its turn to go depends on it
        if time.time() - os.lstat(path).st_mtime > _TOUCHED_AGAIN:
            os.utime(path, follow_symlinks=False)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []  # another process took it away, or it was never made


def _look(folder: str) -> os.stat_result | None:
    try:
        return os.lstat(folder)
    except OSError:
        return None  # the first write says what is wrong


def _why_not(folder: str, found: os.stat_result) -> str:
    """Why nothing is kept here; empty where the folder is its owner's alone."""
    if not stat.S_ISDIR(found.st_mode):
        return f"Thumbnails are not kept: {folder} is no folder. Move it away."
    if not hasattr(os, "geteuid"):
        return ""  # rights are the profile folder's own there
    if found.st_uid != os.geteuid():
        return f"Thumbnails are not kept: {folder} belongs to somebody else."
    if found.st_mode & _OTHERS:
        return f"Thumbnails are not kept: others may look into {folder} (chmod 700 mends it)."
    return ""


def _remove(path: str) -> None:
    with suppress(OSError):  # gone already; else it is tried again at the next look
        os.unlink(path)
