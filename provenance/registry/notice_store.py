"""What was asked: notices, each kept once however often it is met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeVar

from sqlalchemy import delete, insert, select, update

from provenance.errors import RegistryError
from provenance.model import Authority, Notice
from provenance.registry import codec
from provenance.registry.columns import key_text
from provenance.registry.registry import Transaction
from provenance.registry.statements import begins_with, chunks, write_rows
from provenance.registry.tables import NOTICE, NOTICE_KEY

Key = tuple[str, str]
Part = TypeVar("Part")
_MOST_NAMED: Final = 5


def put_notices(
    tx: Transaction,
    notices: Iterable[Notice],
    now: str,
    keys: Mapping[str, Sequence[Key]] | None = None,
) -> tuple[Notice, ...]:
    """Register notices, merging each with what is known of it; return them as they now stand.

    Args:
        tx: a writing transaction.
        notices: as read.
        now: RFC 3339, kept as ``first_seen`` of the new ones.
        keys: blocking keys by notice id; a notice that is not named keeps its keys.
    """
    connection = tx.writing()
    merged: dict[str, Notice] = {}
    given = list(notices)
    known = _by_id(tx, (one.notice_id for one in given))
    for one in given:
        former = merged.get(one.notice_id) or known.get(one.notice_id)
        merged[one.notice_id] = one if former is None else merge(former, one)
    changed = [one for one in merged.values() if known.get(one.notice_id) != one]
    write_rows(
        connection,
        NOTICE,
        [_row(one, now) for one in changed],
        keep=("first_seen", "retracted_by"),
    )
    for notice_id in merged.keys() & (keys or {}).keys():
        connection.execute(delete(NOTICE_KEY).where(NOTICE_KEY.c.notice_id == notice_id))
        rows = [
            {"kind": kind, "value": value, "notice_id": notice_id}
            for kind, value in sorted(set((keys or {})[notice_id]))
        ]
        if rows:
            connection.execute(insert(NOTICE_KEY), rows)
    return tuple(merged.values())


def merge(former: Notice, given: Notice) -> Notice:
    """Return one notice out of two meetings with it.

    The stronger authority speaks (what a person brought, over what stood in a picture);
    between equals the newer reading, which a better parser may have made. Targets of
    equals are united; a notice that a person brought takes no target from an embedded
    copy, or a forged picture could widen it. Occurrences are always united, the earliest
    receipt stays (liability runs from it), and a retraction is never undone by meeting
    the notice again.
    """
    stands = former if _rank(former) > _rank(given) else given
    targets = _united(stands.targets, ())
    if _rank(former) == _rank(given):
        targets = _united(former.targets, given.targets)
    versioned = _versioned(stands, given if stands is former else former)
    return replace(
        stands,
        targets=targets,
        occurrences=_united(former.occurrences, given.occurrences),
        received=_earliest(former.received, given.received),
        received_by=_bringer(former, given),
        retracted=given.retracted if former.retracted is None else former.retracted,
        superseded_by=former.superseded_by,
        item=versioned.item,
        version=versioned.version,
        sent=stands.sent or versioned.sent,
    )


def _versioned(stands: Notice, other: Notice) -> Notice:
    """Which of the two says of what item it is a version: a mail repeats a note without it.

    An embedded copy says nothing of the item of what a person brought.
    """
    silent = not stands.item and other.item and _rank(other) >= _rank(stands)
    return other if silent else stands


def _rank(notice: Notice) -> int:
    return 0 if notice.authority is Authority.EMBEDDED else 1


def _united(former: tuple[Part, ...], given: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(dict.fromkeys((*former, *given)))


def _earliest(*times: str | None) -> str | None:
    return min((time for time in times if time is not None), key=_instant, default=None)


def _instant(time: str) -> tuple[bool, datetime, str]:
    """Order times by instant; what is no time comes last, a time without zone counts as UTC."""
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return True, datetime.max.replace(tzinfo=UTC), time
    return False, moment if moment.tzinfo else moment.replace(tzinfo=UTC), time


def _bringer(former: Notice, given: Notice) -> str | None:
    """The person of the stronger authority; between equals, of the earlier receipt."""
    if _rank(former) != _rank(given):
        return max(former, given, key=_rank).received_by
    if former.received_by is None or given.received_by is None:
        return former.received_by or given.received_by
    earliest = _earliest(former.received, given.received)
    return former.received_by if former.received == earliest else given.received_by


def notices(tx: Transaction, *, active_only: bool = True) -> tuple[Notice, ...]:
    """Return every notice, by id; ``active_only`` leaves out the retracted and superseded ones."""
    query = select(NOTICE).order_by(NOTICE.c.notice_id)
    if active_only:
        query = query.where(NOTICE.c.retracted.is_(None), NOTICE.c.superseded_by.is_(None))
    return tuple(_value(row) for row in tx.connection.execute(query))


def notices_of_items(tx: Transaction, items: Iterable[str]) -> tuple[Notice, ...]:
    """Return every notice that came as a version of one of these items, by id."""
    found: dict[str, Notice] = {}
    for chunk in chunks(dict.fromkeys(one for one in items if one)):
        rows = tx.connection.execute(select(NOTICE).where(NOTICE.c.item.in_(chunk)))
        found.update((row.notice_id, _value(row)) for row in rows)
    return tuple(found[notice_id] for notice_id in sorted(found))


def put_standing(tx: Transaction, judged: Iterable[Notice]) -> None:
    """Record by which later version each of these notices is superseded, or that it stands.

    Args:
        tx: a writing transaction.
        judged: known notices, as ``notices.life.standing`` gives them.
    """
    connection = tx.writing()
    for one in judged:
        statement = update(NOTICE).where(NOTICE.c.notice_id == one.notice_id)
        connection.execute(
            statement.values(superseded_by=one.superseded_by, document=codec.dump(one))
        )


def notices_of_ids(tx: Transaction, ids: Iterable[str]) -> dict[str, Notice]:
    """Return the notices of these ids, whole ones, whatever became of them; others are left out."""
    return _by_id(tx, ids)


def notice(tx: Transaction, id_prefix: str) -> Notice:
    """Return the notice of this id, or the one whose id begins so.

    Raises:
        RegistryError: there is none, or more than one (codes ``not-found``, ``ambiguous``).
    """
    query = select(NOTICE).where(begins_with(NOTICE.c.notice_id, id_prefix))
    rows = tx.connection.execute(query.order_by(NOTICE.c.notice_id).limit(_MOST_NAMED + 1)).all()
    if not rows or not id_prefix:
        raise RegistryError(
            f"There is no notice {id_prefix!r}.",
            code="not-found",
            remedy="`provenance notices list --all` shows them; the beginning of an id is enough.",
        )
    # Its own name comes before all that begin with it.
    if len(rows) == 1 or rows[0].notice_id == id_prefix:
        return _value(rows[0])
    named = ", ".join(row.notice_id for row in rows[:_MOST_NAMED])
    raise RegistryError(
        f"More than one notice begins with {id_prefix!r}: {named}"
        f"{', ...' if len(rows) > _MOST_NAMED else ''}.",
        code="ambiguous",
        remedy="Give more of the id.",
    )


def retract(tx: Transaction, notice_id: str, agent: str, when: str) -> Notice:
    """Record that ``agent`` retracted the notice; a second retraction changes nothing.

    Args:
        tx: a writing transaction.
        notice_id: the whole id, or a prefix that names one notice.
        agent: the person.
        when: RFC 3339.

    Raises:
        RegistryError: there is no such notice.
    """
    connection = tx.writing()
    former = notice(tx, notice_id)
    if former.retracted is not None:
        return former
    retracted = replace(former, retracted=when)
    row = _row(retracted, when) | {"retracted_by": agent}
    write_rows(connection, NOTICE, [row], keep=("first_seen",))
    return retracted


def retracted_by(tx: Transaction, notice_id: str) -> str | None:
    """Who retracted the notice; None where nobody did."""
    query = select(NOTICE.c.retracted_by).where(NOTICE.c.notice_id == notice_id)
    return tx.connection.execute(query).scalar_one_or_none()


def notices_by_keys(tx: Transaction, keys: Iterable[Key]) -> dict[Key, tuple[str, ...]]:
    """Return, for each key that leads anywhere, the ids of the notices that bear it.

    Retracted and superseded notices are left out.
    """
    asked: dict[Key, Key] = {(kind, key_text(value)): (kind, value) for kind, value in keys}
    found: dict[Key, list[str]] = {}
    join = NOTICE_KEY.join(NOTICE, NOTICE.c.notice_id == NOTICE_KEY.c.notice_id)
    for kind, group in groupby(sorted(asked.values(), key=itemgetter(0)), key=itemgetter(0)):
        for chunk in chunks(value for _, value in group):
            query = select(NOTICE_KEY.c.value, NOTICE.c.notice_id).select_from(join).where(
                NOTICE_KEY.c.kind == kind,
                NOTICE_KEY.c.value.in_(chunk),
                NOTICE.c.retracted.is_(None),
                NOTICE.c.superseded_by.is_(None),
            )  # fmt: skip
            for value, notice_id in tx.connection.execute(query):
                found.setdefault(asked[kind, value], []).append(notice_id)
    return {key: tuple(sorted(ids)) for key, ids in found.items()}


def _by_id(tx: Transaction, ids: Iterable[str]) -> dict[str, Notice]:
    found: dict[str, Notice] = {}
    for chunk in chunks(dict.fromkeys(ids)):
        query = select(NOTICE).where(NOTICE.c.notice_id.in_(chunk))
        found.update((row.notice_id, _value(row)) for row in tx.connection.execute(query))
    return found


def _row(one: Notice, now: str) -> dict[str, Any]:
    return {
        "notice_id": one.notice_id,
        "provider": one.provider,
        "kind": one.kind.value,
        "authority": one.authority.value,
        "received": one.received,
        "received_by": one.received_by,
        "retracted": one.retracted,
        "retracted_by": None,
        "first_seen": now,
        "document": codec.dump(one),
        "item": one.item or None,
        "superseded_by": one.superseded_by,
    }


def _value(row: Any) -> Notice:
    return codec.load(Notice, row.document, f"the notice {row.notice_id}")
