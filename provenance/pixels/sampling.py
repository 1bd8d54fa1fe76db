"""Any rectangle of a picture, resampled onto any grid with the same softness.

Two pictures can only be subtracted where both were softened alike; the kernel here is measured
in pixels of the grid, so that a rendition of 320 pixels and one of 4,000 look the same on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]

REACH: Final = 2.0
"""Radius of the biweight kernel in pixels of the grid: a standard deviation of 0.76 pixels.

Just soft enough to hide which filter (box, bicubic, Lanczos) made a rendition small.
"""

_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in shares of a picture's width and height; may reach beyond 0..1."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def width(self) -> float:
        """Share of the picture's width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Share of the picture's height."""
        return self.bottom - self.top

    def seen_from_inside(self) -> Box:
        """Where the picture lies, in shares of this rectangle of it."""
        return Box(
            -self.left / self.width,
            -self.top / self.height,
            (1.0 - self.left) / self.width,
            (1.0 - self.top) / self.height,
        )


WHOLE: Final = Box()
"""All of a picture."""


def grid_of(shape: tuple[int, ...], edge: int) -> tuple[int, int]:
    """Rows and columns of a grid with a picture's aspect and a longest side of ``edge``."""
    longest = max(shape)
    return max(1, round(shape[0] * edge / longest)), max(1, round(shape[1] * edge / longest))


def sample(pixels: Plane, box: Box, grid: tuple[int, int]) -> Plane:
    """The rectangle ``box`` of a picture on a grid of so many rows and columns.

    Outside of the picture the nearest pixels are repeated.
    """
    rows = _spread(np.asarray(pixels, np.float32), (box.top, box.bottom), grid[0])
    across = _spread(np.ascontiguousarray(rows.T), (box.left, box.right), grid[1])
    return np.ascontiguousarray(across.T)


def _spread(lines: Plane, span: tuple[float, float], count: int) -> Plane:
    """``count`` lines, each a weighted mean of the lines around its place in a span of shares.

    A few at a time: the weights are a narrow band, and products this small stay on one thread,
    where several processes that look at pictures do not get in one another's way.
    """
    size = lines.shape[0]
    step = (span[1] - span[0]) * size / count
    # Below one source pixel the kernel would fall between pixels and see none.
    reach = max(REACH * abs(step), 1.0)
    centres = np.clip(span[0] * size + (np.arange(count) + 0.5) * step, 0.0, size)
    result = np.empty((count, lines.shape[1]), np.float32)
    for start in range(0, count, _AT_ONCE):
        places = centres[start : start + _AT_ONCE]
        low = max(0, int(places.min() - reach))
        high = min(size, int(places.max() + reach) + 1)
        offset = (np.arange(low, high) + 0.5 - places[:, None]) / reach
        weight = np.maximum(1.0 - offset * offset, 0.0)
        weight *= weight
        weight /= weight.sum(axis=1, keepdims=True)
        result[start : start + _AT_ONCE] = weight.astype(np.float32) @ lines[low:high]
    return result


def inside(box: Box, grid: tuple[int, int], margin: float) -> npt.NDArray[np.bool_]:
    """Which points of the grid lie in the picture and in the box, ``margin`` points from the rim.

    At the rim the kernel is cut off, which softens two pictures differently.
    """
    axes = []
    for (start, end), count in zip(
        ((box.top, box.bottom), (box.left, box.right)), grid, strict=True
    ):
        at = np.arange(count) + 0.5
        share = start + at / count * (end - start)
        rim = margin * (end - start) / count
        axes.append((share > rim) & (share < 1.0 - rim) & (at > margin) & (at < count - margin))
    result: npt.NDArray[np.bool_] = axes[0][:, None] & axes[1][None, :]
    return result


def sums(field: Plane, size: int, stride: int) -> npt.NDArray[np.float64]:
    """Sums over all windows of ``size`` by ``size`` points, ``stride`` points apart."""
    table = running(field)
    down = (table[size:] - table[:-size])[::stride]
    return (down[:, size:] - down[:, :-size])[:, ::stride]


def running(field: Plane) -> npt.NDArray[np.float64]:
    """Running sums over both axes, beginning with nothing."""
    table = np.zeros((field.shape[0] + 1, field.shape[1] + 1), np.float64)
    np.cumsum(np.cumsum(field, axis=0, dtype=np.float64), axis=1, out=table[1:, 1:])
    return table
