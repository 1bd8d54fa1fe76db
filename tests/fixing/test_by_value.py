"""Which values go back: those that stand as they were written, and no other."""

from __future__ import annotations

import pytest
from fixing_material import NOW

from provenance.fixing.by_value import Choice, chosen, joined_with_another, reversal
from provenance.model import (
    Confidence,
    Container,
    Edit,
    Finding,
    Fixability,
    Fixity,
    Property,
    PropertyValue,
    Rule,
    Severity,
    Status,
)
from provenance.registry import Fix

URI = "/desk/a.jpg"
CREATOR, SUBJECT, CREDIT = "XMP dc:creator", "XMP dc:subject", "XMP photoshop:Credit"


def edit(before: str, after: str | None, locator: str = CREATOR, prop=Property.CREATOR_NAMES):
    return Edit(URI, Container.XMP, locator, prop, before, after)


def fix(*edits: Edit, findings: tuple[str, ...] = ("f1",)) -> Fix:
    return Fix(
        "id", "run", URI, URI, Fixity("a" * 64, None), Fixity("b" * 64, None), b"", "tmp", NOW,
        "anna", findings, (), edits,
    )  # fmt: skip


def said(*texts: str, locator: str = CREATOR) -> list[PropertyValue]:
    return [PropertyValue(Property.CREATOR_NAMES, Container.XMP, texts, locator)] if texts else []


def finding(number: str, *edits: Edit) -> Finding:
    return Finding(
        number, "key", Rule.ERRONEOUS_CREDIT, Severity.ERROR, Confidence.STRONG, Fixability.SAFE,
        Status.FIXED, URI, "wrong", None, (), edits,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "now", "back"),
    [
        (edit("Ana", "Rosa"), ("Rosa",), edit("Rosa", "Ana")),
        (edit("Ana", "Rosa"), ("Rosa", "Omar"), edit("Rosa", "Ana")),
        (edit("", "Rosa"), ("Rosa",), edit("Rosa", None)),
        (edit("Ana", None), (), edit("", "Ana")),
    ],
)
def test_what_stands_goes_back(written, now, back):
    found = reversal(fix(written), [written], said(*now), None)
    assert (found.edits, found.left, found.in_part) == ((back,), (), False)


@pytest.mark.parametrize(
    ("written", "now"),
    [
        (edit("Ana", "Rosa"), ("Omar",)),
        (edit("Ana", "Rosa"), ()),
        (edit("", "Rosa"), ("Omar",)),
        (edit("Ana", None), ("Omar",)),
        (edit("Ana", "Rosa"), ("Rosa", "Rosa")),
    ],
)
def test_what_somebody_changed_is_left_and_told(written, now):
    found = reversal(fix(written), [written], said(*now), None)
    assert found.edits == ()
    assert len(found.left) == 1
    assert CREATOR in found.left[0]


@pytest.mark.parametrize(
    ("written", "now"),
    [(edit("Ana", "Rosa"), ("Ana",)), (edit("", "Rosa"), ()), (edit("Ana", None), ("Ana",))],
)
def test_what_is_back_already_is_no_trouble(written, now):
    found = reversal(fix(written), [written], said(*now), None)
    assert (found.edits, found.left, found.in_part) == ((), (), False)


def test_of_two_equal_values_the_former_file_tells_which():
    written = edit("Ana", "Rosa")
    both = {(Container.XMP, CREATOR): ("Ana", "Ana")}
    one = {(Container.XMP, CREATOR): ("Ana", "Rosa")}
    assert reversal(fix(written), [written], said("Rosa", "Rosa"), both).edits
    assert reversal(fix(written), [written], said("Rosa", "Rosa"), one).left


def test_values_not_asked_for_or_left_doubled_stand_on():
    creator, credit = edit("Ana", "Rosa"), edit("X", "AFP", CREDIT, Property.CREDIT_LINE)
    values = [*said("Rosa"), *said("AFP", locator=CREDIT)]
    part = reversal(fix(creator, credit), [creator], values, None)
    assert part.edits == (edit("Rosa", "Ana"),)
    assert part.in_part
    gone = reversal(fix(creator, credit), [creator], said("Rosa"), None)
    assert not gone.in_part
    assert reversal(fix(creator), [creator], said("Rosa", "Rosa"), None).in_part


def test_choice_by_property_and_by_finding():
    creator, credit = edit("Ana", "Rosa"), edit("X", "AFP", CREDIT, Property.CREDIT_LINE)
    alone, two = fix(creator, credit), fix(creator, credit, findings=("f1", "f2"))
    assert chosen(alone, Choice(by_value=True)) == (creator, credit)
    assert chosen(alone, Choice(properties=frozenset({Property.CREDIT_LINE}))) == (credit,)
    assert chosen(alone, Choice(finding=finding("f1"))) == (creator, credit)
    assert chosen(two, Choice(finding=finding("f2", credit))) == (credit,)
    assert chosen(two, Choice(finding=finding("f3", credit))) == ()
    assert Choice().is_whole
    assert not Choice(finding=finding("f1")).is_whole


def test_a_value_corrected_for_two_findings_is_not_taken_apart():
    both = edit("Photo: Ana. Sorry.", "Photo: Rosa.")
    own = edit("Photo: Ana. Sorry.", "Photo: Rosa. Sorry.")
    written, choice = fix(both, findings=("f1", "f2")), Choice(finding=finding("f1", own))
    asked = chosen(written, choice)
    assert asked == (both,)
    assert list(joined_with_another(written, asked, choice)) == [both]
    assert joined_with_another(fix(both), asked, choice) == {}
