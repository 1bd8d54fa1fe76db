"""A notice made from a form comes back as what went in, whatever systems did to it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quality.forms_of_words import DAMAGE, TEMPLATES, Template

from provenance.grammars import Context
from provenance.notices import carrier
from provenance.wording import normalise

GIVEN = ["Nora", "Paul", "Inès", "Jörg", "Ana-Maria", "Łukasz", "Åsa", "Mehmet Ali", "J. P."]
FAMILY = [
    "BELKACEM",
    "Viard",
    "Müller",
    "O'Hara",
    "d'Angelo",
    "van der Berg",
    "Öztürk",
    "El Khatib",
    "Ng",
    "de la Cruz",
    "bin Hassan",
    "Le Goff",
    "Il-nam",
    "wa Thiong’o",
    "Dell'Acqua",
    "St. John",
    "Gómez y Prado",
    "ter Stegen",
]
NAMES = st.builds("{} {}".format, st.sampled_from(GIVEN), st.sampled_from(FAMILY))


def pairs(text: str, template: Template) -> list[tuple[str | None, str | None]]:
    context = None if template.caption else Context()
    found = carrier.read(text, source="t", context=context).notices
    return [
        (None if p.right is None else _key(p.right), None if p.wrong is None else _key(p.wrong))
        for one in found
        for p in one.corrections
    ]


def _key(value: str) -> str:
    return normalise(value).replace("ß", "ss")


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda one: one.__name__)
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
@given(right=NAMES, wrong=NAMES, seed=st.integers(0, 2**32))
def test_values_come_back_and_never_swapped(
    template: Template, damage, right: str, wrong: str, seed: int
) -> None:
    if _key(right) == _key(wrong):
        return
    text = damage(template.filled(right, wrong), random.Random(seed))
    found = pairs(text, template)
    if damage.__name__ in template.silent and not found:
        return
    assert found == [(_key(right), _key(wrong))]


def test_a_value_is_silent_only_where_its_end_is_lost() -> None:
    silent = {(one.name, damage) for one in TEMPLATES for damage in one.silent}
    assert silent == {("ap.corrects-to", "line_breaks"), ("reuters.from-to", "upper")}


@given(right=NAMES, wrong=NAMES)
def test_breaks_before_the_last_value_do_no_harm(right: str, wrong: str) -> None:
    if _key(right) == _key(wrong):
        return
    (template,) = (one for one in TEMPLATES if one.name == "ap.corrects-to")
    head, link, last = template.filled(right, wrong).partition(" NOT ")
    assert pairs(head.replace(" ", "\n") + link + last, template) == [(_key(right), _key(wrong))]
