"""Write the report out, in every form, and log that it was given out."""

from __future__ import annotations

import hashlib
import importlib.util
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from provenance.errors import StorageError
from provenance.model import Event, Form, Paper
from provenance.pipeline.drawing import shots, thumbnails
from provenance.pipeline.garbage import collected_seldom
from provenance.pipeline.recalling import Known
from provenance.pipeline.reports.compliance import stamp_of
from provenance.pipeline.reports.issuing import put_into, reason_of
from provenance.pipeline.session import Session
from provenance.registry.finding_ages import known_at
from provenance.reporting.machine import compliance_json, csv, sarif, wire
from provenance.reporting.page import family_page, html
from provenance.reporting.page.family_page import FamilyReport
from provenance.reporting.report import ComplianceReport, LogState

NAMES: Final = {
    Form.HTML: "index.html",
    Form.CSV: "findings.csv",
    Form.JSON: "compliance.json",
    Form.SARIF: "findings.sarif",
    Form.XLSX: "report.xlsx",
    Form.PDF: "report.pdf",
}
"""What the files of a report's folder are called, and what the log calls each form."""

USUAL: Final = (Form.HTML, Form.CSV)
CHECKPOINT_SIZE: Final = "checkpointSize"
CHECKPOINT_ROOT: Final = "checkpointRoot"
_FINDINGS: Final = "findings.json"
_NEEDS: Final = {Form.PDF: "typst", Form.XLSX: "xlsxwriter"}


def missing() -> dict[Form, str]:
    """The forms that cannot be made here, each with the library that is not installed."""
    return {
        form: needed for form, needed in _NEEDS.items() if importlib.util.find_spec(needed) is None
    }


@collected_seldom()
def draw(session: Session, report: ComplianceReport, form: Form, paper: Paper = Paper.A4) -> bytes:
    """The report in one form.

    Args:
        session: whose pictures and log.
        report: what to draw.
        form: how.
        paper: the sheet of a PDF.

    Raises:
        UsageError: the form needs a library that is not installed.
        PrintError: the PDF could not be typeset.
    """
    match form:
        case Form.HTML:
            with thumbnails(session) as small:
                small.prefetch(shots(report, html.MOST_THUMBNAILS))
                return html.render(report, small).encode()
        case Form.PDF:
            from provenance.reporting.printed import pdf  # noqa: PLC0415 - an extra

            pdf.require()
            with thumbnails(session) as small:
                small.prefetch(shots(report, pdf.MOST_THUMBNAILS, pdf.IN_FULL))
                return pdf.render(report, small, paper=paper)
        case Form.XLSX:
            from provenance.reporting.machine import workbook  # noqa: PLC0415 - an extra

            return workbook.render(report)
        case Form.CSV:
            return csv.as_file(csv.findings_csv(report, every=True, checkpoint=True))
        case Form.JSON:
            return wire.dump(compliance_json.compliance_document(report)).encode()
        case Form.SARIF:
            document = sarif.sarif_document(report, baseline=baseline(session, report))
            return wire.dump(document).encode()


def baseline(session: Session, report: ComplianceReport) -> sarif.Baseline | None:
    """What the audit before the last one knew; None where there was none."""
    audits = [one for one in report.runs if one.run_id]
    if len(audits) < 2:
        return None
    before = audits[-2]
    with session.registry.read() as tx:
        known = known_at(tx, (one.finding.finding_id for one in report.items), before.when)
    return sarif.Baseline(before.run_id, known)


def write_report(
    session: Session,
    report: ComplianceReport,
    folder: Path,
    forms: Sequence[Form] = USUAL,
    paper: Paper = Paper.A4,
) -> tuple[Path, ...]:
    """Write the report into ``folder``, and log that it was given out.

    The first file is the page, where one is asked for. The findings as JSON come in any case.

    Raises:
        StorageError: the folder cannot be written.
        UsageError: a form needs a library that is not installed; nothing is written.
        PrintError: the PDF could not be typeset; nothing is written.
    """
    contents: dict[str, bytes] = {}
    with session.progress.task("report", len(forms) + 1) as advance:
        for form in forms:
            contents[NAMES[form]] = draw(session, report, form, paper)
            advance()
        contents[_FINDINGS] = wire.dump(wire.audit_document(report, every=True)).encode()
        advance()
    return _write(session, contents, folder, report.log)


def write_family(session: Session, known: Known, folder: Path) -> tuple[Path, ...]:
    """Write the page that draws a picture's family, and its JSON, and log that they were.

    Raises:
        StorageError: the folder cannot be written.
    """
    told = FamilyReport(known.family, known.notices, stamp_of(session, ()))
    document = wire.show_document(known.family, known.findings, known.notices, known.history)
    with thumbnails(session) as small:
        page = family_page.render(told, small)
    contents = {
        "family.html": page.encode(),
        "family.json": wire.dump(document).encode(),
    }
    return _write(session, contents, folder, None)


def give_out(
    session: Session,
    report: ComplianceReport,
    form: Form,
    write: Callable[[bytes], None],
    paper: Paper = Paper.A4,
) -> None:
    """Draw the report in one form, hand it to ``write``, and log that it was given out.

    Raises:
        UsageError: the form needs a library that is not installed.
        PrintError: the PDF could not be typeset.
    """
    with session.progress.task(f"report as {form.value}", 1) as advance:
        content = draw(session, report, form, paper)
        advance()
    write(content)
    record(session, {NAMES[form]: content}, report.log)


def write_file(target: Path, content: bytes) -> None:
    """Give the file at ``target`` this content: whole, or it stays as it was.

    What is no plain file (a pipe, a device) is written to as it is.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            target.write_bytes(content)
            return
        put_into({target.name: content}, target.parent)
    except (OSError, StorageError) as error:
        raise StorageError(
            f"The report cannot be written to {target}: {reason_of(error)}",
            remedy="Name another file with -o.",
        ) from error


def record(session: Session, contents: Mapping[str, bytes], log: LogState | None) -> None:
    """Log that files were given out, by their digests, and the checkpoint that they name.

    The record names no notice: evidence for one agency would show that others had sent some.
    """
    detail: list[tuple[str, str | int]] = [
        (name, hashlib.sha256(data).hexdigest()) for name, data in contents.items()
    ]
    if log is not None:
        detail += [(CHECKPOINT_SIZE, log.size), (CHECKPOINT_ROOT, log.root_hash)]
    event = Event("report.export", agents=session.agents(), detail=tuple(detail))
    with session.registry.write() as tx:
        session.record(tx, event)
    session.log.checkpoint(session.registry, session.clock())


def _write(
    session: Session, contents: Mapping[str, bytes], folder: Path, log: LogState | None
) -> tuple[Path, ...]:
    try:
        put_into(contents, folder)
    except (OSError, StorageError) as error:
        raise StorageError(
            f"The report cannot be written to {folder}: {reason_of(error)}",
            remedy="Name another folder.",
        ) from error
    record(session, contents, log)
    return tuple(folder / name for name in contents)
