"""Every JSON document of the program follows its published schema, and the schemas are strict."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import jsonschema
import pytest
from desk_material import NEWSROOM, NOTICES, PICTURE, audit, desk, findings, run

from provenance.model import Container, Property, Rule
from provenance.reporting.family import MemberState, NoticeStanding, TieKind

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schema"
NAMES = (
    "inspect", "notices", "audit", "decisions", "fix", "undo-preview", "quarantine", "verify", "show",
    "compliance", "report-check", "due", "distributed", "letters", "statement",
)  # fmt: skip


def schema(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))


def check(name: str, document: dict) -> None:
    jsonschema.Draft202012Validator(schema(name)).validate(document)


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_there_is_no_other() -> None:
    assert {one.name for one in FOLDER.iterdir()} == {f"{name}.schema.json" for name in NAMES}


def test_the_words_are_those_of_the_model() -> None:
    inspected, audited = schema("inspect")["$defs"], schema("audit")["$defs"]
    assert set(inspected["property"]["enum"]) == {one.value for one in Property}
    assert set(inspected["value"]["properties"]["container"]["enum"]) == {
        one.value for one in Container
    }
    assert set(audited["finding"]["properties"]["rule"]["enum"]) == {one.value for one in Rule}
    notice, member = (
        audited["notice"]["properties"],
        schema("show")["$defs"]["member"]["properties"],
    )
    assert set(notice["state"]["enum"]) == {one.value for one in NoticeStanding}
    assert set(member["state"]["enum"]) == {one.value for one in MemberState}
    ties = member["ties"]["items"]["properties"]["kind"]["enum"]
    assert set(ties) == {one.value for one in TieKind}


def test_inspect() -> None:
    for more in ((), ("--digests",)):
        document = run("inspect", NEWSROOM, *more, "-f", "json").document
        assert len(document["assets"]) > 40
        assert len(document["errors"]) == 3
        check("inspect", document)


def test_notices() -> None:
    parsed = run("notices", "parse", NOTICES, NEWSROOM / "pages", "-f", "json").document
    assert len(parsed["notices"]) > 10
    assert parsed["captions"]
    check("notices", parsed)
    check("notices", run("notices", "add", NOTICES, "-f", "json").document)
    check("notices", run("notices", "list", "-f", "json").document)
    new = run("notices", "new", "--wrong", "A", "--right", "B", "--target", "X-1", "-f", "json")
    check("notices", new.document)


def test_audit_fix_undo_verify(tmp_path: Path, own_state: Path) -> None:
    tree = tmp_path / "newsroom"
    shutil.copytree(NEWSROOM, tree)
    document = audit(tree, notice=NOTICES)
    assert len(document["findings"]) > 40
    check("audit", document)
    assert document["summary"]["unreadable"] == 3
    by_rule = document["summary"]["findings"]["byRule"]
    assert by_rule == {rule: len(findings(document, rule)) for rule in by_rule}
    assert sum(by_rule.values()) == len(document["findings"])
    with (tree / PICTURE).open("ab") as file:
        file.write(b"!")
    done = run("fix", "--apply", "-f", "json")
    assert {one["status"] for one in done.document["outcomes"]} == {"applied", "conflict"}
    check("fix", done.document)
    check("show", run("show", tree / PICTURE, "-f", "json").document)
    for one in document["notices"]:
        shown = run("notices", "show", one["noticeId"], "-f", "json").document
        check("notices", shown)
        assert shown["notices"][0]["state"] in {"open", "closed"}
    preview = run("undo", done.document["runId"], "--dry-run", "-f", "json").document
    assert preview["files"]
    check("undo-preview", preview)
    check("fix", run("undo", done.document["runId"], "-f", "json").document)
    check("audit", audit(tree, "--all", notice=None))
    check("verify", run("log", "verify", "-f", "json").document)
    connection = sqlite3.connect(own_state / "registry.db")
    with connection:
        connection.execute("delete from audit_head")
    connection.close()
    broken = run("log", "verify", "-f", "json")
    assert broken.code == 4
    check("verify", broken.document)


def test_quarantine(tmp_path: Path) -> None:
    kill, name = "2024-12-03_mandatory-kill.eml", "archive/2024/000_36PX5GD.jpg"
    tree = desk(tmp_path / "tree", name, "archive/2024/000_36NW6CJ.jpg")
    (found,) = findings(audit(tree, notice=kill), "withdrawn")

    def told(*more: str) -> dict:
        return run("quarantine", found["noticeId"], *more, "-f", "json").document

    check("quarantine", told())
    moved = told("--apply")
    assert [one["status"] for one in moved["outcomes"]] == ["applied"]
    check("quarantine", moved)
    ending = told("--release")
    assert len(ending["kept"]) == 1
    check("quarantine", ending)
    check("quarantine", told("--delete"))
    check("show", run("show", tree / name, "-f", "json").document)
    preview = run("undo", found["noticeId"], "--dry-run", "-f", "json").document
    assert [one["path"] for one in preview["back"]] == [f"{tree}/{name}"]
    check("undo-preview", preview)
    check("fix", told("--release", "--apply"))
    shown = run("show", tree / name, "-f", "json").document
    assert [(one["act"], one["state"]) for one in shown["history"]] == [
        ("quarantine", "released"),
        ("release", "commit"),
    ]
    check("show", shown)
    for spoil in ("moves", "kept", "noticeId"):
        spoilt = told()
        del spoilt[spoil]
        with pytest.raises(jsonschema.ValidationError):
            check("quarantine", spoilt)


def required(node: object) -> list[tuple[dict, str]]:
    """Every object of a schema with a key that it requires."""
    if isinstance(node, list):
        return [found for one in node for found in required(one)]
    if not isinstance(node, dict):
        return []
    own = [(node, key) for key in node.get("required", ()) if isinstance(key, str)]
    return own + [found for one in node.values() for found in required(one)]


@pytest.mark.parametrize("name", NAMES)
def test_every_required_key_is_described(name: str) -> None:
    assert [
        key for node, key in required(schema(name)) if key not in node.get("properties", {})
    ] == []


def test_a_document_without_a_key_or_with_a_strange_word_is_refused(tmp_path: Path) -> None:
    document = audit(desk(tmp_path))
    check("audit", document)
    for spoil in ("status", "path", "edits"):
        spoilt = json.loads(json.dumps(document))
        del spoilt["findings"][0][spoil]
        with pytest.raises(jsonschema.ValidationError):
            check("audit", spoilt)
    document["findings"][0]["status"] = "done"
    with pytest.raises(jsonschema.ValidationError):
        check("audit", document)


def test_decisions(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    first, *_ = findings(audit(tree))
    run("reject", first["findingId"], "--reason", "Ours", "--until", "2999-12-31")
    run("accept", first["findingId"], "--reason", "After all")
    document = run("decisions", "--all", "-f", "json").document
    assert [one["state"] for one in document["decisions"]] == ["replaced", "in force"]
    check("decisions", document)
    document = audit(tree)
    assert findings(document)[0]["decision"]["verdict"] == "accept"
    check("audit", document)


def test_reports_clocks_and_third_parties(tmp_path: Path, own_state: Path) -> None:
    """One notice on its whole way: found, given out, told, answered, corrected, reported."""
    tree = desk(tmp_path / "tree")
    (found,) = findings(audit(tree), "erroneous-credit")
    notice = found["noticeId"]
    check("compliance", run("report", "--format", "json").document)

    given = run("distributed", tree / PICTURE, "--to", "Gazette", "--contact", "desk@gazette.example",
                "--format", "json")  # fmt: skip
    check("distributed", given.document)
    check("distributed", run("distributed", "-f", "json").document)
    rows = tmp_path / "list.csv"
    rows.write_text(f"path,recipient,date\n{tree / PICTURE},Post,2024-12-05\nno.jpg,Post,never\n")
    imported = run("distributed", "--import", rows, "-f", "json")
    assert imported.document["errors"]
    check("distributed", imported.document)
    check("distributed", run("distributed", "--import", rows, "--preview", "-f", "json").document)

    written = run("letters", notice, "--out", tmp_path / "letters", "--desk", "Desk", "--from",
                  "desk@desk.example", "-f", "json").document  # fmt: skip
    assert written["written"]
    check("letters", written)
    check("letters", run("letters", notice, "--sent-all", "-f", "json").document)
    answered = run("answered", notice, "Gazette", "--complied", "--words", "Done", "-f", "json")
    assert [one["answer"] for one in answered.document["thirdParties"] if one["answer"]]
    check("letters", answered.document)

    check("due", run("notices", "due", "-f", "json").document)
    check("due", run("notices", "duty", notice, "-f", "json").document)
    run("fix", "--apply")
    report = run("report", "--format", "json").document
    assert {one["recipient"] for one in report["notices"][0]["thirdParties"]} >= {"Gazette"}
    assert report["notices"][0]["clock"]["milestones"]
    check("compliance", report)
    run("answer", notice, "--out", tmp_path / "answer")
    (statement,) = (tmp_path / "answer").rglob("*.json")
    check("statement", json.loads(statement.read_text("utf-8")))


def test_the_whole_newsroom_as_a_report(tmp_path: Path) -> None:
    audit(NEWSROOM, notice=NOTICES)
    document = run("report", "--format", "json").document
    assert len(document["notices"]) > 10
    assert document["unreadable"]
    assert document["rules"]
    check("compliance", document)


def test_the_check_of_a_report(tmp_path: Path, own_state: Path) -> None:
    audit(desk(tmp_path / "tree"))
    target = tmp_path / "report.sarif"
    run("report", "-o", target)

    def told() -> dict:
        return run("report", "--verify", target, "-f", "json").document

    check("report-check", told())
    target.write_bytes(target.read_bytes() + b" ")
    check("report-check", told())
    target.write_bytes(b"nothing of ours")
    check("report-check", told())
    connection = sqlite3.connect(own_state / "registry.db")
    with connection:
        connection.execute("delete from audit_head")
    connection.close()
    broken = told()
    assert (broken["verdict"], broken["ok"]) == ("log-broken", False)
    check("report-check", broken)
