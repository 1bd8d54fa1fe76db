"""Raw files that wrap their metadata: Fujifilm RAF, Minolta MRW, Panasonic RW2.

None of them is published; what is known stands in ExifTool's tag tables (FujiFilm, Minolta-
Raw, PanasonicRaw) and is borne out by files. Each holds a TIFF block or a whole JPEG picture
whose metadata speak for the raw picture; they are read through a window of their own.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Format, Survey
from provenance.metadata.formats import jpeg, jpeg_scan, tiff_survey
from provenance.metadata.formats.tiff_digests import raw_fingerprints
from provenance.metadata.formats.tiff_directories import first_directory
from provenance.metadata.source import Window
from provenance.metadata.standards.condensed import fields_of
from provenance.model import ReadWarning

_RAF_IMAGE: Final = b"provenance raf image digest v1\x00"
_RAF_SCAN: Final = b"provenance raf scan digest v1\x00"
_RAF_JPEG: Final = 0x54
_RAF_DIRECTORIES: Final = (0x5C, 0x78)
_RAF_DATA: Final = (0x64, 0x80)
_RAF_HEADER: Final = 0x88

_MRW_IMAGE: Final = b"provenance mrw image digest v1\x00"
_MRW_SCAN: Final = b"provenance mrw scan digest v1\x00"
_MRW_HEADER: Final = 8
_MRW_BLOCKS: Final = 64
_TTW: Final = b"\x00TTW"
_PAD: Final = b"\x00PAD"
_PRD: Final = b"\x00PRD"

_RW2_JPEG: Final = 0x002E
_SOI: Final = b"\xff\xd8"
_PAIR: Final = struct.Struct(">II")
_PIECE: Final = struct.Struct(">4sQ")


class _Part:
    """A range of a file, seen as a file of its own; it never reaches out of its range."""

    __slots__ = ("_base", "_window", "size")

    def __init__(self, window: Window, base: int, length: int) -> None:
        self._window = window
        self._base = base
        self.size = max(min(length, window.size - base), 0)

    def read(self, offset: int, length: int) -> bytes:
        """The octets of the range, cut at its end."""
        return self._window.take(self._base + offset, max(min(length, self.size - offset), 0))


def _window_of(window: Window, base: int, length: int) -> Window:
    return Window(_Part(window, base, length), window.name)


def _moved(survey: Survey, base: int) -> Survey:
    """The survey of a part, with offsets that count from the beginning of the file."""
    blocks = tuple(
        replace(block, parts=tuple(part + base for part in block.parts)) for block in survey.blocks
    )
    return replace(survey, blocks=blocks)


def _truncated(window: Window, kind: str, why: str) -> UnreadableError:
    return UnreadableError(
        f"{window.name}: the {kind} file cannot be read: {why} ({window.size} octets).",
        code=f"{kind.lower()}-truncated",
        remedy="Fetch the file again; it was cut in transfer or is still being written.",
    )


# --- Fujifilm RAF ------------------------------------------------------------------------


def _raf_jpeg(window: Window) -> tuple[int, int]:
    """Offset and length of the JPEG picture in a RAF file."""
    header = window.take(0, _RAF_HEADER)
    if len(header) < _RAF_JPEG + _PAIR.size:
        raise _truncated(window, "RAF", "its header is cut")
    offset, length = _PAIR.unpack_from(header, _RAF_JPEG)
    if offset < _RAF_JPEG or window.take(offset, 2) != _SOI:
        raise _truncated(window, "RAF", f"there is no JPEG picture at octet {offset}")
    return offset, length


def survey_raf(window: Window) -> Survey:
    """The blocks of the JPEG picture in a RAF file, which carries all of its metadata.

    Raises:
        UnreadableError: ``raf-truncated``; as ``jpeg.survey`` for that picture.
    """
    offset, length = _raf_jpeg(window)
    return _moved(jpeg.survey(_window_of(window, offset, length)), offset)


def raf_fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of a RAF file, hex SHA-256.

    The scan digest covers the sensor data; the image digest these, the header, the tables
    that describe the sensor, and of the JPEG picture what its own image digest covers. The
    offsets and lengths in the header are no part of it, they follow the JPEG picture's size.

    Raises:
        UnreadableError: ``raf-truncated``, ``limit-segments``.
    """
    offset, length = _raf_jpeg(Window.over(data, "the picture"))
    view = memoryview(data)
    scan = hashlib.sha256(_RAF_SCAN)
    sensor = [_raf_range(view, at) for at in _RAF_DATA]
    for piece in sensor:
        scan.update(piece)
    image = hashlib.sha256(_RAF_IMAGE + data[:_RAF_JPEG] + scan.digest())
    for at in _RAF_DIRECTORIES:
        image.update(_raf_range(view, at))
    image.update(jpeg_scan.fingerprints(data[offset : offset + length])[0].encode())
    return image.hexdigest(), scan.hexdigest() if any(sensor) else None


def _raf_range(view: memoryview, at: int) -> memoryview:
    """The octets that a pair of the header points to."""
    if at + _PAIR.size > len(view):
        return view[:0]
    offset, length = _PAIR.unpack_from(view, at)
    return view[offset : offset + length] if offset >= _RAF_JPEG else view[:0]


# --- Minolta MRW -------------------------------------------------------------------------


class _MrwBlock(NamedTuple):
    """A block of the header: its tag, and the range of its payload in the file."""

    tag: bytes
    start: int
    end: int


def _mrw_blocks(window: Window) -> Iterator[_MrwBlock]:
    """The blocks of an MRW header as far as they can be followed."""
    end = min(_mrw_data(window), window.size)
    at = _MRW_HEADER
    for _ in range(_MRW_BLOCKS):
        head = window.take(at, 8)
        if at + 8 > end or len(head) < 8:
            return
        length = int.from_bytes(head[4:8], "big")
        yield _MrwBlock(head[:4], at + 8, min(at + 8 + length, end))
        at += 8 + length


def _mrw_data(window: Window) -> int:
    """Offset of the sensor data."""
    return _MRW_HEADER + int.from_bytes(window.take(4, 4), "big")


def survey_mrw(window: Window) -> Survey:
    """The blocks of the TIFF block (TTW) in the header of an MRW file.

    Raises:
        UnreadableError: ``mrw-truncated`` where there is no such block; ``tiff-truncated``.
    """
    for block in _mrw_blocks(window):
        if block.tag == _TTW:
            part = _window_of(window, block.start, block.end - block.start)
            return _moved(tiff_survey.survey_raw(part), block.start)
    raise _truncated(window, "MRW", "its header holds no TTW block")


def mrw_fingerprints(data: bytes) -> tuple[str, str | None]:
    """Image digest and scan digest of an MRW file, hex SHA-256.

    The scan digest covers the sensor data and the block that gives their dimensions (PRD);
    the image digest these, all other blocks but padding, and of the TIFF block what a raw
    file's image digest covers.

    Raises:
        UnreadableError: ``tiff-truncated``, ``limit-directories``, ``limit-overlaps``.
    """
    window = Window.over(data, "the picture")
    view = memoryview(data)
    pieces = [(one.tag, view[one.start : one.end]) for one in _mrw_blocks(window)]
    sensor = view[_mrw_data(window) :]
    scan = hashlib.sha256(_MRW_SCAN)
    image = hashlib.sha256(_MRW_IMAGE)
    for tag, piece in pieces:
        if tag == _TTW:
            image.update(raw_fingerprints(bytes(piece))[0].encode())
        elif tag != _PAD:
            image.update(_PIECE.pack(tag, len(piece)))
            image.update(piece)
        if tag == _PRD:
            scan.update(piece)
    scan.update(sensor)
    image.update(scan.digest())
    return image.hexdigest(), scan.hexdigest() if sensor else None


# --- Panasonic RW2 -----------------------------------------------------------------------


def survey_rw2(window: Window) -> Survey:
    """The blocks of an RW2 file's directories, and of the JPEG picture that it embeds.

    The camera writes its EXIF to both; values that a raw converter adds stand in the first.

    Raises:
        UnreadableError: ``tiff-truncated``.
    """
    own = tiff_survey.survey_raw(window)
    _layout, first = first_directory(window)
    for entry in first.entries:
        if entry.tag == _RW2_JPEG and window.take(entry.where, 2) == _SOI:
            try:
                part = jpeg.survey(_window_of(window, entry.where, entry.size))
            except UnreadableError as error:
                told = ReadWarning("rw2-preview-broken", f"The JPEG inside: {error.message}")
                return replace(own, warnings=(*own.warnings, told))
            inner = _moved(part, entry.where)
            kept = own.blocks if fields_of(own.blocks[0].payload) else own.blocks[1:]
            return Survey(
                (*kept, *inner.blocks),
                (*own.warnings, *inner.warnings),
                own.content_credentials or inner.content_credentials,
            )
    return own


RAF: Final = Format(survey=survey_raf, fingerprints=raf_fingerprints)
MRW: Final = Format(survey=survey_mrw, fingerprints=mrw_fingerprints)
RW2: Final = Format(survey=survey_rw2, fingerprints=raw_fingerprints)
