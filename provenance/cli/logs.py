"""``log``: show and verify the audit log; the group that its other commands join."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import evidence, log_keys
from provenance.cli.common import LOG_FAILED, OK, Desk, Format, FormatOption, command
from provenance.cli.log_source import ClosedOption, source

app = typer.Typer(no_args_is_help=True, help="The audit log: show, verify, prove, export.")


def register(parent: typer.Typer) -> None:
    """Add the group to the application."""
    command(app, "show")(show)
    command(app, "verify")(verify)
    evidence.register(app)
    log_keys.register(app)
    parent.add_typer(app, name="log")


def show(
    desk: Desk,
    start: Annotated[
        int, typer.Option(help="First of the records asked for; negative counts from the end.")
    ] = -20,
    limit: Annotated[int, typer.Option(min=1, help="How many records.")] = 20,
    notice: Annotated[
        str | None, typer.Option(metavar="NOTICE", help="Only those that cite this notice.")
    ] = None,
    file: Annotated[
        str | None, typer.Option(metavar="PATH", help="Only those of this file or folder.")
    ] = None,
    act: Annotated[
        str | None, typer.Option(metavar="ACT", help="Only of this kind: fix, undo.commit ...")
    ] = None,
    closed: ClosedOption = None,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Show records: what was done, when, by whom, to which file."""
    from provenance import pipeline  # noqa: PLC0415 - start-up stays quick
    from provenance.cli import records  # noqa: PLC0415

    query = pipeline.RecordQuery(notice_id=notice, path=file, act=act)
    with (
        source(desk, closed) as log,
        desk.session(create=False) as session,
        session.registry.read() as tx,
    ):
        entries = pipeline.records_where(tx, query, start, limit, log.connection)
    records.show(entries, as_json=output_format is Format.JSON, color=desk.color)
    return OK


def verify(
    desk: Desk,
    witnessed: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A checkpoint that somebody else kept; repeatable."),
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VKEY", help="Each such checkpoint must bear this witness's cosignature."
        ),
    ] = None,
    closed: ClosedOption = None,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Check every record, hash and checkpoint; say which one was altered, if any."""
    from provenance import auditlog  # noqa: PLC0415 - start-up stays quick
    from provenance.cli import console, records  # noqa: PLC0415
    from provenance.reporting.machine import wire  # noqa: PLC0415

    notes = evidence.read_witnessed(witnessed or (), witness or ())
    shown = console.progress(desk.config.text("progress"), color=desk.color, quiet=desk.quiet)
    # The log's length is not asked first: a head that cannot be read is for the check to tell.
    with source(desk, closed) as log, shown.task("records checked", None) as advance:
        verified = auditlog.verify(
            log.connection, log.state, witnessed=notes, advance=advance, closed=log.closed
        )
    if output_format is Format.JSON:
        console.write(wire.dump(wire.verify_document(verified)), None)
    else:
        records.show_verification(verified, color=desk.color)
    return OK if verified.ok else LOG_FAILED
