"""Charts as values: bars and columns with their words, and the table that says the same.

A chart is drawn as SVG by the page's templates. Lengths along the page are percent, so that a
chart is as wide as its column while its letters keep their size. What a part means is told by
its filling (solid, hatched, dotted, outlined), never by its colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

COLUMN_HEIGHT: Final = 132
_MOST_COLUMNS: Final = 24
_FEWEST_COLUMNS: Final = 5
_COLUMN_SHARE: Final = 0.78


class Fill(StrEnum):
    """How a part of a chart is filled; each is told from the others in black and white."""

    SOLID = "solid"
    HATCH = "hatch"
    DOTS = "dots"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar or a column: from ``start``, so long; percent of the chart's width.

    In a column ``start`` and ``length`` are pixels from its top.
    """

    fill: Fill
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its name and its figure.

    ``mark`` is a point further along the same scale, in percent; None where there is none.
    """

    label: str
    figure: str
    parts: tuple[Part, ...]
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``x`` and ``width`` in percent, its parts in pixels from the chart's top.

    ``figure`` is that of the part at its foot, ``top`` where the column begins.
    """

    label: str
    figure: str
    x: float
    width: float
    top: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with everything that a reader of either kind needs.

    Attributes:
        name: a word for the ids of its parts.
        title: what it shows.
        told: the same in sentences, for those who hear it.
        legend: the fillings with their meaning; none where there is but one.
        head: the headings of the table.
        rows: the table; its first column is the row's name.
        bars: what to draw, one below the other.
        columns: or what to draw, one beside the other.
        note: what else must be said; may be empty.
    """

    name: str
    title: str
    told: str
    legend: tuple[tuple[Fill, str], ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[Bar, ...] = ()
    columns: tuple[Column, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """One bar's or one column's figures: a part for each, in the order of the legend."""

    label: str
    figures: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.figures)


def bars(numbers: Sequence[Numbers], fills: Sequence[Fill]) -> tuple[Bar, ...]:
    """Stacked bars on one scale: the longest takes the whole width."""
    unit = 100 / max((one.total for one in numbers), default=0) if _any(numbers) else 0.0
    return tuple(
        Bar(one.label, f"{one.total:,}", _stacked(one.figures, fills, unit)) for one in numbers
    )


def columns(numbers: Sequence[Numbers], fills: Sequence[Fill]) -> tuple[Column, ...]:
    """Stacked columns on one scale, first figure at the foot; the newest of too many."""
    shown = numbers[-_MOST_COLUMNS:]
    unit = COLUMN_HEIGHT / max((one.total for one in shown), default=0) if _any(shown) else 0.0
    step = 100 / max(len(shown), _FEWEST_COLUMNS)
    return tuple(
        Column(
            one.label,
            f"{one.figures[0]:,}",
            at * step,
            step * _COLUMN_SHARE,
            COLUMN_HEIGHT - one.total * unit,
            _from_foot(one, fills, unit),
        )
        for at, one in enumerate(shown)
    )


def sentences(numbers: Sequence[Numbers], names: Sequence[str]) -> str:
    """The figures in sentences: ``Wrong credit: 3 ready to fix, 2 settled.``; ``none`` for none."""
    return " ".join(
        f"{one.label}: {', '.join(_said(one.figures, names)) or 'none'}." for one in numbers
    )


def _any(numbers: Sequence[Numbers]) -> bool:
    return any(one.total for one in numbers)


def _said(figures: Sequence[int], names: Sequence[str]) -> list[str]:
    return [f"{each:,} {name}" for each, name in zip(figures, names, strict=True) if each]


def _stacked(figures: Sequence[int], fills: Sequence[Fill], unit: float) -> tuple[Part, ...]:
    parts, at = [], 0
    for figure, fill in zip(figures, fills, strict=True):
        if figure:
            parts.append(Part(fill, at * unit, figure * unit))
        at += figure
    return tuple(parts)


def _from_foot(one: Numbers, fills: Sequence[Fill], unit: float) -> tuple[Part, ...]:
    return tuple(
        Part(part.fill, COLUMN_HEIGHT - part.start - part.length, part.length)
        for part in _stacked(one.figures, fills, unit)
    )
