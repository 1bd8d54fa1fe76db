"""Streams: pipes that close, disks that are full, progress for logs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from desk_material import LIFE, NEWSROOM, NOTICE, NOTICES, desk, program, run, spawn, tiny

from provenance.cli import console

BROUGHT = ("--notices", NOTICES / NOTICE)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["audit", NEWSROOM / LIFE, *BROUGHT], 1),
        (["audit", NEWSROOM / LIFE, *BROUGHT, "-f", "json"], 1),
        (["inspect", NEWSROOM / "incoming" / "broken", "-f", "json"], 3),
    ],
    ids=["table", "json", "inspect"],
)
def test_a_reader_that_goes_away_does_not_change_the_verdict(words: list, code: int) -> None:
    with subprocess.Popen(
        program(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        err = running.stderr.read()
    assert (running.returncode, err) == (code, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has it")
@pytest.mark.parametrize("kind", ["table", "json"])
def test_a_full_disk_behind_stdout_is_an_error_not_a_crash(tmp_path: Path, kind: str) -> None:
    with open("/dev/full", "wb") as full:
        done = spawn(
            "audit", desk(tmp_path), *BROUGHT, "-f", kind,
            capture_output=False, stdout=full, stderr=subprocess.PIPE,
        )  # fmt: skip
    assert done.returncode == 3
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_an_output_that_knows_few_letters_shows_the_others_as_escapes(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(tiny("Étienne ŁUKASZ"))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = spawn("inspect", tmp_path / "a.jpg", env=environment)
    assert done.returncode == 0
    assert rb"\xc9tienne \u0141UKASZ" in done.stdout
    done = spawn("inspect", tmp_path / "a.jpg", "-f", "json", env={**os.environ, "LC_ALL": "C"})
    assert "Étienne ŁUKASZ" in json.loads(done.stdout)["assets"][0]["captions"][0]["text"]


def test_names_that_are_not_utf8_are_taken_from_the_command_line(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    with open(name, "wb") as file:
        file.write(tiny())
    done = spawn("inspect", name, "-f", "json")
    assert done.returncode == 0
    assert os.fsencode(json.loads(done.stdout)["assets"][0]["path"]) == name
    # A long path of a temporary folder would be broken over two lines.
    table = spawn("inspect", name, env={**os.environ, "COLUMNS": "400"})
    assert "caf⟨0xE9⟩.jpg".encode() in table.stdout


def test_json_progress_is_a_line_of_json_on_stderr(tmp_path: Path) -> None:
    done = run("scan", desk(tmp_path), "--progress", "json", "-q")
    assert done.err == ""  # quiet outdoes it
    shutil.copy(tmp_path / LIFE / "000_36QM4RB.jpg", tmp_path / "new.jpg")
    done = run("audit", tmp_path, "--progress", "json", "-f", "json")
    lines = [json.loads(line) for line in done.err.splitlines()]
    reading = next(one for one in lines if one["task"] == "Reading")
    assert (reading["done"], reading["total"], reading["finished"]) == (1, 1, True)
    assert done.document["schemaVersion"] == 1


def test_plain_progress_is_for_logs(tmp_path: Path) -> None:
    done = run("scan", desk(tmp_path), "--progress", "plain")
    assert any(line.startswith("Reading: 3 of 3") for line in done.err.splitlines())
    assert "\x1b" not in done.err
    assert "\r" not in done.err


@pytest.mark.parametrize("kind", ["auto", "none"])
def test_without_a_terminal_there_is_silence(tmp_path: Path, kind: str) -> None:
    done = run("audit", desk(tmp_path), "--progress", kind, "-f", "json")
    assert done.err == ""


def test_lines_are_told_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = iter(range(1000))
    monkeypatch.setattr(console.time, "monotonic", lambda: next(now) / 4)
    progress = console.progress("json", color=False, quiet=False)
    with progress.task("Work", 40) as advance:
        for _ in range(40):
            advance()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert 2 < len(lines) < 20
    counts = [one["done"] for one in lines]
    assert counts == sorted(counts)
    assert (counts[-1], lines[-1]["finished"]) == (40, True)
    assert all(one["secondsLeft"] is not None for one in lines)
    assert lines[-1]["secondsLeft"] == 0.0


def test_a_task_of_unknown_length(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("plain", color=False, quiet=False).task("Looking", None) as advance:
        advance(5)
    assert capsys.readouterr().err.startswith("Looking: 5, ")
