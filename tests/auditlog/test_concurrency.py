"""Many processes append to one log: nothing is lost, nothing is given twice, no gap is left."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import postgres_server
import pytest
from auditlog.events import NOW, fix_event
from sqlalchemy import text

from provenance.auditlog import AuditLog, verify
from provenance.auditlog.record import decode
from provenance.errors import RegistryError
from provenance.registry import open_registry

WRITERS = 8
KILLS = int(os.environ.get("PROVENANCE_LOG_KILLS", "200"))
IN_MEMORY = Path("/dev/shm")

FORK = get_context("fork")


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose syncs cost nothing, where there is one; else an ordinary one."""
    if not os.access(IN_MEMORY, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="provenance-log-", dir=IN_MEMORY))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, quick_folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(quick_folder / "registry.db")
        return
    binaries = postgres_server.programs()
    if binaries is None:
        pytest.skip("PostgreSQL's programs are not on this machine")
    pytest.importorskip("psycopg")
    with postgres_server.server(binaries) as made:
        yield made


def write(url: str, state: Path, writer: int, appends: int, acknowledged: Path) -> None:
    """Append one event at a time; note each down after its transaction ended, not before."""
    log = AuditLog(state)
    with open_registry(url) as registry, acknowledged.open("ab", buffering=0) as noted:
        for number in range(appends):
            event = fix_event(writer * 1_000_000 + number)
            with registry.write() as transaction:
                (entry,) = log.append(transaction.connection, [event], NOW)
            line = {"index": entry.index, "leaf": entry.leaf_hash.hex()}
            noted.write(json.dumps(line).encode() + b"\n")
            if number % 50 == 49:
                log.checkpoint(registry, NOW)


def start(url: str, state: Path, writer: int, appends: int, folder: Path) -> BaseProcess:
    given = (url, state, writer, appends, folder / f"{writer}.acknowledged")
    process = FORK.Process(target=write, args=given)
    process.start()
    return process


def require_exact(url: str, state: Path, folder: Path) -> tuple[int, int]:
    """No gap, every acknowledged record in its place; return size and acknowledged."""
    acknowledged = {}
    for path in folder.glob("*.acknowledged"):
        for line in path.read_bytes().splitlines():
            one = json.loads(line)
            assert one["index"] not in acknowledged, "given twice"
            acknowledged[one["index"]] = one["leaf"]
    with open_registry(url) as registry:
        last = AuditLog(state).checkpoint(registry, NOW)
        assert last is not None
        with registry.read() as transaction:
            connection = transaction.connection
            rows = connection.execute(text("SELECT idx, rec, leaf_hash FROM audit_leaf")).all()
            size = connection.execute(text("SELECT size FROM audit_head")).scalar_one()
            found = verify(connection, state)
    assert found.ok, found.problems
    assert size == len(rows) == max(row.idx for row in rows) + 1 == last.size
    held = {row.idx: bytes(row.leaf_hash).hex() for row in rows}
    assert all(held.get(index) == leaf for index, leaf in acknowledged.items())
    numbers = [(decode(bytes(row.rec)) or {}).get("detail", {}).get("number") for row in rows]
    written = [number for number in numbers if number is not None]
    assert len(written) == len(set(written)) == size - 1, "each event once, behind the opening"
    return size, len(acknowledged)


@pytest.mark.parametrize("appends", [25, pytest.param(200, marks=pytest.mark.soak)])
def test_eight_writers(url, quick_folder, appends: int) -> None:
    state = quick_folder / "state"
    with open_registry(url):
        pass
    writers = [start(url, state, one, appends, quick_folder) for one in range(WRITERS)]
    for process in writers:
        process.join(600)
        assert process.exitcode == 0
    assert require_exact(url, state, quick_folder) == (
        WRITERS * appends + 1,
        WRITERS * appends,
    )


@pytest.mark.soak
def test_writers_killed_at_random(url, quick_folder, capsys) -> None:
    """Each killed writer is replaced; what was acknowledged stays."""
    state = quick_folder / "state"
    chance = random.Random(20261122)
    with open_registry(url):
        pass
    running = {one: start(url, state, one, 10**6, quick_folder) for one in range(WRITERS)}
    following, kills = WRITERS, 0
    try:
        while kills < KILLS:
            time.sleep(chance.uniform(0.02, 0.25))
            victim = chance.choice(list(running))
            process = running.pop(victim)
            assert process.is_alive(), "a writer ended by itself"
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            kills += 1
            running[following] = start(url, state, following, 10**6, quick_folder)
            following += 1
    finally:
        for process in running.values():
            process.kill()
            process.join()
    for _ in range(100):
        try:
            size, acknowledged = require_exact(url, state, quick_folder)
            break
        except RegistryError:  # the server still ends the sessions of the dead
            time.sleep(0.1)
    assert acknowledged > kills
    with capsys.disabled():
        print(f"\n{kills} kills: {acknowledged} acknowledged, {size} records, 0 lost")
