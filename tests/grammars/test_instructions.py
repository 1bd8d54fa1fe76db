"""Duties and replacements, with the sentence that says so."""

from __future__ import annotations

import time

import pytest
from notice_material import FRENCH, KILL, NOTICE

from provenance.grammars import duties
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.model import Duty, Replacement

ONLINE, SERVERS, TELL = Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS, Duty.INFORM_THIRD_PARTIES


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (NOTICE, (ONLINE, SERVERS, TELL)),
        (KILL, (ONLINE, SERVERS, TELL)),
        (FRENCH, (SERVERS,)),
        ("Editors are asked to eliminate the picture from your photo systems and archives.", (SERVERS,)),
        ("Please remove it from all platforms, including social.", (ONLINE,)),
        ("The picture is to be taken down immediately.", (ONLINE,)),
        ("Please inform your clients.", (TELL,)),
        ("AAP requests that you remove the above story from any media you publish.", (ONLINE,)),
        ("It is in your direct or indirect possession, custody, or control.", (TELL,)),
        ("Bitte löschen Sie das Bild aus Ihren Archiven und entfernen Sie es aus allen Online-Angeboten.", (ONLINE, SERVERS)),
        ("Bitte informieren Sie Ihre Kunden.", (TELL,)),
        ("Veuillez supprimer cette photo de vos serveurs et de votre site.", (ONLINE, SERVERS)),
        ("Rogamos eliminen la fotografía de sus archivos y de su página web.", (ONLINE, SERVERS)),
        ("Si prega di eliminare la foto dai vostri archivi e dai siti.", (ONLINE, SERVERS)),
        ("Pedimos que removam a imagem dos seus sites e servidores.", (ONLINE, SERVERS)),
        ("NO THIRD PARTY SALES. NO ARCHIVES. NO INTERNET.", ()),
        ("Do not remove it from your servers.", ()),
        ("The photo has been deleted from our systems.", ()),
    ],
)  # fmt: skip
def test_duties(words: str, asked: tuple[Duty, ...]) -> None:
    assert duties(instructions(words)) == asked


def test_the_words_are_the_whole_sentence() -> None:
    found = {one.asks: one.words for one in instructions(f"Boats. {NOTICE} Boats.")}
    assert (
        found[ONLINE]
        == found[SERVERS]
        == (
            "Please immediately remove the erroneous mention[s] from all your online services and"
            " delete it (them) from your servers."
        )
    )
    assert found[TELL].startswith("If you have been authorized by AFP")
    assert found[TELL].endswith("are carried out by them.")
    killed = {one.asks: one.words for one in instructions(KILL)}
    assert killed[SERVERS].startswith("PLEASE IMMEDIATELY REMOVE IT")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("No replacement will follow.", Replacement.NONE),
        ("A corrected version will immediately follow.", Replacement.COMING),
        ("A replacement image will be issued shortly.", Replacement.COMING),
        ("It will be replaced.", Replacement.COMING),
        ("Une nouvelle version suivra.", Replacement.COMING),
        ("Ersatz folgt.", Replacement.COMING),
        ("Una nueva versión seguirá en breve.", Replacement.COMING),
        ("No other version of the photo is available.", Replacement.NONE),
        ("A replacement story will not be issued.", Replacement.NONE),
        ("It will not be replaced.", Replacement.NONE),
        ("Aucune autre version n'est disponible.", Replacement.NONE),
        ("Kein Ersatz.", Replacement.NONE),
        ("No habrá otra versión.", Replacement.NONE),
        ("A replacement story will be issued shortly/will not be issued.", Replacement.UNKNOWN),
        (NOTICE, Replacement.UNKNOWN),
        ("The photo shows a new version of the car.", Replacement.UNKNOWN),
    ],
)
def test_replacement(words: str, expected: Replacement) -> None:
    assert replacement(words) is expected


@pytest.mark.parametrize(
    "unit",
    ["remove ", "remove online ", "third parties ", "corrected version ", "replacement ", "will be ",
     "no other ", "wird durch ", "nueva imagen ", "a. ", "inform clients "],
)  # fmt: skip
def test_a_megabyte_of_its_worst_case(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    instructions(text)
    replacement(text)
    assert time.process_time() - start < 1
