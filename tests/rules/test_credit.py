"""Where a wrong name stands in a credit, and that no other word is ever touched."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_material import (
    EXIF,
    IIM,
    RIGHT,
    SCENE,
    SIDECAR,
    WRONG,
    XMP,
    applied,
    picture,
    value,
)

from provenance import captions
from provenance.model import Correction, MetadataRecord, Property, PropertyValue
from provenance.rules.credit import Carrier, carriers, corrected, credits_name

CREDIT = Correction(Property.CREATOR_NAMES, WRONG, RIGHT)
LONG = "Maximilian Konstantin von Hohenfels-Sommer"
CUT = LONG[:32]


def _is_name(text: str) -> bool:
    nobody = captions.is_placeholder(text) or captions.agency_named(text) is not None
    return text == " ".join(text.split()) and not nobody


NAMES = st.text("AEILMNORST aeilmnorst", min_size=3, max_size=14).filter(_is_name)


def found(*values: PropertyValue, correction: Correction = CREDIT) -> tuple[Carrier, ...]:
    return carriers(picture(*values), [correction])


def after(prop: Property, text: str, wrong: str = WRONG, right: str = RIGHT) -> str | None:
    return corrected(prop, text, wrong, right)


@pytest.mark.parametrize(
    "text",
    ["Luc MARIN", "LUC MARIN", "luc marin", "Luc  Marin", " Luc MARIN ", "L\u00fcc MARIN"],
)
def test_a_byline_is_replaced_whole_in_any_writing(text: str) -> None:
    assert after(Property.CREATOR_NAMES, text) == RIGHT


def test_the_right_name_is_written_as_the_notice_gives_it() -> None:
    assert after(Property.CREATOR_NAMES, "LUC MARIN") == "Ana DUPOND"
    assert (
        after(Property.CREDIT_LINE, "LUC MARIN/AFP/GETTY IMAGES") == "Ana DUPOND/AFP/GETTY IMAGES"
    )
    caption = "A MAN. (Photo by LUC MARIN / AFP)"
    assert after(Property.DESCRIPTION, caption) == "A MAN. (Photo by Ana DUPOND / AFP)"


@pytest.mark.parametrize(
    "text",
    [
        "Jean-Luc MARIN",
        "Luc MARINI",
        "Luc MARIN-DUVAL",
        "MARIN",
        "Luc",
        "L. MARIN",
        "Marin LUC",
        "Luc MARIN'S TEAM",
        "Luc MARINE",
    ],
)
@pytest.mark.parametrize(
    "prop",
    [Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.COPYRIGHT_NOTICE, Property.SOURCE],
)
def test_a_name_that_only_contains_the_wrong_one_is_another_name(prop: Property, text: str) -> None:
    assert after(prop, text) == text
    assert after(prop, f"{text} / AFP") == f"{text} / AFP"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("{} / AFP", "{} / AFP"),
        ("{}/AFP via Getty Images", "{}/AFP via Getty Images"),
        ("AFP PHOTO / {}", "AFP PHOTO / {}"),
        ("AFP - {}", "AFP - {}"),
        ("Photo: {}", "Photo: {}"),
        ("Photo by {} for AFP", "Photo by {} for AFP"),
        ("Credit: {}", "Credit: {}"),
        ("Courtesy of {}", "Courtesy of {}"),
        ("© 2023 {}, all rights reserved.", "© 2023 {}, all rights reserved."),
        ("(c) {} 2023", "(c) {} 2023"),
        ("Copyright {}", "Copyright {}"),
        ("{} | dpa", "{} | dpa"),
        ("[{}]", "[{}]"),
        ("Eva SOMMER and {} / AFP", "Eva SOMMER and {} / AFP"),
        ("Eva SOMMER, {}", "Eva SOMMER, {}"),
        ("Eva SOMMER & {}", "Eva SOMMER & {}"),
        ("  {}  ", None),
        ("{}", None),
    ],
)
@pytest.mark.parametrize("prop", [Property.CREDIT_LINE, Property.COPYRIGHT_NOTICE, Property.SOURCE])
def test_parts_of_credit_source_and_copyright(
    prop: Property, before: str, expected: str | None
) -> None:
    wanted = RIGHT if expected is None else expected.format(RIGHT)
    assert after(prop, before.format(WRONG)) == wanted


def test_a_name_that_holds_a_joint_is_found_whole() -> None:
    assert (
        after(Property.CREDIT_LINE, "Ortega y Gasset / EFE", "Ortega y Gasset") == f"{RIGHT} / EFE"
    )


def test_a_whole_credit_with_separators_in_it_is_found() -> None:
    one = Correction(Property.CREDIT_LINE, "Luc MARIN / AFP", "Ana DUPOND / EPA")
    (carrier,) = found(value(Property.CREDIT_LINE, XMP, "Luc MARIN / AFP"), correction=one)
    assert carrier.edit.after == "Ana DUPOND / EPA"


@pytest.mark.parametrize(
    "prop",
    [
        Property.CAPTION_WRITER,
        Property.KEYWORDS,
        Property.CREATOR_JOBTITLE,
        Property.CITY,
        Property.USAGE_TERMS,
        Property.JOBID,
    ],
)
def test_what_is_no_credit_is_not_touched(prop: Property) -> None:
    assert found(value(prop, XMP, WRONG)) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"{WRONG} walks in Lyon on May 2, 2023. (Photo by Eva SOMMER / AFP)",
        f"{WRONG} walks in Lyon on May 2, 2023.",
        f"Photographer {WRONG} of AFP, seen in Lyon. (AFP Photo)",
        f"Boats, said {WRONG}. (Photo by Jean-{WRONG} / AFP)",
    ],
)
@pytest.mark.parametrize("prop", [Property.DESCRIPTION, Property.HEADLINE, Property.INSTRUCTIONS])
def test_the_subject_of_a_picture_is_not_its_photographer(prop: Property, text: str) -> None:
    assert after(prop, text) == text
    assert found(value(prop, IIM, text)) == ()


def test_swapped_roles_stay_where_they_are() -> None:
    text = f"{WRONG} and {RIGHT} meet in Lyon. (Photo by {WRONG} / AFP)"
    assert after(Property.DESCRIPTION, text) == text.replace(f"by {WRONG}", f"by {RIGHT}")
    done = f"{WRONG} and {RIGHT} meet in Lyon. (Photo by {RIGHT} / AFP)"
    assert after(Property.DESCRIPTION, done) == done


@pytest.mark.parametrize(
    "prop", [Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.DESCRIPTION]
)
def test_the_right_name_is_never_replaced_by_the_wrong_one(prop: Property) -> None:
    text = f"{SCENE} (Photo by {RIGHT} / AFP)" if prop is Property.DESCRIPTION else RIGHT
    assert found(value(prop, IIM, text)) == ()


def test_every_container_is_found_and_no_other_value() -> None:
    record = picture(
        value(Property.CREATOR_NAMES, EXIF, WRONG),
        value(Property.CREATOR_NAMES, IIM, WRONG, "Eva SOMMER"),
        value(Property.CREATOR_NAMES, XMP, RIGHT),
        value(Property.DESCRIPTION, XMP, f"{SCENE} (Photo by {WRONG} / AFP)"),
        value(Property.CREATOR_NAMES, SIDECAR, WRONG, uri="/archive/scan.xmp"),
    )
    edits = [carrier.edit for carrier in carriers(record, [CREDIT])]
    assert [(e.uri, e.container, e.locator, e.property, e.before, e.after) for e in edits] == [
        ("/archive/scan.jpg", EXIF, "EXIF IFD0:Artist", Property.CREATOR_NAMES, WRONG, RIGHT),
        ("/archive/scan.jpg", IIM, "IIM 2:80", Property.CREATOR_NAMES, WRONG, RIGHT),
        (
            "/archive/scan.jpg",
            XMP,
            "XMP dc:description",
            Property.DESCRIPTION,
            f"{SCENE} (Photo by {WRONG} / AFP)",
            f"{SCENE} (Photo by {RIGHT} / AFP)",
        ),
        ("/archive/scan.xmp", SIDECAR, "XMP dc:creator", Property.CREATOR_NAMES, WRONG, RIGHT),
    ]


@pytest.mark.parametrize("names", [(WRONG, RIGHT), (RIGHT, WRONG), (WRONG, "ANA DUPOND")])
def test_a_creator_list_with_both_names_loses_the_wrong_one(names: tuple[str, str]) -> None:
    record = picture(value(Property.CREATOR_NAMES, XMP, *names))
    (carrier,) = carriers(record, [CREDIT])
    assert (carrier.edit.before, carrier.edit.after) == (WRONG, None)
    (left,) = applied(record, [carrier.edit]).values
    assert left.values == tuple(name for name in names if name != WRONG)


def test_two_spellings_of_the_wrong_name_leave_one_right_name() -> None:
    record = picture(value(Property.CREATOR_NAMES, XMP, WRONG, WRONG.upper(), "Eva SOMMER"))
    edits = [carrier.edit for carrier in carriers(record, [CREDIT])]
    assert [edit.after for edit in edits] == [RIGHT, None]
    assert applied(record, edits).values[0].values == (RIGHT, "Eva SOMMER")


def test_the_same_wrong_name_twice_is_one_edit() -> None:
    record = picture(value(Property.CREATOR_NAMES, XMP, WRONG, WRONG))
    assert [carrier.edit.after for carrier in carriers(record, [CREDIT])] == [RIGHT]


def test_without_a_right_name_the_wrong_one_goes_from_byline_fields_alone() -> None:
    one = Correction(Property.CREATOR_NAMES, WRONG, None)
    values = (
        value(Property.CREATOR_NAMES, IIM, WRONG),
        value(Property.CREDIT_LINE, IIM, f"{WRONG} / AFP"),
        value(Property.DESCRIPTION, IIM, f"{SCENE} (Photo by {WRONG} / AFP)"),
    )
    (carrier,) = found(*values, correction=one)
    assert (carrier.edit.property, carrier.edit.after) == (Property.CREATOR_NAMES, None)


@pytest.mark.parametrize(
    "named", [Property.CREDIT_LINE, Property.SOURCE, Property.COPYRIGHT_NOTICE]
)
def test_a_correction_of_one_property_leaves_the_others(named: Property) -> None:
    record = picture(
        *(
            value(prop, XMP, "AFP")
            for prop in (Property.CREDIT_LINE, Property.SOURCE, Property.COPYRIGHT_NOTICE)
        ),
        value(Property.CREATOR_NAMES, XMP, "AFP"),
    )
    (carrier,) = carriers(record, [Correction(named, "AFP", "EPA")])
    assert carrier.edit.property is named


def test_a_correction_whose_property_is_unknown_concerns_every_credit() -> None:
    record = picture(
        value(Property.CREATOR_NAMES, IIM, WRONG), value(Property.CREDIT_LINE, IIM, f"{WRONG}/AFP")
    )
    assert len(carriers(record, [Correction(None, WRONG, RIGHT)])) == 2


# Several pairs


def test_pairs_do_not_chain() -> None:
    chain = [
        Correction(Property.CREATOR_NAMES, "Ana LIM", "Ben ODA"),
        Correction(Property.CREATOR_NAMES, "Ben ODA", "Cem KAYA"),
    ]
    (carrier,) = carriers(picture(value(Property.CREATOR_NAMES, XMP, "Ana LIM")), chain)
    assert carrier.edit.after == "Ben ODA"


def test_opposite_pairs_do_not_cancel_out() -> None:
    swap = [
        Correction(Property.CREATOR_NAMES, "Ana LIM", "Ben ODA"),
        Correction(Property.CREATOR_NAMES, "Ben ODA", "Ana LIM"),
    ]
    (carrier,) = carriers(picture(value(Property.CREDIT_LINE, XMP, "Ana LIM / AFP")), swap)
    assert carrier.edit.after == "Ben ODA / AFP"


def test_two_pairs_correct_two_names() -> None:
    both = [
        Correction(Property.CREATOR_NAMES, WRONG, RIGHT),
        Correction(Property.CREATOR_NAMES, "Eva SOMMER", "Ida WINTER"),
    ]
    record = picture(value(Property.CREDIT_LINE, XMP, f"{WRONG}, Eva SOMMER / AFP"))
    (carrier,) = carriers(record, both)
    assert carrier.edit.after == f"{RIGHT}, Ida WINTER / AFP"


@pytest.mark.parametrize(
    ("prop", "text", "doubled"),
    [
        (Property.CREDIT_LINE, f"{WRONG}, {RIGHT} / AFP", True),
        (Property.CREDIT_LINE, f"{WRONG} / AFP", False),
        (Property.CREATOR_NAMES, f"{WRONG} and {RIGHT}", True),
        (Property.DESCRIPTION, f"{SCENE} (Photo by {WRONG} and {RIGHT} / AFP)", True),
        # The right name elsewhere in a caption is no second credit of this line.
        (Property.DESCRIPTION, f"{RIGHT} in Lyon. (Photo by {WRONG} / AFP)", False),
        (
            Property.DESCRIPTION,
            f"{SCENE} (Photo by {RIGHT} / AFP) (Photo by {WRONG}/AFP via Getty Images)",
            False,
        ),
    ],
)
def test_a_credit_that_names_the_right_name_already_is_told(
    prop: Property, text: str, doubled: bool
) -> None:
    (carrier,) = found(value(prop, XMP, text))
    assert carrier.doubled is doubled


# Nobody's name


@pytest.mark.parametrize("wrong", ["", " ", "\u200b", "\u0301"])
def test_a_wrong_value_without_letters_is_nobody(wrong: str) -> None:
    one = Correction(Property.CREATOR_NAMES, wrong, RIGHT)
    values = [
        value(prop, XMP, text)
        for prop in (Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.DESCRIPTION)
        for text in ("", "\u00ad", " / AFP", "Eva SOMMER")
    ]
    assert found(*values, correction=one) == ()


def test_credits_name_looks_at_credits_alone() -> None:
    def names(prop: Property, text: str) -> bool:
        return credits_name(picture(value(prop, IIM, text)), WRONG)

    assert names(Property.CREATOR_NAMES, WRONG.upper())
    assert names(Property.CREDIT_LINE, f"{WRONG}/AFP")
    assert names(Property.DESCRIPTION, f"{SCENE} (Photo by {WRONG} / AFP)")
    assert not names(Property.DESCRIPTION, f"{WRONG} in Lyon. (Photo by Eva SOMMER / AFP)")
    assert not names(Property.KEYWORDS, WRONG)
    assert not names(Property.CAPTION_WRITER, WRONG)


def test_a_hostile_credit_costs_little() -> None:
    # A square of these lengths would take hours; how busy the machine is must not matter.
    began = time.process_time()
    for text in (" " * 200_000, "/ " * 50_000, "and " * 50_000, "courtesy " * 20_000):
        assert after(Property.CREDIT_LINE, text) == text
    assert time.process_time() - began < 30


# Properties of every text


@given(st.text("LucMARINjean-, ./()AFP|&©byPhot", max_size=60), NAMES, NAMES)
def test_no_text_of_any_shape_loses_a_word_outside_the_credit(
    noise: str, wrong: str, right: str
) -> None:
    prose = f"{noise} {wrong} {noise}. "
    text = f"{prose}(Photo by {wrong} / AFP)"
    spans = [(line.start, line.end) for line in captions.credit_lines(text)]
    result = after(Property.DESCRIPTION, text, wrong, right)
    assert result is not None
    # All that stands between the credit lines stands there still, in the same order.
    at = kept = 0
    for start, end in [*spans, (len(text), len(text))]:
        between = text[kept:start]
        at = result.index(between, at) + len(between)
        kept = end
    assert result.startswith(text[: spans[0][0]])


@given(st.text("LucMARINjean-, .", max_size=60), NAMES, NAMES)
def test_the_credit_behind_any_prose_is_corrected(noise: str, wrong: str, right: str) -> None:
    prose = f"{noise} {wrong} {noise}. "
    result = after(Property.DESCRIPTION, f"{prose}(Photo by {wrong} / AFP)", wrong, right)
    assert result == f"{prose}(Photo by {right} / AFP)"


@given(NAMES, NAMES, st.sampled_from(["/", " / ", ", ", " | ", " via "]), NAMES)
def test_parts_keep_everything_but_the_name(wrong: str, right: str, mark: str, other: str) -> None:
    text = f"{other}{mark}{wrong}{mark}AFP"
    result = after(Property.CREDIT_LINE, text, wrong, right)
    assert result is not None
    if captions.normalise_name(other) != captions.normalise_name(wrong):
        assert result == f"{other}{mark}{right}{mark}AFP"


@given(NAMES, NAMES)
def test_nothing_is_ever_swapped(wrong: str, right: str) -> None:
    """A picture that credits the right name is left alone, whatever the names are."""
    if captions.normalise_name(wrong) == captions.normalise_name(right):
        return
    record: MetadataRecord = picture(
        value(Property.CREATOR_NAMES, XMP, right), value(Property.CREDIT_LINE, XMP, f"{right}/AFP")
    )
    assert carriers(record, [Correction(Property.CREATOR_NAMES, wrong, right)]) == ()
