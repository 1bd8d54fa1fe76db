"""What differs between two pictures that lie on one another, window by window.

A copy differs everywhere a little, by what compression and resampling do to that much texture.
Another frame differs somewhere much more than its texture explains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from provenance.pixels.sampling import Plane, sums

Windows = npt.NDArray[np.float64]

WINDOWS: Final = 16
"""Windows along the longest side of the grid, each half overlapping the next."""

GRAIN: Final = 2.0
"""Grey levels that fine compression leaves different everywhere."""

SLIP: Final = 0.2
"""Points of the grid by which resampling may leave edges apart."""

SHARE: Final = 0.12
"""Of the contrast of a window, what coarse compression and sharpening may change."""

STEEP: Final = 2.0
"""Grey levels per point, in its flattest direction, below which a window cannot be placed."""

DAMPING: Final = 0.2
"""Added to the power of the gradients, so that noise in a flat window is no displacement."""

BAND: Final = 0.2
"""How far from the rim, as a share of the side, a logo or a line of text is printed."""

LARGEST_PRINT: Final = 0.08
"""Share of the windows that a logo touches; a larger one is not small."""

LONGEST_LINE: Final = 0.16
"""Share of the windows that a line of small letters touches: two rows of them, side to side."""

ONE_WAY: Final = 0.95
"""Share of the difference that goes one way, all lighter or all darker, in a print of one ink."""

THIN: Final = 5
"""Points of the grid that no stroke of small letters fills in both directions."""

BOLD: Final = 40.0
"""Grey levels by which the strongest tenth of an ink stands out; a legible one does."""

INK: Final = 12.0
"""Grey levels within which a solid print keeps its colour, compression included."""

FILLED: Final = 0.7
"""Share of its own rectangle that a printed box changes.

Letters in the colour of what is under them are not changed; a round thing lacks the corners.
"""

HALF: Final = 0.5
"""Share of each corner of a box that must be changed: its outermost points are soft."""

CORNER: Final = 3
"""Points along a corner of a box: smaller ones are lost in what compression does to a rim."""

INKED: Final = 0.6
"""Share of a printed box in its two inks; the rest is the soft rim of its letters."""

LINE: Final = 4.0
"""How many times as long as high a line of letters is; fingers and branches are less so."""

SMEARED: Final = 0.15
"""Share of the points that a stroke softens where two of them meet."""

_CURVE: Final = 24
_GAINS: Final = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Differences:
    """The windows of two pictures that lie on one another.

    Attributes:
        excess: for each window, rows by columns, the power of the difference over what is
            explained; about 1 or less in a copy. NaN outside of the overlap.
        slip: how far each window is displaced, in points; NaN where texture does not say.
        noise: grey levels of difference in the middling window.
        size: points along the side of a window.
        stride: points from one window to the next.
        pair: the two pictures on the grid, brightness and contrast fitted.
    """

    excess: Windows
    slip: Windows
    noise: float
    size: int
    stride: int
    pair: tuple[Plane, Plane]


def differences(found: Plane, sought: Plane, mask: npt.NDArray[np.bool_]) -> Differences:
    """Compare two pictures on the same grid where the mask holds."""
    seen = toned(found, sought, mask)
    size = max(6, round(max(sought.shape) / WINDOWS))
    stride = max(1, size // 2)
    if min(sought.shape) < size:
        empty = np.zeros((0, 0))
        return Differences(empty, empty, 0.0, size, stride, (seen, sought))

    def mean(field: Plane) -> Windows:
        return sums(field, size, stride) / float(size * size)

    level, wanted = mean(seen), mean(sought)
    power_seen = np.maximum(mean(seen * seen) - level * level, 0.0)
    power_sought = np.maximum(mean(sought * sought) - wanted * wanted, 0.0)
    shared = mean(sought * seen) - level * wanted
    # Each window may have its own contrast: reds that a grey conversion took for darker.
    gain = np.clip(shared / np.maximum(power_seen, 1e-6), *_GAINS)
    power = power_sought - 2 * gain * shared + gain * gain * power_seen
    power = np.maximum(power, 0.0)
    slopes = [np.asarray(each, np.float32) for each in np.gradient(seen)]
    steep = mean(slopes[0] * slopes[0] + slopes[1] * slopes[1])
    texture = np.maximum(power_sought, power_seen)
    excess = power / (GRAIN**2 + SLIP**2 * steep + SHARE**2 * texture)
    slip = _slips(slopes, sought - seen, mean)
    within = sums(mask.astype(np.float32), size, stride) > size * size - 0.5
    excess[~within] = np.nan
    slip[~within] = np.nan
    noise = float(np.sqrt(np.median(power)))
    return Differences(excess, slip, noise, size, stride, (seen, sought))


def _slips(slopes: list[Plane], rest: Plane, mean: Callable[[Plane], Windows]) -> Windows:
    """By how many points each window is displaced: least squares on its gradients."""
    steep_y, steep_x = slopes
    across, down = mean(steep_x * steep_x), mean(steep_y * steep_y)
    both = mean(steep_x * steep_y)
    level = mean(rest)
    by_x = mean(steep_x * rest) - mean(steep_x) * level
    by_y = mean(steep_y * rest) - mean(steep_y) * level
    determinant = (across + DAMPING) * (down + DAMPING) - both * both
    x = ((down + DAMPING) * by_x - both * by_y) / determinant
    y = ((across + DAMPING) * by_y - both * by_x) / determinant
    weakest = (across + down) / 2 - np.hypot((across - down) / 2, both)
    result: Windows = np.where(weakest > STEEP**2, np.hypot(x, y), np.nan)
    return result


def toned(found: Plane, sought: Plane, mask: npt.NDArray[np.bool_]) -> Plane:
    """``found`` with the one rising curve of tones that brings it nearest to ``sought``.

    Undoes brightness, contrast and gamma, and nothing that belongs to one place.
    """
    seen, wanted = found[mask], sought[mask]
    if seen.size == 0:
        return found
    edges = np.unique(np.quantile(seen[::3], np.linspace(0, 1, _CURVE + 1)).astype(np.float32))
    if edges.size < 3:
        shift = float(wanted.mean()) - float(seen.mean())
        return found + np.float32(shift)
    which = np.clip(np.searchsorted(edges, seen, side="right") - 1, 0, edges.size - 2)
    # Medians first: a print that covers half of the points of one grey must not bend the curve.
    greys = np.clip(wanted, 0, 255).astype(np.int64)
    counts = np.bincount(which * 256 + greys, minlength=(edges.size - 1) * 256)
    below = np.cumsum(counts.reshape(edges.size - 1, 256), axis=1)
    level = np.argmax(2 * below >= below[:, -1:], axis=1) + 0.5
    away = np.abs(wanted - level[which])
    limit = max(3.0 * float(np.median(away[::5])), 4.0)
    weight = (away < limit).astype(np.float64) + 1e-3
    many = np.maximum(np.bincount(which, weight, edges.size - 1), 1e-6)
    at = np.bincount(which, weight * seen, edges.size - 1) / many
    level = np.bincount(which, weight * wanted, edges.size - 1) / many
    some = many > 1e-4  # a step between two greys may hold no point
    at, level = at[some], np.maximum.accumulate(level[some])
    slope = float(wanted.std()) / max(float(seen.std()), 1e-3)
    ends = np.concatenate(([0.0], at, [255.0]))
    heights = np.concatenate(
        ([level[0] - slope * at[0]], level, [level[-1] + slope * (255.0 - at[-1])])
    )
    result: Plane = np.interp(found, ends, heights).astype(np.float32)
    return result


def printed(seen: Differences, hot: npt.NDArray[np.bool_]) -> bool | None:
    """Whether what differs is print on the picture and not something in it.

    Args:
        seen: the differences.
        hot: the windows that differ.

    Returns:
        True for a small print at the rim: thin strokes of one ink, or a box in one or two inks;
        False for what may be print and may be something else: strokes in the middle, any other
        small thing at the rim; None for everything else.
    """
    rows, columns = np.nonzero(hot)
    last_row, last_column = max(1, hot.shape[0] - 1), max(1, hot.shape[1] - 1)
    from_rim = np.minimum(
        np.minimum(rows, last_row - rows) / last_row,
        np.minimum(columns, last_column - columns) / last_column,
    )
    at_rim = bool((from_rim <= BAND).all())
    share = float(hot.mean())
    rest = _rest_of(seen, hot)
    strokes = _strokes(rest, seen.noise)
    if at_rim and strokes and share <= LONGEST_LINE:
        return True
    if at_rim and share <= LARGEST_PRINT:
        return _box(rest, seen)
    return False if strokes else None


def _rest_of(seen: Differences, hot: npt.NDArray[np.bool_]) -> Plane:
    """The difference in the windows that differ, 0 elsewhere."""
    first, second = seen.pair
    result: Plane = np.zeros_like(first)
    for row, column in zip(*np.nonzero(hot), strict=True):
        top, left = row * seen.stride, column * seen.stride
        window = np.s_[top : top + seen.size, left : left + seen.size]
        result[window] = second[window] - first[window]
    return result


def _strokes(rest: Plane, noise: float) -> bool:
    """Whether the points that differ are a line of thin, bold strokes of one ink."""
    size = np.abs(rest)
    changed = size > max(12.0, 5.0 * noise)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not rows.size:
        return False
    spans = sorted((int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1))
    power = rest[changed].astype(np.float64)
    lighter = float((power[power > 0] ** 2).sum() / (power**2).sum())
    bold = float(np.quantile(size[changed], 0.9))
    if spans[1] < LINE * spans[0] or max(lighter, 1.0 - lighter) < ONE_WAY or bold < BOLD:
        return False
    # What differs faintly counts for the width too: a thing out of focus has a thin core.
    faint = size > max(8.0, 3.0 * noise)
    return _solid(size > bold / 2) == 0 and _solid(faint) <= SMEARED * faint.sum()


def _solid(changed: npt.NDArray[np.bool_]) -> int:
    """At how many places a square wider than any thin stroke is changed throughout."""
    filled = sums(changed.astype(np.float32), THIN, 1) > THIN * THIN - 0.5
    return int(filled.sum())


def _box(rest: Plane, seen: Differences) -> bool:
    """Whether the points that differ fill an upright rectangle in one or two inks."""
    changed = np.abs(rest) > max(12.0, 5.0 * seen.noise)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if rows.size < 2 * CORNER or columns.size < 2 * CORNER:
        return False
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    inner = changed[window]
    corners = (
        inner[y, x].mean()
        for y in (np.s_[:CORNER], np.s_[-CORNER:])
        for x in (np.s_[:CORNER], np.s_[-CORNER:])
    )
    if inner.mean() < FILLED or min(corners) < HALF:
        return False
    return any(_inks(picture[window]) >= INKED for picture in seen.pair)


def _inks(values: Plane) -> float:
    """Share of the points that have one of two greys."""
    first = np.abs(values - np.median(values)) <= INK
    left = values[~first]
    if left.size == 0:
        return 1.0
    ends = (float(left.max()), float(left.min()))
    second = max(int((np.abs(left - end) <= 2 * INK).sum()) for end in ends)
    return (int(first.sum()) + second) / values.size
