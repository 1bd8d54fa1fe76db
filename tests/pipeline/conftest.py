"""A session on a registry of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance import isolation
from provenance.auditlog import AuditLog
from provenance.model import Policy
from provenance.pipeline import Session
from provenance.registry import open_registry


@pytest.fixture
def session(own_state: Path) -> Iterator[Session]:
    with open_registry(str(own_state / "registry.db")) as registry:
        yield Session(registry, AuditLog(), "anna.editor", Policy(today="2026-11-22"))


@pytest.fixture
def workers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What workers do is done in this process, where a test can count it or replace it."""
    monkeypatch.setattr(isolation, "run", lambda work, items, **_: map(work, items))
    monkeypatch.setattr(
        isolation, "run_batches", lambda work, batches, **_: (list(work(one)) for one in batches)
    )
