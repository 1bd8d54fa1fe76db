"""Mails: subject, text and attachments are read; hostile ones are refused in time."""

from __future__ import annotations

import base64
import email
import hashlib
import io
import quopri
import textwrap
from email.policy import default

import pytest
from notice_material import BOATS, KILL, NOTICE, bracket, mail
from PIL import Image

from provenance import metadata
from provenance.grammars import Context
from provenance.model import NoticeKind, TargetKind
from provenance.notices import ParsedCarrier
from provenance.notices.files import parse_file
from provenance.notices.mails import letters
from provenance.notices.mails import mail as mail_module


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


def _raw(head: str, body: str | bytes = NOTICE) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    return f"From: a@b.example\nSubject: x\n{head}\n".encode() + b"\n" + content


def _values(parsed: ParsedCarrier) -> list[list[str]]:
    return [[one.value for one in notice.targets] for notice in parsed.notices]


# ---- attachments ------------------------------------------------------------------------------


def _with(
    *attached: tuple[str, str, bytes], subject: str = "x", body: str = "See attached."
) -> bytes:
    message = email.message_from_bytes(mail(subject, body), policy=default)
    for kind, name, data in attached:
        main, sub = kind.split("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("kind", "name", "data"),
    [
        ("text/plain", "notice.txt", NOTICE.encode()),
        ("application/octet-stream", "notice.txt", NOTICE.encode("utf-16")),
        ("text/html", "notice.html", f"<html><p>{NOTICE}</p></html>".encode()),
        ("application/octet-stream", "odd.bin", f"<html><p>{NOTICE}</p></html>".encode()),
    ],
)
def test_attached_texts_and_pages_are_carriers(kind: str, name: str, data: bytes) -> None:
    picture = _jpeg()
    parsed = _parsed(_with((kind, name, data), ("image/jpeg", "AFP_34L82NW.jpg", picture)))
    (found,) = parsed.notices
    assert found.occurrences[0].source == "notice.eml"
    assert found.occurrences[0].locator.startswith(f"attachment {name}")
    assert found.sent == found.received == "2023-05-03T10:00:00+02:00"
    digest = "sha256:" + hashlib.sha256(picture).hexdigest()
    assert {"AFP_34L82NW", digest} <= {one.value for one in found.targets}
    assert parsed.attached == (("AFP_34L82NW.jpg", picture),)
    assert parsed.errors == ()


def test_an_attached_wire_item_is_a_carrier() -> None:
    item = (
        b'{"uri": "http://agency.example/1", "type": "picture", "version": "2",'
        b' "pubstatus": "canceled", "headline": "River", "versioncreated": "2023-05-03T08:00:00Z"}'
    )
    parsed = _parsed(_with(("application/json", "item.json", item)))
    assert [one.guid for one in parsed.items] == ["http://agency.example/1"]
    (found,) = parsed.notices
    assert found.kind is NoticeKind.WITHDRAWAL
    assert found.occurrences[0].locator.startswith("attachment item.json")


def test_what_is_not_opened_is_named_once() -> None:
    parsed = _parsed(
        _with(
            ("application/zip", "pictures.zip", b"PK\x03\x04" + b"x" * 90),
            ("application/pdf", "notice.pdf", b"%PDF-1.4 MANDATORY KILL"),
            ("application/pgp-signature", "signature.asc", b"-----BEGIN PGP SIGNATURE-----"),
            ("application/octet-stream", "odd.bin", b"\x00\x01\x02" * 90),
            (
                "application/mbox",
                "folder.mbox",
                b"From a@b Wed May  3 10:00:00 2023\nFrom: a@b\n\nx",
            ),
            ("text/plain", "empty.txt", b""),
        )
    )
    assert parsed.skipped == (
        "pictures.zip", "notice.pdf", "signature.asc", "odd.bin", "folder.mbox", "empty.txt",
    )  # fmt: skip
    assert (parsed.errors, parsed.notices) == ((), ())


def test_a_broken_attachment_is_an_error_that_names_it_and_stops_nothing() -> None:
    broken = ("application/json", "item.json", b'{"uri": "x", "uri": "y", "pubstatus": "canceled"}')
    parsed = _parsed(_with(broken, body=NOTICE))
    (error,) = parsed.errors
    assert "item.json" in error.message
    assert error.remedy
    assert len(parsed.notices) == 1


def test_rfc_2231_and_encoded_file_names_name_pictures() -> None:
    head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b"
    body = (
        "--b\nContent-Type: text/plain\n\n" + NOTICE + "\n"
        "--b\nContent-Type: image/jpeg\n"
        "Content-Disposition: attachment; filename*0*=utf-8''Caf%C3%A9%20;\n filename*1*=AFP_48KT7NQ.jpg\n\nx\n"
        "--b\nContent-Type: image/jpeg\nContent-Disposition: attachment;\n"
        ' filename="=?utf-8?q?N=C3=A9_000=5F36PA6CH=2Ejpg?="\n\nx\n--b--\n'
    )
    parsed = _parsed(_raw(head, body))
    assert _values(parsed) == [["AFP_48KT7NQ", "000_36PA6CH"]]
    assert _parsed(_raw(head, body.replace("\n\nx\n", "\n\n\n"))).skipped == (
        "Café AFP_48KT7NQ.jpg",
        "Né 000_36PA6CH.jpg",
    )


# ---- the text ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["> ", ">", ">> ", "> > "])
def test_a_quoted_notice_is_read_without_its_marks(mark: str) -> None:
    quoted = "\n".join(mark + line for line in textwrap.wrap(NOTICE, 60))
    (found,) = _parsed(mail("Re: Correction", f"What is this?\n\n{quoted}\n\nAnna")).notices
    assert (found.complete, found.unparsed) == (True, "")
    assert found.corrections[0].right == "Ana DUPOND"


@pytest.mark.parametrize("delsp", [False, True])
def test_flowed_lines_are_joined(delsp: bool) -> None:
    lines = textwrap.wrap(NOTICE, 60)
    soft = [f"{line}{'  ' if delsp else ' '}" for line in lines[:-1]]
    text = "\r\n".join([*(f"> {line}" for line in soft), f"> {lines[-1]}", "", "-- ", "Anna"])
    head = "Content-Type: text/plain; format=flowed" + ("; delsp=yes" if delsp else "")
    (found,) = _parsed(_raw(head, text)).notices
    assert found.text == NOTICE


def test_what_stands_in_a_signature_is_no_target() -> None:
    body = f"{NOTICE}\n\n-- \nAnna\nmy best one: AFP_48KT7NQ\n"
    assert _values(_parsed(mail("x", body))) == [[]]


def test_a_notice_behind_a_signature_is_read_all_the_same() -> None:
    assert len(_parsed(mail("x", f"FYI\n-- \nAnna\n\n{NOTICE}\n")).notices) == 1


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("us-ascii", "utf-8"), ("iso-8859-1", "utf-8"), ("utf-8", "cp1252"), ("zlib", "utf-8"),
     ("iso-8859-1", "cp1252"), ("base64", "utf-8"), ("x" * 500, "utf-8")],
)  # fmt: skip
def test_a_false_charset_does_not_damage_the_values(declared: str, codec: str) -> None:
    notice = bracket("[José MUÑOZ] instead of [Zoë “Z” ÖZ]", byline="Zoë “Z” ÖZ").encode(codec)
    head = f"Content-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: 8bit"
    (found,) = _parsed(_raw(head, notice)).notices
    assert (found.corrections[0].right, found.byline) == ("José MUÑOZ", "Zoë “Z” ÖZ")


def test_raw_octets_in_a_subject_are_read() -> None:
    for codec in ("utf-8", "cp1252"):
        data = "From: a@b.example\nSubject: Dépêche AFP_48KT7NQ\nDate: x\n\n".encode(codec)
        assert _values(_parsed(data + NOTICE.encode())) == [["AFP_48KT7NQ"]]


def _contexts(monkeypatch: pytest.MonkeyPatch, data: bytes) -> list[Context]:
    seen: list[Context] = []
    whole = mail_module.read

    def spy(text: str, **given: object) -> ParsedCarrier:
        context = given["context"]
        assert isinstance(context, Context)
        seen.append(context)
        return whole(text, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(mail_module, "read", spy)
    _parsed(data)
    return seen


@pytest.mark.parametrize(
    ("sender", "agency"),
    [
        ("AFP Photo <photo@afp.com>", "AFP"),
        ("desk@mail.ap.org", "AP"),
        ("x@thomsonreuters.com", "Reuters"),
        ("x@pa.media", "PA"),
        ("x@aap.com.au", "AAP"),
        ('"photo@afp.com" <x@evil.example>', None),
        ("x@notafp.com", None),
        ("x@afp.com.evil.example", None),
        ("afp.com", None),
        ("", None),
    ],
)
def test_the_senders_domain_chooses_among_grammars(
    sender: str, agency: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = f"From: {sender}\nSubject: x\nDate: y\n\nHello".encode()
    assert {one.provider for one in _contexts(monkeypatch, data)} == {agency}


@pytest.mark.parametrize(
    ("subject", "signalled"),
    [
        ("Correction", True),
        ("RE: FW: CORRECTED: River", True),
        ("PICTURE KILL", True),
        ("=?utf-8?q?Zur=C3=BCckziehung?=", True),
        ("Rectificatif photo", True),
        ("Corrección de pie de foto", True),
        ("=?utf-8?b?6KiC5q2j?=", True),
        ("Blast kills five", False),
        ("Incorrect rumours", False),
        ("Pictures of the day", False),
    ],
)
def test_the_subject_signals(
    subject: str, signalled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = f"From: a@b.example\nSubject: {subject}\nDate: y\n\nHello".encode()
    assert {one.signalled for one in _contexts(monkeypatch, data)} == {signalled}


def test_only_marks_at_the_beginning_of_a_line_are_quoting() -> None:
    """An address, or a sign in a value, is the writer's own."""
    assert (
        letters.unquoted("> > a > b\n A <a@example.com> b\n>c") == "a > b\n A <a@example.com> b\nc"
    )
