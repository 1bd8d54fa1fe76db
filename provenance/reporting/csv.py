"""Findings as CSV (RFC 4180), one row each, harmless when a spreadsheet opens it.

CSV is for people with a spreadsheet: values are made visible and inert, so they may
differ from the raw ones in JSON, by an apostrophe or a shown control character.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence

from provenance.model import Edit, Finding, Notice
from provenance.reporting.report import ComplianceReport
from provenance.reporting.text import paragraphs
from provenance.reporting.wire import edited_path

COLUMNS = (
    "findingId", "rule", "severity", "confidence", "fixability", "status", "path", "noticeId",
    "agency", "wrong", "right", "message", "before", "after", "locator", "editedPath",
)  # fmt: skip

# A cell that begins like this is a formula, and so is a new cell made inside it where the
# spreadsheet splits at another separator than we wrote (OWASP, CSV Injection).
_FORMULA = re.compile("(?:^|(?<=[,;|\t\n\r\"']))([ \u00a0\u3000]*)(?=[=+\\-@＝＋－＠﹢﹣﹦﹫])")  # noqa: RUF001 - the look-alikes are the point

# Stands for a line break inside one value where a cell lists several values line by line.
_BREAK = " ↵ "
_LINE_END = re.compile("\r\n|\r|\n")


def findings_csv(report: ComplianceReport, *, every: bool = False) -> str:
    """The findings of a report as CSV text.

    Every cell is quoted; rows end in CRLF, lines within a cell in LF. Where a finding
    edits several places, ``before``, ``after``, ``locator`` and ``editedPath`` list them
    line by line in the same order.

    Args:
        report: the report.
        every: also findings that are fixed, waived or rejected.
    """
    notices = {section.notice.notice_id: section.notice for section in report.notices}
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for finding, path in report.listed(every=every):
        row = _row(finding, path, notices.get(finding.notice_id or ""))
        writer.writerow([cell(value) for value in row])
    return out.getvalue()


def as_file(text: str) -> bytes:
    """CSV text as the octets of a file: UTF-8 with a byte order mark.

    Without the mark the common spreadsheets read a double-clicked file in the system's
    old code page and damage every accented name. Pipes get no mark: write the text.
    """
    return codecs.BOM_UTF8 + text.encode("utf-8")


def cell(value: str) -> str:
    """A value that no spreadsheet takes for a formula, with nothing hidden in it.

    An apostrophe goes before ``= + - @`` and their full-width forms at the beginning of
    the cell and behind any separator or quote within it; tabs, carriage returns, NUL and
    all other controls are shown.
    """
    return _FORMULA.sub(r"'\1", paragraphs(value))


def _row(finding: Finding, path: str, notice: Notice | None) -> Sequence[str]:
    corrections = notice.corrections if notice else ()
    edits = finding.edits
    return (
        finding.finding_id,
        finding.rule.value,
        finding.severity.value,
        finding.confidence.value,
        finding.fixability.value,
        finding.status.value,
        path,
        finding.notice_id or "",
        (notice.provider or notice.authority.value) if notice else "",
        _lines(pair.wrong or "" for pair in corrections),
        _lines(pair.right or "" for pair in corrections),
        finding.message,
        _lines(edit.before for edit in edits),
        _lines(edit.after or "" for edit in edits),
        _lines(edit.locator for edit in edits),
        _lines(_edited(edit, finding, path) for edit in edits),
    )


def _edited(edit: Edit, finding: Finding, path: str) -> str:
    return edited_path(edit, finding.uri, path)


def _lines(values: Iterable[str]) -> str:
    return "\n".join(_BREAK.join(_LINE_END.split(value)) for value in values)
