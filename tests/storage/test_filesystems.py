"""What a folder stands on, what works there, and a policy that refuses to write without."""

# ruff: noqa: N802 - the calls of Windows have names of their own

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
from pathlib import Path

import pytest

from provenance.errors import StorageError
from provenance.storage import filesystems, linux
from provenance.storage.filesystems import FileSystem, Trial, can_exchange, file_system, trial
from provenance.storage.folder import Folder
from provenance.storage.replace import Replacer, Window, WriteOptions, prepare

TX = "0123456789abcdef"
OLD, NEW = b"old picture bytes", b"new picture bytes, corrected"


def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(linux, "exchange", refuse)


def below(monkeypatch: pytest.MonkeyPatch, kind: str | None) -> None:
    monkeypatch.setattr(filesystems, "kind_of", lambda _: kind)


@pytest.mark.parametrize(
    ("kind", "exchange", "network"),
    [
        ("ext4", True, False),
        ("xfs", True, False),
        ("btrfs", True, False),
        ("tmpfs", True, False),
        ("overlay", True, False),
        ("apfs", True, False),
        ("nfs4", False, True),
        ("cifs", False, True),
        ("smb3", False, True),
        ("smbfs", False, True),
        ("9p", False, True),
        ("exfat", False, False),
        ("fuseblk", False, False),
        ("fuse.sshfs", None, True),
        ("fuse.portal", None, False),
        ("network", None, True),
        ("new-in-2030", None, False),
        (None, None, False),
    ],
)
def test_what_a_kind_can_do(
    monkeypatch: pytest.MonkeyPatch, kind: str | None, exchange: bool | None, network: bool
) -> None:
    below(monkeypatch, kind)
    assert file_system("/desk") == FileSystem(kind, exchange, network)


def test_the_mount_of_an_open_folder_is_found_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "fdinfo").mkdir()
    (tmp_path / "fdinfo" / "7").write_text("pos:\t0\nflags:\t02200000\nmnt_id:\t33\nino:\t2\n")
    (tmp_path / "mountinfo").write_text(
        "3 1 0:5 / / rw - ext4 /dev/sda rw\n"
        "nonsense\n"
        "33 3 0:46 / /desk rw shared:3 - fuse.sshfs desk@server:/ rw\n"
    )
    assert filesystems._by_mount(7, tmp_path) == "fuse.sshfs"
    assert filesystems._by_mount(8, tmp_path) is None


def test_this_folder_and_no_folder(tmp_path: Path) -> None:
    assert filesystems.kind_of(str(tmp_path))
    assert filesystems.kind_of(str(tmp_path / "absent")) is None
    assert filesystems.kind_of("/a\0b") is None


def test_macos_tells_by_statfs() -> None:
    class Libc:
        @staticmethod
        def statfs(path: ctypes.c_char_p, found: object) -> int:
            if path.value != b"/Volumes/desk":
                return -1
            raw = ctypes.cast(found, ctypes.POINTER(ctypes.c_char))
            for place, octet in enumerate(b"smbfs\0"):
                raw[72 + place] = octet
            return 0

    assert ctypes.sizeof(filesystems._Statfs) == 2168
    assert filesystems._by_statfs("/Volumes/desk", Libc()) == "smbfs"
    assert filesystems._by_statfs("/gone", Libc()) is None


@pytest.mark.parametrize(
    ("drive", "kind"), [(4, "network"), (3, "NTFS")], ids=["a share", "a disk"]
)
def test_windows_tells_by_volume(drive: int, kind: str) -> None:
    class Kernel32:
        @staticmethod
        def GetVolumePathNameW(path: ctypes.c_wchar_p, root: object, _size: object) -> int:
            root.value = path.value[:3]
            return int(path.value.startswith("C:"))

        @staticmethod
        def GetDriveTypeW(root: object) -> int:
            assert root.value == "C:\\"
            return drive

        @staticmethod
        def GetVolumeInformationW(*arguments: object) -> int:
            arguments[6].value = "NTFS"
            return 1

    assert filesystems._by_volume("C:\\desk", Kernel32()) == kind
    assert filesystems._by_volume("?:\\desk", Kernel32()) is None


def test_a_trial_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jpg").write_bytes(OLD)
    with Folder.open(str(tmp_path)) as folder:
        assert trial(folder) == Trial(exchange=True, links=True, sync=True)
        no_exchange(monkeypatch)
        assert trial(folder) == Trial(exchange=False, links=True, sync=True)
        monkeypatch.setattr(os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError(1, "no")))
        monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(22, "no")))
        assert trial(folder) == Trial(exchange=False, links=False, sync=False)
    assert [one.name for one in tmp_path.iterdir() if one.name != "state-of-test"] == ["a.jpg"]


@pytest.mark.skipif(not Path("/proc/tty").is_dir(), reason="a folder where nothing can be made")
def test_a_trial_that_cannot_be_made_is_told() -> None:
    with Folder.open("/proc/tty") as folder, pytest.raises(StorageError, match="/proc/tty"):
        trial(folder)


def test_what_is_known_is_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: Folder) -> Trial:
        raise AssertionError("a known file system is not tried")

    monkeypatch.setattr(filesystems, "trial", never)
    with Folder.open(str(tmp_path)) as folder:
        for kind, answer in (("ext4", True), ("nfs4", False)):
            below(monkeypatch, kind)
            assert can_exchange(folder) is answer


STRICT = WriteOptions(require_exchange=True)


def test_the_policy_refuses_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(OLD)
    below(monkeypatch, "cifs")
    written: list[object] = []
    monkeypatch.setattr(os, "write", lambda *arguments: written.append(arguments))
    was = tmp_path.stat().st_mtime_ns
    with Replacer(STRICT) as replacer, pytest.raises(StorageError) as caught:
        replacer.take(str(picture))
    assert caught.value.code == "no-exchange"
    assert "write.require_exchange" in caught.value.message
    assert "provenance.toml" in caught.value.remedy
    assert not written
    assert tmp_path.stat().st_mtime_ns == was


def test_the_policy_tries_what_it_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(OLD)
    below(monkeypatch, "fuse.portal")
    with Replacer(STRICT) as replacer:
        assert replacer.take(str(picture)).data == OLD
    no_exchange(monkeypatch)
    with Replacer(STRICT) as replacer, pytest.raises(StorageError) as caught:
        replacer.take(str(picture))
    assert caught.value.code == "no-exchange"


def test_the_policy_holds_where_the_table_was_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel has the last word: no slower way is taken behind the policy's back."""
    picture = tmp_path / "a.jpg"
    picture.write_bytes(OLD)
    below(monkeypatch, "ext4")
    no_exchange(monkeypatch)
    digest = hashlib.sha256(OLD).hexdigest()
    with Replacer(STRICT) as replacer:
        replacement = prepare(str(picture), digest, NEW, TX, replacer=replacer)
        with pytest.raises(StorageError) as caught:
            replacement.exchange()
    assert caught.value.code == "no-exchange"
    assert picture.read_bytes() == OLD
    assert not [one for one in os.listdir(tmp_path) if one.endswith((".tmp", ".old"))]


def test_without_the_policy_the_window_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(OLD)
    below(monkeypatch, "cifs")
    no_exchange(monkeypatch)
    digest = hashlib.sha256(OLD).hexdigest()
    with Replacer() as replacer:
        replacement = prepare(str(picture), digest, NEW, TX, replacer=replacer)
        replacement.exchange()
        replacement.sync()
        replacement.discard_old()
    assert replacement.window is Window.LINK
    assert picture.read_bytes() == NEW
