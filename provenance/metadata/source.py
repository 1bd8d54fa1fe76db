"""Byte ranges of a file, read no further than needed."""

from __future__ import annotations

from typing import Final, Protocol

FIRST: Final = 16_384
"""Octets that are read first: a picture's header as agencies send it, or most of one."""
_NEXT: Final = 8_192


class ByteSource(Protocol):
    """Something that gives ranges of one file's bytes.

    An implementation raises ``StorageError`` where the bytes cannot be had; a range that
    reaches behind the end gives what there is.
    """

    @property
    def size(self) -> int:
        """Octets in the file."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` octets from ``offset`` on; fewer only at the end of the file."""
        ...


class Octets:
    """A ``ByteSource`` over bytes that are in memory already."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """Octets held."""
        return len(self._data)

    def read(self, offset: int, length: int) -> bytes:
        """The range, cut at the end of the data."""
        return self._data[offset : offset + length]


class Window:
    """A moving view of a ``ByteSource``; one source read serves many small takes.

    The first read holds the whole header of an ordinary picture. What is never taken (colour
    profiles, preview images) is never read.

    Attributes:
        name: how to name the file in a message.
        size: octets in the file.
    """

    __slots__ = ("_held", "_source", "_start", "name", "size")

    def __init__(self, source: ByteSource, name: str, *, first: int = FIRST) -> None:
        self.name = name
        self.size = source.size
        self._source = source
        self._start = 0
        self._held = source.read(0, first)

    @classmethod
    def over(cls, data: bytes, name: str) -> Window:
        """A window that holds all of ``data`` and never reads again."""
        return cls(Octets(data), name, first=len(data))

    def take(self, offset: int, length: int) -> bytes:
        """At most ``length`` octets from ``offset`` on; fewer only at the end of the file."""
        at = offset - self._start
        held = self._held
        if at >= 0 and (at + length <= len(held) or self._start + len(held) >= self.size):
            return held[at : at + length]
        self._held = self._source.read(offset, max(length, _NEXT))
        self._start = offset
        return self._held[:length]

    def held(self) -> bytes:
        """The beginning of the file as far as it is held now; empty where it is not."""
        return b"" if self._start else self._held

    def all(self) -> bytes:
        """The whole file; reads it if it is not held yet."""
        if self._start == 0 and len(self._held) >= self.size:
            return self._held
        self._held = self._source.read(0, self.size)
        self._start = 0
        return self._held
