"""What an asset is and what it says: references, values, records, captions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Container(StrEnum):
    """Where in a file a value stands.

    ``TEXT`` is a caption found in running text, ``PAGE`` one found in a web page.
    """

    EXIF = "exif"
    IIM = "iim"
    XMP = "xmp"
    SIDECAR = "sidecar"
    TEXT = "text"
    PAGE = "page"


RUNNING_TEXT = frozenset({Container.TEXT, Container.PAGE})
"""Containers that are captions of a text or a page, not fields of a picture's file."""


class Property(StrEnum):
    """IPTC Photo Metadata properties, by their TechReference ids.

    Those from ``actionAdvised`` on are datasets that IIM alone has, by their IIM names; the
    last three are ids of XMP Media Management, which tell how files came out of one another.
    """

    CREATOR_NAMES = "creatorNames"
    CREATOR_JOBTITLE = "creatorJobtitle"
    CREDIT_LINE = "creditLine"
    SOURCE = "source"
    COPYRIGHT_NOTICE = "copyrightNotice"
    DESCRIPTION = "description"
    CAPTION_WRITER = "captionWriter"
    HEADLINE = "headline"
    TITLE = "title"
    INSTRUCTIONS = "instructions"
    JOBID = "jobid"
    DATE_CREATED = "dateCreated"
    CITY = "city"
    SUBLOCATION = "sublocation"
    PROVINCE_STATE = "provinceState"
    COUNTRY_NAME = "countryName"
    COUNTRY_CODE = "countryCode"
    KEYWORDS = "keywords"
    DIGITAL_IMAGE_GUID = "digitalImageGuid"
    IMAGE_SUPPLIER_IMAGE_ID = "imageSupplierImageId"
    DIGITAL_SOURCE_TYPE = "digitalSourceType"
    USAGE_TERMS = "usageTerms"
    ACTION_ADVISED = "actionAdvised"
    REFERENCE_SERVICE = "referenceService"
    REFERENCE_DATE = "referenceDate"
    REFERENCE_NUMBER = "referenceNumber"
    RELEASE_DATE = "releaseDate"
    EXPIRATION_DATE = "expirationDate"
    EDIT_STATUS = "editStatus"
    EDITORIAL_UPDATE = "editorialUpdate"
    DOCUMENT_ID = "documentId"
    ORIGINAL_DOCUMENT_ID = "originalDocumentId"
    DERIVED_FROM = "derivedFrom"


@dataclass(frozen=True, slots=True)
class AssetRef:
    """One stored object, without its content.

    Attributes:
        uri: the absolute path (later: object URL); the registry's key.
        size: octets.
        version: an opaque token for compare-and-swap (mtime and inode, or an ETag).
        sidecars: the XMP sidecars that speak for this picture, in reading order.
        path: the path as the user gave it, joined, never resolved; for display.
    """

    uri: str
    size: int
    version: str
    sidecars: tuple[AssetRef, ...] = ()
    path: str = ""

    @property
    def display(self) -> str:
        """The path to show to a person."""
        return self.path or self.uri

    def __reduce__(self) -> tuple[type[AssetRef], tuple[object, ...]]:
        """Pickle by the constructor: workers send these by the thousand."""
        return AssetRef, (self.uri, self.size, self.version, self.sidecars, self.path)


class _OpenValue:
    """A property value whose fields are still being set; it has its slots."""

    __slots__ = ("container", "locator", "property", "uri", "values")


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """What one container says about one property.

    Attributes:
        property: the IPTC property.
        container: EXIF, IIM, XMP, sidecar or running text.
        values: in the container's order; one element for single-valued properties.
        locator: where, in the words of the container's standard: ``IIM 2:110``,
            ``XMP photoshop:Credit``, ``EXIF IFD0:Artist``, ``chars 120-340``.
        uri: the sidecar's uri where the value stands in a sidecar, else empty.
    """

    property: Property
    container: Container
    values: tuple[str, ...]
    locator: str
    uri: str = ""

    @staticmethod
    def of(
        property: Property,  # noqa: A002 (as the field is named)
        container: Container,
        values: tuple[str, ...],
        locator: str,
        uri: str = "",
    ) -> PropertyValue:
        """As the constructor, in a quarter of its time: every picture has dozens of values.

        The constructor of a frozen class sets each field through a call; here they are set
        as in any class, and the value is frozen by taking on the class that refuses more.
        """
        value: Any = _OpenValue()
        value.property = property
        value.container = container
        value.values = values
        value.locator = locator
        value.uri = uri
        value.__class__ = PropertyValue
        frozen: PropertyValue = value
        return frozen

    def __reduce__(self) -> tuple[type[PropertyValue], tuple[object, ...]]:
        """Pickle by the constructor: workers send these by the thousand."""
        return PropertyValue, (self.property, self.container, self.values, self.locator, self.uri)


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something worth telling about a file that did not stop the reading."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class MetadataRecord:
    """All that one asset says about itself, every container kept.

    Attributes:
        ref: which asset.
        media_type: by content, never by name (``image/jpeg``, ``text/plain``).
        digest: SHA-256 of the file, hex; None where no digest was asked for.
        image_digest: SHA-256 over all that is not credit metadata; no metadata edit changes it.
        scan_digest: SHA-256 over tables, frame and scan data; equal in copies
            whose other segments were dropped.
        values: in file order, sidecars last.
        warnings: what a picture editor should know.
        content_credentials: ``"c2pa"`` where the file carries a C2PA manifest store, else None.
    """

    ref: AssetRef
    media_type: str
    digest: str | None = None
    image_digest: str | None = None
    scan_digest: str | None = None
    values: tuple[PropertyValue, ...] = ()
    warnings: tuple[ReadWarning, ...] = ()
    content_credentials: str | None = None

    @property
    def is_running_text(self) -> bool:
        """Whether it is a text or a page with captions in it, and no picture."""
        return self.media_type.startswith("text/")

    def of(self, prop: Property) -> tuple[PropertyValue, ...]:
        """The values of one property, container by container."""
        return tuple(value for value in self.values if value.property is prop)

    def __reduce__(self) -> tuple[type[MetadataRecord], tuple[object, ...]]:
        """Pickle by the constructor: workers send these by the thousand."""
        return MetadataRecord, (
            self.ref,
            self.media_type,
            self.digest,
            self.image_digest,
            self.scan_digest,
            self.values,
            self.warnings,
            self.content_credentials,
        )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An asset that could not be read: reported, never skipped silently."""

    ref: AssetRef
    error: str
    reason: str
    remedy: str = ""


ScanResult = MetadataRecord | Unreadable


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A credit line taken apart.

    Attributes:
        raw: the span exactly as printed.
        creator: the photographer, None where the line names an agency only.
        agencies: in printed order, canonical short names (``AFP``, ``Getty Images``).
        via: the distributor after "via", if any.
        role: ``handout``, ``pool``, ``file``, ``stringer``, ``no-byline`` (``-/AFP``) or None.
        start: offset of ``raw`` in the caption it was found in.
        end: offset behind it.
        truncated: a CMS or an octet limit cut the line.
    """

    raw: str
    creator: str | None
    agencies: tuple[str, ...] = ()
    via: str | None = None
    role: str | None = None
    start: int = 0
    end: int = 0
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption: its text, its credit line(s) and the place it was found.

    ``text`` holds the caption with its credit and without any notice;
    ``start``/``end`` span caption, credit and notice in the source text.
    ``notice_spans`` are offsets in the source text.
    """

    text: str
    credit: CreditLine | None
    start: int
    end: int
    credits: tuple[CreditLine, ...] = ()
    notice_spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace, remove or set one value in one place.

    An edit whose ``before`` is empty sets a property that has no value at its locator yet,
    at a place where its standard keeps it; it is refused where a value stands there. Several
    such edits of one locator give its values in their order.

    Attributes:
        uri: the file to edit: the picture, or its sidecar.
        container: which container.
        locator: as in ``PropertyValue.locator``.
        property: the IPTC property.
        before: the value that must stand there now, whole; else the edit is refused. Empty
            where no value stands there.
        after: the value that will stand there; None removes this value.
    """

    uri: str
    container: Container
    locator: str
    property: Property
    before: str
    after: str | None
