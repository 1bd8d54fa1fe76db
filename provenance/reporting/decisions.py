"""Named decisions as the JSON documents hold them."""

from __future__ import annotations

from provenance.model import Decision, Verdict

VERDICTS = {
    Verdict.APPLY: "accept",
    Verdict.HOLD: "hold",
    Verdict.DISMISS: "reject",
    Verdict.WAIVE: "waive",
    Verdict.WITHDRAW: "withdraw",
}
"""As the commands are called by which they are made."""


def decision_json(one: Decision, days_left: int | None) -> dict[str, object]:
    """A named decision; ``daysLeft`` is null where it has no end or no longer holds."""
    return {
        "decisionId": one.decision_key,
        "verdict": VERDICTS[one.verdict],
        "by": one.agent,
        "decided": one.decided,
        "reason": one.reason,
        "until": one.until,
        "daysLeft": days_left,
    }


def decided_json(one: Decision | None, today: str) -> dict[str, object]:
    """What a finding's entry says of the decision in force; null where nobody's word stands."""
    return {"decision": None if one is None else decision_json(one, one.days_left(today))}
