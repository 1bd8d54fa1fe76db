"""What the review shows, on the page and in the terminal: the queue, and one case of it.

Values only: nothing here decides or writes. Decisions are made by ``deciding`` and
``accepting``, files are changed by ``remedying`` and ``undoing``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from provenance import registry, rules
from provenance.errors import UsageError
from provenance.model import Decision, Finding, MetadataRecord, Notice, Rule, Severity, Verdict
from provenance.pipeline import urgency
from provenance.pipeline.deciding import seen_of
from provenance.pipeline.families import family
from provenance.pipeline.reaching import outside, reached
from provenance.pipeline.recalling import decided_at, fix_done
from provenance.pipeline.session import Session
from provenance.pipeline.standing import current, notices_of
from provenance.registry import (
    Place,
    Presence,
    Queued,
    QueueQuery,
    StoredAsset,
    Transaction,
    View,
)
from provenance.reporting.family import Family
from provenance.reporting.page.view import FindingView, finding_view
from provenance.reporting.report import FixDone, Item, Stage, stage
from provenance.rules import Proposal

PAGE: Final = 25
_SIBLINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Query:
    """What a person wants to review.

    Attributes:
        view: by who has to move next.
        rule: of this rule only.
        severity: of this severity only.
        notice_id: about this notice only, whole.
        agency: of notices of this provider only.
        text: words in the path, an id or the finding.
        roots: at or below these absolute paths only.
        after: a cursor: what comes behind it.
        before: a cursor: what comes ahead of it; then ``after`` does not count.
        size: so many on a page.
    """

    view: View = View.TODO
    rule: Rule | None = None
    severity: Severity | None = None
    notice_id: str | None = None
    agency: str | None = None
    text: str = ""
    roots: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One finding in the queue, with what a person recognises it by.

    Attributes:
        finding: as it stands today.
        stage: who has to move next.
        cursor: its place, for ``Query.after`` and ``Query.before``.
        path: of its asset, for a person.
        asset: as registered.
        notice: behind it, where there is one.
        decision: in force about it.
        published: it is, or stands on, a published page.
        late: its notice is behind its limit.
        stand_in: uri of a proven picture of its notice, where its own asset is none; or empty.
    """

    finding: Finding
    stage: Stage
    cursor: str
    path: str
    asset: StoredAsset
    notice: Notice | None = None
    decision: Decision | None = None
    published: bool = False
    late: bool = False
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue.

    Attributes:
        rows: in order.
        counts: findings in each view, with the query's other conditions.
        rules: findings of the view by rule, whatever rule the query names.
        agencies: providers of notices that have findings.
        ahead: findings of the view ahead of the first row.
        next: cursor for the next page; empty where this is the last one.
        previous: cursor for the page before; empty where this is the first one.
    """

    rows: tuple[QueueRow, ...]
    counts: Mapping[View, int]
    rules: Mapping[Rule, int] = field(default_factory=dict)
    agencies: tuple[str, ...] = ()
    ahead: int = 0
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was decided, and where the log says so."""

    decision: Decision
    log_index: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a person needs to decide about one finding.

    Attributes:
        row: the finding as the queue has it.
        view: it in words: evidence with weights, changes with the words that differ.
        proposals: the values that it proposes; a person may put others.
        history: every decision about it and its copies, oldest first.
        family: the picture's copies and how they stand.
        fixes: what was written or moved on it, oldest first.
        siblings: other findings of the notice that are not settled, in the queue's order.
        more_siblings: so many of them are not listed.
        ahead: findings of the queue ahead of it.
        total: findings of the queue.
        next: the finding behind it in the queue; empty where it is the last.
        previous: the finding ahead of it; empty where it is the first.
        seen: what the person sees, for ``Terms.seen``.
        accepts: copies outside the queue's folders for which an acceptance speaks, too.
        settles: the same for every other answer.
    """

    row: QueueRow
    view: FindingView
    proposals: tuple[Proposal, ...]
    history: tuple[Step, ...]
    family: Family
    fixes: tuple[FixDone, ...] = ()
    siblings: tuple[QueueRow, ...] = ()
    more_siblings: int = 0
    ahead: int = 0
    total: int = 0
    next: str = ""
    previous: str = ""
    seen: str = ""
    accepts: tuple[Finding, ...] = ()
    settles: tuple[Finding, ...] = ()


def queue(session: Session, query: Query) -> QueuePage:
    """A page of the findings, the most urgent first.

    First what nobody has spoken about; of that withdrawals and published copies, then what is
    overdue, then by severity, by confidence, and the oldest first.

    Raises:
        UsageError: a cursor that is none (code ``no-such-place``).
    """
    after, before = place_of(query.after), place_of(query.before)
    with session.registry.read() as tx:
        asked = _asked(session, tx, query)
        found = registry.queue_page(tx, asked, query.size + 1, after=after, before=before)
        more = len(found) > query.size
        if more:
            found = found[1:] if before else found[:-1]
        from_the_top = after is None and before is None
        ahead = 0
        if found and not from_the_top:
            ahead = registry.queue_ahead(tx, asked, found[0].place)
        counts, of_rules = registry.queue_totals(tx, asked)
        rows = _rows(session, tx, found, asked)
        return QueuePage(
            rows=rows,
            counts=counts,
            rules=of_rules,
            agencies=registry.queue_agencies(tx),
            ahead=ahead,
            next=rows[-1].cursor if rows and (more or before) else "",
            previous=rows[0].cursor if ahead else "",
        )


def case(session: Session, finding_id: str, query: Query | None = None) -> Case:
    """Everything about one finding, and its neighbours in the queue.

    Args:
        session: the command's surroundings.
        finding_id: or its beginning.
        query: the queue that it is looked at in; its cursors do not count.

    Raises:
        RegistryError: there is no such finding, or more than one (``not-found``, ``ambiguous``).
    """
    with session.registry.read() as tx:
        one = registry.finding(tx, finding_id)
        asked = _asked(session, tx, query or Query())
        queued = registry.queue_place(tx, asked, one)
        place = queued.place
        (row,) = _rows(session, tx, [queued], asked)
        history = registry.decision_history(tx, one.decision_key)
        index = decided_at(tx, history[-1:]).get(one.decision_key)
        behind = registry.queue_page(tx, asked, 1, after=place, before=None)
        ahead = registry.queue_page(tx, asked, 1, after=None, before=place)
        siblings, more = _siblings(session, tx, one, asked)
        fixes = _fixes(tx, one)
        accepts, settles = (
            outside(reached(tx, [one], verdict), asked.roots) if asked.roots else ()
            for verdict in (Verdict.APPLY, Verdict.DISMISS)
        )
        item = Item(row.finding, row.stage, row.decision, fixes)
        return Case(
            row=row,
            view=finding_view(item, row.path, session.policy.today),
            proposals=rules.proposals(row.finding),
            history=tuple(Step(made, index if made is history[-1] else None) for made in history),
            family=family(tx, one.uri),
            fixes=fixes,
            siblings=siblings,
            more_siblings=more,
            ahead=registry.queue_ahead(tx, asked, place),
            total=registry.queue_counts(tx, asked)[asked.view],
            next=behind[0].finding.finding_id if behind else "",
            previous=ahead[0].finding.finding_id if ahead else "",
            seen=seen_of(tx, [one]),
            accepts=accepts,
            settles=settles,
        )


def next_of(session: Session, query: Query, cursor: str, done: str) -> str:
    """The finding to look at once another one is decided; empty where the queue is through.

    Args:
        session: the command's surroundings.
        query: the queue.
        cursor: where the decided finding stood when it was looked at.
        done: the id of that finding.
    """
    with session.registry.read() as tx:
        asked = _asked(session, tx, query)
        for after in (place_of(cursor), None):
            for one in registry.queue_page(tx, asked, 2, after=after, before=None):
                if one.finding.finding_id != done:
                    return one.finding.finding_id
    return ""


def place_of(cursor: str) -> Place | None:
    """A place in the queue out of its cursor; None for an empty one.

    Raises:
        UsageError: it is no cursor (code ``no-such-place``).
    """
    if not cursor:
        return None
    risk, _, rest = cursor.partition("~")
    first_seen, _, finding_id = rest.partition("~")
    if not (risk.isascii() and risk.isdigit() and len(risk) <= 6 and first_seen and finding_id):
        raise UsageError(
            "That is no place in the queue.",
            code="no-such-place",
            remedy="Begin at the top of the queue.",
        )
    return Place(int(risk), first_seen, finding_id)


def _cursor(place: Place) -> str:
    return f"{place.risk}~{place.first_seen}~{place.finding_id}"


def _asked(session: Session, tx: Transaction, query: Query) -> QueueQuery:
    return QueueQuery(
        view=query.view,
        rule=query.rule,
        severity=query.severity,
        notice_id=query.notice_id,
        agency=query.agency,
        among=registry.findings_saying(tx, query.text),
        roots=query.roots,
        overdue=urgency.overdue(tx, session.policy, session.clock()),
        published=urgency.PUBLISHED.of(session, tx),
    )


def _rows(
    session: Session, tx: Transaction, found: Sequence[Queued], asked: QueueQuery
) -> tuple[QueueRow, ...]:
    judged = current(session, tx, [one.finding for one in found])
    assets = registry.stored(tx, {one.finding.uri for one in found})
    notices = notices_of(tx, (one.finding for one in found))
    late, public = set(asked.overdue), set(asked.published)
    bare = [one.finding for one in found if not is_picture(assets[one.finding.uri])]
    shown = registry.notice_pictures(tx, (one.notice_id for one in bare if one.notice_id))
    stand_ins = {one.finding_id: shown.get(one.notice_id or "", "") for one in bare}
    return tuple(
        QueueRow(
            finding=said.finding,
            stage=stage(said.finding, said.decision),
            cursor=_cursor(one.place),
            path=assets[one.finding.uri].result.ref.display,
            asset=assets[one.finding.uri],
            notice=notices.get(one.finding.notice_id or ""),
            decision=said.decision,
            published=one.asset_id in public,
            late=one.finding.notice_id in late,
            stand_in=stand_ins.get(one.finding.finding_id, ""),
        )
        for one, said in zip(found, judged, strict=True)
    )


def is_picture(asset: StoredAsset) -> bool:
    """Whether there is something to draw."""
    result = asset.result
    return (
        asset.presence is Presence.PRESENT
        and isinstance(result, MetadataRecord)
        and result.media_type.startswith("image/")
    )


def _siblings(
    session: Session, tx: Transaction, one: Finding, queue_of: QueueQuery
) -> tuple[tuple[QueueRow, ...], int]:
    """What else its notice asks for in the folders of the queue, whatever else narrows that."""
    if one.notice_id is None:
        return (), 0
    asked = QueueQuery(
        notice_id=one.notice_id,
        roots=queue_of.roots,
        overdue=queue_of.overdue,
        published=queue_of.published,
    )
    found = registry.queue_page(tx, asked, _SIBLINGS, after=None, before=None)
    others = [each for each in found if each.finding.finding_id != one.finding_id]
    total = registry.queue_counts(tx, asked)[View.TODO]
    return _rows(session, tx, others, asked), total - len(found)


def _fixes(tx: Transaction, one: Finding) -> tuple[FixDone, ...]:
    """What was done to the asset on this finding's word."""
    done = [
        fix
        for fix in registry.fixes(tx, registry.FixQuery(uri=one.uri))
        if one.finding_id in fix.finding_ids
    ]
    kinds = {run.run_id: run.kind for run in registry.runs(tx, {fix.run_id for fix in done})}
    return tuple(fix_done(fix, kinds.get(fix.run_id, "fix")) for fix in done)
