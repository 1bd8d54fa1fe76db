"""How the parts of a picture look, and which other pictures look like one of them.

PDQ of a crop has nothing in common with PDQ of the whole. So the parts that a crop could be are
hashed from the whole picture, on a grid of sizes and places, and other pictures' hashes are held
against all of them. The frequencies of a part are two small matrices round the pixels, one for
its rows and one for its columns; parts that share rows or columns share these, so that hundreds
of them cost as much as a few.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from provenance.pixels import pdq
from provenance.pixels.decode import Luminance
from provenance.pixels.pdq import Plane

WITHIN: Final = 70
"""Bits of 256 within which a picture may be a crop that lies between the parts of the grid.

Among 4,830 pairs of different photographs none came nearer than 76 to a part. Within 70 bits a
crop may lie 1.5 % of the sides off its part, within 31 bits 0.6 %: the grid needs a fifteenth of
the parts. What is found so is compared pixel by pixel before anything is said of it.
"""

_OCTETS: Final = pdq.WAVES * pdq.WAVES // 8

# Shares of both sides that a crop of the same shape keeps.
_SAME_SHAPE: Final = (0.93, 0.857, 0.79, 0.729, 0.672, 0.62)
_SAME_STEP: Final = 0.04

# Shares of one side that a crop to another shape keeps, the other side being whole.
_ONE_SIDE: Final = (0.94, 0.86, 0.786, 0.719, 0.657, 0.601, 0.55, 0.503, 0.46)
_ONE_STEP: Final = 0.05

# Shares of the two sides, in either order, that a tighter crop to another shape keeps.
_BOTH_SIDES: Final = ((0.92, 0.8), (0.92, 0.68), (0.8, 0.68), (0.85, 0.58))
_BOTH_STEP: Final = 0.06

# Pictures that are held against the parts at once: the counts stay in the processor's cache.
_AT_ONCE: Final = 512


def crops(lum: Luminance) -> bytes:
    """Hashes of the parts that a crop of the picture could be, one behind the other.

    Of 80 % of each side, put anywhere, 99 of 100 crops are within ``WITHIN`` bits of a part; of
    other shapes and shares: docs/speed.md.

    Returns:
        32 octets for each of the same 722 parts; nothing for a picture too small to have a hash.
    """
    if not pdq.has_hash(lum):
        return b""
    found = np.concatenate(list(_waves(lum.pixels)))
    middle = found.shape[1] // 2 - 1
    medians = np.partition(found, middle, axis=1)[:, middle, np.newaxis]
    return np.packbits((found > medians)[:, ::-1], axis=1).tobytes()


def shown(parts: bytes, others: bytes, within: int = WITHIN) -> dict[int, int]:
    """Which other pictures look like a part of one, and in how many bits they differ from it.

    Args:
        parts: from ``crops``.
        others: hashes of other pictures, 32 octets each.
        within: how many bits may differ.

    Returns:
        By the place of the other's hash in ``others``, the bits that differ from the nearest part.
    """
    own, their = _words(parts), _words(others)
    found: dict[int, int] = {}
    if not len(own):
        return found
    for start in range(0, len(their), _AT_ONCE):
        some = their[start : start + _AT_ONCE]
        differing = np.zeros((len(own), len(some)), np.uint16)
        for word in range(own.shape[1]):
            differing += np.bitwise_count(own[:, word, np.newaxis] ^ some[np.newaxis, :, word])
        least = differing.min(axis=0)
        found.update((start + int(at), int(least[at])) for at in np.flatnonzero(least <= within))
    return found


def _words(hashes: bytes) -> npt.NDArray[np.uint64]:
    return np.frombuffer(hashes, np.uint64).reshape(-1, _OCTETS // 8)


def _sizes() -> Iterator[tuple[float, float, float]]:
    """Shares of the height and of the width, and the step from place to place."""
    yield from ((share, share, _SAME_STEP) for share in _SAME_SHAPE)
    for share in _ONE_SIDE:
        yield share, 1.0, _ONE_STEP
        yield 1.0, share, _ONE_STEP
    for one, other in _BOTH_SIDES:
        yield one, other, _BOTH_STEP
        yield other, one, _BOTH_STEP


def _waves(pixels: Plane) -> Iterator[Plane]:
    """The frequencies of the parts, a row of 256 for each, size by size."""
    rows, columns = pixels.shape
    across: dict[tuple[float, float], Plane] = {}
    halves: dict[tuple[float, float], Plane] = {}
    for high, wide, step in _sizes():
        if (high, step) not in halves:
            halves[high, step] = _axis(high, step, rows) @ pixels
        if (wide, step) not in across:
            across[wide, step] = _axis(wide, step, columns)
        both = halves[high, step] @ across[wide, step].T
        cut = both.reshape(-1, pdq.WAVES, both.shape[1] // pdq.WAVES, pdq.WAVES)
        yield cut.transpose(0, 2, 1, 3).reshape(-1, pdq.WAVES * pdq.WAVES)


def _axis(share: float, step: float, count: int) -> Plane:
    """The matrix from one axis's pixels to the frequencies of each part, place after place.

    As ``pdq`` takes them from an enlarged picture: each of 64 points is the mean of two box
    filters of 1/128 of the part, round the middle of its share.
    """
    room = 1.0 - share
    places = math.ceil(room / step) + 1 if room else 1
    starts = np.linspace(0.0, room, places)[:, np.newaxis] * count
    reach = share * count / (2 * pdq.CELLS)
    middles = starts + (2 * np.arange(pdq.CELLS) + 1) * reach
    # Only the few pixels round each point have any weight.
    first = np.maximum(np.floor(middles - reach), 0.0).astype(np.intp)
    near = first[:, :, np.newaxis] + np.arange(math.ceil(2 * reach) + 2)
    shares = np.diff(_before((near - middles[:, :, np.newaxis]) / reach), axis=2)
    weights = np.zeros((places, pdq.CELLS, count + near.shape[2]), np.float32)
    np.put_along_axis(weights, near[:, :, :-1], shares.astype(np.float32), axis=2)
    return np.asarray(pdq.COSINES @ weights[:, :, :count], np.float32).reshape(-1, count)


def _before(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The share of a triangle from -1 to 1 that lies before ``at``."""
    within = np.clip(at, -1.0, 1.0)
    rest = 1.0 - np.abs(within)
    return np.where(within < 0.0, rest * rest / 2, 1.0 - rest * rest / 2)
