"""Which file system a folder stands on, and what that can do.

The kind is asked of the system, not guessed from a path. What a kind can do is a table,
from the sources of Linux 6.12 (each file system's ``rename`` and its flags) and the
manuals of macOS and Windows; where the table does not know, a trial in the folder does.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from provenance.errors import StorageError
from provenance.storage.failures import UnsettledError, told
from provenance.storage.folder import Folder
from provenance.storage.systems.flags import NEW_FILE
from provenance.storage.temporary import keeping_name

_SELF: Final = Path("/proc/self")

_EXCHANGES: Final = frozenset(
    ("ext4", "xfs", "btrfs", "tmpfs", "f2fs", "overlay", "bcachefs", "ubifs", "gfs2", "vfat",
     "zfs", "apfs", "NTFS", "ReFS")
)  # fmt: skip
_NEVER_EXCHANGES: Final = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "exfat", "ntfs3",
     "ntfs", "fuseblk", "msdos", "jfs", "reiserfs", "hfs", "hfsplus", "udf", "webdav",
     "FAT", "FAT32", "exFAT")
)  # fmt: skip
NETWORK: Final = frozenset(
    ("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "9p", "ceph",
     "glusterfs", "lustre", "beegfs", "webdav", "davfs", "vboxsf", "prl_fs", "fuse.sshfs",
     "fuse.rclone", "fuse.davfs", "fuse.davfs2", "fuse.s3fs", "fuse.gcsfuse", "fuse.goofys",
     "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.smbnetfs", "fuse.curlftpfs", "network")
)  # fmt: skip
"""File systems that other machines write to as well."""


@dataclass(frozen=True, slots=True)
class FileSystem:
    """The file system below a folder.

    Attributes:
        kind: its name as the system tells it; None where it cannot be told.
        exchange: whether two names can be exchanged in one step; None: a trial must tell.
        network: other machines may write there too.
    """

    kind: str | None
    exchange: bool | None
    network: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What two files of our own in the folder showed.

    Attributes:
        exchange: their names could be exchanged in one step.
        links: a file could be given a second name.
        sync: files and folder could be synced.
    """

    exchange: bool
    links: bool
    sync: bool


def file_system(folder: str) -> FileSystem:
    """The file system that a folder stands on; asks, and writes nothing."""
    return _known(kind_of(folder))


def _known(kind: str | None) -> FileSystem:
    network = kind in NETWORK
    if kind in _EXCHANGES:
        return FileSystem(kind, exchange=True, network=network)
    never = kind in _NEVER_EXCHANGES
    return FileSystem(kind, exchange=False if never else None, network=network)


def kind_of(folder: str, system: str = sys.platform) -> str | None:
    """The name of the file system; None where the folder or the answer is missing."""
    try:
        if system == "darwin":
            return _by_statfs(folder)
        if system == "win32":
            return _by_volume(folder)
        opened = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except (OSError, ValueError):
        return None
    try:
        return _by_mount(opened)
    finally:
        # Nothing was written through it: what close could report concerns no file.
        with suppress(OSError):
            os.close(opened)


def _by_mount(opened: int, process: Path = _SELF) -> str | None:
    """Linux: the mount that an open folder belongs to (proc(5), fdinfo and mountinfo)."""
    try:
        told = (process / "fdinfo" / str(opened)).read_bytes()
        table = (process / "mountinfo").read_bytes()
    except OSError:
        return None
    ids = [line.split()[1] for line in told.splitlines() if line.startswith(b"mnt_id:")]
    for line in table.splitlines():
        fields, _, after = line.partition(b" - ")
        if fields.split(b" ")[:1] == ids and after:
            return after.split(b" ")[0].decode("ascii", "replace")
    return None


class _Statfs(ctypes.Structure):
    """struct statfs of macOS with 64-bit inodes (sys/mount.h); only the name is used."""

    _fields_ = (
        ("before", ctypes.c_uint8 * 72),
        ("f_fstypename", ctypes.c_char * 16),
        ("after", ctypes.c_uint8 * 2080),
    )


def _by_statfs(folder: str, libc: Any = None) -> str | None:
    libc = ctypes.CDLL(None, use_errno=True) if libc is None else libc
    # On Intel the plain name is the call with the short inodes of former times.
    call = getattr(libc, "statfs$INODE64", None) or libc.statfs
    found = _Statfs()
    if call(ctypes.c_char_p(os.fsencode(folder)), ctypes.byref(found)):
        return None
    return bytes(found.f_fstypename).decode("ascii", "replace") or None


def _by_volume(folder: str, kernel32: Any = None) -> str | None:
    """Windows: ``network`` for a share, else the name of the volume's file system."""
    if kernel32 is None:
        kernel32 = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    root = ctypes.create_unicode_buffer(1024)
    name = ctypes.create_unicode_buffer(64)
    if not kernel32.GetVolumePathNameW(ctypes.c_wchar_p(folder), root, ctypes.c_uint32(1024)):
        return None
    remote = 4  # DRIVE_REMOTE
    if kernel32.GetDriveTypeW(root) == remote:
        return "network"
    told = kernel32.GetVolumeInformationW(
        root, None, ctypes.c_uint32(0), None, None, None, name, ctypes.c_uint32(64)
    )
    return (name.value or None) if told else None


def can_exchange(folder: Folder) -> bool:
    """Whether two names in a folder can be exchanged in one step.

    Known file systems cost a look at the table of mounts; for others two empty files of
    our own are exchanged there.

    Raises:
        StorageError: the trial could not be made.
    """
    if not folder.system.guarantee.never_absent:
        return False
    known = file_system(folder.uri).exchange
    return trial(folder).exchange if known is None else known


def trial(folder: Folder) -> Trial:
    """Try in a folder what the write protocol needs, with two empty files of our own.

    They are gone afterwards, whatever happened; no other file is touched.

    Raises:
        StorageError: no files can be made there.
    """
    mark = secrets.token_hex(8)
    one, other = f".provenance-trial.{mark}1.tmp", f".provenance-trial.{mark}2.tmp"
    names = (one, other, keeping_name(one))
    try:
        synced = True
        for name in (one, other):
            with told(folder.uri, "no file can be made there"):
                opened = folder.system.open_file(folder.descriptor, name, NEW_FILE)
            try:
                synced = _works(folder.system.sync_file, opened) and synced
            finally:
                os.close(opened)
        links = _works(folder.system.link, folder.descriptor, one, keeping_name(one))
        if links:
            folder.remove(keeping_name(one))
        exchange = _works(folder.system.exchange, folder.descriptor, one, other)
        synced = _works(folder.system.sync_folder, folder.descriptor) and synced
        return Trial(exchange, links, synced)
    finally:
        for name in names:
            with suppress(StorageError):
                folder.remove(name)


def _works(call: Callable[..., None], *arguments: int | str) -> bool:
    try:
        call(*arguments)
    except (OSError, UnsettledError):
        return False
    return True
