"""``log export``, ``checkpoint``, ``consistency``: from the command line to the stranger's desk."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from desk_material import PICTURE, audit, desk, run, the_one
from evidence_material import check, members
from lxml import html

from provenance.auditlog.note import Verifier


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two copies, corrected; one put back, its finding rejected."""
    made = desk(tmp_path / "tree")
    shutil.copy(made / PICTURE, made / "copy.jpg")
    audit(made)
    run("fix", "--apply")
    run("undo", made / "copy.jpg")
    run("reject", the_one(audit(made))["findingId"], "--reason", "kept for the court")
    return made


def notice_id() -> str:
    (notice,) = run("notices", "list", "-f", "json").document["notices"]
    return notice["noticeId"]


def records(*more: str | Path) -> list[dict]:
    out = run("log", "show", "-f", "json", "--start", "0", "--limit", "99", *more).out
    return [json.loads(line) for line in out.splitlines()]


def test_the_evidence_tells_the_whole_story(tree: Path, tmp_path: Path) -> None:
    target = tmp_path / "evidence.zip"
    assert run("log", "export", "--notice", notice_id(), "-o", target).code == 0
    acts = sorted(
        json.loads(data)["act"] for name, data in members(target).items() if "records" in name
    )
    assert acts == sorted(
        [
            *["notice.import", "reject", "duty.done", "duty.reopen"],
            *["fix.intent", "fix.commit"] * 2,
            *["undo.intent", "undo.commit"],
        ]
    )
    text = " ".join(html.document_fromstring(members(target)["index.html"]).text_content().split())
    for words in (
        "What was done about a notice of AFP",
        "a correction, from AFP",
        "a named person at the newsroom brought it",
        "2 pictures",
        str(tree / PICTURE),
        "Ana LIM",
        "Rosa TEIXEIRA",
        "No pixel was changed.",
        "the same again",
        "Last on record: a correction was undone",
        "What people decided",
        "kept for the court",
        "anna.editor",
    ):
        assert words in text
    told = members(target)["notice.txt"].decode()
    assert " ".join(told.split()) in text
    done = check(target, "--vkey", members(target)["log.vkey"].decode())
    assert done.returncode == 0, done.stdout
    run("log", "export", "--notice", notice_id(), "--withhold", "-o", target)
    kept = [data for name, data in members(target).items() if name != "verify.py"]
    assert not any(b"Ana LIM" in data or b"TEIXEIRA" in data for data in kept)
    assert check(target).returncode == 0


def test_a_retracted_notice_and_its_erasure_are_part_of_it(tree: Path, tmp_path: Path) -> None:
    name = notice_id()
    run("notices", "retract", name, "--reason", "sent in error")
    run("log", "erase", "--notice", name, "--reason", "asked for", "--apply")
    target = tmp_path / "evidence.zip"
    assert run("log", "export", "--notice", name, "-o", target).code == 0
    content = members(target)
    acts = {json.loads(data)["act"] for one, data in content.items() if "records" in one}
    assert {"notice.retract", "payload.erase"} <= acts
    assert not any("disclosed" in one for one in content)
    assert "(erased from the log)" in content["index.html"].decode()
    assert check(target).returncode == 0


def test_an_outsider_is_the_witness(tree: Path, tmp_path: Path) -> None:
    kept, later = tmp_path / "checkpoint.txt", tmp_path / "consistency.txt"
    assert run("log", "checkpoint", "-o", kept).out == ""
    assert run("log", "checkpoint").out == kept.read_text("utf-8")
    size = kept.read_text("utf-8").splitlines()[1]
    run("notices", "retract", notice_id(), "--reason", "sent in error")
    run("log", "export", "--index", "0", "-o", tmp_path / "e.zip")
    vkey = members(tmp_path / "e.zip")["log.vkey"].decode().strip()
    for start in (kept, size):
        assert run("log", "consistency", "--from", start, "-o", later).code == 0
        assert later.read_text("utf-8").startswith(f"old {size}\n")
        assert check(later, "--since", kept, "--vkey", vkey).returncode == 0
    done = run("log", "verify", "--witnessed", kept)
    assert done.code == 0
    run("log", "checkpoint", "-o", tmp_path / "newest.txt")
    back = run("log", "consistency", "--from", tmp_path / "newest.txt", "--to", kept)
    assert back.code == 2
    assert "--from" in back.err


def test_a_checkpoint_that_is_not_this_logs_fails(tree: Path, tmp_path: Path) -> None:
    note = run("log", "checkpoint").out
    altered, octets = tmp_path / "altered.txt", tmp_path / "octets.txt"
    altered.write_text(note.replace("\n", "\n1", 1))
    octets.write_bytes(b"\xff\xfe")
    for words, code in (
        (("consistency", "--from", altered), 4),
        (("consistency", "--from", octets), 2),
        (("consistency", "--from", tmp_path / "absent.txt"), 2),
        (("consistency", "--from", "5000"), 2),
        (("verify", "--witnessed", altered), 4),
        (("verify", "--witnessed", tmp_path / "absent.txt"), 2),
        (("verify", "--witness", "nobody"), 2),
    ):
        done = run("log", *words)
        assert done.code == code, (words, done.err)
        assert done.err or code == 4
    run("log", "checkpoint", "-o", tmp_path / "kept.txt")
    witness = Verifier("witness.example/w1", bytes(32), b"\x04").vkey
    done = run("log", "verify", "--witnessed", tmp_path / "kept.txt", "--witness", witness)
    assert done.code == 4  # that witness never signed it
    assert "witness.example/w1" in done.err


def test_show_finds_the_records_of_a_notice_a_file_an_act(tree: Path) -> None:
    every = records()
    commits = [one["index"] for one in every if one["record"]["act"] == "fix.commit"]
    assert [one["index"] for one in records("--act", "fix.commit")] == commits
    assert {one["record"]["act"] for one in records("--act", "undo")} == {
        "undo.intent",
        "undo.commit",
    }
    copy = records("--file", tree / "copy.jpg")
    assert [one["record"]["act"] for one in copy] == [
        "fix.intent", "fix.commit", "undo.intent", "undo.commit",
    ]  # fmt: skip
    assert len(records("--file", tree)) == 6
    assert records("--file", tree / "cop") == []
    assert len(records("--notice", notice_id()[:9])) == 10
    assert len(records("--notice", notice_id(), "--act", "fix", "--file", tree / "copy.jpg")) == 2
    newest = run("log", "show", "-f", "json", "--act", "fix", "--start", "-1").out
    assert json.loads(newest)["index"] == commits[-1]
    assert run("log", "show", "--act", "nothing").code == 2
    assert run("log", "show", "--notice", "afp-none").code == 2
