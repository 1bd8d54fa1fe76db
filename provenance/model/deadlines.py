"""Within how many hours of its receipt a desk wants a notice dealt with."""

from __future__ import annotations

from dataclasses import dataclass, field

from provenance.model.compliance import Milestone


@dataclass(frozen=True, slots=True)
class Limits:
    """Hours from receipt to each of the three moments; 0: no limit.

    No agency's notice gives hours: they say "immediately". The figures are the desk's own
    promise: somebody has read it within half a shift, nothing goes out wrongly any more within a
    day, and third parties had three days to answer.
    """

    acknowledged: float = 4.0
    contained: float = 24.0
    complete: float = 72.0

    def hours(self, milestone: Milestone) -> float:
        """The limit for one moment; 0: none."""
        return {
            Milestone.ACKNOWLEDGED: self.acknowledged,
            Milestone.CONTAINED: self.contained,
            Milestone.COMPLETE: self.complete,
        }[milestone]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The desk's limits.

    Attributes:
        general: for every notice that no row below speaks of.
        agencies: an agency's name as the desk writes it, and its limits, whole; which names are
            one agency is for ``duties.limits_for`` to say.
    """

    general: Limits = field(default_factory=Limits)
    agencies: tuple[tuple[str, Limits], ...] = ()
