"""The ledger of deliveries: idempotent, found by asset and by picture data."""

from __future__ import annotations

from dataclasses import replace

from provenance.model import Delivery
from provenance.registry import (
    Recorded,
    Registry,
    deliveries,
    has_deliveries,
    iter_deliveries,
    known_deliveries,
    put_deliveries,
)

ONE = Delivery("g-1", "/p/a.jpg", None, "Morning Courier", "", "2024-12-01", "t", "anna")


def test_told_twice_it_is_kept_once_and_learns_what_is_new(registry: Registry) -> None:
    with registry.write() as tx:
        assert not has_deliveries(tx)
        assert put_deliveries(tx, [ONE, ONE]) == Recorded(("g-1",), (), 0)
        assert put_deliveries(tx, [ONE]) == Recorded((), (), 1)
        more = replace(ONE, contact="a@example.org", scan_digest="d1", recorded="later")
        assert known_deliveries(tx, [more]) == Recorded((), ("g-1",), 0)
        assert put_deliveries(tx, [more]) == Recorded((), ("g-1",), 0)
        # What is told without an address takes none away.
        assert put_deliveries(tx, [ONE]) == Recorded((), (), 1)
        assert has_deliveries(tx)
        assert deliveries(tx, ["/p/a.jpg"]) == (replace(more, recorded="t"),)


def test_copies_share_a_delivery_by_their_picture_data(registry: Registry) -> None:
    hostile = replace(
        ONE, delivery_id="g-2", uri="/p/\udce9.jpg", recipient="\x00=1+1\u202e", scan_digest="d1"
    )
    with registry.write() as tx:
        put_deliveries(tx, [ONE, hostile])
    with registry.read() as tx:
        assert deliveries(tx, [], ["d1"]) == (hostile,)
        assert deliveries(tx, ["/p/a.jpg", "/p/\udce9.jpg"], ["d1"]) == (hostile, ONE)
        assert deliveries(tx, ["/p/other.jpg"], ["d2"]) == ()


def test_a_large_ledger_is_given_piece_by_piece_and_asked_by_index(registry: Registry) -> None:
    def told(number: int) -> Delivery:
        name = "Radio Northwind" if number % 2 else "Morning Courier"
        return replace(ONE, delivery_id=f"g-{number}", uri=f"/p/{number}.jpg", recipient=name)

    with registry.write() as tx:
        done = put_deliveries(tx, (told(number) for number in range(5_001)))
        assert len(done.fresh) == 5_001
    with registry.read() as tx:
        assert sum(1 for _ in iter_deliveries(tx)) == 5_001
        assert sum(1 for _ in iter_deliveries(tx, ["Radio Northwind"])) == 2_500
        found = {one.delivery_id for one in deliveries(tx, [f"/p/{n}.jpg" for n in range(1_200)])}
        assert len(found) == 1_200


def test_a_notice_never_reads_the_whole_ledger(sqlite_registry: Registry) -> None:
    with sqlite_registry.read() as tx:
        for column in ("uri", "scan_digest", "recipient"):
            plan = tx.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN SELECT * FROM delivery WHERE {column} IN ('a', 'b')"
            ).all()
            assert "USING INDEX" in str(plan), plan
