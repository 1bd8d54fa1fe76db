"""Whether two pictures are one picture, a crop of it, or two frames of one scene.

A picture hash calls all three alike. Here they are laid on one another and looked at window by
window: a wrong "same" would give one photographer the neighbour's credit, so everything in
between is ``unsure``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from provenance.model.look import Likeness, LikenessKind
from provenance.pixels.differing import Differences, differences, printed
from provenance.pixels.registering import NO_FIT, RIM, Fit, place, refine, search
from provenance.pixels.sampling import WHOLE, Plane, grid_of, inside, sample

if TYPE_CHECKING:
    from provenance.pixels.decode import Luminance

FINE: Final = 320
"""Longest side of the grid on which differences are looked for.

What a web rendition of 320 pixels still shows; finer than that its compression speaks.
"""

LARGEST: Final = 1024
"""Longest side that is worked on as it is."""

SMALLEST: Final = 48
"""Pixels of the shorter side of a grid below which no window is left to compare."""

LEAST_SHOWN: Final = 96
"""Pixels of the shorter side below which a frame that panned by a hundredth shows no change."""

LONGEST: Final = 6
"""Times as long as wide: on the grid a longer strip has fewer points across than a window."""

FLAT: Final = 4.0
"""Standard deviation of a whole picture below which compression alone could have drawn it."""

TELLING: Final = 0.06
"""Least share of windows that fix their own position; with fewer a shift would go unseen."""

LAID: Final = 0.8
"""Correlation from which on one picture can be said to lie on the other.

Unrelated pictures stay below 0.65, frames of a scene with moved light reach 0.6 to 0.93.
"""

SURE: Final = 0.97
"""Correlation from which on no better placement is looked for: a wrong one stays below 0.95."""

BETTER: Final = 0.01
"""Correlation that a crop must gain: leaving out a corner with a logo gains less."""

EQUAL: Final = 1.5
"""Most that any window of a copy differs, over what is explained.

Copies of 320 pixels at quality 30 reach 1.3, an arm that moved by a hundredth starts at 2.
"""

NOTICED: Final = 0.3
"""Below this not even the most even sky shows that anything differs: about one grey level."""

ALONE: Final = 6.0
"""How many times more than nine tenths of the windows one may differ in a copy."""

UNEQUAL: Final = 4.0
"""From here on a window shows something else; between the two nothing is said."""

STILL: Final = 0.45
"""Points by which any window of a copy seems displaced: strong sharpening reaches 0.4."""

MOVED: Final = 0.9
"""Points from which on a window has moved, as far as it differs at all."""

UPRIGHT: Final = 5e-4
"""Radians of turn that the measurement itself may feign: noise reaches 1e-4."""

TURNED: Final = 2e-3
"""Radians (a ninth of a degree) from which on the camera was held differently."""

FRAMED: Final = 0.0015
"""Share of a side by which two frames may differ and be the same framing: rounded sizes."""

ZOOM: Final = 0.96
"""A crop of the same aspect that keeps more than this of each side may be a zoom, or a step.

No desk cuts so little all round; a burst changes so much between frames.
"""

BORDER: Final = 0.015
"""Share of a side from which on a uniform margin is a border and no chance."""

MOSTLY: Final = 0.5
"""Share shown below which even a sure placement may be chance: half of an even evening sky."""

# Most settle in three; a crop that was first laid on as the same framing may take twenty.
_FINE_STEPS: Final = ((FINE, 24),)


@dataclass(frozen=True, slots=True)
class _Laid:
    """One picture on another, the other one being looked for in the one."""

    one: Plane
    other: Plane
    fit: Fit


def compare(one: Luminance, other: Luminance) -> Likeness:
    """Say whether two pictures are one picture, by laying one on the other.

    The same for both orders. Never raises for what the pixels hold; pictures that are too
    small, too flat or in between are ``unsure``.

    Args:
        one: a picture's luminance, float32 rows by columns, 0..255, upright; best with a
            longest side of 320 to 640.
        other: the other picture's.

    Returns:
        ``same`` for re-saves, other sizes, grey, other tones, letterboxes and small prints at
        the rim; ``crop`` where one lies wholly inside the other; ``mirrored`` for either of them
        seen from behind; ``other`` where something differs or each shows what the other does
        not; else ``unsure``. ``difference`` is 0.27 where a copy ends and 0.5 where another frame
        begins, 1 where the pictures do not lie on one another at all. ``shown`` is the share of
        the larger framing that both show.
    """
    if not (_tells(one.pixels) and _tells(other.pixels)):
        return Likeness(LikenessKind.UNSURE, 0.0)
    first, second = _ordered(_working(one.pixels), _working(other.pixels))
    laid = _lay(first, second)
    straight = _judge(laid)
    if straight.kind in (LikenessKind.SAME, LikenessKind.CROP):
        return straight
    if laid.fit.score >= SURE and straight.shown >= MOSTLY:
        return straight
    flipped = np.ascontiguousarray(second[:, ::-1])
    behind = _judge(_lay(first, flipped, crops=laid.fit.score < LAID))
    if behind.kind in (LikenessKind.SAME, LikenessKind.CROP):
        return Likeness(LikenessKind.MIRRORED, behind.difference, behind.shown)
    return straight


def _ordered(one: Plane, other: Plane) -> tuple[Plane, Plane]:
    """Both, in an order that does not hang on how they were given."""
    key_one = (one.size, one.shape, one.tobytes())
    return (one, other) if key_one >= (other.size, other.shape, other.tobytes()) else (other, one)


def _tells(pixels: Plane) -> bool:
    """Whether there is enough of a picture to compare."""
    return (
        pixels.ndim == 2
        and min(pixels.shape) >= LEAST_SHOWN
        and max(pixels.shape) <= LONGEST * min(pixels.shape)
        and bool(np.isfinite(pixels).all())
        and float(pixels.std()) >= FLAT
    )


def _working(pixels: Plane) -> Plane:
    """The picture as given, or reduced where it is so large that it only costs time.

    Three times the finest grid: the softness that reducing adds is lost in the grid's own.
    """
    grid = grid_of(pixels.shape, min(LARGEST, max(pixels.shape)))
    if grid == pixels.shape:
        return np.ascontiguousarray(pixels, np.float32)
    return sample(np.asarray(pixels, np.float32), WHOLE, grid)


def _lay(one: Plane, other: Plane, *, crops: bool = True) -> _Laid:
    """The best placement: same framing first, then each as a crop of the other."""
    best = _finely(one, other, place(one, other))
    if best.fit.score >= SURE or not crops:
        return best
    for larger, smaller in ((one, other), (other, one)):
        found = search(larger, smaller)
        if found.score > min(best.fit.score, LAID):
            laid = _finely(larger, smaller, found)
            if laid.fit.score > best.fit.score + BETTER:
                best = laid
    return best


def _finely(one: Plane, other: Plane, fit: Fit) -> _Laid:
    """The placement to a small part of a pixel, the smaller framing looked for in the larger."""
    if fit.box.width * fit.box.height > 1.0:
        one, other, fit = other, one, Fit(fit.box.seen_from_inside(), fit.turn, fit.score)
    if fit.score < LAID / 2:
        return _Laid(one, other, fit)
    refined = refine(one, other, fit.box, _FINE_STEPS)
    return _Laid(one, other, refined if refined is not NO_FIT else fit)


def _judge(laid: _Laid) -> Likeness:
    """What the placement and the differences on it say."""
    fit, box = laid.fit, laid.fit.box
    if fit.score < LAID:
        return Likeness(LikenessKind.OTHER, 1.0, 0.0)
    detail = min(
        FINE,
        max(laid.other.shape),
        max(laid.one.shape[0] * box.height, laid.one.shape[1] * box.width),
    )
    grid = grid_of(laid.other.shape, max(SMALLEST, int(detail)))
    found = sample(laid.one, box, grid)
    sought = sample(laid.other, WHOLE, grid)
    seen = differences(found, sought, inside(box, grid, RIM))
    content = _content(seen, fit)
    framing, shown = _framing(laid)
    worst = float(np.nanmax(seen.excess)) if np.isfinite(seen.excess).any() else 0.0
    difference = round(worst / (worst + UNEQUAL), 4)
    kind: LikenessKind
    if content is LikenessKind.OTHER:
        kind = content
    elif not _placed(seen):
        # What can be slid along itself shows neither a pan nor a crop.
        kind = LikenessKind.UNSURE
    elif framing is LikenessKind.OTHER:
        kind = framing
    else:
        kind = framing if content is LikenessKind.SAME else LikenessKind.UNSURE
    return Likeness(kind, difference, round(shown, 4))


def _content(seen: Differences, fit: Fit) -> LikenessKind:
    """Whether what both show is the same to the last window."""
    known = np.isfinite(seen.excess)
    if not known.any():
        return LikenessKind.UNSURE
    slips = np.nan_to_num(seen.slip, nan=0.0)
    excess = np.nan_to_num(seen.excess, nan=0.0)
    hot = (excess > EQUAL) | (slips > STILL)
    if fit.turn > TURNED and slips.max() > STILL:
        return LikenessKind.OTHER
    if hot.any():
        ink = printed(seen, hot)
        if ink is not None:
            return LikenessKind.SAME if ink else LikenessKind.UNSURE
        moved = (slips > MOVED) & (excess > EQUAL)
        strange = bool((excess > UNEQUAL).any() or moved.any())
        return LikenessKind.OTHER if strange else LikenessKind.UNSURE
    # Compression wears all windows; something that moved in a haze or at night wears one.
    worst, usual = float(excess.max()), float(np.quantile(excess[known], 0.9))
    alone = worst > NOTICED and worst > ALONE * usual
    even = fit.turn <= UPRIGHT and not alone
    return LikenessKind.SAME if even else LikenessKind.UNSURE


def _placed(seen: Differences) -> bool:
    """Whether enough windows have detail in both directions to fix their own position."""
    known = int(np.isfinite(seen.excess).sum())
    return known > 0 and int(np.isfinite(seen.slip).sum()) >= TELLING * known


def _framing(laid: _Laid) -> tuple[LikenessKind, float]:
    """Same framing, one inside the other, or each showing what the other does not."""
    box = laid.fit.box
    over_x, over_y = _tolerance(laid, 1), _tolerance(laid, 0)
    beyond = np.array((-box.left, box.right - 1.0, -box.top, box.bottom - 1.0))
    beyond /= np.array((over_x, over_x, over_y, over_y))
    beyond[_bordered(laid)] = 0.0
    shared = (min(box.right, 1.0) - max(box.left, 0.0)) * (min(box.bottom, 1.0) - max(box.top, 0.0))
    shown = float(min(1.0, shared / max(1.0, box.width * box.height)))
    if np.abs(beyond).max() <= 1.0:
        return LikenessKind.SAME, 1.0
    if beyond.max() > 1.0 and beyond.min() < -1.0:
        clear = beyond.max() > 2.0 and beyond.min() < -2.0
        return (LikenessKind.OTHER if clear else LikenessKind.UNSURE), shown
    width = min(box.width, 1.0 / box.width)
    height = min(box.height, 1.0 / box.height)
    both = 1.0 - width > over_x and 1.0 - height > over_y
    if both and min(width, height) > ZOOM and abs(width - height) < 1.0 - ZOOM:
        return LikenessKind.UNSURE, shown
    return LikenessKind.CROP, shown


def _tolerance(laid: _Laid, axis: int) -> float:
    """Share of the one's side that two equal framings may differ by."""
    share = laid.fit.box.height if axis == 0 else laid.fit.box.width
    # Three quarters of a pixel: sizes are rounded by a half, and positions by the rest.
    pixel = max(1.0 / laid.one.shape[axis], share / laid.other.shape[axis])
    return float(max(FRAMED, 0.75 * pixel))


def _bordered(laid: _Laid) -> list[int]:
    """The sides (left, right, top, bottom) where one has only a border that the other lacks."""
    box = laid.fit.box
    inner = (box, box.seen_from_inside())
    sides: list[int] = []
    for pixels, frame in zip((laid.one, laid.other), inner, strict=True):
        rows, columns = pixels.shape
        edges = (
            (frame.left * columns, pixels.T),
            ((1.0 - frame.right) * columns, pixels.T[::-1]),
            (frame.top * rows, pixels),
            ((1.0 - frame.bottom) * rows, pixels[::-1]),
        )
        for side, (depth, lines) in enumerate(edges):
            # The border has to end where the other picture begins: a night sky does not.
            if depth >= BORDER * len(lines) and abs(_border(lines) - depth) <= 1.5:
                sides.append(side)
    return sides


def _border(lines: Plane) -> int:
    """How many lines from the first one on are of one and the same grey."""
    level = float(lines[0].mean())
    # Six levels: what compression makes of a black bar next to a picture.
    uniform = (lines.std(axis=1) < 6.0) & (np.abs(lines.mean(axis=1) - level) < 6.0)
    return int(np.argmin(uniform)) if not uniform.all() else 0
