"""Undo: put the former bytes back, exactly, through the same stages as a fix.

A fix is undone only while the file is what the fix wrote. A file that was changed since
is left alone; its values can be put back one by one with a new plan.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from provenance.errors import LogError, StorageError, UsageError
from provenance.fixing.apply import Applying, ApplyOptions
from provenance.fixing.batch import Batch, FileChange, Group
from provenance.fixing.desk import FIX, UNDO, Desk, Outcome, new_id
from provenance.fixing.drafting import (
    RefusedItemError,
    Results,
    group_of,
    in_batches,
    known_records,
    take,
    with_named_roots,
)
from provenance.fixing.events import must_fit
from provenance.fixing.patch import apply_patch, make_patch
from provenance.fixing.recovery import recover
from provenance.fixing.run import OpenRun, running
from provenance.model import Edit, Failed, MetadataRecord
from provenance.registry import Fix, FixQuery, FixState, fixes, runs
from provenance.storage.replace import Replacer
from provenance.storage.temporary import temporary_name

_CHANGED = (
    "the file has changed since it was fixed, so its former bytes cannot be put back; scan it "
    "and make a plan for the values that are to change."
)


def undo(query: FixQuery, desk: Desk, options: ApplyOptions | None = None) -> Applying:
    """Put the former bytes back of every fix that the query names and that stands.

    Args:
        query: of a run, on a notice, or of a file; of a file the newest fix is undone,
            and the one before it when asked again.
        desk: where it is recorded, and who does it.
        options: what a person allowed.

    Raises:
        UsageError: nothing to undo (code ``nothing-to-undo``), or nobody's name is given.
        RegistryError, LogError: the registry or the audit log refused; nothing was lost.
        StorageError: the state folder cannot be written.
    """
    options = options or ApplyOptions()
    if not desk.agent.strip():
        raise UsageError("Nobody stands behind the undo.", remedy="Give your name with --by.")
    recovered = recover(desk)
    groups = _standing(desk, query)
    if not groups:
        raise UsageError(
            "There is no fix to undo: none was made, or it has been undone.",
            code="nothing-to-undo",
        )
    write = with_named_roots(desk.registry, options.write)
    with running(desk, UNDO, write.roots) as run, Replacer(write) as replacer:
        results = Results(len(groups), options.progress)
        known = known_records(desk.registry, [group[0].asset_uri for group in groups])
        drafting = _Drafting(desk, run, replacer, known)
        for layer in _layers(groups):
            for batch in in_batches(drafting.groups(layer, groups, results)):
                Batch(desk, run, replacer, batch).carry_out()
                results.take(batch)
                replacer.close_folders()
        run.counts = results.counts()
        outcomes = tuple(
            _outcome(group, known, results, number) for number, group in enumerate(groups)
        )
    return Applying(run.run_id, outcomes, run.halted, recovered)


def _outcome(
    group: Sequence[Fix], known: Mapping[str, MetadataRecord], results: Results, number: int
) -> Outcome:
    uri = group[0].asset_uri
    path = known[uri].ref.display if uri in known else uri
    result, notes = results.of(number)
    return Outcome(path, uri, result, group[0].finding_ids, notes)


def _standing(desk: Desk, query: FixQuery) -> list[tuple[Fix, ...]]:
    """The committed fixes asked for, the files of one picture together, newest first."""
    with desk.registry.read() as tx:
        found = fixes(tx, replace(query, state=FixState.COMMIT))
        kinds = {run.run_id: run.kind for run in runs(tx, {fix.run_id for fix in found})}
    groups: defaultdict[tuple[str, str], list[Fix]] = defaultdict(list)
    for fix in reversed(found):
        if kinds.get(fix.run_id) == FIX:
            groups[fix.run_id, fix.asset_uri].append(fix)
    newest_first = [tuple(group) for group in groups.values()]
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


class _Drafting:
    """Turns fixes into groups of former bytes; touches no file."""

    def __init__(
        self, desk: Desk, run: OpenRun, replacer: Replacer, known: Mapping[str, MetadataRecord]
    ) -> None:
        self._desk = desk
        self._run = run
        self._replacer = replacer
        self._known = known

    def groups(
        self, layer: Sequence[int], asked: Sequence[tuple[Fix, ...]], results: Results
    ) -> Iterator[Group | None]:
        """Give the group of each number; None for those refused, which go into the results."""
        for number in layer:
            if self._run.halted:
                results.put(number, Failed("stopped", "The disk reported an error earlier."))
                yield None
                continue
            try:
                yield self._group(number, asked[number])
            except RefusedItemError as refused:
                results.put(number, refused.result)
                yield None

    def _group(self, number: int, asked: tuple[Fix, ...]) -> Group:
        ordered = sorted(asked, key=lambda fix: (fix.uri != fix.asset_uri, fix.uri))
        changes = [self._change(fix) for fix in ordered]
        return group_of(number, changes, self._known.get(changes[0].fix.asset_uri))

    def _change(self, undone: Fix) -> FileChange:
        original = take(self._replacer, undone.uri, undone.after.sha256, _CHANGED)
        fix_id, now = new_id(), self._desk.clock()
        try:
            former = apply_patch(original.data, undone.patch)
            fix = replace(
                undone,
                fix_id=fix_id,
                run_id=self._run.run_id,
                before=undone.after,
                after=undone.before,
                patch=make_patch(
                    former,
                    original.data,
                    digests=(undone.before.sha256, undone.after.sha256),
                ),
                tmp_name=temporary_name(original.name, fix_id),
                created=now,
                agent=self._desk.agent,
                edits=tuple(_reversed(edit) for edit in undone.edits),
                state=FixState.INTENT,
                settled=None,
                intent_index=None,
                outcome_index=None,
                reason="",
            )
            must_fit(fix, self._run.kind, self._desk.agent, now)
        except (StorageError, LogError) as error:
            raise RefusedItemError(Failed(error.code, str(error))) from error
        return FileChange(replace(original, data=b""), former, fix)


def _reversed(edit: Edit) -> Edit:
    """The edit the other way round, for the log."""
    return replace(edit, before=edit.after or "", after=edit.before)


def file_query(path: str) -> FixQuery:
    """The query for one file, by the path a person gave."""
    return FixQuery(uri=os.path.abspath(path))
