"""The table of reasons: every name of evidence that matching can give, and what it weighs.

``docs/matching.md`` says why each weighs what it does. Names are stable: decisions and
reports refer to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from provenance.model import Evidence

PROOF: Final = 5.0
"""From here on a reason proves the picture; as much against outweighs all that suggests it."""
SUGGESTION: Final = 2.0
"""From here on a reason alone makes a match of medium level."""
HINT: Final = 1.0
"""From here on a reason alone makes a candidate, of low level; what weighs less is a remark."""
REMARK: Final = 0.5


class Kind(StrEnum):
    """What a reason speaks of. Reasons of one kind never add up."""

    IDENTITY = "identity"
    DESK = "desk"
    LOOK = "look"
    WORDS = "words"
    CIRCUMSTANCE = "circumstance"
    UNIQUENESS = "uniqueness"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Reason:
    """One name of evidence.

    Attributes:
        name: stable.
        kind: what it speaks of.
        weight: what it weighs; at the most, where ``least`` is another.
        least: what it weighs at the least, where that differs from case to case.
    """

    name: str
    kind: Kind
    weight: float
    least: float | None = None

    def because(self, detail: str, weight: float | None = None) -> Evidence:
        """This reason, with the sentence that a person reads."""
        return Evidence(self.name, self.weight if weight is None else weight, detail)


IDENTIFIER: Final = Reason("identifier", Kind.IDENTITY, PROOF)
FILE_DIGEST: Final = Reason("sha256-digest", Kind.IDENTITY, PROOF)
SCAN_DIGEST: Final = Reason("scan-digest", Kind.IDENTITY, PROOF)
IMAGE_DIGEST: Final = Reason("image-digest", Kind.IDENTITY, PROOF)
IDENTIFIER_AND_LOOK: Final = Reason("identifier-and-look", Kind.IDENTITY, PROOF)
IDENTIFIER_IN_NAME: Final = Reason("identifier-in-name", Kind.IDENTITY, 4.0)
IDENTIFIER_CLAIMED: Final = Reason("identifier-claimed", Kind.IDENTITY, 2.5)
OTHER_IDENTIFIER: Final = Reason("other-identifier", Kind.IDENTITY, -PROOF)

DESK_IDENTIFIER: Final = Reason("desk-identifier", Kind.DESK, PROOF)
DESK_IDENTIFIER_CLAIMED: Final = Reason("desk-identifier-claimed", Kind.DESK, 2.5)
DESK_CAPTION: Final = Reason("desk-caption", Kind.DESK, SUGGESTION)
DESK_OTHER_IDENTIFIER: Final = Reason("desk-other-identifier", Kind.DESK, -3.0)

SEEN_DIGEST: Final = Reason("seen-digest", Kind.LOOK, PROOF)
PICTURE_SAME: Final = Reason("picture-same", Kind.LOOK, PROOF)
PICTURE_PRINTED: Final = Reason("picture-printed", Kind.LOOK, 4.0)
PICTURE_CROP: Final = Reason("picture-crop", Kind.LOOK, 4.0)
PICTURE_MIRRORED: Final = Reason("picture-mirrored", Kind.LOOK, 3.0)
PICTURE_HASH: Final = Reason("picture-hash", Kind.LOOK, 3.0, least=HINT)
LOOKS_DIFFERENT: Final = Reason("looks-different", Kind.LOOK, -2.0)
OTHER_PICTURE: Final = Reason("other-picture", Kind.LOOK, -PROOF)

CAPTION_EQUAL: Final = Reason("caption-equal", Kind.WORDS, SUGGESTION)
CAPTION_NEAR: Final = Reason("caption-near", Kind.WORDS, HINT)
CAPTION_DATE: Final = Reason("caption-date", Kind.WORDS, HINT)

FILE_NAME: Final = Reason("file-name", Kind.CIRCUMSTANCE, SUGGESTION)
BYLINE: Final = Reason("byline", Kind.CIRCUMSTANCE, HINT)
BYLINE_DATE: Final = Reason("byline-date", Kind.CIRCUMSTANCE, HINT)
NAME_DATE_PLACE: Final = Reason("name-date-place", Kind.CIRCUMSTANCE, HINT)
LINEAGE: Final = Reason("lineage", Kind.CIRCUMSTANCE, HINT)
SAME_DAY: Final = Reason("same-day", Kind.CIRCUMSTANCE, REMARK)
SAME_PLACE: Final = Reason("same-place", Kind.CIRCUMSTANCE, REMARK)
OTHER_DATE: Final = Reason("other-date", Kind.CIRCUMSTANCE, -HINT)
OTHER_AGENCY: Final = Reason("other-agency", Kind.CIRCUMSTANCE, -HINT)

TIE: Final = Reason("tie", Kind.UNIQUENESS, -HINT)
UNSURE_FORM: Final = Reason("unsure-form", Kind.FORM, 0.0)

_ALL: Final = (
    *(IDENTIFIER, FILE_DIGEST, SCAN_DIGEST, IMAGE_DIGEST, IDENTIFIER_AND_LOOK),
    *(IDENTIFIER_IN_NAME, IDENTIFIER_CLAIMED, OTHER_IDENTIFIER),
    *(DESK_IDENTIFIER, DESK_IDENTIFIER_CLAIMED, DESK_CAPTION, DESK_OTHER_IDENTIFIER),
    *(SEEN_DIGEST, PICTURE_SAME, PICTURE_PRINTED, PICTURE_CROP, PICTURE_MIRRORED, PICTURE_HASH),
    *(LOOKS_DIFFERENT, OTHER_PICTURE),
    *(CAPTION_EQUAL, CAPTION_NEAR, CAPTION_DATE),
    *(FILE_NAME, BYLINE, BYLINE_DATE, NAME_DATE_PLACE, LINEAGE, SAME_DAY, SAME_PLACE),
    *(OTHER_DATE, OTHER_AGENCY),
    *(TIE, UNSURE_FORM),
)

REASONS: Final[Mapping[str, Reason]] = MappingProxyType({one.name: one for one in _ALL})
"""Every reason by its name."""

IDENTIFYING: Final = frozenset(
    one.name for one in (IDENTIFIER, FILE_DIGEST, SCAN_DIGEST, IMAGE_DIGEST, IDENTIFIER_AND_LOOK)
)
"""Names of the reasons by which a notice identifies a picture; without one nothing is safe."""

PROVEN_BY_PICTURE: Final = IDENTIFYING - {IDENTIFIER.name}
"""Names of those that a file cannot borrow: they ask for the picture itself."""


def kind_of(one: Evidence) -> Kind:
    """What a piece of matching's evidence speaks of."""
    return REASONS[one.name].kind
