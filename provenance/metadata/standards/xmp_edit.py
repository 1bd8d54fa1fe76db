"""Edits of XMP values that touch the octets of those values and the padding only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from provenance.errors import RewriteRefusedError
from provenance.metadata.planned import (
    Substitutions,
    planned,
    readback_differs,
    substitutions,
    value_changed,
)
from provenance.metadata.properties import PHOTOSHOP, XmpPath
from provenance.metadata.standards.xmp import XmpReading, parse
from provenance.metadata.standards.xmp_packet import encoding_of, fit
from provenance.metadata.standards.xmp_places import Place, placed_properties
from provenance.model import Container, Edit

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CDATA = re.compile(rb"<!\[CDATA\[.*?\]\]>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Change:
    """Octets ``start`` to ``end``, and the markup that takes their place."""

    start: int
    end: int
    markup: str


@dataclass(frozen=True, slots=True)
class _Packet:
    """A packet as UTF-8, between the octets that some writers leave before and behind it."""

    lead: bytes
    text: bytes
    trail: bytes
    encoding: str


def splice(packet: bytes, edits: Sequence[Edit], *, keep_size: bool) -> bytes:
    """Write edits into an XMP packet; all other octets but padding stay as they are.

    Args:
        packet: as for ``xmp.parse``, which must find it sound.
        edits: of this packet alone; locators as ``xmp.parse`` gives them.
        keep_size: give to, and take from, the padding before ``<?xpacket end`` so that
            the packet keeps its length. Where the padding does not suffice, or there
            is none, the packet grows.

    Returns:
        A packet that reads back as planned. ``after=None`` takes out the item, and the
        whole property with its last one. ``splice(packet, ())`` is ``packet``.

    Raises:
        RewriteRefusedError: ``value-changed``; ``edits-conflict``; ``xmp-broken``;
            ``xmp-encoding`` where the octets are not those of the packet's encoding;
            ``value-form`` where XML cannot hold a character; ``xmp-structure`` where a
            comment stands inside the value; ``readback-differs``.
    """
    if not edits:
        return packet
    container, prefix = edits[0].container, edits[0].locator.partition(" ")[0]
    before = parse(packet, container=container, locator_prefix=prefix, uri=edits[0].uri)
    plan = planned(before.values, edits)
    whole = _opened(packet)
    changes = _changes(whole, prefix, substitutions(edits))
    written = _applied(whole, changes, keep_size=keep_size)
    again = parse(written, container=container, locator_prefix=prefix, uri=edits[0].uri)
    if again.values != plan or _codes(again) != _codes(before):
        raise readback_differs("The XMP packet")
    return written


def _changes(whole: _Packet, prefix: str, wanted: Substitutions) -> list[_Change]:
    changes: list[_Change] = []
    found: set[tuple[str, str]] = set()
    for prop in placed_properties(whole.text, prefix):
        keys = [(prop.locator + place.suffix, place.text) for place in prop.places]
        found.update(keys)
        if all(key in wanted and wanted[key] is None for key in keys):
            changes.append(_Change(*prop.whole, ""))
            continue
        for key, place in zip(keys, prop.places, strict=True):
            if key in wanted:
                after = wanted[key]
                # Without its item for the default language, the next language would
                # become the default one: the item stays, empty.
                emptied = after is None and prop.languages and not place.suffix
                changes.append(_change(whole, place, "" if emptied else after, key[0]))
    for locator, value in wanted:
        if (locator, value) not in found:
            raise value_changed(locator, value)
    return changes


def replace_simple(
    packet: bytes, namespace: str, local: str, new_value: str, *, keep_size: bool = True
) -> bytes:
    """Give a simple top-level property another value, wherever the packet has it.

    For the properties that speak of the file and not of the picture, such as
    ``xmpNote:HasExtendedXMP``.

    Raises:
        RewriteRefusedError: ``value-changed`` where the packet has no such property
            with a value; else as ``splice``.
    """
    whole = _opened(packet)
    path = XmpPath(namespace, local)
    name = f"XMP {path.qname}"
    places = [place for prop in placed_properties(whole.text, "XMP", path) for place in prop.places]
    if not places:
        raise value_changed(name, "a value")
    changes = [_change(whole, place, new_value, name) for place in places]
    written = _applied(whole, changes, keep_size=keep_size)
    again = placed_properties(_opened(written).text, "XMP", path)
    if any(place.text != new_value for prop in again for place in prop.places):
        raise readback_differs("The XMP packet")
    if _values(packet, path) != _values(written, path):
        raise readback_differs("The XMP packet")
    return written


def legacy_digest_edit(packet: bytes, old_iim: bytes, new_iim: bytes) -> bytes:
    """Keep ``photoshop:LegacyIPTCDigest`` true where it was true before.

    Args:
        packet: the main XMP packet of the file.
        old_iim: the IIM block as it was, whole.
        new_iim: the IIM block as it will be.

    Returns:
        The packet with the MD5 of the new block, in the letter case of the old one; or
        the packet as it is, where it has no digest or a stale one, which goes on
        telling others that the block was edited behind Photoshop's back.
    """
    reading = parse(packet, container=Container.XMP, locator_prefix="XMP")
    stored = reading.legacy_iptc_digest
    if stored is None or stored.lower() != _md5(old_iim) or old_iim == new_iim:
        return packet
    new = _md5(new_iim)
    new = new if stored == stored.lower() else new.upper()
    return replace_simple(packet, PHOTOSHOP, "LegacyIPTCDigest", new)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _values(packet: bytes, path: XmpPath) -> object:
    """All that a packet says but for one property."""
    reading = parse(packet, container=Container.XMP, locator_prefix="XMP")
    values = [value for value in reading.values if value.locator != f"XMP {path.qname}"]
    return values, _codes(reading)


def _codes(reading: XmpReading) -> list[str]:
    """The warnings without their words, which name lines that may move."""
    return [warning.code for warning in reading.warnings]


def _opened(packet: bytes) -> _Packet:
    encoding = encoding_of(packet)
    text = packet
    if encoding != "utf-8":
        try:
            decoded = packet.decode(encoding)
            text = decoded.encode("utf-8")
            sound = decoded.encode(encoding) == packet
        except UnicodeError:
            sound = False
        if not sound:
            raise RewriteRefusedError(
                f"The XMP packet is not sound {encoding.upper()}: it cannot be edited by octets.",
                code="xmp-encoding",
                remedy="Let the program that wrote the picture write its XMP anew.",
            )
    start = max(text.find(b"<"), 0)
    end = text.rfind(b">") + 1
    lead, trail = text[:start], text[end:]
    if encoding != "utf-8":
        lead, trail = (part.decode("utf-8").encode(encoding) for part in (lead, trail))
    return _Packet(lead, text[start:end], trail, encoding)


def _change(whole: _Packet, place: Place, after: str | None, locator: str) -> _Change:
    if after is None:
        return _Change(*place.whole, "")
    start, end = place.inner
    old = _CDATA.sub(b"", whole.text[start:end])
    if b"<" in old:
        raise RewriteRefusedError(
            f"A comment or instruction stands inside {locator}; it would be lost.",
            code="xmp-structure",
            remedy="Correct this value with the program that wrote it.",
        )
    bad = _FORBIDDEN.search(after)
    if bad is not None:
        raise RewriteRefusedError(
            f"XML cannot hold the character {bad[0]!r} that {after!r} has for {locator}.",
            code="value-form",
            remedy="Write the value without it.",
        )
    markup = _escaped(after, place.quote)
    return _Change(
        start, end, markup.encode(whole.encoding, "xmlcharrefreplace").decode(whole.encoding)
    )


def _escaped(text: str, quote: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("\r", "&#13;")
    if not quote:
        return text
    text = text.replace("\t", "&#9;").replace("\n", "&#10;")
    return text.replace(quote, "&quot;" if quote == '"' else "&apos;")


def _applied(whole: _Packet, changes: Sequence[_Change], *, keep_size: bool) -> bytes:
    out: list[bytes] = []
    position = 0
    for change in sorted(changes, key=lambda one: one.start):
        out += (whole.text[position : change.start], change.markup.encode("utf-8"))
        position = change.end
    text = b"".join((*out, whole.text[position:])).decode("utf-8")
    if keep_size:
        size = len(whole.text.decode("utf-8").encode(whole.encoding))
        text = fit(text, whole.encoding, size)
    return whole.lead + text.encode(whole.encoding) + whole.trail
