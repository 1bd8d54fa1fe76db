"""The parts of a mail (RFC 2045 to 2047, 2231, 3676), taken apart with limits.

The standard library's parser under its ``compat32`` policy does the taking apart; it is
given only what was measured before, because nested parts, long headers and encoded words
cost it more than their length.
"""

from __future__ import annotations

import codecs
import email
import email.message
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email.errors import MessageError
from email.header import decode_header
from email.policy import compat32
from email.utils import parsedate_to_datetime

from provenance.errors import NoticeError

LARGEST = 48_000_000
MOST_PARTS = 200
DEEPEST = 20
_LONGEST_HEADERS = 64 * 1024
_LONGEST_FIELD = 8 * 1024
_MOST_ADDRESSES = 500
_MOST_CONTAINERS = 40
_MOST_WORK = 5_000_000
_LONGEST_VALUE = 2000

_MIME_FIELD = re.compile(rb"(?im)^content-[a-z-]{1,30}:[^\n]*(?:\n[ \t][^\n]*)*")
_ADDRESSES = re.compile(
    rb"(?im)^(?:resent-)?(?:to|cc|bcc|from|sender|reply-to):([^\n]*(?:\n[ \t][^\n]*)*)"
)
_CONTAINER = re.compile(rb"(?i)(?:multipart|message)/")
_CHARSET = re.compile(
    r"utf_?(?:8|16|32)(?:_[bl]e)?|ascii|us_ascii|iso8859_\d+|latin_?1|cp\d{3,4}|koi8_[rut]|gb\w+|big5\w*"
    r"|shift_jis\w*|euc_\w+|iso2022_\w+|mac_\w+|tis_620"
)
_WESTERN = frozenset({"ascii", "us_ascii", "iso8859_1", "latin_1", "latin1", "cp1252"})


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail, or a whole mail inside it.

    Attributes:
        media_type: as declared, in lower case.
        filename: decoded; empty where none is given.
        attached: it came as a file of its own, and is no text of the mail.
        inline: a picture that the text shows, a logo for instance.
        depth: how many containers it stands in.
        part: the parser's object.
    """

    media_type: str
    filename: str
    attached: bool
    inline: bool
    depth: int
    part: email.message.Message


class Budget:
    """How many parts of one mail, and of the mails in it, may still be looked at."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left = MOST_PARTS

    def spend(self, depth: int) -> None:
        """Count one part.

        Raises:
            NoticeError: ``notice-limit``; there are too many, or it stands too deep.
        """
        self._left -= 1
        if self._left < 0:
            raise refused(self._name, f"more than {MOST_PARTS} parts")
        if depth > DEEPEST:
            raise refused(self._name, f"parts nested more than {DEEPEST} deep")


def refused(name: str, limit: str) -> NoticeError:
    """The refusal of a mail that exceeds a limit."""
    return NoticeError(
        f"{name}: the mail has {limit}.",
        code="notice-limit",
        remedy="Save the notice's words as a text file.",
    )


def parsed(name: str, data: bytes) -> email.message.Message:
    """The mail as the parser takes it apart, measured before.

    Raises:
        NoticeError: ``notice-limit`` where it would cost the parser more than a notice is
            worth; ``notice`` where the parser fails.
    """
    _measure(name, data)
    with_failures = (
        *(MessageError, RecursionError, ValueError, LookupError, TypeError),
        *(AttributeError, AssertionError),
    )
    try:
        return email.message_from_bytes(data.removeprefix(codecs.BOM_UTF8), policy=compat32)
    except with_failures as error:
        # The parser's own failures on malformed headers are of all these kinds.
        raise unreadable(name, error) from error


def unreadable(name: str, error: Exception) -> NoticeError:
    """The refusal of a mail on which the parser fails."""
    return NoticeError(
        f"{name}: the mail cannot be read ({type(error).__name__}).",
        remedy="Save the notice's words as a text file.",
    )


def _measure(name: str, data: bytes) -> None:
    if len(data) > LARGEST:
        raise refused(name, f"more than {LARGEST:,} bytes")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    head = data.lstrip(b"\n")[: _LONGEST_HEADERS + 2].split(b"\n\n", 1)[0]
    if len(head) > _LONGEST_HEADERS:
        raise refused(name, f"more than {_LONGEST_HEADERS:,} bytes of headers")
    addresses = sum(found[1].count(b"@") for found in _ADDRESSES.finditer(head))
    if addresses > _MOST_ADDRESSES:
        raise refused(name, f"more than {_MOST_ADDRESSES} addresses")
    containers = sum(1 for _ in _CONTAINER.finditer(data))
    if containers > _MOST_CONTAINERS:
        raise refused(name, f"more than {_MOST_CONTAINERS} nested parts")
    if data.count(b"\n") * (containers + 1) > _MOST_WORK:
        raise refused(name, "too many lines in nested parts")
    if any(m.end() - m.start() > _LONGEST_FIELD for m in _MIME_FIELD.finditer(data)):
        raise refused(name, f"a header field of more than {_LONGEST_FIELD:,} bytes")


def leaves(message: email.message.Message, budget: Budget, depth: int) -> Iterator[Part]:
    """The leaves of a mail in order, without recursion; a mail inside it is a leaf.

    Raises:
        NoticeError: ``notice-limit``.
    """
    waiting = [(message, depth)]
    while waiting:
        part, level = waiting.pop()
        budget.spend(level)
        if part is message or part.get_content_maintype() != "message":
            # A leaf's payload is not asked for: it would be decoded by a charset of its choice.
            payload = part.get_payload() if part.is_multipart() else None
            if isinstance(payload, list) and part.get_content_maintype() != "message":
                inner = [one for one in payload if isinstance(one, email.message.Message)]
                waiting.extend((one, level + 1) for one in reversed(inner))
                continue
        yield _leaf(part, level)


def _leaf(part: email.message.Message, depth: int) -> Part:
    kind = part.get_content_type()
    filename = header(part.get_filename() or "")
    disposed = part.get_content_disposition()
    attached = (
        bool(filename) or disposed == "attachment" or not kind.startswith(("text/", "message/"))
    )
    inline = part.get("Content-ID") is not None and disposed != "attachment"
    return Part(kind, filename, attached, inline, depth, part)


def inner(part: email.message.Message) -> email.message.Message | None:
    """The mail that a ``message/rfc822`` part holds, where the parser has it."""
    payload = part.get_payload() if part.is_multipart() else None
    if isinstance(payload, list) and payload and isinstance(payload[0], email.message.Message):
        return payload[0]
    return None


def content(part: email.message.Message) -> bytes:
    """The decoded bytes of a leaf (base64, quoted-printable, uuencode)."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def words(part: email.message.Message) -> str:
    """The text of a text part: by its charset, or by what its bytes are where that is false.

    Lines of ``format=flowed`` (RFC 3676) are joined.
    """
    data = content(part)
    text = _decoded(data, str(part.get_content_charset() or "utf-8"))
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return unflowed(text, delsp=str(part.get_param("delsp", "")).lower() == "yes")


def _decoded(data: bytes, declared: str) -> str:
    name = charset(declared)
    if name is None or name in _WESTERN:
        # What reads as UTF-8 beyond ASCII is UTF-8, whatever Western set was declared.
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def charset(declared: str) -> str | None:
    """The codec's name of one of mail's charsets; None for others ("punycode", "zlib")."""
    try:
        label = codecs.lookup(declared[:64]).name.lower().replace("-", "_")
    except (LookupError, ValueError):
        return None
    return label if _CHARSET.fullmatch(label) else None


def unflowed(text: str, *, delsp: bool) -> str:
    """Join the soft line breaks of ``format=flowed`` text (RFC 3676, 4)."""
    out: list[str] = []
    open_at = -1
    for line in text.replace("\r\n", "\n").split("\n"):
        body = line.lstrip(">")
        quoted = len(line) - len(body)
        body = body.removeprefix(" ")
        soft = body.endswith(" ") and body != "-- "
        piece = body[:-1] if soft and delsp else body
        if open_at == quoted and body != "-- ":
            out[-1] += piece
        else:
            out.append(">" * quoted + (" " if quoted else "") + piece)
        open_at = quoted if soft else -1
    return "\n".join(out)


def field(message: email.message.Message, name: str) -> str:
    """The value of a header field, decoded; raw octets in it are UTF-8, else Windows-1252."""
    wanted = name.lower()
    for key, value in message.raw_items():
        if key.lower() == wanted:
            return header(_octets(str(value)[:_LONGEST_VALUE]))
    return ""


def _octets(value: str) -> str:
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def header(value: str) -> str:
    """A header value with its encoded words (RFC 2047) decoded; damage stays visible."""
    value = value[:_LONGEST_VALUE]
    try:
        pieces = decode_header(value)
    except (MessageError, ValueError):
        return " ".join(value.split())
    found: list[str] = []
    for piece, declared in pieces:
        if isinstance(piece, str):
            found.append(piece)
        else:
            known = charset(declared) if declared is not None else None
            found.append(piece.decode(known or "utf-8", "replace"))
    return " ".join("".join(found).split())


def date(message: email.message.Message) -> str | None:
    """The moment of the Date field (RFC 5322, 3.3) as RFC 3339; UTC where it has no zone."""
    value = field(message, "Date")
    return moment(value, zoned=False) if value else None


def moment(written: str, *, zoned: bool) -> str | None:
    """A date as mails write it, as RFC 3339; None where it is none.

    Args:
        written: the words.
        zoned: only a date with a zone counts; else UTC stands for a missing one.
    """
    try:
        found = parsedate_to_datetime(written[:_LONGEST_VALUE])
        if found.tzinfo is None:
            if zoned:
                return None
            found = found.replace(tzinfo=UTC)
        return found.isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
