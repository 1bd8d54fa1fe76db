from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest

from provenance.model import Correction
from provenance.reporting.machine.csv import COLUMNS, as_file, cell, findings_csv
from provenance.reporting.report import ComplianceReport, Facts, Stamp, build


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_row_per_listed_finding(report: ComplianceReport, week: Facts) -> None:
    assert [row["findingId"] for row in rows(findings_csv(report))] == [
        finding.finding_id for finding, _ in report.listed()
    ]
    assert len(rows(findings_csv(report, every=True))) == len(week.findings)


def test_a_row_says_what_is_wrong_where_and_what_would_be_right(report: ComplianceReport) -> None:
    row = next(one for one in rows(findings_csv(report)) if one["path"].endswith("000_36NV2QL.jpg"))
    assert tuple(row) == COLUMNS
    assert (row["rule"], row["agency"], row["wrong"], row["right"]) == (
        "erroneous-credit", "AFP", "Aaref WATAD", "Bakr ALKASEM",
    )  # fmt: skip
    assert row["locator"].split("\n")[:2] == ["EXIF IFD0:Artist", "IIM 2:80"]
    assert row["before"].split("\n")[:2] == ["Aaref WATAD"] * 2
    assert row["editedPath"].split("\n")[-1] == "desk/2024-11-30_syria/000_36NV2QL.jpg.xmp"
    lists = [row[name].split("\n") for name in ("before", "after", "locator", "editedPath")]
    assert {len(one) for one in lists} == {6}


def test_a_line_break_inside_a_value_does_not_shift_the_lists(week: Facts) -> None:
    finding = week.findings[0]
    edits = tuple(replace(edit, before="one\r\ntwo\rthree\nfour") for edit in finding.edits)
    facts = replace(week, findings=(replace(finding, edits=edits),))
    row = rows(findings_csv(build(facts, _stamp())))[0]
    assert row["before"].split("\n") == ["one ↵ two ↵ three ↵ four"] * 6


def test_absent_values_are_empty(week: Facts) -> None:
    notice = replace(week.notices[0], corrections=(Correction(None, None, "Right"),))
    facts = replace(week, notices=(notice,), findings=week.findings[:1])
    row = rows(findings_csv(build(facts, _stamp())))[0]
    assert (row["wrong"], row["right"]) == ("", "Right")


def test_an_in_house_correction_is_its_own_agency(report: ComplianceReport) -> None:
    row = next(one for one in rows(findings_csv(report, every=True)) if "harbour" in one["path"])
    assert row["agency"] == "in-house"


def test_rows_end_as_rfc_4180_says_and_every_cell_is_quoted(report: ComplianceReport) -> None:
    text = findings_csv(report)
    assert text.endswith('"\r\n')
    assert text.startswith('"findingId","rule",')


def test_a_file_has_the_mark_that_spreadsheets_want_and_a_pipe_has_not(
    report: ComplianceReport,
) -> None:
    text = findings_csv(report)
    assert not text.startswith("\ufeff")
    assert as_file(text) == b"\xef\xbb\xbf" + text.encode()


@pytest.mark.parametrize(
    ("value", "inert"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-rf", "'-rf"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\t=1", "⟨U+0009⟩=1"),
        ("\x00=1", "⟨U+0000⟩=1"),
        ("\r=1", "\n'=1"),
        ("a\n=1", "a\n'=1"),
        ("a,=1", "a,'=1"),
        ("a; @x", "a;' @x"),
        ("a|-1", "a|'-1"),
        ('a",=1', "a\",'=1"),
        ('";"=1', '";"\'=1'),
        ("'=1", "''=1"),
        ("Photo by A - B / AFP", "Photo by A - B / AFP"),
        ("2024-11-30", "2024-11-30"),
        ("a+b@c.org", "a+b@c.org"),
    ],
)
def test_cells_are_inert(value: str, inert: str) -> None:
    assert cell(value) == inert


FORMULA = re.compile('^[ \u00a0\u3000"]*[=+\\-@＝＋－＠\t\r]')


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "value", ["=cmd|'/C calc'!A0", 'x";=cmd', "x;=cmd", "x\t=cmd", 'x","=cmd', "x\n=cmd", "＝cmd",
              '";"=cmd', 'x;  "=cmd', "x|=cmd"],
)  # fmt: skip
def test_no_cell_is_a_formula_whatever_separator_the_reader_believes_in(
    week: Facts, separator: str, value: str
) -> None:
    findings = tuple(replace(one, message=value) for one in week.findings)
    text = findings_csv(build(replace(week, findings=findings), _stamp()), every=True)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert not [one for one in row if FORMULA.search(one)]
    for line in re.split(r"[\r\n]+", text):
        for part in line.split(separator):
            assert not FORMULA.search(part.strip('"'))


def _stamp() -> Stamp:
    return Stamp("2024-12-03T08:00:00+00:00", "anna", "p 1")


OLD = (
    "findingId", "rule", "severity", "confidence", "fixability", "status", "path", "noticeId",
    "agency", "wrong", "right", "message", "before", "after", "locator", "editedPath",
)  # fmt: skip


def test_columns_are_only_added_at_the_end() -> None:
    assert COLUMNS[: len(OLD)] == OLD
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_a_row_says_who_decided_and_who_corrected_when(week: Facts) -> None:
    decided_at = dict.fromkeys(week.decisions, 33)
    told = rows(findings_csv(build(replace(week, decided_at=decided_at), _stamp()), every=True))
    (waived,) = [one for one in told if one["verdict"] == "waive"]
    assert (waived["state"], waived["decidedBy"], waived["until"], waived["decisionLogIndex"]) == (
        "waived", "m.okafor", "2026-12-31", "33",
    )  # fmt: skip
    (fixed,) = [one for one in told if one["path"].endswith("AFP_36NV2QL.jpg")]
    assert (fixed["state"], fixed["fixed"], fixed["fixedBy"], fixed["fixLogIndex"]) == (
        "done", "2024-12-01T07:02:11+00:00", "anna.editor", "41",
    )  # fmt: skip
    (plain,) = [one for one in told if one["path"].endswith("skyline-03.jpg")]
    assert {plain[name] for name in ("verdict", "decidedBy", "fixed", "received", "overdue")} == {
        ""
    }


def test_each_row_of_a_report_names_the_checkpoint_and_none_of_an_audit(week: Facts) -> None:
    assert week.log is not None
    for row in rows(findings_csv(build(week, _stamp()), every=True, checkpoint=True)):
        assert row["checkpointRoot"] == week.log.root_hash
        assert row["checkpointSize"] == str(week.log.size)
    nameless = findings_csv(build(replace(week, log=None), _stamp()), checkpoint=True)
    for row in (*rows(nameless), *rows(findings_csv(build(week, _stamp())))):
        assert row["checkpointRoot"] == row["checkpointSize"] == ""
