"""What a writing command settles first of an interrupted run is told, with what was kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from desk_material import PICTURE, audit, desk, run

from provenance.fixing import batch
from provenance.fixing.moving import batch as move_batch
from provenance.registry import open_intents, open_moves, open_registry

KILL = "2024-12-03_mandatory-kill.eml"
WITHDRAWN = "archive/2024/000_36PX5GD.jpg"
FOREIGN = b"saved by another program, longer than anything of ours" * 10_000


class KilledError(BaseException):
    """Stands for the end of the process."""


def kill(monkeypatch: pytest.MonkeyPatch, where: type, stage: str, *arguments: str | Path) -> None:
    """Run a command until its intents are durable, then end."""

    def end(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(where, stage, end)
        with pytest.raises(KilledError):
            run(*arguments)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fix was ended between its intents and its files."""
    made = desk(tmp_path / "tree")
    audit(made)
    kill(monkeypatch, batch.Batch, "_prepare", "fix", "--apply")
    return made


@pytest.fixture
def moving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quarantine was ended between its intent and its file."""
    made = desk(tmp_path / "tree", WITHDRAWN)
    audit(made, notice=KILL)
    kill(monkeypatch, move_batch.MoveBatch, "_move", "quarantine", notice(), "--apply")
    return made


def notice() -> str:
    told = run("notices", "list", "-f", "json").document["notices"]
    return next(one["noticeId"] for one in told if one["kind"] == "withdrawal")


def beside(path: Path) -> Path:
    """Where the interrupted run would have had its temporary file."""
    with open_registry(os.environ["PROVENANCE_REGISTRY"]) as registry, registry.read() as tx:
        begun = [*open_intents(tx), *open_moves(tx)]
    return path.with_name(next(one.tmp_name for one in begun if one.uri == str(path)))


def save_twice(path: Path) -> Path:
    """Another program saved the file; other bytes of its stand under the temporary name."""
    temporary = beside(path)
    path.write_bytes(FOREIGN)
    temporary.write_bytes(FOREIGN[::-1])
    return temporary


def test_the_next_fix_says_what_was_settled_and_goes_on(tree: Path) -> None:
    done = run("fix", "--apply", "-f", "json")
    (told,) = [one for one in done.document["recovered"] if one["path"] == str(tree / PICTURE)]
    assert told == {
        "path": str(tree / PICTURE),
        "act": "fix",
        "state": "abort",
        "reason": "interrupted before the exchange",
        "kept": None,
        "runId": told["runId"],
    }
    assert told["runId"] != done.document["runId"]
    assert {one["status"] for one in done.document["outcomes"]} == {"applied"}
    assert "An earlier run was interrupted" in done.err
    assert str(tree / PICTURE) in done.err
    assert done.code == 0
    again = run("fix", "--apply", "-f", "json")
    assert (again.document["recovered"], again.err) == ([], "")


def test_kept_bytes_are_named_even_where_nobody_wants_to_hear_more(tree: Path) -> None:
    kept = save_twice(tree / PICTURE)
    done = run("fix", "--apply", "-q", "-f", "json")
    (told,) = [one for one in done.document["recovered"] if one["state"] == "conflict"]
    assert (told["path"], told["kept"]) == (str(tree / PICTURE), str(kept))
    assert kept.read_bytes() == FOREIGN[::-1]
    assert f"kept as {kept}" in done.err
    assert "interrupted before the exchange" not in done.err
    assert done.code == 3


def test_it_is_said_also_where_the_command_itself_is_refused(tree: Path) -> None:
    kept = save_twice(tree / PICTURE)
    refused = run("undo", tree / PICTURE)
    assert refused.code == 2
    assert f"kept as {kept}" in refused.err
    assert "no fix" in refused.err


def test_a_dry_run_settles_nothing(tree: Path) -> None:
    run("fix")
    run("undo", tree / PICTURE, "--dry-run")
    assert "interrupted" in run("fix", "--apply").err


def test_the_next_quarantine_tells_too(moving: Path) -> None:
    done = run("quarantine", notice(), "--apply", "-f", "json")
    (told,) = done.document["recovered"]
    assert (told["act"], told["state"], told["kept"]) == ("quarantine", "abort", None)
    assert f"{moving / WITHDRAWN}" in done.err
    assert [one["status"] for one in done.document["outcomes"]] == ["applied"]


def test_where_a_move_left_bytes_is_told_by_any_command(moving: Path) -> None:
    kept = save_twice(moving / WITHDRAWN)
    done = run("fix", "--apply", "-f", "json")
    (told,) = done.document["recovered"]
    assert (told["state"], told["kept"]) == ("conflict", str(kept))
    assert kept.read_bytes() == FOREIGN[::-1]
    assert f"kept as {kept}" in done.err
    assert done.code == 3


def test_release_and_deletion_tell_too(moving: Path) -> None:
    kept = save_twice(moving / WITHDRAWN)
    refused = run("quarantine", notice(), "--release", "--apply")
    assert (refused.code, f"kept as {kept}" in refused.err) == (2, True)
