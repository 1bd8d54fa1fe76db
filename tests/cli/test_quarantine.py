"""``quarantine``: from the plan to the folder, back, and to the named decision to delete."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from desk_material import NEWSROOM, Done, audit, desk, findings, run

from provenance.auditlog import AuditLog
from provenance.model import Authority, Notice, NoticeKind, Policy, Pubstatus, Target, TargetKind
from provenance.pipeline import Session
from provenance.pipeline.noticing import take_up
from provenance.registry import open_registry

PICTURE = "archive/2024/000_36PX5GD.jpg"
TWIN = "web/originals/galati-rescue-boat.jpg"
OTHER = "archive/2024/000_36NW6CJ.jpg"
KILL = "2024-12-03_mandatory-kill.eml"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Audited: two proven copies of a withdrawn picture, and another picture."""
    made = desk(tmp_path / "tree", PICTURE, TWIN, OTHER)
    audit(made, notice=KILL)
    return made


@pytest.fixture
def notice(tree: Path) -> str:
    told = run("notices", "list", "-f", "json").document["notices"]
    return next(one["noticeId"] for one in told if one["kind"] == "withdrawal")


def quarantine(notice: str, *more: str | Path) -> Done:
    return run("quarantine", notice, *more)


def pictures(tree: Path) -> dict[str, bytes]:
    return {
        one.relative_to(tree).as_posix(): one.read_bytes()
        for one in tree.rglob("*")
        if one.is_file()
    }


def take_up_kill_by_caption(caption: str) -> None:
    """A kill that names its picture by the caption alone."""
    kill = Notice(
        "afp-kill-by-caption", "AFP", NoticeKind.WITHDRAWAL, Pubstatus.CANCELED, "MANDATORY KILL",
        targets=(Target(TargetKind.CAPTION, caption),), authority=Authority.BROUGHT,
        received="2024-12-04T10:00:00Z", received_by="anna.editor",
    )  # fmt: skip
    with open_registry(os.environ["PROVENANCE_REGISTRY"]) as registry:
        session = Session(registry, AuditLog(), "anna.editor", Policy(today="2024-12-05"))
        with registry.write() as tx:
            take_up(session, tx, [kill], "run-of-test")


def original(name: str) -> bytes:
    return (NEWSROOM / name).read_bytes()


def test_the_plan_is_shown_and_nothing_is_moved(tree: Path, notice: str) -> None:
    before = pictures(tree)
    shown = quarantine(notice)
    assert shown.code == 1
    for name in (PICTURE, TWIN):
        assert f"{tree}/{name}" in shown.out
    assert OTHER not in shown.out
    assert "2 pictures to move" in shown.out
    assert "nothing has been moved yet" in shown.out
    assert "It asks for deletion" in shown.out
    assert pictures(tree) == before
    told = quarantine(notice, "-f", "json").document
    assert [one["path"] for one in told["moves"]] == [f"{tree}/{PICTURE}", f"{tree}/{TWIN}"]
    assert (told["asksDeletion"], told["left"], told["kept"]) == (True, [], [])


def test_apply_moves_every_proven_copy_and_nothing_else(tree: Path, notice: str) -> None:
    done = quarantine(notice, "--apply", "-f", "json")
    assert done.code == 0
    assert pictures(tree) == {OTHER: original(OTHER)}
    outcomes = done.document["outcomes"]
    assert {one["path"]: Path(one["place"]).read_bytes() for one in outcomes} == {
        f"{tree}/{name}": original(name) for name in (PICTURE, TWIN)
    }
    assert {one["status"] for one in outcomes} == {"applied"}
    assert all(one["before"] == one["after"] for one in outcomes)
    again = quarantine(notice, "--apply")
    assert (again.code, again.out.strip()) == (0, "Nothing to do.")


def test_the_audit_names_the_next_step_until_it_is_done(tree: Path, notice: str) -> None:
    step = f"provenance quarantine {notice}"
    assert step in " ".join(run("audit", tree).out.split())
    released = "".join(quarantine(notice, "--apply").out.split("\n")[-2:])
    assert f"{step} --release --apply puts it back" in released
    assert f"{step} --release --apply" in quarantine(notice, "--release").out
    assert "provenance quarantine" not in run("audit", tree).out


def test_status_says_where_it_is_and_on_whose_word(tree: Path, notice: str) -> None:
    quarantine(notice, "--apply")
    assert findings(audit(tree, notice=None), "withdrawn") == []
    shown = run("show", tree / PICTURE)
    assert "in quarantine since" in shown.out
    assert "on the word of anna.editor" in shown.out
    assert "closed: 2 in quarantine" in shown.out
    member = run("show", tree / PICTURE, "-f", "json").document["family"]["members"][0]
    assert member["state"] == "in-quarantine"
    (mine,) = run("notices", "show", notice, "-f", "json").document["notices"]
    assert mine["members"]["quarantined"] == 2
    assert "In quarantine:" in quarantine(notice).out


def test_a_new_copy_opens_it_again(tree: Path, notice: str) -> None:
    quarantine(notice, "--apply")
    shutil.copy(NEWSROOM / PICTURE, tree / PICTURE)
    (found,) = findings(audit(tree, notice=None), "withdrawn")
    assert (found["path"], found["status"]) == (f"{tree}/{PICTURE}", "open")
    assert quarantine(notice, "--apply").code == 0
    assert pictures(tree) == {OTHER: original(OTHER)}


def test_release_puts_back_and_opens_the_finding(tree: Path, notice: str) -> None:
    quarantine(notice, "--apply")
    shown = quarantine(notice, "--release")
    assert (shown.code, "nothing has been moved yet" in shown.out) == (1, True)
    done = quarantine(notice, "--release", "--apply", "--reason", "Kill was taken back")
    assert done.code == 0
    assert pictures(tree) == {name: original(name) for name in (PICTURE, TWIN, OTHER)}
    assert {one["status"] for one in findings(audit(tree, notice=None), "withdrawn")} == {"open"}
    assert run("log", "verify").code == 0


def test_release_is_a_conflict_where_a_file_stands(tree: Path, notice: str) -> None:
    quarantine(notice, "--apply")
    (tree / PICTURE).write_bytes(b"something else")
    done = quarantine(notice, "--release", "--apply", "-f", "json")
    assert done.code == 3
    assert sorted(one["status"] for one in done.document["outcomes"]) == ["applied", "conflict"]
    assert (tree / PICTURE).read_bytes() == b"something else"


def test_deletion_takes_a_name_a_reason_and_what_is_in_quarantine(
    tree: Path, notice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = quarantine(notice, "--delete", "--apply", "--reason", "AFP orders it")
    assert (refused.code, "only what is there can be deleted" in refused.err) == (2, True)
    quarantine(notice, "--apply")
    shown = quarantine(notice, "--delete")
    assert (shown.code, "cannot be taken back" in shown.out) == (1, True)
    assert "The notice asks for it" in shown.out
    assert quarantine(notice, "--delete", "--apply").code == 2
    monkeypatch.delenv("PROVENANCE_USER")
    nobody = quarantine(notice, "--delete", "--apply", "--reason", "AFP orders it")
    assert (nobody.code, "named person" in nobody.err) == (2, True)
    kept = quarantine(notice, "-f", "json").document["kept"]
    assert all(Path(one["place"]).is_file() for one in kept)
    done = quarantine(
        notice, "--delete", "--apply", "--reason", "AFP orders it", "--by", "lena.archive"
    )
    assert done.code == 0
    assert not any(Path(one["place"]).exists() for one in kept)
    shown = run("log", "show", "-f", "json", "--limit", "200")
    assert "AFP orders it" in shown.out
    assert all(one["sha256"] in shown.out for one in kept)
    assert "deleted from quarantine" in run("show", tree / PICTURE).out
    assert quarantine(notice, "--release", "--apply").code == 2


def test_options_that_make_no_sense(tree: Path, notice: str, tmp_path: Path) -> None:
    for more in (
        ("--release", "--delete"),
        ("--release", "--to", tmp_path / "x"),
        ("--reason", "because"),
    ):
        assert quarantine(notice, *more).code == 2
    assert quarantine("n-none").code == 2
    assert quarantine(notice, "f-none").code == 2
    assert len(pictures(tree)) == 3


def test_a_correction_moves_nothing(tmp_path: Path) -> None:
    made = desk(tmp_path / "tree")
    told = audit(made)
    correction = told["notices"][0]["noticeId"]
    refused = quarantine(correction, "--apply")
    assert refused.code == 2
    assert "is a correction: it withdraws no picture" in refused.err


def test_a_retracted_withdrawal_moves_nothing_but_gives_back(tree: Path, notice: str) -> None:
    quarantine(notice, "--apply")
    run("notices", "retract", notice, "--reason", "sent in error")
    refused = quarantine(notice, "--apply")
    assert (refused.code, "was retracted" in refused.err) == (2, True)
    assert quarantine(notice, "--release", "--apply").code == 0
    assert len(pictures(tree)) == 3


def test_where_the_folder_is(tree: Path, notice: str, tmp_path: Path) -> None:
    settings = tmp_path / "provenance.toml"
    settings.write_text('[quarantine]\nfolder = "locked"\n', "utf-8")
    told = quarantine(notice, "-c", settings, "-f", "json").document
    assert told["folder"] == str(tmp_path / "locked")
    done = quarantine(notice, "--apply", "--to", tmp_path / "vault", "-f", "json")
    places = [one["place"] for one in done.document["outcomes"]]
    assert all(place.startswith(str(tmp_path / "vault")) for place in places)
    assert (tmp_path / "vault").stat().st_mode & 0o777 == 0o700
    assert run("audit", tmp_path / "vault", "-f", "json").document["summary"]["assets"] == 0


def test_a_flood_asks_first(tree: Path, notice: str, tmp_path: Path) -> None:
    settings = tmp_path / "provenance.toml"
    settings.write_text("flood_files = 1\n", "utf-8")
    shown = quarantine(notice, "-c", settings)
    assert "would move 2 pictures" in shown.out
    refused = quarantine(notice, "--apply", "-c", settings)
    assert (refused.code, "--expect-count 2" in refused.err) == (2, True)
    assert len(pictures(tree)) == 3
    assert quarantine(notice, "--apply", "-c", settings, "--expect-count", "2").code == 0


def test_a_finding_that_is_not_proven_moves_on_a_persons_word(tmp_path: Path) -> None:
    made = desk(tmp_path / "tree", OTHER)
    (asset,) = run("inspect", made / OTHER, "-f", "json").document["assets"]
    take_up_kill_by_caption(asset["captions"][0]["text"])
    (found,) = findings(audit(made, notice=None), "withdrawn")
    assert found["confidence"] != "strong"
    refused = quarantine(found["noticeId"], "--apply", "-f", "json")
    assert (refused.code, refused.document["outcomes"]) == (1, [])
    assert [one["findingId"] for one in refused.document["left"]] == [found["findingId"]]
    assert len(pictures(made)) == 1
    done = quarantine(
        found["noticeId"], found["findingId"][:10], "--apply", "-f", "json", "--by", "lena.archive"
    )
    assert (done.code, pictures(made)) == (0, {})
    place = Path(done.document["outcomes"][0]["place"])
    instruction = json.loads((place.parent / "instruction.json").read_bytes())
    assert instruction["orderedBy"] == "lena.archive"


def test_what_a_person_rejected_stays(tree: Path, notice: str) -> None:
    plan = quarantine(notice, "-f", "json").document["moves"]
    number = plan[0]["findingIds"][0]
    assert run("reject", number, "--reason", "Another frame").code == 0
    refused = quarantine(notice, number, "--apply")
    assert refused.code == 2
    assert "Another frame" in refused.err
    done = quarantine(notice, "--apply", "-f", "json")
    assert (done.code, done.document["left"]) == (0, [])
    assert plan[0]["path"] not in [one["path"] for one in done.document["outcomes"]]
    assert Path(plan[0]["path"]).exists()
