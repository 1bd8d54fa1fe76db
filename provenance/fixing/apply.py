"""Apply a plan: recovery first, then batches, each file checked before it is touched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from provenance import metadata
from provenance.errors import LogError, RewriteRefusedError, UnreadableError
from provenance.fixing.batch import Batch, FileChange, Group
from provenance.fixing.desk import FIX, Desk, Outcome, Progress, new_id, no_progress
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
from provenance.fixing.patch import make_patch
from provenance.fixing.plan import Plan, PlanItem, PlannedFile
from provenance.fixing.recovery import Recovered, recover
from provenance.fixing.run import OpenRun, running
from provenance.model import Failed, Fixity, Held, MetadataRecord
from provenance.registry import Fix
from provenance.storage.replace import Original, Replacer, WriteOptions
from provenance.storage.temporary import temporary_name

# What a person can decide; every other refusal of an edit is a failure.
_DECIDABLE = frozenset({"content-credentials", "octet-limit", "edits-conflict"})
_CHANGED = "the file has changed since the plan was made; scan it again and make a new plan."


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """How a plan is applied.

    Attributes:
        write: what a person allowed for single files; without roots, the folders that were
            named for scanning are the roots.
        progress: told after each picture.
        jobs: worker processes that make the new bytes.
        originals: a folder that gets a copy of each file before it is touched; none by default.
    """

    write: WriteOptions = field(default_factory=WriteOptions)
    progress: Progress = no_progress
    jobs: int = 1
    originals: Path | None = None


@dataclass(frozen=True, slots=True)
class Applying:
    """What came of a plan.

    Attributes:
        run_id: the run; what ``undo`` takes.
        outcomes: one for each item of the plan, in its order.
        halted: a disk could not be trusted and the rest was left alone.
        recovered: what was settled first of runs that had been interrupted.
    """

    run_id: str
    outcomes: tuple[Outcome, ...]
    halted: bool = False
    recovered: tuple[Recovered, ...] = ()


def apply_plan(plan: Plan, desk: Desk, options: ApplyOptions | None = None) -> Applying:
    """Carry out a plan: every file is the old one or the new one at every moment.

    Interrupted runs are recovered first. What is wrong with one picture is its outcome;
    an exception means that the run itself is broken, and then nothing is lost: the next
    command recovers.

    Args:
        plan: what to do; applied unchanged.
        desk: where it is recorded, and who does it.
        options: what a person allowed.

    Raises:
        RegistryError, LogError: the registry or the audit log refused.
        StorageError: the state folder cannot be written.
    """
    options = options or ApplyOptions()
    recovered = recover(desk)
    write = with_named_roots(desk.registry, options.write)
    with running(desk, FIX, write.roots) as run, Replacer(write) as replacer:
        results = Results(len(plan.items), options.progress)
        known = known_records(desk.registry, [item.uri for item in plan.items])
        drafting = _Drafting(desk, run, replacer, known)
        for groups in in_batches(drafting.groups(plan, results)):
            Batch(desk, run, replacer, groups).carry_out()
            results.take(groups)
            replacer.close_folders()
        run.counts = results.counts()
        outcomes = []
        for number, item in enumerate(plan.items):
            result, notes = results.of(number)
            outcomes.append(Outcome(item.path, item.uri, result, item.finding_ids, notes))
        return Applying(run.run_id, tuple(outcomes), run.halted, recovered)


class _Drafting:
    """Turns items into groups of new bytes; touches no file."""

    def __init__(
        self, desk: Desk, run: OpenRun, replacer: Replacer, known: Mapping[str, MetadataRecord]
    ) -> None:
        self._desk = desk
        self._run = run
        self._replacer = replacer
        self._known = known

    def groups(self, plan: Plan, results: Results) -> Iterator[Group | None]:
        """Give the group of each item; None for those refused, which go into the results."""
        for number, item in enumerate(plan.items):
            if self._run.halted:
                results.put(number, Failed("stopped", "The disk reported an error earlier."))
                yield None
                continue
            try:
                yield self._group(number, item)
            except RefusedItemError as refused:
                results.put(number, refused.result)
                yield None

    def _group(self, number: int, item: PlanItem) -> Group:
        if not item.is_authorised:
            raise RefusedItemError(
                Held("No authority: neither a notice nor a named decision stands behind it.")
            )
        if not item.files:
            raise RefusedItemError(Held("The item names no file to edit."))
        stored = self._known.get(item.uri)
        changes = [self._change(item, file, stored) for file in item.files]
        return group_of(number, changes, stored)

    def _change(
        self, item: PlanItem, file: PlannedFile, stored: MetadataRecord | None
    ) -> FileChange:
        original = take(self._replacer, file.uri, file.expected_sha256, _CHANGED)
        try:
            image = _image_digest(original, stored)
            new = metadata.rewrite(original.data, file.edits)
        except RewriteRefusedError as error:
            if error.code in _DECIDABLE:
                raise RefusedItemError(Held(str(error))) from error
            raise RefusedItemError(Failed(error.code, str(error))) from error
        except UnreadableError as error:
            raise RefusedItemError(Failed(error.code, str(error))) from error
        if new == original.data:
            raise RefusedItemError(Held(f"{file.path}: the edits would change nothing."))
        return FileChange(
            replace(original, data=b""), new, self._fix(item, file, original, (new, image))
        )

    def _fix(
        self,
        item: PlanItem,
        file: PlannedFile,
        original: Original,
        made: tuple[bytes, str | None],
    ) -> Fix:
        new, image = made
        fix_id, now = new_id(), self._desk.clock()
        after = hashlib.sha256(new).hexdigest()
        fix = Fix(
            fix_id=fix_id,
            run_id=self._run.run_id,
            uri=file.uri,
            asset_uri=item.uri,
            before=Fixity(original.sha256, image, len(original.data)),
            after=Fixity(after, image, len(new)),
            patch=make_patch(new, original.data, digests=(after, original.sha256)),
            tmp_name=temporary_name(original.name, fix_id),
            created=now,
            agent=item.authority,
            finding_ids=item.finding_ids,
            notice_ids=item.notice_ids,
            edits=file.edits,
        )
        try:
            must_fit(fix, self._run.kind, self._desk.agent, now)
        except LogError as error:
            raise RefusedItemError(Failed(error.code, str(error))) from error
        return fix


def _image_digest(original: Original, stored: MetadataRecord | None) -> str | None:
    """The image digest, from the registry where it is of these very bytes."""
    same = stored is not None and (stored.ref.uri, stored.digest) == (original.uri, original.sha256)
    if same and stored is not None and stored.image_digest is not None:
        return stored.image_digest
    return metadata.digests(original.data).image
