"""PA's grammar: the image it is killing, corrections by label; an embargo is no notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from english_material import FURNITURE, PA, name, negatives, pairs, quotes, seconds, space, words
from hypothesis import given

from provenance import grammars
from provenance.grammars import Context
from provenance.grammars.agencies import pa
from provenance.model import Duty, NoticeKind, Property, Pubstatus

MESSAGE = Context(provider="PA", signalled=True)


@pytest.mark.parametrize(
    ("text", "notice", "right", "wrong"),
    [
        (f"Correcting byline from Luc Marin to Ana Dupond.\r\r{PA}", "Correcting byline from Luc Marin to Ana Dupond.", "Ana Dupond", "Luc Marin"),
        (f"Correcting byline from Luc Marin to Ana Dupond\r\r{PA}", "Correcting byline from Luc Marin to Ana Dupond", "Ana Dupond", "Luc Marin"),
        (f"CORRECTION: CORRECTING BYLINE FROM LUC MARIN TO ANA DUPOND - {PA}", "CORRECTION: CORRECTING BYLINE FROM LUC MARIN TO ANA DUPOND", "ANA DUPOND", "LUC MARIN"),
        (f"{PA} CORRECTION: Byline should read Ana Dupond, not Luc Marin.", "CORRECTION: Byline should read Ana Dupond, not Luc Marin.", "Ana Dupond", "Luc Marin"),
        (f"{PA} CORRECTION: Byline: Ana Dupond instead of Luc Marin.", "CORRECTION: Byline: Ana Dupond instead of Luc Marin.", "Ana Dupond", "Luc Marin"),
    ],
)  # fmt: skip
def test_corrections(text: str, notice: str, right: str, wrong: str) -> None:
    (found,) = grammars.find(text)
    assert pairs((found,)) == [(right, wrong)]
    assert (found.provider, found.pairs[0].property) == ("PA", Property.CREATOR_NAMES)
    assert (words(text, found), found.complete) == (notice, True)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("Correcting byline from Luc Marin to Ana Dupond", "Ana Dupond", "Luc Marin"),
        ("Correction: the byline is Ana Dupond, not Luc Marin", "Ana Dupond", "Luc Marin"),
        ("Correcting byline to Ana Dupond", "Ana Dupond", None),
        ("Correcting byline: “Luc Marin” should read “Ana Dupond”", "Ana Dupond", "Luc Marin"),
    ],
)
def test_notes_in_a_message(text: str, right: str, wrong: str | None) -> None:
    assert grammars.find(text) == ()
    assert pairs(tuple(pa.notes(text, MESSAGE))) == [(right, wrong)]


@pytest.mark.parametrize(
    "text",
    [
        "PICTURE KILL\nPA Media is killing the image of the river in Lyon. Please take it down immediately.",
        "PA PICTURE KILL: please remove this picture by Luc Marin from your systems. A replacement picture will follow shortly.",
        "MANDATORY KILL - PA Images\nThe image by Luc Marin has been withdrawn. Please delete it.",
    ],
)
def test_kills(text: str) -> None:
    (found,) = grammars.find(text)
    assert (found.provider, found.kind, found.pubstatus) == (
        "PA",
        NoticeKind.WITHDRAWAL,
        Pubstatus.CANCELED,
    )
    assert words(text, found) == text


def test_the_announcement_counts_in_a_message() -> None:
    text = "PA is killing the image of the river in Lyon issued on May 2. It should be taken down immediately."
    assert grammars.find(text) == ()
    (found,) = grammars.read(text, MESSAGE)
    assert (found.provider, found.kind) == ("PA", NoticeKind.WITHDRAWAL)


def test_taking_down_is_a_duty() -> None:
    (found,) = grammars.find(
        "PICTURE KILL\nPA Media is killing the image. Please take it down immediately."
    )
    assert Duty.REMOVE_ONLINE in [one.asks for one in found.instructions]


@pytest.mark.parametrize("text", FURNITURE)
def test_furniture_is_no_notice(text: str) -> None:
    assert tuple(pa.readings(text)) == ()


def test_real_negatives(shared: Path) -> None:
    for text in negatives(shared):
        assert tuple(pa.readings(text)) == ()
        assert tuple(pa.notes(text, MESSAGE)) == ()
        assert not any(one.form.startswith("pa.") for one in grammars.read(text, MESSAGE))


@given(name, name, space, quotes)
def test_noise_never_swaps(right: str, wrong: str, gap: str, marks: tuple[str, str]) -> None:
    if right == wrong:
        return
    said = f"{marks[0]}{right}{marks[1]}", f"{marks[0]}{wrong}{marks[1]}"
    for text in (
        f"Correcting byline from {said[1]} to {said[0]}.",
        f"CORRECTION: Byline should read {said[0]}, not {said[1]}.",
    ):
        assert pairs(grammars.read(text.replace(" ", gap), MESSAGE)) == [(right, wrong)]


@pytest.mark.parametrize(
    "unit",
    ["Correcting byline from A to B ", "Correcting ", "CORRECTION: ", "PA is killing ", "is killing the image ", "PICTURE KILL: PA ", "/PA ", "\r"],
)  # fmt: skip
def test_a_megabyte_of_the_worst(unit: str) -> None:
    assert seconds(pa, "PA", unit) < 1
