"""Withdrawn pictures: which copies go out of reach, which wait for a person, the way back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from provenance import fixing, pages, registry
from provenance.errors import UsageError
from provenance.fixing import Applying, HeldFinding, MovedFile, MovedPicture, MoveOptions
from provenance.fixing.moving.quarantine import stands
from provenance.model import (
    Applied,
    AssetRef,
    Duty,
    Finding,
    MetadataRecord,
    Notice,
    NoticeKind,
    Rule,
    Status,
)
from provenance.pipeline.auditing import examine_again
from provenance.pipeline.carriers import Problem
from provenance.pipeline.flood import limit_of
from provenance.pipeline.forgetting import forget
from provenance.pipeline.proving import prove
from provenance.pipeline.remedying import Remedied
from provenance.pipeline.session import Session
from provenance.pipeline.standing import current
from provenance.registry import Move, MoveAct, MoveQuery, MoveState, Presence, Transaction
from provenance.rules import Judged
from provenance.rules.withdrawing import why_not_moved
from provenance.storage.listing import Listing, own_version

_UNSETTLED = (Status.OPEN, Status.HELD)
_SETTLED = {Status.WAIVED: "waived", Status.REJECTED: "rejected"}
_PICTURE = "image/"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal would do now.

    Attributes:
        notice: the notice.
        pictures: proven copies, and those that a person named: they are moved.
        left: what stays where it is until a person looks.
        kept: the files that are in quarantine on this notice.
        problems: why nothing may be moved (the flood guard).
    """

    notice: Notice
    pictures: tuple[MovedPicture, ...] = ()
    left: tuple[HeldFinding, ...] = ()
    kept: tuple[Move, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def asks_deletion(self) -> str:
        """The words by which the notice asks for deletion; empty where it does not."""
        if Duty.DELETE_SERVERS not in self.notice.duties:
            return ""
        asked = Duty.DELETE_SERVERS.value
        words = (one.words for one in self.notice.instructions if one.asks == asked)
        return next(words, "It asks for deletion.")


def plan_quarantine(
    session: Session, notice_id: str, finding_ids: Sequence[str] = ()
) -> Withdrawal:
    """What ``quarantine`` would do on a notice now.

    Args:
        session: the command's surroundings.
        notice_id: the withdrawal, or the beginning of its id.
        finding_ids: only these; one that is not proven is taken in on the session's agent's word.

    Raises:
        UsageError: the notice withdraws nothing, or no more; a finding that is not its own, or
            that a person decided against.
        RegistryError: no such notice or finding.
    """
    with session.registry.read() as tx:
        notice = registry.notice(tx, notice_id)
        _must_withdraw(notice)
        query = registry.FindingQuery(notice_id=notice.notice_id)
        own = [one for one in registry.findings(tx, query) if one.rule is Rule.WITHDRAWN]
        named = {registry.finding(tx, one).finding_id for one in finding_ids}
        judged = current(session, tx, own)
        _must_be_possible(notice, judged, named)
        stored = registry.stored(tx, {one.uri for one in own})
        kept = _kept(tx, notice)
        held = registry.count_assets(tx)
    chosen: list[tuple[Finding, MetadataRecord, str]] = []
    left: list[HeldFinding] = []
    for one in (judged_one.finding for judged_one in judged):
        asset = stored[one.uri]
        if asset.presence is Presence.GONE or one.status not in _UNSETTLED:
            continue
        path = asset.result.ref.display
        why = _why_left(one, asset, notice, named)
        if why:
            left.append(HeldFinding(one.finding_id, one.uri, path, why))
        elif (not named or one.finding_id in named) and isinstance(asset.result, MetadataRecord):
            word = session.agent if one.finding_id in named else notice.received_by
            chosen.append((one, asset.result, word or session.agent))
    pictures = tuple(_pictures(chosen))
    problems = _floods(session, notice, len(pictures), held)
    return Withdrawal(notice, pictures, tuple(left), kept, problems)


def _must_withdraw(notice: Notice) -> None:
    name = notice.notice_id
    if notice.kind is not NoticeKind.WITHDRAWAL:
        raise UsageError(
            f"Notice {name} is a {notice.kind.value}: it withdraws no picture.",
            remedy="`provenance notices list` tells which notices are withdrawals.",
        )
    if notice.retracted is not None:
        raise UsageError(
            f"Notice {name} was retracted on {notice.retracted[:10]}: it withdraws nothing more.",
            remedy=f"`provenance quarantine {name} --release` puts back what was moved on it.",
        )
    if notice.superseded_by is not None:
        raise UsageError(
            f"Notice {name} was taken back by a later version ({notice.superseded_by}).",
            remedy=f"`provenance quarantine {name} --release` puts back what was moved on it.",
        )


def _must_be_possible(notice: Notice, judged: Sequence[Judged], named: set[str]) -> None:
    by_id = {one.finding.finding_id: one for one in judged}
    for number in sorted(named):
        one = by_id.get(number)
        if one is None:
            raise UsageError(
                f"The finding {number} does not say that notice {notice.notice_id} withdraws "
                "its picture.",
                remedy=f"`provenance quarantine {notice.notice_id}` lists those that do.",
            )
        if one.decision is not None and one.finding.status in _SETTLED:
            raise UsageError(
                f"{one.decision.agent} {_SETTLED[one.finding.status]} the finding {number} on "
                f"{one.decision.decided[:10]}: {one.decision.reason}",
                remedy=f"`provenance decisions withdraw {one.decision.decision_key}` first.",
            )


def _why_left(one: Finding, asset: registry.StoredAsset, notice: Notice, named: set[str]) -> str:
    """Why a picture stays where it is; empty where it may be moved."""
    if asset.presence is Presence.OFFLINE:
        return "Its folder cannot be reached: audit again when it is back."
    if not isinstance(asset.result, MetadataRecord):
        return "The file can no longer be read."
    if not _is_picture(asset.result):
        return "It is no picture: take it out by hand."
    if one.finding_id in named:
        return ""
    return why_not_moved(one, notice)


def _is_picture(record: MetadataRecord) -> bool:
    if record.is_running_text or pages.is_page(record):
        return False
    return record.media_type.startswith(_PICTURE)


def _pictures(
    chosen: Sequence[tuple[Finding, MetadataRecord, str]],
) -> Iterator[MovedPicture]:
    """One for each picture, however many findings speak of it."""
    own = {record.ref.uri for _, record, _ in chosen}
    last: dict[str, str] = {}
    for _, record, _ in chosen:
        last.update((side.uri, record.ref.uri) for side in record.ref.sidecars)
    ids: dict[str, list[str]] = {}
    for one, record, _ in chosen:
        ids.setdefault(record.ref.uri, []).append(one.finding_id)
    done: set[str] = set()
    for _, record, word in chosen:
        ref = record.ref
        if ref.uri in done:
            continue
        done.add(ref.uri)
        files = [MovedFile(ref.uri, own_version(ref.version), record.digest)]
        notes = []
        for side in ref.sidecars:
            others = _owners(side.uri) - own
            if others:
                notes.append(f"{side.uri} stays: it also speaks for {min(others)}.")
            elif last[side.uri] == ref.uri:
                files.append(MovedFile(side.uri, side.version))
        yield MovedPicture(
            path=ref.display,
            files=tuple(files),
            image_digest=record.image_digest,
            scan_digest=record.scan_digest,
            authority=word,
            finding_ids=tuple(ids[ref.uri]),
            notes=tuple(notes),
        )


def _owners(sidecar: str) -> set[str]:
    """The pictures that a sidecar speaks for; none where its folder cannot be listed."""
    folder, name = os.path.split(sidecar)
    try:
        listing = Listing.of(folder, folder, follow=True)
    except OSError:
        return set()  # the move itself will say why the folder cannot be reached
    return {listing.uri_of(owner) for owner in listing.owners_of(name)}


def _floods(session: Session, notice: Notice, number: int, held: int) -> tuple[Problem, ...]:
    if number <= limit_of(session.policy, held) or number == session.policy.expect_count:
        return ()
    return (
        Problem(
            notice.notice_id,
            "flood-guard",
            f"Notice {notice.notice_id} would move {number} pictures.",
            f"If that is right, run the command again with --expect-count {number}.",
        ),
    )


def _kept(tx: Transaction, notice: Notice) -> tuple[Move, ...]:
    query = MoveQuery(notice_id=notice.notice_id, act=MoveAct.QUARANTINE, state=MoveState.COMMIT)
    return registry.moves(tx, query)


def quarantine(session: Session, proposed: Withdrawal, folder: str) -> Remedied:
    """Move the pictures of a plan into quarantine.

    Args:
        session: the command's surroundings.
        proposed: what to do.
        folder: where to; absolute. Made for its owner alone where it is not there.

    Raises:
        UsageError: the flood guard holds it.
        StorageError, RegistryError, LogError: they refused; nothing more was moved.
    """
    if proposed.problems:
        flood = proposed.problems[0]
        raise UsageError(flood.message, code=flood.code, remedy=flood.remedy)
    with ExitStack() as stack:
        options = _options(session, stack, "Moving", len(proposed.pictures))
        done = fixing.quarantine(
            proposed.notice, proposed.pictures, folder, _desk(session), options
        )
    away = {one.uri for one in done.outcomes if isinstance(one.result, Applied)}
    forget(
        (AssetRef(one.uri, 0, one.files[0].version), one.image_digest)
        for one in proposed.pictures
        if one.uri in away
    )
    prove(session, [proposed.notice])
    return Remedied(done.run_id, done.outcomes, proposed.left, done.halted, done.recovered)


def kept_on(session: Session, notice_id: str, finding_ids: Sequence[str] = ()) -> Withdrawal:
    """What is in quarantine on a notice, whatever became of the notice since.

    Args:
        session: the command's surroundings.
        notice_id: the notice, or the beginning of its id.
        finding_ids: only files that settle one of these, given whole or by their beginning.

    Raises:
        RegistryError: no such notice.
    """
    with session.registry.read() as tx:
        notice = registry.notice(tx, notice_id)
        kept = _kept(tx, notice)
    if finding_ids:
        wanted = tuple(finding_ids)
        kept = tuple(
            one for one in kept if any(name.startswith(wanted) for name in one.finding_ids)
        )
    return Withdrawal(notice, kept=kept)


def release(session: Session, kept: Sequence[Move], reason: str = "") -> Remedied:
    """Put pictures in quarantine back where they were, and examine them again.

    Raises:
        UsageError: there is nothing to put back.
        StorageError, RegistryError, LogError: they refused; nothing more was moved.
    """
    if not kept:
        raise UsageError("Nothing of it is in quarantine.", code="nothing-to-release")
    with ExitStack() as stack:
        options = _options(session, stack, "Putting back", len({one.asset_uri for one in kept}))
        done = fixing.release(kept, _desk(session), options, reason)
    back = [one.uri for one in done.outcomes if isinstance(one.result, Applied)]
    examine_again(session, done.run_id, back)
    return _shown(session, done)


def destroy(session: Session, kept: Sequence[Move], reason: str) -> Remedied:
    """Delete files in quarantine for good, on the session's agent's decision.

    Raises:
        UsageError: no reason, or nothing is in quarantine.
        StorageError, RegistryError, LogError: they refused; nothing more was deleted.
    """
    if not kept:
        raise UsageError(
            "Nothing of it is in quarantine, and only what is there can be deleted.",
            code="nothing-to-delete",
            remedy="Move it there first: `provenance quarantine NOTICE --apply`.",
        )
    with ExitStack() as stack:
        options = _options(session, stack, "Deleting", len(kept))
        done = fixing.destroy(kept, _desk(session), reason, options)
    forget((AssetRef(one.uri, 0, ""), one.fixity.image_digest) for one in kept)
    return _shown(session, done)


def kept_of(session: Session, what: str) -> tuple[Move, ...]:
    """The files in quarantine that a run, a notice or a path names; for ``undo``."""
    with session.registry.read() as tx:
        for query in (
            MoveQuery(run_id=what),
            MoveQuery(notice_id=what),
            MoveQuery(uri=os.path.abspath(what)),
        ):
            found = tuple(one for one in registry.moves(tx, query) if stands(one))
            if found:
                return found
    return ()


def _shown(session: Session, done: Applying) -> Remedied:
    with session.registry.read() as tx:
        known = registry.records(tx, {one.uri for one in done.outcomes})
    outcomes = tuple(
        replace(one, path=known[one.uri].ref.display) if one.uri in known else one
        for one in done.outcomes
    )
    return Remedied(done.run_id, outcomes, halted=done.halted, recovered=done.recovered)


def _options(session: Session, stack: ExitStack, label: str, number: int) -> MoveOptions:
    advance = stack.enter_context(session.progress.task(label, number))
    return MoveOptions(progress=lambda _done, _all: advance())


def _desk(session: Session) -> fixing.Desk:
    return fixing.Desk(session.registry, session.log, session.agent, session.clock)
