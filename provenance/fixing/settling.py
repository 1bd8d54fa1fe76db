"""End fixes: the leaf, the row and the findings in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from provenance.fixing.desk import UNDO, Desk
from provenance.fixing.events import LONGEST_REASON, Detail, event_of
from provenance.model import Status
from provenance.registry import (
    Ending,
    Fix,
    FixQuery,
    FixState,
    Transaction,
    fixes,
    mark_undone,
    set_status,
    settle_fix,
    settle_fixes,
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A fix that ends, and how."""

    fix: Fix
    state: FixState
    reason: str = ""
    detail: Detail = ()


def settle(
    tx: Transaction, desk: Desk, kind: str, settlements: Sequence[Settlement], now: str
) -> None:
    """Record endings: leaves, rows, and the state of the findings, in one transaction.

    Committed fixes set their findings to fixed; committed undos open them again and mark
    the fix that they undid.
    """
    events = [
        event_of(
            one.fix,
            kind,
            desk.agent,
            one.state,
            (*one.detail, *((("reason", one.reason[:LONGEST_REASON]),) if one.reason else ())),
        )
        for one in settlements
    ]
    entries = desk.log.append(tx.connection, events, now)
    endings = [
        Ending(one.fix.fix_id, one.state, entry.index, one.reason)
        for one, entry in zip(settlements, entries, strict=True)
    ]
    settle_fixes(tx, endings, now)
    committed = [one.fix for one in settlements if one.state is FixState.COMMIT]
    if kind == UNDO:
        _mark_undone(tx, committed, now)
    status = Status.OPEN if kind == UNDO else Status.FIXED
    set_status(tx, [name for fix in committed for name in fix.finding_ids], status)


def _mark_undone(tx: Transaction, undos: Sequence[Fix], now: str) -> None:
    """Mark the fixes that undos name, unless values of them stand on.

    An undo that names none, as earlier versions recorded it, took back the newest committed
    fix that wrote the bytes which the undo replaced.
    """
    whole = {undo.undoes: undo.fix_id for undo in undos if undo.undoes and not undo.in_part}
    mark_undone(tx, whole, now)
    for undo in undos:
        if not undo.undoes:
            _mark_unnamed(tx, undo, now)


def _mark_unnamed(tx: Transaction, undo: Fix, now: str) -> None:
    query = FixQuery(uri=undo.uri, state=FixState.COMMIT)
    written = [
        fix
        for fix in fixes(tx, query)
        if fix.uri == undo.uri
        and fix.fix_id != undo.fix_id
        and (fix.before.sha256, fix.after.sha256) == (undo.after.sha256, undo.before.sha256)
    ]
    if written:
        settle_fix(tx, written[-1].fix_id, FixState.UNDONE, now, reason=f"by {undo.fix_id}")
