"""The figures of docs/notices.md are what the program does."""

from __future__ import annotations

from pathlib import Path

from quality import evaluate

REAL = "corpus/notices_real.jsonl"


def test_own_set_has_no_false_alarm_and_no_swapped_pair() -> None:
    score = evaluate.measure(evaluate.own_cases())["all"]
    assert score.cases > 80
    assert (score.alarms, score.swapped) == ([], [])


def test_published_texts_have_no_false_alarm_and_no_swapped_pair(shared: Path) -> None:
    score = evaluate.measure(evaluate.real_cases(shared / REAL))["all"]
    assert score.cases > 30
    assert (score.alarms, score.swapped) == ([], [])


def test_page_shows_the_figures_of_the_own_set() -> None:
    assert evaluate.table(evaluate.measure(evaluate.own_cases())) in evaluate.PAGE.read_text(
        "utf-8"
    )


def test_page_shows_the_figures_of_the_published_texts(shared: Path) -> None:
    assert evaluate.figures(shared / REAL) in evaluate.PAGE.read_text("utf-8")


def test_a_false_alarm_a_miss_and_a_swap_are_counted() -> None:
    notice = "This version corrects the name of the river to Elm, not Elk."
    cases = [
        evaluate.Case("alarm", "x", notice, "none", None, ()),
        evaluate.Case("miss", "x", "Nothing here.", "correction", None, ()),
        evaluate.Case("swap", "x", notice, "correction", None, ((None, "Elm", "Elk"),)),
    ]
    score = evaluate.measure(cases)["all"]
    assert (score.alarms, score.missed, score.swapped) == (["alarm"], ["miss"], ["swap"])
