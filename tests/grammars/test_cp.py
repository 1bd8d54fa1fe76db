"""The Canadian Press: corrections and kills; a time limit is a restriction and no notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from english_material import CP, FURNITURE, name, negatives, pairs, quotes, seconds, space, words
from hypothesis import given

from provenance import grammars
from provenance.grammars import Context
from provenance.grammars.agencies import cp
from provenance.model import NoticeKind, Property

MESSAGE = Context(provider="The Canadian Press", signalled=True)
LIMIT = "HANDOUT PHOTO; ONE TIME USE ONLY; NO ARCHIVES; NotForResale; USED ONLY FOR 14 DAYS FROM THE TIME OF TRANSMISSION"


@pytest.mark.parametrize(
    ("label", "right", "wrong", "prop"),
    [
        ("CORRECTS BYLINE TO ANA DUPOND, NOT LUC MARIN", "ANA DUPOND", "LUC MARIN", Property.CREATOR_NAMES),
        ("CORRECTS BYLINE TO Ana Dupond", "Ana Dupond", None, Property.CREATOR_NAMES),
        ("CORRECTION - BYLINE IS ANA DUPOND, NOT LUC MARIN", "ANA DUPOND", "LUC MARIN", Property.CREATOR_NAMES),
        ("CORRECTION - Date should be May 2, not May 3.", "May 2", "May 3", Property.DATE_CREATED),
        ("(CORRECTS SPELLING OF NAME)", None, None, Property.DESCRIPTION),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{caption} {label}", "{label}\n\n{caption}"])
def test_corrections(
    form: str, label: str, right: str | None, wrong: str | None, prop: Property
) -> None:
    text = form.format(caption=CP, label=label)
    (found,) = grammars.find(text)
    assert [(pair.right, pair.wrong, pair.property) for pair in found.pairs] == [
        (right, wrong, prop)
    ]
    assert (found.provider, words(text, found)) == ("The Canadian Press", label)
    assert found.complete


@pytest.mark.parametrize(
    "text",
    [
        "PHOTO KILL\nThe Canadian Press photo DPI755 by Luc Marin has been withdrawn. Please remove it from your archives.",
        "MANDATORY KILL - THE CANADIAN PRESS\nEDITORS: PLEASE REMOVE THE PHOTO BY LUC MARIN FROM YOUR SYSTEMS.",
    ],
)
def test_kills(text: str) -> None:
    (found,) = grammars.find(text)
    assert (found.provider, found.kind) == ("The Canadian Press", NoticeKind.WITHDRAWAL)
    assert words(text, found) == text


@pytest.mark.parametrize("text", [LIMIT, f"{LIMIT}. {CP}", f"{CP} MANDATORY CREDIT. {LIMIT}"])
def test_a_time_limit_is_no_correction(text: str) -> None:
    assert grammars.find(text) == ()
    assert tuple(cp.notes(text, MESSAGE)) == ()


def test_a_note_in_a_message() -> None:
    text = "Corrects byline to Ana Dupond from Luc Marin."
    assert grammars.find(text) == ()
    assert pairs(tuple(cp.notes(text, MESSAGE))) == [("Ana Dupond", "Luc Marin")]


@pytest.mark.parametrize("text", FURNITURE)
def test_furniture_is_no_notice(text: str) -> None:
    assert tuple(cp.readings(text)) == ()


def test_real_negatives(shared: Path) -> None:
    for text in negatives(shared):
        assert tuple(cp.readings(text)) == ()
        assert tuple(cp.notes(text, MESSAGE)) == ()
        assert not any(one.form.startswith("cp.") for one in grammars.read(text, MESSAGE))


@given(name, name, space, quotes)
def test_noise_never_swaps(right: str, wrong: str, gap: str, marks: tuple[str, str]) -> None:
    if right == wrong:
        return
    said = f"{marks[0]}{right}{marks[1]}", f"{marks[0]}{wrong}{marks[1]}"
    label = f"CORRECTS BYLINE TO {said[0]}, NOT {said[1]}."
    assert pairs(tuple(cp.readings(f"{CP} {label}".replace(" ", gap)))) == [(right, wrong)]


@pytest.mark.parametrize(
    "unit",
    ["THE CANADIAN PRESS/A ", "THE CANADIAN PRESS/A CORRECTS ", "CORRECTS DATE ", "CP KILL: "],
)
def test_a_megabyte_of_the_worst(unit: str) -> None:
    assert seconds(cp, "The Canadian Press", unit) < 1
