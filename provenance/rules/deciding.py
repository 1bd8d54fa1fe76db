"""From a finding, and what a person decided about it, to a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace

from provenance.model import (
    Confidence,
    Decision,
    Evidence,
    Finding,
    Fixability,
    Notice,
    Policy,
    Severity,
    Status,
    Verdict,
)
from provenance.rules.amending import AMENDED, amended, as_proposed
from provenance.rules.reasons import news

ENDED = "decision-ended"
"""The remark on a finding whose decision has run out."""
SHAKEN = "evidence-changed"
"""The remark on a finding about which more is known than when it was decided."""

_REMARKS = frozenset({ENDED, SHAKEN, AMENDED})
_WORD = {
    Verdict.APPLY: "acceptance",
    Verdict.HOLD: "hold",
    Verdict.DISMISS: "rejection",
    Verdict.WAIVE: "waiver",
    Verdict.WITHDRAW: "withdrawal",
}
_DONE = {
    Verdict.APPLY: "accepted",
    Verdict.HOLD: "put on hold",
    Verdict.DISMISS: "rejected",
    Verdict.WAIVE: "waived",
    Verdict.WITHDRAW: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding as a decision leaves it.

    Attributes:
        verdict: what is to be done.
        finding: with the status that follows, and a remark where a decision no longer holds.
        decision: the one in force; None where nobody's word stands.
    """

    verdict: Verdict
    finding: Finding
    decision: Decision | None = None


def judge(
    one: Finding, decision: Decision | None, policy: Policy, notice: Notice | None = None
) -> Judged:
    """What to do with a finding.

    A named decision stands until and including its last day, as long as what it was made on
    has not changed. Where that has changed, nobody's word stands, nor does the machine act
    alone: the finding is held. Without a decision, only what is safe is applied. What is
    display-only is never applied, whoever asks. An acceptance may put other values in place
    of the proposed ones: the finding's edits are then those.

    Args:
        one: as the rules say it, or ``undecided``.
        decision: the newest about it.
        policy: says what day it is.
        notice: the finding's notice, as it now stands.
    """
    one = _without_remarks(one)
    if decision is None or decision.verdict is Verdict.WITHDRAW:
        return _alone(one)
    if not is_in_time(decision, policy):
        told = f"The {_WORD[decision.verdict]} by {decision.agent} ran out on {decision.until}."
        return _alone(_with(one, ENDED, told))
    changed = news(decision, one, notice)
    if changed:
        return _shaken(one, decision, changed)
    verdict, status = _in_force(one, decision)
    put = amended(one, decision) if verdict is Verdict.APPLY else one
    if put is None:
        return _shaken(one, decision, ("the values that were put in do not fit its places",))
    return Judged(verdict, replace(put, status=status), decision)


def _shaken(one: Finding, decision: Decision, changed: tuple[str, ...]) -> Judged:
    """Held: what the decision was made on has changed."""
    reason = f" ({decision.reason})" if decision.reason else ""
    told = (
        f"Was {_DONE[decision.verdict]} by {decision.agent} on {decision.decided[:10]}{reason};"
        f" since then: {'; '.join(changed)}."
    )
    safe = one.fixability is Fixability.SAFE
    fixability = Fixability.UNSAFE if safe else one.fixability
    held = replace(_with(one, SHAKEN, told), status=Status.HELD, fixability=fixability)
    return Judged(Verdict.HOLD, held)


def decide(
    one: Finding, decision: Decision | None, policy: Policy, notice: Notice | None = None
) -> tuple[Verdict, Finding]:
    """``judge`` without the word of who decided."""
    judged = judge(one, decision, policy, notice)
    return judged.verdict, judged.finding


def undecided(one: Finding) -> Finding:
    """A finding that is on record, as it stood before anybody decided about it."""
    one = _without_remarks(one)
    if one.fixability is Fixability.SAFE:
        return replace(one, status=Status.OPEN)
    if one.fixability is Fixability.UNSAFE:
        return replace(one, status=Status.HELD)
    if one.status in {Status.WAIVED, Status.REJECTED}:
        held = one.confidence is Confidence.LOW
        return replace(one, status=Status.HELD if held else Status.OPEN)
    return one


def is_in_time(decision: Decision, policy: Policy) -> bool:
    """Whether its last day is not over."""
    return decision.until is None or decision.until >= policy.today


def _in_force(one: Finding, decision: Decision) -> tuple[Verdict, Status]:
    if decision.verdict is Verdict.DISMISS:
        return Verdict.DISMISS, Status.REJECTED
    if decision.verdict is Verdict.WAIVE:
        return Verdict.WAIVE, Status.WAIVED
    if decision.verdict is Verdict.APPLY and one.fixability is not Fixability.DISPLAY_ONLY:
        return Verdict.APPLY, Status.OPEN
    return Verdict.HOLD, Status.HELD


def _alone(one: Finding) -> Judged:
    if one.fixability is Fixability.SAFE and one.severity is not Severity.NOTE:
        return Judged(Verdict.APPLY, one)
    return Judged(Verdict.HOLD, one)


def _with(one: Finding, name: str, told: str) -> Finding:
    return replace(one, evidence=(*one.evidence, Evidence(name, 0.0, told)))


def _without_remarks(one: Finding) -> Finding:
    one = as_proposed(one)
    if not any(reason.name in _REMARKS for reason in one.evidence):
        return one
    kept = tuple(reason for reason in one.evidence if reason.name not in _REMARKS)
    return replace(one, evidence=kept)
