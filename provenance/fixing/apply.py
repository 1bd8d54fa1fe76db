"""Apply a plan: recovery first, then batches, each file checked before it is touched."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

from provenance import isolation, metadata
from provenance.errors import LogError, StorageError, UnreadableError
from provenance.fixing.batch import FileChange, Group
from provenance.fixing.desk import FIX, Desk, Outcome, Progress, new_id, no_progress
from provenance.fixing.drafting import (
    RefusedItemError,
    Results,
    at_once,
    group_of,
    known_records,
    take,
    with_named_roots,
)
from provenance.fixing.events import must_fit
from provenance.fixing.line import STOPPED, Line
from provenance.fixing.originals import keep
from provenance.fixing.patch import make_patch
from provenance.fixing.plan import Plan, PlanItem, PlannedFile
from provenance.fixing.recovering import Settled, recover_all
from provenance.fixing.run import OpenRun, running
from provenance.metadata.making import (
    Made,
    MadeFile,
    Wanted,
    WantedFile,
    is_sound,
    known_image_digest,
    make_all,
    without,
)
from provenance.model import Conflict, Failed, Fixity, FixOutcome, Held, MetadataRecord
from provenance.registry import Fix
from provenance.storage.local import LocalStore
from provenance.storage.replace import Original, WriteOptions
from provenance.storage.temporary import temporary_name

Answer = Made | FixOutcome | isolation.Died
"""What comes back from a worker."""

_BY_HAND = "Correct this file with another program, and report it to us."
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
    recovered: tuple[Settled, ...] = ()


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
    # Workers start while this process still recovers.
    isolation.prepare(make_all.__module__)
    recovered = recover_all(desk)
    write = with_named_roots(desk.registry, options.write)
    results = Results(len(plan.items), options.progress)
    with (
        isolation.Pool(options.jobs) as workers,
        running(desk, FIX, write.roots) as run,
        Line(desk, run, write, results) as line,
    ):
        known = known_records(desk.registry, [item.uri for item in plan.items])
        drafting = _Drafting(desk, run, line, _Sources(workers, known, options.originals))
        line.carry(drafting.groups(plan, results))
        run.counts = results.counts()
        outcomes = []
        for number, item in enumerate(plan.items):
            result, notes = results.of(number)
            outcomes.append(Outcome(item.path, item.uri, result, item.finding_ids, notes))
        return Applying(run.run_id, tuple(outcomes), run.halted, recovered)


@dataclass(frozen=True, slots=True)
class _Sources:
    """What drafting draws on.

    Attributes:
        workers: make the new bytes.
        known: what the registry holds about the pictures.
        originals: a folder that gets a copy of each file before it is touched.
    """

    workers: isolation.Pool
    known: Mapping[str, MetadataRecord]
    originals: Path | None


class _Drafting:
    """Turns items into groups of new bytes; touches no file.

    Workers make the bytes of the next items while a batch is being written; what waits of
    theirs is only what changes in each file.
    """

    def __init__(self, desk: Desk, run: OpenRun, line: Line, sources: _Sources) -> None:
        self._desk = desk
        self._run = run
        self._line = line
        self._workers = sources.workers
        self._known = sources.known
        self._originals = sources.originals

    def groups(self, plan: Plan, results: Results) -> Iterator[Group | None]:
        """Give the group of each item; None for those refused, which go into the results."""
        wanted = (self._wanted(item) for item in plan.items if _refusal(item) is None)
        work = partial(make_all, LocalStore())
        answers = chain.from_iterable(
            self._workers.run_batches(work, at_once(wanted), weigh=_octets)
        )
        for number, item in enumerate(plan.items):
            if self._run.halted:
                results.put(number, STOPPED)
                yield None
                continue
            try:
                yield self._group(number, item, answers)
            except RefusedItemError as refused:
                results.put(number, refused.result)
                yield None

    def _wanted(self, item: PlanItem) -> Wanted:
        files = (WantedFile(f.uri, f.path, f.expected_sha256, f.edits) for f in item.files)
        stored = self._known.get(item.uri)
        if stored is not None:
            stored = without(stored, {file.uri for file in item.files})
        return Wanted(item.uri, tuple(files), stored)

    def _group(self, number: int, item: PlanItem, answers: Iterator[Answer]) -> Group:
        if (refusal := _refusal(item)) is not None:
            raise RefusedItemError(refusal)
        answer = next(answers)
        reader = self._line.replacer
        originals = [take(reader, f.uri, f.expected_sha256, _CHANGED) for f in item.files]
        made = _accepted(item, answer)
        changes = [
            self._change(item, file, original, one)
            for file, original, one in zip(item.files, originals, made.files, strict=True)
        ]
        stored = self._known.get(item.uri)
        return group_of(number, changes, stored, made.record)

    def _change(
        self, item: PlanItem, file: PlannedFile, original: Original, made: MadeFile
    ) -> FileChange:
        new = _new_bytes(file, original, made)
        fix = self._fix(item, file, original, (new, made))
        if self._originals is not None:
            # Before the intent: what cannot be kept is not touched.
            data, sha256 = original.data, original.sha256
            try:
                keep(self._originals, file.uri, data, sha256, run_id=self._run.run_id)
            except StorageError as error:
                raise RefusedItemError(Failed(error.code, str(error))) from error
        return FileChange(original, new, fix)

    def _fix(
        self,
        item: PlanItem,
        file: PlannedFile,
        original: Original,
        made: tuple[bytes, MadeFile],
    ) -> Fix:
        new, told = made
        after = hashlib.sha256(new).hexdigest()
        fix_id, now = new_id(), self._desk.clock()
        known = known_image_digest(file.uri, original.sha256, self._known.get(item.uri))
        image = known if known is not None else told.image
        fix = Fix(
            fix_id=fix_id,
            run_id=self._run.run_id,
            uri=file.uri,
            asset_uri=item.uri,
            before=Fixity(original.sha256, image, len(original.data)),
            after=Fixity(after, image, len(new)),
            patch=make_patch(
                new,
                original.data,
                digests=(after, original.sha256),
                shared=(told.splice.front, told.splice.back),
            ),
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


def _octets(wanted: Wanted) -> int:
    """What making the new bytes reads; who reads a file that cannot be looked at will say so."""
    octets = 0
    for file in wanted.files:
        with suppress(OSError):
            octets += os.stat(file.uri).st_size
    return octets


def _refusal(item: PlanItem) -> Held | None:
    """Why an item is not even looked at; None where it may be."""
    if not item.is_authorised:
        return Held("No authority: neither a notice nor a named decision stands behind it.")
    if not item.files:
        return Held("The item names no file to edit.")
    return None


def _accepted(item: PlanItem, answer: Answer) -> Made:
    """What a worker made, where it made something and in the form that was asked for."""
    if isinstance(answer, isolation.Died):
        what = f"{item.path}: {answer.reason} Nothing was changed. {answer.remedy}"
        raise RefusedItemError(Failed(answer.code, what.rstrip()))
    if isinstance(answer, Held | Failed | Conflict):
        raise RefusedItemError(answer)
    if not is_sound(answer, len(item.files)):
        raise _untrue(item.path)
    return answer


def _new_bytes(file: PlannedFile, original: Original, made: MadeFile) -> bytes:
    """The new file, from the original that this process read; its picture is the old one."""
    try:
        new = made.splice.applied(original.data)
        if new == original.data:
            raise RefusedItemError(Held(f"{file.path}: the edits would change nothing."))
        if not metadata.keeps_picture(original.data, new):
            raise _untrue(file.path)
    except ValueError as error:
        raise _untrue(file.path) from error
    except UnreadableError as error:
        raise RefusedItemError(Failed(error.code, str(error))) from error
    return new


def _untrue(path: str) -> RefusedItemError:
    what = f"{path}: what a worker process made of the file is not a correction of it."
    return RefusedItemError(Failed("rewrite-untrue", f"{what} Nothing was changed. {_BY_HAND}"))
