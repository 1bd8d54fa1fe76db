"""Fix and undo: choose what may be done, plan it, carry it out, look again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from provenance import fixing, registry, rules
from provenance.errors import UsageError
from provenance.fixing import HeldFinding, Mandate, Plan
from provenance.model import (
    AssetRef,
    Decision,
    Event,
    Finding,
    Fixability,
    MetadataRecord,
    Rule,
    ScanResult,
    Status,
    Verdict,
)
from provenance.pipeline.auditing import examine_again
from provenance.pipeline.carriers import Problem
from provenance.pipeline.flood import guard
from provenance.pipeline.session import Session
from provenance.registry import Transaction

# The credit goes before the notice that explains it: both may change one caption.
_PRECEDENCE = {Rule.ERRONEOUS_CREDIT: 0, Rule.ERRONEOUS_MENTION: 1, Rule.LEAKED_NOTICE: 2}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A plan, and the findings that a notice's flood keeps out of it."""

    plan: Plan
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedied:
    """What came of a fix or an undo.

    Attributes:
        run_id: what ``undo`` takes.
        outcomes: one per picture.
        held: findings that the plan left to a person.
        halted: a disk could not be trusted and the rest was left alone.
    """

    run_id: str
    outcomes: tuple[fixing.Outcome, ...]
    held: tuple[HeldFinding, ...] = ()
    halted: bool = False


def plan(session: Session, finding_ids: Sequence[str] = (), *, unsafe: bool = False) -> Proposed:
    """What a fix would do now.

    Args:
        session: the command's surroundings.
        finding_ids: only these (ids or their beginnings); none means all that may be fixed.
        unsafe: also what is unsafe and not contended; a contended finding always takes a
            named decision.

    Raises:
        UsageError: a finding that does not exist.
    """
    with session.registry.read() as tx:
        asked = _asked(tx, finding_ids)
        asked, floods = guard(session, asked, registry.count_assets(tx))
        decisions = registry.decisions(tx, [one.decision_key for one in asked])
        chosen, held = _chosen(session, asked, decisions, unsafe=unsafe)
        results = _shown_from_here(registry.records(tx, {one.uri for one in (*chosen, *held)}))
        mandate = Mandate({n.notice_id: n.received_by for n in registry.notices(tx)}, decisions)
    made = fixing.build_plan(
        chosen,
        results,
        mandate,
        lambda uri: hashlib.sha256(session.store.get(AssetRef(uri, 0, ""))).hexdigest(),
        agent=session.agent,
        now=session.clock(),
    )
    shown = [_held(one, results.get(one.uri)) for one in held]
    return Proposed(replace(made, held=(*made.held, *shown)), tuple(floods))


def _shown_from_here(results: Mapping[str, ScanResult]) -> dict[str, ScanResult]:
    """The results with paths that lead to the files from the present working folder.

    A path is shown as it was given to the scan, which may have run in another folder.
    """
    return {
        uri: result
        if os.path.abspath(result.ref.path) == uri
        else replace(result, ref=replace(result.ref, path=""))
        for uri, result in results.items()
    }


def _asked(tx: Transaction, finding_ids: Sequence[str]) -> list[Finding]:
    if finding_ids:
        found = [registry.finding(tx, one) for one in finding_ids]
    else:
        query = registry.FindingQuery(statuses=(Status.OPEN, Status.HELD))
        found = list(registry.findings(tx, query))
    return sorted(found, key=lambda one: (one.uri, _PRECEDENCE.get(one.rule, 9), one.finding_id))


def _chosen(
    session: Session,
    asked: Sequence[Finding],
    decisions: dict[str, Decision],
    *,
    unsafe: bool,
) -> tuple[list[Finding], list[Finding]]:
    chosen: list[Finding] = []
    held: list[Finding] = []
    for one in asked:
        if not one.edits or one.fixability is Fixability.DISPLAY_ONLY:
            continue
        if one.status not in {Status.OPEN, Status.HELD}:
            continue
        verdict, _ = rules.decide(one, decisions.get(one.decision_key), session.policy)
        contended = any(reason.name in {"contended", "flood"} for reason in one.evidence)
        if verdict is Verdict.APPLY or (unsafe and not contended):
            chosen.append(one)
        else:
            held.append(one)
    return chosen, held


def _held(one: Finding, result: object) -> HeldFinding:
    path = result.ref.display if isinstance(result, MetadataRecord) else one.uri
    reasons = [reason.detail for reason in one.evidence if not reason.weight]
    return HeldFinding(one.finding_id, one.uri, path, " ".join(reasons) or "Waits for a decision.")


def remediate(session: Session, proposed: Plan) -> Remedied:
    """Carry out a plan exactly, then examine again what it changed.

    Raises:
        StorageError: a disk that cannot be trusted, an unwritable state folder.
        RegistryError, LogError: they refused; nothing more was written.
    """
    with ExitStack() as stack:
        advance = stack.enter_context(session.progress.task("Correcting", len(proposed.items)))
        options = fixing.ApplyOptions(progress=lambda _done, _all: advance())
        applied = fixing.apply_plan(proposed, _desk(session), options)
    touched = [one.uri for one in applied.outcomes]
    examine_again(session, applied.run_id, touched)
    return Remedied(applied.run_id, applied.outcomes, proposed.held, applied.halted)


def undo(session: Session, what: str) -> Remedied:
    """Put the former bytes back: by run, by notice, or by file, whichever ``what`` names.

    Raises:
        UsageError: it names nothing that was fixed.
    """
    query = _to_undo(session, what)
    undone = fixing.undo(query, _desk(session))
    examine_again(session, undone.run_id, [one.uri for one in undone.outcomes])
    return Remedied(undone.run_id, undone.outcomes, halted=undone.halted)


def _to_undo(session: Session, what: str) -> registry.FixQuery:
    with session.registry.read() as tx:
        for query in (
            registry.FixQuery(run_id=what),
            registry.FixQuery(notice_id=what),
            fixing.file_query(what),
        ):
            if registry.fixes(tx, query):
                return query
    raise UsageError(
        f"Nothing was fixed by a run, on a notice or in a file called {what!r}.",
        remedy="`provenance log show` lists the runs and what they changed.",
    )


def decide(
    session: Session,
    finding_ids: Sequence[str],
    verdict: Verdict,
    reason: str,
    until: str | None = None,
) -> tuple[Finding, ...]:
    """Record a named decision about findings.

    Args:
        session: its agent decides.
        finding_ids: ids or their beginnings.
        verdict: apply, dismiss or waive.
        reason: why; never empty.
        until: RFC 3339 date to which a waiver holds.

    Raises:
        UsageError: no reason, or a finding that nobody may apply.
        RegistryError: no such finding.
    """
    if not reason.strip():
        raise UsageError("A decision needs a reason.", remedy="Give it with --reason.")
    with session.registry.write() as tx:
        found = [registry.finding(tx, one) for one in finding_ids]
        for one in found:
            _require_possible(one, verdict)
        decided = [_record(session, tx, one, verdict, (reason, until)) for one in found]
    session.log.checkpoint(session.registry, session.clock())
    return tuple(decided)


_ACTS = {Verdict.APPLY: "approve", Verdict.DISMISS: "reject", Verdict.WAIVE: "waive"}


def _require_possible(one: Finding, verdict: Verdict) -> None:
    if verdict is Verdict.APPLY and (one.fixability is Fixability.DISPLAY_ONLY or not one.edits):
        raise UsageError(
            f"The finding {one.finding_id} ({one.rule.value}) can only be shown, not applied.",
            remedy="Reject or waive it with a reason once it is dealt with.",
        )


def _record(
    session: Session, tx: Transaction, one: Finding, verdict: Verdict, why: tuple[str, str | None]
) -> Finding:
    reason, until = why
    now = session.clock()
    decision = Decision(
        one.decision_key, verdict, session.agent, now, reason, until, one.finding_id
    )
    registry.put_decision(tx, decision)
    _, decided = rules.decide(one, decision, session.policy)
    registry.set_status(tx, [one.finding_id], decided.status)
    session.record(
        tx,
        Event(
            _ACTS[verdict],
            agents=session.agents(),
            why=(("finding", one.finding_id), ("notice", one.notice_id or ""), ("rule", one.rule)),
            detail=(("reason", reason), ("until", until or ""), ("decision", one.decision_key)),
        ),
    )
    return decided


def _desk(session: Session) -> fixing.Desk:
    return fixing.Desk(session.registry, session.log, session.agent, session.clock)
