"""Notices in a mail (RFC 5322, MIME): its subject, its text and what is attached.

The mail is hostile. It is measured before the parser sees it, because nested parts, long
headers and encoded words cost the parser more than their length; attachments are hashed
and never opened, but for the scan digest of a JPEG.
"""

from __future__ import annotations

import codecs
import email
import email.message
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email.errors import MessageError
from email.header import decode_header
from email.policy import compat32
from email.utils import parsedate_to_datetime

from provenance import identifiers, metadata
from provenance.errors import NoticeError, UnreadableError
from provenance.grammars import Context
from provenance.model import Target, TargetKind
from provenance.notices import html
from provenance.notices.carrier import ParsedCarrier, read

_LARGEST = 48_000_000
_LONGEST_HEADERS = 64 * 1024
_LONGEST_FIELD = 8 * 1024
_MOST_PARTS = 200
_DEEPEST = 20
_MOST_CONTAINERS = 40
_LARGEST_BODY = 10_000_000
_MOST_WORK = 10_000_000
_LONGEST_SUBJECT = 2000

_FIELDS = re.compile(rb"(?im)^([a-z][a-z0-9-]{1,30}):")
_KNOWN_FIELDS = frozenset(
    b"from to subject date received message-id mime-version return-path delivered-to sender"
    b" reply-to content-type x-mailer".split()
)
_MIME_FIELD = re.compile(rb"(?im)^content-[a-z-]{1,30}:[^\n]*(?:\n[ \t][^\n]*)*")
_CONTAINER = re.compile(rb"(?i)(?:multipart|message)/")
_CHARSET = re.compile(
    r"utf_?(?:8|16|32)(?:_[bl]e)?|ascii|us_ascii|iso8859_\d+|latin_?1|cp\d{3,4}|koi8_[rut]|gb\w+|big5\w*"
    r"|shift_jis\w*|euc_\w+|iso2022_\w+|mac_\w+|tis_620"
)
_REPLY = re.compile(r"(?i)^(?:\s{0,4}(?:re|fwd?|wg|tr|aw|rv)\s{0,2}:){1,8}\s{0,4}")
_KILL = re.compile(r"(?i)\bmandatory\s{1,4}kill\b")


@dataclass(frozen=True, slots=True)
class _Body:
    """What is read of a mail: its words, and the pictures attached to it."""

    subject: str
    text: str
    attachments: tuple[tuple[str, bytes], ...]
    date: str | None


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin as a mail does: at least two header fields that mails have."""
    head = data[:4096].replace(b"\r\n", b"\n").lstrip(b"\n").split(b"\n\n", 1)[0]
    if not _FIELDS.match(head):
        return False
    names = {match[1].lower() for match in _FIELDS.finditer(head)}
    return len(names & _KNOWN_FIELDS) > 1


def parse(name: str, data: bytes) -> tuple[ParsedCarrier, str | None]:
    """The notices and captions of a mail, and the time that its Date field gives.

    Every agency identifier in subject, body or an attachment's name is a target of the
    notice, and so are the digests of attached pictures.

    Raises:
        NoticeError: a limit is exceeded, or the mail cannot be read.
    """
    _measure(name, data)
    try:
        body = _open(name, email.message_from_bytes(data, policy=compat32))
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, IndexError,
            AttributeError, AssertionError) as error:  # fmt: skip
        # The parser's own failures on malformed headers are of all these kinds.
        raise NoticeError(
            f"{name}: the mail cannot be read ({type(error).__name__}).",
            remedy="Save the notice's words as a text file.",
        ) from error
    return _read(name, body), body.date


def _measure(name: str, data: bytes) -> None:
    """Refuse what would cost the parser more than a notice is worth."""
    if len(data) > _LARGEST:
        raise _refused(name, f"more than {_LARGEST:,} bytes")
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if len(data.split(b"\n\n", 1)[0]) > _LONGEST_HEADERS:
        raise _refused(name, f"more than {_LONGEST_HEADERS:,} bytes of headers")
    containers = sum(1 for _ in _CONTAINER.finditer(data))
    if containers > _MOST_CONTAINERS:
        raise _refused(name, f"more than {_MOST_CONTAINERS} nested parts")
    if data.count(b"\n") * (containers + 1) > _MOST_WORK:
        raise _refused(name, "too many lines in nested parts")
    if any(m.end() - m.start() > _LONGEST_FIELD for m in _MIME_FIELD.finditer(data)):
        raise _refused(name, f"a header field of more than {_LONGEST_FIELD:,} bytes")


def _refused(name: str, limit: str) -> NoticeError:
    return NoticeError(
        f"{name}: the mail has {limit}.",
        code="notice-limit",
        remedy="Save the notice's words as a text file.",
    )


def _open(name: str, message: email.message.Message) -> _Body:
    plain: list[str] = []
    marked_up: list[str] = []
    attachments: list[tuple[str, bytes]] = []
    size = 0
    for part in _parts(name, message):
        kind = part.get_content_type()
        filename = part.get_filename()
        if filename is not None or kind.startswith(("image/", "application/")):
            if part.get("Content-ID") is None or part.get_content_disposition() == "attachment":
                attachments.append((_header(filename or ""), _payload(part)))
        elif kind in {"text/plain", "text/html"}:
            words = _words(part)
            size += len(words)
            if size > _LARGEST_BODY:
                raise _refused(name, f"more than {_LARGEST_BODY:,} characters of text")
            (plain if kind == "text/plain" else marked_up).append(words)
    text = "\n\n".join(plain) if any(words.strip() for words in plain) else ""
    if not text:
        text = "\n\n".join(html.words(words, name) for words in marked_up if words.strip())
    return _Body(_header(str(message.get("Subject", ""))), text, tuple(attachments), _date(message))


def _parts(name: str, message: email.message.Message) -> Iterator[email.message.Message]:
    """The leaves of the mail, in order, without recursion."""
    waiting = [(message, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > _MOST_PARTS:
            raise _refused(name, f"more than {_MOST_PARTS} parts")
        if depth > _DEEPEST:
            raise _refused(name, f"parts nested more than {_DEEPEST} deep")
        # A leaf's payload is not asked for: it would be decoded by a charset of its own choice.
        payload = part.get_payload() if part.is_multipart() else None
        if isinstance(payload, list):
            inner = [one for one in payload if isinstance(one, email.message.Message)]
            waiting.extend((one, depth + 1) for one in reversed(inner))
        else:
            yield part


def _payload(part: email.message.Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _words(part: email.message.Message) -> str:
    data = _payload(part)
    declared = str(part.get_content_charset() or "utf-8")
    try:
        return data.decode("utf-8" if not _known(declared) else declared)
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", "replace")


def _known(charset: str) -> bool:
    """Whether a charset is one of mail's; others ("punycode", "zlib") are not decoders of text."""
    try:
        label = codecs.lookup(charset).name.lower().replace("-", "_")
    except (LookupError, ValueError):
        return False
    return _CHARSET.fullmatch(label) is not None


def _header(value: str) -> str:
    """A header field with its encoded words (RFC 2047) decoded; damage stays visible."""
    value = value[:_LONGEST_SUBJECT]
    try:
        pieces = decode_header(value)
    except (MessageError, ValueError):
        return " ".join(value.split())
    words: list[str] = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            words.append(piece)
        else:
            known = charset if charset is not None and _known(charset) else "utf-8"
            words.append(piece.decode(known, "replace"))
    return " ".join("".join(words).split())


def _date(message: email.message.Message) -> str | None:
    value = message.get("Date")
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(str(value)[:_LONGEST_SUBJECT])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).isoformat()


def _read(name: str, body: _Body) -> ParsedCarrier:
    subject = _REPLY.sub("", body.subject)
    named = [*_targets(f"{subject}\n{body.text}"), *_attached(body)]
    whole = bool(_KILL.search(subject)) and not _KILL.search(body.text)
    if whole:
        # The subject is the heading of this notice and its first words.
        together = read(
            f"{subject}\n{body.text}",
            source=name,
            named=named,
            locator="mail subject and body",
            context=Context(),
        )
        if together.notices:
            return together
        alone = read(subject, source=name, named=named, locator="mail subject", context=Context())
        if alone.notices:
            return alone
    return read(body.text, source=name, named=named, locator="mail body", context=Context())


def _targets(text: str) -> list[Target]:
    return [Target(TargetKind.IDENTIFIER, one.written) for one in identifiers.find(text)]


def _attached(body: _Body) -> Iterator[Target]:
    for filename, data in body.attachments:
        yield from _targets(filename)
        if metadata.sniff(data[: metadata.SNIFF_LENGTH]) is None:
            continue
        yield Target(TargetKind.DIGEST, "sha256:" + hashlib.sha256(data).hexdigest())
        scan = _scan_digest(data)
        if scan is not None:
            yield Target(TargetKind.DIGEST, "scan:" + scan)


def _scan_digest(data: bytes) -> str | None:
    try:
        return metadata.digests(data).scan
    except UnreadableError:
        # A damaged attachment still names itself by its name and its bytes.
        return None
