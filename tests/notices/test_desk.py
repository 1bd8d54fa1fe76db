"""In-house corrections need a person, a picture and a value."""

from __future__ import annotations

import pytest

from provenance.errors import NoticeError
from provenance.model import Authority, Correction, Property, Target, TargetKind
from provenance.notices import in_house

PICTURE = (Target(TargetKind.IDENTIFIER, "AFP_48KT7NQ"),)
WHEN = "2024-12-02T08:00:00+00:00"


def test_in_house_correction() -> None:
    found = in_house(
        "Luc  MARIN", "Ana DUPOND", Property.CREATOR_NAMES, PICTURE, "anna.editor", WHEN
    )
    assert found.corrections == (
        Correction(Property.CREATOR_NAMES, wrong="Luc MARIN", right="Ana DUPOND"),
    )
    assert (found.authority, found.provider, found.received_by) == (
        Authority.IN_HOUSE,
        None,
        "anna.editor",
    )
    assert found.notice_id.startswith("desk-")
    assert found.targets == PICTURE
    assert (
        found.notice_id
        != in_house("Luc MARIN", "Ana DUPOND", None, PICTURE, "anna.editor", WHEN).notice_id
    )


@pytest.mark.parametrize(
    ("wrong", "right", "targets", "agent"),
    [
        (None, None, PICTURE, "anna"),
        (" ", "", PICTURE, "anna"),
        ("A B", "A  B", PICTURE, "anna"),
        ("A", "B", (), "anna"),
        ("A", "B", (Target(TargetKind.BYLINE, "A"),), "anna"),
        ("A", "B", (Target(TargetKind.CAPTION, "A caption of a picture"),), "anna"),
        ("A", "B", (Target(TargetKind.IDENTIFIER, "  "),), "anna"),
        ("A", "B", PICTURE, " "),
        ("A" * 3000, "B", PICTURE, "anna"),
    ],
)
def test_in_house_refuses(
    wrong: str | None, right: str | None, targets: tuple[Target, ...], agent: str
) -> None:
    with pytest.raises(NoticeError):
        in_house(wrong, right, None, targets, agent, WHEN)


def test_in_house_deletion_and_addition() -> None:
    assert in_house("A", None, None, PICTURE, "anna", WHEN).corrections[0].right is None
    assert in_house(None, "B", None, PICTURE, "anna", WHEN).corrections[0].wrong is None
