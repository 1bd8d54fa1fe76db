"""Where one picture sits in another: scale and position, to a small part of a pixel.

A coarse search by normalised correlation over a few scales, then least squares on the
grey values themselves, coarse to fine.

Sources: J. P. Lewis, "Fast Normalized Cross-Correlation" (1995); B. Lucas and T. Kanade, "An
Iterative Image Registration Technique" (1981); S. Baker and I. Matthews, "Lucas-Kanade 20 Years
On" (2004).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from provenance.pixels.sampling import WHOLE, Box, Plane, grid_of, inside, running, sample, sums

COARSE: Final = 112
"""Longest side of the grid on which crops are searched.

A step of the scale moves the rim of a crop by less than one and a half points of it, which
the correlation survives.
"""

SCALES: Final = tuple(float(1.03**-step) for step in range(20))
"""Sizes at which a crop is tried, as shares of the largest that fits: 1.0 down to 0.57."""

RIM: Final = 2.5
"""Points of the grid left out at the rim: the kernel's reach, and half a point more."""

LEAST_OVERLAP: Final = 0.3
"""Of a smaller overlap neither correlation nor position can be trusted."""

APART: Final = 0.05
"""Share of a side within which refining two placements ends at the same one."""

SETTLED: Final = 0.02
"""Points by which a rim still moves when a placement is called settled.

A tenth of what the tolerance of equal framings comes to on the finest grid.
"""

_STEPS: Final = ((48, 6), (COARSE, 6))
_CROP_STEPS: Final = ((64, 6), (COARSE, 6))
_REDUCED: Final = 2 * COARSE
_AT_ONCE: Final = 2048
_CONTRAST: Final = np.float32(4.0)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one picture sits in another.

    Attributes:
        box: where the other picture lies, in shares of the one.
        turn: how far its axes are turned or sheared, in radians; 0 in every copy and crop.
        score: correlation of the grey values where the two overlap, -1..1.
    """

    box: Box
    turn: float
    score: float


NO_FIT: Final = Fit(WHOLE, 0.0, -1.0)
"""Nothing was found."""


def refine(one: Plane, other: Plane, start: Box, steps: tuple[tuple[int, int], ...]) -> Fit:
    """The best placement near ``start``.

    Args:
        one: the picture that is looked in.
        other: the picture that is looked for.
        start: where it is thought to be, to about 4 % of a side.
        steps: longest side of the grid, and how many times to improve on it at most.
    """
    fit = Fit(start, 0.0, -1.0)
    for edge, rounds in steps:
        grid = grid_of(other.shape, min(edge, max(other.shape)))
        sought = sample(other, WHOLE, grid)
        for _ in range(rounds):
            improved = _improve(one, sought, fit.box)
            if improved is None:
                return NO_FIT
            settled = _farthest(fit.box, improved.box) * max(grid) < SETTLED
            fit = improved
            if settled:
                break
    return fit


def place(one: Plane, other: Plane) -> Fit:
    """The best placement near the same framing."""
    return refine(_reduced(one), _reduced(other), WHOLE, _STEPS)


def search(one: Plane, other: Plane, most: int = 3) -> Fit:
    """The best placement of ``other`` as a crop of ``one``, refined."""
    best = NO_FIT
    one, other = _reduced(one), _reduced(other)
    for start in _candidates(one, other)[:most]:
        fit = refine(one, other, start, _CROP_STEPS)
        if fit.score > best.score:
            best = fit
    return best


def _reduced(pixels: Plane) -> Plane:
    """A picture no larger than the coarse grids need it, which saves most of their time."""
    if max(pixels.shape) <= _REDUCED:
        return pixels
    return sample(pixels, WHOLE, grid_of(pixels.shape, _REDUCED))


def _farthest(one: Box, other: Box) -> float:
    """How far the sides of two boxes are apart at most, in shares."""
    return max(
        abs(one.left - other.left),
        abs(one.top - other.top),
        abs(one.right - other.right),
        abs(one.bottom - other.bottom),
    )


def _improve(one: Plane, sought: Plane, box: Box) -> Fit | None:
    """One step of least squares for position, size, turn, contrast and brightness."""
    rows, columns = sought.shape
    found = sample(one, box, (rows, columns))
    mask = inside(box, (rows, columns), RIM)
    if mask.mean() < LEAST_OVERLAP:
        return None
    steep_y, steep_x = (np.asarray(each, np.float32) for each in np.gradient(found))
    v, u = np.nonzero(mask)
    across = ((u + 0.5) / columns - 0.5).astype(np.float32)
    down = ((v + 0.5) / rows - 0.5).astype(np.float32)
    x, y, seen, wanted = steep_x[mask], steep_y[mask], found[mask], sought[mask]
    terms = np.stack(
        (seen, np.ones_like(seen), x, x * across, x * down, y, y * across, y * down)
    ).astype(np.float32)
    score = float(_correlation(seen, wanted))
    gain = score * float(wanted.std()) / max(float(seen.std()), 1e-6)
    rest = np.abs(wanted - wanted.mean() - (seen - seen.mean()) * np.float32(gain))
    # What differs (an overlay, somebody who moved) must not pull the rest out of place.
    limit = max(1.5 * 1.4826 * float(np.median(rest[::7])), 1.0)
    weighted = terms / (1.0 + (rest / np.float32(limit)) ** 2)
    normal, aim = _products(weighted, np.vstack((terms, wanted[None, :])))
    solved = _solved(normal, aim)
    if solved is None:
        return None
    contrast = solved[0]
    if abs(contrast) < 0.05:
        return None
    # No step may be longer than the reach of the linear model, about two points.
    shifts = np.clip(solved[2:] / contrast, -3.0, 3.0)
    tx, sx, rx, ty, ry, sy = (float(each) for each in shifts)
    width, height = box.width / columns, box.height / rows
    moved = Box(
        box.left + (tx - sx / 2) * width,
        box.top + (ty - sy / 2) * height,
        box.right + (tx + sx / 2) * width,
        box.bottom + (ty + sy / 2) * height,
    )
    if min(moved.width, moved.height) < 0.2 or max(moved.width, moved.height) > 5.0:
        return None
    return Fit(moved, float(max(abs(rx) / rows, abs(ry) / columns)), score)


def _products(weighted: np.ndarray, terms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both sides of the normal equations, in parts too small to be shared among threads."""
    total = np.zeros((len(weighted), len(terms)))
    for start in range(0, terms.shape[1], _AT_ONCE):
        part = np.s_[:, start : start + _AT_ONCE]
        total += weighted[part] @ terms[part].T
    return total[:, :-1], total[:, -1]


def _solved(normal: np.ndarray, aim: np.ndarray) -> np.ndarray | None:
    """The solution of the normal equations, or None where the picture does not determine it."""
    size = np.sqrt(np.maximum(np.diag(normal), 1e-12))
    scaled = normal / np.outer(size, size)
    # A thousandth of a per mille keeps a picture of stripes from dividing by nothing.
    scaled[np.diag_indices_from(scaled)] += 1e-6
    try:
        result: np.ndarray = np.linalg.solve(scaled, aim / size) / size
    except np.linalg.LinAlgError:
        return None
    return result if bool(np.isfinite(result).all()) else None


def _correlation(one: Plane, other: Plane) -> float:
    first, second = one - one.mean(), other - other.mean()
    power = float((first * first).sum()) * float((second * second).sum())
    return float((first * second).sum()) / power**0.5 if power > 1e-6 else 0.0


def _candidates(one: Plane, other: Plane) -> list[Box]:
    """Placements worth refining, the most promising first, no two of them neighbours."""
    field = _flattened(sample(one, WHOLE, grid_of(one.shape, min(COARSE, max(one.shape)))))
    spectrum = np.fft.rfft2(field)
    tables = running(field), running(field * field)
    found: list[tuple[float, Box]] = []
    for grid in _sizes(field.shape, other.shape):
        template = _flattened(sample(other, WHOLE, grid))
        found.append(_peak(spectrum, tables, template))
    found.sort(key=lambda each: -each[0])
    kept: list[Box] = []
    for _, box in found:
        if all(_farthest(box, each) > APART for each in kept):
            kept.append(box)
    return kept


def _sizes(field: tuple[int, ...], shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Grids of the sought picture's aspect that fit in the field, the largest first."""
    largest = min(field[0] / shape[0], field[1] / shape[1])
    for scale in SCALES:
        rows, columns = round(shape[0] * largest * scale), round(shape[1] * largest * scale)
        if min(rows, columns) < 16:
            return
        yield min(rows, field[0]), min(columns, field[1])


def _flattened(pixels: Plane) -> Plane:
    """Local brightness and contrast taken out, so that edges count and shadows do not."""
    size = max(3, min(15, min(pixels.shape) // 2 * 2 - 1))
    padded = np.pad(pixels, size // 2, mode="edge")
    mean = (sums(padded, size, 1) / size**2).astype(np.float32)
    power = (sums(padded * padded, size, 1) / size**2).astype(np.float32)
    spread = np.sqrt(np.maximum(power - mean * mean, 0.0))
    result: Plane = (pixels - mean) / (spread + _CONTRAST)
    return result


def _window_sums(table: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Sums under every place of a window."""
    down = table[rows:] - table[:-rows]
    result: np.ndarray = down[:, columns:] - down[:, :-columns]
    return result


def _peak(
    spectrum: np.ndarray, tables: tuple[np.ndarray, np.ndarray], template: Plane
) -> tuple[float, Box]:
    """The best place of the template in the field, and the correlation there."""
    rows, columns = template.shape
    height, width = tables[0].shape[0] - 1, tables[0].shape[1] - 1
    centred = template - template.mean()
    padded = np.zeros((height, width), np.float32)
    padded[:rows, :columns] = centred
    product = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(padded)), s=(height, width))
    product = product[: height - rows + 1, : width - columns + 1]
    total, power = (_window_sums(table, rows, columns) for table in tables)
    spread = np.maximum(power - total * total / (rows * columns), 1e-3)
    size = max(float((centred * centred).sum()), 1e-3)
    quality = product / np.sqrt(spread * size)
    top, left = (int(each) for each in np.unravel_index(int(np.argmax(quality)), quality.shape))
    return float(quality[top, left]), Box(
        left / width, top / height, (left + columns) / width, (top + rows) / height
    )
