"""A page as a metadata record, and the record taken apart into its pictures.

Each value's locator ends in ``picture N``: a correction of one picture must not touch the
caption of the next one on the same page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from provenance.model import Container, MetadataRecord, Property, PropertyValue
from provenance.pages.values import Page

HTML_TYPE = "text/html"
FEED_TYPE = "text/rss+xml"

_NUMBER = re.compile(r" picture (\d{1,9})$")


def values_of(page: Page) -> tuple[PropertyValue, ...]:
    """The page's values, picture by picture; an identifier in a picture's address is its job id."""
    return tuple(_values(page))


def _values(page: Page) -> Iterator[PropertyValue]:
    captions: dict[int, list[PropertyValue]] = {one.number: [] for one in page.pictures}
    for picture in page.pictures:
        for identifier, place in zip(picture.identifiers, picture.places, strict=True):
            locator = f"{place.locator} picture {picture.number}"
            captions[picture.number].append(
                PropertyValue(Property.JOBID, Container.PAGE, (identifier,), locator)
            )
    for one in page.captions:
        for place in one.places:
            locator = f"{place.locator} picture {one.picture.number}"
            captions[one.picture.number].append(
                PropertyValue(one.property, Container.PAGE, (one.text,), locator)
            )
    for values in captions.values():
        yield from values


def is_page(record: MetadataRecord) -> bool:
    """Whether a record is a published page or a feed."""
    return record.media_type in {HTML_TYPE, FEED_TYPE}


def number_of(locator: str) -> int:
    """The number of the picture that a locator of a page speaks of; 0 where it names none."""
    found = _NUMBER.search(locator)
    return int(found[1]) if found else 0


def pictures_of(record: MetadataRecord) -> tuple[MetadataRecord, ...]:
    """A page's record as one record for each of its pictures."""
    by_number: dict[int, list[PropertyValue]] = {}
    for value in record.values:
        by_number.setdefault(number_of(value.locator), []).append(value)
    return tuple(replace(record, values=tuple(values)) for values in by_number.values())
