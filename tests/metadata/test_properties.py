"""The table says what the IPTC standard says."""

import pytest

from provenance.errors import RewriteRefusedError
from provenance.metadata import planned, reconcile
from provenance.metadata.properties import (
    DATASETS,
    EXIF_TAGS,
    IIM_ONLY,
    IIM_ROWS,
    PREFIXES,
    ROWS,
    TABLE,
    TIME_CREATED,
    TIMES,
    XMP_ONLY,
    XMP_ROWS,
    Form,
    XmpPath,
    octet_limit,
    xmp_paths,
)
from provenance.model import (
    AssetRef,
    Container,
    Edit,
    MetadataRecord,
    Property,
    PropertyValue,
)


def test_every_property_has_exactly_one_row() -> None:
    assert [row.property for row in (*TABLE, *IIM_ONLY, *XMP_ONLY)] == list(Property)
    assert ROWS.keys() | IIM_ROWS.keys() | XMP_ROWS.keys() == set(Property)
    assert len(ROWS) + len(IIM_ROWS) + len(XMP_ROWS) == len(Property)


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


@pytest.mark.parametrize(
    ("prop", "name", "octets", "time"),
    [
        (Property.ACTION_ADVISED, "2:42", 2, None),
        (Property.REFERENCE_SERVICE, "2:45", 10, None),
        (Property.REFERENCE_DATE, "2:47", 8, None),
        (Property.REFERENCE_NUMBER, "2:50", 8, None),
        (Property.RELEASE_DATE, "2:30", 8, "2:35"),
        (Property.EXPIRATION_DATE, "2:37", 8, "2:38"),
        (Property.EDIT_STATUS, "2:07", 64, None),
        (Property.EDITORIAL_UPDATE, "2:08", 2, None),
    ],
)
def test_what_iim_alone_has(prop: Property, name: str, octets: int, time: str | None) -> None:
    row = IIM_ROWS[prop]
    assert (row.iim.name, octet_limit(prop)) == (name, octets)
    assert (row.time and row.time.name) == time
    assert not row.iim.repeatable or name in {"2:45", "2:47", "2:50"}


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
    assert len(DATASETS) == sum(row.iim is not None for row in (*TABLE, *IIM_ONLY))
    assert TIME_CREATED.key not in DATASETS
    assert not {time.key for time in TIMES.values()} & DATASETS.keys()


def test_repeatable_datasets_are_those_of_the_standard() -> None:
    rows = (*TABLE, *IIM_ONLY)
    assert {row.iim.name for row in rows if row.iim is not None and row.iim.repeatable} == {
        "2:25",
        "2:45",
        "2:47",
        "2:50",
        "2:80",
        "2:85",
        "2:122",
    }


def test_a_path_outside_the_known_namespaces_shows_its_namespace() -> None:
    assert XmpPath("http://example.org/ns/", "x").qname == "{http://example.org/ns/}x"
    assert all(path.qname.partition(":")[0] in PREFIXES.values() for _, path in xmp_paths())


@pytest.mark.parametrize("prop", list(IIM_ROWS))
def test_what_iim_alone_has_is_never_a_disagreement_and_never_set(prop: Property) -> None:
    place = f"2:{IIM_ROWS[prop].iim.number:02d}"
    values = tuple(
        PropertyValue(prop, Container.IIM, (text,), f"{block} {place}")
        for block, text in (("IIM", "01"), ("IIM#2", "02"))
    )
    record = MetadataRecord(AssetRef("/a", 1, "1"), "image/jpeg", values=values)
    assert reconcile.disagreements(record) == ()
    speaks = reconcile.preferred(record, prop)
    assert speaks is not None
    assert speaks.values == ("01",)
    for container in (Container.IIM, Container.XMP, Container.SIDECAR):
        with pytest.raises(RewriteRefusedError) as refusal:
            planned.check_settable(Edit("", container, f"IIM {place}", prop, "", "01"))
        assert refusal.value.code == "not-settable"


@pytest.mark.parametrize(
    ("prop", "qname", "fields"),
    [
        (Property.DOCUMENT_ID, "xmpMM:DocumentID", ()),
        (Property.ORIGINAL_DOCUMENT_ID, "xmpMM:OriginalDocumentID", ()),
        (
            Property.DERIVED_FROM,
            "xmpMM:DerivedFrom",
            ("stRef:documentID", "stRef:originalDocumentID"),
        ),
    ],
)
def test_what_xmp_alone_has(prop: Property, qname: str, fields: tuple[str, ...]) -> None:
    row = XMP_ROWS[prop]
    assert (row.xmp.qname, tuple(field.qname for field in row.fields)) == (qname, fields)
    assert octet_limit(prop) is None
    assert row.xmp.tag not in {path.tag for _, path in xmp_paths()}


@pytest.mark.parametrize("prop", list(XMP_ROWS))
def test_the_history_of_a_file_is_never_a_disagreement_and_never_set(prop: Property) -> None:
    place = XMP_ROWS[prop].xmp.qname
    values = tuple(
        PropertyValue(prop, container, (text,), f"XMP {place}", uri)
        for container, text, uri in (
            (Container.XMP, "xmp.did:1", ""),
            (Container.SIDECAR, "xmp.did:2", "/a.xmp"),
        )
    )
    record = MetadataRecord(AssetRef("/a", 1, "1"), "image/jpeg", values=values)
    assert reconcile.disagreements(record) == ()
    for container in (Container.IIM, Container.XMP, Container.SIDECAR):
        with pytest.raises(RewriteRefusedError) as refusal:
            planned.check_settable(Edit("", container, f"XMP {place}", prop, "", "xmp.did:3"))
        assert refusal.value.code == "not-settable"
