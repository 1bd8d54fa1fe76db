"""Audit: scan, take up notices, hold them against what they can reach, say what is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from provenance import pages, registry, rules
from provenance.matching import (
    Key,
    Picture,
    identity_keys,
    picture_identifiers,
    picture_of,
)
from provenance.matching import match as match_asset
from provenance.matching.keys import CAPTION, NO_AGENCY, RESTRICTED, SCAN, agency_of, days
from provenance.model import (
    Confidence,
    Evidence,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    Rule,
    Status,
    Unreadable,
)
from provenance.pipeline.carriers import Problem
from provenance.pipeline.histories import Histories
from provenance.pipeline.noticing import bring
from provenance.pipeline.reading import PAGE_NAMES, TEXT_SUFFIX
from provenance.pipeline.scanning import Scanned, scan
from provenance.pipeline.session import Session
from provenance.registry import StoredAsset, Transaction
from provenance.rules.published import examine_page
from provenance.storage.folder import is_inside

# Bump when a rule changes what it says: assets are then examined anew without being read anew.
RULES_VERSION = "3"
_WINDOW = 500
# Copies of one picture carry its number and its day; a corrected day makes two.
_MOST_NAMES = 2


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit says.

    Attributes:
        scanned: what the scan met.
        notices: the notices that matter here: brought, found, or behind a finding.
        findings: all findings on assets below the paths, whatever their status.
        paths: uri to the path to show, for every asset with a finding.
        problems: what could not be read or taken up.
    """

    scanned: Scanned
    notices: tuple[Notice, ...] = ()
    findings: tuple[Finding, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


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
    candidates = _Candidates(scanned)
    with session.registry.read() as tx:
        active = registry.notices(tx)
        for notice in active:
            candidates.add(tx, notice)
        uris = candidates.to_examine(tx)
    examine(session, scanned.run_id, candidates, uris)
    brought_ids = {one.notice_id for one in brought}
    return _collect(session, scanned, paths, (brought_ids, problems))


class _Candidates:
    """Which assets below the roots each notice reaches, and what is known of its picture."""

    def __init__(self, scanned: Scanned) -> None:
        self._scanned = scanned
        self._of: dict[str, list[tuple[Notice, Picture]]] = {}
        self.unsaid: dict[str, Notice] = {}

    def add(self, tx: Transaction, notice: Notice) -> None:
        """Find what ``notice`` reaches: proven assets first, then what resembles them."""
        if rules.is_unsaid(notice):
            self.unsaid[notice.notice_id] = notice
        picture = picture_of(notice)
        proven = self._proven(tx, notice, picture)
        if proven:
            picture = picture_of(notice, proven)
        reached = _uris(registry.by_keys(tx, picture.proving_keys() | picture.suggesting_keys()))
        if not proven and not picture.identifiers:
            picture = replace(picture, rivals=_rivals(tx, picture))
        for uri in reached:
            self._of.setdefault(uri, []).append((notice, picture))

    def _proven(
        self, tx: Transaction, notice: Notice, picture: Picture
    ) -> tuple[MetadataRecord, ...]:
        """Assets that are the picture beyond doubt, wherever in the registry they stand."""
        found: dict[str, MetadataRecord] = {}
        for record in _pictures(tx, _uris(registry.by_keys(tx, picture.proving_keys()))):
            one = match_asset(notice, picture, record)
            if one is not None and one.confidence is Confidence.STRONG:
                found[record.ref.uri] = record
        return tuple(found.values())

    def of(self, uri: str) -> Sequence[tuple[Notice, Picture]]:
        """The notices that reach an asset."""
        return self._of.get(uri, ())

    def to_examine(self, tx: Transaction) -> list[str]:
        """Assets below the roots that changed, were never examined, or that a notice reaches."""
        roots = self._scanned.roots
        uris = dict.fromkeys(registry.unexamined(tx, roots, RULES_VERSION))
        query = registry.FindingQuery(statuses=(Status.OPEN, Status.HELD), roots=roots)
        uris.update((one.uri, None) for one in registry.findings(tx, query) if one.notice_id)
        reached = {*self._of, *_uris(registry.by_keys(tx, [(RESTRICTED, "1")]))}
        uris.update((u, None) for u in reached if any(is_inside(u, root) for root in roots))
        return sorted(uris.keys() - self._scanned.left_out)


def _rivals(tx: Transaction, picture: Picture) -> frozenset[str]:
    """Identifiers of different pictures whose caption fits a notice that names none."""
    fitting = [key for key in picture.suggesting_keys() if key[0] == CAPTION]
    found: set[str] = set()
    for record in _pictures(tx, _uris(registry.by_keys(tx, fitting))):
        found.update(picture_identifiers(record))
    agencies = {agency_of(value) for value in found} - NO_AGENCY
    for agency in sorted(agencies):
        same = frozenset(value for value in found if agency_of(value) == agency)
        if len(same) > 1:
            return same
    return frozenset()


def examine(session: Session, run_id: str, candidates: _Candidates, uris: Sequence[str]) -> None:
    """Examine assets and store their findings with the status that decisions give them.

    Where a version of a picture is found that differs in silence, the others of that picture
    are looked at again: they were in order as long as they were alone.
    """
    with session.registry.read() as tx:
        histories = Histories(tx, candidates.unsaid.values())
    others = _examine_all(session, run_id, candidates, histories, uris)
    asked = set(uris)
    again = sorted(others - asked)
    if again:
        _examine_all(session, run_id, candidates, histories, again)


def _examine_all(
    session: Session,
    run_id: str,
    candidates: _Candidates,
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
                siblings = _siblings(tx, [one.result for one in stored.values()])
                told = histories.of(tx, stored, siblings)
                found: list[Finding] = []
                for uri, asset in stored.items():
                    some = _examine_one(
                        session, asset.result, candidates.of(uri), siblings.get(uri, ()), told[uri]
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
    candidates = _Candidates(Scanned(run_id, tuple(known)))
    with session.registry.read() as tx:
        for notice in registry.notices(tx):
            candidates.add(tx, notice)
    examine(session, run_id, candidates, known)


def _examine_one(
    session: Session,
    result: MetadataRecord | Unreadable,
    reached_by: Sequence[tuple[Notice, Picture]],
    siblings: Sequence[StoredAsset],
    history: rules.History,
) -> tuple[Finding, ...]:
    if isinstance(result, Unreadable):
        return (rules.examine_unreadable(result),)
    if pages.is_page(result):
        return examine_page(result, reached_by, session.policy)
    same = [one.result for one in siblings if isinstance(one.result, MetadataRecord)]
    return rules.examine(result, reached_by, same, session.policy, history)


def _siblings(
    tx: Transaction, results: Iterable[MetadataRecord | Unreadable]
) -> dict[str, Sequence[StoredAsset]]:
    """For each asset, the others that share an identifier or the picture data."""
    wanted: dict[Key, list[str]] = {}
    for result in results:
        if isinstance(result, MetadataRecord) and not pages.is_page(result):
            for key in identity_keys(result):
                wanted.setdefault(key, []).append(result.ref.uri)
    shared = {key: uris for key, uris in registry.by_keys(tx, wanted).items() if len(uris) > 1}
    loaded = registry.stored(tx, _uris(shared))
    found: dict[str, dict[str, StoredAsset]] = {}
    for key, uris in shared.items():
        if key[0] == SCAN and _is_placeholder(loaded[uri] for uri in uris if uri in loaded):
            continue
        for own in wanted[key]:
            others = found.setdefault(own, {})
            others.update((uri, loaded[uri]) for uri in uris if uri != own and uri in loaded)
    return {uri: list(others.values()) for uri, others in found.items()}


def _is_placeholder(assets: Iterable[StoredAsset]) -> bool:
    """Whether the same picture data serves as several pictures: a stand-in, an empty frame.

    Then a different byline beside it is no other version of one picture.
    """
    named: set[frozenset[str]] = set()
    made: set[frozenset[str]] = set()
    for asset in assets:
        if isinstance(asset.result, MetadataRecord):
            named.add(picture_identifiers(asset.result))
            made.add(days(asset.result))
    return len(named - {frozenset()}) > _MOST_NAMES or len(made - {frozenset()}) > _MOST_NAMES


def _decided(session: Session, tx: Transaction, found: Sequence[Finding]) -> list[Finding]:
    decisions = registry.decisions(tx, [one.decision_key for one in found])
    return [rules.decide(one, decisions.get(one.decision_key), session.policy)[1] for one in found]


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
        stand = [one for one in registry.findings(tx, query) if one.uri not in scanned.left_out]
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
        scanned, here, tuple(guarded), paths, (*problems, *unreadable, *unentered, *floods)
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


def guard(
    session: Session, stand: Sequence[Finding], held: int
) -> tuple[list[Finding], list[Problem]]:
    """Hold what a notice would do to more files than a notice ever should (flood guard)."""
    policy = session.policy
    limit = policy.flood_files
    if held >= policy.flood_registry:
        limit = min(limit, int(held * policy.flood_share))
    touched: dict[str, set[str]] = {}
    for one in stand:
        if one.notice_id and _would_touch(one):
            touched.setdefault(one.notice_id, set()).add(one.uri)
    flooding = {
        notice: len(uris)
        for notice, uris in touched.items()
        if len(uris) > limit and len(uris) != policy.expect_count
    }
    reason = Evidence(
        "flood", 0.0, "Its notice would touch more files than a notice about one picture should."
    )
    guarded = [
        replace(
            one,
            status=Status.HELD,
            fixability=Fixability.UNSAFE,
            evidence=(*one.evidence, reason),
        )
        if one.notice_id in flooding and _would_touch(one)
        else one
        for one in stand
    ]
    floods = [
        Problem(
            notice,
            "flood-guard",
            f"Notice {notice} would touch {number} files.",
            f"If that is right, run the command again with --expect-count {number}.",
        )
        for notice, number in sorted(flooding.items())
    ]
    return guarded, floods


def _would_touch(one: Finding) -> bool:
    unsettled = one.status in {Status.OPEN, Status.HELD}
    return bool(one.edits) and unsettled and one.fixability is not Fixability.DISPLAY_ONLY


def _uris(found: Mapping[Key, Sequence[str]]) -> set[str]:
    return {uri for uris in found.values() for uri in uris}


def _pictures(tx: Transaction, uris: Iterable[str]) -> Iterable[MetadataRecord]:
    """The records but for pages: a page shows many pictures and proves nothing about any."""
    return (record for record in _records(tx, uris) if not pages.is_page(record))


def _records(tx: Transaction, uris: Iterable[str]) -> Iterable[MetadataRecord]:
    for result in registry.records(tx, sorted(uris)).values():
        if isinstance(result, MetadataRecord):
            yield result
