"""Reuters' grammar: refiles without values, corrections, kills by number and by byline."""

from __future__ import annotations

from pathlib import Path

import pytest
from english_material import (
    FURNITURE,
    REUTERS,
    name,
    negatives,
    pairs,
    quotes,
    seconds,
    space,
    words,
)
from hypothesis import given

from provenance import grammars
from provenance.grammars import Context
from provenance.grammars.agencies import reuters
from provenance.model import (
    Confidence,
    Duty,
    ItemClass,
    NoticeKind,
    Property,
    Pubstatus,
    Replacement,
    TargetKind,
)
from provenance.wording import squeeze

MESSAGE = Context(provider="Reuters", signalled=True)
KILL = (
    "PICTURE KILL\nPicture RTR4JDW4 by Luc Marin was altered. Please remove it from your systems and archives."
    " A corrected version will immediately follow."
)


# ---- the prefix -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "caption"),
    [
        ("REFILE - CORRECTING THE TYPE OF BOAT", "A boat damaged by a storm is seen in Lyon."),
        ("REFILE – CLARIFYING REFERENCE TO THE STABBING ATTACK", "A relative of a man stands in Lyon."),
        ("REFILE - CORRECTING THE SPELLING OF A NAME", "A man stands on a boat."),
        ("REFILE-CORRECTING BYLINE", "People walk in Lyon."),
        ("REFILE - FIXING LOCATION", "Ana Dupond walks in Lyon."),
        ("REFILE — CORRECTING DATE.", "U.S. flags are seen in Lyon."),
        ("REFILE CORRECTING BYLINE AND DATE", "People walk in Lyon."),
    ],
)  # fmt: skip
def test_the_prefix_ends_where_the_sentence_begins(prefix: str, caption: str) -> None:
    text = f"{prefix} {caption} REUTERS/Ana Dupond"
    (found,) = grammars.find(text)
    assert words(text, found) == prefix
    assert (found.provider, found.kind, found.pubstatus) == (
        "Reuters",
        NoticeKind.CORRECTION,
        Pubstatus.USABLE,
    )
    assert [pair for pair in found.pairs if pair.right or pair.wrong] == []
    assert (found.complete, found.unparsed, found.confidence) == (True, "", Confidence.STRONG)


@pytest.mark.parametrize(
    ("what", "properties"),
    [
        ("CORRECTING BYLINE", [Property.CREATOR_NAMES]),
        ("CORRECTING THE LOCATION", [Property.CITY]),
        ("CORRECTING DATE", [Property.DATE_CREATED]),
        ("CORRECTING SPELLING OF NAME", [Property.DESCRIPTION]),
        ("CORRECTING BYLINE AND DATE", [Property.CREATOR_NAMES, Property.DATE_CREATED]),
        ("CORRECTING DATE OF BIRTH", []),
        ("CORRECTING THE TYPE OF BOAT", []),
        ("ADDING RESTRICTION AND CORRECTING BYLINE", [Property.CREATOR_NAMES]),
    ],
)
def test_the_field_is_named_by_the_words(what: str, properties: list[Property]) -> None:
    (found,) = grammars.find(f"REFILE - {what} People walk in Lyon. REUTERS/Ana Dupond")
    assert [pair.property for pair in found.pairs] == properties


def test_a_prefix_of_which_the_end_is_a_guess_is_not_complete() -> None:
    for text in (
        "REFILE - CORRECTING DATE U.S. President Ana Dupond walks. REUTERS/Luc Marin",
        "REFILE - CORRECTING WAR NATO Secretary General Ana Dupond walks. REUTERS/Luc Marin",
    ):
        (found,) = grammars.find(text)
        assert not found.complete


@pytest.mark.parametrize("verb", ["ADDING", "UPDATING", "REPEATING"])
def test_what_corrects_no_error_is_no_notice(verb: str) -> None:
    assert grammars.find(f"REFILE - {verb} CAPTION {REUTERS}") == ()


def test_removing_is_of_low_confidence() -> None:
    (found,) = grammars.find(f"REFILE - REMOVING REFERENCE TO A POLICE OFFICER {REUTERS}")
    assert (found.confidence, found.pairs) == (Confidence.LOW, ())


@pytest.mark.parametrize(
    ("label", "right", "wrong"),
    [
        ("ATTENTION EDITORS - REFILE CORRECTING BYLINE FROM LUC MARIN TO ANA DUPOND", "ANA DUPOND", "LUC MARIN"),
        ("ATTENTION EDITORS - REFILE - CORRECTING BYLINE TO ANA DUPOND, NOT LUC MARIN", "ANA DUPOND", "LUC MARIN"),
        ("REFILE - CORRECTING BYLINE FROM Luc Marin TO Ana Dupond", "Ana Dupond", "Luc Marin"),
        ("CORRECTION: Byline should be Ana Dupond, not Luc Marin.", "Ana Dupond", "Luc Marin"),
    ],
)  # fmt: skip
def test_behind_the_credit(label: str, right: str, wrong: str) -> None:
    text = f"{REUTERS} {label}"
    (found,) = grammars.find(text)
    assert words(text, found) == label
    assert pairs((found,)) == [(right, wrong)]
    assert found.pairs[0].property is Property.CREATOR_NAMES
    assert found.complete


def test_furniture_behind_a_refile_is_no_part_of_it() -> None:
    text = f"{REUTERS} REFILE - CORRECTING BYLINE ATTENTION EDITORS - THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY."
    (found,) = grammars.find(text)
    assert words(text, found) == "REFILE - CORRECTING BYLINE"


# ---- texts ------------------------------------------------------------------------------------


def test_the_slug_bracket() -> None:
    text = "USA-FLOODS/ILLINOIS (CORRECTED, PIX)\nLYON, May 2 - Boats lie on the river."
    (found,) = grammars.find(text)
    assert (words(text, found), found.item_class) == ("(CORRECTED, PIX)", ItemClass.TEXT)
    (gone,) = grammars.find("USA-FLOODS/ (WITHDRAWN)")
    assert (gone.kind, gone.pubstatus) == (NoticeKind.WITHDRAWAL, Pubstatus.CANCELED)
    assert grammars.find("USA-FLOODS/ (PIX, TV)") == ()


def test_the_bracket_above_a_story() -> None:
    note = "(Corrects spelling of name in paragraph 2 to Dupond, not Dupont)"
    (found,) = grammars.find(f"{note}\nLYON, May 2 (Reuters) - Boats lie on the river.")
    assert pairs((found,)) == [("Dupond", "Dupont")]
    assert (found.end, found.item_class, found.complete) == (len(note), ItemClass.TEXT, True)
    assert grammars.find(f"{note}\nLYON, May 2 (AFP) - Boats lie on the river.") == ()
    assert len(tuple(reuters.notes(note, MESSAGE))) == 1


def test_a_label_on_a_headline_counts_in_a_message_only() -> None:
    text = "CORRECTED-S. Illinois battles flooding as Mississippi River builds downstream"
    assert grammars.find(text) == ()
    (found,) = reuters.notes(text, MESSAGE)
    assert (found.confidence, found.pairs, found.complete) == (Confidence.LOW, (), False)
    assert found.end < 11


# ---- kills ------------------------------------------------------------------------------------


def test_picture_kill_with_a_replacement() -> None:
    (found,) = grammars.find(KILL)
    assert (found.provider, found.kind, found.pubstatus) == (
        "Reuters",
        NoticeKind.WITHDRAWAL,
        Pubstatus.CANCELED,
    )
    assert [one.written for one in found.identifiers] == ["RTR4JDW4"]
    assert (found.byline, found.targets) == ("Luc Marin", ())
    assert found.replacement is Replacement.COMING
    assert Duty.DELETE_SERVERS in [one.asks for one in found.instructions]
    assert (words(KILL, found), found.complete) == (KILL, True)


@pytest.mark.parametrize(
    "text",
    [
        "ADVISORY: Reuters has withdrawn all 920 photographs by Luc Marin from its database. Please remove them from your archives.",
        "ADVISORY - REUTERS HAS WITHDRAWN ALL 920 PHOTOGRAPHS BY LUC MARIN FROM ITS DATABASE. PLEASE REMOVE THEM FROM YOUR ARCHIVES.",
        "PICTURES WITHDRAWN\nReuters: all pictures taken by freelance photographer Luc Marin have been withdrawn.",
    ],
)  # fmt: skip
def test_kill_by_byline(text: str) -> None:
    (found,) = grammars.find(text)
    assert found.identifiers == ()
    assert [(one.kind, one.value.title()) for one in found.targets] == [
        (TargetKind.BYLINE, "Luc Marin")
    ]


def test_a_heading_alone() -> None:
    (found,) = grammars.find("PICTURE KILL")
    assert (found.provider, found.confidence, found.complete) == (None, Confidence.MEDIUM, False)
    (text_item,) = grammars.find("STORY WITHDRAWN\n\nReuters has withdrawn the story on Lyon.")
    assert text_item.item_class is ItemClass.TEXT


def test_an_announcement_in_a_message() -> None:
    text = "Reuters has withdrawn the photo RTR4JDW4 of the river in Lyon."
    assert grammars.find(text) == ()
    (found,) = reuters.notes(text, MESSAGE)
    assert found.kind is NoticeKind.WITHDRAWAL


# ---- never ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FURNITURE)
def test_furniture_is_no_note(text: str) -> None:
    assert tuple(reuters.readings(text)) == ()


def test_real_negatives(shared: Path) -> None:
    for text in negatives(shared):
        assert tuple(reuters.readings(text)) == ()
        assert tuple(reuters.notes(text, MESSAGE)) == ()
        assert not any(one.form.startswith("reuters.") for one in grammars.read(text, MESSAGE))


@given(name, name, space, quotes)
def test_noise_never_swaps(right: str, wrong: str, gap: str, marks: tuple[str, str]) -> None:
    if right == wrong:
        return
    said = f"{marks[0]}{right}{marks[1]}", f"{marks[0]}{wrong}{marks[1]}"
    for label in (
        f"{REUTERS} ATTENTION EDITORS - REFILE CORRECTING BYLINE FROM {said[1]} TO {said[0]}.",
        f"{REUTERS} REFILE - CORRECTING BYLINE TO {said[0]}, NOT {said[1]}.",
    ):
        assert pairs(grammars.find(label.replace(" ", gap))) == [(right, wrong)]


@given(name, space)
def test_noise_in_the_prefix(who: str, gap: str) -> None:
    text = f"REFILE - CORRECTING THE TYPE OF BOAT A boat of {who} lies in Lyon. REUTERS/Ana Dupond"
    noisy = text.replace(" ", gap)
    (found,) = grammars.find(noisy)
    assert squeeze(words(noisy, found)) == "REFILE - CORRECTING THE TYPE OF BOAT"


@pytest.mark.parametrize(
    "unit",
    [
        "REFILE ", "REFILE - CORRECTING ", "REFILE - CORRECTING BYLINE A man. ", "ATTENTION EDITORS - ", "USA-FLOODS/", "A/",
        "USA/ (CORRECTED)\n", "\n(Corrects x", "PICTURE KILL\n", "all photographs by ", "ADVISORY: Please remove all photos by A B. ",
        "REUTERS/A CORRECTS ", "withdrawn ", "has been withdrawn photo ", "clients and ", " ", "\n",
    ],
)  # fmt: skip
def test_a_megabyte_of_the_worst(unit: str) -> None:
    assert seconds(reuters, "Reuters", unit) < 1
