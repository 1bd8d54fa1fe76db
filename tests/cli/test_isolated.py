"""A file that kills what reads it is told of; all others are read, and the run ends in order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from desk_material import run, tiny
from exiftool_material import Fake, gif

from provenance.metadata.exiftool.program import VARIABLE


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty pictures, and one on which the program that reads it kills who asked."""
    fake = Fake(tmp_path / "program", act="os.kill(os.getppid(), 9)")
    monkeypatch.setenv(VARIABLE, str(fake.path))
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(30):
        (tree / f"{number:02}.jpg").write_bytes(tiny(shade=number))
    (tree / "17-bad.gif").write_bytes(gif())
    return tree


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_audit_reads_all_others_and_says_which_it_was(tree: Path, jobs: str) -> None:
    done = run("audit", tree, "-f", "json", "-j", jobs)
    assert done.code == 3
    told = json.loads(done.out)
    errors = [one for one in told["errors"] if one["code"] == "parser-died"]
    assert [Path(one["path"]).name for one in errors] == ["17-bad.gif"]
    assert "killed from outside" in errors[0]["message"]
    assert "17-bad.gif" in errors[0]["message"]
    assert run("log", "verify").code == 0


def test_inspect_shows_the_others(tree: Path) -> None:
    done = run("inspect", tree, "-f", "json")
    assert done.code == 3
    told = json.loads(done.out)
    assert len(told["assets"]) == 30
    assert "parser-died" in json.dumps(told["errors"])


def test_of_notices_too(tree: Path) -> None:
    done = run("notices", "parse", tree / "17-bad.gif", tree / "01.jpg", "-f", "json")
    assert done.code == 3
    (error,) = json.loads(done.out)["errors"]
    assert (error["code"], Path(error["path"]).name) == ("parser-died", "17-bad.gif")
