"""Notices in plain text: a published article, a saved message, a caption."""

from __future__ import annotations

import codecs
import json

from provenance.errors import NoticeError
from provenance.grammars import Context
from provenance.notices import html
from provenance.notices.carrier import ParsedCarrier, read

_LARGEST = 10_000_000
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 27, 28, 29, 30, 31})
_MOST_CONTROLS = 0.01
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def parse(name: str, data: bytes) -> ParsedCarrier:
    """The notices and captions of a text file.

    Raises:
        NoticeError: the file is too large, is no text, or is a structured format.
    """
    text = decode(name, data)
    head = text.lstrip()[:512].lower()
    if head.startswith(("<!doctype html", "<html")):
        return read(html.words(text, name), source=name, locator="html text", context=Context())
    if head.startswith("<?xml") or _is_json(text):
        raise NoticeError(
            f"{name} is XML or JSON, not a text, a mail or a page.",
            code="carrier-unknown",
            remedy="Save the notice's words as a text file.",
        )
    return read(text, source=name, context=Context())


def decode(name: str, data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252.

    Raises:
        NoticeError: the file is too large, or is no text.
    """
    if len(data) > _LARGEST:
        raise NoticeError(
            f"{name} has {len(data):,} bytes; a notice of up to {_LARGEST:,} is read.",
            code="notice-too-large",
            remedy="Save the notice itself as a text file.",
        )
    try:
        for mark, encoding in _BOMS:
            if data.startswith(mark):
                return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(name) from error
    if b"\x00" in data or _controls(data) > _MOST_CONTROLS * len(data):
        raise _no_text(name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Five bytes have no meaning in Windows-1252; latin-1 gives them as C1 controls.
        return data.decode("cp1252", "replace") if _fits(data) else data.decode("latin-1")


def _fits(data: bytes) -> bool:
    return not any(byte in data for byte in b"\x81\x8d\x8f\x90\x9d")


def _controls(data: bytes) -> int:
    return len(data) - len(data.translate(None, _CONTROLS))


def _no_text(name: str) -> NoticeError:
    return NoticeError(
        f"{name} is neither a text nor a mail.",
        code="carrier-unknown",
        remedy="Save the notice's words as a text file, or the mail as .eml.",
    )


def _is_json(text: str) -> bool:
    stripped = text.strip()
    if not stripped.startswith(("{", '["', "[{")) or not stripped.endswith(("}", "]")):
        return False
    try:
        json.loads(stripped)
    except (ValueError, RecursionError):
        return False
    return True
