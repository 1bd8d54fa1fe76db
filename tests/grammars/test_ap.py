"""AP's grammar: corrections by label, "This version corrects", eliminations."""

from __future__ import annotations

from pathlib import Path

import pytest
from english_material import AP, FURNITURE, name, negatives, pairs, quotes, seconds, space, words
from hypothesis import given

from provenance import grammars
from provenance.grammars import Context
from provenance.grammars.agencies import ap
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

MESSAGE = Context(provider="AP", signalled=True)
ELIMINATION = (
    "PHOTO ELIMINATION\n\nEditors and librarians: Please eliminate from your photo systems and archives the AP photo"
    " of River Press on July 16. The photo was altered by its source. No other version of the photo is available."
)


@pytest.mark.parametrize(
    ("label", "right", "wrong", "prop"),
    [
        ("CORRECTS SPELLING OF LAST NAME TO DUPOND", "DUPOND", None, Property.DESCRIPTION),
        ("CORRECTS BYLINE TO Ana Dupond, NOT Luc Marin", "Ana Dupond", "Luc Marin", Property.CREATOR_NAMES),
        ("CORRECTS BYLINE TO Ana Dupond, not Luc Marin", "Ana Dupond", "Luc Marin", Property.CREATOR_NAMES),
        ("CORRECTS BYLINE TO ANA DUPOND INSTEAD OF LUC MARIN", "ANA DUPOND", "LUC MARIN", Property.CREATOR_NAMES),
        ("CORRECTS ID TO Ana Dupond FROM Luc Marin", "Ana Dupond", "Luc Marin", Property.DESCRIPTION),
        ("CORRECTS BYLINE FROM LUC MARIN TO ANA DUPOND", "ANA DUPOND", "LUC MARIN", Property.CREATOR_NAMES),
        ("CORRECTS NAME OF TOWN TO LYON, NOT NICE.", "LYON", "NICE", Property.CITY),
        ("CORRECTS DATE TO MAY 2, 2023, NOT MAY 3, 2023", "MAY 2, 2023", "MAY 3, 2023", Property.DATE_CREATED),
        ("CORRECTS DATE", None, None, Property.DATE_CREATED),
        ("CORRECTION: CORRECTS BYLINE TO ANA DUPOND", "ANA DUPOND", None, Property.CREATOR_NAMES),
        ("CORRECTION: The name of the man is Ana Dupond, not Luc Marin.", "Ana Dupond", "Luc Marin", Property.DESCRIPTION),
        ("CORRECTION: Luc Marin should read Ana Dupond.", "Ana Dupond", "Luc Marin", None),
        ("RETRANSMISSION TO CORRECT BYLINE FROM LUC MARIN TO ANA DUPOND", "ANA DUPOND", "LUC MARIN", Property.CREATOR_NAMES),
        ("RETRANSMISSION OF NYAB101 TO CORRECT DATE", None, None, Property.DATE_CREATED),
    ],
)  # fmt: skip
def test_labels_behind_the_credit(
    label: str, right: str | None, wrong: str | None, prop: Property | None
) -> None:
    text = f"{AP} {label}"
    (found,) = grammars.find(text)
    (pair,) = found.pairs
    assert (pair.right, pair.wrong, pair.property) == (right, wrong, prop)
    assert (found.provider, found.kind, found.pubstatus) == (
        "AP",
        NoticeKind.CORRECTION,
        Pubstatus.USABLE,
    )
    assert words(text, found) == label
    assert (found.complete, found.unparsed) == (True, "")


def test_labels_before_the_caption() -> None:
    text = f"CORRECTS BYLINE TO ANA DUPOND, NOT LUC MARIN - {AP}"
    (found,) = grammars.find(text)
    assert (
        words(text, found),
        pairs((found,)),
        found.complete,
    ) == ("CORRECTS BYLINE TO ANA DUPOND, NOT LUC MARIN", [("ANA DUPOND", "LUC MARIN")], True)
    bracket = f"(CORRECTS BYLINE TO Ana Dupond, NOT Luc Marin; ADDS ID) {AP}"
    (found,) = grammars.find(bracket)
    assert words(bracket, found) == "(CORRECTS BYLINE TO Ana Dupond, NOT Luc Marin; ADDS ID)"
    assert (pairs((found,)), found.complete) == ([("Ana Dupond", "Luc Marin")], True)


def test_several_values() -> None:
    text = f"{AP} CORRECTS BYLINE TO ANA DUPOND, NOT LUC MARIN, AND DATE TO MAY 2, NOT MAY 3"
    (found,) = grammars.find(text)
    assert [(one.right, one.wrong, one.property) for one in found.pairs] == [
        ("ANA DUPOND", "LUC MARIN", Property.CREATOR_NAMES),
        ("MAY 2", "MAY 3", Property.DATE_CREATED),
    ]


def test_what_is_added_is_no_part_of_the_correction() -> None:
    text = f"{AP} CORRECTS BYLINE TO ANA DUPOND; ADDS DETAILS"
    (found,) = grammars.find(text)
    assert (pairs((found,)), found.complete) == ([("ANA DUPOND", None)], False)
    assert words(text, found) == "CORRECTS BYLINE TO ANA DUPOND"


@pytest.mark.parametrize(
    "label",
    [
        "CORRECTS BYLINE TO Ana Dupond Boats lie on the river",
        "CORRECTS NAME TO ROAD TO LYON, NOT NICE",
        "CORRECTS BYLINE TO Ana Dupond\nParis Fashion Week",
        "CORRECTS BYLINE TO ANA DUPOND, NOT ANA DUPOND",
        "CORRECTS BYLINE TO , NOT ANA DUPOND",
        "CORRECTS NAME TO Ana Dupond, NOT Luc Marin, who is left",
    ],
)
def test_what_can_be_read_in_two_ways_gives_no_value(label: str) -> None:
    (found,) = grammars.find(f"{AP} {label}")
    assert [pair for pair in found.pairs if pair.right or pair.wrong] == []
    assert found.unparsed != ""


def test_a_label_alone_leaves_the_caption_alone() -> None:
    for label in ("CAPTION CORRECTION\n\n", "CORRECTION: ", "CAPTION CORRECTION: "):
        text = label + AP
        (found,) = grammars.find(text)
        assert words(text, found) == label.strip()
        assert (found.pairs, found.complete) == ((), False)


def test_a_caption_behind_the_notice_is_not_eaten() -> None:
    text = f"{AP} CORRECTS BYLINE TO ANA DUPOND, NOT LUC MARIN A man walks in Lyon. (AP Photo/Luc Marin)"
    (found,) = grammars.find(text)
    assert words(text, found) == "CORRECTS BYLINE TO ANA DUPOND, NOT LUC MARIN"
    assert pairs((found,)) == [("ANA DUPOND", "LUC MARIN")]
    unsure = f"{AP} CORRECTS DATE U.S. President Ana Dupond walks. (AP Photo/Luc Marin)"
    assert not grammars.find(unsure)[0].complete


def test_another_agency_does_not_speak_as_ap() -> None:
    assert grammars.find("Boats. (Photo by Ana DUPOND / AFP) CORRECTS DATE") == ()
    assert grammars.find("CORRECTS DATE - Boats lie on the river.") == ()


# ---- texts ------------------------------------------------------------------------------------


def test_this_version_corrects() -> None:
    text = "This version corrects the spelling of the region to Tuva, not Tyva."
    (found,) = grammars.find(text)
    assert pairs((found,)) == [("Tuva", "Tyva")]
    assert (found.provider, found.item_class) == ("AP", ItemClass.TEXT)
    assert found.pairs[0].property is Property.PROVINCE_STATE
    assert (words(text, found), found.complete) == (text, True)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("This story corrects that the mayor is Ana Dupond, not Luc Marin.", "Ana Dupond", "Luc Marin"),
        ("This version corrects the day to Monday from Tuesday.", "Monday", "Tuesday"),
        ("This version has been corrected to show that the mayor is Ana Dupond, not Luc Marin.", "Ana Dupond", "Luc Marin"),
        ("This version corrects the year in paragraph 2 to 1997 instead of 1992.", "1997", "1992"),
    ],
)  # fmt: skip
def test_other_shapes_of_this_version(text: str, right: str, wrong: str) -> None:
    assert pairs(grammars.find(f"LYON (AP) — A story.\n\n{text}\n")) == [(right, wrong)]


def test_this_version_without_values_counts_in_a_message_only() -> None:
    text = "This version corrects the headline."
    assert grammars.find(text) == ()
    (found,) = ap.notes(text, MESSAGE)
    assert [pair.property for pair in found.pairs] == [Property.HEADLINE]
    assert tuple(ap.notes(text, Context(provider="dpa"))) == ()


def test_eds_corrects_gives_the_right_fact_only() -> None:
    text = (
        "Eds: CORRECTS: Indian tycoon is one of the richest men in Asia. Adds Adani Group's statement,"
        " quotes from Indian opposition leader"
    )
    (found,) = grammars.find(text)
    assert pairs((found,)) == [("Indian tycoon is one of the richest men in Asia", None)]
    assert (found.item_class, found.unparsed) == (ItemClass.TEXT, "")
    assert words(text, found) == "Eds: CORRECTS: Indian tycoon is one of the richest men in Asia."


def test_a_note_in_an_aps_message() -> None:
    (found,) = ap.notes(
        "UPDATES: With quotes; corrects byline to Ana Dupond, not Luc Marin.", MESSAGE
    )
    assert pairs((found,)) == [("Ana Dupond", "Luc Marin")]
    assert found.confidence is Confidence.MEDIUM


# ---- eliminations and kills -------------------------------------------------------------------


def test_elimination_by_source_and_date() -> None:
    (found,) = grammars.find(ELIMINATION)
    assert (found.provider, found.kind, found.pubstatus) == (
        "AP",
        NoticeKind.WITHDRAWAL,
        Pubstatus.CANCELED,
    )
    assert [(one.kind, one.value) for one in found.targets] == [
        (TargetKind.BYLINE, "River Press"),
        (TargetKind.DATE, "July 16"),
    ]
    assert found.replacement is Replacement.NONE
    assert [one.asks for one in found.instructions] == [Duty.DELETE_SERVERS, "replacement"]
    assert (words(ELIMINATION, found), found.complete) == (ELIMINATION, True)
    assert [one.start for one in grammars.find(ELIMINATION.split("\n\n")[1])] == [0]


def test_kill_with_a_number() -> None:
    text = (
        "PHOTO KILL: AP23312613652636 by Ana Dupond. It appears that the source has manipulated the"
        " picture. Please remove it from all platforms, including social."
    )
    (found,) = grammars.find(text)
    assert [one.written for one in found.identifiers] == ["AP23312613652636"]
    assert (found.provider, found.targets) == ("AP", ())
    assert [one.asks for one in found.instructions] == [Duty.REMOVE_ONLINE]
    assert words(text, found) == text


def test_a_hold_is_withheld() -> None:
    text = "PHOTO WITHHOLD\nEditors, please withhold the AP photo by Ana Dupond of May 2 until further notice."
    (found,) = grammars.find(text)
    assert found.pubstatus is Pubstatus.WITHHELD


def test_an_advisory_must_ask_for_something() -> None:
    assert tuple(ap.notes("PHOTO ADVISORY: Pictures of the river follow at noon.", MESSAGE)) == ()
    hats = "ADVISORY: Photos of the fair follow from AP on May 2. Please remove hats."
    assert grammars.find(hats) == ()
    (found,) = ap.notes("ADVISORY: The photo by Ana Dupond has been withdrawn.", MESSAGE)
    assert found.kind is NoticeKind.WITHDRAWAL


def test_a_reason_before_the_order_counts_in_a_message() -> None:
    text = "It appears that the source has manipulated the photo. Please remove it from all platforms, including social."
    assert grammars.find(text) == ()
    (found,) = ap.notes(text, MESSAGE)
    assert words(text, found) == text


# ---- never ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FURNITURE)
def test_furniture_is_no_notice(text: str) -> None:
    assert grammars.find(text) == ()


def test_real_negatives(shared: Path) -> None:
    texts = list(negatives(shared))
    assert len(texts) > 10
    for text in texts:
        assert grammars.find(text) == ()
        assert tuple(ap.notes(text, MESSAGE)) == ()
        assert not any(one.form.startswith("ap.") for one in grammars.read(text, MESSAGE))


@given(name, name, space, quotes)
def test_noise_never_swaps(right: str, wrong: str, gap: str, marks: tuple[str, str]) -> None:
    if right == wrong:
        return
    said = f"{marks[0]}{right}{marks[1]}", f"{marks[0]}{wrong}{marks[1]}"
    for label in (
        f"This version corrects the spelling of the name to {said[0]}, not {said[1]}.",
        f"{AP} CORRECTS BYLINE TO {said[0]}, NOT {said[1]}.",
        f"{AP} CORRECTS BYLINE FROM {said[1]} TO {said[0]}.",
    ):
        assert pairs(grammars.find(label.replace(" ", gap))) == [(right, wrong)]


@pytest.mark.parametrize(
    "unit",
    [
        "CORRECTS ", "CORRECTION: ", "(CORRECTS ", "This version corrects ", "Eds: CORRECTS: A. ", "RETRANSMISSION TO ",
        "RETRANSMISSION TO CORRECT ", "CORRECTS A and B to ", "This version corrects the name to A, not B. ", "AP Photo/",
        "Please remove it from your systems. ", "editors, ", "PHOTO ", "KILL ", "PHOTO KILL\n", "May 2 ", "A.M. ", " ", "\n",
    ],
)  # fmt: skip
def test_a_megabyte_of_the_worst(unit: str) -> None:
    assert seconds(ap, "AP", unit) < 1


@pytest.mark.parametrize(
    ("right", "wrong"), [("Land Rover", "Year Book"), ("Ort", "Ar"), ("Titre", "Namen")]
)
def test_a_value_may_look_like_a_field_of_another_language(right: str, wrong: str) -> None:
    for label in (
        f"CORRECTS BYLINE TO {right}, NOT {wrong}",
        f"CORRECTION: Byline: {right}, not {wrong}",
    ):
        assert pairs(grammars.find(f"{AP} {label}")) == [(right, wrong)]
