"""A registry of its own for each test, and events to fill its log with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from auditlog.events import NOW, append, fix_event

from provenance.auditlog import AuditLog, Verification, verify
from provenance.registry import Registry, open_registry


@pytest.fixture
def state(own_state: Path) -> Path:
    return own_state


@pytest.fixture
def registry_path(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with its tables and nothing in them, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "registry.db"
    open_registry(str(path)).close()
    return path


@pytest.fixture(scope="session")
def grown(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a registry whose log has 11 records and 2 checkpoints, and its state."""
    folder = tmp_path_factory.mktemp("grown")
    shutil.copy(migrated, folder / "registry.db")
    log = AuditLog(folder / "state")
    with open_registry(str(folder / "registry.db")) as registry:
        for start in (1, 10):
            append(registry, log, *(fix_event(start + number) for number in range(5)))
            log.checkpoint(registry, NOW)
    return folder


@pytest.fixture
def ready(grown: Path, registry_path: Path, state: Path) -> None:
    """Put copies of ``grown`` in the places of this test's registry and state."""
    shutil.copy(grown / "registry.db", registry_path)
    shutil.copytree(grown / "state", state)


@pytest.fixture
def registry(registry_path: Path, migrated: Path) -> Iterator[Registry]:
    if not registry_path.exists():
        shutil.copy(migrated, registry_path)
    with open_registry(str(registry_path)) as opened:
        yield opened


@pytest.fixture
def log() -> AuditLog:
    return AuditLog()


@pytest.fixture
def fill(registry: Registry, log: AuditLog) -> Callable[..., None]:
    """Append so many events in one transaction, then issue a checkpoint."""

    def filled(count: int, *, checkpoint: bool = True, start: int = 1) -> None:
        with registry.write() as transaction:
            events = [fix_event(number) for number in range(start, start + count)]
            log.append(transaction.connection, events, NOW)
        if checkpoint:
            log.checkpoint(registry, NOW)

    return filled


@pytest.fixture
def check(registry: Registry, state: Path) -> Callable[..., Verification]:
    def checked(**options) -> Verification:
        with registry.read() as transaction:
            return verify(transaction.connection, state, **options)

    return checked
