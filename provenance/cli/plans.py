"""Plans as diffs, and what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from provenance import fixing
from provenance.cli import console, tables
from provenance.errors import UsageError
from provenance.fixing import FileDiff, HeldFinding, Outcome, Plan, Preview, ValueDiff
from provenance.model import Applied, Conflict, Failed, Held
from provenance.pipeline import Foreseen, Proposed, Remedied
from provenance.registry import Move
from provenance.reporting import difference
from provenance.reporting.difference import Kind, Run
from provenance.reporting.machine import wire
from provenance.reporting.text import one_line, printable

# Marks as well as colours: a plan is read in black and white, too.
_MARKS = {
    Kind.SAME: ("", "", ""),
    Kind.GONE: ("[-", "-]", "red"),
    Kind.NEW: ("{+", "+}", "bold green"),
    Kind.SKIPPED: ("", "", "dim"),
}
_LOCATOR_WIDTH = 28
_OUTCOME = {Applied: "green", Held: "yellow", Conflict: "red", Failed: "red"}


def load(path: Path) -> Plan:
    """Read a saved plan.

    Raises:
        UsageError: not there, not a plan, or damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The plan {path} cannot be read: {error.strerror}.") from error
    return fixing.load_plan(data, source=str(path))


def save(plan: Plan, path: Path) -> None:
    """Save a plan for ``fix --apply --plan FILE``.

    Raises:
        UsageError: the file cannot be written.
    """
    console.write(fixing.dump_plan(plan).decode(), path)


def show(proposed: Proposed, *, as_json: bool, color: bool) -> None:
    """Print a plan as a diff per file and container, then what it leaves to a person."""
    if as_json:
        console.write(fixing.dump_plan(proposed.plan).decode(), None)
        return
    parts: list[RenderableType] = []
    for file in fixing.diff(proposed.plan):
        parts += _file(file)
    held = proposed.plan.held
    if held:
        parts += [Text("Waits for a person:", style="bold yellow"), _waiting(held)]
    parts += [Text(one_line(f"{p.message} {p.remedy}"), style="red") for p in proposed.problems]
    parts.append(_next(proposed.plan))
    tables.show(parts, None, color=color)


def _next(plan: Plan) -> Text:
    if not plan.items:
        text = Text("Nothing to correct safely.", style="bold")
        return _ask(text) if plan.held else text
    pictures = "1 picture" if len(plan.items) == 1 else f"{len(plan.items)} pictures"
    text = Text(f"{pictures} to correct. ", style="bold")
    text.append("provenance fix --apply", style="bold cyan")
    text.append(" carries it out; nothing has been written yet.")
    return _ask(text) if plan.held else text


def _ask(text: Text) -> Text:
    """Where a person decides what waits for one."""
    text.append(" What waits for a person: ")
    text.append("provenance review", style="bold cyan")
    return text.append(".")


def _waiting(held: Sequence[HeldFinding]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for one in held:
        text = Text(one_line(one.path))
        text.append(f"  {one_line(one.reason)}", style="dim")
        table.add_row(f"  {one.finding_id[:10]}", text)
    return table


def _file(file: FileDiff) -> list[RenderableType]:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, style="dim", min_width=_LOCATOR_WIDTH)
    table.add_column(overflow="fold")
    for value in file.values:
        table.add_row(f"  {one_line(value.locator)}", _value(value))
    return [Text(one_line(file.path), style="bold"), table, Text()]


def _value(value: ValueDiff) -> Text:
    return marked(difference.shortened(difference.words(value.before, value.after or "")))


def marked(runs: Iterable[Run], *, keep: str = "") -> Text:
    """Runs of words with what goes and what comes marked, in black and white, too.

    Args:
        runs: hostile or not.
        keep: control characters to let through, such as a line feed.
    """
    text = Text()
    for run in runs:
        opening, closing, style = _MARKS[run.kind]
        text.append(f"{opening}{printable(run.text, keep=keep)}{closing}", style=style)
    return text


def show_preview(seen: Foreseen, *, as_json: bool, color: bool) -> None:
    """Print what an undo would put back, as a diff per file, and what it would leave."""
    preview = seen.preview
    if as_json:
        console.write(wire.dump(_preview_document(preview, seen.back)), None)
        return
    parts: list[RenderableType] = []
    for move in seen.back:
        parts.append(Text(f"{'back':<9}{one_line(move.uri)}", style="bold"))
        parts.append(Text(f"  from {one_line(move.place)}", style="dim"))
    for file in preview.files:
        parts += _file(file)
    parts += [_outcome(one) for one in preview.refused]
    for path, words in preview.left:
        text = Text(f"{'left':<9}", style="yellow")
        text.append(one_line(path))
        text.append(f"  {one_line(words)}", style="dim")
        parts.append(text)
    number = len({file.uri for file in preview.files} | {move.uri for move in seen.back})
    files = "1 file" if number == 1 else f"{number} files"
    words = f"{files} to put back." if number else "Nothing can be put back."
    parts.append(Text(f"{words} Nothing has been written.", style="bold"))
    tables.show(parts, None, color=color)


def _preview_document(preview: Preview, back: Sequence[Move]) -> wire.Json:
    return {
        "schemaVersion": wire.SCHEMA_VERSION,
        "dryRun": True,
        "files": [
            {
                "path": file.path,
                "values": [
                    {
                        "container": value.container.value,
                        "locator": value.locator,
                        "property": value.property.value,
                        "before": value.before,
                        "after": value.after,
                    }
                    for value in file.values
                ],
            }
            for file in preview.files
        ],
        "refused": [
            {
                "path": one.path,
                "status": type(one.result).__name__.lower(),
                "reason": getattr(one.result, "reason", ""),
            }
            for one in preview.refused
        ],
        "left": [{"path": path, "reason": words} for path, words in preview.left],
        "back": [{"path": move.uri, "place": move.place} for move in back],
    }


def _outcome(one: Outcome, applied: str = "applied") -> Text:
    word = _word(one, applied)
    text = Text(f"{word:<9}", style=_OUTCOME[type(one.result)])
    text.append(one_line(one.path))
    # The row begins with the path as given; the reason need not name it once more.
    reason = getattr(one.result, "reason", "").removeprefix(f"{one.uri}: ")
    for words in (reason, *one.notes):
        if words:
            text.append(f"  {one_line(words)}", style="dim")
    return text


def _word(one: Outcome, applied: str) -> str:
    return applied if isinstance(one.result, Applied) else type(one.result).__name__.lower()


def document(done: Remedied) -> wire.Json:
    """What came of a fix, an undo or a move, as JSON."""
    runs = done.run_ids or (done.run_id,)
    return wire.fix_document(runs, done.outcomes, recovered=done.recovered)


def show_outcomes(done: Remedied, *, as_json: bool, color: bool, undone: bool) -> None:
    """Print what became of each picture; ``undone`` where it was an undo."""
    if as_json:
        console.write(wire.dump(document(done)), None)
        return
    applied = "undone" if undone else "applied"
    parts: list[RenderableType] = [_outcome(one, applied) for one in done.outcomes]
    counts = Counter(_word(one, applied) for one in done.outcomes)
    sums = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    text = Text(f"{sums or 'Nothing to do'}.", style="bold")
    if counts["applied"] and not undone:
        text.append(f" Run {done.run_id}: ")
        text.append(f"provenance undo {done.run_id}", style="cyan")
        text.append(" takes it back.")
    if done.held:
        text.append(f" Held for a person: {len(done.held)}.", style="yellow")
    parts.append(text)
    tables.show(parts, None, color=color)
