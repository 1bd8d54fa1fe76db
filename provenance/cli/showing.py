"""``show``: one picture, its family, its values and what was done to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli.common import OK, Desk, Format, FormatOption, command


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(app, "show")(show)


def show(
    desk: Desk,
    asset: Annotated[str, typer.Argument(metavar="ASSET", help="A file in the registry.")],
    output_format: FormatOption = Format.TABLE,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="DIR", help="Also draw the family as an HTML page."),
    ] = None,
) -> int:
    """Show one picture: its family, values, findings, history."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import console, history  # noqa: PLC0415

    with desk.session(create=False) as session:
        known = pipeline.known(session, asset)
        written = pipeline.write_family(session, known, report) if report is not None else ()
    if output_format is Format.JSON:
        console.write(history.document(known), None)
    else:
        history.show(known, color=desk.color)
    if written and not desk.quiet:
        console.say(f"Report: {written[0]}", color=desk.color)
    return OK
