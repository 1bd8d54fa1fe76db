"""``fix`` and ``undo``: the plan, the plan file, the writing, the way back."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from desk_material import (
    LIFE,
    NEWSROOM,
    NOTICES,
    PAIR,
    PAIR_NOTICE,
    PICTURE,
    RIGHT,
    WRONG,
    audit,
    desk,
    findings,
    run,
    tiny,
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Audited: one safe finding."""
    made = desk(tmp_path / "tree")
    audit(made)
    return made


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """Audited: two findings that wait for a person."""
    made = desk(tmp_path / "pair", *PAIR)
    audit(made, notice=PAIR_NOTICE)
    return made


def creators(path: Path) -> set[str]:
    (asset,) = run("inspect", path, "-f", "json").document["assets"]
    return {text for value in asset["properties"]["creatorNames"] for text in value["values"]}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*.*")}


def test_the_plan_is_shown_as_a_diff_and_nothing_is_written(tree: Path) -> None:
    before = contents(tree)
    done = run("fix")
    assert done.code == 1
    assert f"{tree}/{PICTURE}" in done.out
    assert f"[-{WRONG}-]{{+{RIGHT}+}}" in done.out
    for locator in ("EXIF IFD0:Artist", "IIM 2:80", "IIM 2:120", "XMP dc:creator"):
        assert locator in done.out
    assert "1 picture to correct" in done.out
    assert "nothing has been written" in done.out
    assert contents(tree) == before


def test_nothing_to_do_is_0(tmp_path: Path) -> None:
    audit(desk(tmp_path, f"{LIFE}/000_36QM4RC.jpg"), notice=None)
    assert run("fix").code == 0
    done = run("fix", "--apply", "-f", "json")
    assert (done.code, done.document["outcomes"]) == (0, [])


def test_apply_corrects_every_container_and_nothing_else(tree: Path) -> None:
    before = contents(tree)
    done = run("fix", "--apply", "-f", "json")
    (outcome,) = done.document["outcomes"]
    assert (done.code, outcome["status"], outcome["path"]) == (0, "applied", f"{tree}/{PICTURE}")
    assert outcome["before"]["imageDigest"] == outcome["after"]["imageDigest"]
    assert outcome["before"]["sha256"] != outcome["after"]["sha256"]
    assert creators(tree / PICTURE) == {RIGHT}
    after = contents(tree)
    assert {name for name in after if after[name] != before.get(name)} == {PICTURE}
    assert after.keys() == before.keys()
    assert findings(audit(tree)) == []
    assert run("fix", "--apply").code == 0


def test_apply_needs_no_terminal_and_tells_the_way_back(tree: Path) -> None:
    done = run("fix", "--apply")
    run_id = done.out.split("provenance undo ")[1].split()[0]
    assert done.code == 0
    assert run("undo", run_id).code == 0
    assert contents(tree)[PICTURE] == (NEWSROOM / PICTURE).read_bytes()


def test_only_the_findings_named(tmp_path: Path) -> None:
    tree = desk(tmp_path)
    told = run("audit", tree, "--notices", NOTICES, "-f", "json").document
    wanted = next(one for one in findings(told) if one["path"].endswith(PICTURE))
    done = run("fix", wanted["findingId"][:8], "--apply", "-f", "json")
    assert [one["path"] for one in done.document["outcomes"]] == [f"{tree}/{PICTURE}"]
    assert run("fix", "f-none").code == 2


def test_unsafe_is_left_to_a_person_until_asked_for(pair: Path) -> None:
    before = contents(pair)
    shown = run("fix")
    assert shown.code == 1
    assert f"{pair}/{PAIR[0]}" in shown.out  # as given, also for what waits
    assert "a person must say which" in shown.out
    refused = run("fix", "--apply", "-f", "json")
    assert (refused.code, refused.document["outcomes"]) == (1, [])
    assert contents(pair) == before
    done = run("fix", "--apply", "--unsafe-fixes", "-f", "json")
    assert {one["status"] for one in done.document["outcomes"]} == {"applied"}
    assert (done.code, len(done.document["outcomes"])) == (0, 2)


def test_contended_is_never_written_without_a_named_decision(tmp_path: Path) -> None:
    storm = "desk/2024-12-02_storm/000_36PC9LA.jpg"
    tree = desk(tmp_path / "tree", storm)
    mails = [NOTICES / f"2024-12-0{day}_36PC9LA_{one}.eml" for day, one in ((3, 1), (4, 2))]
    brought = [word for mail in mails for word in ("--notices", mail)]
    told = run("audit", tree, *brought, "-f", "json").document
    assert {one["status"] for one in findings(told, "erroneous-credit")} == {"held"}
    assert run("fix", "--apply", "--unsafe-fixes", "-f", "json").document["outcomes"] == []
    assert (tree / storm).read_bytes() == (NEWSROOM / storm).read_bytes()
    right = next(one for one in findings(told) if "LE BIHAN" in one["message"])
    assert run("accept", right["findingId"], "--reason", "Asked the agency").code == 0
    done = run("fix", "--apply", "-f", "json")
    assert [one["status"] for one in done.document["outcomes"]] == ["applied"]
    assert creators(tree / storm) == {"Yann LE BIHAN"}


def test_a_saved_plan_is_carried_out_as_it_is(tree: Path) -> None:
    saved = tree.parent / "plan.json"
    shown = run("fix", "--plan", saved, "-f", "json")
    assert shown.code == 1
    plan = json.loads(saved.read_text("utf-8"))
    assert shown.document["items"] == plan["items"]
    assert [one["path"] for one in plan["items"]] == [f"{tree}/{PICTURE}"]
    done = run("fix", "--apply", "--plan", saved, "-f", "json")
    assert (done.code, [one["status"] for one in done.document["outcomes"]]) == (0, ["applied"])
    assert creators(tree / PICTURE) == {RIGHT}


def test_a_file_changed_since_the_plan_is_a_conflict_and_the_rest_is_done(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    shutil.copy(tree / PICTURE, tree / "copy.jpg")
    audit(tree)
    saved = tmp_path / "plan.json"
    run("fix", "--plan", saved)
    foreign = (tree / "copy.jpg").read_bytes() + b"saved by another program"
    (tree / "copy.jpg").write_bytes(foreign)
    done = run("fix", "--apply", "--plan", saved, "-f", "json")
    assert done.code == 3
    told = {os.path.basename(one["path"]): one for one in done.document["outcomes"]}
    assert told["copy.jpg"]["status"] == "conflict"
    assert "changed" in told["copy.jpg"]["reason"]
    assert told[os.path.basename(PICTURE)]["status"] == "applied"
    assert (tree / "copy.jpg").read_bytes() == foreign
    table = run("fix", "--apply", "--plan", saved)
    assert table.code == 3
    assert table.out.count(f"{tree}/copy.jpg") == 1
    assert "takes it back" not in table.out  # nothing was applied
    audit(tree)
    again = run("fix", "--apply", "-f", "json")
    assert [one["status"] for one in again.document["outcomes"]] == ["applied"]
    assert (tree / "copy.jpg").read_bytes().endswith(b"saved by another program")


def test_a_picture_that_went_away_is_told_and_stops_nothing(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    shutil.copy(tree / PICTURE, tree / "copy.jpg")
    audit(tree)
    (tree / "copy.jpg").unlink()
    done = run("fix", "--apply", "-f", "json")
    assert done.code == 3
    told = {os.path.basename(one["path"]): one["status"] for one in done.document["outcomes"]}
    assert told.pop("copy.jpg") in {"conflict", "failed"}
    assert set(told.values()) == {"applied"}


@pytest.mark.parametrize(
    ("plan", "named"),
    [
        (None, "none.json"),
        (b"not json", "not plain JSON"),
        (b"{}", "schemaVersion"),
        (b'{"schemaVersion": 99}', "99"),
        (b"\xff\xfe\x00", "plan"),
    ],
)
def test_a_plan_that_is_none_is_refused(tree: Path, plan: bytes | None, named: str) -> None:
    path = tree.parent / "none.json"
    if plan is not None:
        path.write_bytes(plan)
    before = contents(tree)
    done = run("fix", "--apply", "--plan", path)
    assert (done.code, done.out) == (2, "")
    assert named in done.err
    assert str(path) in done.err
    assert contents(tree) == before


def test_an_edited_plan_is_refused(tree: Path) -> None:
    path = tree.parent / "plan.json"
    run("fix", "--plan", path)
    path.write_text(path.read_text("utf-8").replace(RIGHT, "Mallory"), encoding="utf-8")
    before = contents(tree)
    done = run("fix", "--apply", "--plan", path)
    assert done.code == 2
    assert "digest" in done.err
    assert contents(tree) == before


def test_a_saved_plan_takes_nothing_beside_it(tree: Path) -> None:
    path = tree.parent / "plan.json"
    run("fix", "--plan", path)
    assert run("fix", "--apply", "--plan", path, "--unsafe-fixes").code == 2
    assert run("fix", "f-1", "--apply", "--plan", path).code == 2
    assert run("fix", "--plan", "/proc/no/plan.json").code == 2


def test_a_saved_plan_is_no_way_round_the_flood_guard(pair: Path) -> None:
    rules = pair.parent / "p.toml"
    rules.write_text("flood_files = 1\n", encoding="utf-8")
    saved = pair.parent / "plan.json"
    shown = run("fix", "--unsafe-fixes", "--plan", saved, "-c", rules)
    assert shown.code == 1
    assert "--expect-count 2" in shown.out
    assert json.loads(saved.read_text("utf-8"))["items"] == []


def test_undo_by_run_by_notice_and_by_file(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    shutil.copy(tree / PICTURE, tree / "copy.jpg")
    original = contents(tree)
    notice_id = the_one_notice(audit(tree))
    by_run = run("fix", "--apply", "-f", "json").document["runId"]
    for what in (by_run, notice_id):
        done = run("undo", what, "-f", "json")
        assert (done.code, {one["status"] for one in done.document["outcomes"]}) == (
            0, {"applied"},
        )  # fmt: skip
        assert contents(tree) == original
        assert len(findings(audit(tree))) == 2
        run("fix", "--apply")
    done = run("undo", tree / "copy.jpg")
    assert (done.code, "takes it back" in done.out) == (0, False)
    assert contents(tree)["copy.jpg"] == original["copy.jpg"]
    assert contents(tree)[PICTURE] != original[PICTURE]
    assert [one["path"] for one in findings(audit(tree))] == [f"{tree}/copy.jpg"]
    again = run("undo", tree / "copy.jpg")
    assert again.code == 2


def the_one_notice(document: dict) -> str:
    (notice,) = document["notices"]
    return notice["noticeId"]


def test_undo_of_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = desk(tmp_path / "tree")
    original = contents(tree)
    audit(tree)
    run("fix", "--apply")
    monkeypatch.chdir(tree / LIFE)
    assert run("undo", f"./../2024-12-05_life/{os.path.basename(PICTURE)}").code == 0
    assert contents(tree) == original


def test_undo_refuses_a_file_that_was_changed_since(tree: Path) -> None:
    run("fix", "--apply")
    foreign = (tree / PICTURE).read_bytes() + b"!"
    (tree / PICTURE).write_bytes(foreign)
    done = run("undo", tree / PICTURE)
    assert done.code == 3
    assert "conflict" in done.out
    assert (tree / PICTURE).read_bytes() == foreign


def test_undo_of_what_was_never_done(tree: Path) -> None:
    done = run("undo", "no-such-run")
    assert (done.code, done.out) == (2, "")
    assert "no-such-run" in done.err
    assert "provenance log show" in done.err


def test_a_sidecar_is_corrected_beside_its_picture(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    bare = tiny(RIGHT)
    (tree / "raw.jpg").write_bytes(bare)
    source = (NEWSROOM / PICTURE).read_bytes()
    start = source.index(b"<?xpacket begin")
    packet = source[start : source.index(b'<?xpacket end="w"?>') + 19]
    (tree / "raw.xmp").write_bytes(packet)
    told = audit(tree)
    found = next(one for one in findings(told) if one["path"].endswith("raw.jpg"))
    assert {one["path"] for one in found["edits"]} == {f"{tree}/raw.xmp"}
    assert "raw.xmp" in run("fix").out
    assert run("fix", "--apply").code == 0
    assert (tree / "raw.jpg").read_bytes() == bare
    assert RIGHT.encode() in (tree / "raw.xmp").read_bytes()
    assert run("undo", tree / "raw.jpg").code == 0
    assert (tree / "raw.xmp").read_bytes() == packet
