"""What the tests of metadata build and look at."""

from __future__ import annotations

from provenance.metadata.standards.xmp import XmpReading, parse
from provenance.model import Container

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"


def read(packet: bytes | str, prefix: str = "XMP") -> XmpReading:
    octets = packet.encode() if isinstance(packet, str) else packet
    return parse(octets, container=Container.XMP, locator_prefix=prefix)


def said(packet: bytes | str) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in read(packet).values}


def codes(packet: bytes | str) -> list[str]:
    return [warning.code for warning in read(packet).warnings]


def rdf(inner: str, attributes: str = "", spaces: str = "") -> str:
    return (
        f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
        f'xmlns:q="http://example.org/q/"{spaces}>'
        f'<rdf:Description rdf:about=""{attributes}>{inner}</rdf:Description></rdf:RDF>'
    )


CREDIT = rdf("", ' photoshop:Credit="Zoë Ž"')
