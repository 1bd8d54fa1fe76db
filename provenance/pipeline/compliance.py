"""Gather the facts of a compliance report, and write it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import provenance
from provenance import registry, reporting
from provenance.errors import StorageError
from provenance.model import (
    AssetRef,
    Event,
    Finding,
    MetadataRecord,
    Notice,
    ScanResult,
    Unreadable,
)
from provenance.pipeline.auditing import Audited
from provenance.pipeline.session import Session
from provenance.registry import Transaction
from provenance.reporting import csv, html, wire
from provenance.reporting.report import (
    ComplianceReport,
    Facts,
    FileProblem,
    FixDone,
    LogState,
    Stamp,
)
from provenance.reporting.thumbnails import PictureThumbnails


def compliance_report(
    session: Session, audited: Audited, scope: Sequence[str] = ()
) -> ComplianceReport:
    """The report of an audit, with decisions, fixes and the log's newest checkpoint."""
    with session.registry.read() as tx:
        stored = registry.records(tx, {one.uri for one in audited.findings})
        results = {uri: _shown(one, audited.paths.get(uri, "")) for uri, one in stored.items()}
        facts = Facts(
            assets=audited.scanned.total,
            notices=audited.notices,
            findings=audited.findings,
            records={u: r for u, r in results.items() if isinstance(r, MetadataRecord)},
            unreadable=tuple(r for r in results.values() if isinstance(r, Unreadable)),
            decisions=registry.decisions(tx, [one.decision_key for one in audited.findings]),
            fixes=_fixes(tx, audited.findings, audited.notices),
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
    stamp = Stamp(
        generated=session.clock(),
        generated_by=session.agent,
        program=f"provenance {provenance.__version__}",
        scope=tuple(scope),
    )
    return reporting.build(facts, stamp)


def _shown(result: ScanResult, path: str) -> ScanResult:
    """The result under the path by which this command was given it."""
    return replace(result, ref=replace(result.ref, path=path or result.ref.path))


def _fixes(
    tx: Transaction, found: Sequence[Finding], notices: Sequence[Notice]
) -> tuple[FixDone, ...]:
    concerned = {one.uri for one in found}
    by_id = {
        fix.fix_id: fix
        for notice in notices
        for fix in registry.fixes(tx, registry.FixQuery(notice_id=notice.notice_id))
        if fix.asset_uri in concerned
    }
    return tuple(
        FixDone(
            uri=fix.asset_uri,
            run_id=fix.run_id,
            when=fix.settled or fix.created,
            agent=fix.agent,
            state=fix.state.value,
            finding_ids=fix.finding_ids,
            log_index=fix.outcome_index,
        )
        for fix in by_id.values()
    )


def write_report(session: Session, report: ComplianceReport, folder: Path) -> tuple[Path, ...]:
    """Write the page, the JSON and the CSV into ``folder``, and log that they were given out.

    Raises:
        StorageError: the folder cannot be written.
    """
    thumbnails = PictureThumbnails(lambda ref: session.store.get(_picture(ref)))
    contents = {
        "index.html": html.render(report, thumbnails).encode(),
        "findings.json": wire.dump(wire.audit_document(report, every=True)).encode(),
        "findings.csv": csv.as_file(csv.findings_csv(report, every=True)),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise StorageError(
            f"The report cannot be written to {folder}: {error.strerror}.",
            remedy="Name another folder with --report.",
        ) from error
    with session.registry.write() as tx:
        session.record(
            tx,
            Event(
                "report.export",
                agents=session.agents(),
                detail=tuple(
                    (name, hashlib.sha256(content).hexdigest())
                    for name, content in contents.items()
                ),
            ),
        )
    session.log.checkpoint(session.registry, session.clock())
    return tuple(folder / name for name in contents)


def _picture(ref: AssetRef) -> AssetRef:
    """The picture alone, whatever its version: a thumbnail may show what stands there now."""
    return replace(ref, version="", sidecars=())
