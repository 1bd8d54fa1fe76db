"""The edits of the measurement: creator, credit and description, wherever they may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from provenance.metadata.blocks import Carrier
from provenance.metadata.decoding import Decoded
from provenance.metadata.properties import ROWS
from provenance.model import Container, Edit, Property

TEXTS: Final[Mapping[Property, str]] = {
    Property.CREATOR_NAMES: "Bakr ALKASEM",
    Property.CREDIT_LINE: "AFP",
    Property.DESCRIPTION: (
        "Men walk past a ruined house in Aleppo – 8 December 2024. (Photo by Bakr ALKASEM / AFP)"
    ),
}
"""What is set; the dash is no ASCII, so that the character set of IIM has to be right."""


def edits_for(decoded: Decoded, *, sidecar: bool) -> tuple[Edit, ...]:
    """Every edit that the three texts need in a file.

    Where a property stands, its first value gives way to the text and further ones go. Where
    it does not, it is set: in XMP always, in IIM and EXIF where the file has such a block.

    Args:
        decoded: what the file says.
        sidecar: the file is an XMP file.
    """
    found = [*_replacing(decoded), *_setting(decoded, sidecar=sidecar)]
    return tuple({(one.locator, one.before, one.after): one for one in found}.values())


def _replacing(decoded: Decoded) -> Iterator[Edit]:
    for value in decoded.values:
        if value.property not in TEXTS:
            continue
        for number, old in enumerate(dict.fromkeys(value.values)):
            new = None if number else TEXTS[value.property]
            if old != new:
                yield Edit(value.uri, value.container, value.locator, value.property, old, new)


def _setting(decoded: Decoded, *, sidecar: bool) -> Iterator[Edit]:
    held = {(value.container, value.property) for value in decoded.values}
    there = {unit.container for unit in decoded.units if unit.carrier is not Carrier.EXTENDED_XMP}
    there.add(Container.SIDECAR if sidecar else Container.XMP)
    for prop, text in TEXTS.items():
        for container, locator in _places(prop).items():
            if container in there and (container, prop) not in held:
                yield Edit("", container, locator, prop, "", text)


def _places(prop: Property) -> dict[Container, str]:
    row = ROWS[prop]
    xmp = f"XMP {row.xmp.qname}"
    places = {Container.XMP: xmp, Container.SIDECAR: xmp}
    if row.iim is not None:
        places[Container.IIM] = f"IIM {row.iim.name}"
    if row.exif is not None:
        places[Container.EXIF] = f"EXIF {row.exif.locator}"
    return places
