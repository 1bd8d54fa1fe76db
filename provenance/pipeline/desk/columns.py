"""What the columns of a desk's export are called, and which of our fields they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from provenance.errors import UsageError


class Field(StrEnum):
    """What a column holds. ``docs/import.md`` lists the names by which each is known."""

    PATH = "path"
    FILENAME = "filename"
    SHA256 = "sha256"
    SCAN_DIGEST = "scanDigest"
    IMAGE_DIGEST = "imageDigest"
    IDENTIFIER = "identifier"
    TITLE = "title"
    CAPTION = "caption"
    CREATOR = "creator"
    CREDIT = "credit"
    DATE = "date"
    PUBLICATION = "publication"
    IGNORE = "ignore"


KEYS: Final = frozenset(
    {Field.PATH, Field.FILENAME, Field.SHA256, Field.SCAN_DIGEST, Field.IMAGE_DIGEST}
)
"""The fields that say which asset a row is about."""

NAMES: Final[Mapping[Field, tuple[str, ...]]] = MappingProxyType(
    {
        Field.PATH: (
            "path", "file", "uri", "filepath", "fullpath", "location", "sourcefile", "pfad",
            "chemin",
        ),
        Field.FILENAME: (
            "filename", "name", "basename", "originalfilename", "originalname", "dateiname",
            "nomdufichier",
        ),
        Field.SHA256: ("sha256", "checksum", "digest", "hash", "sha256sum", "filehash"),
        Field.SCAN_DIGEST: ("scandigest", "scan"),
        Field.IMAGE_DIGEST: ("imagedigest",),
        Field.IDENTIFIER: (
            "identifier", "identifiers", "id", "agencyid", "supplierid", "transref", "assetid",
            "imageid", "pictureid", "photoid", "mediaid", "externalid", "guid", "reference",
            "suppliersreference", "jobid", "imagesupplierimageid", "digitalimageguid",
            "transmissionreference", "originaltransmissionreference", "fixtureidentifier",
        ),
        Field.TITLE: ("title", "objectname"),
        Field.CAPTION: (
            "caption", "captions", "description", "captionabstract", "imagedescription",
            "bildunterschrift", "bildtext", "legende",
        ),
        Field.CREATOR: (
            "creator", "creators", "creatornames", "photographer", "photographers", "byline",
            "author", "artist", "fotograf", "photographe",
        ),
        Field.CREDIT: (
            "credit", "credits", "creditline", "source", "agency", "provider", "copyright",
            "copyrightnotice", "rights",
        ),
        Field.DATE: (
            "date", "datecreated", "created", "taken", "datetaken", "shootdate",
            "datetimeoriginal", "createdate", "aufnahmedatum",
        ),
        Field.PUBLICATION: (
            "published", "publication", "publications", "publishedat", "publishedin", "url",
            "urls", "usage", "usedin", "article", "articleurl",
        ),
    }
)  # fmt: skip
"""By which names a field is known: small letters and digits, nothing between them."""

_FIELDS: Final = {name: field for field, names in NAMES.items() for name in names}
_BETWEEN = re.compile(r"[\W_]+")
_LONGEST_COLUMN = 200
MOST_COLUMNS: Final = 500
"""Columns that are named; an export with more tells of these."""


@lru_cache(maxsize=4_096)
def field_of(column: str) -> Field | None:
    """The field that a column's name means: ``IPTC:By-line``, ``Date Created``, ``date_created``.

    What stands before the last colon is a group (as ExifTool writes it) and says nothing.
    """
    plain = column[:_LONGEST_COLUMN].rpartition(":")[2].casefold()
    return _FIELDS.get(_BETWEEN.sub("", plain))


class Columns:
    """Which column means which field in one import, and which columns mean nothing.

    Args:
        mapped: the user's own words, ``theirs`` to field; they win over the known names.
    """

    def __init__(self, mapped: Mapping[str, Field]) -> None:
        self._mapped = mapped
        self._left = set(mapped)
        self._known: dict[str, Field] = {}
        self._unknown: dict[str, None] = {}

    def __getstate__(self) -> tuple[object, ...]:
        """What a worker sends of it."""
        return self._mapped, self._left, self._known, self._unknown

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take on what a worker sent."""
        self._mapped, self._left, self._known, self._unknown = state

    def plan(self, header: Iterable[str]) -> tuple[tuple[int, Field], ...]:
        """The columns that are taken up: position and field."""
        plan: list[tuple[int, Field]] = []
        for at, column in enumerate(header):
            field = self._mapped.get(column) or field_of(column)
            self._left.discard(column)
            shown = column[:_LONGEST_COLUMN] or f"(column {at + 1} without a name)"
            if field is None:
                if len(self._unknown) < MOST_COLUMNS:
                    self._unknown[shown] = None
            elif field is not Field.IGNORE:
                if len(self._known) < MOST_COLUMNS:
                    self._known[shown] = field
                plan.append((at, field))
        return tuple(plan)

    def add(self, other: Columns) -> None:
        """Take over what another part of the same import met."""
        self._known = dict(list((self._known | other._known).items())[:MOST_COLUMNS])
        self._unknown = dict(list((self._unknown | other._unknown).items())[:MOST_COLUMNS])
        self._left &= other._left

    @property
    def known(self) -> tuple[tuple[str, str], ...]:
        """Their columns and our fields, as first met."""
        return tuple((column, field.value) for column, field in self._known.items())

    @property
    def unknown(self) -> tuple[str, ...]:
        """Columns that were not taken up, as first met."""
        return tuple(self._unknown)

    def has_key(self) -> bool:
        """Whether any column says which asset a row is about."""
        return not KEYS.isdisjoint(self._known.values())

    def require_mapped(self, path: str) -> None:
        """Refuse a mapping of columns that the file does not have.

        Raises:
            UsageError: the column is not there (code ``map-unknown``).
        """
        if self._left:
            there = ", ".join([*self._known, *self._unknown][:20])
            raise UsageError(
                f"{path} has no column {min(self._left)!r}.",
                code="map-unknown",
                remedy=f"Check --map. Its columns: {there or 'none'}.",
            )


def mapping(given: Iterable[str]) -> dict[str, Field]:
    """Read ``theirs=ours`` pairs; ``ours`` is a field or any name by which one is known.

    Raises:
        UsageError: no pair, no such field, or one column twice.
    """
    found: dict[str, Field] = {}
    for pair in given:
        theirs, separator, ours = pair.rpartition("=")
        field = Field.IGNORE if ours.casefold() == Field.IGNORE else field_of(ours)
        if not separator or not theirs or field is None or theirs in found:
            raise UsageError(
                f"--map {pair!r} is no pair of a column of theirs and a field of ours.",
                code="map-unknown",
                remedy=f"Write --map theirs=ours, each column once; ours is one of: "
                f"{', '.join(Field)}.",
            )
        found[theirs] = field
    return found
