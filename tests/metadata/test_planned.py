"""What will stand in a file after the edits."""

import pytest

from provenance.errors import RewriteRefusedError
from provenance.metadata.planned import planned
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
