"""Reading the metadata of many pictures, against the tools of the field, in one run."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from agency_material import agency_pictures

from provenance.metadata import digests, read, rewrite
from provenance.model import AssetRef, Edit, MetadataRecord, Property

COUNT = int(os.environ.get("PROVENANCE_BENCH_FILES", "300"))
BATCH = 500
ROUNDS = int(os.environ.get("PROVENANCE_BENCH_ROUNDS", "5"))

pytestmark = pytest.mark.benchmark


class Ranges:
    """An open file as a byte source."""

    __slots__ = ("_fd", "size")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.size = os.fstat(fd).st_size

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._fd, length, offset)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return agency_pictures(tmp_path_factory.mktemp("pictures"), COUNT)


def read_one(path: Path) -> MetadataRecord:
    fd = os.open(path, os.O_RDONLY)
    try:
        source = Ranges(fd)
        return read(AssetRef(str(path), source.size, ""), source)
    finally:
        os.close(fd)


def rate(count: int, work: Callable[[], object], repeats: int = 3) -> float:
    """Files a second, the best of some runs."""
    best = float("inf")
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return count / best


def ours(pictures: list[Path]) -> float:
    records = [read_one(path) for path in pictures]
    # 4 of EXIF, 14 of XMP, 15 of IIM: date and time are one value.
    assert {len(record.values) for record in records} == {33}
    return rate(len(pictures), lambda: [read_one(path) for path in pictures])


def batches(pictures: list[Path]) -> list[list[str]]:
    names = [str(path) for path in pictures]
    return [names[at : at + BATCH] for at in range(0, len(names), BATCH)]


def race(name: str, command: list[str], pictures: list[Path]) -> float:
    """How many times as fast we are: the median of rounds run in turns."""

    def rival() -> None:
        for batch in batches(pictures):
            # exiv2 ends with 253 where a file has no value of one kind; it has read them all.
            done = subprocess.run([*command, *batch], capture_output=True, check=False)
            assert done.stdout.count(b"Aaref WATAD") + done.stdout.count(b"Bakr ALKASEM") > 0

    rounds = []
    for _ in range(ROUNDS):
        mine, theirs = ours(pictures), rate(len(pictures), rival, 1)
        print(f"\nours {mine:,.0f} files/s, {name} {theirs:,.0f}: {mine / theirs:.1f}x", end="")
        rounds.append(mine / theirs)
    return statistics.median(rounds)


def test_reading_reaches_its_rate(pictures: list[Path]) -> None:
    found = ours(pictures)
    print(f"\nours: {found:,.0f} files/s")
    assert found >= 3500


def exiftool() -> list[str] | None:
    if (given := os.environ.get("PROVENANCE_EXIFTOOL")) is not None:
        return given.split()
    found = shutil.which("exiftool")
    return [found] if found else None


def test_reading_against_exiftool(pictures: list[Path]) -> None:
    command = exiftool()
    if command is None:
        pytest.skip("exiftool is not on this machine; PROVENANCE_EXIFTOOL may name it")
    assert race("exiftool -fast2", [*command, "-fast2", "-j"], pictures) >= 30


def test_reading_against_exiv2(pictures: list[Path]) -> None:
    command = shutil.which("exiv2")
    if command is None:
        pytest.skip("exiv2 is not on this machine")
    assert race("exiv2 -pa", [command, "-pa"], pictures) >= 1.5


def test_digesting_and_rewriting_rates(pictures: list[Path]) -> None:
    contents = [path.read_bytes() for path in pictures[:60]]

    def correct(data: bytes) -> bytes:
        found = read(AssetRef("a.jpg", len(data), ""), data).of(Property.CREATOR_NAMES)
        edits = [
            Edit("", v.container, v.locator, v.property, v.values[0], "Somebody ELSE")
            for v in found
        ]
        return rewrite(data, edits)

    hashed = rate(len(contents), lambda: [digests(data) for data in contents])
    written = rate(len(contents), lambda: [correct(data) for data in contents])
    print(f"\nthree digests: {hashed:,.0f} files/s; corrected in memory: {written:,.0f} files/s")
    assert hashed > 300
    assert written > 100
