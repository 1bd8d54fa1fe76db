"""After ``log renew``: the closed log is shown, checked and given as evidence all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from desk_material import audit, desk, run
from evidence_material import check, members


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A corrected copy; then the log was closed and another one begun."""
    made = desk(tmp_path / "tree")
    audit(made)
    run("fix", "--apply")
    assert run("log", "renew", "--reason", "the key was copied").code == 2
    assert run("log", "renew", "--sound", "--reason", "the key was copied").code == 0
    return made


def former() -> str:
    (line, *_) = run("log", "show", "-f", "json", "--start", "0").out.splitlines()
    return str(json.loads(line)["record"]["detail"]["closedLog"])


def notice_id() -> str:
    (notice,) = run("notices", "list", "-f", "json").document["notices"]
    return str(notice["noticeId"])


def test_closed_log_is_shown_and_checked(tree: Path) -> None:
    lines = run("log", "show", "--closed", former(), "-f", "json", "--limit", "99").out
    acts = [json.loads(line)["record"]["act"] for line in lines.splitlines()]
    assert acts[0] == "log.open"
    assert "fix.commit" in acts
    assert acts[-1] == "log.close"
    only = run("log", "show", "--closed", former(), "--notice", notice_id(), "-f", "json").out
    assert "fix.commit" in only
    assert "log.open" not in only
    done = run("log", "verify", "--closed", former(), "-f", "json")
    assert done.code == 0, done.document
    assert done.document["size"] == len(acts)
    assert any(f"{len(acts)} records" in one for one in done.document["proved"])
    assert done.document["notProved"]


def test_a_closed_log_needs_no_registry(tree: Path, tmp_path: Path) -> None:
    name, target = former(), tmp_path / "e.zip"
    nowhere = ("--registry", tmp_path / "none.db")
    for words in (
        ("verify", "--closed", name),
        ("prove", "3", "--closed", name),
        ("checkpoint", "--closed", name),
        ("export", "--index", "3", "--closed", name, "-o", target),
    ):
        assert run("log", *words, *nowhere).code == 0, words
    assert not (tmp_path / "none.db").exists()
    assert check(target).returncode == 0


def test_evidence_about_a_notice_comes_from_where_its_records_are(
    tree: Path, tmp_path: Path
) -> None:
    target = tmp_path / "e.zip"
    done = run("log", "export", "--notice", notice_id(), "-o", target)
    assert done.code == 2
    assert f"--closed {former()}" in done.err
    assert not target.exists()
    done = run("log", "export", "--notice", notice_id(), "--closed", former(), "-o", target)
    assert done.code == 0
    content = members(target)
    assert "fix.commit" in {json.loads(d)["act"] for n, d in content.items() if "records/" in n}
    assert b"Rosa TEIXEIRA" in b"".join(d for n, d in content.items() if "disclosed/" in n)
    assert "notice.txt" in content
    assert check(target, "--vkey", content["log.vkey"].decode()).returncode == 0
    name = notice_id()
    run("notices", "retract", name, "--reason", "sent in error")
    done = run("log", "export", "--notice", name, "-o", target)
    assert done.code == 0
    assert f"--closed {former()}" in done.out


def test_no_such_closed_log(tree: Path) -> None:
    done = run("log", "verify", "--closed", "another")
    assert done.code == 2
    assert former().rpartition("/")[2] in done.err
