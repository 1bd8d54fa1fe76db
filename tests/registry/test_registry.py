"""Opening, transactions, and several programs at once."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest
from registry.values import NOW, record

from provenance.errors import ProvenanceError, RegistryError
from provenance.registry import (
    Registry,
    Run,
    engine,
    open_registry,
    records,
    runs,
    start_run,
    upsert_assets,
)
from provenance.registry.statements import next_number
from provenance.registry.tables import AUDIT_HEAD, AUDIT_LEAF


def test_open_makes_folder_and_file_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deeper" / "registry.db"
    with open_registry(str(path)) as registry:
        assert registry.place == str(path)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_open_without_create_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "new" / "registry.db"
    with pytest.raises(RegistryError) as caught:
        open_registry(str(path), create=False)
    assert caught.value.code == "registry-missing"
    assert not path.parent.exists()
    (tmp_path / "empty.db").touch()
    with pytest.raises(RegistryError) as caught:
        open_registry(str(tmp_path / "empty.db"), create=False)
    assert caught.value.code == "registry-missing"
    assert (tmp_path / "empty.db").stat().st_size == 0


def test_open_again_keeps_what_was_written(url: str) -> None:
    with open_registry(url) as registry, registry.write() as tx:
        upsert_assets(tx, [(record("/a.jpg"), ())], "r1", NOW)
    with open_registry(url, create=False) as registry, registry.read() as tx:
        assert records(tx, ["/a.jpg"]) == {"/a.jpg": record("/a.jpg")}


def test_open_is_quick_when_there_is_nothing_to_migrate(tmp_path: Path) -> None:
    path = str(tmp_path / "registry.db")
    open_registry(path).close()
    best = 9.0
    for _ in range(5):
        start = time.perf_counter()
        open_registry(path).close()
        best = min(best, time.perf_counter() - start)
    assert best < 0.03


def test_open_refuses_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0" * 1000)
    with pytest.raises(RegistryError, match=r"picture\.jpg") as caught:
        open_registry(str(path))
    assert caught.value.code == "registry-damaged"
    assert path.read_bytes() == b"\xff\xd8\xff\xe0" * 1000


def test_open_refuses_a_folder_and_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "registry.db"):
        with pytest.raises(RegistryError) as caught:
            open_registry(str(path))
        assert caught.value.code == "registry-unreachable"
        assert str(path) in caught.value.message


def test_open_tells_when_no_server_answers(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(RegistryError) as caught:
        open_registry(f"postgresql://anna:secret@/db?host={tmp_path}")
    assert caught.value.code == "registry-unreachable"
    assert "secret" not in str(caught.value)


def test_open_tells_when_the_driver_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(RegistryError, match="driver is not installed") as caught:
        open_registry("postgresql://host/db")
    assert "provenance-auditor[postgres]" in caught.value.remedy


def test_write_keeps_all_or_nothing(registry: Registry) -> None:
    with pytest.raises(KeyError), registry.write() as tx:  # noqa: PT012 - the end is the subject
        upsert_assets(tx, [(record("/a.jpg"), ())], "r1", NOW)
        raise KeyError("mine")
    with registry.read() as tx:
        assert records(tx, ["/a.jpg"]) == {}
    with registry.write() as tx:
        upsert_assets(tx, [(record("/a.jpg"), ())], "r1", NOW)
    with registry.read() as tx:
        assert list(records(tx, ["/a.jpg"])) == ["/a.jpg"]


def test_read_may_not_write(registry: Registry) -> None:
    with registry.read() as tx, pytest.raises(RegistryError) as caught:
        upsert_assets(tx, [], "r1", NOW)
    assert caught.value.code == "registry-read-only"


@pytest.mark.parametrize("outer", ["read", "write"])
@pytest.mark.parametrize("inner", ["read", "write"])
def test_a_transaction_inside_another_is_refused_at_once(
    registry: Registry, outer: str, inner: str
) -> None:
    start = time.monotonic()
    with (
        getattr(registry, outer)(),
        pytest.raises(RegistryError, match="inside another") as caught,
        getattr(registry, inner)(),
    ):
        raise AssertionError("it must not be entered")
    assert caught.value.code == "registry-nested"
    assert time.monotonic() - start < 5
    with registry.write():
        pass


def test_the_log_shares_the_transaction(registry: Registry) -> None:
    leaf = {"idx": 0, "rec": b"{}", "leaf_hash": b"h" * 32}
    with pytest.raises(KeyError), registry.write() as tx:  # noqa: PT012 - the end is the subject
        tx.connection.execute(AUDIT_LEAF.insert(), [leaf])
        upsert_assets(tx, [(record("/a.jpg"), ())], "r1", NOW)
        raise KeyError("mine")
    with registry.read() as tx:
        assert tx.connection.execute(AUDIT_LEAF.select()).all() == []


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_leaf_can_be_neither_changed_nor_deleted(registry: Registry, verb: str) -> None:
    leaf = {"idx": 0, "rec": b"{}", "leaf_hash": b"h" * 32}
    with registry.write() as tx:
        tx.connection.execute(AUDIT_LEAF.insert(), [leaf])
    statement = AUDIT_LEAF.update().values(rec=b"[]") if verb == "update" else AUDIT_LEAF.delete()
    with pytest.raises(RegistryError, match="append-only"), registry.write() as tx:
        tx.connection.execute(statement)
    with registry.read() as tx:
        assert tx.connection.execute(AUDIT_LEAF.select()).one() == (0, b"{}", b"h" * 32)


def test_the_logs_head_is_one_row(registry: Registry) -> None:
    with pytest.raises(RegistryError), registry.write() as tx:
        tx.connection.execute(AUDIT_HEAD.insert(), [{"id": 2, "origin": "o", "size": 0}])


def test_locked_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_BUSY_SECONDS", 0.2)
    path = str(tmp_path / "registry.db")
    with open_registry(path) as mine, open_registry(path) as other, other.write():
        start = time.monotonic()
        caught: list[ProvenanceError] = []

        def write() -> None:
            try:
                with mine.write():
                    raise AssertionError("it must not be entered")
            except ProvenanceError as error:
                caught.append(error)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert 0.1 < time.monotonic() - start < 5
    (error,) = caught
    assert isinstance(error, RegistryError)
    assert error.code == "registry-locked"
    assert "database is locked" in error.message
    assert path in error.message
    assert "Wait until it has ended" in error.remedy


def test_a_read_only_file_can_be_read_and_says_why_not_written(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everything")
    path = tmp_path / "registry.db"
    open_registry(str(path)).close()
    path.chmod(0o400)
    with open_registry(str(path), create=False) as registry:
        with registry.read() as tx:
            assert records(tx, ["/a.jpg"]) == {}
        with pytest.raises(RegistryError) as caught, registry.write() as tx:
            upsert_assets(tx, [(record("/a.jpg"), ())], "r1", NOW)
    assert caught.value.code == "registry-read-only"


def append(url: str, worker: int, times: int) -> None:
    """Read, think, write: what loses updates where transactions begin too late."""
    with open_registry(url) as registry:
        for turn in range(times):
            with registry.write() as tx:
                index = next_number(tx.connection, AUDIT_LEAF.c.idx)
                row = {"idx": index, "rec": b"%d/%d" % (worker, turn), "leaf_hash": b""}
                tx.connection.execute(AUDIT_LEAF.insert(), [row])


def test_eight_programs_append_at_once_and_none_is_lost(url: str) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["provenance.registry"])
    workers = [context.Process(target=append, args=(url, worker, 50)) for worker in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 8
    with open_registry(url) as registry, registry.read() as tx:
        rows = tx.connection.execute(AUDIT_LEAF.select().order_by(AUDIT_LEAF.c.idx)).all()
    assert [row.idx for row in rows] == list(range(1, 401))
    assert {row.rec for row in rows} == {b"%d/%d" % (w, t) for w in range(8) for t in range(50)}


def test_threads_share_a_registry(registry: Registry) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                with registry.write() as tx:
                    start_run(tx, Run(f"{number}-{turn}", "scan", "anna", NOW))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with registry.read() as tx:
        assert len(runs(tx)) == 20


def test_a_killed_writer_leaves_nothing_half_done(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    open_registry(str(path)).close()
    child = os.fork()
    if child == 0:
        try:
            with open_registry(str(path)) as registry, registry.write() as tx:
                upsert_assets(tx, [(record(f"/{n}.jpg"), ()) for n in range(500)], "r1", NOW)
                os.kill(os.getpid(), 9)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == 9
    with open_registry(str(path)) as registry, registry.read() as tx:
        assert records(tx, ["/1.jpg"]) == {}
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
