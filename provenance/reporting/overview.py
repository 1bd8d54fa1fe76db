"""The compliance report in figures: what is open and how long, what is wrong, how fast it went.

Every form of the report draws its first page from this one value. All times are seconds from
the receipt of a notice.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final

from provenance.duties.clock import MilestoneStanding
from provenance.model import Authority, Milestone, Notice, Rule
from provenance.reporting.facts import AuditRun
from provenance.reporting.report import (
    ComplianceReport,
    Item,
    NoticeSection,
    NoticeState,
    Stage,
    seconds_of,
)
from provenance.reporting.third_parties import PartyState

_DAY: Final = 86_400.0
_MINUTE: Final = 60.0
AGES: Final = ((0, 1), (1, 4), (4, 8), (8, 31), (31, None))
"""The age buckets: from so many whole days on, to fewer than so many."""

IN_HOUSE: Final = "The desk itself"
NOT_NAMED: Final = "Agency not named"
NO_NOTICE: Final = "No notice"


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """Open notices of one age.

    Attributes:
        at_least: whole days since receipt; None: the time of receipt is not known.
        below: fewer than so many; None: no end.
        notice_ids: in the order of the report.
        overdue: how many of them are behind a limit.
    """

    at_least: int | None
    below: int | None
    notice_ids: tuple[str, ...] = ()
    overdue: int = 0

    @property
    def notices(self) -> int:
        """How many."""
        return len(self.notice_ids)


@dataclass(frozen=True, slots=True)
class Tally:
    """Findings of one rule or one agency, by who has to move.

    Attributes:
        key: value of a ``Rule``, or the agency's name.
        ready: the program can correct them now.
        person: they wait for a person.
        done: corrected.
        dismissed: waived or rejected.
    """

    key: str
    ready: int = 0
    person: int = 0
    done: int = 0
    dismissed: int = 0

    @property
    def open(self) -> int:
        """Those that are not settled."""
        return self.ready + self.person

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.done + self.dismissed


@dataclass(frozen=True, slots=True)
class Pace:
    """How long notices took to one of the three moments.

    Attributes:
        milestone: which.
        reached: notices that reached it, with a known time.
        pending: notices that did not reach it yet.
        at_once: of those that reached it, notices acknowledged within the minute of their
            receipt: they wait for nobody, and are in no median.
        overdue: of all of them, those that are behind their limit or came in behind it.
        median: seconds; None where none reached it.
        worst: seconds; None where none reached it.
        worst_notice: id of the notice that took longest.
    """

    milestone: Milestone
    reached: int = 0
    pending: int = 0
    overdue: int = 0
    median: float | None = None
    worst: float | None = None
    worst_notice: str | None = None
    at_once: int = 0


@dataclass(frozen=True, slots=True)
class Overdue:
    """A moment that a notice has not reached within its limit.

    Attributes:
        notice_id: whose.
        milestone: which.
        due: RFC 3339.
        late: seconds from then until the report was made.
    """

    notice_id: str
    milestone: Milestone
    due: str
    late: float


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page of the report.

    Attributes:
        notices: all of them.
        open: those of which a copy or a duty is left.
        ages: all buckets, youngest first; that of unknown age only where there are such.
        rules: the most findings first.
        agencies: the most findings first.
        paces: acknowledged, contained, complete.
        overdue: the longest overdue first.
        trend: audit by audit, oldest first.
        parties: third parties by state, in the order of the states; none are left out.
    """

    notices: int
    open: int
    ages: tuple[AgeBucket, ...]
    rules: tuple[Tally, ...]
    agencies: tuple[Tally, ...]
    paces: tuple[Pace, ...]
    overdue: tuple[Overdue, ...]
    trend: tuple[AuditRun, ...]
    parties: tuple[tuple[PartyState, int], ...]

    @property
    def overdue_notices(self) -> int:
        """Notices behind a limit."""
        return len({one.notice_id for one in self.overdue})


def overview(report: ComplianceReport) -> Overview:
    """The report in figures. A retracted notice asks for nothing and is in no clock's figure."""
    speaking = [one for one in report.notices if one.state is not NoticeState.RETRACTED]
    unsettled = [one for one in speaking if not one.is_settled]
    now = seconds_of(report.stamp.generated)
    parties = [party.state for one in report.notices for party in one.third_parties]
    return Overview(
        notices=len(report.notices),
        open=len(unsettled),
        ages=_ages(unsettled, report.stamp.generated),
        rules=_tallied((item.finding.rule.value, item) for item in report.items),
        agencies=_tallied(_by_agency(report)),
        paces=tuple(_pace(one, speaking) for one in Milestone),
        overdue=_overdue(unsettled, now),
        trend=report.runs,
        parties=tuple((state, parties.count(state)) for state in PartyState if state in parties),
    )


def agency(notice: Notice) -> str:
    """Who speaks in a notice, as a heading."""
    if notice.authority is Authority.IN_HOUSE:
        return IN_HOUSE
    return notice.provider or NOT_NAMED


def age_of(section: NoticeSection, generated: str) -> float | None:
    """Seconds since a notice's receipt, as its clock counts them; None where that is unknown."""
    if section.clock is not None and section.clock.age is not None:
        return section.clock.age
    passed = seconds_of(generated) - seconds_of(section.notice.received)
    return max(passed, 0.0) if math.isfinite(passed) else None


def _ages(unsettled: list[NoticeSection], generated: str) -> tuple[AgeBucket, ...]:
    found: dict[tuple[int | None, int | None], list[NoticeSection]] = {one: [] for one in AGES}
    for section in unsettled:
        age = age_of(section, generated)
        found.setdefault((None, None) if age is None else _bucket(age), []).append(section)
    return tuple(
        AgeBucket(
            *bounds,
            tuple(one.notice.notice_id for one in sections),
            sum(one.is_overdue for one in sections),
        )
        for bounds, sections in found.items()
    )


def _bucket(age: float) -> tuple[int, int | None]:
    days = max(age, 0.0) // _DAY
    return next(one for one in reversed(AGES) if days >= one[0])


def _by_agency(report: ComplianceReport) -> Iterable[tuple[str, Item]]:
    for section in report.notices:
        name = agency(section.notice)
        yield from ((name, item) for item in section.items)
    for rule in report.rules:
        for picture in rule.pictures:
            yield from ((NO_NOTICE, item) for item in picture.items)


def _tallied(pairs: Iterable[tuple[str, Item]]) -> tuple[Tally, ...]:
    found: dict[Hashable, list[int]] = {}
    order = list(Stage)
    for key, item in pairs:
        found.setdefault(key, [0] * len(order))[order.index(item.stage)] += 1
    tallies = [Tally(str(key), *counts) for key, counts in found.items()]
    place = {rule.value: at for at, rule in enumerate(Rule)}
    return tuple(
        sorted(tallies, key=lambda one: (-one.total, place.get(one.key, len(place)), one.key))
    )


def _pace(milestone: Milestone, speaking: list[NoticeSection]) -> Pace:
    standings = [
        (section.notice.notice_id, one)
        for section in speaking
        if section.clock is not None
        for one in section.clock.milestones
        if one.milestone is milestone
    ]
    timed = [(one.seconds or 0.0, notice) for notice, one in standings if _is_timed(one)]
    least = _MINUTE if milestone is Milestone.ACKNOWLEDGED else 0.0
    took = [pair for pair in timed if pair[0] >= least]
    worst = max(took, key=lambda pair: pair[0], default=(None, None))
    return Pace(
        milestone,
        reached=len(timed),
        pending=sum(one.reached is None for _, one in standings),
        overdue=sum(one.overdue for _, one in standings),
        median=statistics.median(seconds for seconds, _ in took) if took else None,
        worst=worst[0],
        worst_notice=worst[1],
        at_once=len(timed) - len(took),
    )


def _is_timed(one: MilestoneStanding) -> bool:
    return one.reached is not None and one.seconds is not None


def _overdue(unsettled: list[NoticeSection], now: float) -> tuple[Overdue, ...]:
    found = [
        Overdue(section.notice.notice_id, one.milestone, one.due or "", now - seconds_of(one.due))
        for section in unsettled
        if section.clock is not None
        for one in section.clock.overdue
    ]
    return tuple(sorted(found, key=lambda one: -one.late))
