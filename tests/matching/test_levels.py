"""Levels: the strongest reason sets one, what speaks against lowers it, more of it never helps."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.matching.evidence.reasons import (
    HINT,
    IDENTIFYING,
    PROOF,
    PROVEN_BY_PICTURE,
    REASONS,
    SUGGESTION,
    Kind,
    Reason,
)
from provenance.matching.levels import level
from provenance.model import Confidence, Evidence

RANK = {None: 0, Confidence.LOW: 1, Confidence.MEDIUM: 2, Confidence.STRONG: 3}
ANY = st.lists(
    st.sampled_from(sorted(REASONS)).map(lambda name: REASONS[name].because("")), max_size=6
)
FOR = [one for one in REASONS.values() if one.weight > 0]
AGAINST = [one for one in REASONS.values() if one.weight < 0]
DOCUMENT = Path(__file__).parents[2] / "docs" / "matching.md"


@given(ANY)
def test_a_match_is_as_sure_as_its_best_reason_alone(evidence: list[Evidence]) -> None:
    """Reasons do not add up, neither of one kind nor of several."""
    against = [one for one in evidence if one.weight < 0]
    alone = [level([one, *against]) for one in evidence if one.weight > 0]
    assert RANK[level(evidence)] == max(map(RANK.__getitem__, alone), default=0)


@given(ANY.filter(bool), st.data())
def test_the_same_reason_twice_changes_nothing(
    evidence: list[Evidence], data: st.DataObject
) -> None:
    assert level([*evidence, data.draw(st.sampled_from(evidence))]) is level(evidence)


@given(ANY, st.sampled_from(AGAINST))
def test_what_speaks_against_never_raises_a_level(evidence: list[Evidence], more: Reason) -> None:
    assert RANK[level([*evidence, more.because("")])] <= RANK[level(evidence)]


@given(ANY)
def test_strong_means_proven_and_nothing_against(evidence: list[Evidence]) -> None:
    weights = [one.weight for one in evidence]
    is_strong = max(weights, default=0) >= PROOF and min(weights, default=0) >= 0
    assert (level(evidence) is Confidence.STRONG) is is_strong


@given(ANY)
def test_the_order_of_the_reasons_does_not_matter(evidence: list[Evidence]) -> None:
    assert level(evidence) is level(evidence[::-1])


@pytest.mark.parametrize("reason", FOR, ids=lambda one: one.name)
def test_each_reason_alone(reason: Reason) -> None:
    expected = None
    for least, reached in (
        (HINT, Confidence.LOW),
        (SUGGESTION, Confidence.MEDIUM),
        (PROOF, Confidence.STRONG),
    ):
        expected = reached if reason.weight >= least else expected
    assert level([reason.because("")]) is expected


@pytest.mark.parametrize("reason", AGAINST, ids=lambda one: one.name)
def test_what_speaks_against_is_no_match_by_itself(reason: Reason) -> None:
    assert level([reason.because("")]) is None


@pytest.mark.parametrize("against", AGAINST, ids=lambda one: one.name)
@pytest.mark.parametrize("name", sorted(IDENTIFYING))
def test_an_identity_is_held_and_never_dropped(name: str, against: Reason) -> None:
    assert level([REASONS[name].because(""), against.because("")]) is Confidence.MEDIUM


def test_what_a_file_can_borrow_is_not_proof_by_picture() -> None:
    assert {"identifier"} == IDENTIFYING - PROVEN_BY_PICTURE
    assert all(REASONS[name].kind is Kind.IDENTITY for name in IDENTIFYING)


def test_every_reason_is_documented_with_its_weight() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| ([a-z]+) \| ([^|]+) \|", text, re.MULTILINE)
    told = {name: (kind, weight.strip()) for name, kind, weight in rows}
    expected = {}
    for one in REASONS.values():
        weight = f"{one.weight:+g}".replace("-", "−") if one.weight else "0"
        least = f"{one.least:+g} to " if one.least is not None else ""
        expected[one.name] = (one.kind.value, f"{least}{weight}")
    assert told == expected


def test_matching_needs_no_pixels() -> None:
    code = (
        "import sys, provenance.matching, provenance.rules; "
        "sys.exit('numpy' in sys.modules or 'PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
