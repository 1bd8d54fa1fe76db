"""How fast the audit log grows and is checked: a million records within a minute."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from auditlog.events import NOW, fix_event

from provenance.auditlog import AuditLog, prove, verify
from provenance.registry import open_registry

LEAVES = int(os.environ.get("PROVENANCE_BENCH_LEAVES", "100000"))
BATCH = 10_000


@pytest.mark.benchmark
def test_append_and_verify(tmp_path: Path, own_state: Path, capsys) -> None:
    log = AuditLog(own_state)
    with open_registry(str(tmp_path / "registry.db")) as registry:
        spent = 0.0
        for start in range(0, LEAVES, BATCH):
            events = [fix_event(start + number) for number in range(min(BATCH, LEAVES - start))]
            begun = time.perf_counter()
            with registry.write() as transaction:
                log.append(transaction.connection, events, NOW)
            spent += time.perf_counter() - begun
        begun = time.perf_counter()
        log.checkpoint(registry)
        signed = time.perf_counter() - begun
        with registry.read() as transaction:
            begun, worked = time.perf_counter(), time.process_time()
            found = verify(transaction.connection, own_state)
            checked = time.perf_counter() - begun
            worked = time.process_time() - worked
            begun = time.perf_counter()
            prove(transaction.connection, own_state, LEAVES // 2)
            proved = time.perf_counter() - begun
    assert found.ok
    with capsys.disabled():
        print(
            f"\naudit log of {LEAVES} records: append {LEAVES / spent:,.0f}/s,"
            f" first checkpoint {signed:.2f} s, verify {LEAVES / checked:,.0f}/s"
            f" ({checked:.1f} s, {worked:.1f} s of work), proof {proved * 1000:.1f} ms"
        )
    assert worked / LEAVES < 60 / 1_000_000
