"""The answer to an agency: a statement about one notice, with the evidence for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import provenance
from provenance import auditlog, registry
from provenance.auditlog.outsiders.proof import Prover
from provenance.errors import LogError
from provenance.model import (
    Checkpoint,
    Decision,
    Event,
    Finding,
    MetadataRecord,
    Notice,
    Status,
    Verdict,
)
from provenance.pipeline.duties import clocks
from provenance.pipeline.families import standing_of
from provenance.pipeline.holding import Held
from provenance.pipeline.parties.third_parties import third_parties
from provenance.pipeline.recalling import Concerning, concerning
from provenance.pipeline.reports.issuing import issue, require_folder
from provenance.pipeline.session import Session
from provenance.registry import Fix, FixQuery, FixState, Move, MoveQuery, MoveState, Transaction
from provenance.reporting.correspondence import statement_forms
from provenance.reporting.correspondence.statement import Copy, Deed, Outcome, Statement
from provenance.reporting.family import MemberState
from provenance.reporting.report import LogState
from provenance.reporting.third_parties import PartyState

EVIDENCE: Final = "evidence.zip"
NAMES: Final = ("statement.html", "statement.txt", "statement.json")

_PLAIN: Final = {
    MemberState.OPEN: Outcome.OPEN,
    MemberState.HELD: Outcome.HELD,
    MemberState.UNREADABLE: Outcome.UNREADABLE,
    MemberState.OFFLINE: Outcome.OFFLINE,
    MemberState.NOT_LOOKED_AT: Outcome.NOT_LOOKED_AT,
    MemberState.QUARANTINED: Outcome.REMOVED,
}
_DISMISSED: Final = {Status.WAIVED, Status.REJECTED}
_DONE: Final = {FixState.COMMIT, FixState.UNDONE}
_MOVED: Final = {MoveState.COMMIT, MoveState.RELEASED, MoveState.DELETED}


@dataclass(frozen=True, slots=True)
class Answered:
    """What was written.

    Attributes:
        statement: the answer.
        files: where it and the evidence stand.
    """

    statement: Statement
    files: tuple[Path, ...]


def answer_agency(
    session: Session, notice_id: str, folder: Path, *, evidence: bool = True
) -> Answered:
    """Write the statement about one notice as a page, as text and as JSON, with its evidence.

    The statement names no other notice, no folder, and no person of the desk but the session's
    agent, who gives it. The records in the evidence are what they are: they hold the paths of
    files and the names of those who acted.

    Args:
        session: its agent gives the statement.
        notice_id: the notice; its beginning will do.
        folder: where the files go; made where it is not there.
        evidence: also write the bundle of evidence.

    Raises:
        RegistryError: there is no such notice, or several begin with these letters.
        LogError: the log has no record about the notice, or does not verify.
        StorageError: the folder cannot be written.
    """
    require_folder(folder)
    checkpoint = session.log.checkpoint(session.registry, session.clock())
    bundle = folder / EVIDENCE
    with session.registry.read() as tx:
        notice = registry.notice(tx, notice_id)
        found = concerning(tx, notice.notice_id)
        made = _statement(session, tx, notice)
        if evidence:
            checkpoint = _export(session, tx, found, bundle)
    made = replace(made, records=len(found.indexes), log=_log(checkpoint))
    written: tuple[Path, ...] = ()
    digests: dict[str, str] = {}
    if evidence:
        digests[EVIDENCE] = hashlib.sha256(bundle.read_bytes()).hexdigest()
        made = replace(made, evidence=(EVIDENCE, digests[EVIDENCE]))
        written = (bundle,)
    contents = _contents(made)
    written = (*issue(contents, folder), *written)
    digests |= {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    with session.registry.write() as tx:
        session.record(tx, _given_out(session, made, digests))
    session.log.checkpoint(session.registry, session.clock())
    return Answered(made, written)


def _contents(made: Statement) -> Mapping[str, bytes]:
    forms = (statement_forms.page, statement_forms.plain, statement_forms.document)
    return {
        name: form(made).encode("utf-8", "backslashreplace")
        for name, form in zip(NAMES, forms, strict=True)
    }


def _export(session: Session, tx: Transaction, found: Concerning, bundle: Path) -> Checkpoint:
    if not found.indexes:
        raise LogError(
            f"The log has no record about the notice {found.about.notice_id}.",
            code="nothing-to-export",
            remedy="Leave the evidence out with --without-evidence; an older log that was closed "
            "may have it: `provenance log export --notice NOTICE --closed LOG`.",
        )
    prover = Prover(tx.connection, session.log.state)
    return auditlog.export(tx.connection, bundle, found.indexes, prover=prover, about=found.about)


def _log(checkpoint: Checkpoint | None) -> LogState | None:
    if checkpoint is None:
        return None
    return LogState(checkpoint.origin, checkpoint.size, checkpoint.root_hash.hex())


def _given_out(session: Session, made: Statement, digests: Mapping[str, str]) -> Event:
    detail: list[tuple[str, str | int]] = sorted(digests.items())
    if made.log is not None:
        detail += [("checkpointSize", made.log.size), ("checkpointRoot", made.log.root_hash)]
    return Event(
        "report.export",
        agents=session.agents(),
        why=(("notice", made.notice.notice_id),),
        detail=tuple(detail),
    )


def _statement(session: Session, tx: Transaction, notice: Notice) -> Statement:
    held = Held.of(tx, notice, session.policy)
    stand = standing_of(held)
    now = session.clock()
    clock = clocks(tx, [notice], {notice.notice_id: stand}, session.policy, now)[notice.notice_id]
    parties = third_parties(tx, notice, session.policy)
    certain = tuple(one for one in parties if one.state is not PartyState.UNSURE)
    deeds = _deeds(tx, notice)
    every = tuple(held.uris)
    listed = [uri for uri in every if uri in held.kin.proven or uri in held.others]
    uncompared = len(every) - len(listed)
    decided = registry.decisions(tx, (one.decision_key for uri in listed for one in held.told(uri)))
    copies = [_copy(held, uri, deeds.get(uri, ()), decided) for uri in listed]
    order = list(Outcome)
    copies.sort(key=lambda one: (-order.index(one.outcome), one.name))
    return Statement(
        notice=notice,
        clock=clock,
        copies=tuple(replace(one, number=at) for at, one in enumerate(copies, 1)),
        parties=certain,
        unsure_parties=len(parties) - len(certain),
        generated=now,
        signed=session.agent,
        program=f"provenance {provenance.__version__}",
        log=None,
        records=0,
        uncompared=uncompared,
        more=held.kin.more,
    )


def _copy(held: Held, uri: str, deeds: Sequence[Deed], decided: Mapping[str, Decision]) -> Copy:
    state, told = held.state(uri), held.told(uri)
    result = held.asset(uri).result
    outcome = _outcome(state, told, deeds)
    return Copy(
        number=0,
        name=uri.replace("\\", "/").rpartition("/")[2],
        media_type=result.media_type if isinstance(result, MetadataRecord) else "",
        outcome=outcome,
        deeds=tuple(deeds),
        reason=_reason(told, decided) if outcome is Outcome.SET_ASIDE else "",
    )


def _outcome(state: MemberState, told: Iterable[Finding], deeds: Iterable[Deed]) -> Outcome:
    if state in _PLAIN:
        return _PLAIN[state]
    acts = [one.act for one in deeds]
    if state is MemberState.GONE:
        return Outcome.DELETED if "destroy" in acts else Outcome.GONE
    if any(one.status in _DISMISSED for one in told):
        return Outcome.SET_ASIDE
    return Outcome.CORRECTED if acts and acts[-1] == "fix" else Outcome.CLEAN


def _reason(told: Iterable[Finding], decided: Mapping[str, Decision]) -> str:
    """Why a waiver was given; of what a person rejected, the notice does not speak."""
    for one in told:
        decision = decided.get(one.decision_key)
        if decision is not None and decision.verdict is Verdict.WAIVE:
            until = f", until {decision.until}" if decision.until else ""
            return f"{decision.reason}{until}"
    return ""


def _deeds(tx: Transaction, notice: Notice) -> dict[str, tuple[Deed, ...]]:
    """By asset, what was done under the notice, oldest first."""
    found: dict[str, list[Deed]] = {}
    own = registry.findings(tx, registry.FindingQuery(notice_id=notice.notice_id))
    places = {one.finding_id: {edit.locator for edit in one.edits} for one in own}
    for fix in registry.fixes(tx, FixQuery(notice_id=notice.notice_id)):
        if fix.state in _DONE:
            found.setdefault(fix.asset_uri, []).append(_of_fix(fix, notice, places))
    for move in registry.moves(tx, MoveQuery(notice_id=notice.notice_id)):
        if move.state in _MOVED:
            found.setdefault(move.asset_uri, []).append(_of_move(move))
    return {uri: tuple(sorted(deeds, key=lambda one: one.when)) for uri, deeds in found.items()}


def _of_fix(fix: Fix, notice: Notice, places: Mapping[str, set[str]]) -> Deed:
    """The values of other notices that one write corrected as well are left out."""
    mine: set[str] = set().union(*(places.get(one, set()) for one in fix.finding_ids))
    alone = fix.notice_ids == (notice.notice_id,)
    undoes = bool(fix.undoes)
    return Deed(
        act="undo" if undoes else "fix",
        when=fix.settled or fix.created,
        before=fix.before,
        after=fix.after,
        log_index=fix.outcome_index,
        values=tuple(
            (edit.locator, edit.before, edit.after)
            for edit in fix.edits
            if alone or edit.locator in mine
        ),
    )


def _of_move(move: Move) -> Deed:
    return Deed(
        act=move.act.value,
        when=move.settled or move.created,
        before=move.fixity,
        log_index=move.outcome_index,
    )
