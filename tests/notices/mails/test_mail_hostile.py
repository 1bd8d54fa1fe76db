"""Hostile mails: each is read or refused in time, and none is an exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_material import NOTICE, mail

from provenance.notices import ParsedCarrier
from provenance.notices.files import parse_file


def _parsed(data: bytes) -> ParsedCarrier:
    return parse_file("notice.eml", data, None, "anna.editor")


def _nested(kind: bytes, depth: int) -> bytes:
    data = b"From: a@b\nSubject: x\n"
    for level in range(depth):
        mark = b"b%d" % level
        data += b"Content-Type: " + kind + b"; boundary=" + mark + b"\n\n--" + mark + b"\n"
    return data + b"\n" + NOTICE.encode()


_MIXED = b"From: a@b\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"


def _part(kind: bytes, content: bytes, more: bytes = b"") -> bytes:
    return b"--b\nContent-Type: " + kind + b"\n" + more + b"\n" + content + b"\n"


REFUSED = {
    "headers": b"From: a@b\nSubject: x\n" + b"X: y\n" * 20_000 + b"\nbody",
    "headers without end": b"From: a@b\nSubject: x\n" + b"X: y\n" * 2_000_000,
    "one long header": b"From: a@b\nSubject: x\nX: " + b"a" * 1_000_000 + b"\n\nbody",
    "encoded words": b"From: a@b\nSubject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nbody",
    "addresses": b"From: a@b\nSubject: x\nTo: " + b"a@b.example, " * 40_000 + b"\n\nbody",
    "501 addresses": b"From: a@b\nSubject: x\nTo: " + b"\n a@b.example," * 500 + b"\n\nbody",
    "nested parts": _nested(b"multipart/mixed", 2_000),
    "nested messages": b"From: a@b\nSubject: x\n" + b"Content-Type: message/rfc822\n\n" * 3_000,
    "nested parts too deep": _nested(b"multipart/mixed", 25),
    "parameters": b"From: a@b\nSubject: x\nContent-Type: multipart/mixed; "
    + b'a="' * 50_000
    + b"\n\nbody",
    "continued parameters": b"From: a@b\nSubject: x\nContent-Type: text/plain;"
    + b"".join(b" n*%d=a;" % n for n in range(9_000))
    + b"\n\nbody",
    "folded part header": _MIXED
    + b"--b\nContent-Type: text/plain;\n"
    + b' a=";\n' * 60_000
    + b"\n\nx\n--b--",
    "lines": _nested(b"multipart/mixed", 30) + b"\n" * 3_000_000,
    "parts": _MIXED + b"--b\n\nx\n" * 5_000,
    "size": b"From: a@b\nSubject: x\n\n" + b"a" * 48_000_001,
    "text": _MIXED + b"".join(_part(b"text/plain", b"word " * 1_050_000) for _ in range(2)),
    "markup": b"From: a@b\nSubject: x\nContent-Type: text/html\n\n" + b"<p>a" * 1_100_000,
}
READ = {
    "1e5 boundaries": _MIXED + b"--b\n" * 100_000,
    "deep brackets in an address": b"From: " + b"(" * 20_000 + b"\nSubject: x\n\nbody",
    "encoded words of a size": b"From: a@b\nSubject: " + b"=?utf-8?q?a?= " * 3_000 + b"\n\nbody",
    "encoded word without end": b"From: a@b\nSubject: =?utf-8?b?" + b"A" * 40_000 + b"\n\nbody",
    "replies": b"From: a@b\nSubject: " + b"re: " * 9_000 + b"\n\nbody",
    "date": b"From: a@b\nSubject: x\nDate: " + b"1 " * 20_000 + b"\n\nbody",
    "charsets": _MIXED
    + b"".join(_part(b"text/plain; charset=x-%d" % n, b"caf\xe9") for n in range(150)),
    "charset bomb": _MIXED + _part(b"text/plain; charset=" + b"9" * 4_000, b"a" * 100_000),
    "utf-7": _MIXED + _part(b"text/plain; charset=utf-7", b"+AGE-" * 100_000),
    "stateful charset": _MIXED + _part(b"text/plain; charset=iso-2022-jp", b"\x1b$B" * 300_000),
    "quoted printable": _MIXED
    + _part(b"text/plain", b"=" * 1_000_000, b"Content-Transfer-Encoding: quoted-printable\n"),
    "uuencode": _MIXED
    + _part(b"text/plain", b"begin 644 a\n" * 50_000, b"Content-Transfer-Encoding: x-uuencode\n"),
    "base64 of nothing": _MIXED
    + _part(b"text/plain", b"=\n" * 400_000, b"Content-Transfer-Encoding: base64\n"),
    "flowed": _MIXED + _part(b"text/plain; format=flowed", b"> a \n" * 150_000),
    "quotes": _MIXED + _part(b"text/plain", (b">" * 900 + b"\n") * 900),
    "forwarded": _MIXED + _part(b"text/plain", b"From: a\nTo: b\nSubject: c\n\n" * 20_000),
    "from": _MIXED + _part(b"text/plain", b"From: a\n" * 100_000),
    "signatures": _MIXED + _part(b"text/plain", b"-- \nAnna\n" * 60_000),
    "headings": _MIXED + _part(b"text/plain", b"MANDATORY KILL\n" * 3_000),
    "deep markup": _MIXED + _part(b"text/html", b"<div>" * 100_000),
    "json": _MIXED + _part(b"application/json; name=a.json", b"[" * 500_000),
    "xml": _MIXED
    + _part(
        b"text/xml; name=a.xml", b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 9_000 + b'">]><a>&b;</a>'
    ),
    "zip": _MIXED + _part(b"application/zip; name=a.zip", b"PK\x03\x04" + b"x" * 1_000_000),
    "same boundary inside": _MIXED + _part(b"multipart/mixed; boundary=b", b"--b\n\nx\n--b--") * 30,
}


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_mail_is_refused_in_time(case: str) -> None:
    started = time.process_time()
    parsed = _parsed(REFUSED[case])
    assert time.process_time() - started < 2
    (error,) = parsed.errors
    assert error.code in {"notice-limit", "notice-too-large"}
    assert error.message.startswith("notice.eml")
    assert error.remedy


@pytest.mark.parametrize("case", READ)
def test_hostile_mail_is_read_in_time(case: str) -> None:
    started = time.process_time()
    parsed = _parsed(READ[case])
    assert time.process_time() - started < 2
    assert all(error.message.startswith("notice.eml") and error.remedy for error in parsed.errors)
    if case not in {"json", "xml"}:
        assert parsed.errors == ()


@pytest.mark.parametrize("depth", [1, 19])
def test_ordinary_nesting_is_read(depth: int) -> None:
    assert len(_parsed(_nested(b"multipart/mixed", depth)).notices) == 1


@pytest.mark.parametrize(
    "head",
    [b"", b"From: a@b\n", b"Content-Type: multipart/mixed\n", b"Content-Type: multipart/mixed; boundary=\n", b"Content-Type: /\n", b"Date: nonsense\n",
     b"Date: 99999999999999999999\n", b"Content-Transfer-Encoding: base64\n", b"Subject: =?x?b?////?=\n", b"Content-Type: text/plain; charset*=a'b'%ff\n"],
)  # fmt: skip
def test_malformed_mail_is_a_value(head: bytes) -> None:
    parsed = _parsed(head + b"\n" + NOTICE.encode())
    assert isinstance(parsed, ParsedCarrier)
    assert len(parsed.notices) + len(parsed.errors) <= 2


@given(st.binary(max_size=400))
def test_any_bytes_are_a_value(data: bytes) -> None:
    for name in ("a.eml", "a.txt"):
        assert isinstance(parse_file(name, data, None, None), ParsedCarrier)


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), max_size=30))
def test_any_damage_to_a_mail_is_a_value(damage: list[tuple[int, int]]) -> None:
    data = bytearray(
        mail(
            "Correction AFP_48KT7NQ",
            NOTICE,
            html=f"<p>{NOTICE}</p>",
            attached=(("a.jpg", b"\xff\xd8\xff"),),
        )
    )
    for at, byte in damage:
        data[at % len(data)] = byte
    assert isinstance(_parsed(bytes(data)), ParsedCarrier)
