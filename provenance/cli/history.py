"""One picture with everything the registry knows about it."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from provenance.cli import inspection, kinship, tables
from provenance.model import MetadataRecord, Notice
from provenance.pipeline import Known
from provenance.reporting.family import Standing
from provenance.reporting.machine import wire
from provenance.reporting.text import one_line


def document(known: Known) -> str:
    """All of it as JSON."""
    found = wire.show_document(known.family, known.findings, known.notices, known.history)
    return wire.dump(found)


def show(known: Known, *, color: bool) -> None:
    """Print values, family, notices, findings and fixes."""
    result = known.asset.result
    parts: list[RenderableType] = []
    if isinstance(result, MetadataRecord):
        parts += inspection.record(result)
    else:
        parts.append(Text(tables.told_of(result.ref.display, result.reason), style="red"))
    own = next((one for one in known.family.members if one.uri == known.family.asked), None)
    there = own.away if own is not None and own.away else known.asset.presence.value
    parts.append(
        Text(
            f"{one_line(there)}; first seen {known.asset.first_seen}, "
            f"last read {known.asset.last_seen}",
            style="dim",
        )
    )
    if len(known.family.members) > 1:
        parts += [Text("\nFamily", style="bold"), *kinship.tree(known.family)]
    parts += _section("Notices", [_standing(one, stand) for one, stand in known.notices])
    parts += _section(
        "Findings",
        [
            f"{f.finding_id[:10]}  {f.rule.value}, {f.status.value}: {one_line(f.message)}"
            for f in known.findings
        ],
    )
    parts += _section(
        "History",
        [
            f"{one.when}  {one.act} {one.state}, on the word of "
            f"{one_line(one.agent)}, run {one.run_id}"
            for one in known.history
        ],
    )
    tables.show(parts, None, color=color, width=tables.FOLDED)


def _standing(notice: Notice, standing: Standing) -> str:
    words = f": {one_line(standing.words)}" if standing.words else ""
    return f"{notice.notice_id}  {standing.state.value}{words}"


def _section(title: str, lines: list[str]) -> list[RenderableType]:
    if not lines:
        return []
    return [Text(f"\n{title}", style="bold"), *(Text(f"  {line}") for line in lines)]
