"""How the same picture looks in a mirror, and without a plain border.

A copy that was mirrored or set into a frame has another hash; it is found by asking for these.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from provenance.model import Look, PictureHash
from provenance.model.look import TELLING_QUALITY
from provenance.pixels import pdq
from provenance.pixels.decode import Luminance, luminance
from provenance.pixels.pdq import Plane

MIRRORED: Final = "mirrored"
BORDERED: Final = "bordered"

# Grey levels by which compression lets a plain border vary.
_PLAIN: Final = 10.0

# A border ends at once and along the picture: so much of the first line behind it stands out by
# so many levels. A sky that grows lighter does not, nor does a thing on a white table.
_STANDS_OUT: Final = 24.0
_SHARE: Final = 0.25

# A narrower border leaves the hash within reach; a picture is not a quarter of its own frame.
_WORTH: Final = 0.015
_LEAST_LEFT: Final = 0.25


def look(data: bytes, basis: str = "") -> Look:
    """How a picture looks: as it is, without its plain border, and from behind.

    Args:
        data: a whole picture file; hostile.
        basis: by which digest the picture is known.

    Raises:
        PictureError: it cannot be decoded, or not safely.
    """
    lum = luminance(data)
    pdq_, quality = pdq.hash_of(lum)
    forms = dict(variants(lum))
    whole = PictureHash(pdq_, quality, lum.width, lum.height)
    return Look(basis, whole, forms.get(BORDERED), forms.get(MIRRORED))


def variants(lum: Luminance) -> tuple[tuple[str, bytes], ...]:
    """Hashes of the same picture mirrored left to right, and without its plain border.

    Returns:
        ``("mirrored", hash)``, and ``("bordered", hash)`` where there is a border worth
        trimming; nothing for a picture that is too small to have a hash.
    """
    if not pdq.has_hash(lum):
        return ()
    # Mirroring turns the sign of every second frequency along the rows.
    signs = np.where(np.arange(pdq.WAVES) % 2 == 0, np.float32(-1), np.float32(1))
    found = [(MIRRORED, pdq.bits(pdq.waves(pdq.cells(lum)) * signs))]
    inner = trimmed(lum)
    if inner is not None:
        within, quality = pdq.hash_of(inner)
        if quality >= TELLING_QUALITY:
            found.append((BORDERED, within))
    return tuple(found)


def trimmed(lum: Luminance) -> Luminance | None:
    """The picture without its border of one plain grey; None where it has none worth trimming."""
    pixels = lum.pixels
    top, bottom = _margin(pixels), _margin(pixels[::-1])
    between = pixels[top : pixels.shape[0] - bottom]
    left, right = _margin(between.T), _margin(between.T[::-1])
    inner = between[:, left : between.shape[1] - right]
    rows, columns = (kept / all_ for kept, all_ in zip(inner.shape, pixels.shape, strict=True))
    if max(1 - rows, 1 - columns) < _WORTH or min(rows, columns) < _LEAST_LEFT:
        return None
    width, height = pdq.whole_size(lum)
    return Luminance(inner, round(width * columns), round(height * rows))


def _margin(pixels: Plane) -> int:
    """How many of the first rows are a border."""
    least, most = pixels.min(axis=1), pixels.max(axis=1)
    level = float(np.median(pixels[0]))
    plain = (least > level - _PLAIN) & (most < level + _PLAIN)
    if plain.all() or not plain[0]:
        return 0
    end = int(np.argmin(plain))
    away = np.abs(pixels[end : end + 2] - level)
    if (away[-1] > _STANDS_OUT).mean() < _SHARE:
        return 0
    # A row that holds both, after reduction, belongs to the border if it is more border.
    mixed = len(away) == 2 and float(away[0].mean()) < float(away[1].mean()) / 2
    return end + 1 if mixed else end
