"""Mails inside mails: enclosed, attached as files, forwarded in the text."""

from __future__ import annotations

import base64
import email
import io
import textwrap
from email.policy import default

import pytest
from notice_material import KILL, NOTICE, mail
from PIL import Image

from provenance.notices import ParsedCarrier
from provenance.notices.files import parse_file


def _parsed(data: bytes) -> ParsedCarrier:
    return parse_file("notice.eml", data, None, "anna.editor")


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, "JPEG")
    return out.getvalue()


def _raw(head: str, body: str | bytes = NOTICE) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    return f"From: a@b.example\nSubject: x\n{head}\n".encode() + b"\n" + content


def _values(parsed: ParsedCarrier) -> list[list[str]]:
    return [[one.value for one in notice.targets] for notice in parsed.notices]


def _with(
    *attached: tuple[str, str, bytes], subject: str = "x", body: str = "See attached."
) -> bytes:
    message = email.message_from_bytes(mail(subject, body), policy=default)
    for kind, name, data in attached:
        main, sub = kind.split("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def _enclosing(inner: bytes, encoding: str = "") -> bytes:
    extra = f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    content = base64.encodebytes(inner) if encoding == "base64" else inner
    head = "Date: Thu, 04 May 2023 10:00:00 +0200\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=out"
    body = (
        b"--out\nContent-Type: text/plain\n\nPlease look, like 000_36PA6CH.\n"
        b"--out\nContent-Type: message/rfc822\n" + extra.encode() + b"\n" + content + b"\n--out--\n"
    )
    return _raw(head, body)


@pytest.mark.parametrize("encoding", ["", "base64"])
def test_an_enclosed_mail_has_its_own_words_date_and_pictures(encoding: str) -> None:
    inner = mail("MANDATORY KILL", KILL, attached=(("a.jpg", _jpeg()),))
    parsed = _parsed(_enclosing(inner, encoding))
    (found,) = parsed.notices
    assert found.occurrences[0].locator == "attached mail 1: mail body"
    assert found.sent == "2023-05-03T10:00:00+02:00"
    assert found.received == "2023-05-04T10:00:00+02:00"
    assert "000_34L82NW" in [one.value for one in found.targets]
    assert "000_36PA6CH" not in [one.value for one in found.targets]
    assert [name for name, _ in parsed.attached] == ["a.jpg"]


def test_an_eml_attached_as_a_file_is_a_mail() -> None:
    data = _with(("application/octet-stream", "fwd.eml", mail("x", NOTICE)))
    (found,) = _parsed(data).notices
    assert found.occurrences[0].locator == "attached mail 1: mail body"


def test_mails_in_mails_are_read_to_a_depth() -> None:
    inner = mail("x", NOTICE)
    for _ in range(6):
        inner = _with(("application/octet-stream", "fwd.eml", inner))
    assert len(_parsed(inner).notices) == 1
    for _ in range(8):
        inner = _with(("application/octet-stream", "fwd.eml", inner))
    (error,) = _parsed(inner).errors
    assert error.code == "notice-limit"


def test_the_same_notice_in_all_places_is_one() -> None:
    data = mail("Correction AFP_48KT7NQ", NOTICE, html=f"<p>{NOTICE}</p>")
    whole = email.message_from_bytes(data, policy=default)
    whole.make_mixed()
    whole.add_attachment(NOTICE.encode(), maintype="text", subtype="plain", filename="n.txt")
    whole.add_attachment(
        mail("x", NOTICE), maintype="application", subtype="octet-stream", filename="n.eml"
    )
    (found,) = _parsed(whole.as_bytes()).notices
    assert [one.value for one in found.targets] == ["AFP_48KT7NQ"]
    assert len(found.occurrences) == 3


def test_html_is_read_where_the_plain_text_holds_no_notice() -> None:
    data = mail("x", "Please read this mail as HTML.", html=f"<p>{NOTICE}</p>")
    assert len(_parsed(data).notices) == 1


FORWARDS = {
    "Outlook": "From: Photo Desk <photo@afp.com>\nSent: Wednesday, May 3, 2023 10:00 AM\nTo: Desk\nSubject: MANDATORY KILL\n",
    "Outlook in French": "De : Photo [mailto:photo@afp.com]\nEnvoyé : mercredi 3 mai 2023 10:00\nÀ : Desk\nObjet : Effacement obligatoire\n",
    "Outlook in German": "Von: Foto <foto@dpa.com>\nGesendet: Mittwoch, 3. Mai 2023 10:00\nAn: Desk\nBetreff: Löschung\n",
    "Outlook in Spanish": "*De:* Foto <foto@efe.com>\n*Enviado el:* miércoles, 3 de mayo de 2023 10:00\n*Para:* Desk\n*Asunto:* Anulación\n",
    "Gmail": "---------- Forwarded message ---------\nFrom: Photo <photo@afp.com>\nDate: Wed, May 3, 2023 at 10:00 AM\nSubject: Mandatory kill\nTo: <desk@paper.example>\n\n",
    "Apple": "> Begin forwarded message:\n> \n> From: Photo <photo@afp.com>\n> Subject: Mandatory kill\n> Date: 3 May 2023 at 10:00:00 +0200\n> To: desk@paper.example\n> \n> ",
}


@pytest.mark.parametrize("program", FORWARDS)
def test_a_mail_forwarded_in_the_text_is_read_by_itself(program: str) -> None:
    quote = "> " if program == "Apple" else ""
    lines = textwrap.wrap(KILL, 72)
    body = (
        "FYI, we also asked about 000_36PA6CH.\n\n"
        + FORWARDS[program]
        + f"\n{quote}".join(["", *lines])
    )
    (found,) = _parsed(mail("FW: please look", body)).notices
    assert found.complete
    assert [one.value for one in found.targets] == ["000_34L82NW"]
    assert found.occurrences[0].locator == "forwarded mail 1: mail body"
    if program == "Apple":
        assert found.sent == "2023-05-03T10:00:00+02:00"
    assert found.received == "2023-05-03T10:00:00+02:00"


def test_a_forwarded_mail_without_pictures_is_given_those_of_the_mail_around_it() -> None:
    body = f"About this one:\n\n{FORWARDS['Outlook in German']}\n{NOTICE}"
    assert _values(_parsed(mail("FW: Correction AFP_48KT7NQ", body))) == [["AFP_48KT7NQ"]]


def test_prose_with_colons_is_no_forwarded_mail() -> None:
    body = f"From: yesterday on, this counts.\nNote: see below.\n\n{NOTICE}"
    (found,) = _parsed(mail("Correction AFP_48KT7NQ", body)).notices
    assert found.occurrences[0].locator == "mail body"
