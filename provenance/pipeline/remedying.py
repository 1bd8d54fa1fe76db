"""Fix: choose what may be done, plan it, carry it out, look again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from provenance import fixing, registry, rules
from provenance.fixing import HeldFinding, Mandate, Outcome, Plan, PlanItem
from provenance.model import (
    AssetRef,
    Confidence,
    Conflict,
    Decision,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    Rule,
    ScanResult,
    Status,
    Verdict,
)
from provenance.pipeline.auditing import examine_again
from provenance.pipeline.carriers import Problem
from provenance.pipeline.flood import guard
from provenance.pipeline.session import Session
from provenance.pipeline.standing import current, in_force
from provenance.registry import Transaction
from provenance.rules import SHAKEN, Judged

# On these somebody must put a name.
_FOR_A_PERSON = frozenset({"contended", "flood", SHAKEN})
# The credit goes before the notice that explains it: both may change one caption.
_PRECEDENCE = {Rule.ERRONEOUS_CREDIT: 0, Rule.ERRONEOUS_MENTION: 1, Rule.LEAKED_NOTICE: 2}
_VERBS = {
    Verdict.HOLD: "put it on hold",
    Verdict.DISMISS: "rejected it",
    Verdict.WAIVE: "waived it",
    Verdict.WITHDRAW: "withdrew the decision behind it",
}


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
        recovered: what was settled first of runs that had been interrupted.
        run_ids: the runs, where there was more than one; ``run_id`` is the last of them.
    """

    run_id: str
    outcomes: tuple[fixing.Outcome, ...]
    held: tuple[HeldFinding, ...] = ()
    halted: bool = False
    recovered: tuple[fixing.Settled, ...] = ()
    run_ids: tuple[str, ...] = ()


def plan(session: Session, finding_ids: Sequence[str] = (), *, unsafe: bool = False) -> Proposed:
    """What a fix would do now.

    Args:
        session: the command's surroundings.
        finding_ids: only these (ids or their beginnings); none means all that may be fixed.
        unsafe: also what is unsafe, more than a candidate and not contended; the rest takes a
            named decision.

    Raises:
        UsageError: a finding that does not exist.
    """
    with session.registry.read() as tx:
        asked = current(session, tx, _asked(tx, finding_ids))
        stand, floods = guard(session, [one.finding for one in asked], registry.count_assets(tx))
        chosen, held = _chosen(zip(asked, stand, strict=True), unsafe=unsafe)
        results = _shown_from_here(registry.records(tx, {one.uri for one in (*chosen, *held)}))
        decisions = in_force(session, tx, chosen)
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
        # What was dismissed may be open again: what a person said of it can run out.
        query = registry.FindingQuery(statuses=[one for one in Status if one is not Status.FIXED])
        found = list(registry.findings(tx, query))
    return sorted(found, key=lambda one: (one.uri, _PRECEDENCE.get(one.rule, 9), one.finding_id))


def _chosen(
    asked: Iterable[tuple[Judged, Finding]], *, unsafe: bool
) -> tuple[list[Finding], list[Finding]]:
    chosen: list[Finding] = []
    held: list[Finding] = []
    for judged, one in asked:
        if not one.edits or one.fixability is Fixability.DISPLAY_ONLY:
            continue
        if one.status not in {Status.OPEN, Status.HELD}:
            continue
        if _may_go_in(judged, one, unsafe=unsafe):
            chosen.append(one)
        else:
            held.append(one)
    return chosen, held


def _may_go_in(judged: Judged, one: Finding, *, unsafe: bool) -> bool:
    if judged.decision is not None:
        return judged.verdict is Verdict.APPLY
    if one.fixability is Fixability.SAFE and judged.verdict is Verdict.APPLY:
        return True
    # A candidate may be a neighbour: it takes a person who names it, not a switch.
    if not unsafe or one.confidence is Confidence.LOW:
        return False
    return not any(reason.name in _FOR_A_PERSON for reason in one.evidence)


def _held(one: Finding, result: object) -> HeldFinding:
    path = result.ref.display if isinstance(result, MetadataRecord) else one.uri
    reasons = [reason.detail for reason in one.evidence if not reason.weight]
    return HeldFinding(one.finding_id, one.uri, path, " ".join(reasons) or "Waits for a decision.")


def remediate(
    session: Session, proposed: Plan, options: fixing.ApplyOptions | None = None
) -> Remedied:
    """Carry out a plan exactly, then examine again what it changed.

    What persons have decided since the plan was made counts: an item whose decision was
    withdrawn, ran out or was replaced, and one that was rejected meanwhile, is a conflict.

    Args:
        session: the command's surroundings.
        proposed: what to do.
        options: what a person allowed; jobs and progress are the session's.

    Raises:
        UsageError: originals are to be kept where they cannot be; nothing was touched.
        StorageError: a disk that cannot be trusted, an unwritable state folder.
        RegistryError, LogError: they refused; nothing more was written.
    """
    options = options or fixing.ApplyOptions()
    make_ready(session, options)
    with session.registry.read() as tx:
        refused = _refused(session, tx, proposed.items)
    allowed = tuple(one for at, one in enumerate(proposed.items) if at not in refused)
    with ExitStack() as stack:
        advance = stack.enter_context(session.progress.task("Correcting", len(allowed)))
        settled = replace(options, progress=lambda _done, _all: advance(), jobs=session.jobs)
        applied = fixing.apply_plan(replace(proposed, items=allowed), desk_of(session), settled)
    touched = [one.uri for one in applied.outcomes]
    examine_again(session, applied.run_id, touched)
    done = iter(applied.outcomes)
    outcomes = tuple(
        Outcome(one.path, one.uri, Conflict(refused[at]), one.finding_ids)
        if at in refused
        else next(done)
        for at, one in enumerate(proposed.items)
    )
    return Remedied(applied.run_id, outcomes, proposed.held, applied.halted, applied.recovered)


def make_ready(session: Session, options: fixing.ApplyOptions) -> None:
    """Make sure that originals can be kept where somebody wants them, before anything is touched.

    Raises:
        UsageError: they cannot.
    """
    if options.originals is not None:
        with session.registry.read() as tx:
            audited = {
                root for run in registry.runs(tx) if run.kind == "scan" for root in run.roots
            }
        fixing.make_ready(options.originals, sorted(audited))


def _refused(session: Session, tx: Transaction, items: Sequence[PlanItem]) -> dict[int, str]:
    """Why items of a plan may not be carried out any more, by their place in it."""
    ids = {number for one in items for number in one.finding_ids}
    stored = registry.findings(tx, registry.FindingQuery(ids=sorted(ids)))
    judged = {one.finding.finding_id: one for one in current(session, tx, stored)}
    newest = registry.decisions(tx, (key for one in items for key in one.decisions))
    notices = registry.notices_of_ids(tx, {key for one in items for key in one.notice_ids})
    found = {}
    for at, item in enumerate(items):
        why = (
            _withdrawn_word(session, item, newest)
            or _silent(item, notices)
            or _objection(item, judged)
        )
        if why:
            found[at] = f"{why} Make a new plan."
    return found


def _withdrawn_word(session: Session, item: PlanItem, newest: Mapping[str, Decision]) -> str:
    """Why the decisions that an item rests on do not carry it any more; empty where they do."""
    for key in item.decisions:
        one = newest.get(key)
        if one is None:
            return f"The decision {key} that it rests on is not on record here."
        if one.verdict is not Verdict.APPLY:
            return _said(one)
        if not rules.is_in_time(one, session.policy):
            return f"The acceptance by {one.agent} ran out on {one.until}."
        if f", {one.agent}," not in f", {item.authority},":
            return f"It was accepted by {one.agent}, and the plan rests on {item.authority}."
    return ""


def _silent(item: PlanItem, notices: Mapping[str, Notice]) -> str:
    """Why a notice that an item rests on asks for nothing any more; empty where all speak."""
    for key in item.notice_ids:
        why = rules.fallen_silent(notices[key]) if key in notices else ""
        if why:
            return f"{key}: {why}."
    return ""


def _objection(item: PlanItem, judged: Mapping[str, Judged]) -> str:
    """What speaks against one of the item's findings by now; empty where nothing does."""
    for number in item.finding_ids:
        one = judged.get(number)
        if one is None:
            continue
        if one.decision is not None and one.verdict is not Verdict.APPLY:
            return _said(one.decision)
        for reason in one.finding.evidence:
            if reason.name == SHAKEN:
                return reason.detail
    return ""


def _said(one: Decision) -> str:
    return f"{one.agent} {_VERBS[one.verdict]} on {one.decided[:10]}: {one.reason.rstrip('.')}."


def desk_of(session: Session) -> fixing.Desk:
    """The place that this session fixes from."""
    return fixing.Desk(session.registry, session.log, session.agent, session.clock)
