"""The table of ``inspect``: properties down, containers across, conflicts marked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from provenance import captions
from provenance.cli import tables
from provenance.metadata import reconcile
from provenance.model import Container, MetadataRecord, Property, PropertyValue, Unreadable
from provenance.reporting.text import one_line

_CREDIT = "bold green"
_CONFLICT = "bold red"


def show(
    records: Sequence[MetadataRecord], unreadable: Sequence[Unreadable], *, color: bool
) -> None:
    """Print every record, then what could not be read."""
    parts: list[RenderableType] = []
    for one in records:
        parts += record(one)
    for bad in unreadable:
        words = f"{tables.told_of(bad.ref.display, bad.reason)} {one_line(bad.remedy)}"
        parts.append(Text(words.strip(), style="red"))
    tables.show(parts, None, color=color, width=tables.FOLDED)


def record(record: MetadataRecord) -> list[RenderableType]:
    """One record: title, values by container, digests, warnings."""
    title = Text(one_line(record.ref.display), style="bold")
    title.append(f"  {record.media_type}", style="dim")
    if record.content_credentials:
        title.append("  Content Credentials present", style="bold yellow")
    parts: list[RenderableType] = [title, _values(record)]
    for name, digest in (
        ("SHA-256", record.digest),
        ("image digest", record.image_digest),
        ("scan digest", record.scan_digest),
    ):
        if digest:
            parts.append(Text(f"{name}: {digest}", style="dim"))
    parts += [Text(f"! {one_line(one.message)}", style="yellow") for one in record.warnings]
    parts.append(Text())
    return parts


def _values(record: MetadataRecord) -> Table:
    present = [c for c in Container if any(v.container is c for v in record.values)]
    conflicts = {one.property for one in reconcile.disagreements(record)}
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("property", no_wrap=True)
    for container in present:
        table.add_column(container.value.upper(), overflow="fold", ratio=1)
    for prop in Property:
        values = record.of(prop)
        if not values:
            continue
        style = _CONFLICT if prop in conflicts else ""
        name = Text(f"{prop.value}{' ≠' if prop in conflicts else ''}", style=style)
        cells = [_cell([v for v in values if v.container is c]) for c in present]
        table.add_row(name, *cells)
    return table


def _cell(values: Sequence[PropertyValue]) -> Text:
    text = Text()
    for value in values:
        if text:
            text.append("\n")
        shown = one_line("; ".join(value.values))
        text.append_text(
            _credited(shown) if value.property is Property.DESCRIPTION else Text(shown)
        )
        text.append(f"  {value.locator}", style="dim")
    return text


def _credited(caption: str) -> Text:
    """A caption with its credit lines marked."""
    text = Text(caption)
    for line in captions.credit_lines(caption):
        text.stylize(_CREDIT, line.start, line.end)
    return text
