"""What the invented week's notices ask for beyond corrections: clocks, third parties, a trend."""

from __future__ import annotations

from dataclasses import replace

from provenance.duties.clock import DutyStanding, MilestoneStanding, NoticeClock
from provenance.model import (
    Answer,
    AnswerKind,
    Delivery,
    DutyAct,
    DutyState,
    Letter,
    LetterKind,
    Milestone,
    Proof,
)
from provenance.reporting.report import AuditRun, Facts
from provenance.reporting.third_parties import PartyState, ThirdParty

CORRECTION, KILL, DESK = "afp-5d2f0a91c3b7e864", "afp-91ce004b7a3f2d55", "desk-2b7c44d01e9f3a68"
HOUR = 3600.0


def moment(
    milestone: Milestone, hours: float | None, limit: float, start: str, *, past: bool = False
) -> MilestoneStanding:
    """A milestone reached so many hours after ``start``, or not; ``past`` its limit."""
    return MilestoneStanding(
        milestone,
        reached=start if hours is not None else None,
        due=start,
        seconds=None if hours is None else hours * HOUR,
        overdue=past or (hours is not None and hours > limit),
    )


def clocks() -> dict[str, NoticeClock]:
    """The correction is late, the withdrawal has time, the desk's own is complete."""
    first, second, own = (
        "2024-12-01T06:14:00+00:00",
        "2024-12-04T12:40:00+00:00",
        "2024-11-29T09:00:00+00:00",
    )
    done = DutyAct(
        CORRECTION, "remove-online", DutyState.DONE, "m.okafor", "2024-12-01T09:00:00Z",
        evidence="ticket-4711.pdf", evidence_sha256="a" * 64,
    )  # fmt: skip
    waived = DutyAct(
        CORRECTION, "delete-servers", DutyState.WAIVED, "anna.editor", "2024-12-01T10:00:00Z",
        reason="The agency agreed", until="2024-12-31",
    )  # fmt: skip
    seen = DutyAct(
        DESK, "delete-servers", DutyState.DONE, "m.okafor", "2024-11-29T12:10:00Z", Proof.SCAN
    )
    return {
        CORRECTION: NoticeClock(
            CORRECTION,
            first,
            (
                moment(Milestone.ACKNOWLEDGED, 1.0, 4.0, first),
                moment(Milestone.CONTAINED, None, 24.0, "2024-12-02T06:14:00+00:00", past=True),
                moment(Milestone.COMPLETE, None, 72.0, "2024-12-02T18:14:00+00:00", past=True),
            ),
            (
                DutyStanding("remove-online", DutyState.DONE, done, first, 2.75 * HOUR),
                DutyStanding("delete-servers", DutyState.WAIVED, waived, first, 4 * HOUR),
                DutyStanding("inform-third-parties", DutyState.OPEN, due=first, overdue=True),
            ),
            age=49.75 * HOUR,
        ),
        KILL: NoticeClock(
            KILL,
            second,
            (
                moment(Milestone.ACKNOWLEDGED, 3.0, 4.0, second),
                moment(Milestone.CONTAINED, None, 24.0, second),
                moment(Milestone.COMPLETE, None, 72.0, second),
            ),
            (DutyStanding("remove-online", DutyState.OPEN), DutyStanding("delete-servers", DutyState.OPEN)),
            age=19.3 * HOUR,
        ),
        DESK: NoticeClock(
            DESK,
            own,
            (
                moment(Milestone.ACKNOWLEDGED, 5.0, 4.0, own),
                moment(Milestone.CONTAINED, 3.0, 24.0, own),
                moment(Milestone.COMPLETE, 9.0, 72.0, own),
            ),
            (DutyStanding("delete-servers", DutyState.DONE, seen, None, 3 * HOUR),),
            age=9 * HOUR,
        ),
    }  # fmt: skip


def parties() -> dict[str, tuple[ThirdParty, ...]]:
    """One was never told, one answered."""
    got = Delivery(
        "d1", "/pictures/desk/a.jpg", None, "Nordlicht Syndication", "rights@nordlicht.example",
        "2024-11-30", "2024-11-30T10:00:00Z", "anna.editor",
    )  # fmt: skip
    letter = Letter(
        "l1", CORRECTION, "Nordlicht Syndication", "rights@nordlicht.example", LetterKind.FIRST,
        "2024-12-01T09:00:00Z", "anna.editor", "b" * 64, "2024-12-01T09:05:00Z",
    )  # fmt: skip
    answer = Answer(
        CORRECTION, "Nordlicht Syndication", AnswerKind.COMPLIED, "2024-12-02T11:00:00Z",
        "anna.editor", "Both copies replaced",
    )  # fmt: skip
    later = replace(got, delivery_id="d2", recipient="Radio Kvarken", contact="", day="2024-12-01")
    return {
        CORRECTION: (
            ThirdParty("Radio Kvarken", "", (later, replace(later, day="2024-12-02"))),
            ThirdParty(
                "Nordlicht Syndication", "rights@nordlicht.example", (got,), (letter,), answer,
                PartyState.ANSWERED,
            ),
        )
    }  # fmt: skip


RUNS = (
    AuditRun("scan-1", "2024-11-29T08:00:00Z", 14, 2, 0),
    AuditRun("scan-2", "2024-12-01T06:20:00Z", 12, 2, 1),
    AuditRun("", "2024-12-03T08:00:00+00:00", 11, 1, 3),
)


def owing(week: Facts) -> Facts:
    """The week with all that it owes."""
    return replace(
        week,
        clocks=clocks(),
        third_parties=parties(),
        runs=RUNS,
        decided_at={f"d{6:015x}": 33, f"d{21:015x}": 36},
    )
