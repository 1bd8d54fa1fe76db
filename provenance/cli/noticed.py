"""Notices and captions, as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from provenance.cli import due, tables
from provenance.model import Notice
from provenance.reporting import wording
from provenance.reporting.family import STATES, Standing
from provenance.reporting.text import one_line, paragraphs
from provenance.reporting.told import Problem, SeenCaption

if TYPE_CHECKING:
    from provenance.pipeline.duties import Timed

_TEXT_SHOWN = 160
_COPIES_SHOWN = 50
_INDENT = 17


def show(
    notices: Iterable[Notice],
    captions: Iterable[SeenCaption],
    problems: Iterable[Problem],
    *,
    color: bool,
    whole: bool = False,
) -> None:
    """Print notices, then the captions they stand between, then what could not be read."""
    parts: list[RenderableType] = []
    for notice in notices:
        parts += _notice(notice, None, whole=whole)
    for caption in captions:
        parts.append(_caption(caption))
    parts += [tables.trouble(p) for p in problems]
    tables.show(parts, None, color=color)


def show_one(found: Timed, standing: Standing, when: tuple[str, str], *, color: bool) -> None:
    """Print one notice whole, with its clock, its duties and how its copies stand.

    Args:
        found: the notice.
        standing: how it stands.
        when: now (RFC 3339) and the desk's own day.
        color: whether colours are wanted on a terminal.
    """
    now, today = when
    clock = [
        _facts({"clock": "from its receipt to"}),
        *due.clock_rows(found.clock, now),
        *due.duty_rows(found.clock, now, today),
    ]
    parts = _notice(found.notice, standing, whole=True, clock=clock)
    tables.show(parts, None, color=color)


def _notice(
    notice: Notice,
    standing: Standing | None,
    *,
    whole: bool,
    clock: Iterable[RenderableType] = (),
) -> list[RenderableType]:
    parts: list[RenderableType] = [tables.heading(notice)]
    facts = {
        "status": f"{notice.kind.value}, picture {notice.pubstatus.value}",
        "picture": ", ".join(f"{t.kind.value} {t.value}" for t in notice.targets) or "not named",
        "received": ", ".join(
            part for part in (wording.moment(notice.received), wording.authority(notice)) if part
        ),
        "asks": wording.duties(notice),
        "replacement": wording.replacement(notice),
        "restricts": wording.restrictions(notice),
        "item": " version ".join(part for part in (notice.item, notice.version) if part),
        "sent": wording.moment(notice.sent) if notice.sent else "",
        "seen": f"{len(notice.occurrences)} times" if len(notice.occurrences) > 1 else "",
        "retracted": wording.moment(notice.retracted) if notice.retracted else "",
        "superseded": f"by {notice.superseded_by}" if notice.superseded_by else "",
        "copies": _copies(standing),
        "certainty": wording.reading(notice),
        "not understood": notice.unparsed,
    }
    parts.append(_facts(facts))
    if standing is not None and standing.unclean:
        copies = ((STATES[state], path) for path, state in standing.unclean[:_COPIES_SHOWN])
        parts.append(Padding(tables.plain(copies), (0, 0, 0, _INDENT), expand=False))
    parts += clock
    if whole:
        said = {one.asks: f"“{one.words}”" for one in notice.instructions}
        parts += [_facts(said)] if said else []
        parts.append(Text(f"\n{paragraphs(notice.text)}"))
    parts.append(Text())
    return parts


def _copies(standing: Standing | None) -> str:
    """The state of a notice and of its picture's copies; empty where nobody looked them up."""
    if standing is None:
        return ""
    parts = (standing.state.value.replace("-", " "), standing.words)
    return ": ".join(part for part in parts if part)


def _facts(facts: Mapping[str, str]) -> Table:
    """Names left, facts right, each folded in its own column."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, fact in facts.items():
        if fact:
            table.add_row(f"  {name:<14}", one_line(fact))
    return table


def _caption(seen: SeenCaption) -> Text:
    credit = seen.caption.credit
    text = Text("caption  ", style="dim")
    text.append(one_line(seen.caption.text)[:_TEXT_SHOWN], style="")
    if credit is not None:
        who = one_line(credit.creator or "no photographer")
        text.append(f"  [{who} / {one_line(', '.join(credit.agencies))}]", style="green")
    if seen.occurrences > 1:
        text.append(f"  ×{seen.occurrences}", style="cyan")
    if seen.notice_ids:
        text.append(f"  {', '.join(seen.notice_ids)}", style="yellow")
    return text
