"""Pictures with hostile names through the whole job: found, corrected, put back, and shown."""

from __future__ import annotations

import csv
import io
import json
import os
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pytest
from desk_material import CODE, NOTICE, NOTICES, RIGHT, WRONG, Done, run, spawn, tiny
from name_material import HIDDEN, SEEN

BATCH = ("-j", "1", "-q")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One picture of the notice under every name."""
    made = tmp_path / "desk"
    made.mkdir()
    for name in (*SEEN, *HIDDEN):
        (made / name).write_bytes(tiny(WRONG, code=CODE))
    assert len(set(os.listdir(made))) >= 60 + len(HIDDEN)
    return made


def contents(folder: Path) -> dict[bytes, bytes]:
    return {os.fsencode(one.name): one.read_bytes() for one in folder.iterdir()}


def raw_controls(text: str) -> set[str]:
    """Characters that move the cursor, turn the text round or hide in it."""
    return {
        char
        for char in text
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in "\n\r"
    }


def audited(folder: Path, *more: str | Path) -> Done:
    return run("audit", folder, "--notices", NOTICES / NOTICE, *BATCH, *more)


def test_every_name_is_corrected_and_put_back(folder: Path) -> None:
    before = contents(folder)
    done = audited(folder, "-f", "json")
    assert done.code == 1
    told = {one["path"] for one in done.document["findings"] if one["rule"] == "erroneous-credit"}
    assert {os.path.basename(path) for path in told} == set(SEEN)
    assert done.document["summary"]["unreadable"] == 0

    fixed = run("fix", "--apply", "-f", "json", *BATCH)
    outcomes = fixed.document["outcomes"]
    assert {one["status"] for one in outcomes} == {"applied"}
    assert {os.path.basename(one["path"]) for one in outcomes} == set(SEEN)
    after = contents(folder)
    assert after.keys() == before.keys(), "a name came or went"
    for name in SEEN:
        data = after[os.fsencode(name)]
        assert (WRONG.encode() in data, RIGHT.encode() in data) == (False, True), name
    for name in HIDDEN:
        assert after[os.fsencode(name)] == before[os.fsencode(name)]

    undone = run("undo", fixed.document["runId"], "-f", "json", *BATCH)
    assert {one["status"] for one in undone.document["outcomes"]} == {"applied"}
    assert contents(folder) == before
    assert run("log", "verify").code == 0


def test_nothing_that_is_shown_can_move_a_cursor(folder: Path) -> None:
    shown = [audited(folder), run("fix", *BATCH), run("fix", "--apply", *BATCH)]
    shown += [run("log", "show"), run("undo", os.fspath(folder / SEEN[0]), *BATCH)]
    for done in shown:
        assert raw_controls(done.out) == set()
        assert raw_controls(done.err) == set()
    assert "⟨U+202E⟩" in shown[0].out


def test_a_report_is_inert(folder: Path, tmp_path: Path) -> None:
    audited(folder, "--report", tmp_path / "report")
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert raw_controls(page) == set()
    assert _dangerous(page) == []
    assert not [one for one in _tags(page).links if one.lower().startswith("javascript:")]
    rows = list(
        csv.reader(io.StringIO((tmp_path / "report" / "findings.csv").read_text("utf-8-sig")))
    )
    assert len(rows) > len(SEEN)
    assert [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")] == []
    told = json.loads((tmp_path / "report" / "findings.json").read_text("utf-8"))
    assert {os.path.basename(one["path"]) for one in told["findings"]} == set(SEEN)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handlers += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)


def _tags(page: str) -> _Tags:
    tags = _Tags()
    tags.feed(page)
    return tags


def _dangerous(page: str) -> list[str]:
    tags = _tags(page)
    return [*tags.handlers, *(one for one in tags.scripts if "alert(" in one)]


@pytest.mark.parametrize(
    "name", ["-rf.jpg", "--apply", "-", os.fsdecode(b"caf\xe9.jpg"), "new\nline.jpg"]
)
def test_a_name_is_given_on_the_command_line(tmp_path: Path, name: str) -> None:
    """After ``--`` it is a path, whatever it looks like; a process of its own takes raw bytes."""
    (tmp_path / name).write_bytes(tiny(WRONG))
    done = spawn("inspect", "-f", "json", "--", os.fsencode(name), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (asset,) = json.loads(done.stdout)["assets"]
    assert WRONG in json.dumps(asset)


@pytest.mark.parametrize("name", ["a\0b.jpg", "x" * 256, ""])
def test_a_name_that_cannot_be_is_refused_in_words(tmp_path: Path, name: str) -> None:
    done = run("inspect", f"{tmp_path}/{name}" if name else "")
    assert done.code in {2, 3}
    said = done.out + done.err
    assert any(word in said for word in ("not possible", "too long", "A path is empty"))
    assert raw_controls(said) == set()
