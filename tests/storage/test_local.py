"""Getting a file: whole or in ranges, the version that was named, or an error."""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path

import pytest
from walk_material import JPEG, STORE, refs, touch, walk

from provenance.errors import ConflictError, StorageError
from provenance.model import AssetRef
from provenance.storage import (
    ListedFolder,
    LocalStore,
    local,
)


def test_get_refuses_another_version(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    (ref,) = refs(tmp_path)
    os.utime(tmp_path / "a.jpg", ns=(5, 5))
    with pytest.raises(ConflictError, match=r"a\.jpg was changed"):
        STORE.get(ref)
    os.utime(tmp_path / "a.jpg", ns=(5, int(ref.version.split("-")[0])))
    assert STORE.get(ref) == JPEG
    found = (tmp_path / "a.jpg").stat()
    with (tmp_path / "a.jpg").open("ab") as file:
        file.write(b"more")
    os.utime(tmp_path / "a.jpg", ns=(found.st_atime_ns, found.st_mtime_ns))
    with pytest.raises(ConflictError):
        STORE.get(ref)
    assert STORE.get(AssetRef(ref.uri, 0, "")) == JPEG + b"more"


def test_get_refuses_a_replaced_file_and_a_symlink(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.jpg")
    first, second = refs(tmp_path)
    times = (tmp_path / "a.jpg").stat()
    os.utime(tmp_path / "b.jpg", ns=(times.st_atime_ns, times.st_mtime_ns))
    (tmp_path / "b.jpg").replace(tmp_path / "a.jpg")
    with pytest.raises(ConflictError):
        STORE.get(first)
    with pytest.raises(StorageError) as missing:
        STORE.get(second)
    assert missing.value.code == "not-found"
    assert "b.jpg" in missing.value.message
    (tmp_path / "b.jpg").symlink_to("a.jpg")
    with pytest.raises(StorageError) as linked:
        STORE.get(AssetRef(str(tmp_path / "b.jpg"), 0, ""))
    assert linked.value.code == "symlink-refused"


def test_get_refuses_what_is_too_large(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    (ref,) = refs(tmp_path)
    with pytest.raises(StorageError) as caught:
        LocalStore(largest=10).get(ref)
    assert caught.value.code == "too-large"


def test_open_source_reads_ranges(tmp_path: Path) -> None:
    data = bytes(range(256)) * 4
    touch(tmp_path, "a.jpg", data=data)
    (ref,) = refs(tmp_path)
    with STORE.open_source(ref) as source:
        assert source.size == 1024
        assert source.read(0, 1024) == data
        assert source.read(250, 10) == data[250:260]
        assert source.read(1020, 100) == data[1020:]
        assert source.read(5000, 10) == b""
        assert source.read(10, 0) == b""


def test_open_source_reads_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_PIECE", 7)
    touch(tmp_path, "a.jpg", data=b"0123456789" * 5)
    with STORE.open_source(refs(tmp_path)[0]) as source:
        assert source.read(0, 50) == b"0123456789" * 5


@pytest.mark.parametrize("size", [0, 10, 5000])
def test_open_source_tells_of_a_change_while_it_is_open(tmp_path: Path, size: int) -> None:
    touch(tmp_path, "a.jpg", data=b"x" * 1000)
    (ref,) = refs(tmp_path)
    with pytest.raises(ConflictError, match="while it was read"), STORE.open_source(ref) as source:  # noqa: PT012 - both ends are the subject
        os.truncate(ref.uri, size)
        source.read(0, 10)


def test_open_source_lets_the_bodys_own_exception_out(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    (ref,) = refs(tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(KeyError), STORE.open_source(ref):
        raise KeyError("mine")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_disk_error_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.jpg")
    (ref,) = refs(tmp_path)

    def broken(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pread", broken)
    with pytest.raises(
        StorageError, match=r"a\.jpg could not be read: Input/output error"
    ) as caught:
        STORE.get(ref)
    assert caught.value.code == "read-error"


@pytest.mark.parametrize("number", [1, 2])
def test_an_error_of_a_look_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    touch(tmp_path, "a.jpg")
    (ref,) = refs(tmp_path)
    looks: list[int] = []

    def broken(descriptor: int) -> os.stat_result:
        looks.append(descriptor)
        if len(looks) == number:
            raise OSError(5, "Input/output error")
        return os.stat(descriptor)

    monkeypatch.setattr(os, "fstat", broken)
    with pytest.raises(StorageError, match=r"a\.jpg could not be read") as caught:
        STORE.get(ref)
    assert caught.value.code == "read-error"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.stat(looks[0])


def test_an_error_of_close_takes_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.jpg")
    (ref,) = refs(tmp_path)
    close = os.close

    def broken(descriptor: int) -> None:
        close(descriptor)
        raise OSError(4, "Interrupted system call")

    monkeypatch.setattr(os, "close", broken)
    assert STORE.get(ref) == JPEG


def test_store_is_picklable() -> None:
    assert pickle.loads(pickle.dumps(STORE)) == STORE


def test_walk_of_a_deep_tree_does_not_recurse(tmp_path: Path) -> None:
    made = [tmp_path]
    try:
        while len(made) < 1200:
            folder = made[-1] / "d"
            folder.mkdir()
            made.append(folder)
        listed = [entry for entry in walk(tmp_path) if isinstance(entry, ListedFolder)]
    finally:
        for folder in reversed(made[1:]):  # deeper than shutil.rmtree can go
            folder.rmdir()
    assert len(listed) == 1200


def test_walk_is_quick(tmp_path: Path) -> None:
    for folder in range(10):
        sub = tmp_path / f"{folder:02}"
        sub.mkdir()
        for number in range(500):
            os.close(os.open(sub / f"{number:04}.jpg", os.O_CREAT | os.O_WRONLY))
    best = 9.0
    for _ in range(3):
        start = time.perf_counter()
        count = len(refs(tmp_path))
        best = min(best, time.perf_counter() - start)
    assert count == 5000
    assert best < 0.2
