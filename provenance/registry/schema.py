"""Bring a database to the schema of this program, or refuse it untouched."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from sqlalchemy import inspect
from sqlalchemy.engine import Connection, Engine

from provenance.errors import RegistryError
from provenance.registry.engine import APPLICATION_ID, begin, place
from provenance.registry.row import METADATA
from provenance.registry.tables import SCHEMA_REVISION

VERSION_TABLE: Final = "provenance_schema"
"""Alembic's version table; a name of our own, since a PostgreSQL database may be shared."""


def ensure_schema(engine: Engine, *, create: bool) -> None:
    """Check the schema; make or migrate the tables in one transaction where needed.

    Two programs that open a new registry at once are safe: the second waits, looks
    again and finds the work done.

    Raises:
        RegistryError: newer than this program, another program's database, or absent
            and ``create`` is false; the database was not changed.
    """
    with begin(engine, write=False) as connection:
        revision = stored_revision(connection)
        if revision == SCHEMA_REVISION:
            return
        _refuse_foreign(connection, revision)
    if revision is None and not create:
        raise missing(place(engine.url))
    migration = import_module("provenance.registry.migration")
    with begin(engine, write=True) as connection:
        revision = stored_revision(connection)
        if revision != SCHEMA_REVISION:
            _refuse_foreign(connection, revision)
            _refuse_newer(revision, migration.revisions(), engine)
            migration.upgrade(connection, VERSION_TABLE)
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def missing(where: str) -> RegistryError:
    """What to say where there is no registry: the place that was looked at, and what to do."""
    return RegistryError(
        f"There is no registry at {where}.",
        code="registry-missing",
        remedy="`provenance audit FOLDER` makes one there; if you have one elsewhere, name it "
        "with --registry or in PROVENANCE_REGISTRY.",
    )


def stored_revision(connection: Connection) -> str | None:
    """The schema revision that the database says it has; None where it says nothing."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    rows = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").all()  # noqa: S608
    return str(rows[0][0]) if len(rows) == 1 else None


def _refuse_foreign(connection: Connection, revision: str | None) -> None:
    if revision is not None:
        return
    names = set(inspect(connection).get_table_names())
    foreign = names if connection.dialect.name == "sqlite" else names & set(METADATA.tables)
    if foreign:
        raise RegistryError(
            f"{place(connection.engine.url)} is a database of another program"
            f" (it holds the table {min(foreign)!r}).",
            code="registry-foreign",
            remedy="Name another file with --registry; this one was not changed.",
        )
    if connection.dialect.name == "postgresql":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise RegistryError(
                f"The database's encoding is {encoding}; it cannot hold every name.",
                code="registry-encoding",
                remedy="Create the database with ENCODING 'UTF8'.",
            )


def _refuse_newer(revision: str | None, known: frozenset[str], engine: Engine) -> None:
    if revision is not None and revision not in known:
        raise RegistryError(
            f"The registry {place(engine.url)} was made by a newer version of this program"
            f" (schema {revision}, known up to {SCHEMA_REVISION}).",
            code="registry-newer",
            remedy="Update provenance-auditor; the registry was not changed.",
        )
