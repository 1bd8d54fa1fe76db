"""Audit: scan, take up notices, hold them against what they can reach, say what is wrong."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import TypeGuard

from provenance import pages, registry, rules
from provenance.matching import Picture
from provenance.model import (
    NOTHING_BESIDE,
    Beside,
    Finding,
    MetadataRecord,
    Notice,
    Rule,
    Unreadable,
)
from provenance.pipeline import standing
from provenance.pipeline.candidates import Candidates, siblings_of
from provenance.pipeline.carriers import Problem
from provenance.pipeline.flood import guard
from provenance.pipeline.garbage import collected_seldom
from provenance.pipeline.histories import Histories
from provenance.pipeline.kinship import credited_twins
from provenance.pipeline.looking import look
from provenance.pipeline.noticing import bring
from provenance.pipeline.reading import PAGE_NAMES, TEXT_SUFFIX
from provenance.pipeline.scanning import Scanned, scan
from provenance.pipeline.session import Session
from provenance.pipeline.subjects import beside_of
from provenance.registry import StoredAsset, Transaction
from provenance.reporting.family import Standing
from provenance.rules.published import examine_page

# Bump when a rule changes what it says: assets are then examined anew without being read anew.
RULES_VERSION = "4"
_WINDOW = 500


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit says.

    Attributes:
        scanned: what the scan met.
        notices: the notices that matter here: brought, found, or behind a finding.
        findings: all findings on assets below the paths, whatever their status.
        paths: uri to the path to show, for every asset with a finding.
        problems: what could not be read or taken up.
        standings: how notices stand, by their id, where the audit has looked that up.
    """

    scanned: Scanned
    notices: tuple[Notice, ...] = ()
    findings: tuple[Finding, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)


def audit(session: Session, paths: Sequence[str], notice_paths: Sequence[str] = ()) -> Audited:
    """The main job. See ``rules`` for what is found and ``matching`` for how.

    Args:
        session: the command's surroundings.
        paths: files and folders to audit.
        notice_paths: notices that the session's agent brings; a file or a folder of them.

    Raises:
        StorageError: a path is not there.
    """
    brought, problems = bring(session, notice_paths)
    # A retransmitted picture that brings a notice is a picture of the archive all the same.
    leave_out = [
        os.path.abspath(path)
        for path in notice_paths
        if os.path.isdir(path) or path.casefold().endswith((TEXT_SUFFIX, *PAGE_NAMES))
    ]
    scanned = scan(session, paths, leave_out=leave_out)
    with session.registry.read() as tx:
        active = registry.notices(tx)
    looked = look(session, scanned.roots, active) if active else ()
    candidates = Candidates(scanned, RULES_VERSION)
    with session.registry.read() as tx:
        for notice in active:
            candidates.add(tx, notice)
        uris = candidates.to_examine(tx)
    uncompared = examine(session, scanned.run_id, candidates, uris)
    standing.renew(session, scanned.roots)
    _keep_count(session, scanned.run_id)
    brought_ids = {one.notice_id for one in brought}
    shown = (replace(one, path=_as_given(one.path, paths, one.path)) for one in looked)
    told = (*problems, *shown, *candidates.problems(), *uncompared)
    audited = _collect(session, scanned, paths, (brought_ids, told))
    return replace(audited, standings=_proving().prove(session, audited.notices, unmet=True))


def _proving() -> ModuleType:
    """The room that says what an audit proves: it looks at families, which rest on this one."""
    from provenance.pipeline import proving  # noqa: PLC0415 - see above

    return proving


def counted(tx: Transaction) -> dict[str, int]:
    """How many findings the whole registry holds: ``open``, ``held`` and ``settled`` ones."""
    counts = dict.fromkeys(("open", "held", "settled"), 0)
    for (_, status), number in registry.count_findings(tx).items():
        counts[status if status in counts else "settled"] += number
    return counts


def _keep_count(session: Session, run_id: str) -> None:
    """Write down what the audit leaves behind: reports show how that changes."""
    with session.registry.write() as tx:
        (run,) = registry.runs(tx, [run_id])
        counts = {**dict(run.counts), **counted(tx)}
        registry.finish_run(tx, run_id, session.clock(), counts)


def examine(
    session: Session, run_id: str, candidates: Candidates, uris: Sequence[str]
) -> tuple[Problem, ...]:
    """Examine assets and store their findings with the status that decisions give them.

    Where a version of a picture is found that differs in silence, the others of that picture
    are looked at again: they were in order as long as they were alone.

    Returns:
        A word on assets of which not every version was compared, there being too many.
    """
    with session.registry.read() as tx:
        histories = Histories(tx, candidates.unsaid.values())
    others = _examine_all(session, run_id, candidates, histories, uris)
    asked = set(uris)
    again = sorted(others - asked)
    if again:
        _examine_all(session, run_id, candidates, histories, again)
    return histories.problems()


def _examine_all(
    session: Session,
    run_id: str,
    candidates: Candidates,
    histories: Histories,
    uris: Sequence[str],
) -> set[str]:
    """Examine; return the other versions of pictures whose versions differ in silence."""
    others: set[str] = set()
    with session.progress.task("Examining", len(uris)) as advance:
        for at in range(0, len(uris), _WINDOW):
            window = uris[at : at + _WINDOW]
            with session.registry.write() as tx:
                stored = registry.stored(tx, window)
                siblings = siblings_of(tx, [one.result for one in stored.values()])
                told = histories.of(tx, stored, siblings)
                read = [one.result for one in stored.values() if _is_read(one.result)]
                beside = beside_of(tx, read)
                twins = credited_twins(tx, read)
                found: list[Finding] = []
                for uri, asset in stored.items():
                    some = _examine_one(
                        session,
                        asset.result,
                        candidates.of(uri),
                        (*siblings.get(uri, ()), *twins.get(uri, ())),
                        (told[uri], beside.get(uri, NOTHING_BESIDE)),
                    )
                    found.extend(some)
                    if any(one.rule is Rule.SILENT_CORRECTION for one in some):
                        others.update(one.result.ref.uri for one in siblings.get(uri, ()))
                found = _decided(session, tx, found)
                now = session.clock()
                registry.replace_findings(tx, stored, found, now, run_id)
                registry.mark_examined(tx, stored, RULES_VERSION)
            advance(len(window))
    return others


def examine_again(session: Session, run_id: str, uris: Sequence[str]) -> None:
    """Examine assets whose bytes a fix or an undo has just changed."""
    known = sorted(set(uris))
    candidates = Candidates(Scanned(run_id, tuple(known)), RULES_VERSION)
    with session.registry.read() as tx:
        for notice in registry.notices(tx):
            candidates.add(tx, notice)
    examine(session, run_id, candidates, known)
    _proving().prove_on(session, known)


def _examine_one(
    session: Session,
    result: MetadataRecord | Unreadable,
    reached_by: Sequence[tuple[Notice, Picture]],
    siblings: Sequence[StoredAsset],
    known: tuple[rules.History, Beside],
) -> tuple[Finding, ...]:
    if isinstance(result, Unreadable):
        return (rules.examine_unreadable(result),)
    if pages.is_page(result):
        return examine_page(result, reached_by, session.policy)
    same = [one.result for one in siblings if isinstance(one.result, MetadataRecord)]
    history, beside = known
    return rules.examine(result, reached_by, same, session.policy, history, beside)


def _is_read(result: MetadataRecord | Unreadable) -> TypeGuard[MetadataRecord]:
    return isinstance(result, MetadataRecord)


def _decided(session: Session, tx: Transaction, found: Sequence[Finding]) -> list[Finding]:
    return [one.finding for one in standing.judged(session, tx, found)]


@collected_seldom()
def recall(session: Session, paths: Sequence[str] = ()) -> Audited:
    """What the registry knows about assets below ``paths`` (none: all), without a scan."""
    roots = tuple(os.path.abspath(path) for path in paths)
    with session.registry.read() as tx:
        total = registry.count_assets(tx, roots or None)
        known = {one.notice_id for one in registry.notices(tx)} if not roots else set()
    return _collect(session, Scanned("", roots, total=total), paths, (known, ()))


def _collect(
    session: Session,
    scanned: Scanned,
    given: Sequence[str],
    brought: tuple[set[str], Sequence[Problem]],
) -> Audited:
    """What stands in the registry about the roots, with the flood guard's word.

    Args:
        session: the command's surroundings.
        scanned: the roots, and what was met below them.
        given: the paths as the user gave them: findings are shown below these.
        brought: ids of the notices to tell of in any case, and what could not be read.
    """
    known, problems = brought
    with session.registry.read() as tx:
        query = registry.FindingQuery(roots=scanned.roots or None)
        found = [one for one in registry.findings(tx, query) if one.uri not in scanned.left_out]
        stand = [one.finding for one in standing.current(session, tx, found)]
        unused = standing.unused(session, tx, stand)
        held = registry.count_assets(tx)
        guarded, floods = guard(session, stand, held)
        concerned = known | {one.notice_id for one in scanned.notices}
        concerned |= {one.notice_id for one in guarded if one.notice_id}
        here = tuple(one for one in registry.notices(tx) if one.notice_id in concerned)
        results = registry.records(tx, {one.uri for one in guarded})
    paths = {uri: _as_given(uri, given, result.ref.display) for uri, result in results.items()}
    unreadable = [
        Problem(paths[uri], result.error, result.reason, result.remedy, of_asset=True)
        for uri, result in results.items()
        if isinstance(result, Unreadable)
    ]
    unentered = [
        Problem(one.path, one.code, one.message, one.remedy)
        for one in scanned.problems
        if not one.expected
    ]
    return Audited(
        scanned, here, tuple(guarded), paths, (*problems, *unreadable, *unentered, *unused, *floods)
    )


def _as_given(uri: str, given: Sequence[str], known: str) -> str:
    """The path of an asset below the paths of this very command; ``known`` where it is not."""
    for path in given:
        root = os.path.abspath(path)
        if uri == root:
            return path
        if uri.startswith(f"{root.rstrip('/')}/"):
            return os.path.join(path, uri[len(root.rstrip("/")) + 1 :])
    return known
