from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry.values import ANY_TEXT, LATER, NOW, instances, record, unreadable

from provenance.errors import RegistryError
from provenance.model import AssetRef, MetadataRecord, ScanResult, Unreadable
from provenance.registry import (
    Key,
    Presence,
    Registry,
    by_keys,
    count_assets,
    iter_records,
    known_versions,
    mark_examined,
    records,
    stored,
    unexamined,
    upsert_assets,
)
from provenance.registry.tables import ASSET, ASSET_KEY

TREE = ("/a", "/a.jpg", "/a/1.jpg", "/a/b/2.jpg", "/a/b/c/3.jpg", "/ab/4.jpg", "/b/5.jpg")


def put(
    registry: Registry, *results: ScanResult, keys: tuple[Key, ...] = (), now: str = NOW
) -> int:
    with registry.write() as tx:
        return upsert_assets(tx, [(result, keys) for result in results], "r1", now)


def keys_of(registry: Registry, uri: str) -> set[Key]:
    with registry.read() as tx:
        query = ASSET_KEY.join(ASSET).select().where(ASSET.c.uri == uri)
        return {(row.kind, row.value) for row in tx.connection.execute(query)}


def test_upsert_and_read_back(registry: Registry) -> None:
    assert put(registry, record("/a.jpg"), unreadable("/b.jpg")) == 2
    with registry.read() as tx:
        found = records(tx, ["/b.jpg", "/a.jpg", "/a.jpg", "/none.jpg"])
    assert found == {"/a.jpg": record("/a.jpg"), "/b.jpg": unreadable("/b.jpg")}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    results=st.lists(
        st.one_of(instances(MetadataRecord), instances(Unreadable)),
        max_size=4,
        unique_by=lambda result: result.ref.uri,
    ),
    keys=st.lists(st.tuples(st.sampled_from(["id", "x\udc80"]), ANY_TEXT), max_size=4),
)
def test_anything_comes_back_equal(
    registry: Registry, results: list[ScanResult], keys: list[Key]
) -> None:
    with registry.write() as tx:
        upsert_assets(tx, [(result, keys) for result in results], "r", NOW)
    with registry.read() as tx:
        uris = [result.ref.uri for result in results]
        assert records(tx, uris) == {result.ref.uri: result for result in results}
        found = by_keys(tx, keys)
        for key in keys if results else []:
            assert set(found[key]) >= set(uris)


def test_upsert_again_keeps_first_seen(registry: Registry) -> None:
    put(registry, record("/a.jpg"))
    put(registry, record("/a.jpg", version="2-2", creator="Bakr ALKASEM"), now=LATER)
    with registry.read() as tx:
        asset = stored(tx, ["/a.jpg"])["/a.jpg"]
    assert asset.result == record("/a.jpg", version="2-2", creator="Bakr ALKASEM")
    assert (asset.first_seen, asset.last_seen) == (NOW, LATER)
    assert (asset.presence, asset.scan_run) == (Presence.PRESENT, "r1")


def test_an_asset_becomes_unreadable_and_readable_again(registry: Registry) -> None:
    for result in (record("/a.jpg"), unreadable("/a.jpg"), record("/a.jpg")):
        put(registry, result)
        with registry.read() as tx:
            assert records(tx, ["/a.jpg"]) == {"/a.jpg": result}


def test_the_last_of_two_with_one_uri_holds(registry: Registry) -> None:
    assert put(registry, record("/a.jpg", version="1"), record("/a.jpg", version="2")) == 1
    with registry.read() as tx:
        assert records(tx, ["/a.jpg"])["/a.jpg"].ref.version == "2"
        assert count_assets(tx) == 1


def test_sidecars_are_kept(registry: Registry) -> None:
    ref = AssetRef("/a.jpg", 1, "1+2", (AssetRef("/a.xmp", 2, "2", path="a.xmp"),), "a.jpg")
    for result in (replace(record("/a.jpg"), ref=ref), replace(unreadable("/a.jpg"), ref=ref)):
        put(registry, result)
        with registry.read() as tx:
            assert records(tx, ["/a.jpg"]) == {"/a.jpg": result}


def test_keys_are_replaced_when_they_change(registry: Registry) -> None:
    first = (("id", "AFP-1"), ("id", "AFP-1"), ("caption", "c" * 5000))
    put(registry, record("/a.jpg"), record("/b.jpg"), keys=first)
    put(registry, record("/a.jpg"), keys=(("id", "AFP-2"), ("caption", "c" * 5000)))
    with registry.read() as tx:
        assert by_keys(tx, [("id", "AFP-1"), ("id", "AFP-2"), first[2], ("id", "no")]) == {
            ("id", "AFP-1"): ("/b.jpg",),
            ("id", "AFP-2"): ("/a.jpg",),
            first[2]: ("/a.jpg", "/b.jpg"),
        }
    put(registry, record("/a.jpg"), keys=())
    assert keys_of(registry, "/a.jpg") == set()
    assert len(keys_of(registry, "/b.jpg")) == 2


def test_long_keys_that_differ_at_the_end_are_different_keys(registry: Registry) -> None:
    long = "c" * 5000
    put(registry, record("/a.jpg"), keys=(("caption", long + "1"),))
    with registry.read() as tx:
        assert by_keys(tx, [("caption", long + "2")]) == {}
        assert by_keys(tx, [("caption", long + "1")]) == {("caption", long + "1"): ("/a.jpg",)}


def test_by_keys_with_more_keys_than_one_statement_takes(registry: Registry) -> None:
    with registry.write() as tx:
        upsert_assets(
            tx,
            [(record(f"/{n}.jpg"), [("id", str(n)), ("kind", "k")]) for n in range(1300)],
            "r",
            NOW,
        )
    with registry.read() as tx:
        found = by_keys(tx, [("id", str(n)) for n in range(0, 2600, 2)])
        assert len(found) == 650
        assert found["id", "1298"] == ("/1298.jpg",)
        assert len(by_keys(tx, [("kind", "k")])["kind", "k"]) == 1300


def test_by_keys_leaves_out_what_is_gone_but_not_what_is_offline(registry: Registry) -> None:
    put(registry, record("/a.jpg"), record("/b.jpg"), record("/c.jpg"), keys=(("id", "1"),))
    with registry.write() as tx:
        for uri, presence in (("/a.jpg", "gone"), ("/b.jpg", "offline")):
            changed = ASSET.update().where(ASSET.c.uri == uri).values(presence=presence)
            tx.connection.execute(changed)
    with registry.read() as tx:
        assert by_keys(tx, [("id", "1")]) == {("id", "1"): ("/b.jpg", "/c.jpg")}
        assert count_assets(tx) == 2
        assert [r.ref.uri for r in iter_records(tx)] == ["/b.jpg", "/c.jpg"]
        assert len(list(iter_records(tx, gone=True))) == 3


@pytest.mark.parametrize(
    ("roots", "found"),
    [
        (["/a"], ["/a", "/a/1.jpg", "/a/b/2.jpg", "/a/b/c/3.jpg"]),
        (["/a/"], ["/a/1.jpg", "/a/b/2.jpg", "/a/b/c/3.jpg"]),
        (["/a/b", "/b"], ["/a/b/2.jpg", "/a/b/c/3.jpg", "/b/5.jpg"]),
        (["/a.jpg"], ["/a.jpg"]),
        (["/"], sorted(TREE)),
        ([], []),
        (["/%"], []),
    ],
)
def test_roots_hold_what_is_at_or_below_them(
    registry: Registry, roots: list[str], found: list[str]
) -> None:
    put(registry, *(record(uri) for uri in TREE))
    with registry.read() as tx:
        assert sorted(known_versions(tx, roots)) == found
        assert [result.ref.uri for result in iter_records(tx, roots)] == found
        assert count_assets(tx, roots) == len(found)


def test_hostile_names_below_a_hostile_root(registry: Registry) -> None:
    root = "/caf\udce9\\new\nline%_"
    uris = [f"{root}/\udcff.jpg", f"{root}/-rf", f"{root}/\u202egpj.exe", f"{root}/a\\u0041"]
    put(registry, *(record(uri) for uri in (*uris, "/cafe", "/caf\udce9")))
    with registry.read() as tx:
        assert sorted(known_versions(tx, [root])) == sorted(uris)
        assert len(records(tx, uris)) == 4


def test_known_versions_leaves_out_what_could_not_be_read(registry: Registry) -> None:
    put(registry, record("/a.jpg", version="7-7"), unreadable("/b.jpg"))
    with registry.read() as tx:
        assert known_versions(tx, ["/"]) == {"/a.jpg": "7-7"}


def test_an_asset_is_unexamined_until_marked_and_again_once_read_anew(registry: Registry) -> None:
    put(registry, record("/p/a.jpg"), record("/p/b.jpg"), unreadable("/p/c.jpg"), record("/q.jpg"))
    with registry.write() as tx:
        assert unexamined(tx, ["/p"], "1") == ("/p/a.jpg", "/p/b.jpg", "/p/c.jpg")
        mark_examined(tx, ["/p/a.jpg", "/p/c.jpg", "/none.jpg"], "1")
        assert unexamined(tx, ["/p"], "1") == ("/p/b.jpg",)
        assert unexamined(tx, ["/"], "2") == ("/p/a.jpg", "/p/b.jpg", "/p/c.jpg", "/q.jpg")
    put(registry, record("/p/a.jpg"), now=LATER)
    with registry.write() as tx:
        tx.connection.execute(
            ASSET.update().where(ASSET.c.uri == "/p/b.jpg").values(presence="gone")
        )
        assert unexamined(tx, ["/p"], "1") == ("/p/a.jpg",)
    with registry.read() as tx, pytest.raises(RegistryError):
        mark_examined(tx, ["/p/a.jpg"], "1")


def test_iter_records_pages_through_everything(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    uris = [f"/{number:03}.jpg" for number in range(25)]
    put(registry, *(record(uri) for uri in uris))
    for size in (1, 5, 24, 25, 26):
        monkeypatch.setattr("provenance.registry.asset_store._BATCH", size)
        with registry.read() as tx:
            assert [result.ref.uri for result in iter_records(tx)] == uris


def test_upsert_in_several_batches_gives_each_asset_its_own_row(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.registry.asset_store._BATCH", 10)
    results = [record(f"/{number}.jpg") for number in range(35)]
    assert put(registry, *results, keys=(("id", "1"),)) == 35
    assert put(registry, *results, record("/new.jpg"), keys=(("id", "1"),)) == 36
    with registry.read() as tx:
        assert len(by_keys(tx, [("id", "1")])["id", "1"]) == 36


def test_a_damaged_row_is_named(registry: Registry) -> None:
    put(registry, record("/a.jpg"))
    with registry.write() as tx:
        tx.connection.execute(ASSET.update().values(document="{"))
    with registry.read() as tx, pytest.raises(RegistryError, match=r"'/a\.jpg' is damaged"):
        records(tx, ["/a.jpg"])


@pytest.mark.benchmark
def test_upsert_reaches_5000_assets_a_second(sqlite_registry: Registry) -> None:
    scanned = [
        (
            replace(record(f"/pictures/{n:06}.jpg"), values=record("/x").values * 30),
            [
                ("id", f"AFP-{n}"),
                ("scan", f"{n:064x}"),
                ("name", f"{n % 50}"),
                ("caption", f"{n} " * 99),
            ],
        )
        for n in range(20_000)
    ]
    start = time.perf_counter()
    with sqlite_registry.write() as tx:
        upsert_assets(tx, scanned, "r1", NOW)
    assert 20_000 / (time.perf_counter() - start) > 5000
