"""Divide a packet that outgrew its JPEG segment into a main and an extended one.

Source: XMP Specification Part 3 (2020), 1.1.3.1, "Extended XMP in JPEG".
"""

from __future__ import annotations

from typing import Final

from provenance.metadata.properties import (
    PHOTOSHOP,
    PREFIXES,
    RDF,
    XMP_NOTE,
    XMP_ONLY,
    xmp_paths,
)
from provenance.metadata.standards.xmp_anatomy import Node, descriptions
from provenance.metadata.standards.xmp_extended import guid_of
from provenance.metadata.standards.xmp_markup import Change
from provenance.metadata.standards.xmp_packet import encoding_of, fit

_ABOUT: Final = f"{{{RDF}}}about"
_HISTORY: Final = f"{{{PHOTOSHOP}}}History"
_KEPT: Final = frozenset(
    (
        *(path.tag for _, path in xmp_paths()),
        *(row.xmp.tag for row in XMP_ONLY),
        f"{{{PHOTOSHOP}}}LegacyIPTCDigest",
    )
)
_NOTE: Final = f"{{{XMP_NOTE}}}"
_GUID: Final = 32


def divide(packet: bytes, limit: int) -> tuple[bytes, bytes] | None:
    """The main packet, of ``limit`` octets at most, and the extended one.

    Padding is given up first: the extended packet is empty where that suffices. Then
    photoshop:History moves to the extended packet, then the longest properties; never one
    that this program reads, so that every reader of credits finds them in the main packet.

    Args:
        packet: a whole packet, without an extended one.
        limit: octets.

    Returns:
        None where the packet cannot be divided: it is not UTF-8, or has an extended packet
        already, or the properties of the main packet are too long.

    Raises:
        RewriteRefusedError: ``xmp-broken``.
    """
    if encoding_of(packet) != "utf-8" or b"HasExtendedXMP" in packet:
        return None
    try:
        packet = fit(packet.decode("utf-8"), "utf-8", limit).encode("utf-8")
    except UnicodeError:
        return None
    if len(packet) <= limit:
        return packet, b""
    start = max(packet.find(b"<"), 0)
    end = packet.rfind(b">") + 1
    text = packet[start:end]
    holders = [holder for holder in descriptions(text) if holder.children]
    if not holders or any(holder.scope().get("rdf", RDF) != RDF for holder in holders):
        return None
    note = _note(holders[0], "0" * _GUID)
    moved = _moved(holders, len(packet) + len(note) - limit)
    if not moved:
        return None
    extended = _extended(text, holders, moved)
    changes = [Change(node.start, node.end, "") for node in moved]
    at = holders[0].children[0].start
    changes.append(Change(at, at, _note(holders[0], guid_of(extended))))
    return packet[:start] + _applied(text, changes) + packet[end:], extended


def _moved(holders: list[Node], surplus: int) -> list[Node]:
    """Enough properties to make room for ``surplus`` octets; none where there are not enough."""
    movable = [
        node
        for holder in holders
        for node in holder.children
        if node.tag not in _KEPT and not node.tag.startswith(_NOTE)
    ]
    movable.sort(key=lambda node: (node.tag != _HISTORY, node.start - node.end))
    chosen: list[Node] = []
    for node in movable:
        if surplus <= 0:
            break
        chosen.append(node)
        surplus -= node.end - node.start
    return chosen if surplus <= 0 else []


def _note(holder: Node, guid: str) -> str:
    prefix = PREFIXES[XMP_NOTE]
    declared = "" if holder.scope().get(prefix) == XMP_NOTE else f' xmlns:{prefix}="{XMP_NOTE}"'
    return f"<{prefix}:HasExtendedXMP{declared}>{guid}</{prefix}:HasExtendedXMP>"


def _extended(text: bytes, holders: list[Node], moved: list[Node]) -> bytes:
    """The extended packet: no wrapper, and each property octet for octet as it stood."""
    parts = [f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'.encode()]
    for holder in holders:
        mine = [node for node in holder.children if node in moved]
        if mine:
            about = holder.attribute(_ABOUT)
            value = text[slice(*about.inner)] if about else b""
            quote = text[about.end - 1 : about.end] if about else b'"'
            parts += (b"<rdf:Description rdf:about=", quote, value, quote, _declared(holder), b">")
            parts += (text[node.start : node.end] for node in mine)
            parts.append(b"</rdf:Description>")
    return b"".join((*parts, b"</rdf:RDF></x:xmpmeta>"))


def _declared(holder: Node) -> bytes:
    names = {
        f"xmlns:{prefix}" if prefix else "xmlns": uri
        for prefix, uri in holder.scope().items()
        if prefix not in ("rdf", "xml")
    }
    escaped = {
        name: uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        for name, uri in names.items()
    }
    return "".join(f' {name}="{uri}"' for name, uri in escaped.items()).encode()


def _applied(text: bytes, changes: list[Change]) -> bytes:
    out: list[bytes] = []
    position = 0
    for change in sorted(changes):
        out += (text[position : change.start], change.markup.encode())
        position = change.end
    return b"".join((*out, text[position:]))
