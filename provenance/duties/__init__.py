"""What a notice asks of the desk, by when, and how far it has come. No database, no clock."""

from provenance.duties.clock import (
    BROUGHT,
    COPIES,
    Doubt,
    DutyStanding,
    MilestoneStanding,
    NoticeClock,
    Stopped,
)
from provenance.duties.limits import agency_key, limits_for
from provenance.duties.moments import instant, written
from provenance.duties.running import Now, Seen, clear_since, clock, stretch

__all__ = [
    "BROUGHT",
    "COPIES",
    "Doubt",
    "DutyStanding",
    "MilestoneStanding",
    "NoticeClock",
    "Now",
    "Seen",
    "Stopped",
    "agency_key",
    "clear_since",
    "clock",
    "instant",
    "limits_for",
    "stretch",
    "written",
]
