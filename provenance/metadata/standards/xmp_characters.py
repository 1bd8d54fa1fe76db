"""The characters of a plain XMP packet, and the references to characters in it."""

from __future__ import annotations

import re

# What are no characters of XML, and the carriage return, which XML reads as a line feed, are
# something else in this table.
_ALLOWED = bytes(octet if octet >= 0x20 or octet in {0x09, 0x0A} else 0x20 for octet in range(256))

_REFERENCE = re.compile("&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,5})|#x([0-9A-Fa-f]{1,4}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def plain_text(octets: bytes) -> str | None:
    """The text of a part of a packet, None where it holds what no plain packet has."""
    if (
        (b"!" in octets and b"<!" in octets)
        or (b"]" in octets and b"]]>" in octets)
        or octets.translate(_ALLOWED) != octets
    ):
        return None
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return None
    if "\ufffe" in text or "\uffff" in text or ("&" in text and not _are_references(text)):
        return None
    return text


def _are_references(text: str) -> bool:
    """Whether every ampersand begins a reference to a character that XML allows."""
    found = _REFERENCE.findall(text)
    return len(found) == text.count("&") and all(
        named or _is_character(int(decimal) if decimal else int(hexadecimal, 16))
        for named, decimal, hexadecimal in found
    )


def _is_character(code: int) -> bool:
    """XML 1.0, production 2; beyond U+FFFF nothing is plain."""
    return code in {0x09, 0x0A, 0x0D} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD


def resolved(text: str) -> str:
    """Text with its references replaced."""
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def _referred(reference: re.Match[str]) -> str:
    named, decimal, hexadecimal = reference.groups()
    return _NAMED[named] if named else chr(int(decimal) if decimal else int(hexadecimal, 16))
