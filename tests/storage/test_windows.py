"""What is particular to Windows, by an imitation of kernel32."""

from __future__ import annotations

import errno
import os
import sys
import types
from pathlib import Path

import pytest
from system_imitations import (
    NEW,
    OLD,
    Kernel32,
    make_picture,
    names_beside,
    ready,
)

from provenance.errors import StorageError
from provenance.storage.folder import UnsettledError
from provenance.storage.replace import Replacer, Window
from provenance.storage.systems.windows import Windows
from provenance.storage.temporary import keeping_name

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="imitated by the calls of Linux")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return make_picture(tmp_path)


@pytest.fixture
def kernel32() -> Kernel32:
    return Kernel32()


def test_windows_replaces_and_writes_through(kernel32: Kernel32, picture: Path) -> None:
    with Replacer(system=Windows(kernel32, verbatim=False)) as replacer:
        replacement = ready(replacer, picture)
        kernel32.calls.clear()
        replacement.exchange()
        assert kernel32.calls == ["ReplaceFileW", "MoveFileExW"]
        replacement.sync()
        replacement.discard_old()
    assert not kernel32._handles, "a handle stayed open"


def test_windows_name_that_stays_absent_is_put_back(kernel32: Kernel32, picture: Path) -> None:
    """ERROR_UNABLE_TO_MOVE_REPLACEMENT_2: the former file has its second name by then."""
    kernel32.fail["ReplaceFileW"] = 1177
    with Replacer(system=Windows(kernel32, verbatim=False)) as replacer:
        replacement = ready(replacer, picture)
        with pytest.raises(StorageError) as caught:
            replacement.exchange()
    assert "1177" in caught.value.message
    assert picture.read_bytes() == OLD
    assert names_beside(picture) == []


@pytest.mark.parametrize("code", [1175, 1176, 5, 32, 112])
def test_windows_refusals_leave_everything(kernel32: Kernel32, picture: Path, code: int) -> None:
    kernel32.fail["ReplaceFileW"] = code
    with Replacer(system=Windows(kernel32, verbatim=False)) as replacer:
        replacement = ready(replacer, picture)
        with pytest.raises(StorageError) as caught:
            replacement.exchange()
    assert str(code) in caught.value.message
    assert caught.value.remedy
    assert picture.read_bytes() == OLD
    assert names_beside(picture) == []


@pytest.mark.parametrize("code", [0, 1177])
def test_windows_half_done_is_unsettled_and_loses_nothing(
    kernel32: Kernel32, picture: Path, code: int
) -> None:
    kernel32.fail["MoveFileExW"] = 32
    if code:
        kernel32.fail["ReplaceFileW"] = code
    with Replacer(system=Windows(kernel32, verbatim=False)) as replacer:
        replacement = ready(replacer, picture)
        with pytest.raises(UnsettledError) as caught:
            replacement.exchange()
    kept = keeping_name(replacement.temporary)
    assert kept in caught.value.message
    assert (picture.parent / kept).read_bytes() == OLD
    assert picture.exists() is (code == 0)


def test_windows_without_replace_takes_the_link(kernel32: Kernel32, picture: Path) -> None:
    kernel32.fail["ReplaceFileW"] = 50
    with Replacer(system=Windows(kernel32, verbatim=False)) as replacer:
        replacement = ready(replacer, picture)
        replacement.exchange()
        assert replacement.window is Window.LINK
        replacement.sync()
        replacement.discard_old()
    assert picture.read_bytes() == NEW
    assert names_beside(picture) == []


def test_windows_reparse_points_are_refused_but_at_the_root(
    kernel32: Kernel32, picture: Path
) -> None:
    """A junction, a placeholder of a cloud drive: whatever is not the folder itself."""
    system = Windows(kernel32, verbatim=False)
    desk, day = picture.parent.parent, picture.parent
    kernel32.reparse.add(str(day))
    with pytest.raises(OSError, match="never followed") as caught:
        system.open_folder(str(desk), "day")
    assert caught.value.errno == errno.ELOOP
    assert not kernel32._handles
    kernel32.reparse.clear()
    with pytest.raises(NotADirectoryError):
        system.open_folder(str(day), "a.jpg")
    assert not kernel32._handles


@pytest.mark.parametrize("name", ["a.jpg:stream", "a*.jpg", "..\\a.jpg", "con\x01", 'a".jpg'])
def test_windows_names_that_are_more_than_names(
    kernel32: Kernel32, picture: Path, name: str
) -> None:
    system = Windows(kernel32, verbatim=False)
    where = system.open_folder(str(picture.parent), "")
    try:
        with pytest.raises(StorageError) as caught:
            system.look(where, name)
    finally:
        system.close_folder(where)
    assert caught.value.code == "bad-name"


def test_windows_file_swapped_for_a_link_while_it_is_opened(
    kernel32: Kernel32, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = Windows(kernel32, verbatim=False)
    real = os.open

    def opened(path: str, flags: int, *rest: object) -> int:
        return real(path, flags & ~os.O_NOFOLLOW, *rest)  # as Windows, which has no such flag

    victim = picture.parent / "victim.jpg"
    victim.write_bytes(OLD)
    picture.unlink()
    picture.symlink_to(victim)
    monkeypatch.setattr(os, "open", opened)
    where = system.open_folder(str(picture.parent), "")
    try:
        with pytest.raises(OSError, match="never followed") as caught:
            system.open_file(where, "a.jpg", os.O_RDONLY)
    finally:
        system.close_folder(where)
    assert caught.value.errno == errno.ELOOP


@pytest.mark.parametrize(
    ("path", "exact"),
    [
        ("/desk/a.jpg", "\\\\?\\\\desk\\a.jpg"),
        ("\\\\?\\C:\\desk", "\\\\?\\C:\\desk"),
        ("\\\\server\\share", "\\\\?\\UNC\\server\\share"),
    ],
)
def test_windows_paths_are_taken_as_they_are(
    kernel32: Kernel32, path: str, exact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "abspath", lambda one: one)
    assert Windows(kernel32)._exact(path) == exact


def test_windows_locks(kernel32: Kernel32, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [errno.EACCES, errno.EDEADLK, 0]
    asked: list[int] = []

    def locking(opened: int, way: int, octets: int) -> None:
        assert octets == 1
        asked.append(way)
        number = answers[len(asked) - 1]
        if number:
            raise OSError(number, os.strerror(number))

    fake = types.SimpleNamespace(LK_LOCK=1, LK_NBLCK=2, locking=locking)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    system = Windows(kernel32, verbatim=False)
    opened = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    try:
        assert system.lock(opened, wait=False) is False
        assert system.lock(opened, wait=True) is True
    finally:
        os.close(opened)
    assert asked == [2, 1, 1]
