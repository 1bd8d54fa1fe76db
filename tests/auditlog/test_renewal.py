"""A log that cannot be gone on with is kept as it was, and the new one names it."""

from __future__ import annotations

import json
import os
import shutil
import signal

import pytest
from auditlog.events import NOW, append, codes, fix_event, sql

from provenance.auditlog import AuditLog, entries, verify
from provenance.auditlog.closing import closed, renewal
from provenance.auditlog.keys import key_path
from provenance.errors import LogError
from provenance.model import Agent
from provenance.registry import open_registry

ANNA = Agent("authorizer", "user:anna.editor")
WHY = "the disk of the old machine is gone"


def renew(registry, log) -> renewal.Renewed:
    return renewal.renew(log, registry, ANNA, WHY, NOW)


def opening(registry) -> dict:
    with registry.read() as transaction:
        return entries(transaction.connection, 0, 1)[0].record


def require_sound(registry, log, check) -> None:
    """The new log can be appended to, signed and checked."""
    append(registry, log, fix_event(7))
    assert log.checkpoint(registry, NOW) is not None
    found = check()
    assert found.ok, found.problems


def kept_records(done: renewal.Renewed) -> list[tuple[int, bytes]]:
    assert done.kept is not None
    found = [one for one in closed.entries(done.kept.path) if isinstance(one, closed.Record)]
    return [(one.index, one.octets) for one in found]


def test_sound_log_is_closed_and_kept(registry, log, fill, check, state) -> None:
    fill(5)
    with registry.read() as transaction:
        before = entries(transaction.connection, 0, 100)
    done = renew(registry, log)
    assert done.problem == ""
    assert done.former == before[0].record["log"]
    assert done.checkpoint.origin != done.former
    records = kept_records(done)
    assert [index for index, _ in records] == list(range(7))
    assert [json.loads(record) for _, record in records[:6]] == [one.record for one in before]
    last = json.loads(records[-1][1])
    assert (last["act"], last["detail"]) == ("log.close", {"reason": WHY})
    detail = opening(registry)["detail"]
    assert detail["reason"] == WHY
    assert "problem" not in detail
    assert detail["afterLog"] == detail["closedLog"] == done.former
    assert detail["afterSize"] == detail["closedSize"] == 7
    assert detail["afterRoot"] == detail["closedRoot"] == done.kept.root_hash.hex()
    assert detail["closed"] == done.kept.digest
    assert opening(registry)["agents"][0]["id"] == "user:anna.editor"
    assert key_path(state, done.checkpoint.origin).exists()
    require_sound(registry, log, check)
    found = check()
    assert any(f"follows the log {done.former} of 7 records" in one for one in found.proved)
    assert any("kept unaltered" in one for one in found.proved)


def test_kept_words_are_those_of_the_records(registry, log, fill) -> None:
    fill(2)
    done = renew(registry, log)
    lines = closed.words_path(done.kept.path).read_text().splitlines()
    words = {(one["index"], one["name"]): one["value"] for one in map(json.loads, lines)}
    assert words[1, "change/0/old"] == "Aaref WATAD 1"
    assert len(words) == 4
    assert closed.word_files(log.state) == (closed.words_path(done.kept.path),)


def test_lost_key(registry, log, fill, check, state) -> None:
    fill(5)
    key_path(state).unlink()
    with pytest.raises(LogError) as caught:
        append(registry, log, fix_event(9))
    assert "log renew" in caught.value.remedy
    done = renew(registry, log)
    assert done.problem == "key-missing"
    detail = opening(registry)["detail"]
    assert (detail["problem"], detail["afterSize"], detail["closedSize"]) == ("key-missing", 6, 6)
    require_sound(registry, log, check)


def test_restored_backup(registry, log, fill, check, registry_path) -> None:
    fill(5)
    registry.close()
    shutil.copy(registry_path, registry_path.with_suffix(".bak"))
    fill(5, start=10)
    registry.close()
    shutil.copy(registry_path.with_suffix(".bak"), registry_path)
    with pytest.raises(LogError) as caught:
        append(registry, log, fix_event(9))
    assert caught.value.code == "log-behind"
    assert "log renew" in caught.value.remedy
    done = renew(registry, log)
    detail = opening(registry)["detail"]
    assert detail["problem"] == "log-behind"
    assert detail["afterSize"] == 11, "what the outside checkpoint covered is said"
    assert detail["closedSize"] == 6, "and what was found"
    assert len(kept_records(done)) == 6
    require_sound(registry, log, check)


def test_forked_log_and_a_key_from_elsewhere(registry, log, fill, check, state, tmp_path) -> None:
    fill(3)
    old = next((state / "checkpoints").glob("*[0-9a-f]")).read_text()
    shutil.rmtree(state)
    with open_registry(str(tmp_path / "other.db")) as other:
        append(other, log, fix_event(1))
        log.checkpoint(other, NOW)
    done = renew(registry, log)
    assert done.problem == "key-foreign"
    assert "afterLog" not in opening(registry)["detail"], "no outside checkpoint is left to name"
    require_sound(registry, log, check)
    assert codes(check(witnessed=[old])) == {"checkpoint-damaged"}
    with open_registry(str(tmp_path / "other.db")) as other:
        append(other, log, fix_event(2))
        log.checkpoint(other, NOW)
        with other.read() as transaction:
            assert verify(transaction.connection, state).ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_leaf SET rec = x'ff00' WHERE idx = 2",
        "DELETE FROM audit_leaf WHERE idx = 2",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET size = 'x'",
        "INSERT INTO audit_leaf VALUES (9000000000000, x'7b7d', zeroblob(32))",
    ],
)
def test_damaged_log_is_kept_as_found(
    registry, log, fill, check, registry_path, statement: str
) -> None:
    fill(4)
    registry.close()
    sql(registry_path, statement)
    done = renew(registry, log)
    indexes = dict(kept_records(done))
    assert 4 in indexes
    if "x'ff00'" in statement:
        assert indexes[2] == b"\xff\x00"
    if "9000000000000" in statement:
        assert indexes[9_000_000_000_000] == b"{}"
    require_sound(registry, log, check)


def test_emptied_log(registry, log, fill, check, registry_path) -> None:
    fill(3)
    registry.close()
    tables = ("payload", "leaf", "node", "head", "checkpoint")
    sql(registry_path, *(f"DELETE FROM audit_{table}" for table in tables))
    done = renew(registry, log)
    assert (done.problem, done.kept) == ("log-missing", None)
    assert opening(registry)["detail"]["afterSize"] == 4
    require_sound(registry, log, check)


def test_no_log_no_renewal(registry, log, state) -> None:
    with pytest.raises(LogError) as caught:
        renew(registry, log)
    assert caught.value.code == "no-log"
    assert not state.exists()


def test_closed_log_takes_no_more(registry, log, fill, monkeypatch) -> None:
    fill(3)

    def crash(*_given) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(renewal.closed, "keep", crash)
        with pytest.raises(KeyboardInterrupt):
            renew(registry, log)
    with pytest.raises(LogError) as caught:
        append(registry, log, fix_event(9))
    assert caught.value.code == "log-closed"
    assert "log renew" in caught.value.remedy
    assert renew(registry, log).problem == ""


def test_what_was_kept_is_never_replaced(registry, log, fill, check, registry_path, state) -> None:
    """The same log closed twice, from two backups of the registry: both are kept."""
    fill(3)
    registry.close()
    shutil.copy(registry_path, registry_path.with_suffix(".bak"))
    first = renew(registry, log)
    registry.close()
    shutil.copy(registry_path.with_suffix(".bak"), registry_path)
    content = first.kept.path.read_bytes()
    second = renew(registry, log)
    assert second.problem == "log-behind"
    assert second.kept.path != first.kept.path
    assert first.kept.path.read_bytes() == content
    require_sound(registry, log, check)
    second.kept.path.write_bytes(second.kept.path.read_bytes().replace(b"batch-0", b"batch-1"))
    found = check()
    assert codes(found) == {"closed-altered"}
    second.kept.path.unlink()
    first.kept.path.unlink()
    found = check()
    assert found.ok
    assert any("are not in" in one for one in found.proved)


def test_damaged_closed_log_is_told(registry, log, fill) -> None:
    fill(3)
    path = renew(registry, log).kept.path
    path.write_bytes(path.read_bytes()[:-30] + b"\n")
    with pytest.raises(LogError, match="Line"):
        closed.read(path)
    path.write_bytes(b'{"v":1,"log":"x"}\n{"index":0,"record":[]}\n')
    with pytest.raises(LogError, match="Line 2"):
        closed.read(path)


def test_numbers_of_the_old_log_are_forgotten(registry, log, fill, registry_path) -> None:
    fill(3)
    registry.close()
    sql(
        registry_path,
        "INSERT INTO run VALUES ('r', 'fix', 'anna', 'now', 'now', '{}')",
        "INSERT INTO fix (fix_id, run_id, uri, asset_uri, state, before_sha256, before_size,"
        " after_sha256, after_size, patch, tmp_name, created, settled, document, intent_index,"
        " outcome_index)"
        " VALUES ('f', 'r', 'u', 'u', 'commit', 'a', 1, 'b', 1, x'', '', 'now', 'now', '{}', 1, 2)",
    )
    renew(registry, log)
    with registry.read() as transaction:
        query = "SELECT intent_index, outcome_index FROM fix"
        assert transaction.connection.exec_driver_sql(query).one() == (None, None)


STEPS = (
    "provenance.auditlog.closing.closed.write_lines",
    "provenance.auditlog.closing.closed._placed",
    "provenance.auditlog.closing.renewal.clear",
    "provenance.auditlog.log.AuditLog.begin",
    "provenance.auditlog.statefiles.replace_file",
    "provenance.auditlog.statefiles.write_lines",
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.rpartition(".")[2])
def test_kill_at_every_step(ready, registry_path, state, log, check, step, after) -> None:
    child = os.fork()
    if not child:
        with pytest.MonkeyPatch.context() as patch:
            *path, name = step.split(".")
            owner = __import__(".".join(path[:3]), fromlist=["x"])
            for part in path[3:]:
                owner = getattr(owner, part)
            real = getattr(owner, name)

            def dying(*given, **named):
                if after:
                    real(*given, **named)
                os.kill(os.getpid(), signal.SIGKILL)

            registry = open_registry(str(registry_path))
            patch.setattr(owner, name, dying)
            renew(registry, AuditLog(state))
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with open_registry(str(registry_path)) as registry:
        with registry.read() as transaction:
            found = verify(transaction.connection, state)
        assert found.ok, found.problems
        former = opening(registry)["log"]
        done = renew(registry, log)
        assert done.problem == ""
        assert done.former == former
        assert not list(state.rglob(".*.tmp"))
        kept = list(closed.closed_folder(state).glob("[!.]*.jsonl"))
        assert all(path.stat().st_size for path in kept)
    require_sound(registry, log, check)
