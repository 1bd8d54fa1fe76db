"""Every flipped bit of the stored log is detected, and located by its record or its place."""

from __future__ import annotations

import random

import pytest
from auditlog.events import codes
from sqlalchemy import text

from provenance.auditlog import verify
from provenance.auditlog.keys import key_path

SIZE = 41
AT_ONCE = 10
IN_RECORDS = 1_600
IN_HEAD_AND_CHECKPOINTS = 240
IN_FILES = 240

EXPECTED = {"audit_leaf": "leaf-", "audit_node": "node-", "audit_payload": "payload-"}


class Flipper:
    """Flips bits of stored columns inside one transaction that is never committed."""

    def __init__(self, connection) -> None:
        self.connection = connection
        for name in ("audit_leaf_no_update", "audit_leaf_no_delete"):
            connection.execute(text(f"DROP TRIGGER {name}"))

    def cells(self):
        """Table, column, row, and the first and last record that the cell belongs to."""
        for (index,) in self.connection.execute(text("SELECT idx FROM audit_leaf")).all():
            yield "audit_leaf", "rec", f"idx = {index}", index, index
            yield "audit_leaf", "leaf_hash", f"idx = {index}", index, index
        for level, index in self.connection.execute(text("SELECT level, idx FROM audit_node")):
            where = f"level = {level} AND idx = {index}"
            yield "audit_node", "hash", where, index << level, (index + 1 << level) - 1
        rows = self.connection.execute(text("SELECT idx, name FROM audit_payload")).all()
        for index, name in rows:
            where = f"idx = {index} AND name = '{name}'"
            for column in ("salt", "value", "name"):
                yield "audit_payload", column, where, index, index

    def beside(self):
        yield "audit_head", "origin", "true"
        yield "audit_head", "size", "true"
        for (row,) in self.connection.execute(text("SELECT rowid FROM audit_checkpoint")).all():
            for column in ("size", "note", "issued"):
                yield "audit_checkpoint", column, f"rowid = {row}"

    def get(self, table, column, where):
        query = text(f"SELECT {column} FROM {table} WHERE {where}")
        return self.connection.execute(query).scalar_one()

    def set(self, table, column, where, value) -> None:
        query = text(f"UPDATE {table} SET {column} = :value WHERE {where}")
        self.connection.execute(query, {"value": value})

    def found_with(self, state, *changes):
        """What a check finds while these values stand there."""
        point = self.connection.begin_nested()
        for table, column, where, value in changes:
            self.set(table, column, where, value)
        found = verify(self.connection, state)
        point.rollback()
        return found

    def located(self, state, cells, chance: random.Random) -> None:
        """Flip a bit in each of these cells: each one is found, at its place, and no other."""
        changes = []
        expected = {}
        for table, column, where, first, _ in cells:
            after = flipped(self.get(table, column, where), chance)
            changes.append((table, column, where, after))
            expected[first] = EXPECTED[table]
        found = self.found_with(state, *changes)
        told = {}
        for problem in found.problems:
            if problem.index is not None:
                told.setdefault(problem.index, set()).add(problem.code.partition("-")[0] + "-")
        assert set(told) == set(expected), changes
        assert all(start in told[first] for first, start in expected.items()), changes


def apart(cells, chance: random.Random):
    """Cells in an order that leaves none out, in groups that share no record."""
    waiting = list(cells)
    chance.shuffle(waiting)
    while waiting:
        group, left, taken = [], [], set()
        for cell in waiting:
            covered = range(cell[3], cell[4] + 1)
            if len(group) < AT_ONCE and taken.isdisjoint(covered):
                taken.update(covered)
                group.append(cell)
            else:
                left.append(cell)
        yield group
        waiting = left


def flipped(value, chance: random.Random):
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(63)
    octets = bytearray(value.encode() if isinstance(value, str) else value)
    if isinstance(value, bytes):
        bit = chance.randrange(len(octets) * 8)
        octets[bit // 8] ^= 1 << bit % 8
        return bytes(octets)
    # Of a text only ASCII letters are flipped, in their lower bits: it stays a text.
    places = [place for place, octet in enumerate(octets) if octet < 0x80]
    octets[chance.choice(places)] ^= 1 << chance.randrange(7)
    return octets.decode()


@pytest.fixture
def flipper(registry, fill):
    fill(SIZE // 2)
    fill(SIZE - SIZE // 2 - 1, start=100)
    with registry.write() as transaction:
        yield Flipper(transaction.connection)
        transaction.connection.get_transaction().rollback()


def test_flips_in_records_nodes_and_words(flipper, state) -> None:
    chance = random.Random(20261122)
    cells = list(flipper.cells())
    assert len(cells) > 350
    done = 0
    while done < IN_RECORDS:
        for group in apart(cells, chance):
            flipper.located(state, group, chance)
            done += len(group)
    assert verify(flipper.connection, state).ok


def test_flips_in_the_head_and_the_checkpoints_beside(flipper, state) -> None:
    chance = random.Random(6962)
    cells = list(flipper.beside())
    assert len(cells) == 8
    expected = {
        ("audit_head", "origin"): {"head-altered"},
        ("audit_head", "size"): {"leaf-missing", "leaf-stray", "head-altered"},
        ("audit_checkpoint", "size"): {"checkpoint-damaged"},
        ("audit_checkpoint", "note"): {"checkpoint-damaged"},
        ("audit_checkpoint", "issued"): {"checkpoint-damaged"},
    }
    for number in range(IN_HEAD_AND_CHECKPOINTS):
        table, column, where = cells[number % len(cells)]
        after = flipped(flipper.get(table, column, where), chance)
        found = flipper.found_with(state, (table, column, where, after))
        assert codes(found) & expected[table, column], (table, column, after)
    assert verify(flipper.connection, state).ok


def test_flips_in_the_files_outside(flipper, state) -> None:
    """The newest checkpoint, the history of checkpoints, the key."""
    chance = random.Random(9162)
    folder = state / "checkpoints"
    paths = [path for path in folder.iterdir() if path.suffix != ".lock"]
    assert len(paths) == 2
    paths.append(key_path(state))
    for number in range(IN_FILES):
        path = paths[number % len(paths)]
        before = path.read_bytes()
        after = flipped(before, chance)
        path.write_bytes(after)
        found = verify(flipper.connection, state)
        path.write_bytes(before)
        start = "key-" if path == key_path(state) else "checkpoint-"
        assert any(code.startswith(start) for code in codes(found)), (path.name, before, after)
    assert verify(flipper.connection, state).ok


@pytest.mark.soak
def test_more_bit_flips(registry, fill, state) -> None:
    fill(300)
    chance = random.Random(1)
    with registry.write() as transaction:
        flipper = Flipper(transaction.connection)
        cells = list(flipper.cells())
        for _ in range(4_000):
            flipper.located(state, [chance.choice(cells)], chance)
