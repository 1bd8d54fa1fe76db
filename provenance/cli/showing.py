"""``show``: one picture, its copies, its values and what was done to it."""

from __future__ import annotations

from typing import Annotated

import typer

from provenance.cli.common import OK, Desk, command


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(app, "show")(show)


def show(
    desk: Desk,
    asset: Annotated[str, typer.Argument(metavar="ASSET", help="A file in the registry.")],
) -> int:
    """Show one picture: copies, values, findings, history."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import history  # noqa: PLC0415

    with desk.session(create=False) as session:
        known = pipeline.known(session, asset)
    history.show(known, color=desk.color)
    return OK
