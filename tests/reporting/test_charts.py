from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from provenance.reporting.page.charts import COLUMN_HEIGHT, Fill, Numbers, bars, columns, sentences

FILLS = (Fill.SOLID, Fill.HATCH, Fill.OUTLINE)
FIGURES = st.lists(st.tuples(*[st.integers(0, 10**9)] * 3), max_size=60)


@given(FIGURES)
def test_no_bar_is_longer_than_the_chart_and_the_longest_fills_it(
    figures: list[tuple[int, ...]],
) -> None:
    drawn = bars([Numbers("x", one) for one in figures], FILLS)
    ends = [part.start + part.length for bar in drawn for part in bar.parts]
    assert all(0 <= end <= 100.000001 for end in ends)
    if ends:
        assert abs(max(ends) - 100) < 1e-6


@given(FIGURES)
def test_parts_of_a_column_stand_on_one_another(figures: list[tuple[int, ...]]) -> None:
    drawn = columns([Numbers(str(at), one) for at, one in enumerate(figures)], FILLS)
    assert len(drawn) == min(len(figures), 24)
    assert [one.label for one in drawn] == [str(at) for at in range(len(figures))][-24:]
    for column in drawn:
        assert column.x >= 0
        assert column.x + column.width <= 100.000001
        foot = COLUMN_HEIGHT
        for part in column.parts:
            assert abs(part.start + part.length - foot) < 1e-6
            foot = part.start
        assert abs(foot - column.top) < 1e-6
        assert foot > -1e-6


def test_a_part_of_nothing_is_not_drawn() -> None:
    (bar,) = bars([Numbers("x", (0, 2, 0))], FILLS)
    assert [(part.fill, part.start, part.length) for part in bar.parts] == [(Fill.HATCH, 0, 100)]
    assert bar.figure == "2"
    assert bars([Numbers("x", (0, 0, 0))], FILLS)[0].parts == ()
    assert bars([], FILLS) == columns([], FILLS) == ()


def test_a_chart_is_told_in_sentences() -> None:
    said = sentences(
        [Numbers("Wrong credit", (3, 0, 1200)), Numbers("No credit", (0, 0, 0))],
        ("ready", "waiting", "settled"),
    )
    assert said == "Wrong credit: 3 ready, 1,200 settled. No credit: none."
