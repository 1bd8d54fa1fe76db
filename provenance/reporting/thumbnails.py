"""Small pictures for the report, re-encoded so that nothing of the original file comes along."""

from __future__ import annotations

import base64
import io
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeGuard

from provenance.errors import PictureError, ProvenanceError
from provenance.model import AssetRef

EDGE = 320
QUALITY = 80

_MOST_OCTETS = 256 * 1024 * 1024
_REMEMBERED = 256
_JPEG: Final = re.compile("data:image/jpeg;base64,[A-Za-z0-9+/]+={0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture as a ``data:`` URI, or the reason why there is none.

    Attributes:
        data_uri: a JPEG in base64 (RFC 2397); empty where none could be made.
        width: pixels; 0 where none could be made.
        height: pixels; 0 where none could be made.
        reason: why there is none, for a person; else empty.
    """

    data_uri: str = ""
    width: int = 0
    height: int = 0
    reason: str = ""


class Thumbnails(Protocol):
    """Where the report gets its small pictures from; it opens no file itself."""

    def of(self, ref: AssetRef, edge: int = EDGE) -> Thumbnail:
        """A thumbnail whose longer side is at most ``edge`` pixels. Never raises."""


class PictureThumbnails:
    """Thumbnails made from the pictures themselves.

    Args:
        draw: makes the thumbnail of a file, with at most so many pixels; never raises.

    The newest 256 are remembered, so that a picture that stands in several sections is
    drawn once.
    """

    def __init__(self, draw: Callable[[AssetRef, int], Thumbnail]) -> None:
        self._draw = draw
        self._made: OrderedDict[tuple[str, str, int], Thumbnail] = OrderedDict()

    def of(self, ref: AssetRef, edge: int = EDGE) -> Thumbnail:
        """A thumbnail, or the reason why there is none."""
        key = (ref.uri, ref.version, edge)
        if key not in self._made:
            self._made[key] = self._draw(ref, edge)
            if len(self._made) > _REMEMBERED:
                self._made.popitem(last=False)
        return self._made[key]


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
    """Whether an answer is a thumbnail, and nothing but a JPEG stands in its address."""
    if not isinstance(answer, Thumbnail) or not isinstance(answer.reason, str):
        return False
    sizes = (answer.width, answer.height)
    if not answer.data_uri:
        return answer.data_uri == "" and sizes == (0, 0)
    return (
        isinstance(answer.data_uri, str)
        and _JPEG.fullmatch(answer.data_uri) is not None
        and all(type(one) is int and 0 < one <= edge for one in sizes)
    )


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
    uri = "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode("ascii")
    return Thumbnail(uri, small.width, small.height)
