"""One ExifTool process that stays open, under limits of time and of output."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Sequence
from typing import IO, Any, Final

from exiftool import ExifTool
from exiftool.exceptions import ExifToolException

from provenance.metadata.exiftool.answer import MOST_OUTPUT, PATIENCE, Answer, ExifToolError
from provenance.metadata.exiftool.program import INSTALL, OLDEST_TEXT, VARIABLE, is_old

_PIECE: Final = 65_536
_MEMORY: Final = 2 << 30
"""Octets that the process may take up: a damaged file must not take the machine's."""
_LOOK: Final = 0.1  # seconds between looks whether a silent process still lives
_FAREWELL: Final = 2.0  # seconds that a process has to end by itself


class _Pump(threading.Thread):
    """Empties one pipe of the process into memory, so that it never blocks on a full one."""

    def __init__(self, pipe: IO[bytes], news: threading.Condition) -> None:
        super().__init__(daemon=True, name="exiftool-output")
        self._pipe = pipe
        self._news = news
        self.held = bytearray()
        self.most = MOST_OUTPUT
        self.ended = False

    def run(self) -> None:
        """Read to the end of the pipe, or until there is too much."""
        with self._pipe:
            while not self.ended:
                piece = os.read(self._pipe.fileno(), _PIECE)
                with self._news:
                    self.held += piece
                    self.ended = not piece or len(self.held) > self.most
                    self._news.notify_all()

    def take(self) -> bytes:
        """Give what is held, and hold nothing."""
        taken = bytes(self.held)
        self.held.clear()
        return taken


class StayOpen(ExifTool):  # type: ignore[misc]  # pyexiftool has no types
    """pyexiftool's process, talked to under limits.

    pyexiftool starts it (without a configuration file, and on Linux so that it ends with
    this process). Its own way of reading has no limit of time or size, and never returns
    once the process is dead; ``exchange`` takes its place.

    Attributes:
        release: ExifTool's version.

    Raises:
        ExifToolError: ``exiftool-missing`` where the program does not start, is something
            else or is too old.
    """

    _process: Any
    """The ``subprocess.Popen`` that pyexiftool makes; None where there is none."""

    def __init__(self, program: str) -> None:
        self._owner = os.getpid()
        self._news = threading.Condition()
        self._pumps: tuple[_Pump, _Pump] | None = None
        try:
            # An empty name: no configuration file is read, so nobody's code is loaded.
            super().__init__(
                program,
                common_args=["-charset", "filename=utf8"],
                config_file="",
                encoding="utf-8",
            )
            with warnings.catch_warnings():
                # On a fork beside threads; the child does nothing but ask to end with us.
                warnings.simplefilter("ignore", DeprecationWarning)
                # On the pipes of a program that ended at once, which pyexiftool lets go open.
                warnings.simplefilter("ignore", ResourceWarning)
                self.run()
        except (OSError, ValueError, RuntimeError, ExifToolException, ExifToolError) as error:
            self.terminate(timeout=0)
            raise _unusable(program, f"does not start ({error})") from error
        self.release = str(self._ver)[:20]
        _bound(self._process.pid)
        if is_old(self.release):
            self.terminate()
            raise _unusable(program, f"is {self.release!r}; {OLDEST_TEXT} or newer is needed")

    @property
    def running(self) -> bool:
        """Whether the process lives; where it died by itself, no warning is given."""
        return bool(self._running) and self._process.poll() is None

    def execute(self, *params: str, raw_bytes: bool = False) -> bytes | str:
        """As pyexiftool's own, which asks for the version with it."""
        output = self.exchange(params).output
        return output if raw_bytes else output.decode("utf-8", "replace")

    def exchange(
        self, params: Sequence[str], *, patience: float = PATIENCE, most: int = MOST_OUTPUT
    ) -> Answer:
        """Have one command done.

        Args:
            params: its arguments, none with a line end.
            patience: seconds that it may take.
            most: octets that it may put out.

        Raises:
            ExifToolError: ``exiftool-timeout``, ``exiftool-output``, ``exiftool-died``; the
                process is gone then.
        """
        if any("\n" in param for param in params):
            raise ExifToolError(
                "ExifTool cannot be told of a path with a line end in it.",
                remedy="Set TMPDIR to another folder.",
            )
        # Nobody can write into a file what will stand at the end of the answer on it.
        mark = secrets.randbelow(10**9)
        ready, post = b"{ready%d}" % mark, b"=post%d" % mark
        lines = [*params, "-echo4", f"=post{mark}", f"-execute{mark}", ""]
        out, err = self._listening(most)
        try:
            self._process.stdin.write("\n".join(lines).encode())
            self._process.stdin.flush()
        except OSError as error:
            raise self._failed("died") from error
        latest = time.monotonic() + patience
        with self._news:
            while not (_ends(out, ready) and _ends(err, post)):
                if out.ended or err.ended or self._process.poll() is not None:
                    raise self._failed("died", out, err)
                left = latest - time.monotonic()
                if left <= 0:
                    raise self._failed("timeout", out, err)
                self._news.wait(min(left, _LOOK))
            output, complaints = out.take(), err.take()
        told = complaints.rstrip().removesuffix(post).decode("utf-8", "replace")
        return Answer(output.rstrip().removesuffix(ready), tuple(told.splitlines()))

    def _listening(self, most: int) -> tuple[_Pump, _Pump]:
        if self._pumps is None:
            pipes = (self._process.stdout, self._process.stderr)
            self._pumps = (_Pump(pipes[0], self._news), _Pump(pipes[1], self._news))
            for pump in self._pumps:
                pump.start()
        for pump in self._pumps:
            pump.take()
            pump.most = most
        return self._pumps

    def _failed(self, how: str, *pumps: _Pump) -> ExifToolError:
        """End the process; the error that says why."""
        if any(len(pump.held) > pump.most for pump in pumps):
            how = "output"
        self.terminate(timeout=0)
        words = {
            "died": "ended in the middle of its work",
            "timeout": "took too long and was stopped",
            "output": "put out more than any file's metadata are, and was stopped",
        }
        return ExifToolError(
            f"ExifTool {words[how]}.",
            code=f"exiftool-{how}",
            remedy="The file may be damaged or made to harm; have it looked at.",
        )

    def terminate(self, timeout: float = _FAREWELL, *, _del: bool = False) -> None:
        """End the process, politely where there is time for it."""
        process, self._process = self._process, None
        self._running = False
        if process is None or self._owner != os.getpid():
            return  # a fork of the process that owns it has only copies of its pipes
        try:
            process.stdin.close()
            process.wait(timeout)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        for pump, pipe in zip(
            self._pumps or (None, None), (process.stdout, process.stderr), strict=True
        ):
            if pump is None:
                pipe.close()


def _bound(process: int) -> None:
    """Limit the memory of a process, where the system can do that from outside."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not there on every system

        try:
            resource.prlimit(process, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        except (ProcessLookupError, PermissionError, ValueError):
            return  # it ended already, which its first command will tell; or it has a lower one


def _ends(pump: _Pump, mark: bytes) -> bool:
    return pump.held[-len(mark) - 2 :].rstrip().endswith(mark)


def _unusable(program: str, why: str) -> ExifToolError:
    origin = f", which {VARIABLE} names," if os.environ.get(VARIABLE) == program else ""
    return ExifToolError(
        f"ExifTool cannot be used: {program}{origin} {why}.",
        code="exiftool-missing",
        remedy=INSTALL,
    )
