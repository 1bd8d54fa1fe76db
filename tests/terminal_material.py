"""A program on a pseudo-terminal of its own, to type at and to read from."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from desk_material import program

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A program on a pseudo-terminal of its own, its process group in the foreground."""

    def __init__(
        self, *words: str | Path, columns: int = 80, environment: Mapping[str, str] | None = None
    ) -> None:
        outer, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        base = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "LINES"}}
        self.running = subprocess.Popen(
            program(*words),
            stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
            env={**base, "TERM": "xterm-256color", **(environment or {})},
        )  # fmt: skip
        os.close(inner)
        self._outer = outer
        self.shown = ""

    def until(self, words: str, seconds: float = 20) -> bool:
        """Read until ``words`` are shown."""
        ends = time.monotonic() + seconds
        while words not in self.shown and self._read(ends - time.monotonic()):
            pass
        return words in self.shown

    def type(self, line: str) -> None:
        """Type a line; what was shown before is no answer to it."""
        self.shown = ""
        os.write(self._outer, f"{line}\r".encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        ends = time.monotonic() + 120
        while self._read(ends - time.monotonic()):
            pass
        if time.monotonic() > ends:
            self.running.kill()
        os.close(self._outer)
        return self.running.wait(timeout=30)

    def _read(self, seconds: float) -> bool:
        """Read what comes within a time; False where nothing comes any more."""
        if not select.select([self._outer], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self._outer, 65_536)
        except OSError:  # the other side is closed
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)

    @property
    def lines(self) -> list[str]:
        return [_ESCAPES.sub("", line) for line in self.shown.replace("\r", "").split("\n")]
