"""A notice's clock as a value: which duties are open, what is due when, what came too late."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from provenance.model import DutyAct, DutyState, Milestone

COPIES: Final = "copies"
"""Stands in a ``DutyAct`` in place of a duty: a scan found no copy left with the error."""

BROUGHT: Final = "brought"
"""Stands in a ``DutyAct`` in place of a duty: a person brought the notice."""


class Doubt(StrEnum):
    """What is odd about the moment from which a clock runs.

    ``NO_RECEIPT``: the notice has no time of receipt; the clock runs from when the registry took
    it up, where that is known. ``IN_THE_FUTURE``: its time of receipt lies behind that moment, or
    behind now; a clock that is wrong or a forged date must not give the desk more time.
    """

    NO_RECEIPT = "no-receipt"
    IN_THE_FUTURE = "in-the-future"


class Stopped(StrEnum):
    """Why nothing is due any more although not everything was done."""

    RETRACTED = "retracted"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """One duty as it stands.

    Attributes:
        duty: value of a ``Duty``.
        state: open, done or waived; a waiver that ran out is open again.
        act: the newest act about it; None where nobody did anything.
        due: RFC 3339; the limit of ``contained`` for what that moment waits for
            (``remove-online``), else that of ``complete``; None without a limit.
        seconds: from receipt to the act since which it is closed; None while it is open, or
            where the notice has no time of receipt.
        overdue: open behind its limit, or closed behind it.
        closed: RFC 3339, since when it is closed without a break; None while it is open.
    """

    duty: str
    state: DutyState
    act: DutyAct | None = None
    due: str | None = None
    seconds: float | None = None
    overdue: bool = False
    closed: str | None = None

    @property
    def ran_out(self) -> bool:
        """Whether it is open because a waiver is over."""
        act = self.act
        return self.state is DutyState.OPEN and act is not None and act.state is DutyState.WAIVED


@dataclass(frozen=True, slots=True)
class MilestoneStanding:
    """One of the three moments.

    Attributes:
        milestone: which.
        reached: RFC 3339; None while it is not.
        due: RFC 3339; None without a limit, or without a time of receipt.
        seconds: from receipt to ``reached``; None where one of the two is not known.
        overdue: not reached behind its limit, or reached behind it.
    """

    milestone: Milestone
    reached: str | None = None
    due: str | None = None
    seconds: float | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class NoticeClock:
    """The clock of one notice. All times are RFC 3339 in UTC and sort as text.

    Attributes:
        notice_id: whose.
        received: from when it runs; None where that is not known.
        milestones: acknowledged, contained, complete, in this order.
        duties: those that the notice names, in its order.
        age: seconds from receipt until it was complete or retracted, else until now; None
            without receipt.
        doubt: what is odd about ``received``; None where nothing is.
        stopped: why nothing is due any more; None while the notice speaks.
        dismissed: findings that persons waived or rejected: their copies count as contained.
    """

    notice_id: str
    received: str | None
    milestones: tuple[MilestoneStanding, ...]
    duties: tuple[DutyStanding, ...] = ()
    age: float | None = None
    doubt: Doubt | None = None
    stopped: Stopped | None = None
    dismissed: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return self.milestones[-1].reached is not None

    @property
    def is_settled(self) -> bool:
        """Whether nobody waits for anything: it is complete, or does not speak any more."""
        return self.is_complete or self.stopped is not None

    @property
    def waiting(self) -> tuple[MilestoneStanding, ...]:
        """The milestones that are still to be reached; none once it is settled."""
        if self.is_settled:
            return ()
        return tuple(one for one in self.milestones if one.reached is None)

    @property
    def overdue(self) -> tuple[MilestoneStanding, ...]:
        """The milestones that are behind their limit and not reached."""
        return tuple(one for one in self.waiting if one.overdue)

    @property
    def next_due(self) -> str | None:
        """The soonest limit of what is not reached, RFC 3339; a past one while it is overdue."""
        return min((one.due for one in self.waiting if one.due), default=None)

    @property
    def urgency(self) -> tuple[bool, bool, str, str, str]:
        """To sort by: the longest overdue first, then the soonest due, then what has no limit."""
        due = self.next_due
        return (self.is_settled, due is None, due or "", self.received or "", self.notice_id)
