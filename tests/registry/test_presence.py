"""Gone is a strong word (design rule 12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from registry.values import LATER, NOW, record

from provenance.registry import (
    Presence,
    PresenceChanges,
    Registry,
    Walked,
    mark_presence,
    stored,
    upsert_assets,
)

ROOT = "/share"
FILES = ("/share/1.jpg", "/share/a/2.jpg", "/share/a/b/3.jpg")
FOLDERS = {"/share": "8:1", "/share/a": "8:1", "/share/a/b": "8:1"}


@pytest.fixture
def scanned(registry: Registry) -> Registry:
    """A registry that has seen FILES in FOLDERS, and a file elsewhere."""
    with registry.write() as tx:
        upsert_assets(tx, [(record(uri), ()) for uri in (*FILES, "/shared.jpg")], "r1", NOW)
    assert look(registry, FILES) == PresenceChanges()
    return registry


def look(
    registry: Registry,
    seen: Iterable[str],
    folders: Mapping[str, str] = FOLDERS,
    roots: tuple[str, ...] = (ROOT,),
) -> PresenceChanges:
    with registry.write() as tx:
        return mark_presence(tx, Walked(roots, set(seen), folders), "r2")


def presence(registry: Registry, uri: str) -> Presence:
    with registry.read() as tx:
        return stored(tx, [uri])[uri].presence


def without(*names: str) -> dict[str, str]:
    return {uri: device for uri, device in FOLDERS.items() if uri not in names}


def test_nothing_changed_writes_nothing(scanned: Registry) -> None:
    assert look(scanned, FILES) == PresenceChanges()


def test_missing_from_a_listed_folder_is_gone_and_may_come_back(scanned: Registry) -> None:
    assert look(scanned, FILES[:2]) == PresenceChanges(gone=(FILES[2],))
    assert presence(scanned, FILES[2]) is Presence.GONE
    assert look(scanned, FILES[:2]) == PresenceChanges()
    assert look(scanned, FILES) == PresenceChanges(back=(FILES[2],))
    assert presence(scanned, FILES[2]) is Presence.PRESENT
    assert presence(scanned, "/shared.jpg") is Presence.PRESENT


def test_a_folder_that_vanished_from_a_listed_one_takes_its_files_along(scanned: Registry) -> None:
    folders = without("/share/a", "/share/a/b")
    assert look(scanned, FILES[:1], folders) == PresenceChanges(gone=FILES[1:])


def test_a_folder_that_could_not_be_listed_is_offline(scanned: Registry) -> None:
    folders = without("/share/a", "/share/a/b")
    assert look(scanned, {FILES[0], "/share/a"}, folders) == PresenceChanges(offline=FILES[1:])
    folders = without("/share/a/b")
    assert look(scanned, {*FILES[:2], "/share/a/b"}, folders) == PresenceChanges(back=(FILES[1],))


def test_a_root_that_could_not_be_listed_is_offline(scanned: Registry) -> None:
    assert look(scanned, (), {}) == PresenceChanges(offline=FILES)
    assert look(scanned, (ROOT,), {}) == PresenceChanges()
    assert presence(scanned, "/shared.jpg") is Presence.PRESENT
    assert look(scanned, FILES) == PresenceChanges(back=FILES)


def test_an_unmounted_share_is_offline_however_often_it_is_looked_at(scanned: Registry) -> None:
    bare = {"/share": "0:99"}
    assert look(scanned, (), bare) == PresenceChanges(offline=FILES)
    for _ in range(3):
        assert look(scanned, (), bare) == PresenceChanges()
    assert look(scanned, FILES[:2]) == PresenceChanges(gone=(FILES[2],), back=FILES[:2])


def test_an_unmounted_share_with_a_new_file_on_the_bare_folder_is_offline(
    scanned: Registry,
) -> None:
    bare = {"/share": "0:99"}
    with scanned.write() as tx:
        upsert_assets(tx, [(record("/share/stray.jpg"), ())], "r2", LATER)
    assert look(scanned, {"/share/stray.jpg"}, bare) == PresenceChanges(offline=FILES)


def test_a_share_mounted_inside_the_tree_and_now_unmounted_is_offline(registry: Registry) -> None:
    folders = {**FOLDERS, "/share/a": "0:50", "/share/a/b": "0:50"}
    with registry.write() as tx:
        upsert_assets(tx, [(record(uri), ()) for uri in FILES], "r1", NOW)
    look(registry, FILES, folders)
    unmounted = {"/share": "8:1", "/share/a": "8:1"}
    assert look(registry, FILES[:1], unmounted) == PresenceChanges(offline=FILES[1:])


def test_a_share_that_came_back_under_another_number_is_the_same_share(scanned: Registry) -> None:
    renumbered = dict.fromkeys(FOLDERS, "8:17")
    assert look(scanned, FILES[1:], renumbered) == PresenceChanges(gone=FILES[:1])
    assert look(scanned, FILES, FOLDERS) == PresenceChanges(back=FILES[:1])


def test_a_named_file(scanned: Registry) -> None:
    assert look(scanned, {FILES[0]}, {}, (FILES[0],)) == PresenceChanges()
    assert look(scanned, (), {}, (FILES[0],)) == PresenceChanges(offline=FILES[:1])
    assert presence(scanned, FILES[1]) is Presence.PRESENT


def test_the_root_of_the_file_system(registry: Registry) -> None:
    with registry.write() as tx:
        upsert_assets(tx, [(record("/1.jpg"), ()), (record("/a/2.jpg"), ())], "r1", NOW)
    assert look(registry, {"/1.jpg"}, {"/": "8:1"}, ("/",)) == PresenceChanges(gone=("/a/2.jpg",))


def test_reading_an_asset_again_brings_it_back(scanned: Registry) -> None:
    look(scanned, FILES[:2])
    with scanned.write() as tx:
        upsert_assets(tx, [(record(FILES[2]), ())], "r3", LATER)
    assert presence(scanned, FILES[2]) is Presence.PRESENT
