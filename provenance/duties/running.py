"""From what was done and seen to the clock. Pure: no database, no clock of its own.

When each moment is reached (``docs/deadlines.md`` says it to people):

- ``acknowledged``: at the first named person's act about the notice. That is bringing it, a
  decision on one of its findings, a correction or a move into quarantine on the person's word, or
  any act of a person about one of its duties.
- ``contained``: once no copy at hand can go out with the error (each copy found is clean, in
  quarantine, gone, or settled by a named decision) and, where the notice asks for it,
  ``remove-online`` is closed.
- ``complete``: once it is contained and every duty is closed.

What is reached depends on ``now`` only where a waiver runs out. The moment itself never does: it is
the last of the acts that made it so, each taken from when it has held without a break.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from provenance.duties.clock import (
    BROUGHT,
    COPIES,
    Doubt,
    DutyStanding,
    MilestoneStanding,
    NoticeClock,
    Stopped,
)
from provenance.duties.moments import after, day, instant, written
from provenance.model import Duty, DutyAct, DutyState, Limits, Milestone, Notice, Proof

NO_LIMITS = Limits(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a notice beside its duty acts.

    Attributes:
        clear: every copy at hand is clean, in quarantine, gone or settled by a decision, now.
        settled: RFC 3339, the newest correction, move or dismissal under the notice; it tells
            when the copies became clear where no scan has said so yet. None where there is none.
        noted: RFC 3339, when persons first did something about it outside the duty acts.
        first_seen: RFC 3339, when the registry took the notice up, by this machine's clock.
        dismissed: findings that persons waived or rejected, on assets that are not gone.
    """

    clear: bool = False
    settled: str | None = None
    noted: tuple[str, ...] = ()
    first_seen: str | None = None
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class Now:
    """The present.

    Attributes:
        moment: RFC 3339.
        today: the desk's own day (``YYYY-MM-DD``), by which waivers run out.
    """

    moment: str
    today: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """How acts about one duty leave it.

    Attributes:
        state: open, done or waived.
        act: the newest; None where there is none.
        since: from when it is closed without a break; None while it is open.
    """

    state: DutyState = DutyState.OPEN
    act: DutyAct | None = None
    since: datetime | None = None


def stretch(acts: Iterable[DutyAct], today: str) -> Stretch:
    """How the acts about one duty, oldest first, leave it today.

    Closing anew what is closed moves nothing: it is closed from the first act of the unbroken
    run. A waiver breaks it behind its last day. An act whose time cannot be read closes nothing.
    """
    newest: DutyAct | None = None
    since: datetime | None = None
    ends: date | None = None
    for act in acts:
        newest, made = act, instant(act.made)
        if act.state is DutyState.OPEN or made is None:
            since, ends = None, None
            continue
        if since is None or (ends is not None and made.date() > ends):
            since = made
        ends = _last_day(act)
    here = day(today)
    if since is None or newest is None or (ends is not None and (here is None or here > ends)):
        return Stretch(act=newest)
    return Stretch(newest.state, newest, since)


def _last_day(act: DutyAct) -> date | None:
    """The last day of a waiver; one that cannot be read is long past."""
    if act.state is not DutyState.WAIVED or act.until is None:
        return None
    return day(act.until) or date.min


def clock(
    notice: Notice, acts: Sequence[DutyAct], seen: Seen, limits: Limits, now: Now
) -> NoticeClock:
    """The clock of a notice.

    Args:
        notice: whose; a retracted or superseded one asks for nothing more.
        acts: about it, of each duty in the order in which they were recorded: the newest holds.
        seen: what else is known.
        limits: those of its agency.
        now: the present; only what is overdue, the age and the end of waivers depend on it.
    """
    start, doubt = _start(notice, seen, now)
    stopped = _stopped(notice)
    frame = _Frame(start, now)
    runs = {duty: stretch(_about(acts, duty.value), now.today) for duty in notice.duties}
    contained = _contained(acts, seen, runs, now)
    complete = _complete(contained, runs)
    reached = {
        Milestone.ACKNOWLEDGED: _acknowledged(notice, acts, seen),
        Milestone.CONTAINED: contained,
        Milestone.COMPLETE: complete,
    }
    end = complete or instant(notice.retracted) or instant(now.moment)
    open_limits = limits if stopped is None else NO_LIMITS
    return NoticeClock(
        notice_id=notice.notice_id,
        received=None if start is None else written(start),
        milestones=tuple(
            frame.milestone(one, moment, limits if moment else open_limits, complete)
            for one, moment in reached.items()
        ),
        duties=tuple(
            frame.duty(duty, run, limits if run.since else open_limits)
            for duty, run in runs.items()
        ),
        age=frame.seconds(end),
        doubt=doubt,
        stopped=stopped,
        dismissed=seen.dismissed,
    )


def _about(acts: Iterable[DutyAct], duty: str) -> tuple[DutyAct, ...]:
    return tuple(one for one in acts if one.duty == duty)


def _start(notice: Notice, seen: Seen, now: Now) -> tuple[datetime | None, Doubt | None]:
    """From when the clock runs, and what is odd about it."""
    received, taken_up = instant(notice.received), instant(seen.first_seen)
    if received is None:
        return taken_up, Doubt.NO_RECEIPT
    if taken_up is not None and received > taken_up:
        return taken_up, Doubt.IN_THE_FUTURE
    here = instant(now.moment)
    ahead = here is not None and received > here
    return received, Doubt.IN_THE_FUTURE if ahead else None


def _stopped(notice: Notice) -> Stopped | None:
    if notice.retracted is not None:
        return Stopped.RETRACTED
    return Stopped.SUPERSEDED if notice.superseded_by is not None else None


def _acknowledged(notice: Notice, acts: Sequence[DutyAct], seen: Seen) -> datetime | None:
    told = [act.made for act in acts if act.proof is Proof.PERSON]
    told += seen.noted
    if notice.received_by is not None and not _about(acts, BROUGHT):
        # Registries of before duty acts were kept: it came with the person who brought it.
        told.append(notice.received or seen.first_seen or "")
    return min((moment for one in told if (moment := instant(one)) is not None), default=None)


def _contained(
    acts: Sequence[DutyAct], seen: Seen, runs: dict[Duty, Stretch], now: Now
) -> datetime | None:
    copies = clear_since(_about(acts, COPIES), seen, now)
    if copies is None or Duty.REMOVE_ONLINE not in runs:
        return copies
    online = runs[Duty.REMOVE_ONLINE].since
    return None if online is None else max(copies, online)


def clear_since(acts: Sequence[DutyAct], seen: Seen, now: Now) -> datetime | None:
    """Since when no copy has had the error; None where one has, or where nobody has looked.

    Args:
        acts: those about ``COPIES``, oldest first.
        seen: what else is known.
        now: the present.
    """
    if not seen.clear:
        return None
    said = stretch(acts, now.today)
    if said.since is not None:
        return said.since
    settled = instant(seen.settled)
    came_back = None if said.act is None else instant(said.act.made)
    # What was settled before a copy came back says nothing of that copy.
    return None if settled and came_back and settled < came_back else settled


def _complete(contained: datetime | None, runs: dict[Duty, Stretch]) -> datetime | None:
    closed = [run.since for run in runs.values() if run.since is not None]
    if contained is None or len(closed) < len(runs):
        return None
    return max([contained, *closed])


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every part of one clock is counted in."""

    start: datetime | None
    now: Now

    def seconds(self, moment: datetime | None) -> float | None:
        """From receipt; what was done before a late receipt took no time."""
        if self.start is None or moment is None:
            return None
        return max(0.0, (moment - self.start).total_seconds())

    def milestone(
        self,
        milestone: Milestone,
        reached: datetime | None,
        limits: Limits,
        complete: datetime | None,
    ) -> MilestoneStanding:
        due = self._due(limits.hours(milestone))
        return MilestoneStanding(
            milestone=milestone,
            reached=None if reached is None else written(reached),
            due=None if due is None else written(due),
            seconds=self.seconds(reached),
            # Once all is done, nobody has to take note any more.
            overdue=self._is_late(due, reached or complete),
        )

    def duty(self, duty: Duty, run: Stretch, limits: Limits) -> DutyStanding:
        hours = limits.contained if duty is Duty.REMOVE_ONLINE else 0.0
        due = self._due(hours or limits.complete)
        return DutyStanding(
            duty=duty.value,
            state=run.state,
            act=run.act,
            due=None if due is None else written(due),
            seconds=self.seconds(run.since),
            overdue=self._is_late(due, run.since),
            closed=None if run.since is None else written(run.since),
        )

    def _due(self, hours: float) -> datetime | None:
        return after(self.start, hours) if self.start is not None and hours > 0 else None

    def _is_late(self, due: datetime | None, done: datetime | None) -> bool:
        until = done or instant(self.now.moment)
        return due is not None and until is not None and until > due
