"""Notices in plain text: a published article, a saved message, a text wire, a page's words."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from provenance import captions
from provenance.errors import NoticeError
from provenance.grammars import Context
from provenance.model import Target
from provenance.notices import html
from provenance.notices.carrier import ParsedCarrier, read
from provenance.notices.mails import parts, sender

_LARGEST = 10_000_000
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 27, 28, 29, 30, 31})
_MOST_CONTROLS = 0.01
_FIVE = b"\x81\x8d\x8f\x90\x9d"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIRE_HEAD = 1200
_WIRE_CONTROLS = {
    **dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)), " "),
    0x1E: "\n",
}
_META = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})")


def parse(
    name: str,
    data: bytes,
    *,
    context: Context | None = None,
    named: Sequence[Target] = (),
) -> ParsedCarrier:
    """The notices and captions of a text file.

    A text without any caption is one message to clients; in an article only the forms count
    that are sure anywhere, unless what it came with was marked as a correction.

    Args:
        name: the file, for occurrences and errors.
        data: its bytes.
        context: what is known of the message that it came with, if it came with one.
        named: targets of the notices that name no picture of their own.

    Raises:
        NoticeError: the file is too large, or is no text.
    """
    return _read(name, decode(name, data), "", context, named)


def parse_wire(name: str, data: bytes) -> ParsedCarrier:
    """The notices of a text wire (IPTC 7901, ANPA 1312), its private note among them.

    Raises:
        NoticeError: the file is too large.
    """
    _check_size(name, data)
    text = _eight_bit(data).translate(_WIRE_CONTROLS)
    # Keyword and headline stand in front of the text; what they announce, the text holds.
    context = Context(signalled=sender.signalled(text[:_WIRE_HEAD].partition("\n\n\n")[0]))
    return read(text, source=name, locator="wire text", context=context)


def parse_html(
    name: str,
    data: bytes,
    *,
    context: Context | None = None,
    named: Sequence[Target] = (),
) -> ParsedCarrier:
    """The same as ``parse``, of the visible words of an HTML file.

    Raises:
        NoticeError: the file is too large, or cannot be read.
    """
    return _read(name, html.words(_markup(name, data), name), "html text", context, named)


def _read(
    name: str, text: str, locator: str, context: Context | None, named: Sequence[Target]
) -> ParsedCarrier:
    message = context is not None and context.signalled
    if not message:
        context = None if captions.segment(text) else context or Context()
    return read(text, source=name, named=named, locator=locator, context=context)


def _markup(name: str, data: bytes) -> str:
    declared = _META.search(data[:4096])
    if declared is not None and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = parts.charset(declared[1].decode("ascii"))
        if codec is not None:
            _check_size(name, data)
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                return decode(name, data)
    return decode(name, data)


def decode(name: str, data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, UTF-16, else Windows-1252.

    Raises:
        NoticeError: the file is too large, or is no text.
    """
    _check_size(name, data)
    try:
        for mark, encoding in _BOMS:
            if data.startswith(mark):
                return data.decode(encoding)
        wide = _wide(data)
        if wide is not None and not _is_binary(data.replace(b"\x00", b"")):
            return data.decode(wide)
    except UnicodeDecodeError as error:
        raise _no_text(name) from error
    if b"\x00" in data or _is_binary(data):
        raise _no_text(name)
    return _eight_bit(data)


def _eight_bit(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Five bytes have no meaning in Windows-1252; latin-1 gives them as C1 controls.
        fits = not any(byte in data for byte in _FIVE)
        return data.decode("cp1252") if fits else data.decode("latin-1")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of mostly Western text is a NUL."""
    if b"\x00" not in data[:4096] or len(data) % 2:
        return None
    head = data[:4096]
    low, high = head[::2].count(0), head[1::2].count(0)
    enough = len(head) // 4
    if high > enough and not low:
        return "utf-16-le"
    return "utf-16-be" if low > enough and not high else None


def _is_binary(data: bytes) -> bool:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return controls > _MOST_CONTROLS * len(data)


def _check_size(name: str, data: bytes) -> None:
    if len(data) > _LARGEST:
        raise NoticeError(
            f"{name} has {len(data):,} bytes; a notice of up to {_LARGEST:,} is read.",
            code="notice-too-large",
            remedy="Save the notice itself as a text file.",
        )


def _no_text(name: str) -> NoticeError:
    return NoticeError(
        f"{name} is neither a text, a page, a mail nor a wire item.",
        code="carrier-unknown",
        remedy="Save the notice's words as a text file, or the mail as .eml.",
    )
