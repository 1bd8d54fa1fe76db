from __future__ import annotations

import pytest
from sqlalchemy import Connection, event, select

from provenance.errors import RegistryError
from provenance.registry import Registry, iter_records, to_hash
from provenance.registry.statements import insert_plain, next_number, page_below, under, write_rows
from provenance.registry.tables import FOLDER, PICTURE_CHUNK, RUN


def run(number: int, **changes: object) -> dict[str, object]:
    row = {"run_id": str(number), "kind": "scan", "agent": "a", "started": "t", "finished": None}
    return {**row, "document": "{}", **changes}


def test_the_last_of_two_rows_with_one_key_holds(registry: Registry) -> None:
    with registry.write() as tx:
        write_rows(tx.connection, RUN, [run(1, kind="a"), run(2), run(1, kind="\x00\udcff\\")])
        write_rows(tx.connection, RUN, [run(2, kind="b", agent="z")], keep=("agent",))
        write_rows(tx.connection, RUN, [])
        found = tx.connection.execute(select(RUN.c.run_id, RUN.c.kind, RUN.c.agent, RUN.c.finished))
        assert sorted(map(tuple, found)) == [
            ("1", "\x00\udcff\\", "a", None),
            ("2", "b", "a", None),
        ]


def test_rows_of_keys_alone_may_come_again(registry: Registry) -> None:
    with registry.write() as tx:
        for _ in range(2):
            write_rows(tx.connection, PICTURE_CHUNK, [{"bucket": 1, "asset_id": 2}])
        assert tx.connection.execute(select(PICTURE_CHUNK)).all() == [(1, 2)]


def test_more_rows_than_one_statement_takes(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.registry.statements._ROWS", 3)
    with registry.write() as tx:
        insert_plain(tx.connection, PICTURE_CHUNK, [(n, 1 << 40) for n in range(10)])
        write_rows(tx.connection, FOLDER, [{"uri": f"/{n}", "device": "1"} for n in range(10)])
        assert len(tx.connection.execute(select(FOLDER)).all()) == 10
        assert next_number(tx.connection, PICTURE_CHUNK.c.bucket) == 10
        assert next_number(tx.connection, PICTURE_CHUNK.c.asset_id) == (1 << 40) + 1
        insert_plain(tx.connection, PICTURE_CHUNK, [])


def test_a_plain_row_that_is_there_already_is_an_error_of_ours(registry: Registry) -> None:
    with pytest.raises(RegistryError), registry.write() as tx:
        insert_plain(tx.connection, PICTURE_CHUNK, [(1, 1), (1, 1)])
    with registry.read() as tx:
        assert tx.connection.execute(select(PICTURE_CHUNK)).all() == []


@pytest.mark.parametrize(
    "roots",
    [
        None,
        [],
        ["/"],
        ["/a"],
        ["/a/"],
        ["/a", "/a/b", "/a.jpg", "/a", "/a/b/2.jpg"],
        ["/a/b/2.jpg", "/none", "/a.jpg", "/\udce9"],
    ],
)
def test_pages_below_roots_are_what_is_under_them(
    registry: Registry, roots: list[str] | None
) -> None:
    uris = ["/a", "/a!", "/a-b/1", "/a.jpg", "/a/1.jpg", "/a/b/2.jpg", "/a/b/c/3", "/a/bc", "/a0"]
    uris += ["/\\", "/\udce9/x", "/\udce9", "/b/5", "/\U0010ffff"]
    with registry.write() as tx:
        write_rows(tx.connection, FOLDER, [{"uri": uri, "device": "1"} for uri in uris])
        query = select(FOLDER.c.uri)
        within = query if roots is None else query.where(under(FOLDER.c.uri, roots))
        expected = list(tx.connection.execute(within.order_by(FOLDER.c.uri)).scalars())
        for size in (1, 2, 5, 100):
            met: list[str] = []
            while rows := page_below(
                tx.connection, query, FOLDER.c.uri, roots, after=met[-1] if met else "", size=size
            ):
                met.extend(row.uri for row in rows)
            assert met == expected


def test_more_roots_than_a_chain_of_conditions_takes(registry: Registry) -> None:
    with registry.write() as tx:
        write_rows(tx.connection, FOLDER, [{"uri": f"/{n}/x", "device": "1"} for n in range(3_000)])
        below = under(FOLDER.c.uri, [f"/{n}" for n in range(0, 3_000, 2)])
        found = tx.connection.execute(select(FOLDER.c.uri).where(below)).all()
        assert len(found) == 1_500


def test_a_page_reads_no_more_than_a_page(sqlite_registry: Registry) -> None:
    """Neither a sort nor a union of conditions stands between the index and the page."""
    said: list[str] = []

    def explain(
        connection: Connection, cursor: object, statement: str, parameters: object, *_: object
    ) -> None:
        rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        said.extend(row[3] for row in rows)

    event.listen(sqlite_registry._engine, "before_cursor_execute", explain)
    with sqlite_registry.read() as tx:
        said.clear()
        to_hash(tx, roots=["/a", "/b"], after="/a/1")
        to_hash(tx, after="/a/1")
        list(iter_records(tx, ["/a"]))
    assert said
    assert all(
        "autoindex_asset_1 (uri" in one or "picture_hash" in one or "CORRELATED" in one
        for one in said
    ), said
