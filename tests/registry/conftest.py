"""A fresh registry on each kind of database that is there; makers of values."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres_server import programs, server

from provenance.registry import Registry, open_registry


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of the tests' own, and of its one database."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    with server(binaries) as url:
        yield url


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
