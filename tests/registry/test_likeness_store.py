from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from registry.values import HOSTILE_TEXT, instances

from provenance.errors import RegistryError
from provenance.model import Likeness, LikenessKind
from provenance.registry import Registry, likeness_of, likeness_with, put_likeness
from provenance.registry.tables import LIKENESS

SAME = Likeness(LikenessKind.SAME, 0.01)
CROP = Likeness(LikenessKind.CROP, 0.02, 0.64)
OTHER = Likeness(LikenessKind.OTHER, 0.7)


def test_a_result_is_found_in_either_order(registry: Registry) -> None:
    with registry.write() as tx:
        assert put_likeness(tx, [("b", "a", SAME), ("b", "c", CROP)]) == 2
    with registry.read() as tx:
        assert likeness_of(tx, [("a", "b"), ("c", "b"), ("a", "c")]) == {
            ("a", "b"): SAME,
            ("b", "c"): CROP,
        }
        assert likeness_of(tx, [("b", "a")]) == {("a", "b"): SAME}
        assert likeness_of(tx, []) == {}


def test_all_that_a_picture_was_compared_with(registry: Registry) -> None:
    with registry.write() as tx:
        put_likeness(tx, [("b", "a", SAME), ("b", "c", CROP), ("c", "d", OTHER)])
    with registry.read() as tx:
        assert likeness_with(tx, ["b", "d", "no"]) == {
            "b": {"a": SAME, "c": CROP},
            "d": {"c": OTHER},
        }
        assert likeness_with(tx, ["a", "b"]) == {"a": {"b": SAME}, "b": {"a": SAME, "c": CROP}}


def test_the_last_result_holds(registry: Registry) -> None:
    with registry.write() as tx:
        put_likeness(tx, [("a", "b", SAME), ("b", "a", OTHER)])
        assert likeness_of(tx, [("a", "b")]) == {("a", "b"): OTHER}
        put_likeness(tx, [("a", "b", CROP)])
        assert likeness_of(tx, [("a", "b")]) == {("a", "b"): CROP}


def test_a_picture_is_not_compared_with_itself(registry: Registry) -> None:
    with registry.write() as tx:
        assert put_likeness(tx, [("a", "a", SAME)]) == 0
        assert likeness_with(tx, ["a"]) == {}


def test_more_pairs_than_one_statement_takes(registry: Registry) -> None:
    pairs = [(f"a{n}", f"b{n}") for n in range(1200)]
    with registry.write() as tx:
        assert put_likeness(tx, [(*pair, SAME) for pair in pairs]) == 1200
    with registry.read() as tx:
        assert likeness_of(tx, [*pairs, ("x", "y")]).keys() == set(pairs)
        assert len(likeness_with(tx, [one for one, _ in pairs])) == 1200


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=HOSTILE_TEXT, other=HOSTILE_TEXT, found=instances(Likeness))
def test_anything_comes_back_equal(
    registry: Registry, one: str, other: str, found: Likeness
) -> None:
    with registry.write() as tx:
        put_likeness(tx, [(one, other, found)])
        kept = likeness_of(tx, [(other, one)])
    assert kept == ({} if one == other else {tuple(sorted((one, other))): found})


def test_a_damaged_entry_is_named(registry: Registry) -> None:
    with registry.write() as tx:
        put_likeness(tx, [("a", "b", SAME)])
        tx.connection.execute(LIKENESS.update().values(document="{"))
    with registry.read() as tx, pytest.raises(RegistryError, match="'a' with 'b' is damaged"):
        likeness_of(tx, [("a", "b")])


def test_a_reading_transaction_does_not_keep_results(registry: Registry) -> None:
    with registry.read() as tx, pytest.raises(RegistryError):
        put_likeness(tx, [("a", "b", SAME)])
