"""EPA's notices in capitals; no published one is known, these are made up."""

from __future__ import annotations

import time

import pytest

from provenance.grammars import Context, Reading, find, read
from provenance.grammars.agencies import epa
from provenance.model import Confidence, Duty, NoticeKind, Property

KILL = (
    "ATTENTION EDITORS: MANDATORY KILL - PLEASE DELETE PHOTO epa08218991 FROM YOUR SYSTEMS AND DO"
    " NOT USE IT. EPA/ANA TEST"
)
FIX = (
    "ATTENTION EDITORS - CAPTION CORRECTION: BYLINE IS ANA TEST INSTEAD OF EVA PROBE. EPA/ANA TEST"
)


def _one(text: str) -> Reading:
    (found,) = [one for one in find(text) if one.form.startswith("epa")]
    return found


def test_a_kill() -> None:
    found = _one(KILL)
    assert (found.provider, found.kind) == ("EPA", NoticeKind.WITHDRAWAL)
    assert [one.code for one in found.identifiers] == ["08218991"]
    assert [one.asks for one in found.instructions] == [Duty.DELETE_SERVERS]
    assert (found.confidence, found.complete) == (Confidence.MEDIUM, False)


def test_a_correction_has_the_right_value_first() -> None:
    (pair,) = _one(FIX).pairs
    assert (pair.right, pair.wrong, pair.property) == (
        "ANA TEST",
        "EVA PROBE",
        Property.CREATOR_NAMES,
    )


@pytest.mark.parametrize(
    "words",
    [
        "ATTENTION EDITORS - THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY. EPA/ANA TEST",
        "ATTENTION EDITORS: PHOTO KILL",
        "ATTENTION EDITORS: CORRECTION OF PERSPECTIVE BY EPA/ANA TEST",
        "Attention editors: the police killed a man. EPA/ANA TEST",
        KILL.replace("EPA/", "").replace("epa08218991", "1"),
    ],
)
def test_furniture_never_fires(words: str) -> None:
    assert [one for one in find(words) if one.form.startswith("epa")] == []
    assert [one for one in read(words, Context()) if one.form.startswith("epa")] == []


def test_a_short_heading_counts_in_epas_own_messages() -> None:
    words = "PHOTO KILL\n\nPlease delete the picture from your archives and do not use it."
    assert [one.form for one in epa.notes(words, Context("EPA"))] == ["epa.kill"]
    assert list(epa.notes(words, Context("AAP"))) == []


@pytest.mark.parametrize("unit", ["ATTENTION EDITORS ", FIX + " ", KILL + " ", "EPA PHOTO "])
def test_a_megabyte_of_its_worst_case(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    list(epa.readings(text))
    list(epa.notes(text, Context("EPA")))
    assert time.process_time() - start < 1
