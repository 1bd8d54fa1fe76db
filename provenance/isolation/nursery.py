"""The supervisor's side of the process that workers are forked from."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Final, NoReturn

from provenance.isolation import mother
from provenance.isolation.bounds import Limits, WorkerError

_PATIENCE: Final = 60.0  # seconds that an answer may take beyond what was asked for
_PROGRAM: Final = (
    "import sys, socket; sys.path[:] = {path!r}; from provenance.isolation import mother;"
    " mother.main(socket.socket(fileno={descriptor}), {parent})"
)


class LostError(Exception):
    """The process that workers are forked from is gone, and they with it."""


class Nursery:
    """A process that forks workers; ended with this one.

    Args:
        forked: fork it off this process, which must have one thread and hold no secret; else
            it is a program of its own, which takes longer to start.
    """

    def __init__(self, *, forked: bool) -> None:
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._numbers = 0
        self._running: subprocess.Popen[bytes] | None = None
        self._control, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = self._fork(theirs) if forked else self._spawn(theirs)
            except OSError as error:
                self._control.close()
                raise WorkerError(
                    f"No process could be started to read files in: {error.strerror}.",
                    remedy="Close other programs, or raise the limit of processes.",
                ) from error

    def _fork(self, theirs: socket.socket) -> int:
        # What is meant for this process while it forks, Ctrl-C above all, waits.
        former = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            parent = os.getpid()
            process = os.fork()
            if not process:
                _become_mother(theirs, parent)
            return process
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, former)

    def _spawn(self, theirs: socket.socket) -> int:
        code = _PROGRAM.format(path=sys.path, descriptor=theirs.fileno(), parent=os.getpid())
        nothing = subprocess.DEVNULL
        self._running = subprocess.Popen(  # noqa: S603 - this very Python
            [sys.executable, "-I", "-c", code],
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,  # Ctrl-C is for this process alone, which ends it in order
        )
        return self._running.pid

    def start(self, limits: Limits, module: str) -> tuple[int, socket.socket]:
        """Have a worker started: its number, and the conversation with it.

        That it could not be started is told by the end of the conversation.

        Raises:
            LostError: the process is gone.
            WorkerError: this process has too many files open.
        """
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise WorkerError(
                f"No conversation with a worker could be opened: {error.strerror}.",
                remedy="Raise the limit of open files (`ulimit -n`), or give fewer --jobs.",
            ) from error
        with self._lock, theirs:
            self._numbers += 1
            order = mother.Start(
                self._numbers,
                limits,
                module,
                tuple(sys.path),
                dict(os.environ),
                _folder(),
            )
            try:
                mother.send(self._control, order, (theirs.fileno(),))
            except OSError as error:
                ours.close()
                raise LostError from error
        return order.number, ours

    def prepare(self, module: str) -> None:
        """Have it import what workers will need; returns at once."""
        with self._lock, contextlib.suppress(OSError):  # that it is gone shows at the first start
            mother.send(self._control, mother.Import(module, tuple(sys.path)))

    def end(self, number: int, patience: float = 0.0) -> int | None:
        """End a worker; its status as of ``waitpid``, None where it was never started.

        Args:
            number: which.
            patience: seconds that it has to end by itself.

        Raises:
            LostError: the process is gone.
        """
        with self._lock:
            try:
                self._control.settimeout(patience + _PATIENCE)
                mother.send(self._control, mother.End(number, patience, answer=True))
                answer = mother.exactly(self._control, mother.ENDED.size)
                self._control.settimeout(None)
            except (OSError, EOFError) as error:
                # After half an answer nothing more can be understood: it is not spoken to again.
                raise LostError from error
        was_there, status = mother.ENDED.unpack(answer)
        return status if was_there else None

    def forget(self, number: int, patience: float) -> None:
        """Let a worker end by itself within ``patience`` seconds, and do not wait for it."""
        with self._lock, contextlib.suppress(OSError):  # else it ended with its mother
            mother.send(self._control, mother.End(number, patience, answer=False))

    def close(self) -> None:
        """End the process and all workers; wait for it."""
        self._control.close()
        if self.owner != os.getpid():
            return
        if self._running is not None:
            self._running.wait()
            return
        with contextlib.suppress(ChildProcessError):  # somebody else waited for all children
            os.waitpid(self._process, 0)


def _become_mother(theirs: socket.socket, parent: int) -> NoReturn:
    """In the fork: be the mother, and never come back to what this process was doing."""
    try:
        mother.main(theirs, parent)
    finally:
        os._exit(1)


def _folder() -> str:
    """The working folder, which relative paths start from; empty where it was removed."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""


class _Held:
    """The nursery of this process."""

    nursery: Nursery | None = None
    registered: int = 0


_ONE_AT_A_TIME: Final = threading.RLock()


def nursery(*, clean: bool = False) -> Nursery:
    """The nursery of this process; made where there is none.

    Args:
        clean: this process holds no secret as yet, so that it may be forked.

    Raises:
        WorkerError: it cannot be started.
    """
    with _ONE_AT_A_TIME:
        held = _Held.nursery
        if held is None or held.owner != os.getpid():
            held = _Held.nursery = Nursery(forked=clean and _has_one_thread())
            if _Held.registered != os.getpid():
                atexit.register(_close)
                _Held.registered = os.getpid()
        return held


def drop(lost: Nursery) -> None:
    """Be rid of a nursery that is gone; the next one asked for is another."""
    with _ONE_AT_A_TIME:
        if _Held.nursery is lost:
            _Held.nursery = None
            lost.close()


def _close() -> None:
    with _ONE_AT_A_TIME:
        held, _Held.nursery = _Held.nursery, None
        if held is not None:
            held.close()


def _has_one_thread() -> bool:
    """Whether this process can be forked: locks that other threads hold would stay held."""
    if sys.platform != "linux" or threading.active_count() != 1:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False  # it cannot be told, so the slower way is taken
