"""Where ExifTool shows the properties of the contract, by its own groups and tag names.

Written from ExifTool's tag name documentation, not from ``provenance.metadata.properties``:
an error in either table is a difference. Places are in the words of the standards, in lower
case, because ExifTool does not mind the case of XMP names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from provenance.model import Property

EXIF: Final[Mapping[tuple[str, str], Property]] = {
    ("IFD0", "Artist"): Property.CREATOR_NAMES,
    ("IFD0", "Copyright"): Property.COPYRIGHT_NOTICE,
    ("IFD0", "ImageDescription"): Property.DESCRIPTION,
    ("ExifIFD", "DateTimeOriginal"): Property.DATE_CREATED,
    ("ExifIFD", "ImageUniqueID"): Property.DIGITAL_IMAGE_GUID,
}
OFFSET: Final = ("ExifIFD", "OffsetTimeOriginal")
"""The zone that belongs to the date and time in DateTimeOriginal."""

IIM: Final[Mapping[str, tuple[str, Property]]] = {
    "By-line": ("2:80", Property.CREATOR_NAMES),
    "By-lineTitle": ("2:85", Property.CREATOR_JOBTITLE),
    "Credit": ("2:110", Property.CREDIT_LINE),
    "Source": ("2:115", Property.SOURCE),
    "CopyrightNotice": ("2:116", Property.COPYRIGHT_NOTICE),
    "Caption-Abstract": ("2:120", Property.DESCRIPTION),
    "Writer-Editor": ("2:122", Property.CAPTION_WRITER),
    "Headline": ("2:105", Property.HEADLINE),
    "ObjectName": ("2:05", Property.TITLE),
    "SpecialInstructions": ("2:40", Property.INSTRUCTIONS),
    "OriginalTransmissionReference": ("2:103", Property.JOBID),
    "DateCreated": ("2:55", Property.DATE_CREATED),
    "City": ("2:90", Property.CITY),
    "Sub-location": ("2:92", Property.SUBLOCATION),
    "Province-State": ("2:95", Property.PROVINCE_STATE),
    "Country-PrimaryLocationName": ("2:101", Property.COUNTRY_NAME),
    "Country-PrimaryLocationCode": ("2:100", Property.COUNTRY_CODE),
    "Keywords": ("2:25", Property.KEYWORDS),
    "FixtureIdentifier": ("2:22", Property.IMAGE_SUPPLIER_IMAGE_ID),
}
TIME: Final = "TimeCreated"
"""The time that belongs to the date in DateCreated."""

XMP: Final[Mapping[tuple[str, str], tuple[str, Property]]] = {
    ("XMP-dc", "Creator"): ("dc:creator", Property.CREATOR_NAMES),
    ("XMP-tiff", "Artist"): ("tiff:artist", Property.CREATOR_NAMES),
    ("XMP-photoshop", "AuthorsPosition"): ("photoshop:authorsposition", Property.CREATOR_JOBTITLE),
    ("XMP-photoshop", "Credit"): ("photoshop:credit", Property.CREDIT_LINE),
    ("XMP-photoshop", "Source"): ("photoshop:source", Property.SOURCE),
    ("XMP-dc", "Rights"): ("dc:rights", Property.COPYRIGHT_NOTICE),
    ("XMP-tiff", "Copyright"): ("tiff:copyright", Property.COPYRIGHT_NOTICE),
    ("XMP-dc", "Description"): ("dc:description", Property.DESCRIPTION),
    ("XMP-tiff", "ImageDescription"): ("tiff:imagedescription", Property.DESCRIPTION),
    ("XMP-photoshop", "CaptionWriter"): ("photoshop:captionwriter", Property.CAPTION_WRITER),
    ("XMP-photoshop", "Headline"): ("photoshop:headline", Property.HEADLINE),
    ("XMP-dc", "Title"): ("dc:title", Property.TITLE),
    ("XMP-photoshop", "Instructions"): ("photoshop:instructions", Property.INSTRUCTIONS),
    ("XMP-photoshop", "TransmissionReference"): ("photoshop:transmissionreference", Property.JOBID),
    ("XMP-photoshop", "DateCreated"): ("photoshop:datecreated", Property.DATE_CREATED),
    ("XMP-photoshop", "City"): ("photoshop:city", Property.CITY),
    ("XMP-iptcCore", "Location"): ("iptc4xmpcore:location", Property.SUBLOCATION),
    ("XMP-photoshop", "State"): ("photoshop:state", Property.PROVINCE_STATE),
    ("XMP-photoshop", "Country"): ("photoshop:country", Property.COUNTRY_NAME),
    ("XMP-iptcCore", "CountryCode"): ("iptc4xmpcore:countrycode", Property.COUNTRY_CODE),
    ("XMP-dc", "Subject"): ("dc:subject", Property.KEYWORDS),
    ("XMP-iptcExt", "DigitalImageGUID"): ("iptc4xmpext:digimageguid", Property.DIGITAL_IMAGE_GUID),
    ("XMP-plus", "ImageSupplierImageID"): (
        "plus:imagesupplierimageid",
        Property.IMAGE_SUPPLIER_IMAGE_ID,
    ),
    # The alias that careless writers use; ExifTool shows it under the name that they wrote.
    ("XMP-plus", "ImageSupplierImageId"): (
        "plus:imagesupplierimageid",
        Property.IMAGE_SUPPLIER_IMAGE_ID,
    ),
    ("XMP-iptcExt", "DigitalSourceType"): (
        "iptc4xmpext:digitalsourcetype",
        Property.DIGITAL_SOURCE_TYPE,
    ),
    ("XMP-xmpRights", "UsageTerms"): ("xmprights:usageterms", Property.USAGE_TERMS),
}
