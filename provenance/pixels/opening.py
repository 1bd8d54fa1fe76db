"""Opening a picture file that somebody may have made to do harm.

Only decoders in this list are used, however many Pillow knows: some of the others start
programs or are hardly maintained. Sizes are checked before anything is decoded.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from PIL import (  # noqa: F401 - a decoder is known to Pillow once its module is imported
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PsdImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from provenance.errors import PictureError
from provenance.pixels import streams

MOST_OCTETS: Final = 256 * 1024 * 1024

# JPEG is decoded at a reduced size, everything else whole before it is reduced.
_MOST_PIXELS: Final = 100_000_000
_MOST_PIXELS_WHOLE: Final = 40_000_000

# A raw file's embedded JPEG that is smaller than this is a thumbnail.
_LEAST_PREVIEW: Final = 320

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "PSD", "AVIF", "JPEG2000")
_REDUCED: Final = frozenset({"JPEG", "MPO"})
_ORIENTATION: Final = 0x0112
_SUBFILE: Final = 0x00FE
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING: Final = frozenset({5, 6, 7, 8})

# Without a handler of ours, what Pillow logs about a damaged file ends on the user's terminal.
logging.getLogger("PIL").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture whose header was read and found safe; its pixels are decoded on demand.

    Attributes:
        image: as it lies in the file; for raw files the embedded preview.
        orientation: 1..8, EXIF's way to stand it upright (EXIF 3.0, tag 0x0112).
        width: pixels of the whole picture, upright.
        height: pixels of the whole picture, upright.
    """

    image: Image.Image
    orientation: int
    width: int
    height: int

    def turned(self, small: Image.Image) -> Image.Image:
        """A reduced form of ``image``, upright."""
        turn = _TURNS.get(self.orientation)
        return small if turn is None else small.transpose(turn)


@contextmanager
def opened(data: bytes) -> Iterator[Opened]:
    """Open a picture; whatever the decoder raises inside becomes a ``PictureError``.

    Raises:
        PictureError: too large (``picture-too-large``), too many scans (``picture-scans``),
            of a kind that is not decoded (``picture-kind``), or damaged (``picture``).
    """
    if len(data) > MOST_OCTETS:
        raise PictureError("The file is too large to be decoded.", code="picture-too-large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _source(data) as image:
                orientation = _orientation(image, data)
                width, height = image.size
                if orientation in _LYING:
                    width, height = height, width
                yield Opened(image, orientation, width, height)
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError(
            f"The picture cannot be decoded ({type(error).__name__}).",
            code="picture-kind",
            remedy="A copy saved as JPEG, TIFF or PNG can be.",
        ) from error
    except Exception as error:
        # The decoder meets hostile files and raises anything.
        raise PictureError(
            f"The picture cannot be decoded ({type(error).__name__}).",
            remedy="Look whether the file opens elsewhere; it may be damaged or cut short.",
        ) from error


def _source(data: bytes) -> Image.Image:
    """The picture, or the preview of a raw one, checked."""
    if streams.is_raw(data):
        return _preview(data)
    if not streams.is_tiff(data):
        return _checked(data)
    try:
        image = _opened(data)
    except UnidentifiedImageError:
        # Raw files made of TIFF whose first picture is the raw data themselves.
        return _preview(data)
    if _is_reduced(image):
        found = streams.largest_preview(data, max(_LEAST_PREVIEW, *image.size))
        if found is not None:
            image.close()
            return _checked(data[found[0] :])
    return _sized(image)


def _preview(data: bytes) -> Image.Image:
    found = streams.largest_preview(data, _LEAST_PREVIEW)
    if found is None:
        raise UnidentifiedImageError("no embedded preview")
    return _checked(data[found[0] :])


def _checked(data: bytes) -> Image.Image:
    if data.startswith(streams.START[:2]) and streams.has_too_many_scans(data):
        raise PictureError(
            "The picture has too many scans to be decoded safely.", code="picture-scans"
        )
    return _sized(_opened(data))


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=_FORMATS)


def _sized(image: Image.Image) -> Image.Image:
    width, height = image.size
    most = _MOST_PIXELS if image.format in _REDUCED else _MOST_PIXELS_WHOLE
    if width * height > most:
        image.close()
        raise PictureError(
            f"The picture is too large to decode ({width} x {height}).",
            code="picture-too-large",
        )
    return image


def _is_reduced(image: Image.Image) -> bool:
    """Whether a TIFF says of its first picture that it is a smaller form of another (TIFF 6.0)."""
    kind = image.getexif().get(_SUBFILE, 0)
    return isinstance(kind, int) and kind & 1 == 1


def _orientation(image: Image.Image, data: bytes) -> int:
    """EXIF orientation; a picture with damaged EXIF is taken as it lies in the file.

    A raw file's own word goes before its preview's, which often has none.
    """
    try:
        value = None
        if streams.is_tiff(data):
            outer = Image.Exif()
            outer.load(data)
            value = outer.get(_ORIENTATION)
        if value is None:
            value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - as above; an unturned picture is better than none
        return 1
    return value if isinstance(value, int) and value in _TURNS else 1
