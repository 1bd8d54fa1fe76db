"""What a worker does: confine itself, then one task after another until there are no more."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from enum import IntEnum
from io import BufferedReader
from typing import Any, Final

from provenance.errors import ProvenanceError
from provenance.isolation import confining, linux, parcels
from provenance.isolation.bounds import Limits, Weight

HEAD: Final = struct.Struct("=BBQ")
"""Of an answer: its kind, whether it is the worker's last, its length."""
_ROOM: Final = 1 << 18
_AT_ONCE: Final = 512  # pieces; IOV_MAX is 1,024
_OURS: Final = "/provenance/"


class Kind(IntEnum):
    """What a worker sends."""

    READY = 0
    """It is confined, and takes tasks."""
    RESULT = 1
    """What came of a task."""
    RAISED = 2
    """An exception of ours."""
    FAILED = 3
    """Words about an exception that is not ours: what, and the whole trace."""
    NO_MEMORY = 4
    """There was not memory enough for the task."""


class _InForce:
    """What confines this process, once it is a worker."""

    told = confining.Confinement()


def in_force(_: None) -> confining.Confinement:
    """What confines this process; work for a worker."""
    return _InForce.told


def serve(conversation: socket.socket, limits: Limits, folder: str) -> None:
    """Do the tasks that come, until the supervisor ends the conversation or is gone."""
    if sys.platform == "linux":
        mother = os.getppid()
        linux.end_with_parent(signal.SIGKILL)
        if os.getppid() != mother:
            return
    # It makes many small values and keeps none: spare it the search for cycles.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    space = confining.address_space()
    _InForce.told = confining.confine(limits, folder)

    def allow(weight: Weight) -> None:
        allowed = limits.of(weight)
        if limits.processor:
            confining.allow_time(allowed.processor)
        if space:
            confining.allow_memory(space + allowed.memory)

    most = confining.resident() + limits.resident
    reader = BufferedReader(socket.SocketIO(conversation, "r"), _ROOM)
    try:
        _send(conversation, Kind.READY, [])
        done = 0
        while reader.peek(1):
            kind, pieces, sound = answer(reader, allow)
            done += 1
            last = not sound or done >= limits.tasks or confining.resident() > most
            _send(conversation, kind, pieces, last=last)
            if last:
                break
    except (ConnectionError, EOFError):
        return  # the supervisor is gone, or wants no more
    finally:
        _finish()


def answer(
    reader: BufferedReader[Any], allow: Callable[[Weight], None]
) -> tuple[Kind, list[bytes], bool]:
    """Take a task, and do it: the answer, and whether the next task can be taken.

    Args:
        reader: of what the supervisor sends.
        allow: lets this process take up what a task of that weight may.
    """
    sound = False
    try:
        allow(Weight(*pickle.load(reader)))  # noqa: S301 - as below
        work = pickle.load(reader)  # noqa: S301 - the supervisor made it
        item = pickle.load(reader)  # noqa: S301
        # What was not read whole leaves its rest in the way of the next.
        sound = True
        return Kind.RESULT, parcels.pack(work(item)), sound
    except ProvenanceError as error:
        return *_raised(error), sound
    except MemoryError:
        return Kind.NO_MEMORY, [], sound
    except Exception as error:
        # It is told to the supervisor, which raises it.
        if not sound and isinstance(error, EOFError):
            raise
        return *_failed(error), sound


def _raised(error: ProvenanceError) -> tuple[Kind, list[bytes]]:
    error.__traceback__ = None
    try:
        return Kind.RAISED, parcels.pack(error)
    except Exception as other:  # noqa: BLE001 - as above
        return _failed(other)


def _failed(error: Exception) -> tuple[Kind, list[bytes]]:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if _OURS in one.filename and "/isolation/" not in one.filename]
    where = f" at {ours[-1].filename.rpartition(_OURS)[2]}:{ours[-1].lineno}" if ours else ""
    words = f"{type(error).__name__}: {error}{where}"
    whole = "".join(traceback.format_exception(error))
    return Kind.FAILED, parcels.pack((words[:2_000], whole[-20_000:]))


def _send(
    conversation: socket.socket, kind: Kind, pieces: list[bytes], *, last: bool = False
) -> None:
    left: list[Any] = [HEAD.pack(kind, last, sum(map(len, pieces))), *pieces]
    if len(left) <= _AT_ONCE and sum(map(len, left)) < _ROOM:
        left = [b"".join(left)]
    for piece in left:
        conversation.sendall(piece)


def _finish() -> None:
    """End in order what was begun for the whole process: programs that stay open."""
    if "multiprocessing.util" in sys.modules:
        sys.modules["multiprocessing.util"]._exit_function()  # noqa: SLF001 - as its workers do
