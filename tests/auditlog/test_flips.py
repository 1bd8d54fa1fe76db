"""Every flipped bit of the stored log is detected, and located by its record."""

from __future__ import annotations

import random

import pytest
from auditlog.events import codes, indexes
from sqlalchemy import text

from provenance.auditlog import verify

SIZE = 41
FLIPS = 500


class Flipper:
    """Flips bits of stored columns inside one transaction that is never committed."""

    def __init__(self, connection) -> None:
        self.connection = connection
        for name in ("audit_leaf_no_update", "audit_leaf_no_delete"):
            connection.execute(text(f"DROP TRIGGER {name}"))

    def cells(self):
        for (index,) in self.connection.execute(text("SELECT idx FROM audit_leaf")).all():
            yield "audit_leaf", "rec", f"idx = {index}", index, index
            yield "audit_leaf", "leaf_hash", f"idx = {index}", index, index
        for level, index in self.connection.execute(text("SELECT level, idx FROM audit_node")):
            where = f"level = {level} AND idx = {index}"
            yield "audit_node", "hash", where, index << level, (index + 1 << level) - 1
        rows = self.connection.execute(text("SELECT idx, name FROM audit_payload")).all()
        for index, name in rows:
            where = f"idx = {index} AND name = '{name}'"
            yield "audit_payload", "salt", where, index, index
            yield "audit_payload", "value", where, index, index

    def get(self, table, column, where):
        query = text(f"SELECT {column} FROM {table} WHERE {where}")
        return self.connection.execute(query).scalar_one()

    def set(self, table, column, where, value) -> None:
        query = text(f"UPDATE {table} SET {column} = :value WHERE {where}")
        self.connection.execute(query, {"value": value})


def flipped(value, chance: random.Random):
    octets = bytearray(value.encode() if isinstance(value, str) else value)
    bit = chance.randrange(len(octets) * 8 if isinstance(value, bytes) else len(octets) * 7)
    if isinstance(value, bytes):
        octets[bit // 8] ^= 1 << bit % 8
        return bytes(octets)
    octets[bit // 7] ^= 1 << bit % 7
    return octets.decode()


def test_random_bit_flips_are_detected_and_located(registry, fill, state) -> None:
    fill(SIZE // 2)
    fill(SIZE - SIZE // 2 - 1, start=100)
    chance = random.Random(20261122)
    with registry.write() as transaction:
        connection = transaction.connection
        flipper = Flipper(connection)
        assert verify(connection, state).ok
        cells = list(flipper.cells())
        assert len(cells) > 200
        for number in range(FLIPS):
            table, column, where, first, last = (
                cells[number] if number < len(cells) else chance.choice(cells)
            )
            before = flipper.get(table, column, where)
            after = flipped(before, chance)
            assert after != before
            flipper.set(table, column, where, after)
            found = verify(connection, state)
            flipper.set(table, column, where, before)
            located = {index for index in indexes(found) if index is not None}
            assert located == {first}, (table, column, where)
            assert first <= last
            expected = {"audit_leaf": "leaf-", "audit_node": "node-", "audit_payload": "payload-"}
            assert any(code.startswith(expected[table]) for code in codes(found))
        assert verify(connection, state).ok


@pytest.mark.soak
def test_more_bit_flips(registry, fill, state) -> None:
    fill(300)
    chance = random.Random(1)
    with registry.write() as transaction:
        flipper = Flipper(transaction.connection)
        cells = list(flipper.cells())
        for _ in range(4_000):
            table, column, where, first, _last = chance.choice(cells)
            before = flipper.get(table, column, where)
            flipper.set(table, column, where, flipped(before, chance))
            found = verify(transaction.connection, state)
            flipper.set(table, column, where, before)
            assert {index for index in indexes(found) if index is not None} == {first}
