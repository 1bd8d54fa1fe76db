"""Credit lines: every printed form of the agencies, and prose that is none."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.captions import credit_lines, printed_credits, replace_creator

_A, _G, _R = "AFP", "Getty Images", "Reuters"


def _read(text: str) -> list[tuple[str | None, tuple[str, ...], str | None, str | None]]:
    return [(one.creator, one.agencies, one.via, one.role) for one in credit_lines(text)]


@pytest.mark.parametrize(
    ("credit", "creator", "agencies", "via", "role"),
    [
        ("(Photo by Bakr ALKASEM / AFP)", "Bakr ALKASEM", (_A,), None, None),
        ("AFP PHOTO / JIM WATSON", "JIM WATSON", (_A,), None, None),
        ("AFP PHOTO/Karim JAAFAR", "Karim JAAFAR", (_A,), None, None),
        ("Photo by - / X / AFP", None, (_A,), None, "no-byline"),
        ("-/AFP", None, (_A,), None, "no-byline"),
        ("(AFP Photo)", None, (_A,), None, None),
        ("(Photo by AFP)", None, (_A,), None, None),
        ("(Photo by STR / AFP)", None, (_A,), None, "stringer"),
        ("(Photo by Handout / Guatemalan Ministry of Culture / AFP)", None, (_A,), None, "handout"),
        ("(Photo by GHULAM RASOOL/AFP via Getty Images)", "GHULAM RASOOL", (_A, _G), _G, None),
        ("(Photo by -/AFP via Getty Images)", None, (_A, _G), _G, "no-byline"),
        (
            "(Photo credit should read JIM WATSON/AFP/Getty Images)",
            "JIM WATSON",
            (_A, _G),
            None,
            None,
        ),
        (
            "AFP PHOTO / KARIM SAHIBKARIM SAHIB/AFP/Getty Images",
            "KARIM SAHIB",
            (_A, _G),
            None,
            None,
        ),
        ("David Ramos/Getty Images/AFP", "David Ramos", (_G, _A), None, None),
        (
            "(Photo by David Ramos / GETTY IMAGES NORTH AMERICA / Getty Images via AFP)",
            "David Ramos",
            (_G, _A),
            _A,
            None,
        ),
        ("(Photo by Phil Cole/Getty Images)", "Phil Cole", (_G,), None, None),
        ("Mandatory Credit:  Stephen Dunn/Getty Images", "Stephen Dunn", (_G,), None, None),
        ("(AP Photo/David Zalubowski)", "David Zalubowski", ("AP",), None, None),
        ("(AP Photo/Alan Diaz, File)", "Alan Diaz", ("AP",), None, "file"),
        ("(AP Foto/Thomas Santos)", "Thomas Santos", ("AP",), None, None),
        ("(DHA via AP, File)", None, ("DHA", "AP"), "AP", "file"),
        ("(Zhang Yuwei/Xinhua via AP)", "Zhang Yuwei", ("Xinhua", "AP"), "AP", None),
        ("(Stuart Franklin/Pool via AP)", "Stuart Franklin", ("AP",), "AP", "pool"),
        ("REUTERS/Mario Anzuoni", "Mario Anzuoni", (_R,), None, None),
        ("Ohad Zwigenberg/Pool via REUTERS", "Ohad Zwigenberg", (_R,), _R, "pool"),
        ("Sputnik/Mikhail Metzel/Pool vía REUTERS", "Mikhail Metzel", ("Sputnik", _R), _R, "pool"),
        ("@SubasTheOne/via REUTERS", "@SubasTheOne", (_R,), _R, None),
        ("Mandatory credit Kyodo/via REUTERS", None, ("Kyodo", _R), _R, None),
        ("EPA/SRDJAN SUKI", "SRDJAN SUKI", ("EPA",), None, None),
        ("EFE/EPA/FEDERICO GAMBARINI / POOL", "FEDERICO GAMBARINI", ("EFE", "EPA"), None, "pool"),
        (
            "Jeon Heon-Kyun/EPA, via Shutterstock",
            "Jeon Heon-Kyun",
            ("EPA", "Shutterstock"),
            "Shutterstock",
            None,
        ),
        ("EPA-EFE/JOHN DOE", "JOHN DOE", ("EPA",), None, None),
        ("Foto: Tom Weller/dpa", "Tom Weller", ("dpa",), None, None),
        ("Steve Helber/AP/dpa", "Steve Helber", ("AP", "dpa"), None, None),
        (
            "picture alliance/dpa | Daniel Vogl",
            "Daniel Vogl",
            ("picture alliance", "dpa"),
            None,
            None,
        ),
        ("Victoria Jones/PA Wire/dpa", "Victoria Jones", ("PA", "dpa"), None, None),
        ("Hannes P. Albert/dpa", "Hannes P. Albert", ("dpa",), None, None),
        (
            "Mikhail Sinitsyn/TASS/dpa/picture alliance",
            "Mikhail Sinitsyn",
            ("TASS", "dpa", "picture alliance"),
            None,
            None,
        ),
        ("Photo credit should read Martin Rickett/PA Wire.", "Martin Rickett", ("PA",), None, None),
        ("(ANSA/AP Photo/Kamil Zihnioglu)", "Kamil Zihnioglu", ("ANSA", "AP"), None, None),
        ("THE CANADIAN PRESS/Paul Chiasson", "Paul Chiasson", ("The Canadian Press",), None, None),
        ("THE CANADIAN PRESS/HO-Name", "Name", ("The Canadian Press",), None, "handout"),
        ("(Xinhua/Jon Super via Getty Images)", "Jon Super", ("Xinhua", _G), _G, None),
        ("(Photo by GPO/ Handout/Anadolu via Getty Images)", "GPO", ("Anadolu", _G), _G, "handout"),
        (
            "Mandatory Credit: Photo by ITV/REX/Shutterstock (788096gs)",
            "ITV",
            ("Shutterstock",),
            None,
            None,
        ),
        (
            "Mandatory Credit: Jamie Rhodes-USA TODAY Sports - RTR4JDW4",
            "Jamie Rhodes",
            ("USA TODAY Sports",),
            None,
            None,
        ),
        ("Credit: Taka G Wu/Alamy Live News", "Taka G Wu", ("Alamy",), None, None),
    ],
)
@pytest.mark.parametrize(
    "before", ["", "Fighters patrol a street in Aleppo on November 30, 2024. ", "A headline\n"]
)
def test_credit_forms(
    before: str,
    credit: str,
    creator: str | None,
    agencies: tuple[str, ...],
    via: str | None,
    role: str | None,
) -> None:
    lines = credit_lines(before + credit)
    assert _read(before + credit) == [(creator, agencies, via, role)]
    assert all((before + credit)[one.start : one.end] == one.raw for one in lines)
    assert lines[0].start == len(before)


@pytest.mark.parametrize(
    "prose",
    [
        "KABUL (AFP) - The minister said so.",
        "BEIRUT (AP) — Fighters took the town.",
        "He told Agence France-Presse (AFP) on Monday.",
        "The AP photo shows a man. An AFP PHOTO was published.",
        "She told AFP/Reuters that and/or nothing, on 28/02/12.",
        "The agencies EPA/DHS officials spoke to were silent.",
        "By National Security Council (NSC) spokesperson Sean Savett.",
        "see https://example.org/AFPnews/Reuters-story and his/her (and/or) page",
        "The Getty family gave photos by the dozen to the museum; a photo by chance.",
        "Apache, PARIS and EPAULET are words; so is Pa.",
        "(UNITED STATES - Tags: ENTERTAINMENT)",
        "Source: own research",
        "(----EDITORIAL USE ONLY - MANDATORY CREDIT - 'PRESIDENCY / HANDOUT' - NO MARKETING NO AFP----)",
        "AFP_48KT7NQ/x",
    ],
)
def test_prose_holds_no_credit(prose: str) -> None:
    assert credit_lines(prose) == ()


DOUBLED = "(Photo by Ghulam RASOOL / AFP) (Photo by GHULAM RASOOL/AFP via Getty Images)"


def test_doubled_credit_is_one_credit_of_one_creator() -> None:
    text = f"A street. {DOUBLED} A shop."
    (one,) = credit_lines(text)
    assert (one.creator, one.agencies, one.via) == ("Ghulam RASOOL", (_A, _G), _G)
    assert text[one.start : one.end] == one.raw == DOUBLED
    assert [each.creator for each in printed_credits(text)] == ["Ghulam RASOOL", "GHULAM RASOOL"]


@pytest.mark.parametrize(
    "text",
    [
        "(Photo by Ana DUPOND / AFP) (Photo by EVA SOMMER/AFP via Getty Images)",
        "(Photo by Ana DUPOND / AFP)\n(Photo by ANA DUPOND/AFP via Getty Images)",
        "(Photo by Ana DUPOND / AFP) A shop. (Photo by Ana DUPOND / AFP)",
        "(Photo by Ana DUPOND / AFP) (AP Photo/Ana Dupond)",
    ],
)
def test_two_credits_stay_two(text: str) -> None:
    assert len(credit_lines(text)) == 2


@pytest.mark.parametrize(
    ("text", "creator"),
    [
        ("A street. REUTERS/Mario Anzuoni TPX IMAGES OF THE DAY", "Mario Anzuoni"),
        ("A street. REUTERS/Mario Anzuoni  (UNITED STATES - Tags: SPORT)", "Mario Anzuoni"),
        ("A street. REUTERS/Mario Anzuoni People walk past.", "Mario Anzuoni"),
        ("A street. REUTERS/Mario Anzuoni U.S. President Donald Trump looks on.", "Mario Anzuoni"),
        ("A street. REUTERS/Mario Anzuoni A man walks.", "Mario Anzuoni"),
        ("A street. AFP PHOTO / Karim JAAFAR People walk.", "Karim JAAFAR"),
        ("A street. AFP PHOTO / Omar HAJ KADOUR", "Omar HAJ KADOUR"),
        ("A street. EPA/SRDJAN SUKI A general view", "SRDJAN SUKI"),
        ("A street. EPA/SRDJAN SUKI ATTENTION EDITORS: NO SALES", "SRDJAN SUKI"),
        ("A street. REUTERS/Juan de la Cruz.", "Juan de la Cruz"),
    ],
)
def test_name_ends_where_nothing_closes_it(text: str, creator: str) -> None:
    assert [one.creator for one in credit_lines(text)] == [creator]


def test_cut_credits_say_so() -> None:
    cut = credit_lines("A street. (Photo by Bakr ALK")
    assert [(one.creator, one.truncated) for one in cut] == [("Bakr ALK", True)]
    elided = credit_lines("A street. (Photo by INDRANIL ... [+] MUKHERJEE/AFP via Getty Images)")
    assert [(one.creator, one.truncated) for one in elided] == [("INDRANIL MUKHERJEE", True)]
    assert not credit_lines("(Photo by A B / AFP)")[0].truncated


def test_wrapped_credit_is_one() -> None:
    assert _read("A street.\n(Photo by Bakr\nALKASEM / AFP)") == [
        ("Bakr ALKASEM", (_A,), None, None)
    ]


# ---- replacing ------------------------------------------------------------------------------


def test_replace_touches_credit_context_only() -> None:
    text = "Aaref WATAD, a photographer, in Idlib. (Photo by Aaref WATAD / AFP) (Photo by AAREF WATAD/AFP via Getty Images)"
    assert replace_creator(text, "Aaref WATAD", "Bakr ALKASEM") == (
        "Aaref WATAD, a photographer, in Idlib. (Photo by Bakr ALKASEM / AFP) (Photo by Bakr ALKASEM/AFP via Getty Images)"
    )


@pytest.mark.parametrize(
    ("text", "wrong", "after"),
    [
        ("Aaref WATAD / AFP", "Aaref WATAD", "R / AFP"),
        (
            "AFP PHOTO / KARIM SAHIBKARIM SAHIB/AFP/Getty Images",
            "Karim SAHIB",
            "AFP PHOTO / RR/AFP/Getty Images",
        ),
        ("(Photo by Jörg CARSTENSEN / AFP)", "JORG Carstensen", "(Photo by R / AFP)"),
        ("(Photo by Aaref\n WATAD / AFP)", "Aaref WATAD", "(Photo by R / AFP)"),
        ("(Photo by A WATAD and B KADOUR / AFP)", "b kadour", "(Photo by A WATAD and R / AFP)"),
        ("(Photo by Aaref WATADI / AFP)", "Aaref WATAD", "(Photo by Aaref WATADI / AFP)"),
        ("By Aaref WATAD in Idlib", "Aaref WATAD", "By Aaref WATAD in Idlib"),
        ("(Photo by X Y / AFP)", "", "(Photo by X Y / AFP)"),
        ("(Photo by X Y / AFP)", "AFP", "(Photo by X Y / AFP)"),
    ],
)
def test_replace_creator(text: str, wrong: str, after: str) -> None:
    assert replace_creator(text, wrong, "R") == after


_PROSE = st.text(string.ascii_letters + " .,'’“”\n\u00a0é?[]", max_size=80)


@given(
    _PROSE,
    _PROSE,
    st.sampled_from(["(Photo by {} / AFP)", "(AP Photo/{})", "(Photo by {}/AFP via Getty Images)"]),
)
def test_replace_keeps_every_other_character(before: str, after: str, form: str) -> None:
    text = before + " Aaref WATAD. " + form.format("Aaref WATAD") + " " + after
    expected = before + " Aaref WATAD. " + form.format("Bakr [ALKASEM] (x)") + " " + after
    assert replace_creator(text, "aaref watad", "Bakr [ALKASEM] (x)") == expected


@given(st.text(max_size=300))
def test_any_text_is_read_and_an_absent_name_changes_nothing(text: str) -> None:
    for one in credit_lines(text):
        assert text[one.start : one.end] == one.raw
    assert replace_creator(text, "Nobody OFTHISNAME", "X") == text
