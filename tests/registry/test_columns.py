from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from registry.values import ANY_TEXT, HOSTILE_TEXT
from sqlalchemy.dialects import postgresql, sqlite

from provenance.registry.columns import KeyText, SafeText, escape, key_text, prefix_bounds, unescape

EVERY_TEXT = st.one_of(
    HOSTILE_TEXT, ANY_TEXT, st.text(st.sampled_from("\\u0dc8a\x00\udc80"), max_size=12)
)


@given(EVERY_TEXT)
def test_escape_round_trip_is_storable(text: str) -> None:
    stored = escape(text)
    assert unescape(stored) == text
    assert "\x00" not in stored
    stored.encode()


@given(EVERY_TEXT, EVERY_TEXT)
def test_escape_goes_character_by_character(first: str, second: str) -> None:
    assert escape(first + second) == escape(first) + escape(second)


@given(EVERY_TEXT, EVERY_TEXT, EVERY_TEXT)
def test_prefix_bounds_hold_exactly_what_begins_so(prefix: str, rest: str, other: str) -> None:
    low, high = prefix_bounds(prefix)

    def inside(text: str) -> bool:
        stored = escape(text).encode()
        return low.encode() <= stored and (high is None or stored < high.encode())

    assert inside(prefix + rest)
    assert inside(other) == other.startswith(prefix)


def test_prefix_bounds_at_the_edges() -> None:
    assert prefix_bounds("") == ("", None)
    assert prefix_bounds("\U0010ffff") == ("\U0010ffff", None)
    assert prefix_bounds("a\U0010ffff") == ("a\U0010ffff", "b")
    assert prefix_bounds("\ud7ff") == ("\ud7ff", "\ue000")


@given(EVERY_TEXT, EVERY_TEXT, st.integers(0, 300))
def test_key_text_is_bounded_and_tells_keys_apart(first: str, second: str, times: int) -> None:
    first, second = first * times, second * times
    assert len(key_text(first)) <= 200
    assert (key_text(first) == key_text(second)) == (first == second)


def test_no_text_passes_for_the_digest_of_another() -> None:
    digest = key_text("x" * 300)
    assert key_text(digest) != digest


def test_text_is_compared_by_code_point_on_postgresql() -> None:
    for kind in (SafeText(), KeyText()):
        assert kind.load_dialect_impl(postgresql.dialect()).collation == "C"
        assert kind.load_dialect_impl(sqlite.dialect()).collation is None
