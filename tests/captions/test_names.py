"""Names: agency spellings of one person meet, different persons do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.captions import is_placeholder, name_forms, normalise_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bakr ALKASEM", "BAKR  Alkasem"),
        ("Jörg Carstensen", "JORG CARSTENSEN"),
        ("Coşkun", "COSKUN"),
        ("İzgi", "Izgi"),
        ("Ballı", "BALLI"),
        ("Warżawa", "Warzawa"),
        ("Łukasz Øde", "lukasz ode"),
        ("O’Brien", "O'BRIEN"),
        ("Jeon Heon\u2011Kyun", "Jeon Heon-Kyun"),
        ("Straße", "STRASSE"),
        ("Zo\u0065\u0301", "Zoé"),
        ("Bakr\u00a0ALKASEM", "Bakr ALKASEM"),
    ],
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


def test_different_persons_stay_different() -> None:
    assert normalise_name("Aaref WATAD") != normalise_name("Aref WATAD")
    assert not name_forms("Bakr ALKASEM") & name_forms("Bakr ALKASSEM")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jörg", "JOERG"),
        ("Jörg", "Jorg"),
        ("MUELLER", "Müller"),
        ("Joerg Mueller", "Jörg Müller"),
        ("Søren", "Soeren"),
    ],
)
def test_forms_meet_across_digraphs(one: str, other: str) -> None:
    assert name_forms(one) & name_forms(other)


def test_forms_hold_both_spellings() -> None:
    assert name_forms("Jörg") == {"jorg", "joerg"}
    assert name_forms("JOERG") == {"jorg", "joerg"}


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(name: str) -> None:
    once = normalise_name(name)
    assert normalise_name(once) == once
    assert once in name_forms(name)


@pytest.mark.parametrize(
    "name",
    ["STR", "-", ".", "", "Handout", "HO", "Pool", "STAFF", "STRINGER", "STR New", "-STR", "Uncredited", "AFP",
     "XXSTRINGERXX xxxxx", "AFP Contributor", "AFP Contributor#AFP", "Reuters Photographer", "Contributor#8523328"],
)  # fmt: skip
def test_placeholders_name_nobody(name: str) -> None:
    assert is_placeholder(name)


@pytest.mark.parametrize("name", ["Bakr ALKASEM", "JIM WATSON", "Stroud", "Hoang", "Poole", "李"])
def test_persons_are_no_placeholders(name: str) -> None:
    assert not is_placeholder(name)
