"""The process that workers are forked from: clean, with one thread, and soon ready.

It imports what workers need once; a worker is then a fork of it, made in a millisecond. It
reads nothing of others itself. It ends, with all workers, when the supervisor does, however
that ends: then there is nothing more to read from it.
"""

from __future__ import annotations

import array
import gc
import os
import pickle
import signal
import socket
import struct
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, NoReturn

from provenance.isolation import nests
from provenance.isolation.bounds import Limits

LENGTH: Final = struct.Struct("=I")
ENDED: Final = struct.Struct("=?i")
_DEATH: Final = 1.0  # seconds between looks for workers that end by themselves
_OURS: Final = "provenance."


@dataclass(frozen=True, slots=True)
class Start:
    """Fork a worker; its end of the conversation comes along.

    Attributes:
        number: how the supervisor calls it.
        limits: what it may take up.
        module: what to import before.
        path: ``sys.path`` of the supervisor.
        environment: its environment.
        folder: where it works; empty where that is gone.
    """

    number: int
    limits: Limits
    module: str
    path: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)
    folder: str


@dataclass(frozen=True, slots=True)
class Import:
    """Import what workers will need, before the first of them is wanted."""

    module: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """End a worker.

    Attributes:
        number: which.
        patience: seconds that it has to end by itself; it is killed then, with all it started.
        answer: say how it ended.
    """

    number: int
    patience: float
    answer: bool


@dataclass(frozen=True, slots=True)
class _Child:
    process: int
    folder: str


def main(control: socket.socket, parent: int) -> NoReturn:
    """Serve until the supervisor ends.

    Args:
        control: the conversation with it.
        parent: its process id.
    """
    code = 1
    try:
        _settle(control.fileno(), parent)
        _Mother(control).serve()
        code = 0
    finally:
        os._exit(code)


def _settle(control: int, parent: int) -> None:
    """Hold nothing of the supervisor's: no file, no terminal, no signal's meaning."""
    if "faulthandler" in sys.modules:
        # Its file is closed here, and the number may become another file's.
        sys.modules["faulthandler"].disable()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Meant for the supervisor, which ends this process in order.
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    if os.getsid(0) != os.getpid():
        # Who has no terminal cannot type into it.
        os.setsid()
    os.closerange(3, control)
    os.closerange(control + 1, os.sysconf("SC_OPEN_MAX"))
    if sys.platform == "linux":
        _end_with(parent)
    # Pictures are small matrices: threads inside each worker take the processors from one
    # another; and only a process with one thread may fork.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def _end_with(parent: int) -> None:
    """End where the supervisor has ended already; later the end of the conversation tells."""
    if os.getppid() != parent:
        os._exit(0)


class _Mother:
    """Workers by number, and the orders to start and end them."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, _Child] = {}
        self._leaving: dict[int, float] = {}
        self._nests: dict[str | None, nests.Nest] = {}

    def serve(self) -> None:
        """Do what the supervisor orders until it is gone."""
        try:
            while True:
                self._control.settimeout(_DEATH if self._leaving else None)
                try:
                    order, descriptors = receive(self._control)
                except TimeoutError:
                    self._look_after_leaving()
                    continue
                if isinstance(order, Start):
                    self._start(order, descriptors[0])
                elif isinstance(order, End):
                    self._end(order)
                elif isinstance(order, Import):
                    _import(order.module, order.path)
                self._look_after_leaving()
        except (EOFError, ConnectionError):
            return
        finally:
            for number in list(self._children):
                self._await(number, 0)
            for nest in self._nests.values():
                nest.close()

    def _start(self, order: Start, descriptor: int) -> None:
        _import(order.module, order.path)
        gc.freeze()
        folder = ""
        try:
            folder = self._folder(order)
            process = os.fork()
        except OSError:
            # The supervisor sees the end of the conversation, and is told that none was started.
            nests.remove(folder)
            os.close(descriptor)
            return
        if not process:
            self._be_worker(order, descriptor, folder)
        os.close(descriptor)
        self._children[order.number] = _Child(process, folder)

    def _folder(self, order: Start) -> str:
        """A new folder for a worker to write in.

        Raises:
            OSError: none can be made.
        """
        within = _temporary(order)
        if within in self._nests:
            try:
                return self._nests[within].folder(order.number)
            except FileNotFoundError:
                # Somebody tidied up the temporary folder.
                self._nests.pop(within).close()
        self._nests[within] = nests.Nest(within)
        return self._nests[within].folder(order.number)

    def _be_worker(self, order: Start, descriptor: int, folder: str) -> NoReturn:
        code = 1
        try:
            self._control.close()
            for nest in self._nests.values():
                nest.leave()
            os.setpgid(0, 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.environ.clear()
            os.environ.update(order.environment, TMPDIR=folder)
            tempfile.tempdir = None
            if order.folder:
                os.chdir(order.folder)
            from provenance.isolation import serving  # noqa: PLC0415 - it needs no more of here

            serving.serve(socket.socket(fileno=descriptor), order.limits, folder)
            code = 0
        finally:
            os._exit(code)

    def _end(self, order: End) -> None:
        if not order.answer:
            self._leaving[order.number] = time.monotonic() + order.patience
            return
        status = self._await(order.number, order.patience)
        self._control.sendall(ENDED.pack(status is not None, status or 0))

    def _look_after_leaving(self) -> None:
        now = time.monotonic()
        for number, latest in list(self._leaving.items()):
            child = self._children.get(number)
            if child is None or now >= latest or _ended(child.process):
                del self._leaving[number]
                self._await(number, 0)

    def _await(self, number: int, patience: float) -> int | None:
        """Wait for a worker's end, or make it; its status as of ``waitpid``."""
        child = self._children.pop(number, None)
        if child is None:
            return None
        latest, pause = time.monotonic() + patience, 0.0002
        while time.monotonic() < latest and not _ended(child.process):
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
        try:
            # What it started goes with it.
            os.killpg(child.process, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            os.kill(child.process, signal.SIGKILL)
        _, status = os.waitpid(child.process, 0)
        nests.remove(child.folder)
        return status


def _ended(process: int) -> bool:
    """Whether a child has ended; it can still be waited for."""
    return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _import(module: str, path: tuple[str, ...]) -> None:
    """Import what workers need; where it cannot be, the worker's answer tells."""
    sys.path[:] = path
    if module.startswith(_OURS) and module not in sys.modules:
        try:
            import_module(module)
        except Exception:  # noqa: BLE001 - the worker meets it again, and tells of it
            return


def _temporary(order: Start) -> str | None:
    """The supervisor's own choice of a folder for temporary files, else the system's."""
    tempfile.tempdir = None
    return order.environment.get("TMPDIR") or None


def send(
    control: socket.socket, order: Start | Import | End, descriptors: tuple[int, ...] = ()
) -> None:
    """Give an order.

    Raises:
        OSError: the other side is gone.
    """
    data = pickle.dumps(order)
    message = LENGTH.pack(len(data)) + data
    rights = array.array("i", descriptors)
    control_data = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if descriptors else []
    sent = control.sendmsg([message], control_data)
    control.sendall(message[sent:])


def receive(control: socket.socket) -> tuple[Any, list[int]]:
    """Take an order; it comes from the supervisor, and is trusted.

    Raises:
        EOFError: the supervisor is gone.
        TimeoutError: none came.
    """
    head, descriptors, _, _ = socket.recv_fds(control, LENGTH.size, 1)
    control.settimeout(None)
    head += exactly(control, LENGTH.size - len(head)) if head else b""
    if not head:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    return pickle.loads(exactly(control, length)), descriptors  # noqa: S301 - our own words


def exactly(control: socket.socket, length: int) -> bytes:
    """So many octets.

    Raises:
        EOFError: the other side is gone.
    """
    held = bytearray()
    while len(held) < length:
        piece = control.recv(length - len(held))
        if not piece:
            raise EOFError
        held += piece
    return bytes(held)
