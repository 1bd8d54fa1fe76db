"""Keys: every spelling of one picture's number is one key, and nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    CAPTION,
    CORRECTED,
    EXIF,
    IDENTIFIER,
    IIM,
    SCAN,
    XMP,
    credited,
    picture,
    value,
    with_value,
)

from provenance.matching import creator_names, identity_keys, keys, picture_identifiers
from provenance.matching.keys import caption_body, caption_key, days
from provenance.model import Property

AFP = value(Property.CREDIT_LINE, IIM, "AFP")


@pytest.mark.parametrize(
    "written",
    ["000_36NV2QL", "AFP_36NV2QL", "afp_36nv2ql", "doc.afp.com.36NV2QL", "36NV2QL", " 36NV2QL "],
)
@pytest.mark.parametrize("prop", [Property.TITLE, Property.JOBID])
def test_every_spelling_of_afps_code_is_one_identifier(written: str, prop: Property) -> None:
    assert picture_identifiers(picture(AFP, value(prop, IIM, written))) == {IDENTIFIER}


@pytest.mark.parametrize(
    ("credit", "title", "expected"),
    [
        ("Getty Images", "1190004821", "getty:1190004821"),
        ("AFP via Getty Images", "1190004821", "getty:1190004821"),
        ("AFP/GettyImages", "1190004821", "getty:1190004821"),
        ("Agence France-Presse", "36NV2QL", "afp:36NV2QL"),
        ("THE ASSOCIATED PRESS", "23312613652636", "ap:23312613652636"),
        ("Reuters", "RC2QJJ9GUHXD", "reuters:RC2QJJ9GUHXD"),
        ("EPA-EFE", "11743001", "epa:11743001"),
        ("dpa", "250129-99-739668", "dpa:250129-99-739668"),
        ("ITV/Shutterstock", "788096gs", "rex:788096gs"),
    ],
)
def test_a_code_alone_in_the_title_is_its_agencys(credit: str, title: str, expected: str) -> None:
    record = picture(value(Property.CREDIT_LINE, XMP, credit), value(Property.TITLE, XMP, title))
    assert picture_identifiers(record) == {expected}


@pytest.mark.parametrize("prop", [Property.SOURCE, Property.COPYRIGHT_NOTICE])
def test_the_agency_may_stand_in_source_or_copyright(prop: Property) -> None:
    record = picture(value(prop, IIM, "© AFP"), value(Property.TITLE, IIM, "36NV2QL"))
    assert picture_identifiers(record) == {IDENTIFIER}


@pytest.mark.parametrize(
    ("credit", "title"),
    [
        ("AFP", "1190004821"),  # a Getty number says nothing in a picture of AFP's alone
        ("Le Quotidien", "36NV2QL"),
        ("Capital Images", "23312613652636"),  # "ap" inside a word is no agency
        ("AFP", "COVID19"),  # a slug
        ("AFP", "G20BALI"),
        ("EPA", "20241130"),  # a day
        ("AFP", "SYRIA-CONFLICT"),
        ("Assocıated Press", "23312613652636"),  # a dotless i is no error either
    ],
)
def test_what_only_looks_like_a_code_is_none(credit: str, title: str) -> None:
    record = picture(value(Property.CREDIT_LINE, IIM, credit), value(Property.TITLE, IIM, title))
    assert picture_identifiers(record) == frozenset()


def test_afps_older_codes_begin_with_letters() -> None:
    record = picture(AFP, value(Property.JOBID, IIM, "DV1945213"))
    assert picture_identifiers(record) == {"afp:DV1945213"}


def test_the_file_name_speaks_where_no_field_does() -> None:
    assert picture_identifiers(picture(AFP, name="AFP_36NV2QL.jpg")) == {IDENTIFIER}


def test_a_field_overrules_the_file_name_of_the_same_agency() -> None:
    record = picture(AFP, value(Property.TITLE, IIM, "000_36NV2QL"), name="AFP_99ZZ9ZZ.jpg")
    assert picture_identifiers(record) == {IDENTIFIER}


def test_the_file_name_still_speaks_for_another_agency() -> None:
    record = picture(
        AFP, value(Property.TITLE, IIM, "000_36NV2QL"), name="GettyImages-1190004821.jpg"
    )
    assert picture_identifiers(record) == {IDENTIFIER, "getty:1190004821"}


def test_the_folder_is_no_file_name() -> None:
    record = picture(name="AFP_36NV2QL/cover.jpg")
    assert picture_identifiers(record) == frozenset()


def test_guid_and_suppliers_number_are_kept_apart() -> None:
    record = picture(
        value(Property.DIGITAL_IMAGE_GUID, XMP, "urn:uuid:9E627F74-B978-41B3-B856-2B6547ADA9C7"),
        value(Property.IMAGE_SUPPLIER_IMAGE_ID, XMP, "bng01661gda"),
    )
    assert picture_identifiers(record) == {
        "guid:9e627f74b97841b3b8562b6547ada9c7",
        "supplier:bng01661gda",
    }


def test_identifiers_are_not_read_out_of_prose() -> None:
    record = picture(value(Property.DESCRIPTION, IIM, "The picture AFP_36NV2QL was corrected."))
    assert picture_identifiers(record) == frozenset()


def test_keys_hold_every_way_to_find_a_picture() -> None:
    record = credited(digest="ab" * 32, name="Boats.JPG")
    body = "boats lie on the river in lyon on may 2, 2023."
    assert keys(record) == tuple(
        sorted(
            {
                ("id", IDENTIFIER),
                ("sha256", "ab" * 32),
                ("scan", SCAN),
                ("caption", caption_key(body)),
                ("name", "luc marin"),
                ("name-date", "luc marin|2023-05-02"),
                ("filename", "boats.jpg"),
                ("day", "2023-05-02"),
            }
        )
    )


def test_identity_keys_are_numbers_and_picture_data_alone() -> None:
    assert identity_keys(credited()) == (("id", IDENTIFIER), ("scan", SCAN))
    assert identity_keys(credited(scan=None)) == (("id", IDENTIFIER),)


def test_a_text_is_not_found_by_its_file_name() -> None:
    record = picture(name="article.txt", media_type="text/plain", scan=None)
    assert keys(record) == ()


@pytest.mark.parametrize(
    ("prop", "text", "limited"),
    [
        (Property.INSTRUCTIONS, "USED ONLY FOR 14 DAYS", True),
        (Property.INSTRUCTIONS, "EMBARGOED UNTIL 2024-12-05", True),
        (Property.DESCRIPTION, "Embargo until 5 December 2024", True),
        (Property.DESCRIPTION, "The rain lasted for 14 days", False),
        (Property.INSTRUCTIONS, "Happy holidays", False),
    ],
)
def test_restrictions_in_time_have_a_key(prop: Property, text: str, limited: bool) -> None:
    assert (("restricted", "1") in keys(picture(value(prop, IIM, text)))) is limited


def test_the_caption_key_does_not_know_the_credit() -> None:
    assert caption_body(CAPTION) == caption_body(CORRECTED)
    assert caption_body(CAPTION.upper()) != caption_body("Boats leave the quay in Lyon today.")


def test_the_caption_key_is_the_one_that_registries_hold() -> None:
    assert caption_key("boats lie on the river in lyon.") == "0e5acaa4340a387b2a92a744"


def test_a_caption_that_says_too_little_has_no_key() -> None:
    assert caption_body("FILE PHOTO (Photo by Ana DUPOND / AFP)") == ""
    record = picture(value(Property.DESCRIPTION, IIM, "FILE PHOTO"))
    assert not [key for key in keys(record) if key[0] == "caption"]


def test_creator_names_come_from_fields_and_credit_lines() -> None:
    record = picture(
        value(Property.CREATOR_NAMES, IIM, "Ana DUPOND / AFP", "STR"),
        value(Property.CREATOR_NAMES, EXIF, "ANA DUPOND"),
        value(Property.DESCRIPTION, IIM, f"{CAPTION} Chef Éric LENOIR cooks."),
    )
    assert creator_names(record) == {"ana dupond", "luc marin"}


def test_days_are_read_in_every_containers_writing() -> None:
    record = picture(
        value(Property.DATE_CREATED, IIM, "2023-05-02"),
        value(Property.DATE_CREATED, EXIF, "2023:05:03 10:11:12"),
        value(Property.DATE_CREATED, XMP, "2023"),
    )
    assert days(record) == {"2023-05-02", "2023-05-03"}


def test_keys_do_not_depend_on_the_order_of_the_containers() -> None:
    record = with_value(credited(), value(Property.CREATOR_NAMES, EXIF, "Ana DUPOND"))
    assert keys(replace(record, values=record.values[::-1])) == keys(record)
