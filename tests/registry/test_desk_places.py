"""Which desk records are about which assets, from either side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from registry.values import LATER, NOW, record

from provenance.matching.keys import CAPTION, ID, caption_body, caption_key, keys
from provenance.model import DeskRecord, MetadataRecord
from provenance.registry import (
    PresenceChanges,
    Registry,
    Walked,
    desk_places,
    desk_reached,
    desk_records_of,
    mark_presence,
    put_desk_records,
    upsert_assets,
)
from provenance.registry.desk_places import MOST_PER_PLACE

SHA, OTHER_SHA, SCAN, OTHER_SCAN = "a" * 64, "b" * 64, "c" * 64, "e" * 64
CAPTION_TEXT = (
    "Harvesters bring in the barley near Skara before the storm. (Photo by M. LINDQVIST / AFP)"
)
ASSET = replace(record("/archive/2024/one.jpg"), digest=SHA, scan_digest=SCAN)


def row(*places: tuple[str, str], number: int = 1, **said: tuple[str, ...]) -> DeskRecord:
    return DeskRecord("dam.csv", number, places, imported=NOW, imported_by="anna", **said)


def hold(registry: Registry, *assets: MetadataRecord, now: str = NOW) -> None:
    with registry.write() as tx:
        upsert_assets(tx, [(one, keys(one)) for one in assets], "run", now)


def keep(registry: Registry, *records: DeskRecord) -> None:
    with registry.write() as tx:
        put_desk_records(tx, "dam.csv", records)


def found(registry: Registry, *assets: MetadataRecord) -> dict[str, list[int]]:
    with registry.read() as tx:
        given = desk_records_of(tx, assets)
    return {uri: [one.row for one in records] for uri, records in given.items()}


def reached(registry: Registry, *asked: tuple[str, str]) -> dict[tuple[str, str], tuple[str, ...]]:
    with registry.read() as tx:
        return desk_reached(tx, asked)


def assert_meets(registry: Registry, one: DeskRecord, uris: Iterable[str]) -> None:
    """All three ways of asking say the same."""
    keep(registry, replace(one, identifiers=("AFP_48KT7NQ",)))
    assert reached(registry, (ID, "afp:48KT7NQ")).get((ID, "afp:48KT7NQ"), ()) == tuple(uris)
    with registry.read() as tx:
        assert desk_places(tx, [one]) == [tuple(uris)]
        given = desk_records_of(tx, [ASSET])
    assert (ASSET.ref.uri in given) == (ASSET.ref.uri in uris)


@pytest.mark.parametrize(
    "place",
    [("path", ASSET.ref.uri), ("sha256", SHA), ("scan", SCAN), ("filename", "ONE.jpg")],
    ids=lambda place: place[0],
)
def test_each_place_leads_to_the_asset(registry: Registry, place: tuple[str, str]) -> None:
    hold(registry, ASSET, record("/archive/2024/two.jpg"))
    assert_meets(registry, row(place), [ASSET.ref.uri])


def test_an_image_digest_is_a_place(registry: Registry) -> None:
    asset = replace(ASSET, image_digest="f" * 64)
    hold(registry, asset)
    keep(registry, row(("image", "f" * 64)))
    assert found(registry, asset) == {asset.ref.uri: [1]}


def test_a_name_that_two_assets_bear_is_no_key(registry: Registry) -> None:
    hold(registry, ASSET, replace(record("/archive/2023/One.JPG"), digest=OTHER_SHA))
    assert_meets(registry, row(("filename", "one.jpg")), [])
    assert_meets(registry, row(("filename", "one.jpg"), ("path", ASSET.ref.uri)), [ASSET.ref.uri])


def test_a_name_counts_again_when_the_other_bearer_is_gone(registry: Registry) -> None:
    other = replace(record("/old/one.jpg"), digest=OTHER_SHA)
    hold(registry, ASSET, other)
    with registry.write() as tx:
        walked = Walked(("/old",), seen=(), folders={"/old": "1"})
        mark_presence(tx, walked, "run2")
    assert_meets(registry, row(("filename", "one.jpg")), [ASSET.ref.uri])


@pytest.mark.parametrize(
    ("places", "meets"),
    [
        pytest.param([("sha256", OTHER_SHA), ("filename", "one.jpg")], False, id="other-sha256"),
        pytest.param([("scan", OTHER_SCAN), ("filename", "one.jpg")], False, id="other-picture"),
        pytest.param([("scan", OTHER_SCAN), ("path", ASSET.ref.uri)], False, id="path-replaced"),
        pytest.param([("sha256", OTHER_SHA), ("path", ASSET.ref.uri)], True, id="path-edited"),
        pytest.param([("path", "/dam/2023/one.jpg"), ("filename", "one.jpg")], False, id="folder"),
        pytest.param([("path", "/dam/2024/one.jpg"), ("filename", "one.jpg")], True, id="moved"),
        pytest.param([("path", "/dam/2024/one.jpg")], False, id="path-elsewhere"),
    ],
)
def test_what_speaks_against_a_place(
    registry: Registry, places: list[tuple[str, str]], meets: bool
) -> None:
    hold(registry, ASSET)
    assert_meets(registry, row(*places), [ASSET.ref.uri] if meets else [])


def test_a_digest_from_before_a_metadata_change_is_still_its_own(registry: Registry) -> None:
    hold(registry, ASSET)
    keep(registry, row(("sha256", SHA)))
    edited = replace(record(ASSET.ref.uri, version="2-2", creator="Mara"), scan_digest=SCAN)
    hold(registry, edited, now=LATER)
    assert found(registry, edited) == {ASSET.ref.uri: [1]}
    replaced = replace(record(ASSET.ref.uri, version="3-3"), scan_digest=OTHER_SCAN)
    assert found(registry, replaced) == {}


def test_captions_and_bare_codes_beside_a_credit_lead_to_the_asset(registry: Registry) -> None:
    hold(registry, ASSET)
    keep(
        registry,
        row(
            ("path", ASSET.ref.uri),
            identifiers=("48KT7NQ",), credits=("AFP",), captions=(CAPTION_TEXT, "FILE PHOTO"),
        ),
    )  # fmt: skip
    caption = (CAPTION, caption_key(caption_body(CAPTION_TEXT)))
    code, unheard = (ID, "afp:48KT7NQ"), (ID, "afp:48KT7NR")
    assert reached(registry, caption, code, unheard) == {
        caption: (ASSET.ref.uri,), code: (ASSET.ref.uri,),
    }  # fmt: skip
    assert reached(registry, (CAPTION, caption_key(""))) == {}


def test_keys_that_name_an_asset_are_no_statements(registry: Registry) -> None:
    hold(registry, ASSET)
    keep(registry, row(("path", ASSET.ref.uri), ("sha256", OTHER_SHA)))
    assert reached(registry, ("sha256", OTHER_SHA), ("path", ASSET.ref.uri)) == {}


def test_gone_assets_are_not_reached(registry: Registry) -> None:
    hold(registry, ASSET)
    keep(registry, row(("path", ASSET.ref.uri), identifiers=("AFP_48KT7NQ",)))
    with registry.write() as tx:
        walked = Walked(("/archive",), seen=(), folders={"/archive": "1"})
        changes = mark_presence(tx, walked, "run2")
    assert changes == PresenceChanges(gone=(ASSET.ref.uri,))
    assert reached(registry, (ID, "afp:48KT7NQ")) == {}


def test_records_come_in_their_order_once_each(registry: Registry) -> None:
    hold(registry, ASSET)
    both = [
        row(("filename", "one.jpg"), ("path", ASSET.ref.uri), ("sha256", SHA), number=number)
        for number in (3, 1, 2)
    ]
    keep(registry, *both)
    assert found(registry, ASSET) == {ASSET.ref.uri: [1, 2, 3]}


def test_long_and_hostile_paths(registry: Registry) -> None:
    uri = "/archive/" + "\x00\\\udcff" + "x/" * 300 + "ä.jpg"
    hold(registry, record(uri))
    keep(registry, row(("path", uri), identifiers=("AFP_48KT7NQ",)))
    assert found(registry, record(uri)) == {uri: [1]}
    assert reached(registry, (ID, "afp:48KT7NQ")) == {(ID, "afp:48KT7NQ"): (uri,)}


def test_a_name_of_thousands_costs_no_more(sqlite_registry: Registry) -> None:
    """Neither many rows of one place nor many assets of one name are all looked at."""
    crowd = [replace(record(f"/crowd/{n}/image.jpg"), digest=None) for n in range(3_000)]
    hold(sqlite_registry, ASSET, *crowd)
    rows = [row(("filename", "image.jpg"), number=n) for n in range(3_000)]
    keep(sqlite_registry, *rows, *(row(("sha256", SHA), number=n) for n in range(3_000)))
    steps = []
    with sqlite_registry.read() as tx:
        raw = tx.connection.connection.driver_connection
        raw.set_progress_handler(lambda: steps.append(1) and None, 1_000)
        try:
            assert desk_records_of(tx, crowd[:50]) == {}
        finally:
            raw.set_progress_handler(None, 0)
        given = desk_records_of(tx, [ASSET])
    assert len(steps) < 50
    assert [one.row for one in given[ASSET.ref.uri]] == [*range(3_000 - MOST_PER_PLACE, 3_000)]


def test_an_empty_registry_costs_one_question(sqlite_registry: Registry) -> None:
    hold(sqlite_registry, ASSET)
    asked: list[str] = []
    with sqlite_registry.read() as tx:
        raw: Any = tx.connection.connection.driver_connection
        raw.set_trace_callback(asked.append)
        assert desk_records_of(tx, [ASSET] * 2_000) == {}
        assert desk_reached(tx, [(ID, "afp:48KT7NQ")] * 2_000) == {}
        raw.set_trace_callback(None)
    assert len(asked) == 2
