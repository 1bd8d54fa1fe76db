"""What was done: one row for each file of each fix, from the intent to its end.

The row of an intent is committed before the file is touched and carries the patch
that brings the old bytes back, so that recovery and undo need nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, select, update

from provenance.errors import RegistryError
from provenance.model import Edit, Fixity
from provenance.registry import codec
from provenance.registry.columns import escape
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, insert_plain
from provenance.registry.tables import FIX, FIX_NOTICE


class FixState(StrEnum):
    """Where a fix of one file stands. Every intent ends in exactly one of the others."""

    INTENT = "intent"
    COMMIT = "commit"
    ABORT = "abort"
    CONFLICT = "conflict"
    UNDONE = "undone"


_FOLLOWS: Final = {
    FixState.COMMIT: FixState.INTENT,
    FixState.ABORT: FixState.INTENT,
    FixState.CONFLICT: FixState.INTENT,
    FixState.UNDONE: FixState.COMMIT,
}


@dataclass(frozen=True, slots=True)
class Fix:
    """One file of one fix.

    Attributes:
        fix_id: unique; the ``tx`` of the temporary file's name.
        run_id: the run it belongs to, which must have been started.
        uri: the file that is written: the picture or its sidecar.
        asset_uri: the picture.
        before: digests of the old bytes.
        after: digests of the new bytes.
        patch: turns the new bytes into the old ones.
        tmp_name: the temporary file's name, in the folder of ``uri``.
        created: RFC 3339, when the intent was recorded.
        agent: on whose word.
        finding_ids: the findings it settles.
        notice_ids: the notices it acts on.
        edits: the values changed.
        state: where it stands.
        settled: RFC 3339, when it left the state ``intent`` (later: when it was undone).
        intent_index: the leaf of the audit log that holds the intent.
        outcome_index: the leaf that holds how it ended.
        reason: why it was aborted, conflicted or was undone; else empty.
        undoes: of an undo, the fix that it takes back; else empty.
        in_part: of an undo, values of that fix go on standing.
    """

    fix_id: str
    run_id: str
    uri: str
    asset_uri: str
    before: Fixity
    after: Fixity
    patch: bytes
    tmp_name: str
    created: str
    agent: str
    finding_ids: tuple[str, ...] = ()
    notice_ids: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    state: FixState = FixState.INTENT
    settled: str | None = None
    intent_index: int | None = None
    outcome_index: int | None = None
    reason: str = ""
    undoes: str = ""
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class FixQuery:
    """Which fixes: every condition that is not None must hold.

    Attributes:
        run_id: of this run.
        notice_id: on this notice.
        uri: of this file, whether picture or sidecar, or of the sidecars of this picture.
        state: standing here.
    """

    run_id: str | None = None
    notice_id: str | None = None
    uri: str | None = None
    state: FixState | None = None


@dataclass(frozen=True, slots=True)
class _Document:
    """The parts of a fix that are never looked up by."""

    agent: str
    finding_ids: tuple[str, ...] = ()
    notice_ids: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    reason: str = ""
    undoes: str = ""
    in_part: bool = False


def put_intents(tx: Transaction, fixes: Iterable[Fix]) -> None:
    """Record intents; after the commit of ``tx`` the files may be touched.

    Raises:
        RegistryError: a fix is not an intent, or its id is taken.
    """
    connection = tx.writing()
    given = list(fixes)
    if any(fix.state is not FixState.INTENT for fix in given):
        raise RegistryError("A fix was recorded that is not an intent.", code="registry-fix")
    if not given:
        return
    insert_plain(connection, FIX, [_stored_row(_row(fix).values()) for fix in given])
    links = [
        _stored_row((notice_id, fix.fix_id))
        for fix in given
        for notice_id in dict.fromkeys(fix.notice_ids)
    ]
    insert_plain(connection, FIX_NOTICE, links)


def settle_fix(
    tx: Transaction,
    fix_id: str,
    state: FixState,
    settled: str,
    *,
    outcome_index: int | None = None,
    reason: str = "",
) -> Fix:
    """Record how a fix ended: an intent by commit, abort or conflict, a commit by undone.

    Raises:
        RegistryError: there is no such fix, or it cannot go from its state to this one.
    """
    connection = tx.writing()
    row = connection.execute(select(FIX).where(FIX.c.fix_id == fix_id)).one_or_none()
    if row is None:
        raise RegistryError(f"There is no fix {fix_id}.", code="not-found")
    former = _value(row)
    if _FOLLOWS.get(state) is not former.state:
        raise RegistryError(
            f"The fix {fix_id} of {former.uri!r} is at {former.state.value!r} and cannot"
            f" become {state.value!r}.",
            code="registry-fix",
            remedy="Another run has settled it; run the command again.",
        )
    now = replace(former, state=state, settled=settled, outcome_index=outcome_index, reason=reason)
    changed = _row(now)
    names = ("state", "settled", "outcome_index", "document")
    statement = update(FIX).where(FIX.c.fix_id == fix_id)
    connection.execute(statement.values({name: changed[name] for name in names}))
    return now


@dataclass(frozen=True, slots=True)
class Ending:
    """How a fix ended: as the arguments of ``settle_fix``."""

    fix_id: str
    state: FixState
    outcome_index: int | None = None
    reason: str = ""


def settle_fixes(tx: Transaction, endings: Iterable[Ending], settled: str) -> None:
    """Record how fixes ended, as ``settle_fix`` does one by one; each at most once.

    Raises:
        RegistryError: as ``settle_fix``; nothing of ``tx`` must then be committed.
    """
    connection = tx.writing()
    plain: list[Ending] = []
    for one in endings:
        if one.reason:
            settle_fix(
                tx, one.fix_id, one.state, settled,
                outcome_index=one.outcome_index, reason=one.reason,
            )  # fmt: skip
        else:
            plain.append(one)
    states: dict[str, str] = {}
    for chunk in chunks(one.fix_id for one in plain):
        rows = connection.execute(select(FIX.c.fix_id, FIX.c.state).where(FIX.c.fix_id.in_(chunk)))
        states.update((row.fix_id, row.state) for row in rows)
    for one in plain:
        former = _FOLLOWS.get(one.state)
        if former is None or states.get(one.fix_id) != former.value:
            # Says what is wrong with it.
            settle_fix(tx, one.fix_id, one.state, settled, outcome_index=one.outcome_index)
    if plain:
        connection.execute(
            update(FIX)
            .where(FIX.c.fix_id == bindparam("_id"))
            .values(state=bindparam("_state"), settled=settled, outcome_index=bindparam("_index")),
            [{"_id": o.fix_id, "_state": o.state.value, "_index": o.outcome_index} for o in plain],
        )


def mark_undone(tx: Transaction, undone: Mapping[str, str], settled: str) -> None:
    """Record of committed fixes by which undo each was taken back; others stay as they are.

    Args:
        tx: writes.
        undone: the fix to the fix that undid it.
        settled: RFC 3339, when.
    """
    connection = tx.writing()
    marked: list[dict[str, str]] = []
    columns = (FIX.c.fix_id, FIX.c.document)
    for chunk in chunks(undone):
        query = select(*columns).where(
            FIX.c.fix_id.in_(chunk), FIX.c.state == FixState.COMMIT.value
        )
        for row in connection.execute(query):
            document = codec.load(_Document, row.document, f"the fix {row.fix_id}")
            document = replace(document, reason=f"by {undone[row.fix_id]}")
            marked.append({"_id": row.fix_id, "_document": codec.dump(document)})
    if marked:
        connection.execute(
            update(FIX)
            .where(FIX.c.fix_id == bindparam("_id"))
            .values(state=FixState.UNDONE.value, settled=settled, document=bindparam("_document")),
            marked,
        )


def open_intents(tx: Transaction) -> tuple[Fix, ...]:
    """Return every intent that has not ended, oldest first: what recovery must settle."""
    return fixes(tx, FixQuery(state=FixState.INTENT))


def fix(tx: Transaction, fix_id: str) -> Fix | None:
    """Return one fix; None where there is none."""
    row = tx.connection.execute(select(FIX).where(FIX.c.fix_id == fix_id)).one_or_none()
    return None if row is None else _value(row)


def fixes(tx: Transaction, query: FixQuery) -> tuple[Fix, ...]:
    """Return the fixes that the query asks for, oldest first."""
    statement = select(FIX).order_by(FIX.c.created, FIX.c.fix_id)
    conditions: list[ColumnElement[bool]] = []
    if query.run_id is not None:
        conditions.append(FIX.c.run_id == query.run_id)
    if query.uri is not None:
        conditions.append((FIX.c.uri == query.uri) | (FIX.c.asset_uri == query.uri))
    if query.state is not None:
        conditions.append(FIX.c.state == query.state.value)
    if query.notice_id is not None:
        statement = statement.join(FIX_NOTICE, FIX_NOTICE.c.fix_id == FIX.c.fix_id)
        conditions.append(FIX_NOTICE.c.notice_id == query.notice_id)
    return tuple(_value(row) for row in tx.connection.execute(statement.where(*conditions)))


def fixes_of_notices(tx: Transaction, notice_ids: Iterable[str]) -> dict[str, tuple[Fix, ...]]:
    """Return the fixes on each of these notices that has any, oldest first."""
    numbers: dict[str, list[str]] = {}
    values: dict[str, Fix] = {}
    columns = select(FIX_NOTICE.c.notice_id, FIX)
    for chunk in chunks(dict.fromkeys(notice_ids)):
        asked = columns.join(FIX, FIX_NOTICE.c.fix_id == FIX.c.fix_id)
        asked = asked.where(FIX_NOTICE.c.notice_id.in_(chunk))
        for row in tx.connection.execute(asked.order_by(FIX.c.created, FIX.c.fix_id)).all():
            if row.fix_id not in values:
                values[row.fix_id] = _value(row)
            numbers.setdefault(row.notice_id, []).append(row.fix_id)
    return {one: tuple(values[each] for each in some) for one, some in numbers.items()}


def last_commits(tx: Transaction, uris: Iterable[str]) -> dict[str, Fix]:
    """Return, for each file that was fixed and not undone, its newest committed fix."""
    newest: dict[str, Fix] = {}
    for chunk in chunks(dict.fromkeys(uris)):
        query = select(FIX).where(FIX.c.uri.in_(chunk), FIX.c.state == FixState.COMMIT.value)
        rows = tx.connection.execute(query.order_by(FIX.c.settled, FIX.c.fix_id))
        newest.update((row.uri, _value(row)) for row in rows)
    return newest


def edits_of(tx: Transaction, asset_uris: Iterable[str]) -> dict[str, tuple[Edit, ...]]:
    """Return, for each picture that was ever fixed, what was written into it, oldest first.

    Fixes of its sidecars count, and so do those that were undone since.
    """
    states = (FixState.COMMIT.value, FixState.UNDONE.value)
    found: dict[str, list[Edit]] = {}
    for chunk in chunks(dict.fromkeys(asset_uris)):
        query = select(FIX).where(FIX.c.asset_uri.in_(chunk), FIX.c.state.in_(states))
        for row in tx.connection.execute(query.order_by(FIX.c.created, FIX.c.fix_id)):
            found.setdefault(row.asset_uri, []).extend(_value(row).edits)
    return {uri: tuple(edits) for uri, edits in found.items()}


def _stored_row(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(escape(value) if isinstance(value, str) else value for value in values)


def _row(fix: Fix) -> dict[str, Any]:
    """The row, its columns in the order of the table."""
    document = _Document(
        fix.agent,
        fix.finding_ids,
        fix.notice_ids,
        fix.edits,
        fix.reason,
        fix.undoes,
        in_part=fix.in_part,
    )
    return {
        "fix_id": fix.fix_id,
        "run_id": fix.run_id,
        "uri": fix.uri,
        "asset_uri": fix.asset_uri,
        "state": fix.state.value,
        "before_sha256": fix.before.sha256,
        "before_image": fix.before.image_digest,
        "before_size": fix.before.size,
        "after_sha256": fix.after.sha256,
        "after_image": fix.after.image_digest,
        "after_size": fix.after.size,
        "patch": fix.patch,
        "tmp_name": fix.tmp_name,
        "created": fix.created,
        "settled": fix.settled,
        "intent_index": fix.intent_index,
        "outcome_index": fix.outcome_index,
        "document": codec.dump(document),
    }


def _value(row: Any) -> Fix:
    document = codec.load(_Document, row.document, f"the fix {row.fix_id}")
    return Fix(
        fix_id=row.fix_id,
        run_id=row.run_id,
        uri=row.uri,
        asset_uri=row.asset_uri,
        before=Fixity(row.before_sha256, row.before_image, row.before_size),
        after=Fixity(row.after_sha256, row.after_image, row.after_size),
        patch=bytes(row.patch),
        tmp_name=row.tmp_name,
        created=row.created,
        agent=document.agent,
        finding_ids=document.finding_ids,
        notice_ids=document.notice_ids,
        edits=document.edits,
        state=FixState(row.state),
        settled=row.settled,
        intent_index=row.intent_index,
        outcome_index=row.outcome_index,
        reason=document.reason,
        undoes=document.undoes,
        in_part=document.in_part,
    )
