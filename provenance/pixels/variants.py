"""How the same picture looks in a mirror, without a plain border, and in parts.

A copy that was mirrored, set into a frame or cut has another hash; it is found by asking for
these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from provenance.pixels import pdq
from provenance.pixels.decode import Luminance
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

# Shapes of pictures on pages and in networks; a cut of less leaves the hash within reach.
_SHAPES: Final = ((16, 9), (2, 1), (3, 2), (4, 3), (5, 4), (1, 1), (4, 5), (3, 4), (2, 3), (9, 16))
_PLACES: Final = (("first", 0.0), ("middle", 0.5), ("last", 1.0))
_NEARLY: Final = 0.985


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
        found.append((BORDERED, pdq.hash_of(inner)[0]))
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


def crops(lum: Luminance) -> tuple[tuple[str, bytes], ...]:
    """Hashes of the parts that content systems cut by themselves: common shapes, whole one way.

    A crop that an editor drew by hand is not among them: PDQ bridges less than a hundredth of
    the side, and a grid that dense, in every shape and size, has thousands of parts.

    Returns:
        ``("crop 16:9 middle", hash)`` and so on, for each shape and for the first, middle and
        last place of it; nothing for shapes that the picture nearly has.
    """
    if not pdq.has_hash(lum):
        return ()
    return tuple((name, pdq.hash_of(part)[0]) for name, part in _parts(lum))


def _parts(lum: Luminance) -> Iterator[tuple[str, Luminance]]:
    width, height = pdq.whole_size(lum)
    rows, columns = lum.pixels.shape
    for across, down in _SHAPES:
        kept_width = min(1.0, across / down * height / width)
        kept_height = min(1.0, down / across * width / height)
        if min(kept_width, kept_height) > _NEARLY:
            continue
        wide, high = max(1, round(columns * kept_width)), max(1, round(rows * kept_height))
        whole = max(wide, round(width * kept_width)), max(high, round(height * kept_height))
        for place, share in _PLACES:
            left, top = round((columns - wide) * share), round((rows - high) * share)
            pixels = lum.pixels[top : top + high, left : left + wide]
            yield f"crop {across}:{down} {place}", Luminance(pixels, *whole)
