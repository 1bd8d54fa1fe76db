"""Put withdrawn pictures out of reach, give them back, or delete them on a named decision.

A picture in quarantine is kept whole, in a private folder of its own, under a name that no
program takes for a picture's, beside the instruction that it rests on.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from provenance.errors import ConflictError, LogError, StorageError, UsageError
from provenance.fixing.apply import Applying
from provenance.fixing.desk import Desk, Outcome, Progress, new_id, no_progress
from provenance.fixing.drafting import with_named_roots
from provenance.fixing.moving.batch import BATCH_GROUPS, STOPPED, MoveBatch, MoveGroup
from provenance.fixing.moving.events import must_fit
from provenance.fixing.moving.instruction import instruction_files
from provenance.fixing.moving.moves import KEPT_SUFFIX, Workshop
from provenance.fixing.recovering import recover_all
from provenance.fixing.run import OpenRun, running
from provenance.model import Conflict, Failed, Fixity, FixOutcome, Notice
from provenance.registry import Move, MoveAct, MoveState
from provenance.storage.moving import Source, must_be_possible
from provenance.storage.replace import WriteOptions
from provenance.storage.temporary import temporary_name

_AUDIT_AGAIN = "the file has changed since it was audited; audit its folder again."
_NOTICE_LETTERS = 24
_ODD = re.compile(r"[^0-9A-Za-z_-]")


@dataclass(frozen=True, slots=True)
class MovedFile:
    """One file of a withdrawn picture.

    Attributes:
        uri: absolute path.
        version: the version that was audited, of this file alone.
        sha256: digest that the file must have; None where only its version is known.
    """

    uri: str
    version: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class MovedPicture:
    """A picture to be put away, with the sidecars that speak for it alone.

    Attributes:
        path: as the user gave it.
        files: the picture first.
        image_digest: of the picture, where it is known.
        scan_digest: of the picture, where it is known.
        authority: on whose word.
        finding_ids: what it settles.
        notes: what a person should know.
    """

    path: str
    files: tuple[MovedFile, ...]
    image_digest: str | None
    scan_digest: str | None
    authority: str
    finding_ids: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def uri(self) -> str:
        """The picture itself."""
        return self.files[0].uri


@dataclass(frozen=True, slots=True)
class MoveOptions:
    """How files are moved.

    Attributes:
        write: roots that persons named; the rest does not concern moves.
        progress: told after each picture.
    """

    write: WriteOptions = field(default_factory=WriteOptions)
    progress: Progress = no_progress


def quarantine(
    notice: Notice,
    pictures: Sequence[MovedPicture],
    base: str,
    desk: Desk,
    options: MoveOptions | None = None,
) -> Applying:
    """Move pictures into quarantine: at every moment each has a durable name.

    Interrupted runs are recovered first. What is wrong with one picture is its outcome; an
    exception means that the run itself is broken, and then nothing is lost: the next command
    recovers.

    Args:
        notice: the withdrawal that it rests on.
        pictures: what to move.
        base: absolute path of the quarantine folder; made for its owner alone.
        desk: where it is recorded, and who does it.
        options: where links may be followed, whom to tell.

    Raises:
        UsageError: nobody's name is given.
        RegistryError, LogError: the registry or the audit log refused.
        StorageError: the state folder cannot be written.
    """

    def groups(run: OpenRun, workshop: Workshop) -> Iterator[MoveGroup]:
        drafting = _Drafting(notice, base, desk, run, workshop)
        for number, one in enumerate(pictures):
            yield drafting.group(number, one)

    given = [(one.path, one.uri, one.finding_ids) for one in pictures]
    return _carry_out(MoveAct.QUARANTINE, given, desk, options, groups)


def release(
    kept: Sequence[Move], desk: Desk, options: MoveOptions | None = None, reason: str = ""
) -> Applying:
    """Give pictures in quarantine their former place again: bytes, name, mode, time, attributes.

    Never over a file that stands there now: that is a conflict, and the picture stays kept.

    Args:
        kept: moves into quarantine that stand.
        desk: where it is recorded, and who does it.
        options: where links may be followed, whom to tell.
        reason: why, for the log; may be empty.

    Raises:
        UsageError, RegistryError, LogError, StorageError: as ``quarantine``.
    """
    pictures: dict[str, list[Move]] = {}
    for one in kept:
        pictures.setdefault(os.path.dirname(one.place), []).append(one)
    ordered = [_picture_first(some) for some in pictures.values()]
    return _end(MoveAct.RELEASE, ordered, desk, options, reason)


def destroy(
    kept: Sequence[Move], desk: Desk, reason: str, options: MoveOptions | None = None
) -> Applying:
    """Delete files in quarantine for good, on a named person's decision; digests are kept.

    Backups, and what a disk keeps of deleted files, are not reached.

    Args:
        kept: moves into quarantine that stand; each file is deleted by itself.
        desk: where it is recorded, and who decides.
        reason: why; never empty.
        options: whom to tell.

    Raises:
        UsageError: no reason is given, or nobody's name.
        RegistryError, LogError, StorageError: as ``quarantine``.
    """
    if not reason.strip():
        raise UsageError("Deleting a picture needs a reason.", remedy="Give it with --reason.")
    return _end(MoveAct.DESTROY, [[one] for one in kept], desk, options, reason)


def _picture_first(some: Iterable[Move]) -> list[Move]:
    return sorted(some, key=lambda one: (one.uri != one.asset_uri, one.uri))


def _end(
    act: MoveAct,
    pictures: Sequence[list[Move]],
    desk: Desk,
    options: MoveOptions | None,
    reason: str,
) -> Applying:
    def groups(run: OpenRun, workshop: Workshop) -> Iterator[MoveGroup]:
        del workshop
        for number, some in enumerate(pictures):
            yield MoveGroup(number, [_ending(act, one, desk, run, reason) for one in some])

    given = [(some[0].uri, some[0].uri, some[0].finding_ids) for some in pictures]
    return _carry_out(act, given, desk, options, groups)


def _ending(act: MoveAct, kept: Move, desk: Desk, run: OpenRun, reason: str) -> Move:
    move_id = new_id()
    return Move(
        move_id=move_id,
        run_id=run.run_id,
        act=act,
        notice_id=kept.notice_id,
        uri=kept.uri,
        asset_uri=kept.asset_uri,
        place=kept.place,
        fixity=kept.fixity,
        scan_digest=kept.scan_digest,
        mode=kept.mode,
        modified=kept.modified,
        tmp_name=temporary_name(os.path.basename(kept.uri), move_id),
        created=desk.clock(),
        agent=desk.agent,
        finding_ids=kept.finding_ids,
        reason=reason,
        origin=kept.move_id,
        links=kept.links,
    )


_Given = Sequence[tuple[str, str, tuple[str, ...]]]


def _carry_out(
    act: MoveAct,
    given: _Given,
    desk: Desk,
    options: MoveOptions | None,
    draft: Callable[[OpenRun, Workshop], Iterator[MoveGroup]],
) -> Applying:
    options = options or MoveOptions()
    if not desk.agent.strip():
        raise UsageError("Nobody stands behind the move.", remedy="Give your name with --by.")
    must_be_possible()
    recovered = recover_all(desk)
    roots = with_named_roots(desk.registry, options.write).roots
    results: dict[int, tuple[FixOutcome, tuple[str, ...]]] = {}
    with running(desk, act.value, roots) as run, Workshop(roots) as workshop:
        batch: list[MoveGroup] = []
        drafted = draft(run, workshop)
        while batch := [one for _, one in zip(range(BATCH_GROUPS), drafted, strict=False)]:
            MoveBatch(desk, run, workshop, [one for one in batch if one.result is None]).carry_out()
            for one in batch:
                assert one.result is not None, "a batch leaves no group without result"
                results[one.number] = (one.result, tuple(one.notes))
                options.progress(len(results), len(given))
            workshop.close_folders()
        words = (type(result).__name__.lower() for result, _ in results.values())
        run.counts = dict(Counter(words))
    outcomes = tuple(
        Outcome(path, uri, results[number][0], finding_ids, results[number][1])
        for number, (path, uri, finding_ids) in enumerate(given)
    )
    return Applying(run.run_id, outcomes, run.halted, recovered)


class _Drafting:
    """Turns pictures into groups of moves; looks at their files and touches none."""

    def __init__(
        self, notice: Notice, base: str, desk: Desk, run: OpenRun, workshop: Workshop
    ) -> None:
        self._notice = notice
        self._base = base
        self._desk = desk
        self._run = run
        self._workshop = workshop

    def group(self, number: int, picture: MovedPicture) -> MoveGroup:
        """The moves of one picture, or the reason why it stays where it is."""
        group = MoveGroup(number, [], notes=list(picture.notes))
        if self._run.halted:
            group.result = Failed("stopped", STOPPED)
            return group
        try:
            looked = [self._look(one) for one in picture.files]
            moves = self._moves(picture, looked)
            for move in moves:
                must_fit(move, self._desk.agent, move.created)
            self._workshop.make_ready(moves[0])
        except ConflictError as error:
            group.result = Conflict(str(error))
            return group
        except (StorageError, LogError) as error:
            group.result = Failed(error.code, str(error))
            return group
        group.moves = moves
        pairs = zip(moves, looked, strict=True)
        group.sources = {move.move_id: source for move, source in pairs}
        group.papers = instruction_files(self._notice, moves)
        group.notes += [
            f"{move.uri}: the file has {move.links - 1} other name(s) (hard links), which are "
            "still in use."
            for move in moves
            if move.links > 1
        ]
        return group

    def _look(self, file: MovedFile) -> Source:
        source = self._workshop.look(file.uri)
        same = (
            source.sha256 == file.sha256
            if file.sha256 is not None
            else source.identity.version == file.version
        )
        if not same:
            raise ConflictError(f"{file.uri}: {_AUDIT_AGAIN}")
        return source

    def _moves(self, picture: MovedPicture, looked: Sequence[Source]) -> list[Move]:
        now = self._desk.clock()
        folder = os.path.join(
            self._base, _ODD.sub("_", self._notice.notice_id)[:_NOTICE_LETTERS], new_id()
        )
        made = []
        for number, source in enumerate(looked):
            uri, own = picture.files[number].uri, number == 0
            name = "picture" if own else f"sidecar-{number}"
            move_id = new_id()
            made.append(
                Move(
                    move_id=move_id,
                    run_id=self._run.run_id,
                    act=MoveAct.QUARANTINE,
                    notice_id=self._notice.notice_id,
                    uri=uri,
                    asset_uri=picture.uri,
                    place=os.path.join(folder, f"{name}{KEPT_SUFFIX}"),
                    fixity=Fixity(
                        source.sha256,
                        picture.image_digest if own else None,
                        source.identity.size,
                    ),
                    scan_digest=picture.scan_digest if own else None,
                    mode=source.identity.mode & 0o7777,
                    modified=source.identity.modified,
                    tmp_name=temporary_name(source.name, move_id),
                    created=now,
                    agent=picture.authority,
                    finding_ids=picture.finding_ids,
                    links=source.identity.links,
                )
            )
        return made


def stands(move: Move) -> bool:
    """Whether a move put a file into quarantine that is still there."""
    return move.act is MoveAct.QUARANTINE and move.state is MoveState.COMMIT
