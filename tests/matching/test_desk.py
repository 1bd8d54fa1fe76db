"""What the desk's own system says: named as such, strong by number, and never the file's word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    CORRECTED,
    IDENTIFIER,
    by_caption,
    by_identifier,
    credited,
    notice,
    picture,
    reasons,
)

from provenance.matching import desk_captions, desk_identifiers, match, picture_of
from provenance.model import (
    Authority,
    Beside,
    Confidence,
    DeskRecord,
    Match,
    MetadataRecord,
    Notice,
)

STRONG, MEDIUM, LOW = Confidence.STRONG, Confidence.MEDIUM, Confidence.LOW
STRIPPED = picture(name="web.jpg", scan="aa" * 32)
ROW = DeskRecord("dam.csv", 12, (("filename", "web.jpg"),))
NUMBERED = replace(ROW, identifiers=("AFP_36NV2QL",))
OTHERWISE = replace(ROW, row=13, identifiers=("000_36NV2QM",))


def held(one: Notice, *rows: DeskRecord, record: MetadataRecord = STRIPPED) -> Match | None:
    return match(one, picture_of(one), record, Beside(desk=rows))


def level(found: Match | None) -> Confidence | None:
    return None if found is None else found.confidence


@pytest.mark.parametrize(
    ("identifiers", "credited_to", "expected"),
    [
        (("AFP_36NV2QL",), (), {IDENTIFIER}),
        (("36NV2QL",), ("AFP",), {IDENTIFIER}),
        (("36NV2QL",), (), {"guid:36NV2QL", "supplier:36NV2QL"}),
        ((IDENTIFIER,), (), {IDENTIFIER}),
        (("", "x", "\ud800"), ("AFP",), set()),
    ],
)
def test_numbers_are_read_as_in_files(
    identifiers: tuple[str, ...], credited_to: tuple[str, ...], expected: set[str]
) -> None:
    assert desk_identifiers(replace(ROW, identifiers=identifiers, credits=credited_to)) == expected


def test_the_desks_number_is_strong_and_named_as_such() -> None:
    found = held(notice(), NUMBERED)
    assert reasons(found) == {"desk-identifier"}
    assert level(found) is STRONG
    assert found is not None
    assert "The desk's own record (dam.csv, row 12)" in found.evidence[0].detail


def test_what_a_picture_claims_is_no_proof_through_the_desk_either() -> None:
    found = held(notice(authority=Authority.EMBEDDED), NUMBERED)
    assert reasons(found) == {"desk-identifier-claimed"}
    assert level(found) is MEDIUM


def test_the_desks_caption_suggests() -> None:
    row = replace(ROW, captions=(CORRECTED,))
    assert desk_captions(row)
    found = held(notice(targets=by_caption()), row)
    assert reasons(found) == {"desk-caption"}
    assert level(found) is MEDIUM
    own = held(notice(targets=by_caption()), row, record=credited(code="36NV2QL"))
    assert "desk-caption" not in reasons(own)


def test_a_record_that_contradicts_the_file_holds_it() -> None:
    found = held(notice(), OTHERWISE, record=credited())
    assert reasons(found) == {"identifier", "desk-other-identifier"}
    assert level(found) is MEDIUM


def test_a_file_that_contradicts_its_record_is_a_candidate() -> None:
    found = held(notice(), NUMBERED, record=credited(code="36NV2QM", caption=""))
    assert reasons(found) >= {"desk-identifier", "other-identifier"}
    assert level(found) is LOW


def test_records_that_contradict_each_other_are_both_named() -> None:
    found = held(notice(), NUMBERED, OTHERWISE)
    assert reasons(found) == {"desk-identifier", "desk-other-identifier"}
    assert level(found) is MEDIUM


def test_the_same_word_twice_is_one_reason() -> None:
    found = held(notice(), NUMBERED, replace(NUMBERED, row=14))
    assert found is not None
    assert len(found.evidence) == 1


def test_the_desks_other_number_speaks_against_a_caption() -> None:
    one = notice(targets=[*by_identifier(), *by_caption()])
    found = held(one, replace(OTHERWISE, captions=(CORRECTED,)))
    assert reasons(found) == {"desk-caption", "desk-other-identifier"}
    assert level(found) is LOW


def test_a_record_that_says_nothing_of_the_picture_is_no_evidence() -> None:
    assert held(notice(), ROW) is None
    assert held(notice(), OTHERWISE) is None
