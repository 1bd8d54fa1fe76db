"""EFE's annulments and corrections; the words are made up, the forms are how EFE's language puts them."""

from __future__ import annotations

import time

import pytest

from provenance.grammars import Context, Reading, find, read
from provenance.grammars.agencies import efe
from provenance.model import Duty, NoticeKind, Property, Replacement

EFE = Context("EFE")


def _one(text: str, context: Context = EFE) -> Reading:
    (found,) = read(text, context)
    return found


def test_an_annulment() -> None:
    words = "ANULACIÓN DE FOTOGRAFÍA\nRogamos eliminen de sus archivos la fotografía de Sevilla. No habrá otra versión."
    found = _one(words)
    assert (found.kind, found.provider, found.language) == (NoticeKind.WITHDRAWAL, "EFE", "es")
    assert found.replacement is Replacement.NONE
    assert Duty.DELETE_SERVERS in {one.asks for one in found.instructions}


@pytest.mark.parametrize(
    "words",
    [
        "Corrección: donde dice «Juan Ejemplo» debe decir «Pedro Prueba» en el pie de foto.",
        "Corrección: DONDE DICE Juan Ejemplo, DEBE DECIR Pedro Prueba",
        "CORRECCIÓN\n\nEl pie de foto: donde dice ?Juan Ejemplo? debe decir ?Pedro Prueba?.",
        "Corrección: el nombre es Pedro Prueba y no Juan Ejemplo.",
        "Corrección: el nombre es Pedro Prueba en lugar de Juan Ejemplo.",
    ],
)
def test_the_order_of_the_values(words: str) -> None:
    (pair,) = _one(words).pairs
    assert (pair.right, pair.wrong) == ("Pedro Prueba", "Juan Ejemplo")
    assert pair.property in {Property.DESCRIPTION, None}


@pytest.mark.parametrize(
    "words",
    [
        "EFE pidió a todos sus clientes la anulación de esa fotografía.",
        "ATENCIÓN EDITORES - ESTA IMAGEN FUE PROPORCIONADA POR UN TERCERO. EFE",
        "EFE: rogamos no utilicen la fotografía después de 14 días.",
        "El juez anuló la multa y no la pena. EFE/Ana Prueba",
    ],
)
def test_prose_and_furniture(words: str) -> None:
    assert find(words) == ()
    assert read(words, EFE) == ()


def test_another_agencys_message_is_not_efes() -> None:
    found = read("Rogamos eliminen la fotografía de sus archivos.", Context("Reuters"))
    assert [one.form for one in found] == ["general.withdrawal"]


@pytest.mark.parametrize(
    "unit", ["rogamos ", "esta foto ", "donde dice ", "donde dice A debe decir B. ", "ANULADA\n"]
)
def test_a_megabyte_of_its_worst_case(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    list(efe.notes(text, EFE))
    assert time.process_time() - start < 1
