"""What the system forgets, cuts or forbids to keep is refused, and never dropped in silence."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attribute_material import (
    IS_ROOT,
    NEW,
    OLD,
    all_of,
    flags,
    make_picture,
    replaced,
    worn,
)

from provenance.errors import StorageError
from provenance.storage import linux

pytestmark = pytest.mark.skipif(
    os.name != "posix" or not hasattr(os, "listxattr"), reason="the attributes of Linux"
)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return make_picture(tmp_path / "desk")


NOBODY = 65534


def test_a_flag_that_the_file_system_forgets_is_refused(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worn(flags(0x40), picture)
    real = fcntl.ioctl

    def ioctl(opened: int, request: int, *arguments: object) -> object:
        if request == linux._FS_IOC_SETFLAGS:
            return b""
        return real(opened, request, *arguments)

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    with pytest.raises(StorageError) as caught:
        replaced(picture)
    assert caught.value.code == "attributes"
    assert caught.value.remedy
    assert picture.read_bytes() == OLD
    assert os.listdir(picture.parent) == ["a.jpg"]


def test_the_project_of_a_quota_is_kept(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an imitation: few machines have a disk with project quotas mounted."""
    real, projects = fcntl.ioctl, {picture.stat().st_ino: 42}

    def ioctl(opened: int, request: int, packed: bytes) -> object:
        inode = os.fstat(opened).st_ino
        if request == linux._FS_IOC_FSGETXATTR:
            return linux._FSXATTR.pack(0, 0, 1, projects.get(inode, 0), 0)
        if request == linux._FS_IOC_FSSETXATTR:
            projects[inode] = linux._FSXATTR.unpack(packed)[3]
            return packed
        return real(opened, request, packed)

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    replaced(picture)
    assert projects[picture.stat().st_ino] == 42


def test_a_project_that_cannot_be_kept_is_refused(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, marked = fcntl.ioctl, picture.stat().st_ino

    def ioctl(opened: int, request: int, packed: bytes) -> object:
        if request == linux._FS_IOC_FSGETXATTR:
            number = 42 if os.fstat(opened).st_ino == marked else 0
            return linux._FSXATTR.pack(0, 0, 1, number, 0)
        if request == linux._FS_IOC_FSSETXATTR:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return real(opened, request, packed)

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    with pytest.raises(StorageError) as caught:
        replaced(picture)
    assert caught.value.code == "attributes"
    assert picture.read_bytes() == OLD
    assert os.listdir(picture.parent) == ["a.jpg"]


def test_a_mode_that_the_system_cuts_is_refused(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux takes setgid off without a word where the group is not the caller's."""
    picture.chmod(0o2755)
    real = os.fchmod
    monkeypatch.setattr(os, "fchmod", lambda opened, bits: real(opened, bits & ~0o2000))
    with pytest.raises(StorageError) as caught:
        replaced(picture)
    assert caught.value.code == "attributes"
    assert (picture.read_bytes(), stat.S_IMODE(picture.stat().st_mode)) == (OLD, 0o2755)


def as_nobody(work: Callable[[], None]) -> str:
    """What a child without privileges is told: code and remedy; empty where it succeeds."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        told = "the child died"
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            work()
            told = ""
        except StorageError as error:
            told = f"{error.code}|{error.message}|{error.remedy}"
        finally:
            os.write(writer, told.encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        told = answer.read().decode()
    os.waitpid(child, 0)
    return told


def other_owner(path: Path) -> None:
    os.chown(path, 1234, NOBODY)
    path.chmod(0o664)
    path.parent.chmod(0o777)


def other_group(path: Path) -> None:
    os.chown(path, NOBODY, 1234)
    path.parent.chmod(0o777)


def sticky_folder(path: Path) -> None:
    os.chown(path, 1234, 1234)
    path.chmod(0o666)
    path.parent.chmod(0o1777)


def closed_folder(path: Path) -> None:
    os.chown(path, NOBODY, NOBODY)
    path.parent.chmod(0o555)


def security_label(path: Path) -> None:
    os.setxattr(path, "security.desk", b"label")
    os.chown(path, NOBODY, NOBODY)
    path.parent.chmod(0o777)


@pytest.mark.skipif(not IS_ROOT, reason="only the superuser can give files away")
@pytest.mark.parametrize(
    ("wear", "code"),
    [
        (other_owner, "attributes"),
        (other_group, "attributes"),
        (sticky_folder, "attributes"),
        (security_label, "attributes"),
        (closed_folder, "storage"),
    ],
)
def test_what_an_ordinary_user_cannot_keep_is_refused(
    reachable: Path, wear: Callable[[Path], None], code: str
) -> None:
    worn(wear, reachable)
    was = all_of(reachable)
    told = as_nobody(lambda: replaced(reachable))
    assert told.startswith(f"{code}|")
    assert str(reachable.parent) in told
    assert told.rpartition("|")[2], "a refusal names a remedy"
    assert (reachable.read_bytes(), all_of(reachable)) == (OLD, was)
    assert os.listdir(reachable.parent) == ["a.jpg"]


@pytest.mark.skipif(not IS_ROOT, reason="only the superuser can become another user")
def test_an_ordinary_user_keeps_what_is_his(reachable: Path) -> None:
    reachable.parent.chmod(0o1777)
    os.chown(reachable, NOBODY, NOBODY)
    reachable.chmod(0o640)
    was = all_of(reachable)
    assert as_nobody(lambda: replaced(reachable)) == ""
    assert (reachable.read_bytes(), all_of(reachable)) == (NEW, was)


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A picture that other users can come to; pytest's own folders are closed to them."""
    with tempfile.TemporaryDirectory() as above:
        os.chmod(above, 0o755)
        yield make_picture(Path(above) / "desk")
