"""Named decisions about findings: made, and withdrawn; every one is an event in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from provenance import registry, rules
from provenance.errors import UsageError
from provenance.model import Decision, Event, Finding, Fixability, Status, Verdict
from provenance.pipeline.session import Session
from provenance.pipeline.standing import is_unseen, notices_of
from provenance.registry import Transaction

_ACTS = {
    Verdict.APPLY: "approve",
    Verdict.DISMISS: "reject",
    Verdict.WAIVE: "waive",
    Verdict.WITHDRAW: "withdraw",
}
_FINDING_ID = "f-"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A decision that was taken back, and the findings for which it spoke, as they now stand."""

    decision: Decision
    findings: tuple[Finding, ...]


def last_day(text: str | None) -> str | None:
    """A date as ``--until`` takes it, as ``YYYY-MM-DD``.

    Raises:
        UsageError: it is no date.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date.", remedy="Write YYYY-MM-DD.") from error


def decide(
    session: Session,
    finding_ids: Sequence[str],
    verdict: Verdict,
    reason: str,
    until: str | None = None,
) -> tuple[Finding, ...]:
    """Record a named decision about findings, and about the same findings on copies.

    Args:
        session: its agent decides.
        finding_ids: ids or their beginnings.
        verdict: apply, dismiss or waive.
        reason: why; never empty.
        until: the last day on which it holds, RFC 3339; None: for good.

    Returns:
        The findings that it speaks for: those that were named, then their copies.

    Raises:
        UsageError: no reason, a day that is none or is past, or a finding that nobody may apply.
        RegistryError: no such finding.
    """
    _require_reason(reason)
    until = last_day(until)
    if until is not None and until < session.policy.today:
        raise UsageError(
            f"{until} is past: today is {session.policy.today}.",
            remedy="Name the last day on which the decision is to hold.",
        )
    with session.registry.write() as tx:
        named = [registry.finding(tx, one) for one in finding_ids]
        for one in named:
            _require_possible(one, verdict)
        found = _with_copies(tx, named)
        decided = [
            decision
            for some in found.values()
            for decision in _record(session, tx, some, verdict, (reason, until))
        ]
    session.log.checkpoint(session.registry, session.clock())
    first = {one.finding_id: at for at, one in enumerate(named)}
    return tuple(sorted(decided, key=lambda one: first.get(one.finding_id, len(first))))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("A decision needs a reason.", remedy="Give it with --reason.")


def _require_possible(one: Finding, verdict: Verdict) -> None:
    if verdict is Verdict.APPLY and (one.fixability is Fixability.DISPLAY_ONLY or not one.edits):
        raise UsageError(
            f"The finding {one.finding_id} ({one.rule.value}) can only be shown, not applied.",
            remedy="Reject or waive it with a reason once it is dealt with.",
        )


def _with_copies(tx: Transaction, named: Iterable[Finding]) -> dict[str, list[Finding]]:
    """By decision key, the named findings and then those of copies that are not settled yet."""
    found: dict[str, dict[str, Finding]] = {}
    for one in named:
        found.setdefault(one.decision_key, {})[one.finding_id] = one
    for one in registry.findings_of_keys(tx, found):
        if one.status is not Status.FIXED:
            found[one.decision_key].setdefault(one.finding_id, one)
    return {key: list(some.values()) for key, some in found.items()}


def _record(
    session: Session,
    tx: Transaction,
    found: Sequence[Finding],
    verdict: Verdict,
    why: tuple[str, str | None],
) -> list[Finding]:
    """One decision about findings that share their key."""
    reason, until = why
    first = found[0]
    notices = notices_of(tx, found)
    plain = [one if one.status is Status.FIXED else rules.undecided(one) for one in found]
    decision = Decision(
        decision_key=first.decision_key,
        verdict=verdict,
        agent=session.agent,
        decided=session.clock(),
        reason=reason,
        until=until,
        finding_id=first.finding_id,
        grounds=rules.grounds_of((one, notices.get(one.notice_id or "")) for one in plain),
    )
    registry.put_decision(tx, decision)
    decided = [
        one
        if one.status is Status.FIXED
        else rules.judge(one, decision, session.policy, notices.get(one.notice_id or "")).finding
        for one in plain
    ]
    registry.restate(tx, decided)
    _log(session, tx, decision, decided)
    return decided


def withdraw(session: Session, ids: Sequence[str], reason: str) -> tuple[Withdrawn, ...]:
    """Take decisions back: their findings stand as if nobody had decided.

    What was decided before does not come back into force: whoever still holds it says so
    again. The assets are examined by the next audit.

    Args:
        session: its agent withdraws.
        ids: of decisions (``d-...``) or of findings (``f-...``), or their beginnings.
        reason: why; never empty.

    Raises:
        UsageError: no reason, or nothing to take back.
        RegistryError: no such decision or finding.
    """
    _require_reason(reason)
    with session.registry.write() as tx:
        keys = {_key(tx, one): one for one in ids}
        newest = registry.decisions(tx, keys)
        for key, given in keys.items():
            if key not in newest or newest[key].verdict is Verdict.WITHDRAW:
                raise UsageError(
                    f"No decision stands about {given}.",
                    remedy="`provenance decisions` lists those that do.",
                )
        taken = tuple(_take_back(session, tx, newest[key], reason) for key in keys)
    session.log.checkpoint(session.registry, session.clock())
    return taken


def _key(tx: Transaction, given: str) -> str:
    if given.startswith(_FINDING_ID):
        return registry.finding(tx, given).decision_key
    return registry.decision_key(tx, given)


def _take_back(session: Session, tx: Transaction, former: Decision, reason: str) -> Withdrawn:
    key = former.decision_key
    decision = Decision(
        key, Verdict.WITHDRAW, session.agent, session.clock(), reason, None, former.finding_id
    )
    registry.put_decision(tx, decision)
    found = [
        _open_again(one)
        for one in registry.findings_of_keys(tx, [key])
        if one.status is not Status.FIXED
    ]
    registry.restate(tx, found)
    registry.mark_examined(tx, {one.uri for one in found}, "")
    _log(session, tx, decision, found)
    return Withdrawn(former, tuple(found))


def _open_again(one: Finding) -> Finding:
    plain = rules.undecided(one)
    return replace(plain, status=Status.FIXED) if is_unseen(one) else plain


def _log(session: Session, tx: Transaction, decision: Decision, found: Sequence[Finding]) -> None:
    about = found[0] if found else None
    session.record(
        tx,
        Event(
            _ACTS[decision.verdict],
            agents=session.agents(),
            why=(
                ("finding", decision.finding_id),
                ("notice", about.notice_id or "" if about else ""),
                ("rule", about.rule.value if about else ""),
            ),
            detail=(
                ("reason", decision.reason),
                ("until", decision.until or ""),
                ("decision", decision.decision_key),
                ("findings", len(found)),
            ),
        ),
    )
