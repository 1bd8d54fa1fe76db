"""Which standard speaks for a property, and where the standards disagree.

After the MWG Guidelines for Handling Image Metadata 2.0, chapters 3 and 5, carried over
to the properties that they leave out. Nothing is resolved here: every container keeps
its own value, and the disagreement between them is what a picture editor wants to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Final

from provenance.metadata.properties import IIM_ROWS, ROWS, XMP_ROWS, octet_limit
from provenance.model import RUNNING_TEXT, Container, MetadataRecord, Property, PropertyValue

STALE_DIGEST: Final = "iptc-digest-stale"
"""The warning by which a record tells that its IIM was edited without its XMP."""

# MWG 2.0, 5.2 to 5.5: the four that EXIF carries for people.
_EXIF_FIRST: Final = frozenset(
    {
        Property.CREATOR_NAMES,
        Property.DESCRIPTION,
        Property.COPYRIGHT_NOTICE,
        Property.DATE_CREATED,
    }
)
# Each issuer numbers in its own way, and 2:22 and ImageUniqueID are only used for the
# purpose: identifiers that differ stand beside each other, they do not contradict.
_IDENTIFIERS: Final = frozenset({Property.IMAGE_SUPPLIER_IMAGE_ID, Property.DIGITAL_IMAGE_GUID})
# What a sender advised in one block does not contradict what stands in another, nor does the
# history of a sidecar that of its picture.
_UNCOMPARED: Final = _IDENTIFIERS | IIM_ROWS.keys() | XMP_ROWS.keys()
_UNORDERED: Final = frozenset({Property.KEYWORDS})

# The cameras' own formats, image/x-canon-cr3 and its like, which desk programs do not write
# into. Adobe's DNG is not among them: it is written into.
_RAW: Final = "image/x-"
_MAKERS: Final = frozenset(
    (
        *("arri", "canon", "epson", "fuji", "fujifilm", "hasselblad", "kodak", "leaf", "leica"),
        *("mamiya", "minolta", "nikon", "olympus", "panasonic", "pentax", "phaseone", "raw"),
        *("samsung", "sigma", "sony"),
    )
)

_MOST_COMPARED: Final = 64
"""Different texts of one property that are compared pair by pair; no honest file has more."""

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


class Reason(StrEnum):
    """Why a value speaks for its property."""

    ALONE = "alone"
    EXIF_FIRST = "exif-first"
    XMP_FIRST = "xmp-first"
    IIM_EDITED_LATER = "iim-edited-later"
    FILE_FIRST = "file-first"
    SIDECAR_OF_RAW = "sidecar-of-raw"


@dataclass(frozen=True, slots=True)
class Preferred:
    """What speaks for a property where one value has to be chosen.

    Attributes:
        value: the value that speaks, as it stands in its container.
        values: what to use: ``value.values``, with what a limit cut made whole again.
        reason: which rule chose it.
        repaired_from: the XMP value that made it whole; None where nothing was repaired.
    """

    value: PropertyValue
    values: tuple[str, ...]
    reason: Reason
    repaired_from: PropertyValue | None = None


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
        are equal in all that both tell. Keywords are compared without their order. A
        country code of two letters is not held against one of three (ISO 3166-1 has
        both; IIM 2:100 takes three only).
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
    the default one, identifiers, and what IIM alone has are not compared.

    Returns:
        In the order of ``Property``; each with all the values that were compared.
    """
    by_property: dict[Property, list[PropertyValue]] = {}
    for value in record.values:
        if value.property not in _UNCOMPARED and _is_default(value):
            by_property.setdefault(value.property, []).append(value)
    if all(len(values) == 1 or _alike(values) for values in by_property.values()):
        return ()
    return tuple(
        Disagreement(prop, tuple(by_property[prop]))
        for prop in Property
        if prop in by_property and not _alike(by_property[prop])
    )


def voices(values: Iterable[PropertyValue]) -> tuple[tuple[PropertyValue, ...], ...]:
    """Values of one property, those that say the same put together.

    Returns:
        Groups in the order of their first values; within a group each agrees with the
        first. Of a file with very many different texts the last groups hold one text each.
    """
    groups: list[list[PropertyValue]] = []
    for texts in _by_text(values).values():
        group = next((g for g in groups[:_MOST_COMPARED] if agree(g[0], texts[0])), None)
        if group is None:
            groups.append(texts)
        else:
            group += texts
    return tuple(map(tuple, groups))


def preferred(record: MetadataRecord, prop: Property) -> Preferred | None:
    """The value that speaks for a property, where one has to be chosen.

    By MWG 2.0: EXIF, for creator, description, copyright and date; else XMP; else IIM.
    The IIM goes before the XMP where Photoshop's digest of it is there and not true
    (``iptc-digest-stale``), for then it was edited later; what its octet limits cut is
    made whole from the XMP, item by item. The properties that MWG leaves out (credit,
    source, headline, instructions, caption writer, job title, place, keywords ...) follow
    the same rule; EXIF's image id comes last in the file. Within a container the path of
    the standard goes before old ones, and the first packet or block before later ones.

    Of a sidecar MWG does not speak. What stands in the file goes before it, since that
    is what travels with the picture and what most programs read; but beside a camera's
    own raw file the sidecar speaks, since there every program keeps its edits in it.
    Running text comes last.

    Returns:
        None where no container says anything. Blank text says nothing.
    """
    first = _first(value for value in record.values if value.property is prop)
    return _chosen(record, prop, first) if first else None


def _alike(values: Sequence[PropertyValue]) -> bool:
    said = values[0].values
    if all(value.values == said for value in values):
        return True
    different = [texts[0] for texts in _by_text(values).values()]
    return len(different) <= _MOST_COMPARED and all(
        agree(a, b) for a, b in combinations(different, 2)
    )


def _by_text(values: Iterable[PropertyValue]) -> dict[tuple[object, ...], list[PropertyValue]]:
    """Values by what they say; the text of IIM may be a cut one, so it stands by itself."""
    found: dict[tuple[object, ...], list[PropertyValue]] = {}
    for value in values:
        found.setdefault((value.container is Container.IIM, value.values), []).append(value)
    return found


def _first(values: Iterable[PropertyValue]) -> dict[Container, PropertyValue]:
    """The value of each container that could speak."""
    first: dict[Container, PropertyValue] = {}
    for value in values:
        if not _is_default(value) or not any(map(_plain, value.values)):
            continue
        held = first.setdefault(value.container, value)
        if held is not value and _is_alias(held) and not _is_alias(value):
            first[value.container] = value
    return first


def _is_alias(value: PropertyValue) -> bool:
    """Whether an XMP value stands at another path than that of the standard."""
    return (
        value.container in (Container.XMP, Container.SIDECAR)
        and value.property in ROWS
        and value.locator.rpartition(" ")[2] != ROWS[value.property].xmp.qname
    )


def _chosen(
    record: MetadataRecord, prop: Property, first: dict[Container, PropertyValue]
) -> Preferred:
    iim, xmp = first.get(Container.IIM), first.get(Container.XMP)
    order = [
        (Container.XMP, Reason.XMP_FIRST),
        (Container.IIM, Reason.FILE_FIRST),
        (Container.EXIF, Reason.FILE_FIRST),
        (Container.SIDECAR, Reason.FILE_FIRST),
        (Container.TEXT, Reason.FILE_FIRST),
        (Container.PAGE, Reason.FILE_FIRST),
    ]
    if xmp is not None and any(warning.code == STALE_DIGEST for warning in record.warnings):
        order.insert(0, (Container.IIM, Reason.IIM_EDITED_LATER))
    if prop in _EXIF_FIRST:
        order.insert(0, (Container.EXIF, Reason.EXIF_FIRST))
    if _is_raw(record.media_type):
        order.insert(0, (Container.SIDECAR, Reason.SIDECAR_OF_RAW))
    speaker, reason = next((first[box], why) for box, why in order if box in first)
    in_file = first.keys() - {Container.SIDECAR, *RUNNING_TEXT}
    if len(first) == 1:
        reason = Reason.ALONE
    elif len(in_file) == 1 and speaker.container in in_file:
        reason = Reason.FILE_FIRST
    if speaker is iim and xmp is not None:
        whole = _repaired(iim, xmp)
        return Preferred(iim, whole, reason, None if whole == iim.values else xmp)
    return Preferred(speaker, speaker.values, reason)


def _repaired(iim: PropertyValue, xmp: PropertyValue) -> tuple[str, ...]:
    """The items of an IIM value, those that the limit cut taken from the XMP at their place."""
    whole = [
        theirs if is_cut_of(ours, theirs, iim.property) else ours
        for ours, theirs in zip(iim.values, xmp.values, strict=False)
    ]
    return (*whole, *iim.values[len(whole) :])


def _is_raw(media_type: str) -> bool:
    maker = media_type.removeprefix(_RAW).partition("-")[0]
    return media_type.startswith(_RAW) and maker in _MAKERS


def _is_default(value: PropertyValue) -> bool:
    return not value.locator.endswith("]")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _same(x: str, y: str, prop: Property) -> bool:
    ours, theirs = _plain(x), _plain(y)
    if ours == theirs:
        return True
    if prop is Property.COUNTRY_CODE:
        return {len(ours), len(theirs)} == {2, 3} and (ours + theirs).isalpha()
    return prop is Property.DATE_CREATED and _same_moment(ours, theirs)


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
