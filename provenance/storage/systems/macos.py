"""macOS: names exchanged by renameatx_np, bytes made durable by F_FULLFSYNC.

``fsync`` on macOS hands the bytes to the disk, which may keep them in its own memory;
``F_FULLFSYNC`` makes the disk write them down. Folders are opened part by part: systems
before macOS 11 pass over ``O_NOFOLLOW_ANY`` without a word. Sources: Darwin manual pages
rename(2) (RENAME_SWAP, RENAME_EXCL; macOS 10.12), fcntl(2), copyfile(3), chflags(2).
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
from typing import Any, Final

from provenance.storage.systems.interface import Guarantee
from provenance.storage.systems.portable import Portable

_RENAME_SWAP: Final = 0x2
_RENAME_EXCL: Final = 0x4
_F_FULLFSYNC: Final = 51
_COPYFILE_ACL: Final = 1 << 0
_COPYFILE_XATTR: Final = 1 << 2
# UF_IMMUTABLE, UF_APPEND, SF_IMMUTABLE, SF_APPEND.
_LOCKED: Final = 0x2 | 0x4 | 0x20000 | 0x40000
# UF_NODUMP, UF_OPAQUE, UF_HIDDEN: what a person sets; the rest is the system's.
_SET_BY_PERSONS: Final = 0x1 | 0x8 | 0x8000
# What a share answers that has no F_FULLFSYNC: fsync is then all there is.
_NO_FULL_SYNC: Final = frozenset({errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOTTY})


class MacOS(Portable):
    """The calls of macOS.

    Args:
        libc: the C library; another one in tests.
    """

    guarantee = Guarantee(
        system="macOS",
        swaps_by="renameatx_np(RENAME_SWAP)",
        never_absent=True,
        keeps_foreign_saves=True,
        durable_bytes="fcntl(F_FULLFSYNC)",
        durable_names="fcntl(F_FULLFSYNC) of the folder",
        stays_beneath="each folder on the way opened inside the one before (O_NOFOLLOW)",
        keeps="owner, group, mode, extended attributes, access lists, file flags (chflags)",
        proven=False,
        residual="The calls are tested against an imitation of them, not on macOS itself.",
    )

    def __init__(self, libc: Any = None) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True) if libc is None else libc

    def rename_new(self, where: int, source: str, target: str) -> None:
        """Rename, but never over an existing name (RENAME_EXCL)."""
        self._renameatx(where, source, target, _RENAME_EXCL)

    def exchange(self, where: int, temporary: str, name: str) -> None:
        """Swap two names in one step."""
        self._renameatx(where, temporary, name, _RENAME_SWAP)

    def _renameatx(self, where: int, source: str, target: str, flags: int) -> None:
        here = ctypes.c_int(where)
        old, new = ctypes.c_char_p(os.fsencode(source)), ctypes.c_char_p(os.fsencode(target))
        self._call("renameatx_np", here, old, here, new, ctypes.c_uint(flags))

    def sync_file(self, opened: int) -> None:
        """Have the disk write a file down."""
        _full_sync(opened)

    def sync_folder(self, where: int) -> None:
        """Have the disk write a folder's names down."""
        _full_sync(where)

    def is_locked(self, opened: int) -> bool:
        """Whether ``chflags uchg``, ``uappnd`` or their like forbid a change."""
        return bool(_flags(opened) & _LOCKED)

    def mark(self, source: int, opened: int) -> None:
        """The flags that a person set with ``chflags``."""
        wanted, present = _flags(source) & _SET_BY_PERSONS, _flags(opened)
        if wanted != present & _SET_BY_PERSONS:
            flags = wanted | present & ~_SET_BY_PERSONS
            self._call("fchflags", ctypes.c_int(opened), ctypes.c_uint(flags))

    def _carry(self, source: int, opened: int) -> None:
        """Extended attributes and access lists, by the system's own copy of them."""
        what = ctypes.c_uint32(_COPYFILE_ACL | _COPYFILE_XATTR)
        self._call("fcopyfile", ctypes.c_int(source), ctypes.c_int(opened), None, what)

    def _call(self, name: str, *arguments: Any) -> None:
        try:
            function = getattr(self._libc, name)
        except AttributeError:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
        number = errno.EINTR
        while number == errno.EINTR:
            number = ctypes.get_errno() if function(*arguments) else 0
        if number:
            raise OSError(number, os.strerror(number))


def _full_sync(opened: int) -> None:
    try:
        fcntl.fcntl(opened, _F_FULLFSYNC)
    except OSError as error:
        if error.errno not in _NO_FULL_SYNC:
            raise
        os.fsync(opened)


def _flags(opened: int) -> int:
    return int(getattr(os.fstat(opened), "st_flags", 0))
