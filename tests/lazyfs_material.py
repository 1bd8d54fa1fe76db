"""A disk that forgets what was not synced: LazyFS, a FUSE file system (github.com/dsrhaslab/lazyfs).

What a program writes stays in the memory of LazyFS until the program syncs the file. Killing LazyFS
is a power cut: what lies below has then only what was synced. Names (creating, renaming, linking,
removing) are durable at once in it, so that a folder's sync that is missing does not show.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PROGRAM = shutil.which(os.environ.get("LAZYFS") or "lazyfs")
_PATIENCE = 10.0  # seconds for a mount to appear or go
_CALL = re.compile(r"lfs_(\w+) ?\(path=([^,)]*)(?:,([^)]*))?")
_CONFIG = """
[faults]
fifo_path="{here}/fifo"
[cache]
apply_eviction=false
[cache.simple]
custom_size="16mb"
blocks_per_page=1
[filesystem]
log_all_operations={tell}
logfile="{here}/log"
{fault}
"""


def why_not(here: Path) -> str:
    """Why there can be no such disk; empty where there can."""
    if PROGRAM is None:
        return "lazyfs is not on the PATH, and LAZYFS does not name it (docs/reliability.md)"
    if shutil.which("fusermount3") is None:
        return "fusermount3 is not installed"
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse cannot be opened here"
    try:
        with LazyDisk(here):
            return ""
    except LazyError as error:
        return f"a FUSE file system cannot be mounted here: {error}"


class LazyError(Exception):
    """LazyFS did not do what it was asked for."""


@dataclass(frozen=True)
class Fault:
    """What LazyFS does by itself at a call: it dies, and all that was not synced with it.

    Attributes:
        path: of the file, below the folder that is mounted.
        call: ``fsync``; or ``write``, of which only some thirds become durable.
        number: the n-th such call on the file.
        kept: for a write, the thirds that become durable, from 1.
        before: the call is not done; for ``fsync`` only, and not for the first.
    """

    path: str
    call: str
    number: int
    kept: tuple[int, ...] = ()
    before: bool = False

    def __str__(self) -> str:
        what = f", thirds {self.kept} kept" if self.kept else ""
        when = "before" if self.before else "after"
        return f"power cut {when} {self.call} no. {self.number} on {Path(self.path).name}{what}"

    def configured(self, below: Path) -> str:
        """The words for it."""
        file = below / self.path
        if self.call == "write":
            return (
                f'[[injection]]\ntype="torn-op"\nfile="{file}"\noccurrence={self.number}\n'
                f"parts=3\npersist={list(self.kept)}\n"
            )
        # LazyFS counts from nought before a call and from one after it.
        number = self.number - self.before
        timing = "before" if self.before else "after"
        return (
            f'[[injection]]\ntype="clear-cache"\nfrom="{file}"\ntiming="{timing}"\nop="{self.call}"\n'
            f"occurrence={number}\ncrash=true\n"
        )


class LazyDisk:
    """One such disk, over a folder that has what is durable.

    Attributes:
        mounted: where programs see it.
        below: what is durable.

    Args:
        here: an empty folder for all of it.
    """

    def __init__(self, here: Path) -> None:
        self._here = here
        self.mounted, self.below = here / "disk", here / "below"
        for folder in (self.mounted, self.below):
            folder.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.switch_on()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def switch_on(self, fault: Fault | None = None, *, tell: bool = False) -> None:
        """Mount it; with ``tell`` each call is written down.

        Raises:
            LazyError: it cannot be mounted.
        """
        for name in ("fifo", "log"):
            (self._here / name).unlink(missing_ok=True)
        config = self._here / "config.toml"
        words = fault.configured(self.below) if fault else ""
        tell_word = "true" if tell else "false"
        config.write_text(_CONFIG.format(here=self._here, tell=tell_word, fault=words))
        with (self._here / "said").open("wb") as said:
            self._process = subprocess.Popen(
                # It takes no path with "-o" in it for its settings: from its own folder.
                [PROGRAM, str(self.mounted), "--config-path", config.name, "-o", "modules=subdir",
                 "-o", f"subdir={self.below}", "-f"],
                cwd=self._here, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip
        latest = time.monotonic() + _PATIENCE
        while not os.path.ismount(self.mounted):
            if self._process.poll() is not None or time.monotonic() > latest:
                self.cut()
                raise LazyError(self._said()[-300:].strip())
            time.sleep(0.005)
        if "[error]" in (said := self._said()):
            self.cut()
            raise LazyError(said[:300])

    def _said(self) -> str:
        return (self._here / "said").read_text(errors="replace")

    def has_died(self) -> bool:
        """Whether the power was cut by a fault."""
        if self._process is None:
            return True
        try:
            self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            return False
        return self._process.returncode == -signal.SIGKILL

    def cut(self) -> None:
        """Cut the power: all that was not synced is gone, and nothing is mounted."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        # Lazily: a process that is about to end may still hold a file there.
        subprocess.run(
            ["fusermount3", "-u", "-z", "-q", str(self.mounted)], check=False, capture_output=True
        )
        latest = time.monotonic() + _PATIENCE
        while os.path.ismount(self.mounted) or not self.mounted.exists():
            if time.monotonic() > latest:
                raise LazyError(f"{self.mounted} stays mounted")
            time.sleep(0.005)

    def keep(self) -> Path:
        """A copy of what is durable, to begin again from."""
        kept = self._here / "kept"
        shutil.copytree(self.below, kept)
        return kept

    def restore(self, kept: Path) -> None:
        """Begin again, while nothing is mounted."""
        for one in self.below.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        shutil.copytree(kept, self.below, dirs_exist_ok=True)

    def told(self) -> Counter[tuple[str, str]]:
        """How often each call was made on each file, by (call, path below)."""
        found: Counter[tuple[str, str]] = Counter()
        inside = f"{self.below}/"
        for line in (self._here / "log").read_text(errors="surrogateescape").splitlines():
            match = _CALL.search(line)
            if match and match.group(2).startswith(inside):
                found[match.group(1), match.group(2).removeprefix(inside)] += 1
        return found
