"""What is due when, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from provenance.cli import console, tables
from provenance.duties import MilestoneStanding, NoticeClock, instant
from provenance.model import DutyState
from provenance.reporting import owed, wording
from provenance.reporting.machine import wire
from provenance.reporting.machine.compliance_json import clock_json
from provenance.reporting.text import one_line

if TYPE_CHECKING:
    from provenance.pipeline.duties import Timed

_SOON: Final = 4 * 3600
_INDENT: Final = 17
_STYLES: Final = {
    "overdue": "bold red",
    "late": "yellow",
    "soon": "bold yellow",
    "open": "",
    "pending": "",
    "reached": "green",
    "done": "green",
    "waived": "cyan",
}


def left(due: str | None, now: str) -> tuple[str, str]:
    """The time until a limit in words, with its style: ``3 h 20 min left``, ``overdue by 2 days``.

    Args:
        due: RFC 3339; None: no limit.
        now: RFC 3339.
    """
    until, here = instant(due), instant(now)
    if until is None or here is None:
        return "no limit", ""
    seconds = (until - here).total_seconds()
    told = wording.lasted(abs(seconds)).replace("\N{NO-BREAK SPACE}", " ")
    if seconds < 0:
        return f"overdue by {told}", _STYLES["overdue"]
    return f"{told} left", _STYLES["soon"] if seconds < _SOON else ""


def next_of(clock: NoticeClock) -> MilestoneStanding | None:
    """What is due next: the moment with the soonest limit, else the first that is not reached."""
    limited = [one for one in clock.waiting if one.due]
    return min(limited, key=lambda one: one.due or "", default=next(iter(clock.waiting), None))


def show(found: Sequence[Timed], now: str, *, as_json: bool, color: bool) -> None:
    """Print notices with what is due next, in the order given."""
    if as_json:
        console.write(wire.dump(_document(found, now)), None)
        return
    tables.show([listing(found, now) if found else _nothing()], None, color=color)


def _nothing() -> Text:
    return Text("Nothing is due.")


def listing(found: Iterable[Timed], now: str) -> Table:
    """A line for each notice: what is due when, which duties are open, what it is about."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    names = ("due", "next", "open duties", "received", "notice", "about")
    for name in names:
        table.add_column(name, no_wrap=name != "about", overflow="fold")
    for one in found:
        table.add_row(*_cells(one, now))
    return table


def _cells(one: Timed, now: str) -> tuple[Text, ...]:
    clock, notice = one.clock, one.notice
    about = tables.heading(notice).plain.removesuffix(f"  {notice.notice_id}")
    open_duties = [duty.duty for duty in clock.duties if duty.state is DutyState.OPEN]
    return (
        Text(*told(clock, now)),
        Text(_next(clock)),
        Text("" if clock.stopped else ", ".join(open_duties)),
        Text(_received(clock, now)),
        Text(notice.notice_id),
        Text(one_line(about)),
    )


def _received(clock: NoticeClock, now: str) -> str:
    """When, and how long ago: ``2026-11-23 06:06, 2 days 3 h ago``."""
    since, here = instant(clock.received), instant(now)
    if clock.received is None or since is None or here is None:
        return "not known"
    ago = wording.lasted((here - since).total_seconds()).replace("\N{NO-BREAK SPACE}", " ")
    return f"{clock.received[:16].replace('T', ' ')}{f', {ago} ago' if ago else ''}"


def told(clock: NoticeClock, now: str) -> tuple[str, str]:
    """What a notice's clock says in two or three words, with their style."""
    if clock.stopped is not None:
        return clock.stopped.value, "dim"
    if clock.is_complete:
        late = any(one.overdue for one in clock.milestones)
        return ("complete, late", _STYLES["late"]) if late else ("complete", _STYLES["done"])
    return left(clock.next_due, now)


def _next(clock: NoticeClock) -> str:
    one = next_of(clock)
    return "" if one is None else one.milestone.value


def _document(found: Iterable[Timed], now: str) -> wire.Json:
    shown = [_json(one, now) for one in found]
    return {
        "schemaVersion": wire.SCHEMA_VERSION,
        "now": now,
        "overdue": sum(one["overdue"] is True for one in shown),
        "notices": shown,
    }


def _json(one: Timed, now: str) -> wire.Json:
    """A notice with its clock; ``secondsLeft`` is negative where it is overdue."""
    until, here = instant(one.clock.next_due), instant(now)
    left_over = None if until is None or here is None else (until - here).total_seconds()
    coming = next_of(one.clock)
    return {
        **wire.notice(one.notice),
        "overdue": bool(one.clock.overdue),
        "next": None if coming is None else coming.milestone.value,
        "secondsLeft": left_over,
        "clock": clock_json(one.clock),
    }


def clock_rows(clock: NoticeClock, now: str) -> tuple[RenderableType, ...]:
    """The clock of one notice: its three moments, a line each, and what is odd about it."""
    rows = []
    for one in clock.milestones:
        moment = owed.moment(one)
        waits = one in clock.waiting and one.due is not None
        time = left(one.due, now) if waits else ("", "")
        state = (moment.when, _STYLES[moment.state])
        rows.append((moment.label, state, time, (moment.limit, "dim")))
    return (_block(rows), *_remark(clock))


def duty_rows(clock: NoticeClock, now: str, today: str) -> tuple[RenderableType, ...]:
    """The duties of one notice with their state, who closed them and on what."""
    rows = []
    for one in clock.duties:
        told_of = owed.duty(one, today)
        asked = one.state is DutyState.OPEN and clock.stopped is None
        time = left(one.due, now) if asked and one.due else ("", "")
        state = (told_of.said.lower(), _STYLES[told_of.state])
        rows.append((one.duty, state, time, told_of.by, (told_of.evidence, "dim")))
    return (_block(rows),) if rows else ()


def _block(rows: Iterable[Sequence[str | tuple[str, str]]]) -> RenderableType:
    return Padding(tables.plain(rows), (0, 0, 0, _INDENT), expand=False)


def _remark(clock: NoticeClock) -> tuple[RenderableType, ...]:
    said = owed.remark(clock)
    if not said:
        return ()
    return (Padding(Text(said, style="yellow"), (0, 0, 0, _INDENT), expand=False),)


def show_duties(one: Timed, now: str, today: str, *, as_json: bool, color: bool) -> None:
    """Print one notice with its clock and its duties."""
    if as_json:
        document = {"schemaVersion": wire.SCHEMA_VERSION, "now": now, "notice": _json(one, now)}
        console.write(wire.dump(document), None)
        return
    parts: list[RenderableType] = [tables.heading(one.notice), *clock_rows(one.clock, now)]
    asked = duty_rows(one.clock, now, today)
    parts += asked or (Text("The notice names no duties.", style="dim"),)
    tables.show(parts, None, color=color)
