"""What would be moved out of reach, what was, and what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from provenance.cli import console, plans, tables
from provenance.fixing import HeldFinding
from provenance.model import Applied, Conflict, Failed, Held
from provenance.pipeline import Remedied, Withdrawal
from provenance.registry import Move
from provenance.reporting.machine import wire
from provenance.reporting.text import one_line

_STYLE = {Applied: "green", Held: "yellow", Conflict: "red", Failed: "red"}
_ID_LETTERS = 10

Json = dict[str, Any]


def show(proposed: Withdrawal, folder: str, *, as_json: bool, color: bool) -> None:
    """Print the plan: what moves, what a person must look at, what is there already."""
    if as_json:
        console.write(wire.dump(_plan_json(proposed, folder)), None)
        return
    parts: list[RenderableType] = [_heading(proposed)]
    if proposed.pictures:
        parts.append(Text("Would be moved out of reach:", style="bold"))
        for one in proposed.pictures:
            parts.append(Text(f"  {one_line(one.path)}"))
            parts += [Text(f"    with {one_line(side.uri)}", style="dim") for side in one.files[1:]]
            parts += [Text(f"    {one_line(note)}", style="yellow") for note in one.notes]
    parts += _left(proposed.left)
    parts += _kept(proposed.kept)
    parts += [Text(one_line(f"{p.message} {p.remedy}"), style="red") for p in proposed.problems]
    parts.append(_next(proposed, folder))
    tables.show(parts, None, color=color)


def _heading(proposed: Withdrawal) -> Text:
    notice = proposed.notice
    who = notice.provider or "An unknown sender"
    text = Text(f"{one_line(who)} has withdrawn this picture", style="bold")
    if notice.received:
        text.append(f" (notice {notice.notice_id}, received {notice.received[:16]})", style="dim")
    if proposed.asks_deletion:
        text.append(f"\nIt asks for deletion: {one_line(proposed.asks_deletion)}", style="yellow")
    return text


def _left(left: Sequence[HeldFinding]) -> list[RenderableType]:
    if not left:
        return []
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for one in left:
        text = Text(one_line(one.path))
        text.append(f"  {one_line(one.reason)}", style="dim")
        table.add_row(f"  {one.finding_id[:_ID_LETTERS]}", text)
    return [
        Text("Not moved; a person must look, and name the finding:", style="bold yellow"),
        table,
    ]


def _kept(kept: Sequence[Move]) -> list[RenderableType]:
    if not kept:
        return []
    parts: list[RenderableType] = [Text("In quarantine:", style="bold")]
    for one in kept:
        text = Text(f"  {one_line(one.uri)}")
        since = one.settled or one.created
        text.append(f"  since {since[:16]}, on the word of {one_line(one.agent)}", style="dim")
        text.append(f"\n    {one_line(one.place)}", style="dim")
        parts.append(text)
    return parts


def _next(proposed: Withdrawal, folder: str) -> Text:
    number = len(proposed.pictures)
    if not number and not proposed.left and not proposed.kept:
        return Text(
            "No copy of it is known. `provenance audit FOLDER` looks for copies.", style="bold"
        )
    if not number:
        return Text("Nothing to move.", style="bold")
    pictures = "1 picture" if number == 1 else f"{number} pictures"
    text = Text(f"{pictures} to move to {one_line(folder)}. ", style="bold")
    text.append(f"provenance quarantine {proposed.notice.notice_id} --apply", style="bold cyan")
    text.append(" carries it out; nothing has been moved yet.")
    return text


def show_outcomes(
    done: Remedied,
    proposed: Withdrawal,
    places: Mapping[str, str],
    *,
    as_json: bool,
    color: bool,
) -> None:
    """Print what became of each picture that was to be moved."""
    if as_json:
        document = _outcomes_json(done)
        for row, one in zip(document["outcomes"], done.outcomes, strict=True):
            row["place"] = places.get(one.uri)
        document["noticeId"] = proposed.notice.notice_id
        document["left"] = [_left_json(one) for one in done.held]
        console.write(wire.dump(document), None)
        return
    parts = _rows(done, "moved")
    text = _sums(done, "moved")
    if any(isinstance(one.result, Applied) for one in done.outcomes):
        name = proposed.notice.notice_id
        text.append(" ")
        text.append(f"provenance quarantine {name} --release --apply", style="cyan")
        text.append(" puts it back.")
    if done.held:
        text.append(f" Not moved, for a person to look at: {len(done.held)}.", style="yellow")
    parts += _left(done.held)
    parts.append(text)
    tables.show(parts, None, color=color)


def show_ending(proposed: Withdrawal, *, delete: bool, as_json: bool, color: bool) -> None:
    """Print what a release or a deletion would end."""
    if as_json:
        console.write(wire.dump({**_head(proposed), "kept": _kept_json(proposed.kept)}), None)
        return
    parts = _kept(proposed.kept)
    if not parts:
        parts.append(Text("Nothing of it is in quarantine.", style="bold"))
    elif delete:
        asks = proposed.asks_deletion
        words = f"The notice asks for it: {asks}" if asks else "The notice does not ask for it."
        parts.append(Text(one_line(words), style="" if asks else "yellow"))
        text = Text("Deleting cannot be taken back. ", style="bold red")
        text.append("Backups, and what a disk keeps of deleted files, are not reached. Give ")
        text.append("--delete --apply --reason WHY --by NAME", style="bold cyan")
        text.append(" to delete; digests and the instruction are kept.")
        parts.append(text)
    else:
        name = proposed.notice.notice_id
        text = Text(f"provenance quarantine {name} --release --apply", style="bold cyan")
        text.append(" puts it back where it was; nothing has been moved yet.")
        parts.append(text)
    tables.show(parts, None, color=color)


def show_ended(done: Remedied, word: str, *, as_json: bool, color: bool) -> None:
    """Print what became of each picture that was to be put back or deleted."""
    if as_json:
        console.write(wire.dump(_outcomes_json(done)), None)
        return
    tables.show([*_rows(done, word), _sums(done, word)], None, color=color)


def _rows(done: Remedied, word: str) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for one in done.outcomes:
        said = word if isinstance(one.result, Applied) else type(one.result).__name__.lower()
        text = Text(f"{said:<9}", style=_STYLE[type(one.result)])
        text.append(one_line(one.path))
        # The row begins with the path as given; the reason need not name it once more.
        reason = getattr(one.result, "reason", "").removeprefix(f"{one.uri}: ")
        for words in (reason, *one.notes):
            if words:
                text.append(f"  {one_line(words)}", style="dim")
        parts.append(text)
    return parts


def _sums(done: Remedied, word: str) -> Text:
    counts = Counter(
        word if isinstance(one.result, Applied) else type(one.result).__name__.lower()
        for one in done.outcomes
    )
    sums = ", ".join(f"{number} {said}" for said, number in sorted(counts.items()))
    # A run that did nothing is nothing that somebody could look up or take back.
    return Text(f"{sums}. Run {done.run_id}." if sums else "Nothing to do.", style="bold")


def _head(proposed: Withdrawal) -> Json:
    return {
        "schemaVersion": 1,
        "noticeId": proposed.notice.notice_id,
        "asksDeletion": bool(proposed.asks_deletion),
    }


def _plan_json(proposed: Withdrawal, folder: str) -> Json:
    return {
        **_head(proposed),
        "folder": folder,
        "moves": [
            {
                "path": one.path,
                "findingIds": list(one.finding_ids),
                "authority": one.authority,
                "files": [file.uri for file in one.files],
                "notes": list(one.notes),
            }
            for one in proposed.pictures
        ],
        "left": [_left_json(one) for one in proposed.left],
        "kept": _kept_json(proposed.kept),
        "errors": [
            {"path": one.path, "code": one.code, "message": one.message}
            for one in proposed.problems
        ],
    }


def _outcomes_json(done: Remedied) -> Json:
    return dict(plans.document(done))


def _left_json(one: HeldFinding) -> Json:
    return {"path": one.path, "findingId": one.finding_id, "reason": one.reason}


def _kept_json(kept: Sequence[Move]) -> list[Json]:
    return [
        {
            "path": one.uri,
            "place": one.place,
            "sha256": one.fixity.sha256,
            "imageDigest": one.fixity.image_digest,
            "size": one.fixity.size,
            "since": one.settled or one.created,
            "by": one.agent,
            "findingIds": list(one.finding_ids),
            "runId": one.run_id,
        }
        for one in kept
    ]
