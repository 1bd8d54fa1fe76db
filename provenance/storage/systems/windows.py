"""Windows: ReplaceFileW keeps what stood there; folders are held so that nobody moves them.

Windows has no descriptors of folders that names could be looked up in. Each folder from
the root down is opened as itself, refused where it is a reparse point (a link, a junction,
a placeholder of a cloud drive), and held open without leave to delete: while it is held,
neither it nor a folder above it can be renamed or replaced. Paths below it are then safe.

``ReplaceFileW`` gives the new file the access list, the streams and the attributes of the
former one and keeps the former under a second name. Between its two steps the name is
absent for a moment. Sources: Microsoft Learn, ReplaceFileW, MoveFileExW, CreateFileW,
GetFileInformationByHandle, "Naming Files, Paths, and Namespaces".
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import os
import shutil
from dataclasses import dataclass
from typing import Any, Final

from provenance.errors import StorageError
from provenance.storage.failures import UnsettledError
from provenance.storage.systems.beneath import parts_of
from provenance.storage.systems.interface import Clothing, Guarantee
from provenance.storage.temporary import keeping_name

_READ_ATTRIBUTES: Final = 0x80
_LIST_FOLDER: Final = 0x1
_SHARE_READ_WRITE: Final = 0x1 | 0x2
_OPEN_EXISTING: Final = 3
_ITSELF: Final = 0x02000000 | 0x00200000  # FILE_FLAG_BACKUP_SEMANTICS, _OPEN_REPARSE_POINT
_IS_FOLDER: Final = 0x10
_IS_REPARSE_POINT: Final = 0x400
_REPLACE_EXISTING: Final = 0x1
_WRITE_THROUGH: Final = 0x8
# The former file has its second name by then, and nothing has the name.
_UNABLE_TO_MOVE_REPLACEMENT_2: Final = 1177
_NOT_IN_NAMES: Final = frozenset('\\/:*?"<>|') | {chr(code) for code in range(32)}
_ERRNO: Final = {
    1: errno.EOPNOTSUPP,  # ERROR_INVALID_FUNCTION
    2: errno.ENOENT,
    3: errno.ENOENT,
    5: errno.EACCES,
    17: errno.EXDEV,
    19: errno.EROFS,
    32: errno.EBUSY,  # ERROR_SHARING_VIOLATION
    33: errno.EBUSY,
    39: errno.ENOSPC,
    50: errno.EOPNOTSUPP,
    80: errno.EEXIST,
    87: errno.EINVAL,
    112: errno.ENOSPC,
    120: errno.ENOSYS,
    183: errno.EEXIST,
    1175: errno.EBUSY,  # ERROR_UNABLE_TO_REMOVE_REPLACED
    1176: errno.EBUSY,
    1177: errno.EBUSY,
    1295: errno.EDQUOT,
}


class _Information(ctypes.Structure):
    """BY_HANDLE_FILE_INFORMATION; only the attributes are used."""

    _fields_ = (("attributes", ctypes.c_uint32), ("rest", ctypes.c_uint32 * 12))


@dataclass(frozen=True, slots=True)
class _Held:
    """A folder and the handles that keep it where it is, the root's first."""

    path: str
    handles: tuple[int, ...]


class Windows:
    """The calls of Windows. A folder is a number of our own.

    Args:
        kernel32: the library; another one in tests.
        verbatim: write paths so that Windows takes them as they are (trailing dots, names
            of devices, any length).
    """

    guarantee = Guarantee(
        system="Windows",
        swaps_by="ReplaceFileW with a second name for the former file",
        never_absent=False,
        keeps_foreign_saves=True,
        durable_bytes="FlushFileBuffers",
        durable_names="",
        stays_beneath="folders held open without leave to delete; reparse points refused",
        keeps="access list, attributes, streams and time of making (by ReplaceFileW)",
        proven=False,
        residual="The name is absent for a moment inside ReplaceFileW; after a power cut the "
        "former file may be back. Both are found by the next command. Read-only files are "
        "refused by Windows itself. The calls are tested against an imitation of them.",
    )

    def __init__(self, kernel32: Any = None, *, verbatim: bool = True) -> None:
        if kernel32 is None:
            kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
            kernel32.CreateFileW.restype = ctypes.c_void_p
        self._kernel32 = kernel32
        self._verbatim = verbatim
        self._held: dict[int, _Held] = {}
        self._next = 1

    def open_folder(self, root: str, below: str) -> int:
        """Open a folder and hold it, and those between it and ``root``, where they are."""
        path, handles = self._exact(root), []
        try:
            handles.append(self._hold(path, follow=True))
            for part in parts_of(below):
                _must_be_name(part)
                path = os.path.join(path, part)
                handles.append(self._hold(path, follow=False))
        except BaseException:
            for one in reversed(handles):
                self._kernel32.CloseHandle(ctypes.c_void_p(one))
            raise
        number, self._next = self._next, self._next + 1
        self._held[number] = _Held(path, tuple(handles))
        return number

    def _hold(self, path: str, *, follow: bool) -> int:
        flags = _ITSELF & ~0x00200000 if follow else _ITSELF
        handle = self._kernel32.CreateFileW(
            ctypes.c_wchar_p(path),
            ctypes.c_uint32(_LIST_FOLDER | _READ_ATTRIBUTES),
            ctypes.c_uint32(_SHARE_READ_WRITE),
            None,
            ctypes.c_uint32(_OPEN_EXISTING),
            ctypes.c_uint32(flags),
            None,
        )
        if handle in {None, -1, ctypes.c_void_p(-1).value}:
            raise self._error(path)
        try:
            self._must_be_folder(handle, path)
        except BaseException:
            self._kernel32.CloseHandle(ctypes.c_void_p(handle))
            raise
        return int(handle)

    def _must_be_folder(self, handle: int, path: str) -> None:
        found = _Information()
        known = self._kernel32.GetFileInformationByHandle(
            ctypes.c_void_p(handle), ctypes.byref(found)
        )
        if not known:
            raise self._error(path)
        if found.attributes & _IS_REPARSE_POINT:
            raise OSError(errno.ELOOP, "a link or junction is never followed", path)
        if not found.attributes & _IS_FOLDER:
            raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)

    def close_folder(self, where: int) -> None:
        """Let a folder go."""
        for handle in reversed(self._held.pop(where).handles):
            self._kernel32.CloseHandle(ctypes.c_void_p(handle))

    def _exact(self, path: str) -> str:
        if not self._verbatim:
            return path
        whole = os.path.abspath(path).replace("/", "\\")
        if whole.startswith("\\\\?\\"):
            return whole
        return f"\\\\?\\UNC{whole[1:]}" if whole.startswith("\\\\") else f"\\\\?\\{whole}"

    def _path(self, where: int, name: str) -> str:
        _must_be_name(name)
        return os.path.join(self._held[where].path, name)

    def open_file(self, where: int, name: str, flags: int) -> int:
        """Open a file; a reparse point is refused, also one put there meanwhile."""
        path = self._path(where, name)
        opened = os.open(path, flags, 0o600)
        try:
            _must_be_itself(path, opened)
        except BaseException:
            os.close(opened)
            raise
        return opened

    def look(self, where: int, name: str) -> os.stat_result:
        """Who has a name."""
        return os.lstat(self._path(where, name))

    def remove(self, where: int, name: str) -> None:
        """Take a name away."""
        os.unlink(self._path(where, name))

    def rename(self, where: int, source: str, target: str) -> None:
        """Rename over whatever has the target's name."""
        self._move(where, source, target, _REPLACE_EXISTING | _WRITE_THROUGH)

    def rename_new(self, where: int, source: str, target: str) -> None:
        """Rename, but never over an existing name."""
        self._move(where, source, target, _WRITE_THROUGH)

    def _move(self, where: int, source: str, target: str, flags: int) -> None:
        old, new = self._path(where, source), self._path(where, target)
        done = self._kernel32.MoveFileExW(
            ctypes.c_wchar_p(old), ctypes.c_wchar_p(new), ctypes.c_uint32(flags)
        )
        if not done:
            raise self._error(new)

    def exchange(self, where: int, temporary: str, name: str) -> None:
        """Put the temporary file under the name; what stood there takes the temporary's.

        In two steps: the former file stands under the keeping name in between, where
        recovery looks for it.
        """
        keeping, path = keeping_name(temporary), self._path(where, name)
        done = self._kernel32.ReplaceFileW(
            ctypes.c_wchar_p(path),
            ctypes.c_wchar_p(self._path(where, temporary)),
            ctypes.c_wchar_p(self._path(where, keeping)),
            ctypes.c_uint32(0),
            None,
            None,
        )
        if not done:
            code = self._last_error()
            if code == _UNABLE_TO_MOVE_REPLACEMENT_2:
                self._settle(where, keeping, name)
            raise _os_error(code, path)
        self._settle(where, keeping, temporary)

    def _settle(self, where: int, keeping: str, target: str) -> None:
        """Give the former file the name that it belongs under."""
        try:
            self.rename_new(where, keeping, target)
        except OSError as error:
            kept = self._path(where, keeping)
            raise UnsettledError(
                f"{kept}: the former file stands under this name and could not be moved: "
                f"{error.strerror}.",
                remedy="Run the command again: it recovers first.",
            ) from error

    def link(self, where: int, source: str, target: str) -> None:
        """Give a file a second name."""
        os.link(self._path(where, source), self._path(where, target))

    def sync_file(self, opened: int) -> None:
        """Have the disk write a file down (FlushFileBuffers)."""
        os.fsync(opened)

    def sync_folder(self, where: int) -> None:
        """Nothing to call: the moves are written through, which is not promised of names."""
        del where

    def free_octets(self, where: int) -> int:
        """Octets that this user may still write."""
        return shutil.disk_usage(self._held[where].path).free

    def is_locked(self, opened: int) -> bool:
        """Windows has no immutable files beside read-only ones."""
        del opened
        return False

    def mark(self, source: int, opened: int) -> None:
        """Nothing: ReplaceFileW carries it over."""

    def dress(self, source: int, opened: int, clothing: Clothing) -> None:
        """Nothing: ReplaceFileW carries it over."""

    def wears(self, found: os.stat_result, clothing: Clothing) -> bool:
        """It will: ReplaceFileW carries it over."""
        del found, clothing
        return True

    def lock(self, opened: int, *, wait: bool) -> bool:
        """Take the lock of a file of our own: one octet far behind any content."""
        msvcrt = importlib.import_module("msvcrt")
        os.lseek(opened, 1 << 30, os.SEEK_SET)
        while True:
            try:
                msvcrt.locking(opened, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError as error:
                # LK_LOCK gives up after ten seconds; the other process may need longer.
                if wait and error.errno in {errno.EDEADLK, errno.EACCES}:
                    continue
                if not wait and error.errno in {errno.EACCES, errno.EDEADLK}:
                    return False
                raise
            return True

    def _last_error(self) -> int:
        told = getattr(ctypes, "get_last_error", None)
        return int(told() if told is not None else self._kernel32.GetLastError())

    def _error(self, path: str) -> OSError:
        return _os_error(self._last_error(), path)


def _must_be_name(name: str) -> None:
    """Refuse what Windows would read as more than a name: a stream, a wildcard, a path.

    Raises:
        StorageError: code ``bad-name``.
    """
    if _NOT_IN_NAMES & set(name):
        raise StorageError(
            f"{name!r}: Windows allows no such file name.",
            code="bad-name",
            remedy="Rename the file on the system that it came from.",
        )


def _must_be_itself(path: str, opened: int) -> None:
    """Refuse a file that was reached through a link."""
    itself, content = os.lstat(path), os.fstat(opened)
    same = (itself.st_dev, itself.st_ino) == (content.st_dev, content.st_ino)
    if _is_link(itself) or not same:
        raise OSError(errno.ELOOP, "a link is never followed", path)


def _is_link(found: os.stat_result) -> bool:
    attributes = int(getattr(found, "st_file_attributes", 0))
    return bool(attributes & _IS_REPARSE_POINT) or (found.st_mode & 0o170000) == 0o120000


def _os_error(code: int, path: str) -> OSError:
    number = _ERRNO.get(code, errno.EIO)
    return OSError(number, f"{os.strerror(number)} (Windows error {code})", path)
