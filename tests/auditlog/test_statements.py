"""What a check says it showed: sentences that fit any number of records."""

from __future__ import annotations

import pytest

from provenance.auditlog.statements import Extent, not_proved, proved


@pytest.mark.parametrize(
    ("size", "words", "said"),
    [
        (
            1,
            1,
            (
                "The one record is there, in its place",
                "Record 0 is what a signed checkpoint covers:",
                "1 value that is kept beside the records is the one recorded.",
            ),
        ),
        (
            12,
            3,
            (
                "All 12 records are there, each in its place",
                "Records 0 to 11 are those that a signed checkpoint covers:",
                "3 values that are kept beside the records are those recorded.",
            ),
        ),
    ],
)
def test_one_and_many(size: int, words: int, said: tuple[str, ...]) -> None:
    told = proved(Extent(size=size, signed=size, witnessed=0, words=words, rotations=0))
    assert len(told) == len(said)
    assert all(one.startswith(part) for one, part in zip(told, said, strict=True))


@pytest.mark.parametrize(
    ("signed", "said"),
    [
        (11, "Record 11: no checkpoint covers it."),
        (9, "Records 9 to 11: no checkpoint covers them."),
    ],
)
def test_what_no_checkpoint_covers(signed: int, said: str) -> None:
    extent = Extent(size=12, signed=signed, witnessed=1, words=0, rotations=0)
    assert said in not_proved(extent)
