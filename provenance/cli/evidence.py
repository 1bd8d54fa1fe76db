"""``log prove``, ``export``, ``checkpoint``, ``consistency``: what outsiders can check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import OK, Desk, command
from provenance.cli.log_source import ClosedOption, source
from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.auditlog.outsiders.proof import Prover
    from provenance.model import Checkpoint

_LARGEST_NOTE = 256 * 1024

Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the group of the log."""
    command(app, "prove")(prove)
    command(app, "export")(export)
    command(app, "checkpoint")(checkpoint)
    command(app, "consistency")(consistency)


def prove(
    desk: Desk,
    index: Annotated[int, typer.Argument(min=0, metavar="N", help="Number of the record.")],
    closed: ClosedOption = None,
    output: Output = None,
) -> int:
    """Write the C2SP tlog-proof that a record stands in the log."""
    from provenance.cli import console  # noqa: PLC0415 - start-up stays quick

    with source(desk, closed) as log:
        proof = log.prover().prove(index)[1].text()
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
        bool,
        typer.Option("--withhold", help="Leave out the notice's text and the metadata's words."),
    ] = False,
    closed: ClosedOption = None,
) -> int:
    """Write evidence for an outsider: records, proofs, key, a verifier, a page to read.

    Files' paths and people's names in the records are part of them and cannot be left out.
    """
    from provenance import auditlog, pipeline  # noqa: PLC0415 - start-up stays quick
    from provenance.cli import console  # noqa: PLC0415

    if notice is None and not index:
        raise UsageError("Say what to export.", remedy="Give --notice NOTICE or --index N.")
    with source(desk, closed) as log:
        found = None
        if notice is not None:
            with desk.session(create=False) as session, session.registry.read() as tx:
                found = pipeline.concerning(tx, notice, log.connection)
        wanted = {*(index or ()), *(found.indexes if found else ())}
        before = log.follows()
        if notice is not None and not wanted:
            raise UsageError(
                f"The log has no record about the notice {notice}.",
                remedy=f"It follows the closed log {before}: look there with --closed {before}."
                if before
                else "See `provenance log show` for the records that there are.",
            )
        made = auditlog.export(
            log.connection,
            output,
            sorted(wanted),
            prover=log.prover(),
            disclose=not withhold,
            about=found.about if found else None,
        )
    told = f"{output}: {len(wanted)} records, checkpoint {made.size}\n"
    if notice is not None and before:
        told += f"What was recorded before this log began: --closed {before}\n"
    console.write(told, None)
    return OK


def checkpoint(desk: Desk, closed: ClosedOption = None, output: Output = None) -> int:
    """Print the newest checkpoint: some 200 octets to send to somebody outside who keeps them.

    It is printed only where the log in the registry is the one that it covers.
    """
    from provenance.cli import console  # noqa: PLC0415 - start-up stays quick

    with source(desk, closed) as log:
        newest = log.prover().checkpoint
    console.write(newest.note, output)
    return OK


def consistency(
    desk: Desk,
    since: Annotated[
        str,
        typer.Option("--from", metavar="FILE|SIZE", help="The checkpoint that somebody kept."),
    ],
    until: Annotated[
        str | None,
        typer.Option("--to", metavar="FILE|SIZE", help="A later one; by default the newest."),
    ] = None,
    closed: ClosedOption = None,
    output: Output = None,
) -> int:
    """Prove that the log only grew since a checkpoint: nothing in it was altered or removed.

    The outsider checks it with `python verify.py FILE --since CHECKPOINT --vkey KEY`.
    """
    from provenance.cli import console  # noqa: PLC0415 - start-up stays quick

    with source(desk, closed) as log:
        prover = log.prover()
        later = _named(prover, until) if until is not None else None
        proof = prover.prolongs(_named(prover, since), later)
    console.write(proof.text(), output)
    return OK


def read_witnessed(paths: Sequence[Path], vkeys: Sequence[str]) -> tuple[str, ...]:
    """Return the checkpoints that others have kept, the cosignatures asked for checked.

    Raises:
        UsageError: a file cannot be read, or a witness is named but no checkpoint.
        LogError: a key or a cosignature is not what it should be.
    """
    from provenance.auditlog.note import Verifier, cosigned_at  # noqa: PLC0415

    if vkeys and not paths:
        raise UsageError(
            "No checkpoint is named that this witness could have signed.",
            remedy="Name it with --witnessed FILE.",
        )
    notes = tuple(_read(path) for path in paths)
    for witness in (Verifier.witness(vkey) for vkey in vkeys):
        for note in notes:
            cosigned_at(note, witness)
    return notes


def _named(prover: Prover, place: str) -> Checkpoint:
    """Return the checkpoint in a file, or the one of so many records."""
    path = Path(place)
    if place.isascii() and place.isdigit() and not path.exists():
        return prover.issued(int(place))
    return prover.open(_read(path))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_NOTE + 1)
        return data.decode()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.",
            remedy="Name a file with a checkpoint, as `provenance log checkpoint` prints it.",
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not a checkpoint: it is not text.",
            remedy="Name a file with a checkpoint, as `provenance log checkpoint` prints it.",
        ) from error
