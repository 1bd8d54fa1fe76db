"""Credit forms of many desks and languages, their noise, and what stands around them."""

from __future__ import annotations

import pytest

from provenance.captions import body, credit_lines, segment

_A, _G, _R, _PIC = "AFP", "Getty Images", "Reuters", "picture alliance"


def _read(text: str) -> list[tuple[str | None, tuple[str, ...], str | None, str | None]]:
    return [(one.creator, one.agencies, one.via, one.role) for one in credit_lines(text)]


FORMS = [
    # Agency first, with a supplier before the photographer.
    ("picture alliance / Seebild | Jonas Tallberg", "Jonas Tallberg", (_PIC,), None, None),
    ("picture alliance / empics | Ruth Tallis", "Ruth Tallis", (_PIC, "PA"), None, None),
    ("picture alliance/dpa/PR-Film | Ute Priebe", "Ute Priebe", (_PIC, "dpa"), None, None),
    ("picture alliance / TT NEWS AGENCY | Ida Olsvik/TT", "Ida Olsvik", (_PIC, "TT"), None, None),
    ("(Quelle: picture alliance / HXB Medien/Olaf Rehm)", "Olaf Rehm", (_PIC,), None, None),
    ("picture alliance/imageBROKER/Ida Hofer", "Ida Hofer", (_PIC, "imageBROKER"), None, None),
    ("© Ute Priebe/picture alliance/dpa", "Ute Priebe", (_PIC, "dpa"), None, None),
    ("(AP Photo/The Daily Gazette, Ruth Tallis)", "Ruth Tallis", ("AP",), None, None),
    ("(AP Photo/Q24 Films, Ruth Tallis)", "Ruth Tallis", ("AP",), None, None),
    ("(AP Photo/Ruth Tallis, Pool)", "Ruth Tallis", ("AP",), None, "pool"),
    ("IMAGO / Nordwest61", "Nordwest61", ("imago",), None, None),
    ("imago-images/Petra Homberg", "Petra Homberg", ("imago",), None, None),
    ("APA/AFP/Getty Images/Ruth Tallis", "Ruth Tallis", ("APA", _A, _G), None, None),
    ("THE CANADIAN PRESS/HO- Annick deGroot", "Annick deGroot", ("The Canadian Press",), None, "handout"),
    ("THE CANADIAN PRESS/AP-Ruth Tallis", "Ruth Tallis", ("The Canadian Press", "AP"), None, None),
    # Name first.
    ("Ruth Tallis/Getty Images via AFP", "Ruth Tallis", (_G, _A), _A, None),
    ("BEN STANDEN/AFP", "BEN STANDEN", (_A,), None, None),
    ("Photo by RUTH TALLIS /AFP via Getty Images", "RUTH TALLIS", (_A, _G), _G, None),
    ("Ruth Tallis/The Associated Press", "Ruth Tallis", ("AP",), None, None),
    ("STR/Getty images", None, (_G,), None, "stringer"),
    ("Foto: Ruth Tallis/EPA-EFE", "Ruth Tallis", ("EPA",), None, None),
    ("Ruth Tallis/AFP-JIJI", "Ruth Tallis", (_A,), None, None),
    ("Handout/Ministry of Works/AFP via Getty Images", None, (_A, _G), _G, "handout"),
    ("(Photo by Uncredited/AP)", None, ("AP",), None, "no-byline"),
    # Markers in other languages.
    ("Crédit photo : Ruth Tallis / AFP", "Ruth Tallis", (_A,), None, None),
    ("CRÉDIT PHOTO: RUTH TALLIS/AFP", "RUTH TALLIS", (_A,), None, None),
    ("Фото: Ruth Tallis/AFP", "Ruth Tallis", (_A,), None, None),
    ("写真：Ruth Tallis/AFP", "Ruth Tallis", (_A,), None, None),
    ("Fotografía: Ruth Tallis/EFE", "Ruth Tallis", ("EFE",), None, None),
    ("Crédito: Ruth Tallis/EFE", "Ruth Tallis", ("EFE",), None, None),
    ("Kuva: LEHTIKUVA/AFP", None, ("Lehtikuva", _A), None, None),
    ("Bildquelle: Ruth Tallis/dpa", "Ruth Tallis", ("dpa",), None, None),
    ("(Archivbild: Ruth Tallis/dpa)", "Ruth Tallis", ("dpa",), None, None),
    ("(Foto: © Ruth Tallis/dpa)", "Ruth Tallis", ("dpa",), None, None),
    ("© 2024 Ruth Tallis/Shutterstock", "Ruth Tallis", ("Shutterstock",), None, None),
    ("(Foto: Ruth Tallis)", "Ruth Tallis", (), None, None),
    ("(Foto: Ruth Tallis/rbb)", "Ruth Tallis", (), None, None),
    ("Credit: Ruth van der Berg/Alamy Live News", "Ruth van der Berg", ("Alamy",), None, None),
]  # fmt: skip


@pytest.mark.parametrize(("credit", "creator", "agencies", "via", "role"), FORMS)
@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", ""),
        ("A street at night. ", ""),
        ("A street at night.\n", "\n\nA shop."),
        ("“A street.” ", ""),
    ],
)
def test_forms(
    before: str, behind: str, credit: str, creator: str | None, agencies: tuple[str, ...],
    via: str | None, role: str | None,
) -> None:  # fmt: skip
    text = before + credit + behind
    assert _read(text) == [(creator, agencies, via, role)]
    assert credit_lines(text)[0].raw == credit


@pytest.mark.parametrize(
    "text",
    [
        "A street.\u00a0(Photo\u00a0by\u00a0Ruth\u00a0TALLIS\u00a0/\u00a0AFP)",
        "A street. (Photo by Ruth\r\nTALLIS / AFP)",
        "A street. (photo by Ruth TALLIS / AFP).",
        "A street. (PHOTO BY Ruth TALLIS/AFP)",
        "A street. Photo by Ruth TALLIS/AFP.",
        "A street. Ruth\nTALLIS / AFP",
        "A street. AFP PHOTO /\nRuth TALLIS",
        "A street. (Photo by “Ruth TALLIS” / AFP)",
        "Ruth TALLIS arrives. (Photo by Ruth TALLIS / AFP)A shop opens.",
        "A street | Ruth TALLIS / AFP",
        "A street in the old part of the town | AFP/Ruth TALLIS",
    ],
)
def test_noise_changes_nothing(text: str) -> None:
    assert _read(text) == [("Ruth TALLIS", (_A,), None, None)]


@pytest.mark.parametrize(
    "prose",
    [
        "The photo is also available via AP PhotoExpress.",
        "Copyright © AFP 2017-2026. All rights reserved.",
        "© dpa-infocom, dpa:241022-930-267047/1",
        "Peine (dpa/lni) - The mayor spoke.",
        "FORT WEST, Pa. (AP) _ The company said so.",
        "Image of a mosquito (see dpa-news/Ida Hofer) here",
        "(Photo: a street in the old town)",
        "(Foto: Museum)",
        "(Quelle: rbb)",
        "Foto: Newsdesk, +49 30 2852 31515",
        "https://example.org/dpa/Ida-Hofer/AFP_48KT7NQ.jpg",
        "dpa-AFX reported it",
    ],
)
def test_no_credit(prose: str) -> None:
    assert credit_lines(prose) == ()


def test_a_copyright_mark_before_prose_leaves_the_credit_behind_it_alone() -> None:
    text = "© The museum shows an old boat that was found in the river AFP/Ruth TALLIS"
    assert [one.creator for one in credit_lines(text)] == ["Ruth TALLIS"]


def test_glued_captions_are_parted() -> None:
    text = (
        "A street.(Photo by Ruth TALLIS / AFP)A shop.(Photo by Ida HOFER / AFP)A boat.(AFP Photo)"
    )
    assert [one.text[:8].split(".")[0] for one in segment(text)] == ["A street", "A shop", "A boat"]


FURNITURE = [
    "REUTERS/Ruth Tallis ATTENTION EDITORS - THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY.",
    "REUTERS/Ruth Tallis TPX IMAGES OF THE DAY",
    'REUTERS/Ruth Tallis SEARCH "BOATS" FOR THIS STORY. TEMPLATE OUT.',
    "REUTERS/Ruth Tallis  (UNITED STATES - Tags: ENTERTAINMENT)",
    "REUTERS/Ruth Tallis EDITOR'S NOTE: POOL PHOTOGRAPHS WERE REVIEWED",
    "(ANSA/AP Photo/Ruth Tallis) [CopyrightNotice: Copyright 2018 The Associated Press.]",
    '(zu dpa "Boats") Foto: Ruth Tallis/dpa +++ dpa-Bildfunk +++',
    "Foto: Ruth Tallis/dpa (ACHTUNG: Nur zur redaktionellen Verwendung)",
    "(Photo by Ruth Tallis / AFP) / RESTRICTED TO EDITORIAL USE - NO MARKETING",
    "(Photo by Ruth Tallis / AFP) / TURKEY OUT",
    "EPA/RUTH TALLIS ATTENTION EDITORS: NO SALES",
]


@pytest.mark.parametrize("credit", FURNITURE)
@pytest.mark.parametrize("prefix", ["", "FILE PHOTO: ", "ARCHIV - ", "(COMBO) ", "HANDOUT - "])
def test_furniture_is_no_name_and_no_word_of_the_caption(credit: str, prefix: str) -> None:
    text = f"{prefix}Boats lie on the river on Monday. {credit}"
    assert [(one.creator or "").casefold() for one in credit_lines(text)] == ["ruth tallis"]
    assert body(text) == "Boats lie on the river on Monday."
