"""Thumbnails on disk: kept for their owner, within bounds, and believed only where they are true."""

from __future__ import annotations

import io
import os
import stat
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from provenance.pipeline import thumbnail_cache
from provenance.pipeline.thumbnail_cache import ThumbnailCache, cache_dir
from provenance.reporting.thumbnails import Thumbnail, thumbnail


def painted(shade: int, edge: int = 16) -> Thumbnail:
    out = io.BytesIO()
    Image.new("RGB", (edge, edge), (shade, 90, 30)).save(out, "PNG")
    return thumbnail(out.getvalue(), edge)


@pytest.fixture
def cache(tmp_path: Path) -> ThumbnailCache:
    return ThumbnailCache(tmp_path / "cache")


def entries(tmp_path: Path) -> list[Path]:
    return sorted(one for one in (tmp_path / "cache").rglob("*") if one.is_file())


def test_what_was_put_is_got_by_another_run(cache: ThumbnailCache, tmp_path: Path) -> None:
    assert cache.get("image a", 16) is None
    assert not (tmp_path / "cache").exists()
    cache.put("image a", 16, painted(1))
    cache.put("image b", 16, painted(2))
    again = ThumbnailCache(tmp_path / "cache")
    assert again.get("image a", 16) == painted(1)
    assert again.get("image b", 16) == painted(2)
    assert again.get("image a", 17) is None
    assert (again.has("image a", 16), again.has("image c", 16)) == (True, False)


def test_a_reason_is_not_kept(cache: ThumbnailCache, tmp_path: Path) -> None:
    cache.put("image a", 16, Thumbnail(reason="The share is not there."))
    assert entries(tmp_path) == []


def test_names_that_are_no_unicode_have_a_place(cache: ThumbnailCache) -> None:
    cache.put("version 1 /p/\udce9.jpg", 16, painted(1))
    assert cache.get("version 1 /p/\udce9.jpg", 16) == painted(1)


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_nobody_else_may_look(cache: ThumbnailCache, tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        cache.put("image a", 16, painted(1))
    finally:
        os.umask(former)
    (entry,) = entries(tmp_path)
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    for folder in (entry.parent, entry.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def spoil(entry: Path, how: str, other: Path) -> None:
    data = entry.read_bytes()
    changed = {
        "cut": data[:-7],
        "empty": b"",
        "a bit": data[:-40] + bytes([data[-40] ^ 1]) + data[-39:],
        "another's": other.read_bytes(),
        "a page": b"<script>alert(1)</script>",
        "longer": data + b"\0",
    }
    entry.unlink()
    if how == "a link":
        entry.symlink_to(other)
    elif how == "a folder":
        entry.mkdir()
    elif how == "a pipe":
        os.mkfifo(entry)
    else:
        entry.write_bytes(changed[how])


@pytest.mark.parametrize(
    "how",
    ["cut", "empty", "a bit", "another's", "a page", "longer", "a link", "a folder", "a pipe"],
)
def test_what_is_not_true_is_not_shown(cache: ThumbnailCache, tmp_path: Path, how: str) -> None:
    cache.put("image a", 16, painted(1))
    (entry,) = entries(tmp_path)
    cache.put("image b", 16, painted(2))
    (other,) = set(entries(tmp_path)) - {entry}
    spoil(entry, how, other)
    assert cache.get("image a", 16) is None
    assert cache.get("image b", 16) == painted(2)
    cache.put("image a", 16, painted(1))
    if how == "a folder":
        assert "cannot be kept" in cache.problem
    else:
        assert cache.get("image a", 16) == painted(1)


def test_metadata_that_somebody_put_into_an_entry_are_not_shown(
    cache: ThumbnailCache, tmp_path: Path
) -> None:
    """With a digest that is right: it is still no bare picture."""
    made = painted(1)
    comment = b"\xff\xfe\x00\x09<script"
    cache.put("image a", 16, Thumbnail(made.jpeg[:2] + comment + made.jpeg[2:], 16, 16))
    assert len(entries(tmp_path)) == 1
    assert cache.get("image a", 16) is None


def test_an_entry_larger_than_asked_for_is_not_shown(cache: ThumbnailCache) -> None:
    cache.put("image a", 16, painted(1, 64))
    assert cache.get("image a", 16) is None


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
@pytest.mark.parametrize("wrong", ["open to others", "a file", "a link"])
def test_a_folder_that_is_not_the_owners_alone_is_not_used(tmp_path: Path, wrong: str) -> None:
    folder = tmp_path / "cache" / "thumbnails"
    folder.parent.mkdir()
    if wrong == "a file":
        folder.write_text("x", encoding="utf-8")
    elif wrong == "a link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        folder.mkdir()
        folder.chmod(0o755)
    cache = ThumbnailCache(tmp_path / "cache")
    assert str(folder) in cache.problem
    cache.put("image a", 16, painted(1))
    cache.forget("image a", 16)
    assert cache.get("image a", 16) is None
    assert entries(tmp_path / "elsewhere") == []


@pytest.mark.skipif(not hasattr(os, "chown") or os.geteuid() != 0, reason="only root gives away")
def test_what_somebody_else_put_there_is_not_shown(cache: ThumbnailCache, tmp_path: Path) -> None:
    cache.put("image a", 16, painted(1))
    (entry,) = entries(tmp_path)
    os.chown(entry, 12_345, 12_345)
    assert cache.get("image a", 16) is None
    os.chown(entry.parent.parent, 12_345, 12_345)
    assert "somebody else" in ThumbnailCache(tmp_path / "cache").problem


def test_a_full_disk_ends_the_keeping_and_not_the_report(
    cache: ThumbnailCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(thumbnail_cache.os, "replace", full)
    cache.put("image a", 16, painted(1))
    assert "No space left" in cache.problem
    assert cache.get("image a", 16) is None


def test_those_not_asked_for_the_longest_go_first(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path / "cache", most=10 * (len(painted(1).jpeg) + 85))
    now = time.time()
    for number in range(10):
        cache.put(f"image {number}", 16, painted(number))
    for entry in entries(tmp_path):
        os.utime(entry, (now - 5 * 86_400,) * 2)
    assert cache.get("image 3", 16) is not None
    for number in range(10, 13):
        cache.put(f"image {number}", 16, painted(number))
    cache.close()
    left = [number for number in range(13) if cache.has(f"image {number}", 16)]
    assert {3, 10, 11, 12} <= set(left)
    assert len(left) <= 8


def test_old_entries_and_what_was_left_behind_go(cache: ThumbnailCache, tmp_path: Path) -> None:
    cache.put("image a", 16, painted(1))
    (entry,) = entries(tmp_path)
    for name, age in ((".new-dead", 7_200), (".new-alive", 60)):
        (entry.parent / name).write_bytes(b"half")
        os.utime(entry.parent / name, (time.time() - age,) * 2)
    cache.trim()
    assert {one.name for one in entries(tmp_path)} == {entry.name, ".new-alive"}
    os.utime(entry, (time.time() - 91 * 86_400,) * 2)
    cache.trim()
    assert not cache.has("image a", 16)


def test_a_thumbnail_can_be_forgotten(cache: ThumbnailCache) -> None:
    cache.put("image a", 16, painted(1))
    cache.forget("image a", 16)
    cache.forget("image a", 16)
    assert cache.get("image a", 16) is None
    assert cache.problem == ""


def test_several_threads_write_the_same_entry(cache: ThumbnailCache, tmp_path: Path) -> None:
    made = painted(1)
    wrong: list[object] = []

    def work() -> None:
        for _ in range(60):
            cache.put("image a", 16, made)
            if cache.get("image a", 16) != made:
                wrong.append("torn")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert len(entries(tmp_path)) == 1


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROVENANCE_CACHE", str(tmp_path))
    assert cache_dir() == tmp_path
    monkeypatch.delenv("PROVENANCE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert "provenance" in str(cache_dir())
