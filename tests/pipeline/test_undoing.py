"""What undo takes back: of a notice both the moves and the corrections, the moves first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import LIFE, NOTICE, PICTURE, audit, desk, run, the_one

from provenance import fixing, registry
from provenance.auditlog import AuditLog
from provenance.fixing import MovedFile, MovedPicture
from provenance.model import Policy
from provenance.pipeline import Session
from provenance.pipeline.remedying import desk_of
from provenance.registry import open_registry
from provenance.storage.listing import own_version

SECOND = f"{LIFE}/copy.jpg"


def moved(notice_id: str, path: Path, base: Path, where: str) -> None:
    """Put a picture into quarantine on a notice, as if it also withdrew."""
    with open_registry(where) as opened:
        session = Session(opened, AuditLog(), "anna.editor", Policy(today="2024-12-08"))
        with opened.read() as tx:
            notice = registry.notice(tx, notice_id)
            record = registry.records(tx, [str(path)])[str(path)]
        file = MovedFile(str(path), own_version(record.ref.version))
        picture = MovedPicture(str(path), (file,), None, None, "anna.editor", ("f-1",))
        done = fixing.quarantine(notice, [picture], str(base), desk_of(session))
        assert [type(one.result).__name__ for one in done.outcomes] == ["Applied"]


@pytest.fixture
def both(tmp_path: Path, own_state: Path) -> tuple[Path, str, dict[str, bytes]]:
    """Two copies, corrected; one of them was moved away later, on the same notice."""
    tree = desk(tmp_path / "tree", PICTURE)
    (tree / SECOND).write_bytes((tree / PICTURE).read_bytes() + b"\n")
    before = {name: (tree / name).read_bytes() for name in (PICTURE, SECOND)}
    found = audit(tree, notice=NOTICE)["findings"]
    notice_id = next(one["noticeId"] for one in found if one["rule"] == "erroneous-credit")
    done = run("fix", "--apply", "-f", "json").document
    assert len([one for one in done["outcomes"] if one["status"] == "applied"]) == 2
    where = f"sqlite:///{own_state}/registry.db"
    moved(notice_id, tree / SECOND, tmp_path / "kept", where)
    assert not (tree / SECOND).exists()
    return tree, notice_id, before


def test_both_are_taken_back(both: tuple[Path, str, dict[str, bytes]]) -> None:
    tree, notice_id, before = both
    done = run("undo", notice_id, "-f", "json")
    document = done.document
    assert {name: (tree / name).read_bytes() for name in before} == before
    assert done.code == 0
    assert len(document["runIds"]) == 2
    assert document["runIds"][-1] == document["runId"]
    assert [one["status"] for one in document["outcomes"]] == ["applied"] * 3
    again = run("undo", notice_id)
    assert (again.code, "no fix to undo" in again.err) == (2, True)


def test_a_dry_run_shows_both(both: tuple[Path, str, dict[str, bytes]]) -> None:
    tree, notice_id, _ = both
    seen = run("undo", notice_id, "--dry-run", "-f", "json").document
    assert [one["path"] for one in seen["back"]] == [f"{tree}/{SECOND}"]
    assert [one["path"] for one in seen["files"]] == [f"{tree}/{PICTURE}"]
    assert [one["path"] for one in seen["left"]] == [f"{tree}/{SECOND}"]
    assert seen["refused"] == []
    shown = run("undo", notice_id, "--dry-run")
    assert f"back     {tree}/{SECOND}" in shown.out
    assert "2 files to put back" in shown.out
    assert not (tree / SECOND).exists()


def test_values_are_taken_out_of_fixes_alone_and_the_rest_is_told(
    both: tuple[Path, str, dict[str, bytes]],
) -> None:
    tree, notice_id, _ = both
    done = run("undo", notice_id, "--by-value")
    assert "1 picture stays in quarantine" in done.err
    assert f"provenance quarantine {notice_id} --release" in done.err
    assert not (tree / SECOND).exists()
    assert the_one(audit(tree, notice=None))["path"] == f"{tree}/{PICTURE}"


def test_of_a_file_the_newest_act_is_taken_back_first(
    both: tuple[Path, str, dict[str, bytes]],
) -> None:
    tree, _, before = both
    assert run("undo", tree / SECOND).code == 0
    assert (tree / SECOND).read_bytes() != before[SECOND]
    history = run("show", tree / SECOND, "-f", "json").document["history"]
    told = [(one["act"], one["state"]) for one in history]
    assert told == [("fix", "commit"), ("quarantine", "released"), ("release", "commit")]
    assert run("undo", tree / SECOND).code == 0
    assert (tree / SECOND).read_bytes() == before[SECOND]


def test_the_beginning_of_a_notices_id_is_enough(
    both: tuple[Path, str, dict[str, bytes]],
) -> None:
    tree, notice_id, before = both
    begun = notice_id[:9]
    seen = run("undo", begun, "--dry-run", "-f", "json").document
    assert [one["path"] for one in seen["back"]] == [f"{tree}/{SECOND}"]
    stays = run("undo", begun, "--by-value", "--dry-run")
    assert f"provenance quarantine {notice_id} --release" in stays.err
    assert run("undo", begun).code == 0
    assert {name: (tree / name).read_bytes() for name in before} == before
    again = run("undo", begun)
    assert (again.code, "no fix to undo" in again.err) == (2, True)


def test_a_beginning_of_several_notices_names_them_and_takes_nothing_back(
    both: tuple[Path, str, dict[str, bytes]], own_state: Path
) -> None:
    tree, notice_id, _ = both
    fixed = (tree / PICTURE).read_bytes()
    with open_registry(f"sqlite:///{own_state}/registry.db") as opened, opened.write() as tx:
        other = replace(registry.notice(tx, notice_id), notice_id=f"{notice_id}-2")
        registry.put_notices(tx, [other], "2024-12-08T12:00:00.000Z")
    done = run("undo", notice_id[:9])
    assert done.code == 2
    assert f"{notice_id}, {other.notice_id}" in done.err
    assert (tree / PICTURE).read_bytes() == fixed
    nothing = run("undo", other.notice_id)
    assert nothing.code == 2
    assert f"provenance log show --notice {other.notice_id}" in nothing.err
    # A whole id names its own notice, although another one's begins with it.
    assert run("undo", notice_id).code == 0


def test_a_file_is_never_taken_for_the_beginning_of_a_notice(
    both: tuple[Path, str, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, notice_id, before = both
    called = tree / notice_id[:9]
    called.write_bytes(before[PICTURE])
    audit(tree, notice=None)
    assert run("fix", "--apply").code == 0
    assert called.read_bytes() != before[PICTURE]
    monkeypatch.chdir(tree)
    assert run("undo", called.name).code == 0
    assert called.read_bytes() == before[PICTURE]
    assert not (tree / SECOND).exists()


def test_what_names_nothing_is_told_with_what_to_do(
    both: tuple[Path, str, dict[str, bytes]],
) -> None:
    done = run("undo", "afp-nothing")
    assert (done.code, "provenance log show" in done.err) == (2, True)
