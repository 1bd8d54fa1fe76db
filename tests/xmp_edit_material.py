"""What the tests of metadata build and look at."""

from __future__ import annotations

import pytest

from provenance.errors import RewriteRefusedError
from provenance.metadata.properties import xmp_paths
from provenance.metadata.standards.xmp import parse
from provenance.metadata.standards.xmp_edit import splice
from provenance.model import Container, Edit, Property

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PROPERTIES = {path.qname: prop for prop, path in xmp_paths()}
HARD = 'Bakr "AL\'KASEM" & <b> ]]> €\U0001f4f7\r\n\t é'


def read(packet: bytes) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for value in parse(packet, container=Container.XMP, locator_prefix="XMP").values:
        found.setdefault(value.locator, []).append(value.values)
    return found


def edit(locator: str, before: str, after: str | None) -> Edit:
    prop = PROPERTIES.get(locator.partition("[")[0], Property.CREDIT_LINE)
    return Edit("", Container.XMP, f"XMP {locator}", prop, before, after)


def rdf(inner: str, attributes: str = "") -> bytes:
    return (
        f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmlns:q="urn:q">'
        f"<rdf:Description rdf:about=''{attributes}>{inner}</rdf:Description></rdf:RDF>"
    ).encode()


def refused(packet: bytes, *edits: Edit) -> str:
    with pytest.raises(RewriteRefusedError) as refusal:
        splice(packet, edits, keep_size=True)
    assert refusal.value.remedy
    return refusal.value.code
