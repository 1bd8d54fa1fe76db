"""Commands within the sentences of errors, drawn as code on a page."""

from __future__ import annotations

import pytest
from lxml import html as pages
from payload_material import TEXTS
from web_material import house

from provenance.errors import UsageError
from provenance.web.coded import coded


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("Run `provenance notices list`.", "Run <code>provenance notices list</code>."),
        ("`a` or `b`", "<code>a</code> or <code>b</code>"),
        ("`<b>&`", "<code>&lt;b&gt;&amp;</code>"),
        ("<b>`x`</b>", "&lt;b&gt;<code>x</code>&lt;/b&gt;"),
        ("One ` alone", "One ` alone"),
        ("Nothing `` between", "Nothing `` between"),
        ("`over\nlines`", "`over\nlines`"),
        ("`\u202egpj`", "<code>⟨U+202E⟩gpj</code>"),
        ("", ""),
    ],
)
def test_what_stands_between_backticks_is_code(said: str, drawn: str) -> None:
    assert str(coded(said)) == drawn


def test_no_length_is_too_long() -> None:
    assert str(coded("`" * 200_000)).count("<code>") == 0
    assert str(coded("`x" * 200_001)).count("<code>") == 100_000


@pytest.mark.parametrize("around", ["{}", "`{}`", "` {} ` {} `", "`</code>{}`"])
def test_no_payload_becomes_a_tag_on_an_error_page(around: str) -> None:
    told: list[str] = []

    def fails() -> str:
        raise UsageError(told[-1], remedy=told[-1])

    with house() as made:
        made.gate._inner.add_api_route("/fails", fails)
        for payload in TEXTS:
            told.append(around.format(payload, payload))
            page = pages.fromstring(made.get("/fails").text)
            inside = page.xpath("//main//*")
            assert {one.tag for one in inside} <= {"h1", "p", "code", "a"}, payload
            assert all(not one.attrib for one in inside if one.tag != "a"), payload
            assert page.xpath("//main//a/@href") == ["/"], payload


def test_an_error_page_shows_a_command_as_code() -> None:
    def fails() -> str:
        raise UsageError("Notice 7 is none.", remedy="`provenance notices list` names them.")

    with house() as made:
        made.gate._inner.add_api_route("/fails", fails)
        page = pages.fromstring(made.get("/fails").text)
        assert page.xpath("//code/text()") == ["provenance notices list"]
        assert "`" not in page.text_content()
