"""What ``provenance.metadata`` reads, in the terms of the comparison."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from conformance import forms
from conformance.triples import Cell, Reading, Said

from provenance.errors import ProvenanceError
from provenance.metadata import read
from provenance.metadata.properties import IIM_ROWS, XMP_ROWS
from provenance.model import AssetRef, Container, Property, PropertyValue

_THROUGH_EXIFTOOL: Final = "read-by-exiftool"


def reading(name: str, data: bytes) -> Reading:
    """Read one file; what cannot be read is an error in the reading."""
    ref = AssetRef(uri=name, size=len(data), version="", path=name)
    try:
        record = read(ref, data)
    except ProvenanceError as error:
        return Reading(error=str(error))
    cells: dict[Cell, list[Said]] = defaultdict(list)
    for value in record.values:
        if value.property in IIM_ROWS or value.property in XMP_ROWS:
            # The comparison is of the table's own properties.
            continue
        texts = tuple(text for text in _texts(value) if forms.has_content(text))
        if texts:
            cells[value.container, value.property].append((_place(value.locator), texts))
    values = {cell: tuple(sorted(said)) for cell, said in cells.items()}
    found_by_exiftool = any(told.code == _THROUGH_EXIFTOOL for told in record.warnings)
    return Reading(values, kind=record.media_type, found_by_exiftool=found_by_exiftool)


def _place(locator: str) -> str:
    """The locator without the name of its block: ``2:80``, ``dc:description[fr]``."""
    place = locator.partition(" ")[2].lower()
    return "2:55" if place == "2:55+2:60" else place


def _texts(value: PropertyValue) -> tuple[str, ...]:
    """The texts, dates spelled alike; white space at the end of EXIF text is padding."""
    if value.property is Property.DATE_CREATED:
        return tuple(forms.date(text) for text in value.values)
    if value.container is not Container.EXIF:
        return value.values
    if value.property is Property.COPYRIGHT_NOTICE:
        return ("\n".join(text.rstrip() for text in value.values),)
    return tuple(text.rstrip() for text in value.values)
