"""The C library of macOS and kernel32 of Windows, imitated on a real folder."""

# ruff: noqa: N802 - the calls of Windows have names of their own

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from provenance.storage import linux
from provenance.storage.replace import Replacement, Replacer, prepare
from provenance.storage.systems import System
from provenance.storage.systems.macos import MacOS
from provenance.storage.systems.portable import Portable
from provenance.storage.systems.windows import Windows

TX = "0123456789abcdef"
OLD = b"old picture bytes" * 1000
NEW = b"new picture bytes, corrected" * 1000
FOREIGN = b"saved by another program" * 900


class Libc:
    """The C library of macOS, done with the calls of Linux."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fail: dict[str, int] = {}

    def _done(self, name: str, work: Callable[[], None]) -> int:
        self.calls.append(name)
        number = self.fail.pop(name, 0)
        if not number:
            try:
                work()
            except OSError as error:
                number = error.errno or errno.EIO
        ctypes.set_errno(number)
        return -1 if number else 0

    def renameatx_np(self, here, old, there, new, flags) -> int:
        way = {2: linux.exchange, 4: linux.rename_new}[flags.value]
        names = os.fsdecode(old.value), os.fsdecode(new.value)
        return self._done(f"renameatx_np {flags.value}", lambda: way(here.value, *names))

    def fcopyfile(self, source, target, state, flags) -> int:
        assert (state, flags.value) == (None, 1 | 4)

        def copy() -> None:
            for name in os.listxattr(source.value):
                os.setxattr(target.value, name, os.getxattr(source.value, name))

        return self._done("fcopyfile", copy)

    def fchflags(self, opened, flags) -> int:
        return self._done(f"fchflags {flags.value:#x}", lambda: None)


class Kernel32:
    """kernel32 of Windows, done with renames; ``fail`` gives a call's error for once."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fail: dict[str, int] = {}
        self.reparse: set[str] = set()
        self.between: Callable[[], None] = lambda: None
        self._code = 0
        self._handles: dict[int, str] = {}

    def GetLastError(self) -> int:
        return self._code

    def _refused(self, name: str) -> bool:
        self.calls.append(name)
        self._code = self.fail.pop(name, 0)
        return bool(self._code)

    def CreateFileW(self, path, access, share, security, how, flags, template) -> int:
        assert not share.value & 0x4, "others could delete or rename a folder that is held"
        assert flags.value & 0x02000000
        if self._refused("CreateFileW"):
            return -1
        if not os.path.lexists(path.value):
            self._code = 3
            return -1
        handle = 1000 + len(self.calls)
        follows = not flags.value & 0x00200000
        self._handles[handle] = os.path.realpath(path.value) if follows else path.value
        return handle

    def GetFileInformationByHandle(self, handle, found) -> int:
        path = self._handles[handle.value]
        attributes = 0x10 if os.path.isdir(path) else 0x80
        if os.path.islink(path) or path in self.reparse:
            attributes |= 0x400
        found._obj.attributes = attributes
        return 1

    def CloseHandle(self, handle) -> int:
        del self._handles[handle.value]
        return 1

    def MoveFileExW(self, old, new, flags) -> int:
        assert flags.value & 0x8, "a move is written through"
        if self._refused("MoveFileExW"):
            return 0
        if not flags.value & 0x1 and os.path.lexists(new.value):
            self._code = 183
            return 0
        os.rename(old.value, new.value)
        return 1

    def ReplaceFileW(self, name, temporary, backup, flags, _one, _two) -> int:
        assert flags.value == 0, "an access list that cannot be carried over must be told"
        code = self.fail.pop("ReplaceFileW", 0)
        self.calls.append("ReplaceFileW")
        self._code = code
        if code and code != 1177:
            return 0
        if not (os.path.lexists(name.value) and os.path.lexists(temporary.value)):
            self._code = 2
            return 0
        os.rename(name.value, backup.value)
        self.between()
        if code == 1177:
            return 0
        os.chmod(temporary.value, os.lstat(backup.value).st_mode & 0o7777)
        os.rename(temporary.value, name.value)
        return 1


SYSTEMS: dict[str, Callable[[], System]] = {
    "portable": Portable,
    "macos": lambda: MacOS(Libc()),
    "windows": lambda: Windows(Kernel32(), verbatim=False),
}


def ready(replacer: Replacer, path: Path) -> Replacement:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return prepare(str(path), digest, NEW, TX, replacer=replacer)


def names_beside(path: Path) -> list[str]:
    return sorted(one for one in os.listdir(path.parent) if one != path.name)


def make_picture(top: Path) -> Path:
    """A picture two folders down."""
    folder = top / "desk" / "day"
    folder.mkdir(parents=True)
    path = folder / "a.jpg"
    path.write_bytes(OLD)
    return path
