"""What a file is, is told by its content; what is none of our carriers is said to be none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_material import NOTICE, mail

from provenance.notices import ParsedCarrier
from provenance.notices.files import parse_file
from provenance.notices.kinds import Kind, kind

NINJS = b'{"uri": "x:1", "pubstatus": "usable", "versioncreated": "2023-05-03T08:00:00Z"}'
G2 = b'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="x:1" version="1"></newsItem>'
SAMPLES = {
    Kind.MAIL: mail("x", NOTICE),
    Kind.MBOX: b"From a@b Wed May  3 10:00:00 2023\n" + mail("x", NOTICE),
    Kind.JSON: NINJS,
    Kind.XML: b"<?xml version='1.0'?>\n" + G2,
    Kind.HTML: b"<!doctype html><p>x",
    Kind.WIRE: b"\x01afp0123 4 i 90 photo   afp 061\r\n\nx/\r\n\x02x =\r\n\x03\x04",
    Kind.TEXT: NOTICE.encode(),
}


@pytest.mark.parametrize("expected", SAMPLES)
@pytest.mark.parametrize("name", ["a.txt", "a.eml", "a.json", "a.xml", "a.html", "a", "a.jpg"])
def test_the_name_never_decides(expected: Kind, name: str) -> None:
    assert kind(name, SAMPLES[expected]) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbf" + NINJS, Kind.JSON),
        (b"\n\n  " + NINJS, Kind.JSON),
        (NINJS.decode().encode("utf-16"), Kind.JSON),
        (NINJS.decode().encode("utf-16-le"), Kind.JSON),
        (b"[" + NINJS + b"]", Kind.JSON),
        (b'{"uri": "cut', Kind.JSON),
        (b"{}", Kind.JSON),
        (b'["a", "b"]', Kind.JSON),
        (b"{not json", Kind.TEXT),
        (b"[Ana DUPOND] instead of [Luc MARIN]", Kind.TEXT),
        (b"[1] See below", Kind.TEXT),
        (G2, Kind.XML),
        (b"\xef\xbb\xbf" + G2, Kind.XML),
        (G2.decode().encode("utf-16"), Kind.XML),
        (b"<!-- x --><?y z?>\n" + G2, Kind.XML),
        (b"<!DOCTYPE nitf SYSTEM 'x'><nitf/>", Kind.XML),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", Kind.HTML),
        (b"<?xml version='1.0'?><p/>", Kind.XML),
        (b"<HTML>", Kind.HTML),
        (b"<photo desk> please note", Kind.TEXT),
        (b"<anna@paper.example> wrote", Kind.TEXT),
        (b"From the desk: all is well.\nNote: x", Kind.TEXT),
        (b"From: a\nSubject: b\n\nc", Kind.MAIL),
        (b"From: a\r\nSubject: b\r\n\r\nc", Kind.MAIL),
        (b"", Kind.TEXT),
    ],
)
def test_edges(data: bytes, expected: Kind) -> None:
    assert kind("a", data) is expected


def test_a_name_helps_a_mail_with_a_single_field_only() -> None:
    assert kind("a.eml", b"Subject: x\n\ny") is Kind.MAIL
    assert kind("a.txt", b"Subject: x\n\ny") is Kind.TEXT
    assert kind("a.eml", NOTICE.encode()) is Kind.TEXT


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, ".eml"),
        (b"%PDF-1.7 MANDATORY KILL", "text file"),
        (b"{\\rtf1 MANDATORY KILL}", "text file"),
        (b"PK\x03\x04" + b"x" * 99, "Give the files"),
        (b"\x1f\x8b\x08" + b"x" * 99, "Give the file"),
        (b"\x00\x01\x02" * 99, "text file"),
        (b'{"name": "anything", "private": true}', ""),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", ""),
    ],
)
def test_unknown_files_are_reported_not_guessed(data: bytes, word: str) -> None:
    parsed = parse_file("odd.bin", data, None, "anna")
    (error,) = parsed.errors
    assert error.code == "carrier-unknown"
    assert "odd.bin" in error.message
    assert error.remedy
    assert word in error.remedy
    assert parsed.notices == ()


@pytest.mark.parametrize("expected", [one for one in SAMPLES if one not in {Kind.JSON, Kind.XML}])
def test_each_kind_is_read(expected: Kind) -> None:
    assert parse_file("a", SAMPLES[expected], None, "anna").errors == ()


def test_wire_items_are_read() -> None:
    for one in (Kind.JSON, Kind.XML):
        parsed = parse_file("a", SAMPLES[one], None, "anna")
        assert [item.guid for item in parsed.items] == ["x:1"]


def test_real_wires_and_pages_are_known_for_what_they_are(shared: Path) -> None:
    seen: dict[str, set[Kind]] = {}
    for folder in ("wires", "pages"):
        for path in (shared / "corpus" / folder).iterdir():
            with path.open("rb") as file:
                data = file.read()
            suffix = path.suffix if path.suffix in {".json", ".xml", ".html"} else ""
            if suffix:
                seen.setdefault(suffix, set()).add(kind(path.name, data))
    assert seen == {".json": {Kind.JSON}, ".xml": {Kind.XML}, ".html": {Kind.HTML}}


@given(st.binary(max_size=300))
def test_every_file_has_a_kind(data: bytes) -> None:
    assert kind("a", data) in Kind
    assert isinstance(parse_file("a", data, None, None), ParsedCarrier)


@pytest.mark.parametrize(
    "data",
    [b"<" * 300_000, b"<!--" * 80_000, b"<?" * 150_000, b" " * 300_000, b"{" + b" " * 300_000,
     b"From " + b"1" * 300_000, b"a:" * 150_000, b"\x01abc" + b"x" * 300_000, b"<a " * 100_000,
     b"<!doctype " + b" " * 300_000, b"\n" * 300_000, b"[" * 300_000],
)  # fmt: skip
def test_telling_a_kind_costs_little(data: bytes) -> None:
    started = time.process_time()
    kind("a", data)
    assert time.process_time() - started < 0.5
