"""How tasks and answers travel: pickled, large octets without a copy, answers not trusted.

What the supervisor sends it made itself, and the worker loads it. What comes back was made by
a process that read hostile bytes. A pickle can name any function of any module to be called;
here it can name our own values only (frozen dataclasses with slots, enumerations, our errors), so
that whoever takes over a worker gets nothing but lies about a file into the supervisor.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from enum import Enum
from importlib import import_module
from typing import Any, Final

from provenance.errors import ProvenanceError

PROTOCOL: Final = 5
_SMALL: Final = 1 << 20
_OURS: Final = "provenance."
_PROGRAM: Final = "__main__"

Named = type[Any] | Callable[[Any], Any]


class _Pieces:
    """A file to pickle into that keeps what it is given; long octets are kept, not copied."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take the next piece."""
        self.held.append(piece)
        return len(piece)


def pack(value: object) -> list[bytes]:
    """A value as pieces to send one after the other.

    Raises:
        pickle.PicklingError, TypeError, AttributeError: it cannot be pickled.
    """
    pieces = _Pieces()
    _PICKLER(pieces, PROTOCOL).dump(value)
    return pieces.held


class Pickler(pickle.Pickler):
    """Writes members of enumerations by their value, whatever the Python."""

    def reducer_override(self, value: object) -> Any:
        """How a value is made again; what is no member as pickle would."""
        return (type(value), (value.value,)) if isinstance(value, Enum) else NotImplemented


class _Probe(Enum):
    ONE = 1


# Python before 3.11.4 has ``getattr`` called with the member's name, which no answer may name.
# Later ones write the value by themselves, and need not ask us about each object.
_IS_BY_NAME: Final = _Probe.ONE.__reduce_ex__(PROTOCOL)[0] is getattr
_PICKLER: Final = Pickler if _IS_BY_NAME else pickle.Pickler


def unpack(data: bytearray) -> Any:
    """The value that a worker sent.

    Raises:
        pickle.UnpicklingError: it is none, or names what no answer may name.
    """
    file = io.BytesIO(data) if len(data) < _SMALL else _View(data)
    try:
        return _Unpickler(file).load()
    except pickle.UnpicklingError:
        raise
    except Exception as error:
        # A hostile pickle can end in any exception at all.
        raise pickle.UnpicklingError(f"{type(error).__name__}: {error}") from error


class _View:
    """A file over octets in memory; what is long is copied once, into its final place."""

    def __init__(self, data: bytearray) -> None:
        self._data = memoryview(data)
        self._at = 0

    def read(self, length: int = -1) -> bytes:
        """The next octets."""
        end = len(self._data) if length < 0 else min(self._at + length, len(self._data))
        piece = bytes(self._data[self._at : end])
        self._at = end
        return piece

    def readinto(self, room: memoryview) -> int:
        """The next octets, into ``room``."""
        piece = self._data[self._at : self._at + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def readline(self) -> bytes:
        """To the end of the line; only old forms of pickle ask for it, which nobody sends."""
        raise pickle.UnpicklingError("an answer in an old form of pickle")


class _Unpickler(pickle.Unpickler):
    """Loads values of ours, and what Python's own literals can write."""

    def find_class(self, module: str, name: str) -> Any:
        """What an answer names.

        Raises:
            pickle.UnpicklingError: an answer may not name it.
        """
        known = _KNOWN.get((module, name))
        if known is None:
            known = _KNOWN[module, name] = _named(module, name)
        return known


_KNOWN: Final[dict[tuple[str, str], Named]] = {}


def _named(module: str, name: str) -> Named:
    if not module.startswith(_OURS) or module.endswith(_PROGRAM) or "." in name:
        raise pickle.UnpicklingError(f"an answer names {module}.{name}")
    found = getattr(import_module(module), name, None)
    if isinstance(found, type) and found.__module__ == module:
        if issubclass(found, Enum):
            # Not the class itself: an instruction of pickle could then set its attributes.
            # Where a class has a __setstate__, that instruction fails on the class.
            members: dict[Any, Any] = found._value2member_map_
            return members.__getitem__
        # Frozen dataclasses with slots have it of their own; other classes may take it on.
        if "__setstate__" in vars(found) or issubclass(found, ProvenanceError):
            return found
    raise pickle.UnpicklingError(f"an answer names {module}.{name}")
