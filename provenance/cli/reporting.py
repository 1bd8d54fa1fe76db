"""``report``: the compliance report in every form, and the check of one that was given out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.audit import exit_code
from provenance.cli.common import LOG_FAILED, OK, Desk, command, require_paths
from provenance.cli.report_forms import form_of
from provenance.errors import UsageError
from provenance.model import Form, Paper

if TYPE_CHECKING:
    from provenance.pipeline import ReportCheck
    from provenance.reporting.report import ComplianceReport

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="Write the report into this folder, in every form."),
]
PathOption = Annotated[
    list[str] | None, typer.Option("--path", help="Only assets below this; repeatable.")
]
FormOption = Annotated[
    Form | None,
    typer.Option("--format", "-f", help="One file: html, pdf, xlsx, csv, json or sarif."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write that one file here."),
]
Sheet = Annotated[Paper, typer.Option("--paper", help="The sheet of a PDF: a4 or letter.")]
Check = Annotated[
    Path | None,
    typer.Option(
        "--verify", metavar="FILE", help="Check that this report was given out and not altered."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(app, "report")(report)


def report(
    desk: Desk,
    folder: Folder = None,
    paths: PathOption = None,
    output_format: FormOption = None,
    output: Output = None,
    paper: Sheet = Paper.A4,
    verify: Check = None,
) -> int:
    """Write the compliance report from the registry and the log, without scanning.

    Into a folder, or as one file; with --verify check such a file against the log instead.
    """
    if verify is not None:
        return _verify(desk, verify, (folder, paths, output), output_format)
    require_paths(paths or ())
    form = form_of(output_format, output, folder)
    if form is not None and form.is_binary and output is None and sys.stdout.isatty():
        raise UsageError(
            f"A report as {form.value} is not text, and would garble this terminal.",
            remedy=f"Name a file: -o report.{form.value}",
        )
    if form is None and folder is not None:
        return _into_folder(desk, folder, paths or (), paper)
    return _one_file(desk, (form or Form.HTML, paper), output, paths or ())


def _into_folder(desk: Desk, folder: Path, paths: list[str] | tuple[str, ...], paper: Paper) -> int:
    from provenance import pipeline  # noqa: PLC0415 - start-up stays quick
    from provenance.pipeline.reports import exporting  # noqa: PLC0415

    lacking = exporting.missing()
    forms = tuple(one for one in exporting.NAMES if one not in lacking)
    with desk.session(create=False, reads=True) as session:
        told = _told(session, paths)
        written = pipeline.write_report(session, told, folder, forms, paper)
    _say(desk, f"Report: {written[0]}")
    if lacking:
        left = " and ".join(form.value for form in lacking)
        _say(
            desk,
            f"Without {left}: not installed. Install it: pip install 'provenance-auditor[report]'",
        )
    return exit_code(told)


def _one_file(
    desk: Desk,
    wanted: tuple[Form, Paper],
    output: Path | None,
    paths: list[str] | tuple[str, ...],
) -> int:
    from provenance import pipeline  # noqa: PLC0415 - start-up stays quick
    from provenance.cli import console  # noqa: PLC0415
    from provenance.pipeline.reports import exporting  # noqa: PLC0415

    form, paper = wanted

    def write(content: bytes) -> None:
        if output is None:
            console.write_octets(content)
        else:
            exporting.write_file(output, content)

    with desk.session(create=False, reads=True) as session:
        told = _told(session, paths)
        pipeline.give_out(session, told, form, write, paper)
    if output is not None:
        _say(desk, f"Report: {output}")
    return exit_code(told)


def _told(session: object, paths: list[str] | tuple[str, ...]) -> ComplianceReport:
    from provenance import pipeline  # noqa: PLC0415 - start-up stays quick

    assert isinstance(session, pipeline.Session)
    with session.progress.task("report gathered", None):
        return pipeline.compliance_report(session, pipeline.recall(session, paths), paths)


def _verify(desk: Desk, file: Path, others: tuple[object, ...], output_format: Form | None) -> int:
    from provenance import pipeline  # noqa: PLC0415 - start-up stays quick
    from provenance.cli import console, report_checked  # noqa: PLC0415

    if any(others) or output_format not in {None, Form.JSON}:
        raise UsageError(
            "--verify checks one file and writes none.",
            remedy="Give it alone, or with --format json for a program to read.",
        )
    with (
        desk.session(create=False) as session,
        session.progress.task("records checked", None) as advance,
    ):
        checked: ReportCheck = pipeline.check_report(session, file, advance)
    if output_format is Form.JSON:
        report_checked.as_json(checked)
    else:
        for line in report_checked.lines(checked):
            console.write(line + "\n", None)
    return OK if checked.ok else LOG_FAILED


def _say(desk: Desk, text: str) -> None:
    from provenance.cli import console  # noqa: PLC0415 - start-up stays quick

    if not desk.quiet:
        console.say(text, color=desk.color)
