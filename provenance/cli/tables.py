"""Tables for people: findings, what a file says, plans, outcomes."""

from __future__ import annotations

import io
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from provenance.cli import console
from provenance.cli.audit import UNUSED
from provenance.model import (
    Confidence,
    Decision,
    Evidence,
    Finding,
    Fixability,
    Notice,
    Rule,
    Severity,
    Status,
)
from provenance.reporting import wording
from provenance.reporting.report import ComplianceReport
from provenance.reporting.text import one_line
from provenance.reporting.told import Problem

_SEVERITY = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_CONFIDENCE = {Confidence.STRONG: "bold", Confidence.MEDIUM: "", Confidence.LOW: "dim"}
_FIX = {
    Fixability.SAFE: ("safe fix", "green"),
    Fixability.UNSAFE: ("needs a person", "yellow"),
    Fixability.DISPLAY_ONLY: ("shown only", "dim"),
}
# Where nobody's window ends, a row stays one line for grep; only the columns of `inspect`,
# which hold whole captions side by side, are folded.
_UNFOLDED = 8_192
FOLDED = 160
_NARROW = 120
_BENEATH = 6


def show(
    renderables: Iterable[RenderableType],
    target: Path | None,
    *,
    color: bool,
    width: int = _UNFOLDED,
) -> None:
    """Write to stdout, or without colour to a file.

    Args:
        renderables: what to write, one below the other.
        target: the file; None for stdout.
        color: whether colours are wanted on a terminal.
        width: columns where there is no terminal to say how many.
    """
    buffer = io.StringIO()
    if target is None and sys.stdout.isatty():
        screen = Console(no_color=not color, highlight=False, markup=False, emoji=False)
        with screen.capture() as shown:
            for one in renderables:
                screen.print(one)
        console.write(shown.get(), None)
        return
    page = Console(
        file=buffer, width=width, no_color=True, highlight=False, markup=False, emoji=False
    )
    for one in renderables:
        page.print(one)
    # The padding of a last column is of use to nobody.
    lines = (line.rstrip(" ") for line in buffer.getvalue().split("\n"))
    console.write("\n".join(lines), target)


def audit(
    told: ComplianceReport, target: Path | None, *, color: bool, every: bool, verbose: bool
) -> None:
    """Findings per notice, then those without, then what could not be read, then the sums."""
    paths = {one.finding_id: path for one, path in told.listed(every=every)}
    today = told.stamp.day
    decided = {
        item.finding.finding_id: _until(item.decision, today)
        for item in told.items
        if item.decision
    }
    parts: list[RenderableType] = []
    for section in told.notices:
        found = [i.finding for i in section.items if i.finding.finding_id in paths]
        if found:
            rows = _rows(found, paths, decided, verbose=verbose)
            parts += [heading(section.notice), *rows, Text()]
    for rule in told.rules:
        found = [
            item.finding
            for picture in rule.pictures
            for item in picture.items
            if item.finding.finding_id in paths
        ]
        if found:
            head = Text(rule.rule.value, style="bold")
            parts += [head, *_rows(found, paths, decided, verbose=verbose), Text()]
    parts += [trouble(p) for p in told.problems if p.code != UNUSED]
    parts.append(_sums(told, [finding for finding, _ in told.listed(every=every)]))
    show(parts, target, color=color)


def trouble(one: Problem) -> Text:
    """A file that was not used, why, and what can be done."""
    return Text(f"{told_of(one.path, one.message)} {one_line(one.remedy)}".strip(), style="red")


def told_of(path: str, message: str) -> str:
    """``path: message``, with the path once although most messages name it themselves."""
    shown, said = one_line(path), one_line(message)
    return said if shown in said else f"{shown}: {said}"


def heading(notice: Notice) -> Text:
    """Who says what, in one line."""
    said = "; ".join(_essence(one) for one in wording.essences(notice))
    text = Text(f"{one_line(wording.sender(notice))}: ", style="bold")
    text.append(one_line(said), style="bold")
    text.append(f"  {notice.notice_id}", style="dim")
    return text


def plain(rows: Iterable[Sequence[str | tuple[str, str]]]) -> Table:
    """Rows of cells without lines or heads; a cell is a text, or a text and its style."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    lines = [[cell if isinstance(cell, tuple) else (cell, "") for cell in row] for row in rows]
    # A last column that is empty takes a place which nobody measured: other words would fold.
    used = [number for line in lines for number, (text, _) in enumerate(line, 1) if text]
    for line in lines:
        told = (Text(one_line(text), style=style) for text, style in line[: max(used, default=0)])
        table.add_row(*told)
    return table


def _until(decision: Decision, today: str) -> str:
    """``until 2031-05-31 (12 days left)``; empty where it holds for good."""
    days = decision.days_left(today)
    more = "" if days is None else f" ({wording.left(days)})"
    return f"until {decision.until}{more}" if decision.until else ""


def _rows(
    found: Sequence[Finding], paths: dict[str, str], decided: dict[str, str], *, verbose: bool
) -> Iterable[RenderableType]:
    """A line per finding; its path beneath it where the window is narrow."""
    narrow = sys.stdout.isatty() and shutil.get_terminal_size().columns < _NARROW
    ordered = sorted(found, key=lambda one: (paths[one.finding_id], one.rule.value))
    cells = [_facts(one, decided.get(one.finding_id, "")) for one in ordered]
    widths = [max(cell_len(row[column].plain) for row in cells) for column in range(len(cells[0]))]
    for one, row in zip(ordered, cells, strict=True):
        line = Text("  ")
        for cell, width in zip(row, widths, strict=True):
            line.append_text(cell)
            line.append(" " * (width - cell_len(cell.plain) + 2))
        path = one_line(paths[one.finding_id])
        if narrow:
            line.rstrip()
            yield line
            line = Text()
        line.append(path)
        if one.notice_id is None:
            message = one_line(one.message).removeprefix(path).lstrip(": ")
            line.append(f"  {message}", style="dim")
        yield Padding(line, (0, 0, 0, _BENEATH), expand=False) if narrow else line
        if verbose:
            reasons = (evidence(reason) for reason in one.evidence)
            yield from (Padding(reason, (0, 0, 0, _BENEATH), expand=False) for reason in reasons)


def _facts(one: Finding, until: str) -> tuple[Text, ...]:
    words, style = _FIX[one.fixability]
    state = words if one.status is Status.OPEN else f"{words}, {one.status.value}"
    if until:
        # Of what is open, only an acceptance holds until a day.
        state += f"{', accepted' if one.status is Status.OPEN else ''} {one_line(until)}"
    # Findings without a notice stand under their rule's name.
    rule = () if one.notice_id is None else (Text(one.rule.value, style=_SEVERITY[one.severity]),)
    return (
        Text(one.finding_id[:10], style="dim"),
        *rule,
        Text(one.confidence.value, style=_CONFIDENCE[one.confidence]),
        Text(state, style=style),
    )


def evidence(reason: Evidence) -> Text:
    """One reason with its weight."""
    sign = f"{reason.weight:+.1f}" if reason.weight else "    "
    return Text(f"{sign}  {one_line(reason.detail)}", style="dim")


def _sums(told: ComplianceReport, listed: Sequence[Finding]) -> Text:
    fixes = Counter(one.fixability for one in listed if one.status in {Status.OPEN, Status.HELD})
    held = sum(one.status is Status.HELD for one in listed)
    shown = sum(_is_only_shown(one) for one in listed)
    text = Text()
    text.append(
        f"Assets: {told.assets}, notices: {len(told.notices)}, findings: {len(listed)}, of these ",
        style="bold",
    )
    text.append(
        f"{fixes[Fixability.SAFE]} to be fixed safely, {held} held for a person to decide, "
        f"{shown} shown only; unreadable files: {len(told.unreadable)}."
    )
    if fixes[Fixability.SAFE]:
        text.append("\nNext: ", style="bold")
        text.append("provenance fix", style="bold cyan")
        text.append(" shows the plan; ")
        text.append("provenance fix --apply", style="bold cyan")
        text.append(" carries it out.")
    if held or shown:
        text.append("\nNext: ", style="bold")
        text.append("provenance review", style="bold cyan")
        text.append(" shows each picture and asks you; with ")
        text.append("--terminal", style="bold cyan")
        text.append(" it asks here.")
    withdrawn = {one.notice_id for one in listed if _is_out_of_use(one)}
    if withdrawn:
        named = min(filter(None, withdrawn)) if len(withdrawn) == 1 else "NOTICE"
        text.append("\nNext: ", style="bold")
        text.append(f"provenance quarantine {named}", style="bold cyan")
        text.append(" shows which withdrawn pictures it would put out of reach.")
    return text


def _is_only_shown(one: Finding) -> bool:
    """Whether the program leaves it to a person altogether, and nobody has put it on hold."""
    return one.status is Status.OPEN and one.fixability is not Fixability.SAFE


def _is_out_of_use(one: Finding) -> bool:
    """Whether the picture should be put out of reach and was not."""
    undecided = one.status in {Status.OPEN, Status.HELD}
    return one.rule is Rule.WITHDRAWN and undecided and one.notice_id is not None


def _essence(one: wording.Essence) -> str:
    if one.plain:
        return one.plain
    if one.right is None or one.wrong is None:
        return one.right or f"not {one.wrong}"
    return f"{one.right}, not {one.wrong}"
