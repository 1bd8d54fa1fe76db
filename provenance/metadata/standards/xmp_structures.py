"""The few structures that are read: a reference from a file to the one it was made from.

The fields stand as attributes or as elements, in the structure itself or in an
``rdf:Description`` within it (ISO 16684-1:2019 chapter 7, and its shorthand notations).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

from lxml import etree

from provenance.metadata.properties import RDF, XMP_ONLY
from provenance.metadata.standards.xmp_slots import Gathered

TAGS: Final = frozenset(row.xmp.tag for row in XMP_ONLY if row.fields)
"""Clark names of the structures that are read."""
OPENINGS: Final = tuple(f"<{row.xmp.qname}" for row in XMP_ONLY if row.fields)
"""How they begin in a packet that binds the standard prefixes."""

_DESCRIPTION: Final = f"{{{RDF}}}Description"


def take(elements: Iterable[etree._Element], gathered: Gathered) -> None:
    """Take the fields of those structures among ``elements`` that are read."""
    for element in elements:
        if element.tag in TAGS:
            for name, text in _fields(element):
                slot = gathered.slots.get(f"{element.tag}/{name}")
                if slot is not None:
                    gathered.text(slot, text)


def _fields(element: etree._Element) -> Iterator[tuple[str, str]]:
    yield from cast("Iterable[tuple[str, str]]", element.items())
    inner = element
    if len(element) and element[0].tag == _DESCRIPTION:
        inner = element[0]
        yield from cast("Iterable[tuple[str, str]]", inner.items())
    for child in inner:
        if isinstance(child.tag, str) and len(child) == 0:
            yield child.tag, child.text or ""
