"""XMP packets to values (ISO 16684-1:2019), in whichever of its forms a file uses.

Most packets are plain and are read by ``xmp_plain`` without a tree; of any other libxml2
makes one, and each top-level property is looked up once. Structures and histories are
stepped over, not entered, but for those of ``xmp_structures``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from lxml import etree

from provenance.metadata.properties import RDF
from provenance.metadata.standards import xmp_plain, xmp_structures
from provenance.metadata.standards.xmp_packet import body, encoding_of, has_doctype, transcribe
from provenance.metadata.standards.xmp_slots import NOTES, Gathered, Slot, slots
from provenance.model import Container, PropertyValue, ReadWarning

_RDF = f"{{{RDF}}}RDF"
_DESCRIPTION = f"{{{RDF}}}Description"
_LI = f"{{{RDF}}}li"
_VALUE = f"{{{RDF}}}value"
_RESOURCE = f"{{{RDF}}}resource"
_ARRAYS = frozenset(f"{{{RDF}}}{kind}" for kind in ("Alt", "Bag", "Seq"))
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_HALVES = re.compile(
    rb"&#(?:x0*+[dD][89a-fA-F][0-9a-fA-F]{2}"
    rb"|0*+(?:5529[6-9]|55[3-9][0-9]{2}|56[0-9]{3}|57[0-2][0-9]{2}|573[0-3][0-9]|5734[0-3]));"
)
"""References to U+D800 to U+DFFF."""
_LARGE = 128 * 1024
"""Octets from which on a packet is measured before a tree is made of it."""
MAX_TAGS = 250_000
"""Tags of a packet of which a tree is made; it takes a quarter of a kilobyte for each."""
MAX_ATTRIBUTES = 250_000
"""Attributes of such a packet."""
MAX_ATTRIBUTES_OF_ONE = 2_000
"""Attributes of one element: libxml2 takes a time that grows with their square."""
_DOCTYPE = ReadWarning(
    "xmp-doctype", "The XMP packet has a document type declaration and was not read."
)


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


_STRICT = _parser(recover=False)
_RECOVERING = _parser(recover=True)


class XmpReading(NamedTuple):
    """What one packet says.

    Attributes:
        values: in the packet's order.
        warnings: ``xmp-broken``, ``xmp-doctype``, ``xmp-no-rdf``, ``xmp-too-large``.
        has_extended: the GUID of the extended packet that belongs to it, else None.
        legacy_iptc_digest: ``photoshop:LegacyIPTCDigest`` as written, else None.
    """

    values: tuple[PropertyValue, ...]
    warnings: tuple[ReadWarning, ...] = ()
    has_extended: str | None = None
    legacy_iptc_digest: str | None = None


def parse(packet: bytes, *, container: Container, locator_prefix: str, uri: str = "") -> XmpReading:
    """Read every listed property of an XMP packet, each value where it stands.

    Args:
        packet: the packet, with or without ``<?xpacket`` and ``x:xmpmeta``; UTF-8,
            UTF-16 or UTF-32.
        container: XMP or SIDECAR.
        locator_prefix: what locators begin with: ``XMP``, ``XMP#2``, ``XMP-ext``.
        uri: the sidecar's uri where it is one.

    Returns:
        Locators have the standard's prefix, whatever the file binds:
        ``XMP photoshop:Credit``; a language other than the default one has its own
        value, ``XMP dc:description[fr]``. Text is as written, white space kept; a
        value that is empty or white space only is no value. A packet that is not
        well-formed gives what a recovering parser finds, with a warning; one with a
        document type gives nothing, with a warning. Nothing is ever raised.
    """
    plain = None
    if len(packet) <= _LARGE:
        plain = xmp_plain.gather(packet, Gathered(container, uri, slots(locator_prefix)))
    if plain is not None:
        return XmpReading(tuple(plain.values), (), plain.extended, plain.digest)
    return _parse(packet, Gathered(container, uri, slots(locator_prefix)))


def _parse(packet: bytes, gathered: Gathered) -> XmpReading:
    """Read a packet of any form by making a tree of it."""
    root, warnings = _tree(packet)
    if root is None:
        return XmpReading((), warnings)
    count = 0
    for description in _descriptions(root):
        count += 1
        _gather(description, gathered)
    if not count and not warnings and next(root.iter(_RDF), None) is None:
        warnings = (ReadWarning("xmp-no-rdf", "The XMP packet holds no rdf:RDF element."),)
    return XmpReading(tuple(gathered.values), warnings, gathered.extended, gathered.digest)


def _gather(description: etree._Element, gathered: Gathered) -> None:
    """Take the properties of one rdf:Description: attributes, elements, then structures."""
    slots = gathered.slots
    for name, text in cast("list[tuple[str, str]]", description.items()):
        slot = slots.get(name)
        if slot is not None:
            gathered.text(slot, text)
        elif name in NOTES:
            gathered.note(NOTES[name], text)
    for element in description:
        name = element.tag
        slot = slots.get(name)
        if slot is not None:
            _property(element, slot, gathered)
        elif name in NOTES:
            gathered.note(NOTES[name], _text(element))
    xmp_structures.take(description, gathered)


def _property(element: etree._Element, slot: Slot, gathered: Gathered) -> None:
    first = element[0] if len(element) else None
    if first is None or first.tag not in _ARRAYS:
        gathered.text(slot, _text(element))
    else:
        gathered.items(slot, [(i.get(_LANG), _text(i)) for i in first if i.tag == _LI])


def _text(element: etree._Element) -> str:
    """The text of a simple value: content, ``rdf:value`` of a qualified one, or a URI."""
    if len(element) == 0:
        return element.text or element.get(_VALUE) or element.get(_RESOURCE) or ""
    inner = element
    if element[0].tag == _DESCRIPTION:
        inner = element[0]
        attribute = inner.get(_VALUE)
        if attribute:
            return attribute
    value = inner.find(_VALUE)
    if value is None or len(value):
        return ""
    return value.text or value.get(_RESOURCE) or ""


def _descriptions(root: etree._Element) -> Iterator[etree._Element]:
    if root.tag == _RDF:
        yield from root.iterchildren(_DESCRIPTION)
        return
    found = False
    for rdf in root.iterchildren(_RDF):
        found = True
        yield from rdf.iterchildren(_DESCRIPTION)
    if found:
        return
    for rdf in root.iter(_RDF):
        if next(rdf.iterancestors(_RDF), None) is None:
            yield from rdf.iterchildren(_DESCRIPTION)


def _tree(packet: bytes) -> tuple[etree._Element | None, tuple[ReadWarning, ...]]:
    """The packet's root element, None where there is none, and what was wrong with it."""
    if b"<!DOCTYPE" in packet or len(packet) > _LARGE or encoding_of(packet) != "utf-8":
        return _careful_tree(packet)
    try:
        return etree.fromstring(packet, _STRICT), ()
    except etree.XMLSyntaxError:
        return _careful_tree(packet)


def _careful_tree(packet: bytes) -> tuple[etree._Element | None, tuple[ReadWarning, ...]]:
    """As ``_tree``, for a packet that is not sound UTF-8 of a common size."""
    transcript = transcribe(packet)
    text = body(transcript.text)
    if has_doctype(text):
        return None, (_DOCTYPE,)
    if len(text) > _LARGE and _is_flood(text):
        message = (
            f"The XMP packet has more than {MAX_TAGS} tags, {MAX_ATTRIBUTES} attributes, or "
            f"{MAX_ATTRIBUTES_OF_ONE} of them in one tag, and was not read."
        )
        return None, (ReadWarning("xmp-too-large", message),)
    warnings: tuple[ReadWarning, ...] = ()
    if transcript.damaged:
        message = (
            f"The XMP packet has octets that are not {transcript.encoding.upper()}; they were "
            "read as Windows-1252 where that has a character for them."
        )
        warnings = (ReadWarning("xmp-broken", message),)
    try:
        return etree.fromstring(text, _STRICT), warnings
    except etree.XMLSyntaxError as error:
        root, more = _recovered(text, error.msg)
        return root, (*warnings, *more)


def _recovered(text: bytes, why: str) -> tuple[etree._Element | None, tuple[ReadWarning, ...]]:
    """What a recovering parser makes of text that is not well-formed."""
    # ``_is_flood`` measures well-formed text only: recovery is for what is small.
    small = len(text) <= _LARGE
    reach = "read as far as it is clear" if small else "too large to be recovered"
    message = f"The XMP packet is not well-formed ({why}); {reach}."
    warnings = (ReadWarning("xmp-broken", message),)
    if b"<!DOCTYPE" in text:
        return None, (*warnings, _DOCTYPE)
    if not small:
        return None, warnings
    # libxml2 takes half of a surrogate pair for a character when it recovers; nobody can.
    whole = _HALVES.sub(b"\xef\xbf\xbd", text)
    try:
        return etree.fromstring(whole, _RECOVERING), warnings
    except etree.XMLSyntaxError:
        return None, warnings


def _is_flood(text: bytes) -> bool:
    """Whether a tree of the text could take more memory or time than any picture's does."""
    if text.count(b"<") > MAX_TAGS or _attributes(text) > MAX_ATTRIBUTES:
        return True
    return any(
        _attributes(tag) > MAX_ATTRIBUTES_OF_ONE
        for tag in text.split(b"<")
        if len(tag) > MAX_ATTRIBUTES_OF_ONE
    )


def _attributes(text: bytes) -> int:
    """No fewer than the attributes in a piece of markup."""
    return min(text.count(b"="), (text.count(b'"') + text.count(b"'")) // 2)
