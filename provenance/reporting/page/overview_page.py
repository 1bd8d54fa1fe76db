"""The first page of the report as the page shows it: figures, charts, what is overdue, a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from provenance.model import Rule
from provenance.reporting import owed, wording
from provenance.reporting.overview import Overdue, Overview, Pace, Tally, overview
from provenance.reporting.page import charts
from provenance.reporting.page.charts import Bar, Chart, Fill, Numbers, Part
from provenance.reporting.report import ComplianceReport, NoticeSection, Stage

_STAGED: Final = (
    (Fill.SOLID, "Ready to fix"),
    (Fill.HATCH, "Waits for a person"),
    (Fill.OUTLINE, "Corrected or dismissed"),
)
_AGED: Final = ((Fill.SOLID, "Behind a limit"), (Fill.OUTLINE, "Within its limits"))
_PACED: Final = ((Fill.SOLID, "Median"),)
_RUN: Final = (
    (Fill.SOLID, "Open"),
    (Fill.HATCH, "Held for a person"),
    (Fill.OUTLINE, "Settled"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number; ``alarms`` where it must not be overlooked."""

    label: str
    number: int
    alarms: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """One notice with the moments that it missed, and how long ago the first of them was."""

    target: str
    title: str
    sender: str
    missed: tuple[tuple[str, str], ...]
    late: str


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in the list of all: a line to find it by."""

    target: str
    title: str
    sender: str
    received: str
    age: str
    state: str
    label: str
    findings: str
    duties: str
    limit: str


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Everything above the notices."""

    figures: tuple[Figure, ...]
    late: tuple[Late, ...]
    charts: tuple[Chart, ...]
    lines: tuple[Line, ...]
    trend: str


def first_page(report: ComplianceReport) -> FirstPage:
    """Draw up the first page; notices are linked as ``notice-1`` and so on, in their order."""
    told = overview(report)
    targets = {
        section.notice.notice_id: (f"notice-{at}", section)
        for at, section in enumerate(report.notices, start=1)
    }
    shown = [_ages(told), _paces(told, targets), _rules(told), _agencies(told), _trend(told)]
    return FirstPage(
        figures=_figures(report, told),
        late=_late(told, targets),
        charts=tuple(one for one in shown if one is not None),
        lines=tuple(_line(target, section) for target, section in targets.values()),
        trend=_trend_words(told),
    )


def title(section: NoticeSection) -> str:
    """A notice in a few words, as a heading or a link."""
    first = wording.essences(section.notice)[0]
    if first.plain:
        return first.plain
    parts = (first.right or "", f"not {first.wrong}" if first.wrong else "")
    return ", ".join(part for part in parts if part) or "The notice names no values"


def _figures(report: ComplianceReport, told: Overview) -> tuple[Figure, ...]:
    stages = [item.stage for item in report.items]
    return (
        Figure("Notices open", told.open),
        Figure("Notices overdue", told.overdue_notices, alarms=bool(told.overdue_notices)),
        *(Figure(label, stages.count(stage)) for stage, label in wording.STAGES.items()),
        Figure("Unreadable", len(report.unreadable)),
        Figure("Files scanned", report.assets),
    )


def _late(told: Overview, targets: Mapping[str, tuple[str, NoticeSection]]) -> tuple[Late, ...]:
    """Notice by notice, the longest overdue first."""
    by_notice: dict[str, list[Overdue]] = {}
    for one in told.overdue:
        by_notice.setdefault(one.notice_id, []).append(one)
    return tuple(
        Late(
            targets[number][0],
            title(targets[number][1]),
            wording.sender(targets[number][1].notice),
            tuple((owed.MILESTONES[one.milestone], wording.brief(one.due)) for one in missed),
            wording.lasted(missed[0].late),
        )
        for number, missed in by_notice.items()
    )


def _line(target: str, section: NoticeSection) -> Line:
    stages = [item.stage for item in section.items]
    left = stages.count(Stage.READY) + stages.count(Stage.PERSON)
    clock = section.clock
    closed = sum(one.state.value != "open" for one in clock.duties) if clock else 0
    due = clock.next_due if clock and not section.is_settled else None
    return Line(
        target=target,
        title=title(section),
        sender=wording.sender(section.notice),
        received=wording.brief(section.notice.received, clock=False),
        age=wording.lasted(clock.age) if clock else "",
        state=wording.notice_code(section),
        label=wording.notice_label(section),
        findings=f"{left:,} of {len(stages):,} open" if stages else "none",
        duties=f"{closed} of {len(clock.duties)} closed" if clock and clock.duties else "",
        limit=wording.brief(due),
    )


def _ages(told: Overview) -> Chart | None:
    if not told.open:
        return None
    numbers = [
        Numbers(owed.age(one), (one.overdue, one.notices - one.overdue)) for one in told.ages
    ]
    return _chart("ages", "Open notices by age", ("Age", *_words(_AGED)), numbers, _AGED)


def _rules(told: Overview) -> Chart | None:
    numbers = [_staged(one, wording.RULES[Rule(one.key)][0]) for one in told.rules]
    return _tallies("rules", ("Findings by rule", "Rule"), told.rules, numbers)


def _agencies(told: Overview) -> Chart | None:
    numbers = [_staged(one, one.key) for one in told.agencies]
    return _tallies("agencies", ("Findings by agency", "Agency"), told.agencies, numbers)


def _staged(one: Tally, label: str) -> Numbers:
    return Numbers(label, (one.ready, one.person, one.done + one.dismissed))


def _tallies(
    name: str, words: tuple[str, str], tallies: Sequence[Tally], numbers: Sequence[Numbers]
) -> Chart | None:
    """Stacked bars; the table keeps apart what the bars put together."""
    if not numbers:
        return None
    fills = [fill for fill, _ in _STAGED]
    names = ("ready to fix", "waiting for a person", "settled")
    return Chart(
        name=name,
        title=words[0],
        told=charts.sentences(numbers, names),
        legend=_STAGED,
        head=(words[1], *wording.STAGES.values(), "All"),
        rows=tuple(
            (one.label, *(f"{n:,}" for n in (t.ready, t.person, t.done, t.dismissed, t.total)))
            for one, t in zip(numbers, tallies, strict=True)
        ),
        bars=charts.bars(numbers, fills),
    )


def _chart(
    name: str,
    heading: str,
    head: tuple[str, ...],
    numbers: Sequence[Numbers],
    legend: tuple[tuple[Fill, str], ...],
) -> Chart:
    fills = [fill for fill, _ in legend]
    return Chart(
        name=name,
        title=heading,
        told=charts.sentences(numbers, [words.lower() for words in _words(legend)]),
        legend=legend,
        head=(*head, "All"),
        rows=tuple(
            (one.label, *(f"{each:,}" for each in (*one.figures, one.total))) for one in numbers
        ),
        bars=charts.bars(numbers, fills),
    )


def _words(legend: tuple[tuple[Fill, str], ...]) -> tuple[str, ...]:
    return tuple(words for _, words in legend)


def _paces(told: Overview, targets: Mapping[str, tuple[str, NoticeSection]]) -> Chart | None:
    """How long it took: the bar to the median, the tick at the slowest."""
    if not any(one.reached or one.pending for one in told.paces):
        return None
    slowest = max((one.worst or 0.0 for one in told.paces), default=0.0)
    rows = [_paced(one, targets) for one in told.paces]
    bars = tuple(_pace_bar(one, slowest) for one in told.paces)
    return Chart(
        name="paces",
        title="Time to comply",
        told=" ".join(
            f"{label}: "
            + (f"median {median}, slowest {worst}, {who}." if median else f"{bar.figure}.")
            for (label, median, worst, who, *_), bar in zip(rows, bars, strict=True)
        ),
        legend=_PACED if slowest else (),
        head=("Moment", "Median", "Slowest", "Reached", "Not yet", "Late"),
        rows=tuple((*row[:3], *row[4:]) for row in rows),
        bars=bars,
        note=" ".join(part for part in (_slowest(rows), owed.at_once(told.paces)) if part),
    )


def _slowest(rows: Sequence[tuple[str, ...]]) -> str:
    """Which notices the ticks at the ends stand for."""
    named: dict[str, list[str]] = {}
    for label, _, _, notice, *_ in rows:
        if notice:
            named.setdefault(notice, []).append(label.lower())
    if not named:
        return ""
    told = "; ".join(f"{notice} ({', '.join(labels)})" for notice, labels in named.items())
    return f"The tick marks the slowest notice: {told}."


def _paced(one: Pace, targets: Mapping[str, tuple[str, NoticeSection]]) -> tuple[str, ...]:
    worst = targets.get(one.worst_notice or "")
    return (
        owed.MILESTONES[one.milestone],
        wording.lasted(one.median),
        wording.lasted(one.worst),
        title(worst[1]) if worst else "",
        f"{one.reached:,}",
        f"{one.pending:,}",
        f"{one.overdue:,}",
    )


def _pace_bar(one: Pace, slowest: float) -> Bar:
    label = owed.MILESTONES[one.milestone]
    if one.median is None or one.worst is None:
        left = f"not yet reached by {wording.count(one.pending, 'notice')}"
        return Bar(label, "on receipt" if one.at_once and not one.pending else left, ())
    unit = 100 / slowest if slowest else 0.0
    figure = f"median {wording.lasted(one.median)}, slowest {wording.lasted(one.worst)}"
    part = Part(Fill.SOLID, 0.0, one.median * unit)
    return Bar(label, figure, (part,), one.worst * unit)


def _trend(told: Overview) -> Chart | None:
    """One column for each audit; a single one is told in words instead."""
    if len(told.trend) < 2:
        return None
    numbers = [
        Numbers(wording.brief(one.when), (one.open, one.held, one.settled)) for one in told.trend
    ]
    fills = [fill for fill, _ in _RUN]
    drawn = charts.columns(numbers, fills)
    left_out = len(numbers) - len(drawn)
    return Chart(
        name="trend",
        title="Audit by audit",
        told=charts.sentences(numbers[-len(drawn) :], [words.lower() for words in _words(_RUN)]),
        legend=_RUN,
        head=("When", *_words(_RUN)),
        rows=tuple((one.label, *(f"{each:,}" for each in one.figures)) for one in numbers),
        columns=drawn,
        note="Findings in the whole registry; the figure is that of the open ones."
        + (f" The newest {len(drawn)} of {len(numbers):,} are drawn." if left_out else ""),
    )


def _trend_words(told: Overview) -> str:
    if len(told.trend) != 1:
        return ""
    one = told.trend[0]
    return (
        f"The registry was audited once, on {wording.moment(one.when)}: {one.open:,} open, "
        f"{one.held:,} held, {one.settled:,} settled. The next audit begins the trend."
    )
