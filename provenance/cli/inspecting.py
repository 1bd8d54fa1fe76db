"""``inspect``: what each file says, container by container."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import INCOMPLETE, OK, Desk, command, require_paths

if TYPE_CHECKING:
    from provenance.model import AssetRef, Caption, MetadataRecord, Unreadable


class Format(StrEnum):
    """How values are written."""

    TABLE = "table"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(app, "inspect")(inspect)


def inspect(
    desk: Desk,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Pictures, sidecars.")],
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="table or json.")
    ] = Format.TABLE,
    digests: Annotated[bool, typer.Option("--digests", help="Also hash the files.")] = False,
) -> int:
    """Show what each file says of itself, container by container."""
    from provenance.cli import console, inspection  # noqa: PLC0415
    from provenance.reporting import wire  # noqa: PLC0415

    require_paths(files)
    records, unreadable = _read(files, digests=digests)
    if output_format is Format.JSON:
        console.write(wire.dump(wire.inspect_document(records, _captions, unreadable)), None)
    else:
        inspection.show(records, unreadable, color=desk.color)
    return INCOMPLETE if unreadable else OK


def _read(files: Sequence[str], *, digests: bool) -> tuple[list[MetadataRecord], list[Unreadable]]:
    from provenance.model import Unreadable  # noqa: PLC0415
    from provenance.pipeline.reading import read_asset  # noqa: PLC0415
    from provenance.storage import LocalStore  # noqa: PLC0415

    store = LocalStore()
    records: list[MetadataRecord] = []
    unreadable: list[Unreadable] = []
    for found in _refs(store, files):
        result = found if isinstance(found, Unreadable) else read_asset(
            store, found, digests=digests
        )  # fmt: skip
        if isinstance(result, Unreadable):
            unreadable.append(result)
        else:
            records.append(result)
    return records, unreadable


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


def _captions(record: MetadataRecord) -> tuple[Caption, ...]:
    """The captions in a record, each text once."""
    from provenance import captions  # noqa: PLC0415
    from provenance.model import Property  # noqa: PLC0415

    texts = dict.fromkeys(
        text for value in record.of(Property.DESCRIPTION) for text in value.values
    )
    found = {one.text: one for text in texts for one in captions.segment(text, whole=True)}
    return tuple(found.values())
