"""Named decisions about findings: made, and withdrawn; every one is an event in the log.

The commands, the review page and the terminal review all decide here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from provenance import registry, rules
from provenance.errors import UsageError
from provenance.model import (
    Change,
    Decision,
    Event,
    Finding,
    Fixability,
    Status,
    Verdict,
)
from provenance.pipeline.session import Session
from provenance.pipeline.standing import is_unseen, notices_of, require_speaking
from provenance.registry import Transaction

_ACTS = {
    Verdict.APPLY: "approve",
    Verdict.DISMISS: "reject",
    Verdict.WAIVE: "waive",
    Verdict.WITHDRAW: "withdraw",
    Verdict.HOLD: "hold",
}
_FINDING_ID = "f-"
WORDS: Final = {
    Verdict.APPLY: "accepted",
    Verdict.HOLD: "put on hold",
    Verdict.DISMISS: "rejected",
    Verdict.WAIVE: "waived",
    Verdict.WITHDRAW: "withdrawn",
}
STALE = "stale"
"""The code of the refusal to decide about what has changed since it was looked at."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a decision is made.

    Attributes:
        values: values that the person puts in place of the proposed ones, by the number of the
            proposal (``rules.proposals``); for one finding only, and only to accept it.
        seen: by finding id, what the person saw (``seen_of``); where it is something else by
            now, nothing is decided. Findings that are not named are not held against it.
    """

    values: Mapping[int, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)


_PLAIN = Terms()


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
    terms: Terms = _PLAIN,
) -> tuple[Finding, ...]:
    """Record a named decision about findings, and about the same findings on copies.

    Args:
        session: its agent decides.
        finding_ids: ids or their beginnings.
        verdict: apply, hold, dismiss or waive.
        reason: why; never empty.
        until: the last day on which it holds, RFC 3339; None: for good.
        terms: other values than the proposed ones; what the person saw.

    Returns:
        The findings that it speaks for: those that were named, then their copies.

    Raises:
        UsageError: no reason, a day that is none or is past, a finding that nobody may apply,
            a value that does not fit, or something that changed meanwhile (code ``stale``).
        RegistryError: no such finding.
    """
    require_reason(reason)
    until = _required_day(session, until)
    with session.registry.write() as tx:
        named = [registry.finding(tx, one) for one in finding_ids]
        _require_unchanged(tx, named, terms.seen)
        for one in named:
            _require_possible(one, verdict)
        if verdict is Verdict.APPLY:
            require_speaking(notices_of(tx, named).values())
        seen = frozenset(one.finding_id for one in named)
        word = Word(verdict, reason, until, _amended(named, verdict, terms), seen)
        decided = [
            made
            for some in with_copies(tx, named).values()
            for made in record_word(session, tx, some, word)
        ]
    session.log.checkpoint(session.registry, session.clock())
    prove_about(session, decided)
    first = {one.finding_id: at for at, one in enumerate(named)}
    return tuple(sorted(decided, key=lambda one: first.get(one.finding_id, len(first))))


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says about findings.

    Attributes:
        verdict: what is decided.
        reason: why.
        until: the last day on which it holds; None for good.
        amended: values in place of the proposed ones, as a decision keeps them.
        seen: ids of the findings that were looked at. An acceptance speaks for those copies
            of them alone that get the same values and bear no caution of their own.
    """

    verdict: Verdict
    reason: str
    until: str | None = None
    amended: rules.Amended = ()
    seen: frozenset[str] = frozenset()


def _required_day(session: Session, until: str | None) -> str | None:
    until = last_day(until)
    if until is not None and until < session.policy.today:
        raise UsageError(
            f"{until} is past: today is {session.policy.today}.",
            remedy="Name the last day on which the decision is to hold.",
        )
    return until


def _amended(named: Sequence[Finding], verdict: Verdict, terms: Terms) -> rules.Amended:
    if not terms.values:
        return ()
    if verdict is not Verdict.APPLY or len({one.decision_key for one in named}) != 1:
        raise UsageError(
            "Another value can be given for one finding at a time, and only to accept it.",
            remedy="Accept the findings one by one.",
        )
    return rules.amend(named[0], terms.values)


def seen_of(tx: Transaction, found: Sequence[Finding]) -> str:
    """A digest of findings as they stand, and of what was decided about them.

    Whoever decides says by it what was looked at. Findings on record, in any order.
    """
    newest = registry.decisions(tx, (one.decision_key for one in found))
    digest = hashlib.sha256()
    for one in sorted(found, key=lambda one: one.finding_id):
        plain = rules.undecided(one) if one.status is not Status.FIXED else one
        fixed = one.status is Status.FIXED
        parts = repr((plain.finding_id, fixed, plain.edits, plain.evidence, plain.message))
        digest.update(parts.encode("utf-8", "surrogatepass"))
        digest.update(repr(newest.get(one.decision_key)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _require_unchanged(tx: Transaction, named: Sequence[Finding], seen: Mapping[str, str]) -> None:
    for one in named:
        was = seen.get(one.finding_id)
        if was is None or was == seen_of(tx, [one]):
            continue
        newest = registry.decisions(tx, [one.decision_key]).get(one.decision_key)
        if newest is None:
            raise stale("The finding")
        raise stale(
            "The finding",
            f" {newest.agent} has {WORDS[newest.verdict]} it on {newest.decided[:16]}: "
            f"{newest.reason}".replace("T", " at ", 1),
        )


def stale(what: str, more: str = "") -> UsageError:
    """The refusal to decide about what has changed since it was looked at."""
    return UsageError(
        f"{what} changed while you were looking; nothing was decided.{more}",
        code=STALE,
        remedy="Look at it as it is now, then decide.",
    )


def require_reason(reason: str) -> None:
    """Refuse to decide without a reason.

    Raises:
        UsageError: there is none.
    """
    if not reason.strip():
        raise UsageError("A decision needs a reason.", remedy="Give it with --reason.")


def _require_possible(one: Finding, verdict: Verdict) -> None:
    if verdict is Verdict.APPLY and (one.fixability is Fixability.DISPLAY_ONLY or not one.edits):
        raise UsageError(
            f"The finding {one.finding_id} ({one.rule.value}) can only be shown, not applied.",
            remedy="Reject or waive it with a reason once it is dealt with.",
        )


def with_copies(tx: Transaction, named: Iterable[Finding]) -> dict[str, list[Finding]]:
    """By decision key, the named findings and then those of copies that are not settled yet."""
    found: dict[str, dict[str, Finding]] = {}
    for one in named:
        found.setdefault(one.decision_key, {})[one.finding_id] = one
    for one in registry.findings_of_keys(tx, found):
        if one.status is not Status.FIXED:
            found[one.decision_key].setdefault(one.finding_id, one)
    return {key: list(some.values()) for key, some in found.items()}


def record_word(
    session: Session, tx: Transaction, found: Sequence[Finding], word: Word
) -> list[Finding]:
    """One decision about findings that share their key; return those that it speaks for."""
    first = found[0]
    notices = notices_of(tx, found)
    every = [one if one.status is Status.FIXED else rules.undecided(one) for one in found]
    plain = _spoken_for(every, word)
    decision = Decision(
        decision_key=first.decision_key,
        verdict=word.verdict,
        agent=session.agent,
        decided=session.clock(),
        reason=word.reason,
        until=word.until,
        finding_id=first.finding_id,
        grounds=rules.grounds_of((one, notices.get(one.notice_id or "")) for one in plain),
        amended=word.amended,
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


def _spoken_for(found: Sequence[Finding], word: Word) -> list[Finding]:
    """The findings that were looked at, and the copies that the word may reach from them."""
    seen = [one for one in found if one.finding_id in word.seen]
    if word.verdict is not Verdict.APPLY or not seen:
        return list(found)
    return [one for one in found if one.finding_id in word.seen or rules.covers(seen, one)]


def word_of(decision: Decision) -> str:
    """A digest of a decision: whoever takes it back says by it which one was looked at."""
    return hashlib.sha256(repr(decision).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def withdraw(
    session: Session, ids: Sequence[str], reason: str, seen: Mapping[str, str] | None = None
) -> tuple[Withdrawn, ...]:
    """Take decisions back: their findings stand as if nobody had decided.

    What was decided before does not come back into force: whoever still holds it says so
    again. The assets are examined by the next audit.

    Args:
        session: its agent withdraws.
        ids: of decisions (``d-...``) or of findings (``f-...``), or their beginnings.
        reason: why; never empty.
        seen: by id as given, the decision that was looked at (``word_of``); where another one
            stands by now, nothing is taken back. Ids that are not named are not held against it.

    Raises:
        UsageError: no reason, nothing to take back, or another decision by now (``stale``).
        RegistryError: no such decision or finding.
    """
    require_reason(reason)
    with session.registry.write() as tx:
        keys = {_key(tx, one): one for one in ids}
        newest = registry.decisions(tx, keys)
        for key, given in keys.items():
            if key not in newest or newest[key].verdict is Verdict.WITHDRAW:
                raise UsageError(
                    f"No decision stands about {given}.",
                    remedy="`provenance decisions` lists those that do.",
                )
            if seen and given in seen and seen[given] != word_of(newest[key]):
                raise stale("The decision")
        taken = tuple(_take_back(session, tx, newest[key], reason) for key in keys)
    session.log.checkpoint(session.registry, session.clock())
    prove_about(session, [found for one in taken for found in one.findings])
    return taken


def prove_about(session: Session, decided: Iterable[Finding]) -> None:
    """Write down what a decision changes of the duties and copies of the notices concerned."""
    from provenance.pipeline import proving  # noqa: PLC0415 - it rests on this room

    uris = {one.uri for one in decided if one.notice_id is not None}
    if uris:
        proving.prove_on(session, uris)


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
            changes=_put_in(about),
        ),
    )


def _put_in(one: Finding | None) -> tuple[Change, ...]:
    """The values that a person put in place of the proposed ones, for the log."""
    if one is None or not one.proposed:
        return ()
    changed = {
        (was.locator, was.before): Change(was.locator, was.after, now.after)
        for was, now in zip(one.proposed, one.edits, strict=True)
        if was.after != now.after
    }
    return tuple(changed.values())
