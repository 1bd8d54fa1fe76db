"""What an insider may do to a whole log, on both databases: each is detected."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import postgres_server
import pytest
from auditlog.events import NOW, append, codes, fix_event, indexes
from auditlog.insider import (
    ATTACKS,
    FIRST_CHECKPOINT,
    SIZE,
    Insider,
    Victim,
    fork_with_own_checkpoints,
    rewrite_consistently,
    swap,
)
from sqlalchemy import insert, select, text

from provenance.auditlog import AuditLog, Verification, entries, verify
from provenance.auditlog.checkpoint import issue
from provenance.auditlog.erasing.removal import unguarded
from provenance.auditlog.keys import load_key
from provenance.auditlog.outside import CheckpointStore
from provenance.errors import LogError, RegistryError
from provenance.registry import open_registry
from provenance.registry.tables import (
    AUDIT_CHECKPOINT,
    AUDIT_HEAD,
    AUDIT_LEAF,
    AUDIT_NODE,
    AUDIT_PAYLOAD,
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def victim(request, tmp_path_factory) -> Iterator[Victim]:
    folder = tmp_path_factory.mktemp(request.param)
    with _url(request.param, folder) as url, open_registry(url) as registry:
        log = AuditLog(folder / "state")
        append(registry, log, *(fix_event(number) for number in range(10)))
        log.checkpoint(registry, NOW)
        append(registry, log, *(fix_event(number) for number in range(10, 20)))
        log.checkpoint(registry, NOW)
        yield Victim(registry, log)


def _url(kind: str, folder: Path) -> AbstractContextManager[str]:
    if kind == "sqlite":
        return nullcontext(str(folder / "registry.db"))
    binaries = postgres_server.programs()
    if binaries is None:
        pytest.skip("PostgreSQL's programs are not on this machine")
    pytest.importorskip("psycopg")
    return postgres_server.server(binaries)


TABLES = (AUDIT_HEAD, AUDIT_LEAF, AUDIT_NODE, AUDIT_PAYLOAD, AUDIT_CHECKPOINT)


class Siege:
    """Attacks on one log, each undone before the next, in the registry and outside."""

    def __init__(self, victim: Victim, kept: Path) -> None:
        self.victim = victim
        self._kept = kept
        shutil.copytree(victim.state, kept)
        with victim.registry.read() as transaction:
            connection = transaction.connection
            self._rows = {
                table: [row._asdict() for row in connection.execute(select(table))]
                for table in TABLES
            }
        assert self.check().ok

    def attack(self, *steps: Callable[[Insider], None]) -> None:
        with self.victim.registry.write() as transaction:
            connection = transaction.connection
            with unguarded(connection):
                insider = Insider(connection, self.victim)
                for step in steps:
                    step(insider)

    def check(self, **options: Any) -> Verification:
        with self.victim.registry.read() as transaction:
            return verify(transaction.connection, self.victim.state, **options)

    def restore(self) -> None:
        with self.victim.registry.write() as transaction:
            connection = transaction.connection
            with unguarded(connection):
                for table, rows in self._rows.items():
                    connection.execute(table.delete())
                    connection.execute(insert(table), rows)
        shutil.rmtree(self.victim.state)
        shutil.copytree(self._kept, self.victim.state)


@pytest.fixture
def siege(victim: Victim, tmp_path: Path) -> Iterator[Siege]:
    made = Siege(victim, tmp_path / "kept")
    yield made
    made.restore()


@pytest.fixture
def store(victim: Victim) -> CheckpointStore:
    with victim.registry.read() as transaction:
        origin = entries(transaction.connection, 0, 1)[0].record["log"]
    return CheckpointStore(victim.state, origin)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.__name__)
def test_attack_is_detected_and_located(siege, attack) -> None:
    code, located = ATTACKS[attack]
    siege.attack(attack)
    found = siege.check()
    assert not found.ok
    assert found.proved == ()
    assert code in codes(found)
    assert located <= indexes(found)


@pytest.mark.parametrize(
    "attack",
    [
        one
        for one, (code, _) in ATTACKS.items()
        if code in {"log-behind", "root-differs", "head-altered"}
    ],
    ids=lambda one: one.__name__,
)
def test_nothing_is_appended_to_another_history(siege, victim, attack) -> None:
    siege.attack(attack)
    with pytest.raises(LogError) as caught:
        append(victim.registry, victim.log, fix_event(99))
    assert caught.value.remedy


@pytest.mark.parametrize("attack", [rewrite_consistently, fork_with_own_checkpoints])
def test_with_the_key_only_a_witness_shows_it(siege, store, attack) -> None:
    """The registry, every checkpoint and the key in one hand: documented, and shown here."""
    witnessed = store.newest()
    siege.attack(attack, Insider.sign_anew)
    assert siege.check().ok
    found = siege.check(witnessed=[witnessed])
    assert codes(found) == {"root-differs"}
    assert "given" in found.problems[0].message


def test_database_and_outside_rolled_back_together(siege, victim, store) -> None:
    """The whole desk put back from one backup: only a checkpoint kept elsewhere shows it."""
    newest = store.newest()
    first = store.history().issued[0]

    def roll_back(it: Insider) -> None:
        it.cut(FIRST_CHECKPOINT)
        for path in store.folder.iterdir():
            path.unlink()
        root = it.root(FIRST_CHECKPOINT)
        made = issue(it.origin, FIRST_CHECKPOINT, root, load_key(victim.state, it.origin))
        assert made.note == first.note
        store.replace(None, made, first.issued)

    siege.attack(roll_back)
    found = siege.check()
    assert found.ok
    assert any("somebody else" in one for one in found.not_proved)
    assert codes(siege.check(witnessed=[newest])) == {"log-behind"}


def test_swapped_pairs(siege) -> None:
    for one, other in itertools.islice(itertools.combinations(range(1, SIZE), 2), 0, None, 19):

        def swapped(it: Insider, one: int = one, other: int = other) -> None:
            records = it.records()
            records[one], records[other] = records[other], records[one]
            it.do(AUDIT_PAYLOAD.delete())
            it.rebuild(records)

        siege.attack(swapped)
        assert {one, other} <= indexes(siege.check())
        siege.restore()


def test_guard_stands(siege, victim) -> None:
    siege.attack(swap)
    query = text("UPDATE audit_leaf SET rec = rec WHERE idx = 1")
    with pytest.raises(RegistryError, match="append-only"), victim.registry.write() as transaction:
        transaction.connection.execute(query)
