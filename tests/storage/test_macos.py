"""What is particular to macOS, by an imitation of its C library."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
import types
from pathlib import Path

import pytest
from system_imitations import (
    NEW,
    OLD,
    Libc,
    make_picture,
    names_beside,
    ready,
)

from provenance.errors import StorageError
from provenance.storage.replace import FsyncError, Replacer, Window
from provenance.storage.systems.macos import MacOS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="imitated by the calls of Linux")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return make_picture(tmp_path)


@pytest.fixture
def libc() -> Libc:
    return Libc()


def test_macos_bytes_and_names_reach_the_disk(
    libc: Libc, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def full(opened: int, request: int) -> int:
        assert request == 51
        asked.append(os.path.isdir(f"/proc/self/fd/{opened}"))
        return 0

    monkeypatch.setattr(fcntl, "fcntl", full)
    os.setxattr(picture, "user.desk", b"sport")
    with Replacer(system=MacOS(libc)) as replacer:
        replacement = ready(replacer, picture)
        assert asked == [False]
        replacement.exchange()
        replacement.sync()
        assert asked == [False, True]
        replacement.discard_old()
    assert os.getxattr(picture, "user.desk") == b"sport"
    assert libc.calls == ["fcopyfile", "renameatx_np 2"]


def test_macos_a_share_without_full_sync_gets_fsync(
    libc: Libc, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOTSUP, "not on this share")

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    monkeypatch.setattr(os, "fsync", synced.append)
    with Replacer(system=MacOS(libc)) as replacer:
        ready(replacer, picture).abort()
    assert len(synced) == 1


def test_macos_a_full_sync_that_fails_is_never_retried(
    libc: Libc, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise OSError(errno.EIO, "the disk is broken")

    monkeypatch.setattr(fcntl, "fcntl", broken)
    with Replacer(system=MacOS(libc)) as replacer, pytest.raises(FsyncError):
        ready(replacer, picture)
    assert picture.read_bytes() == OLD
    assert names_beside(picture) == []


def test_macos_without_swap_takes_the_link(libc: Libc, picture: Path) -> None:
    libc.fail["renameatx_np 2"] = errno.ENOTSUP
    with Replacer(system=MacOS(libc)) as replacer:
        replacement = ready(replacer, picture)
        replacement.exchange()
        assert replacement.window is Window.LINK
        replacement.sync()
        replacement.discard_old()
    assert picture.read_bytes() == NEW
    assert names_beside(picture) == []


def test_macos_an_old_library_has_no_swap(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not implemented") as caught:
        MacOS(types.SimpleNamespace()).exchange(0, "a", "b")
    assert caught.value.errno == errno.ENOSYS


def test_macos_flags_are_seen_and_kept(
    libc: Libc, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fstat
    flags = {picture.stat().st_ino: 0x2}

    def fstat(opened: int) -> object:
        found = real(opened)
        names = {name: getattr(found, name) for name in dir(found) if name.startswith("st_")}
        return types.SimpleNamespace(**names, st_flags=flags.get(found.st_ino, 0))

    monkeypatch.setattr(os, "fstat", fstat)
    with Replacer(system=MacOS(libc)) as replacer, pytest.raises(StorageError) as caught:
        ready(replacer, picture)
    assert caught.value.code == "immutable"
    assert "chflags" in caught.value.remedy
    flags[picture.stat().st_ino] = 0x8000  # hidden
    with Replacer(system=MacOS(libc)) as replacer:
        ready(replacer, picture).abort()
    assert "fchflags 0x8000" in libc.calls
