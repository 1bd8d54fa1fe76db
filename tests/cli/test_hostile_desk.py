"""A desk to which hostile texts came by every way: what commands print steers no terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import hit_detectors
import pytest
from crowd_material import crowd, notice
from desk_material import run
from hostile_desk import HostileDesk, hostile_desk
from payload_material import SHORT, TEXTS
from typer.testing import CliRunner

from provenance.cli import app, noticed, tables


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileDesk]:
    former = dict(os.environ)
    yield hostile_desk(tmp_path_factory.mktemp("hostile"), TEXTS)
    os.environ.clear()
    os.environ.update(former)


@pytest.fixture(autouse=True)
def there(own_state: Path, desk: HostileDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the state of its own that each test gets: the hostile one."""
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)


# What looks an audit over comes last: it settles the findings that were put there.
COMMANDS = (
    ("notices", "list"),
    ("notices", "list", "-f", "json"),
    ("fix",),
    ("fix", "-f", "json"),
    ("decisions", "--all"),
    ("decisions", "--all", "-f", "json"),
    ("log", "show"),
    ("log", "show", "-f", "json"),
    ("notices", "due"),
    ("notices", "due", "-f", "json"),
    ("distributed",),
    ("distributed", "-f", "json"),
)


def _no_hits(*words: str | Path) -> str:
    done = run(*words)
    assert done.code in {0, 1, 3}, (words, done.err)
    shown = done.out.replace("\r\n", "\n") + done.err
    assert not hit_detectors.terminal_hits(shown), words
    if "json" in words:
        # The log's records come one a line.
        for document in done.out.splitlines() if words[0] == "log" else [done.out]:
            json.loads(document)
    return done.out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_payload_hits_the_terminal_of(words: tuple[str, ...]) -> None:
    assert _no_hits(*words)


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_payload_hits_the_terminal_of_inspect(desk: HostileDesk, form: str) -> None:
    assert len(_no_hits("inspect", *desk.paths, "-f", form)) > len(TEXTS) * 20


def test_no_payload_hits_the_terminal_of_show(desk: HostileDesk) -> None:
    for path in desk.paths[::9]:
        assert _no_hits("show", path)


def test_no_payload_hits_the_terminal_of_one_notice(desk: HostileDesk) -> None:
    for notice_id in desk.notice_ids[::9]:
        assert _no_hits("notices", "show", notice_id)


def test_no_payload_hits_the_ledger_as_csv() -> None:
    assert not hit_detectors.csv_hits(run("distributed", "-f", "csv").out)


def test_no_payload_hits_the_terminal_of_letters_duties_and_answers(desk: HostileDesk) -> None:
    for notice_id, text in list(zip(desk.notice_ids, TEXTS, strict=True))[::9]:
        assert _no_hits("letters", notice_id)
        assert _no_hits("letters", notice_id, "-f", "json")
        said = text.encode("utf-8", "replace").decode().replace("\0", "") or "x"
        done = run("answered", notice_id, "--complied", "--words", said, "--", said)
        assert not hit_detectors.terminal_hits(done.out.replace("\r\n", "\n") + done.err)


def test_no_payload_hits_the_terminal_of_doctor(desk: HostileDesk) -> None:
    done = run("doctor", desk.paths[3].parent)
    assert not hit_detectors.terminal_hits(done.out + done.err)


def test_no_payload_hits_the_terminal_of_a_review(desk: HostileDesk) -> None:
    """A case after another, each skipped, its whole evidence asked for before."""
    typed = "m\ns\n" * 40 + "q\n"
    done = CliRunner().invoke(app, ["review", "--terminal"], input=typed)
    assert done.exit_code in {0, 1, 2, 3}
    assert len(done.stdout) > 10_000
    assert not hit_detectors.terminal_hits(done.stdout.replace("\r\n", "\n") + done.stderr)


def test_no_payload_hits_the_words_of_notices(capsys: pytest.CaptureFixture[str]) -> None:
    every = [notice(number, text) for number, text in enumerate(TEXTS)]
    noticed.show(every, (), (), color=False, whole=True)
    assert not hit_detectors.terminal_hits(capsys.readouterr().out)


@pytest.mark.parametrize("verbose", [False, True])
def test_no_payload_hits_the_table_of_findings(
    capsys: pytest.CaptureFixture[str], verbose: bool
) -> None:
    tables.audit(crowd(TEXTS), None, color=False, every=True, verbose=verbose)
    shown = capsys.readouterr().out
    assert not hit_detectors.terminal_hits(shown)
    assert len(shown) > 100 * len(SHORT)


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_no_payload_hits_an_audit_of_the_files(desk: HostileDesk, form: str) -> None:
    """Behind the others: it settles the findings that were put there."""
    assert _no_hits("audit", desk.root, "-j", "1", "--all", "-v", "-f", form)
