"""Migrations: from nothing to this program's schema, and what is refused."""

from __future__ import annotations

import multiprocessing
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from provenance.errors import RegistryError
from provenance.registry import (
    Registry,
    by_keys,
    engine,
    migration,
    notices,
    open_registry,
    schema,
)
from provenance.registry.case_tables import NoticeRow
from provenance.registry.row import METADATA
from provenance.registry.tables import SCHEMA_REVISION


def test_the_migrations_end_at_this_programs_schema() -> None:
    script = ScriptDirectory.from_config(migration._config())
    assert script.get_heads() == [SCHEMA_REVISION]
    assert migration.revisions() >= {"0001", SCHEMA_REVISION}


def test_migrated_tables_are_the_declared_ones(registry: Registry) -> None:
    with registry.read() as tx:
        context = MigrationContext.configure(
            tx.connection, opts={"version_table": schema.VERSION_TABLE, "compare_type": False}
        )
        assert compare_metadata(context, METADATA) == []
        assert schema.stored_revision(tx.connection) == SCHEMA_REVISION


def test_migrated_tables_are_the_declared_ones_to_the_letter(sqlite_registry: Registry) -> None:
    """Primary keys, WITHOUT ROWID, checks and names, which alembic does not compare."""
    query = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'")
    with sqlite_registry.read() as tx:
        migrated = {row.name: row.sql for row in tx.connection.execute(query)}
    del migrated[schema.VERSION_TABLE]
    made = engine.make_engine(engine.registry_url(sqlite_registry.place + ".declared"))
    with made.begin() as connection:
        METADATA.create_all(connection)
        declared = {row.name: row.sql for row in connection.execute(query)}
    made.dispose()

    def shape(statement: str) -> set[str]:
        return set(re.split(r",\s*(?![^(]*\))|\n", re.sub(r"[ \t]+", " ", statement)))

    assert migrated.keys() == declared.keys()
    for name, statement in declared.items():
        assert shape(migrated[name]) == shape(statement), name


def test_the_file_says_whose_it_is(sqlite_registry: Registry) -> None:
    with sqlite_registry.read() as tx:
        found = tx.connection.exec_driver_sql("PRAGMA application_id").scalar()
    assert found == engine.APPLICATION_ID


def test_a_newer_registry_is_refused_and_not_changed(url: str) -> None:
    with open_registry(url) as registry, registry.write() as tx:
        tx.connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(RegistryError, match="newer version of this program") as caught:
        open_registry(url)
    assert caught.value.code == "registry-newer"
    assert "Update provenance-auditor" in caught.value.remedy
    made = engine.make_engine(engine.registry_url(url))
    with engine.begin(made, write=False) as connection:
        assert schema.stored_revision(connection) == "9999"
    made.dispose()


def test_another_programs_database_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE Adobe_images (id INTEGER)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(RegistryError, match="Adobe_images") as caught:
        open_registry(str(path))
    assert caught.value.code == "registry-foreign"
    assert path.read_bytes() == before


def test_a_shared_postgresql_database_is_accepted(new_database: Callable[[], str]) -> None:
    url = new_database()
    made = engine.make_engine(engine.registry_url(url))
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("CREATE TABLE articles (id INTEGER)"))
    open_registry(url).close()
    url = new_database()
    other = engine.make_engine(engine.registry_url(url))
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE asset (id INTEGER)"))
    with pytest.raises(RegistryError) as caught:
        open_registry(url)
    assert caught.value.code == "registry-foreign"
    made.dispose()
    other.dispose()


def test_a_truncate_is_refused_on_postgresql(new_database: Callable[[], str]) -> None:
    with (
        open_registry(new_database()) as registry,
        pytest.raises(RegistryError, match="append-only"),
        registry.write() as tx,
    ):
        tx.connection.execute(text("TRUNCATE audit_leaf"))


def test_a_failed_migration_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = migration.upgrade

    def half(connection: Connection, version_table: str) -> None:
        real(connection, version_table)
        raise KeyError("the power went")

    monkeypatch.setattr(migration, "upgrade", half)
    with pytest.raises(KeyError):
        open_registry(url)
    monkeypatch.undo()
    with pytest.raises(RegistryError) as caught:
        open_registry(url, create=False)
    assert caught.value.code == "registry-missing"
    open_registry(url).close()


def opened(url: str) -> None:
    open_registry(url).close()


def test_several_programs_may_open_a_new_registry_at_once(url: str) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["provenance.registry"])
    workers = [context.Process(target=opened, args=(url,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4


@pytest.mark.parametrize("revision", ["0001", "0002", "0004"])
def test_a_schema_is_never_taken_back(sqlite_registry: Registry, revision: str) -> None:
    script = ScriptDirectory.from_config(migration._config())
    with pytest.raises(RegistryError):
        script.get_revision(revision).module.downgrade()


def test_a_registry_of_the_first_schema_keeps_what_it_holds(url: str) -> None:
    """Its notices stay, and its pictures are found by their day without being read again."""
    made = engine.make_engine(engine.registry_url(url))
    with engine.begin(made, write=True) as connection:
        config = migration._config()
        config.attributes.update(connection=connection, version_table=schema.VERSION_TABLE)
        command.upgrade(config, "0001")
        asset = dict.fromkeys(("path", "version", "media_type", "presence", "first_seen", "last_seen", "scan_run"), "")  # fmt: skip
        asset |= {"id": 1, "uri": "/a.jpg", "size": 1, "document": '{"values":[]}'}
        names = ", ".join(asset)
        marks = ", ".join(f":{name}" for name in asset)
        connection.execute(text(f"INSERT INTO asset ({names}) VALUES ({marks})"), asset)
        for kind, value in (
            ("name-date", "luc marin|2023-05-02"),
            ("name-date", "ana dupond|2023-05-02"),
            ("name-date", "\\#" + "ab" * 32),
            ("name", "luc marin|2023-05-03"),
        ):
            row = {"kind": kind, "value": value}
            connection.execute(text("INSERT INTO asset_key VALUES (:kind, :value, 1)"), row)
        kept = NoticeRow(
            notice_id="n1", kind="correction", authority="brought", first_seen="t",
            document='{"notice_id":"n1","provider":null,"kind":"correction",'
            '"pubstatus":"usable","text":"t"}',
        )  # fmt: skip
        stated = {k: v for k, v in kept.model_dump().items() if k not in {"item", "superseded_by"}}
        names = ", ".join(stated)
        marks = ", ".join(f":{name}" for name in stated)
        connection.execute(text(f"INSERT INTO notice ({names}) VALUES ({marks})"), stated)
    made.dispose()
    with open_registry(url) as registry, registry.read() as tx:
        assert schema.stored_revision(tx.connection) == SCHEMA_REVISION
        assert [one.notice_id for one in notices(tx)] == ["n1"]
        query = text("SELECT value FROM asset_key WHERE kind = 'day'")
        assert tx.connection.execute(query).scalars().all() == ["2023-05-02"]
        assert by_keys(tx, [("day", "2023-05-02")]) == {("day", "2023-05-02"): ("/a.jpg",)}
