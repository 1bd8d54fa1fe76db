"""Wire items and brought pictures as versions of a picture, and how their picture is found."""

from __future__ import annotations

from provenance import identifiers, notices
from provenance.matching.keys import ID, SCAN, Key, file_name, picture_identifiers
from provenance.matching.picture import canonical_identifiers
from provenance.metadata import reconcile
from provenance.model import ItemClass, MetadataRecord, Property
from provenance.notices.wires.item import Item

PICTURE_FORMAT = "picture"
"""The format of an item that is what a picture says of itself."""

_SCAN, _SHA256 = "scan:", "sha256:"
_KEPT = (
    Property.CREATOR_NAMES,
    Property.CREDIT_LINE,
    Property.CITY,
    Property.SUBLOCATION,
    Property.PROVINCE_STATE,
    Property.COUNTRY_NAME,
    Property.COUNTRY_CODE,
    Property.DATE_CREATED,
    Property.HEADLINE,
    Property.DESCRIPTION,
)


def item_keys(item: Item) -> tuple[Key, ...]:
    """The keys of the picture that an item is, or speaks of; none for a text."""
    if item.item_class is ItemClass.TEXT:
        return ()
    named = (item.guid, *item.identifiers)
    found = {
        one
        for text in named
        if not text.startswith((_SCAN, _SHA256))
        for one in canonical_identifiers(text)
    }
    for name in item.filenames:
        found.update(identifiers.canonical(one) for one in identifiers.find(name))
    scans = {(SCAN, text.removeprefix(_SCAN)) for text in named if text.startswith(_SCAN)}
    return tuple(sorted({(ID, one) for one in found} | scans))


def item_of(record: MetadataRecord) -> Item:
    """What a picture says of itself, as an item, without any notice in its caption.

    Of containers that differ the one counts that speaks (``metadata.reconcile``).
    """
    own = sorted(picture_identifiers(record))
    scan = (f"{_SCAN}{record.scan_digest}",) if record.scan_digest else ()
    values: list[tuple[Property, str]] = []
    for prop in _KEPT:
        spoken = reconcile.preferred(record, prop)
        for text in spoken.values if spoken is not None else ():
            plain = notices.strip(text).text if prop is Property.DESCRIPTION else text
            if plain.strip():
                values.append((prop, plain))
    return Item(
        format=PICTURE_FORMAT,
        guid=next(iter((*own, *scan)), f"{_SHA256}{record.digest}"),
        item_class=ItemClass.PICTURE,
        identifiers=(*own, *scan),
        filenames=(file_name(record),),
        values=tuple(values),
    )
