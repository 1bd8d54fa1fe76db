"""Getty's grammar: kills by number, corrected captions; technique notes stay silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from english_material import FURNITURE, GETTY, name, negatives, pairs, quotes, seconds, space, words
from hypothesis import given

from provenance import grammars, identifiers
from provenance.grammars import Context
from provenance.grammars.agencies import getty
from provenance.model import Confidence, Duty, NoticeKind, Property, Pubstatus

MESSAGE = Context(provider="Getty Images", signalled=True)


@pytest.mark.parametrize(
    ("note", "right", "wrong", "prop"),
    [
        ("EDITORS NOTE: The byline has been corrected to Ana Dupond, not Luc Marin.", "Ana Dupond", "Luc Marin", Property.CREATOR_NAMES),
        ("EDITOR'S NOTE: Byline was corrected to Ana Dupond", "Ana Dupond", None, Property.CREATOR_NAMES),
        ("EDITORS NOTE: Caption has been corrected.", None, None, Property.DESCRIPTION),
        ("EDITORS NOTE: Name of player has been corrected to Ana Dupond instead of Luc Marin", "Ana Dupond", "Luc Marin", Property.DESCRIPTION),
        ("EDITORS NOTE: CORRECTION: Location is Lyon, not Nice", "Lyon", "Nice", Property.CITY),
        ("EDITORS NOTE: Corrects byline from Luc Marin to Ana Dupond", "Ana Dupond", "Luc Marin", Property.CREATOR_NAMES),
    ],
)  # fmt: skip
def test_editors_note_that_corrects(
    note: str, right: str | None, wrong: str | None, prop: Property
) -> None:
    text = f"LYON, FRANCE - MAY 2: ({note}) {GETTY}"
    (found,) = grammars.find(text)
    (pair,) = found.pairs
    assert (pair.right, pair.wrong, pair.property) == (right, wrong, prop)
    assert words(text, found) == f"({note})"
    assert (found.provider, found.complete, found.unparsed) == ("Getty Images", True, "")
    assert (found.kind, found.confidence) == (NoticeKind.CORRECTION, Confidence.STRONG)


def test_a_retransmission_names_the_picture_it_replaces() -> None:
    (found,) = grammars.find(
        f"(EDITORS NOTE: Retransmission of #1234567890 with correct byline.) {GETTY}"
    )
    assert [pair.property for pair in found.pairs] == [Property.CREATOR_NAMES]
    assert [identifiers.canonical(one) for one in found.identifiers] == ["getty:1234567890"]
    assert grammars.find(f"(EDITORS NOTE: Retransmission with alternate crop.) {GETTY}") == ()


def test_a_label_behind_the_credit() -> None:
    text = f"{GETTY} CORRECTION: The name of the man is Ana Dupond, not Luc Marin."
    (found,) = grammars.find(text)
    assert pairs((found,)) == [("Ana Dupond", "Luc Marin")]
    assert found.provider == "Getty Images"


@pytest.mark.parametrize(
    "text",
    [
        "MANDATORY PHOTO KILL: Getty Images\nPlease remove image #1234567890 from your systems immediately.",
        "KILL: image 1234567890. Getty Images asks: please remove it from your systems.",
        "Getty Images\n\nPlease remove image #1234567890 from your systems.",
        "Please remove Getty image number 1234567890 from your archives.",
        "PHOTO KILL - GettyImages-1234567890: please delete this image from your systems.",
    ],
)
def test_kill_by_number(text: str) -> None:
    (found,) = grammars.find(text)
    assert (found.provider, found.kind, found.pubstatus) == (
        "Getty Images",
        NoticeKind.WITHDRAWAL,
        Pubstatus.CANCELED,
    )
    assert [identifiers.canonical(one) for one in found.identifiers] == ["getty:1234567890"]
    for one in found.identifiers:
        assert identifiers.find(one.written) != ()
    assert Duty.DELETE_SERVERS in [one.asks for one in found.instructions]


@pytest.mark.parametrize(
    "text",
    [
        "Mandatory photo kill: image 1234567890",
        "Mandatory photo kill\n\nThe image 1234567890 must not be used.",
        "Please delete the image 1234567890. It has been withdrawn.",
    ],
)
def test_a_title_counts_in_a_message(text: str) -> None:
    (found,) = grammars.read(text, MESSAGE)
    assert found.kind is NoticeKind.WITHDRAWAL
    assert [identifiers.canonical(one) for one in found.identifiers] == ["getty:1234567890"]


def test_the_image_has_been_removed_in_prose() -> None:
    text = "Getty Images told the paper that the image has been removed after an outcry. (Photo by Ana Dupond/Getty Images)"
    assert grammars.find(text) == ()


@pytest.mark.parametrize("text", FURNITURE)
def test_furniture_is_no_correction(text: str) -> None:
    assert tuple(getty.readings(text)) == ()


def test_real_negatives(shared: Path) -> None:
    for text in negatives(shared):
        assert tuple(getty.readings(text)) == ()
        assert tuple(getty.notes(text, MESSAGE)) == ()
        assert not any(one.form.startswith("getty.") for one in grammars.read(text, MESSAGE))


@given(name, name, space, quotes)
def test_noise_never_swaps(right: str, wrong: str, gap: str, marks: tuple[str, str]) -> None:
    if right == wrong:
        return
    said = f"{marks[0]}{right}{marks[1]}", f"{marks[0]}{wrong}{marks[1]}"
    for note in (
        f"(EDITORS NOTE: The byline has been corrected to {said[0]}, not {said[1]}.) {GETTY}",
        f"(EDITORS NOTE: CORRECTION: Byline is {said[0]}, not {said[1]}) {GETTY}",
    ):
        assert pairs(grammars.find(note.replace(" ", gap))) == [(right, wrong)]


@pytest.mark.parametrize(
    "unit",
    [
        "(EDITORS NOTE: ", "EDITORS NOTE: caption has been corrected ", "(EDITORS NOTE: caption was corrected) ", "caption ",
        "image 1234567890 ", "Please remove image #1234567890 from your systems. ", "MANDATORY ", "KILL: ", "retransmission ",
        "CORRECTION: ", "(", " ", "\n",
    ],
)  # fmt: skip
def test_a_megabyte_of_the_worst(unit: str) -> None:
    assert seconds(getty, "Getty Images", unit) < 1
