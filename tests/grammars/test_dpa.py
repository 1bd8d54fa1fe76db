"""dpa's notes: the order of the values belongs to the form, whatever happened to the text."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.grammars import Context, Pair, Reading, find, read
from provenance.grammars.agencies import dpa
from provenance.model import Confidence, Duty, ItemClass, NoticeKind, Property

DPA = Context("dpa")
CORRECTION = Context("dpa", signalled=True)


def _one(text: str, context: Context = DPA) -> Reading:
    (found,) = read(text, context)
    return found


def test_real_notes(shared: Path) -> None:
    lines = (shared / "corpus/notices_real.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    fired = 0
    for row in rows:
        if not row["agency"].startswith("dpa") and row["agency"] != "publisher: Correctiv":
            continue
        for context in (Context(), DPA, CORRECTION):
            found = [one for one in read(row["text"], context) if one.form.startswith("dpa")]
            if row["fires"] == "none":
                assert read(row["text"], context) == ()
                continue
            fired += 1
            (one,) = found
            pairs = [(pair.right, pair.wrong) for pair in one.pairs] or [(None, None)]
            assert pairs == [(row["right"], row["wrong"])]
            assert one.kind is NoticeKind.CORRECTION
            assert one.language == "de"
            assert one.unparsed == ""
        assert find(row["text"]) == ()
    assert fired == 24


@pytest.mark.parametrize(
    ("words", "right", "wrong"),
    [
        ("Im 2. Absatz, 3. Satz wurde berichtigt: Menga (statt Wenga", "Menga", "Wenga"),
        ("Im 2. Absatz, 3. Satz wurde berichtigt: Menga (statt Wenga).", "Menga", "Wenga"),
        ("Im Bildtext muss es richtig heissen: Max Muster (statt: Moritz Muster).", "Max Muster", "Moritz Muster"),
        ("Im Bildtext muß es richtig heißen: «Max Muster» (statt: «Moritz Muster»).", "Max Muster", "Moritz Muster"),
        ("Im 1. Satz muss es richtig hei?en: Max Muster (statt: Moritz Muster", "Max Muster", "Moritz Muster"),
        ("Im 1. Satz MUSS ES RICHTIG HEISSEN: MAX MUSTER (STATT MORITZ MUSTER)", "MAX MUSTER", "MORITZ MUSTER"),
        ("Im 1. Satz muss es\nrichtig heißen:\n«12.\nMai» (statt: 21. Mai).", "12. Mai", "21. Mai"),
        ("Im 1. Satz muss es richtig hei&szlig;en: Anna&nbsp;Muster (statt: Eva&nbsp;Muster).", "Anna Muster", "Eva Muster"),
        ("In einer früheren Fassung hieß es «Nordstadt». Richtig ist «Südstadt».", "Südstadt", "Nordstadt"),
        ("In einer fr?heren Version wurde die Zahl 300 genannt. Richtig ist die Zahl 400.", "400", "300"),
    ],
)  # fmt: skip
def test_both_values(words: str, right: str, wrong: str) -> None:
    (pair,) = _one(words).pairs
    assert (pair.right, pair.wrong) == (right, wrong)


def test_a_clause_is_no_value() -> None:
    found = _one(
        "Im 4. Satz muss es richtig heißen: Die Behörde gab gestern ihre Zahlen frei (statt: morgen)."
    )
    assert found.pairs == (Pair(None, "morgen"),)
    assert "Die Behörde gab" in found.unparsed


def test_two_numbers_of_one_kind_are_no_answer() -> None:
    words = "In einer früheren Version hieß es 1990 und 1992. Richtig ist 1997."
    found = _one(words)
    assert found.pairs == (Pair("1997", None),)
    assert found.unparsed != ""


@pytest.mark.parametrize(
    ("words", "field", "item"),
    [
        ("Ortsname korrigiert", Property.CITY, None),
        ("FILE PHOTO -Ortsname korrigiert", Property.CITY, ItemClass.PICTURE),
        ("Name des Fotografen berichtigt", Property.CREATOR_NAMES, ItemClass.PICTURE),
        ("ARCHIV - Aufnahmedatum wurde korrigiert.", Property.DATE_CREATED, None),
        ("Bildunterschrift berichtigt", Property.DESCRIPTION, ItemClass.PICTURE),
        ("Schreibweise des Namens im Bildtext korrigiert", Property.DESCRIPTION, ItemClass.PICTURE),
        ("Überschrift korrigiert", Property.HEADLINE, ItemClass.TEXT),
    ],
)
def test_a_field_without_values(words: str, field: Property, item: ItemClass | None) -> None:
    found = _one(words, CORRECTION)
    assert found.pairs == (Pair(None, None, field),)
    assert found.item_class is item
    assert found.confidence is Confidence.STRONG


def test_a_field_that_is_no_property_is_left_over() -> None:
    found = _one("Uhrzeit korrigiert", CORRECTION)
    assert (found.pairs, found.unparsed) == ((), "Uhrzeit")


def test_the_item_it_speaks_of_is_named() -> None:
    words = (
        "der Meldung mit der Kennung urn:newsml:dpa.com:20090101:240923-930-240378 vom 23.9.24."
        " Im letzten Absatz muss es richtig heißen: 1997 (statt: 1992)."
    )
    found = _one(words)
    assert [one.code for one in found.identifiers] == ["240923-930-240378"]
    assert found.item_class is ItemClass.TEXT
    assert words[found.start : found.end] == words


@pytest.mark.parametrize(
    "words",
    [
        "Zufa statt KORR",
        "neu: Muster Viertelfinal-Gegnerin",
        "ergänzt: Haftbefehl erlassen",
        "Mit Muster, 1. Abs.",
        "Reaktion Premierminister im 2. Absatz",
        "Sendeziel für Digitalprodukte ergänzt.",
        "ACHTUNG: Nur zur redaktionellen Verwendung",
        "Bitte beachten Sie die Sperrfrist der Meldung bis heute Abend (23.01.), 19.00 Uhr.",
        "Die B5 ist gesperrt. Das Bild zeigt die gesperrte Straße.",
        "Der Verein hat seine Zahlen korrigiert und das Foto verkauft.",
        "dpa hat das Foto zurückgezogen und ihre Kunden angewiesen, es nicht mehr zu verwenden.",
        "Das Bild ist nach dem 3. Mai nicht mehr zu verwenden.",
    ],
)
def test_furniture_and_prose_never_fire(words: str) -> None:
    assert read(words, Context()) == ()
    assert read(words, DPA) == ()
    assert find(words) == ()


def test_a_heading_alone_asks_a_person() -> None:
    found = _one("Berichtigung: Die Ministerin war nie dort.", CORRECTION)
    assert found.pairs == ()
    assert found.unparsed == "Die Ministerin war nie dort."
    assert found.confidence is Confidence.LOW


def test_an_order_to_clients_is_a_withdrawal() -> None:
    found = _one("SPERRUNG: Das Foto ist gesperrt. Bitte löschen Sie das Bild aus Ihren Archiven.")
    assert (found.kind, found.form) == (NoticeKind.WITHDRAWAL, "dpa.sperrung")
    assert found.item_class is ItemClass.PICTURE
    assert [one.asks for one in found.instructions] == [Duty.DELETE_SERVERS]
    assert found.instructions[0].words == "Bitte löschen Sie das Bild aus Ihren Archiven."


def test_another_senders_notes_are_his_own() -> None:
    assert _one("Ortsname korrigiert", Context("Keystone")).provider == "Keystone"
    assert _one("Ortsname korrigiert", Context()).confidence is Confidence.LOW


_NAME = st.lists(
    st.text("ABCDEFGHIJabcdefghijklmöéß", min_size=2, max_size=9).map(str.capitalize),
    min_size=2,
    max_size=2,
).map(" ".join)
_SPACE = st.sampled_from([" ", "  ", "\n", "\r\n", "\u00a0", "&nbsp;"])
_QUOTE = st.sampled_from([("«", "»"), ("„", "“"), ("?", "?"), ("", ""), ('"', '"'), ("«", "")])


@given(_NAME, _NAME, _SPACE, _QUOTE, st.sampled_from([")", ").", "", "."]))
def test_noise_never_swaps(
    right: str, wrong: str, space: str, quote: tuple[str, str], end: str
) -> None:
    words = f"Im 2. Absatz muss es richtig heißen: {quote[0]}{right}{quote[1]} (statt: {wrong}{end}"
    for pair in _one(words.replace(" ", space)).pairs:
        assert pair.right in {right, None}
        assert pair.wrong in {wrong, None}


@pytest.mark.parametrize(
    "unit",
    [
        "muss es richtig heißen: ", "wurde berichtigt: ", "In einer früheren Version ",
        "Ortsname korrigiert. ", "Sie wurden berichtigt ", "wurde das Wort « ", "das Foto ",
        "Bitte löschen Sie ", "SPERRUNG\n",
    ],
)  # fmt: skip
def test_a_megabyte_of_its_worst_case(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    list(dpa.notes(text, CORRECTION))
    assert time.process_time() - start < 1
