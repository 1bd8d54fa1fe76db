"""The detectors of injection see what is planted; a detector that sees nothing proves nothing."""

from __future__ import annotations

import io
import json
from email.message import EmailMessage

import hit_detectors
import pypdf
import pytest
import xlsxwriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

PAGE = '<!doctype html><html lang="en"><head><style>p{{}}</style></head><body><p class="a">{}</p></body></html>'  # fmt: skip
PLAIN = hit_detectors.shape_of(PAGE.format("plain words"))


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        "</p><p class=a>x",
        "<b>x</b>",
        "<img src=//evil.example/x.png>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<iframe></iframe>",
        "<!-- x -->",
        "<?x y?>",
        "<style>p{display:none}</style>",
        "<svg/onload=alert(1)>",
        "<span onclick='alert(1)'>x</span>",
        "<span style='position:fixed'>x</span>",
        "<span id=save>x</span>",
        "<form action=//evil.example></form>",
        "a\u202eb",
        "a\x1b[2Jb",
        "a\u200bb",
    ],
    ids=ascii,
)
def test_a_hit_in_a_page_is_seen(planted: str) -> None:
    assert hit_detectors.page_hits(PAGE.format(planted), PLAIN)


def test_an_attribute_that_a_text_broke_out_of_is_seen() -> None:
    page = '<html><body><img alt="{}"></body></html>'
    plain = hit_detectors.shape_of(page.format("plain words"))
    assert hit_detectors.page_hits(page.format('x" onerror="alert(1)'), plain)
    assert not hit_detectors.page_hits(page.format("x&quot; onerror=&quot;alert(1)"), plain)


def test_an_address_of_another_shape_is_seen() -> None:
    page = '<html><body><a href="{}">x</a></body></html>'
    plain = hit_detectors.shape_of(page.format("/case/f0123456789abcdef0"))
    assert not hit_detectors.page_hits(page.format("/case/a9876543210abcdef9"), plain)
    assert hit_detectors.page_hits(page.format("/case/../../x"), plain)
    assert hit_detectors.page_hits(page.format("//evil.example/"), plain)


@pytest.mark.parametrize("harmless", ["&lt;script&gt;", "a<wbr>b", "<ins>a</ins><del>b</del>", "é"])
def test_a_harmless_page_has_no_hit(harmless: str) -> None:
    assert not hit_detectors.page_hits(PAGE.format(harmless), PLAIN)


@pytest.mark.parametrize(
    "planted", ["a\u202eb", "\x1b[2J", "\x9b2J", "a\u2028b", "\u200b", "\udce9", "a\rb", "\t"]
)
def test_a_hit_in_a_terminal_is_seen(planted: str) -> None:
    assert hit_detectors.terminal_hits(f"words {planted} words\n")


@pytest.mark.parametrize(
    "planted",
    [
        '"=1+1"\r\n',
        '"+1"\r\n',
        '"-1"\r\n',
        '"@A1"\r\n',
        '" =1+1"\r\n',
        '"\n=1+1"\r\n',
        '"＝1+1"\r\n',
        '"x","a;=1+1"\r\n',
        '"x","a|=1+1"\r\n',
        '"a","b"\r\n"c"\r\n',
        '"a\x00"\r\n',
    ],
)
def test_a_hit_in_csv_is_seen(planted: str) -> None:
    assert hit_detectors.csv_hits(planted)


def test_a_row_too_many_in_csv_is_seen() -> None:
    assert hit_detectors.csv_hits('"a"\r\n"b"\r\n', rows=1)
    assert not hit_detectors.csv_hits('"\'=1+1"\r\n"a=b"\r\n', rows=2)


def test_a_hit_in_json_is_seen() -> None:
    plain = json.dumps({"a": ["x"], "b": 1})
    assert not hit_detectors.json_hits(json.dumps({"a": ["\u202e"], "b": 2}), plain)
    assert hit_detectors.json_hits(json.dumps({"a": ["\u202e"], "b": 2}, ensure_ascii=False), plain)
    assert hit_detectors.json_hits('{"a": ["x"], "b": NaN}', plain)
    assert hit_detectors.json_hits('{"a": ["x","status":"fixed"], "b": 1}', plain)
    assert hit_detectors.json_hits('{"a": ["x"], "b": 1, "c": 2}', plain)
    assert hit_detectors.json_hits('{"a": ["x", "y"], "b": 1}', plain)
    assert hit_detectors.json_hits('{"a": "x", "b": 1}', plain)


@pytest.mark.parametrize(
    "planted",
    [
        {"message": {"text": "[click](http://evil.example)"}, "uri": "a.jpg"},
        {"message": {"text": "{0}"}, "uri": "a.jpg"},
        {"message": {"text": "x"}, "uri": "javascript:alert(1)"},
        {"message": {"text": "x"}, "uri": "//evil.example/x"},
        {"message": {"text": "x"}, "uri": "a b.jpg"},
        {"message": {"text": "x"}, "uri": "caf\u00e9.jpg"},
    ],
    ids=lambda one: one["message"]["text"] + one["uri"],
)
def test_a_hit_in_sarif_is_seen(planted: dict) -> None:
    plain = {"message": {"text": "x"}, "uri": "a.jpg"}
    assert hit_detectors.sarif_hits(json.dumps(planted), json.dumps(plain))
    assert not hit_detectors.sarif_hits(
        json.dumps({"message": {"text": "\\[x\\](1) {{0}}"}, "uri": "a%20b.jpg"}), json.dumps(plain)
    )


def _book(value: str, how: str = "write_string") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        getattr(book.add_worksheet("Findings"), how)(0, 0, value)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "how"),
    [
        ("=1+1", "write_formula"),
        ("=1+1", "write"),
        ("http://evil.example/", "write_url"),
        ("http://evil.example/", "write"),
        ("a\u202eb", "write_string"),
    ],
)
def test_a_hit_in_a_workbook_is_seen(value: str, how: str) -> None:
    assert hit_detectors.workbook_hits(_book(value, how), _book("plain"))
    assert not hit_detectors.workbook_hits(_book("=1+1"), _book("plain"))


def _letter(to: str, **more: str) -> bytes:
    letter = EmailMessage()
    letter["Subject"] = "Correction"
    letter["To"] = to
    for name, value in more.items():
        letter[name] = value
    letter.set_content("Dear desk,\n")
    return letter.as_bytes()


def test_a_hit_in_a_letter_is_seen() -> None:
    plain = _letter("desk@example.org")
    assert not hit_detectors.letter_hits(_letter("other@example.org"), plain)
    assert hit_detectors.letter_hits(_letter("desk@example.org", Bcc="x@evil.example"), plain)
    assert hit_detectors.letter_hits(_letter("desk@example.org, x@evil.example"), plain)
    hidden = plain.replace(b"Dear desk", "Dear \u202edesk".encode())
    assert hit_detectors.letter_hits(hidden, plain)
    steered = plain.replace(b"Dear desk", b"Dear \x1b[2Jdesk")
    assert hit_detectors.letter_hits(steered, plain)


def _pdf(**entries: str) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    if "link" in entries:
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url=entries["link"]))
    for name in entries.keys() & {"/JS", "/Launch"}:
        act = DictionaryObject({NameObject(name): TextStringObject(entries[name])})
        writer.root_object[NameObject("/Names")] = act
    if "title" in entries:
        writer.add_metadata({"/Title": entries["title"]})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "planted",
    [
        {"link": "http://evil.example/"},
        {"/JS": "app.alert(1)"},
        {"/Launch": "calc.exe"},
        {"title": "a\u202eb"},
    ],
    ids=lambda one: next(iter(one)),
)
def test_a_hit_in_a_pdf_is_seen(planted: dict[str, str]) -> None:
    assert hit_detectors.pdf_hits(_pdf(**planted), _pdf())
    assert not hit_detectors.pdf_hits(_pdf(title="plain"), _pdf())


def test_the_guilty_texts_are_found_by_halving() -> None:
    texts = tuple("abcdefgh")
    found = hit_detectors.culprits(texts, lambda some: bool(set(some) & {"c", "h"}))
    assert found == ["'c'", "'h'"]
