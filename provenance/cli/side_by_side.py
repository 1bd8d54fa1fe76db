"""What the containers of one file say, side by side: properties down, containers across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from provenance.cli import value_text
from provenance.cli.sheet import Row, Sheet, Statement, Unit
from provenance.cli.value_text import ATTENTION, CONFLICT, CREDIT, PLACE

SPEAKS: Final = "▸"
DIFFERS: Final = "≠"

_GUTTER: Final = 2
"""Cells before a value, for its sign."""
_GAP: Final = 2
"""Blank cells behind a column."""
_AROUND: Final = _GUTTER + _GAP
_NARROWEST: Final = 14
_MOST_COLUMNS: Final = 6
_TALL: Final = 2
_TALLEST: Final = 5
"""Lines of a cell; more for a conflict, which is worth seeing side by side."""
_LEAST_CONTENT: Final = 24
_EQUAL: Final = " = "


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The sheet of one file, laid out for the width that there is.

    What does not fit its column (captions, long lists, what is written from the right)
    has its row for itself, equal values said once with all their places.
    """

    sheet: Sheet
    whole: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        width = options.max_width
        names = max(cell_len(_name(row).plain) for row in self.sheet.rows) + _GAP
        grid = self._grid(width - names)
        if grid is not None:
            yield _joined([(Text(""), names), *grid.head()])
        for row in self.sheet.rows:
            cells = None if grid is None else grid.cells(console, row, whole=self.whole)
            if cells is None:
                if width - names >= _LEAST_CONTENT:
                    lines = self._alone(console, row, width - names)
                    yield from _beside(_name(row), names, [(lines, width - names)])
                else:
                    yield _name(row)
                    yield from self._alone(console, row, width)
            else:
                yield from _beside(_name(row), names, cells)

    def _grid(self, width: int) -> _Grid | None:
        units = self.sheet.units
        if len(units) > _MOST_COLUMNS or width // max(len(units), 1) < _NARROWEST + _AROUND:
            return None
        share = width // len(units) - _AROUND
        rows = [row for row in self.sheet.rows if self._fits(row, share)]
        if not rows:
            return None
        needs = [_need(unit, rows) for unit in units]
        return _Grid(units, frozenset(row.prop for row in rows), tuple(_shares(needs, width)))

    def _fits(self, row: Row, share: int) -> bool:
        """Whether a row can stand in columns of a width without breaking words or growing tall."""
        if row.is_prose:
            return False
        heights: dict[Unit, int] = {}
        for said in row.statements:
            text = said.text(whole=self.whole)
            if said.language or "\n" in text or value_text.runs_right_to_left(text):
                return False
            place = _place(said).plain
            if max(map(cell_len, [said.place, *text.split()]), default=0) > share:
                return False
            together = cell_len(text) + 2 + cell_len(place)
            height = 1 if together <= share else _height(text, share) + _height(place, share)
            heights[said.unit] = heights.get(said.unit, 0) + height
        return max(heights.values()) <= (_TALLEST if row.is_marked else _TALL)

    def _alone(self, console: Console, row: Row, width: int) -> list[Text]:
        """The lines of a row that has the whole width: each text once, its places beneath."""
        speaker = row.speaking
        leading = None if speaker is None else speaker.text(whole=self.whole)
        lines: list[Text] = []
        for group in row.by_text():
            said = speaker if speaker in group else group[0]
            made = value_text.styled(row.prop, said.text(whole=self.whole))
            if leading is not None and row.differs_from_speaker(said):
                value_text.mark_difference(made, leading)
            mark = _mark(row, said)
            room = max(width - _GUTTER, 1)
            body = _with_places(console, made, [_located(one) for one in group], room)
            if (words := value_text.credits_in_words(said.value)) and row.is_caption:
                body += Text(f"credit: {words}", style=CREDIT).wrap(console, room)
            lines += [_indented(mark if n == 0 else None, line) for n, line in enumerate(body)]
        return lines


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns: one per unit, each with its width, gutter and gap included."""

    units: tuple[Unit, ...]
    properties: frozenset[object]
    widths: tuple[int, ...]

    def head(self) -> list[tuple[Text, int]]:
        return [
            (_indented(None, Text(unit.head, style="dim underline")), width)
            for unit, width in zip(self.units, self.widths, strict=True)
        ]

    def cells(
        self, console: Console, row: Row, *, whole: bool
    ) -> list[tuple[list[Text], int]] | None:
        """The lines of each cell and its width; None where the row has the width to itself."""
        if row.prop not in self.properties:
            return None
        cells: list[tuple[list[Text], int]] = []
        for unit, width in zip(self.units, self.widths, strict=True):
            lines: list[Text] = []
            for said in row.statements:
                if said.unit != unit:
                    continue
                style = CONFLICT if row.differs_from_speaker(said) else ""
                made = value_text.styled(row.prop, said.text(whole=whole), style)
                body = _with_places(console, made, [_place(said)], width - _AROUND)
                mark = _mark(row, said)
                lines += [_indented(mark if n == 0 else None, line) for n, line in enumerate(body)]
            cells.append((lines, width))
        return cells


def _mark(row: Row, said: Statement) -> Text | None:
    """The sign before a value: it speaks, or it contradicts what speaks."""
    if row.is_marked and said is row.speaking:
        return Text(f"{SPEAKS} ")
    return Text.assemble((f"{DIFFERS} ", CONFLICT)) if row.differs_from_speaker(said) else None


def _name(row: Row) -> Text:
    if row.differs:
        return Text(f"{row.prop.value} {DIFFERS}", style=CONFLICT)
    return Text(row.prop.value)


def _need(unit: Unit, rows: Sequence[Row]) -> int:
    """The width in which every value of a column stands beside its place."""
    widest = cell_len(unit.head)
    for row in rows:
        for said in row.statements:
            if said.unit == unit:
                widest = max(widest, cell_len(said.text(whole=False)) + 2 + len(_place(said)))
    return widest + _AROUND


def _shares(needs: Sequence[int], width: int) -> list[int]:
    """Widths of columns: what each needs, and where that is too much, an equal share."""
    shares = [0] * len(needs)
    waiting = sorted(range(len(needs)), key=lambda n: needs[n])
    while waiting:
        first = waiting.pop(0)
        shares[first] = min(needs[first], width // (len(waiting) + 1))
        width -= shares[first]
    return shares


def _place(said: Statement) -> Text:
    """The place within its column, and what is to be said of the value there."""
    return _remarked(said.place, said)


def _located(said: Statement) -> Text:
    """The whole locator, for a text that stands in no column."""
    return _remarked(said.locator, said)


def _remarked(place: str, said: Statement) -> Text:
    text = Text(place, style=PLACE)
    if said.cut_at:
        text.append(f", cut at {said.cut_at:,} octets", style=ATTENTION)
    return text


def _height(text: str, width: int) -> int:
    """About how many lines a text takes when it is folded between words."""
    height, used = 1, 0
    for word in text.split():
        length = cell_len(word)
        if used and used + 1 + length > width:
            height, used = height + 1, 0
        used += length + bool(used)
    return height


def _with_places(console: Console, made: Text, places: Sequence[Text], width: int) -> list[Text]:
    """A value folded to a width, its places on the same line where they fit, else beneath."""
    lines = list(made.wrap(console, width, overflow="fold"))
    for line in lines:
        line.rstrip()
    joined = Text(_EQUAL, style=PLACE).join(places)
    if len(lines) == 1 and lines[0].cell_len + 2 + joined.cell_len <= width:
        lines[0].append("  ")
        lines[0].append_text(joined)
        return lines
    return [*lines, *_folded(console, places, width)]


def _folded(console: Console, places: Sequence[Text], width: int) -> list[Text]:
    """Places joined by equal signs, folded between them."""
    lines: list[Text] = []
    for n, place in enumerate(places):
        piece = place.copy()
        if n + 1 < len(places):
            piece.append(_EQUAL.rstrip(), style=PLACE)
        if lines and lines[-1].cell_len + 1 + piece.cell_len <= width:
            lines[-1].append(" ")
            lines[-1].append_text(piece)
        else:
            lines += piece.wrap(console, width, overflow="fold")
    return lines


def _indented(mark: Text | None, line: Text) -> Text:
    made = Text(" " * _GUTTER) if mark is None else mark.copy()
    made.append_text(line)
    return made


def _joined(cells: Sequence[tuple[Text, int]]) -> Text:
    """One line of cells, each padded to its width, without blanks at its end."""
    line = Text(no_wrap=True)
    for cell, width in cells:
        line.append_text(cell)
        line.append(" " * (width - cell.cell_len))
    line.rstrip()
    return line


def _beside(name: Text, names: int, cells: Sequence[tuple[list[Text], int]]) -> Iterator[Text]:
    """The lines of one row: the property's name, then its cells."""
    height = max((len(lines) for lines, _ in cells), default=1)
    for n in range(max(height, 1)):
        first = name if n == 0 else Text("")
        rest = [(lines[n] if n < len(lines) else Text(""), width) for lines, width in cells]
        yield _joined([(first, names), *rest])
