"""Matches held down by the form of words; withdrawals by byline, caption, day and file name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    IIM,
    RIGHT,
    WRONG,
    by_caption,
    credited,
    held_against,
    notice,
    picture,
    reasons,
    target,
    value,
    with_value,
    withdrawal,
    without,
)

from provenance.matching import keys, picture_of
from provenance.model import Confidence, ItemClass, Match, MetadataRecord, Property, TargetKind

MEDIUM, LOW = Confidence.MEDIUM, Confidence.LOW


def level(found: Match | None) -> Confidence | None:
    return None if found is None else found.confidence


def nameless(record: MetadataRecord) -> MetadataRecord:
    return without(record, Property.TITLE)


# the form of words


@pytest.mark.parametrize("form", [Confidence.LOW, Confidence.MEDIUM])
def test_a_match_is_never_surer_than_the_form_of_words(form: Confidence) -> None:
    found = held_against(notice(confidence=form), credited())
    assert level(found) is form
    assert reasons(found) == {"identifier", "unsure-form"}
    near = notice(targets=by_caption(), confidence=Confidence.MEDIUM)
    assert "unsure-form" not in reasons(held_against(near, nameless(credited(scan=None))))


def test_a_notice_about_a_text_is_about_no_picture() -> None:
    one = notice(item_class=ItemClass.TEXT)
    assert held_against(one, credited()) is None
    assert held_against(replace(one, item_class=ItemClass.PICTURE), credited()) is not None
    assert held_against(one, credited(media_type="text/plain")) is not None


# withdrawals by caption, byline and day


DAY = target(TargetKind.DATE, "2 May 2023")
WORDS = target(TargetKind.CAPTION, "Boats lie on the river")


def test_words_of_the_caption_and_the_day_are_a_candidate() -> None:
    found = held_against(withdrawal([WORDS, DAY]), credited())
    assert reasons(found) == {"caption-date"}
    assert level(found) is LOW


def test_the_whole_caption_and_the_day_are_no_proof() -> None:
    found = held_against(withdrawal([*by_caption(), DAY]), credited(scan=None))
    assert reasons(found) == {"caption-equal"}
    assert level(found) is MEDIUM
    other = target(TargetKind.DATE, "3 May 2023")
    found = held_against(withdrawal([*by_caption(), other]), credited(scan=None))
    assert reasons(found) == {"caption-equal", "other-date"}
    assert level(found) is LOW


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Boats lie on the river", "3 May 2023"),
        ("Boats lie on the rivers", "2 May 2023"),
        ("Boats", "2 May 2023"),
        ("Boats lie on the river", "soon"),
        ("Boats lie on the river", ""),
        ("ats lie on the riv", "2 May 2023"),
    ],
)
def test_words_and_day_are_both_needed(words: str, day: str) -> None:
    one = withdrawal([target(TargetKind.CAPTION, words), target(TargetKind.DATE, day)])
    assert held_against(one, credited()) is None
    correction = notice(targets=[WORDS, DAY])
    assert held_against(correction, nameless(picture(*credited().values[1:2]))) is None


@pytest.mark.parametrize("written", ["2023-05-02", "May 2, 2023", "2 May 2023", "2. Mai 2023"])
def test_a_byline_and_a_day(written: str) -> None:
    one = withdrawal([target(TargetKind.BYLINE, WRONG), target(TargetKind.DATE, written)])
    found = held_against(one, credited())
    assert reasons(found) == {"byline-date"}
    assert level(found) is LOW
    assert held_against(one, credited(RIGHT)) is None
    later = with_value(
        without(credited(), Property.DATE_CREATED), value(Property.DATE_CREATED, IIM, "2023-05-03")
    )
    assert held_against(one, later) is None
    undated = held_against(one, without(credited(), Property.DATE_CREATED))
    assert reasons(undated) == {"byline"}


def test_beside_a_day_a_source_stands_for_a_byline() -> None:
    palace = with_value(credited(RIGHT), value(Property.SOURCE, IIM, "Northern Palace"))
    named = target(TargetKind.BYLINE, "Northern Palace")
    assert reasons(held_against(withdrawal([named, DAY]), palace)) == {"byline-date"}
    assert held_against(withdrawal([named]), palace) is None


def test_a_withdrawal_by_file_name() -> None:
    one = withdrawal([target(TargetKind.FILENAME, "pool/Boats.JPG")])
    found = held_against(one, credited(name="boats.jpg"))
    assert reasons(found) == {"file-name"}
    assert level(found) is MEDIUM


def test_such_withdrawals_reach_their_pictures() -> None:
    for targets in ([WORDS, DAY], [target(TargetKind.BYLINE, RIGHT), DAY]):
        asked = picture_of(withdrawal(targets)).suggesting_keys()
        assert ("day", "2023-05-02") in asked & set(keys(credited()))
    assert ("day", "2023-05-02") not in picture_of(notice(targets=[DAY])).suggesting_keys()
