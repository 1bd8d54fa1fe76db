"""Everything that a file wears is on the file that takes its place, or it is refused.

One table: what is worn, and whether it is kept or refused. Each row replaces a real file,
from the reading of it to the removal of the former bytes.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from attribute_material import (
    IS_ROOT,
    NEW,
    OLD,
    access_list,
    all_of,
    flags,
    inode_flags,
    make_picture,
    replaced,
    set_inode_flags,
    worn,
)

from provenance.errors import StorageError
from provenance.storage.replace import Replacer, WriteOptions

pytestmark = pytest.mark.skipif(
    os.name != "posix" or not hasattr(os, "listxattr"), reason="the attributes of Linux"
)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return make_picture(tmp_path / "desk")


def mode(bits: int) -> Callable[[Path], None]:
    return lambda path: path.chmod(bits)


def attribute(name: str, value: bytes) -> Callable[[Path], None]:
    return lambda path: os.setxattr(path, name, value)


def owned(user: int, group: int, bits: int) -> Callable[[Path], None]:
    def wear(path: Path) -> None:
        os.chown(path, user, group)
        path.chmod(bits)

    return wear


def default_list(path: Path) -> None:
    path.chmod(0o604)
    os.setxattr(path.parent, "system.posix_acl_default", access_list(999))


def setgid_folder(group: int) -> Callable[[Path], None]:
    def wear(path: Path) -> None:
        os.chown(path.parent, -1, 4321)
        path.parent.chmod(0o2775)
        os.chown(path, -1, group)

    return wear


def marked_folder(path: Path) -> None:
    """A new file in the folder is ``nodump``; this one is not."""
    set_inode_flags(path.parent, 0x40)
    assert not inode_flags(path) & 0x40


# VFS_CAP_REVISION_2, cap_net_raw permitted and effective: linux/capability.h.
CAPABILITY = struct.pack("<5I", 0x02000001, 1 << 13, 0, 0, 0)

KEPT = {
    "mode 0600": (mode(0o600), False),
    "mode 0666": (mode(0o666), False),
    "setuid": (mode(0o4755), False),
    "setgid": (mode(0o2755), False),
    "sticky": (mode(0o1644), False),
    "owner and group": (owned(1234, 2345, 0o640), True),
    "owner with setuid and setgid": (owned(1234, 2345, 0o6755), True),
    "group of a setgid folder": (setgid_folder(4321), True),
    "group other than that of its setgid folder": (setgid_folder(77), True),
    "user attribute": (attribute("user.desk", b"sport\0bytes"), False),
    "empty user attribute": (attribute("user.empty", b""), False),
    "attribute of the superuser": (attribute("trusted.desk", b"sport"), True),
    "security attribute": (attribute("security.desk", b"label"), True),
    "file capability": (attribute("security.capability", CAPABILITY), True),
    "access list": (attribute("system.posix_acl_access", access_list(1234)), False),
    "no access list in a folder that gives one": (default_list, False),
    "nodump, noatime": (flags(0x40 | 0x80), False),
    "synchronous writes": (flags(0x8), True),
    "no nodump in a folder that gives it": (marked_folder, False),
}


@pytest.mark.parametrize("row", KEPT)
def test_kept(picture: Path, row: str) -> None:
    wear, needs_root = KEPT[row]
    if needs_root and not IS_ROOT:
        pytest.skip("only the superuser can put it on")
    worn(wear, picture)
    was = all_of(picture)
    replaced(picture)
    assert picture.read_bytes() == NEW
    assert all_of(picture) == was
    assert os.listdir(picture.parent) == ["a.jpg"]


@dataclass(frozen=True)
class Refusal:
    """How a file is refused: the code, a word of the remedy, and what lifts it."""

    code: str
    remedy: str
    lift: WriteOptions | None = None


def hard_link(path: Path) -> None:
    os.link(path, path.parent.parent / "other-name.jpg")


def signed(path: Path) -> None:
    os.setxattr(path, "security.ima", b"\x03\x02\x04" + bytes(260))


REFUSED = {
    "hard link": (hard_link, False, Refusal("hard-linked", "--break-hardlink",
                                            WriteOptions(break_hardlink=True))),
    "read-only": (mode(0o444), False, Refusal("read-only", "--force-readonly",
                                              WriteOptions(force_readonly=True))),
    "immutable": (flags(0x10), True, Refusal("immutable", "chattr -i")),
    "append-only": (flags(0x20), True, Refusal("immutable", "-a")),
    "signed by IMA": (signed, True, Refusal("signed-file", "setfattr -x security.ima")),
}  # fmt: skip


@pytest.mark.parametrize("row", REFUSED)
def test_refused(picture: Path, row: str) -> None:
    wear, needs_root, refusal = REFUSED[row]
    if needs_root and not IS_ROOT:
        pytest.skip("only the superuser can put it on")
    worn(wear, picture)
    try:
        was = all_of(picture)
        with pytest.raises(StorageError) as caught:
            replaced(picture)
        assert caught.value.code == refusal.code
        assert refusal.remedy in caught.value.remedy
        assert str(picture) in caught.value.message
        assert (picture.read_bytes(), all_of(picture)) == (OLD, was)
        assert os.listdir(picture.parent) == ["a.jpg"]
        if refusal.lift is not None:
            replaced(picture, refusal.lift)
            assert picture.read_bytes() == NEW
            assert all_of(picture) == {**was, "links": 1}
    finally:
        lift_flags(picture)


def lift_flags(path: Path) -> None:
    if shutil.which("chattr"):
        subprocess.run(["chattr", "-i", "-a", str(path)], capture_output=True, check=False)


def symbolic_link(path: Path) -> None:
    path.rename(path.parent / "real.jpg")
    path.symlink_to("real.jpg")


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def device(path: Path) -> None:
    path.unlink()
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))


def listening(path: Path) -> None:
    path.unlink()
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize("wear", [symbolic_link, pipe, device, listening])
def test_what_is_no_file_is_refused(picture: Path, wear: Callable[[Path], None]) -> None:
    if wear is device and not IS_ROOT:
        pytest.skip("only the superuser makes devices")
    wear(picture)
    was = os.lstat(picture)
    with Replacer() as replacer, pytest.raises(StorageError) as caught:
        replacer.take(str(picture))
    assert str(picture) in caught.value.message
    now = os.lstat(picture)
    assert (now.st_ino, now.st_mode, now.st_ctime_ns) == (was.st_ino, was.st_mode, was.st_ctime_ns)


def test_the_time_of_change_is_now_so_that_backups_see_it(picture: Path) -> None:
    os.utime(picture, ns=(10**18, 10**18))
    replaced(picture)
    assert picture.stat().st_mtime_ns > 10**18


@pytest.mark.parametrize("data", [NEW, OLD[::-1]])
def test_the_time_of_change_is_kept_only_where_the_size_tells(picture: Path, data: bytes) -> None:
    os.utime(picture, ns=(10**18, 10**18))
    replaced(picture, WriteOptions(keep_mtime=True), data)
    assert (picture.stat().st_mtime_ns == 10**18) is (len(data) != len(OLD))


def test_holes_are_read_and_written_as_zeros(picture: Path) -> None:
    with picture.open("wb") as file:
        file.truncate(1 << 20)
        file.seek(1 << 20)
        file.write(b"end")
    data = picture.read_bytes()[:-3] + b"END!"
    replaced(picture, data=data)
    assert picture.read_bytes() == data
