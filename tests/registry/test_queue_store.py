"""The order of the review queue, on each kind of database."""

from __future__ import annotations

import pytest
from registry.values import LATER, NOW, decision, finding, notice, record

from provenance.errors import RegistryError
from provenance.model import (
    Confidence,
    DeskRecord,
    Finding,
    Fixability,
    Rule,
    Severity,
    Status,
    Verdict,
)
from provenance.registry import (
    QueueQuery,
    Registry,
    View,
    decisions,
    decisions_before,
    open_receipts,
    published_as_of,
    published_assets,
    put_decision,
    put_desk_records,
    put_notices,
    queue_agencies,
    queue_ahead,
    queue_counts,
    queue_page,
    queue_place,
    queue_totals,
    replace_findings,
    upsert_assets,
)

EVERYTHING = QueueQuery()
A, B = "/p/a.jpg", "/p/sub/b_100%.jpg"
FINDINGS = (
    finding("f-1", A, severity=Severity.NOTE, notice_id=None),
    finding("f-2", B, severity=Severity.WARNING, confidence=Confidence.LOW),
    finding("f-3", A, rule=Rule.WITHDRAWN, fixability=Fixability.DISPLAY_ONLY),
    finding("f-4", B, notice_id="n2"),
    finding("f-5", A, status=Status.HELD, fixability=Fixability.UNSAFE),
    finding("f-6", A, status=Status.FIXED),
    finding("f-7", B, status=Status.REJECTED),
)


@pytest.fixture
def filled(registry: Registry) -> Registry:
    with registry.write() as tx:
        upsert_assets(tx, [(record(A), ()), (record(B), ())], "r1", NOW)
        put_notices(
            tx, [notice("n1", received=NOW), notice("n2", provider="dpa", received=LATER)], NOW
        )
        replace_findings(tx, (A, B), FINDINGS, NOW, "r1")
    return registry


def order(registry: Registry, query: QueueQuery = EVERYTHING) -> list[str]:
    with registry.read() as tx:
        return [
            one.finding.finding_id for one in queue_page(tx, query, 99, after=None, before=None)
        ]


def test_withdrawals_first_then_overdue_then_by_severity_and_confidence(filled: Registry) -> None:
    assert order(filled) == ["f-3", "f-4", "f-5", "f-2", "f-1"]
    assert order(filled, QueueQuery(overdue=("n1",))) == ["f-3", "f-5", "f-2", "f-4", "f-1"]


def test_the_older_one_comes_first(filled: Registry) -> None:
    with filled.write() as tx:
        new = finding("f-0", B, notice_id="n2")
        replace_findings(tx, (A, B), (*FINDINGS, new), LATER, "r2")
    assert order(filled)[1:4] == ["f-4", "f-5", "f-0"]


def test_what_was_published_comes_before_what_was_not(filled: Registry) -> None:
    with filled.write() as tx:
        before = published_as_of(tx)
        told = DeskRecord("cms", 1, (("path", B),), publications=("https://news.example/1",))
        put_desk_records(tx, "cms", [told, DeskRecord("cms", 2, (("path", A),))])
    with filled.read() as tx:
        assert published_as_of(tx) != before
        published = published_assets(tx)
        asset = queue_place(tx, QueueQuery(), FINDINGS[1]).asset_id
    assert published == (asset,)
    assert order(filled, QueueQuery(published=published))[:3] == ["f-3", "f-4", "f-2"]


def test_what_somebody_spoke_about_comes_last(filled: Registry) -> None:
    with filled.write() as tx:
        put_decision(tx, decision("key-of-f-3", Verdict.APPLY))
        put_decision(tx, decision("key-of-f-5", Verdict.HOLD))
        put_decision(tx, decision("key-of-f-4", Verdict.HOLD))
        put_decision(tx, decision("key-of-f-4", Verdict.WITHDRAW))
    assert order(filled) == ["f-4", "f-2", "f-1", "f-3", "f-5"]
    assert order(filled, QueueQuery(View.HOLD)) == ["f-5"]


def test_views_and_counts_agree(filled: Registry) -> None:
    with filled.read() as tx:
        counts = queue_counts(tx, QueueQuery())
        assert queue_totals(tx, QueueQuery())[1][Rule.WITHDRAWN] == 1
        assert queue_agencies(tx) == ("AFP", "dpa")
        assert [one[0] for one in sorted(open_receipts(tx))] == ["n1", "n2"]
    assert counts == {view: len(order(filled, QueueQuery(view))) for view in View}
    assert counts[View.TODO] == counts[View.PERSON] + counts[View.READY] == 5


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("rule", [None, Rule.WITHDRAWN])
def test_totals_are_what_one_counts_by_hand(
    filled: Registry, view: View, rule: Rule | None
) -> None:
    with filled.write() as tx:
        put_decision(tx, decision("key-of-f-5", Verdict.HOLD))
    with filled.read() as tx:
        counts, rules = queue_totals(tx, QueueQuery(view, rule=rule))
    assert counts == {each: len(order(filled, QueueQuery(each, rule=rule))) for each in View}
    by_rule = {each: len(order(filled, QueueQuery(view, rule=each))) for each in Rule}
    assert rules == {each: number for each, number in by_rule.items() if number}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (QueueQuery(agency="dpa"), {"f-4"}),
        (QueueQuery(notice_id="n2"), {"f-4"}),
        (QueueQuery(rule=Rule.WITHDRAWN), {"f-3"}),
        (QueueQuery(severity=Severity.NOTE), {"f-1"}),
        (QueueQuery(roots=("/p/sub",)), {"f-2", "f-4"}),
    ],
)
def test_conditions(filled: Registry, query: QueueQuery, found: set[str]) -> None:
    assert set(order(filled, query)) == found


def test_pages_and_places(filled: Registry) -> None:
    every = order(filled)
    query = QueueQuery()
    with filled.read() as tx:
        place = queue_place(
            tx, query, next(one for one in FINDINGS if one.finding_id == every[2])
        ).place
        assert queue_ahead(tx, query, place) == 2
        after = queue_page(tx, query, 1, after=place, before=None)
        before = queue_page(tx, query, 1, after=None, before=place)
        with pytest.raises(RegistryError, match="no finding"):
            queue_place(tx, query, finding("f-9", A))
    assert [after[0].finding.finding_id, before[0].finding.finding_id] == [every[3], every[1]]
    assert isinstance(after[0].finding, Finding)


def test_the_order_is_worked_out_from_the_index_alone(sqlite_registry: Registry) -> None:
    with sqlite_registry.read() as tx:
        plan = tx.connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT finding_id, first_seen FROM finding"
            " WHERE status IN ('open', 'held') AND fixability <> 'safe'"
        )
        assert "COVERING INDEX ix_finding_queue" in " ".join(row[3] for row in plan)


def test_values_of_a_decision_come_back(registry: Registry) -> None:
    values = (("iim", "IIM 2:80", "Rósa \udcff\\ \u202e"), ("xmp", "XMP dc:creator", ""))
    with registry.write() as tx:
        put_decision(tx, decision("k1", Verdict.APPLY, amended=values))
        put_decision(tx, decision("k2"))
        assert decisions(tx, ["k1"])["k1"].amended == values
        assert [(n, one.decision_key) for n, one in decisions_before(tx, None, 9)] == [
            (2, "k2"),
            (1, "k1"),
        ]
        assert [n for n, _ in decisions_before(tx, 2, 9)] == [1]
        tx.connection.exec_driver_sql(
            "UPDATE decision SET amended = '[[1]]' WHERE decision_key = 'k1'"
        )
        with pytest.raises(RegistryError, match="damaged"):
            decisions(tx, ["k1"])
