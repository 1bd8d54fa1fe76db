"""Small pictures for the report, re-encoded so that nothing of the original file comes along."""

from __future__ import annotations

import base64
import io
import re
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, TypeGuard

from provenance.errors import PictureError, ProvenanceError
from provenance.model import AssetRef

EDGE = 320
SMALL_EDGE = 160
LARGE_EDGE = 1280
EDGES = (SMALL_EDGE, EDGE, LARGE_EDGE)
"""Every edge that pages and reports draw: most pixels of the longer side."""
QUALITY = 80
FORM = 1
"""Of the thumbnails that this module makes; another number, other octets."""
LARGEST = 8 << 20
"""Octets of the largest thumbnail that is believed to be one."""

_MOST_OCTETS = 256 * 1024 * 1024
_REMEMBERED = 64 << 20
_A_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_FRAMES: Final = {0xC0, 0xC1, 0xC2}
_TABLES: Final = {0xC4, 0xDB, 0xDD}
_SCAN, _END, _APP0 = 0xDA, 0xD9, 0xE0
_JFIF: Final = b"JFIF\x00"
_JFIF_LENGTH = 14
_FRAME = 6
_THE_END: Final = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture, or the reason why there is none.

    Attributes:
        jpeg: a JPEG without metadata; empty where none could be made.
        width: pixels; 0 where none could be made.
        height: pixels; 0 where none could be made.
        reason: why there is none, for a person; else empty.
    """

    jpeg: bytes = b""
    width: int = 0
    height: int = 0
    reason: str = ""

    @property
    def data_uri(self) -> str:
        """The picture in base64 (RFC 2397); empty where there is none."""
        if not self.jpeg:
            return ""
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode("ascii")


class Thumbnails(Protocol):
    """Where the report gets its small pictures from; it opens no file itself."""

    def of(self, ref: AssetRef, edge: int = EDGE) -> Thumbnail:
        """A thumbnail whose longer side is at most ``edge`` pixels. Never raises."""


class PictureThumbnails:
    """Thumbnails made from the pictures themselves.

    Args:
        draw: makes the thumbnail of a file, with at most so many pixels; never raises.

    The newest are remembered (64 MiB), so that a picture that stands in several sections
    is drawn once.
    """

    def __init__(self, draw: Callable[[AssetRef, int], Thumbnail]) -> None:
        self._draw = draw
        self._made = Remembered()

    def of(self, ref: AssetRef, edge: int = EDGE) -> Thumbnail:
        """A thumbnail, or the reason why there is none."""
        key = f"{edge} {ref.version} {ref.uri}"
        made = self._made.get(key)
        if made is None:
            made = self._draw(ref, edge)
            self._made.put(key, made)
        return made


class Remembered:
    """The thumbnails that were asked for last, up to so many octets of pictures.

    Args:
        most: octets.
    """

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._held: OrderedDict[str, Thumbnail] = OrderedDict()
        self._octets = 0

    def get(self, key: str) -> Thumbnail | None:
        """What was put under ``key``; None where it is not remembered."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def put(self, key: str, made: Thumbnail) -> None:
        """Remember one, and forget those that were not asked for the longest."""
        former = self._held.pop(key, None)
        self._octets += _weight(made) - (0 if former is None else _weight(former))
        self._held[key] = made
        while self._octets > self._most and len(self._held) > 1:
            _, gone = self._held.popitem(last=False)
            self._octets -= _weight(gone)


def _weight(one: Thumbnail) -> int:
    """Octets, with an allowance for the entry itself: reasons are to be forgotten, too."""
    return len(one.jpeg) + len(one.reason) + 512


class NoThumbnails:
    """A report without pictures: for machines that may not open them again."""

    def of(self, ref: AssetRef, edge: int = EDGE) -> Thumbnail:  # noqa: ARG002 - the protocol's
        """No picture, and why."""
        return Thumbnail(reason="Pictures were left out of this report.")


def drawn(read: Callable[[AssetRef], bytes], ref: AssetRef, edge: int = EDGE) -> Thumbnail:
    """The thumbnail of a file, or the reason why there is none.

    Args:
        read: gives a file's octets; raises ``ProvenanceError`` where it cannot.
        ref: the file.
        edge: the most pixels of the longer side.
    """
    if ref.size > _MOST_OCTETS:
        return Thumbnail(reason="The file is too large for a thumbnail.")
    try:
        data = read(ref)
    except ProvenanceError as error:
        return Thumbnail(reason=error.message)
    return thumbnail(data, edge)


def is_sound(answer: object, edge: int) -> TypeGuard[Thumbnail]:
    """Whether an answer is a thumbnail, and nothing but a picture of that size stands in it."""
    if not isinstance(answer, Thumbnail) or not isinstance(answer.reason, str):
        return False
    sizes = (answer.width, answer.height)
    if type(answer.jpeg) is not bytes or any(type(one) is not int for one in sizes):
        return False
    if not answer.jpeg:
        return sizes == (0, 0)
    return max(sizes) <= edge and jpeg_size(answer.jpeg) == sizes


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a whole JPEG that has tables and scans and nothing else.

    A file that also holds metadata, a profile or a comment, that goes on behind its end, or
    that is cut, is none that this program made. The scans themselves are not decoded.

    Args:
        data: hostile.

    Returns:
        Pixels; None where it is anything else (ITU-T T.81, annex B).
    """
    if len(data) > LARGEST:
        return None
    segments = list(_segments(data))
    markers = [marker for marker, _ in segments]
    frames = [body for marker, body in segments if marker in _FRAMES]
    whole = markers[-1:] == [_END] and _SCAN in markers and len(frames) == 1
    if not whole or len(frames[0]) < _FRAME or not all(_is_ours(*one) for one in segments):
        return None
    height, width = struct.unpack_from(">HH", frames[0], 1)
    return (width, height) if width and height else None


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers with their segments; the end of picture only where the file ends with it."""
    at = 2 if data.startswith(b"\xff\xd8") else len(data)
    while at + 4 <= len(data):
        prefix, marker, length = struct.unpack_from(">BBH", data, at)
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if prefix != 0xFF or length < 2 or at > len(data):
            return
        yield marker, body
        if marker == _SCAN:
            following = _A_MARKER.search(data, at)
            at = len(data) if following is None else following.start()
    if data[at:] == _THE_END:
        yield _END, b""


def _is_ours(marker: int, body: bytes) -> bool:
    """Whether a segment is one that a thumbnail has."""
    if marker == _APP0:
        return body.startswith(_JFIF) and len(body) == _JFIF_LENGTH
    return marker in _FRAMES or marker in _TABLES or marker in {_SCAN, _END}


def thumbnail(data: bytes, edge: int = EDGE) -> Thumbnail:
    """Decode a picture, turn it upright, reduce it and encode it anew as JPEG.

    Colours are taken as sRGB, transparency as white paper. No metadata, profile or
    comment of the original is carried over. Only the first frame is looked at; of a raw
    file its embedded preview.

    Args:
        data: a whole picture file; hostile.
        edge: the most pixels of the longer side.
    """
    # Decoders and numpy are paid for where a picture is drawn, and by no other command.
    from provenance.pixels import decode  # noqa: PLC0415

    try:
        small = decode.small(data, edge)
    except PictureError as error:
        return Thumbnail(reason=error.message)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Thumbnail(out.getvalue(), small.width, small.height)
