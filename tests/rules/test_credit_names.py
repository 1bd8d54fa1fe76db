"""Other spellings of the wrong name, and the desk's table: shown to a person, never safe."""

from __future__ import annotations

import pytest
from matching_material import IIM, RIGHT, XMP, picture, value

from provenance.model import Correction, MetadataRecord, Property
from provenance.model.finding import NO_ALIASES, Alias, Aliases
from provenance.rules.credit import variants

WRONG = "Ida HOFER"
CORRECTION = Correction(Property.CREATOR_NAMES, WRONG, RIGHT)


def _credited(name: str, agency: str = "AFP") -> MetadataRecord:
    return picture(
        value(Property.CREATOR_NAMES, IIM, name),
        value(Property.CREDIT_LINE, XMP, f"{name}/{agency}"),
    )


def _found(
    record: MetadataRecord, correction: Correction = CORRECTION, table: Aliases = NO_ALIASES
) -> list[tuple[str | None, str]]:
    return [(one.correction.wrong, one.reason.name) for one in variants(record, correction, table)]


@pytest.mark.parametrize(
    ("wrong", "stands"),
    [("Bakr ALKADIM", "Bakr al-Qadim"), ("Mohamed Selim", "Muhammad Saleem"), ("Jan van der Berg", "Jan Vanderberg")],
)  # fmt: skip
def test_a_transliteration_is_a_candidate(wrong: str, stands: str) -> None:
    correction = Correction(Property.CREATOR_NAMES, wrong, RIGHT)
    assert set(_found(_credited(stands), correction)) == {(stands, "other-spelling")}
    assert {one.correction.wrong for one in variants(_credited(stands), correction)} == {stands}


@pytest.mark.parametrize(
    ("wrong", "right", "stands"),
    [
        ("Bakr ALKADIM", "Bakr al-Qadim", "Bakr Alkadem"),  # the spelling is what was corrected
        ("Bakr ALKADIM", "Omar Saleh", "Bakr Hadim"),
        ("Bakr ALKADIM", "Omar Saleh", "Omar Saleh"),
    ],
)
def test_the_right_name_and_other_persons_are_none(wrong: str, right: str, stands: str) -> None:
    correction = Correction(Property.CREATOR_NAMES, wrong, right)
    assert _found(_credited(stands), correction) == []


def test_a_spelling_of_the_table_is_found_with_its_reason() -> None:
    table = Aliases((Alias("Ida Hofer", ("I. Brandt", "Ida Brandt-Hofer")),))
    assert set(_found(_credited("I. Brandt"), table=table)) == {("I. Brandt", "alias")}
    assert _found(_credited("I. Brandt")) == []
    assert _found(_credited("Ute Rehm"), table=table) == []


def test_a_row_of_another_agency_does_not_count() -> None:
    table = Aliases((Alias("Ida Hofer", ("I. Brandt",), "AFP"),))
    assert set(_found(_credited("I. Brandt"), table=table)) == {("I. Brandt", "alias")}
    assert _found(_credited("I. Brandt", "Reuters"), table=table) == []


def test_the_right_names_spellings_are_never_wrong() -> None:
    table = Aliases((Alias("Ida Hofer", ("Ida Brandt",)), Alias(RIGHT, ("Ida Brand",))))
    assert _found(_credited("Ida Brand"), table=table) == []
    # A table that has both for one person says that nothing is to be told apart.
    both = Aliases((Alias("Ida Hofer", (RIGHT, "Ida Brandt")),))
    assert _found(_credited("Ida Brandt"), table=both) == []


def test_the_notices_own_spelling_needs_no_table() -> None:
    table = Aliases((Alias("Ida Hofer", ("I. Brandt",)),))
    assert _found(_credited("ida hofer"), table=table) == []
