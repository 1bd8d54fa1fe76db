"""Boxes: the frame of HEIF, AVIF, CR3, JPEG XL and JP2 files.

Sources: ISO/IEC 14496-12, 4.2 (size 1: a 64-bit size follows; size 0: to the end; ``uuid``:
16 octets name the type); ISO/IEC 15444-1, annex I has the same frame.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Block, Carrier, Survey
from provenance.metadata.source import Window
from provenance.metadata.standards import exif, ifd
from provenance.model import Container, ReadWarning

MAX_BOXES: Final = 20_000
"""Boxes side by side that are followed; a picture has some twenty."""
MAX_BLOCK: Final = 16 * 1024 * 1024
"""Octets of one metadata block."""
MAX_METADATA: Final = 64 * 1024 * 1024
"""Octets of all metadata blocks of a file."""

XMP_UUID: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The box that carries an XMP packet (XMP part 3, 1.2.7 and 1.1.4)."""

_HEAD: Final = 32
_SEARCH: Final = 64
_PIECE: Final = struct.Struct(">4sQ")
_OPENED: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_UNCOVERED: Final = frozenset({b"free", b"skip", b"stco", b"co64"})
_DEEPEST: Final = 8
_EXIF_PREFIX: Final = b"Exif\x00\x00"


class Box(NamedTuple):
    """One box; offsets in the file.

    ``body`` is the first octet behind size, type and UUID; ``end`` is what the size says (it
    may lie behind the end of a cut file). ``uuid`` is empty but for a ``uuid`` box.
    """

    kind: bytes
    start: int
    body: int
    end: int
    uuid: bytes = b""

    @property
    def length(self) -> int:
        """Octets of the body."""
        return self.end - self.body


def boxes(window: Window, start: int, end: int, warnings: list[ReadWarning]) -> Iterator[Box]:
    """Yield the boxes from ``start`` on; ``end`` is where the surrounding box ends.

    The iteration ends where a box reaches to ``end`` or behind it, and, with the warning
    ``boxes-broken``, where octets are left that make no box, or after ``MAX_BOXES``. The
    warning is given once for a file.
    """
    at = start
    for _ in range(MAX_BOXES):
        if at >= end:
            return
        box = _box_at(window.take(at, min(_HEAD, end - at)), at, end)
        if box is None:
            break
        yield box
        at = box.end
    if not any(told.code == "boxes-broken" for told in warnings):
        message = (
            f"{window.name}: what stands from octet {at} on is no box; the file was followed so"
            " far."
        )
        warnings.append(ReadWarning("boxes-broken", message))


def _box_at(head: bytes, at: int, end: int) -> Box | None:
    if len(head) < 8:
        return None
    size, kind, lead = int.from_bytes(head[:4], "big"), head[4:8], 8
    if size == 1:
        size, lead = int.from_bytes(head[8:16], "big"), 16
    elif size == 0:
        size = end - at
    uuid = b""
    if kind == b"uuid":
        uuid, lead = head[lead : lead + 16], lead + 16
    return Box(kind, at, at + lead, at + size, uuid) if size >= lead else None


class Cursor:
    """Reads numbers and texts off the octets of a box, never behind their end.

    Attributes:
        at: offset of what is read next.
        cut: something was asked for that is not there; it was given as zero, or empty.
    """

    __slots__ = ("_data", "at", "cut")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self.at = at
        self.cut = False

    def number(self, octets: int) -> int:
        """An unsigned big-endian number."""
        return int.from_bytes(self.octets(octets), "big")

    def octets(self, count: int) -> bytes:
        """The next ``count`` octets; empty where they are not all there."""
        end = self.at + count
        if end > len(self._data):
            self.cut = True
            return b""
        found = self._data[self.at : end]
        self.at = end
        return found

    def text(self) -> str:
        """A text that ends with NUL, or with the box."""
        end = self._data.find(b"\x00", self.at)
        end = len(self._data) if end < 0 else end
        found = self._data[self.at : end]
        self.at = end + 1
        return found.decode("utf-8", "replace")

    def full_box(self) -> tuple[int, int]:
        """Version and flags of a full box (ISO/IEC 14496-12, 4.2.2)."""
        return self.number(1), self.number(3)


class Harvest:
    """The metadata blocks of a file while they are gathered, within the limits.

    Attributes:
        blocks: what was found, in file order.
        warnings: what is odd.
    """

    __slots__ = ("_left", "_window", "blocks", "warnings")

    def __init__(self, window: Window) -> None:
        self._window = window
        self._left = MAX_METADATA
        self.blocks: list[Block] = []
        self.warnings: list[ReadWarning] = []

    def warn(self, code: str, what: str) -> None:
        """Tell something of the file; the same is told once."""
        told = ReadWarning(code, f"{self._window.name}: {what}")
        if told not in self.warnings:
            self.warnings.append(told)

    def admits(self, octets: int) -> bool:
        """Take the octets of one block off what may still be read; a warning where it is over."""
        if octets > min(MAX_BLOCK, self._left):
            self.warn("limit-metadata", f"a metadata block of {octets} octets was not read.")
            return False
        self._left -= octets
        return True

    def charge(self, octets: int) -> None:
        """Take octets off what may still be read, for work that brought nothing."""
        self._left = max(self._left - octets, 0)

    def body(self, box: Box) -> bytes | None:
        """The content of a metadata box; None where it is too large."""
        end = min(box.end, self._window.size)
        if not self.admits(max(end - box.body, 0)):
            return None
        return self._window.take(box.body, max(end - box.body, 0))

    def xmp(self, packet: bytes | None, *parts: int) -> None:
        """Add an XMP packet, if there is one."""
        if packet:
            self.blocks.append(Block(Carrier.XMP, Container.XMP, packet, parts))

    def exif(self, payload: bytes | None, *parts: int) -> None:
        """Add an EXIF block, if there is one."""
        if payload:
            self.blocks.append(Block(Carrier.EXIF, Container.EXIF, payload, parts))


def tiff_of(item: bytes) -> bytes:
    """The EXIF block of an Exif item or box, from its TIFF header on.

    Args:
        item: four octets that tell how far behind them the TIFF header stands (ISO/IEC
            23008-12, A.2.1; ISO/IEC 18181-2, 9.5). Writers leave them out, or do not count
            ``Exif`` and its two NULs, so the header is looked for where it is not.

    Returns:
        From the TIFF header on; without one, what the offset points to.
    """
    start = 4 + int.from_bytes(item[:4], "big")
    if ifd.wire_of(item[start : start + 4]) is not None:
        return item[start:]
    head = item[:_SEARCH]
    found = [at for at in (head.find(b"II*\x00"), head.find(b"MM\x00*")) if at >= 0]
    return item[min(found) :] if found else item[start:].removeprefix(_EXIF_PREFIX)


def geometry_of(survey: Callable[[Window], Survey], window: Window) -> bytes:
    """Orientation and ColorSpace of a file's EXIF, as image digests cover them.

    An EXIF block that says neither counts as none, so that adding credits changes no digest.
    """
    try:
        blocks = survey(window).blocks
    except UnreadableError:
        # A file that says nothing of itself has a digest none the less.
        return b""
    found = [exif.geometry(block.payload) for block in blocks if block.carrier is Carrier.EXIF]
    return b"".join(
        f"{turned} {colours}\x00".encode()
        for turned, colours in found
        if (turned, colours) != (None, None)
    )


class Cover:
    """A digest over boxes, without the absolute offsets in them.

    It covers type, UUID and content of each box, and the octets behind the last one; of a
    movie header (ISO/IEC 14496-12, 8.2) all but the tables of offsets. Free space is not
    covered.
    """

    __slots__ = ("_apart", "_digest", "_opened", "_view", "_window")

    def __init__(
        self,
        domain: bytes,
        data: bytes,
        apart: Callable[[Box], bool],
        *,
        opened: Collection[bytes] = (),
    ) -> None:
        """Begin a digest.

        Args:
            domain: which kind of file.
            data: the whole file.
            apart: whether a box is not covered: it holds credits, or is covered elsewhere.
            opened: UUIDs of boxes that hold boxes.
        """
        self._digest = hashlib.sha256(domain)
        self._view = memoryview(data)
        self._window = Window.over(data, "the picture")
        self._apart = apart
        self._opened = opened

    def add(self, kind: bytes, piece: bytes | memoryview) -> None:
        """Cover a piece."""
        self._digest.update(_PIECE.pack(kind, len(piece)))
        self._digest.update(piece)

    def boxes(self, start: int, end: int, depth: int = 0) -> None:
        """Cover the boxes between two offsets."""
        at = start
        for box in boxes(self._window, start, end, []):
            at = min(box.end, end)
            if box.kind in _UNCOVERED or self._apart(box):
                continue
            if depth < _DEEPEST and (box.kind in _OPENED or box.uuid in self._opened):
                self.add(box.kind, box.uuid)
                self.boxes(box.body, at, depth + 1)
            else:
                self.add(box.kind, box.uuid)
                self.add(box.kind, self._view[box.body : at])
        self.add(b"tail", self._view[at:end])

    def hexdigest(self) -> str:
        """The digest in hex."""
        return self._digest.hexdigest()
