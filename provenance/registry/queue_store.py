"""The findings in the order in which a person should look at them, a page at a time.

The order is worked out by the database from an index that holds every column it needs, so that
a page costs the same wherever it stands. Documents are read for the page alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    column,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy import Text as PlainText
from sqlalchemy import cast as as_type
from sqlalchemy.engine import Connection

from provenance.errors import RegistryError
from provenance.model import Confidence, Finding, Fixability, Rule, Severity, Status, Verdict
from provenance.registry.finding_store import FindingQuery, findings
from provenance.registry.queue_words import Among
from provenance.registry.registry import Transaction
from provenance.registry.statements import under
from provenance.registry.tables import (
    ASSET,
    ASSET_KEY,
    DECISION,
    DESK_RECORD,
    DESK_RECORD_KEY,
    FINDING,
    NOTICE,
    RUN,
)

_PAGE_TYPES: Final = ("text/html", "text/rss+xml")
_DIGESTS: Final = ("sha256", "scan", "image")
_STANDING: Final = (Verdict.APPLY.value, Verdict.HOLD.value)
_UNSETTLED: Final = (Status.OPEN.value, Status.HELD.value)


class View(StrEnum):
    """Which findings a person looks at; ``TODO`` is what nobody has settled."""

    TODO = "todo"
    PERSON = "person"
    READY = "ready"
    HOLD = "hold"
    DONE = "done"
    DISMISSED = "dismissed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Which findings, and what makes some of them more urgent.

    Attributes:
        view: by who has to move next.
        rule: of this rule.
        severity: of this severity.
        notice_id: about this notice.
        agency: about notices of this provider; empty for those that name none.
        among: of these (``findings_saying``); None: of all.
        roots: at or below these absolute paths.
        overdue: ids of notices that are behind their limit.
        published: ids of assets that are, or stand on, published pages (``published_assets``).
    """

    view: View = View.TODO
    rule: Rule | None = None
    severity: Severity | None = None
    notice_id: str | None = None
    agency: str | None = None
    among: Among | None = None
    roots: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    published: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A finding's place in the queue: lower comes first.

    Attributes:
        risk: by word given, withdrawal or publication, limit, severity and confidence.
        first_seen: RFC 3339; the oldest first.
        finding_id: ties are broken by it.
    """

    risk: int
    first_seen: str
    finding_id: str


@dataclass(frozen=True, slots=True)
class Queued:
    """One finding in the queue."""

    place: Place
    finding: Finding
    asset_id: int


def queue_page(
    tx: Transaction, query: QueueQuery, size: int, *, after: Place | None, before: Place | None
) -> tuple[Queued, ...]:
    """The next findings behind ``after``, or the last ones ahead of ``before``, in order.

    Args:
        tx: any transaction.
        query: which.
        size: so many at most.
        after: None: from the beginning.
        before: where it is given, ``after`` does not count.
    """
    risk = _risk(tx.connection, query)
    key = (risk, FINDING.c.first_seen, FINDING.c.finding_id)
    columns = select(risk.label("risk"), *key[1:], FINDING.c.asset_id)
    statement = _narrowed(tx.connection, columns, query).limit(size)
    edge = before or after
    if edge is not None:
        there, order = _edge(edge), tuple_(*key)
        statement = statement.where(order < there if before else order > there)
    ways = [one.desc() if before else one for one in key]
    rows = list(tx.connection.execute(statement.order_by(*ways)))
    if before:
        rows.reverse()
    ids = [row.finding_id for row in rows]
    known = {one.finding_id: one for one in findings(tx, FindingQuery(ids=ids))}
    return tuple(
        Queued(Place(row.risk, row.first_seen, row.finding_id), known[row.finding_id], row.asset_id)
        for row in rows
    )


def _edge(place: Place) -> ColumnElement[Any]:
    """A place as the database compares it."""
    return tuple_(
        literal(place.risk),
        literal(place.first_seen, FINDING.c.first_seen.type),
        literal(place.finding_id, FINDING.c.finding_id.type),
    )


def queue_place(tx: Transaction, query: QueueQuery, one: Finding) -> Queued:
    """A finding on record with the place that it has, or would have, in the queue.

    Raises:
        RegistryError: it is not on record (code ``not-found``).
    """
    statement = select(
        _risk(tx.connection, query).label("risk"), FINDING.c.first_seen, FINDING.c.asset_id
    ).where(FINDING.c.finding_id == one.finding_id)
    row = tx.connection.execute(statement).first()
    if row is None:
        raise RegistryError(f"There is no finding {one.finding_id!r}.", code="not-found")
    return Queued(Place(row.risk, row.first_seen, one.finding_id), one, row.asset_id)


def queue_ahead(tx: Transaction, query: QueueQuery, place: Place) -> int:
    """How many findings of the queue stand ahead of a place."""
    risk = _risk(tx.connection, query)
    order = tuple_(risk, FINDING.c.first_seen, FINDING.c.finding_id)
    counted = _narrowed(tx.connection, select(func.count()), query)
    return int(tx.connection.execute(counted.where(order < _edge(place))).scalar_one())


def queue_counts(tx: Transaction, query: QueueQuery) -> dict[View, int]:
    """How many findings each view has, with the query's other conditions."""
    return queue_totals(tx, query)[0]


def queue_totals(tx: Transaction, query: QueueQuery) -> tuple[dict[View, int], dict[Rule, int]]:
    """What ``queue_counts`` says, and how many findings of the view each rule has.

    The numbers by rule are those of all rules, whatever rule the query names. Both are counted
    in one pass in the order of the index.
    """
    by = (FINDING.c.status, FINDING.c.fixability, FINDING.c.rule)
    whole = replace(query, view=View.ALL, rule=None)
    counted = _narrowed(tx.connection, select(*by, func.count().label("number")), whole)
    tally: dict[View, Counter[str]] = {view: Counter() for view in View}
    for row in tx.connection.execute(counted.group_by(*by)):
        for view in _views(row.status, row.fixability):
            tally[view][row.rule] += row.number
    held = select(FINDING.c.rule, func.count().label("number"))
    on_hold = _narrowed(tx.connection, held, replace(whole, view=View.HOLD))
    for row in tx.connection.execute(on_hold.group_by(FINDING.c.rule)):
        tally[View.HOLD][row.rule] += row.number
    counts = {
        view: some.total() if query.rule is None else some[query.rule.value]
        for view, some in tally.items()
    }
    found = tally[query.view]
    return counts, {rule: found[rule.value] for rule in Rule if rule.value in found}


def queue_agencies(tx: Transaction) -> tuple[str, ...]:
    """The providers of all notices that have findings, sorted."""
    concerned = select(FINDING.c.notice_id).where(FINDING.c.notice_id.is_not(None)).distinct()
    statement = select(NOTICE.c.provider).where(NOTICE.c.notice_id.in_(concerned)).distinct()
    return tuple(sorted(one for one in tx.connection.execute(statement).scalars() if one))


def open_receipts(tx: Transaction) -> tuple[tuple[str, str | None, str], ...]:
    """Id, provider and receipt (RFC 3339) of every notice with something left to do.

    Retracted and superseded notices, and those without a time of receipt, are left out.
    """
    concerned = select(FINDING.c.notice_id).where(
        FINDING.c.status.in_(_UNSETTLED), FINDING.c.notice_id.is_not(None)
    )
    statement = select(NOTICE.c.notice_id, NOTICE.c.provider, NOTICE.c.received).where(
        NOTICE.c.notice_id.in_(concerned.distinct()),
        NOTICE.c.received.is_not(None),
        NOTICE.c.retracted.is_(None),
        NOTICE.c.superseded_by.is_(None),
    )
    return tuple(
        (row.notice_id, row.provider, row.received) for row in tx.connection.execute(statement)
    )


def published_assets(tx: Transaction) -> tuple[int, ...]:
    """The ids of assets that are published pages, or that the desk says were published.

    For the order of the queue only: a desk record counts by path or digest, file names do not.
    Reads every desk record that tells of a publication.
    """
    pages = select(ASSET.c.id).where(ASSET.c.media_type.in_(_PAGE_TYPES))
    told = select(DESK_RECORD.c.id).where(
        as_type(DESK_RECORD.c.document, PlainText).like('%"publications":%')
    )
    stated = select(DESK_RECORD_KEY).where(DESK_RECORD_KEY.c.record_id.in_(told)).subquery()
    by_path = (
        select(ASSET.c.id)
        .join(stated, as_type(stated.c.value, PlainText) == as_type(ASSET.c.uri, PlainText))
        .where(stated.c.kind == "path")
    )
    by_digest = (
        select(ASSET_KEY.c.asset_id)
        .join(stated, and_(stated.c.kind == ASSET_KEY.c.kind, stated.c.value == ASSET_KEY.c.value))
        .where(stated.c.kind.in_(_DIGESTS))
    )
    found: set[int] = set()
    for statement in (pages, by_path, by_digest):
        found.update(tx.connection.execute(statement).scalars())
    return tuple(sorted(found))


def published_as_of(tx: Transaction) -> tuple[int, str]:
    """What ``published_assets`` depends on: it says the same as long as this does."""
    newest = tx.connection.execute(select(func.max(DESK_RECORD.c.id))).scalar_one()
    began = tx.connection.execute(select(func.max(RUN.c.started))).scalar_one()
    return int(newest or 0), str(began or "")


def _views(status: str, fixability: str) -> tuple[View, ...]:
    if status == Status.FIXED.value:
        return View.DONE, View.ALL
    if status not in _UNSETTLED:
        return View.DISMISSED, View.ALL
    ready = status == Status.OPEN.value and fixability != Fixability.DISPLAY_ONLY.value
    return (View.READY if ready else View.PERSON), View.TODO, View.ALL


def _in_view(view: View) -> ColumnElement[bool] | None:
    status, fixability = FINDING.c.status, FINDING.c.fixability
    is_open, is_held = status == Status.OPEN.value, status == Status.HELD.value
    shown_only = fixability == Fixability.DISPLAY_ONLY.value
    return {
        View.TODO: status.in_(_UNSETTLED),
        View.PERSON: and_(status.in_(_UNSETTLED), or_(is_held, shown_only)),
        View.READY: and_(is_open, ~shown_only),
        View.HOLD: and_(is_held, FINDING.c.decision_key.in_(_newest((Verdict.HOLD.value,)))),
        View.DONE: status == Status.FIXED.value,
        View.DISMISSED: status.in_((Status.WAIVED.value, Status.REJECTED.value)),
        View.ALL: None,
    }[view]


def _newest(verdicts: Collection[str]) -> Select[Any]:
    """The keys about which the newest decision is one of these."""
    later = DECISION.alias("later")
    replaced = select(later.c.id).where(
        later.c.decision_key == DECISION.c.decision_key, later.c.id > DECISION.c.id
    )
    return select(DECISION.c.decision_key).where(
        DECISION.c.verdict.in_(verdicts), ~replaced.exists()
    )


def _risk(connection: Connection, query: QueueQuery) -> ColumnElement[int]:
    """One number: its digits are word given, urgency, limit, severity, confidence."""
    spoken = FINDING.c.decision_key.in_(_newest(_STANDING))
    urgent = or_(
        FINDING.c.rule == Rule.WITHDRAWN.value,
        _among(connection, FINDING.c.asset_id, query.published),
    )
    late = _among(connection, FINDING.c.notice_id, query.overdue)
    severity = case(
        (FINDING.c.severity == Severity.ERROR.value, 0),
        (FINDING.c.severity == Severity.WARNING.value, 1),
        else_=2,
    )
    confidence = case(
        (FINDING.c.confidence == Confidence.STRONG.value, 0),
        (FINDING.c.confidence == Confidence.MEDIUM.value, 1),
        else_=2,
    )
    return (
        case((spoken, 10_000), else_=0)
        + case((urgent, 0), else_=1_000)
        + case((late, 0), else_=100)
        + severity * 10
        + confidence
    )


def _among(
    connection: Connection, wanted: ColumnElement[Any], values: Collection[str] | Collection[int]
) -> ColumnElement[bool]:
    """That a column is one of many values, as one parameter; they need no escaping."""
    if not values:
        return false()
    given = json.dumps(list(values))
    if connection.dialect.name == "postgresql":
        each = func.json_array_elements_text(as_type(literal(given, PlainText()), JSON))
        number = isinstance(next(iter(values)), int)
        return wanted.in_(select(as_type(each, Integer) if number else each))
    return wanted.in_(select(column("value")).select_from(func.json_each(given)))


def _narrowed(connection: Connection, statement: Select[Any], query: QueueQuery) -> Select[Any]:
    statement = statement.select_from(FINDING)
    in_view = _in_view(query.view)
    conditions = [] if in_view is None else [in_view]
    if query.rule is not None:
        conditions.append(FINDING.c.rule == query.rule.value)
    if query.severity is not None:
        conditions.append(FINDING.c.severity == query.severity.value)
    if query.notice_id is not None:
        conditions.append(FINDING.c.notice_id == query.notice_id)
    if query.agency is not None:
        provider = (
            NOTICE.c.provider == query.agency if query.agency else NOTICE.c.provider.is_(None)
        )
        conditions.append(FINDING.c.notice_id.in_(select(NOTICE.c.notice_id).where(provider)))
    if query.roots:
        statement = statement.join(ASSET, ASSET.c.id == FINDING.c.asset_id)
        conditions.append(under(ASSET.c.uri, query.roots))
    if query.among is not None:
        listed = _among(connection, FINDING.c.finding_id, query.among.ids)
        conditions.append(~listed if query.among.left_out else listed)
    return statement.where(*conditions)
