"""The messages in the text of one mail: the writer's own, and those forwarded in it.

Mail programs put a forwarded mail into the text behind a block of fields ("From: … Sent: …
Subject: …") in the language of the program, often quoted with ``>``. Which blocks they write
is general knowledge; RFC 3676 has the signature separator and the quoting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from provenance.notices.mails import parts

_LONGEST_BLOCK = 12
_LONGEST_SIGNATURE = 20
_MOST_FORWARDED = 50

_QUOTE = re.compile(r"\A[ \t]{0,3}>(?:[ \t]?>){0,40}[ \t]?")
_FIELD = re.compile(
    r"(?:[ \t]{0,3}>){0,20}[ \t*_]{0,6}([^\W\d_][^\W_]{0,14}(?:[ -][^\W\d_]{1,8})?)"
    r"[ \t*_]{0,4}[:\uff1a][ \t*_]{0,6}(\S.*)?"
)
_FROM = frozenset(
    [
        "from",
        "de",
        "von",
        "da",
        "van",
        "från",
        "fra",
        "lähettäjä",
        "od",
        "от",
        "发件人",
        "差出人",
        "kimden",
    ]
)
_SUBJECT = frozenset(
    [
        "subject",
        "objet",
        "betreff",
        "asunto",
        "assunto",
        "oggetto",
        "onderwerp",
        "ämne",
        "emne",
        "aihe",
        "temat",
        "тема",
        "主题",
        "件名",
        "konu",
    ]
)
_DATE = frozenset(
    [
        *[
            "sent",
            "date",
            "envoyé",
            "gesendet",
            "datum",
            "enviado",
            "fecha",
            "data",
            "inviato",
            "verzonden",
            "skickat",
            "sendt",
        ],
        *[
            "dato",
            "päivämäärä",
            "lähetetty",
            "wysłano",
            "отправлено",
            "дата",
            "日付",
            "日時",
            "gönderildi",
            "tarih",
        ],
        *("enviado el", "enviada em", "enviado em", "am"),
    ]
)
_TO = frozenset(
    [
        "to",
        "cc",
        "bcc",
        "à",
        "an",
        "para",
        "a",
        "aan",
        "till",
        "til",
        "kopia",
        "kopie",
        "vastaanottaja",
        "do",
        "кому",
        "копия",
        "收件人",
        "宛先",
        "kime",
    ]
)
_MARKER = re.compile(r"[ \t]{0,3}(?:-{2,}|_{8,}|={5,})[^\n]{0,80}$")
_SEPARATORS = frozenset(["-- ", "--"])


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a mail's text.

    Attributes:
        text: its words.
        subject: of the fields of a forwarded one.
        sender: likewise.
        sent: RFC 3339 where its date field gives a moment with a zone.
        forwarded: it stands behind a block of fields.
    """

    text: str
    subject: str = ""
    sender: str = ""
    sent: str | None = None
    forwarded: bool = False


def letters(text: str) -> tuple[Letter, ...]:
    """The messages of a text: its own words first, empty where it has none, then the others."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: list[Letter] = []
    fields: dict[str, str] = {}
    begin = at = 0
    while at < len(lines) and len(found) < _MOST_FORWARDED:
        block, end = _block(lines, at)
        if block is None:
            at += 1
            continue
        found.append(_letter(lines[begin:at], fields, forwarded=bool(found)))
        fields, begin, at = block, end, end
    found.append(_letter(lines[begin:], fields, forwarded=bool(found)))
    return tuple(found)


def _letter(lines: Sequence[str], fields: dict[str, str], *, forwarded: bool) -> Letter:
    written = fields.get("date", "").replace(" at ", " ")
    return Letter(
        text="\n".join(lines),
        subject=fields.get("subject", ""),
        sender=fields.get("from", ""),
        sent=parts.moment(written, zoned=True) if written else None,
        forwarded=forwarded,
    )


def _block(lines: Sequence[str], at: int) -> tuple[dict[str, str] | None, int]:
    """The fields of a forwarded mail that begin at a line, and the line behind them."""
    first = _FIELD.match(lines[at][:1000])
    if first is None or first[1].lower() not in _FROM:
        return None, at
    fields: dict[str, str] = {}
    end = at
    for end in range(at, min(at + _LONGEST_BLOCK, len(lines))):
        role, value = _role(lines[end])
        if role in fields and role in {"from", "subject"}:
            break
        if role:
            fields.setdefault(role, value)
        elif not _QUOTE.sub("", lines[end], count=1).strip() or "subject" in fields:
            # A blank line, or the first words of the mail behind its last field.
            break
    else:
        end += 1
    if "subject" not in fields or not {"date", "to"} & fields.keys():
        return None, at
    return fields, end


def _role(line: str) -> tuple[str, str]:
    found = _FIELD.match(line[:1000])
    if found is None:
        return "", ""
    name, value = found[1].lower(), (found[2] or "").strip(" \t*_")
    for role, names in (("from", _FROM), ("subject", _SUBJECT), ("date", _DATE), ("to", _TO)):
        if name in names:
            return role, value
    return "", ""


def readable(text: str) -> Iterator[str]:
    """The ways to read a message's text, the likeliest first, none twice.

    Quoting and signature taken away; only the signature; as it stands.
    """
    bare = unsigned(text)
    seen: set[str] = set()
    for one in (unquoted(bare), bare, unquoted(text), text):
        if one not in seen:
            seen.add(one)
            yield one


def unquoted(text: str) -> str:
    """The text without the marks of quoting at the beginnings of its lines."""
    if ">" not in text:
        return text
    return "\n".join(_QUOTE.sub("", line, count=1) for line in text.split("\n"))


def unsigned(text: str) -> str:
    """The text without signatures: from a separator to what was forwarded, or to the end.

    What is longer than a signature stays.
    """
    lines = text.split("\n")
    if _SEPARATORS.isdisjoint(lines):
        return text
    kept: list[str] = []
    signed: list[str] | None = None
    for line in lines:
        if signed is None:
            if line in _SEPARATORS:
                signed = [line]
            else:
                kept.append(line)
        elif _QUOTE.match(line) or _MARKER.match(line) or len(signed) == _LONGEST_SIGNATURE:
            # So long it is no signature but text behind a line of dashes.
            kept += signed if len(signed) == _LONGEST_SIGNATURE else ()
            kept.append(line)
            signed = None
        else:
            signed.append(line)
    return "\n".join(kept)
