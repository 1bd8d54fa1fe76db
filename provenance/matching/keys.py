"""The one blocking function: by which keys an asset, or a notice's picture, can be found.

The same keys are dict lookup, SQL ``IN`` and join key, so that the cost of a notice
grows with its candidates and never with the size of the registry.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from provenance import captions, identifiers
from provenance.identifiers import Identifier
from provenance.matching.lineage import lineage_of
from provenance.model import Limit, MetadataRecord, Property

Key = tuple[str, str]

ID = "id"
SHA256 = "sha256"
IMAGE = "image"
SCAN = "scan"
CAPTION = "caption"
NAME_DATE = "name-date"
FILENAME = "filename"
NAME = "name"
DAY = "day"
LINEAGE = "lineage"
RESTRICTED = "restricted"

# Fields whose whole value may be an agency's picture identifier (notices in the wild:
# Getty and AFP use Title, AP and CP the job id, Reuters the fixture identifier).
_ID_PROPERTIES = (
    Property.TITLE,
    Property.JOBID,
    Property.IMAGE_SUPPLIER_IMAGE_ID,
    Property.DIGITAL_IMAGE_GUID,
)
# Agencies by the names that ``identifiers`` gives them, as credits spell them.
_AGENCIES = {
    "afp": "AFP",
    "agence france-presse": "AFP",
    "getty": "Getty Images",
    "gettyimages": "Getty Images",
    "ap": "AP",
    "associated press": "AP",
    "reuters": "Reuters",
    "epa": "EPA",
    "dpa": "dpa",
    "alamy": "Alamy",
    "shutterstock": "REX",
    "rex": "REX",
}
_AGENCY = re.compile(
    rf"\b({'|'.join(sorted(_AGENCIES, reverse=True))})\b", re.IGNORECASE | re.ASCII
)
# In a title or job id stand other words and numbers, too: a code of seven characters that
# begins with a letter is a slug (COVID19), eight digits may be a day.
_SLUG = re.compile(r"[A-Z][0-9A-Z]{6}")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
# What time alone can break is looked at again by every audit. These words are looked for
# before the restrictions themselves are read, which takes longer.
_TIMED_WORDS = re.compile(
    r"embargo|gesperrt|sperrfrist|until|till|expir|before|after|prior"
    r"|\b(?:days?|hours?|weeks?|tagen?|stunden|wochen|jours|heures|d[ií]as|horas|bis|hasta)\b",
    re.IGNORECASE,
)
_TIMED_IN_CAPTIONS = re.compile(
    r"embargo|gesperrt|sperrfrist|expir|\bnot\s+(?:to\s+be\s+|be\s+|for\s+)?(?:used?|publ)"
    r"|\b(?:days?|hours?|weeks?)\s+(?:from|of|after|use)\b|\bused?\s+(?:only\s+)?(?:until|for)\b",
    re.IGNORECASE,
)
_TIMED_LIMITS = frozenset({Limit.EMBARGO, Limit.TIME_LIMIT})
_TIMED = frozenset({Property.RELEASE_DATE, Property.EXPIRATION_DATE})
_LONGEST_LIMIT = 20_000
_DATE = re.compile(r"(\d{4})[-:](\d{2})[-:](\d{2})")

# A shorter caption ("FILE PHOTO") says nothing about which picture it belongs to.
_SHORTEST_CAPTION = 24


def keys(record: MetadataRecord) -> tuple[Key, ...]:
    """All keys under which ``record`` can be found, sorted and without repeats.

    A picture that does not say when it was made has the key ``(DAY, "")``: it may have been
    made on any day.
    """
    found = _ties(record)
    found.update((CAPTION, caption_key(body)) for body in caption_bodies(record))
    names = creator_names(record)
    found.update((NAME, name) for name in names)
    made = days(record)
    found.update((NAME_DATE, f"{name}|{day}") for name in names for day in made)
    if not record.is_running_text:
        found.add((FILENAME, file_name(record)))
        found.update((DAY, day) for day in made or ("",))
    if _is_timed(record):
        found.add((RESTRICTED, "1"))
    return tuple(sorted(found))


def ties(record: MetadataRecord) -> tuple[Key, ...]:
    """Those of its keys that say of themselves that pictures belong together, sorted.

    Identifiers, digests and edit histories: a small part of the work that all ``keys`` are.
    """
    return tuple(sorted(_ties(record)))


def _ties(record: MetadataRecord) -> set[Key]:
    found: set[Key] = {(ID, value) for value in picture_identifiers(record)}
    for kind, digest in (
        (SHA256, record.digest),
        (IMAGE, record.image_digest),
        (SCAN, record.scan_digest),
    ):
        if digest:
            found.add((kind, digest))
    if not record.is_running_text:
        found.update((LINEAGE, one) for one in lineage_of(record))
    return found


def _is_timed(record: MetadataRecord) -> bool:
    """Whether it says something that time alone can break."""
    for value in record.values:
        if value.property in _TIMED:
            return True
        words = _TIMED_FIELDS.get(value.property)
        if words is not None and any(
            _limits_time(text) for text in value.values if words.search(text)
        ):
            return True
    return False


_TIMED_FIELDS = {
    Property.INSTRUCTIONS: _TIMED_WORDS,
    Property.DESCRIPTION: _TIMED_IN_CAPTIONS,
}


@lru_cache(maxsize=512)
def _limits_time(text: str) -> bool:
    return any(one.limit in _TIMED_LIMITS for one in captions.restrictions(text[:_LONGEST_LIMIT]))


def identity_keys(record: MetadataRecord) -> tuple[Key, ...]:
    """The keys that copies and versions of one picture share: identifiers and picture data."""
    found = [(ID, value) for value in sorted(picture_identifiers(record))]
    return (*found, (SCAN, record.scan_digest)) if record.scan_digest else tuple(found)


def basis(record: MetadataRecord) -> str:
    """By which digest the picture of an asset is known: its scan digest, else the file's."""
    return record.scan_digest or record.digest or ""


def picture_identifiers(record: MetadataRecord) -> frozenset[str]:
    """Canonical agency identifiers of the picture: from its identifier fields, else its name.

    The file name counts only for an agency that no field names: a renamed file must
    not overrule what the picture says of itself.
    """
    found = field_identifiers(record)
    spoken_for = {agency_of(value) for value in found}
    # A page shows many pictures: its own name is no picture's.
    is_page = record.is_running_text and record.media_type != "text/plain"
    name = "" if is_page else posixpath.basename(record.ref.uri)
    named = {identifiers.canonical(one) for one in identifiers.find(name)}
    return found | {value for value in named if agency_of(value) not in spoken_for}


def field_identifiers(record: MetadataRecord) -> frozenset[str]:
    """Canonical agency identifiers that stand in the picture's own identifier fields."""
    agencies = _agencies(record)
    found: set[str] = set()
    for prop in _ID_PROPERTIES:
        for text in set(_texts(record, prop)):
            found.update(identifiers_in(text, agencies))
            if prop is Property.DIGITAL_IMAGE_GUID and (guid := identifiers.canonical_guid(text)):
                found.add(guid)
            elif prop is Property.IMAGE_SUPPLIER_IMAGE_ID and (
                supplied := identifiers.canonical_supplier(text)
            ):
                found.add(supplied)
    return frozenset(found)


def file_name(record: MetadataRecord) -> str:
    """The casefolded base name."""
    return posixpath.basename(record.ref.uri).casefold()


NO_AGENCY: Final = frozenset({"guid", "supplier"})
"""What stands in the place of the agency in identifiers that none of them gives."""


def agency_of(canonical: str) -> str:
    """The agency part of a canonical identifier (``afp:48KT7NQ`` -> ``afp``)."""
    return canonical.partition(":")[0]


def caption_key(body: str) -> str:
    """A short, stable digest of a normalised caption body."""
    return blake2b(body.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


# The containers of one picture repeat its caption.
@lru_cache(maxsize=512)
def caption_body(text: str) -> str:
    """The caption without credit and notice, normalised; empty where it says too little."""
    body = captions.normalise(captions.body(text))
    return body if len(body) >= _SHORTEST_CAPTION else ""


def caption_bodies(record: MetadataRecord) -> frozenset[str]:
    """The normalised caption bodies of all containers."""
    raw = set(_texts(record, Property.DESCRIPTION))
    return frozenset(body for text in raw if (body := caption_body(text)))


def creator_names(record: MetadataRecord) -> frozenset[str]:
    """Normalised photographers' names, from the byline fields and the captions' credit lines."""
    named: list[str] = []
    for text in set(_texts(record, Property.CREATOR_NAMES)):
        # "Bakr ALKASEM / AFP" in a byline field names the man that "Bakr ALKASEM" names.
        credited = [line.creator for line in captions.credit_lines(text) if line.creator]
        named.extend(credited or [text])
    for text in set(_texts(record, Property.DESCRIPTION)):
        named.extend(line.creator for line in captions.credit_lines(text) if line.creator)
    return frozenset(
        name
        for raw in named
        if not captions.is_placeholder(raw) and (name := captions.normalise_name(raw))
    )


def days(record: MetadataRecord) -> frozenset[str]:
    """The days (``YYYY-MM-DD``) on which the containers say the picture was made."""
    return frozenset(
        "-".join(match.groups())
        for text in _texts(record, Property.DATE_CREATED)
        if (match := _DATE.match(text))
    )


def _texts(record: MetadataRecord, prop: Property) -> Iterator[str]:
    for value in record.values:
        if value.property is prop:
            yield from value.values


def _agencies(record: MetadataRecord) -> frozenset[str]:
    texts: Iterable[str] = (
        text
        for prop in (Property.CREDIT_LINE, Property.SOURCE, Property.COPYRIGHT_NOTICE)
        for text in _texts(record, prop)
    )
    return agencies_in(texts)


def agencies_in(texts: Iterable[str]) -> frozenset[str]:
    """The agencies, by the names that ``identifiers`` gives them, that credits name."""
    return frozenset(
        _AGENCIES[found.casefold()] for text in set(texts) for found in _AGENCY.findall(text)
    )


def is_another_agencys(record: MetadataRecord, provider: str | None) -> bool:
    """Whether the record credits agencies that are known, and ``provider`` is none of them."""
    if provider not in _AGENCIES.values():
        return False
    lines = {
        text[line.start : line.end]
        for text in set(_texts(record, Property.DESCRIPTION))
        for line in captions.credit_lines(text)
    }
    credited = {_AGENCIES[one.casefold()] for line in lines for one in _AGENCY.findall(line)}
    named = credited | _agencies(record)
    return bool(named) and provider not in named


def identifiers_in(text: str, agencies: frozenset[str]) -> Iterator[str]:
    """Canonical identifiers in one field of a picture that is credited to ``agencies``."""
    for identifier in identifiers.find(text):
        yield identifiers.canonical(identifier)
    for agency in agencies:
        alone = identifiers.bare(text, agency)
        if alone is not None and not _is_word(alone):
            yield identifiers.canonical(alone)


def _is_word(alone: Identifier) -> bool:
    """Whether what stands alone in a field may as well be a slug or a date."""
    if alone.agency == "AFP":
        return _SLUG.fullmatch(alone.code) is not None and not alone.code[-5:].isdigit()
    return alone.agency == "EPA" and _DAY.fullmatch(alone.code) is not None
