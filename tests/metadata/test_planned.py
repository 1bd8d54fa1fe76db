"""What will stand in a file after the edits."""

import pytest

from provenance.errors import RewriteRefusedError
from provenance.metadata.planned import additions, alike, check_settable, planned
from provenance.model import Container, Edit, Property, PropertyValue

NAMES = PropertyValue(Property.CREATOR_NAMES, Container.IIM, ("A", "B", "A"), "IIM 2:80")
CREDIT = PropertyValue(Property.CREDIT_LINE, Container.IIM, ("A",), "IIM 2:110")


def edit(before: str, after: str | None, locator: str = "IIM 2:80") -> Edit:
    return Edit("", Container.IIM, locator, Property.CREATOR_NAMES, before, after)


def test_every_equal_value_at_the_locator_changes_and_none_elsewhere() -> None:
    one, other = planned([NAMES, CREDIT], [edit("A", "C")])
    assert one.values == ("C", "B", "C")
    assert other == CREDIT


def test_removal_takes_the_items_and_an_empty_property_goes() -> None:
    assert planned([NAMES, CREDIT], [edit("A", None)])[0].values == ("B",)
    assert planned([NAMES, CREDIT], [edit("A", None, "IIM 2:110")]) == (NAMES,)
    assert planned([CREDIT], [edit("A", "  ", "IIM 2:110")]) == ()


def test_values_are_exchanged_and_not_chained() -> None:
    assert planned([NAMES], [edit("A", "B"), edit("B", "A")])[0].values == ("B", "A", "B")


@pytest.mark.parametrize(
    "wrong", [edit("C", "D"), edit("a", "D"), edit("A ", "D"), edit("B", "D", "IIM 2:110")]
)
def test_a_value_that_is_not_there_is_refused(wrong: Edit) -> None:
    with pytest.raises(RewriteRefusedError) as refusal:
        planned([NAMES, CREDIT], [wrong])
    assert refusal.value.code == "value-changed"
    assert wrong.locator in refusal.value.message


def test_contradicting_edits_are_refused_and_equal_ones_are_one() -> None:
    with pytest.raises(RewriteRefusedError) as refusal:
        planned([NAMES], [edit("A", "C"), edit("A", None)])
    assert refusal.value.code == "edits-conflict"
    assert planned([NAMES], [edit("A", "C"), edit("A", "C")])[0].values == ("C", "B", "C")


# --- values that are not there yet


def test_what_is_set_stands_there_in_order_and_comes_last() -> None:
    set_two = [edit("", "C", "IIM 2:80"), edit("", "D", "IIM 2:80"), edit("", "C", "IIM 2:80")]
    assert planned([CREDIT], set_two) == (
        CREDIT,
        PropertyValue(Property.CREATOR_NAMES, Container.IIM, ("C", "D"), "IIM 2:80"),
    )
    assert additions([*set_two, edit("A", "B")]) == {"IIM 2:80": ("C", "D")}


def test_a_place_that_has_a_value_is_not_set() -> None:
    with pytest.raises(RewriteRefusedError) as refusal:
        planned([NAMES], [edit("", "C")])
    assert refusal.value.code == "value-changed"
    with pytest.raises(RewriteRefusedError) as refusal:
        planned([NAMES], [edit("A", None), edit("B", None), edit("", "C")])
    assert refusal.value.code == "value-changed"


@pytest.mark.parametrize("nothing", [None, "", " \n"])
def test_nothing_is_not_set(nothing: str | None) -> None:
    with pytest.raises(RewriteRefusedError) as refusal:
        planned([], [edit("", nothing)])
    assert refusal.value.code == "value-form"


def test_readings_are_alike_in_any_order_of_places_but_not_of_values() -> None:
    assert alike([NAMES, CREDIT], [CREDIT, NAMES])
    assert not alike([NAMES], [NAMES, NAMES])
    other = PropertyValue(Property.CREATOR_NAMES, Container.IIM, ("B", "A", "A"), "IIM 2:80")
    assert not alike([NAMES], [other])


@pytest.mark.parametrize(
    ("container", "locator", "prop"),
    [
        (Container.IIM, "IIM 2:80", Property.CREATOR_NAMES),
        (Container.IIM, "IIM#2 2:110", Property.CREDIT_LINE),
        (Container.IIM, "IIM 2:55", Property.DATE_CREATED),
        (Container.IIM, "IIM 2:55+2:60", Property.DATE_CREATED),
        (Container.EXIF, "EXIF IFD0:Artist", Property.CREATOR_NAMES),
        (Container.XMP, "XMP photoshop:Credit", Property.CREDIT_LINE),
        (Container.SIDECAR, "XMP dc:description", Property.DESCRIPTION),
    ],
)
def test_the_places_of_the_table_can_be_set(
    container: Container, locator: str, prop: Property
) -> None:
    check_settable(Edit("", container, locator, prop, "", "X"))


@pytest.mark.parametrize(
    ("container", "locator", "prop"),
    [
        (Container.IIM, "IIM 2:110", Property.CREATOR_NAMES),
        (Container.IIM, "IIM 2:80+2:60", Property.CREATOR_NAMES),
        (Container.EXIF, "EXIF IFD0:Credit", Property.CREDIT_LINE),
        (Container.XMP, "XMP tiff:Artist", Property.CREATOR_NAMES),
        (Container.XMP, "XMP dc:description[fr]", Property.DESCRIPTION),
        (Container.XMP, "IIM 2:80", Property.CREATOR_NAMES),
        (Container.TEXT, "chars 1-2", Property.CREATOR_NAMES),
    ],
)
def test_no_other_place_can_be_set(container: Container, locator: str, prop: Property) -> None:
    with pytest.raises(RewriteRefusedError) as refusal:
        check_settable(Edit("", container, locator, prop, "", "X"))
    assert refusal.value.code == "not-settable"
    assert "XMP" in refusal.value.remedy
