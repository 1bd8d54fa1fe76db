"""A newsroom's archive, made by number: asset ``n`` of a seed is always the same.

Half of all pictures are by one photographer, every tenth is called ``image.jpg``, every seventh
is a copy of an earlier one in a web folder, and captions are as long as captions are.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from provenance import captions
from provenance.matching.keys import caption_key
from provenance.model import AssetRef, Container, MetadataRecord, Property, PropertyValue
from provenance.registry import Key

HOT_NAME = "Ilona Brandvik"
HOT_FILE = "image.jpg"
DAYS = 3_650
FIRST_DAY = date(2016, 1, 1)

_GIVEN = [
    "Ana",
    "Bram",
    "Cato",
    "Dilan",
    "Edda",
    "Faruk",
    "Gita",
    "Hanno",
    "Imre",
    "Joao",
    "Karin",
    "Lotte",
    "Mirek",
    "Nadia",
    "Orla",
    "Pavel",
]
_FAMILY = [
    "Aksoy",
    "Berger",
    "Cordes",
    "Dupond",
    "Eriksen",
    "Fabre",
    "Gatti",
    "Hollar",
    "Ivers",
    "Janda",
    "Kovac",
    "Lindt",
    "Marin",
]
_PLACES = [
    "Lyon",
    "Porto",
    "Graz",
    "Turku",
    "Split",
    "Gdansk",
    "Bergen",
    "Leuven",
    "Cadiz",
    "Bremen",
    "Tartu",
    "Pecs",
]
_WORDS = [
    "people",
    "gather",
    "during",
    "a",
    "protest",
    "outside",
    "the",
    "parliament",
    "as",
    "police",
    "officers",
    "stand",
    "guard",
    "near",
    "the",
    "bridge",
    "while",
    "rescue",
    "workers",
    "carry",
    "sandbags",
    "after",
    "heavy",
    "rain",
    "flooded",
    "the",
    "old",
    "town",
    "and",
    "the",
    "mayor",
    "speaks",
    "to",
    "reporters",
    "about",
    "the",
    "coming",
    "election",
    "at",
    "a",
    "market",
    "beside",
    "the",
    "harbour",
    "this",
    "morning",
]
_PHRASES = [" ".join(_WORDS[at : at + 6]) for at in range(len(_WORDS) - 6)]
_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Made(NamedTuple):
    """One asset of the archive.

    Attributes:
        record: what it says.
        keys: as ``matching.keys`` gives them.
    """

    record: MetadataRecord
    keys: tuple[Key, ...]


class Story(NamedTuple):
    """The picture that an asset shows."""

    number: int
    day: date
    creator: str
    agency: str
    code: str
    place: str
    caption: str


def original(number: int) -> int:
    """Of which asset ``number`` is a copy; itself where it is none."""
    if number % 7 == 6:
        number = number - 1 - number * 2_654_435_761 % min(number, 5_000)
        number -= number % 7 == 6
    return number


def story(number: int) -> Story:
    """The picture of asset ``number``: its own, or that of which it is a copy."""
    number = original(number)
    rng = random.Random(number)
    day = FIRST_DAY + timedelta(number * 7_919 % DAYS)
    creator = f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}-{rng.choice(_FAMILY)}"
    if number % 2:
        creator = HOT_NAME
    agency = ("AFP", "Getty Images", "Reuters", "EPA")[number % 4 if number % 3 else 0]
    place = rng.choice(_PLACES)
    words = " ".join(_PHRASES[rng.randrange(len(_PHRASES))] for _ in range(6))
    caption = f"{place}, {day:%B} {day.day}, {day.year}: {words[0].upper()}{words[1:]} {number}."
    return Story(number, day, creator, agency, _code(agency, number), place, caption)


def _code(agency: str, number: int) -> str:
    mixed = number * 40_503 % 36**5  # no two alike below sixty millions
    letters = "".join(_BASE36[mixed // 36**at % 36] for at in range(5))
    if agency == "AFP":
        return f"4{letters[:2]}K{letters[2:]}"[:7]
    if agency == "Getty Images":
        return str(1_000_000_000 + number)
    if agency == "Reuters":
        return f"RC2{number:06d}A{letters[:2]}"[:12]
    return f"{10_000_000 + number:08d}"


def asset(number: int) -> MetadataRecord:
    """Asset ``number``."""
    return _asset(story(number), number)


def _asset(one: Story, number: int) -> MetadataRecord:
    copy = one.number != number
    folder = f"/archive/{'web' if copy else 'wire'}/{one.day:%Y/%m/%d}"
    name = _name(one, number, copy=copy)
    seed = f"{number}".encode()
    scan = f"{one.number}" if number % 14 == 13 or not copy else f"{number}"
    return MetadataRecord(
        AssetRef(f"{folder}/{name}", 2_000_000 + number % 999_983, f"{number}-{number}", path=name),
        "image/jpeg",
        digest=hashlib.sha256(seed).hexdigest(),
        image_digest=hashlib.sha256(b"i" + seed).hexdigest(),
        scan_digest=hashlib.sha256(b"s" + scan.encode()).hexdigest(),
        values=_values(one),
    )


def _name(one: Story, number: int, *, copy: bool) -> str:
    if number % 10 == 0:
        return f"{number}/{HOT_FILE}"
    if copy:
        return f"web-{number}.jpg"
    prefix = {"AFP": "AFP_", "Getty Images": "GettyImages-", "EPA": "epa", "Reuters": ""}
    return f"{prefix[one.agency]}{one.code}.jpg"


def _values(one: Story) -> tuple[PropertyValue, ...]:
    text = f"{one.caption} (Photo by {one.creator} / {one.agency})"
    iim, xmp, exif = Container.IIM, Container.XMP, Container.EXIF
    rows = (
        (Property.CREATOR_NAMES, iim, one.creator, "IIM 2:80"),
        (Property.CREATOR_NAMES, xmp, one.creator, "XMP dc:creator"),
        (Property.CREATOR_NAMES, exif, one.creator, "EXIF IFD0:Artist"),
        (Property.CREDIT_LINE, iim, one.agency, "IIM 2:110"),
        (Property.CREDIT_LINE, xmp, one.agency, "XMP photoshop:Credit"),
        (Property.SOURCE, iim, one.agency, "IIM 2:115"),
        (Property.COPYRIGHT_NOTICE, xmp, f"{one.agency}", "XMP dc:rights"),
        (Property.DESCRIPTION, iim, text, "IIM 2:120"),
        (Property.DESCRIPTION, xmp, text, "XMP dc:description"),
        (Property.DESCRIPTION, exif, text, "EXIF IFD0:ImageDescription"),
        (Property.TITLE, iim, one.code, "IIM 2:5"),
        (Property.JOBID, iim, one.code, "IIM 2:103"),
        (Property.HEADLINE, iim, f"{one.place} protest", "IIM 2:105"),
        (Property.DATE_CREATED, iim, one.day.isoformat(), "IIM 2:55"),
        (
            Property.DATE_CREATED,
            xmp,
            f"{one.day.isoformat()}T10:00:00",
            "XMP photoshop:DateCreated",
        ),
        (Property.CITY, iim, one.place, "IIM 2:90"),
        (Property.CITY, xmp, one.place, "XMP photoshop:City"),
    )
    return tuple(PropertyValue(prop, where, (text,), at) for prop, where, text, at in rows)


def keys_of(one: Story, record: MetadataRecord) -> tuple[Key, ...]:
    """What ``matching.keys`` gives for these records, ten times as fast (a test compares)."""
    name = _normalised(one.creator)
    day = one.day.isoformat()
    agency = {"Getty Images": "getty"}.get(one.agency, one.agency.lower())
    return (
        ("caption", caption_key(captions.normalise(one.caption))),
        ("day", day),
        ("filename", record.ref.uri.rpartition("/")[2].casefold()),
        ("id", f"{agency}:{one.code}"),
        ("image", record.image_digest or ""),
        ("name", name),
        ("name-date", f"{name}|{day}"),
        ("scan", record.scan_digest or ""),
        ("sha256", record.digest or ""),
    )


_normalised = cache(captions.normalise_name)


def archive(first: int, count: int) -> Iterator[Made]:
    """The assets from number ``first`` on."""
    for number in range(first, first + count):
        one = story(number)
        record = _asset(one, number)
        yield Made(record, keys_of(one, record))
