"""Scan: walk, read what changed, register it, take up the notices in its captions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from provenance import isolation, registry
from provenance.model import AssetRef, Event, MetadataRecord, Notice, Unreadable
from provenance.pipeline.noticing import own_version, put_versions, take_up
from provenance.pipeline.reading import Reading, octets_of, read_batch, unread
from provenance.pipeline.session import Advance, Session
from provenance.storage import ListedFolder, OtherFile, StoreProblem
from provenance.storage.folder import is_inside

# Files per task: large enough to hide the cost of sending it, small enough that the last
# tasks end together.
_TASK = 16
# Assets per transaction: a crash loses at most this much reading.
_STORE = 1_000


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan met.

    Attributes:
        run_id: the run.
        roots: absolute paths that were walked.
        total: assets met.
        read: assets that were new or changed, and read.
        changed: their uris.
        unchanged: assets that cost a stat only.
        others: files that are no pictures, sidecars or texts.
        unreadable: what could not be read.
        problems: folders and links that were not entered, with the reason.
        gone: uris that are no longer where they were.
        offline: uris whose share or folder cannot be reached.
        notices: notices found in captions, as they now stand.
        left_out: uris below the roots that are there and are no part of the archive.
    """

    run_id: str
    roots: tuple[str, ...]
    total: int = 0
    read: int = 0
    changed: tuple[str, ...] = ()
    unchanged: int = 0
    others: int = 0
    unreadable: tuple[Unreadable, ...] = ()
    problems: tuple[StoreProblem, ...] = ()
    gone: tuple[str, ...] = ()
    offline: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    left_out: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Walk:
    """What the walk met, gathered."""

    refs: list[AssetRef] = field(default_factory=list)
    problems: list[StoreProblem] = field(default_factory=list)
    folders: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    others: int = 0


def scan(session: Session, paths: Sequence[str], *, leave_out: Iterable[str] = ()) -> Scanned:
    """Bring the registry up to date with what stands below ``paths``.

    Args:
        session: the command's surroundings.
        paths: files and folders as the user gave them.
        leave_out: absolute paths that are not part of the archive (notices given by hand).

    Raises:
        StorageError: one of ``paths`` is not there.
    """
    walk = _walk(session, paths, frozenset(leave_out))
    roots = tuple(os.path.abspath(path) for path in paths)
    run_id = session.new_run("scan")
    started = session.clock()
    with session.registry.write() as tx:
        known = registry.known_versions(tx, roots)
        run = registry.Run(run_id, "scan", session.agent, started, roots)
        registry.start_run(tx, run)
    changed = [ref for ref in walk.refs if known.get(ref.uri) != ref.version]
    unreadable: list[Unreadable] = []
    found: dict[str, Notice] = {}
    with session.progress.task("Reading", len(changed)) as advance:
        for batch in _grouped(_readings(session, changed, advance), _STORE):
            found.update(_register(session, run, batch))
            unreadable.extend(one.result for one in batch if isinstance(one.result, Unreadable))
    scanned = Scanned(
        run_id=run_id,
        roots=roots,
        total=len(walk.refs),
        read=len(changed),
        changed=tuple(ref.uri for ref in changed),
        unchanged=len(walk.refs) - len(changed),
        others=walk.others,
        unreadable=tuple(unreadable),
        problems=tuple(walk.problems),
        notices=tuple(found.values()),
        left_out=frozenset(walk.left_out),
    )
    return _finish(session, scanned, walk)


def _walk(session: Session, paths: Sequence[str], leave_out: frozenset[str]) -> _Walk:
    walk = _Walk()
    with session.progress.task("Looking for pictures", None) as advance:
        for met in session.store.walk(paths):
            match met:
                case AssetRef():
                    if _left_out(met.uri, leave_out):
                        walk.left_out.add(met.uri)
                        continue
                    walk.refs.append(met)
                    advance()
                case StoreProblem():
                    walk.problems.append(met)
                case ListedFolder():
                    walk.folders[met.uri] = met.device
                case OtherFile():
                    walk.others += 1
    return walk


def _left_out(uri: str, leave_out: frozenset[str]) -> bool:
    return any(is_inside(uri, one) for one in leave_out)


def _readings(session: Session, refs: Sequence[AssetRef], advance: Advance) -> Iterator[Reading]:
    tasks = [refs[at : at + _TASK] for at in range(0, len(refs), _TASK)]
    jobs = min(session.jobs, len(tasks))
    work = partial(read_batch, session.store)
    done = isolation.run_batches(work, tasks, jobs=jobs, weigh=octets_of)
    for task, readings in zip(tasks, done, strict=True):
        for ref, one in zip(task, readings, strict=True):
            yield Reading(unread(ref, one)) if isinstance(one, isolation.Died) else one
        advance(len(readings))


def _grouped(readings: Iterable[Reading], size: int) -> Iterator[list[Reading]]:
    group: list[Reading] = []
    for reading in readings:
        group.append(reading)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _register(session: Session, run: registry.Run, batch: Sequence[Reading]) -> dict[str, Notice]:
    now = session.clock()
    found = [replace(n, received=n.received or now) for one in batch for n in one.notices]
    versions = [
        version
        for one in batch
        if one.notices
        and isinstance(one.result, MetadataRecord)
        and (version := own_version(one.result, one.notices)) is not None
    ]
    with session.registry.write() as tx:
        assets = ((one.result, one.keys) for one in batch)
        # One scan finds what it finds at once: which file it read first is no order of versions.
        registry.upsert_assets(tx, assets, run.run_id, run.started)
        if versions:
            put_versions(session, tx, versions)
        return {one.notice_id: one for one in take_up(session, tx, found, run.run_id)}


def _finish(session: Session, scanned: Scanned, walk: _Walk) -> Scanned:
    seen = {ref.uri for ref in walk.refs} | {problem.uri for problem in walk.problems}
    seen |= walk.left_out
    walked = registry.Walked(scanned.roots, seen, walk.folders)
    with session.registry.write() as tx:
        changes = registry.mark_presence(tx, walked, scanned.run_id)
        counts = {
            "assets": scanned.total,
            "read": scanned.read,
            "unreadable": len(scanned.unreadable),
            "gone": len(changes.gone),
            "offline": len(changes.offline),
        }
        now = session.clock()
        # What is gone needs no correction any more; what came back is looked at again.
        registry.replace_findings(tx, changes.gone, (), now, scanned.run_id)
        registry.mark_examined(tx, changes.back, "")
        registry.finish_run(tx, scanned.run_id, now, counts)
        session.record(
            tx,
            Event(
                "scan.run",
                agents=session.agents(),
                tx=scanned.run_id,
                detail=tuple(counts.items()),
            ),
        )
    session.log.checkpoint(session.registry, session.clock())
    return replace(scanned, gone=changes.gone, offline=changes.offline)
