"""ExifTool's output, taken apart. No ExifTool is needed."""

from __future__ import annotations

from conformance.exiftool_side import may_be_utf8, reading
from conformance.exiftool_tags import EXIF, IIM, XMP

from provenance.metadata.properties import TABLE
from provenance.model import Container, Property


def test_every_place_of_the_table_is_compared() -> None:
    compared = {("iim", place, prop) for place, prop in IIM.values()}
    compared |= {("xmp", place, prop) for place, prop in XMP.values()}
    compared |= {("exif", f"{d}:{name}".lower(), prop) for (d, name), prop in EXIF.items()}
    expected = set()
    for row in TABLE:
        expected |= {("xmp", path.qname.lower(), row.property) for path in (row.xmp, *row.aliases)}
        if row.iim is not None:
            expected.add(("iim", row.iim.name, row.property))
        if row.exif is not None:
            expected.add(("exif", row.exif.locator.lower(), row.property))
    assert compared == expected


def test_blocks_and_packets_stay_apart() -> None:
    found = reading(
        {
            "IPTC:Main:By-line": ["A", "B"],
            "IPTC2:Main:Copy1:By-line": ["C"],
            "XMP-dc:Main:Creator": ["A"],
            "XMP-dc:Main:Copy1:Creator": ["C"],
        }
    ).values
    names = Property.CREATOR_NAMES
    assert found[Container.IIM, names] == (("2:80", ("A", "B")), ("2:80", ("C",)))
    assert found[Container.XMP, names] == (("dc:creator", ("A",)), ("dc:creator", ("C",)))


def test_dates_take_their_times_and_zones() -> None:
    found = reading(
        {
            "IPTC:Main:DateCreated": ["2024:12:08"],
            "IPTC:Main:TimeCreated": ["11:30:00+02:00"],
            "ExifIFD:Main:DateTimeOriginal": ["2024:12:08 11:30:00"],
            "ExifIFD:Main:OffsetTimeOriginal": ["+02:00"],
        }
    ).values
    moment = "2024:12:08 11:30:00+02:00"
    assert found[Container.IIM, Property.DATE_CREATED] == (("2:55", (moment,)),)
    exif = found[Container.EXIF, Property.DATE_CREATED]
    assert exif == (("exififd:datetimeoriginal", (moment,)),)


def test_a_date_that_repeats_takes_no_time() -> None:
    found = reading(
        {
            "IPTC:Main:Copy1:DateCreated": ["2024:12:08"],
            "IPTC:Main:DateCreated": ["2024:12:09"],
            "IPTC:Main:TimeCreated": ["11:30:00"],
        }
    ).values
    dates = found[Container.IIM, Property.DATE_CREATED]
    assert dates == (("2:55", ("2024:12:08", "2024:12:09")),)


def test_languages_are_places_and_the_first_is_the_default() -> None:
    found = reading(
        {
            "XMP-dc:Main:Title": ["A"],
            "XMP-dc:Main:Title-fr-FR": ["B"],
            "XMP-dc:Main:Rights-en": ["C"],
            "XMP-dc:Main:Rights-de": ["D"],
        }
    ).values
    assert found[Container.XMP, Property.TITLE] == (
        ("dc:title", ("A",)),
        ("dc:title[fr-fr]", ("B",)),
    )
    rights = found[Container.XMP, Property.COPYRIGHT_NOTICE]
    assert rights == (("dc:rights", ("C",)), ("dc:rights[de]", ("D",)))


def test_embedded_files_thumbnails_and_blanks_are_left_out() -> None:
    found = reading(
        {
            "XMP-dc:Doc1:Title": ["another picture's"],
            "IFD1:Main:Artist": ["a thumbnail's"],
            "IPTC:Main:Headline": ["  "],
            "PNG:Main:Title": ["a text chunk's"],
        }
    ).values
    assert found == {}


def test_an_xmp_file_is_a_sidecar() -> None:
    found = reading({"File:Main:FileType": ["XMP"], "XMP-dc:Main:Title": ["A"]}).values
    assert list(found) == [(Container.SIDECAR, Property.TITLE)]


def test_who_needs_to_be_told_of_utf8() -> None:
    assert may_be_utf8({"IPTC:Main:City": ["Málaga"]})
    assert may_be_utf8({"IPTC:Main:City": ["Málaga"], "IPTC:Main:CodedCharacterSet": ["UTF8"]})
    assert not may_be_utf8(
        {"IPTC:Main:City": ["Málaga"], "IPTC:Main:CodedCharacterSet": ["ESC . A"]}
    )
    assert not may_be_utf8({"XMP-dc:Main:Title": ["Málaga"]})
