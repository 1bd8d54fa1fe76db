"""Exit codes, errors on stderr, options that every command shares."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
import typer
from desk_material import NOTICE, NOTICES, PICTURE, desk, run
from typer.testing import CliRunner

from provenance import errors
from provenance.cli.common import Desk, command


def outcome(error: BaseException | None, code: int = 0) -> tuple[int, str, str]:
    app = typer.Typer()

    def work(desk: Desk) -> int:
        """Do."""
        del desk
        if error is not None:
            raise error
        return code

    command(app, "work")(work)
    result = CliRunner().invoke(app, [])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("code", [0, 1, 3, 4])
def test_a_commands_code_is_the_exit_code(code: int) -> None:
    assert outcome(None, code) == (code, "", "")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("x"), 2),
        (errors.RegistryError("x"), 2),
        (errors.RegistryError("x", code="registry-locked"), 2),
        (errors.RegistryError("x", code="not-found"), 2),
        (errors.RegistryError("x", code="ambiguous"), 2),
        (errors.LogError("x", code="log-damaged"), 4),
        (errors.LogError("x", code="key-missing"), 4),
        (errors.LogError("x", code="no-such-record"), 2),
        (errors.LogError("x", code="state-unwritable"), 2),
        (errors.LogError("x", code="state-unreadable"), 2),
        (errors.StorageError("x"), 3),
        (errors.UnreadableError("x"), 3),
        (errors.NoticeError("x"), 3),
        (errors.RewriteRefusedError("x"), 3),
        (KeyboardInterrupt(), 130),
    ],
    ids=repr,
)
def test_an_error_is_a_message_and_an_exit_code(error: BaseException, code: int) -> None:
    got, out, err = outcome(error)
    assert (got, out) == (code, "")
    assert err.startswith("provenance: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("broken", [RuntimeError("a lock"), errors.StorageError("a file")])
def test_what_ctrl_c_broke_on_its_way_is_still_an_interrupt(broken: Exception) -> None:
    broken.__context__ = KeyboardInterrupt()
    code, _, err = outcome(broken)
    assert code == 130
    assert "interrupted" in err


def test_an_error_is_one_line_whatever_it_holds_and_its_remedy_another() -> None:
    message = "[bold]a[/bold] \x1b[31m " + "long " * 60
    code, _, err = outcome(errors.UsageError(message, remedy="Do [this]."))
    first, second = err.splitlines()
    assert code == 2
    assert "[bold]a[/bold]" in first
    assert "\x1b" not in first
    assert first.rstrip().endswith("long")
    assert second == "  Do [this]."


def test_a_fault_of_the_program_is_not_dressed_up() -> None:
    app = typer.Typer()

    def work(desk: Desk) -> int:
        """Do."""
        del desk
        raise ZeroDivisionError

    command(app, "work")(work)
    assert isinstance(CliRunner().invoke(app, []).exception, ZeroDivisionError)


@pytest.mark.parametrize(
    "words",
    [
        ["audit", "PATH", "--format", "xml"],
        ["audit"],
        ["audit", "PATH", "--progress", "loud"],
        ["audit", "PATH", "-j", "-1"],
        ["audit", ""],
        ["scan", ""],
        ["inspect", ""],
        ["audit", "PATH", "--notices", ""],
        ["notices", "parse", ""],
        ["accept", "f-1"],
        ["waive", "f-1", "--reason", "x", "--until", "soon"],
        ["decisions", "withdraw", "d-1"],
        ["decisions", "withdraw", "--reason", "x"],
        ["decisions", "--format", "xml"],
        ["log", "export"],
        ["notices", "new"],
        ["notices", "new", "--wrong", "A", "--right", "B"],
        ["notices", "new", "--wrong", "A", "--right", "B", "--target", "no/such/file.jpg"],
        ["notices", "new", "--wrong", "A", "--right", "B", "--target", "X", "--property", "author"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_usage_errors_are_2_and_leave_stdout_empty(words: list[str], tmp_path: Path) -> None:
    done = run(*(str(tmp_path) if word == "PATH" else word for word in words))
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()


@pytest.mark.parametrize(
    "words",
    [
        ["fix"],
        ["fix", "--apply"],
        ["undo", "x"],
        ["show", "x"],
        ["report", "x"],
        ["notices", "list"],
        ["notices", "show", "x"],
        ["accept", "f-1", "--reason", "x"],
        ["decisions"],
        ["decisions", "withdraw", "d-1", "--reason", "x"],
        ["log", "show"],
        ["log", "verify"],
        ["log", "prove", "1"],
    ],
    ids=" ".join,
)
def test_commands_that_look_make_no_registry(words: list[str], own_state: Path) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert f"no registry at {own_state}/registry.db" in done.err
    for remedy in ("provenance audit FOLDER", "--registry", "PROVENANCE_REGISTRY"):
        assert remedy in done.err
    assert not own_state.exists()


@pytest.mark.parametrize(
    ("registry", "named"),
    [
        ("/proc/no/such/registry.db", "/proc/no/such/registry.db"),
        ("oracle://host/db", "oracle"),
        ("PICTURE", PICTURE),
    ],
)
def test_a_registry_that_cannot_be(tmp_path: Path, registry: str, named: str) -> None:
    desk(tmp_path)
    place = str(tmp_path / PICTURE) if registry == "PICTURE" else registry
    before = (tmp_path / PICTURE).read_bytes()
    done = run("audit", tmp_path, "--registry", place)
    assert (done.code, done.out) == (2, "")
    assert named in done.err
    assert len(done.err.splitlines()) == 2
    assert (tmp_path / PICTURE).read_bytes() == before


def test_registry_by_option_outdoes_the_environment(tmp_path: Path, own_state: Path) -> None:
    desk(tmp_path)
    mine = tmp_path / "new folder" / "mine.db"
    assert run("scan", tmp_path, "--registry", mine).code == 0
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600
    assert not (own_state / "registry.db").exists()
    assert run("log", "verify", "--registry", f"sqlite:///{mine}").code == 0


def test_by_names_the_person(tmp_path: Path) -> None:
    desk(tmp_path)
    run("audit", tmp_path, "--notices", NOTICES / NOTICE, "--by", "José Ñandú")
    run("fix", "--apply", "--by", "[red]bert")
    agents = [one for line in log_lines() for one in line["record"]["agents"]]
    people = {
        one["id"].removeprefix("user:") for one in agents if one["role"] != "executing program"
    }
    assert people == {"José Ñandú", "[red]bert"}
    assert "[red]bert" in run("log", "show").out


def log_lines() -> list[dict]:
    return [
        json.loads(line)
        for line in run("log", "show", "-f", "json", "--limit", "99").out.split("\n")
        if line
    ]


def test_a_tree_without_write_permission_is_scanned(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    for folder, _, _ in os.walk(tree):
        os.chmod(folder, 0o555)
    before = sorted(str(one) for one in tree.rglob("*"))
    try:
        assert run("audit", tree, "--notices", NOTICES / NOTICE).code == 1
    finally:
        for folder, _, _ in os.walk(tree):
            os.chmod(folder, 0o755)
    assert sorted(str(one) for one in tree.rglob("*")) == before
