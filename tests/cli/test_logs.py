"""``log``: shown, verified, proved, exported; an altered record is found and named."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_material import audit, desk, run, the_one


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Audited and fixed: a log with scans, a notice, a fix."""
    made = desk(tmp_path / "tree")
    audit(made)
    run("fix", "--apply")
    return made


def records(*more: str) -> list[dict]:
    return [json.loads(line) for line in run("log", "show", "-f", "json", *more).out.splitlines()]


def test_everything_done_is_on_record_in_order(tree: Path) -> None:
    told = records("--start", "0", "--limit", "99")
    assert [one["index"] for one in told] == list(range(len(told)))
    acts = [one["record"]["act"] for one in told]
    assert acts[-3:] == ["fix.intent", "fix.commit", "duty.done"]
    assert {"notice.import", "scan.run"} <= set(acts)
    commit = told[-2]
    assert commit["record"]["objects"][0]["path"].startswith(str(tree))
    assert "Rosa TEIXEIRA" in commit["words"].values()


def test_show_pages_from_either_end(tree: Path) -> None:
    every = records("--start", "0", "--limit", "99")
    assert records("--start", "1", "--limit", "2") == every[1:3]
    assert records("--start", "-1") == every[-1:]
    assert records("--start", "999") == []
    assert run("log", "show", "--limit", "0").code == 2


def test_table_says_who_did_what_to_which_file(tree: Path) -> None:
    out = run("log", "show", "--start", "0").out
    commit = next(line for line in out.splitlines() if "fix.commit" in line)
    assert "anna.editor" in commit
    assert "000_36QM4RB.jpg" in commit
    assert "Rosa TEIXEIRA" in commit
    assert "[" not in commit.split("now")[0]


def test_verify_holds(tree: Path) -> None:
    done = run("log", "verify", "-f", "json")
    assert done.code == 0
    size = len(records("--start", "0", "--limit", "99"))
    assert (done.document["ok"], done.document["size"]) == (True, size)
    assert done.document["problems"] == []
    assert len(done.document["rootHash"]) == 64
    assert f"{size} records" in run("log", "verify").out


def _alter(connection: sqlite3.Connection, index: int) -> None:
    (rec,) = connection.execute("select rec from audit_leaf where idx = ?", (index,)).fetchone()
    changed = bytes(rec).replace(b"anna.editor", b"mallory.xxx")
    assert changed != bytes(rec)
    connection.execute("update audit_leaf set rec = ? where idx = ?", (changed, index))


def _remove(connection: sqlite3.Connection, index: int) -> None:
    connection.execute("delete from audit_leaf where idx = ?", (index,))


def tamper(own_state: Path, index: int, how: Callable[[sqlite3.Connection, int], None]) -> None:
    connection = sqlite3.connect(own_state / "registry.db")
    with connection:
        guards = connection.execute("select name from sqlite_master where type = 'trigger'")
        for (name,) in guards.fetchall():
            connection.execute(f'drop trigger "{name}"')
        how(connection, index)
    connection.close()


@pytest.mark.parametrize("how", [_alter, _remove])
def test_a_tampered_record_is_found_and_named(
    tree: Path, own_state: Path, how: Callable[[sqlite3.Connection, int], None]
) -> None:
    tamper(own_state, 2, how)
    done = run("log", "verify", "-f", "json")
    assert (done.code, done.document["ok"]) == (4, False)
    assert 2 in {one["index"] for one in done.document["problems"]}
    table = run("log", "verify")
    assert table.code == 4
    assert "does not hold" in table.out
    assert "record 2" in table.out


def test_a_proof_of_a_record(tree: Path) -> None:
    done = run("log", "prove", "3")
    assert done.code == 0
    assert done.out.startswith("c2sp.org/tlog-proof@v1\n")
    target = tree.parent / "proof.txt"
    assert run("log", "prove", "3", "-o", target).out == ""
    assert target.read_text("utf-8") == done.out
    missing = run("log", "prove", "9999")
    assert missing.code == 2
    assert "9999" in missing.err
    assert run("log", "prove", "-1").code == 2


def test_evidence_for_a_notice_holds_for_a_stranger(tree: Path) -> None:
    (notice,) = run("notices", "list", "-f", "json").document["notices"]
    target = tree.parent / "evidence.zip"
    done = run("log", "export", "--notice", notice["noticeId"], "-o", target)
    assert done.code == 0
    assert str(target) in done.out
    cited = [
        one["index"]
        for one in records("--start", "0", "--limit", "99")
        if one["record"].get("why", {}).get("notice") == notice["noticeId"]
    ]
    assert len(cited) == 4  # taken up, intended, done, a duty proven
    assert f"{len(cited)} records" in done.out
    folder = tree.parent / "stranger"
    with zipfile.ZipFile(target) as file:
        file.extractall(folder)
    check = subprocess.run(
        [sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_export_of_single_records_and_of_none(tree: Path) -> None:
    target = tree.parent / "evidence.zip"
    done = run("log", "export", "--index", "1", "--index", "2", "--withhold", "-o", target)
    assert (done.code, "2 records" in done.out) == (0, True)
    with zipfile.ZipFile(target) as file:
        told = b"".join(file.read(name) for name in file.namelist() if name != "verify.py")
    assert b"Ana LIM" not in told
    for words in (
        ("--notice", "afp-none"),
        ("--index", "9999"),
        ("--index", "1", "-o", "/proc/no/evidence.zip"),
        (),
    ):
        assert run("log", "export", *words).code == 2


def test_decisions_and_retractions_are_on_record(tree: Path) -> None:
    (notice,) = run("notices", "list", "-f", "json").document["notices"]
    run("undo", notice["noticeId"])
    one = the_one(audit(tree))
    run("reject", one["findingId"], "--reason", "r")
    run("waive", one["findingId"], "--reason", "w")
    run("accept", one["findingId"], "--reason", "a")
    run("notices", "retract", notice["noticeId"], "--reason", "n")
    acts = [one["record"]["act"] for one in records("--start", "0", "--limit", "99")]
    assert {"undo.commit", "reject", "waive", "approve", "notice.retract"} <= set(acts)
    assert run("log", "verify").code == 0
