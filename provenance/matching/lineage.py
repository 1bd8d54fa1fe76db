"""The ids that editing programs give a file and its ancestors, made equal for comparing.

They tell which files came out of one another. Templates and batch exports give one id to
different pictures, so that an id suggests a relation and proves none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from provenance.model import MetadataRecord, Property

_PROPERTIES: Final = frozenset(
    {Property.DOCUMENT_ID, Property.ORIGINAL_DOCUMENT_ID, Property.DERIVED_FROM}
)
# Adobe's prefixes name the kind of id, and Photoshop writes one id under several of them.
_PREFIX = re.compile(
    r"(?:xmp\.[di]id:|uuid:|urn:uuid:|adobe:docid:[a-z0-9.-]{1,32}:|guid:)+", re.ASCII
)
_ID = re.compile(r"[0-9a-f]{16,64}")
_LONGEST: Final = 256
# What writers give who have nothing to give: the digests of no octets (MD5, SHA-1, SHA-256).
_OF_NOTHING: Final = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)
_FEWEST_DIGITS: Final = 5
"""An id drawn at random has more different digits; fewer stand in ids that were made up."""


def lineage_id(written: str) -> str | None:
    """The plain digits of a document id, or None where it tells nothing.

    Args:
        written: ``xmp.did:7E5B...``, ``uuid:...``, ``adobe:docid:photoshop:...`` or the bare
            digits, as xmpMM:DocumentID and its like hold them (Adobe XMP Specification
            Part 2, "XMP Media Management namespace").
    """
    if len(written) > _LONGEST:
        return None
    plain = _PREFIX.sub("", written.strip().lower(), count=1).replace("-", "")
    if _ID.fullmatch(plain) is None or plain in _OF_NOTHING:
        return None
    return plain if len(set(plain)) >= _FEWEST_DIGITS else None


def lineage_of(record: MetadataRecord) -> frozenset[str]:
    """The ids of a file, of the file it was first, and of the one it was made from."""
    return lineage_ids(
        text for value in record.values if value.property in _PROPERTIES for text in value.values
    )


def lineage_ids(written: Iterable[str]) -> frozenset[str]:
    """The plain ids among what is written."""
    return frozenset(plain for text in written if (plain := lineage_id(text)) is not None)
