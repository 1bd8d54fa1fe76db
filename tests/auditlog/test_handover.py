"""The key of a log changes; every checkpoint is held to the key in force at its size."""

from __future__ import annotations

import json
import os
import shutil
import signal
import traceback

import pytest
from auditlog.events import NOW, append, codes, fix_event, indexes, sql
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.auditlog import AuditLog, entries, ledger, prove, verify
from provenance.auditlog.chain import KeySpan, in_force, key_chain, open_in_force
from provenance.auditlog.checkpoint import issue, open_checkpoint
from provenance.auditlog.closing.renewal import renew
from provenance.auditlog.keys import (
    key_path,
    load_key,
    load_next_key,
    load_or_make_key,
    next_key_path,
    promote_key,
    vkey_of,
)
from provenance.auditlog.merkle import leaf_hash
from provenance.auditlog.note import Verifier
from provenance.auditlog.outside import CheckpointStore
from provenance.errors import LogError
from provenance.model import Agent, AuditEntry, Event
from provenance.registry import open_registry

ANNA = Agent("authorizer", "user:anna.editor")


def rotate(registry, log):
    return log.rotate(registry, ANNA, "the laptop was stolen", NOW)


def chain(registry) -> tuple[KeySpan, ...]:
    with registry.read() as transaction:
        return key_chain(transaction.connection)


@pytest.fixture
def origin(registry, fill) -> str:
    fill(3)
    with registry.read() as transaction:
        return str(entries(transaction.connection, 0, 1)[0].record["log"])


def test_rotation_is_recorded_and_signed_by_both(registry, log, state, origin, check) -> None:
    old = vkey_of(state, origin)
    made = rotate(registry, log)
    new = vkey_of(state, origin)
    assert new != old
    assert made.size == 5
    for vkey in (old, new):
        assert open_checkpoint(made.note, Verifier.parse(vkey)) == made
    with registry.read() as transaction:
        (entry,) = entries(transaction.connection, -1)
    assert entry.record["act"] == "key.rotate"
    assert entry.record["detail"] == {
        "before": old,
        "vkey": new,
        "reason": "the laptop was stolen",
    }
    assert entry.record["agents"][0]["id"] == "user:anna.editor"
    assert chain(registry) == (KeySpan(old, 0), KeySpan(new, 4))
    assert not key_path(state).exists()
    assert key_path(state, origin).exists()
    assert not next_key_path(state, origin).exists()
    found = check()
    assert found.ok
    assert any("changed once" in one for one in found.proved)


def test_log_goes_on_under_the_new_key(registry, log, state, origin, fill, check) -> None:
    old = Verifier.parse(vkey_of(state, origin))
    rotate(registry, log)
    fill(4, start=20)
    last = log.checkpoint(registry, NOW)
    assert last is not None
    with pytest.raises(LogError, match="No signature"):
        open_checkpoint(last.note, old)
    assert open_in_force(last.note, chain(registry)) == last
    assert check().ok
    with registry.read() as transaction:
        assert last.note in prove(transaction.connection, state, 1)


def test_many_rotations(registry, log, origin, fill, check) -> None:
    kept = []
    for number in range(5):
        kept.append(log.checkpoint(registry, NOW))
        rotate(registry, log)
        fill(2, start=100 * number)
    spans = chain(registry)
    assert len(spans) == 6
    assert len({span.vkey for span in spans}) == 6
    assert check(witnessed=[one.note for one in kept]).ok
    for size, vkey in ((0, 0), (1, 0), (4, 0), (5, 1), (7, 1), (8, 2)):
        assert in_force(spans, size).vkey == spans[vkey].vkey, size


def test_old_key_signs_nothing_new(registry, log, state, origin, fill, check) -> None:
    """Who stole the old key cannot sign for the log as it grew."""
    stolen = load_key(state, origin)
    rotate(registry, log)
    fill(3, start=20)
    last = log.checkpoint(registry, NOW)
    assert last is not None
    forged = issue(origin, last.size, last.root_hash, stolen)
    assert codes(check(witnessed=[forged.note])) == {"checkpoint-damaged"}
    early = issue(origin, 4, b"\x01" * 32, stolen)
    assert codes(check(witnessed=[early.note])) == {"root-differs"}
    store = CheckpointStore(state, origin)
    (store.folder / origin.replace("/", "%2F")).write_text(forged.note)
    with pytest.raises(LogError) as caught:
        append(registry, log, fix_event(1))
    assert caught.value.code == "key-foreign"


def forge(registry, log, state, origin) -> None:
    """Somebody who can write to the database, and has no key, names one of their own."""
    thief = Verifier.of(origin, Ed25519PrivateKey.generate()).vkey
    detail = (("before", vkey_of(state, origin)), ("vkey", thief), ("reason", "mine"))
    append(registry, log, Event("key.rotate", detail=detail))


def test_rotation_that_the_old_key_did_not_agree_to_is_never_signed(
    registry, log, state, origin, check
) -> None:
    before = log.checkpoint(registry, NOW)
    forge(registry, log, state, origin)
    append(registry, log, fix_event(8))
    for attempt in (lambda: log.checkpoint(registry, NOW), lambda: rotate(registry, log)):
        with pytest.raises(LogError, match="Record 4 ") as caught:
            attempt()
        assert caught.value.code == "rotation-unsigned"
        assert "log renew" in caught.value.remedy
    assert CheckpointStore(state, origin).newest() == before.note
    assert len(chain(registry)) == 1
    found = check()
    assert codes(found) == {"rotation-unsigned"}
    assert indexes(found) == {4}
    done = renew(log, registry, ANNA, "a stranger wrote to the database", NOW)
    assert done.problem == "rotation-unsigned"
    append(registry, log, fix_event(9))
    assert log.checkpoint(registry, NOW) is not None
    assert check().ok


def test_change_of_key_passes_over_no_forged_one(registry, log, state, origin) -> None:
    """Forged before the record of a change that was interrupted: that one is not signed either."""
    before = vkey_of(state, origin)
    after = load_or_make_key(state, next_key_path(state, origin))
    forge(registry, log, state, origin)
    named = (("before", before), ("vkey", Verifier.of(origin, after).vkey))
    append(registry, log, Event("key.rotate", detail=named))
    with pytest.raises(LogError, match="Record 4 ") as caught:
        log.checkpoint(registry, NOW)
    assert caught.value.code == "rotation-unsigned"
    assert vkey_of(state, origin) == before


@pytest.mark.parametrize(
    "record",
    [
        b'{"act":"key.rot\\u0061te","log":"%s","seq":4}',
        '{"act":"key.rotate","log":"%s","seq":4}'.encode("utf-16"),
        b'{"act":"fix.commit","log":"%s","seq":5}',
        b'{"act":"fix.commit","log":"another","seq":4}',
        b"[4]",
    ],
    ids=["escaped", "utf-16", "elsewhere", "foreign", "no-object"],
)
def test_what_a_check_would_call_wrong_for_ever_is_never_signed(
    registry, log, state, origin, registry_path, record: bytes
) -> None:
    before = log.checkpoint(registry, NOW)
    registry.close()
    written = record.replace(b"%s", origin.encode())
    inject(registry_path, 4, written)
    with pytest.raises(LogError) as caught:
        log.checkpoint(registry, NOW)
    assert caught.value.code == ("rotation-unsigned" if b"key" in record else "log-damaged")
    assert CheckpointStore(state, origin).newest() == before.note


def inject(path, index: int, record: bytes) -> None:
    """Append as somebody with the database in hand can, every hash as it must be."""
    with open_registry(str(path)) as registry, registry.write() as transaction:
        connection = transaction.connection
        head = ledger.read_head(connection)
        frontier = ledger.StoredTree(connection).frontier(index)
        nodes = list(frontier.append(leaf_hash(record)))
        ledger.write(connection, head, [AuditEntry(index, record, leaf_hash(record))], nodes, ())


def change_the_key(paths) -> None:
    registry_path, state = paths
    with open_registry(str(registry_path)) as registry:
        rotate(registry, AuditLog(state))


def write_on(paths) -> None:
    registry_path, state = paths
    log = AuditLog(state)
    with open_registry(str(registry_path)) as registry:
        for number in range(15):
            append(registry, log, fix_event(number))
            log.checkpoint(registry, NOW)


def test_many_change_the_key_at_once_while_others_write(ready, registry_path, state) -> None:
    work = [change_the_key] * 4 + [write_on] * 2
    children = []
    for job in work:
        child = os.fork()
        if not child:
            try:
                job((registry_path, state))
                os._exit(0)
            finally:
                traceback.print_exc()
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(work)
    with open_registry(str(registry_path)) as registry, registry.read() as transaction:
        found = verify(transaction.connection, state)
        spans = key_chain(transaction.connection)
    assert found.ok, found.problems
    assert len(spans) == 5
    assert spans[-1].vkey == vkey_of(state, spans[-1].verifier.name)


def test_key_that_lies_ready_for_the_next_change_is_not_promoted(
    registry, log, state, origin
) -> None:
    """A writer that was slow to finish one change must not finish the next one."""
    rotate(registry, log)
    first = load_key(state, origin)
    ready = load_or_make_key(state, next_key_path(state, origin))
    promote_key(state, origin, first, lambda: False)
    assert load_key(state, origin).public_key() == first.public_key()
    assert load_next_key(state, origin).public_key() == ready.public_key()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_checkpoint WHERE size = 5",
        "UPDATE audit_checkpoint SET note = replace(note, 'A', 'B') WHERE size = 5",
        "UPDATE audit_leaf SET rec = replace(rec, 'key.rotate', 'key.rotatf') WHERE idx = 4",
        "UPDATE audit_leaf SET rec = zeroblob(9) WHERE idx = 0",
    ],
)
def test_damage_to_the_chain_is_told(
    registry, log, origin, fill, registry_path, check, statement
) -> None:
    rotate(registry, log)
    fill(2, start=20)
    registry.close()
    sql(registry_path, statement)
    found = check()
    if statement.startswith("DELETE"):  # the outside store has the doubly signed one too
        assert found.ok
        assert len(chain(registry)) == 1
    else:
        assert not found.ok
        code = "checkpoint-damaged" if "audit_checkpoint" in statement else "leaf-altered"
        assert code in codes(found)


def test_shared_key_stays_for_other_logs(registry, log, state, origin, tmp_path, check) -> None:
    with open_registry(str(tmp_path / "other.db")) as other:
        append(other, log, fix_event(1))
        log.checkpoint(other, NOW)
        rotate(registry, log)
        assert key_path(state).exists()
        append(other, log, fix_event(2))
        log.checkpoint(other, NOW)
        with other.read() as transaction:
            assert verify(transaction.connection, state).ok
        rotate(other, log)
        assert not key_path(state).exists()
        append(other, log, fix_event(3))
        with other.read() as transaction:
            assert verify(transaction.connection, state).ok
    assert check().ok
    with open_registry(str(tmp_path / "third.db")) as third:
        append(third, log, fix_event(1))
        assert log.checkpoint(third, NOW) is not None


def test_nothing_to_rotate(registry, log, state) -> None:
    with pytest.raises(LogError) as caught:
        rotate(registry, log)
    assert caught.value.code == "no-log"
    assert not state.exists()


def test_state_folder_from_before_the_rotation_is_refused(
    registry, log, state, origin, tmp_path, fill, check
) -> None:
    shutil.copytree(state, tmp_path / "old-state")
    rotate(registry, log)
    fill(2, start=20)
    shutil.rmtree(state)
    shutil.copytree(tmp_path / "old-state", state)
    assert "key-foreign" in codes(check())
    with pytest.raises(LogError) as caught:
        log.checkpoint(registry, NOW)
    assert caught.value.code == "key-foreign"
    assert "log renew" in caught.value.remedy


STEPS = (
    "provenance.auditlog.log.load_or_make_key",
    "provenance.auditlog.log.AuditLog.append",
    "provenance.auditlog.handover._sign_both",
    "provenance.auditlog.outside.CheckpointStore._append",
    "provenance.auditlog.outside.put_file",
    "provenance.auditlog.statefiles.write_lines",
    "provenance.auditlog.keys.replace_file",
    "provenance.auditlog.outside.CheckpointStore.replace",
    "provenance.auditlog.ledger.add_checkpoint",
    "provenance.auditlog.handover._promote",
    "provenance.auditlog.keys.promote_key",
    "provenance.auditlog.keys._written",
)


def killed(registry_path, state, step: str, *, after: bool) -> None:
    """Rotate in a process that is killed before or after one step."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        return
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

        log = AuditLog(state)
        registry = open_registry(str(registry_path))
        log.checkpoint(registry, NOW)
        patch.setattr(owner, name, dying)
        rotate(registry, log)
    os._exit(1)


@pytest.mark.parametrize("resumed_by", ["append", "checkpoint", "rotate"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.rpartition(".")[2])
def test_kill_at_every_step(
    ready, registry_path, state, log, step: str, after, resumed_by: str
) -> None:
    killed(registry_path, state, step, after=after)
    with open_registry(str(registry_path)) as registry:
        with registry.read() as transaction:
            found = verify(transaction.connection, state)
        assert found.ok, found.problems
        if resumed_by == "append":
            append(registry, log, fix_event(50))
        if resumed_by == "rotate":
            rotate(registry, log)
        last = log.checkpoint(registry, NOW)
        assert last is not None
        append(registry, log, fix_event(51))
        log.checkpoint(registry, NOW)
        with registry.read() as transaction:
            found = verify(transaction.connection, state)
            spans = key_chain(transaction.connection)
            records = entries(transaction.connection, 0, 100)
        assert found.ok, found.problems
        assert spans[-1].vkey == vkey_of(state, last.origin)
        rotated = [one for one in records if one.record["act"] == "key.rotate"]
        assert len(spans) == len(rotated) + 1
        if resumed_by == "rotate":
            assert rotated
        assert not list(state.rglob(".*.tmp"))
        if rotated:
            assert not next_key_path(state, last.origin).exists()
            assert not key_path(state).exists()
        assert json.dumps(records[-1].record["detail"]) == '{"number": 51}'
