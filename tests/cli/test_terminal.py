"""On a real terminal: colours, a bar while it works, 80 columns, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, PICTURE, desk, run, tiny
from terminal_material import Terminal

BROUGHT = ("--notices", NOTICES / NOTICE)
_MANY = 5_000


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return desk(tmp_path / "tree")


def test_colours_on_a_terminal(tree: Path) -> None:
    screen = Terminal("audit", tree, *BROUGHT)
    assert screen.end() == 1
    assert "\x1b[31m" in screen.shown  # an error is red


@pytest.mark.parametrize(
    ("words", "environment"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"})], ids=["option", "env"]
)
def test_no_colours_where_none_are_wanted(
    tree: Path, words: list[str], environment: dict[str, str]
) -> None:
    screen = Terminal(
        "audit", tree, *BROUGHT, *words, "--progress", "none", environment=environment
    )
    assert screen.end() == 1
    codes = set(re.findall(r"\x1b\[([0-9;]*)m", screen.shown))
    colours = {code for one in codes for code in one.split(";") if code[:1] in {"3", "4", "9"}}
    assert colours == set()


def test_no_line_is_wider_than_the_window(tmp_path: Path) -> None:
    columns = 80
    tree = desk(tmp_path / "tree", "desk/2024-12-05_life", "incoming/broken", "archive/2024")
    commands = (
        ["audit", tree, "-v", "--progress", "none", *BROUGHT],
        ["fix"],
        ["inspect", tree / PICTURE],
        ["log", "show"],
    )
    for words in commands:
        screen = Terminal(*words, columns=columns)
        screen.end()
        assert max(len(line) for line in screen.lines) <= columns, words
        assert len(screen.lines) > 3, words


def test_a_narrow_window_puts_the_path_on_a_line_of_its_own(tree: Path) -> None:
    screen = Terminal("audit", tree, *BROUGHT, columns=80)
    screen.end()
    row = next(n for n, line in enumerate(screen.lines) if "erroneous-credit" in line)
    beneath = "".join(line.strip() for line in screen.lines[row + 1 : row + 4])
    assert beneath.startswith(f"{tree}/{PICTURE}")


def test_a_bar_while_it_works_and_none_afterwards(tree: Path) -> None:
    screen = Terminal("scan", tree, "--progress", "bar")
    assert screen.end() == 0
    assert "Reading" in screen.shown
    assert "3/3" in screen.shown
    assert "Reading" not in "".join(screen.lines[-2:])


def test_a_progress_bar_does_not_end_up_in_the_data(tree: Path) -> None:
    target = tree.parent / "out.json"
    screen = Terminal("audit", tree, *BROUGHT, "-f", "json", "-o", target, "--progress", "bar")
    assert screen.end() == 1
    assert target.read_text("utf-8").startswith("{")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """So many that the program is still at work when a busy machine lets the test go on."""
    tree = tmp_path / "many"
    tree.mkdir()
    picture = tiny()
    for number in range(_MANY):
        (tree / f"{number:04}.jpg").write_bytes(picture + str(number).encode())
    return tree


def test_a_request_to_end_is_heard_as_ctrl_c_and_leaves_no_process_behind(many: Path) -> None:
    screen = Terminal("scan", many, "--progress", "bar", "-j", "2")
    assert screen.until("Reading")
    os.kill(screen.running.pid, signal.SIGTERM)
    assert screen.end() == 130, screen.shown
    assert "interrupted" in screen.shown
    assert "Traceback" not in screen.shown
    for _ in range(100):
        try:
            os.killpg(screen.running.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a worker process lives on")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_in_order_and_the_next_run_goes_on(many: Path, jobs: str) -> None:
    screen = Terminal("scan", many, "--progress", "bar", "-j", jobs)
    assert screen.until("Reading")
    os.killpg(screen.running.pid, signal.SIGINT)
    assert screen.end() == 130, screen.shown
    assert "interrupted" in screen.shown
    assert "Traceback" not in screen.shown
    assert run("log", "verify").code == 0
    done = run("scan", many, "-j", "1")
    assert done.code == 0
    assert f"{_MANY} assets" in done.err
    told = run("scan", many, "-j", "1")
    assert f"{_MANY} unchanged" in told.err
    assert run("log", "verify").code == 0
