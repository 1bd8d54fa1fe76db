"""A worker that a hostile file has taken over says what it likes: of its own tasks, and no more."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import pytest
from isolation_takeover import LIE, take_over

from provenance import isolation
from provenance.isolation import Died, Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
TIGHT = Limits(memory=256 << 20, processor=2, seconds=30.0)
ALONE = replace(TIGHT, tasks=1)


@pytest.mark.parametrize("deed", ["promise-much", "name-in-color", "raise-nonsense"])
def test_an_answer_that_is_none_is_told_in_few_plain_words(deed: str) -> None:
    before = time.monotonic()
    done = list(isolation.run(take_over, ["a", deed, "b"], jobs=1, limits=ALONE))
    assert (done[0], done[2]) == ("a", "b")
    assert isinstance(done[1], Died)
    assert "an answer that is none" in done[1].reason
    assert done[1].reason.isprintable()
    assert len(done[1].reason) < 300
    assert time.monotonic() - before < TIGHT.seconds


def test_answers_that_nobody_asked_for_are_heard_by_nobody() -> None:
    items = ["a", "answer-twice", *"bcdefgh"]
    done = list(isolation.run(take_over, items, jobs=1, limits=ALONE))
    assert done == [LIE if item == "answer-twice" else item for item in items]


def test_a_failure_s_words_are_cut() -> None:
    with pytest.raises(isolation.WorkerError) as raised:
        list(isolation.run(take_over, ["fail-at-length"], jobs=1, limits=TIGHT))
    assert len(raised.value.message) < 3_000
    assert len(str(raised.value.__cause__)) < 30_000


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_of_one_task_says_nothing_of_another(jobs: int) -> None:
    """However it behaves, its conversation ends with its answer."""
    items = [*"abc", "stay", *"defghijk"]
    done = list(isolation.run(take_over, items, jobs=jobs, limits=ALONE))
    assert done == [LIE if item == "stay" else item for item in items]
