"""A notice's clock: which duties are open, what is due when, and what came too late."""

from __future__ import annotations

from dataclasses import dataclass

from provenance.model import DutyAct, DutyState, Milestone


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """One duty as it stands.

    Attributes:
        duty: value of a ``Duty``.
        state: open, done or waived; a waiver that ran out is open again.
        act: the newest act about it; None where nobody did anything.
        due: RFC 3339, when the agency's limit for ``complete`` ends; None without a limit.
        seconds: from receipt to the act that closed it; None while it is open, or where
            the notice has no time of receipt.
        overdue: open behind its limit, or closed behind it.
    """

    duty: str
    state: DutyState
    act: DutyAct | None = None
    due: str | None = None
    seconds: float | None = None
    overdue: bool = False


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
    """The clock of one notice.

    Attributes:
        notice_id: whose.
        received: RFC 3339, from when it runs; None where that is not known.
        milestones: acknowledged, contained, complete, in this order.
        duties: those that the notice names, in its order.
        age: seconds from receipt until it was complete, else until now; None without receipt.
    """

    notice_id: str
    received: str | None
    milestones: tuple[MilestoneStanding, ...]
    duties: tuple[DutyStanding, ...] = ()
    age: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return self.milestones[-1].reached is not None

    @property
    def overdue(self) -> tuple[MilestoneStanding, ...]:
        """The milestones that are behind their limit and not reached."""
        return tuple(one for one in self.milestones if one.overdue and one.reached is None)

    @property
    def next_due(self) -> str | None:
        """The soonest limit of what is not reached, RFC 3339."""
        return min(
            (one.due for one in self.milestones if one.due and not one.reached), default=None
        )
