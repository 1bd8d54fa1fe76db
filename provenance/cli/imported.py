"""What an import took up, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from provenance.cli import tables
from provenance.errors import ProvenanceError
from provenance.pipeline.desk.importing import Imported, Preview
from provenance.registry import DeskSource
from provenance.reporting import wording
from provenance.reporting.machine import wire
from provenance.reporting.text import one_line

_PROBLEMS_SHOWN = 20
_ROWS_SHOWN = 20


def show(done: Iterable[Imported], *, color: bool, dry_run: bool, verbose: bool) -> None:
    """Print what became of each export, then what is wrong with its rows."""
    parts: list[RenderableType] = []
    for one in done:
        parts += _imported(one, dry_run=dry_run)
        shown = one.problems if verbose else one.problems[:_PROBLEMS_SHOWN]
        parts += [tables.trouble(problem) for problem in shown]
        if len(shown) < len(one.problems):
            parts.append(Text(f"  {one.faults} problems in all; -v lists more", style="dim"))
    tables.show(parts, None, color=color)


def _imported(one: Imported, *, dry_run: bool) -> list[RenderableType]:
    verb = "would be taken up" if dry_run else "taken up"
    parts: list[RenderableType] = [
        Text(
            f"{one_line(one.source)}: {one.taken:,} of {_some(one.rows, 'row')} {verb}",
            style="bold",
        )
    ]
    facts = [
        ("columns", ", ".join(f"{theirs} = {ours}" for theirs, ours in one.columns)),
        ("not taken up", ", ".join(one.unknown)),
        ("replaces", _some(one.replaced, "former record") if one.replaced else ""),
        ("assets", _assets(one, dry_run=dry_run)),
        (
            "no asset",
            f"{_some(one.unmet, 'row')} about none that is registered" if one.unmet else "",
        ),
        ("copies", f"{_some(one.several, 'row')} about more than one asset" if one.several else ""),
        (
            "other paths",
            f"{one.elsewhere:,} are web addresses or on a drive; --root DIR says what the drive is"
            if one.elsewhere
            else "",
        ),
        (
            "encoding",
            "not UTF-8 throughout; the rest was read as Windows-1252" if one.as_windows else "",
        ),
    ]
    parts += [Text(f"  {name:<13} {one_line(fact)}") for name, fact in facts if fact]
    parts += [_row(preview) for preview in one.previews[:_ROWS_SHOWN]]
    if len(one.previews) > _ROWS_SHOWN:
        parts.append(Text(f"  ... the first {_ROWS_SHOWN} rows; --format json has more", "dim"))
    return parts


def _assets(one: Imported, *, dry_run: bool) -> str:
    return f"{one.assets:,} named" if dry_run else f"{one.assets:,} will be examined again"


def _some(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def _row(preview: Preview) -> Text:
    named = ", ".join(dict.fromkeys(value for _, value in preview.places))
    met = len(preview.uris)
    style = "" if met else "yellow"
    return Text(f"  row {preview.row:<8} {_some(met, 'asset'):<8}  {one_line(named)}", style=style)


def show_sources(found: Iterable[DeskSource], *, color: bool) -> None:
    """Print what was imported: name, how much, when, by whom."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("source", "records", "imported", "by"):
        table.add_column(name, overflow="fold", justify="right" if name == "records" else "left")
    for one in found:
        when = wording.moment(one.imported)
        table.add_row(
            *map(Text, (one_line(one.source), f"{one.records:,}", when, one_line(one.imported_by)))
        )
    tables.show([table], None, color=color)


def sources_document(found: Iterable[DeskSource]) -> str:
    """``registry list --format json``."""
    return wire.dump(
        {
            "schemaVersion": wire.SCHEMA_VERSION,
            "sources": [
                {
                    "source": one.source,
                    "records": one.records,
                    "imported": one.imported,
                    "importedBy": one.imported_by,
                }
                for one in found
            ],
        }
    )


def document(
    done: Iterable[Imported], refused: Iterable[tuple[str, ProvenanceError]], *, dry_run: bool
) -> str:
    """``registry import --format json``."""
    imports = list(done)
    told = [wire.problem(problem) for one in imports for problem in one.problems]
    whole = [{"path": path, "code": one.code, "message": str(one)} for path, one in refused]
    return wire.dump(
        {
            "schemaVersion": wire.SCHEMA_VERSION,
            "dryRun": dry_run,
            "imports": [_plain(one) for one in imports],
            "errors": [*told, *whole],
        }
    )


def _plain(one: Imported) -> dict[str, object]:
    return {
        "path": one.path,
        "source": one.source,
        "sha256": one.sha256,
        "rows": one.rows,
        "taken": one.taken,
        "replaced": one.replaced,
        "assets": one.assets,
        "rowsWithoutAsset": one.unmet,
        "rowsWithSeveralAssets": one.several,
        "columns": [{"theirs": theirs, "ours": ours} for theirs, ours in one.columns],
        "unknownColumns": list(one.unknown),
        "pathsElsewhere": one.elsewhere,
        "readAsWindows1252": one.as_windows > 0,
        "preview": [
            {
                "row": preview.row,
                "places": [{"kind": kind, "value": value} for kind, value in preview.places],
                "assets": list(preview.uris),
            }
            for preview in one.previews
        ],
    }
