"""Edits of XMP values that touch the octets of those values and the padding only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from provenance.errors import RewriteRefusedError
from provenance.metadata.planned import (
    Substitutions,
    additions,
    alike,
    planned,
    readback_differs,
    substitutions,
    value_changed,
)
from provenance.metadata.properties import PHOTOSHOP, PREFIXES, ROWS, XmpPath
from provenance.metadata.standards.xmp import XmpReading, parse
from provenance.metadata.standards.xmp_insert import insertions
from provenance.metadata.standards.xmp_markup import Change, content_changes, escaped
from provenance.metadata.standards.xmp_packet import empty, encoding_of, fit, readable
from provenance.metadata.standards.xmp_places import Place, placed_properties
from provenance.model import Container, Edit

_LOSSLESS: Final = "surrogateescape"
_ESCAPED: Final = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class _Packet:
    """A packet between the octets that some writers leave before and behind it.

    Attributes:
        lead: octets in front.
        source: its characters, octets of no meaning escaped.
        text: the same characters in UTF-8, as they are read.
        trail: octets behind.
        encoding: the packet's own.
    """

    lead: bytes
    source: str
    text: bytes
    trail: bytes
    encoding: str


def splice(packet: bytes, edits: Sequence[Edit], *, keep_size: bool) -> bytes:
    """Write edits into an XMP packet; all other octets but padding stay as they are.

    Args:
        packet: as for ``xmp.parse``, which must find it sound.
        edits: of this packet alone; locators as ``xmp.parse`` gives them. What is set goes
            to the property that stands there empty, else to a new element.
        keep_size: give to, and take from, the padding before ``<?xpacket end`` so that
            the packet keeps its length. Where the padding does not suffice, or there
            is none, the packet grows.

    Returns:
        A packet that reads back as planned. ``after=None`` takes out the item, and the
        whole property with its last one. ``splice(packet, ())`` is ``packet``.

    Raises:
        RewriteRefusedError: ``value-changed``; ``edits-conflict``; ``xmp-broken``;
            ``xmp-encoding`` where the octets are not sound UTF-16 or UTF-32; ``xmp-no-rdf``;
            ``value-form`` where XML cannot hold a character, or a place not so many values;
            ``xmp-structure`` where what is to be set is a structure; ``xmp-too-large``;
            ``readback-differs``.
    """
    if not edits:
        return packet
    container, prefix = edits[0].container, edits[0].locator.partition(" ")[0]
    before = parse(packet, container=container, locator_prefix=prefix, uri=edits[0].uri)
    plan = planned(before.values, edits)
    whole = _opened(packet)
    changes = _changes(whole, prefix, substitutions(edits))
    changes += insertions(whole.text, additions(edits))
    written = _applied(whole, changes, keep_size=keep_size)
    again = parse(written, container=container, locator_prefix=prefix, uri=edits[0].uri)
    if not alike(again.values, plan) or _codes(again) - _codes(before):
        raise readback_differs("The XMP packet")
    return written


def new_packet(edits: Sequence[Edit]) -> bytes:
    """A packet for a file that has none, which says what the edits set, and no more.

    Raises:
        RewriteRefusedError: as ``splice``.
    """
    used = {ROWS[edit.property].xmp.namespace for edit in edits}
    bound = {prefix: uri for uri, prefix in PREFIXES.items() if uri in used}
    return splice(empty(bound), edits, keep_size=False)


def _changes(whole: _Packet, prefix: str, wanted: Substitutions) -> list[Change]:
    if not wanted:
        return []
    changes: list[Change] = []
    found: set[tuple[str, str]] = set()
    for prop in placed_properties(whole.text, prefix):
        keys = [(prop.locator + place.suffix, place.text) for place in prop.places]
        found.update(keys)
        if all(key in wanted and wanted[key] is None for key in keys):
            changes.append(Change(*prop.whole, ""))
            continue
        for key, place in zip(keys, prop.places, strict=True):
            if key in wanted:
                after = wanted[key]
                # Without its item for the default language, the next language would
                # become the default one: the item stays, empty.
                emptied = after is None and prop.languages and not place.suffix
                changes += _changed(whole, place, "" if emptied else after, key[0])
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
    changes = [one for place in places for one in _changed(whole, place, new_value, name)]
    written = _applied(whole, changes, keep_size=keep_size)
    again = placed_properties(_opened(written).text, "XMP", path)
    if any(place.text != new_value for prop in again for place in prop.places):
        raise readback_differs("The XMP packet")
    if _values(packet, path) != _values(written, path):
        raise readback_differs("The XMP packet")
    return written


def legacy_digest_edit(packet: bytes, digests: Mapping[str, str]) -> bytes:
    """Keep ``photoshop:LegacyIPTCDigest`` true where it was true before.

    Args:
        packet: the main XMP packet of the file.
        digests: the MD5 of the IIM block as it was, in each way that writers take it, to
            that of the block as it will be; lower-case hexadecimal digits.

    Returns:
        The packet with the MD5 of the new block, in the letter case of the old one; or
        the packet as it is, where it has no digest or a stale one, which goes on
        telling others that the block was edited behind Photoshop's back.
    """
    reading = parse(packet, container=Container.XMP, locator_prefix="XMP")
    stored = reading.legacy_iptc_digest
    new = digests.get((stored or "").lower())
    if stored is None or new is None or new == stored.lower():
        return packet
    new = new if stored == stored.lower() else new.upper()
    return replace_simple(packet, PHOTOSHOP, "LegacyIPTCDigest", new)


def _values(packet: bytes, path: XmpPath) -> object:
    """All that a packet says but for one property."""
    reading = parse(packet, container=Container.XMP, locator_prefix="XMP")
    values = [value for value in reading.values if value.locator != f"XMP {path.qname}"]
    return values, _codes(reading)


def _codes(reading: XmpReading) -> Counter[str]:
    """The warnings without their words, which name lines that may move."""
    return Counter(warning.code for warning in reading.warnings)


def _opened(packet: bytes) -> _Packet:
    encoding = encoding_of(packet)
    by_octets = not encoding.startswith(("utf-16", "utf-32"))
    try:
        whole = packet.decode(encoding, _LOSSLESS if by_octets else "strict")
        sound = whole.encode(encoding, _LOSSLESS) == packet
    except UnicodeError:
        sound = False
    if not sound:
        raise RewriteRefusedError(
            f"The XMP packet is not sound {encoding.upper()}: it cannot be edited by octets.",
            code="xmp-encoding",
            remedy="Let the program that wrote the picture write its XMP anew.",
        )
    start, end = max(whole.find("<"), 0), whole.rfind(">") + 1
    source = whole[start:end]
    # Only escaped octets differ from what is read; sound text has none.
    escaped_octets = not source.isascii() and _ESCAPED.search(source) is not None
    read = readable(source, encoding) if escaped_octets else source
    return _Packet(
        lead=whole[:start].encode(encoding, _LOSSLESS),
        source=source,
        text=read.encode("utf-8"),
        trail=whole[end:].encode(encoding, _LOSSLESS),
        encoding=encoding,
    )


def _changed(whole: _Packet, place: Place, after: str | None, locator: str) -> list[Change]:
    if after is None:
        return [Change(*place.whole, "")]
    markup = escaped(after, place.quote, locator)
    if place.quote:
        return [Change(*place.inner, markup)]
    return content_changes(whole.text, place.inner, markup)


def _applied(whole: _Packet, changes: Sequence[Change], *, keep_size: bool) -> bytes:
    out: list[str] = []
    position = character = 0
    for change in sorted(changes):
        # Source and text agree by characters, not by octets.
        until = character + len(whole.text[position : change.start].decode("utf-8"))
        behind = until + len(whole.text[change.start : change.end].decode("utf-8"))
        markup = change.markup.encode(whole.encoding, "xmlcharrefreplace")
        out += (whole.source[character:until], markup.decode(whole.encoding))
        position, character = change.end, behind
    text = "".join((*out, whole.source[character:]))
    if keep_size:
        size = len(whole.source.encode(whole.encoding, _LOSSLESS))
        text = fit(text, whole.encoding, size)
    return whole.lead + text.encode(whole.encoding, _LOSSLESS) + whole.trail
