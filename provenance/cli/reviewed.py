"""One case of the review as a terminal shows it: at 80 columns, with or without colour."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from provenance.cli import kinship, plans, tables
from provenance.model import Evidence, Notice, NoticeKind, Rule, Severity
from provenance.pipeline.reviewing import Case, QueueRow
from provenance.reporting import wording
from provenance.reporting.difference import Kind, Run
from provenance.reporting.family import counted
from provenance.reporting.page.marking import marked
from provenance.reporting.page.view import Change
from provenance.reporting.text import one_line

_SEVERITY = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.NOTE: "bold cyan",
}
_LINE_END = re.compile("\r\n|\r")
_INDENT = 2
_REASONS = 8
_CHANGES = 12
_COPIES = 6


def case(one: Case, place: str) -> list[RenderableType]:
    """What a person needs in order to decide.

    Args:
        one: the case.
        place: where in the review it stands: ``3 of 41``.
    """
    parts: list[RenderableType] = [Text(), _head(one, place)]
    parts.append(Text(one_line(one.row.path), style="bold"))
    if one.row.notice is not None:
        parts += _notice(one.row.notice)
    parts.append(Text(one_line(one.view.message)))
    if one.view.changes:
        parts += _changes(one.view.changes)
    if one.row.finding.evidence:
        parts += [_title("Evidence"), *_reasons(one, _REASONS)]
    parts += _standing(one)
    if _can_go_away(one):
        told = Text("To put its proven copies out of reach: ")
        command = f"provenance quarantine {one.row.notice.notice_id if one.row.notice else ''}"
        parts.append(told.append(command, style="bold cyan"))
    return parts


def _can_go_away(one: Case) -> bool:
    notice = one.row.notice
    if notice is None or notice.retracted is not None or notice.superseded_by is not None:
        return False
    return notice.kind is NoticeKind.WITHDRAWAL and one.row.finding.rule is Rule.WITHDRAWN


def more(one: Case) -> list[RenderableType]:
    """The rest: the whole notice, all the evidence, the family, what was decided and done."""
    parts: list[RenderableType] = []
    if one.row.notice is not None:
        parts += [_title("The notice"), _inset(_whole(one.row.notice))]
    if len(one.view.reasons) > _REASONS:
        parts += [_title("All the evidence"), *_reasons(one, len(one.view.reasons))]
    cut = [change for change in one.view.changes if change.before or change.after]
    for change in cut:
        parts.append(_title(f"{change.label}, whole"))
        parts += [_inset(_run(Kind.GONE, change.before)), _inset(_run(Kind.NEW, change.after))]
    parts += [_title("Copies"), *(_inset(part) for part in kinship.tree(one.family))]
    if one.history:
        parts.append(_title("Decided"))
        parts += [_inset(Text(one_line(wording.decision(step.decision)))) for step in one.history]
    if one.fixes:
        parts.append(_title("Done"))
        parts += [_inset(Text(one_line(wording.fix(fix)))) for fix in one.fixes]
    others = [row for row in one.siblings if row.finding.uri != one.row.finding.uri]
    if others:
        parts.append(_title("Also found by this notice"))
        parts += [_inset(_sibling(row)) for row in others[:_COPIES]]
        left = len(others) - _COPIES + one.more_siblings
        if left > 0:
            parts.append(_inset(Text(f"and {left:,} more", style="dim")))
    return parts


def _head(one: Case, place: str) -> Text:
    finding = one.row.finding
    text = Text(f"{place}  ", style="dim")
    text.append(one.view.rule, style=_SEVERITY[finding.severity])
    text.append(f"  {one.view.label.lower()}, {finding.confidence.value} match")
    if one.row.published:
        text.append("  published", style="bold red")
    if one.row.late:
        text.append("  overdue", style="bold red")
    text.append(f"  {finding.finding_id}", style="dim")
    return text


def _notice(notice: Notice) -> list[RenderableType]:
    text = Text(one_line(wording.sender(notice)))
    if notice.received:
        text.append(f", received {one_line(wording.moment(notice.received))}")
    text.append(f"  {notice.notice_id}", style="dim")
    return [text, *(_inset(plans.marked(_essence(one))) for one in wording.essences(notice))]


def _essence(one: wording.Essence) -> list[Run]:
    """What is right, and what is wrong, each marked as such."""
    if one.plain:
        return [Run(Kind.SAME, one_line(one.plain))]
    runs = []
    if one.right is not None:
        runs.append(Run(Kind.NEW, one_line(one.right)))
    if one.wrong is not None:
        runs.append(Run(Kind.SAME, ", not " if runs else "not "))
        runs.append(Run(Kind.GONE, one_line(one.wrong)))
    return runs


def _whole(notice: Notice) -> Text:
    told = (Run(run.kind, _LINE_END.sub("\n", run.text)) for run in marked(notice))
    return plans.marked(told, keep="\n")


def _changes(changes: Iterable[Change]) -> list[RenderableType]:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(style="dim", overflow="fold", max_width=26)
    table.add_column(overflow="fold", ratio=1)
    listed = list(changes)
    for change in listed[:_CHANGES]:
        places = one_line(", ".join(change.places))
        table.add_row(f"  {places}", plans.marked(change.runs))
    parts: list[RenderableType] = [_title("Would change"), table]
    left = len(listed) - _CHANGES
    if left > 0:
        parts.append(_inset(Text(f"and {left:,} more values", style="dim")))
    return parts


def _reasons(one: Case, most: int) -> list[RenderableType]:
    """The weightiest first; those of weight 0 say why a person must look."""
    given = sorted(one.row.finding.evidence, key=_weightiest)
    parts: list[RenderableType] = [_inset(tables.evidence(reason)) for reason in given[:most]]
    if len(given) > most:
        parts.append(_inset(Text(f"and {len(given) - most:,} more reasons: M", style="dim")))
    return parts


def _weightiest(reason: Evidence) -> tuple[bool, float]:
    return reason.weight == 0, -abs(reason.weight)


def _standing(one: Case) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if one.view.standing:
        parts.append(Text(one_line(one.view.standing)))
    if len(one.family.members) > 1:
        states = counted(member.state for member in one.family.members)
        copies = wording.count(len(one.family.members), "copy", "copies")
        parts.append(Text(f"{copies} of this picture are known: {states}."))
    if one.view.decision:
        parts.append(Text(one_line(one.view.decision), style="yellow"))
    return parts


def _sibling(row: QueueRow) -> Text:
    text = Text(f"{row.finding.finding_id[:10]}  ", style="dim")
    text.append(one_line(row.path))
    return text


def _title(words: str) -> Text:
    return Text(words, style="bold")


def _inset(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, _INDENT), expand=False)


def _run(kind: Kind, text: str) -> Text:
    return plans.marked([Run(kind, one_line(text))]) if text else Text()
