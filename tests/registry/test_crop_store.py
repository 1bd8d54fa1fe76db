"""The parts of a picture are kept with it, and so is what they were held against."""

from __future__ import annotations

import pytest

from provenance.errors import RegistryError
from provenance.registry import Crops, Registry, crops_of, put_crops, put_searched

BASES = ("a" * 64, "scan \udcff", "c\\")


def test_parts_come_back(registry: Registry) -> None:
    with registry.write() as tx:
        rows = [(BASES[0], b"old"), (BASES[1], b""), (BASES[0], bytes(64))]
        assert put_crops(tx, rows) == 2
    with registry.read() as tx:
        assert crops_of(tx, [*BASES, BASES[0]]) == {
            BASES[0]: Crops(bytes(64)), BASES[1]: Crops(b""),
        }  # fmt: skip
        assert crops_of(tx, []) == {}


def test_what_was_searched_is_remembered_until_the_parts_change(registry: Registry) -> None:
    with registry.write() as tx:
        put_crops(tx, [(BASES[1], bytes(32)), (BASES[2], bytes(32))])
        put_searched(tx, [(BASES[1], b"marks"), (BASES[0], b"not kept")])
        put_searched(tx, [])
    with registry.read() as tx:
        assert crops_of(tx, BASES) == {
            BASES[1]: Crops(bytes(32), b"marks"), BASES[2]: Crops(bytes(32)),
        }  # fmt: skip
    with registry.write() as tx:
        put_crops(tx, [(BASES[1], bytes(32))])
        assert crops_of(tx, BASES)[BASES[1]].searched == b""


def test_many_are_asked_for_at_once(registry: Registry) -> None:
    bases = [f"{number:064x}" for number in range(1_201)]
    with registry.write() as tx:
        put_crops(tx, ((one, one.encode()) for one in bases))
    with registry.read() as tx:
        assert {one: found.hashes for one, found in crops_of(tx, bases).items()} == {
            one: one.encode() for one in bases
        }


def test_a_reading_transaction_keeps_nothing(registry: Registry) -> None:
    with registry.read() as tx:
        for put in (put_crops, put_searched):
            with pytest.raises(RegistryError):
                put(tx, [(BASES[0], b"")])
