"""General forms: low confidence, messages to clients only, right and wrong never swapped."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.grammars import Context, Reading, find, read
from provenance.grammars.agencies import afp_languages, deletions, general
from provenance.grammars.phrasing.edges import counterpart, is_stop
from provenance.grammars.phrasing.phrases import sentences, value
from provenance.model import Confidence, Duty, NoticeKind, Property, TargetKind


def _one(text: str, context: Context | None = None) -> Reading:
    (found,) = general.notes(text, context or Context())
    return found


@pytest.mark.parametrize(
    ("words", "right", "wrong", "field", "language"),
    [
        ("CORRECTION: the photographer is Jane Doe, not John Roe.", "Jane Doe", "John Roe", Property.CREATOR_NAMES, "en"),
        ("CORRECTION: BYLINE IS JANE DOE NOT JOHN ROE", "JANE DOE", "JOHN ROE", Property.CREATOR_NAMES, "en"),
        ("Please credit Jane Doe/ABC, not John Roe/ABC.", "Jane Doe/ABC", "John Roe/ABC", None, "en"),
        ("The caption has been corrected: the place is Tuva, not Tyva.", "Tuva", "Tyva", Property.CITY, "en"),
        ("CORRECTION\n\nByline should read Jane Doe instead of John Roe.", "Jane Doe", "John Roe", Property.CREATOR_NAMES, "en"),
        ("“Jon Doe” should read “John Doe” in the caption (correction).", "John Doe", "Jon Doe", Property.DESCRIPTION, "en"),
        ("Correction: changed byline from John Roe to Jane Doe.", "Jane Doe", "John Roe", Property.CREATOR_NAMES, "en"),
        ("Correction: please read 12 May 2021 instead of 21 May 2021.", "12 May 2021", "21 May 2021", None, "en"),
        ("Correction in caption: Jane Q. Doe Jr., not John Roe.", "Jane Q. Doe Jr.", "John Roe", Property.DESCRIPTION, "en"),
        ("Erratum: photographe Jeanne DUPOND au lieu de Luc MARIN.", "Jeanne DUPOND", "Luc MARIN", Property.CREATOR_NAMES, "fr"),
        ("Rectificatif: la photo a été prise à Lyon et non pas à Nice.", "Lyon", "Nice", None, "fr"),
        ("Korrektur: Fotograf ist Max Muster statt Moritz Meier.", "Max Muster", "Moritz Meier", Property.CREATOR_NAMES, "de"),
        ("Korrektur: nicht Max Muster, sondern Moritz Meier (Foto).", "Moritz Meier", "Max Muster", None, "de"),
        ("Corrección: el fotógrafo es Juan Prueba y no Pedro Ejemplo.", "Juan Prueba", "Pedro Ejemplo", Property.CREATOR_NAMES, "es"),
        ("Fe de erratas: donde dice «Sevila» debe decir «Sevilla».", "Sevilla", "Sevila", None, "es"),
        ("Correção: o nome é Ana Teste em vez de Maria Exemplo.", "Ana Teste", "Maria Exemplo", Property.DESCRIPTION, "pt"),
        ("Errata: onde se lê «Porto», leia-se «Lisboa».", "Lisboa", "Porto", None, "pt"),
        ("Correzione: il fotografo è Mario Prova e non Luigi Esempio.", "Mario Prova", "Luigi Esempio", Property.CREATOR_NAMES, "it"),
        ("Rectificatie: fotograaf is Jan Proef in plaats van Piet Voorbeeld.", "Jan Proef", "Piet Voorbeeld", Property.CREATOR_NAMES, "nl"),
        ("Rättelse: fotografen heter Anna Prov, inte Eva Test.", "Anna Prov", "Eva Test", Property.CREATOR_NAMES, "sv"),
    ],
)  # fmt: skip
def test_both_values(
    words: str, right: str, wrong: str, field: Property | None, language: str
) -> None:
    found = _one(words)
    (pair,) = found.pairs
    assert (pair.right, pair.wrong, pair.property) == (right, wrong, field)
    assert (found.confidence, found.language) == (Confidence.LOW, language)
    assert find(words) == ()


@pytest.mark.parametrize(
    "words",
    [
        "The photographer is Jane Doe, not John Roe.",
        "(Photo credit should read JIM WATERS/AFP/Getty Images)",
        "The museum corrected the label and opened at noon, not at ten.",
        "The photo was corrected by hand, not by software.",
        "He corrected not only Jane Doe but the photo.",
        "Zufa statt KORR",
        "Please do not use this picture after 14 days.",
        "The picture must not be used without permission.",
        "He asked the photographer to please remove the picture from the wall.",
        "Das Bild ist ohne Genehmigung nicht mehr zu verwenden.",
        "NO SALES. NO ARCHIVES. FILE PHOTO. MANDATORY CREDIT. TPX IMAGES OF THE DAY",
    ],
)
def test_prose_and_furniture(words: str) -> None:
    assert list(general.notes(words, Context())) == []
    assert find(words) == ()


def test_a_signalled_message_needs_no_word_of_correction() -> None:
    words = "Photographer is Jane Doe, not John Roe."
    (pair,) = _one(words, Context("ABC", signalled=True)).pairs
    assert (pair.right, pair.wrong) == ("Jane Doe", "John Roe")
    assert list(general.notes("Zufa statt KORR", Context("ABC", signalled=True))) == []


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Please kill this picture.", "en"),
        ("Dear editors, please remove the attached photo from your archives.", "en"),
        ("This photo must no longer be used.", "en"),
        ("Merci de ne plus utiliser cette photo.", "fr"),
        ("Bitte das Bild nicht mehr verwenden.", "de"),
        ("Rogamos eliminen la fotografía de sus archivos.", "es"),
        ("Si prega di eliminare la foto dai vostri archivi.", "it"),
        ("Pedimos que removam a imagem dos seus sites.", "pt"),
    ],
)
def test_orders(words: str, language: str) -> None:
    found = _one(words)
    assert (found.kind, found.language) == (NoticeKind.WITHDRAWAL, language)
    assert found.confidence is Confidence.LOW


def test_no_negative_of_the_real_texts_fires(shared: Path) -> None:
    lines = (shared / "corpus/notices_real.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["fires"] == "none"]
    assert len(rows) > 15
    senders = (None, "dpa", "EPA", "EFE", "STT", "Kyodo", "AAP", "AFP")
    for row in rows:
        assert find(row["text"]) == ()
        for sender in senders:
            assert read(row["text"], Context(sender)) == (), row["text"]


# ---- by caption and date ----------------------------------------------------------------------


def _deletion(words: str) -> Reading:
    (found,) = deletions.notes(words, Context())
    return found


@pytest.mark.parametrize("quotes", [("«", "»"), ("“", "”"), ('"', '"'), ("?", "?")])
@pytest.mark.parametrize(
    "printed",
    ["25 August 2016", "August 25, 2016", "25.08.2016", "2016-08-25", "25th of August 2016"],
)
def test_a_deletion_by_caption_and_date(quotes: tuple[str, str], printed: str) -> None:
    words = f"Please delete all photos with the caption {quotes[0]}Boats on the river{quotes[1]} dated {printed}. TASS"
    found = _deletion(words)
    assert [(one.kind, one.value) for one in found.targets] == [
        (TargetKind.CAPTION, "Boats on the river"),
        (TargetKind.DATE, "2016-08-25"),
    ]
    assert (found.provider, found.identifiers, found.unparsed) == ("TASS", (), "")


def test_a_date_that_may_be_two_days_is_left_over() -> None:
    found = _deletion("Please delete all photos with the caption «Boats» dated 08/09/2016.")
    assert [one.kind for one in found.targets] == [TargetKind.CAPTION]
    assert found.unparsed == "08/09/2016"


def test_a_reported_deletion_is_no_order() -> None:
    words = "TASS asked LETA to delete all photos with the caption «Boats» dated 25 August 2016."
    assert list(deletions.notes(words, Context())) == []


# ---- AFP's frame in other languages ------------------------------------------------------------

_FRAMES = {
    "fr": "La ou les mention(s) erronée(s) apparaissant dans les métadonnées de cette photo de Luc MARIN a été modifiée dans les systèmes AFP de la manière suivante : [{}] au lieu de [{}]. Veuillez la supprimer de vos serveurs.",
    "es": "La mención errónea que aparece en los metadatos de esta foto de Luc MARIN ha sido modificada en los sistemas de AFP de la siguiente manera: [{}] en lugar de [{}]. Rogamos eliminen la mención de sus servidores.",
    "de": "Die fehlerhafte Angabe in den Metadaten dieses Fotos von Luc MARIN wurde in den AFP-Systemen wie folgt geändert: [{}] statt [{}]. Bitte löschen Sie sie von Ihren Servern.",
    "pt": "A menção errônea que aparece nos metadados desta foto de Luc MARIN foi modificada nos sistemas da AFP da seguinte forma: [{}] em vez de [{}]. Pedimos que eliminem a menção dos seus servidores.",
}


@pytest.mark.parametrize("language", sorted(_FRAMES))
@pytest.mark.parametrize("space", [" ", "\n", "\u00a0", "&nbsp;"])
def test_brackets_in_other_languages(language: str, space: str) -> None:
    words = _FRAMES[language].format("Ana DUPOND", "Luc MARIN").replace(" ", space)
    (found,) = find(f"Boats. (Photo by Ana DUPOND / AFP) / {words}")
    (pair,) = found.pairs
    assert (pair.right, pair.wrong, found.byline) == ("Ana DUPOND", "Luc MARIN", "Luc MARIN")
    assert (found.language, found.provider, found.complete) == (language, "AFP", False)
    assert [one.asks for one in found.instructions] == [Duty.DELETE_SERVERS]


def test_an_odd_pair_is_left_over() -> None:
    words = _FRAMES["fr"].format("A", "B").replace("au lieu de", "devient")
    (found,) = find(words)
    assert (found.pairs, found.unparsed) == ((), "[A] devient [B]")


# ---- values and noise ---------------------------------------------------------------------------

_NAME = st.lists(
    st.text("abcdefghijklmöé", min_size=3, max_size=9)
    .map(str.capitalize)
    .filter(lambda word: not is_stop(word.upper())),
    min_size=2,
    max_size=3,
).map(" ".join)  # In capitals a man named "Bild" cannot be told from the field.
_FORMS = st.sampled_from(
    [
        "Correction: the photographer is {r}, not {w}.",
        "Correction: the photographer is {r} instead of {w}.",
        "Erratum: photographe {r} au lieu de {w}.",
        "Korrektur: Fotograf {r} statt {w}.",
        "Corrección: fotógrafo {r} y no {w}.",
        "Fe de erratas: donde dice «{w}» debe decir «{r}».",
        "Correction: “{w}” should read “{r}”.",
    ]
)


@given(_NAME, _NAME, _FORMS, st.sampled_from([" ", "\n", "  ", "\u00a0", "&nbsp;"]), st.booleans())
def test_noise_never_swaps(right: str, wrong: str, form: str, space: str, shout: bool) -> None:
    words = form.format(r=right, w=wrong).replace(" ", space)
    if shout:
        words, right, wrong = (
            words.upper().replace("&NBSP;", "&nbsp;"),
            right.upper(),
            wrong.upper(),
        )
    for found in read(words, Context()):
        for pair in found.pairs:
            assert pair.right in {right, None}
            assert pair.wrong in {wrong, None}


def test_a_value_answers_only_its_like() -> None:
    assert counterpart("in Deutschland bis 1997 kein Verbrechen", "1992") == "1997"
    assert counterpart("von 1990 bis 1997", "1992") is None
    assert counterpart("Der Minister Max Muster", "Moritz Muster") == "Max Muster"
    assert counterpart("Die Behörde gab gestern ihre Zahlen frei", "morgen") is None
    assert value(" «Max Muster (l.)», ") == "Max Muster (l.)"
    text = "Im 2. Absatz steht J. Muster. Das ist falsch."
    assert [text[a:b] for a, b in sentences(text)] == [
        "Im 2. Absatz steht J. Muster.",
        "Das ist falsch.",
    ]


@pytest.mark.parametrize(
    "unit",
    [
        "correction not ", "Correction: A, not B. ", "credit A not ", "please ", "please kill ",
        "this picture ", "Please kill this picture. ", "donde dice ", "A ", '"', "\n\n", ". ",
    ],
)  # fmt: skip
def test_a_megabyte_of_its_worst_case(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    list(general.notes(text, Context(None, signalled=True)))
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "unit",
    [
        "please delete all photos with the caption «",
        "delete all photos ",
        _FRAMES["fr"],
        "cette photo de ",
    ],
)
def test_a_megabyte_of_other_forms(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    list(deletions.notes(text, Context()))
    list(afp_languages.readings(text))
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("words", "right", "wrong"),
    [
        ("Correzione: la foto è di Ada Neri, non di Ugo Conti.", "Ada Neri", "Ugo Conti"),
        ("Correzione: la foto è di Ada d'Elia e non di Ugo Conti.", "Ada d'Elia", "Ugo Conti"),
        ("Corrección: la foto es de Ana de la Vega, no de Luis Mora.", "Ana de la Vega", "Luis Mora"),
        ("Erratum : la photo est d'Anne Roux, non pas de Luc d'Aubert.", "Anne Roux", "Luc d'Aubert"),
        ("Correção: a foto é de Rui das Neves, não de Ana Sá.", "Rui das Neves", "Ana Sá"),
        ("The byline of this photo was wrong. It should read Ada Roe instead of Bo Doe.", "Ada Roe", "Bo Doe"),
    ],
)  # fmt: skip
def test_whose_photo_it_is(words: str, right: str, wrong: str) -> None:
    (pair,) = _one(words).pairs
    assert (pair.right, pair.wrong, pair.property) == (right, wrong, Property.CREATOR_NAMES)


def test_prose_that_goes_on_is_no_correction() -> None:
    assert (
        read("The weather was bad. It should be better tomorrow instead of today.", Context()) == ()
    )
    assert read("The photo was sold. It is Paris, not London.", Context()) == ()


def test_who_sent_the_message_speaks_where_nobody_is_named() -> None:
    (found,) = read("Correction: the photographer is Ada Roe, not Bo Doe.", Context("TASS"))
    assert found.provider == "TASS"


def test_a_form_without_a_name_gives_way_to_the_sender() -> None:
    text = "PHOTO KILL\nPlease delete the image from your systems and do not use it."
    assert [(one.form, one.provider) for one in read(text, Context("EPA"))] == [("epa.kill", "EPA")]


def test_duties_are_the_notices_own() -> None:
    text = (
        "Correction: the photographer is Ada Roe, not Bo Doe.\n\n"
        "Please remove the other picture from your archives."
    )
    correction, *_ = read(text, Context())
    assert correction.instructions == ()
