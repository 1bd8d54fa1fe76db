"""``quarantine``: withdrawn pictures go out of reach, come back, or are deleted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer

from provenance.cli import recovered
from provenance.cli.common import INCOMPLETE, OK, OPEN, Desk, Format, FormatOption, command
from provenance.cli.config import APP
from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.pipeline import Remedied, Session

_FOLDER = "quarantine"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(app, "quarantine")(quarantine)


def quarantine(
    desk: Desk,
    notice: Annotated[
        str, typer.Argument(metavar="NOTICE", help="A withdrawal: its id, or the beginning.")
    ],
    findings: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FINDING...]", help="Only these; what is not proven moves on your word."
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Do it.")] = False,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="The quarantine folder.")
    ] = None,
    release: Annotated[
        bool, typer.Option("--release", help="Put the pictures back where they were.")
    ] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete for good what is in quarantine.")
    ] = False,
    reason: Annotated[str, typer.Option(metavar="WHY", help="Why it is put back or deleted.")] = "",
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Show which copies of a withdrawn picture would go out of reach; with --apply, move them."""
    _must_make_sense(to, reason, release=release, delete=delete)
    with desk.session(create=False) as session:
        if release or delete:
            if delete:
                _must_be_decided(desk, reason, apply=apply)
            return _end(
                desk, session, (notice, findings or (), reason), output_format,
                delete=delete, apply=apply,
            )  # fmt: skip
        return _move(desk, session, (notice, findings or (), to), output_format, apply=apply)


def _must_make_sense(to: Path | None, reason: str, *, release: bool, delete: bool) -> None:
    if release and delete:
        raise UsageError("--release puts pictures back, --delete deletes them: give one.")
    if (release or delete) and to is not None:
        raise UsageError("--to names where pictures are moved to; here nothing is moved there.")
    if reason and not (release or delete):
        raise UsageError(
            "The reason for moving a withdrawn picture is its notice.",
            remedy="Give --reason with --release or --delete.",
        )


def _must_be_decided(desk: Desk, reason: str, *, apply: bool) -> None:
    """Deletion takes a named person and a reason; a login name is no name given."""
    if not apply:
        return
    if not reason.strip():
        raise UsageError(
            "Deleting a picture cannot be taken back and needs a reason.",
            remedy="Give it with --reason.",
        )
    if desk.config.settings["by"].origin == "default":
        raise UsageError(
            "Deleting a picture cannot be taken back and takes a named person.",
            remedy="Give your name with --by, in PROVENANCE_USER or in the configuration.",
        )


def _move(
    desk: Desk,
    session: Session,
    asked: tuple[str, list[str] | tuple[()], Path | None],
    kind: Format,
    *,
    apply: bool,
) -> int:
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import quarantined  # noqa: PLC0415

    notice, findings, to = asked
    folder = folder_of(desk, session, to)
    first = recovered.settle(desk, session) if apply else ()
    proposed = pipeline.plan_quarantine(session, notice, findings)
    if not apply:
        quarantined.show(proposed, folder, as_json=kind is Format.JSON, color=desk.color)
        return OPEN if proposed.pictures or proposed.left else OK
    done = recovered.joined(desk, first, pipeline.quarantine(session, proposed, folder))
    places = {one.asset_uri: one.place for one in pipeline.kept_of(session, done.run_id)}
    quarantined.show_outcomes(done, proposed, places, as_json=kind is Format.JSON, color=desk.color)
    return _code(done)


def _end(
    desk: Desk,
    session: Session,
    asked: tuple[str, list[str] | tuple[()], str],
    kind: Format,
    *,
    delete: bool,
    apply: bool,
) -> int:
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import quarantined  # noqa: PLC0415

    notice, findings, reason = asked
    as_json = kind is Format.JSON
    first = recovered.settle(desk, session) if apply else ()
    proposed = pipeline.kept_on(session, notice, findings)
    if not apply:
        quarantined.show_ending(proposed, delete=delete, as_json=as_json, color=desk.color)
        return OPEN if proposed.kept else OK
    if delete:
        done = pipeline.destroy(session, proposed.kept, reason)
    else:
        done = pipeline.release(session, proposed.kept, reason)
    done = recovered.joined(desk, first, done)
    word = "deleted" if delete else "put back"
    quarantined.show_ended(done, word, as_json=as_json, color=desk.color)
    return _code(done)


def folder_of(desk: Desk, session: Session, to: Path | None = None) -> str:
    """Where pictures go: the command line, the configuration, beside the registry."""
    if to is not None:
        return os.path.abspath(to)
    settled = desk.config.text("quarantine.folder")
    if settled:
        return os.path.abspath(settled)
    place = session.registry.place
    beside = os.path.dirname(os.path.abspath(place)) if os.path.isfile(place) else None
    return os.path.join(beside or platformdirs.user_data_dir(APP), _FOLDER)


def _code(done: Remedied) -> int:
    """The exit code follows from the worst outcome."""
    from provenance.model import Conflict, Failed  # noqa: PLC0415

    went_wrong = any(isinstance(one.result, Conflict | Failed) for one in done.outcomes)
    if done.halted or went_wrong or recovered.needs_a_look(done.recovered):
        return INCOMPLETE
    return OPEN if done.held else OK
