"""What pixels say for and against a match: hashes, comparisons, and what may follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from matching_material import (
    IDENTIFIER,
    IIM,
    SCAN,
    by_caption,
    credited,
    notice,
    picture,
    reasons,
    target,
    value,
    without,
)

from provenance.matching import apart, match, picture_of
from provenance.matching.evidence.look import ALIKE, APART
from provenance.model import (
    Authority,
    Beside,
    Confidence,
    Likeness,
    LikenessKind,
    Look,
    Match,
    MetadataRecord,
    Notice,
    PictureHash,
    Property,
    TargetKind,
)

STRONG, MEDIUM, LOW = Confidence.STRONG, Confidence.MEDIUM, Confidence.LOW
OTHER_SCAN = "aa" * 32
STRIPPED = picture(name="small.jpg", scan=OTHER_SCAN)


def hashed(bits: int = 0, quality: int = 100, size: tuple[int, int] = (3000, 2000)) -> PictureHash:
    """A look that differs from the plain one in so many bits."""
    return PictureHash(((1 << bits) - 1).to_bytes(32), quality, *size)


ORIGINAL = Look(SCAN, hashed())


def seen(bits: int, quality: int = 100, size: tuple[int, int] = (3000, 2000)) -> Beside:
    return Beside(hash=hashed(bits, quality, size))


def compared(*kinds: LikenessKind, bits: int = 0) -> Beside:
    bases = (SCAN, "bb" * 32, "cc" * 32)
    likeness = {base: Likeness(kind, 0.01, 0.64) for base, kind in zip(bases, kinds, strict=False)}
    return Beside(hash=hashed(bits), likeness=likeness)


def held(
    record: MetadataRecord = STRIPPED,
    beside: Beside | None = None,
    one: Notice | None = None,
    looks: Sequence[Look] = (ORIGINAL,),
    proven: Sequence[MetadataRecord] | None = None,
) -> Match | None:
    """A notice with one proven file, held against an asset that was looked at."""
    stated = notice() if one is None else one
    known = picture_of(stated, [credited()] if proven is None else proven, looks)
    return match(stated, known, record, seen(0) if beside is None else beside)


def level(found: Match | None) -> Confidence | None:
    return None if found is None else found.confidence


# hashes


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (0, MEDIUM),
        (8, MEDIUM),
        (15, MEDIUM),
        (16, LOW),
        (ALIKE, LOW),
        (ALIKE + 1, None),
        (90, None),
    ],
)
def test_the_hash_alone_is_never_more_than_medium(bits: int, expected: Confidence | None) -> None:
    found = held(beside=seen(bits))
    assert level(found) is expected
    assert reasons(found) == ({"picture-hash"} if expected else set())


def test_the_weight_of_a_hash_falls_with_its_distance() -> None:
    weights = []
    for bits in range(ALIKE + 1):
        found = held(beside=seen(bits))
        assert found is not None
        weights.append(found.evidence[0].weight)
        assert f"{bits} bits of 256" in found.evidence[0].detail
    assert weights == sorted(weights, reverse=True)
    assert (weights[0], weights[-1]) == (3.0, 1.0)


@pytest.mark.parametrize(("own", "theirs"), [(49, 100), (100, 49)])
def test_a_picture_of_too_little_detail_says_nothing(own: int, theirs: int) -> None:
    assert held(beside=seen(0, own), looks=[Look(SCAN, hashed(0, theirs))]) is None


def test_the_nearest_of_several_looks_counts() -> None:
    looks = [ORIGINAL, Look("bb" * 32, hashed(60))]
    found = held(beside=seen(59), looks=looks)
    assert found is not None
    assert "1 bits" in found.evidence[0].detail


def test_a_burst_frame_that_looks_alike_has_its_own_number() -> None:
    """Its caption is its own; the hash alone does not tell it from a copy, the number does."""
    frame = credited(code="36NV2QM", scan=OTHER_SCAN, caption="")
    assert held(without(frame, Property.DATE_CREATED), seen(4)) is None


def test_a_notice_may_name_how_its_picture_looks() -> None:
    one = notice(targets=[target(TargetKind.DIGEST, f"pdq:{hashed(3).pdq.hex().upper()}")])
    found = held(beside=seen(0), one=one, looks=(), proven=())
    assert reasons(found) == {"picture-hash"}
    assert level(found) is MEDIUM
    assert held(beside=seen(90), one=one, looks=(), proven=()) is None


@pytest.mark.parametrize("written", ["pdq:", "pdq:00", "pdq:" + "g" * 64, "pdq:" + "0" * 65])
def test_a_look_that_is_none_names_nothing(written: str) -> None:
    known = picture_of(notice(targets=[target(TargetKind.DIGEST, written)]))
    assert not known.looks
    assert not known.digests


# comparisons


@pytest.mark.parametrize(
    ("kind", "reason", "expected"),
    [
        (LikenessKind.SAME, "picture-same", STRONG),
        (LikenessKind.CROP, "picture-crop", MEDIUM),
        (LikenessKind.MIRRORED, "picture-mirrored", MEDIUM),
    ],
)
def test_what_a_comparison_proves(kind: LikenessKind, reason: str, expected: Confidence) -> None:
    found = held(beside=compared(kind, bits=120))
    assert reasons(found) == {reason}
    assert level(found) is expected


def test_where_pixels_were_compared_the_hash_is_not_asked() -> None:
    assert held(beside=compared(LikenessKind.OTHER, bits=2)) is None


def test_a_comparison_that_could_not_tell_leaves_a_candidate() -> None:
    found = held(beside=compared(LikenessKind.UNSURE, bits=2))
    assert found is not None
    assert level(found) is LOW
    assert found.evidence[0].weight == 1.0
    assert "could not be told" in found.evidence[0].detail


@pytest.mark.parametrize("kind", [LikenessKind.SAME, LikenessKind.CROP])
def test_two_proven_files_that_say_otherwise_are_both_named(kind: LikenessKind) -> None:
    looks = [ORIGINAL, Look("bb" * 32, hashed())]
    found = held(beside=compared(kind, LikenessKind.OTHER), looks=looks)
    assert reasons(found) > {"other-picture"}
    assert level(found) is LOW


def test_comparisons_with_pictures_that_are_not_proven_say_nothing() -> None:
    stray = Beside(likeness={"dd" * 32: Likeness(LikenessKind.SAME, 0.0)})
    assert held(beside=stray) is None


def test_a_picture_is_no_witness_for_itself() -> None:
    own = Beside(hash=hashed(), likeness={SCAN: Likeness(LikenessKind.SAME, 0.0)})
    found = held(replace(STRIPPED, scan_digest=SCAN), own)
    assert reasons(found) == {"scan-digest"}


def test_another_number_outweighs_equal_pixels() -> None:
    found = held(credited(code="36NV2QM", scan=OTHER_SCAN), compared(LikenessKind.SAME))
    assert reasons(found) >= {"picture-same", "other-identifier"}
    assert level(found) is LOW


def test_another_day_makes_equal_pixels_doubtful() -> None:
    dated = picture(value(Property.DATE_CREATED, IIM, "2019-01-01"), scan=OTHER_SCAN)
    found = held(dated, compared(LikenessKind.SAME))
    assert reasons(found) == {"picture-same", "other-date"}
    assert level(found) is MEDIUM


# against identity


@pytest.mark.parametrize(
    ("beside", "reason"),
    [
        (compared(LikenessKind.OTHER), "other-picture"),
        (seen(APART + 1), "looks-different"),
    ],
)
def test_a_look_holds_an_identifier_and_never_drops_it(beside: Beside, reason: str) -> None:
    found = held(credited(scan=OTHER_SCAN), beside)
    assert reasons(found) >= {"identifier", reason}
    assert level(found) is MEDIUM


@pytest.mark.parametrize(
    "beside",
    [
        seen(APART),  # a banner over the picture
        seen(200, size=(1000, 1000)),  # a cutting of another shape
        seen(200, size=(0, 0)),
        seen(200, quality=10),
        compared(LikenessKind.CROP, bits=200),
        compared(LikenessKind.MIRRORED, bits=128),
    ],
)
def test_what_a_copy_may_look_like_does_not_speak_against_it(beside: Beside) -> None:
    found = held(credited(scan=OTHER_SCAN), beside)
    assert level(found) is STRONG


def test_what_the_notice_itself_names_by_digest_needs_no_look() -> None:
    one = notice(targets=[target(TargetKind.DIGEST, f"scan:{OTHER_SCAN}")])
    found = held(STRIPPED, compared(LikenessKind.OTHER, bits=200), one=one)
    assert reasons(found) == {"scan-digest"}
    assert level(found) is STRONG


def test_the_same_caption_on_another_picture_is_a_candidate_only() -> None:
    one = notice(targets=by_caption())
    record = without(credited(scan=OTHER_SCAN), Property.TITLE)
    found = held(record, compared(LikenessKind.OTHER), one=one)
    assert reasons(found) >= {"caption-equal", "other-picture"}
    assert level(found) is LOW
    # Its own number and its look: two witnesses against one caption.
    numbered = credited(scan=OTHER_SCAN, code="36NV2QM")
    assert held(numbered, compared(LikenessKind.OTHER)) is None
    assert level(held(numbered, Beside())) is LOW


# an identifier that a picture claims (design rule 8)

EMBEDDED = notice(authority=Authority.EMBEDDED)


@pytest.mark.parametrize(
    ("beside", "proven"),
    [
        (compared(LikenessKind.SAME, bits=90), True),
        (seen(ALIKE), True),
        (seen(ALIKE + 1), False),
        (Beside(), False),
        (seen(2, quality=40), False),
        (compared(LikenessKind.UNSURE, bits=2), False),
        (compared(LikenessKind.CROP, bits=2), False),
        (compared(LikenessKind.OTHER, bits=2), False),
    ],
)
def test_a_claimed_identifier_is_proof_beside_the_same_look(
    beside: Beside, *, proven: bool
) -> None:
    found = held(credited(scan=OTHER_SCAN), beside, one=EMBEDDED)
    assert ("identifier-and-look" in reasons(found)) is proven
    assert ("identifier-claimed" in reasons(found)) is not proven
    assert (level(found) is STRONG) is proven


def test_a_look_that_the_notice_claims_is_no_second_witness() -> None:
    forged = notice(
        targets=[
            target(TargetKind.IDENTIFIER, IDENTIFIER),
            target(TargetKind.DIGEST, f"pdq:{hashed().pdq.hex()}"),
        ],
        authority=Authority.EMBEDDED,
    )
    found = held(credited(scan=OTHER_SCAN), one=forged, looks=(), proven=())
    assert "identifier-and-look" not in reasons(found)
    assert level(found) is MEDIUM


# copies of what only a look proves


def test_copies_of_a_file_proven_by_its_look_are_not_identified() -> None:
    by_look = picture(name="resaved.jpg", scan=OTHER_SCAN)
    found = held(STRIPPED, Beside(), proven=[credited(), by_look])
    assert reasons(found) == {"seen-digest"}
    assert level(found) is STRONG


def test_apart_is_the_same_both_ways() -> None:
    one, other = hashed(), hashed(APART + 1)
    assert apart(one, other)
    assert apart(other, one)
    assert not apart(one, hashed(APART + 1, size=(2000, 3000)))


def test_a_file_proven_by_its_look_is_no_witness_for_itself() -> None:
    found = held(STRIPPED, compared(LikenessKind.SAME), proven=[credited(), STRIPPED])
    assert reasons(found) == {"picture-same"}


def test_of_what_has_the_number_no_hash_is_asked() -> None:
    assert reasons(held(credited(scan=OTHER_SCAN), seen(3))) == {
        *("identifier", "caption-equal", "name-date-place")
    }


def test_what_only_a_look_proves_lends_its_data_and_not_its_words() -> None:
    words = "Something else is told in the caption of this copy, and by another hand."
    by_look = picture(value(Property.DESCRIPTION, IIM, words), name="b.jpg", scan=OTHER_SCAN)
    known = picture_of(notice(), [credited(), by_look])
    alone = picture_of(notice(), [by_look])
    assert known.captions == picture_of(notice(), [credited()]).captions
    assert known.captions.isdisjoint(alone.captions)
    assert (known.seen_scans, known.proven_scans) == ({OTHER_SCAN}, {SCAN})
    assert alone.captions


def test_the_copies_of_a_claimed_number_are_not_identified() -> None:
    claimed = credited(scan=OTHER_SCAN)
    assert picture_of(EMBEDDED, [claimed]).seen_scans == {OTHER_SCAN}
    assert picture_of(notice(), [claimed]).proven_scans == {OTHER_SCAN}
