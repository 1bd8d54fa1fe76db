"""Files that are only called by the number that a notice names."""

from __future__ import annotations

import pytest
from matching_material import CODE, SCAN, credited, notice, picture, reasons

from provenance.matching import anchored, match, picture_of
from provenance.model import (
    NOTHING_BESIDE,
    Beside,
    Confidence,
    Likeness,
    LikenessKind,
    Look,
    PictureHash,
)

OTHER_SCAN = "aa" * 32
NAMED = picture(name=f"000_{CODE}.jpg", scan=OTHER_SCAN)
INSIDE = credited(code=CODE)
PLAIN = PictureHash(bytes(32), 100, 3000, 2000)


def told(record, beside: Beside = NOTHING_BESIDE, proven=(INSIDE, NAMED)):
    known = picture_of(notice(), proven, [Look(SCAN, PLAIN)])
    found = match(notice(), known, record, beside)
    assert found is not None
    return found


def compared(kind: LikenessKind) -> Beside:
    return Beside(hash=PLAIN, likeness={SCAN: Likeness(kind, 0.01)})


def test_alone_the_name_is_the_agencys_own() -> None:
    found = told(NAMED, proven=[NAMED])
    assert found.confidence is Confidence.STRONG
    assert "identifier" in reasons(found)


def test_beside_a_file_that_carries_the_number_the_name_is_no_proof() -> None:
    found = told(NAMED)
    assert found.confidence is Confidence.MEDIUM
    assert reasons(found) == {"identifier-in-name"}
    assert told(INSIDE).confidence is Confidence.STRONG


@pytest.mark.parametrize(
    ("kind", "level", "names"),
    [
        (LikenessKind.SAME, Confidence.STRONG, {"identifier-and-look", "picture-same"}),
        (LikenessKind.OTHER, Confidence.LOW, {"identifier-in-name", "other-picture"}),
        (LikenessKind.UNSURE, Confidence.MEDIUM, {"identifier-in-name", "picture-hash"}),
    ],
)
def test_then_the_look_decides(kind: LikenessKind, level: Confidence, names: set[str]) -> None:
    found = told(NAMED, compared(kind))
    assert (found.confidence, reasons(found)) == (level, names)


def test_a_file_named_wrongly_anchors_nothing() -> None:
    known = picture_of(notice())
    assert anchored(notice(), known, [NAMED, INSIDE]) == (INSIDE,)
    same_data = picture(name=f"000_{CODE}.jpg", scan=SCAN)
    assert anchored(notice(), known, [same_data, INSIDE]) == (same_data, INSIDE)
    assert anchored(notice(), known, [NAMED]) == (NAMED,)
    by_desk = picture(name="camp.jpg", scan="bb" * 32)
    assert anchored(notice(), known, [by_desk, INSIDE]) == (by_desk, INSIDE)
    assert OTHER_SCAN not in picture_of(notice(), [INSIDE, NAMED]).proven_scans
