"""How long the facts of a report of ten thousand findings take to gather, and the whole with its form.

The registry is filled by ``registry_material``: 300 notices, decisions in the log, 3,000 fixes.
``PROVENANCE_BENCH_FINDINGS`` sets the number of findings.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from registry_material import fill
from report_material import Size

from provenance import isolation
from provenance.auditlog import AuditLog
from provenance.model import Form, Policy
from provenance.pipeline import Session, compliance_report, recall
from provenance.pipeline.reports.exporting import draw
from provenance.registry import open_registry

FINDINGS = int(os.environ.get("PROVENANCE_BENCH_FINDINGS", "10000"))
MOST_SECONDS = 20.0
"""Twice what we aim at: processor time, too, is longer on a loaded machine."""

pytestmark = pytest.mark.benchmark


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Everything is done in this process, whose processor time is taken."""
    monkeypatch.setenv("PROVENANCE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PROVENANCE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(isolation, "run", lambda work, items, **_: map(work, items))
    policy = Policy(today="2024-12-03")
    with open_registry(str(tmp_path / "registry.db")) as registry:
        yield Session(registry, AuditLog(), "anna.editor", policy, jobs=1)


def test_gathering_and_drawing(session: Session) -> None:
    fill(session, Size(FINDINGS, 30), fixes=3 * FINDINGS // 10)
    began = time.process_time()
    audited = recall(session)
    recalled = time.process_time()
    report = compliance_report(session, audited)
    gathered = time.process_time()
    assert len(tuple(report.items)) == FINDINGS
    print(f"\nrecall: {recalled - began:.2f} s, the rest of the facts: {gathered - recalled:.2f} s of processor", end="")  # fmt: skip
    for form in Form:
        drawing = time.process_time()
        assert draw(session, report, form)
        took = time.process_time() - drawing
        whole = gathered - began + took
        print(
            f"\n{form.value}: {took:.2f} s, gathered and drawn {whole:.2f} s of processor", end=""
        )
        assert whole < MOST_SECONDS * max(1, FINDINGS / 10_000)
