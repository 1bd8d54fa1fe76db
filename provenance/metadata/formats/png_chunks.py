"""The chunks of a PNG file (PNG third edition, 5.3): found by their lengths, none opened."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.source import Window

MAX_CHUNKS: Final = 300_000
"""A file of 2 GiB, cut into pieces of 8 KiB as libpng does, has 262,144."""

SIGNATURE_LENGTH: Final = 8

IDAT: Final = b"IDAT"
IEND: Final = b"IEND"
EXIF: Final = b"eXIf"
TEXT: Final = b"tEXt"
COMPRESSED_TEXT: Final = b"zTXt"
INTERNATIONAL_TEXT: Final = b"iTXt"
TIME: Final = b"tIME"
TEXTS: Final = frozenset({TEXT, COMPRESSED_TEXT, INTERNATIONAL_TEXT})

_FRAME: Final = 12


class Chunk(NamedTuple):
    """One chunk: type, offset of its length field, octets of data as that field says."""

    kind: bytes
    start: int
    size: int

    @property
    def body(self) -> int:
        """Offset of the data."""
        return self.start + 8

    @property
    def end(self) -> int:
        """Offset behind the checksum; it may lie behind the end of a cut file."""
        return self.start + _FRAME + self.size


def walk(window: Window) -> Iterator[Chunk]:
    """Yield the chunks in file order up to IEND, which comes last.

    Where the file ends early, or what follows cannot be a chunk, the iteration just ends; a
    chunk that is cut is yielded with its ``end`` behind the end of the file.

    Raises:
        UnreadableError: ``limit-chunks``.
    """
    at = SIGNATURE_LENGTH
    size = window.size
    for _ in range(MAX_CHUNKS):
        head = window.take(at, 8)
        kind = head[4:]
        # Four ASCII letters (5.4).
        if len(kind) < 4 or not kind.isalpha():
            return
        chunk = Chunk(kind, at, int.from_bytes(head[:4], "big"))
        yield chunk
        at = chunk.end
        if kind == IEND or at > size:
            return
    raise UnreadableError(
        f"{window.name}: it has more than {MAX_CHUNKS} chunks.",
        code="limit-chunks",
        remedy="The file is damaged or hostile; fetch it again from its agency.",
    )


def is_sound(kind: bytes, data: bytes, stored: bytes) -> bool:
    """Whether the checksum stored behind a chunk is that of its type and data (5.3)."""
    return stored == _checksum(kind, data)


def pack(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return b"".join((len(data).to_bytes(4, "big"), kind, data, _checksum(kind, data)))


def _checksum(kind: bytes, data: bytes) -> bytes:
    return zlib.crc32(data, zlib.crc32(kind)).to_bytes(4, "big")
