"""The table: where each IPTC property stands in EXIF, IIM and XMP.

One row per property of the IPTC Photo Metadata Standard 2025.1 that the domain
knows (``provenance.model.Property``), one per dataset that IIM alone has, and one per id
of a file's history that XMP alone has. Readers
and writers of the three standards look things up here and know no property by themselves.

Sources: IPTC Photo Metadata TechReference 2025.1 (names, XMP paths, IIM datasets),
IPTC-IIM 4.2 chapters 5 and 6 (octet limits, repeatability), Exif 3.0 section 4.6
(tags), MWG Guidelines 2.0 chapter 5 (which EXIF tag carries which property), ISO 16684-1:2019
chapter 8 (XMP Media Management).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from provenance.model import Property

DC = "http://purl.org/dc/elements/1.1/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
XMP_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
XMP_NOTE = "http://ns.adobe.com/xmp/note/"
IPTC_CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
PLUS = "http://ns.useplus.org/ldf/xmp/1.0/"
TIFF = "http://ns.adobe.com/tiff/1.0/"
XMP_MM = "http://ns.adobe.com/xap/1.0/mm/"
RESOURCE_REF = "http://ns.adobe.com/xap/1.0/sType/ResourceRef#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        DC: "dc",
        PHOTOSHOP: "photoshop",
        XMP_RIGHTS: "xmpRights",
        XMP_NOTE: "xmpNote",
        IPTC_CORE: "Iptc4xmpCore",
        IPTC_EXTENSION: "Iptc4xmpExt",
        PLUS: "plus",
        TIFF: "tiff",
        XMP_MM: "xmpMM",
        RESOURCE_REF: "stRef",
        RDF: "rdf",
    }
)
"""Namespace URI to the prefix that locators use, whatever prefix a file binds."""


class Form(StrEnum):
    """The XMP value form of a property (ISO 16684-1, 6.3 and 8.2)."""

    TEXT = "Text"
    SEQ = "Seq"
    BAG = "Bag"
    LANG_ALT = "LangAlt"


@dataclass(frozen=True, slots=True)
class XmpPath:
    """A top-level XMP property: namespace URI, local name and value form."""

    namespace: str
    local: str
    form: Form = Form.TEXT

    @property
    def qname(self) -> str:
        """The name with its standard prefix, as locators show it: ``photoshop:Credit``.

        In Clark notation where the namespace is not one of ``PREFIXES``.
        """
        prefix = PREFIXES.get(self.namespace)
        return self.tag if prefix is None else f"{prefix}:{self.local}"

    @property
    def tag(self) -> str:
        """The name in Clark notation: ``{namespace}local``."""
        return f"{{{self.namespace}}}{self.local}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """An IIM dataset: record, number, the most octets it may hold, whether it may repeat."""

    record: int
    number: int
    octets: int
    repeatable: bool = False

    @property
    def key(self) -> tuple[int, int]:
        """Record and number."""
        return self.record, self.number

    @property
    def name(self) -> str:
        """As locators show it: ``2:80``."""
        return f"{self.record}:{self.number:02d}"


@dataclass(frozen=True, slots=True)
class ExifTag:
    """An EXIF tag: the directory it stands in, its number, its name."""

    directory: str
    number: int
    name: str

    @property
    def locator(self) -> str:
        """As locators show it behind the word EXIF: ``IFD0:Artist``."""
        return f"{self.directory}:{self.name}"


@dataclass(frozen=True, slots=True)
class Row:
    """One property and its places.

    Attributes:
        property: the IPTC property.
        name: the IPTC name, as people know it.
        xmp: the path that the standard gives.
        iim: the dataset; for ``dateCreated`` the date, whose time stands in ``TIME_CREATED``.
        exif: the tag that MWG maps to the property.
        aliases: XMP paths that old or careless writers use. They are read, and corrected
            where a wrong value stands in them; none is ever created.
    """

    property: Property
    name: str
    xmp: XmpPath
    iim: Dataset | None = None
    exif: ExifTag | None = None
    aliases: tuple[XmpPath, ...] = ()


TIME_CREATED = Dataset(2, 60, 11)
"""IIM 2:60, the time that belongs to the date in 2:55."""

TABLE: tuple[Row, ...] = (
    Row(
        Property.CREATOR_NAMES,
        "Creator",
        XmpPath(DC, "creator", Form.SEQ),
        Dataset(2, 80, 32, repeatable=True),
        ExifTag("IFD0", 0x013B, "Artist"),
        # Adobe's first DNG converters (XMP toolkit 3.0) write dc:Creator.
        (XmpPath(DC, "Creator", Form.SEQ), XmpPath(TIFF, "Artist")),
    ),
    Row(
        Property.CREATOR_JOBTITLE,
        "Creator's Job Title",
        XmpPath(PHOTOSHOP, "AuthorsPosition"),
        Dataset(2, 85, 32, repeatable=True),
    ),
    Row(
        Property.CREDIT_LINE,
        "Credit Line",
        XmpPath(PHOTOSHOP, "Credit"),
        Dataset(2, 110, 32),
    ),
    Row(Property.SOURCE, "Source", XmpPath(PHOTOSHOP, "Source"), Dataset(2, 115, 32)),
    Row(
        Property.COPYRIGHT_NOTICE,
        "Copyright Notice",
        XmpPath(DC, "rights", Form.LANG_ALT),
        Dataset(2, 116, 128),
        ExifTag("IFD0", 0x8298, "Copyright"),
        # Getty writes dc:Rights, which a reader that minds case does not see.
        (XmpPath(DC, "Rights", Form.LANG_ALT), XmpPath(TIFF, "Copyright", Form.LANG_ALT)),
    ),
    Row(
        Property.DESCRIPTION,
        "Description",
        XmpPath(DC, "description", Form.LANG_ALT),
        Dataset(2, 120, 2000),
        ExifTag("IFD0", 0x010E, "ImageDescription"),
        (XmpPath(TIFF, "ImageDescription", Form.LANG_ALT),),
    ),
    Row(
        Property.CAPTION_WRITER,
        "Description Writer",
        XmpPath(PHOTOSHOP, "CaptionWriter"),
        Dataset(2, 122, 32, repeatable=True),
    ),
    Row(Property.HEADLINE, "Headline", XmpPath(PHOTOSHOP, "Headline"), Dataset(2, 105, 256)),
    Row(Property.TITLE, "Title", XmpPath(DC, "title", Form.LANG_ALT), Dataset(2, 5, 64)),
    Row(
        Property.INSTRUCTIONS,
        "Instructions",
        XmpPath(PHOTOSHOP, "Instructions"),
        Dataset(2, 40, 256),
    ),
    Row(
        Property.JOBID,
        "Job Id",
        XmpPath(PHOTOSHOP, "TransmissionReference"),
        Dataset(2, 103, 32),
    ),
    Row(
        Property.DATE_CREATED,
        "Date Created",
        # xmp:CreateDate is the date of digitisation (MWG 5.3.1) and is not read as this.
        XmpPath(PHOTOSHOP, "DateCreated"),
        Dataset(2, 55, 8),
        ExifTag("ExifIFD", 0x9003, "DateTimeOriginal"),
    ),
    Row(Property.CITY, "City", XmpPath(PHOTOSHOP, "City"), Dataset(2, 90, 32)),
    Row(
        Property.SUBLOCATION,
        "Sublocation",
        XmpPath(IPTC_CORE, "Location"),
        Dataset(2, 92, 32),
    ),
    Row(
        Property.PROVINCE_STATE,
        "Province or State",
        XmpPath(PHOTOSHOP, "State"),
        Dataset(2, 95, 32),
    ),
    Row(Property.COUNTRY_NAME, "Country", XmpPath(PHOTOSHOP, "Country"), Dataset(2, 101, 64)),
    Row(
        Property.COUNTRY_CODE,
        "Country Code",
        XmpPath(IPTC_CORE, "CountryCode"),
        Dataset(2, 100, 3),
    ),
    Row(
        Property.KEYWORDS,
        "Keywords",
        XmpPath(DC, "subject", Form.BAG),
        Dataset(2, 25, 64, repeatable=True),
    ),
    Row(
        Property.DIGITAL_IMAGE_GUID,
        "Digital Image GUID",
        XmpPath(IPTC_EXTENSION, "DigImageGUID"),
        exif=ExifTag("ExifIFD", 0xA420, "ImageUniqueID"),
    ),
    Row(
        Property.IMAGE_SUPPLIER_IMAGE_ID,
        "Image Supplier Image ID",
        XmpPath(PLUS, "ImageSupplierImageID"),
        # The standard maps no dataset. Reuters and The Canadian Press keep their
        # picture number in 2:22 Fixture Identifier, the one place it survives without XMP.
        Dataset(2, 22, 32),
        aliases=(XmpPath(PLUS, "ImageSupplierImageId"),),
    ),
    Row(
        Property.DIGITAL_SOURCE_TYPE,
        "Digital Source Type",
        XmpPath(IPTC_EXTENSION, "DigitalSourceType"),
    ),
    Row(
        Property.USAGE_TERMS,
        "Rights Usage Terms",
        XmpPath(XMP_RIGHTS, "UsageTerms", Form.LANG_ALT),
    ),
)


@dataclass(frozen=True, slots=True)
class IimRow:
    """A property that IIM alone has: XMP has none for it, and IPTC Photo Metadata neither.

    It speaks of the transmission, not of the picture: it is read and shown, and never edited.

    Attributes:
        property: by its IIM name.
        name: the IIM name, as people know it.
        iim: the dataset.
        time: the dataset of the time that belongs to the date.
    """

    property: Property
    name: str
    iim: Dataset
    time: Dataset | None = None


IIM_ONLY: tuple[IimRow, ...] = (
    IimRow(Property.ACTION_ADVISED, "Action Advised", Dataset(2, 42, 2)),
    IimRow(Property.REFERENCE_SERVICE, "Reference Service", Dataset(2, 45, 10, repeatable=True)),
    IimRow(Property.REFERENCE_DATE, "Reference Date", Dataset(2, 47, 8, repeatable=True)),
    IimRow(Property.REFERENCE_NUMBER, "Reference Number", Dataset(2, 50, 8, repeatable=True)),
    IimRow(Property.RELEASE_DATE, "Release Date", Dataset(2, 30, 8), Dataset(2, 35, 11)),
    IimRow(Property.EXPIRATION_DATE, "Expiration Date", Dataset(2, 37, 8), Dataset(2, 38, 11)),
    IimRow(Property.EDIT_STATUS, "Edit Status", Dataset(2, 7, 64)),
    IimRow(Property.EDITORIAL_UPDATE, "Editorial Update", Dataset(2, 8, 2)),
)
"""IPTC-IIM 4.2 chapter 6: what an agency advises, and until when a picture may be used."""


@dataclass(frozen=True, slots=True)
class XmpRow:
    """A property that XMP alone has, and IPTC Photo Metadata has not.

    It speaks of the file and its ancestors, not of the picture: it is read and shown, and
    never edited.

    Attributes:
        property: by its XMP name.
        name: as people know it.
        xmp: the path.
        fields: of a structure, the fields that are read; each is a text.
    """

    property: Property
    name: str
    xmp: XmpPath
    fields: tuple[XmpPath, ...] = ()


XMP_ONLY: tuple[XmpRow, ...] = (
    XmpRow(Property.DOCUMENT_ID, "Document ID", XmpPath(XMP_MM, "DocumentID")),
    XmpRow(
        Property.ORIGINAL_DOCUMENT_ID,
        "Original Document ID",
        XmpPath(XMP_MM, "OriginalDocumentID"),
    ),
    XmpRow(
        Property.DERIVED_FROM,
        "Derived From",
        XmpPath(XMP_MM, "DerivedFrom"),
        (XmpPath(RESOURCE_REF, "documentID"), XmpPath(RESOURCE_REF, "originalDocumentID")),
    ),
)
"""Which files came out of one another (ISO 16684-1:2019 chapter 8; Adobe XMP Part 2)."""

ROWS: Mapping[Property, Row] = MappingProxyType({row.property: row for row in TABLE})
"""The table by property; any other member of ``Property`` is in ``IIM_ROWS`` or ``XMP_ROWS``."""

IIM_ROWS: Mapping[Property, IimRow] = MappingProxyType({row.property: row for row in IIM_ONLY})
"""The properties that IIM alone has."""

XMP_ROWS: Mapping[Property, XmpRow] = MappingProxyType({row.property: row for row in XMP_ONLY})
"""The properties that XMP alone has."""

DATASETS: Mapping[tuple[int, int], Property] = MappingProxyType(
    {row.iim.key: row.property for row in TABLE if row.iim is not None}
    | {row.iim.key: row.property for row in IIM_ONLY}
)
"""(record, dataset) to property; a time belongs to its date through ``TIMES``."""

TIMES: Mapping[tuple[int, int], Dataset] = MappingProxyType(
    {
        (2, 55): TIME_CREATED,
        **{row.iim.key: row.time for row in IIM_ONLY if row.time is not None},
    }
)
"""(record, dataset) of a date to the dataset of its time."""

EXIF_TAGS: Mapping[tuple[str, int], Property] = MappingProxyType(
    {(row.exif.directory, row.exif.number): row.property for row in TABLE if row.exif is not None}
)
"""(directory, tag) to property."""


def xmp_paths() -> Iterator[tuple[Property, XmpPath]]:
    """Every XMP path that is read and edited, the standard's own and the aliases, in table order.

    What is read only stands in ``XMP_ONLY``.
    """
    for row in TABLE:
        for path in (row.xmp, *row.aliases):
            yield row.property, path


def octet_limit(prop: Property) -> int | None:
    """The most octets that IIM allows one value of a property.

    Returns:
        Encoded octets, not characters (IPTC-IIM 4.2 chapter 6); None where IIM has
        no dataset for the property.
    """
    if prop in XMP_ROWS:
        return None
    dataset = IIM_ROWS[prop].iim if prop in IIM_ROWS else ROWS[prop].iim
    return None if dataset is None else dataset.octets
