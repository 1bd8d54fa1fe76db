"""Notices in a mail folder (RFC 4155, "mbox"): each message is a carrier of its own.

The folder is walked with one message in hand. Lines that begin with ``>From`` have the
mark taken away that the format put there (the "mboxrd" way, which reads the older ones too).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from provenance.errors import NoticeError
from provenance.notices.carrier import ParsedCarrier
from provenance.notices.identity import merge
from provenance.notices.mails import mail

_LARGEST = 512_000_000
_MOST_MESSAGES = 50_000
_LARGEST_ATTACHED = 128_000_000

# "From", an address, and a date as C's asctime writes it; a header field must follow.
_POSTMARK = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n)|(?<=\r\r))"
    rb"From [^\r\n]{1,400}?\d\d:\d\d[^\r\n]{0,100}(?:\r\n|\n|\r)(?=[!-9;-~]{1,60}:)"
)
_ESCAPED = re.compile(rb"(?m)^>(>{0,100}From )")


def parse(name: str, data: bytes) -> ParsedCarrier:
    """The notices and captions of every message, each with its own date of receipt.

    A message that cannot be read is in ``errors`` and never stops the rest. Locators name
    the message: ``message 3: mail body``. Pictures attached beyond 128 MB in all are named
    in ``skipped``.

    Raises:
        NoticeError: ``notice-limit``; the folder is too large.
    """
    if len(data) > _LARGEST:
        raise _refused(name, f"{len(data):,} bytes; a folder of up to {_LARGEST:,} is read")
    found: list[ParsedCarrier] = []
    attached = 0
    for number, message in enumerate(_messages(name, data), start=1):
        one = _message(name, number, message)
        size = sum(len(content) for _, content in one.attached)
        if attached + size > _LARGEST_ATTACHED:
            names = tuple(label for label, _ in one.attached)
            one = replace(one, attached=(), skipped=(*one.skipped, *names))
        else:
            attached += size
        if one != ParsedCarrier():
            found.append(one)
    return ParsedCarrier(
        notices=merge([one for each in found for one in each.notices]),
        captions=tuple(one for each in found for one in each.captions),
        errors=tuple(one for each in found for one in each.errors),
        items=tuple(one for each in found for one in each.items),
        attached=tuple(one for each in found for one in each.attached),
        skipped=tuple(one for each in found for one in each.skipped),
    )


def _messages(name: str, data: bytes) -> Iterator[bytes]:
    """The messages in order, without their From lines."""
    begin = -1
    for number, mark in enumerate(_POSTMARK.finditer(data), start=1):
        if number > _MOST_MESSAGES:
            raise _refused(name, f"more than {_MOST_MESSAGES:,} messages")
        if begin >= 0:
            yield data[begin : mark.start()]
        begin = mark.end()
    yield data[max(begin, 0) :]


def _message(name: str, number: int, message: bytes) -> ParsedCarrier:
    if b"\n>" in message:
        message = _ESCAPED.sub(rb"\1", message)
    try:
        parsed, received = mail.parse(f"{name}, message {number}", message)
    except NoticeError as error:
        return ParsedCarrier(errors=(error,))
    notices = (
        replace(
            one,
            received=received,
            occurrences=tuple(
                replace(seen, source=name, locator=f"message {number}: {seen.locator}")
                for seen in one.occurrences
            ),
        )
        for one in parsed.notices
    )
    return replace(parsed, notices=tuple(notices))


def _refused(name: str, limit: str) -> NoticeError:
    return NoticeError(
        f"{name}: the mail folder has {limit}.",
        code="notice-limit",
        remedy="Give the folder in parts, or save the messages as .eml files.",
    )
