"""The words of HTML: what is visible, whatever its character set."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_material import BOATS, CAFE, NOTICE

from provenance.errors import NoticeError
from provenance.notices import html
from provenance.notices.files import parse_file


def test_blocks_are_lines_and_scripts_are_silent() -> None:
    page = "<p>One<br>two <b>three</b></p><script>four</script><style>five</style><div>six</div>"
    assert html.words(page, "a.html") == "One\ntwo three\nsix"


@pytest.mark.parametrize(
    ("charset", "declared"),
    [("utf-8", "utf-8"), ("cp1252", "windows-1252"), ("iso8859-2", "iso-8859-2"),
     ("koi8-r", "koi8-r"), ("utf-8", "zlib"), ("utf-8", "no-such"), ("cp1252", "")],
)  # fmt: skip
def test_the_charset_that_a_page_declares_is_honoured(charset: str, declared: str) -> None:
    word = {"iso8859-2": "Ďurčo", "koi8-r": "Москва"}.get(charset, "café")
    page = (
        f'<html><head><meta charset="{declared}"></head><p>{word} {BOATS} / "{NOTICE}"</p></html>'
    )
    parsed = parse_file("a.html", page.encode(charset), None, "anna")
    (found,) = parsed.notices
    assert found.occurrences[0].locator == "html text"
    assert parsed.captions[0].caption.text == f"{word} {BOATS}"


@pytest.mark.parametrize(
    "page",
    [
        "<!-- saved from url=(0014)about:internet -->\n<html><p>{}</p></html>",
        "<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'>\n<html><p>{}</p></html>",
        "<p>{}</p>",
        "\ufeff<!DOCTYPE HTML><body>{}",
        "<div><div>{}</div></div>",
    ],
)
def test_pages_and_fragments_are_known(page: str) -> None:
    data = page.format(f"{CAFE} / “{NOTICE}”").encode()
    (found,) = parse_file("saved", data, None, "anna").notices
    assert found.occurrences[0].locator == "html text"


def _said(markup: str) -> str:
    """The words, or the refusal as a person reads it."""
    try:
        return html.words(markup, "a.html")
    except NoticeError as error:
        return f"{error.message} {error.remedy}" if error.remedy else ""


HOSTILE = {
    "deep": "<div>" * 100_000,
    "wide": "<p>a</p>" * 200_000,
    "attributes": "<p " + "a=b " * 200_000 + ">x</p>",
    "entities": "<p>" + "&amp;" * 400_000,
    "unclosed": "<" * 500_000,
    "comments": "<html>" + "<!--" * 200_000,
    "doctype": '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><p>&b;</p>',
    "external": '<!DOCTYPE html SYSTEM "http://127.0.0.1:1/x.dtd"><p><img src="file:///etc/passwd">x</p>',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_markup_is_read_or_refused_in_time(case: str) -> None:
    started = time.process_time()
    told = _said(HOSTILE[case])
    assert "root:" not in told
    assert time.process_time() - started < 2


def test_too_large_markup_is_refused() -> None:
    (error,) = parse_file("a.html", b"<html>" + b"a" * 4_000_001, None, None).errors
    assert (error.code, "a.html" in error.message) == ("notice-too-large", True)


@given(st.text(max_size=200))
def test_any_markup_is_words_or_refused(markup: str) -> None:
    assert isinstance(_said(markup), str)
