"""``show``: the family as a tree, as JSON and as a page; notices with their copies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from desk_material import NOTICE, PICTURE, audit, desk, run

KILL, KILLED = "2024-12-03_mandatory-kill.eml", "archive/2024/000_36PX5GD.jpg"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = desk(tmp_path / "tree")
    (folder / "web").mkdir()
    shutil.copy(folder / PICTURE, folder / "web/copy.jpg")
    audit(folder, notice=NOTICE)
    return folder


def test_the_tree_names_each_copy_with_its_reason_state_and_credit(tree: Path) -> None:
    done = run("show", tree / "web/copy.jpg")
    assert done.code == 0
    lines = done.out.splitlines()
    (branch,) = [line for line in lines if "└──" in line]
    assert "the very same file: " in branch
    assert "open findings" in branch
    assert any("Ana LIM / AFP" in line for line in lines)
    assert "2 with open findings" in done.out
    assert "0 of 2 copies clean" in done.out


def test_json_lists_the_family_the_notice_and_what_was_done(tree: Path) -> None:
    run("fix", "--apply")
    document = run("show", tree / PICTURE, "-f", "json").document
    members = document["family"]["members"]
    assert [one["asked"] for one in members].count(True) == 1
    assert {one["state"] for one in members} == {"clean"}
    assert members[1]["ties"][0]["kind"] == "file"
    assert [one["state"] for one in document["notices"]] == ["closed"]
    assert [one["state"] for one in document["history"]] == ["commit"]


def test_the_page_is_written_beside_its_json_and_is_on_record(tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "report"
    done = run("show", tree / PICTURE, "--report", folder)
    assert f"Report: {folder}/family.html" in done.err
    page = (folder / "family.html").read_text("utf-8")
    assert page.count('<img class="shot" src="data:image/jpeg;base64,') == 2
    assert (folder / "family.json").stat().st_size > 0
    assert "report.export" in run("log", "show", "--start", "0", "--limit", "99").out


def test_a_picture_that_stands_alone_has_no_tree(tmp_path: Path) -> None:
    folder = desk(tmp_path / "alone")
    audit(folder, notice=NOTICE)
    assert "Family" not in run("show", folder / PICTURE).out


def test_a_notice_is_shown_with_the_copies_that_are_not_clean(tree: Path) -> None:
    (notice,) = run("notices", "list", "-f", "json").document["notices"]
    shown = run("notices", "show", notice["noticeId"])
    assert "open: 0 of 2 copies clean; 2 with open findings" in shown.out
    assert str(tree / "web/copy.jpg") in shown.out
    run("fix", "--apply")
    (told,) = run("notices", "show", notice["noticeId"], "-f", "json").document["notices"]
    assert told["state"] == "closed"
    assert told["members"] == {
        "total": 2, "clean": 2, "gone": 0, "quarantined": 0, "complete": True, "unclean": [],
    }  # fmt: skip


def test_audit_tells_the_state_of_each_notice(tree: Path) -> None:
    (told,) = audit(tree, notice=None)["notices"]
    assert (told["state"], told["members"]["total"]) == ("open", 2)


def test_a_file_that_is_gone_is_told_so_and_was_not_fixed(tree: Path) -> None:
    copy = tree / "web/copy.jpg"
    before = run("show", copy).out
    assert "was last read" not in before
    copy.unlink()
    unseen = run("show", copy)
    assert unseen.code == 0
    assert unseen.out.startswith("The file is not there now; `provenance audit` its folder.")
    audit(tree, notice=None)
    gone = run("show", copy).out
    assert gone.startswith("The file is gone. It was last read ")
    # What was last known of it stays to be seen.
    assert "Ana LIM" in gone
    assert "erroneous-credit, gone with the file: " in gone
    assert ", fixed: " not in gone


def test_what_was_corrected_before_its_file_went_stays_corrected(tree: Path) -> None:
    copy = tree / "web/copy.jpg"
    run("fix", "--apply")
    copy.unlink()
    audit(tree, notice=None)
    gone = run("show", copy).out
    assert gone.startswith("The file is gone. ")
    assert "erroneous-credit, fixed: " in gone
    run("undo", tree / PICTURE)
    assert "The file is gone" not in run("show", tree / PICTURE).out


def test_a_file_in_quarantine_is_told_to_be_there(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree", KILLED)
    (told,) = audit(tree, notice=KILL)["notices"]
    name = told["noticeId"]
    assert run("quarantine", name, "--apply", "--to", tmp_path / "away").code == 0

    shown = run("show", tree / KILLED).out
    assert shown.startswith("The file is not in its place: ")
    assert "quarantine" in shown.splitlines()[0]
