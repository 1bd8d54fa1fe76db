"""XMP packets to values (ISO 16684-1:2019), in whichever of its forms a file uses.

Most of the time of reading a picture goes into its XMP, so the parse is one pass of
libxml2 and one look-up per top-level property; structures and histories are stepped
over, not entered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lxml import etree

from provenance.metadata.properties import PHOTOSHOP, RDF, XMP_NOTE, Form, xmp_paths
from provenance.metadata.standards.xmp_packet import body, encoding_of, has_doctype, transcribe
from provenance.model import Container, Property, PropertyValue, ReadWarning

_RDF = f"{{{RDF}}}RDF"
_DESCRIPTION = f"{{{RDF}}}Description"
_LI = f"{{{RDF}}}li"
_VALUE = f"{{{RDF}}}value"
_RESOURCE = f"{{{RDF}}}resource"
_ARRAYS = frozenset(f"{{{RDF}}}{kind}" for kind in ("Alt", "Bag", "Seq"))
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_EXTENDED = f"{{{XMP_NOTE}}}HasExtendedXMP"
_DIGEST = f"{{{PHOTOSHOP}}}LegacyIPTCDigest"
_LARGE = 128 * 1024
"""Octets from which on a packet is measured before a tree is made of it."""
_MOST_TAGS = 500_000
_MOST_ATTRIBUTES = 2_000
"""Of one element: libxml2 takes a time that grows with their square."""
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


@dataclass(frozen=True, slots=True)
class XmpReading:
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
    root, warnings = _tree(packet)
    if root is None:
        return XmpReading((), warnings)
    collected = _Collected(container, uri, _slots(locator_prefix))
    count = 0
    for description in _descriptions(root):
        count += 1
        collected.take(description)
    if not count and not warnings and next(root.iter(_RDF), None) is None:
        warnings = (ReadWarning("xmp-no-rdf", "The XMP packet holds no rdf:RDF element."),)
    return XmpReading(tuple(collected.values), warnings, collected.extended, collected.digest)


@lru_cache(maxsize=32)
def _slots(prefix: str) -> dict[str, tuple[Property, str, bool]]:
    """Element name to property, locator, and whether its items are languages.

    A name whose prefix was never bound has no namespace; what its author meant is
    clear all the same, so those names are listed too.
    """
    slots: dict[str, tuple[Property, str, bool]] = {}
    for prop, path in xmp_paths():
        slot = (prop, f"{prefix} {path.qname}", path.form is Form.LANG_ALT)
        slots[path.tag] = slots[path.qname] = slot
    return slots


class _Collected:
    """The values found so far in one packet."""

    __slots__ = ("container", "digest", "extended", "slots", "uri", "values")

    def __init__(
        self, container: Container, uri: str, slots: dict[str, tuple[Property, str, bool]]
    ) -> None:
        self.container = container
        self.uri = uri
        self.slots = slots
        self.values: list[PropertyValue] = []
        self.extended: str | None = None
        self.digest: str | None = None

    def take(self, description: etree._Element) -> None:
        """Take the properties of one rdf:Description, attributes first."""
        slots = self.slots
        for name, text in cast("list[tuple[str, str]]", description.items()):
            slot = slots.get(name)
            if slot is not None:
                if text and not text.isspace():
                    self._add(slot[0], (text,), slot[1])
            elif name in (_EXTENDED, _DIGEST):
                self._note(name, text)
        for element in description:
            name = element.tag
            slot = slots.get(name)
            if slot is not None:
                self._property(element, slot)
            elif name in (_EXTENDED, _DIGEST):
                self._note(name, _text(element))

    def _add(self, prop: Property, values: tuple[str, ...], locator: str) -> None:
        self.values.append(PropertyValue(prop, self.container, values, locator, self.uri))

    def _note(self, name: str, text: str) -> None:
        if name == _EXTENDED:
            self.extended = text.strip() or None
        else:
            self.digest = text.strip() or None

    def _property(self, element: etree._Element, slot: tuple[Property, str, bool]) -> None:
        prop, locator, languages = slot
        if len(element) == 0 or element[0].tag not in _ARRAYS:
            text = _text(element)
            if text and not text.isspace():
                self._add(prop, (text,), locator)
            return
        items = [item for item in element[0] if item.tag == _LI]
        if languages and len(items) > 1:
            self._languages(items, prop, locator)
            return
        texts = tuple(text for item in items if (text := _text(item)) and not text.isspace())
        if texts:
            self._add(prop, texts, locator)

    def _languages(self, items: list[etree._Element], prop: Property, locator: str) -> None:
        by_locator: dict[str, list[str]] = {}
        for item, suffix in zip(items, suffixes([i.get(_LANG) for i in items]), strict=True):
            text = _text(item)
            if text and not text.isspace():
                by_locator.setdefault(locator + suffix, []).append(text)
        for where, texts in by_locator.items():
            self._add(prop, tuple(texts), where)


def suffixes(languages: list[str | None]) -> list[str]:
    """What the locator of each item of a language alternative ends with.

    Args:
        languages: the ``xml:lang`` of each item, in order; None where it has none.

    Returns:
        Empty for the default: every ``x-default``, or the first item where there is
        none, and any item without a language; ``[fr]`` for another.
    """
    default = any(language and language.lower() == "x-default" for language in languages)
    out: list[str] = []
    for index, language in enumerate(languages):
        if not language or language.lower() == "x-default" or (index == 0 and not default):
            out.append("")
        else:
            out.append(f"[{language}]")
    return out


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
            f"The XMP packet has more than {_MOST_TAGS} tags, or {_MOST_ATTRIBUTES} attributes "
            "in one, and was not read."
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
    try:
        return (etree.fromstring(text, _RECOVERING) if small else None), warnings
    except etree.XMLSyntaxError:
        return None, warnings


def _is_flood(text: bytes) -> bool:
    """Whether a tree of the text could take more memory or time than any picture's does."""
    if text.count(b"<") > _MOST_TAGS:
        return True
    return any(
        min(tag.count(b"="), (tag.count(b'"') + tag.count(b"'")) // 2) > _MOST_ATTRIBUTES
        for tag in text.split(b"<")
        if len(tag) > _MOST_ATTRIBUTES
    )
