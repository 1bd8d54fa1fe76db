"""Scanning a folder, registry and all digests included, beside hashing its files alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from agency_material import agency_pictures

COUNT = int(os.environ.get("PROVENANCE_BENCH_FILES", "1000"))
ROUNDS = int(os.environ.get("PROVENANCE_BENCH_ROUNDS", "5"))

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pictures")
    agency_pictures(made, COUNT)
    return made


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def hash_all(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        with path.open("rb") as content:
            hashlib.file_digest(content, "sha256")


def scan(folder: Path) -> None:
    command = [sys.executable, "-m", "provenance.cli", "scan", str(folder), "--quiet"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def test_scanning_beside_hashing(folder: Path, own_state: Path) -> None:
    hash_all(folder)  # both find the files in memory
    ratios, rates = [], []
    for _ in range(ROUNDS):
        shutil.rmtree(own_state, ignore_errors=True)
        floor, first = seconds(lambda: hash_all(folder)), seconds(lambda: scan(folder))
        again = seconds(lambda: scan(folder))
        ratios.append(floor / first)
        rates.append((COUNT / floor, COUNT / first, COUNT / again))
    plain, first_rate, again_rate = (statistics.median(rate) for rate in zip(*rates, strict=True))
    ratio = statistics.median(ratios)
    print(
        f"\n{COUNT} files: file_digest {plain:,.0f}/s, first scan {first_rate:,.0f}/s "
        f"({ratio:.2f} of it), rescan {again_rate:,.0f}/s"
    )
    assert again_rate > first_rate
