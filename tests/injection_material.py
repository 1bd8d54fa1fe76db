"""Faults in single system calls of a run, by ``strace``, and the calls there are."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

STRACE = shutil.which("strace")
FAULTS = ("SIGKILL", "ENOSPC", "EIO", "EINTR")
# All calls that take a file name or a descriptor.
FILE_CALLS = "%file,%desc"
_WARMED = Path(__file__).with_name("faults") / "warmed.py"
_HERE = _WARMED.parents[2]
# On a folder these are about a name in it, and are counted there, one file at a time.
_ABOUT_A_NAME = frozenset({"openat", "newfstatat", "unlinkat", "renameat", "renameat2", "linkat"})
_LINE = re.compile(r"^(\d+) +(\w+)\(")
_OPENED = re.compile(r"\d+<([^<>]+)>")
_NAMED = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Place:
    """One file or folder, and how calls name it: by its path, or by its name in a folder."""

    path: str
    names: tuple[str, ...]

    @property
    def options(self) -> list[str]:
        """What makes strace look at calls on this place alone."""
        return [word for name in self.names for word in ("-P", name)]


@dataclass(frozen=True)
class Point:
    """The n-th call of a kind on one place, counted in one thread."""

    place: Place
    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.call} no. {self.number} on {os.path.basename(self.place.path)}"


@dataclass(frozen=True)
class Ended:
    """How a traced run ended.

    Attributes:
        status: exit status, negative for a signal.
        hit: whether the fault took place.
        trace: the lines that strace wrote.
    """

    status: int
    hit: bool
    trace: tuple[str, ...]


class Warmed:
    """Runs of one scene, each a fork of a process that has everything imported.

    Attributes:
        seed: runs of one seed give their files the same names.

    Args:
        root: of the scene.
        workers: new bytes are made by confined workers, as they really are, and not in the
            run's own process.
        without: a kind of sync that runs leave out, as ``fixer.py`` has them; for the tests of
            the tests.
    """

    def __init__(self, root: Path, *, workers: bool = False, without: str = "") -> None:
        self.root = root
        self.seed = 0
        self._workers = workers
        self._without = without
        self._trace = root / "trace"
        self._process = subprocess.Popen(
            [sys.executable, str(_WARMED)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(
                str(_HERE / one) for one in (".", "tests", "fixtures"))},
        )  # fmt: skip

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def run(self, work: str, options: Sequence[str] = ()) -> Ended:
        """Carry out ``work`` under strace with the options given."""
        pid = self._stand_before(work)
        self._trace.unlink(missing_ok=True)
        with _attached(pid, ["-o", str(self._trace), *options]):
            status = self._ask("go")["status"]
        lines = self._trace.read_text(errors="surrogateescape").splitlines()
        hit = any("(INJECTED)" in line or "killed by SIGKILL" in line for line in lines)
        return Ended(status, hit, tuple(lines))

    def inject(self, work: str, point: Point, fault: str) -> Ended:
        """Carry out ``work`` with one call made to fail, or to be the one it dies before."""
        what = "signal=KILL" if fault == "SIGKILL" else f"error={fault}"
        options = [
            "-e",
            f"trace={point.call}",
            "-e",
            f"inject={point.call}:{what}:when={point.number}",
        ]
        return self.run(work, [*point.place.options, *options])

    def whole(self, work: str) -> int:
        """Carry out ``work`` with nothing done to it; its status."""
        self._stand_before(work)
        return self._ask("go")["status"]

    def kill_after(self, work: str, seconds: float) -> int:
        """Carry out ``work`` and kill it after a time; its status."""
        self.seed += 1
        pid = self._stand_before(work)
        self._tell("go")
        time.sleep(seconds)
        # Not reaped before its status is read below: the number is still its own.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self._answer()["status"]

    def _stand_before(self, work: str) -> int:
        asked = {"root": str(self.root), "work": work, "seed": self.seed}
        how = {"workers": self._workers, "without": self._without}
        return self._ask({**asked, **how})["pid"]

    def _ask(self, asked: object) -> dict:
        self._tell(asked)
        return self._answer()

    def _tell(self, asked: object) -> None:
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict:
        return json.loads(self._process.stdout.readline())


@contextmanager
def _attached(pid: int, options: Sequence[str]) -> Iterator[None]:
    """Strace on a process, attached before the body begins; the body must end that process."""
    tracer = subprocess.Popen(
        [STRACE, "-f", "-p", str(pid), *options], stderr=subprocess.PIPE, text=True
    )
    for line in tracer.stderr:
        if f"Process {pid} attached" in line:
            break
    else:
        raise AssertionError(f"strace ended with {tracer.wait()}")
    yield
    tracer.stderr.read()
    tracer.stderr.close()
    tracer.wait()


def places_of(warmed: Warmed, work: str, below: Sequence[Path]) -> list[Place]:
    """Every path in or at the folders that a run of ``work`` has to do with."""
    # "-s 0" cuts what was read and written, but not the names.
    ended = warmed.run(work, ["-y", "-s", "0", "-e", f"trace={FILE_CALLS}"])
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in ended.trace:
        asked, _, answer = line.rpartition(" = ")
        folders = _OPENED.findall(asked)
        for path in (*folders, *_OPENED.findall(answer)):
            found[path].add(path)
        for name in filter(None, _NAMED.findall(asked)):
            for folder in folders if name[0] != "/" else ("",):
                path = os.path.join(folder, name)
                found[path] |= {path, name}
    inside = tuple(map(str, below))
    return [
        Place(path, tuple(sorted(names)))
        for path, names in sorted(found.items())
        if path.startswith(inside)
    ]


def points_of(warmed: Warmed, work: str, place: Place) -> list[Point]:
    """Every call of a run of ``work`` on a place."""
    ended = warmed.run(work, [*place.options, "-e", f"trace={FILE_CALLS}"])
    counted: defaultdict[tuple[str, str], int] = defaultdict(int)
    for line in ended.trace:
        if match := _LINE.match(line):
            counted[match.group(1), match.group(2)] += 1
    most: defaultdict[str, int] = defaultdict(int)
    for (_, call), number in counted.items():
        most[call] = max(most[call], number)
    if os.path.isdir(place.path):
        most = {call: number for call, number in most.items() if call not in _ABOUT_A_NAME}
    return [
        Point(place, call, n) for call, many in sorted(most.items()) for n in range(1, many + 1)
    ]
