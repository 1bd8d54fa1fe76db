"""What was found, and what persons decided about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.engine import Connection

from provenance.errors import RegistryError
from provenance.model import Evidence, Finding, Rule, Status
from provenance.registry import codec
from provenance.registry.registry import Transaction
from provenance.registry.statements import begins_with, chunks, under, write_rows
from provenance.registry.tables import ASSET, FINDING, NOTICE

UNSEEN: Final = "not-found"
"""The remark on a finding that a person decided against and that is found no more."""

_UNSETTLED: Final = (Status.OPEN.value, Status.HELD.value)
_DISMISSED: Final = (Status.WAIVED.value, Status.REJECTED.value)
_JOINED: Final = FINDING.join(ASSET, ASSET.c.id == FINDING.c.asset_id)


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """What ``replace_findings`` did.

    Attributes:
        new: findings met for the first time.
        reopened: findings that were fixed and are back, open or held.
        kept: findings that were known and still stand.
        fixed: findings that were open or held and are found no more.
    """

    new: int = 0
    reopened: int = 0
    kept: int = 0
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class FindingQuery:
    """Which findings: every condition that is not None must hold.

    Attributes:
        statuses: the states wanted.
        roots: at or below these absolute paths.
        ids: these finding ids, whole.
        notice_id: about this notice.
        keys: that a decision about one of these keys speaks for.
        uris: about one of these assets itself; a few hundred at most.
        not_about: not about one of these notices; a few hundred at most.
    """

    statuses: Sequence[Status] | None = None
    roots: Sequence[str] | None = None
    ids: Sequence[str] | None = None
    notice_id: str | None = None
    keys: Sequence[str] | None = None
    uris: Sequence[str] | None = None
    not_about: Sequence[str] = ()


def replace_findings(
    tx: Transaction,
    asset_uris: Iterable[str],
    findings: Iterable[Finding],
    now: str,
    run_id: str,
) -> FindingCounts:
    """Make ``findings`` what stands about these assets.

    The given status holds, so decisions must have been taken into account. What was
    open or held about these assets and is not given any more becomes fixed, unless another
    finding now asks for the very same edits: then it is forgotten. Waived and rejected
    findings stay, with the remark ``UNSEEN`` that they are found no more. Findings about
    other assets are not touched.

    Raises:
        RegistryError: a finding is about an asset that is not among ``asset_uris`` or
            not registered.
    """
    connection = tx.writing()
    ids = _asset_ids(connection, asset_uris)
    given = {finding.finding_id: finding for finding in findings}
    known: dict[str, str] = {}
    for chunk in chunks(ids.values()):
        query = select(FINDING.c.finding_id, FINDING.c.status).where(FINDING.c.asset_id.in_(chunk))
        known.update((number, status) for number, status in connection.execute(query))
    rows = [_row(finding, ids, now, run_id) for finding in given.values()]
    write_rows(connection, FINDING, rows, keep=("first_seen",))
    gone = known.keys() - given.keys()
    vanished = [number for number in known if number in gone and known[number] in _UNSETTLED]
    dismissed = [number for number in known if number in gone and known[number] in _DISMISSED]
    restated = _restated(tx, vanished, given.values())
    for some in chunks(restated):
        connection.execute(delete(FINDING).where(FINDING.c.finding_id.in_(some)))
    settled = [number for number in vanished if number not in restated]
    _set_status(connection, settled, Status.FIXED)
    _remark_unseen(tx, dismissed, now)
    reopened = sum(
        known.get(number) == Status.FIXED.value and finding.status.value in _UNSETTLED
        for number, finding in given.items()
    )
    new = len(given.keys() - known.keys())
    return FindingCounts(new, reopened, len(given) - new - reopened, len(settled))


def _restated(tx: Transaction, vanished: Sequence[str], given: Iterable[Finding]) -> frozenset[str]:
    """Those that another finding states now, on a better notice: nothing was fixed by that.

    A credit is missing once: where it is known now what would stand there, nothing was fixed.
    """
    if not vanished:
        return frozenset()
    stated = {(one.uri, one.rule, one.edits) for one in given if one.edits}
    missing = {uri for uri, rule, _ in stated if rule is Rule.CREDIT_MISSING}
    former = findings(tx, FindingQuery(ids=vanished))
    return frozenset(
        one.finding_id
        for one in former
        if (one.uri, one.rule, one.edits) in stated
        or (one.rule is Rule.CREDIT_MISSING and one.uri in missing)
    )


def _remark_unseen(tx: Transaction, ids: Sequence[str], now: str) -> None:
    if not ids:
        return
    remark = Evidence(UNSEEN, 0.0, f"Not found any more since {now[:10]}.")
    restate(
        tx,
        (
            replace(one, evidence=(*one.evidence, remark))
            for one in findings(tx, FindingQuery(ids=ids))
            if all(reason.name != UNSEEN for reason in one.evidence)
        ),
    )


def _asset_ids(connection: Connection, uris: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(dict.fromkeys(uris)):
        query = select(ASSET.c.uri, ASSET.c.id).where(ASSET.c.uri.in_(chunk))
        found.update((uri, number) for uri, number in connection.execute(query))
    return found


def _row(finding: Finding, ids: Mapping[str, int], now: str, run_id: str) -> dict[str, Any]:
    if finding.uri not in ids:
        raise RegistryError(
            f"A finding is about {finding.uri!r}, which was not registered by this audit.",
            code="registry-unknown-asset",
            remedy="This is a fault of the program: please report it.",
        )
    return {
        "finding_id": finding.finding_id,
        "decision_key": finding.decision_key,
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "fixability": finding.fixability.value,
        "status": finding.status.value,
        "asset_id": ids[finding.uri],
        "notice_id": finding.notice_id,
        "document": codec.dump(finding),
        "first_seen": now,
        "last_seen": now,
        "run_id": run_id,
    }


def findings(tx: Transaction, query: FindingQuery | None = None) -> tuple[Finding, ...]:
    """Return the findings that the query asks for (None: all), by uri and id."""
    wanted = query or FindingQuery()
    columns = select(FINDING.c.finding_id, FINDING.c.status, FINDING.c.document, ASSET.c.uri)
    statement = _narrowed(columns.select_from(_JOINED), wanted)
    if wanted.ids is None:
        rows = [*tx.connection.execute(statement).all()]
    else:
        rows = [
            row
            for chunk in chunks(dict.fromkeys(wanted.ids))
            for row in tx.connection.execute(statement.where(FINDING.c.finding_id.in_(chunk))).all()
        ]
    return tuple(_value(row) for row in sorted(rows, key=lambda row: (row.uri, row.finding_id)))


def _narrowed(statement: Select[Any], wanted: FindingQuery) -> Select[Any]:
    if wanted.statuses is not None:
        statement = statement.where(FINDING.c.status.in_([s.value for s in wanted.statuses]))
    if wanted.roots is not None:
        statement = statement.where(under(ASSET.c.uri, wanted.roots))
    if wanted.uris is not None:
        statement = statement.where(ASSET.c.uri.in_(wanted.uris))
    if wanted.notice_id is not None:
        statement = statement.where(FINDING.c.notice_id == wanted.notice_id)
    if wanted.keys is not None:
        statement = statement.where(FINDING.c.decision_key.in_(wanted.keys))
    if wanted.not_about:
        about = FINDING.c.notice_id
        statement = statement.where(about.is_(None) | about.not_in(wanted.not_about))
    return statement


def finding(tx: Transaction, id_prefix: str) -> Finding:
    """Return the one finding whose id begins with ``id_prefix``.

    Raises:
        RegistryError: there is none, or more than one (codes ``not-found``, ``ambiguous``).
    """
    query = select(FINDING.c.finding_id).where(begins_with(FINDING.c.finding_id, id_prefix))
    ids = tx.connection.execute(query.order_by(FINDING.c.finding_id).limit(2)).scalars().all()
    if id_prefix and len(ids) == 1:
        return findings(tx, FindingQuery(ids=ids))[0]
    if not ids or not id_prefix:
        raise _no_finding(tx, id_prefix)
    raise RegistryError(
        f"More than one finding begins with {id_prefix!r}: {ids[0]}, {ids[1]}.",
        code="ambiguous",
        remedy="Give more of the id.",
    )


def _no_finding(tx: Transaction, given: str) -> RegistryError:
    """Why there is none; the id of a notice is easily taken for that of a finding."""
    query = select(NOTICE.c.notice_id).where(begins_with(NOTICE.c.notice_id, given)).limit(1)
    if given and tx.connection.execute(query).first() is not None:
        return RegistryError(
            f"{given!r} names a notice, and a finding is wanted.",
            code="not-found",
            remedy="`provenance audit` and `provenance review` show the findings of each notice.",
        )
    return RegistryError(
        f"There is no finding {given!r}.",
        code="not-found",
        remedy="`provenance audit` shows them; run it first.",
    )


def count_findings(tx: Transaction, query: FindingQuery | None = None) -> Counter[tuple[str, str]]:
    """Count by (rule, status) what the query asks for (its ``ids`` are not looked at)."""
    grouped = select(FINDING.c.rule, FINDING.c.status, func.count()).select_from(_JOINED)
    statement = _narrowed(grouped, query or FindingQuery())
    rows = tx.connection.execute(statement.group_by(FINDING.c.rule, FINDING.c.status))
    return Counter({(rule, status): number for rule, status, number in rows})


def findings_of_keys(tx: Transaction, keys: Iterable[str]) -> tuple[Finding, ...]:
    """Return every finding that decisions about these keys speak for, by uri and id."""
    found = [
        one
        for chunk in chunks(dict.fromkeys(keys))
        for one in findings(tx, FindingQuery(keys=chunk))
    ]
    return tuple(sorted(found, key=lambda one: (one.uri, one.finding_id)))


def findings_of_notices(
    tx: Transaction, notice_ids: Iterable[str]
) -> dict[str, tuple[Finding, ...]]:
    """Return the findings about each of these notices that has any, by uri and id."""
    found: dict[str, list[Finding]] = {}
    columns = select(FINDING.c.finding_id, FINDING.c.status, FINDING.c.document, ASSET.c.uri)
    for chunk in chunks(dict.fromkeys(notice_ids)):
        asked = columns.select_from(_JOINED).where(FINDING.c.notice_id.in_(chunk))
        for row in tx.connection.execute(asked).all():
            one = _value(row)
            found.setdefault(one.notice_id or "", []).append(one)
    return {
        number: tuple(sorted(some, key=lambda one: (one.uri, one.finding_id)))
        for number, some in found.items()
    }


def restate(tx: Transaction, given: Iterable[Finding]) -> int:
    """Put findings that are on record as they are given; return how many there were."""
    statement = (
        update(FINDING)
        .where(FINDING.c.finding_id == bindparam("of"))
        .values(status=bindparam("now"), fixability=bindparam("fix"), document=bindparam("said"))
    )
    count = 0
    for chunk in chunks(given):
        rows = [
            {
                "of": one.finding_id,
                "now": one.status.value,
                "fix": one.fixability.value,
                "said": codec.dump(one),
            }
            for one in chunk
        ]
        tx.writing().execute(statement, rows)
        count += len(rows)
    return count


def set_status(tx: Transaction, ids: Iterable[str], status: Status) -> int:
    """Give findings another status; return how many there were."""
    return _set_status(tx.writing(), ids, status)


def _set_status(connection: Connection, ids: Iterable[str], status: Status) -> int:
    count = 0
    for chunk in chunks(dict.fromkeys(ids)):
        statement = update(FINDING).where(FINDING.c.finding_id.in_(chunk))
        count += connection.execute(statement.values(status=status.value)).rowcount
    return count


def _value(row: Any) -> Finding:
    value = codec.load(Finding, row.document, f"the finding {row.finding_id}")
    if value.status.value == row.status:
        return value
    return replace(value, status=Status(row.status))
