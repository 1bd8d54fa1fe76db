"""System calls that the standard library lacks: openat2, renameat2, inode flags.

They are reached through the C library by ctypes. Where the kernel, a sandbox or the
platform has no such call the functions raise ``OSError`` with ``ENOSYS``, ``EINVAL``,
``EPERM`` or ``EOPNOTSUPP``, and the caller takes its slower way. Sources: Linux man-pages
openat2(2), rename(2), ioctl_iflags(2), FS_IOC_FSGETXATTR in linux/fs.h.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct

from provenance.storage.systems.beneath import open_part_by_part, parts_of
from provenance.storage.systems.interface import NO_SUCH_CALL

__all__ = [
    "NO_SUCH_CALL",
    "exchange",
    "is_locked",
    "keep_inode_flags",
    "keep_project",
    "open_folder_beneath",
    "rename_new",
]

_IS_LINUX = platform.system() == "Linux"
_LIBC = ctypes.CDLL(None, use_errno=True)

# Since Linux 5.1 all architectures but alpha share one numbering of new calls.
_NR_OPENAT2 = 437
# renameat2 is older than the shared numbering; used where the C library has no wrapper.
_NR_RENAMEAT2 = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "ppc64le": 357, "s390x": 347}

_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_NO_SYMLINKS = 0x04
_RESOLVE_BENEATH = 0x08
_RENAME_NOREPLACE = 1
_RENAME_EXCHANGE = 2
_FS_IMMUTABLE = 0x10
_FS_APPEND_ONLY = 0x20
_FS_VERITY = 0x100000
# What a person sets with chattr: secure and undeletable, compressed or not, synchronous,
# nodump, noatime, journaled data, notail, no copy on write, DAX. The rest is the kernel's.
_FS_SET_BY_PERSONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x400 | 0x4000 | 0x8000 | 0x2800000
# _IOR('f', 1, long), _IOW('f', 2, long): the size of a long is part of the request number.
_FS_IOC_GETFLAGS = 0x80006601 | (struct.calcsize("l") << 16)
_FS_IOC_SETFLAGS = 0x40006602 | (struct.calcsize("l") << 16)
# struct fsxattr: flags, extent size, extents, project, copy-on-write extent size, 8 spare.
_FSXATTR = struct.Struct("=5I8x")
_FS_IOC_FSGETXATTR = 0x8000581F | (_FSXATTR.size << 16)
_FS_IOC_FSSETXATTR = 0x40005820 | (_FSXATTR.size << 16)
_NO_FLAGS = NO_SUCH_CALL | {errno.ENOTTY}
_TRIES = 16


class _OpenHow(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


def open_folder_beneath(root: int, relative: str) -> int:
    """Open a folder below ``root`` without following any symbolic link on the way.

    Args:
        root: descriptor of the folder that must not be left.
        relative: slash-separated path without ``.``, ``..`` or empty parts; ``""`` is
            the root itself.

    Returns:
        A descriptor open for reading and syncing; the caller closes it.

    Raises:
        OSError: ``ELOOP`` or ``ENOTDIR`` for a symbolic link, ``EXDEV`` for a way out.
    """
    parts = parts_of(relative)
    try:
        return _openat2(root, relative or ".")
    except OSError as error:
        if error.errno not in {errno.ENOSYS, errno.EPERM}:
            raise
    return open_part_by_part(root, parts)


def _openat2(root: int, relative: str) -> int:
    if not _IS_LINUX:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    how = _OpenHow(
        os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC,
        0,
        _RESOLVE_BENEATH | _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS,
    )
    number = errno.EAGAIN
    # EAGAIN: a folder on the way was renamed meanwhile; the manual asks to try again.
    for _ in range(_TRIES):
        opened: int = _LIBC.syscall(
            ctypes.c_long(_NR_OPENAT2),
            ctypes.c_int(root),
            ctypes.c_char_p(os.fsencode(relative)),
            ctypes.byref(how),
            ctypes.c_size_t(ctypes.sizeof(how)),
        )
        if opened >= 0:
            return opened
        number = ctypes.get_errno()
        if number not in {errno.EAGAIN, errno.EINTR}:
            break
    raise OSError(number, os.strerror(number), relative)


def exchange(folder: int, one: str, other: str) -> None:
    """Swap two names of one folder in a single step; neither name is ever absent.

    Raises:
        OSError: with an errno of ``NO_SUCH_CALL`` where the file system cannot.
    """
    _renameat2(folder, one, other, _RENAME_EXCHANGE)


def rename_new(folder: int, source: str, target: str) -> None:
    """Rename within one folder, but never over an existing name.

    Raises:
        FileExistsError: ``target`` is there.
        OSError: with an errno of ``NO_SUCH_CALL`` where the file system cannot.
    """
    _renameat2(folder, source, target, _RENAME_NOREPLACE)


def _renameat2(folder: int, source: str, target: str, flags: int) -> None:
    old, new = ctypes.c_char_p(os.fsencode(source)), ctypes.c_char_p(os.fsencode(target))
    here, how = ctypes.c_int(folder), ctypes.c_uint(flags)
    wrapper = getattr(_LIBC, "renameat2", None)
    number = _NR_RENAMEAT2.get(platform.machine())
    if not _IS_LINUX or (wrapper is None and number is None):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    code = errno.EINTR
    while code == errno.EINTR:
        if wrapper is not None:
            failed: int = wrapper(here, old, here, new, how)
        else:
            failed = _LIBC.syscall(ctypes.c_long(number or 0), here, old, here, new, how)
        code = ctypes.get_errno() if failed else 0
    if code:
        raise OSError(code, os.strerror(code), source, None, target)


def is_locked(descriptor: int) -> bool:
    """Whether the inode is immutable, append-only or sealed by fs-verity.

    False where that cannot be known.
    """
    flags = _inode_flags(descriptor)
    return flags is not None and bool(flags & (_FS_IMMUTABLE | _FS_APPEND_ONLY | _FS_VERITY))


def keep_inode_flags(source: int, opened: int) -> None:
    """Give an empty file the inode flags that a person set on another (``chattr``).

    Raises:
        OSError: the file system does not take them.
    """
    wanted, present = _inode_flags(source), _inode_flags(opened)
    if wanted is None or present is None:
        return
    wanted &= _FS_SET_BY_PERSONS
    if wanted == present & _FS_SET_BY_PERSONS:
        return
    flags = wanted | present & ~_FS_SET_BY_PERSONS
    fcntl.ioctl(opened, _FS_IOC_SETFLAGS, struct.pack("l", flags))
    # Some file systems take a flag and forget it.
    if (_inode_flags(opened) or 0) & _FS_SET_BY_PERSONS != wanted:
        raise OSError(errno.EOPNOTSUPP, "the file system does not keep an inode flag (lsattr)")


def keep_project(source: int, opened: int) -> None:
    """Count a file against the project quota of another.

    Raises:
        OSError: the file system does not allow it.
    """
    wanted, present = _fsxattr(source), _fsxattr(opened)
    if wanted is None or present is None or wanted[3] == present[3]:
        return
    flags, extent, extents, _, cow = present
    packed = _FSXATTR.pack(flags, extent, extents, wanted[3], cow)
    fcntl.ioctl(opened, _FS_IOC_FSSETXATTR, packed)


def _inode_flags(descriptor: int) -> int | None:
    answer = _asked(descriptor, _FS_IOC_GETFLAGS, struct.calcsize("l"))
    if answer is None:
        return None
    flags: int = struct.unpack_from("i", answer)[0]
    return flags


def _fsxattr(descriptor: int) -> tuple[int, ...] | None:
    answer = _asked(descriptor, _FS_IOC_FSGETXATTR, _FSXATTR.size)
    return None if answer is None else _FSXATTR.unpack(answer)


def _asked(descriptor: int, request: int, size: int) -> bytes | None:
    """The answer of an ioctl that only asks; None where the system does not know it."""
    if not _IS_LINUX:
        return None
    try:
        return fcntl.ioctl(descriptor, request, bytes(size))
    except OSError as error:
        if error.errno in _NO_FLAGS:
            return None
        raise
