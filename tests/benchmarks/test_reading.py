"""Reading the metadata of many pictures, against the tools of the field, in one run.

Processor time is compared (user and system, of this process and of the rivals'), so that other
work on the machine weighs on both alike. Nothing is kept of a picture once it is read, as the
command lines keep nothing.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from multiprocessing import Pool
from pathlib import Path

import pytest
from agency_material import agency_pictures, wire_pictures

from provenance.metadata import digests, read, rewrite
from provenance.model import AssetRef, Edit, MetadataRecord, Property

COUNT = int(os.environ.get("PROVENANCE_BENCH_FILES", "300"))
READS = int(os.environ.get("PROVENANCE_BENCH_READS", "20000"))
ROUNDS = int(os.environ.get("PROVENANCE_BENCH_ROUNDS", "5"))
BATCH = 500
PAGE = os.sysconf("SC_PAGE_SIZE")

pytestmark = pytest.mark.benchmark


class Ranges:
    """An open file as a byte source."""

    __slots__ = ("_fd", "size")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.size = os.fstat(fd).st_size

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._fd, length, offset)


class Counted:
    """A byte source that counts what is read of it."""

    def __init__(self, inner: Ranges) -> None:
        self.inner = inner
        self.size = inner.size
        self.reads: list[int] = []

    def read(self, offset: int, length: int) -> bytes:
        octets = self.inner.read(offset, length)
        self.reads.append(len(octets))
        return octets


@pytest.fixture(scope="module", params=["wire", "desk"])
def pictures(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    make = {"wire": wire_pictures, "desk": agency_pictures}[request.param]
    made = [str(path) for path in make(tmp_path_factory.mktemp(request.param), COUNT)]
    print(f"\n\n{COUNT} {request.param} pictures", end="")
    return made


@pytest.fixture
def is_desk(request: pytest.FixtureRequest) -> bool:
    return "desk" in request.node.name


def read_one(path: str) -> MetadataRecord:
    fd = os.open(path, os.O_RDONLY)
    try:
        source = Ranges(fd)
        return read(AssetRef(path, source.size, ""), source)
    finally:
        os.close(fd)


def read_all(paths: list[str]) -> None:
    for path in paths:
        read_one(path)


def processor_time(work: Callable[[], object], who: int = resource.RUSAGE_SELF) -> float:
    """Seconds, user and system, that this process took for the work, or its children did."""
    before = resource.getrusage(who)
    work()
    after = resource.getrusage(who)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(pictures: list[str]) -> float:
    """Seconds for all pictures, the best of three runs."""
    return min(processor_time(lambda: read_all(pictures)) for _ in range(3))


def rival(command: list[str], pictures: list[str], out: int) -> float:
    """Seconds of another program, given five hundred files at a time."""

    def run() -> None:
        for at in range(0, len(pictures), BATCH):
            # exiv2 ends with 253 where a file has no value of one kind; it has read them all.
            batch = [*command, *pictures[at : at + BATCH]]
            done = subprocess.run(batch, stdout=out, stderr=subprocess.DEVNULL, check=False)
            assert out == subprocess.DEVNULL or done.stdout.count(b"Bakr ALKASEM") > len(batch) / 9

    return processor_time(run, resource.RUSAGE_CHILDREN)


def race(name: str, command: list[str], pictures: list[str]) -> float:
    """How many times as fast we are: the median of rounds run in turns.

    What a rival prints goes nowhere, which is the quickest for it; how long it takes where
    somebody reads it through a pipe is told as well.
    """
    rounds = []
    for _ in range(ROUNDS):
        mine, theirs = ours(pictures), rival(command, pictures, subprocess.DEVNULL)
        piped = rival(command, pictures, subprocess.PIPE)
        rounds.append((theirs / mine, piped / mine, mine, theirs, piped))
    ratio, through_pipe, *seconds = (statistics.median(one) for one in zip(*rounds, strict=True))
    mine, theirs, piped = (f"{one / len(pictures) * 1e6:,.0f}" for one in seconds)
    print(
        f"\nours {mine} us a file, {name} {theirs} ({ratio:.2f} x),"
        f" through a pipe {piped} ({through_pipe:.2f} x)",
        end="",
    )
    return ratio


def exiftool() -> list[str]:
    if (given := os.environ.get("PROVENANCE_EXIFTOOL")) is not None:
        return given.split()
    if (found := shutil.which("exiftool")) is None:
        pytest.skip("exiftool is not on this machine; PROVENANCE_EXIFTOOL may name it")
    return [found]


def test_every_value_is_read_and_little_else(pictures: list[str]) -> None:
    reads = []
    for path in pictures:
        with open(path, "rb") as content:
            source = Counted(Ranges(content.fileno()))
            record = read(AssetRef(path, source.size, ""), source)
        # 4 of EXIF, 14 of XMP, 15 of IIM: date and time are one value.
        assert (len(record.values), record.warnings) == (33, ())
        reads.append(source.reads)
    octets = statistics.mean(sum(one) for one in reads)
    print(f"\n{statistics.mean(map(len, reads)):.2f} reads and {octets:,.0f} octets a file", end="")
    assert octets <= 32_768


def test_reading_against_exiv2(pictures: list[str], *, is_desk: bool) -> None:
    command = shutil.which("exiv2")
    if command is None:
        pytest.skip("exiv2 is not on this machine")
    assert race("exiv2 -pa", [command, "-pa"], pictures) >= (2.5 if is_desk else 1.6)


def test_reading_against_exiftool(pictures: list[str], *, is_desk: bool) -> None:
    command = [*exiftool(), "-fast2", "-j"]
    assert race("exiftool -fast2 -j", command, pictures) >= (38 if is_desk else 30)


def test_two_processes_take_half_the_time(pictures: list[str]) -> None:
    paths = pictures * max(1, 20_000 // len(pictures))
    half = len(paths) // 2

    with Pool(2) as pool:

        def seconds(*parts: list[str]) -> float:
            began = time.perf_counter()
            pool.map(read_all, parts, chunksize=1)
            return time.perf_counter() - began

        seconds(paths[:half], paths[half:])
        rounds = [seconds(paths) / seconds(paths[:half], paths[half:]) for _ in range(ROUNDS)]
    ratio = statistics.median(rounds)
    print(f"\ntwo processes: {ratio:.2f} x of one (elapsed time)", end="")
    assert ratio > 1.4


def test_memory_does_not_grow_with_the_files(pictures: list[str]) -> None:
    def held() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE

    samples = []
    for number in range(READS):
        read_one(pictures[number % len(pictures)])
        if number % (READS // 10) == READS // 10 - 1:
            samples.append(held())
    mib = [f"{sample / 2**20:.1f}" for sample in samples]
    print(f"\nMiB after each tenth of {READS:,} reads: {' '.join(mib)}", end="")
    assert samples[-1] - samples[0] < 2**20


def correction(data: bytes) -> list[Edit]:
    found = read(AssetRef("a.jpg", len(data), ""), data).of(Property.CREATOR_NAMES)
    return [
        Edit("", v.container, v.locator, v.property, v.values[0], "Somebody ELSE") for v in found
    ]


def test_digesting_and_rewriting_rates(pictures: list[str], tmp_path: Path) -> None:
    contents = [Path(path).read_bytes() for path in pictures[:60]]
    plans = [correction(data) for data in contents]

    def rewrite_all() -> None:
        for data, edits in zip(contents, plans, strict=True):
            rewrite(data, edits)

    hashed = min(processor_time(lambda: [digests(data) for data in contents]) for _ in range(3))
    written = min(processor_time(rewrite_all) for _ in range(3))
    rates = len(contents) / hashed, len(contents) / written
    print(f"\nthree digests: {rates[0]:,.0f}/s; corrected in memory: {rates[1]:,.0f}/s", end="")
    assert rates[0] > 200
    assert rates[1] > 250
    copies = [str(shutil.copy(path, tmp_path)) for path in pictures[:60]]
    tags = [f"-{tag}=Somebody ELSE" for tag in ("IFD0:Artist", "IPTC:By-line", "XMP-dc:Creator")]
    command = [*exiftool(), "-q", "-overwrite_original", "-IPTCDigest=new", *tags, *copies]
    theirs = processor_time(lambda: subprocess.run(command, check=True), resource.RUSAGE_CHILDREN)
    print(
        f"\nexiftool, one command: {len(copies) / theirs:,.0f}/s; {theirs / written:.1f} x", end=""
    )
    assert theirs / written > 2
