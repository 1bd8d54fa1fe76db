"""Rivals: different pictures that fit equally, and copies that are none."""

from __future__ import annotations

import random
import time

import pytest
from matching_material import (
    IIM,
    by_caption,
    credited,
    notice,
    picture,
    value,
    with_value,
    without,
)

from provenance.matching import match, picture_of, rivals
from provenance.model import (
    NOTHING_BESIDE,
    Beside,
    Confidence,
    Likeness,
    LikenessKind,
    MetadataRecord,
    PictureHash,
    Property,
)

SCANS = [f"{index:02x}" * 32 for index in range(1, 9)]


def frame(index: int, code: str | None = None) -> MetadataRecord:
    record = credited(code=code or "36NV2QL", scan=SCANS[index], name=f"frame{index}.jpg")
    return record if code else without(record, Property.TITLE)


def seen(bits: int, size: tuple[int, int] = (3000, 2000)) -> Beside:
    return Beside(hash=PictureHash(((1 << bits) - 1).to_bytes(32), 100, *size))


def test_frames_of_a_burst_are_rivals_by_their_numbers() -> None:
    fitting = [(frame(0, "36NV2QL"), NOTHING_BESIDE), (frame(1, "36NV2QM"), NOTHING_BESIDE)]
    assert rivals(fitting) == {"afp:36NV2QL", "afp:36NV2QM"}


def test_numbers_that_stand_in_one_file_are_one_pictures() -> None:
    both = with_value(frame(0, "36NV2QL"), value(Property.JOBID, IIM, "AFP_36NV2QM"))
    fitting = [
        (frame(1, "36NV2QL"), NOTHING_BESIDE),
        (frame(2, "36NV2QM"), NOTHING_BESIDE),
        (both, NOTHING_BESIDE),
    ]
    assert rivals(fitting) == frozenset()
    third = (frame(3, "36NV2QN"), NOTHING_BESIDE)
    assert rivals([*fitting, third]) == {"afp:36NV2QL", "afp:36NV2QN"}


def test_frames_without_numbers_are_rivals_by_their_looks() -> None:
    fitting = [(frame(0), seen(0)), (frame(1), seen(120)), (frame(2), seen(121))]
    found = rivals(fitting)
    assert len(found) == 2
    assert all("frame" in name for name in found)


@pytest.mark.parametrize("kind", [LikenessKind.SAME, LikenessKind.CROP, LikenessKind.MIRRORED])
def test_compared_copies_are_no_rivals(kind: LikenessKind) -> None:
    likeness = {SCANS[0]: Likeness(kind, 0.0)}
    copy = Beside(hash=seen(200).hash, likeness=likeness)
    assert rivals([(frame(0), seen(0)), (frame(1), copy)]) == frozenset()


def test_compared_neighbours_are_rivals_however_alike_they_look() -> None:
    other = Beside(hash=seen(2).hash, likeness={SCANS[0]: Likeness(LikenessKind.OTHER, 0.4)})
    assert len(rivals([(frame(0), seen(0)), (frame(1), other)])) == 2


def test_what_may_be_a_copy_is_no_rival() -> None:
    assert rivals([(frame(0), seen(0)), (frame(1), NOTHING_BESIDE)]) == frozenset()
    assert rivals([(frame(0), seen(0)), (frame(1), seen(60))]) == frozenset()
    assert rivals([(frame(0), seen(0)), (frame(1), seen(200, (1000, 1000)))]) == frozenset()
    same_data = [(frame(0), seen(0)), (picture(scan=SCANS[0], name="b.jpg"), seen(200))]
    assert rivals(same_data) == frozenset()
    assert rivals([]) == frozenset()


def test_the_order_of_the_assets_does_not_matter() -> None:
    fitting = [(frame(i), seen(30 * i)) for i in range(8)]
    known = rivals(fitting)
    random.Random(1).shuffle(fitting)
    assert rivals(fitting) == known


def test_many_assets_cost_no_square_of_their_number() -> None:
    drawn = random.Random(2)
    fitting = [
        (
            without(credited(scan=f"{index:064x}", name=f"{index}.jpg"), Property.TITLE),
            Beside(hash=PictureHash(drawn.randbytes(32), 100, 3000, 2000)),
        )
        for index in range(3_000)
    ]
    began = time.perf_counter()
    assert 2 <= len(rivals(fitting)) <= 16
    assert time.perf_counter() - began < 3


def test_all_rivals_are_told_as_far_as_a_person_reads() -> None:
    one = notice(targets=by_caption())
    for number in (2, 20, 30):
        names = frozenset(f"afp:36NV{index:03d}" for index in range(number))
        known = picture_of(one)
        found = match(one, type(known)(captions=known.captions, rivals=names), frame(0))
        assert found is not None
        assert found.confidence is Confidence.LOW
        (tie,) = [reason for reason in found.evidence if reason.name == "tie"]
        assert tie.detail.count("afp:") == min(number, 20)
        assert ("and 10 more" in tie.detail) is (number == 30)
