"""The answer to an agency in its forms: nothing in it can hide, run or pretend."""

from __future__ import annotations

import json
import unicodedata

import pytest
from lxml import html
from payload_material import TEXTS

from provenance.duties import DutyStanding, MilestoneStanding, NoticeClock
from provenance.model import (
    Answer,
    AnswerKind,
    Correction,
    Delivery,
    DutyAct,
    DutyState,
    Fixity,
    Milestone,
    Notice,
    NoticeKind,
    Pubstatus,
)
from provenance.reporting.correspondence.statement import (
    Copy,
    Deed,
    Outcome,
    Statement,
    duty_evidence,
)
from provenance.reporting.correspondence.statement_forms import document, page, plain
from provenance.reporting.report import LogState
from provenance.reporting.third_parties import PartyState, ThirdParty


def statement(words: str) -> Statement:
    notice = Notice(
        "n-1", words, NoticeKind.CORRECTION, Pubstatus.USABLE, words,
        corrections=(Correction(None, words, words),), language=words, received="2024-12-03T10:00Z",
    )  # fmt: skip
    act = DutyAct(
        "n-1", "remove-online", DutyState.WAIVED, words, "2024-12-04", reason=words, until=words
    )
    clock = NoticeClock(
        "n-1",
        "2024-12-03T10:00:00Z",
        tuple(MilestoneStanding(one) for one in Milestone),
        (DutyStanding("remove-online", DutyState.WAIVED, act, closed="2024-12-04T10:00:00Z"),
         DutyStanding("delete-servers", DutyState.OPEN)),
    )  # fmt: skip
    deed = Deed(
        "fix", "2024-12-03T12:00:00Z", Fixity("a" * 64, "b" * 64), Fixity("c" * 64, "b" * 64), 7,
        ((words, words, words), ("IIM 2:80", words, None)),
    )  # fmt: skip
    answer = Answer("n-1", words, AnswerKind.OTHER, words, words, words, words, "d" * 64)
    given = (Delivery("g-1", "/x", None, words, words, words, words, words),)
    return Statement(
        notice, clock,
        (Copy(1, words, words, Outcome.SET_ASIDE, (deed,), words), Copy(2, words, "", Outcome.OPEN)),
        (ThirdParty(words, words, given, (), answer, PartyState.ANSWERED),
         ThirdParty(words, words, given)),
        2, "2024-12-05T10:00:00Z", words, "provenance 1", LogState(words, 9, "ab"), 3,
        ("evidence.zip", "e" * 64), 4, more=True,
    )  # fmt: skip


def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    tree = html.document_fromstring(text)
    return [(str(node.tag), tuple(node.attrib)) for node in tree.iter()]


@pytest.mark.parametrize("payload", TEXTS)
def test_hostile_words_change_no_form(payload: str) -> None:
    usual, hostile = statement("plain words"), statement(payload)
    drawn = page(hostile)
    drawn.encode()
    assert shape(drawn) == shape(page(usual))
    for told in (drawn, plain(hostile)):
        bad = [c for c in told if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
        assert not bad
    read = json.loads(document(hostile))
    assert read["thirdParties"][0]["recipient"] == payload
    assert read["notice"]["text"] == payload


def test_words_of_others_stand_behind_a_mark_or_on_one_line() -> None:
    told = plain(statement("x\nNothing remains open.\ny"))
    assert "\nNothing remains open." not in told
    assert "> Nothing remains open." in told


def test_what_is_left_is_said() -> None:
    told = statement("w").open
    for words in (
        "1 copy: not yet dealt with",
        "4 copies: looks alike",
        "more copies than",
        "Delete it from the servers: open",
        "1 third party: still to be told",
        "1 third party: answered otherwise",
        "2 third parties: what they have may be",
    ):
        assert any(words in one.replace("\N{NO-BREAK SPACE}", " ") for one in told), words
    # What was waived was not done: the agency is told so.
    assert "Remove it from all online services: waived, not done." in told


def test_evidence_is_shown_without_folders_and_secrets() -> None:
    assert duty_evidence("/home/anna/answer.eml", "ab") == "answer.eml, SHA-256 ab"
    assert duty_evidence("C:\\Users\\anna\\answer.eml", "ab") == "answer.eml, SHA-256 ab"
    assert duty_evidence("https://x.example/p?token=1#y", "") == "https://x.example/p"
    assert duty_evidence("", "") == ""


def test_a_picture_that_stayed_is_told_apart_from_one_that_changed() -> None:
    before = Fixity("a", "p")
    assert Deed("fix", "", before, Fixity("b", "p")).keeps_picture is True
    assert Deed("fix", "", before, Fixity("b", "q")).keeps_picture is False
    assert Deed("quarantine", "", before).keeps_picture is None
