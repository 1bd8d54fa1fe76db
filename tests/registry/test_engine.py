from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from provenance.errors import RegistryError
from provenance.registry import engine, open_registry, wal_is_safe


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 6, 23), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_safe(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def pragmas(path: Path) -> dict[str, object]:
    made = engine.make_engine(make_url(f"sqlite:///{path}"))
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with made.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}
    made.dispose()
    return found


def test_every_commit_is_durable_with_and_without_wal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    always = {"foreign_keys": 1, "busy_timeout": 30_000}
    monkeypatch.setattr(engine, "sqlite_version", lambda: (3, 51, 2))
    assert pragmas(tmp_path / "a.db") == {"journal_mode": "persist", "synchronous": 3, **always}
    monkeypatch.setattr(engine, "sqlite_version", lambda: (3, 51, 3))
    assert pragmas(tmp_path / "a.db") == {"journal_mode": "wal", "synchronous": 2, **always}
    monkeypatch.setattr(engine, "sqlite_version", lambda: (3, 50, 6))
    assert pragmas(tmp_path / "a.db")["journal_mode"] == "persist"


def test_a_wal_held_open_elsewhere_is_refused_by_an_unsafe_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE t (a)")
        monkeypatch.setattr(engine, "_BUSY_SECONDS", 0.1)
        monkeypatch.setattr(engine, "sqlite_version", lambda: (3, 51, 2))
        made = engine.make_engine(make_url(f"sqlite:///{path}"))
        with pytest.raises(RegistryError) as caught, engine.begin(made, write=False):
            raise AssertionError("it must not be entered")
        made.dispose()
    other.close()
    assert caught.value.code in {"registry-wal", "registry-locked"}
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("/data/r.db", "sqlite:////data/r.db"),
        ("/data/a?b%20.db", "sqlite:////data/a%3Fb%2520.db"),
        ("sqlite:////data/r.db", "sqlite:////data/r.db"),
        ("postgresql://anna:secret@host/db", "postgresql+psycopg://anna:***@host/db"),
        ("postgresql+psycopg2://host/db", "postgresql+psycopg://host/db"),
    ],
)
def test_registry_url(typed: str, shown: str) -> None:
    url = engine.registry_url(typed)
    assert url.get_backend_name() in {"sqlite", "postgresql"}
    rendered = url.render_as_string(hide_password=True)
    assert rendered == shown or url.database == typed


def test_registry_url_of_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/anna")
    assert engine.registry_url("r.db").database == str(tmp_path / "r.db")
    assert engine.registry_url("sqlite:///r.db").database == str(tmp_path / "r.db")
    assert engine.registry_url("~/r.db").database == "/home/anna/r.db"


@pytest.mark.parametrize(
    "typed",
    ["", "a\x00b", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true",
     "mysql://host/db", "nonsense://", "://", "postgresql://h:port/db"],
)  # fmt: skip
def test_registry_url_refuses_with_a_remedy(typed: str) -> None:
    with pytest.raises(RegistryError) as caught:
        engine.registry_url(typed)
    assert caught.value.remedy


def test_errors_never_show_a_password() -> None:
    url = engine.registry_url("postgresql://anna:secret@host/db")
    with pytest.raises(RegistryError) as caught, engine.translated(url):
        raise OperationalError("SELECT 1", {}, Exception("connection refused\nmore"))
    assert "secret" not in str(caught.value)
    assert "host" in str(caught.value)
    assert caught.value.code == "registry-unreachable"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("database is locked", "registry-locked"),
        ("canceling statement due to lock timeout", "registry-locked"),
        ("database or disk is full", "registry-full"),
        ("attempt to write a readonly database", "registry-read-only"),
        ("file is not a database", "registry-damaged"),
        ("database disk image is malformed", "registry-damaged"),
        ("unable to open database file", "registry-unreachable"),
        ("something else", "registry"),
    ],
)
def test_registry_error_knows_what_was_said(said: str, code: str) -> None:
    error = engine.registry_error(sqlite3.OperationalError(said), "/data/r.db")
    assert error.code == code
    assert said in error.message
    assert "/data/r.db" in error.message
    assert bool(error.remedy) is (code != "registry")


def test_filesystem_is_told_by_device(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    number = f"{device >> 8 & 0xFFF}:{device & 0xFF}"
    table = tmp_path / "mountinfo"
    table.write_text(
        "1 0 999:1 / / rw - ext4 /dev/sda rw\n"
        f"2 1 {number} / {tmp_path} rw shared:3 - nfs4 server:/export rw\n"
        "nonsense\n"
    )
    assert engine.filesystem(tmp_path, table) == "nfs4"
    assert engine.filesystem(tmp_path, tmp_path / "absent") is None
    assert engine.filesystem(tmp_path / "absent", table) is None
    table.write_text("nonsense\n")
    assert engine.filesystem(tmp_path, table) is None


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "fuse.sshfs"])
def test_a_network_file_system_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(engine, "filesystem", lambda _: kind)
    with pytest.raises(RegistryError, match=kind) as caught:
        engine.require_local(tmp_path)
    assert caught.value.code == "registry-network"


def test_a_local_file_system_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("ext4", "xfs", None):
        monkeypatch.setattr(engine, "filesystem", lambda _, kind=kind: kind)
        engine.require_local(tmp_path)


def test_postgresql_compiles_no_look_up(new_database: Callable[[], str]) -> None:
    """Its planner would take thousands of look-ups for a long statement, and compile them."""
    with open_registry(new_database()) as registry:
        for begin in (registry.read, registry.write):
            with begin() as tx:
                assert tx.connection.exec_driver_sql("SHOW jit").scalar_one() == "off"
