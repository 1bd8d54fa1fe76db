"""Decisions as people and programs read them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from provenance.cli import console, tables
from provenance.model import Decision, Finding, Status, Verdict
from provenance.pipeline import Made, State, Withdrawn
from provenance.reporting import wording
from provenance.reporting.decisions import decision_json
from provenance.reporting.machine import wire
from provenance.reporting.text import one_line

_STYLES = {
    State.STANDS: "green",
    State.UNUSED: "yellow",
    State.OUTDATED: "yellow",
    State.EXPIRED: "dim",
    State.WITHDRAWN: "dim",
    State.REPLACED: "dim",
}
_COLUMNS = ("decision", "state", "what", "who", "when", "until", "findings", "why", "about")


def told(settled: Sequence[Finding], verdict: Verdict, *, by: str, until: str | None) -> None:
    """Say what was decided, and for how many findings it speaks."""
    word = wording.VERDICTS[verdict]
    last = f" until {until}" if until else ""
    for one in settled:
        also = ", already corrected" if one.status is Status.FIXED else ""
        text = f"{one.finding_id} {one.rule.value}: {word} by {by}{last}{also}"
        console.write(f"{one_line(text)}\n", None)
    copies = len(settled) - len({one.decision_key for one in settled})
    if copies:
        console.write(f"{_findings(len(settled))} settled, copies included.\n", None)


def taken_back(taken: Sequence[Withdrawn], *, by: str) -> None:
    """Say which decisions were withdrawn, and what is open or held again."""
    for one in taken:
        again = sum(found.status in {Status.OPEN, Status.HELD} for found in one.findings)
        text = (
            f"{one.decision.decision_key}: {by} withdrew what {one.decision.agent} "
            f"{wording.VERDICTS[one.decision.verdict]} on {one.decision.decided[:10]}; "
            f"{_findings(again)} to be decided again"
        )
        console.write(f"{one_line(text)}\n", None)


def _findings(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"


def show(made: Sequence[Made], *, as_json: bool, color: bool) -> None:
    """Print decisions, oldest first."""
    if as_json:
        console.write(wire.dump(_document(made)), None)
        return
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in _COLUMNS:
        table.add_column(name, no_wrap=name not in {"why", "about"}, overflow="fold")
    for one in made:
        table.add_row(*_cells(one))
    tables.show([table] if made else [Text("No such decision is on record.")], None, color=color)


def _cells(one: Made) -> tuple[str | Text, ...]:
    decision = one.decision
    more = f" and {len(one.paths) - 1} more" if len(one.paths) > 1 else ""
    return (
        decision.decision_key,
        Text(one.state.value, style=_STYLES[one.state]),
        wording.VERDICTS[decision.verdict],
        one_line(decision.agent),
        decision.decided[:16].replace("T", " "),
        _until(decision, one.days_left),
        str(len(one.findings)),
        one_line(decision.reason),
        one_line(f"{one.paths[0]}{more}") if one.paths else "",
    )


def _until(decision: Decision, left: int | None) -> str:
    if decision.until is None:
        return "for good" if decision.verdict is not Verdict.WITHDRAW else ""
    return decision.until if left is None else f"{decision.until} ({wording.left(left)})"


def _document(made: Sequence[Made]) -> wire.Json:
    return {
        "schemaVersion": wire.SCHEMA_VERSION,
        "decisions": [
            {
                **decision_json(one.decision, one.days_left),
                "state": one.state.value,
                "paths": list(one.paths),
                "findings": [
                    {
                        "findingId": found.finding_id,
                        "rule": found.rule.value,
                        "status": found.status.value,
                        "noticeId": found.notice_id,
                    }
                    for found in one.findings
                ],
            }
            for one in made
        ],
    }
