"""Whatever is done to the database is detected, and located where it can be."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

import pytest
from auditlog.events import NOW, append, codes, fix_event, indexes, sql
from sqlalchemy import text

from provenance.auditlog import AuditLog, log_size, verify
from provenance.auditlog.merkle import EMPTY_ROOT, Frontier, leaf_hash
from provenance.auditlog.problems import MOST_PROBLEMS
from provenance.auditlog.record import decode, encode, moment
from provenance.errors import LogError
from provenance.registry import open_registry


def test_sound_log(registry, fill, check) -> None:
    fill(7)
    fill(3, start=10)
    found = check()
    assert found.ok
    assert found.size == 11
    assert len(found.root_hash) == 64
    assert found.problems == ()


def test_root_is_that_of_the_newest_checkpoint(registry, log, fill, check) -> None:
    fill(41)
    checkpoint = log.checkpoint(registry)
    assert checkpoint is not None
    assert check().root_hash == checkpoint.root_hash.hex()


def test_no_log_is_no_flaw(check) -> None:
    found = check()
    assert found.ok
    assert (found.size, found.root_hash) == (0, EMPTY_ROOT.hex())


def test_log_longer_than_a_chunk(registry, log, check, monkeypatch) -> None:
    monkeypatch.setattr("provenance.auditlog.ledger.CHUNK", 16)
    for start in (0, 5, 40, 64):
        append(registry, log, *(fix_event(start + number) for number in range(29)))
        log.checkpoint(registry)
    assert check().ok
    assert check().size == 117


KEEP = "CREATE TEMP TABLE kept AS SELECT * FROM audit_leaf"
SWAP = """UPDATE audit_leaf SET rec = k.rec, leaf_hash = k.leaf_hash FROM kept k
  WHERE k.idx = 8 - audit_leaf.idx AND audit_leaf.idx IN (3, 5)"""


@pytest.mark.parametrize(
    ("statements", "located", "code"),
    [
        pytest.param(["DELETE FROM audit_leaf WHERE idx = 4"], {4}, "leaf-missing", id="delete"),
        pytest.param([KEEP, SWAP], {3, 5}, "leaf-moved", id="swap"),
        pytest.param(
            ["DELETE FROM audit_leaf WHERE idx >= 8"], {8}, "leaf-missing", id="cut-rows"
        ),
        pytest.param(
            ["DELETE FROM audit_leaf WHERE idx >= 8", "UPDATE audit_head SET size = 8"],
            set(),
            "log-behind",
            id="cut-and-hidden",
        ),
        pytest.param(
            ["UPDATE audit_head SET size = 8"], {8, 9, 10}, "leaf-stray", id="head-lowered"
        ),
        pytest.param(["UPDATE audit_head SET size = 12"], {11}, "leaf-missing", id="head-raised"),
        pytest.param(
            [
                "INSERT INTO audit_leaf SELECT 11, rec, leaf_hash FROM audit_leaf WHERE idx = 4",
                "UPDATE audit_head SET size = 12",
            ],
            {11},
            "leaf-moved",
            id="duplicate",
        ),
        pytest.param(
            ["INSERT INTO audit_leaf VALUES (-1, x'7b7d', zeroblob(32))"],
            {-1},
            "leaf-stray",
            id="before-the-first",
        ),
        pytest.param(
            ["INSERT INTO audit_leaf VALUES (9000000000000, x'7b7d', zeroblob(32))"],
            {9_000_000_000_000},
            "leaf-stray",
            id="far-behind",
        ),
        pytest.param(
            ["UPDATE audit_leaf SET rec = 'text' WHERE idx = 4"], {4}, "leaf-altered", id="text"
        ),
        pytest.param(
            ["UPDATE audit_leaf SET leaf_hash = 7 WHERE idx = 4"],
            {4},
            "leaf-altered",
            id="number",
        ),
        pytest.param(
            ["DELETE FROM audit_node WHERE level = 2 AND idx = 1"],
            {4},
            "node-altered",
            id="node-gone",
        ),
        pytest.param(
            ["UPDATE audit_node SET hash = 'text' WHERE level = 2 AND idx = 1"],
            {4},
            "node-altered",
            id="node-text",
        ),
        pytest.param(
            ["INSERT INTO audit_node VALUES (9, 0, zeroblob(32))"],
            {None},
            "node-stray",
            id="node-stray",
        ),
        pytest.param(
            ["INSERT INTO audit_payload VALUES (4, 'change/9/old', x'00', 'x')"],
            {4},
            "payload-stray",
            id="payload-stray",
        ),
        pytest.param(
            ["UPDATE audit_payload SET value = x'ff' WHERE idx = 4 AND name = 'change/0/old'"],
            {4},
            "payload-altered",
            id="payload-octets",
        ),
        pytest.param(
            ["UPDATE audit_head SET origin = 'provenance-auditor/ffffffffffffffff'"],
            {None},
            "head-altered",
            id="head-renamed",
        ),
        pytest.param(["DELETE FROM audit_head"], {None}, "head-missing", id="head-gone"),
        pytest.param(
            ["UPDATE audit_head SET size = 4000000000000000000"],
            {11},
            "leaf-missing",
            id="head-huge",
        ),
        pytest.param(
            [
                "INSERT INTO audit_leaf VALUES (4000000000000000000, x'7b7d', zeroblob(32))",
                "UPDATE audit_head SET size = 4000000000000000001",
            ],
            {11},
            "leaf-missing",
            id="gap-huge",
        ),
        pytest.param(
            ["UPDATE audit_checkpoint SET note = 'x' || note"],
            {None},
            "checkpoint-damaged",
            id="checkpoint-altered",
        ),
        pytest.param(
            ["UPDATE audit_checkpoint SET size = 3 WHERE size = 6"],
            {None},
            "checkpoint-damaged",
            id="checkpoint-moved",
        ),
        pytest.param(
            ["UPDATE audit_checkpoint SET note = x'ff'"],
            {None},
            "checkpoint-damaged",
            id="checkpoint-octets",
        ),
    ],
)  # fmt: skip
def test_attacks_on_the_rows(registry_path, ready, check, statements, located, code):
    assert check().ok
    sql(registry_path, *statements)
    found = check()
    assert not found.ok
    assert code in codes(found)
    assert located <= indexes(found)


def rewrite(path, origin: str, changed: int, record: bytes | None = None) -> None:
    """Forge the whole tree with another record in one place, as an insider could."""
    database = sqlite3.connect(path)
    for name in ("audit_leaf_no_update", "audit_leaf_no_delete"):
        database.execute(f"DROP TRIGGER {name}")
    database.execute("DELETE FROM audit_payload")
    records = [row[0] for row in database.execute("SELECT rec FROM audit_leaf ORDER BY idx")]
    forged, _ = encode(fix_event(777), origin, changed, moment(NOW))
    records[changed] = forged if record is None else record
    database.execute("DELETE FROM audit_node")
    frontier = Frontier()
    for index, record in enumerate(records):
        leaf = leaf_hash(record)
        database.execute(
            "UPDATE audit_leaf SET rec = ?, leaf_hash = ? WHERE idx = ?", (record, leaf, index)
        )
        for (level, position), node in frontier.append(leaf):
            database.execute("INSERT INTO audit_node VALUES (?, ?, ?)", (level, position, node))
    database.commit()
    database.close()


def test_rewritten_history_is_bracketed(registry, log, fill, registry_path, check) -> None:
    fill(5)
    fill(5, start=10)
    checkpoint = log.checkpoint(registry)
    assert checkpoint is not None
    rewrite(registry_path, checkpoint.origin, 8)
    (problem,) = check().problems
    assert problem.code == "root-differs"
    assert "from record 6 to record 10" in problem.message
    with pytest.raises(LogError) as caught:
        append(registry, log, fix_event(99))
    assert caught.value.code == "log-forked"


@pytest.mark.parametrize("record", [b"", b"\xff", b"[]", b"[" * 5_000])
def test_record_that_is_no_record_is_located(ready, registry_path, check, record: bytes) -> None:
    rewrite(registry_path, "", 8, record)
    found = check()
    assert codes(found) == {"record-malformed", "root-differs"}
    assert indexes(found) == {8, None}


@pytest.mark.parametrize(
    "text_",
    ['{"seq":8}', '{"seq":8,"log":7}', '{"seq":true,"log":null}', '{"act":["fix.intent"]}'],
)
def test_record_of_hostile_shape_is_located(ready, registry_path, check, text_: str) -> None:
    rewrite(registry_path, "", 8, text_.encode())
    assert {8, None} == indexes(check())


@pytest.mark.parametrize(
    "parts",
    [
        {"act": ["fix.intent"]},
        {"act": "fix.intent", "objects": 7},
        {"act": "fix.intent", "objects": [7], "at": 7},
        {"act": "fix.intent", "objects": [{"path": {"b64": "/w=="}}], "at": "soon"},
        {"change": {"old": "c:"}},
    ],
)
def test_sound_record_of_hostile_shape_breaks_nothing(
    ready, registry, registry_path, log, check, parts
) -> None:
    checkpoint = log.checkpoint(registry)
    assert checkpoint is not None
    whole = {"v": 1, "log": checkpoint.origin, "seq": 8, **parts}
    rewrite(registry_path, checkpoint.origin, 8, json.dumps(whole).encode())
    expected = {"root-differs", "intent-open"} if parts.get("act") == "fix.intent" else None
    assert codes(check()) == (expected or {"root-differs"})


def test_backup_older_than_every_checkpoint(ready, registry, registry_path, log, fill) -> None:
    sql(
        registry_path,
        "DELETE FROM audit_leaf WHERE idx > 2",
        "DELETE FROM audit_node WHERE level > 1 OR idx > 0",
        "UPDATE audit_head SET size = 3",
    )
    with pytest.raises(LogError, match="older than its first checkpoint") as caught:
        fill(1)
    assert caught.value.code == "log-behind"


def test_fork_signed_again_is_shown_by_a_checkpoint_kept_elsewhere(
    registry, log, fill, registry_path, state, check
) -> None:
    """An insider with the key can forge everything here; not what others kept."""
    fill(10)
    checkpoint = log.checkpoint(registry)
    assert checkpoint is not None
    rewrite(registry_path, checkpoint.origin, 4)
    for path in (state / "checkpoints").iterdir():
        path.unlink()
    sql(registry_path, "DELETE FROM audit_checkpoint")
    log.checkpoint(registry)
    assert check().ok
    found = check(witnessed=[checkpoint.note])
    assert codes(found) == {"root-differs"}
    assert "checkpoint 1 of those given" in found.problems[0].message


def test_witnessed_checkpoints_that_fit(registry, log, fill, check) -> None:
    fill(3)
    kept = log.checkpoint(registry)
    assert kept is not None
    fill(3, start=10)
    assert check(witnessed=[kept.note]).ok
    assert codes(check(witnessed=["nonsense"])) == {"checkpoint-damaged"}


def test_altered_outside_checkpoint_is_told(fill, state, check) -> None:
    fill(3)
    (newest,) = (state / "checkpoints").glob("*[0-9a-f]")
    newest.write_text(newest.read_text().replace("\n4\n", "\n3\n"))
    assert codes(check()) == {"checkpoint-damaged"}


def test_unreadable_outside_checkpoint_is_told(fill, state, check) -> None:
    fill(3)
    (newest,) = (state / "checkpoints").glob("*[0-9a-f]")
    newest.unlink()
    newest.mkdir()
    assert codes(check()) == {"checkpoint-unreadable"}


def test_many_problems_are_counted(registry, log, registry_path, check) -> None:
    append(registry, log, *(fix_event(number) for number in range(MOST_PROBLEMS + 50)))
    sql(registry_path, "UPDATE audit_leaf SET leaf_hash = zeroblob(32)")
    found = check()
    assert len(found.problems) == MOST_PROBLEMS + 1
    assert found.problems[-1].code == "more-problems"
    assert "51 more" in found.problems[-1].message


def test_others_may_append_while_the_log_is_checked(log, state, tmp_path, monkeypatch) -> None:
    """A reader's older view of the rows must not look like a backup."""
    monkeypatch.setattr("provenance.registry.engine.wal_is_safe", lambda version: True)
    path = str(tmp_path / "wal.db")
    with open_registry(path) as registry, open_registry(path) as other:
        append(registry, log, fix_event(1))
        log.checkpoint(registry)
        with registry.read() as transaction:
            assert log_size(transaction.connection) == 2
            append(other, log, fix_event(2))
            log.checkpoint(other)
            assert log_size(transaction.connection) == 2
            assert verify(transaction.connection, state).ok


LATER = datetime.fromisoformat(NOW) + timedelta(hours=25)


def test_intents_must_end(registry, log, check) -> None:
    acts = ("fix.commit", "fix.abort", "fix.conflict", "undo.commit")
    for number, act in enumerate(acts):
        append(registry, log, fix_event(number, "fix.intent"), fix_event(number, act))
    append(registry, log, fix_event(50, "fix.intent"), fix_event(51, "undo.intent"))
    log.checkpoint(registry)
    soon = datetime.fromisoformat(NOW) + timedelta(hours=23)
    assert check(now=soon).ok
    found = check(now=LATER)
    assert codes(found) == {"intent-open"}
    assert indexes(found) == {9, 10}
    assert "picture-50.jpg" in found.problems[0].message
    append(registry, log, fix_event(50, "fix.commit"), fix_event(51, "undo.abort"))
    assert check(now=LATER).ok


def test_commit_of_another_file_does_not_end_an_intent(registry, log, check) -> None:
    append(registry, log, fix_event(1, "fix.intent"), fix_event(2, "fix.commit"))
    assert indexes(check(now=LATER)) == {1}


def test_records_say_their_place(registry, log, fill) -> None:
    fill(3)
    with registry.read() as transaction:
        rows = transaction.connection.execute(text("SELECT idx, rec FROM audit_leaf")).all()
    for index, record in rows:
        document = decode(record)
        assert document is not None
        assert document["seq"] == index


def test_verify_on_a_machine_without_the_key(registry, fill, tmp_path) -> None:
    fill(3)
    with registry.read() as transaction:
        found = verify(transaction.connection, tmp_path / "elsewhere")
    assert codes(found) == {"key-missing"}
    assert found.size == 4


def test_two_logs_spliced(log, tmp_path, state) -> None:
    """Records of one log do not pass in another, though the same key signs both."""
    for name in ("a.db", "b.db"):
        with open_registry(str(tmp_path / name)) as registry:
            append(registry, log, *(fix_event(number) for number in range(6)))
            log.checkpoint(registry)
    sql(
        tmp_path / "a.db",
        f"ATTACH '{tmp_path / 'b.db'}' AS b",
        "UPDATE audit_leaf SET rec = (SELECT o.rec FROM b.audit_leaf o WHERE o.idx = 3),"
        " leaf_hash = (SELECT o.leaf_hash FROM b.audit_leaf o WHERE o.idx = 3) WHERE idx = 3",
    )
    with open_registry(str(tmp_path / "a.db")) as registry, registry.read() as transaction:
        found = verify(transaction.connection, AuditLog().state)
    assert "leaf-moved" in codes(found)
    assert 3 in indexes(found)
