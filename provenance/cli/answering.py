"""``answer``: the statement for an agency about one notice, with the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli.common import OK, OPEN, Desk, command, require_paths


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(app, "answer")(answer)


def answer(
    desk: Desk,
    notice_id: Annotated[
        str, typer.Argument(metavar="NOTICE", help="Its id, or the beginning of it.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the answer goes.")],
    without_evidence: Annotated[
        bool,
        typer.Option(
            "--without-evidence", help="Only the statement; records hold paths and names."
        ),
    ] = False,
) -> int:
    """Write the answer to an agency: what was asked, found, done, said, and what is open.

    A page, a text and JSON about this notice alone, in the name of --by, and evidence.zip for
    whoever wants to check it. Exit code 1 where something remains open.
    """
    from provenance.cli import console  # noqa: PLC0415 - start-up stays quick
    from provenance.pipeline.reports.answering import answer_agency  # noqa: PLC0415
    from provenance.reporting.text import one_line  # noqa: PLC0415

    require_paths([str(out)])
    with desk.session(create=False) as session:
        made = answer_agency(session, notice_id, out, evidence=not without_evidence)
    console.write("".join(f"{one_line(str(path))}\n" for path in made.files), None)
    if not desk.quiet:
        for line in made.statement.open:
            console.say(f"open: {line}", color=desk.color)
        if not without_evidence:
            console.say(
                "The records in evidence.zip hold paths of files and names of your people: look "
                "before you give it out.",
                color=desk.color,
            )
    return OPEN if made.statement.open else OK
