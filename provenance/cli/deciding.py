"""``accept``, ``reject``, ``waive``, ``hold``, ``decisions``: named decisions about findings."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from provenance.cli.common import OK, Desk, Format, FormatOption, command

Findings = Annotated[
    list[str], typer.Argument(metavar="FINDING...", help="Ids, or their beginnings.")
]
Reason = Annotated[str, typer.Option(help="Why; it goes into the log.")]
Until = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="YYYY-MM-DD, the last day; then nobody's word stands."),
]
Value = Annotated[
    list[str] | None,
    typer.Option(
        "--value",
        metavar="[FIELD=]TEXT",
        help="Write this instead of the proposed value; FIELD where there are several.",
    ),
]
_LIST = "list"


class _ListUnlessTold(TyperGroup):
    """A group that lists where no other command of it is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if args and args[0] in named else [_LIST, *args])


app = typer.Typer(cls=_ListUnlessTold, help="Named decisions: list, withdraw.")


def register(parent: typer.Typer) -> None:
    """Add the commands to the application."""
    command(parent, "accept")(accept)
    command(parent, "reject")(reject)
    command(parent, "waive")(waive)
    command(parent, "hold")(hold)
    command(app, _LIST)(list_decisions)
    command(app, "withdraw")(withdraw)
    parent.add_typer(app, name="decisions")


def accept(
    desk: Desk,
    findings: Findings,
    reason: Reason,
    until: Until = None,
    value: Value = None,
) -> int:
    """Accept held findings on your word; the next `fix --apply` carries them out."""
    return _decide(desk, findings, "apply", (reason, until), value)


def reject(desk: Desk, findings: Findings, reason: Reason, until: Until = None) -> int:
    """Reject findings: they do not come back unless what they rest on changes."""
    return _decide(desk, findings, "dismiss", (reason, until))


def waive(desk: Desk, findings: Findings, reason: Reason, until: Until = None) -> int:
    """Waive findings, for good or until a date."""
    return _decide(desk, findings, "waive", (reason, until))


def hold(desk: Desk, findings: Findings, reason: Reason, until: Until = None) -> int:
    """Put findings on hold: nothing is applied until somebody decides."""
    return _decide(desk, findings, "hold", (reason, until))


def _decide(
    desk: Desk,
    found: list[str],
    verdict: str,
    why: tuple[str, str | None],
    values: list[str] | None = None,
) -> int:
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import decided  # noqa: PLC0415
    from provenance.errors import UsageError  # noqa: PLC0415
    from provenance.model import Verdict  # noqa: PLC0415
    from provenance.pipeline.accepting import values_of  # noqa: PLC0415
    from provenance.pipeline.deciding import Terms  # noqa: PLC0415

    reason, until = why[0], pipeline.last_day(why[1])
    if values and len(found) != 1:
        raise UsageError(
            "--value is for one finding at a time.", remedy="Accept the findings one by one."
        )
    with desk.session(create=False) as session:
        terms = Terms(values_of(session, found[0], values)) if values else Terms()
        settled = pipeline.decide(session, found, Verdict(verdict), reason, until, terms)
    decided.told(settled, Verdict(verdict), by=desk.by, until=until)
    return OK


def list_decisions(
    desk: Desk,
    unused: Annotated[
        bool, typer.Option("--unused", help="Only those that meet no finding any more.")
    ] = False,
    expired: Annotated[bool, typer.Option("--expired", help="Only those that ran out.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Also those that ran out, were withdrawn or replaced.")
    ] = False,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """List who decided what, why and until when, and what has become of it."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import decided  # noqa: PLC0415

    with desk.session(create=False) as session:
        made = pipeline.every(session)
    ended = {pipeline.State.EXPIRED, pipeline.State.WITHDRAWN, pipeline.State.REPLACED}
    wanted = set(pipeline.State) if every else set(pipeline.State) - ended
    if unused or expired:
        named = {pipeline.State.UNUSED: unused, pipeline.State.EXPIRED: expired}
        wanted = {state for state, asked in named.items() if asked}
    decided.show(
        [one for one in made if one.state in wanted],
        as_json=output_format is Format.JSON,
        color=desk.color,
    )
    return OK


def withdraw(
    desk: Desk,
    decisions: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Of decisions or findings; beginnings do.")
    ],
    reason: Reason,
) -> int:
    """Take decisions back: their findings stand as if nobody had decided."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import decided  # noqa: PLC0415

    with desk.session(create=False) as session:
        taken = pipeline.withdraw(session, decisions, reason)
    decided.taken_back(taken, by=desk.by)
    return OK
