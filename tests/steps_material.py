"""The steps of writing one file, and what another program does, or a kill, at each of them.

A step is found at the wall to the operating system, whatever the program is made of inside.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from fault_material import Scene, carry_out, in_child
from fixing_material import open_desk

from provenance.fixing import Applying
from provenance.storage import linux

STEPS = (
    "read",  # the original was read, and nothing is recorded yet
    "intended",  # the intent is durable; the temporary file is about to be made
    "written",  # the new bytes stand synced under the temporary name
    "exchanging",  # after the last look, before the exchange
    "exchanged",  # before it is looked at what came out
    "syncing",  # before the folder is synced
    "synced",  # before the commit is recorded
    "committed",  # before the former bytes are removed
)

Act = Callable[[], None]


class Steps:
    """Breaks into the calls of this process and acts at each step of one file, once.

    Args:
        victim: the file.
        acts: what is done at a step; ``writing`` stands for the middle of the first write.
    """

    def __init__(self, victim: Path, acts: Mapping[str, Act]) -> None:
        self._victim = victim
        self._acts = dict(acts)
        self._seen: set[str] = set()
        self._original: int | None = None
        self._real = {name: getattr(os, name) for name in _OF_OS}
        self._exchange = linux.exchange
        for name in _OF_OS:
            setattr(os, name, getattr(self, name))
        linux.exchange = self.exchange

    def _at(self, step: str) -> None:
        if step in self._seen:
            return
        self._seen.add(step)
        if step in self._acts:
            self._acts[step]()

    def _is_temporary(self, name: object) -> bool:
        text = os.path.basename(name) if isinstance(name, str) else ""
        return text.startswith(f".{self._victim.name}.") and text.endswith(".tmp")

    def _path(self, descriptor: object) -> str:
        try:
            return os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:
            return ""

    def open(self, path, flags, mode=0o777, *, dir_fd=None):
        if self._is_temporary(path) and flags & os.O_CREAT:
            self._at("intended")
        opened = self._real["open"](path, flags, mode, dir_fd=dir_fd)
        # Workers, which read it first, know no folder; they stand in this process here.
        if dir_fd is not None and path == self._victim.name and self._original is None:
            self._original = opened
        return opened

    def close(self, descriptor):
        self._real["close"](descriptor)
        if descriptor == self._original:
            self._at("read")

    def write(self, descriptor, data):
        if "writing" in self._acts and self._is_temporary(self._path(descriptor)):
            self._real["write"](descriptor, bytes(data)[: len(data) // 2])
            self._at("writing")
        return self._real["write"](descriptor, data)

    def fsync(self, descriptor):
        path = self._path(descriptor)
        ours = path == str(self._victim.parent) and "exchanged" in self._seen
        if ours:
            self._at("syncing")
        self._real["fsync"](descriptor)
        if ours:
            self._at("synced")
        elif self._is_temporary(path):
            self._at("written")

    def stat(self, path, *arguments, **keywords):
        if self._is_temporary(path) and "synced" in self._seen:
            self._at("committed")
        return self._real["stat"](path, *arguments, **keywords)

    def exchange(self, folder, one, other):
        ours = other == self._victim.name or one == self._victim.name
        if ours:
            self._at("exchanging")
        self._exchange(folder, one, other)
        if ours:
            self._at("exchanged")


_OF_OS = ("open", "close", "write", "fsync", "stat")


def die() -> None:
    """The process is killed here."""
    os.kill(os.getpid(), signal.SIGKILL)


class Editor:
    """Another program that saves a file: in place, by renaming, or through a held descriptor."""

    def __init__(self, path: Path, manner: str) -> None:
        self.path = path
        self.manner = manner
        self._held = os.open(path, os.O_RDWR) if manner == "held" else -1

    def save(self, data: bytes) -> None:
        """Save with real calls of its own: a child, so that no step of ours is seen in it."""
        if os.fork() == 0:
            try:
                self._save(data)
            finally:
                os._exit(0)
        os.wait()

    def _save(self, data: bytes) -> None:
        if self.manner == "rename":
            fresh = self.path.with_name(f"{self.path.name}.saving")
            fresh.write_bytes(data)
            fresh.chmod(self.path.stat().st_mode)
            fresh.rename(self.path)
            return
        held = self._held if self.manner == "held" else os.open(self.path, os.O_WRONLY)
        os.ftruncate(held, 0)
        os.pwrite(held, data, 0)

    def close(self) -> None:
        """Let go of the file."""
        if self._held >= 0:
            os.close(self._held)
            self._held = -1


def told_of(applied: Applying) -> dict[str, dict]:
    """What the program said about each file, and what it had recovered first."""
    return {
        "results": {one.uri: type(one.result).__name__ for one in applied.outcomes},
        "notes": {one.uri: " ".join(one.notes) for one in applied.outcomes},
        "reasons": {one.uri: getattr(one.result, "reason", "") for one in applied.outcomes},
        "recovered": {one.uri: (str(one.state), one.kept) for one in applied.recovered},
    }


def run_with(scene: Scene, victim: Path, acts: Mapping[str, Act]) -> tuple[int, dict[str, dict]]:
    """The scene's work in a process of its own with acts at steps; its status, what it told."""
    told = scene.root / "told.json"
    told.unlink(missing_ok=True)

    def work() -> None:
        desk = open_desk(scene.state)
        Steps(victim, acts)
        told.write_text(json.dumps(told_of(carry_out(scene, desk))))

    status = in_child(work)
    return status, json.loads(told.read_text()) if told.exists() else {}
