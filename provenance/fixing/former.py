"""Draft what an undo writes: the former bytes of a file, or its former values."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from provenance import metadata
from provenance.errors import LogError, StorageError, UnreadableError
from provenance.fixing.batch import FileChange, Group
from provenance.fixing.by_value import Choice
from provenance.fixing.desk import UNDO, Desk, new_id
from provenance.fixing.drafting import RefusedItemError, Results, at_once, group_of, take
from provenance.fixing.events import must_fit
from provenance.fixing.line import STOPPED
from provenance.fixing.patch import apply_patch, make_patch, shared_by
from provenance.fixing.putting_back import (
    Former,
    Fresh,
    PutBack,
    Task,
    put_back,
    read_all_former,
    read_fresh,
)
from provenance.fixing.run import OpenRun
from provenance.isolation import Died, Pool
from provenance.metadata.making import without
from provenance.model import Conflict, Edit, Failed, Fixity, FixOutcome, Held, MetadataRecord
from provenance.registry import Fix, FixState
from provenance.storage import LocalStore
from provenance.storage.replace import Original, Replacer
from provenance.storage.temporary import temporary_name

Keep = Callable[[Original], None]
"""Keeps a copy of a file before it is touched; may raise ``StorageError``."""

_Answer = MetadataRecord | FixOutcome | Died | None

_CHANGED = (
    "the file has changed since it was fixed, so its former bytes cannot be put back. `provenance"
    " undo` with --by-value puts back the values that still stand as the fix wrote them."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an undo is to put back.

    Attributes:
        choice: whole files, or which values.
        known: what the registry holds about the pictures.
        keep: told of each file that is about to be touched.
    """

    choice: Choice
    known: Mapping[str, MetadataRecord]
    keep: Keep


class Drafting:
    """Turns fixes into groups of what stood before them; touches no file.

    Args:
        desk: where it is recorded, and who does it.
        run: the run that undoes.
        reader: gives what the next files are to be read through.
        workers: make new bytes where values are put back.
        wanted: what to put back.
    """

    def __init__(
        self,
        desk: Desk,
        run: OpenRun,
        reader: Callable[[], Replacer],
        workers: Pool,
        wanted: Wanted,
    ) -> None:
        self._desk = desk
        self._run = run
        self._reader = reader
        self._workers = workers
        self._known = wanted.known
        self._choice = wanted.choice
        self._keep = wanted.keep

    def groups(
        self, layer: Sequence[int], asked: Sequence[tuple[Fix, ...]], results: Results
    ) -> Iterator[Group | None]:
        """Give the group of each number; None for those refused, which go into the results."""
        pictures = (self._former(asked[number]) for number in layer)
        work = partial(read_all_former, LocalStore())
        answers = chain.from_iterable(
            self._workers.run_batches(work, at_once(pictures), weigh=_octets)
        )
        for number in layer:
            if self._run.halted:
                results.put(number, STOPPED)
                yield None
                continue
            try:
                yield self._group(number, asked[number], next(answers))
            except RefusedItemError as refused:
                results.put(number, refused.result)
                yield None

    def foreseen(self, number: int, asked: tuple[Fix, ...]) -> Group:
        """The files of one picture as they would be, for a preview.

        Raises:
            RefusedItemError: they cannot be put back.
        """
        return self._group(number, asked, None)

    def _former(self, asked: tuple[Fix, ...]) -> Former | None:
        """What a worker reads beforehand, where former files come back whole."""
        stored = self._known.get(asked[0].asset_uri)
        if stored is None or not self._choice.is_whole:
            return None
        own = next((fix for fix in asked if fix.uri == fix.asset_uri), None)
        files = tuple((fix.uri, fix.patch) for fix in asked)
        digest = stored.digest if own is None else own.before.sha256
        octets = sum(fix.after.size for fix in asked)
        return Former(without(stored, {uri for uri, _ in files}), files, digest, octets)

    def _group(self, number: int, asked: tuple[Fix, ...], answer: _Answer) -> Group:
        ordered = sorted(asked, key=lambda fix: (fix.uri != fix.asset_uri, fix.uri))
        stored = self._known.get(ordered[0].asset_uri)
        try:
            if not self._choice.is_whole:
                return self._by_value(number, ordered, stored)
            changes = [self._whole(fix) for fix in ordered]
            record = _accepted(answer, ordered[0].uri)
            return group_of(number, changes, stored if record else None, record)
        except (StorageError, LogError) as error:
            raise RefusedItemError(Failed(error.code, str(error))) from error

    def _whole(self, undone: Fix) -> FileChange:
        original = take(self._reader(), undone.uri, undone.after.sha256, _CHANGED)
        digests = (original.sha256, undone.before.sha256)
        former = apply_patch(original.data, undone.patch, digests=digests)
        edits = tuple(
            replace(edit, before=edit.after or "", after=edit.before) for edit in undone.edits
        )
        patch = make_patch(
            former, original.data, digests=digests[::-1], shared=shared_by(undone.patch)
        )
        return self._change(original, former, self._fix(undone, patch, edits))

    def _by_value(self, number: int, asked: Sequence[Fix], stored: MetadataRecord | None) -> Group:
        changes: list[FileChange] = []
        refusals: list[FixOutcome] = []
        left: list[str] = []
        for undone in asked:
            original = take(self._reader(), undone.uri, None, _CHANGED)
            task = Task(original.data, original.sha256, undone, self._choice)
            (made,) = self._workers.run(put_back, [task])
            if isinstance(made, PutBack):
                _must_be_true(made, undone, original)
                left += made.left
                fix = self._part(undone, original, made)
                changes.append(self._change(original, made.data, fix))
                stored = _as_it_stands(stored, original, made)
            else:
                refusals.append(_died(made, undone.uri) if isinstance(made, Died) else made)
        worst = _worst(refusals)
        # A file in which nothing is left to put back holds up none that belongs with it.
        if worst is not None and (not changes or isinstance(worst, Failed)):
            raise RefusedItemError(worst)
        group = group_of(number, changes, stored, self._read(stored, changes))
        group.notes += [*left, *(one.reason for one in refusals if isinstance(one, Conflict))]
        return group

    def _read(
        self, stored: MetadataRecord | None, changes: Sequence[FileChange]
    ) -> MetadataRecord | None:
        if stored is None:
            return None
        files = tuple((change.fix.uri, change.new_bytes) for change in changes)
        (answer,) = self._workers.run(read_fresh, [Fresh(stored, files, stored.digest)])
        return _accepted(answer, changes[0].fix.uri)

    def _part(self, undone: Fix, original: Original, made: PutBack) -> Fix:
        finding = self._choice.finding
        after = hashlib.sha256(made.data).hexdigest()
        patch = make_patch(made.data, original.data, digests=(after, original.sha256))
        return replace(
            self._fix(undone, patch, made.edits),
            before=Fixity(original.sha256, made.image, len(original.data)),
            after=Fixity(after, made.image, len(made.data)),
            finding_ids=undone.finding_ids if finding is None else (finding.finding_id,),
            in_part=made.in_part,
        )

    def _change(self, original: Original, new: bytes, fix: Fix) -> FileChange:
        must_fit(fix, UNDO, self._desk.agent, fix.created)
        self._keep(original)
        return FileChange(original, new, fix)

    def _fix(self, undone: Fix, patch: bytes, edits: tuple[Edit, ...]) -> Fix:
        fix_id = new_id()
        return replace(
            undone,
            fix_id=fix_id,
            run_id=self._run.run_id,
            before=undone.after,
            after=undone.before,
            patch=patch,
            tmp_name=temporary_name(os.path.basename(undone.uri), fix_id),
            created=self._desk.clock(),
            agent=self._desk.agent,
            edits=edits,
            state=FixState.INTENT,
            settled=None,
            intent_index=None,
            outcome_index=None,
            reason="",
            undoes=undone.fix_id,
            in_part=False,
        )


def _octets(wanted: Former | None) -> int:
    return 0 if wanted is None else wanted.octets


def _accepted(answer: _Answer, uri: str) -> MetadataRecord | None:
    if isinstance(answer, Died):
        raise RefusedItemError(_died(answer, uri))
    if answer is not None and not isinstance(answer, MetadataRecord):
        raise RefusedItemError(answer)
    return answer


def _died(died: Died, uri: str) -> Failed:
    return Failed(
        died.code,
        f"{uri}: {died.reason} Nothing was changed. Restore this file from a backup, or correct"
        " it with another program.",
    )


def _must_be_true(made: PutBack, undone: Fix, original: Original) -> None:
    """Refuse what is not the putting back of values of this fix into this very picture."""
    back = {replace(one, before=one.after or "", after=one.before or None) for one in undone.edits}
    try:
        true = bool(made.edits) and back.issuperset(made.edits)
        true = true and metadata.keeps_picture(original.data, made.data)
    except UnreadableError as error:
        raise RefusedItemError(Failed(error.code, str(error))) from error
    if not true:
        words = "what a worker process made of the file does not put it back; nothing was changed."
        raise RefusedItemError(Failed("rewrite-untrue", f"{undone.uri}: {words}"))


def _worst(refusals: Sequence[FixOutcome]) -> FixOutcome | None:
    """The refusal to tell of where several files of one picture have one."""
    order = (Failed, Conflict, Held)
    return min(refusals, key=lambda one: order.index(type(one)), default=None)


def _as_it_stands(
    stored: MetadataRecord | None, original: Original, made: PutBack
) -> MetadataRecord | None:
    """What the registry holds, with the digests of a picture that somebody saved since."""
    if stored is None or stored.ref.uri != original.uri or stored.digest == original.sha256:
        return stored
    return replace(
        stored,
        digest=original.sha256,
        image_digest=made.image,
        scan_digest=made.scan,
    )
