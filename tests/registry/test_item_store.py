"""Wire items: each version once, found by its guid, its carrier and its picture."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from registry.values import LATER, NOW, instances

from provenance.model import ItemClass, Property
from provenance.notices.wires.item import Item
from provenance.registry import (
    Registry,
    StoredItem,
    codec,
    items_by_keys,
    items_of_guids,
    items_of_sources,
    put_items,
)

GUID = "urn:newsml:example.com:20240501:1"
ITEM = Item(
    "ninjs", GUID, "2", item_class=ItemClass.PICTURE, values=((Property.CITY, "Lyon"),),
    identifiers=("AFP-1",),
)  # fmt: skip
STORED = StoredItem(ITEM, "ab" * 32, NOW, (("id", "afp:1"), ("id", "x" * 999)))
READ = replace(STORED, keys=())


def put(registry: Registry, *given: StoredItem) -> tuple[StoredItem, ...]:
    with registry.write() as tx:
        return put_items(tx, given, LATER)


def test_an_item_is_found_by_all_that_names_it(registry: Registry) -> None:
    assert put(registry, STORED) == (STORED,)
    with registry.read() as tx:
        assert items_of_guids(tx, [GUID, "", "none"]) == (READ,)
        assert items_of_sources(tx, ["ab" * 32]) == (READ,)
        asked = [("id", "afp:1"), ("id", "x" * 999), ("id", "none"), ("scan", "afp:1")]
        assert items_by_keys(tx, asked) == dict.fromkeys(asked[:2], (READ,))


def test_the_same_version_twice_is_one(registry: Registry) -> None:
    put(registry, STORED, STORED)
    assert put(registry, replace(STORED, received=LATER, source_digest="cd" * 32)) == ()
    with registry.read() as tx:
        assert items_of_guids(tx, [GUID]) == (READ,)


def test_versions_stand_in_the_order_in_which_they_came(registry: Registry) -> None:
    third, second = replace(ITEM, version="3"), replace(ITEM, values=())
    put(registry, STORED, replace(STORED, item=third))
    put(registry, replace(STORED, item=second))
    with registry.read() as tx:
        assert [one.item for one in items_of_guids(tx, [GUID])] == [ITEM, third, second]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(Item))
def test_any_item_survives(item: Item) -> None:
    assert codec.load(Item, codec.dump(item), "an item") == item
