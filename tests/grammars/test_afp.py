"""AFP's grammar: right and wrong are never swapped, whatever happened to the text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_material import BOATS, CAFE, FRENCH, KILL, NOTICE, QUAY, TAIL, bracket

from provenance.model import (
    Correction,
    Duty,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
    Replacement,
    TargetKind,
)
from provenance.notices import parse_text, strip

ALL_DUTIES = (Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS, Duty.INFORM_THIRD_PARTIES)


def _one(text: str, known: tuple[str, ...] = ()) -> Notice:
    (found,) = parse_text(text, source="t", credits=known)
    return found


# ---- the bracket notice -----------------------------------------------------------------------


def test_credit_correction_behind_the_credit() -> None:
    text = f"{BOATS} / ?{NOTICE}?"
    found = _one(text)
    assert (found.provider, found.kind, found.pubstatus) == (
        "AFP",
        NoticeKind.CORRECTION,
        Pubstatus.USABLE,
    )
    assert found.corrections == (
        Correction(Property.CREATOR_NAMES, wrong="Luc MARIN", right="Ana DUPOND"),
    )
    assert found.byline == "Luc MARIN"
    assert found.text == NOTICE
    assert found.duties == ALL_DUTIES
    assert (found.replacement, found.language) == (Replacement.UNKNOWN, "en")
    assert (found.complete, found.unparsed) == (True, "")
    assert [(one.kind, one.value) for one in found.targets] == [(TargetKind.CAPTION, BOATS)]
    (seen,) = found.occurrences
    assert text[seen.start : seen.end] == NOTICE


def test_person_correction_before_the_credit_is_no_credit_correction() -> None:
    values = "[Ruth Marl (R), Jo Olens executive assistant at Acme] instead of [Mia Chan]"
    words = bracket(values, byline="JIM WATERS")
    text = f"Ruth Marl arrives in Lyon. “{words}” (Photo credit should read JIM WATERS/AFP/Getty Images)"
    found = _one(text, known=("JIM WATERS", "AFP/Getty Images"))
    assert found.corrections == (
        Correction(
            None, wrong="Mia Chan", right="Ruth Marl (R), Jo Olens executive assistant at Acme"
        ),
    )
    assert found.byline == "JIM WATERS"
    assert (
        strip(text).text
        == "Ruth Marl arrives in Lyon. (Photo credit should read JIM WATERS/AFP/Getty Images)"
    )
    assert [one.value for one in found.targets] == [strip(text).text]


@pytest.mark.parametrize(
    "credit", ["Luc MARIN", "LUC  MARIN", "Luc MARIN / AFP", "(Photo by Luc MARIN / AFP)"]
)
def test_a_credit_value_of_the_picture_makes_it_a_credit_correction(credit: str) -> None:
    words = bracket("[Ana DUPOND] instead of [Luc MARIN]", byline="Someone ELSE")
    assert _one(words).corrections[0].property is None
    assert _one(words, known=(credit,)).corrections[0].property is Property.CREATOR_NAMES


def test_an_agency_as_wrong_value_is_no_photographer() -> None:
    words = bracket("[Ana DUPOND] instead of [AFP]", byline="Someone ELSE")
    assert _one(words, known=("AFP",)).corrections[0].property is None


@pytest.mark.parametrize("joint", [" and ", ", ", "; ", ", and ", " "])
def test_several_pairs(joint: str) -> None:
    words = bracket(f"[Ana DUPOND] instead of [Luc MARIN]{joint}[May 2] instead of [May 3]")
    assert [(one.right, one.wrong, one.property) for one in _one(words).corrections] == [
        ("Ana DUPOND", "Luc MARIN", Property.CREATOR_NAMES),
        ("May 2", "May 3", None),
    ]


def test_empty_brackets_are_absent_values() -> None:
    found = _one(bracket("[] instead of [Mia Chan]"))
    assert found.corrections == (Correction(None, wrong="Mia Chan", right=None),)
    added = _one(bracket("[Mia Chan] instead of [ ]"))
    assert added.corrections == (Correction(None, wrong=None, right="Mia Chan"),)


@pytest.mark.parametrize(
    "pairs",
    [
        "[byline: Ana DUPOND] instead of [Luc MARIN]",
        "[byline] instead of [Luc MARIN]",
        "[Ana DUPOND] replacing [Luc MARIN]",
        "[Luc MARIN] to [Ana DUPOND]",
        "[Ana DUPOND]",
        "[] instead of []",
    ],
)
def test_an_odd_pair_is_unparsed_and_never_guessed(pairs: str) -> None:
    found = _one(bracket(pairs))
    assert found.corrections == ()
    assert found.unparsed == pairs
    assert not strip(f"{BOATS} / “{bracket(pairs)}”").complete


def test_a_good_pair_before_an_odd_one_is_kept() -> None:
    found = _one(bracket("[Ana DUPOND] instead of [Luc MARIN] and [Lyon] replacing [Nice]"))
    assert [one.right for one in found.corrections] == ["Ana DUPOND"]
    assert found.unparsed == "[Lyon] replacing [Nice]"


def test_values_keep_brackets_and_lose_only_white_space() -> None:
    found = _one(bracket("[Ana [Anna]\n  DUPOND] instead of [Luc\u00a0MARIN&nbsp;Jr]"))
    assert (found.corrections[0].right, found.corrections[0].wrong) == (
        "Ana [Anna] DUPOND",
        "Luc MARIN Jr",
    )


def test_odd_words_are_unparsed() -> None:
    words = bracket(
        "[A B] instead of [C D]", tail=TAIL.replace("and delete it", "of yesterday and delete it")
    )
    assert _one(words).unparsed == "of yesterday"
    head = bracket("[A B] instead of [C D]").replace("in the metadata of", "in the caption of")
    assert _one(head).unparsed == "in the caption of this photo"


def test_cut_inside_the_wrong_value_gives_no_pair() -> None:
    cut = NOTICE[: NOTICE.index("MARIN].") + 3]
    found = _one(f"{BOATS} / “{cut}")
    assert found.corrections == ()
    assert not found.complete
    assert found.text == cut


@pytest.mark.parametrize("length", range(30, len(NOTICE), 11))
def test_a_notice_cut_anywhere_is_found_and_never_says_something_else(length: int) -> None:
    cut = NOTICE[:length]
    found = _one(f"{BOATS} / ?{cut}")
    assert found.text == cut.rstrip()
    assert not found.complete
    assert found.corrections in (
        (),
        (Correction(Property.CREATOR_NAMES, wrong="Luc MARIN", right="Ana DUPOND"),),
    )
    result = strip(f"{BOATS} / ?{cut}")
    assert (result.text, result.complete) == (BOATS, False)


def test_a_cut_notice_does_not_eat_the_next_caption() -> None:
    cut = bracket("[Ana DUPOND] instead of [Luc MARIN]", tail="").rstrip()
    found = parse_text(f"{BOATS} / ?{cut} {QUAY}", source="t")
    assert [one.text for one in found] == [cut]
    assert strip(f"{BOATS} / ?{cut} {QUAY}").text == f"{BOATS} {QUAY}"


def test_prose_about_errors_is_no_notice() -> None:
    assert (
        parse_text(
            "The erroneous mention of a name was corrected [see below] instead of [above].",
            source="t",
        )
        == ()
    )
    assert (
        parse_text(
            "He sent a mandatory kill to clients: this photo has been withdrawn.", source="t"
        )
        == ()
    )
    assert parse_text("MANDATORY CREDIT: AFP", source="t") == ()
    assert parse_text("Elle dit que cette image a été retirée hier.", source="t") == ()


_NAME = st.lists(
    st.text("ABCDEFGHIJabcdefghijklmöéßİ'.-,()", min_size=2, max_size=9).filter(lambda s: any(c.isalpha() for c in s)),
    min_size=1, max_size=4,
).map(" ".join)  # fmt: skip
_QUOTES = st.sampled_from(
    [
        ("?", "?"),
        ("“", "”"),
        ('"', '"'),
        ("«", "»"),
        ("« ", " »"),
        ("", ""),
        ("\x93", "\x94"),
        ("‘", "’"),
    ]
)
_SPACE = st.sampled_from([" ", "  ", "\n", "\r\n", "\u00a0", " \n "])


@given(
    _NAME,
    _NAME,
    _NAME,
    _QUOTES,
    _SPACE,
    st.sampled_from(["", CAFE, " " + CAFE, " " + QUAY]),
    st.sampled_from([" / ", " ", "  "]),
)
def test_noise_returns_what_went_in(
    right: str, wrong: str, byline: str, quotes: tuple[str, str], space: str, glued: str, joint: str
) -> None:
    words = bracket(f"[{right}] instead of [{wrong}]", byline=byline).replace(" ", space)
    if quotes[0] == "" and glued and not glued.startswith(" "):
        glued = " " + glued
    text = BOATS + joint + quotes[0] + words + quotes[1] + glued
    found = _one(text)
    assert [(one.right, one.wrong) for one in found.corrections] == [(right, wrong)]
    assert found.byline == byline
    assert found.text == words
    assert (found.complete, found.unparsed) == (True, "")
    assert [one.value for one in found.targets] == [BOATS]
    result = strip(text)
    assert result.complete
    assert result.removed == (words,)
    assert result.text.replace(" ", "") == (BOATS + glued).replace(" ", "")
    assert result.text.startswith(BOATS)


@given(_NAME, _NAME, _QUOTES, st.integers(0, 900))
def test_noise_and_a_lost_ending_never_swap(
    right: str, wrong: str, quotes: tuple[str, str], kept: int
) -> None:
    whole = bracket(f"[{right}] instead of [{wrong}]")
    head = len(whole) - len(TAIL)
    found = _one(BOATS + " / " + quotes[0] + whole[: head + kept])
    assert [(one.right, one.wrong) for one in found.corrections] == [(right, wrong)]


def test_two_notices_in_one_caption_are_both_found_and_removed() -> None:
    second = bracket("[May 2] instead of [May 3]")
    text = f"{BOATS} / “{NOTICE}” / “{second}”"
    assert [one.text for one in parse_text(text, source="t")] == [NOTICE, second]
    assert strip(text).text == BOATS


# ---- kills and withdrawals --------------------------------------------------------------------


def test_mandatory_kill() -> None:
    found = _one(f"{BOATS} / {KILL}")
    assert (found.provider, found.kind, found.pubstatus) == (
        "AFP",
        NoticeKind.WITHDRAWAL,
        Pubstatus.CANCELED,
    )
    assert found.corrections == ()
    assert found.byline == "ANA DUPOND"
    assert [(one.kind, one.value) for one in found.targets] == [
        (TargetKind.IDENTIFIER, "000_34L82NW"),
        (TargetKind.CAPTION, BOATS),
    ]
    assert found.duties == ALL_DUTIES
    assert (found.complete, found.unparsed, found.text) == (True, "", KILL)
    assert strip(f"{BOATS} / {KILL}").text == BOATS


@pytest.mark.parametrize("length", range(40, len(KILL), 29))
def test_a_cut_kill_is_a_kill(length: int) -> None:
    cut = KILL[:length].rstrip()
    (found,) = parse_text(cut, source="t")
    assert found.kind is NoticeKind.WITHDRAWAL
    assert not found.complete
    assert strip(f"{BOATS} / {cut}").text == BOATS


@pytest.mark.parametrize(
    "title",
    [
        "MANDATORY KILL",
        "Mandatory kill",
        "Effacement obligatoire",
        "Borrado obligatorio",
        "MANDATORY KILL 000_34L82NW",
    ],
)
def test_a_title_alone_raises_the_alarm(title: str) -> None:
    found = _one(title)
    assert (found.kind, found.complete) == (NoticeKind.WITHDRAWAL, False)


def test_a_bare_number_in_a_kill_is_written_as_afp_writes_it() -> None:
    found = _one(KILL.replace("000_34L82NW", "34L82NW"))
    assert [one.value for one in found.targets] == ["000_34L82NW"]


@pytest.mark.parametrize(
    "damage", [("é", "é"), ("é", "e"), ("é", "?"), ("é", "e\u0301"), ("è", "e")]
)
def test_french_withdrawal(damage: tuple[str, str]) -> None:
    words = FRENCH.replace(*damage)
    text = f"{BOATS} / « {words} »"
    found = _one(text)
    assert (found.kind, found.language, found.provider) == (NoticeKind.WITHDRAWAL, "fr", "AFP")
    assert found.text == words
    assert found.duties == (Duty.DELETE_SERVERS,)
    assert strip(text).text == BOATS


# ---- stripping --------------------------------------------------------------------------------


@pytest.mark.parametrize("caption", [BOATS, CAFE, "No credit at all.", "Ends in a question?"])
@pytest.mark.parametrize("quotes", [("?", "?"), ("“", "”"), ('"', '"'), ("«", "»"), ("", "")])
@pytest.mark.parametrize("joint", [" / ", " ", "\n", "  "])
@pytest.mark.parametrize("words", [NOTICE, KILL])
def test_strip_undoes_the_notice(
    caption: str, quotes: tuple[str, str], joint: str, words: str
) -> None:
    result = strip(caption + joint + quotes[0] + words + quotes[1])
    assert (result.text, result.removed, result.complete) == (caption, (words,), True)


def test_strip_in_front_and_alone() -> None:
    assert strip(f"“{NOTICE}” {BOATS}").text == BOATS
    assert strip(f"?{NOTICE}? / {BOATS}").text == BOATS
    assert strip(f"“{NOTICE}”").text == ""


def test_strip_leaves_restrictions_alone() -> None:
    tail = " / RESTRICTED TO EDITORIAL USE - NO MARKETING"
    assert strip(f"{BOATS} / “{NOTICE}”{tail}").text == BOATS + tail
    assert strip(f"{BOATS}{tail} / “{NOTICE}”").text == BOATS + tail


@given(st.text(max_size=300))
def test_strip_changes_no_text_without_a_notice(text: str) -> None:
    result = strip(text)
    assert (result.text, result.removed, result.complete) == (text, (), True)


# ---- real texts -------------------------------------------------------------------------------


def test_real_texts(shared: Path) -> None:
    rows = [
        json.loads(line)
        for line in (shared / "corpus/notices_real.jsonl").read_text("utf-8").splitlines()
    ]
    fired = 0
    for row in rows:
        found = [one for one in parse_text(row["text"], source="t") if one.form.startswith("afp")]
        if row["agency"] == "AFP" and row["fires"] == "correction":
            fired += 1
            (notice,) = found
            assert [(one.right, one.wrong) for one in notice.corrections] == [
                (row["right"], row["wrong"])
            ]
            assert (notice.complete, notice.unparsed) == (True, "")
            assert notice.corrections[0].property is Property.CREATOR_NAMES
        else:
            assert found == [], row["text"]
        if row["fires"] == "none":
            assert strip(row["text"]).text == row["text"]
    assert fired > 0
    assert len(rows) > 30
