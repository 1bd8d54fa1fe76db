"""A replaced file is the old one or the new one, whole, whoever interferes."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import struct

import pytest

from provenance.errors import ConflictError, StorageError
from provenance.storage import linux
from provenance.storage.replace import (
    FsyncError,
    Replacer,
    UnsettledError,
    Window,
    WriteOptions,
    prepare,
)
from provenance.storage.temporary import temporary_name

TX = "0123456789abcdef"
OLD = b"old picture bytes" * 1000
NEW = b"new picture bytes, corrected" * 1000


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def replacer():
    with Replacer() as open_replacer:
        yield open_replacer


def ready(replacer, path, data=NEW, tx=TX):
    return prepare(str(path), sha(path.read_bytes()), data, tx, replacer=replacer)


def beside(path):
    """Everything in the folder but the file and the test's own state."""
    names = {one.name for one in path.parent.iterdir()}
    return names - {path.name, "state-of-test"}


def test_stages_in_order(picture, replacer):
    replacement = ready(replacer, picture)
    assert picture.read_bytes() == OLD
    temporary = picture.parent / replacement.temporary
    assert temporary.read_bytes() == NEW
    replacement.exchange()
    assert (picture.read_bytes(), temporary.read_bytes()) == (NEW, OLD)
    replacement.sync()
    assert temporary.exists()
    replacement.discard_old()
    assert beside(picture) == set()
    assert replacement.window is Window.NONE
    found = picture.stat()
    assert replacement.ref.size == len(NEW)
    assert replacement.ref.version == f"{found.st_mtime_ns}-{found.st_ino}-{found.st_size}"
    assert replacement.sha256 == sha(NEW)


@pytest.mark.parametrize("early", ["sync", "discard_old", "synced"])
def test_stage_out_of_order_is_refused(picture, replacer, early):
    replacement = ready(replacer, picture)
    with pytest.raises(UnsettledError):
        getattr(replacement, early)()
    replacement.abort()
    assert picture.read_bytes() == OLD
    with pytest.raises(UnsettledError):
        replacement.exchange()


def test_discard_before_sync_is_refused(picture, replacer):
    replacement = ready(replacer, picture)
    replacement.exchange()
    with pytest.raises(UnsettledError):
        replacement.discard_old()
    assert (picture.parent / replacement.temporary).read_bytes() == OLD


def test_abort_at_each_stage_leaves_the_old_bytes(picture, replacer):
    for steps in ([], ["exchange"], ["exchange", "sync"]):
        replacement = ready(replacer, picture)
        for step in steps:
            getattr(replacement, step)()
        replacement.abort()
        replacement.abort()
        assert picture.read_bytes() == OLD
        assert beside(picture) == set()


def test_other_digest_is_a_conflict(picture, replacer):
    with pytest.raises(ConflictError):
        prepare(str(picture), sha(b"something else"), NEW, TX, replacer=replacer)
    assert beside(picture) == set()


@pytest.mark.parametrize("stage", ["file", "folder"])
def test_fsync_error_is_told_and_never_retried(picture, replacer, monkeypatch, stage):
    real, failed = os.fsync, []

    def fsync(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        if is_folder == (stage == "folder"):
            failed.append(descriptor)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    if stage == "file":
        with pytest.raises(FsyncError):
            ready(replacer, picture)
        assert beside(picture) == set()
    else:
        replacement = ready(replacer, picture)
        replacement.exchange()
        with pytest.raises(FsyncError):
            replacement.sync()
        replacement.abort()
    assert picture.read_bytes() == OLD
    assert len(failed) == 1


@pytest.mark.parametrize("call", ["write", "fchmod", "fchown", "setxattr", "fstatvfs", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_error_while_preparing_leaves_nothing(picture, replacer, monkeypatch, call, number):
    original = replacer.take(str(picture))
    if call == "fchown":
        object.__setattr__(original.identity, "owner", original.identity.owner + 1)
    if call == "setxattr":
        try:
            os.setxattr(picture, "user.desk", b"sport")
        except OSError:
            pytest.skip("this file system has no extended attributes")

    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(StorageError) as caught:
        replacer.prepare(original, NEW, TX)
    monkeypatch.undo()
    assert "a.jpg" in str(caught.value)
    assert picture.read_bytes() == OLD
    assert beside(picture) == set()


def test_short_writes_are_completed(picture, replacer, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data[:1000])))
    replacement = ready(replacer, picture)
    assert (picture.parent / replacement.temporary).read_bytes() == NEW


def test_full_disk_is_refused_before_the_first_byte(picture, replacer, monkeypatch):
    original = replacer.take(str(picture))
    full = os.statvfs_result((4096, 4096, 100, 100, 100, 9, 9, 9, 0, 255))
    monkeypatch.setattr(os, "fstatvfs", lambda _: full)
    with pytest.raises(StorageError) as caught:
        replacer.prepare(original, NEW, TX)
    assert caught.value.code == "no-space"
    assert beside(picture) == set()


def test_a_disk_that_tells_no_size_is_not_full(picture, replacer, monkeypatch):
    # As FUSE file systems without statfs answer.
    untold = os.statvfs_result((512, 0, 0, 0, 0, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "fstatvfs", lambda _: untold)
    replacement = ready(replacer, picture)
    assert (picture.parent / replacement.temporary).read_bytes() == NEW


def test_mode_owner_and_attributes_are_kept(picture, replacer):
    picture.chmod(0o2640)
    if os.getuid() == 0:
        os.chown(picture, 1234, 2345)
        picture.chmod(0o2640)
    try:
        os.setxattr(picture, "user.desk", b"sport\0bytes")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    os.utime(picture, ns=(10**18, 10**18))
    was = picture.stat()
    replacement = ready(replacer, picture)
    replacement.exchange()
    found = picture.stat()
    assert (found.st_mode, found.st_uid, found.st_gid) == (was.st_mode, was.st_uid, was.st_gid)
    assert os.getxattr(picture, "user.desk") == b"sport\0bytes"
    assert found.st_mtime_ns > was.st_mtime_ns


def access_list(user: int) -> bytes:
    """A POSIX ACL, version 2: owner rw, one user r, group r, mask r, others none."""
    entries = [(0x01, 6, 0xFFFFFFFF), (0x02, 4, user), (0x04, 4, 0xFFFFFFFF),
               (0x10, 4, 0xFFFFFFFF), (0x20, 0, 0xFFFFFFFF)]  # fmt: skip
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def test_access_lists_are_kept_and_none_is_inherited(picture, replacer):
    try:
        os.setxattr(picture, "system.posix_acl_access", access_list(1234))
        os.setxattr(picture.parent, "system.posix_acl_default", access_list(999))
    except OSError:
        pytest.skip("this file system has no access lists")
    plain = picture.parent / "b.jpg"
    plain.write_bytes(OLD)
    os.removexattr(plain, "system.posix_acl_access")
    plain.chmod(0o604)
    for path in (picture, plain):
        replacement = ready(replacer, path)
        replacement.exchange()
    assert os.getxattr(picture, "system.posix_acl_access") == access_list(1234)
    assert "system.posix_acl_access" not in os.listxattr(plain)
    assert stat.S_IMODE(plain.stat().st_mode) == 0o604


@pytest.mark.parametrize("same_size", [True, False])
def test_keep_mtime_only_where_the_size_tells_of_the_change(picture, same_size):
    os.utime(picture, ns=(10**18, 10**18))
    data = OLD[::-1] if same_size else NEW
    with Replacer(WriteOptions(keep_mtime=True)) as replacer:
        ready(replacer, picture, data).exchange()
    assert (picture.stat().st_mtime_ns == 10**18) is not same_size


def test_hard_link_is_refused_unless_allowed(picture):
    other = picture.parent / "other.jpg"
    os.link(picture, other)
    with Replacer() as replacer, pytest.raises(StorageError) as caught:
        ready(replacer, picture)
    assert caught.value.code == "hard-linked"
    assert "--break-hardlink" in str(caught.value)
    with Replacer(WriteOptions(break_hardlink=True)) as replacer:
        replacement = ready(replacer, picture)
        replacement.exchange()
        replacement.sync()
        replacement.discard_old()
    assert (picture.read_bytes(), other.read_bytes()) == (NEW, OLD)


def test_read_only_is_refused_unless_forced(picture):
    picture.chmod(0o444)
    with Replacer() as replacer, pytest.raises(StorageError) as caught:
        ready(replacer, picture)
    assert caught.value.code == "read-only"
    with Replacer(WriteOptions(force_readonly=True)) as replacer:
        ready(replacer, picture).exchange()
    assert picture.read_bytes() == NEW
    assert stat.S_IMODE(picture.stat().st_mode) == 0o444


def test_immutable_is_refused(picture, replacer, monkeypatch):
    real = fcntl.ioctl

    def ioctl(descriptor, request, *arguments):
        real(descriptor, request, *arguments)
        return struct.pack("l", 0x10)

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    with pytest.raises(StorageError) as caught:
        ready(replacer, picture)
    assert caught.value.code == "immutable"


def test_symbolic_link_and_special_files_are_refused(picture, replacer):
    link = picture.parent / "link.jpg"
    link.symlink_to(picture)
    pipe = picture.parent / "pipe.jpg"
    os.mkfifo(pipe)
    folder = picture.parent / "folder.jpg"
    folder.mkdir()
    for path in (link, pipe, folder, picture.parent / "missing.jpg"):
        with pytest.raises(StorageError):
            replacer.take(str(path))
    assert picture.read_bytes() == OLD


@pytest.mark.parametrize("by_parts", [True, False])
def test_linked_folder_is_refused_below_the_root_and_followed_above(
    tmp_path, monkeypatch, by_parts
):
    if by_parts:

        def refuse(*_):
            raise OSError(errno.ENOSYS, "no openat2")

        monkeypatch.setattr(linux, "_openat2", refuse)
    real = tmp_path / "real" / "deep"
    real.mkdir(parents=True)
    (real / "a.jpg").write_bytes(OLD)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    through = tmp_path / "link" / "deep" / "a.jpg"
    with Replacer() as replacer, pytest.raises(StorageError):
        replacer.take(str(through))
    with Replacer(WriteOptions(roots=(str(tmp_path),))) as replacer, pytest.raises(StorageError):
        replacer.take(str(through))
    with Replacer(WriteOptions(roots=(str(tmp_path / "link"),))) as replacer:
        assert replacer.take(str(through)).data == OLD
        assert replacer.take(str(through)).sha256 == sha(OLD)


@pytest.mark.parametrize("by_parts", [True, False])
@pytest.mark.parametrize("way", ["..", "a/../..", "a//b", "./a"])
def test_way_out_of_a_folder_is_refused(tmp_path, monkeypatch, by_parts, way):
    if by_parts:

        def refuse(*_):
            raise OSError(errno.ENOSYS, "no openat2")

        monkeypatch.setattr(linux, "_openat2", refuse)
    (tmp_path / "a" / "b").mkdir(parents=True)
    root = os.open(tmp_path / "a", os.O_RDONLY)
    try:
        with pytest.raises(OSError, match="leaves"):
            linux.open_folder_beneath(root, way)
    finally:
        os.close(root)


@pytest.mark.parametrize("uri", ["a.jpg", "/", "/x/..", "/x/.", "/x/", "/x\0y", ""])
def test_path_that_names_no_file_is_refused(replacer, uri):
    with pytest.raises(StorageError):
        replacer.take(uri)


def test_folder_swapped_for_a_link_after_opening_is_not_followed(tmp_path, replacer):
    desk, victim = tmp_path / "desk", tmp_path / "victim"
    for folder in (desk, victim):
        folder.mkdir()
        (folder / "a.jpg").write_bytes(OLD)
    replacement = ready(replacer, desk / "a.jpg")
    desk.rename(tmp_path / "moved")
    desk.symlink_to(victim)
    replacement.exchange()
    assert (victim / "a.jpg").read_bytes() == OLD
    assert (tmp_path / "moved" / "a.jpg").read_bytes() == NEW


def test_temporary_name_that_is_taken_is_never_overwritten(picture, replacer):
    taken = picture.parent / temporary_name("a.jpg", TX)
    taken.write_bytes(b"not ours")
    with pytest.raises(StorageError):
        ready(replacer, picture)
    assert taken.read_bytes() == b"not ours"
    assert picture.read_bytes() == OLD


def test_file_that_changes_while_it_is_read(picture, replacer, monkeypatch):
    real = os.read

    def read(descriptor, length):
        data = real(descriptor, length)
        with picture.open("ab") as file:
            file.write(b"more")
        return data[: length - 1]

    monkeypatch.setattr(os, "read", read)
    with pytest.raises(StorageError) as caught:
        replacer.take(str(picture))
    assert caught.value.code == "conflict"
