"""Open the registry's database; begin, commit and roll back.

SQLite's own default is lost updates without an error (two programs read, both write)
and, below 3.51.3, a WAL file that can corrupt the database. So: every write begins
with ``BEGIN IMMEDIATE``, WAL is used only where it is safe, and everything is synced
before a commit returns. On PostgreSQL a transaction-level advisory lock gives writers
the same promise: one at a time, none lost.

Sources: SQLite "Write-Ahead Logging", section "The WAL-reset bug"; SQLite "PRAGMA
synchronous"; PostgreSQL "Advisory Locks".
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from provenance.errors import RegistryError
from provenance.storage.filesystems import NETWORK, kind_of

APPLICATION_ID: Final = 0x50524F56
"""``PRAGMA application_id`` of our SQLite files ("PROV"), so that ``file`` can name them."""

_BUSY_SECONDS: Final = 30
_JOURNAL_OCTETS: Final = 1 << 20
_CACHE_KIBIBYTES: Final = 192 << 10
"""Pages that one connection keeps. SQLite's own 2 MB would read the upper floors of a large
index again and again, and sync the journal each time that a large load outgrows them."""
_LOCK_KEY: Final = APPLICATION_ID
_BEGIN: Final = "provenance_begin"
_SAFE_BACKPORTS: Final = {(3, 44): 6, (3, 50): 7}
_SAFE_FROM: Final = (3, 51, 3)


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Tell whether this SQLite is free of the WAL-reset bug.

    The bug (a checkpoint racing a writer that resets the WAL) can corrupt a database.
    It is in every release from 3.7.0 on; 3.51.3 mends it, 3.50.7 and 3.44.6 carry the
    mend for their series.
    """
    backport = _SAFE_BACKPORTS.get(version[:2])
    return version >= _SAFE_FROM or (backport is not None and version[2] >= backport)


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite library that Python was built with."""
    major, minor, patch = sqlite3.sqlite_version_info[:3]
    return major, minor, patch


def registry_url(url_or_path: str) -> URL:
    """Return the database URL for what the user typed: a URL, or the path of a SQLite file.

    Raises:
        RegistryError: not a URL, not a database that we support, or a database in memory.
    """
    if "://" not in url_or_path:
        if not url_or_path or "\x00" in url_or_path:
            raise RegistryError(
                f"{url_or_path!r} is not the path of a registry.",
                remedy="Give --registry a file path or a database URL.",
            )
        return URL.create("sqlite", database=str(Path(url_or_path).expanduser().absolute()))
    try:
        url = make_url(url_or_path)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise RegistryError(
            "The registry's URL cannot be read.",
            remedy="Write sqlite:////path/to/file.db or postgresql://user@host/database.",
        ) from error
    if backend == "sqlite":
        return _sqlite_url(url)
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    raise RegistryError(
        f"A registry cannot live in a database of the kind {backend!r}.",
        remedy="Use SQLite (a file path) or PostgreSQL (postgresql://...).",
    )


def _sqlite_url(url: URL) -> URL:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise RegistryError(
            "A registry in memory would forget everything at the end of the command.",
            remedy="Give the path of a file: sqlite:////path/to/registry.db.",
        )
    return URL.create("sqlite", database=str(Path(url.database).expanduser().absolute()))


def make_engine(url: URL) -> Engine:
    """Return an engine whose transactions begin, lock and sync as the module promises.

    Raises:
        RegistryError: the driver for this database is not installed.
    """
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        # Named prepared statements would not survive a pooler that works by transaction.
        engine = create_engine(url, pool_pre_ping=True, connect_args={"prepare_threshold": None})
    except ImportError as error:
        raise RegistryError(
            "The PostgreSQL driver is not installed.",
            remedy="Install the extra: pip install 'provenance-auditor[postgres]'.",
        ) from error
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Make the driver leave transactions to us, and make every commit durable."""
    del record
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA foreign_keys = ON")
        safe = wal_is_safe(sqlite_version())
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        if safe and mode != "wal":
            cursor.execute("PRAGMA journal_mode = WAL").fetchone()
        elif not safe:
            # As durable as DELETE and TRUNCATE (the journal's end is synced too), and cheaper:
            # measured 16 ms a commit against 20 on a busy disk, 0.62 against 0.79 on an idle one.
            mode = cursor.execute("PRAGMA journal_mode = PERSIST").fetchone()[0]
            cursor.execute(f"PRAGMA journal_size_limit = {_JOURNAL_OCTETS}").fetchone()
            if mode == "wal":
                raise RegistryError(
                    "The registry is open elsewhere in a mode that this SQLite"
                    f" ({sqlite3.sqlite_version}) may corrupt.",
                    code="registry-wal",
                    remedy="Close the other program, or update SQLite to 3.51.3 or newer.",
                )
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        cursor.execute(f"PRAGMA synchronous = {'FULL' if safe else 'EXTRA'}")
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _begin_postgresql(connection: Connection) -> None:
    # Compiling a search by look takes ten times as long as the search: the server thinks a
    # statement with thousands of look-ups a long one.
    connection.exec_driver_sql("SET LOCAL jit = off")
    if connection.get_execution_options().get(_BEGIN) == "IMMEDIATE":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})")


@contextmanager
def begin(engine: Engine, *, write: bool) -> Iterator[Connection]:
    """Give a connection inside a transaction; commit at the end, roll back on any exception.

    A writer holds the database's one write lock from the first statement on. A reader
    sees one state from its first read to its end.

    Raises:
        RegistryError: what the database said, in our words; nothing was kept.
    """
    options: dict[str, Any] = {_BEGIN: "IMMEDIATE" if write else "DEFERRED"}
    if not write and engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with translated(engine.url), engine.connect() as raw:
        connection = raw.execution_options(**options)
        with connection.begin():
            yield connection


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn the database libraries' exceptions into ``RegistryError``, naming the registry."""
    try:
        yield
    except SQLAlchemyError as error:
        raise registry_error(error, place(url)) from error
    except sqlite3.Error as error:
        raise registry_error(error, place(url)) from error


def place(url: URL) -> str:
    """The registry's place, for a message; never with a password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)


def registry_error(error: Exception, where: str) -> RegistryError:
    """Say in our words what the database said, with a remedy where one is known."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = str(cause).strip().partition("\n")[0]
    lowered = said.lower()
    code, remedy = next(
        ((code, remedy) for phrases, code, remedy in _KNOWN if any(p in lowered for p in phrases)),
        ("registry", ""),
    )
    return RegistryError(f"The registry {where}: {said}.", code=code, remedy=remedy)


_KNOWN: Final = (
    (("database is locked", "database table is locked", "lock timeout"), "registry-locked",
     "Another run is writing to it. Wait until it has ended, then try again."),
    (("disk is full", "no space left", "could not extend file"), "registry-full",
     "Nothing was recorded. Make room on the disk, then run the command again."),
    (("readonly", "read-only"), "registry-read-only",
     "Make the file and its folder writable, or name another registry with --registry."),
    (("not a database", "malformed", "disk image"), "registry-damaged",
     "Do not write to it any more. Restore it from a backup, or name another registry."),
    (("unable to open",), "registry-unreachable",
     "Check that the folder exists and that you may write there."),
    (("connection refused", "could not connect", "connection failed", "connection to server",
      "timeout expired",
      "could not translate host", "failed to resolve"), "registry-unreachable",
     "Check the address, that the server runs, and that you may log in."),
)  # fmt: skip


def require_local(folder: Path) -> None:
    """Refuse a folder on a network file system, where SQLite's locks cannot be trusted.

    Raises:
        RegistryError: the folder is on NFS, SMB or their like (SQLite "How To Corrupt
            An SQLite Database File", section 2.1).
    """
    kind = filesystem(folder) or kind_of(str(folder))
    if kind in NETWORK:
        raise RegistryError(
            f"The folder {folder} is on a network file system ({kind}), where SQLite's"
            " locks do not hold and the registry could be damaged.",
            code="registry-network",
            remedy="Put the registry on a local disk, or use PostgreSQL.",
        )


def filesystem(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str | None:
    """The type of the file system that holds ``folder``; None where it cannot be told."""
    try:
        device = folder.stat().st_dev
        table = mounts.read_bytes()
    except OSError:
        return None
    wanted = f"{os.major(device)}:{os.minor(device)}".encode()
    for line in table.splitlines():
        fields, _, after = line.partition(b" - ")
        if fields.split(b" ")[2:3] == [wanted] and after:
            return after.split(b" ")[0].decode("ascii", "replace")
    return None
