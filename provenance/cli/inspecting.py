"""``inspect``: what each file says, container by container."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from provenance.cli.common import INCOMPLETE, OK, Desk, Format, FormatOption, command, require_paths

if TYPE_CHECKING:
    from provenance.model import AssetRef, Caption, ScanResult, Unreadable
    from provenance.pipeline.session import Progress

    Told = tuple[ScanResult, tuple[Caption, ...]]

_SHARE: Final = 64


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(app, "inspect")(inspect)


def inspect(
    desk: Desk,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Pictures, sidecars; a folder for all in it."),
    ],
    output_format: FormatOption = Format.TABLE,
    digests: Annotated[bool, typer.Option("--digests", help="Also hash the files.")] = False,
) -> int:
    """Show what each file says of itself, container by container."""
    require_paths(files)
    from provenance import isolation  # noqa: PLC0415 - start-up stays quick

    isolation.prepare("provenance.pipeline.reading", clean=True)
    as_json = output_format is Format.JSON
    bar = _progress(desk, output_format)
    read = _read(desk, files, bar, digests=digests, split=as_json)
    if as_json:
        return _write_json(read)
    return _show(desk, (result for result, _ in read))


def _show(desk: Desk, results: Iterator[ScanResult]) -> int:
    """One file after another, each as soon as it is read."""
    from provenance.cli import console, inspection, tables  # noqa: PLC0415
    from provenance.model import Unreadable  # noqa: PLC0415

    tally = inspection.Tally()
    width = shutil.get_terminal_size((tables.FOLDED, 0)).columns
    for one in results:
        tally.take(one)
        parts = (
            inspection.unreadable(one)
            if isinstance(one, Unreadable)
            else inspection.record(one, verbose=desk.verbose)
        )
        inspection.show(parts, color=desk.color, width=width)
    if tally.files > 1 and not desk.quiet:
        inspection.show([tally.sums()], color=desk.color, width=width)
    if not tally.files and not desk.quiet:
        console.say("There is no picture in it.", color=desk.color)
    return INCOMPLETE if tally.unreadable else OK


def _write_json(read: Iterator[Told]) -> int:
    from provenance.cli import console  # noqa: PLC0415
    from provenance.model import MetadataRecord, Unreadable  # noqa: PLC0415
    from provenance.reporting.machine import wire  # noqa: PLC0415

    found = list(read)
    records = [(one, said) for one, said in found if isinstance(one, MetadataRecord)]
    unreadable = [one for one, _ in found if isinstance(one, Unreadable)]
    document = wire.inspect_document(records, unreadable)
    console.write(wire.dump(document), None)
    return INCOMPLETE if unreadable else OK


def _progress(desk: Desk, output_format: Format) -> Progress:
    """A bar, unless the files themselves pass by on the same terminal."""
    from provenance.cli import console  # noqa: PLC0415

    kind = desk.config.text("progress")
    if output_format is Format.TABLE and kind in {"auto", "bar"} and sys.stdout.isatty():
        kind = "none"
    return console.progress(kind, color=desk.color, quiet=desk.quiet)


def _read(
    desk: Desk, files: Sequence[str], progress: Progress, *, digests: bool, split: bool
) -> Iterator[Told]:
    """Each file's record and its captions, or why there are none, in the order given."""
    from provenance import isolation  # noqa: PLC0415
    from provenance.model import Unreadable  # noqa: PLC0415
    from provenance.pipeline.reading import octets_of, read_split, unread  # noqa: PLC0415
    from provenance.storage import LocalStore  # noqa: PLC0415

    store = LocalStore()
    found = list(_refs(store, files))
    refs = [one for one in found if not isinstance(one, Unreadable)]
    wanted = int(desk.config.number("jobs")) or isolation.default_jobs()
    # Of few files the start of more processes takes longer than reading them.
    jobs = min(wanted, 1 + len(refs) // _SHARE)
    work = partial(read_split, store, digests=digests, split=split)
    read = isolation.run(work, refs, jobs=jobs, weigh=octets_of)
    with progress.task("Reading", len(found)) as advance, closing(read):
        for one in found:
            if isinstance(one, Unreadable):
                yield one, ()
            else:
                told = next(read)
                yield (unread(one, told), ()) if isinstance(told, isolation.Died) else told
            advance()


def _refs(store: object, files: Sequence[str]) -> Iterator[AssetRef | Unreadable]:
    from provenance.errors import StorageError  # noqa: PLC0415
    from provenance.model import AssetRef, Unreadable  # noqa: PLC0415
    from provenance.storage import LocalStore, OtherFile, StoreProblem  # noqa: PLC0415

    assert isinstance(store, LocalStore)
    for path in files:
        try:
            met = list(store.walk([path]))
        except StorageError as error:
            yield _missing(path, error.code, error.message, error.remedy)
            continue
        for one in met:
            if isinstance(one, AssetRef):
                yield one
            elif isinstance(one, StoreProblem):
                yield Unreadable(AssetRef(one.uri, 0, "", (), one.path), one.code, one.message)
            elif isinstance(one, OtherFile) and not os.path.isdir(path):
                # Named by hand, so it is read by its content, whatever its name says.
                status = os.stat(path)
                yield AssetRef(one.uri, status.st_size, "", (), one.path)


def _missing(path: str, code: str, message: str, remedy: str) -> Unreadable:
    from provenance.model import AssetRef, Unreadable  # noqa: PLC0415

    return Unreadable(AssetRef(os.path.abspath(path), 0, "", (), path), code, message, remedy)
