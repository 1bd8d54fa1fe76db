"""Restrictions: read in the words that set them, and never read into prose."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.captions import restrictions
from provenance.captions.dates import moment
from provenance.model import Limit


def _read(text: str) -> list[tuple[Limit, str]]:
    return [(one.limit, one.words) for one in restrictions(text)]


def test_reuters_codes() -> None:
    found = restrictions("SALESOUT NARCH EUO 3TP SYROUT")
    assert [(one.limit, one.words) for one in found] == [
        (Limit.NO_RESALE, "SALESOUT"), (Limit.NO_ARCHIVE, "NARCH"), (Limit.EDITORIAL_ONLY, "EUO"),
        (Limit.THIRD_PARTY, "3TP"), (Limit.TERRITORY, "SYROUT"),
    ]  # fmt: skip
    assert found[-1].territories == ("SYR",)


def test_the_canadian_press_in_order() -> None:
    text = (
        "HANDOUT PHOTO; ONE TIME USE ONLY; NO ARCHIVES; NotForResale; "
        "USED ONLY FOR 14 DAYS FROM THE TIME OF TRANSMISSION"
    )
    found = restrictions(text)
    assert [one.limit for one in found] == [
        Limit.THIRD_PARTY, Limit.ONE_TIME_USE, Limit.NO_ARCHIVE, Limit.NO_RESALE, Limit.TIME_LIMIT,
    ]  # fmt: skip
    assert found[-1].days == 14
    assert all(one.words in text for one in found)


@pytest.mark.parametrize(
    ("text", "limit", "words"),
    [
        ("A shop. EPA/X ATTENTION EDITORS - THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY.", Limit.THIRD_PARTY, "THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY"),
        ("This Handout clip was provided by a third-party organization and may", Limit.THIRD_PARTY, "This Handout clip was provided by a third-party organization"),
        ("ATENCIÓN EDITORES - ESTA IMAGEN FUE PROPORCIONADA POR UN TERCERO.", Limit.THIRD_PARTY, "ESTA IMAGEN FUE PROPORCIONADA POR UN TERCERO"),
        ("/ RESTRICTED TO EDITORIAL USE /", Limit.EDITORIAL_ONLY, "RESTRICTED TO EDITORIAL USE"),
        ("(ACHTUNG: Nur zur redaktionellen\nVerwendung im", Limit.EDITORIAL_ONLY, "Nur zur redaktionellen Verwendung"),
        ("NO SALES, PHOTO RELEASED BY", Limit.NO_RESALE, "NO SALES"),
        ("Boats. No resales. Boats.", Limit.NO_RESALE, "No resales"),
        ('- MANDATORY CREDIT "AFP PHOTO / X" -', Limit.MANDATORY_CREDIT, 'MANDATORY CREDIT "AFP PHOTO / X"'),
        ("Mandatory Credit: Photo by X/REX/Shutterstock (788096gs)", Limit.MANDATORY_CREDIT, "Mandatory Credit: Photo by X/REX/Shutterstock"),
        ("- NO MOBILE PUSH ALERTS/DOWNLOADS -", Limit.NO_MOBILE, "NO MOBILE PUSH ALERTS/DOWNLOADS"),
        ("DO NOT CROP.", Limit.NO_CROP, "DO NOT CROP"),
        ("ONE\r\nTIME USE", Limit.ONE_TIME_USE, "ONE TIME USE"),
        ("Newspapers Out, Original", Limit.OTHER, "Newspapers Out"),
    ],
)  # fmt: skip
def test_limits(text: str, limit: Limit, words: str) -> None:
    assert (limit, words) in _read(text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("TURKEY OUT  NOV. 11, 2019 FILE PHOTO", [("TURKEY",)]),
        ("(Photo by X / AFP) / Turkey OUT", [("Turkey",)]),
        ("AUSTRIA OUT, SWITZERLAND OUT", [("AUSTRIA",), ("SWITZERLAND",)]),
        ("AUSTRIA, SWITZERLAND OUT", [("AUSTRIA", "SWITZERLAND")]),
        ("NO USE FRANCE", [("FRANCE",)]),
        ("NO USE UK AND IRELAND. NO SALES.", [("UK", "IRELAND"), ()]),
        ("UNITED KINGDOM OUT. NO COMMERCIAL OR EDITORIAL SALES IN UNITED KINGDOM", [("UNITED KINGDOM",)] * 2),
        ("GERMANYOUT", [("GERMANY",)]),
    ],
)  # fmt: skip
def test_territories(text: str, where: list[tuple[str, ...]]) -> None:
    assert [one.territories for one in restrictions(text)] == where


@pytest.mark.parametrize(
    ("text", "until", "words"),
    [
        ("Embargoed until 10pm BST Friday 3 May 2024. A man", "2024-05-03T22:00:00+01:00", "Embargoed until 10pm BST Friday 3 May 2024"),
        ("Sperrfrist: 12. Mai 2024, 10.00 Uhr", "2024-05-12", "Sperrfrist: 12. Mai 2024, 10.00 Uhr"),
        ("embargo jusqu'au samedi 4 mai 2024 à 20h00 GMT", "2024-05-04T20:00:00Z", "embargo jusqu'au samedi 4 mai 2024 à 20h00 GMT"),
        ("EMBARGOEDTO 0001 SATURDAY MAY 8\r\rFile photo", None, "EMBARGOEDTO 0001 SATURDAY MAY 8"),
        ("EMBARGOEDTO 0001 SATURDAY MAY 8File photo", None, "EMBARGOEDTO 0001 SATURDAY MAY 8"),
        ("NOT FOR PUBLICATION BEFORE 3/5/2024", None, "NOT FOR PUBLICATION BEFORE 3/5/2024"),
        ("Sperrfrist 22. Oktober 09.30 Uhr", None, "Sperrfrist 22. Oktober 09.30 Uhr"),
        ("UNDER EMBARGO", None, "UNDER EMBARGO"),
    ],
)  # fmt: skip
def test_embargoes(text: str, until: str | None, words: str) -> None:
    (one,) = restrictions(text)
    assert (one.limit, one.until, one.words) == (Limit.EMBARGO, until, words)


def test_a_day_of_the_week_makes_the_year_certain() -> None:
    text = "EMBARGOEDTO 0001 SATURDAY MAY 8"
    assert [one.until for one in restrictions(text, date(2021, 5, 6))] == ["2021-05-07"]
    assert [one.until for one in restrictions(text, date(2024, 5, 6))] == [None]
    assert [one.until for one in restrictions("EMBARGOED UNTIL MAY 8", date(2021, 5, 6))] == [None]


@pytest.mark.parametrize(
    ("text", "until", "days"),
    [
        ("use within 30 days", None, 30),
        ("Valid for 48 hours from transmission", None, 2),
        ("FOURTEEN DAYS FROM DATE OF DISTRIBUTION", None, 14),
        ("Not after 1 June 2025", "2025-06-01", None),
        ("This image may only be used until 31 Dec 2025.", "2025-12-31", None),
        ("Expiry date: 2025-12-31", "2025-12-31", None),
        ("Nutzung nur bis zum 31.12.2025", "2025-12-31", None),
    ],
)
def test_time_limits(text: str, until: str | None, days: int | None) -> None:
    (one,) = restrictions(text)
    assert (one.limit, one.until, one.days) == (Limit.TIME_LIMIT, until, days)


@pytest.mark.parametrize(
    "prose",
    [
        "The embargo on Cuba was lifted. The arms embargo until 1991 hit hard.",
        "The report was embargoed until Monday. Oil has been embargoed until 3 May 2025.",
        "He came out of Turkey. Germany out in the group stage. ENGLAND OUT OF WORLD CUP.",
        "There were no sales on Monday; no archive survived. THERE WERE NO SALES TODAY.",
        "The school has used the boats for 14 days. The park is available for 30 days.",
        "A handout photo released by the ministry. A HANDOUT PICTURE MADE AVAILABLE shows",
        "No mobile phones in class. No TV was on. The house is not for sale in France.",
        "The EUO said on Tuesday. He was not available after 1 June 2025.",
        "Das Stadion war gesperrt bis Montag. Eine Sperrfrist von 12 Wochen gilt.",
        "UNITED STATES OUT OF PARIS DEAL. WITHOUT A LAYOUT, ABOUT A HANDOUTS SELLOUT.",
        "Contract expires on 30 June 2025 for the keeper. Sold OUT.",
        "REFILE - CORRECTING THE TYPE OF BOAT A boat is seen. TEMPLATE OUT.",
    ],
)
def test_prose_sets_no_limit(prose: str) -> None:
    assert restrictions(prose) == ()


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for one in restrictions(text, date(2024, 5, 6)):
        assert one.words


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2000 GMT MAY 3 2024", "2024-05-03T20:00:00Z"),
        ("May 3 2024, noon EST", "2024-05-03T12:00:00-05:00"),
        ("12.05.2024, 24 Uhr MESZ", "2024-05-13T00:00:00+02:00"),
        ("2024-05-03T10:00:00+01:00", "2024-05-03T10:00:00+01:00"),
        ("00.01hrs on Saturday May 8, 2021", "2021-05-07"),
        ("10:00 IST 3 May 2024", "2024-05-03"),
        ("31 February 2024", None),
        ("31 December 9999 2400 GMT", "9999-12-31T00:00:00Z"),
        ("13/5/2024", "2024-05-13"),
        ("1er juin 2025", "2025-06-01"),
    ],
)
def test_moments(text: str, until: str | None) -> None:
    found = moment(text, 0)
    assert found is not None
    assert found.until == until
