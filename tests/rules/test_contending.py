"""Who says otherwise of the same picture: as if each were held against each, without doing it."""

from __future__ import annotations

import pytest
from matching_material import credited, held_against, notice

from provenance.model import Match
from provenance.rules import contending
from provenance.rules.contending import Contending, contradict

PAIRS = [
    ("Luc MARIN", "Ana DUPOND"),
    ("Luc MARIN", "Ana DUPOND"),
    ("Luc MARIN", "Rosa TEIXEIRA"),
    ("Ana DUPOND", "Luc MARIN"),
    ("Rosa TEIXEIRA", "Ana LIM"),
    ("Bakr ALKASEM", "Aaref WATAD"),
    ("LUC MARIN", "Ana Dupond"),
]


def matches(pairs: list[tuple[str, str]]) -> list[Match]:
    found = [
        held_against(notice(wrong, right, ident=f"afp-{number}"), credited())
        for number, (wrong, right) in enumerate(pairs)
    ]
    return [one for one in found if one is not None]


def test_as_each_against_each() -> None:
    given = matches(PAIRS)
    assert len(given) == len(PAIRS)
    known = Contending(given)
    told = set()
    for one in given:
        wanted = [
            f"Notice {other.notice.notice_id} says otherwise of the same picture."
            for other in given
            if other is not one and contradict(one.notice.corrections, other.notice.corrections)
        ]
        assert [reason.detail for reason in known.reasons(one)] == wanted
        told.add(len(wanted))
    assert 0 in told
    assert max(told) > 1


@pytest.mark.parametrize("number", [20, 200])
def test_notices_that_say_the_same_are_held_against_one_another_once(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = matches(PAIRS[:1] * number)
    asked: list[object] = []
    monkeypatch.setattr(contending, "contradict", lambda *pairs: asked.append(pairs) or False)
    known = Contending(given)
    assert [reason for one in given for reason in known.reasons(one)] == []
    assert len(asked) == 1
