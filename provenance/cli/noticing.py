"""``notices``: take up, parse, list, show and retract what agencies and the desk say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli import duties
from provenance.cli.common import INCOMPLETE, OK, Desk, Format, FormatOption, command, require_paths
from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.model import Notice
    from provenance.reporting.told import Problem

app = typer.Typer(no_args_is_help=True, help="Correction notices: add, list, show; what is due.")


Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Texts, mails, folders.")]
NoticeId = Annotated[str, typer.Argument(metavar="NOTICE", help="Id, or its beginning.")]


def register(parent: typer.Typer) -> None:
    """Add the group to the application."""
    command(app, "add")(add)
    command(app, "new")(new)
    command(app, "parse")(parse)
    command(app, "list")(list_notices)
    command(app, "show")(show)
    command(app, "retract")(retract)
    duties.register(app)
    parent.add_typer(app, name="notices")


def add(desk: Desk, files: Files, output_format: FormatOption = Format.TABLE) -> int:
    """Take up notices on your word; the next audit holds them against the archive."""
    from provenance import pipeline  # noqa: PLC0415

    require_paths(files)
    with desk.session(reads=True) as session:
        brought, problems = pipeline.bring(session, files)
    _write(desk, brought, problems, output_format)
    return INCOMPLETE if problems else OK


def new(
    desk: Desk,
    wrong: Annotated[str | None, typer.Option(help="The value that is wrong.")] = None,
    right: Annotated[str | None, typer.Option(help="The value that is right.")] = None,
    prop: Annotated[
        str, typer.Option("--property", help="IPTC property id, e.g. creatorNames.")
    ] = "creatorNames",
    target: Annotated[
        list[str] | None,
        typer.Option(help="Picture: identifier, file or SHA-256; repeatable."),
    ] = None,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Correct the desk's own error, by the same path as an agency's notice."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.model import Property  # noqa: PLC0415

    if prop not in set(Property):
        known = ", ".join(Property)
        raise UsageError(f"There is no property {prop!r}.", remedy=f"There are: {known}.")
    with desk.session() as session:
        notice = pipeline.correct_in_house(
            session, wrong=wrong, right=right, prop=Property(prop), targets=target or ()
        )
    _write(desk, [notice], (), output_format)
    return OK


def parse(desk: Desk, files: Files, output_format: FormatOption = Format.TABLE) -> int:
    """Show how notices and captions in files are understood; registers nothing."""
    from provenance import isolation, pipeline  # noqa: PLC0415
    from provenance.cli import console, noticed  # noqa: PLC0415
    from provenance.reporting.machine import wire  # noqa: PLC0415

    require_paths(files)
    isolation.prepare("provenance.pipeline.carriers", clean=True)
    parsed = pipeline.parse_files(files)
    if output_format is Format.JSON:
        document = wire.notices_document(parsed.notices, parsed.captions, parsed.problems)
        console.write(wire.dump(document), None)
    else:
        noticed.show(parsed.notices, parsed.captions, parsed.problems, color=desk.color)
    return INCOMPLETE if parsed.problems else OK


def list_notices(
    desk: Desk,
    output_format: FormatOption = Format.TABLE,
    every: Annotated[bool, typer.Option("--all", help="Also retracted ones.")] = False,
) -> int:
    """List the notices that the registry holds, the longest overdue first."""
    from provenance import registry  # noqa: PLC0415
    from provenance.cli import console, due, tables  # noqa: PLC0415
    from provenance.pipeline.duties import timed  # noqa: PLC0415
    from provenance.reporting.machine import compliance_json, wire  # noqa: PLC0415

    with desk.session(create=False) as session, session.registry.read() as tx:
        now = session.clock()
        found = timed(tx, registry.notices(tx, active_only=not every), session.policy, now)
    if output_format is Format.JSON:
        told = [
            wire.notice(one.notice) | {"clock": compliance_json.clock_json(one.clock)}
            for one in found
        ]
        console.write(wire.dump(wire.notices_document(()) | {"notices": told}), None)
    else:
        tables.show([due.listing(found, now)] if found else [], None, color=desk.color)
    return OK


def show(desk: Desk, notice_id: NoticeId, output_format: FormatOption = Format.TABLE) -> int:
    """Show one notice whole, its clock, and how it stands with every copy of its picture."""
    from provenance.cli import console, noticed  # noqa: PLC0415
    from provenance.pipeline.duties import notice_clock  # noqa: PLC0415
    from provenance.reporting.machine import compliance_json, family_json, wire  # noqa: PLC0415

    with desk.session(create=False) as session:
        found, standing = notice_clock(session, notice_id)
        now, today = session.clock(), session.policy.today
    if output_format is Format.JSON:
        told = {
            **wire.notice(found.notice),
            **family_json.state_json(standing.state, standing),
            "clock": compliance_json.clock_json(found.clock),
        }
        console.write(wire.dump(wire.notices_document(()) | {"notices": [told]}), None)
    else:
        noticed.show_one(found, standing, (now, today), color=desk.color)
    return OK


def retract(
    desk: Desk,
    notice_id: NoticeId,
    reason: Annotated[str, typer.Option(help="Why it no longer holds.")],
) -> int:
    """Retract a notice: it finds nothing any more; what was done under it stays."""
    from provenance import pipeline  # noqa: PLC0415

    with desk.session(create=False) as session:
        found = pipeline.retract(session, notice_id, reason)
    _write(desk, [found], (), Format.TABLE)
    return OK


def _write(
    desk: Desk,
    found: Iterable[Notice],
    problems: Iterable[Problem],
    kind: Format,
    *,
    whole: bool = False,
) -> None:
    from provenance.cli import console, noticed  # noqa: PLC0415
    from provenance.reporting.machine import wire  # noqa: PLC0415

    if kind is Format.JSON:
        console.write(wire.dump(wire.notices_document(found, (), problems)), None)
    else:
        noticed.show(found, (), problems, color=desk.color, whole=whole)
