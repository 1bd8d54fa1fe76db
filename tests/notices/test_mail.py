"""Mails: subject, text and attachments are read; hostile ones are refused in time."""

from __future__ import annotations

import base64
import hashlib
import io
import quopri
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_material import BOATS, KILL, NOTICE, mail
from PIL import Image

from provenance import metadata
from provenance.model import NoticeKind, TargetKind
from provenance.notices import ParsedCarrier, parse_file


def _parsed(data: bytes) -> ParsedCarrier:
    return parse_file("notice.eml", data, None, "anna.editor")


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, "JPEG")
    return out.getvalue()


def test_mail_names_its_pictures_everywhere() -> None:
    picture = _jpeg()
    data = mail(
        "Correction AFP_48KT7NQ",
        f"Dear desk, also 000_36PA6CH:\n\n{NOTICE}\n",
        attached=(("AFP_34L82NW.jpg", picture),),
    )
    parsed = _parsed(data)
    (found,) = parsed.notices
    assert parsed.errors == ()
    assert [(one.kind, one.value) for one in found.targets] == [
        (TargetKind.IDENTIFIER, "000_36PA6CH"),
        (TargetKind.IDENTIFIER, "AFP_48KT7NQ"),
        (TargetKind.IDENTIFIER, "AFP_34L82NW"),
        (TargetKind.DIGEST, "sha256:" + hashlib.sha256(picture).hexdigest()),
        (TargetKind.DIGEST, f"scan:{metadata.digests(picture).scan}"),
    ]
    assert found.received == "2023-05-03T10:00:00+02:00"
    assert found.received_by == "anna.editor"


def test_the_desks_own_time_of_receipt_wins() -> None:
    parsed = parse_file("n.eml", mail("x", NOTICE), "2024-01-01T00:00:00+00:00", "anna")
    assert parsed.notices[0].received == "2024-01-01T00:00:00+00:00"


def test_mail_is_known_by_its_content() -> None:
    assert len(parse_file("saved", mail("x", NOTICE), None, "anna").notices) == 1


def test_kill_by_mail() -> None:
    (found,) = _parsed(mail("Mandatory kill", KILL)).notices
    assert (found.kind, found.byline) == (NoticeKind.WITHDRAWAL, "ANA DUPOND")
    assert [one.value for one in found.targets] == ["000_34L82NW"]


def test_kill_in_the_subject_alone() -> None:
    (found,) = _parsed(mail("RE: MANDATORY KILL 000_34L82NW", "See subject.")).notices
    assert (found.kind, found.complete) == (NoticeKind.WITHDRAWAL, False)
    assert [one.value for one in found.targets] == ["000_34L82NW"]
    assert found.occurrences[0].locator == "mail subject"


def test_html_only_mail() -> None:
    page = f"<html><style>p{{}}</style><p>{BOATS}</p><p>{NOTICE.replace('. ', '.<br>')}</p></html>"
    data = mail("x", "", html=page)
    (found,) = _parsed(data).notices
    assert found.complete
    assert BOATS in [one.value for one in found.targets]


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "base64"),
        ("iso-8859-1", "quoted-printable"),
        ("windows-1252", "8bit"),
        ("punycode", "8bit"),
        ("no-such", "base64"),
        ("utf-16", "base64"),
    ],
)
def test_charsets_and_encodings(charset: str, encoding: str) -> None:
    codec = {"punycode": "utf-8", "no-such": "utf-8"}.get(charset, charset)
    body = f"Café AFP_48KT7NQ\n\n{NOTICE}\n".encode(codec)
    if encoding == "base64":
        body = base64.encodebytes(body)
    elif encoding == "quoted-printable":
        body = quopri.encodestring(body)
    head = f"From: a@b.example\r\nSubject: =?utf-8?b?{base64.b64encode('Né 000_36PA6CH'.encode()).decode()}?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    (found,) = _parsed(head.encode() + body).notices
    assert found.corrections[0].right == "Ana DUPOND"
    assert {one.value for one in found.targets} == {"AFP_48KT7NQ", "000_36PA6CH"}


def test_inline_logos_are_no_targets() -> None:
    data = mail("x", NOTICE, attached=(("logo.jpg", _jpeg()),)).replace(
        b"Content-Disposition: attachment;", b"Content-ID: <logo>\nContent-Disposition: inline;"
    )
    (found,) = _parsed(data).notices
    assert found.targets == ()


def test_a_damaged_attachment_still_names_itself() -> None:
    broken = _jpeg()[:40]
    (found,) = _parsed(mail("x", NOTICE, attached=(("AFP_48KT7NQ.jpg", broken),))).notices
    assert found.targets[0].value == "AFP_48KT7NQ"


def _nested(kind: bytes, depth: int) -> bytes:
    data = b"From: a@b\nSubject: x\n"
    for level in range(depth):
        mark = b"b%d" % level
        data += b"Content-Type: " + kind + b"; boundary=" + mark + b"\n\n--" + mark + b"\n"
    return data + b"\n" + NOTICE.encode()


HOSTILE = {
    "headers": b"From: a@b\nSubject: x\n" + b"X: y\n" * 20_000 + b"\nbody",
    "encoded words": b"From: a@b\nSubject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nbody",
    "addresses": b"From: a@b\nSubject: x\nTo: " + b"a@b.example, " * 40_000 + b"\n\nbody",
    "nested parts": _nested(b"multipart/mixed", 2_000),
    "nested messages": b"From: a@b\nSubject: x\n" + b"Content-Type: message/rfc822\n\n" * 3_000,
    "parameters": b"From: a@b\nSubject: x\nContent-Type: multipart/mixed; "
    + b'a="' * 50_000
    + b"\n\nbody",
    "folded part header": b"From: a@b\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain;\n"
    + b' a=";\n' * 60_000
    + b"\n\nx\n--b--",
    "lines": _nested(b"multipart/mixed", 30) + b"\n" * 3_000_000,
    "parts": b"From: a@b\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * 5_000,
    "size": b"From: a@b\nSubject: x\n\n" + b"a" * 48_000_001,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_mail_is_refused_in_time(case: str) -> None:
    started = time.process_time()
    parsed = _parsed(HOSTILE[case])
    assert time.process_time() - started < 4
    (error,) = parsed.errors
    assert error.code == "notice-limit"
    assert error.message.startswith("notice.eml")


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
