"""Gather the facts of a compliance report; ``exporting`` writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import provenance
from provenance import registry, reporting
from provenance.model import (
    Finding,
    MetadataRecord,
    Notice,
    ScanResult,
    Unreadable,
)
from provenance.pipeline.auditing import Audited, counted
from provenance.pipeline.duties import clocks
from provenance.pipeline.families import published, standings
from provenance.pipeline.garbage import collected_seldom
from provenance.pipeline.parties.third_parties import of_notices
from provenance.pipeline.recalling import decided_at, fix_done
from provenance.pipeline.session import Session
from provenance.pipeline.standing import in_force
from provenance.registry import Transaction
from provenance.reporting.report import (
    AuditRun,
    ComplianceReport,
    Facts,
    FileProblem,
    FixDone,
    LogState,
    Stamp,
)

_COUNTED = ("open", "held", "settled")


@collected_seldom()
def compliance_report(
    session: Session, audited: Audited, scope: Sequence[str] = ()
) -> ComplianceReport:
    """The report of an audit, with all that was decided, done and owed, and the log's checkpoint.

    Everything is looked up for all findings, or for all notices, at once.
    """
    stamp = stamp_of(session, scope)
    with session.registry.read() as tx:
        stored = registry.stored(tx, {one.uri for one in audited.findings})
        decisions = in_force(session, tx, audited.findings)
        unknown = (one for one in audited.notices if one.notice_id not in audited.standings)
        stand = {**audited.standings, **standings(tx, unknown, session.policy, stored)}
        results = {u: _shown(one.result, audited.paths.get(u, "")) for u, one in stored.items()}
        records = {u: r for u, r in results.items() if isinstance(r, MetadataRecord)}
        facts = Facts(
            assets=audited.scanned.total,
            notices=audited.notices,
            findings=audited.findings,
            records=records,
            unreadable=tuple(r for r in results.values() if isinstance(r, Unreadable)),
            decisions=decisions,
            fixes=_fixes(tx, audited.findings, audited.notices),
            standings=stand,
            published=published(tx, records.values()),
            clocks=clocks(tx, audited.notices, stand, session.policy, stamp.generated),
            third_parties=of_notices(tx, audited.notices, session.policy),
            runs=_trend(tx, stamp.generated),
            decided_at=decided_at(tx, decisions.values()),
            problems=tuple(
                FileProblem(one.path, one.code, one.message, one.remedy)
                for one in audited.problems
                if not one.of_asset
            ),
        )
    checkpoint = session.log.checkpoint(session.registry, session.clock())
    if checkpoint is not None:
        log = LogState(checkpoint.origin, checkpoint.size, checkpoint.root_hash.hex())
        facts = replace(facts, log=log)
    return reporting.build(facts, stamp)


def _trend(tx: Transaction, now: str) -> tuple[AuditRun, ...]:
    """What each audit left behind, and how it stands now, where that has changed since."""
    told = [(one, dict(one.counts)) for one in registry.runs(tx)]
    points = [
        AuditRun(one.run_id, one.finished or one.started, *(counts[name] for name in _COUNTED))
        for one, counts in told
        if all(name in counts for name in _COUNTED)
    ]
    here = AuditRun("", now, *counted(tx).values())
    if points and replace(points[-1], run_id="", when=now) != here:
        points.append(here)
    return tuple(points)


def stamp_of(session: Session, scope: Sequence[str]) -> Stamp:
    """When, by whom and over what a report is made now."""
    return Stamp(
        generated=session.clock(),
        generated_by=session.agent,
        program=f"provenance {provenance.__version__}",
        scope=tuple(scope),
        today=session.policy.today,
    )


def _shown(result: ScanResult, path: str) -> ScanResult:
    """The result under the path by which this command was given it."""
    if not path or path == result.ref.path:
        return result
    return replace(result, ref=replace(result.ref, path=path))


def _fixes(
    tx: Transaction, found: Sequence[Finding], notices: Sequence[Notice]
) -> tuple[FixDone, ...]:
    concerned = {one.uri for one in found}
    done = registry.fixes_of_notices(tx, (one.notice_id for one in notices))
    by_id = {
        fix.fix_id: fix
        for notice in notices
        for fix in done.get(notice.notice_id, ())
        if fix.asset_uri in concerned
    }
    return tuple(fix_done(fix) for fix in by_id.values())
