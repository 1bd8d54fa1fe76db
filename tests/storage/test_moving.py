"""Moving files into a private folder and back: nothing lost, nothing overwritten."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.errors import ConflictError, StorageError
from provenance.storage import LocalStore, copying, moving
from provenance.storage.folder import Folder, FsyncError, UnsettledError
from provenance.storage.listing import QUARANTINE_MARK
from provenance.storage.moving import SEALED, give_back, keep, look_at, put_aside_back, seal
from provenance.storage.private import open_private, remove_private

DATA = b"\xff\xd8 picture \xff\xd9" * 100
TIME = 1_700_000_000_123_456_789
KEPT, ASIDE = "picture.quarantined", ".a.jpg.0123456789abcdef.tmp"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(params=["same disk", "another disk"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """The quarantine folder: on the disk of the pictures, and on another one."""
    if request.param == "same disk":
        yield tmp_path / "quarantine"
        return
    shm = Path("/dev/shm")
    if not os.access(shm, os.W_OK) or shm.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other disk to move to")
    with tempfile.TemporaryDirectory(dir=shm, prefix="provenance-") as folder:
        yield Path(folder) / "quarantine"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Folder]:
    """A folder with one picture."""
    folder = tmp_path / "desk"
    folder.mkdir()
    picture = folder / "a.jpg"
    picture.write_bytes(DATA)
    picture.chmod(0o640)
    os.utime(picture, ns=(TIME, TIME))
    with Folder.open(str(folder), (str(tmp_path),)) as opened:
        yield opened


@pytest.fixture
def private(away: Path) -> Iterator[Folder]:
    with open_private(str(away), "n1", "m1") as opened:
        yield opened


def put_away(home: Folder, private: Folder) -> None:
    source = look_at(home, "a.jpg")
    keep(source, private, KEPT)
    moving.set_aside(source, ASIDE)
    home.remove(ASIDE)
    seal(private, KEPT)


def names(folder: Folder) -> list[str]:
    return sorted(os.listdir(folder.descriptor))


def test_a_file_is_put_away_and_given_back_as_it_was(home: Folder, private: Folder) -> None:
    path = Path(home.path("a.jpg"))
    try:
        os.setxattr(path, "user.desk", b"photo")
    except OSError:
        pytest.skip("this disk keeps no attributes")
    before = path.stat()
    put_away(home, private)
    assert names(home) == []
    kept = Path(private.path(KEPT))
    assert kept.read_bytes() == DATA
    assert stat.S_IMODE(kept.stat().st_mode) == SEALED
    give_back(look_at(private, KEPT), home, "a.jpg", mode=0o640, temporary=ASIDE)
    private.remove(KEPT)
    after = path.stat()
    assert names(home) == ["a.jpg"]
    assert path.read_bytes() == DATA
    assert os.getxattr(path, "user.desk") == b"photo"
    assert (after.st_mode, after.st_mtime_ns, after.st_uid, after.st_gid, after.st_nlink) == (
        before.st_mode,
        TIME,
        before.st_uid,
        before.st_gid,
        1,
    )


def test_the_folders_are_private_and_left_out_by_scans(away: Path, private: Folder) -> None:
    for folder in (away, away / "n1", away / "n1" / "m1"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    Path(private.path("picture.jpg")).write_bytes(b"\xff\xd8\xff\xe0 looks like a picture")
    Path(private.path("instruction.txt")).write_text("a notice", "utf-8")
    for path in (away, away / "n1" / "m1", away / "n1" / "m1" / "picture.jpg"):
        met = list(LocalStore().walk([str(path)]))
        assert [one for one in met if type(one).__name__ == "AssetRef"] == []
    told = [one for one in LocalStore().walk([str(away)]) if type(one).__name__ == "StoreProblem"]
    assert {one.code for one in told} == {"quarantine-skipped"}
    assert all(one.expected for one in told)


def test_a_folder_that_others_may_write_into_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("open").mkdir()
    tmp_path.joinpath("open").chmod(0o777)
    with pytest.raises(StorageError, match="others may write") as caught:
        open_private(str(tmp_path / "open"), "n1")
    assert caught.value.code == "not-private"
    assert list((tmp_path / "open").iterdir()) == []


def test_a_link_in_the_place_of_a_private_folder_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "quarantine").mkdir(mode=0o700)
    (tmp_path / "quarantine" / "n1").symlink_to(elsewhere)
    with pytest.raises(StorageError):
        open_private(str(tmp_path / "quarantine"), "n1", "m1")
    assert list(elsewhere.iterdir()) == []


def test_a_private_folder_goes_when_it_is_empty_and_only_then(away: Path) -> None:
    with open_private(str(away), "n1", "m1") as folder:
        Path(folder.path("other")).write_text("mine", "utf-8")
        assert not remove_private(folder, ["picture"])
        assert names(folder) == [QUARANTINE_MARK, "other"]
        folder.remove("other")
        assert remove_private(folder, ["picture"])
    assert not (away / "n1" / "m1").exists()


def test_a_file_with_other_names_is_copied_and_they_keep_theirs(
    home: Folder, private: Folder, tmp_path: Path
) -> None:
    other = tmp_path / "other.jpg"
    os.link(home.path("a.jpg"), other)
    put_away(home, private)
    assert other.stat().st_nlink == 1
    assert stat.S_IMODE(other.stat().st_mode) == 0o640
    assert Path(private.path(KEPT)).stat().st_ino != other.stat().st_ino
    assert Path(private.path(KEPT)).stat().st_mtime_ns == TIME


def test_a_change_before_the_keeping_is_a_conflict(home: Folder, private: Folder) -> None:
    source = look_at(home, "a.jpg")
    Path(home.path("a.jpg")).write_bytes(b"newer")
    with pytest.raises(ConflictError):
        keep(source, private, KEPT)
    assert names(private) == [QUARANTINE_MARK]
    assert Path(home.path("a.jpg")).read_bytes() == b"newer"


@pytest.mark.parametrize("by_rename", [True, False])
def test_a_save_before_the_name_comes_off_is_given_back(
    home: Folder, private: Folder, by_rename: bool
) -> None:
    source = look_at(home, "a.jpg")
    keep(source, private, KEPT)
    path = Path(home.path("a.jpg"))
    if by_rename:
        path.with_name("b").write_bytes(b"newer")
        path.with_name("b").rename(path)
    else:
        path.write_bytes(b"newer")
    with pytest.raises(ConflictError, match="same moment"):
        moving.set_aside(source, ASIDE)
    assert names(home) == ["a.jpg"]
    assert path.read_bytes() == b"newer"


def test_a_file_that_went_away_is_a_conflict(home: Folder, private: Folder) -> None:
    source = look_at(home, "a.jpg")
    keep(source, private, KEPT)
    home.remove("a.jpg")
    with pytest.raises(ConflictError, match="gone"):
        moving.set_aside(source, ASIDE)
    with pytest.raises(ConflictError, match="gone"):
        look_at(home, "a.jpg")


def test_what_was_set_aside_is_never_put_over_a_new_file(home: Folder, private: Folder) -> None:
    source = look_at(home, "a.jpg")
    keep(source, private, KEPT)
    moving.set_aside(source, ASIDE)
    Path(home.path("a.jpg")).write_bytes(b"new")
    with pytest.raises(UnsettledError, match="taken the name"):
        put_aside_back(home, ASIDE, "a.jpg")
    assert Path(home.path("a.jpg")).read_bytes() == b"new"
    assert Path(home.path(ASIDE)).read_bytes() == DATA


def test_nothing_is_given_back_over_a_file_that_stands_there(home: Folder, private: Folder) -> None:
    put_away(home, private)
    Path(home.path("a.jpg")).write_bytes(b"new")
    with pytest.raises(ConflictError, match="not overwritten"):
        give_back(look_at(private, KEPT), home, "a.jpg", mode=0o640, temporary=ASIDE)
    assert Path(home.path("a.jpg")).read_bytes() == b"new"
    assert Path(private.path(KEPT)).read_bytes() == DATA
    assert names(home) == ["a.jpg"]


def test_a_file_that_comes_in_the_last_moment_is_not_overwritten(
    home: Folder, private: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_away(home, private)
    kept = look_at(private, KEPT)
    monkeypatch.setattr(Folder, "look", lambda *_: None)
    Path(home.path("a.jpg")).write_bytes(b"new")
    with pytest.raises(ConflictError, match="not overwritten"):
        give_back(kept, home, "a.jpg", mode=0o640, temporary=ASIDE)
    monkeypatch.undo()
    assert Path(home.path("a.jpg")).read_bytes() == b"new"
    assert stat.S_IMODE(Path(private.path(KEPT)).stat().st_mode) == SEALED
    assert names(home) == ["a.jpg"]


@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "open", "utime"])
def test_a_failing_copy_leaves_the_file_and_nothing_else(
    home: Folder, private: Folder, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    source = look_at(home, "a.jpg")

    def no_link(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "link", no_link)
        broken.setattr(os, call, fails)
        with pytest.raises(StorageError) as caught:
            keep(source, private, KEPT)
    assert isinstance(caught.value, FsyncError) == (call == "fsync")
    assert names(private) == [QUARANTINE_MARK]
    assert Path(home.path("a.jpg")).read_bytes() == DATA


def test_a_full_disk_is_told_before_anything_is_copied(
    home: Folder, private: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", no_link)
    monkeypatch.setattr(copying, "SPARE", 1 << 62)
    with pytest.raises(StorageError, match="octets are free") as caught:
        keep(look_at(home, "a.jpg"), private, KEPT)
    assert caught.value.code == "no-space"
    assert names(private) == [QUARANTINE_MARK]


def test_what_is_no_file_is_not_moved(home: Folder) -> None:
    os.mkfifo(home.path("pipe"))
    with pytest.raises(StorageError, match="not a regular file"):
        look_at(home, "pipe")
    Path(home.path("link.jpg")).symlink_to("a.jpg")
    with pytest.raises(StorageError, match="not a regular file"):
        look_at(home, "link.jpg")


def test_the_bytes_always_have_a_durable_name(
    home: Folder, private: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kept name is synced before the first name is touched; the folder after it."""
    told: list[str] = []
    real_fsync, real_put_back = os.fsync, Folder.put_back

    def fsync(opened: int) -> None:
        told.append(f"fsync {os.path.basename(os.readlink(f'/proc/self/fd/{opened}'))}")
        real_fsync(opened)

    def put_back(self: Folder, source: str, target: str) -> bool:
        told.append(f"rename {source}")
        return real_put_back(self, source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Folder, "put_back", put_back)
    source = look_at(home, "a.jpg")
    keep(source, private, KEPT)
    moving.set_aside(source, ASIDE)
    assert told.index("fsync m1") < told.index("rename a.jpg") < told.index("fsync desk")
    copied = Path(private.path(KEPT)).stat().st_ino != source.identity.inode
    assert not copied or told.index(f"fsync {KEPT}") < told.index("fsync m1")
