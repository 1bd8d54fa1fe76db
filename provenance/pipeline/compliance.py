"""Gather the facts of a compliance report, and write it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import provenance
from provenance import registry, reporting
from provenance.errors import StorageError
from provenance.model import (
    Event,
    Finding,
    MetadataRecord,
    Notice,
    ScanResult,
    Unreadable,
)
from provenance.pipeline.auditing import Audited
from provenance.pipeline.drawing import thumbnails
from provenance.pipeline.families import published, standings
from provenance.pipeline.recalling import Known, fix_done
from provenance.pipeline.session import Session
from provenance.pipeline.standing import in_force
from provenance.registry import Transaction
from provenance.reporting import csv, family_page, html, wire
from provenance.reporting.family_page import FamilyReport
from provenance.reporting.report import (
    ComplianceReport,
    Facts,
    FileProblem,
    FixDone,
    LogState,
    Stamp,
)
from provenance.storage.folder import Folder
from provenance.storage.publish import publish


def compliance_report(
    session: Session, audited: Audited, scope: Sequence[str] = ()
) -> ComplianceReport:
    """The report of an audit, with decisions, fixes and the log's newest checkpoint."""
    with session.registry.read() as tx:
        stored = registry.records(tx, {one.uri for one in audited.findings})
        results = {uri: _shown(one, audited.paths.get(uri, "")) for uri, one in stored.items()}
        records = {u: r for u, r in results.items() if isinstance(r, MetadataRecord)}
        facts = Facts(
            assets=audited.scanned.total,
            notices=audited.notices,
            findings=audited.findings,
            records=records,
            unreadable=tuple(r for r in results.values() if isinstance(r, Unreadable)),
            decisions=in_force(session, tx, audited.findings),
            fixes=_fixes(tx, audited.findings, audited.notices),
            standings=standings(tx, audited.notices, session.policy),
            published=published(tx, records.values()),
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
    return reporting.build(facts, _stamp(session, scope))


def _stamp(session: Session, scope: Sequence[str]) -> Stamp:
    return Stamp(
        generated=session.clock(),
        generated_by=session.agent,
        program=f"provenance {provenance.__version__}",
        scope=tuple(scope),
        today=session.policy.today,
    )


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
    return tuple(fix_done(fix) for fix in by_id.values())


def write_report(session: Session, report: ComplianceReport, folder: Path) -> tuple[Path, ...]:
    """Write the page, the JSON and the CSV into ``folder``, and log that they were given out.

    Raises:
        StorageError: the folder cannot be written.
    """
    with thumbnails(session) as small:
        page = html.render(report, small)
    contents = {
        "index.html": page.encode(),
        "findings.json": wire.dump(wire.audit_document(report, every=True)).encode(),
        "findings.csv": csv.as_file(csv.findings_csv(report, every=True)),
    }
    return _write(session, contents, folder)


def write_family(session: Session, known: Known, folder: Path) -> tuple[Path, ...]:
    """Write the page that draws a picture's family, and its JSON, and log that they were.

    Raises:
        StorageError: the folder cannot be written.
    """
    told = FamilyReport(known.family, known.notices, _stamp(session, ()))
    document = wire.show_document(known.family, known.findings, known.notices, known.history)
    with thumbnails(session) as small:
        page = family_page.render(told, small)
    contents = {
        "family.html": page.encode(),
        "family.json": wire.dump(document).encode(),
    }
    return _write(session, contents, folder)


def _write(session: Session, contents: Mapping[str, bytes], folder: Path) -> tuple[Path, ...]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Folder.open(os.path.abspath(folder), (os.path.abspath(folder),)) as opened:
            for name, content in contents.items():
                publish(opened, name, content)
    except (OSError, StorageError) as error:
        reason = error.message if isinstance(error, StorageError) else f"{error.strerror}."
        raise StorageError(
            f"The report cannot be written to {folder}: {reason}",
            remedy="Name another folder with --report.",
        ) from error
    with session.registry.write() as tx:
        session.record(tx, _given_out(session, contents))
    session.log.checkpoint(session.registry, session.clock())
    return tuple(folder / name for name in contents)


def _given_out(session: Session, contents: Mapping[str, bytes]) -> Event:
    """The event of a report: its files by their digests.

    It names no notice: evidence for one agency would show that others had sent some.
    """
    return Event(
        "report.export",
        agents=session.agents(),
        detail=tuple((name, hashlib.sha256(data).hexdigest()) for name, data in contents.items()),
    )
