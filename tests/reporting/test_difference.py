from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from provenance.reporting.difference import Kind, Run, shortened, words

VALUES = st.text(alphabet="ab é.\n/(", max_size=40)


@given(VALUES, VALUES)
def test_both_values_can_be_read_back_from_the_runs(before: str, after: str) -> None:
    runs = words(before, after)
    assert "".join(run.text for run in runs if run.kind in {Kind.SAME, Kind.GONE}) == before
    assert "".join(run.text for run in runs if run.kind in {Kind.SAME, Kind.NEW}) == after
    assert all(run.text for run in runs)


def test_a_name_is_one_change() -> None:
    runs = words("road. (Photo by Aaref WATAD / AFP)", "road. (Photo by Bakr ALKASEM / AFP)")
    assert runs == (
        Run(Kind.SAME, "road. (Photo by "),
        Run(Kind.GONE, "Aaref WATAD"),
        Run(Kind.NEW, "Bakr ALKASEM"),
        Run(Kind.SAME, " / AFP)"),
    )


def test_words_are_not_cut_inside() -> None:
    assert words("Ali", "Alia") == (Run(Kind.GONE, "Ali"), Run(Kind.NEW, "Alia"))


def test_equal_values_have_no_change() -> None:
    assert words("same", "same") == (Run(Kind.SAME, "same"),)
    assert words("", "") == ()


def test_a_long_run_keeps_its_ends_and_counts_the_rest() -> None:
    text = " ".join(f"w{number}" for number in range(100))
    first, remark, last = shortened((Run(Kind.GONE, text),))
    assert (first.kind, remark.kind, last.kind) == (Kind.GONE, Kind.SKIPPED, Kind.GONE)
    assert text.startswith(first.text)
    assert text.endswith(last.text)
    assert remark.text == "[62 more words]"
    assert len(first.text.split()) + 62 + len(last.text.split()) == 100


def test_a_run_of_sixty_words_is_left_whole() -> None:
    runs = (Run(Kind.SAME, "word " * 60),)
    assert shortened(runs) == runs


def test_values_made_to_be_slow_are_not() -> None:
    hostile = [
        ("xa b " * 250, "zb " * 500),
        ("a " * 300_000, "b a " * 150_000),
        (" " * 500_000, "\n" * 500_000),
        ("(" * 500_000, ")" * 400_000),
    ]
    begun = time.perf_counter()
    for before, after in hostile:
        words(before, after)
    assert time.perf_counter() - begun < 4
