"""A small set with known truth, audited whole: the promises that every release keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from quality.matching import bases, world
from quality.matching.judging import Judged, judge
from quality.matching.renderings import WITHIN_TARGET


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    place: Path = tmp_path_factory.mktemp("evaluation")
    built = world.build(place, bases.own(4))
    assert {one.of is None for one in built.truths.values()} == {True, False}
    return judge(built, place / "held")


def test_what_is_called_strong_is_the_picture(judged: Judged) -> None:
    right, said = judged.decided("strong")
    assert said > 90
    assert right == said


def test_nothing_that_is_another_picture_is_safe_or_medium(judged: Judged) -> None:
    others = [one for one in judged.cases if not one.is_copy]
    assert len(others) > 80
    assert [one for one in others if one.safe] == []
    assert [one for one in others if one.level in {"strong", "medium"}] == []


def test_copies_without_words_are_found_by_their_look(judged: Judged) -> None:
    bare = [
        one
        for one in judged.cases
        if one.is_copy and one.truth.dress == "none" and one.truth.what in WITHIN_TARGET
    ]
    assert len(bare) > 25
    assert [one for one in bare if one.level == "none"] == []


def test_a_set_can_be_built_again(tmp_path: Path) -> None:
    begin = bases.own(2)
    one, other = (world.build(tmp_path / name, begin) for name in ("one", "other"))
    assert one.truths == other.truths
    assert one.stories == other.stories
    for name in one.truths:
        assert (one.folder / name).read_bytes() == (other.folder / name).read_bytes()
