"""An insider who has the database in hand, and what such a one may do to a whole log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditlog.events import NOW, fix_event
from sqlalchemy import Connection, insert, select, update

from provenance.auditlog import AuditLog
from provenance.auditlog.checkpoint import issue
from provenance.auditlog.keys import load_key, load_or_make_key
from provenance.auditlog.merkle import Frontier, leaf_hash
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.record import encode, moment
from provenance.registry import Registry
from provenance.registry.tables import (
    AUDIT_CHECKPOINT,
    AUDIT_HEAD,
    AUDIT_LEAF,
    AUDIT_NODE,
    AUDIT_PAYLOAD,
)

LEAF, NODE, HEAD, WORDS = AUDIT_LEAF.c, AUDIT_NODE.c, AUDIT_HEAD.c, AUDIT_PAYLOAD.c
SIZE = 21
FIRST_CHECKPOINT = 11


@dataclass
class Victim:
    """A registry with a log of 21 records and checkpoints of 11 and 21, and its outside."""

    registry: Registry
    log: AuditLog

    @property
    def state(self) -> Path:
        return self.log.state


class Insider:
    """Writes to the tables as somebody can who has the database in hand."""

    def __init__(self, connection: Connection, victim: Victim) -> None:
        self.connection = connection
        self.victim = victim
        self.origin = connection.execute(select(HEAD.origin)).scalar_one()

    def do(self, *statements: Any) -> None:
        for statement in statements:
            self.connection.execute(statement)

    def records(self) -> list[bytes]:
        rows = self.connection.execute(select(LEAF.rec).order_by(LEAF.idx)).scalars()
        return [bytes(one) for one in rows]

    def forged(self, index: int) -> bytes:
        return encode(fix_event(777), self.origin, index, moment(NOW))[0]

    def rebuild(self, records: list[bytes]) -> None:
        """Put these records in the place of all, every hash and node computed anew."""
        self.do(AUDIT_LEAF.delete(), AUDIT_NODE.delete())
        frontier = Frontier()
        nodes = []
        for index, record in enumerate(records):
            found = leaf_hash(record)
            self.do(insert(AUDIT_LEAF).values(idx=index, rec=record, leaf_hash=found))
            nodes += frontier.append(found)
        self.do(
            insert(AUDIT_NODE).values(
                [{"level": level, "idx": index, "hash": found} for (level, index), found in nodes]
            ),
            update(AUDIT_HEAD).values(size=len(records)),
        )

    def cut(self, size: int) -> None:
        """Everything as it was when the log had that many records."""
        self.rebuild(self.records()[:size])
        self.do(
            AUDIT_PAYLOAD.delete().where(WORDS.idx >= size),
            AUDIT_CHECKPOINT.delete().where(AUDIT_CHECKPOINT.c.size > size),
        )

    def root(self, size: int) -> bytes:
        frontier = Frontier()
        for record in self.records()[:size]:
            frontier.append(leaf_hash(record))
        return frontier.root()

    def sign_anew(self) -> None:
        """With the key: forge the checkpoints beside and outside as well."""
        state = self.victim.state
        made = issue(self.origin, SIZE, self.root(SIZE), load_key(state, self.origin))
        self.do(
            AUDIT_CHECKPOINT.delete(),
            insert(AUDIT_CHECKPOINT).values(size=SIZE, note=made.note, issued=NOW),
        )
        store = CheckpointStore(state, self.origin)
        for path in store.folder.iterdir():
            path.unlink()
        store.replace(None, made, NOW)


def delete(it: Insider) -> None:
    it.do(AUDIT_LEAF.delete().where(LEAF.idx == 7))


def delete_and_close_the_gap(it: Insider) -> None:
    records = it.records()
    it.do(AUDIT_PAYLOAD.delete())
    it.rebuild(records[:7] + records[8:])


def swap(it: Insider) -> None:
    records = it.records()
    records[3], records[5] = records[5], records[3]
    it.do(AUDIT_PAYLOAD.delete())
    it.rebuild(records)


def truncate_rows(it: Insider) -> None:
    it.do(AUDIT_LEAF.delete().where(LEAF.idx >= 15))


def truncate_and_hide(it: Insider) -> None:
    it.cut(15)


def empty(it: Insider) -> None:
    tables = (AUDIT_PAYLOAD, AUDIT_LEAF, AUDIT_NODE, AUDIT_HEAD, AUDIT_CHECKPOINT)
    it.do(*(table.delete() for table in tables))


def duplicate_at_the_end(it: Insider) -> None:
    records = it.records()
    it.rebuild([*records, records[4]])


def insert_in_the_middle(it: Insider) -> None:
    records = it.records()
    it.do(AUDIT_PAYLOAD.delete())
    it.rebuild([*records[:9], it.forged(9), *records[9:]])


def rewrite_consistently(it: Insider) -> None:
    records = it.records()
    records[14] = it.forged(14)
    it.do(AUDIT_PAYLOAD.delete().where(WORDS.idx == 14))
    it.rebuild(records)


def fork_with_own_checkpoints(it: Insider) -> None:
    """Rewritten before the first checkpoint, the checkpoints beside the log taken away."""
    records = it.records()
    records[4] = it.forged(4)
    it.do(AUDIT_PAYLOAD.delete().where(WORDS.idx == 4), AUDIT_CHECKPOINT.delete())
    it.rebuild(records)


def restored_backup(it: Insider) -> None:
    it.cut(FIRST_CHECKPOINT)


def restored_backup_written_to(it: Insider) -> None:
    it.cut(FIRST_CHECKPOINT)
    it.rebuild(it.records() + [it.forged(index) for index in range(FIRST_CHECKPOINT, 30)])


def head_lowered(it: Insider) -> None:
    it.do(update(AUDIT_HEAD).values(size=SIZE - 3))


def head_raised(it: Insider) -> None:
    it.do(update(AUDIT_HEAD).values(size=SIZE + 3))


def head_renamed(it: Insider) -> None:
    it.do(update(AUDIT_HEAD).values(origin="provenance-auditor/ffffffffffffffff"))


def head_gone(it: Insider) -> None:
    it.do(AUDIT_HEAD.delete())


def stray_leaf(it: Insider) -> None:
    record = it.forged(500)
    it.do(insert(AUDIT_LEAF).values(idx=500, rec=record, leaf_hash=leaf_hash(record)))


def stray_node(it: Insider) -> None:
    it.do(insert(AUDIT_NODE).values(level=9, idx=0, hash=b"\x00" * 32))


def nodes_swapped(it: Insider) -> None:
    rows = it.connection.execute(select(NODE.idx, NODE.hash).where(NODE.level == 2)).all()
    hashes = {row.idx: bytes(row.hash) for row in rows}
    for index, other in ((1, 2), (2, 1)):
        where = (NODE.level == 2) & (NODE.idx == index)
        it.do(update(AUDIT_NODE).where(where).values(hash=hashes[other]))


def words_swapped_between_records(it: Insider) -> None:
    rows = it.connection.execute(select(WORDS.idx, WORDS.salt, WORDS.value).where(
        WORDS.name == "change/0/old", WORDS.idx.in_((6, 8)))).all()  # fmt: skip
    kept = {row.idx: (bytes(row.salt), row.value) for row in rows}
    for index, other in ((6, 8), (8, 6)):
        where = (WORDS.idx == index) & (WORDS.name == "change/0/old")
        salt, value = kept[other]
        it.do(update(AUDIT_PAYLOAD).where(where).values(salt=salt, value=value))


def words_put_to_another_record(it: Insider) -> None:
    it.do(
        AUDIT_PAYLOAD.delete().where(WORDS.idx == 8),
        update(AUDIT_PAYLOAD).where(WORDS.idx == 6).values(idx=8),
    )


def words_of_no_record(it: Insider) -> None:
    row = {"idx": 0, "name": "change/0/old", "salt": b"\x00" * 16, "value": "x"}
    it.do(insert(AUDIT_PAYLOAD).values(row))


def checkpoint_of_another_key(it: Insider) -> None:
    note = it.connection.execute(
        select(AUDIT_CHECKPOINT.c.note).where(AUDIT_CHECKPOINT.c.size == SIZE)
    ).scalar_one()
    other = AuditLog(it.victim.state.with_name("thief"))
    key = load_or_make_key(other.state)
    made = issue(it.origin, SIZE, it.root(SIZE), key)
    assert made.note != note
    where = AUDIT_CHECKPOINT.c.size == SIZE
    it.do(update(AUDIT_CHECKPOINT).where(where).values(note=made.note))


ATTACKS: dict[Callable[[Insider], None], tuple[str, set[int | None]]] = {
    delete: ("leaf-missing", {7}),
    delete_and_close_the_gap: ("leaf-moved", {7, 8, 19}),
    swap: ("leaf-moved", {3, 5}),
    truncate_rows: ("leaf-missing", {15}),
    truncate_and_hide: ("log-behind", {None}),
    empty: ("log-missing", {None}),
    duplicate_at_the_end: ("leaf-moved", {SIZE}),
    insert_in_the_middle: ("leaf-moved", {10, SIZE}),
    rewrite_consistently: ("root-differs", {None}),
    fork_with_own_checkpoints: ("root-differs", {None}),
    restored_backup: ("log-behind", {None}),
    restored_backup_written_to: ("root-differs", {None}),
    head_lowered: ("leaf-stray", {18, 19, 20}),
    head_raised: ("leaf-missing", {SIZE}),
    head_renamed: ("head-altered", {None}),
    head_gone: ("head-missing", {None}),
    stray_leaf: ("leaf-stray", {500}),
    stray_node: ("node-stray", {None}),
    nodes_swapped: ("node-altered", {4, 8}),
    words_swapped_between_records: ("payload-altered", {6, 8}),
    words_put_to_another_record: ("payload-altered", {8}),
    words_of_no_record: ("payload-stray", {0}),
    checkpoint_of_another_key: ("checkpoint-damaged", {None}),
}
