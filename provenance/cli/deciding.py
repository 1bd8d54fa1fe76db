"""``accept``, ``reject``, ``waive``: named decisions about findings."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from provenance.cli.common import OK, Desk, command
from provenance.errors import UsageError

Findings = Annotated[
    list[str], typer.Argument(metavar="FINDING...", help="Ids, or their beginnings.")
]
Reason = Annotated[str, typer.Option(help="Why; it goes into the log.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    command(app, "accept")(accept)
    command(app, "reject")(reject)
    command(app, "waive")(waive)


def accept(desk: Desk, findings: Findings, reason: Reason) -> int:
    """Accept held findings on your word; the next `fix --apply` carries them out."""
    return _decide(desk, findings, "apply", reason)


def reject(desk: Desk, findings: Findings, reason: Reason) -> int:
    """Reject findings: they do not come back unless what they rest on changes."""
    return _decide(desk, findings, "dismiss", reason)


def waive(
    desk: Desk,
    findings: Findings,
    reason: Reason,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="YYYY-MM-DD; then it is open again.")
    ] = None,
) -> int:
    """Waive findings, for good or until a date."""
    if until is not None:
        try:
            until = dt.date.fromisoformat(until).isoformat()
        except ValueError as error:
            raise UsageError(f"{until!r} is not a date.", remedy="Write YYYY-MM-DD.") from error
    return _decide(desk, findings, "waive", reason, until)


def _decide(
    desk: Desk, found: list[str], verdict: str, reason: str, until: str | None = None
) -> int:
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import console  # noqa: PLC0415
    from provenance.model import Verdict  # noqa: PLC0415

    with desk.session(create=False) as session:
        decided = pipeline.decide(session, found, Verdict(verdict), reason, until)
    for one in decided:
        console.write(f"{one.finding_id} {one.rule.value}: {verdict}, by {desk.by}\n", None)
    return OK
