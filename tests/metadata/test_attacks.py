"""Files made to exhaust a reader: each is answered with the right code, within the limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from attacks import ATTACKS

TRIAL = Path(__file__).parents[1] / "fuzz" / "trial.py"
ROOT = TRIAL.parents[2]
MIB = 1 << 20
MOST_SECONDS = 5.0
MOST_MIB = 256
MOST_WARNINGS = 2_500

Row = dict[str, object]


@pytest.fixture(scope="module")
def answers() -> dict[str, Row]:
    run = subprocess.run(
        [sys.executable, str(TRIAL), "attacks"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    found: dict[str, Row] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_answered_within_the_limits(name: str, answers: dict[str, Row]) -> None:
    told = answers[name]
    assert "raised" not in told, told
    assert ATTACKS[name].answer in told["codes"], told
    # Every way into the engine by itself; five seconds of processor time end the attack.
    assert told["slowest"] < MOST_SECONDS
    assert told["peak"] < MOST_MIB
    # Work that does not depend on the machine: octets read, words told.
    assert told["octets_read"] <= 2 * told["octets"] + MIB
    assert told["warnings"] <= MOST_WARNINGS
    assert told["longest"] < 400
