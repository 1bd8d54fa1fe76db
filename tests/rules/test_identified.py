"""What only a look, or the desk's own record, proves is never safe (design rule 8)."""

from __future__ import annotations

import pytest
from matching_material import POLICY, credited, notice, picture, value, without

from provenance.matching import picture_of
from provenance.model import (
    Authority,
    Beside,
    Confidence,
    Container,
    DeskRecord,
    Finding,
    Fixability,
    Likeness,
    LikenessKind,
    Look,
    MetadataRecord,
    Notice,
    PictureHash,
    Property,
    Rule,
    Status,
)
from provenance.rules import examine

LOOK = Look("5c" * 32, PictureHash(bytes(32), 100, 3000, 2000))
STRIPPED = picture(
    value(Property.CREATOR_NAMES, Container.IIM, "Luc MARIN"), name="web.jpg", scan="aa" * 32
)


def found(record: MetadataRecord, beside: Beside, one: Notice | None = None) -> Finding:
    stated = notice() if one is None else one
    known = picture_of(stated, [credited()], [LOOK])
    findings = examine(record, [(stated, known)], (), POLICY, beside=beside)
    (credit,) = [each for each in findings if each.rule is Rule.ERRONEOUS_CREDIT]
    return credit


def like(kind: LikenessKind) -> Beside:
    return Beside(hash=LOOK.hash, likeness={LOOK.basis: Likeness(kind, 0.0)})


DESK = Beside(desk=(DeskRecord("dam.csv", 12, (), identifiers=("AFP_36NV2QL",)),))


@pytest.mark.parametrize("beside", [like(LikenessKind.SAME), DESK])
def test_strong_without_an_identifier_waits_for_a_person(beside: Beside) -> None:
    one = found(STRIPPED, beside)
    assert one.confidence is Confidence.STRONG
    assert (one.fixability, one.status) == (Fixability.UNSAFE, Status.HELD)
    assert "not-identified" in {reason.name for reason in one.evidence}


@pytest.mark.parametrize("kind", [LikenessKind.CROP, LikenessKind.MIRRORED, LikenessKind.UNSURE])
def test_less_than_the_same_picture_waits_for_a_person_too(kind: LikenessKind) -> None:
    one = found(STRIPPED, like(kind))
    assert one.confidence is not Confidence.STRONG
    assert (one.fixability, one.status) == (Fixability.UNSAFE, Status.HELD)


def test_an_identifier_on_another_picture_is_held() -> None:
    assert found(credited(scan="aa" * 32), Beside()).fixability is Fixability.SAFE
    one = found(credited(scan="aa" * 32), like(LikenessKind.OTHER))
    assert (one.confidence, one.fixability) == (Confidence.MEDIUM, Fixability.UNSAFE)


def test_the_same_identifier_and_look_make_an_embedded_notice_safe() -> None:
    embedded = notice(authority=Authority.EMBEDDED)
    record = credited(scan="aa" * 32)
    assert found(record, like(LikenessKind.SAME), embedded).fixability is Fixability.SAFE
    for beside in (Beside(), like(LikenessKind.OTHER), like(LikenessKind.UNSURE)):
        assert found(record, beside, embedded).fixability is not Fixability.SAFE
    looks_alone = without(record, Property.TITLE)
    assert found(looks_alone, like(LikenessKind.SAME), embedded).fixability is Fixability.UNSAFE
