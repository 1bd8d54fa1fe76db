"""``notices due`` and ``notices duty``: what a notice asks, by when, and that it was done."""

from __future__ import annotations

from typing import Annotated

import typer

from provenance.cli.common import OK, OPEN, Desk, Format, FormatOption, command
from provenance.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``notices``."""
    command(app, "due")(due)
    command(app, "duty")(duty)


def due(
    desk: Desk,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that are behind a limit.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Also those that are complete.")] = False,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """List what is due by when, the longest overdue first; exits with 1 while anything is."""
    from provenance.cli import due as shown  # noqa: PLC0415
    from provenance.pipeline import duties  # noqa: PLC0415

    if overdue and every:
        raise UsageError("--overdue and --all exclude each other: give one.")
    with desk.session(create=False) as session:
        found = duties.due(session, every=every)
        now = session.clock()
    if overdue:
        found = tuple(one for one in found if one.clock.overdue)
    shown.show(found, now, as_json=output_format is Format.JSON, color=desk.color)
    return OK if all(one.clock.is_settled for one in found) else OPEN


def duty(
    desk: Desk,
    notice: Annotated[str, typer.Argument(metavar="NOTICE", help="Id, or its beginning.")],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[DUTY]",
            help="remove-online, delete-servers, inform-third-parties or acknowledged.",
        ),
    ] = None,
    done: Annotated[bool, typer.Option("--done", help="It is done, on your word.")] = False,
    waive: Annotated[bool, typer.Option("--waive", help="It need not be done.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="It is to be done after all.")] = False,
    evidence: Annotated[
        str,
        typer.Option(
            metavar="FILE|URL", help="What shows that it is done; an address is not fetched."
        ),
    ] = "",
    reason: Annotated[str, typer.Option(metavar="WHY", help="Why; it goes into the log.")] = "",
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="YYYY-MM-DD, the last day of a waiver."),
    ] = None,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Show the duties of a notice; with --done, --waive or --reopen, say how one stands."""
    from provenance.cli import due as shown  # noqa: PLC0415
    from provenance.model import DutyState  # noqa: PLC0415
    from provenance.pipeline import duties  # noqa: PLC0415

    asked = {DutyState.DONE: done, DutyState.WAIVED: waive, DutyState.OPEN: reopen}
    said = [state for state, given in asked.items() if given]
    _must_fit(name, len(said), speaks=bool(evidence or reason or until))
    with desk.session(create=False) as session:
        if name is None:
            found, _ = duties.notice_clock(session, notice)
        else:
            word = duties.Word(said[0], reason, evidence, until)
            found = duties.act(session, notice, name, word)
        now, today = session.clock(), session.policy.today
    shown.show_duties(found, now, today, as_json=output_format is Format.JSON, color=desk.color)
    return OK if name is not None or found.clock.is_settled else OPEN


def _must_fit(name: str | None, words: int, *, speaks: bool) -> None:
    if name is None and (words or speaks):
        raise UsageError(
            "Which duty? None is named.",
            remedy="Name it behind the notice: `provenance notices duty NOTICE DUTY --done`.",
        )
    if name is not None and words != 1:
        raise UsageError(
            f"What about {name}? Say one of --done, --waive and --reopen.",
            remedy="Without a duty, `provenance notices duty NOTICE` shows how all of them stand.",
        )
