"""What persons decided, held against what is known now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from provenance import registry, rules
from provenance.errors import UsageError
from provenance.model import Decision, Finding, Notice, Policy, Status, Verdict
from provenance.pipeline.carriers import Problem
from provenance.pipeline.session import Session
from provenance.registry import Presence, Transaction
from provenance.rules import Judged

_DISMISSED = (Status.WAIVED, Status.REJECTED)
_NOUN = {Verdict.WAIVE: "waiver", Verdict.DISMISS: "rejection"}
UNUSED = "decision-unused"
"""The code of the word on a decision that meets no finding any more."""


class State(StrEnum):
    """What a decision that was once made still says."""

    STANDS = "in force"
    UNUSED = "unused"
    OUTDATED = "outdated"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Made:
    """A decision with what it meets.

    Attributes:
        decision: the decision.
        state: what it still says.
        findings: those that it speaks for and that are still found; none where it says nothing.
        paths: of the assets that it was about, as last shown.
        days_left: days after today on which it still holds; None where it has no end.
    """

    decision: Decision
    state: State
    findings: tuple[Finding, ...] = ()
    paths: tuple[str, ...] = ()
    days_left: int | None = None


def judged(session: Session, tx: Transaction, found: Sequence[Finding]) -> list[Judged]:
    """Findings, as the rules say them, with what decisions make of them; in the same order."""
    decisions = registry.decisions(tx, (one.decision_key for one in found))
    notices = notices_of(tx, (one for one in found if one.decision_key in decisions))
    return [
        rules.judge(
            one,
            decisions.get(one.decision_key),
            session.policy,
            notices.get(one.notice_id or ""),
        )
        for one in found
    ]


def current(session: Session, tx: Transaction, found: Sequence[Finding]) -> list[Judged]:
    """Findings on record with what decisions make of them today; in the same order.

    A decision may have run out or been withdrawn since they were written down. What was
    dismissed, and is found no more, is settled without the decision too.
    """
    decisions = registry.decisions(tx, (one.decision_key for one in found))
    notices = notices_of(tx, (one for one in found if one.decision_key in decisions))
    return [
        _now(
            one,
            decisions.get(one.decision_key),
            session.policy,
            notices.get(one.notice_id or ""),
        )
        for one in found
    ]


def _now(one: Finding, decision: Decision | None, policy: Policy, notice: Notice | None) -> Judged:
    if one.status is Status.FIXED:
        return Judged(Verdict.HOLD, one)
    if decision is None:
        return rules.judge(one, None, policy)
    said = rules.judge(rules.undecided(one), decision, policy, notice)
    if said.decision is None and is_unseen(one):
        return Judged(Verdict.HOLD, replace(said.finding, status=Status.FIXED))
    return said


def is_unseen(one: Finding) -> bool:
    """Whether a person decided against it, and it is found no more."""
    return any(reason.name == registry.UNSEEN for reason in one.evidence)


def notices_of(tx: Transaction, found: Iterable[Finding]) -> dict[str, Notice]:
    """The notices behind findings, by id."""
    return registry.notices_of_ids(tx, {one.notice_id for one in found if one.notice_id})


def require_speaking(notices: Iterable[Notice]) -> None:
    """Refuse to accept what is asked for by a notice that was retracted or replaced.

    Raises:
        UsageError: one of them speaks no more (code ``notice-silent``).
    """
    for one in notices:
        why = rules.fallen_silent(one)
        if why:
            raise UsageError(
                f"Nothing may be written on the word of {one.notice_id}: {why}.",
                code="notice-silent",
                remedy="Audit the pictures again; what it asked for is settled then.",
            )


def require_in_force(notice: Notice, consequence: str) -> None:
    """Refuse to act under a notice that was retracted or replaced.

    Args:
        notice: that somebody named.
        consequence: what its retraction means for what was asked, as half a sentence.

    Raises:
        UsageError: it speaks no more; names the one that speaks in its place.
    """
    if notice.retracted is not None:
        raise UsageError(
            f"The notice {notice.notice_id} was retracted on {notice.retracted[:10]}: "
            f"{consequence}.",
            remedy="`provenance notices list` tells which notices speak.",
        )
    if notice.superseded_by is not None:
        raise UsageError(
            f"A later version speaks in the place of the notice {notice.notice_id}.",
            remedy=f"Name that one: {notice.superseded_by}.",
        )


def in_force(session: Session, tx: Transaction, found: Sequence[Finding]) -> dict[str, Decision]:
    """By decision key, the decisions that stand for every one of the findings they speak for.

    What was corrected on somebody's word stays corrected on it, whatever became of the word.
    """
    settled = {one.decision_key for one in found if one.status is Status.FIXED}
    stand = registry.decisions(tx, settled)
    shaken: set[str] = set()
    for one in current(session, tx, [one for one in found if one.status is not Status.FIXED]):
        key = one.finding.decision_key
        if one.decision is None:
            shaken.add(key)
        else:
            stand[key] = one.decision
    return {key: decision for key, decision in stand.items() if key not in shaken}


def renew(session: Session, roots: Sequence[str]) -> int:
    """Write down what decisions that ran out leave behind; return how many findings changed.

    What a notice reaches is examined by every audit; the rest is only looked at again here.
    """
    query = registry.FindingQuery(statuses=_DISMISSED, roots=roots or None)
    with session.registry.read() as tx:
        stand = registry.findings(tx, query)
        now = [one.finding for one in current(session, tx, stand)]
    changed = [one for was, one in zip(stand, now, strict=True) if was != one]
    if not changed:
        return 0
    with session.registry.write() as tx:
        return registry.restate(tx, changed)


def unused(session: Session, tx: Transaction, stand: Iterable[Finding]) -> list[Problem]:
    """A word on each waiver and rejection in force that meets no finding any more.

    Asked about are those that spoke for ``stand``. A copy elsewhere keeps one in use; of
    files that are gone, nothing can be said.
    """
    keys = dict.fromkeys(one.decision_key for one in stand if one.status in _DISMISSED)
    newest = registry.decisions(tx, keys)
    told = made_of(session, tx, newest)
    return [_unused(one) for one in told.values() if one.state is State.UNUSED]


def _unused(one: Made) -> Problem:
    made = one.decision
    return Problem(
        one.paths[0],
        UNUSED,
        f"The {_NOUN[made.verdict]} by {made.agent} on {made.decided[:10]} ({made.reason}) "
        "meets nothing any more.",
        f"`provenance decisions withdraw {made.decision_key} --reason WHY` takes it off the list.",
    )


def every(session: Session) -> tuple[Made, ...]:
    """Every decision that was ever made, oldest first, with what it still says."""
    with session.registry.read() as tx:
        history = registry.every_decision(tx)
        newest = {one.decision_key: one for one in history}
        now = made_of(session, tx, newest)
    last: dict[str, int] = {}
    before: dict[str, int] = {}
    for at, one in enumerate(history):
        if one.decision_key in last:
            before[one.decision_key] = last[one.decision_key]
        last[one.decision_key] = at
    withdrawn = {
        before[key]
        for key, at in last.items()
        if history[at].verdict is Verdict.WITHDRAW and key in before
    }
    return tuple(
        now[one.decision_key]
        if at == last[one.decision_key]
        else replace(
            now[one.decision_key],
            decision=one,
            state=State.WITHDRAWN if at in withdrawn else State.REPLACED,
            findings=(),
            days_left=None,
        )
        for at, one in enumerate(history)
    )


def made_of(session: Session, tx: Transaction, newest: Mapping[str, Decision]) -> dict[str, Made]:
    """What the newest decision of each key meets."""
    by_key: dict[str, list[Finding]] = {key: [] for key in newest}
    for one in registry.findings_of_keys(tx, newest):
        by_key[one.decision_key].append(one)
    every_one = [one for found in by_key.values() for one in found]
    notices = notices_of(tx, every_one)
    assets = registry.stored(tx, {one.uri for one in every_one})
    paths = {uri: asset.result.ref.display for uri, asset in assets.items()}
    there = {uri for uri, asset in assets.items() if asset.presence is Presence.PRESENT}
    return {
        key: _made(session.policy, decision, by_key[key], (notices, paths, there))
        for key, decision in newest.items()
    }


def _made(
    policy: Policy,
    decision: Decision,
    found: Sequence[Finding],
    known: tuple[Mapping[str, Notice], Mapping[str, str], set[str]],
) -> Made:
    notices, paths, there = known
    live = [
        one
        for one in found
        if one.uri in there and one.status is not Status.FIXED and not is_unseen(one)
        and _speaks(notices.get(one.notice_id or ""))
    ]  # fmt: skip
    here = any(one.uri in there for one in found)
    stand = [_now(one, decision, policy, notices.get(one.notice_id or "")) for one in live]
    if decision.verdict is Verdict.WITHDRAW:
        state = State.WITHDRAWN
    elif not rules.is_in_time(decision, policy):
        state = State.EXPIRED
    elif stand and all(one.decision is None for one in stand):
        state = State.OUTDATED
    elif not live and here and decision.verdict in _NOUN:
        state = State.UNUSED
    else:
        state = State.STANDS
    holds = state in {State.STANDS, State.UNUSED, State.OUTDATED}
    return Made(
        decision,
        state,
        tuple(one.finding for one in stand if one.decision is not None),
        tuple(dict.fromkeys(paths[one.uri] for one in found if one.uri in paths)),
        decision.days_left(policy.today) if holds else None,
    )


def _speaks(notice: Notice | None) -> bool:
    """Whether a finding's notice still says what it said; a finding may have none."""
    return notice is None or (notice.retracted is None and notice.superseded_by is None)
