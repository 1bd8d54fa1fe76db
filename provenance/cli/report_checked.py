"""The answer of ``report --verify``, for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.cli import console
from provenance.pipeline.reports.report_check import ReportCheck
from provenance.reporting import wording
from provenance.reporting.machine import wire
from provenance.reporting.text import one_line

SCHEMA_VERSION = 1
_MOST_PROBLEMS = 5


def lines(checked: ReportCheck) -> Iterator[str]:
    """What was found, line by line; safe on a terminal."""
    sign = "Verified" if checked.ok else "Not verified"
    yield one_line(f"{sign}: {checked.path}")
    yield f"  {one_line(checked.message)}"
    given = checked.given_out
    if given is not None:
        yield "  " + one_line(
            f"Given out on {wording.moment(given.made)} by {given.by or 'nobody named'},"
            f" as {given.name}; record {given.index} of the log {checked.origin}"
        )
        if given.checkpoint_size is not None:
            yield "  " + one_line(
                f"Made from the checkpoint of {given.checkpoint_size:,} records,"
                f" root {given.checkpoint_root}"
            )
        if given.again:
            yield f"  The same file was given out {wording.count(given.again, 'more time')}"
    if checked.ok:
        yield (
            f"  The log's {wording.count(checked.log_size, 'record')} verify; the record is proven"
            f" under the checkpoint of {checked.covered_by:,}"
        )
    for problem in checked.problems[:_MOST_PROBLEMS]:
        yield f"  Log: {one_line(problem)}"
    if len(checked.problems) > _MOST_PROBLEMS:
        yield f"  Log: {len(checked.problems) - _MOST_PROBLEMS:,} more problems"
    if checked.remedy:
        yield f"  {one_line(checked.remedy)}"
    yield f"  SHA-256 {checked.sha256}"


def as_json(checked: ReportCheck) -> None:
    """Write the answer as JSON to stdout."""
    given = checked.given_out
    document: dict[str, object] = {
        "schemaVersion": SCHEMA_VERSION,
        "ok": checked.ok,
        "verdict": checked.verdict.value,
        "path": checked.path,
        "sha256": checked.sha256,
        "message": checked.message,
        "remedy": checked.remedy or None,
        "givenOut": None
        if given is None
        else {
            "index": given.index,
            "name": given.name,
            "made": given.made,
            "by": given.by or None,
            "program": given.program or None,
            "checkpointSize": given.checkpoint_size,
            "checkpointRoot": given.checkpoint_root or None,
            "again": given.again,
        },
        "log": {
            "origin": checked.origin or None,
            "size": checked.log_size,
            "coveredBy": checked.covered_by,
            "problems": list(checked.problems),
        },
    }
    console.write(wire.dump(document), None)
