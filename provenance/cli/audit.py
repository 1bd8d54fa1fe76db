"""``audit`` and ``scan``: look, register, say what is wrong."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import INCOMPLETE, OK, OPEN, Desk, command, require_paths, require_there

if TYPE_CHECKING:
    from provenance.pipeline import Hashed, Session
    from provenance.reporting.report import ComplianceReport


UNUSED = "decision-unused"
# Words on what was done or left; every file was read.
_NO_FAILURE = frozenset(
    {
        "flood-guard",
        "pictures-not-compared",
        "pictures-not-decoded",
        "pictures-not-looked-at",
        "too-common",
        UNUSED,
    }
)


class Format(StrEnum):
    """How findings are written to stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    SARIF = "sarif"


Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")]
Given = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files, folders, addresses of pages.")
]
Fetch = Annotated[bool, typer.Option("--fetch", help="Pages given by address may be fetched.")]
Notices = Annotated[
    list[str] | None,
    typer.Option(
        "--notices", metavar="FILE|DIR", help="Notices you bring (text, .eml); repeatable."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="table, json, csv or sarif.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file.")]
ReportFolder = Annotated[
    Path | None, typer.Option("--report", metavar="DIR", help="Also write the HTML report.")
]
Look = Annotated[
    bool, typer.Option("--hash", help="Also look at every picture that was not looked at yet.")
]
Every = Annotated[bool, typer.Option("--all", help="Also fixed, waived and rejected findings.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    command(app, "audit")(audit)
    command(app, "scan")(scan)


def audit(
    desk: Desk,
    paths: Given,
    notices: Notices = None,
    output_format: FormatOption = Format.TABLE,
    output: Output = None,
    report: ReportFolder = None,
    every: Every = False,
    fetch: Fetch = False,
) -> int:
    """Find every picture that a notice touches, why, and what would correct it."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import published  # noqa: PLC0415

    require_paths((*paths, *(notices or ())))
    given = published.at_hand(desk, paths, fetch=fetch)
    require_there(given.paths)
    with desk.session(reads=True) as session:
        audited = given.named(pipeline.audit(session, given.paths, notices or ()))
        told = pipeline.compliance_report(session, audited, paths)
        if output_format is Format.SARIF:
            _write_sarif(session, told, output, every=every)
        else:
            _write(desk, told, output_format, output, every=every)
        _warn(desk, told)
        if audited.scanned.others and output_format is Format.TABLE:
            _summary(desk, f"Left alone, being no pictures or texts: {audited.scanned.others}.")
        if report is not None:
            _summary(desk, f"Report: {pipeline.write_report(session, told, report)[0]}")
    return exit_code(told)


def scan(desk: Desk, paths: Paths, look: Look = False) -> int:
    """Bring the registry up to date with files and folders; look for nothing else."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import console, tables  # noqa: PLC0415

    require_there(paths)
    with desk.session(reads=True) as session:
        scanned = pipeline.scan(session, paths)
        hashed = pipeline.hash_below(session, scanned.roots) if look else None
    sums = {
        "assets": scanned.total,
        "read": scanned.read,
        "unchanged": scanned.unchanged,
        "unreadable": len(scanned.unreadable),
        "gone": len(scanned.gone),
        "offline": len(scanned.offline),
        "other files": scanned.others,
        "notices found": len(scanned.notices),
    }
    _summary(desk, ", ".join(f"{count} {name}" for name, count in sums.items()))
    if hashed is not None:
        _tell_hashed(desk, hashed)
    troubles = [
        *((one.ref.display, one.reason, one.remedy) for one in scanned.unreadable),
        *((one.path, one.message, one.remedy) for one in scanned.problems if not one.expected),
    ]
    for path, message, remedy in troubles:
        console.say(f"{tables.told_of(path, message)} {remedy}".strip(), color=desk.color)
    return INCOMPLETE if troubles else OK


def _tell_hashed(desk: Desk, hashed: Hashed) -> None:
    """What came of looking at the pictures; a picture that cannot be decoded is no bad file."""
    from provenance.cli import console, tables  # noqa: PLC0415

    failed, skipped = len(hashed.failed), len(hashed.skipped)
    told = f"looked at {hashed.done}, {failed} could not be decoded"
    _summary(desk, f"{told}, {skipped} left for the next scan" if skipped else told)
    if desk.verbose:
        for one in (*hashed.failed, *hashed.skipped):
            words = f"{tables.told_of(one.path, one.message)} {one.remedy}".strip()
            console.say(words, color=desk.color)


def _write(
    desk: Desk, told: ComplianceReport, kind: Format, output: Path | None, *, every: bool
) -> None:
    from provenance.cli import console, tables  # noqa: PLC0415
    from provenance.reporting.machine import csv, wire  # noqa: PLC0415

    if kind is Format.JSON:
        console.write(wire.dump(wire.audit_document(told, every=every)), output)
    elif kind is Format.CSV:
        console.write(csv.findings_csv(told, every=every), output)
    else:
        tables.audit(told, output, color=desk.color, every=every, verbose=desk.verbose)


def _write_sarif(
    session: Session, told: ComplianceReport, output: Path | None, *, every: bool
) -> None:
    from provenance.cli import console  # noqa: PLC0415
    from provenance.pipeline.reports.exporting import baseline  # noqa: PLC0415
    from provenance.reporting.machine import sarif, wire  # noqa: PLC0415

    document = sarif.sarif_document(told, every=every, baseline=baseline(session, told))
    console.write(wire.dump(document), output)


def _warn(desk: Desk, told: ComplianceReport) -> None:
    """Say which decisions meet nothing any more."""
    for one in told.problems:
        if one.code == UNUSED:
            _summary(desk, f"{one.path}: {one.message} {one.remedy}")


def exit_code(told: ComplianceReport) -> int:
    """What a command ends with that tells of these findings."""
    if told.unreadable or any(one.code not in _NO_FAILURE for one in told.problems):
        return INCOMPLETE
    return OPEN if told.listed() else OK


def _summary(desk: Desk, text: str) -> None:
    from provenance.cli import console  # noqa: PLC0415

    if not desk.quiet:
        console.say(text, color=desk.color)
