"""Names: agency spellings of one person meet, different persons do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.captions import is_placeholder, name_forms, name_key, normalise_name


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
        ("WATAD, Aaref", "Aaref WATAD"),
        ("van der Berg, Jan", "Jan van der BERG"),
        ("İLKER Şahin", "ILKER sahin"),
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
        ("Dupond, Ana, Sommer", "Ana Dupond"),
        ("Ana DUPOND, Eva SOMMER", "Eva SOMMER Ana DUPOND"),
        ("Dupond, Jr.", "Jr. Dupond"),
        ("Dupond, Pool", "Pool Dupond"),
        ("Haj Kadour, Omar", "Omar Haj Kadour"),
        ("Jan van der Berg", "Jan Berg"),
    ],
)
def test_what_may_be_two_persons_is_not_one_name(one: str, other: str) -> None:
    assert normalise_name(one) != normalise_name(other)


# Latin spellings of one name as different agencies print them; the persons are made up.
TRANSLITERATED = [
    ("Bakr ALKASEM", "Bakr al-Kasem"),
    ("Bakr ALKASEM", "Bakr Alkassem"),
    ("Bakr ALKASEM", "Bakr Al-Qasim"),
    ("Mohamed Selim", "Muhammad Saleem"),
    ("Mohammed Sabir", "Mohamed Saber"),
    ("Yousef Madroud", "Youssef Madrood"),
    ("Djamel Hadad", "Jamal Haddad"),
    ("Hosam Qatan", "Hussam Kattan"),
    ("Hussein Barqa", "Husayn Barka"),
    ("Omar bin Saleh", "Omar Saleh"),
]


@pytest.mark.parametrize(("one", "other"), TRANSLITERATED)
def test_transliterations_are_candidates_and_never_the_same_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""
    assert normalise_name(one) != normalise_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jörg CARSTENSEN", "Georg CARSTENSEN"),
        ("Ana DUPOND", "Eva SOMMER"),
        ("Omar Saleh", "Amir Saleh Kadour"),
        ("Karim Haddad", "Karim Hamdan"),
    ],
)
def test_other_persons_have_another_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("name", ["", "Ali", "Li O", "-", "AFP", "Mohamed"])
def test_too_little_of_a_name_has_no_key(name: str) -> None:
    assert name_key(name) == ""


@given(st.text(max_size=80))
def test_any_text_has_a_key(name: str) -> None:
    assert name_key(name) == name_key(name.upper().lower()) or not name.isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bakr al-Kasem", "Bakr ALKASEM"),
        ("Jan van der Berg", "Jan Vanderberg"),
        ("Jeon Heon-Kyun", "Jeon Heon Kyun"),
        ("Siobhan O'Dally", "Siobhan ODally"),
        ("Alberto E. Rodas", "Alberto E Rodas"),
        ("Đorđe Kovan", "Djordje Kovan"),
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
