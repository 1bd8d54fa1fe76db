"""Day, place, agency, spellings of names: remarks and doubts, never proofs."""

from __future__ import annotations

import pytest
from matching_material import (
    IIM,
    SCENE,
    by_caption,
    credited,
    held_against,
    notice,
    picture,
    reasons,
    value,
    with_value,
    without,
)

from provenance.matching import basis, keys, picture_of
from provenance.model import Confidence, Match, MetadataRecord, Property

MEDIUM, LOW = Confidence.MEDIUM, Confidence.LOW
COPY_SCAN = "aa" * 32


def level(found: Match | None) -> Confidence | None:
    return None if found is None else found.confidence


def captioned(*more: Property, day: str | None = None) -> MetadataRecord:
    """A file without its number, with the caption, of other picture data."""
    record = without(credited(scan=COPY_SCAN), Property.TITLE, *more)
    if day is None:
        return record
    return with_value(
        without(record, Property.DATE_CREATED), value(Property.DATE_CREATED, IIM, day)
    )


def test_what_a_candidate_shares_with_the_proven_file_is_told() -> None:
    found = held_against(notice(), captioned(), proven=[credited()])
    assert reasons(found) == {"caption-equal", "name-date-place", "same-day", "same-place"}
    assert level(found) is MEDIUM
    assert reasons(held_against(notice(), captioned(Property.CITY), proven=[credited()])) == {
        "caption-equal",
        "same-day",
    }


@pytest.mark.parametrize(
    ("day", "speaks"),
    [("2023-05-01", False), ("2023-05-02", False), ("2023-05-03", False), ("2023-05-04", True),
     ("2019-05-02", True), ("2023-02-31", True), ("9999-12-31", True)],
)  # fmt: skip
def test_another_day_than_that_of_the_proven_file(day: str, *, speaks: bool) -> None:
    found = held_against(notice(), captioned(day=day), proven=[credited()])
    assert ("other-date" in reasons(found)) is speaks
    assert level(found) is (LOW if speaks else MEDIUM)


def test_no_date_speaks_against_an_identity() -> None:
    record = with_value(
        without(credited(scan=COPY_SCAN), Property.DATE_CREATED),
        value(Property.DATE_CREATED, IIM, "2019-05-02"),
    )
    found = held_against(notice(), record, proven=[credited()])
    assert reasons(found) >= {"identifier"}
    assert "other-date" not in reasons(found)
    assert level(found) is Confidence.STRONG


@pytest.mark.parametrize(
    ("credit", "speaks"),
    [("Reuters", True), ("AFP via Getty Images", False), ("Le Quotidien", False)],
)
def test_another_agencys_picture_of_the_same_scene(credit: str, *, speaks: bool) -> None:
    record = picture(
        value(Property.DESCRIPTION, IIM, SCENE), value(Property.CREDIT_LINE, IIM, credit)
    )
    found = held_against(notice(targets=by_caption()), record)
    assert ("other-agency" in reasons(found)) is speaks
    assert level(found) is (LOW if speaks else MEDIUM)


def test_another_agency_does_not_speak_against_an_identity() -> None:
    record = with_value(
        without(credited(caption=SCENE), Property.CREDIT_LINE),
        value(Property.CREDIT_LINE, IIM, "Reuters"),
    )
    assert reasons(held_against(notice(), record)) == {"identifier"}


@pytest.mark.parametrize(
    ("wrong", "printed", "meets"),
    [
        ("Jörg CARSTEN", "JOERG CARSTEN", True),
        ("Joerg CARSTEN", "Jörg Carsten", True),
        ("Ahmet İZGEN", "Ahmet Izgen", True),
        ("Omar AL-HALIMI", "Omar ALHALIMI", True),
        ("Khaled ALHALIMI", "Halid Al-Halimi", True),
        ("Jörg CARSTEN", "Jorge CARSTON", False),
    ],
)
def test_names_meet_across_spellings(wrong: str, printed: str, *, meets: bool) -> None:
    one = notice(wrong, "Ana DUPOND", targets=by_caption(f"{SCENE} (Photo by {wrong} / AFP)"))
    record = without(
        credited(printed, caption="A market at noon, seen from the church."), Property.TITLE
    )
    found = held_against(one, record)
    assert ("name-date-place" in reasons(found)) is meets
    assert level(found) is (LOW if meets else None)


def test_spellings_are_found_by_their_keys() -> None:
    one = notice("Jörg CARSTEN", "Ana DUPOND", targets=by_caption())
    asked = picture_of(one).suggesting_keys()
    for printed in ("JOERG CARSTEN", "Jorg Carsten", "Jörg Carsten"):
        assert asked & {key for key in keys(credited(printed)) if key[0] == "name-date"}


def test_a_picture_without_a_day_may_be_of_any_day() -> None:
    undated = picture()
    assert ("day", "") in keys(undated)
    assert ("day", "") not in keys(credited())
    assert ("day", "") not in keys(picture(media_type="text/plain", scan=None))
    asked = picture_of(notice(), [credited()])
    assert asked.window_keys() == {("day", "2023-05-02"), ("day", "")}
    assert picture_of(notice(), [undated]).window_keys() == frozenset()


def test_a_picture_is_known_by_its_data_else_by_its_file() -> None:
    assert basis(picture(digest="ab" * 32)) == "5c" * 32
    assert basis(picture(digest="ab" * 32, scan=None)) == "ab" * 32
    assert basis(picture(scan=None)) == ""
