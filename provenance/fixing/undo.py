"""Undo: put back what stood before a fix, through the same stages as a fix.

The former file comes back byte for byte while the file is what the fix wrote. After somebody
else has saved it, only values can be put back, one by one, where they still stand as the fix
wrote them; that is done when it is asked for, and also for single properties or findings.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from provenance import isolation
from provenance.errors import UsageError
from provenance.fixing import putting_back
from provenance.fixing.apply import Applying, ApplyOptions
from provenance.fixing.batch import Group
from provenance.fixing.by_value import Choice, chosen
from provenance.fixing.desk import FIX, UNDO, Desk, Outcome, new_id
from provenance.fixing.drafting import (
    RefusedItemError,
    Results,
    known_records,
    with_named_roots,
)
from provenance.fixing.former import Drafting, Keep, Wanted
from provenance.fixing.line import Line
from provenance.fixing.originals import keep
from provenance.fixing.plan import FileDiff, ValueDiff
from provenance.fixing.recovering import recover_all
from provenance.fixing.run import OpenRun, running
from provenance.model import FixOutcome, MetadataRecord
from provenance.registry import Fix, FixQuery, FixState, fixes, runs
from provenance.storage.replace import Original, Replacer, WriteOptions

_WHOLE = Choice()


@dataclass(frozen=True, slots=True)
class Preview:
    """What an undo would do now.

    Attributes:
        files: what each file would say again, newest fix first.
        refused: the pictures that cannot be put back, and why.
        left: values that would be left as they are, by path.
    """

    files: tuple[FileDiff, ...]
    refused: tuple[Outcome, ...] = ()
    left: tuple[tuple[str, str], ...] = ()


def undo(
    query: FixQuery,
    desk: Desk,
    options: ApplyOptions | None = None,
    choice: Choice = _WHOLE,
) -> Applying:
    """Put back what stood before every fix that the query names and that stands.

    Args:
        query: of a run, on a notice, or of a file; of a file the newest fix is undone,
            and the one before it when asked again.
        desk: where it is recorded, and who does it.
        options: what a person allowed.
        choice: whole files, byte for byte, or which values.

    Raises:
        UsageError: nothing to undo (code ``nothing-to-undo``), or nobody's name is given.
        RegistryError, LogError: the registry or the audit log refused; nothing was lost.
        StorageError: the state folder cannot be written.
    """
    options = options or ApplyOptions()
    if not desk.agent.strip():
        raise UsageError("Nobody stands behind the undo.", remedy="Give your name with --by.")
    # Workers start while this process still recovers.
    isolation.prepare(putting_back.__name__)
    recovered = recover_all(desk)
    groups = _standing(desk, query, choice)
    write = with_named_roots(desk.registry, options.write)
    results = Results(len(groups), options.progress)
    with (
        isolation.Pool(options.jobs) as workers,
        running(desk, UNDO, write.roots) as run,
        Line(desk, run, write, results) as line,
    ):
        known = known_records(desk.registry, [group[0].asset_uri for group in groups])
        wanted = Wanted(choice, known, _keeping(options.originals, run.run_id))
        drafting = Drafting(desk, run, lambda: line.replacer, workers, wanted)
        for layer in _layers(groups):
            line.carry(drafting.groups(layer, groups, results))
        run.counts = results.counts()
        outcomes = tuple(
            _outcome(group, known, *results.of(number)) for number, group in enumerate(groups)
        )
    return Applying(run.run_id, outcomes, run.halted, recovered)


def _keeping(folder: Path | None, run_id: str) -> Keep:
    def keep_original(original: Original) -> None:
        if folder is not None:
            keep(folder, original.uri, original.data, original.sha256, run_id=run_id)

    return keep_original


def preview(
    query: FixQuery,
    desk: Desk,
    options: ApplyOptions | None = None,
    choice: Choice = _WHOLE,
) -> Preview:
    """Say what ``undo`` would put back, from the files as they are; nothing is written.

    Args:
        query: as for ``undo``.
        desk: where the fixes are recorded.
        options: what a person allowed.
        choice: as for ``undo``.

    Raises:
        UsageError: nothing to undo (code ``nothing-to-undo``).
        RegistryError: the registry refused.
    """
    options = options or ApplyOptions()
    groups = _standing(desk, query, choice)
    known = known_records(desk.registry, [group[0].asset_uri for group in groups])
    waiting = Counter(fix.uri for group in groups for fix in group)
    files: list[FileDiff] = []
    refused: list[Outcome] = []
    left: list[tuple[str, str]] = []
    with (
        _Ahead(with_named_roots(desk.registry, options.write), waiting) as replacer,
        isolation.Pool(options.jobs) as workers,
    ):
        wanted = Wanted(choice, known, lambda _: None)
        foreseen = OpenRun(new_id(), UNDO)
        drafting = Drafting(desk, foreseen, lambda: replacer, workers, wanted)
        # Picture by picture, so that only the layers of one are held in memory.
        for number in sorted(range(len(groups)), key=lambda one: (groups[one][0].asset_uri, one)):
            try:
                group = drafting.foreseen(number, groups[number])
            except RefusedItemError as refusal:
                refused.append(_outcome(groups[number], known, refusal.result, ()))
            else:
                files += [_diff(change.fix, known) for change in group.changes]
                left += [(_path(group.changes[0].fix.asset_uri, known), n) for n in group.notes]
                replacer.made(group)
            replacer.forget(groups[number])
            replacer.close_folders()
    return Preview(tuple(files), tuple(refused), tuple(left))


class _Ahead(Replacer):
    """Reads files as they would be after what was previewed already."""

    def __init__(self, options: WriteOptions, waiting: Counter[str]) -> None:
        super().__init__(options)
        self._waiting = waiting
        self._made: dict[str, bytes] = {}

    def take(self, uri: str) -> Original:
        """As it would be."""
        original = super().take(uri)
        data = self._made.get(uri)
        if data is None:
            return original
        return replace(original, data=data, sha256=hashlib.sha256(data).hexdigest())

    def made(self, group: Group) -> None:
        """A group would have been written."""
        self._made |= {change.fix.uri: change.new_bytes for change in group.changes}

    def forget(self, asked: Sequence[Fix]) -> None:
        """Fixes have been dealt with: what no other one waits for is let go."""
        for fix in asked:
            self._waiting[fix.uri] -= 1
            if not self._waiting[fix.uri]:
                self._made.pop(fix.uri, None)


def _outcome(
    group: Sequence[Fix],
    known: Mapping[str, MetadataRecord],
    result: FixOutcome,
    notes: Sequence[str],
) -> Outcome:
    uri = group[0].asset_uri
    return Outcome(_path(uri, known), uri, result, group[0].finding_ids, tuple(notes))


def _path(uri: str, known: Mapping[str, MetadataRecord]) -> str:
    return known[uri].ref.display if uri in known else uri


def _diff(fix: Fix, known: Mapping[str, MetadataRecord]) -> FileDiff:
    path = _path(fix.uri, known)
    record = known.get(fix.asset_uri)
    if record is not None:
        path = next((one.display for one in record.ref.sidecars if one.uri == fix.uri), path)
    return FileDiff(
        fix.uri,
        path,
        tuple(
            ValueDiff(edit.container, edit.locator, edit.property, edit.before, edit.after)
            for edit in sorted(fix.edits, key=lambda edit: (edit.container, edit.locator))
        ),
    )


def _standing(desk: Desk, query: FixQuery, choice: Choice) -> list[tuple[Fix, ...]]:
    """The committed fixes asked for, the files of one picture together, newest first."""
    with desk.registry.read() as tx:
        found = fixes(tx, replace(query, state=FixState.COMMIT))
        kinds = {run.run_id: run.kind for run in runs(tx, {fix.run_id for fix in found})}
    groups: defaultdict[tuple[str, str], list[Fix]] = defaultdict(list)
    for fix in reversed(found):
        if kinds.get(fix.run_id) == FIX and (choice.is_whole or chosen(fix, choice)):
            groups[fix.run_id, fix.asset_uri].append(fix)
    newest_first = [tuple(group) for group in groups.values()]
    if not newest_first:
        what = "" if choice.is_whole else " of these values"
        raise UsageError(
            f"There is no fix{what} to undo: none was made, or it has been undone.",
            code="nothing-to-undo",
        )
    if query.uri is not None and query.run_id is None and query.notice_id is None:
        return newest_first[:1]
    return newest_first


def _layers(groups: Sequence[tuple[Fix, ...]]) -> Iterator[list[int]]:
    """Numbers of groups that can go together: no two of one layer write the same file."""
    waiting = list(range(len(groups)))
    while waiting:
        layer, later = [], []
        taken: set[str] = set()
        for number in waiting:
            uris = {fix.uri for fix in groups[number]}
            if taken.isdisjoint(uris):
                layer.append(number)
            else:
                later.append(number)
            taken |= uris
        yield layer
        waiting = later


def file_query(path: str) -> FixQuery:
    """The query for one file, by the path a person gave."""
    return FixQuery(uri=os.path.abspath(path))
