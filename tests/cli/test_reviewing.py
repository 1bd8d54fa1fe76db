"""The review in the terminal: by letters, by a script, on a pseudo-terminal; nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from desk_material import NOTICES, PAIR, PAIR_NOTICE, Done, desk, program, run, spawn
from terminal_material import Terminal
from typer.testing import CliRunner

from provenance import registry
from provenance.cli import app
from provenance.cli.common import OK, OPEN, USAGE

REASON = "Checked on the agency's platform"
FIRST, SECOND = PAIR


def review(*answers: str, words: tuple[str, ...] = (), **environment: str) -> Done:
    """A review with these lines typed; behind the last one the input ends."""
    given = "".join(f"{one}\n" for one in answers)
    result = CliRunner().invoke(
        app, ["review", "--terminal", *words], input=given, env=environment or None
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two pictures and one mail that corrects one of them: a person must say which."""
    folder = desk(tmp_path / "tree", *PAIR)
    assert run("audit", folder, "--notices", NOTICES / PAIR_NOTICE, "-j", "1").code == OPEN
    return folder


def octets(tree: Path) -> dict[str, bytes]:
    return {name: (tree / name).read_bytes() for name in PAIR}


def decisions() -> list[dict]:
    return run("decisions", "--all", "-f", "json").document["decisions"]


def verdicts() -> list[str]:
    return [one["verdict"] for one in decisions()]


def log_holds() -> bool:
    return run("log", "verify").code == OK


def test_a_case_shows_what_is_needed_to_decide(tree: Path) -> None:
    shown = review().out
    assert "1 of 2" in shown
    assert FIRST in shown or SECOND in shown
    assert "Correction by AFP" in shown
    assert "{+" in shown
    assert "[-" in shown
    assert "Evidence" in shown
    assert "+5.0" in shown
    assert (
        "[A]pply, [S]kip, [R]eject, [H]old, [W]aive, [E]dit value, all 2 of this [N]otice, [M]ore,"
        " a[B]ort, ?" in shown
    )


def test_the_end_of_the_input_aborts_in_order(tree: Path) -> None:
    before = octets(tree)
    done = review()
    assert done.code == OPEN
    assert "nothing decided. Waiting for a person: 2." in done.out
    assert octets(tree) == before
    assert not decisions()


@pytest.mark.parametrize("so_far", [(), ("a",), ("w", REASON), ("e",), ("h", "-")])
def test_an_end_within_a_question_decides_nothing(tree: Path, so_far: tuple[str, ...]) -> None:
    assert review(*so_far).code == OPEN
    assert not decisions()
    assert log_holds()


def test_accept_then_apply_then_undo(tree: Path) -> None:
    before = octets(tree)
    done = review("a", REASON, "r", "The other picture is meant", "y")
    assert "Apply the 1\xa0accepted correction now? [y/N]" in done.out
    assert "applied" in done.out
    assert done.code == OK
    assert sorted(verdicts()) == ["accept", "reject"]
    after = octets(tree)
    (changed,) = [name for name in PAIR if after[name] != before[name]]
    assert log_holds()
    assert run("undo", tree / changed).code == OK
    assert octets(tree) == before


def test_what_is_not_confirmed_is_not_written(tree: Path) -> None:
    before = octets(tree)
    done = review("a", REASON, "b", "")
    assert done.code == OPEN
    assert "Nothing was written." in done.out
    assert octets(tree) == before
    assert verdicts() == ["accept"]


def test_skip_goes_on_and_enter_skips(tree: Path) -> None:
    shown = review("s", "").out
    assert "2 of 2" in shown
    assert "nothing decided" in shown
    assert not decisions()


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (("r", REASON), "reject"),
        (("h", REASON), "hold"),
        (("w", REASON, ""), "waive"),
        (("REJECT", REASON), "reject"),
    ],
)
def test_every_letter_decides_what_it_says(
    tree: Path, answers: tuple[str, ...], verdict: str
) -> None:
    done = review(*answers, "b")
    (made,) = decisions()
    assert (made["verdict"], made["reason"], made["by"]) == (verdict, REASON, "anna.editor")
    assert done.code == OPEN
    assert log_holds()


def test_a_waiver_can_have_a_last_day(tree: Path) -> None:
    review("w", REASON, "2099-12-31", "b")
    assert [one["until"] for one in decisions()] == ["2099-12-31"]


@pytest.mark.parametrize(
    "answers",
    [
        ("w", REASON, "tomorrow"),
        ("w", REASON, "2001-01-01"),
        ("r", ""),
        ("r", "x\x1b[2Jy"),
        ("e", "", ""),
        ("x",),
        ("x\x1b[2J",),
    ],
    ids=ascii,
)
def test_an_answer_of_a_script_that_makes_no_sense_ends_it(
    tree: Path, answers: tuple[str, ...]
) -> None:
    """What comes behind it would answer other questions than the script thinks."""
    done = review(*answers, "r", REASON, "y", "y")
    assert done.code == USAGE
    assert not decisions()
    assert "\x1b" not in done.out + done.err


def test_a_person_is_asked_again(tree: Path) -> None:
    screen = Terminal("review", "--terminal")
    assert screen.until("a[B]ort, ? ")
    screen.type("x")
    assert screen.until("is none of them")
    screen.type("w")
    assert screen.until("goes back): ")
    screen.type("")
    assert screen.until("A decision needs a reason.")
    screen.type(REASON)
    assert screen.until("Enter: for good")
    screen.type("tomorrow")
    assert screen.until("'tomorrow' is not a date.")
    assert screen.until("a[B]ort, ? ")
    screen.type("b")
    assert screen.end() == OPEN
    assert not decisions()


def test_enter_gives_the_reason_before(tree: Path) -> None:
    review("r", REASON, "r", "")
    assert [one["reason"] for one in decisions()] == [REASON, REASON]


def test_another_value_is_written_instead(tree: Path) -> None:
    done = review("e", "Tariq NASSER", "Tariq NASSER", REASON, "b", "y")
    assert "applied" in done.out, done.out + done.err
    said = run("inspect", *(tree / name for name in PAIR)).out
    assert "Tariq NASSER" in said
    assert log_holds()


def test_undo_takes_the_last_decision_back_and_shows_it_again(tree: Path) -> None:
    done = review("r", REASON, "u", "h", "Ask the agency first", "b")
    assert "here it is again" in done.out
    assert verdicts() == ["reject", "withdraw", "hold"]
    assert len({one["decisionId"] for one in decisions()}) == 1


def test_undo_leaves_what_somebody_else_decided_since(tree: Path, tmp_path: Path) -> None:
    """The other one is faster than the second answer."""
    screen = Terminal("review", "--terminal")
    assert screen.until("a[B]ort, ? ")
    screen.type("r")
    assert screen.until("goes back): ")
    screen.type(REASON)
    assert screen.until("[U]ndo last")
    (made,) = decisions()
    run("decisions", "withdraw", made["decisionId"], "--reason", "No", "--by", "m.okafor")
    screen.type("u")
    assert screen.until("nothing was undone")
    screen.type("b")
    screen.end()
    assert verdicts() == ["reject", "withdraw"]


def test_what_changed_while_it_was_looked_at_is_not_decided(tree: Path) -> None:
    screen = Terminal("review", "--terminal")
    assert screen.until("a[B]ort, ? ")
    for one in run("audit", tree, "-f", "json", "-j", "1").document["findings"]:
        if one["status"] == "held":
            run("reject", one["findingId"], "--reason", "Not this", "--by", "m.okafor")
    screen.type("a")
    assert screen.until("goes back): ")
    screen.type(REASON)
    assert screen.until("changed while you were looking")
    screen.type("b")
    screen.end()
    assert set(verdicts()) == {"reject"}


def test_more_shows_the_whole_notice_and_every_copy(tree: Path) -> None:
    shown = review("m").out
    assert "The notice" in shown
    assert "Copies" in shown
    assert "Also found by this notice" in shown


def test_help_says_what_the_letters_do(tree: Path) -> None:
    shown = review("?").out
    assert "It is so, and it may stay" in shown


def test_only_what_was_asked_for(tree: Path) -> None:
    shown = review(words=(str(tree / FIRST),)).out
    assert "1 of 1" in shown
    assert SECOND not in shown.split("Evidence")[0]


def test_a_notice_that_is_not_there_is_told(tree: Path) -> None:
    done = review(words=("--notice", "afp-nothing"))
    assert done.code == USAGE
    assert "afp-nothing" in done.err


def test_nothing_waits(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    run("scan", folder)
    done = review()
    assert done.code == OK
    assert "Nothing waits for a person." in done.out


def test_input_that_is_no_utf_8_ends_it(tree: Path) -> None:
    done = spawn("review", "--terminal", input=b"r\n\xff\xfe\nb\n")
    assert done.returncode == USAGE, done.stderr
    assert b"Traceback" not in done.stderr
    assert not decisions()


def test_without_any_input_stream_it_ends_in_order(tree: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *program("review", "--terminal")],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == OPEN, done.stderr
    assert b"Traceback" not in done.stderr


def test_on_a_terminal_nothing_is_wider_than_80_columns(tree: Path) -> None:
    screen = Terminal("review", "--terminal", columns=80)
    assert screen.until("a[B]ort, ? ")
    screen.type("m")
    assert screen.until("Copies")
    screen.type("?")
    assert screen.until("It is so, and it may stay")
    screen.type("b")
    assert screen.end() == OPEN
    shown = [line for line in screen.lines if "a[B]ort" not in line]
    assert max(map(len, shown)) <= 80


def test_the_proposed_value_stands_before_the_cursor(tree: Path) -> None:
    """Only what differs has to be typed."""
    screen = Terminal("review", "--terminal")
    assert screen.until("a[B]ort, ? ")
    screen.type("e")
    assert screen.until("Enter keeps the proposal")
    screen.type(" Jr")
    for _ in range(3):
        if screen.until("Reason", seconds=1):
            break
        screen.type("")
    assert screen.until("Reason")
    screen.type(REASON)
    assert screen.until("accepted")
    screen.type("b")
    assert screen.until("[y/N] ")
    screen.type("n")
    screen.end()
    assert any(" Jr" in value for *_, value in _amended())


def _amended() -> list[tuple[str, str, str]]:
    with registry.open_registry(os.environ["PROVENANCE_REGISTRY"]) as opened, opened.read() as tx:
        return [row for one in registry.every_decision(tx) for row in one.amended]


def test_ctrl_c_loses_nothing(tree: Path) -> None:
    before = octets(tree)
    screen = Terminal("review", "--terminal")
    assert screen.until("a[B]ort, ? ")
    screen.type("r")
    assert screen.until("goes back): ")
    screen.type(REASON)
    assert screen.until("2 of 2")
    assert screen.until("[U]ndo last")
    os.killpg(screen.running.pid, signal.SIGINT)
    assert screen.end() == 130, screen.shown
    assert "1 rejected" in screen.shown
    assert "Traceback" not in screen.shown
    assert verdicts() == ["reject"]
    assert octets(tree) == before
    assert log_holds()


def test_all_of_one_notice_is_accepted_after_a_second_question(tree: Path) -> None:
    declined = review("n", "n", "b").out
    assert "Nothing was decided" in declined
    assert not decisions()
    done = review("n", "y", "Checked with the agency", "b").out
    assert "2 findings accepted".replace(" ", "\N{NO-BREAK SPACE}", 1) in done
    assert "Review ended: 2 accepted" in done
    assert "Waiting for a person: 0" in done
