"""Octet limits of IIM: a cut name is known, and nothing is cut inside a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_material import (
    EXIF,
    IIM,
    RIGHT,
    WRONG,
    XMP,
    picture,
    value,
)

from provenance import captions
from provenance.model import Container, Correction, Property, PropertyValue
from provenance.rules.credit import Carrier, carriers

CREDIT = Correction(Property.CREATOR_NAMES, WRONG, RIGHT)
LONG = "Maximilian Konstantin von Hohenfels-Sommer"
CUT = LONG[:32]


def found(*values: PropertyValue, correction: Correction = CREDIT) -> tuple[Carrier, ...]:
    return carriers(picture(*values), [correction])


@pytest.mark.parametrize(
    ("text", "cut"),
    [(CUT, True), (CUT[:31], True), (LONG, False)],
)
def test_a_wrong_name_cut_at_its_limit_is_replaced_whole(text: str, cut: bool) -> None:
    one = Correction(Property.CREATOR_NAMES, LONG, RIGHT)
    (carrier,) = found(value(Property.CREATOR_NAMES, IIM, text), correction=one)
    assert (carrier.edit.after, carrier.cut) == (RIGHT, cut)


def test_a_cut_name_of_one_word_is_replaced_too() -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff"
    one = Correction(Property.CREATOR_NAMES, name, RIGHT)
    (carrier,) = found(value(Property.CREATOR_NAMES, IIM, name[:32]), correction=one)
    assert (carrier.edit.after, carrier.cut) == (RIGHT, True)


def test_a_name_too_short_for_the_limit_was_not_cut() -> None:
    one = Correction(Property.CREATOR_NAMES, LONG, RIGHT)
    assert found(value(Property.CREATOR_NAMES, IIM, CUT[:30]), correction=one) == ()


def test_a_cut_before_a_character_that_did_not_fit_is_a_cut_too() -> None:
    name = "Jean-Christophe Emmanuel MARIN€ZEWSKI"
    text = name[:30]
    assert len(text.encode()) == 30
    one = Correction(Property.CREATOR_NAMES, name, RIGHT)
    (carrier,) = found(value(Property.CREATOR_NAMES, IIM, text), correction=one)
    assert (carrier.edit.after, carrier.cut) == (RIGHT, True)


@pytest.mark.parametrize("container", [XMP, EXIF])
def test_only_iim_cuts(container: Container) -> None:
    one = Correction(Property.CREATOR_NAMES, LONG, RIGHT)
    assert found(value(Property.CREATOR_NAMES, container, CUT), correction=one) == ()


def test_a_long_other_name_is_no_cut_one() -> None:
    one = Correction(Property.CREATOR_NAMES, LONG, RIGHT)
    text = "Maximilian Konstantin von Trapp-W"[:32]
    assert found(value(Property.CREATOR_NAMES, IIM, text), correction=one) == ()


def test_a_credit_cut_inside_the_wrong_name_keeps_what_stands_before_it() -> None:
    text = f"AFP / {LONG}"[:32]
    one = Correction(Property.CREATOR_NAMES, LONG, RIGHT)
    (carrier,) = found(value(Property.CREDIT_LINE, IIM, text), correction=one)
    assert (carrier.edit.after, carrier.cut) == (f"AFP / {RIGHT}", True)


def test_an_initial_at_the_limit_is_not_taken_for_a_name() -> None:
    text = "Agence Photographique / AFP / Lu"
    assert len(text) == 32
    assert found(value(Property.CREDIT_LINE, IIM, text)) == ()


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ("Friederike von SÜNDERMANN-HOLLAU", "Friederike von SÜNDERMANN-HOLLA"),
        ("A" * 31 + "Ü", "A" * 31),  # two octets, of which one would fit
        ("A" * 30 + "Ü", "A" * 30 + "Ü"),
        ("A" * 29 + "€", "A" * 29 + "€"),
        ("A" * 30 + "€", "A" * 30),
        ("A" * 29 + "😀", "A" * 29),
        ("A" * 31 + " B", "A" * 31),  # no space is left at the end
    ],
)
def test_a_value_that_does_not_fit_is_cut_between_characters(right: str, expected: str) -> None:
    one = Correction(Property.CREATOR_NAMES, WRONG, right)
    (carrier,) = found(value(Property.CREATOR_NAMES, IIM, WRONG), correction=one)
    assert carrier.edit.after == expected
    assert carrier.overflow is (expected != right)
    assert len(expected.encode()) <= 32


def test_only_iim_has_limits() -> None:
    one = Correction(Property.CREATOR_NAMES, WRONG, LONG)
    for container in (XMP, EXIF):
        (carrier,) = found(value(Property.CREATOR_NAMES, container, WRONG), correction=one)
        assert (carrier.edit.after, carrier.overflow) == (LONG, False)


@pytest.mark.parametrize(
    ("prop", "limit"), [(Property.CREDIT_LINE, 32), (Property.COPYRIGHT_NOTICE, 128)]
)
def test_each_property_has_its_own_limit(prop: Property, limit: int) -> None:
    room = limit - len(" / AFP")
    for length, fits in ((room, True), (room + 1, False)):
        one = Correction(Property.CREATOR_NAMES, WRONG, "B" * length)
        (carrier,) = found(value(prop, IIM, f"{WRONG} / AFP"), correction=one)
        assert carrier.overflow is not fits


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(captions.normalise_name)
)
def test_what_is_written_into_iim_always_fits_and_begins_the_right_name(right: str) -> None:
    one = Correction(Property.CREATOR_NAMES, WRONG, right)
    for carrier in found(value(Property.CREATOR_NAMES, IIM, WRONG), correction=one):
        assert carrier.edit.after is not None
        assert len(carrier.edit.after.encode()) <= 32
        assert right.startswith(carrier.edit.after)
        assert carrier.overflow is (carrier.edit.after != right)
