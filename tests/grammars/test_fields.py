"""The names of fields in nine languages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.grammars.phrasing.fields import property_named
from provenance.model import Property


@pytest.mark.parametrize(
    ("prop", "names"),
    [
        (Property.CREATOR_NAMES, "byline|BYLINE:|by-line|photographer|photographer's name|photographer’s name|name of the photographer|the name of the photographer|spelling of photographer's name|Fotograf|Name des Fotografen|Fotografenname|photographe|nom du photographe|fotógrafo|nombre del fotógrafo|nome del fotografo|naam van de fotograaf|fotografens namn|kuvaajan nimi"),
        (Property.CREDIT_LINE, "credit|credit line|photo credit|Bildnachweis|crédit|crédito|linha de crédito"),
        (Property.SOURCE, "source|Quelle|fuente|fonte"),
        (Property.HEADLINE, "headline|Überschrift|titre|titular|rubrik"),
        (Property.DATE_CREATED, "date|date taken|Aufnahmedatum|fecha|data|päivämäärä"),
        (Property.CITY, "city|place name|spelling of place name|dateline|Ortsname|name of the city|Name des Ortes|ville|lieu|ciudad|luogo|plaats"),
        (Property.PROVINCE_STATE, "state|the spelling of the region|Bundesland"),
        (Property.COUNTRY_NAME, "country|Land|pays|país"),
        (Property.KEYWORDS, "keywords|Stichwörter|mots-clés|palabras clave"),
        (Property.DESCRIPTION, "caption|name|SPELLING OF LAST NAME|name of the bride|nom de la mariée|Schreibweise des Namens|Bildunterschrift|légende|pie de foto|didascalia|kuvateksti|spelling of name|age"),
        (Property.COPYRIGHT_NOTICE, "copyright|Urheberrecht"),
        (Property.INSTRUCTIONS, "special instructions"),
    ],
)  # fmt: skip
def test_names(prop: Property, names: str) -> None:
    for name in names.split("|"):
        assert property_named(name) is prop, name


@pytest.mark.parametrize(
    "words", ["", "  ", "TYPE OF BOAT", "reference to the attack", "Uhrzeit", "x" * 500]
)
def test_no_field(words: str) -> None:
    assert property_named(words) is None


@given(st.text(max_size=150))
def test_any_words_are_answered(words: str) -> None:
    assert property_named(words) is None or isinstance(property_named(words), Property)


def test_a_megabyte() -> None:
    start = time.process_time()
    for words in ("spelling of " * 90_000, "the " * 250_000, "name of the " * 9):
        property_named(words)
    assert time.process_time() - start < 1
