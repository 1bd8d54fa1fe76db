"""Recovery: settle what an interrupted run left open. First in every fix and undo.

``remains`` has the table. Recovery may itself be interrupted and run again at every
point; runs that are still at work are left alone, and so is a folder that cannot be
reached: its intents stay open until it can.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from provenance import isolation
from provenance.errors import StorageError
from provenance.fixing.account import at_version, register, told_of
from provenance.fixing.desk import FIX, UNDO, Desk
from provenance.fixing.interrupted import BY_RECOVERY, ELSEWHERE, Kind, settle_interrupted
from provenance.fixing.putting_back import Fresh, read_fresh
from provenance.fixing.remains import Act, Holds, Verdict, carry_out, judge, look
from provenance.fixing.settling import Settlement, settle
from provenance.model import AssetRef, MetadataRecord
from provenance.registry import (
    Fix,
    FixQuery,
    FixState,
    Run,
    Transaction,
    fixes,
    open_intents,
    records,
)
from provenance.storage.folder import Folder, FsyncError
from provenance.storage.replace import Replacer, WriteOptions

# How many folders a sweep holds open at most.
_OPEN_FOLDERS = 64


@dataclass(frozen=True, slots=True)
class Recovered:
    """What recovery did about one file.

    Attributes:
        uri: the file.
        fix_id: the fix that was open.
        state: how it ended; still ``intent`` where the folder cannot be reached, or where
            the run has another state folder and may still be at work.
        reason: why, for a person.
        kept: path of a temporary file that holds bytes nobody else has; else empty.
        act: what the interrupted run was, ``fix`` or ``undo``.
        run_id: that run.
    """

    uri: str
    fix_id: str
    state: FixState
    reason: str = ""
    kept: str = ""
    act: str = ""
    run_id: str = ""


def recover(desk: Desk) -> tuple[Recovered, ...]:
    """Settle every fix that an interrupted run left open, and remove what it left behind.

    Raises:
        RegistryError, LogError: the registry or its log refused; nothing was lost.
        FsyncError: a folder could not be made durable; nothing more is touched, and what was
            not settled stays open.
        StorageError: the state folder cannot be written.
    """
    kind = Kind(frozenset({FIX, UNDO}), _open, partial(_recover_run, desk), _elsewhere)
    return settle_interrupted(desk, kind)


def _open(tx: Transaction, run_id: str | None) -> tuple[Fix, ...]:
    if run_id is None:
        return open_intents(tx)
    return fixes(tx, FixQuery(run_id=run_id, state=FixState.INTENT))


def _elsewhere(run: Run, fix: Fix) -> Recovered:
    return _told(run, fix, FixState.INTENT, ELSEWHERE)


def _told(run: Run, fix: Fix, state: FixState, reason: str, kept: str = "") -> Recovered:
    return Recovered(fix.uri, fix.fix_id, state, reason, kept, run.kind, run.run_id)


def _recover_run(desk: Desk, run: Run, begun: Sequence[Fix]) -> tuple[list[Recovered], bool]:
    with Replacer(WriteOptions(roots=run.roots)) as replacer:
        found = list(_settle_all(desk, run, replacer, begun))
        with desk.registry.read() as tx:
            ended = fixes(tx, FixQuery(run_id=run.run_id))
        kept, swept = _sweep(replacer, run, ended)
    settled = swept and all(one.state is not FixState.INTENT for one in found)
    return [*found, *kept], settled


def _settle_all(
    desk: Desk, run: Run, replacer: Replacer, begun: Sequence[Fix]
) -> Iterator[Recovered]:
    groups: defaultdict[str, list[Fix]] = defaultdict(list)
    for fix in begun:
        groups[fix.asset_uri].append(fix)
    with isolation.Pool(1) as workers:
        for group in groups.values():
            yield from _settle_group((desk, run, workers), replacer, group)


def _settle_group(
    about: tuple[Desk, Run, isolation.Pool], replacer: Replacer, group: Sequence[Fix]
) -> Iterator[Recovered]:
    """Settle the files of one picture."""
    desk, run, workers = about
    try:
        verdicts = _carried_out(replacer, group)
        fresh = _fresh_bytes(replacer, verdicts)
    except FsyncError:
        # The page cache may lie from here on: a second sync would promise what it cannot keep.
        raise
    except StorageError as error:
        for fix in group:
            yield _told(run, fix, FixState.INTENT, str(error))
        return
    account = _account(desk, workers, verdicts, fresh)
    now = desk.clock()
    with desk.registry.write() as tx:
        endings = [
            Settlement(fix, verdict.state, verdict.reason, BY_RECOVERY) for fix, verdict in verdicts
        ]
        settle(tx, desk, run.kind, endings, now)
        if account is not None and _stored(tx, verdicts) == account.stored:
            register(tx, [account.record], run.run_id, now)
    for fix, verdict in verdicts:
        kept = _beside(fix) if verdict.keeps else ""
        yield _told(run, fix, verdict.state, verdict.reason, kept)


def _carried_out(replacer: Replacer, group: Sequence[Fix]) -> list[tuple[Fix, Verdict]]:
    looked = [(fix, look(replacer.folder(_parent(fix.uri)), fix)) for fix in group]
    verdicts = [(fix, judge(remains)) for fix, remains in looked]
    if any(verdict.state is not FixState.COMMIT for _, verdict in verdicts):
        verdicts = [
            (fix, _neither(verdict, remains.temporary))
            for (fix, verdict), (_, remains) in zip(verdicts, looked, strict=True)
        ]
    return [
        (fix, carry_out(replacer.folder(_parent(fix.uri)), fix, verdict))
        for fix, verdict in verdicts
    ]


def _neither(verdict: Verdict, beside: Holds) -> Verdict:
    """Files of one picture change together: take back what was written of a broken group."""
    if verdict.state is FixState.COMMIT and beside is Holds.OLD:
        reason = "the file that belongs with it was not written"
        return Verdict(FixState.ABORT, Act.EXCHANGE, reason)
    return verdict


_Fresh = dict[str, tuple[bytes, AssetRef]]
_Verdicts = Sequence[tuple[Fix, Verdict]]


def _fresh_bytes(replacer: Replacer, verdicts: Iterable[tuple[Fix, Verdict]]) -> _Fresh:
    """What the committed files say now, to be registered."""
    fresh: _Fresh = {}
    for fix, verdict in verdicts:
        if verdict.state is FixState.COMMIT:
            name = os.path.basename(fix.uri)
            data, found, _ = replacer.folder(_parent(fix.uri)).read(name)
            fresh[fix.uri] = (data, AssetRef(fix.uri, found.size, found.version))
    return fresh


@dataclass(frozen=True, slots=True)
class _Account:
    """What the registry held about a picture, and what it is to hold."""

    stored: MetadataRecord
    record: MetadataRecord


def _account(
    desk: Desk, workers: isolation.Pool, verdicts: _Verdicts, fresh: _Fresh
) -> _Account | None:
    """What a worker reads in the committed files; None where the next scan is to read them."""
    with desk.registry.read() as tx:
        stored = _stored(tx, verdicts)
    if not fresh or stored is None:
        return None
    own = next((fix for fix, _ in verdicts if fix.uri == fix.asset_uri), None)
    digest = own.after.sha256 if own is not None else stored.digest
    files = tuple((uri, data) for uri, (data, _) in fresh.items())
    (read,) = workers.run(read_fresh, [Fresh(stored, files, digest)])
    if not isinstance(read, MetadataRecord):
        # Somebody wrote the file since we looked: its version tells the next scan.
        return None
    written = {uri: ref for uri, (_, ref) in fresh.items()}
    return _Account(stored, at_version(told_of(stored, read, digest), written))


def _stored(tx: Transaction, verdicts: _Verdicts) -> MetadataRecord | None:
    asset = verdicts[0][0].asset_uri
    stored = records(tx, [asset]).get(asset)
    return stored if isinstance(stored, MetadataRecord) else None


def _sweep(replacer: Replacer, run: Run, ended: Iterable[Fix]) -> tuple[list[Recovered], bool]:
    """Remove temporary files of fixes that have ended.

    Returns:
        What stays because another program wrote into it, and whether every folder could be
        reached.
    """
    kept: list[Recovered] = []
    reached = True
    for number, fix in enumerate(ended):
        if number % _OPEN_FOLDERS == 0:
            replacer.close_folders()
        if fix.state in {FixState.INTENT, FixState.CONFLICT}:
            continue
        try:
            if _has_foreign_bytes_beside(replacer.folder(_parent(fix.uri)), fix):
                kept.append(_kept(run, fix))
        except FsyncError:
            raise
        except StorageError:
            # Out of reach, not forgotten: the run stays unfinished and is swept next time.
            reached = False
    return kept, reached


def _has_foreign_bytes_beside(folder: Folder, fix: Fix) -> bool:
    """Remove the temporary file if it is ours; True where it stays beside a written file."""
    if folder.look(fix.tmp_name) is None:
        return False
    beside = look(folder, fix).temporary
    aborted = fix.state is FixState.ABORT
    # What stands beside a written file came out of the exchange, however private it is.
    if beside is Holds.OTHER or (beside is Holds.UNCLEAR and not aborted):
        return not aborted
    folder.remove(fix.tmp_name)
    folder.sync()
    return False


def _kept(run: Run, fix: Fix) -> Recovered:
    reason = "another program wrote into the former file after it was replaced; it is kept"
    return _told(run, fix, fix.state, f"{reason} as {_beside(fix)}", _beside(fix))


def _parent(uri: str) -> str:
    return os.path.dirname(uri)


def _beside(fix: Fix) -> str:
    return f"{_parent(fix.uri).rstrip('/')}/{fix.tmp_name}"
