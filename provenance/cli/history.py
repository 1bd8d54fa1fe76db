"""One picture with everything the registry knows about it."""

from __future__ import annotations

import os
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from provenance.cli import inspection, kinship, tables
from provenance.model import Finding, MetadataRecord, Notice, Status
from provenance.pipeline import Known
from provenance.registry import FixState, Presence
from provenance.reporting import wording
from provenance.reporting.family import Member, Standing
from provenance.reporting.machine import wire
from provenance.reporting.text import one_line

_FIX: Final = "fix"
_MISSING: Final = "bold yellow"


def document(known: Known) -> str:
    """All of it as JSON."""
    found = wire.show_document(known.family, known.findings, known.notices, known.history)
    return wire.dump(found)


def show(known: Known, *, color: bool) -> None:
    """Print values, family, notices, findings and fixes."""
    result = known.asset.result
    parts: list[RenderableType] = _missing(known)
    if isinstance(result, MetadataRecord):
        parts += inspection.record(result)
    else:
        parts.append(Text(tables.told_of(result.ref.display, result.reason), style="red"))
    own = _own(known)
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
            f"{f.finding_id[:10]}  {f.rule.value}, {_status(known, f)}: {one_line(f.message)}"
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


def _own(known: Known) -> Member | None:
    return next((one for one in known.family.members if one.uri == known.family.asked), None)


def _missing(known: Known) -> list[RenderableType]:
    """That the file is not there, ahead of all that was once read of it; mostly nothing."""
    own, asset = _own(known), known.asset
    if own is not None and own.away:
        said = "The file is not in its place: "
        return [Text(f"{said}{one_line(own.away)}. Last known of it:", style=_MISSING)]
    if asset.presence is Presence.GONE:
        said = "The file is gone. It was last read"
    elif asset.presence is Presence.OFFLINE:
        said = "The file is out of reach with its folder. It was last read"
    elif not os.path.lexists(asset.result.ref.uri):
        said = "The file is not there now; `provenance audit` its folder. It was last read"
    else:
        return []
    return [Text(f"{said} {one_line(wording.moment(asset.last_seen))}; then:", style=_MISSING)]


def _status(known: Known, one: Finding) -> str:
    """A finding's status; what went with its file was not corrected."""
    if one.status is not Status.FIXED or known.asset.presence is not Presence.GONE:
        return one.status.value
    corrected = any(
        done.act == _FIX
        and done.state == FixState.COMMIT.value
        and one.finding_id in done.finding_ids
        for done in known.history
    )
    return one.status.value if corrected else "gone with the file"


def _standing(notice: Notice, standing: Standing) -> str:
    words = f": {one_line(standing.words)}" if standing.words else ""
    return f"{notice.notice_id}  {standing.state.value}{words}"


def _section(title: str, lines: list[str]) -> list[RenderableType]:
    if not lines:
        return []
    return [Text(f"\n{title}", style="bold"), *(Text(f"  {line}") for line in lines)]
