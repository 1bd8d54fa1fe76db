from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.reporting.text import escape_hidden, one_line, paragraphs, printable

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bakr ALKASEM", "Bakr ALKASEM"),
        ("Jón Björgvinsson / محمد / 新华社 / 🚚", "Jón Björgvinsson / محمد / 新华社 / 🚚"),
        ("no\u00a0break", "no\u00a0break"),
        ("\x1b[2J", "⟨U+001B⟩[2J"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("\x1b]52;c;aGk=\x07", "⟨U+001B⟩]52;c;aGk=⟨U+0007⟩"),
        ("gpj.\u202egnp", "gpj.⟨U+202E⟩gnp"),
        ("WA\u200bTAD", "WA⟨U+200B⟩TAD"),
        ("caf\udce9.jpg", "caf⟨0xE9⟩.jpg"),
        ("\ud83d alone", "⟨U+D83D⟩ alone"),
        ("a\nb\tc\rd", "a⟨U+000A⟩b⟨U+0009⟩c⟨U+000D⟩d"),
        ("\u2028\u2029", "⟨U+2028⟩⟨U+2029⟩"),
        ("\u3164\ufe0f\u034f", "⟨U+3164⟩⟨U+FE0F⟩⟨U+034F⟩"),
        ("\U000e0041\U000e0100", "⟨U+E0041⟩⟨U+E0100⟩"),
    ],
)
def test_nothing_hidden_stays_hidden(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(ANY_TEXT)
def test_printable_text_holds_no_control_and_can_be_encoded(text: str) -> None:
    shown = printable(text)
    shown.encode("utf-8")
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert printable(shown) == shown


def test_keep_lets_through_only_what_it_names() -> None:
    assert printable("a\nb\x1b", keep="\n") == "a\nb⟨U+001B⟩"


def test_paragraphs_know_every_line_end_of_the_metadata_standards() -> None:
    assert paragraphs("one\rtwo\r\nthree\nfour\x00") == "one\ntwo\nthree\nfour⟨U+0000⟩"


def test_one_line_is_one_line() -> None:
    assert one_line(" a\r\n\tb\vc\u2028d ") == "a b c⟨U+2028⟩d"


@given(st.lists(ANY_TEXT))
def test_escaping_changes_nothing_for_a_json_reader(texts: list[str]) -> None:
    escaped = escape_hidden(json.dumps(texts, ensure_ascii=False))
    escaped.encode("utf-8")
    # Two lone surrogates that happen to be neighbours are one character to any JSON reader.
    expected = [
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts
    ]
    read = [
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for text in json.loads(escaped)
    ]
    assert read == expected


def test_json_text_does_not_steer_a_terminal() -> None:
    escaped = escape_hidden(
        json.dumps("\x9b\x7f\u202e\u2028\udce9\U000e0041\x1b", ensure_ascii=False)
    )
    assert escaped == '"\\u009b\\u007f\\u202e\\u2028\\udce9\\udb40\\udc41\\u001b"'
