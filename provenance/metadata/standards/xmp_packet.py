"""The XMP packet as bytes: its encoding, its wrapper, its padding (ISO 16684-1, 7.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from provenance.metadata.properties import RDF

_SIGNATURES = (
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
_DECLARATION = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_DECLARABLE = {
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
    "us-ascii": "ascii",
}
_NEW_PADDING = 2048
"""Octets of padding that a new packet gets (ISO 16684-1, 7.3.2 recommends 2 KB to 4 KB)."""
_LINE = 100
_PACKET_END = re.compile(r"<\?xpacket\s+end\b")


@dataclass(frozen=True, slots=True)
class Transcript:
    """A packet's text as UTF-8, and what it was before.

    Attributes:
        text: UTF-8 octets, the byte order mark kept where there was one.
        encoding: Python's name of the packet's own encoding.
        damaged: octets that the encoding does not know were read as something else.
    """

    text: bytes
    encoding: str
    damaged: bool


def encoding_of(packet: bytes) -> str:
    """The encoding of a packet, by its first octets and its XML declaration.

    Returns:
        Python's name of the encoding; ``utf-8`` unless the octets say otherwise.
        Source: XML 1.0 appendix F; ISO 16684-1, 7.3.2 allows UTF-8, UTF-16, UTF-32.
    """
    head = packet[:4]
    if b"\x00" in head or head[:1] in (b"\xff", b"\xfe"):
        for signature, name in _SIGNATURES:
            if head.startswith(signature):
                return name
    if b"<?xml " in packet[:10]:
        declared = _DECLARATION.match(packet)
        if declared:
            return _DECLARABLE.get(declared[1].decode("ascii").lower(), "utf-8")
    return "utf-8"


def transcribe(packet: bytes) -> Transcript:
    """The packet as UTF-8; octets of no meaning are read as Windows-1252, and told."""
    encoding = encoding_of(packet)
    try:
        text = packet.decode(encoding)
    except UnicodeDecodeError:
        damaged = True
        text = _lenient(packet, encoding)
    else:
        damaged = False
    return Transcript(text.encode("utf-8"), encoding, damaged)


def _lenient(packet: bytes, encoding: str) -> str:
    if encoding != "utf-8":
        return packet.decode(encoding, "replace")
    return readable(packet.decode("utf-8", "surrogateescape"), encoding)


def readable(source: str, encoding: str) -> str:
    """Text that was decoded with ``surrogateescape``, as ``transcribe`` reads it.

    Character by character: an octet without a meaning is one character in either.
    """
    return source.translate(_WESTERN if encoding == "utf-8" else _UNKNOWN)


# A control character has no place in XML: an octet without a meaning is shown as such.
_WESTERN = {
    0xDC00 + octet: bytes((octet,)).decode("cp1252", "replace") for octet in range(0x80, 0x100)
}
_UNKNOWN = dict.fromkeys(_WESTERN, "\ufffd")


def body(packet: bytes) -> bytes:
    """The packet without the octets that some writers leave before ``<`` and behind ``>``."""
    start = packet.find(b"<")
    return packet[start : packet.rfind(b">") + 1] if start >= 0 else b""


def has_doctype(text: bytes) -> bool:
    """Whether UTF-8 packet text has a document type before its root element."""
    position = text.find(b"<")
    while position >= 0:
        if text.startswith(b"<!--", position):
            position = text.find(b"-->", position + 4)
        elif text.startswith(b"<?", position):
            position = text.find(b"?>", position)
        else:
            return text.startswith(b"<!DOCTYPE", position)
        position = text.find(b"<", position) if position >= 0 else -1
    return False


def fit(text: str, encoding: str, size: int) -> str:
    """Packet text with its padding lengthened or shortened towards a total of octets.

    Args:
        text: a whole packet.
        encoding: in which it will be written.
        size: octets that the written packet should have.

    Returns:
        The text with white space taken from, or added to, the padding before
        ``<?xpacket end``. Text without that wrapper, or whose padding does not
        suffice, comes out longer than asked for, never cut elsewhere.
    """
    end = text.rfind("<?xpacket")
    if end < 0 or not _PACKET_END.match(text, end):
        return text
    start = len(text[:end].rstrip(" \t\r\n"))
    unit = len(" ".encode(encoding))
    surplus = (len(text.encode(encoding, "surrogateescape")) - size) // unit
    # The line break in front of the padding stays where it is.
    first = min(start + 1, end)
    if surplus > 0:
        return text[:first] + text[min(first + surplus, end) :]
    return text[:first] + " " * -surplus + text[first:]


def empty(namespaces: Mapping[str, str]) -> bytes:
    """A new packet that says nothing yet: UTF-8, writable, with padding.

    Args:
        namespaces: prefix to URI, to be bound in its one rdf:Description.

    Returns:
        The packet in the form that ISO 16684-1, 7.3 and 7.4 describe.
    """
    bound = "".join(f'\n    xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())
    lines = " " * (_LINE - 1) + "\n"
    padding = lines * (_NEW_PADDING // _LINE) + " " * (_NEW_PADDING % _LINE)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        f' <rdf:RDF xmlns:rdf="{RDF}">\n'
        f'  <rdf:Description rdf:about=""{bound}>\n'
        "  </rdf:Description>\n"
        " </rdf:RDF>\n"
        f'</x:xmpmeta>\n{padding}<?xpacket end="w"?>'
    ).encode()
