"""What workers are asked to do in tests: good works, and all that hostile bytes may lead to."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Sequence

from provenance.errors import StorageError
from provenance.model import AssetRef

MIB = 1 << 20


def power(exponent: int, number: int) -> tuple[int, int]:
    return number, number**exponent


def fail_at(limit: int, number: int) -> int:
    if number == limit:
        raise StorageError(f"number {number}", code="too-far", remedy="Stop before.")
    return number


def divide(number: int) -> float:
    return 1 / number


def where(_number: object) -> int:
    return os.getpid()


def upper(data: bytes) -> bytes:
    return data.upper()


def evil(word: str) -> object:
    """Do what ``word`` says; a word that is no deed comes back."""
    deed = DEEDS.get(word)
    return word if deed is None else deed()


def hold(octets: int, _item: object) -> int:
    return len(bytearray(octets))


def hold_each(octets: int, items: Sequence[object]) -> list[int]:
    return [hold(octets, one) for one in items]


def crash_on(_store: object, _asked: object) -> None:
    """What a worker does that a file has crashed."""
    _segfault()


def lie_of(answer: object, _store: object, _asked: object) -> object:
    """What a worker says that a file has taken over."""
    return answer


def evil_batch(words: Sequence[str]) -> list[object]:
    return [evil(word) for word in words]


def _segfault() -> None:
    ctypes.string_at(1)


def _exit() -> None:
    os._exit(7)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _eat() -> int:
    held = [b"x" * MIB for _ in range(8_192)]
    return len(held)


def _eat_in_c() -> None:
    held = [ctypes.create_string_buffer(64 * MIB) for _ in range(128)]
    raise AssertionError(len(held))


def _spin() -> None:
    while True:
        pass


def _sleep() -> None:
    time.sleep(1_000)


def _spin_deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    _spin()


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (os.environ["EVIL_FOLDER"],)


class Unpicklable:
    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("this one stays")


def _garble() -> None:
    """Write something that is no answer to everything that is open."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\xff" * 64)
        except OSError:
            continue
    time.sleep(1_000)


DEEDS = {
    "segfault": _segfault,
    "exit": _exit,
    "kill": _kill,
    "eat": _eat,
    "eat-in-c": _eat_in_c,
    "spin": _spin,
    "spin-deaf": _spin_deaf,
    "sleep": _sleep,
    "evil-pickle": _Evil,
    "unpicklable": Unpicklable,
    "garble": _garble,
}


def attempt(what: str) -> str:
    """Try what a worker may not do: ``done``, or the name of the error."""
    try:
        ATTEMPTS[what]()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


def _connect(family: int, address: object) -> None:
    with socket.socket(family) as one:
        one.connect(address)


def _write_beside() -> None:
    with open(os.environ["EVIL_FOLDER"] + ".txt", "w") as file:
        file.write("x")


def _remove() -> None:
    os.unlink(os.environ["EVIL_VICTIM"])


def _overwrite() -> None:
    with open(os.environ["EVIL_VICTIM"], "r+b") as file:
        file.write(b"x")


def _chmod() -> None:
    os.chmod(os.environ["EVIL_VICTIM"], 0)


def _touch() -> None:
    os.utime(os.environ["EVIL_VICTIM"], (0, 0))


def _truncate() -> None:
    os.truncate(os.environ["EVIL_VICTIM"], 0)


def _type_into_terminal() -> None:
    with open(os.environ["EVIL_VICTIM"], "rb") as file:
        fcntl.ioctl(file, termios.TIOCSTI, b"x")


def _limit_supervisor() -> None:
    # To what it is already: this must do no harm where it is not refused.
    bounds = resource.getrlimit(resource.RLIMIT_CORE)
    resource.prlimit(os.getppid(), resource.RLIMIT_CORE, bounds)


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def _trace() -> None:
    _call("ptrace", 16, os.getppid(), 0, 0)


def _unshare() -> None:
    _call("unshare", 0x10000000)


def _huge_file() -> None:
    with open(os.path.join(os.environ["TMPDIR"], "huge"), "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 1 << 40)


def _many_files() -> None:
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_000)]
    raise AssertionError(len(held))


def _own_folder() -> None:
    with open(os.path.join(os.environ["TMPDIR"], "mine"), "w") as file:
        file.write("x")


def _read() -> None:
    with open(os.environ["EVIL_VICTIM"], "rb") as file:
        file.read()


def _start_program() -> None:
    done = subprocess.run([sys.executable, "-I", "-S", "-c", _PROGRAM], check=False)
    raise OSError(done.returncode, "program")


# ExifTool is started like this: what holds the worker holds it too.
_PROGRAM = "import _socket\ntry: _socket.socket()\nexcept OSError as e: raise SystemExit(e.errno)"

ATTEMPTS = {
    "internet": lambda: _connect(socket.AF_INET, ("127.0.0.1", 9)),
    "internet-6": lambda: _connect(socket.AF_INET6, ("::1", 9)),
    "local-socket": lambda: _connect(socket.AF_UNIX, "/run/dbus/system_bus_socket"),
    "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
    "netlink": lambda: socket.socket(16, socket.SOCK_RAW).close(),
    "write-beside": _write_beside,
    "remove": _remove,
    "overwrite": _overwrite,
    "chmod": _chmod,
    "touch": _touch,
    "truncate": _truncate,
    "type-into-terminal": _type_into_terminal,
    "limit-others": _limit_supervisor,
    "shared-memory": lambda: _call("shmget", 0x5EED, 4096, 0o600),
    "message-queue": lambda: _call("msgget", 0x5EED, 0o600),
    "set-priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 19),
    "signal-everybody": lambda: os.kill(-1, 0),
    "signal-by-descriptor": lambda: signal.pidfd_send_signal(0, 0),
    "trace": _trace,
    "unshare": _unshare,
    "leave-group": os.setsid,
    "huge-file": _huge_file,
    "many-files": _many_files,
    "program-with-socket": _start_program,
    "own-folder": _own_folder,
    "read": _read,
}


def fork_and_stay(path: str) -> int:
    """Leave a child behind that outlives its task and holds everything open."""
    child = os.fork()
    if not child:
        time.sleep(1_000)
    return child


def die_leaving_child(path: str) -> None:
    """Die, while a child still holds the conversation open."""
    if not os.fork():
        time.sleep(1_000)
    os._exit(9)


def temporary(_: object) -> str:
    """Leave a file in the worker's folder; where that is."""
    path = os.path.join(os.environ["TMPDIR"], "left")
    with open(path, "wb") as file:
        file.write(b"x" * 100)
    return path


def lose_memory(octets: int) -> int:
    """Keep memory for good."""
    _LOST.append(b"x" * octets)
    return os.getpid()


_LOST: list[bytes] = []


def lie(what: str) -> object:
    return {"reference": AssetRef("/a.jpg", 1, "v"), "set": frozenset({1, 2})}[what]
