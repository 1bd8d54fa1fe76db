"""What a worker does that a hostile file has taken over: it has the conversation to itself."""

from __future__ import annotations

import os
import pickle
import stat
import struct

from provenance.errors import ConflictError
from provenance.isolation.serving import HEAD, Kind

LIE = "whatever it likes"


def take_over(word: str) -> str:
    """Do what ``word`` says; a word that is no deed comes back."""
    if word in DEEDS:
        DEEDS[word](_conversation())
        os._exit(0)
    return word


def _conversation() -> int:
    return next(
        int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2 and _is_socket(int(name))
    )


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _say(descriptor: int, kind: Kind, data: bytes, length: int | None = None) -> None:
    head = HEAD.pack(kind, 0, len(data) if length is None else length)
    os.write(descriptor, head + data)


def _stay(descriptor: int) -> None:
    """Answer for every task that comes, and never say that it was the last."""
    lie = pickle.dumps(LIE)
    _say(descriptor, Kind.RESULT, lie)
    while os.read(descriptor, 1 << 20):
        _say(descriptor, Kind.RESULT, lie)


def _answer_twice(descriptor: int) -> None:
    lie = pickle.dumps(LIE)
    for _ in range(100):
        _say(descriptor, Kind.RESULT, lie)


def _promise_much(descriptor: int) -> None:
    _say(descriptor, Kind.RESULT, b"x", length=3 << 30)
    while True:
        os.write(descriptor, bytes(1 << 20))


def _name_in_color(descriptor: int) -> None:
    name = b"\x1b[31m" + b"x" * 60_000
    words = b"\x8c\x02os" + b"X" + struct.pack("<I", len(name)) + name
    _say(descriptor, Kind.RESULT, b"\x80\x04" + words + b"\x93.")


def _raise_nonsense(descriptor: int) -> None:
    error = ConflictError("it changed")
    error.message = 5  # type: ignore[assignment]
    _say(descriptor, Kind.RAISED, pickle.dumps(error))


def _fail_at_length(descriptor: int) -> None:
    _say(descriptor, Kind.FAILED, pickle.dumps(("x" * 1_000_000, "y" * 1_000_000)))


DEEDS = {
    "stay": _stay,
    "answer-twice": _answer_twice,
    "promise-much": _promise_much,
    "name-in-color": _name_in_color,
    "raise-nonsense": _raise_nonsense,
    "fail-at-length": _fail_at_length,
}
