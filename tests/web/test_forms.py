"""What a form says, whoever sent it."""

from __future__ import annotations

import contextlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import UsageError
from provenance.web.forms import LONGEST, MOST_FIELDS, Form, parse

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=20))
def test_what_was_sent_is_what_is_read(pairs):
    assert parse(urlencode(pairs).encode()).fields == tuple(pairs)


@given(st.binary(max_size=200))
def test_any_octets_are_a_form_or_an_error_in_words(body):
    with contextlib.suppress(UsageError):
        for text in (text for pair in parse(body).fields for text in pair):
            assert all(char in "\n\t" or ord(char) >= 32 for char in text)
            text.encode()


def test_line_ends_are_line_feeds():
    assert parse(b"a=1%0D%0A2%0D3%0A4").text("a") == "1\n2\n3\n4"


def test_too_many_fields():
    assert len(parse("&".join(["a=b"] * MOST_FIELDS).encode()).all("a")) == MOST_FIELDS
    with pytest.raises(UsageError, match="cannot be read"):
        parse("&".join(["a=b"] * (MOST_FIELDS + 1)).encode())


def test_text():
    form = Form((("a", "  x "), ("b", ""), ("c", "1"), ("c", "2"), ("long", "x" * (LONGEST + 1))))
    assert form.text("a") == "x"
    assert form.text("b", "default") == ""
    assert form.text("none", "default") == "default"
    assert form.all("c") == ("1", "2")
    with pytest.raises(UsageError, match="twice"):
        form.text("c")
    with pytest.raises(UsageError, match="8,001"):
        form.text("long")


def test_choice():
    form = Form((("verdict", "apply"), ("odd", "__class__")))
    assert form.choice("verdict", {"apply", "dismiss"}) == "apply"
    for name in ("odd", "none"):
        with pytest.raises(UsageError, match="which") as caught:
            form.choice(name, {"apply", "dismiss"})
        assert "apply, dismiss" in caught.value.remedy


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "x", "11", "٣", "9" * 19])
def test_numbers_that_are_none(text):
    with pytest.raises(UsageError, match="whole number"):
        Form((("page", text),)).number("page", 1, most=10)


def test_number():
    assert Form((("page", "7"),)).number("page", 1, most=10) == 7
    assert Form((("page", ""),)).number("page", 1, most=10) == 1
    assert Form().number("page", 1, most=10) == 1
