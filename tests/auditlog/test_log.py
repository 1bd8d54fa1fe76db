"""Appending, checkpoints, and the refusal to go on with a log that is not the signed one."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from auditlog.events import NOW, append, fix_event, sql

from provenance.auditlog import AuditLog, entries, log_size, verify
from provenance.auditlog.keys import key_path
from provenance.auditlog.merkle import leaf_hash
from provenance.errors import LogError, RegistryError
from provenance.model import Event
from provenance.registry import open_registry


def size(registry) -> int:
    with registry.read() as transaction:
        return log_size(transaction.connection)


def refused(registry, log) -> LogError:
    with pytest.raises(LogError) as caught:
        append(registry, log, fix_event(999))
    assert caught.value.remedy
    return caught.value


def test_nothing_is_made_before_the_first_write(registry, log, state) -> None:
    assert append(registry, log) == ()
    assert log.checkpoint(registry) is None
    assert size(registry) == 0
    assert not state.exists()


def test_first_append_opens_the_log(registry, log, state) -> None:
    (entry,) = append(registry, log, fix_event(1))
    assert entry.index == 1
    assert entry.leaf_hash == leaf_hash(entry.record)
    with registry.read() as transaction:
        opening, first = entries(transaction.connection)
    assert opening.record["act"] == "log.open"
    assert opening.record["log"].startswith("provenance-auditor/")
    assert opening.record["detail"]["vkey"].startswith(opening.record["log"] + "+")
    assert first.record == json.loads(entry.record)
    assert first.words == {"change/0/old": "Aaref WATAD 1", "change/0/new": "Bakr ALKASEM"}
    assert key_path(state).exists()


def test_log_may_be_named(registry) -> None:
    log = AuditLog(origin="desk.example/credit-log")
    append(registry, log, fix_event(1))
    checkpoint = log.checkpoint(registry)
    assert checkpoint is not None
    assert checkpoint.origin == "desk.example/credit-log"
    with pytest.raises(LogError, match="cannot be called"):
        AuditLog(origin="../x")


def append_and_fail(registry, log) -> None:
    with registry.write() as transaction:
        log.append(transaction.connection, [fix_event(2)], NOW)
        raise RuntimeError("the caller fails")


def test_append_is_the_callers_transaction(registry, log, check) -> None:
    append(registry, log, fix_event(1))
    with pytest.raises(RuntimeError, match="the caller"):
        append_and_fail(registry, log)
    assert size(registry) == 2
    (entry,) = append(registry, log, fix_event(3))
    assert entry.index == 2
    log.checkpoint(registry)
    assert check().ok


def test_refused_event_leaves_the_log_as_it_was(registry, log, check) -> None:
    append(registry, log, fix_event(1))
    with pytest.raises(LogError, match="knows no act"):
        append(registry, log, fix_event(2), Event("fix.maybe"))
    assert size(registry) == 2
    assert check().ok


def test_several_appends_in_one_transaction(registry, log, check) -> None:
    with registry.write() as transaction:
        first = log.append(transaction.connection, [fix_event(1), fix_event(2)], NOW)
        second = log.append(transaction.connection, [fix_event(3)], NOW)
    assert [entry.index for entry in (*first, *second)] == [1, 2, 3]
    log.checkpoint(registry)
    assert check().ok


def test_checkpoint_grows_and_repeats(registry, log, fill) -> None:
    fill(3)
    first = log.checkpoint(registry)
    assert first is not None
    assert first.size == 4
    assert log.checkpoint(registry) == first
    fill(5, start=10)
    second = log.checkpoint(registry)
    assert second is not None
    assert (second.origin, second.size) == (first.origin, 9)


def test_words_that_no_database_takes_come_back(registry, log, check) -> None:
    event = fix_event(1)
    odd = "a\\u0000 \x00 \ud800\udcff \\ \U0001f4f7"
    changes = (type(event.changes[0])("IIM 2:80", odd, ""),)
    append(registry, log, Event("fix.commit", changes=changes))
    log.checkpoint(registry)
    assert check().ok
    with registry.read() as transaction:
        (entry,) = entries(transaction.connection, -1)
    assert entry.words == {"change/0/old": odd, "change/0/new": ""}


def test_restored_backup_is_refused_and_named(registry, log, fill, registry_path, check) -> None:
    fill(5)
    registry.close()
    shutil.copy(registry_path, registry_path.with_suffix(".bak"))
    fill(5, start=10)
    registry.close()
    shutil.copy(registry_path.with_suffix(".bak"), registry_path)
    error = refused(registry, log)
    assert error.code == "log-behind"
    assert "has 6 records" in error.message
    assert "covers 11" in error.message
    assert f"backup of about {NOW} (6 records)" in error.message
    assert "log-behind" in {one.code for one in check().problems}
    with pytest.raises(LogError):
        log.checkpoint(registry)


def test_restored_backup_that_was_written_to_is_refused(
    registry, log, fill, registry_path, state, tmp_path, check
) -> None:
    fill(5)
    registry.close()
    shutil.copy(registry_path, registry_path.with_suffix(".bak"))
    shutil.copytree(state, tmp_path / "old-state")
    fill(5, start=10)
    registry.close()
    shutil.copy(registry_path.with_suffix(".bak"), registry_path)
    with registry.write() as transaction:
        AuditLog(tmp_path / "old-state").append(
            transaction.connection, [fix_event(number) for number in range(20, 40)], NOW
        )
    error = refused(registry, log)
    assert error.code == "log-forked"
    assert "agrees with the first 6 records" in error.message
    found = check()
    assert not found.ok
    assert "from record 6 to record 10" in found.problems[0].message


def test_registry_begun_anew_links_to_the_old_log(registry, log, fill, registry_path) -> None:
    fill(5)
    old = log.checkpoint(registry)
    assert old is not None
    registry.close()
    registry_path.unlink()
    with open_registry(str(registry_path)) as fresh:
        append(fresh, log, fix_event(1))
        new = log.checkpoint(fresh)
        with fresh.read() as transaction:
            assert verify(transaction.connection, log.state).ok
            opening = entries(transaction.connection, 0, 1)[0].record
    assert new is not None
    assert new.origin != old.origin
    assert opening["detail"]["afterLog"] == old.origin
    assert opening["detail"]["afterSize"] == 6
    assert opening["detail"]["afterRoot"] == old.root_hash.hex()


def test_emptied_log_is_not_begun_anew_where_fixes_are_known(
    registry, log, fill, registry_path, check
) -> None:
    fill(3)
    sql(
        registry_path,
        "DELETE FROM audit_payload",
        "DELETE FROM audit_leaf",
        "DELETE FROM audit_node",
        "DELETE FROM audit_head",
        "INSERT INTO run VALUES ('r', 'fix', 'anna', 'now', 'now', '{}')",
        "INSERT INTO fix (fix_id, run_id, uri, asset_uri, state, before_sha256, before_size,"
        " after_sha256, after_size, patch, tmp_name, created, settled, document)"
        " VALUES ('f', 'r', 'u', 'u', 'commit', 'a', 1, 'b', 1, x'', '', 'now', 'now', '{}')",
    )
    assert refused(registry, log).code == "log-missing"
    assert {one.code for one in check().problems} == {"log-missing"}


def test_log_that_took_anothers_place_is_refused(registry, log, fill, state, tmp_path) -> None:
    """A forged log under a new name has no checkpoint outside to fail against."""
    fill(3)
    registry.close()
    other = AuditLog(tmp_path / "other-state")
    shutil.copytree(state / "keys", tmp_path / "other-state" / "keys")
    forged_path = tmp_path / "forged.db"
    with open_registry(str(forged_path)) as forged:
        append(forged, other, fix_event(1))
    shutil.copy(forged_path, tmp_path / "registry.db")
    assert refused(registry, log).code == "log-replaced"
    with registry.read() as transaction:
        found = verify(transaction.connection, state)
    assert {one.code for one in found.problems} == {"log-replaced"}


def test_one_state_folder_serves_several_registries(log, tmp_path) -> None:
    for name in ("a.db", "b.db", "a.db", "b.db"):
        with open_registry(str(tmp_path / name)) as registry:
            append(registry, log, fix_event(1))
            assert log.checkpoint(registry) is not None
            with registry.read() as transaction:
                assert verify(transaction.connection, log.state).ok


def test_moved_registry_goes_on(log, tmp_path) -> None:
    with open_registry(str(tmp_path / "a.db")) as registry:
        append(registry, log, fix_event(1))
        log.checkpoint(registry)
    (tmp_path / "a.db").rename(tmp_path / "b.db")
    with open_registry(str(tmp_path / "b.db")) as registry:
        append(registry, log, fix_event(2))
        checkpoint = log.checkpoint(registry)
    assert checkpoint is not None
    assert checkpoint.size == 3


def test_lost_and_foreign_keys_are_refused(registry, log, fill, state, check) -> None:
    fill(2)
    key_path(state).rename(state / "kept.pem")
    assert refused(registry, log).code == "key-missing"
    assert {one.code for one in check().problems} == {"key-missing"}
    assert not key_path(state).exists()
    with open_registry(str(state / "second.db")) as second:
        append(second, log, fix_event(1))
    assert refused(registry, log).code == "key-foreign"
    assert "key-foreign" in {one.code for one in check().problems}
    (state / "kept.pem").replace(key_path(state))
    append(registry, log, fix_event(3))
    log.checkpoint(registry)
    assert check().ok


def test_state_folder_lost_with_its_checkpoints_only(registry, log, fill, state, check) -> None:
    fill(2)
    shutil.rmtree(state / "checkpoints")
    assert [one.code for one in check().problems] == ["checkpoint-missing"]
    append(registry, log, fix_event(3))
    log.checkpoint(registry)
    assert check().ok


def test_crash_before_the_first_checkpoint_is_no_flaw(registry, log, fill, check) -> None:
    fill(3, checkpoint=False)
    fill(3, checkpoint=False, start=7)
    assert check().ok
    log.checkpoint(registry)
    assert check().ok


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE audit_leaf SET rec = rec || x'20' WHERE idx = 5", "record 5 does not have"),
        ("UPDATE audit_leaf SET rec = 'text' WHERE idx = 5", "record 5 does not have"),
        ("UPDATE audit_leaf SET leaf_hash = zeroblob(32) WHERE idx = 5", "record 5 does not"),
        ("DELETE FROM audit_leaf WHERE idx = 5", "record 5 is not there"),
        ("UPDATE audit_node SET hash = zeroblob(32) WHERE level = 1 AND idx = 2", "node 2 on"),
        ("DELETE FROM audit_node WHERE level = 1 AND idx = 2", "node 2 on level 1"),
    ],
)
def test_flaw_behind_the_last_checkpoint_is_never_signed(
    registry, log, fill, registry_path, state, statement: str, what: str
) -> None:
    fill(3)
    fill(4, start=4, checkpoint=False)
    sql(registry_path, "DELETE FROM audit_payload", statement)
    folder = state / "checkpoints"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(LogError) as caught:
        log.checkpoint(registry)
    assert caught.value.code == "log-damaged"
    assert what in caught.value.message
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_head SET size = -1",
        "UPDATE audit_head SET size = 'many'",
        "UPDATE audit_head SET origin = x'00'",
        "UPDATE audit_head SET size = 3000000000",
        "UPDATE audit_head SET size = 0",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET origin = '../../x'",
        "UPDATE audit_head SET origin = ''",
    ],
)
def test_altered_head_is_refused(registry, log, fill, registry_path, check, statement) -> None:
    fill(3)
    sql(registry_path, statement)
    with pytest.raises((LogError, RegistryError)):
        append(registry, log, fix_event(9))
    found = check()
    assert not found.ok


def _fifty(arguments: tuple[Path, Path, int]) -> list[int]:
    path, state, worker = arguments
    log = AuditLog(state)
    indexes = []
    with open_registry(str(path)) as registry:
        for number in range(50):
            with registry.write() as transaction:
                events = [fix_event(worker * 1000 + number)]
                indexes += [one.index for one in log.append(transaction.connection, events, NOW)]
            if number % 10 == 0:
                log.checkpoint(registry, NOW)
    return indexes


def test_four_processes_append_fifty_each(tmp_path, state) -> None:
    """The first use included: who opens the log, makes the key and the first checkpoint."""
    path = tmp_path / "shared.db"
    with open_registry(str(path)):
        pass
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        found = list(pool.map(_fifty, [(path, state, worker) for worker in range(4)]))
    assert sorted(index for indexes in found for index in indexes) == list(range(1, 201))
    with open_registry(str(path)) as registry:
        checkpoint = AuditLog(state).checkpoint(registry, NOW)
        assert checkpoint is not None
        assert checkpoint.size == 201
        with registry.read() as transaction:
            assert verify(transaction.connection, state).ok
            assert len(list((state / "checkpoints").glob("*.log"))) == 1
