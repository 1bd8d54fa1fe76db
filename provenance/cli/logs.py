"""``log``: show, verify, prove and export the audit log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli.common import LOG_FAILED, OK, Desk, Format, FormatOption, command
from provenance.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="The audit log: show, verify, prove, export.")


Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file.")]


def register(parent: typer.Typer) -> None:
    """Add the group to the application."""
    command(app, "show")(show)
    command(app, "verify")(verify)
    command(app, "prove")(prove)
    command(app, "export")(export)
    parent.add_typer(app, name="log")


def show(
    desk: Desk,
    start: Annotated[int, typer.Option(help="First record; negative counts from the end.")] = -20,
    limit: Annotated[int, typer.Option(min=1, help="How many records.")] = 20,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Show records: what was done, when, by whom, to which file."""
    from provenance import auditlog  # noqa: PLC0415
    from provenance.cli import records  # noqa: PLC0415

    with desk.session(create=False) as session, session.registry.read() as tx:
        entries = auditlog.entries(tx.connection, start, limit)
    records.show(entries, as_json=output_format is Format.JSON, color=desk.color)
    return OK


def verify(desk: Desk, output_format: FormatOption = Format.TABLE) -> int:
    """Check every record, hash and checkpoint; say which one was altered, if any."""
    from provenance import auditlog  # noqa: PLC0415
    from provenance.cli import console, records  # noqa: PLC0415
    from provenance.reporting import wire  # noqa: PLC0415

    with desk.session(create=False) as session, session.registry.read() as tx:
        verified = auditlog.verify(tx.connection, session.log.state)
    if output_format is Format.JSON:
        console.write(wire.dump(wire.verify_document(verified)), None)
    else:
        records.show_verification(verified, color=desk.color)
    return OK if verified.ok else LOG_FAILED


def prove(
    desk: Desk,
    index: Annotated[int, typer.Argument(min=0, metavar="N", help="Number of the record.")],
    output: Output = None,
) -> int:
    """Write the C2SP tlog-proof that a record stands in the log."""
    from provenance import auditlog  # noqa: PLC0415
    from provenance.cli import console  # noqa: PLC0415

    with desk.session(create=False) as session, session.registry.read() as tx:
        proof = auditlog.prove(tx.connection, session.log.state, index)
    console.write(proof, output)
    return OK


def export(
    desk: Desk,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The zip file to write.")
    ] = Path("evidence.zip"),
    notice: Annotated[
        str | None, typer.Option(metavar="NOTICE", help="Everything done about this notice.")
    ] = None,
    index: Annotated[
        list[int] | None, typer.Option(metavar="N", help="This record; repeatable.")
    ] = None,
    withhold: Annotated[
        bool, typer.Option("--withhold", help="Leave out the words behind the commitments.")
    ] = False,
) -> int:
    """Write evidence for an outsider: records, proofs, key, a verifier, a page to read."""
    from provenance import auditlog, pipeline  # noqa: PLC0415
    from provenance.cli import console  # noqa: PLC0415

    if notice is None and not index:
        raise UsageError("Say what to export.", remedy="Give --notice NOTICE or --index N.")
    with desk.session(create=False) as session, session.registry.read() as tx:
        wanted = [*(index or ()), *(pipeline.records_of_notice(tx, notice) if notice else ())]
        checkpoint = auditlog.export(
            tx.connection, output, wanted, state=session.log.state, disclose=not withhold
        )
    console.write(f"{output}: {len(set(wanted))} records, checkpoint {checkpoint.size}\n", None)
    return OK
