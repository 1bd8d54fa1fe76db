"""The clocks of notices, and what persons say about duties; every word is an event in the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from provenance import duties, registry
from provenance.duties import COPIES, NoticeClock, Now, Seen
from provenance.errors import UsageError
from provenance.model import (
    Duty,
    DutyAct,
    DutyState,
    Event,
    Milestone,
    Notice,
    Policy,
    Proof,
)
from provenance.pipeline.deciding import last_day
from provenance.pipeline.families import standing, standings
from provenance.pipeline.parties.third_parties import third_parties
from provenance.pipeline.reports.evidence_given import evidence_given
from provenance.pipeline.session import Session
from provenance.pipeline.standing import require_in_force
from provenance.registry import Moments, Transaction
from provenance.reporting.family import MemberState, NoticeStanding, Standing
from provenance.reporting.third_parties import PartyState

_LOGGED = {
    DutyState.DONE: "duty.done",
    DutyState.WAIVED: "duty.waive",
    DutyState.OPEN: "duty.reopen",
}
_SPOKEN_OF = {*(one.value for one in Duty), Milestone.ACKNOWLEDGED.value}
_CLEAR = {NoticeStanding.CLOSED, NoticeStanding.NOTHING_FOUND}
_UNKNOWN = Moments("")
_LONGEST_REASON = 2_000
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says about a duty.

    Attributes:
        state: done, waived, or open again.
        reason: why; needed to waive and to open again.
        evidence: a file, or an http(s) address; may be empty.
        until: the last day of a waiver (``YYYY-MM-DD``); None: for good.
    """

    state: DutyState
    reason: str = ""
    evidence: str = ""
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Timed:
    """A notice with its clock."""

    notice: Notice
    clock: NoticeClock


def clocks(
    tx: Transaction,
    notices: Iterable[Notice],
    standings: Mapping[str, Standing],
    policy: Policy,
    now: str,
) -> dict[str, NoticeClock]:
    """The clock of each notice, by its id, in few queries for every few hundred notices.

    Args:
        tx: any transaction.
        notices: any, retracted ones too.
        standings: by notice id, how each stands. Of one that is not among them, the copies count
            as clear only where the last look of an audit or a fix found them so, and no finding
            of it is open since.
        policy: the desk's rules; its day decides which waivers still hold.
        now: RFC 3339.
    """
    known = _Facts.of(tx, notices)
    present = Now(now, policy.today or now[:10])
    return {
        one.notice_id: duties.clock(
            one,
            known.acts.get(one.notice_id, ()),
            known.seen(one, standings.get(one.notice_id)),
            duties.limits_for(policy.deadlines, one.provider),
            present,
        )
        for one in known.notices
    }


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the registry keeps of notices, for their clocks."""

    notices: tuple[Notice, ...]
    acts: Mapping[str, Sequence[DutyAct]]
    moments: Mapping[str, Moments]

    @classmethod
    def of(cls, tx: Transaction, notices: Iterable[Notice]) -> _Facts:
        """Look everything up."""
        asked = tuple(notices)
        ids = [one.notice_id for one in asked]
        return cls(asked, registry.duty_acts(tx, ids), registry.moments(tx, ids))

    def seen(self, one: Notice, stand: Standing | None) -> Seen:
        name = one.notice_id
        return seen(one, self.acts.get(name, ()), self.moments.get(name, _UNKNOWN), stand)


def seen(notice: Notice, acts: Sequence[DutyAct], known: Moments, stand: Standing | None) -> Seen:
    """What is known of a notice beside its duty acts, as its clock takes it."""
    first_seen = known.first_seen or None
    if notice.retracted is not None or notice.superseded_by is not None:
        # Of what speaks no more, only what was once found to be clear was reached.
        return Seen(clear=True, noted=known.noted, first_seen=first_seen)
    found_clear = _found_clear(acts)
    if stand is None:
        clear = found_clear and not known.unsettled
    else:
        # A share that goes out of reach afterwards takes back nothing that was seen.
        clear = stand.state in _CLEAR or (found_clear and not is_back(stand))
    # Where no copy was ever found, only a scan can say that it has looked.
    met = stand is None or stand.state is not NoticeStanding.NOTHING_FOUND
    settled = known.settled if met else None
    return Seen(clear, settled, known.noted, first_seen, known.dismissed)


def is_back(stand: Standing) -> bool:
    """Whether copies are at hand that are not clear: those on a share out of reach are not."""
    return stand.more or any(state is not MemberState.OFFLINE for _, state in stand.unclean)


def _found_clear(acts: Sequence[DutyAct]) -> bool:
    newest = next((one for one in reversed(acts) if one.duty == COPIES), None)
    return newest is not None and newest.state is DutyState.DONE


def due(session: Session, *, every: bool = False) -> tuple[Timed, ...]:
    """The notices that something is still to be done for, the most urgent first.

    Args:
        session: the command's surroundings.
        every: also those that are complete.
    """
    with session.registry.read() as tx:
        found = timed(tx, registry.notices(tx), session.policy, session.clock())
    return tuple(one for one in found if every or not one.clock.is_settled)


def timed(
    tx: Transaction, notices: Iterable[Notice], policy: Policy, now: str
) -> tuple[Timed, ...]:
    """Notices with their clocks, the most urgent first.

    The copies of a notice are looked up only where its last look left some open, or where
    folders were scanned since.
    """
    known = _Facts.of(tx, notices)
    speaking = (n for n in known.notices if n.retracted is None and n.superseded_by is None)
    # A copy that a bare scan brought was looked at by nobody yet.
    every = registry.is_scan_newest(tx)
    unclear = [one for one in speaking if every or not known.seen(one, None).clear]
    stand = standings(tx, unclear, policy)
    by_id = clocks(tx, known.notices, stand, policy, now)
    found = (Timed(one, by_id[one.notice_id]) for one in known.notices)
    return tuple(sorted(found, key=lambda one: one.clock.urgency))


def notice_clock(session: Session, notice_id: str) -> tuple[Timed, Standing]:
    """One notice, with its clock and how it stands with every copy of its picture.

    Raises:
        RegistryError: there is no such notice, or several begin with these letters.
    """
    with session.registry.read() as tx:
        return _whole(session, tx, registry.notice(tx, notice_id))


def _whole(session: Session, tx: Transaction, notice: Notice) -> tuple[Timed, Standing]:
    stand = standing(tx, notice, session.policy)
    made = clocks(tx, [notice], {notice.notice_id: stand}, session.policy, session.clock())
    return Timed(notice, made[notice.notice_id]), stand


def act(session: Session, notice_id: str, duty: str, word: Word) -> Timed:
    """Record a person's word about a duty of a notice, and log it.

    Args:
        session: its agent speaks.
        notice_id: the notice; its beginning will do.
        duty: value of a ``Duty`` that the notice names, or ``acknowledged``.
        word: what is said. A file given as evidence is read for its digest; an address is not
            fetched.

    Returns:
        The notice as it stands now.

    Raises:
        UsageError: a duty that the notice does not name, a word that does not fit it, evidence
            that cannot be read, or a notice that asks for nothing any more.
        RegistryError: no such notice.
    """
    until = _fitting_day(session, word)
    _must_be_said(word)
    evidence = evidence_given(word.evidence)
    with session.registry.write() as tx:
        notice = registry.notice(tx, notice_id)
        require_in_force(notice, "nothing is owed under it any more")
        _must_be_asked(notice, duty)
        _must_have_been_told(tx, session, notice, duty, word)
        acts = registry.duty_acts(tx, [notice.notice_id]).get(notice.notice_id, ())
        _must_change_something(session, duty, word.state, acts)
        made = DutyAct(
            notice_id=notice.notice_id,
            duty=duty,
            state=word.state,
            agent=session.agent,
            made=session.clock(),
            proof=Proof.PERSON,
            evidence=evidence.text,
            evidence_sha256=evidence.sha256,
            reason=word.reason.strip(),
            until=until,
        )
        put(session, tx, [made])
        now, _ = _whole(session, tx, notice)
    session.log.checkpoint(session.registry, session.clock())
    return now


def put(session: Session, tx: Transaction, acts: Sequence[DutyAct]) -> None:
    """Record acts, and log those about duties and their acknowledgement."""
    registry.put_duty_acts(tx, acts)
    events = [_event(session, one) for one in acts if one.duty in _SPOKEN_OF]
    if events:
        session.record(tx, *events)


def _event(session: Session, one: DutyAct) -> Event:
    said = {
        "duty": one.duty,
        "proof": one.proof.value,
        "reason": one.reason,
        "until": one.until or "",
        "evidence": _loggable(one.evidence),
        "evidenceSha256": one.evidence_sha256,
    }
    return Event(
        _LOGGED[one.state],
        agents=session.agents(),
        why=(("notice", one.notice_id),),
        detail=tuple((name, value) for name, value in said.items() if value),
    )


def _loggable(text: str) -> str:
    """A file name that is not UTF-8, with its odd octets written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _fitting_day(session: Session, word: Word) -> str | None:
    until = last_day(word.until)
    if until is None:
        return None
    if word.state is not DutyState.WAIVED:
        raise UsageError(
            "--until is the last day of a waiver.", remedy="Give it with --waive, or leave it out."
        )
    if until < session.policy.today:
        raise UsageError(
            f"{until} is past: today is {session.policy.today}.",
            remedy="Name the last day on which the waiver is to hold.",
        )
    return until


def _must_be_said(word: Word) -> None:
    if word.state is not DutyState.DONE and not word.reason.strip():
        verb = "Waiving a duty" if word.state is DutyState.WAIVED else "Opening a duty again"
        raise UsageError(f"{verb} needs a reason.", remedy="Give it with --reason.")
    if word.state is not DutyState.DONE and word.evidence.strip():
        raise UsageError(
            "--evidence shows that a duty is done.", remedy="Give it with --done, or leave it out."
        )
    if len(word.reason) > _LONGEST_REASON:
        raise UsageError(
            f"The reason is longer than {_LONGEST_REASON:,} characters.",
            remedy="Save it as a file, and name that with --evidence.",
        )


def _must_be_asked(notice: Notice, duty: str) -> None:
    asked = [one.value for one in notice.duties]
    if duty in {*asked, Milestone.ACKNOWLEDGED.value}:
        return
    known = "of no duty" if duty not in set(Duty) else "not of this"
    listed = ", ".join((*asked, Milestone.ACKNOWLEDGED.value))
    raise UsageError(
        f"The notice {notice.notice_id} speaks {known}: {duty}.",
        remedy=f"What can be closed under it: {listed}.",
    )


def _must_have_been_told(
    tx: Transaction, session: Session, notice: Notice, duty: str, word: Word
) -> None:
    """Third parties of whom nothing says that they were told need an explanation."""
    plain = word.state is DutyState.DONE and not word.reason.strip() and not word.evidence.strip()
    if duty != Duty.INFORM_THIRD_PARTIES.value or not plain:
        return
    parties = third_parties(tx, notice, session.policy)
    untold = [one.recipient for one in parties if one.state is PartyState.TO_TELL]
    if untold:
        more = f" and {len(untold) - _MOST_NAMED} more" if len(untold) > _MOST_NAMED else ""
        raise UsageError(
            f"Still to be told: {'; '.join(untold[:_MOST_NAMED])}{more}.",
            code="untold",
            remedy=f"`provenance letters {notice.notice_id} --out DIR` writes to them; if they "
            "were told otherwise, say how with --reason or --evidence.",
        )


def _must_change_something(
    session: Session, duty: str, state: DutyState, acts: Iterable[DutyAct]
) -> None:
    if duty == Milestone.ACKNOWLEDGED.value:
        if state is not DutyState.DONE:
            raise UsageError(
                "That somebody took note can only be said, not waived or taken back.",
                remedy="Give --done.",
            )
        return
    run = duties.stretch((one for one in acts if one.duty == duty), session.policy.today)
    if state is DutyState.OPEN and run.state is DutyState.OPEN:
        raise UsageError(f"The duty {duty} is open.", remedy="Close it with --done or --waive.")
