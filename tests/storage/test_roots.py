"""Whoever swaps folders for links while files are replaced changes nothing outside the root."""

from __future__ import annotations

import errno
import hashlib
import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from provenance.errors import StorageError
from provenance.storage import linux
from provenance.storage.replace import Replacer, WriteOptions, prepare
from provenance.storage.systems.portable import Portable

OLD, NEW = b"old picture bytes" * 20, b"new picture bytes, corrected" * 20
FOLDERS = ("one", "two", "three")
SWAPS, SOAK_SWAPS = 3_000, 100_000


def digest_of(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every name below a folder with its mode, its size and its digest."""
    told = {}
    for path in sorted(folder.rglob("*")):
        found = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        told[str(path)] = (found.st_mode, found.st_nlink, hashlib.sha256(data).hexdigest())
    return told


def make_tree(top: Path) -> tuple[Path, Path]:
    """A root to fix in, and folders outside that look the same."""
    root, outside = top / "root", top / "outside"
    for above in (root, outside):
        for name in FOLDERS:
            (above / "desk" / name).mkdir(parents=True)
            (above / "desk" / name / "a.jpg").write_bytes(OLD)
    return root, outside


def race(root: Path, outside: Path, swaps: int, done: Event, enough: Event) -> None:
    """Swap folders for links out and back, by exchange and by rename, also from above."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    desk, aside = root / "desk", root / "aside"
    aside.mkdir()
    for name in FOLDERS:
        (aside / name).symlink_to(outside / "desk" / name)
    (aside / "desk").symlink_to("../outside/desk")
    inside, beside = os.open(desk, os.O_RDONLY), os.open(aside, os.O_RDONLY)
    for turn in itertools.count():
        if turn == swaps:
            done.set()
        if turn >= swaps and enough.is_set():
            return
        name = FOLDERS[turn % len(FOLDERS)]
        with suppress(OSError):
            if turn % 7 == 6:  # the folder above, by names that climb
                os.rename(root / "desk", root / "aside" / ".." / "desk.moved")
                os.rename(root / "aside" / "desk", root / "desk")
                os.rename(root / "desk", root / "aside" / "desk")
                os.rename(root / "desk.moved", root / "aside" / ".." / "desk")
            elif turn % 7 == 5:
                os.rename(name, "moved", src_dir_fd=inside, dst_dir_fd=inside)
                os.symlink("../../outside/desk/" + name, name, dir_fd=inside)
                os.unlink(name, dir_fd=inside)
                os.rename("moved", name, src_dir_fd=inside, dst_dir_fd=inside)
            else:
                _exchange(inside, name, beside)
                _exchange(inside, name, beside)


def _exchange(inside: int, name: str, beside: int) -> None:
    """Swap a folder and the link of the same name in one step."""
    number = linux._NR_RENAMEAT2[os.uname().machine]
    linux._LIBC.syscall(number, inside, name.encode(), beside, name.encode(), 2)


@contextmanager
def racing(root: Path, outside: Path, swaps: int) -> Iterator[Event]:
    """A racer at work; gives what says that it has made its swaps."""
    context = multiprocessing.get_context("fork")
    done, enough = context.Event(), context.Event()
    racer = context.Process(target=race, args=(root, outside, swaps, done, enough), daemon=True)
    racer.start()
    try:
        yield done
    finally:
        enough.set()
        racer.join()
        assert racer.exitcode == 0


def run_race(top: Path, swaps: int, until: Callable[[Path, int, int], bool]) -> None:
    """Replace files below the root until the racer has made its swaps, and ``until`` holds.

    ``until`` is told the folder outside, the files written, and the files refused.
    """
    root, outside = make_tree(top)
    was = digest_of(outside)
    written = refused = 0
    with racing(root, outside, swaps) as done:
        while not (done.is_set() and until(outside, written, refused)):
            for number, name in enumerate(FOLDERS):
                path = root / "desk" / name / "a.jpg"
                try:
                    written += replace_one(str(path), str(root), number)
                except StorageError:
                    refused += 1
    assert digest_of(outside) == was
    inside = [one for one in root.rglob("a.jpg") if "aside" not in one.relative_to(root).parts]
    assert len(inside) == len(FOLDERS)
    assert all(one.read_bytes() in {OLD, NEW} for one in inside)


def both(_: Path, written: int, refused: int) -> bool:
    """Files were written, and links were met: the race tested something."""
    return bool(written and refused)


def replace_one(path: str, root: str, number: int) -> int:
    with Replacer(WriteOptions(roots=(root,))) as replacer:
        original = replacer.take(path)
        assert original.data in {OLD, NEW}
        data = NEW if original.data == OLD else OLD
        tx = f"{number:016x}"
        replacement = prepare(path, original.sha256, data, tx, replacer=replacer)
        replacement.exchange()
        replacement.sync()
        replacement.discard_old()
    return 1


def no_openat2(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSYS, "no openat2")

    monkeypatch.setattr(linux, "_openat2", refuse)


pytestmark = pytest.mark.skipif(
    not hasattr(os, "uname") or os.uname().machine not in linux._NR_RENAMEAT2,
    reason="the racer exchanges names by number of the call",
)


@pytest.mark.parametrize("part_by_part", [False, True])
def test_a_racer_changes_nothing_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part_by_part: bool
) -> None:
    if part_by_part:
        no_openat2(monkeypatch)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # the race is what is tested, not the disk
    run_race(tmp_path, SWAPS, both)


def test_the_racer_wins_where_links_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test tells a safe way from an unsafe one: a plain open is led outside."""

    def follow(self: Portable, top: int, below: str) -> int:
        return os.open(below or ".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=top)

    monkeypatch.setattr("provenance.storage.systems.linux.Linux._beneath", follow)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    first: list[object] = []

    def changed(outside: Path, _written: int, _refused: int) -> bool:
        first.append(digest_of(outside))
        return first[0] != first[-1] or any(
            path.read_bytes() == NEW for path in outside.rglob("a.jpg")
        )

    with pytest.raises(AssertionError):
        run_race(tmp_path, SWAPS, changed)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part_by_part", [False, True])
def test_a_racer_of_100_000_swaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part_by_part: bool
) -> None:
    if part_by_part:
        no_openat2(monkeypatch)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    run_race(tmp_path, SOAK_SWAPS, both)
