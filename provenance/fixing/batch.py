"""Carry out a batch: intents, the files, commits, and only then the former bytes go.

The order is the promise. Intents of all files are durable before the first file is
touched; each new file is durable before it gets its name; the names are durable before
the commits; the commits are durable before a former byte is removed. Whatever stops the
program in between is recovered by ``recovery`` from what the registry and the folder say.

The files of one group (a picture and its sidecar) change together or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from provenance.errors import ConflictError, StorageError
from provenance.fixing.account import at_version, register
from provenance.fixing.desk import Desk
from provenance.fixing.events import allowed, event_of
from provenance.fixing.run import OpenRun
from provenance.fixing.settling import Settlement, settle
from provenance.model import Applied, Conflict, Failed, Fixity, FixOutcome, MetadataRecord
from provenance.registry import Fix, FixState, open_intents, put_intents
from provenance.storage.folder import Folder, FsyncError, UnsettledError
from provenance.storage.replace import Original, Replacement, Replacer, Window

_STOPPED = "stopped"
_STOPPED_WORDS = "The disk reported an error earlier in the batch; this file was left alone."
# Syncing several files at once costs the disk little more than syncing one.
_WRITERS = 8
_WINDOWS = {
    Window.LINK: "This file system cannot exchange names: a save by another program within "
    "microseconds of ours would have been lost.",
    Window.RENAME: "This file system can neither exchange nor link names: a save by another "
    "program in the moment of ours would have been lost.",
}


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file about to be replaced: what it is, what it will be, and the row to record.

    The digest that the row announces has been taken of these very new bytes, by this process.
    """

    original: Original
    new_bytes: bytes
    fix: Fix


@dataclass(slots=True)
class Group:
    """The files of one picture that change together, and how it ended.

    Attributes:
        number: the place among all that was asked for.
        changes: the files.
        before: fixity of the picture, or of its sidecar where that alone changes.
        after: the same file's fixity afterwards.
        record: what the picture will say, without sizes and versions; None where the
            registry does not hold the picture.
        result: how it ended; None while it is under way.
        notes: what a person should know although it went well.
    """

    number: int
    changes: list[FileChange]
    before: Fixity
    after: Fixity
    record: MetadataRecord | None = None
    result: FixOutcome | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Ending:
    """How the fix of one file ends; ``open`` leaves the intent to recovery."""

    state: FixState
    reason: str = ""
    open: bool = False


class Batch:
    """Groups carried through the stages together; used once.

    Args:
        desk: where it is recorded.
        run: the run it belongs to.
        replacer: holds the folders open.
        groups: at most some dozens; their new bytes are in memory.
    """

    def __init__(
        self, desk: Desk, run: OpenRun, replacer: Replacer, groups: Sequence[Group]
    ) -> None:
        self._desk = desk
        self._run = run
        self._replacer = replacer
        self._groups = list(groups)
        self._done: dict[str, Replacement] = {}
        self._endings: dict[str, _Ending] = {}

    def carry_out(self) -> None:
        """Take every group to its result.

        Raises:
            RegistryError, LogError: the registry or its log refused. Nothing was lost;
                recovery settles what is open.
        """
        if not self._groups:
            return
        self._record_intents()
        working = [group for group in self._groups if group.result is None]
        with ThreadPoolExecutor(_WRITERS) as writers:
            errors = list(writers.map(self._prepare, working))
            for group, error in zip(working, errors, strict=True):
                if error is not None:
                    self._give_up(group, error)
        for group in working:
            self._exchange(group)
        self._sync_folders(working)
        self._record_endings(working)
        self._discard_old(working)

    def _record_intents(self) -> None:
        now = self._desk.clock()
        with self._desk.registry.write() as tx:
            busy = {fix.uri for fix in open_intents(tx)}
            for group in self._groups:
                taken = [c.fix.uri for c in group.changes if c.fix.uri in busy]
                if taken:
                    group.result = Conflict(f"Another run is at work on {taken[0]}.")
                busy.update(c.fix.uri for c in group.changes if group.result is None)
            changes = [c for group in self._groups if group.result is None for c in group.changes]
            fixes_now = [replace(c.fix, created=now) for c in changes]
            given = allowed(self._replacer.options)
            events = [
                event_of(fix, self._run.kind, self._desk.agent, FixState.INTENT, given)
                for fix in fixes_now
            ]
            entries = self._desk.log.append(tx.connection, events, now)
            put_intents(
                tx,
                [
                    replace(fix, intent_index=entry.index)
                    for fix, entry in zip(fixes_now, entries, strict=True)
                ],
            )

    def _prepare(self, group: Group) -> StorageError | None:
        """Write and sync the new files of one group; runs beside others of the batch."""
        try:
            for change in group.changes:
                if self._run.halted:
                    return StorageError(_STOPPED_WORDS, code=_STOPPED)
                fix = change.fix
                self._done[fix.fix_id] = self._replacer.prepare(
                    change.original, change.new_bytes, fix.fix_id, sha256=fix.after.sha256
                )
        except StorageError as error:
            if isinstance(error, FsyncError):
                self._run.halted = True
            return error
        finally:
            # The new bytes are on disk now, the old ones are held until the exchange: a batch
            # need not hold them all until its end.
            group.changes = [
                FileChange(replace(c.original, data=b""), b"", c.fix) for c in group.changes
            ]
        return None

    def _exchange(self, group: Group) -> None:
        """Put the new files of one group under their names, all or none."""
        if group.result is not None:
            return
        if self._run.halted:
            self._give_up(group, StorageError(_STOPPED_WORDS, code=_STOPPED))
            return
        try:
            for change in group.changes:
                self._done[change.fix.fix_id].exchange()
        except StorageError as error:
            self._give_up(group, error)
            return
        self._end(group, FixState.COMMIT, "")

    def _give_up(self, group: Group, error: StorageError) -> None:
        """Take back what was exchanged of a group and say why it did not go through."""
        conflict = isinstance(error, ConflictError)
        self._end(group, FixState.CONFLICT if conflict else FixState.ABORT, str(error))
        unsettled = isinstance(error, UnsettledError)
        for change in group.changes:
            replacement = self._done.pop(change.fix.fix_id, None)
            if replacement is None:
                continue
            try:
                replacement.abort()
            except ConflictError as other:
                conflict = True
                self._endings[change.fix.fix_id] = _Ending(FixState.CONFLICT, str(other))
                group.notes.append(str(other))
            except StorageError as other:
                unsettled = True
                group.notes.append(str(other))
        if unsettled:
            self._leave_open(group)
        if unsettled or isinstance(error, FsyncError):
            self._run.halted = True
        group.result = Conflict(str(error)) if conflict else Failed(error.code, str(error))

    def _end(self, group: Group, state: FixState, reason: str) -> None:
        for change in group.changes:
            self._endings[change.fix.fix_id] = _Ending(state, reason)

    def _sync_folders(self, groups: Sequence[Group]) -> None:
        """Sync each folder once for all exchanges in it, before any ending is recorded."""
        folders = {change.original.folder for group in groups for change in group.changes}
        errors = {folder: self._sync(folder) for folder in folders}
        for group in groups:
            own = [errors[change.original.folder] for change in group.changes]
            error = next((error for error in own if error is not None), None)
            if group.result is None and (error := error or self._confirm(group)) is not None:
                self._give_up(group, error)
                if not isinstance(error, FsyncError):
                    # Names were taken back after the folder was synced: that must last too.
                    again = [self._sync(change.original.folder) for change in group.changes]
                    error = next((one for one in again if one is not None), error)
            if isinstance(error, FsyncError):
                # Which name is durable is not known: only a later look can tell.
                self._leave_open(group)

    def _leave_open(self, group: Group) -> None:
        for change in group.changes:
            self._endings[change.fix.fix_id].open = True

    def _sync(self, folder: Folder) -> StorageError | None:
        try:
            folder.sync()
        except StorageError as error:
            self._run.halted = True
            return error
        return None

    def _confirm(self, group: Group) -> StorageError | None:
        for change in group.changes:
            replacement = self._done[change.fix.fix_id]
            try:
                replacement.synced()
            except StorageError as error:
                return error
            if replacement.window in _WINDOWS:
                group.notes.append(_WINDOWS[replacement.window])
        return None

    def _record_endings(self, groups: Sequence[Group]) -> None:
        now = self._desk.clock()
        with self._desk.registry.write() as tx:
            settle(tx, self._desk, self._run.kind, self._settlements(groups), now)
            written = [group for group in groups if group.result is None]
            said = [record for group in written if (record := self._said(group)) is not None]
            register(tx, said, self._run.run_id, now)
        for group in written:
            group.result = Applied(group.before, group.after)

    def _settlements(self, groups: Sequence[Group]) -> list[Settlement]:
        found = []
        for group in groups:
            for change in group.changes:
                ending = self._endings[change.fix.fix_id]
                if not ending.open:
                    found.append(Settlement(change.fix, ending.state, ending.reason))
        return found

    def _said(self, group: Group) -> MetadataRecord | None:
        """What the picture says now, at the version that was written."""
        if group.record is None:
            return None
        return at_version(
            group.record, {c.fix.uri: self._done[c.fix.fix_id].ref for c in group.changes}
        )

    def _discard_old(self, groups: Sequence[Group]) -> None:
        applied = [group for group in groups if isinstance(group.result, Applied)]
        for group in applied:
            self._discard(group)
        for folder in {change.original.folder for group in applied for change in group.changes}:
            self._sync(folder)

    def _discard(self, group: Group) -> None:
        for change in group.changes:
            try:
                self._done[change.fix.fix_id].discard_old()
            except StorageError as error:
                group.notes.append(str(error))
                self._run.unfinished = True
