"""Former versions: kept where values change, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from registry.values import LATER, NOW, record, unreadable
from sqlalchemy import event, text

from provenance.model import AssetRef, MetadataRecord, ScanResult
from provenance.registry import Registry, former_versions, records, upsert_assets
from provenance.registry.tables import ASSET_VERSION
from provenance.registry.version_store import MOST_VERSIONS

URI = "/a/1.jpg"


def put(registry: Registry, *results: ScanResult, now: str = NOW, run: str = "r1") -> None:
    with registry.write() as tx:
        upsert_assets(tx, [(one, ()) for one in results], run, now)


def former(registry: Registry) -> list[MetadataRecord]:
    with registry.read() as tx:
        return [one.record for one in former_versions(tx, [URI]).get(URI, ())]


def test_changed_values_are_kept_with_their_time(registry: Registry) -> None:
    old, new = record(URI), record(URI, version="2-2", creator="Bakr ALKASEM")
    put(registry, replace(old, scan_digest="5c" * 32), record("/a/2.jpg"))
    put(registry, new, now=LATER, run="r2")
    with registry.read() as tx:
        (version,) = former_versions(tx, [URI, "/a/2.jpg"])[URI]
        assert records(tx, [URI]) == {URI: new}
        assert former_versions(tx, ["/a/2.jpg", "/none"]) == {}
    assert (version.read, version.scan_run) == (NOW, "r1")
    assert version.record.values == old.values
    assert (version.record.ref.version, version.record.scan_digest) == ("1-1", "5c" * 32)


def test_a_new_stamp_or_sidecar_stamp_keeps_nothing(registry: Registry) -> None:
    side = AssetRef("/a/1.xmp", 10, "1")
    one = record(URI)
    put(registry, replace(one, ref=replace(one.ref, sidecars=(side,))))
    touched = replace(
        one, ref=replace(one.ref, version="9-9", sidecars=(replace(side, version="2"),))
    )
    put(registry, touched, now=LATER)
    assert former(registry) == []


def test_what_becomes_unreadable_keeps_what_it_said(registry: Registry) -> None:
    put(registry, record(URI))
    put(registry, unreadable(URI))
    put(registry, unreadable(URI, version="3"))
    put(registry, record(URI, version="4"))
    assert [one.values for one in former(registry)] == [record(URI).values]


def test_only_the_newest_are_kept(registry: Registry) -> None:
    for number in range(MOST_VERSIONS + 5):
        put(registry, record(URI, version=str(number), creator=f"Name {number}"))
    names = [one.values[0].values[0] for one in former(registry)]
    assert names == [f"Name {n}" for n in range(MOST_VERSIONS + 3, 3, -1)]


def test_an_asset_read_again_costs_no_further_query(sqlite_registry: Registry) -> None:
    many = [record(f"/a/{n}.jpg") for n in range(30)]
    put(sqlite_registry, *many)
    asked: list[str] = []
    with sqlite_registry.write() as tx:
        event.listen(
            tx.connection,
            "before_cursor_execute",
            lambda *said: asked.append(str(said[2])),
        )
        upsert_assets(tx, [(one, ()) for one in many], "r2", LATER)
        assert tx.connection.execute(text("SELECT count(*) FROM asset_version")).scalar() == 0
    assert not any(ASSET_VERSION.name in statement for statement in asked[:-1])
    assert len(asked) <= 6, "as many as before there were versions, whatever the number of assets"
