"""What a file can wear, how it is put on, and how all of it is looked at."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from provenance.storage import linux
from provenance.storage.replace import Replacer, WriteOptions, prepare

TX = "0123456789abcdef"
OLD = b"old picture bytes" * 1000
NEW = b"new picture bytes, corrected" * 1000
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def make_picture(folder: Path) -> Path:
    """A picture in a folder of its own."""
    folder.mkdir(mode=0o755)
    path = folder / "a.jpg"
    path.write_bytes(OLD)
    path.chmod(0o644)
    return path


def replaced(path: Path, options: WriteOptions | None = None, data: bytes = NEW) -> None:
    """Put new bytes in a file's place through all stages."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with Replacer(options) as replacer:
        replacement = prepare(str(path), digest, data, TX, replacer=replacer)
        replacement.exchange()
        replacement.sync()
        replacement.discard_old()


def access_list(user: int) -> bytes:
    """A POSIX ACL, version 2: owner rw, one user r, group r, mask r, others none."""
    entries = [(0x01, 6, 0xFFFFFFFF), (0x02, 4, user), (0x04, 4, 0xFFFFFFFF),
               (0x10, 4, 0xFFFFFFFF), (0x20, 0, 0xFFFFFFFF)]  # fmt: skip
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def inode_flags(path: Path) -> int:
    """What ``lsattr`` tells of a file."""
    opened = os.open(path, os.O_RDONLY)
    try:
        answer = fcntl.ioctl(opened, linux._FS_IOC_GETFLAGS, bytes(8))
    finally:
        os.close(opened)
    return struct.unpack_from("i", answer)[0]


def set_inode_flags(path: Path, flags: int) -> None:
    """What ``chattr`` does; the other flags stay."""
    kept = inode_flags(path)
    opened = os.open(path, os.O_RDONLY)
    try:
        fcntl.ioctl(opened, linux._FS_IOC_SETFLAGS, struct.pack("l", kept | flags))
    finally:
        os.close(opened)


def all_of(path: Path) -> dict[str, object]:
    """Everything that a replaced file must still wear."""
    found = path.stat()
    return {
        "mode": stat.S_IMODE(found.st_mode),
        "owner": found.st_uid,
        "group": found.st_gid,
        "links": found.st_nlink,
        "attributes": {name: os.getxattr(path, name) for name in os.listxattr(path)},
        "flags": inode_flags(path) & linux._FS_SET_BY_PERSONS,
    }


def flags(value: int) -> Callable[[Path], None]:
    """Inode flags, as ``chattr`` sets them."""
    return lambda path: set_inode_flags(path, value)


def worn(wear: Callable[[Path], None], path: Path) -> None:
    """Put it on, or skip where this file system does not know it."""
    try:
        wear(path)
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL}:
            pytest.skip(f"this file system does not know it: {error.strerror}")
        raise
