"""Any POSIX system, by what POSIX itself promises: links and renames inside open folders.

POSIX has no exchange of two names. The caller keeps the former file by a second link and
renames over the name; between its last look and the rename a save by another program can
be lost. Source: POSIX.1-2017, ``openat``, ``linkat``, ``renameat``.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import sys

from provenance.storage.attributes import copy_attributes
from provenance.storage.systems.beneath import open_part_by_part, parts_of
from provenance.storage.systems.flags import READ_FOLDER
from provenance.storage.systems.interface import Clothing, Guarantee

LINK_RESIDUAL = (
    "A save by another program, by rename, between the last look and our own rename "
    "(microseconds) could be lost; on a disk without hard links also one into the old file."
)


class Portable:
    """The calls of POSIX; a folder is its descriptor."""

    guarantee = Guarantee(
        system="another POSIX system",
        swaps_by="link and rename",
        never_absent=True,
        keeps_foreign_saves=False,
        durable_bytes="fsync",
        durable_names="fsync of the folder",
        stays_beneath="each folder on the way opened inside the one before (O_NOFOLLOW)",
        keeps="owner, group, mode",
        proven=False,
        residual=LINK_RESIDUAL,
    )

    def open_folder(self, root: str, below: str) -> int:
        """Open a folder without following a link below ``root``."""
        top = os.open(root, READ_FOLDER)
        try:
            return self._beneath(top, below)
        finally:
            os.close(top)

    def _beneath(self, top: int, below: str) -> int:
        return open_part_by_part(top, parts_of(below))

    def close_folder(self, where: int) -> None:
        """Close a folder."""
        os.close(where)

    def open_file(self, where: int, name: str, flags: int) -> int:
        """Open a file, never through a link."""
        return os.open(name, flags, 0o600, dir_fd=where)

    def look(self, where: int, name: str) -> os.stat_result:
        """Who has a name."""
        return os.stat(name, dir_fd=where, follow_symlinks=False)

    def remove(self, where: int, name: str) -> None:
        """Take a name away."""
        os.unlink(name, dir_fd=where)

    def rename(self, where: int, source: str, target: str) -> None:
        """Rename over whatever has the target's name."""
        os.rename(source, target, src_dir_fd=where, dst_dir_fd=where)

    def rename_new(self, where: int, source: str, target: str) -> None:
        """Not in POSIX: the caller takes a link instead."""
        del where
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), source, None, target)

    def exchange(self, where: int, temporary: str, name: str) -> None:
        """Not in POSIX: the caller takes a link and a rename instead."""
        del where
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), temporary, None, name)

    def link(self, where: int, source: str, target: str) -> None:
        """Give a file a second name."""
        os.link(source, target, src_dir_fd=where, dst_dir_fd=where, follow_symlinks=False)

    def sync_file(self, opened: int) -> None:
        """Make a file durable."""
        os.fsync(opened)

    def sync_folder(self, where: int) -> None:
        """Make a folder's names durable."""
        os.fsync(where)

    def free_octets(self, where: int) -> int:
        """Octets that this user may still write; as many as can be where the disk tells no size.

        Some file systems (of FUSE above all) do not know ``statfs``: the C library then has
        noughts for everything, which is not a full disk. A write for which there is no room
        fails on such a one, and leaves the former file.
        """
        disk = os.fstatvfs(where)
        return disk.f_bavail * disk.f_frsize if disk.f_blocks else sys.maxsize

    def is_locked(self, opened: int) -> bool:
        """POSIX knows no locked inodes."""
        del opened
        return False

    def mark(self, source: int, opened: int) -> None:
        """POSIX knows no inode flags."""

    def dress(self, source: int, opened: int, clothing: Clothing) -> None:
        """Owner first: it takes setuid and capabilities off; the mode last."""
        fresh = os.fstat(opened)
        if (fresh.st_uid, fresh.st_gid) != (clothing.owner, clothing.group):
            os.fchown(opened, clothing.owner, clothing.group)
        self._carry(source, opened)
        os.fchmod(opened, clothing.mode)

    def _carry(self, source: int, opened: int) -> None:
        copy_attributes(source, opened)

    def wears(self, found: os.stat_result, clothing: Clothing) -> bool:
        """Some systems take a bit off without a word: setgid of a group that is not ours."""
        return clothing == Clothing(found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode))

    def lock(self, opened: int, *, wait: bool) -> bool:
        """Take the lock of a file of our own."""
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
