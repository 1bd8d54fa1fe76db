"""Corrections of one text go together where they are apart, and only there."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import RewriteRefusedError
from provenance.fixing.compose import compose

CAPTION = (
    "Fighters drive down a road. (Photo by Aaref WATAD / AFP) / "
    '"The erroneous mention[s] appearing in the metadata of this photo by Aaref WATAD has been '
    'modified in AFP systems."'
)
CREDITED = CAPTION.replace("(Photo by Aaref WATAD / AFP)", "(Photo by Bakr ALKASEM / AFP)")
STRIPPED = CAPTION[: CAPTION.index(' / "The')]


def test_credit_and_notice_go_together_in_either_order():
    both = "Fighters drive down a road. (Photo by Bakr ALKASEM / AFP)"
    assert compose(CAPTION, CREDITED, STRIPPED) == both
    assert compose(CAPTION, STRIPPED, CREDITED) == both


def test_same_correction_twice_is_one():
    assert compose(CAPTION, CREDITED, CREDITED) == CREDITED
    assert compose(CAPTION, None, None) is None
    assert compose(CAPTION, CAPTION, CREDITED) == CREDITED
    assert compose(CAPTION, CREDITED, CAPTION) == CREDITED


@pytest.mark.parametrize(
    ("base", "one", "other"),
    [
        ("Aaref WATAD", "Bakr ALKASEM", "Omar HAJ KADOUR"),
        ("a b c", "a x c", "a y c"),
        ("a b", "a b c", "a b d"),
        ("a b c d", "a x c d", "a b y d".replace("b", "z")),
        ("a b c", None, "a x c"),
        ("a b c", "a x c", None),
    ],
)
def test_same_words_are_refused(base, one, other):
    with pytest.raises(RewriteRefusedError) as caught:
        compose(base, one, other)
    assert caught.value.code == "edits-conflict"


def test_shared_part_of_two_corrections_is_made_once():
    base = "by Aaref WATAD and by Omar HAJ, road"
    assert compose(
        base, "by Bakr ALKASEM and by Omar HAJ, road", "by Bakr ALKASEM and by X, road"
    ) == ("by Bakr ALKASEM and by X, road")


WORDS = st.lists(st.sampled_from(["road", "photo", "by", "AFP", "Idlib", "(", ")", "\u202e", "é"]), min_size=4, max_size=30)  # fmt: skip


@given(WORDS, st.data())
def test_changes_of_different_words_never_disturb_each_other(words, data):
    base = " ".join(words)
    first = data.draw(st.integers(0, len(words) // 2 - 1))
    second = data.draw(st.integers(len(words) // 2 + 1, len(words))) - 1
    one, other, both = list(words), list(words), list(words)
    one[first] = both[first] = "FIRST"
    other[second] = both[second] = "SECOND"
    if second == first:
        return
    assert compose(base, " ".join(one), " ".join(other)) == " ".join(both)


def test_hostile_length_is_refused_quickly():
    base, one, other = "a b " * 200_000, "b c " * 200_000, "c d " * 200_000
    began = time.perf_counter()
    with pytest.raises(RewriteRefusedError):
        compose(base, one, other)
    assert time.perf_counter() - began < 5
