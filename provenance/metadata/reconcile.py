"""Which standard speaks for a property, and where the standards disagree.

After the MWG Guidelines for Handling Image Metadata 2.0, chapter 3 and 5. Nothing is
resolved here: every container keeps its own value, and the disagreement between them
is what a picture editor wants to see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from provenance.metadata.properties import octet_limit
from provenance.model import Container, MetadataRecord, Property, PropertyValue

STALE_DIGEST = "iptc-digest-stale"
"""The warning by which a record tells that its IIM was edited without its XMP."""

_EXIF_FIRST = frozenset(
    {
        Property.CREATOR_NAMES,
        Property.DESCRIPTION,
        Property.COPYRIGHT_NOTICE,
        Property.DATE_CREATED,
    }
)
# Each issuer numbers in its own way, and 2:22 and ImageUniqueID are only used for the
# purpose: identifiers that differ stand beside each other, they do not contradict.
_IDENTIFIERS = frozenset({Property.IMAGE_SUPPLIER_IMAGE_ID, Property.DIGITAL_IMAGE_GUID})
_UNORDERED = frozenset({Property.KEYWORDS})

_MOMENT = re.compile(
    r"(\d{4})(?:[-:](\d\d)(?:[-:](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r"\s*(Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A property of which the containers of one picture say different things."""

    property: Property
    values: tuple[PropertyValue, ...]


def agree(a: PropertyValue, b: PropertyValue, prop: Property | None = None) -> bool:
    """Whether two containers say the same of a property.

    Args:
        a: what one container says.
        b: what the other says.
        prop: the property, where it is another than that of ``a``.

    Returns:
        True where the texts are equal but for white space and line endings; where
        one is an IIM value that its octet limit cut and that begins the other
        (a creator of 31 or 32 octets, a caption of 2,000); and, of dates, where they
        are equal in all that both tell. Keywords are compared without their order.
    """
    prop = a.property if prop is None else prop
    ours, theirs = list(a.values), list(b.values)
    if len(ours) != len(theirs):
        ours, theirs = ["; ".join(ours)], ["; ".join(theirs)]
    elif prop in _UNORDERED:
        ours, theirs = sorted(ours, key=_plain), sorted(theirs, key=_plain)
    return all(
        _same(x, y, prop)
        or (a.container is Container.IIM and is_cut_of(x, y, prop))
        or (b.container is Container.IIM and is_cut_of(y, x, prop))
        for x, y in zip(ours, theirs, strict=True)
    )


def is_cut_of(iim: str, whole: str, prop: Property) -> bool:
    """Whether an IIM value is the beginning of another that its octet limit cut off.

    Args:
        iim: the value in IIM.
        whole: the longer value.
        prop: the property, for its limit in octets.

    Returns:
        True where ``iim`` begins ``whole`` and is at the limit or one octet below it,
        in UTF-8 or in Windows-1252, or where the next character would not have fit.
    """
    limit = octet_limit(prop)
    short, long = _plain(iim), _plain(whole)
    if limit is None or not short or short == long or not long.startswith(short):
        return False
    octets = len(iim.encode("utf-8", "surrogatepass"))
    following = len(long[len(short)].encode("utf-8", "surrogatepass"))
    return (
        limit - 1 <= octets <= limit
        or octets <= limit < octets + following
        or limit - 1 <= len(iim) <= limit
    )


def disagreements(record: MetadataRecord) -> tuple[Disagreement, ...]:
    """The properties of which a picture's containers say different things.

    Every container is compared with every other. Descriptions in other languages than
    the default one, and identifiers, are not compared.

    Returns:
        In the order of ``Property``; each with all the values that were compared.
    """
    by_property: dict[Property, list[PropertyValue]] = {}
    for value in record.values:
        if value.property not in _IDENTIFIERS and _is_default(value):
            by_property.setdefault(value.property, []).append(value)
    return tuple(
        Disagreement(prop, tuple(by_property[prop]))
        for prop in Property
        if prop in by_property
        and any(not agree(a, b) for a, b in combinations(by_property[prop], 2))
    )


def preferred(record: MetadataRecord, prop: Property) -> PropertyValue | None:
    """The value that speaks for a property, where one has to be chosen.

    Returns:
        By MWG: EXIF for creator, description, copyright and date; then XMP, then IIM.
        IIM goes before XMP where the record's warnings say that the IIM was edited
        later (``iptc-digest-stale``), but an IIM value that is only the cut beginning
        of the XMP value yields to it. A sidecar, which MWG does not know, comes after
        what stands in the file, running text last. None where nothing is said.
    """
    first: dict[Container, PropertyValue] = {}
    for value in record.of(prop):
        if _is_default(value):
            first.setdefault(value.container, value)
    iim, xmp = first.get(Container.IIM), first.get(Container.XMP)
    order = [Container.XMP, Container.IIM, Container.EXIF, Container.SIDECAR, Container.TEXT]
    stale = any(warning.code == STALE_DIGEST for warning in record.warnings)
    if stale and iim is not None and not (xmp is not None and agree(iim, xmp)):
        order = [Container.IIM, *order]
    if prop in _EXIF_FIRST:
        order = [Container.EXIF, *order]
    return next((first[container] for container in order if container in first), None)


def _is_default(value: PropertyValue) -> bool:
    return not value.locator.endswith("]")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _same(x: str, y: str, prop: Property) -> bool:
    if _plain(x) == _plain(y):
        return True
    return prop is Property.DATE_CREATED and _same_moment(x.strip(), y.strip())


def _same_moment(x: str, y: str) -> bool:
    one, other = _MOMENT.fullmatch(x), _MOMENT.fullmatch(y)
    if one is None or other is None:
        return False
    if one[8] and other[8] and _zone(one[8]) != _zone(other[8]):
        return _instant(one) is not None and _instant(one) == _instant(other)
    fields = zip(one.groups()[:6], other.groups()[:6], strict=True)
    if any(a != b for a, b in fields if a is not None and b is not None):
        return False
    fraction, another = one[7] or "", other[7] or ""
    shared = min(len(fraction), len(another))
    return fraction[:shared] == another[:shared]


def _zone(text: str) -> int:
    """Minutes east of UTC."""
    if text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return -minutes if text[0] == "-" else minutes


def _instant(moment: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in moment.groups()[:6])
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return local - timedelta(minutes=_zone(moment[8]))
    except (ValueError, OverflowError):
        return None
