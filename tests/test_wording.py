"""Captions compare equal through the damage that systems do to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.wording import normalise, squeeze


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Maybe I loved too much”", "?Maybe I loved too much?"),
        ("Syria's north", "Syria’s  NORTH"),
        ("Lucha’s", "Lucha?s"),
        ("Zuckerberg's", "Zuckerbergs"),
        ("a\u00a0b\r\rc", "a b c"),
        ("1 – 2", "1 - 2"),
        ("\ufb01re", "fire"),
        ("soft\u00adhyphen", "softhyphen"),
        ("«Mythos»", '"Mythos"'),
        ("2024 .", "2024."),
    ],
)
def test_damage_does_not_count(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_words_count() -> None:
    assert normalise("patrol a street") != normalise("patrol the street")
    assert normalise("Idlib 2024") != normalise("Idlib 2025")


@given(st.text(max_size=200))
def test_normalise_is_stable(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert squeeze(squeeze(text)) == squeeze(text)
