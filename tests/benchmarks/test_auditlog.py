"""How fast the audit log grows and is checked: a million records within a minute."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import pytest
from auditlog.events import NOW, fix_event
from sqlalchemy import Connection

from provenance.auditlog import AuditLog, ledger, prove, verify
from provenance.auditlog.ledger import Head
from provenance.auditlog.merkle import leaf_hash
from provenance.auditlog.record import Payload, commitment, encode, moment
from provenance.model import AuditEntry
from provenance.registry import Registry, open_registry

LEAVES = int(os.environ.get("PROVENANCE_BENCH_LEAVES", "100000"))
APPENDED = 5_000
BATCH = 20_000


def fill(connection: Connection, count: int) -> None:
    """Add records as fixes make them, from one of them as a pattern: to encode takes longest."""
    head = ledger.lock_head(connection)
    place, number = 8_765_432_198_765, 9_876_543_219_876
    pattern, words = encode(fix_event(number), head.origin, place, moment(NOW))
    frontier = ledger.StoredTree(connection).frontier(head.size)
    entries, nodes, payloads = [], [], []
    for index in range(head.size, head.size + count):
        told = str(index).encode()
        record = pattern.replace(b"%d" % place, told).replace(b"%d" % number, told)
        for one in words:
            payload = Payload(one.name, os.urandom(16), f"Aaref WATAD {index}")
            before = commitment(one.salt, one.value).encode()
            record = record.replace(before, commitment(payload.salt, payload.value).encode())
            payloads.append((index, payload))
        entries.append(AuditEntry(index, record, leaf_hash(record)))
        nodes.extend(frontier.append(entries[-1].leaf_hash))
    ledger.write(connection, Head(head.origin, head.size), entries, nodes, payloads)


def grow(registry: Registry, log: AuditLog) -> float:
    """Make a log of ``LEAVES`` records; return the seconds that ``append`` took for one."""
    events = [fix_event(number) for number in range(APPENDED)]
    begun = time.perf_counter()
    with registry.write() as transaction:
        log.append(transaction.connection, events, NOW)
    spent = time.perf_counter() - begun
    size = APPENDED + 1
    while size < LEAVES:
        some = min(BATCH, LEAVES - size)
        with registry.write() as transaction:
            fill(transaction.connection, some)
        size += some
    return spent / APPENDED


@pytest.mark.benchmark
@pytest.mark.timeout(1800)
def test_append_and_verify(tmp_path: Path, own_state: Path, capsys) -> None:
    log = AuditLog(own_state)
    with open_registry(str(tmp_path / "registry.db")) as registry:
        spent = grow(registry, log)
        begun = time.perf_counter()
        log.checkpoint(registry)
        signed = time.perf_counter() - begun
        with registry.read() as transaction:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            begun, worked = time.perf_counter(), time.process_time()
            found = verify(transaction.connection, own_state)
            checked = time.perf_counter() - begun
            worked = time.process_time() - worked
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            begun = time.perf_counter()
            prove(transaction.connection, own_state, LEAVES // 2)
            proved = time.perf_counter() - begun
    assert found.ok
    assert found.size == LEAVES
    with capsys.disabled():
        print(
            f"\naudit log of {LEAVES} records: append {1 / spent:,.0f}/s,"
            f" first checkpoint {signed:.2f} s, verify {LEAVES / checked:,.0f}/s"
            f" ({checked:.1f} s, {worked:.1f} s of work, {grown >> 10} MiB more),"
            f" proof {proved * 1000:.1f} ms"
        )
    assert worked / LEAVES < 60 / 1_000_000
