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
from provenance.reporting.decisions import VERDICTS
from provenance.reporting.machine.wire import edited_path
from provenance.reporting.report import ComplianceReport, Item, NoticeSection
from provenance.reporting.text import paragraphs

COLUMNS = (
    "findingId", "rule", "severity", "confidence", "fixability", "status", "path", "noticeId",
    "agency", "wrong", "right", "message", "before", "after", "locator", "editedPath",
    "state", "verdict", "decidedBy", "decided", "reason", "until", "decisionLogIndex",
    "fixed", "fixedBy", "fixLogIndex", "received", "nextDue", "overdue",
    "checkpointSize", "checkpointRoot",
)  # fmt: skip

# A cell that begins like this is a formula, and so is a new cell made inside it where the
# spreadsheet splits at another separator than we wrote (OWASP, CSV Injection).
_FORMULA = re.compile("(?:^|(?<=[,;|\t\n\r\"']))([ \u00a0\u3000]*)(?=[=+\\-@＝＋－＠﹢﹣﹦﹫])")  # noqa: RUF001 - the look-alikes are the point

# Stands for a line break inside one value where a cell lists several values line by line.
_BREAK = " ↵ "
_LINE_END = re.compile("\r\n|\r|\n")


def findings_csv(report: ComplianceReport, *, every: bool = False, checkpoint: bool = False) -> str:
    """The findings of a report as CSV text.

    Every cell is quoted; rows end in CRLF, lines within a cell in LF. Where a finding
    edits several places, ``before``, ``after``, ``locator`` and ``editedPath`` list them
    line by line in the same order.

    Args:
        report: the report.
        every: also findings that are fixed, waived or rejected.
        checkpoint: fill in the columns that name the log's checkpoint. Without them two audits
            of the same state give the same text.
    """
    sections = {one.notice.notice_id: one for one in report.notices}
    items = {one.finding.finding_id: one for one in report.items}
    log = report.log if checkpoint else None
    named = (str(log.size), log.root_hash) if log else ("", "")
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for finding, path in report.listed(every=every):
        section = sections.get(finding.notice_id or "")
        row = _row(finding, path, section.notice if section else None)
        done = _done(items[finding.finding_id])
        writer.writerow([cell(value) for value in (*row, *done, *_owed(section), *named)])
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


def _done(item: Item) -> Sequence[str]:
    """What was decided and corrected, by whom and when; empty where nothing was."""
    one = item.decision
    fix = next((each for each in reversed(item.fixes) if each.state == "commit"), None)
    decided = (
        (VERDICTS[one.verdict], one.agent, one.decided, one.reason, one.until or "")
        if one
        else ("",) * 5
    )
    fixed = (fix.when, fix.agent, _number(fix.log_index)) if fix else ("",) * 3
    return (item.state.value, *decided, _number(item.decision_index if one else None), *fixed)


def _owed(section: NoticeSection | None) -> Sequence[str]:
    if section is None:
        return ("",) * 3
    due = section.clock.next_due if section.clock else None
    return (section.notice.received or "", due or "", "yes" if section.is_overdue else "no")


def _number(index: int | None) -> str:
    return "" if index is None else str(index)


def _edited(edit: Edit, finding: Finding, path: str) -> str:
    return edited_path(edit, finding.uri, path)


def _lines(values: Iterable[str]) -> str:
    return "\n".join(_BREAK.join(_LINE_END.split(value)) for value in values)
