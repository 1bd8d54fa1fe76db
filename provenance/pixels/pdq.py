"""PDQ: 256 bits that say how a picture looks, and how much there was to be seen.

Written from the published description, in numpy. The reference walks two box filters over the
whole picture, twice, and keeps 64 x 64 points of the result. All of that is linear, and the same
for rows and columns, so that it is two small matrices here. The matrices are made for the size of
the *whole* picture and take blocks of pixels that were averaged before: the hash of a reduced
decode is that of the whole picture but for the last few bits.

Source: Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm"
(2019), part one; quality and bit order as in its reference implementation.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from provenance.model import PictureHash
from provenance.pixels.decode import Luminance, luminance

CELLS: Final = 64
"""Points along each side of what is left of the picture before its frequencies are taken."""

WAVES: Final = 16
"""Frequencies along each side, without the constant one."""

# Below this the reference gives 256 zeros and no quality.
_LEAST_SIDE: Final = 5

# Its shift is then less than a fortieth of a cell.
_ENLARGED: Final = 4096

_MOST_QUALITY: Final = 100
_GRADIENTS_FOR_ONE: Final = 90

Plane = npt.NDArray[np.float32]


def look(data: bytes) -> PictureHash:
    """How a picture looks, from a decode that is no larger than needed.

    Args:
        data: a whole picture file; hostile.

    Raises:
        PictureError: it cannot be decoded, or not safely.
    """
    lum = luminance(data)
    pdq, quality = hash_of(lum)
    return PictureHash(pdq, quality, lum.width, lum.height)


def hash_of(lum: Luminance) -> tuple[bytes, int]:
    """The PDQ hash, 32 octets in the order of its hexadecimal form, and its quality, 0..100.

    It is the reference's hash of the picture enlarged, by repeating pixels, until each side has
    4096. The reference's filter lies up to one and a half pixels off the middle, wherever the
    size: nothing in a large picture, a third of a cell in a small one. Enlarged, a copy of 320
    pixels differs from its original by 3 bits on average, 20 at most (by 14 and 32 as it is);
    from the reference's hash of the picture as it is, 7 bits on average, 28 at most.

    A picture with a side of fewer than 5 pixels has 256 zeros and no quality.
    """
    return _hashed(lum, _ENLARGED)


def reference(lum: Luminance) -> tuple[bytes, int]:
    """What PDQ's reference implementation gives for a picture as large as this one.

    Of pixels that were not reduced it is the same to the bit, of reduced ones to a few bits.
    Both compute in single precision, in another order of sums: a bit whose coefficient equals
    the median but for rounding may differ. That happens where many coefficients are nearly
    nothing: in flat pictures and gradients, whose quality says that the hash means little.
    """
    return _hashed(lum, 1)


def _hashed(lum: Luminance, least: int) -> tuple[bytes, int]:
    if not has_hash(lum):
        return bytes(WAVES * WAVES // 8), 0
    seen = cells(lum, least)
    return bits(waves(seen)), quality_of(seen)


def has_hash(lum: Luminance) -> bool:
    """Whether the picture is large enough for PDQ."""
    return lum.pixels.size > 0 and min(whole_size(lum)) >= _LEAST_SIDE


def whole_size(lum: Luminance) -> tuple[int, int]:
    """Width and height of the whole picture; never less than the pixels that there are."""
    rows, columns = lum.pixels.shape
    return max(lum.width, columns), max(lum.height, rows)


def cells(lum: Luminance, least: int = _ENLARGED) -> Plane:
    """The picture blurred and thinned out to 64 x 64 points, 0..255.

    Args:
        lum: a picture that has a hash.
        least: pixels to which each side is enlarged before.
    """
    width, height = (side * -(-least // side) for side in whole_size(lum))
    rows, columns = lum.pixels.shape
    down, across = _thinning(height, rows), _thinning(width, columns)
    return np.asarray(down @ lum.pixels @ across.T, np.float32)


def waves(seen: Plane) -> Plane:
    """The 16 x 16 lowest frequencies of the cosine transform, the constant ones left out."""
    return np.asarray(COSINES @ seen @ COSINES.T, np.float32)


def bits(found: Plane) -> bytes:
    """One bit for each frequency: whether it is stronger than the (lower) median.

    The last frequency comes first, as in the hexadecimal form.
    """
    flat = found.ravel()
    middle = flat.size // 2 - 1
    median = np.partition(flat, middle)[middle]
    return np.packbits((flat > median)[::-1]).tobytes()


def quality_of(seen: Plane) -> int:
    """How much changes from point to point, 0..100; changes under 1 % do not count."""
    total = 0
    for axis in (0, 1):
        steps = np.diff(seen, axis=axis) * np.float32(100) / np.float32(255)
        total += int(np.abs(np.trunc(steps)).sum())
    return min(_MOST_QUALITY, total // _GRADIENTS_FOR_ONE)


def _cosines() -> Plane:
    waves_at = np.arange(1, WAVES + 1)[:, np.newaxis]
    points = 2 * np.arange(CELLS) + 1
    scale = np.float64(np.float32(math.sqrt(2 / CELLS)))
    return np.asarray(scale * np.cos(math.pi / 2 / CELLS * waves_at * points), np.float32)


COSINES: Final = _cosines()
"""The cosines of those frequencies at the 64 points: 16 rows, 64 columns."""


@lru_cache(maxsize=64)
def _thinning(whole: int, kept: int) -> Plane:
    """The matrix that takes one axis from ``kept`` blocks of pixels to 64 points.

    Each point is the mean of two box filters of 1/128 of the axis, one after the other, round
    the middle of its share of the axis. ``reach`` is how much of that mean lies before each
    border of the blocks.
    """
    window = -(-whole // (2 * CELLS))
    after = (window + 2) // 2
    middles = ((2 * np.arange(CELLS) + 1) * whole // (2 * CELLS))[:, np.newaxis]
    borders = _borders(whole, kept)
    reach = _two_boxes(borders - (middles + 2 * (after - window)), window)
    if window % 2 == 0:
        # The last box of the last point would reach one pixel over the end: it is one shorter.
        into = borders - (whole - window + 1)
        short = np.clip(into / (window - 1), 0.0, 1.0) - np.clip(into / window, 0.0, 1.0)
        reach[-1] += short / window
    return np.asarray(np.diff(reach, axis=1), np.float32)


def _borders(whole: int, kept: int) -> npt.NDArray[np.float64]:
    """Where the blocks end, in pixels: all of them equal, but the last one may be cut off."""
    block = -(-whole // kept)
    if -(-whole // block) == kept:
        return np.minimum(np.arange(kept + 1, dtype=np.float64) * block, np.float64(whole))
    return np.linspace(0.0, whole, kept + 1, dtype=np.float64)


def _two_boxes(at: npt.NDArray[np.float64], window: int) -> npt.NDArray[np.float64]:
    """The share of two box filters, one after the other, that lies before ``at``; 0..1.

    Together they weigh pixels 1, 2, ... ``window``, ... 2, 1; pixels are cut where ``at`` cuts
    them.
    """
    within = np.clip(at, 0.0, 2.0 * window - 1.0)
    pixel = np.floor(within)
    return _triangle(pixel, window) + (within - pixel) * (
        _triangle(pixel + 1.0, window) - _triangle(pixel, window)
    )


def _triangle(pixels: npt.NDArray[np.float64], window: int) -> npt.NDArray[np.float64]:
    """The share of the weights 1, 2, ... window, ... 2, 1 that the first ``pixels`` hold."""
    left = np.maximum(2.0 * window - 1.0 - pixels, 0.0)
    rising = pixels * (pixels + 1.0) / 2.0
    falling = window * window - left * (left + 1.0) / 2.0
    return np.where(pixels <= window, rising, falling) / (window * window)
