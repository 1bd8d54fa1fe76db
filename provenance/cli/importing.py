"""``registry``: what the desk's own system says of pictures: import, list, forget."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import INCOMPLETE, OK, Desk, Format, FormatOption, command, require_paths
from provenance.errors import ProvenanceError, UsageError

if TYPE_CHECKING:
    from provenance.pipeline.desk.importing import Imported

app = typer.Typer(no_args_is_help=True, help="The desk's own records: import, list, forget.")


Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="CSV or JSON exports.")]
Source = Annotated[str, typer.Argument(metavar="SOURCE", help="Its name in `registry list`.")]


def register(parent: typer.Typer) -> None:
    """Add the group to the application."""
    command(app, "import")(import_files)
    command(app, "list")(list_sources)
    command(app, "forget")(forget)
    parent.add_typer(app, name="registry")


def import_files(
    desk: Desk,
    files: Files,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="THEIRS=OURS", help="What a column means; repeatable."),
    ] = None,
    root: Annotated[
        str, typer.Option(metavar="DIR", help="Where relative and Windows paths start.")
    ] = "",
    source: Annotated[
        str, typer.Option(metavar="NAME", help="Keep it under this name, not the file's.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken up; keep nothing.")
    ] = False,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Take up identifiers, captions, credits and publications from your DAM or CMS."""
    from provenance.pipeline.desk import importing  # noqa: PLC0415
    from provenance.pipeline.desk.columns import mapping  # noqa: PLC0415

    require_paths(files)
    how = importing.Reading(source, root, mapping(mapped or ()))
    _require_one_name_each([importing.source_name(path, how) for path in files])
    take = importing.preview_desk if dry_run else importing.import_desk
    done: list[Imported] = []
    refused: list[tuple[str, ProvenanceError]] = []
    with desk.session(create=not dry_run) as session:
        for path in files:
            try:
                done.append(take(session, path, how))
            except UsageError as error:
                # The other exports are none the worse for this one.
                if len(files) == 1:
                    raise
                refused.append((path, error))
    _write(desk, done, refused, output_format, dry_run=dry_run)
    return INCOMPLETE if refused or any(one.faults for one in done) else OK


def list_sources(desk: Desk, output_format: FormatOption = Format.TABLE) -> int:
    """List what was imported, by whom and when."""
    from provenance import registry  # noqa: PLC0415
    from provenance.cli import console, imported  # noqa: PLC0415

    with desk.session(create=False) as session, session.registry.read() as tx:
        found = registry.desk_sources(tx)
    if output_format is Format.JSON:
        console.write(imported.sources_document(found), None)
    else:
        imported.show_sources(found, color=desk.color)
    return OK


def forget(desk: Desk, source: Source) -> int:
    """Take out what was imported under a name; the log keeps that it was there."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import console  # noqa: PLC0415
    from provenance.reporting.text import one_line  # noqa: PLC0415

    with desk.session(create=False) as session:
        forgotten = pipeline.forget_desk(session, source)
    records = "record" if forgotten == 1 else "records"
    console.write(f"{one_line(source)}: {forgotten:,} {records} forgotten\n", None)
    return OK


def _require_one_name_each(names: list[str]) -> None:
    """Refuse exports of one name: the second would replace what the first said.

    Raises:
        UsageError: two exports would be kept under one name.
    """
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise UsageError(
            f"Several exports would be kept as {name!r}, the last in place of the others.",
            code="source-name",
            remedy="Import them one by one, each with its own --source.",
        )


def _write(
    desk: Desk,
    done: list[Imported],
    refused: list[tuple[str, ProvenanceError]],
    kind: Format,
    *,
    dry_run: bool,
) -> None:
    from provenance.cli import console, imported  # noqa: PLC0415

    if kind is Format.JSON:
        console.write(imported.document(done, refused, dry_run=dry_run), None)
        return
    imported.show(done, color=desk.color, dry_run=dry_run, verbose=desk.verbose)
    for _, error in refused:
        console.say_error(error, color=desk.color)
