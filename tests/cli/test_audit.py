"""``audit``, ``scan``, ``report``: what they print, write, and end with."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path

import pytest
from desk_material import (
    CODE,
    LIFE,
    NEWSROOM,
    NOTICE,
    NOTICES,
    PAIR,
    PAIR_NOTICE,
    PICTURE,
    audit,
    desk,
    findings,
    run,
    the_one,
    tiny,
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return desk(tmp_path / "tree")


BROUGHT = ("--notices", NOTICES / NOTICE)


def test_table_names_notice_finding_path_and_the_next_step(tree: Path) -> None:
    done = run("audit", tree, *BROUGHT)
    assert done.code == 1
    notice, row, *_ = done.out.splitlines()
    assert "Rosa TEIXEIRA, not Ana LIM" in notice
    assert row.split() == [
        row.split()[0], "erroneous-credit", "strong", "safe", "fix", f"{tree}/{PICTURE}",
    ]  # fmt: skip
    assert "provenance fix --apply" in done.out
    assert done.err == ""


def test_nothing_open_is_0_and_every_row_stays_one_line(tmp_path: Path) -> None:
    long_name = "very-" * 40 + ".jpg"
    desk(tmp_path, "desk/2024-12-05_life/000_36QM4RC.jpg")
    assert run("audit", tmp_path).code == 0
    shutil.copy(NEWSROOM / PICTURE, tmp_path / long_name)
    done = run("audit", tmp_path, *BROUGHT)
    assert done.code == 1
    assert any(line.endswith(long_name) for line in done.out.splitlines())


def test_verbose_gives_reasons_with_weights(tree: Path) -> None:
    plain, told = run("audit", tree, *BROUGHT).out, run("audit", tree, "-v").out
    assert "The wrong name stands in" not in plain
    assert "The wrong name stands in" in told
    assert f"identifier afp:{CODE.removeprefix('000_')}" in told


def test_csv_has_a_row_per_finding(tree: Path) -> None:
    done = run("audit", tree, *BROUGHT, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert (done.code, row["path"], row["rule"]) == (1, f"{tree}/{PICTURE}", "erroneous-credit")


@pytest.mark.parametrize("kind", ["table", "json", "csv"])
def test_output_goes_to_the_file_and_stdout_stays_empty(tree: Path, kind: str) -> None:
    target = tree.parent / "new" / "out"
    shown = run("audit", tree, *BROUGHT, "-f", kind).out
    done = run("audit", tree, *BROUGHT, "-f", kind, "-o", target)
    assert (done.code, done.out) == (1, "")
    # The runner of commands turns CR LF, which ends a CSV row, into LF.
    assert target.read_bytes().decode().replace("\r\n", "\n") == shown


def test_output_that_cannot_be_written_names_the_file(tree: Path) -> None:
    done = run("audit", tree, "-o", "/proc/no/out.json")
    assert done.code == 2
    assert "/proc/no/out.json" in done.err


def test_report_is_written_and_named_on_stderr(tree: Path) -> None:
    folder = tree.parent / "report"
    done = run("audit", tree, *BROUGHT, "--report", folder, "-f", "json")
    assert done.code == 1
    assert f"{folder}/index.html" in done.err
    assert sorted(one.name for one in folder.iterdir()) == [
        "findings.csv", "findings.json", "index.html",
    ]  # fmt: skip
    assert json.loads((folder / "findings.json").read_text("utf-8")) == done.document
    assert "Rosa TEIXEIRA" in (folder / "index.html").read_text("utf-8")


def test_a_report_that_cannot_be_written_costs_no_finding(tree: Path) -> None:
    done = run("audit", tree, *BROUGHT, "--report", "/proc/no", "-f", "json")
    assert done.code == 3
    assert len(done.document["findings"]) == 1
    assert "/proc/no" in done.err


def test_report_from_the_registry_without_a_scan(tree: Path) -> None:
    told = audit(tree)
    (tree / PICTURE).unlink()
    done = run("report", tree.parent / "report")
    assert (done.code, done.out) == (1, "")
    again = json.loads((tree.parent / "report" / "findings.json").read_text("utf-8"))
    assert again["findings"] == told["findings"]
    nothing = run("report", tree.parent / "other", "--path", tree / "no", "-q")
    assert (nothing.code, nothing.err) == (0, "")


def test_all_shows_what_is_settled_too(tree: Path) -> None:
    audit(tree)
    run("fix", "--apply")
    assert findings(audit(tree)) == []
    (fixed,) = findings(audit(tree, "--all"))
    assert (fixed["status"], fixed["path"]) == ("fixed", f"{tree}/{PICTURE}")
    assert "fixed" in run("audit", tree, "--all").out


def test_quiet_is_data_and_errors_only(tree: Path) -> None:
    done = run("audit", tree, *BROUGHT, "-q", "-f", "json", "--report", tree.parent / "report")
    assert done.err == ""
    assert run("scan", tree, "-q").err == ""
    (tree / "empty.jpg").touch()
    done = run("scan", tree, "-q")
    assert (done.code, done.out) == (3, "")
    assert f"{tree}/empty.jpg" in done.err
    assert len(done.err.splitlines()) == 1


def test_scan_tells_its_sums_and_rereads_nothing(tree: Path) -> None:
    first, second = run("scan", tree), run("scan", tree)
    assert (first.code, first.out) == (0, "")
    assert "3 assets, 3 read, 0 unchanged" in first.err
    assert "3 assets, 0 read, 3 unchanged" in second.err


def test_a_bad_file_stops_nothing_and_is_told_with_a_remedy(tree: Path) -> None:
    shutil.copytree(NEWSROOM / "incoming" / "broken", tree / "broken")
    done = run("audit", tree, *BROUGHT, "-f", "json")
    assert done.code == 3
    assert done.document["summary"]["unreadable"] == 3
    assert the_one(done.document)["path"] == f"{tree}/{PICTURE}"
    told = {os.path.basename(one["path"]): one["message"] for one in done.document["errors"]}
    assert set(told) == {"cut-in-header.jpg", "empty.jpg", "not-a-picture.jpg"}
    assert all(path in message for path, message in told.items())
    table = run("audit", tree, *BROUGHT)
    assert table.code == 3
    assert "0 held for a person to decide, 3 shown only" in table.out
    assert "Next: provenance review" in table.out
    assert table.out.count("empty.jpg") == 1
    assert "Fetch the file again" in table.out


def test_a_path_that_is_not_there_leaves_the_others_their_audit(tree: Path) -> None:
    done = run("audit", tree, tree / "no-such", *BROUGHT, "-f", "json")
    assert done.code == 3
    assert len(findings(done.document)) == 1
    (error,) = done.document["errors"]
    assert error["path"] == f"{tree}/no-such"


def test_an_unreadable_notice_and_a_file_without_one_are_errors(tree: Path) -> None:
    (tree.parent / "empty.txt").write_text("Nothing of note.\n", encoding="utf-8")
    done = run(
        "audit", tree, *BROUGHT, "--notices", tree.parent / "empty.txt",
        "--notices", tree.parent / "none.eml", "-f", "json",
    )  # fmt: skip
    assert done.code == 3
    assert {os.path.basename(one["path"]) for one in done.document["errors"]} == {
        "empty.txt", "none.eml",
    }  # fmt: skip
    assert len(findings(done.document)) == 1


def test_notices_in_the_audited_folder_are_no_pictures_of_it(tree: Path) -> None:
    shutil.copytree(NOTICES, tree / "notices")
    before = {one.name: one.read_bytes() for one in (tree / "notices").iterdir()}
    done = run("audit", tree, "--notices", tree / "notices", "-f", "json")
    assert done.document["errors"] == []
    assert {one["path"] for one in findings(done.document)} == {
        f"{tree}/{LIFE}/000_36QK7YU.jpg", f"{tree}/{PICTURE}",
    }  # fmt: skip
    assert done.document["summary"]["assets"] == 3
    assert {one.name: one.read_bytes() for one in (tree / "notices").iterdir()} == before


def test_names_that_steer_a_terminal_or_look_like_markup(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    names = [b"caf\xe9.jpg", b"new\nline.jpg", b"esc\x1b[31m.jpg", "\u202ertl.jpg".encode(),
             b"[bold]x[red].jpg", b":smile:.jpg", b"-dash.jpg", b" lead.jpg", b"=1+1.jpg"]  # fmt: skip
    for name in names:
        (tree / os.fsdecode(name)).write_bytes(tiny())
    done = run("audit", tree, *BROUGHT, "-f", "json")
    assert {os.fsencode(os.path.basename(one["path"])) for one in findings(done.document)} == set(
        names
    )
    done.out.encode("utf-8")
    table = run("audit", tree).out
    for shown in (
        "caf⟨0xE9⟩.jpg",
        "new line.jpg",
        "⟨U+202E⟩rtl.jpg",
        "[bold]x[red].jpg",
        ":smile:",
    ):
        assert shown in table
    assert "\x1b" not in table
    assert run("fix", "--apply").code == 0
    log = run("log", "show", "--limit", "99", "--start", "0").out
    assert "[bold]x[red].jpg" in log
    assert "caf⟨0xE9⟩.jpg" in log
    assert findings(audit(tree)) == []


@pytest.mark.parametrize("given", ["tree", "./tree", "tree/", "a/../tree", ".//tree//"])
def test_paths_are_shown_as_given(
    tmp_path: Path, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk(tmp_path / "tree")
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path)
    assert the_one(audit(given))["path"] == os.path.join(given, PICTURE)


def test_the_same_folder_by_another_path_is_the_same_assets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk(tmp_path / "tree")
    monkeypatch.chdir(tmp_path)
    relative = audit("tree")
    absolute = run("audit", tmp_path / "tree", "-f", "json").document
    assert "3 assets, 0 read, 3 unchanged" in run("scan", "./tree/").err
    assert relative["summary"]["assets"] == absolute["summary"]["assets"] == 3
    first, second = the_one(relative), the_one(absolute)
    assert first["findingId"] == second["findingId"]
    assert second["path"] == f"{tmp_path}/tree/{PICTURE}"


def test_overlapping_paths_count_each_asset_once(tree: Path) -> None:
    done = run("audit", tree, tree / LIFE, tree / PICTURE, *BROUGHT, "-f", "json")
    assert done.document["summary"]["assets"] == 3
    assert len(findings(done.document)) == 1


def test_flood_guard_stops_and_tells_how_to_go_on(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(201):
        (tree / f"copy-{number:03}.jpg").write_bytes(tiny(shade=number))
    stopped = run("audit", tree, *BROUGHT, "-f", "json", "-j", "1")
    assert stopped.code == 1
    (error,) = stopped.document["errors"]
    assert error["code"] == "flood-guard"
    assert "--expect-count 201" in error["message"]
    assert {one["status"] for one in findings(stopped.document)} == {"held"}
    untouched = {one.name: one.read_bytes() for one in tree.iterdir()}
    refused = run("fix", "--apply")
    assert refused.code == 2
    assert "--expect-count 201" in refused.err
    assert run("fix", "--apply", "--unsafe-fixes").code == 2
    assert run("fix", "--apply", "--expect-count", "200").code == 2
    assert {one.name: one.read_bytes() for one in tree.iterdir()} == untouched
    open_now = run("audit", tree, "--expect-count", "201", "-f", "json", "-j", "1")
    assert {one["status"] for one in findings(open_now.document)} == {"open"}
    done = run("fix", "--apply", "--expect-count", "201", "-f", "json")
    assert done.code == 0
    assert {one["status"] for one in done.document["outcomes"]} == {"applied"}
    assert len(done.document["outcomes"]) == 201


def test_the_flood_limit_is_the_desks_to_set(tmp_path: Path) -> None:
    desk(tmp_path / "tree", *PAIR)
    rules = tmp_path / "p.toml"
    rules.write_text("flood_files = 1\n", encoding="utf-8")
    told = audit(tmp_path / "tree", "-c", rules, notice=PAIR_NOTICE)
    assert [one["code"] for one in told["errors"]] == ["flood-guard"]
    assert audit(tmp_path / "tree", notice=PAIR_NOTICE)["errors"] == []


@pytest.mark.parametrize("command", ["audit", "scan"])
def test_nothing_there_to_look_at_is_a_usage_error(tmp_path: Path, command: str) -> None:
    done = run(command, tmp_path / "nowhere")
    assert done.code == 2
    assert "nowhere" in done.err


def test_files_that_are_no_pictures_are_counted_not_passed_over_in_silence(tree: Path) -> None:
    (tree / "budget.ods").write_bytes(b"PK")
    assert "no pictures or texts: 1" in run("audit", tree).err
    assert run("audit", tree, "-q").err == ""
