"""What is owed under a notice, in words: its moments, its duties, those who got the picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from provenance.duties.clock import Doubt, DutyStanding, MilestoneStanding, NoticeClock, Stopped
from provenance.model import Delivery, Duty, DutyState, LetterKind, Milestone, Proof
from provenance.reporting import wording
from provenance.reporting.overview import AgeBucket, Pace
from provenance.reporting.third_parties import ANSWERS, STATES, PartyState, ThirdParty

MILESTONES: Final[dict[Milestone, str]] = {
    Milestone.ACKNOWLEDGED: "Acknowledged",
    Milestone.CONTAINED: "Contained",
    Milestone.COMPLETE: "Complete",
}
MEANT: Final[dict[Milestone, str]] = {
    Milestone.ACKNOWLEDGED: "a person took note",
    Milestone.CONTAINED: "no copy at hand can go out, save what a person waived",
    Milestone.COMPLETE: "every duty is closed",
}
DUTIES: Final[dict[str, str]] = {
    Duty.REMOVE_ONLINE.value: "Remove from online services",
    Duty.DELETE_SERVERS.value: "Delete from the servers",
    Duty.INFORM_THIRD_PARTIES.value: "Inform third parties",
    Milestone.ACKNOWLEDGED.value: "Acknowledge receipt",
}
DUTY_STATES: Final[dict[DutyState, str]] = {
    DutyState.OPEN: "Open",
    DutyState.DONE: "Done",
    DutyState.WAIVED: "Waived",
}
_DOUBTS: Final[dict[Doubt, str]] = {
    Doubt.NO_RECEIPT: (
        "The notice has no time of receipt: the clock runs from when the registry took it up."
    ),
    Doubt.IN_THE_FUTURE: (
        "Its time of receipt lies ahead of the moment at which it was taken up; the clock runs"
        " from that."
    ),
}
_STOPPED: Final[dict[Stopped, str]] = {
    Stopped.RETRACTED: "The notice was retracted: nothing is due any more.",
    Stopped.SUPERSEDED: "A later version speaks in its place: nothing is due under this one.",
}
_DESK_MOVES: Final = frozenset(
    {PartyState.TO_TELL, PartyState.TO_REMIND, PartyState.REFUSED, PartyState.UNSURE}
)
_HASH_SHOWN: Final = 12
_BY: Final[dict[Proof, str]] = {
    Proof.PERSON: "by",
    Proof.SCAN: "shown by the scan of",
    Proof.LEDGER: "by what the ledger learned from",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One of the three moments; ``state`` is ``reached``, ``late``, ``overdue`` or ``pending``."""

    label: str
    meaning: str
    state: str
    when: str
    limit: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty; ``state`` is that of the duty, or ``overdue``."""

    label: str
    state: str
    said: str
    by: str
    evidence: str
    took: str
    limit: str


@dataclass(frozen=True, slots=True)
class Party:
    """One third party; ``waits`` where the desk has to move."""

    name: str
    contact: str
    got: str
    told: str
    answer: str
    state: str
    waits: bool


def remark(clock: NoticeClock) -> str:
    """What is odd about a clock, in sentences; mostly empty."""
    told = (
        _DOUBTS[clock.doubt] if clock.doubt else "",
        _STOPPED[clock.stopped] if clock.stopped else "",
        _let_be(clock),
    )
    return " ".join(one for one in told if one)


def _let_be(clock: NoticeClock) -> str:
    """What counts as contained without being corrected; empty where nothing does."""
    findings = clock.dismissed
    contained = (one for one in clock.milestones if one.milestone is Milestone.CONTAINED)
    if not findings or all(one.reached is None for one in contained):
        return ""
    were, its = ("was", "its copy counts") if findings == 1 else ("were", "their copies count")
    return (
        f"{wording.count(findings, 'finding')} {were} waived or rejected by a named person: {its}"
        " as contained on that word, and nothing was corrected there."
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def moment(one: MilestoneStanding) -> Moment:
    """One of the three moments, and how it stands to its limit."""
    limit = f"limit {wording.brief(one.due)}" if one.due else ""
    if one.reached is None:
        state, when = ("overdue", "Overdue") if one.overdue else ("pending", "Not yet")
    else:
        took = wording.lasted(one.seconds)
        state = "late" if one.overdue else "reached"
        when = wording.brief(one.reached) + (f", after {took}" if took else "")
    return Moment(MILESTONES[one.milestone], MEANT[one.milestone], state, when, limit)


def duty(one: DutyStanding, today: str) -> Owed:
    """One duty: who closed it, when, on what, and how long that took."""
    took = wording.lasted(one.seconds)
    due = f"limit {wording.brief(one.due)}" if one.due else ""
    late = "late" if one.overdue and one.state is not DutyState.OPEN else ""
    state = "overdue" if one.overdue and one.state is DutyState.OPEN else one.state.value
    return Owed(
        label=DUTIES.get(one.duty, one.duty),
        state=state,
        said="Overdue" if state == "overdue" else DUTY_STATES[one.state],
        by=_closed_by(one, today),
        evidence=_evidence(one),
        took=", ".join(part for part in (took and f"after {took}", late) if part),
        limit=due,
    )


def _closed_by(one: DutyStanding, today: str) -> str:
    act = one.act
    if act is None:
        return ""
    who = f"{_BY[act.proof]} {act.agent}"
    until = ""
    if act.state is DutyState.WAIVED and act.until:
        ended = " (ran out)" if today and act.until < today[:10] else ""
        until = f", until {wording.brief(act.until)}{ended}"
    reason = f": {act.reason}" if act.reason else ""
    said = {DutyState.OPEN: "opened again ", DutyState.WAIVED: "waived ", DutyState.DONE: ""}
    return f"{said[act.state]}{who} on {wording.brief(act.made)}{until}{reason}"


def _evidence(one: DutyStanding) -> str:
    if one.act is None or not one.act.evidence:
        return ""
    digest = one.act.evidence_sha256
    return one.act.evidence + (f" (SHA-256 {digest[:_HASH_SHOWN]}…)" if digest else "")


def party(one: ThirdParty) -> Party:
    """One third party: what it got, what it was told, what it said."""
    return Party(
        name=one.recipient,
        contact=one.contact,
        got=_got(one.deliveries),
        told=_told(one),
        answer=_answer(one),
        state=_capital(STATES[one.state]),
        waits=one.state in _DESK_MOVES,
    )


def _got(deliveries: tuple[Delivery, ...]) -> str:
    if not deliveries:
        return ""
    pictures = len({one.uri for one in deliveries})
    days = sorted(one.day for one in deliveries)
    span = wording.brief(days[0])
    if days[-1] != days[0]:
        span += f" to {wording.brief(days[-1])}"
    return f"{wording.count(pictures, 'file')}, {span}"


def _told(one: ThirdParty) -> str:
    if not one.letters:
        return ""
    last = one.letters[-1]
    kind = "reminder" if last.kind is LetterKind.REMINDER else "letter"
    if last.sent:
        return f"{kind} sent {wording.brief(last.sent)} by {last.agent}"
    return f"{kind} written {wording.brief(last.made)} by {last.agent}, not marked as sent"


def _answer(one: ThirdParty) -> str:
    if one.answer is None:
        return ""
    words = f": {one.answer.words}" if one.answer.words else ""
    return f"{ANSWERS[one.answer.kind]}, {wording.brief(one.answer.received)}{words}"


def age(bucket: AgeBucket) -> str:
    """An age bucket as a label."""
    if bucket.at_least is None:
        return "Time of receipt not known"
    if bucket.below is None:
        return f"{bucket.at_least} days or more"
    last = bucket.below - 1
    if bucket.at_least == 0:
        return "Less than 1 day" if last == 0 else f"Less than {bucket.below} days"
    return f"{bucket.at_least} to {last} days"


def at_once(paces: Iterable[Pace]) -> str:
    """Which notices the median leaves out, as a sentence; empty where there are none."""
    number = sum(one.at_once for one in paces)
    if not number:
        return ""
    were = "was" if number == 1 else "were"
    return (
        f"{wording.count(number, 'notice')} {were} acknowledged on receipt:"
        " counted as reached, and in no median."
    )
