"""Letters and answers under notices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provenance.errors import RegistryError
from provenance.model import Answer, AnswerKind, Letter, LetterKind
from provenance.registry import Registry, answers, letters, mark_sent, put_answer, put_letters

LETTER = Letter("l-1", "n-1", "Radio", "a@example.org", LetterKind.FIRST, "2024-12-01", "anna", "0")
ANSWER = Answer(
    "n-1", "Radio", AnswerKind.OTHER, "2024-12-02", "anna", "\u202ewe ask", "x.pdf", "1"
)


def test_letters_are_kept_and_sent_once(registry: Registry) -> None:
    second = replace(LETTER, letter_id="l-2", notice_id="n-2", made="2024-11-01")
    with registry.write() as tx:
        put_letters(tx, [LETTER, second])
        put_letters(tx, [])
        mark_sent(tx, ["l-1"], "2024-12-03")
        mark_sent(tx, ["l-1"], "2024-12-09")
    with registry.read() as tx:
        assert letters(tx, ["n-1", "n-2", "n-3"]) == {
            "n-1": (replace(LETTER, sent="2024-12-03"),),
            "n-2": (second,),
        }


def test_answers_are_only_added(registry: Registry) -> None:
    last = replace(ANSWER, kind=AnswerKind.COMPLIED, words="")
    with registry.write() as tx:
        put_answer(tx, ANSWER)
        put_answer(tx, last)
    with registry.read() as tx:
        assert answers(tx, ["n-1", "n-9"]) == {"n-1": (ANSWER, last)}
        with pytest.raises(RegistryError):
            put_answer(tx, ANSWER)
