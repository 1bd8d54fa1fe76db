"""The workbook: real dates, filters, no formula from data, equal octets for equal reports."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
import report_material
from openpyxl.worksheet.worksheet import Worksheet
from report_material import STAMP, Size

from provenance.errors import UsageError
from provenance.reporting.machine import workbook, workbook_rows
from provenance.reporting.report import ComplianceReport, Facts, build

SHEETS = ["Overview", "Notices", "Duties", "Findings", "Edits", "Third parties", "Unreadable"]
LONG = "x" * 40_000


def opened(report: ComplianceReport) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.render(report)))


def rows(page: Worksheet) -> list[dict[str, object]]:
    heading, *others = page.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in others]


def day(*parts: int) -> datetime:
    """A moment as a workbook has it: UTC, without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type,misc]


@pytest.fixture(scope="module")
def made() -> openpyxl.Workbook:
    return opened(report_material.report(Size(220, 10)))


def test_the_sheets_are_those_promised_with_filters_and_a_fixed_heading(
    made: openpyxl.Workbook,
) -> None:
    assert made.sheetnames == SHEETS
    for page in made.worksheets[1:]:
        assert page.freeze_panes == "B2"
        assert page.auto_filter.ref == page.dimensions
        assert page.print_title_rows == "$1:$1"
    for page in made.worksheets:
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.fitToHeight == 0
        assert page.column_dimensions["A"].width > 15


def test_every_finding_notice_edit_and_party_has_its_row(made: openpyxl.Workbook) -> None:
    report = report_material.report(Size(220, 10))
    items = list(report.items)
    assert [one["Finding"] for one in rows(made["Findings"])] == [
        one.finding.finding_id for one in items
    ]
    assert len(rows(made["Edits"])) == sum(len(one.finding.edits) for one in items)
    assert [one["Notice"] for one in rows(made["Notices"])] == [
        one.notice.notice_id for one in report.notices
    ]
    assert len(rows(made["Third parties"])) == sum(len(one.third_parties) for one in report.notices)
    assert len(rows(made["Duties"])) == 3 * len(report.notices)
    assert len(rows(made["Unreadable"])) == 4


def test_dates_are_dates_in_utc_and_numbers_are_numbers(made: openpyxl.Workbook) -> None:
    report = report_material.report(Size(220, 10))
    for row, section in zip(rows(made["Notices"]), report.notices, strict=True):
        assert section.notice.received is not None
        received = datetime.fromisoformat(section.notice.received).replace(tzinfo=None)
        assert row["Received (UTC)"] == received
        assert section.clock is not None
        assert section.clock.age is not None
        assert row["Age in hours"] == pytest.approx(section.clock.age / 3600)
    waived = [one for one in rows(made["Findings"]) if one["Decision"] == "waived"]
    assert waived
    assert {one["Until"] for one in waived} == {day(2026, 12, 31)}
    assert all(isinstance(one["Decision's log record"], int) for one in waived)


def test_a_moment_of_another_zone_is_told_in_utc(report: ComplianceReport) -> None:
    kill = next(one for one in rows(opened(report)["Notices"]) if one["Kind"] == "withdrawal")
    assert kill["Received (UTC)"] == day(2024, 12, 2, 12, 40)


@pytest.mark.parametrize("odd", ["yesterday", "0001-01-01T00:00:00Z", "1899-12-31", "9999-99-99"])
def test_what_is_no_date_of_a_workbook_stays_the_text_it_is(week: Facts, odd: str) -> None:
    notices = tuple(replace(one, received=odd) for one in week.notices)
    page = opened(build(replace(week, notices=notices), STAMP))["Notices"]
    assert {one["Received (UTC)"] for one in rows(page)} == {odd}


def test_a_folder_that_is_called_like_a_day_is_no_date(week: Facts) -> None:
    page = opened(build(week, replace(STAMP, scope=("2024-11-30",))))["Overview"]
    told = {row[0]: row[1] for row in page.iter_rows(values_only=True)}
    assert told["Scope"] == "2024-11-30"
    assert told["Made (UTC)"] == day(2024, 12, 3, 8, 0)


HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://evil.example/", "mailto:a@b.example",
    "internal:Sheet2!A1", "12345", "1e5", "TRUE", "{=1}", "_x0041_", "\x00\x08\x1b[31m", "\u202egpj.exe",
    "a\r\nb", "\ud800", "\U0001f600", "<b>&amp;</b>", "'quoted",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_is_a_formula_a_link_or_a_number(week: Facts, value: str) -> None:
    findings = tuple(replace(one, message=value) for one in week.findings)
    notices = tuple(replace(one, text=value, provider=value) for one in week.notices)
    data = workbook.render(build(replace(week, findings=findings, notices=notices), STAMP))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/")]
        raw = "".join(packed.read(name).decode() for name in sheets)
        assert not [name for name in packed.namelist() if "External" in name or "vba" in name]
    assert "<f" not in raw.replace("<fo", "")
    assert "<hyperlink" not in raw
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", raw)
    for row in rows(openpyxl.load_workbook(io.BytesIO(data))["Findings"]):
        assert isinstance(row["Message"], str)


def test_a_text_stays_a_text_when_somebody_edits_its_cell(week: Facts) -> None:
    findings = tuple(replace(one, message="=1+1") for one in week.findings)
    page = opened(build(replace(week, findings=findings), STAMP))["Findings"]
    column = [cell.value for cell in page[1]].index("Message") + 1
    assert page.cell(2, column).data_type == "s"
    assert page.cell(2, column).quotePrefix


def test_what_looks_like_an_escape_of_the_format_stands_as_it_is(week: Facts) -> None:
    findings = tuple(replace(one, message="_x0041_") for one in week.findings)
    data = workbook.render(build(replace(week, findings=findings), STAMP))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        raw = packed.read("xl/worksheets/sheet4.xml").decode()
    assert "_x005F_x0041_" in raw


@pytest.mark.parametrize("letter", ["x", "\U0001f600", "é"])
def test_a_value_longer_than_a_cell_is_cut_and_says_so(letter: str) -> None:
    cut = workbook.fitted(letter * 40_000)
    assert len(cut.encode("utf-16-le")) // 2 <= workbook.MOST_UNITS
    assert len(cut.encode("utf-16-le")) // 2 > workbook.MOST_UNITS - 3
    assert cut.endswith("[cut: the whole text has 40,000 characters; see the JSON report]")
    assert workbook.fitted(letter * 1_000) == letter * 1_000


def test_a_cell_has_no_more_lines_than_excel_takes() -> None:
    many = workbook.fitted("\n".join(map(str, range(400))))
    assert many.count("\n") == 253
    assert many.endswith("↵ 399")


def test_equal_reports_give_equal_octets_and_no_trace_of_the_machine() -> None:
    size = Size(60, 5)
    data = workbook.render(report_material.report(size))
    assert data == workbook.render(report_material.report(size))
    properties = openpyxl.load_workbook(io.BytesIO(data)).properties
    assert properties.title == "Compliance report"
    assert properties.created == day(2024, 12, 3, 8, 0)
    assert not properties.creator
    assert not properties.lastModifiedBy


def test_more_rows_than_a_sheet_has_go_to_a_second_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 11)
    made = opened(report_material.report(Size(25, 5)))
    names = [name for name in made.sheetnames if name.startswith("Findings")]
    assert names == ["Findings", "Findings 2", "Findings 3"]
    found = [row["Finding"] for name in names for row in rows(made[name])]
    assert len(found) == len(set(found)) == 25
    assert [len(rows(made[name])) for name in names] == [10, 10, 5]


def test_an_empty_report_is_a_workbook_too() -> None:
    made = opened(build(Facts(assets=0), STAMP))
    assert made.sheetnames == SHEETS
    assert rows(made["Findings"]) in ([], [dict.fromkeys(c.value for c in made["Findings"][1])])


def test_a_missing_library_is_told_with_the_remedy(
    report: ComplianceReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError, match=r"pip install 'provenance-auditor\[report\]'"):
        workbook.render(report)


def test_every_row_is_as_wide_as_its_heading(report: ComplianceReport) -> None:
    for sheet in workbook_rows.sheets(report):
        if sheet.is_table:
            assert {len(row) for row in sheet.rows} <= {len(sheet.columns)}
