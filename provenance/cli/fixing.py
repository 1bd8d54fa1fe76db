"""``fix`` and ``undo``: show the plan, carry it out, put things back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import INCOMPLETE, OK, OPEN, Desk, Format, FormatOption, command
from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.fixing import Plan
    from provenance.pipeline import Remedied, Session


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    command(app, "fix")(fix)
    command(app, "undo")(undo)


def fix(
    desk: Desk,
    findings: Annotated[
        list[str] | None, typer.Argument(metavar="[FINDING...]", help="Only these findings.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write it.")] = False,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save the plan; with --apply, carry this plan out."),
    ] = None,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Also what a machine may not do alone.")
    ] = False,
    patch: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Propose what would mend published pages, as a patch."),
    ] = None,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Show what would be corrected, as a diff; with --apply, correct it."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import plans, published  # noqa: PLC0415

    if patch is not None and (apply or plan is not None or unsafe_fixes):
        raise UsageError("A patch is only proposed: give findings beside it, and nothing else.")
    with desk.session(create=False) as session:
        if patch is not None:
            return published.propose(desk, session, findings or (), patch)
        if apply and plan is not None:
            if findings or unsafe_fixes:
                raise UsageError("A saved plan is carried out as it is: give nothing beside it.")
            return _apply(desk, session, plans.load(plan), output_format)
        proposed = pipeline.plan(session, findings or (), unsafe=unsafe_fixes)
        if apply:
            if proposed.problems:
                flood = proposed.problems[0]
                raise UsageError(flood.message, code=flood.code, remedy=flood.remedy)
            return _apply(desk, session, proposed.plan, output_format)
    if plan is not None:
        plans.save(proposed.plan, plan)
    plans.show(proposed, as_json=output_format is Format.JSON, color=desk.color)
    return OPEN if proposed.plan.items or proposed.plan.held else OK


def _apply(desk: Desk, session: Session, made: Plan, kind: Format) -> int:
    from provenance import pipeline  # noqa: PLC0415

    return _told(desk, pipeline.remediate(session, made), kind, undone=False)


def undo(
    desk: Desk,
    what: Annotated[str, typer.Argument(metavar="RUN|NOTICE|FILE", help="What to take back.")],
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Put the former metadata back, byte for byte."""
    from provenance import pipeline  # noqa: PLC0415

    with desk.session(create=False) as session:
        return _told(desk, pipeline.undo(session, what), output_format, undone=True)


def _told(desk: Desk, done: Remedied, kind: Format, *, undone: bool) -> int:
    """Report what came of it; the exit code follows from the worst outcome."""
    from provenance.cli import plans  # noqa: PLC0415
    from provenance.model import Conflict, Failed, Held  # noqa: PLC0415

    as_json = kind is Format.JSON
    plans.show_outcomes(done, as_json=as_json, color=desk.color, undone=undone)
    results = [one.result for one in done.outcomes]
    if done.halted or any(isinstance(one, Conflict | Failed) for one in results):
        return INCOMPLETE
    if done.held or any(isinstance(one, Held) for one in results):
        return OPEN
    return OK
