"""Look things up: one picture with all that is known of it, the records about a notice."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provenance import registry
from provenance.auditlog import ACTS, About, Entry, entries, log_size
from provenance.errors import UsageError
from provenance.model import Decision, Finding, Notice
from provenance.pipeline.families import family, standing
from provenance.pipeline.session import Session
from provenance.registry import Transaction
from provenance.reporting.family import Family, Standing
from provenance.reporting.report import FixDone, seconds_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PAGE = 1_000
_CLOCKS_DIFFER = 86_400.0


@dataclass(frozen=True, slots=True)
class Known:
    """One picture with everything the registry knows.

    Attributes:
        asset: its record and its presence.
        family: its copies and renditions, itself among them.
        findings: all of them, whatever their status.
        history: what was done to it, corrections and moves, oldest first.
        notices: those that it has findings of, each with how it stands.
    """

    asset: registry.StoredAsset
    family: Family
    findings: tuple[Finding, ...]
    history: tuple[FixDone, ...]
    notices: tuple[tuple[Notice, Standing], ...] = ()


def fix_done(fix: registry.Fix, act: str = "fix") -> FixDone:
    """A fix, as reports tell it; ``act`` is the kind of its run."""
    return FixDone(
        uri=fix.asset_uri,
        run_id=fix.run_id,
        when=fix.settled or fix.created,
        agent=fix.agent,
        state=fix.state.value,
        finding_ids=fix.finding_ids,
        log_index=fix.outcome_index,
        act=act,
    )


def _move_done(move: registry.Move) -> FixDone:
    return FixDone(
        uri=move.asset_uri,
        run_id=move.run_id,
        when=move.settled or move.created,
        agent=move.agent,
        state=move.state.value,
        finding_ids=move.finding_ids,
        log_index=move.outcome_index,
        act=move.act.value,
        place=move.place,
    )


def _history(tx: Transaction, uri: str) -> tuple[FixDone, ...]:
    """Everything that was done to a picture and its sidecars, in the order it was begun."""
    fixes = registry.fixes(tx, registry.FixQuery(uri=uri))
    kinds = {one.run_id: one.kind for one in registry.runs(tx, {fix.run_id for fix in fixes})}
    done = [(fix.created, fix_done(fix, kinds.get(fix.run_id, "fix"))) for fix in fixes]
    moves = registry.moves(tx, registry.MoveQuery(uri=uri))
    done += [(move.created, _move_done(move)) for move in moves]
    return tuple(one for _, one in sorted(done, key=lambda pair: pair[0]))


def known(session: Session, path: str) -> Known:
    """Everything about the picture at ``path``.

    Raises:
        UsageError: the registry does not hold it.
    """
    uri = os.path.abspath(path)
    with session.registry.read() as tx:
        asset = registry.stored(tx, [uri]).get(uri)
        if asset is None:
            raise UsageError(
                f"The registry does not hold {path}.", remedy="`provenance scan` its folder first."
            )
        found = registry.findings(tx, registry.FindingQuery(roots=(uri,)))
        told = {one.notice_id for one in found if one.notice_id}
        every = registry.notices(tx, active_only=False) if told else ()
        concerned = [one for one in every if one.notice_id in told]
        return Known(
            asset=asset,
            family=family(tx, uri),
            findings=found,
            history=_history(tx, uri),
            notices=tuple((one, standing(tx, one, session.policy)) for one in concerned),
        )


def records_of_notice(tx: Transaction, notice_id: str) -> tuple[int, ...]:
    """The numbers of all log records that cite a notice, in order.

    Raises:
        RegistryError: there is no such notice.
    """
    wanted = registry.notice(tx, notice_id).notice_id
    return tuple(one.index for one in _every(tx.connection) if wanted in _cited(one, "notice"))


@dataclass(frozen=True, slots=True)
class Concerning:
    """What the log holds about a notice.

    Attributes:
        indexes: the numbers of the records, in order.
        about: the notice, with what of it may be disclosed.
    """

    indexes: tuple[int, ...]
    about: About


def concerning(tx: Transaction, notice_id: str, log: Connection | None = None) -> Concerning:
    """Everything on record about a notice, for evidence.

    That is: what cites it or one of its findings (its arrival, decisions, fixes and their
    endings, undoings, files put away), the versions that took its place or gave it back, and
    the erasure of words of any of these. Where a record speaks of other notices too, only the
    words at the places that this notice's own findings name are to be disclosed.

    Args:
        tx: a transaction of the registry.
        notice_id: the notice; its beginning will do.
        log: where the log is; by default in the registry.

    Raises:
        RegistryError: there is no such notice, or several begin with these letters.
    """
    notice = registry.notice(tx, notice_id)
    found = registry.findings(tx, registry.FindingQuery(notice_id=notice.notice_id))
    places = {one.finding_id: frozenset(edit.locator for edit in one.edits) for one in found}
    known: set[int] = set()
    locators: dict[int, frozenset[str]] = {}
    for entry in _every(log if log is not None else tx.connection):
        cited = _cited(entry, "notice")
        mine = places.keys() & _cited(entry, "finding")
        if (
            notice.notice_id in cited
            or (mine and not cited)
            or _replaces(entry, notice.notice_id)
            or not known.isdisjoint(_erased(entry))
        ):
            known.add(entry.index)
            if cited - {notice.notice_id}:
                locators[entry.index] = frozenset().union(*(places[one] for one in mine))
    about = About(notice.notice_id, notice.text, locators)
    return Concerning(tuple(sorted(known)), about)


def decided_at(
    tx: Transaction, decisions: Iterable[Decision], log: Connection | None = None
) -> dict[str, int]:
    """By decision key, the record of the log that holds the newest word on it.

    The log is read from its end, in one pass, until every key is met, and no further back than
    a day before the oldest of these decisions: a decision that the log does not hold costs what
    was logged since it was made.

    Args:
        tx: a transaction of the registry.
        decisions: of those that the log does not know nothing is said.
        log: where the log is; by default in the registry.
    """
    connection = log if log is not None else tx.connection
    made = {one.decision_key: one.decided for one in decisions}
    wanted, found = set(made), dict[str, int]()
    oldest = min(map(seconds_of, made.values()), default=0.0) - _CLOCKS_DIFFER
    stop = log_size(connection) if wanted else 0
    while stop > 0 and wanted:
        start = max(0, stop - _PAGE)
        page = entries(connection, start, stop - start)
        for one in reversed(page):
            key = _held(one, "detail").get("decision")
            if isinstance(key, str) and key in wanted:
                found[key] = one.index
                wanted.discard(key)
        if all(seconds_of(str(one.record.get("at"))) < oldest for one in page):
            break
        stop = start
    return found


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records of the log: every condition that is given must hold.

    Attributes:
        notice_id: that cite this notice; its beginning will do.
        path: of the file at this path, or of files below this folder.
        act: of this act (``fix.commit``), or of all acts of this kind (``fix``).
    """

    notice_id: str | None = None
    path: str | None = None
    act: str | None = None


def records_where(
    tx: Transaction, query: RecordQuery, start: int, limit: int, log: Connection | None = None
) -> tuple[Entry, ...]:
    """Up to ``limit`` of the records that meet ``query``, in order.

    Args:
        tx: a transaction of the registry.
        query: the conditions.
        start: the first of those that meet it; a negative number counts from their end.
        limit: not negative.
        log: where the log is; by default in the registry.

    Raises:
        UsageError: there is no such act.
        RegistryError: there is no such notice.
    """
    connection = log if log is not None else tx.connection
    if query == RecordQuery():
        return entries(connection, start, limit)
    if query.act and not any(_is_act(one, query.act) for one in ACTS):
        raise UsageError(
            f"The log knows no act {query.act!r}.", remedy=f"It is one of: {', '.join(ACTS)}."
        )
    notice = registry.notice(tx, query.notice_id).notice_id if query.notice_id else None
    path = os.path.abspath(query.path) if query.path else None
    met = [
        one.index
        for one in _every(connection)
        if (not query.act or _is_act(one.record.get("act"), query.act))
        and (notice is None or notice in _cited(one, "notice"))
        and (path is None or any(_is_below(each, path) for each in _paths(one)))
    ]
    first = max(0, len(met) + start) if start < 0 else start
    return tuple(
        one for index in met[first : first + limit] for one in entries(connection, index, 1)
    )


def _every(connection: Connection) -> Iterator[Entry]:
    for start in range(0, log_size(connection), _PAGE):
        yield from entries(connection, start, _PAGE)


def _cited(entry: Entry, name: str) -> frozenset[str]:
    """What a record cites as its reason under this name."""
    named = _listed(_held(entry, "why").get(name, []))
    return frozenset(one for one in named if isinstance(one, str) and one)


def _replaces(entry: Entry, notice_id: str) -> bool:
    """Whether a record says that the notice was replaced, or speaks again."""
    detail = _held(entry, "detail")
    named = (str(detail.get(name, "")) for name in ("supersedes", "supersededBy", "restores"))
    return any(notice_id in one.split(" ") for one in named)


def _erased(entry: Entry) -> list[int]:
    if entry.record.get("act") != "payload.erase":
        return []
    numbers = _listed(_held(entry, "detail").get("record", []))
    return [one for one in numbers if isinstance(one, int)]


def _is_act(act: Any, wanted: str) -> bool:
    return act == wanted or str(act).startswith(f"{wanted}.")


def _paths(entry: Entry) -> Iterator[str]:
    for one in _listed(entry.record.get("objects", [])):
        path = one.get("path") if isinstance(one, dict) else None
        if isinstance(path, dict):
            yield os.fsdecode(base64.b64decode(str(path.get("b64", ""))))
        else:
            yield str(path)


def _is_below(path: str, place: str) -> bool:
    return path == place or path.startswith(place.rstrip(os.sep) + os.sep)


def _held(entry: Entry, name: str) -> dict[str, Any]:
    held = entry.record.get(name)
    return held if isinstance(held, dict) else {}


def _listed(held: Any) -> list[Any]:
    return held if isinstance(held, list) else [held]
