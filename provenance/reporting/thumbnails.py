"""Small pictures for the report, re-encoded so that nothing of the original file comes along."""

from __future__ import annotations

import base64
import io
import warnings
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PIL import (  # noqa: F401 - a decoder is known to Pillow once its module is imported
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PsdImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from provenance.errors import ProvenanceError
from provenance.model import AssetRef

EDGE = 320
QUALITY = 80

# JPEG is decoded at a reduced size, everything else whole before it is reduced.
_MOST_PIXELS = 100_000_000
_MOST_PIXELS_WHOLE = 40_000_000
_MOST_OCTETS = 256 * 1024 * 1024

# Each scan of a progressive JPEG walks the whole picture again; cameras write ten or so.
_MOST_SCANS = 100
_START_OF_SCAN = b"\xff\xda"

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "PSD", "AVIF", "JPEG2000")
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PAPER = (255, 255, 255)
_REMEMBERED = 256


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
        read: gives a file's octets; raises ``ProvenanceError`` where it cannot.

    The newest 256 are remembered, so that a picture that stands in several sections is
    read once.
    """

    def __init__(self, read: Callable[[AssetRef], bytes]) -> None:
        self._read = read
        self._made: OrderedDict[tuple[str, str, int], Thumbnail] = OrderedDict()

    def of(self, ref: AssetRef, edge: int = EDGE) -> Thumbnail:
        """A thumbnail, or the reason why there is none."""
        key = (ref.uri, ref.version, edge)
        if key not in self._made:
            self._made[key] = self._make(ref, edge)
            if len(self._made) > _REMEMBERED:
                self._made.popitem(last=False)
        return self._made[key]

    def _make(self, ref: AssetRef, edge: int) -> Thumbnail:
        if ref.size > _MOST_OCTETS:
            return Thumbnail(reason="The file is too large for a thumbnail.")
        try:
            data = self._read(ref)
        except ProvenanceError as error:
            return Thumbnail(reason=error.message)
        return thumbnail(data, edge)


class NoThumbnails:
    """A report without pictures: for machines that may not open them again."""

    def of(self, ref: AssetRef, edge: int = EDGE) -> Thumbnail:  # noqa: ARG002 - the protocol's
        """No picture, and why."""
        return Thumbnail(reason="Pictures were left out of this report.")


def thumbnail(data: bytes, edge: int = EDGE) -> Thumbnail:
    """Decode a picture, turn it upright, reduce it and encode it anew as JPEG.

    Colours are taken as sRGB, transparency as white paper. No metadata, profile or
    comment of the original is carried over. Only the first frame is looked at.

    Args:
        data: a whole picture file; hostile.
        edge: the most pixels of the longer side.
    """
    if data.count(_START_OF_SCAN) > _MOST_SCANS and data.startswith(b"\xff\xd8"):
        return Thumbnail(reason="The picture has too many scans to be decoded safely.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decoded(data, edge)
    except Exception as error:  # noqa: BLE001 - the decoder meets hostile files and raises anything
        return Thumbnail(reason=f"The picture cannot be decoded ({type(error).__name__}).")


def _decoded(data: bytes, edge: int) -> Thumbnail:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
        width, height = source.size
        most = _MOST_PIXELS if source.format in {"JPEG", "MPO"} else _MOST_PIXELS_WHOLE
        if width * height > most:
            return Thumbnail(reason=f"The picture is too large to decode ({width} x {height}).")
        turn = _TURNS.get(_orientation(source))
        source.draft("RGB", (edge * 2, edge * 2))
        small = _on_paper(source, edge)
    if turn is not None:
        small = small.transpose(turn)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    uri = "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode("ascii")
    return Thumbnail(uri, small.width, small.height)


def _orientation(source: Image.Image) -> int:
    """EXIF orientation; a picture with damaged EXIF is shown as it lies in the file."""
    try:
        value = source.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - as above; an unturned picture is better than none
        return 1
    return value if isinstance(value, int) else 1


def _on_paper(source: Image.Image, edge: int) -> Image.Image:
    """Reduced to ``edge`` and pasted on a fresh white sheet, which knows nothing of the file."""
    image = source if _scales_as_it_is(source) else _converted(source)
    small = image.resize(_fitted(image.size, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if small.mode not in {"RGB", "RGBA"}:
        small = small.convert("RGBA" if small.mode == "LA" else "RGB")
    sheet = Image.new("RGB", small.size, _PAPER)
    sheet.paste(small, mask=small if small.mode == "RGBA" else None)
    return sheet


def _scales_as_it_is(source: Image.Image) -> bool:
    """Reducing before converting spares a second full-size copy of a large picture."""
    return source.mode in {"L", "RGB", "RGBA", "CMYK", "LA"} and "transparency" not in source.info


def _converted(source: Image.Image) -> Image.Image:
    if source.mode.startswith("I;16"):
        return source.point(lambda value: value * (1 / 256)).convert("L")
    transparent = "transparency" in source.info or source.mode == "PA"
    return source.convert("RGBA" if transparent else "RGB")


def _fitted(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """The size within ``edge``, never larger than the picture itself, never nothing."""
    width, height = size
    scale = min(1.0, edge / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))
