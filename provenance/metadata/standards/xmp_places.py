"""Where in a packet each value of a property stands: the reading rules of ``xmp``, by octets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provenance.metadata.properties import Form, XmpPath, xmp_paths
from provenance.metadata.standards.xmp_anatomy import (
    ARRAYS,
    DESCRIPTION,
    LANG,
    LI,
    RESOURCE,
    VALUE,
    Attribute,
    Node,
    descriptions,
)
from provenance.metadata.standards.xmp_slots import suffixes

_PATHS = {path.tag: path for _, path in xmp_paths()}
_WHITE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Place:
    """One value in a packet.

    Attributes:
        suffix: what its locator ends with.
        text: decoded.
        inner: the octets that hold the text.
        whole: the octets to take out to remove the value.
        quote: the quote around an attribute's text, empty for an element's.
    """

    suffix: str
    text: str
    inner: tuple[int, int]
    whole: tuple[int, int]
    quote: str


@dataclass(frozen=True, slots=True)
class PlacedProperty:
    """A property in a packet.

    Attributes:
        locator: without the suffixes of its places.
        places: its values.
        whole: the octets of all of it.
        languages: whether the places are texts of one thing in several languages.
    """

    locator: str
    places: tuple[Place, ...]
    whole: tuple[int, int]
    languages: bool = False


def placed_properties(
    text: bytes, prefix: str, only: XmpPath | None = None
) -> Iterator[PlacedProperty]:
    """Every listed property that has values, or one other, in ``xmp.parse``'s order."""
    paths = _PATHS if only is None else {only.tag: only}
    for description in descriptions(text):
        for attribute in description.attributes:
            path = paths.get(attribute.name)
            if path is not None and attribute.text.strip():
                place = _of_attribute(text, attribute, "", (attribute.start, attribute.end))
                yield PlacedProperty(f"{prefix} {path.qname}", (place,), place.whole)
        for node in description.children:
            path = paths.get(node.tag)
            if path is not None:
                places = tuple(_places(text, node, path))
                if places:
                    languages = path.form is Form.LANG_ALT and len(places) > 1
                    span = _with_indent(text, node)
                    yield PlacedProperty(f"{prefix} {path.qname}", places, span, languages)


def _places(text: bytes, node: Node, path: XmpPath) -> Iterator[Place]:
    if not node.children or node.children[0].tag not in ARRAYS:
        items, ends = [node], [""]
    else:
        items = [child for child in node.children[0].children if child.tag == LI]
        ends = [""] * len(items)
        if path.form is Form.LANG_ALT and len(items) > 1:
            languages = [item.attribute(LANG) for item in items]
            ends = suffixes([None if one is None else one.text for one in languages])
    for item, end in zip(items, ends, strict=True):
        place = _place(text, item, end)
        if place is not None and place.text.strip():
            yield place


def _place(text: bytes, item: Node, suffix: str) -> Place | None:
    """Where an item's text stands: its content, its ``rdf:value``, or the URI it names."""
    whole = _with_indent(text, item)
    attributes: tuple[str, ...] = (VALUE, RESOURCE)
    holder: Node | None = item
    if item.children:
        inner = item
        if item.children[0].tag == DESCRIPTION:
            inner = item.children[0]
            attribute = inner.attribute(VALUE)
            if attribute is not None and attribute.text:
                return _of_attribute(text, attribute, suffix, whole)
        holder = next((child for child in inner.children if child.tag == VALUE), None)
        attributes = (RESOURCE,)
    if holder is None or holder.children:
        return None
    if holder.text and holder.inner is not None:
        return Place(suffix, holder.text, holder.inner, whole, "")
    for name in attributes:
        attribute = holder.attribute(name)
        if attribute is not None and attribute.text:
            return _of_attribute(text, attribute, suffix, whole)
    return None


def _of_attribute(text: bytes, attribute: Attribute, suffix: str, whole: tuple[int, int]) -> Place:
    quote = chr(text[attribute.end - 1])
    return Place(suffix, attribute.text, attribute.inner, whole, quote)


def _with_indent(text: bytes, node: Node) -> tuple[int, int]:
    start = node.start
    while start and text[start - 1] in _WHITE:
        start -= 1
    return start, node.end
