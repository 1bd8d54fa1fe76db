from __future__ import annotations

import pytest
from registry.values import LATER, NOW, record

from provenance.registry import (
    Key,
    Registry,
    Walked,
    by_keys,
    crowded_keys,
    keyed_below,
    mark_presence,
    upsert_assets,
)

HOT = ("name", "ilona brandvik")
OWN = ("id", "afp:48KT7NQ")
LONG = ("caption", "c" * 5000)


def put(registry: Registry, *given: tuple[str, tuple[Key, ...]], now: str = NOW) -> None:
    with registry.write() as tx:
        upsert_assets(tx, [(record(uri), keys) for uri, keys in given], "r1", now)


def test_a_crowded_key_is_left_out_and_named(registry: Registry) -> None:
    put(registry, *((f"/{n}.jpg", (HOT, LONG)) for n in range(6)), ("/own.jpg", (OWN, LONG)))
    with registry.read() as tx:
        asked = [HOT, OWN, LONG, ("id", "no")]
        assert by_keys(tx, asked, at_most=6).keys() == {HOT, OWN}
        assert by_keys(tx, iter(asked), at_most=5) == {OWN: ("/own.jpg",)}
        assert crowded_keys(tx, iter(asked), 5) == {HOT, LONG}
        assert crowded_keys(tx, asked, 6) == {LONG}
        assert crowded_keys(tx, asked, 7) == frozenset()
        assert crowded_keys(tx, [], 1) == frozenset()
        assert len(by_keys(tx, asked)[LONG]) == 7


def test_hostile_keys_are_told_apart(registry: Registry) -> None:
    kinds = ("na\udce9me", "na\\ud", "\x00", "'; --", "%")
    hostile = tuple((kind, value) for kind in kinds for value in kinds)
    put(registry, ("/a\udcff.jpg", hostile), ("/b.jpg", hostile[:3]))
    with registry.read() as tx:
        found = by_keys(tx, hostile)
        assert [len(found[key]) for key in hostile] == [2] * 3 + [1] * 22
        assert found[hostile[-1]] == ("/a\udcff.jpg",)
        assert crowded_keys(tx, hostile, 1) == set(hostile[:3])


def test_a_key_below_some_roots(registry: Registry) -> None:
    put(
        registry,
        ("/p/a.jpg", (HOT,)),
        ("/p/b.jpg", (OWN,)),
        ("/p/c.jpg", (HOT,)),
        ("/q.jpg", (HOT,)),
    )
    with registry.write() as tx:
        assert keyed_below(tx, HOT, ["/p"]) == ("/p/a.jpg", "/p/c.jpg")
        assert keyed_below(tx, HOT, ["/p/c.jpg", "/q.jpg"]) == ("/p/c.jpg", "/q.jpg")
        assert keyed_below(tx, HOT, []) == ()
        mark_presence(tx, Walked(("/p",), {"/p/a.jpg", "/p/b.jpg"}, {"/p": "1"}), "r2")
        assert keyed_below(tx, HOT, ["/"]) == ("/p/a.jpg", "/q.jpg")


@pytest.mark.parametrize("together", [1, 3, 100])
def test_keys_written_together_or_not_are_the_same(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr("provenance.registry.asset_store._BATCH", 2)
    monkeypatch.setattr("provenance.registry.asset_store._KEYED", together)
    put(registry, *((f"/{n}.jpg", (("id", str(n)), HOT)) for n in range(7)))
    again = [(f"/{n}.jpg", (("id", str(n + n % 2)),)) for n in range(5)]
    put(registry, *again, ("/0.jpg", (HOT,)), ("/1.jpg", ()), ("/new.jpg", (HOT, HOT)), now=LATER)
    with registry.read() as tx:
        assert by_keys(tx, [HOT])[HOT] == ("/0.jpg", "/5.jpg", "/6.jpg", "/new.jpg")
        numbers = [("id", str(n)) for n in range(7)]
        assert {value: uris for (_, value), uris in by_keys(tx, numbers).items()} == {
            "2": ("/2.jpg",),
            "4": ("/3.jpg", "/4.jpg"),
            "5": ("/5.jpg",),
            "6": ("/6.jpg",),
        }


@pytest.mark.parametrize("together", [1, 100])
def test_the_last_keys_hold_where_an_asset_comes_in_two_batches(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr("provenance.registry.asset_store._BATCH", 1)
    monkeypatch.setattr("provenance.registry.asset_store._KEYED", together)
    first, second, third = (("id", text) for text in ("1", "2", "3"))
    put(registry, ("/a.jpg", (first, HOT)), ("/b.jpg", (second,)), ("/a.jpg", (third, HOT)))
    with registry.read() as tx:
        assert by_keys(tx, [first, second, third, HOT]) == {
            second: ("/b.jpg",),
            third: ("/a.jpg",),
            HOT: ("/a.jpg",),
        }
