from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.reporting.machine.places import Place, Places


@pytest.mark.parametrize(
    ("scope", "path", "place"),
    [
        ((), "desk/a.jpg", Place("desk/a.jpg")),
        ((), "desk/a b%20.jpg", Place("desk/a%20b%2520.jpg")),
        ((), "C: odd.jpg", Place("C%3A%20odd.jpg")),
        ((), "/abs/a.jpg", Place("file:///abs/a.jpg")),
        (("/abs",), "/abs/x/a.jpg", Place("x/a.jpg", "SCOPE1")),
        (("/abs/",), "/abs/x/a.jpg", Place("x/a.jpg", "SCOPE1")),
        (("/abs",), "/absolute/a.jpg", Place("file:///absolute/a.jpg")),
        (("/abs", "/abs/x"), "/abs/x/a.jpg", Place("a.jpg", "SCOPE2")),
        (("/abs/a.jpg",), "/abs/a.jpg", Place("file:///abs/a.jpg")),
        (("/",), "/abs/a.jpg", Place("abs/a.jpg", "SCOPE1")),
        (("tree",), "tree/a.jpg", Place("tree/a.jpg")),
        ((), "https://news.example/a b?x=1&y=é", Place("https://news.example/a%20b?x=1&y=%C3%A9")),
        ((), os.fsdecode(b"caf\xe9.jpg"), Place("caf%E9.jpg")),
        ((), "\u202e[x](javascript:1)\n.jpg", Place("%E2%80%AE%5Bx%5D%28javascript%3A1%29%0A.jpg")),
    ],
)  # fmt: skip
def test_a_place(scope: tuple[str, ...], path: str, place: Place) -> None:
    assert Places(scope).of(path) == place


def test_only_what_was_given_absolute_is_told_absolute() -> None:
    assert Places(("tree", "./other")).bases == {}
    assert Places(("/abs", "tree", "/abs/")).bases == {"SCOPE1": "file:///abs/"}


@given(st.text(min_size=1).filter(lambda text: "\x00" not in text))
def test_a_reference_holds_no_character_that_a_uri_may_not(name: str) -> None:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return  # no file can be called so
    uri = Places(()).of(f"x{name}").uri
    assert uri.isascii()
    assert not set(uri) - set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"
    )
