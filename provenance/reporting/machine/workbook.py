"""The report as a workbook (XLSX) with filters and real dates, for lawyers and desks.

Nothing in it is a formula, a link or a macro, whatever the files and notices say: every text is
written as a text and stays one when somebody edits the cell.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from provenance.errors import UsageError
from provenance.reporting.machine import workbook_rows
from provenance.reporting.machine.workbook_rows import At, Cell, Column, Form, Sheet
from provenance.reporting.report import ComplianceReport
from provenance.reporting.text import paragraphs

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, its heading included; what is more goes to a second sheet (Excel's limit)."""

MOST_UNITS: Final = 32_767
"""UTF-16 code units of a cell (Excel's limit)."""

_MOST_BREAKS: Final = 253
_A4: Final = 9
_EARLIEST: Final = datetime(1900, 3, 1, tzinfo=UTC)  # before it Excel counts a day that never was
_FORMATS: Final[dict[Form, dict[str, Any]]] = {
    Form.TEXT: {"quote_prefix": True, "valign": "top"},
    Form.LONG: {"quote_prefix": True, "valign": "top", "text_wrap": True},
    Form.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top", "align": "left"},
    Form.DAY: {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"},
    Form.NUMBER: {"num_format": "#,##0", "valign": "top"},
    Form.HOURS: {"num_format": "#,##0.0", "valign": "top"},
}


def render(report: ComplianceReport) -> bytes:
    """Draw the report as the octets of an ``.xlsx`` file; equal reports give equal octets.

    All times are UTC, as the headings say. A value that is longer than a cell may be is cut,
    and the cell says so and by how much.

    Raises:
        UsageError: code ``extra-missing``; the extra ``report`` is not installed.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(
            "A workbook cannot be written: XlsxWriter is not installed.",
            code="extra-missing",
            remedy="Install it: pip install 'provenance-auditor[report]'",
        ) from error
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    made = _moment(report.stamp.generated) or _EARLIEST.replace(tzinfo=None)
    book.set_properties({"title": "Compliance report", "created": made})
    drawn = _Drawing(book)
    for sheet in workbook_rows.sheets(report):
        drawn.add(sheet)
    book.close()
    return out.getvalue()


class _Drawing:
    """One workbook being written, row by row, so that memory does not grow with the report."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.formats = {form: book.add_format(given) for form, given in _FORMATS.items()}
        self.heading = book.add_format(
            {"bold": True, "bottom": 1, "valign": "top", "text_wrap": True, "quote_prefix": True}
        )
        self.title = book.add_format({"bold": True, "valign": "top", "quote_prefix": True})

    def add(self, sheet: Sheet) -> None:
        """Write a sheet, and further ones where it has more rows than one may have."""
        part, at = 1, 0
        page = self._begin(sheet, part)
        for row in sheet.rows:
            at += 1
            if at == MOST_ROWS:
                self._end(page, sheet, at - 1)
                part, at = part + 1, 1
                page = self._begin(sheet, part)
            self._row(page, at, sheet.columns, row)
        self._end(page, sheet, at)

    def _begin(self, sheet: Sheet, part: int) -> Any:
        page: Any = self.book.add_worksheet(sheet.name if part == 1 else f"{sheet.name} {part}")
        page.set_landscape()
        page.set_paper(_A4)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.fit_to_pages(1, 0)
        page.set_footer("&L&A&RPage &P of &N")
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width)
        if sheet.is_table:
            page.repeat_rows(0)
            page.freeze_panes(1, 1)
        for index, column in enumerate(sheet.columns):
            page.write_string(0, index, column.title, self.heading)
        return page

    def _end(self, page: Any, sheet: Sheet, last: int) -> None:
        if sheet.is_table:
            page.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)

    def _row(self, page: Any, at: int, columns: tuple[Column, ...], row: Iterable[Cell]) -> None:
        for index, (column, value) in enumerate(zip(columns, row, strict=False)):
            if value is None or value == "":
                continue
            self._cell(page, (at, index), column.form, value)

    def _cell(self, page: Any, place: tuple[int, int], form: Form, value: Cell) -> None:
        """Write one value in the form of its column; a text in a column of dates stays a text."""
        if isinstance(value, bool):
            page.write_string(*place, "yes" if value else "no", self.formats[Form.TEXT])
            return
        if isinstance(value, int | float):
            number = Form.HOURS if isinstance(value, float) else Form.NUMBER
            page.write_number(*place, value, self.formats[number])
            return
        text = str(value)
        dated = form in {Form.MOMENT, Form.DAY} or isinstance(value, At)
        moment = _moment(text) if dated else None
        if moment is not None:
            day_only = form is Form.DAY or len(text) == len("2024-12-03")
            shown = Form.DAY if day_only else Form.MOMENT
            page.write_datetime(*place, moment, self.formats[shown])
            return
        strong = form is Form.TITLE
        style = self.title if strong else self.formats.get(form, self.formats[Form.TEXT])
        page.write_string(*place, fitted(text), style)


def fitted(text: str) -> str:
    """The text as a cell can hold it: visible; one that is too long is cut and says so."""
    shown = paragraphs(text)
    if shown.count("\n") > _MOST_BREAKS:
        head, _, tail = _split(shown, _MOST_BREAKS)
        shown = head + "\n" + tail.replace("\n", " ↵ ")
    if len(shown) <= MOST_UNITS // 2 or _units(shown) <= MOST_UNITS:
        return shown
    told = f" … [cut: the whole text has {len(shown):,} characters; see the JSON report]"
    kept = shown[: MOST_UNITS - len(told)]
    while _units(kept) + len(told) > MOST_UNITS:
        kept = kept[: len(kept) - (_units(kept) + len(told) - MOST_UNITS + 1) // 2]
    return kept + told


def _split(text: str, breaks: int) -> tuple[str, str, str]:
    lines = text.split("\n")
    return "\n".join(lines[:breaks]), "\n", "\n".join(lines[breaks:])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _moment(text: str) -> datetime | None:
    """A time in UTC without its zone, as a workbook has it; None where it is none."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if moment < _EARLIEST:
        return None
    return moment.replace(tzinfo=None)
