"""What the desk's own system gives a picture, in the terms of matching."""

from __future__ import annotations

from functools import lru_cache

from provenance.matching.keys import agencies_in, caption_body, identifiers_in
from provenance.matching.picture import canonical_identifiers
from provenance.model import DeskRecord


# Every notice that reaches an asset asks the same record again.
@lru_cache(maxsize=1024)
def desk_identifiers(record: DeskRecord) -> frozenset[str]:
    """Canonical identifiers that the desk's own system gives a picture.

    A code alone is read as that of the agencies that the record credits; what no agency
    writes is the picture's GUID or its supplier's own number.
    """
    agencies = agencies_in(record.credits)
    found: set[str] = set()
    for text in record.identifiers:
        found.update(set(identifiers_in(text, agencies)) or canonical_identifiers(text))
    return frozenset(found)


@lru_cache(maxsize=1024)
def desk_captions(record: DeskRecord) -> frozenset[str]:
    """The normalised caption bodies that the desk's own system gives a picture."""
    return frozenset(body for text in record.captions if (body := caption_body(text)))
