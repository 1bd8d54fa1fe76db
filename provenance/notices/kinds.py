"""What a file is, by its content: its name only tells where its content leaves it open."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

_HEAD = 64 * 1024
_TAIL = 4096

_FIELDS = re.compile(rb"(?im)^([a-z][a-z0-9-]{1,30}):")
_KNOWN_FIELDS = frozenset(
    b"from to subject date received message-id mime-version return-path delivered-to sender"
    b" reply-to content-type x-mailer".split()
)
# RFC 4155 gives "From", an address and a date as C's asctime writes it; Thunderbird's
# address is "-", and others put a zone before the year.
_POSTMARK = re.compile(rb"From [^\r\n]{1,400}?\d\d:\d\d[^\r\n]{0,100}\r?\n(?=[!-9;-~]{1,60}:)")
_WIRE = re.compile(rb"[\x16\s]{0,64}\x01[0-9A-Za-z ]{3,40}[^\x00]{0,500}?\x02")
_JSON = re.compile(r"\{\s{0,9999}(?:\"|\})|\[\s{0,9999}(?:\{\s{0,9999}[\"}]|\])")
_JSON_ARRAY = re.compile(r"\[\s{0,9999}(?:[\"\[\d-]|true|false|null)")
_PROLOGUE = re.compile(r"\s{0,9999}(?:<!--.{0,4000}?-->|<\?(?!xml\b).{0,1000}?\?>)", re.DOTALL)
_DOCTYPE = re.compile(r"(?i)<!doctype\s{1,99}([\w.:-]{1,100})")
_XML = re.compile(r"(?i)<\?xml[\s?]")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]{0,99})(?=[\s/>])")
_HTML = frozenset(
    """html head body title meta link style script p div span a b i u em strong font center br hr
    table tbody tr td ul ol li dl h1 h2 h3 h4 h5 h6 img figure figcaption article section main
    header footer nav blockquote pre""".split()  # noqa: SIM905 - names, easier to read so
)
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an Outlook message or an old Office document",
        "Save the message as .eml, or the notice's words as a text file.",
    ),
    (b"%PDF-", "a PDF", "Save the notice's words as a text file."),
    (b"{\\rtf", "a rich text document", "Save the notice's words as a text file."),
    (b"PK\x03\x04", "an archive or an Office document", "Give the files that are in it."),
    (b"\x1f\x8b", "a compressed file", "Give the file that is in it."),
)


class Kind(StrEnum):
    """How a carrier is to be read."""

    MBOX = "mbox"
    MAIL = "mail"
    JSON = "json"
    XML = "xml"
    HTML = "html"
    WIRE = "wire"
    TEXT = "text"


def kind(name: str, data: bytes) -> Kind:
    """How the bytes are to be read.

    The name counts only for a mail with a single header field that mails have. What is no
    text at all is ``TEXT`` too, and refused by who decodes it.
    """
    if is_mbox(data):
        return Kind.MBOX
    if is_mail(data) or (name.lower().endswith(".eml") and _fields(data)):
        return Kind.MAIL
    if is_wire(data):
        return Kind.WIRE
    head = _text_of(data[:_HEAD]).lstrip("\ufeff \t\r\n\f")
    if _is_json(head, data):
        return Kind.JSON
    return _marked_up(head, data)


def foreign(data: bytes) -> tuple[str, str] | None:
    """What a file of another program is, and what a person can do; None where it may be text."""
    return next((told for mark, *told in _FOREIGN if data.startswith(mark)), None)  # type: ignore[return-value]


def is_mbox(data: bytes) -> bool:
    """Whether the bytes begin as a mail folder does (RFC 4155): a From line, a header field."""
    return _POSTMARK.match(data, 0, 4096) is not None


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin as a mail does: at least two header fields that mails have."""
    return len(_fields(data) & _KNOWN_FIELDS) > 1


def _fields(data: bytes) -> set[bytes]:
    head = data[:4096].removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    head = head.lstrip(b"\n").split(b"\n\n", 1)[0]
    if not _FIELDS.match(head):
        return set()
    return {match[1].lower() for match in _FIELDS.finditer(head)}


def is_wire(data: bytes) -> bool:
    """Whether the bytes begin as an IPTC 7901 or ANPA 1312 message: SOH, a header, STX."""
    return _WIRE.match(data) is not None


def _text_of(head: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return head.decode(encoding, "replace")
    if b"\x00" in head[:64]:
        # Wide characters without a mark: those of markup are ASCII all the same.
        return head.replace(b"\x00", b"").decode("latin-1")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _is_json(head: str, data: bytes) -> bool:
    if _JSON.match(head):
        return True
    end = _text_of(data[-64:]).rstrip(" \t\r\n\x00")
    return bool(_JSON_ARRAY.match(head)) and end.endswith("]")


def _marked_up(head: str, data: bytes) -> Kind:
    declared = _XML.match(head) is not None
    if declared:
        head = head.partition("?>")[2].lstrip()
    for _ in range(20):
        aside = _PROLOGUE.match(head)
        if aside is None:
            break
        head = head[aside.end() :].lstrip()
    doctype = _DOCTYPE.match(head)
    if doctype is not None:
        return Kind.HTML if doctype[1].lower() == "html" else Kind.XML
    root = _ROOT.match(head)
    if root is not None and root[1].lower() in ({"html"} if declared else _HTML):
        return Kind.HTML
    if declared or (root is not None and _is_closed(root[1], data)):
        return Kind.XML
    return Kind.TEXT


def _is_closed(root: str, data: bytes) -> bool:
    """Whether the last tag closes the first: a word in angle brackets is no markup."""
    tail = _text_of(data[-_TAIL:]).replace("\x00", "")
    return f"</{root}" in tail or "/>" in tail
