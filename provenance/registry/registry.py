"""The registry itself: ``open_registry``, ``Registry``, ``Transaction``."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy.engine import Connection, Engine

from provenance.errors import RegistryError
from provenance.registry import engine as engines
from provenance.registry.schema import ensure_schema, missing
from provenance.storage.systems.flags import READ_NAMED


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of the registry; every store function takes it as first argument.

    Attributes:
        connection: the SQLAlchemy connection, for the audit log's own tables.
        writable: whether it was begun by ``Registry.write``.
    """

    connection: Connection
    writable: bool

    def writing(self) -> Connection:
        """The connection, for a statement that writes.

        Raises:
            RegistryError: the transaction was begun by ``Registry.read``.
        """
        if not self.writable:
            raise RegistryError(
                "A reading transaction of the registry was asked to write.",
                code="registry-read-only",
                remedy="This is a fault of the program: please report it.",
            )
        return self.connection


class Registry:
    """The database of what is held, what was asked, what was found and what was done.

    Transactions: all or nothing, durable when ``write`` returns, one writer at a time
    (others wait up to 30 seconds), each reader sees one state. Hold them for database
    work only, never while files are read. A thread has at most one at a time: a second
    one would wait for the first for ever, so it is refused.

    May be shared by threads; a process forked from this one opens its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mine = threading.local()

    @property
    def place(self) -> str:
        """Where the registry is, for messages; without password."""
        return engines.place(self._engine.url)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Give the transaction that may write; commit at the end, roll back on any exception.

        Raises:
            RegistryError: it cannot be written (code ``registry-locked``,
                ``registry-full``, ``registry-read-only`` ...); nothing was kept.
        """
        with self._one_at_a_time(), engines.begin(self._engine, write=True) as connection:
            yield Transaction(connection, writable=True)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Give a transaction that reads one unchanging state.

        Raises:
            RegistryError: it cannot be read.
        """
        with self._one_at_a_time(), engines.begin(self._engine, write=False) as connection:
            yield Transaction(connection, writable=False)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if getattr(self._mine, "busy", False):
            raise RegistryError(
                "A transaction of the registry was begun inside another one.",
                code="registry-nested",
                remedy="This is a fault of the program: please report it.",
            )
        self._mine.busy = True
        try:
            yield
        finally:
            self._mine.busy = False

    def close(self) -> None:
        """Close every connection. A registry that is not closed loses nothing."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def open_registry(url_or_path: str, *, create: bool = True) -> Registry:
    """Open the registry, making or migrating it to this program's schema where needed.

    Args:
        url_or_path: the path of a SQLite file, or ``sqlite:///...``, ``postgresql://...``.
        create: make what is not there (the folder for its owner only, the file, the tables).

    Raises:
        RegistryError: it is not there and ``create`` is false, was made by a newer
            program (``registry-newer``), belongs to another program
            (``registry-foreign``), stands on a network file system
            (``registry-network``), or cannot be opened.
    """
    url = engines.registry_url(url_or_path)
    if url.get_backend_name() == "sqlite":
        _prepare_file(Path(str(url.database)), create=create)
    engine = engines.make_engine(url)
    try:
        ensure_schema(engine, create=create)
    except BaseException:
        engine.dispose()
        raise
    return Registry(engine)


def _prepare_file(path: Path, *, create: bool) -> None:
    """Have an empty file for the owner alone, where there is none: it will name people."""
    try:
        if not create and not path.exists():
            raise missing(str(path))
        if create:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            engines.require_local(path.parent)
            os.close(os.open(path, os.O_CREAT | READ_NAMED, 0o600))
        else:
            engines.require_local(path.parent)
    except OSError as error:
        raise RegistryError(
            f"The registry {path} cannot be opened: {error.strerror}.",
            code="registry-unreachable",
            remedy="Check the path and that you may write there, or name another --registry.",
        ) from error
