"""The table says what the IPTC standard says."""

import pytest

from provenance.metadata.properties import (
    DATASETS,
    EXIF_TAGS,
    PREFIXES,
    ROWS,
    TABLE,
    TIME_CREATED,
    Form,
    XmpPath,
    octet_limit,
    xmp_paths,
)
from provenance.model import Property


def test_every_property_has_exactly_one_row() -> None:
    assert [row.property for row in TABLE] == list(Property)
    assert set(ROWS) == set(Property)


@pytest.mark.parametrize(
    ("prop", "qname", "form", "dataset", "octets"),
    [
        (Property.CREATOR_NAMES, "dc:creator", Form.SEQ, "2:80", 32),
        (Property.CREATOR_JOBTITLE, "photoshop:AuthorsPosition", Form.TEXT, "2:85", 32),
        (Property.CREDIT_LINE, "photoshop:Credit", Form.TEXT, "2:110", 32),
        (Property.SOURCE, "photoshop:Source", Form.TEXT, "2:115", 32),
        (Property.COPYRIGHT_NOTICE, "dc:rights", Form.LANG_ALT, "2:116", 128),
        (Property.DESCRIPTION, "dc:description", Form.LANG_ALT, "2:120", 2000),
        (Property.CAPTION_WRITER, "photoshop:CaptionWriter", Form.TEXT, "2:122", 32),
        (Property.HEADLINE, "photoshop:Headline", Form.TEXT, "2:105", 256),
        (Property.TITLE, "dc:title", Form.LANG_ALT, "2:05", 64),
        (Property.INSTRUCTIONS, "photoshop:Instructions", Form.TEXT, "2:40", 256),
        (Property.JOBID, "photoshop:TransmissionReference", Form.TEXT, "2:103", 32),
        (Property.DATE_CREATED, "photoshop:DateCreated", Form.TEXT, "2:55", 8),
        (Property.CITY, "photoshop:City", Form.TEXT, "2:90", 32),
        (Property.SUBLOCATION, "Iptc4xmpCore:Location", Form.TEXT, "2:92", 32),
        (Property.PROVINCE_STATE, "photoshop:State", Form.TEXT, "2:95", 32),
        (Property.COUNTRY_NAME, "photoshop:Country", Form.TEXT, "2:101", 64),
        (Property.COUNTRY_CODE, "Iptc4xmpCore:CountryCode", Form.TEXT, "2:100", 3),
        (Property.KEYWORDS, "dc:subject", Form.BAG, "2:25", 64),
        (Property.IMAGE_SUPPLIER_IMAGE_ID, "plus:ImageSupplierImageID", Form.TEXT, "2:22", 32),
    ],
)
def test_places_of_the_mapped_properties(
    prop: Property, qname: str, form: Form, dataset: str, octets: int
) -> None:
    row = ROWS[prop]
    assert row.iim is not None
    assert (row.xmp.qname, row.xmp.form, row.iim.name) == (qname, form, dataset)
    assert octet_limit(prop) == octets


@pytest.mark.parametrize(
    ("prop", "qname"),
    [
        (Property.DIGITAL_IMAGE_GUID, "Iptc4xmpExt:DigImageGUID"),
        (Property.DIGITAL_SOURCE_TYPE, "Iptc4xmpExt:DigitalSourceType"),
        (Property.USAGE_TERMS, "xmpRights:UsageTerms"),
    ],
)
def test_properties_that_iim_does_not_have(prop: Property, qname: str) -> None:
    assert ROWS[prop].xmp.qname == qname
    assert octet_limit(prop) is None


def test_exif_tags() -> None:
    assert {
        (directory, number): (prop, ROWS[prop].exif.locator)  # type: ignore[union-attr]
        for (directory, number), prop in EXIF_TAGS.items()
    } == {
        ("IFD0", 0x013B): (Property.CREATOR_NAMES, "IFD0:Artist"),
        ("IFD0", 0x8298): (Property.COPYRIGHT_NOTICE, "IFD0:Copyright"),
        ("IFD0", 0x010E): (Property.DESCRIPTION, "IFD0:ImageDescription"),
        ("ExifIFD", 0x9003): (Property.DATE_CREATED, "ExifIFD:DateTimeOriginal"),
        ("ExifIFD", 0xA420): (Property.DIGITAL_IMAGE_GUID, "ExifIFD:ImageUniqueID"),
    }


def test_no_place_belongs_to_two_properties() -> None:
    tags = [path.tag for _, path in xmp_paths()]
    assert len(tags) == len(set(tags))
    assert len(DATASETS) == sum(row.iim is not None for row in TABLE)
    assert TIME_CREATED.key not in DATASETS


def test_repeatable_datasets_are_those_of_the_standard() -> None:
    assert {row.iim.name for row in TABLE if row.iim is not None and row.iim.repeatable} == {
        "2:25",
        "2:80",
        "2:85",
        "2:122",
    }


def test_a_path_outside_the_known_namespaces_shows_its_namespace() -> None:
    assert XmpPath("http://example.org/ns/", "x").qname == "{http://example.org/ns/}x"
    assert all(path.qname.partition(":")[0] in PREFIXES.values() for _, path in xmp_paths())
