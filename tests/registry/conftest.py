"""A fresh registry on each kind of database that is there; makers of values."""

from __future__ import annotations

import importlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provenance.registry import Registry, open_registry


def _server_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of the tests' own, and of its one database."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    programs = _server_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="provenance-pg-"))
    account: dict[str, object] = {}
    user = pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:  # the server refuses to run as root
        user = "nobody"
        account = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    data = folder / "data"
    options = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **account}
    initdb = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "tests",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run([*initdb, "--locale=C"], check=True, **options)  # type: ignore[call-overload]
    start = [programs / "postgres", "-D", data, "-k", folder, "-h", "", "-F"]
    server = subprocess.Popen(start, **options)  # type: ignore[call-overload]
    try:
        _wait_for(folder / ".s.PGSQL.5432", server)
        yield f"postgresql://tests@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # ends sessions too; SIGTERM would wait for them
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(socket: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if socket.exists():
            time.sleep(0.2)
            return
        assert server.poll() is None, "the PostgreSQL server ended at once"
        time.sleep(0.05)
    raise AssertionError("the PostgreSQL server did not come up")


@pytest.fixture
def new_database(postgres: str) -> Callable[[], str]:
    """Empty the tests' PostgreSQL database and return its URL."""

    def make() -> str:
        psycopg = importlib.import_module("psycopg")
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return postgres

    return make


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """A folder of real files that no disk slows down, where there is one."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="provenance-") as folder:
        yield Path(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, in_memory: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{in_memory}/registry.db"
    make: Callable[[], str] = request.getfixturevalue("new_database")
    return make()


@pytest.fixture
def registry(url: str) -> Iterator[Registry]:
    """An empty registry on each kind of database."""
    with open_registry(url) as opened:
        yield opened


@pytest.fixture
def sqlite_registry(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry in a SQLite file."""
    with open_registry(str(tmp_path / "registry.db")) as opened:
        yield opened
