"""Ask one registry, and say in JSON how long it took: ``python -m`` with a URL and a number."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from provenance.matching import picture_of
from provenance.pipeline.candidates import Candidates
from provenance.pipeline.scanning import Scanned
from provenance.registry import (
    Registry,
    Transaction,
    by_keys,
    count_assets,
    look_alikes,
    open_registry,
)
from tests.benchmarks.scale.fill import COMMIT
from tests.benchmarks.scale.looks import Looks, perturbed
from tests.benchmarks.scale.questions import KINDS, Question, of_look, questions

NOTICES = int(os.environ.get("PROVENANCE_SCALE_NOTICES", "300"))
COLD = int(os.environ.get("PROVENANCE_SCALE_COLD", "100"))
AT_MOST = 1_000
"""Assets that anyone can look at for one key."""
MIXED = {"identifier": 500, "caption": 300, "name and day": 100, "hot file name": 50,
         "kill by byline": 50}  # fmt: skip

Answer = Iterable[object]


def _peak() -> int:
    """The most memory this process had, in MB; ``getrusage`` would count its parent's."""
    with open("/proc/self/status", encoding="ascii") as status:
        said = dict(line.split(":", 1) for line in status)
    return int(said["VmHWM"].split()[0]) // 1024


class Timed(NamedTuple):
    """Milliseconds of each by the clock and of the processor; the answers' digest and number."""

    took: list[float]
    worked: list[float]
    said: str
    answers: int


def timed(works: Iterable[Callable[[], Answer]]) -> Timed:
    """Do each piece of work once."""
    took: list[float] = []
    worked: list[float] = []
    said = hashlib.sha256()
    answers = 0
    for work in works:
        began, busy = time.perf_counter(), time.process_time()
        answer = work()
        took.append((time.perf_counter() - began) * 1_000)
        worked.append((time.process_time() - busy) * 1_000)
        ordered = sorted(map(repr, answer))
        answers += len(ordered)
        said.update("\n".join(ordered).encode("utf-8", "backslashreplace"))
    return Timed(took, worked, said.hexdigest()[:16], answers)


def summary(done: Timed) -> dict[str, object]:
    """What is kept of a measurement."""
    return {
        "p50": round(statistics.median(done.took), 2),
        "p95": round(statistics.quantiles(done.took, n=20)[18], 2),
        "cpu50": round(statistics.median(done.worked), 2),
        "cpu95": round(statistics.quantiles(done.worked, n=20)[18], 2),
        "n": len(done.took),
        "answers": done.answers,
        "said": done.said,
    }


def ask_registry(tx: Transaction, one: Question) -> Answer:
    """The look-ups alone."""
    picture = picture_of(one.notice)
    keys = picture.proving_keys() | picture.suggesting_keys()
    return sorted(by_keys(tx, keys, at_most=AT_MOST).items())


def ask_candidates(tx: Transaction, one: Question, assets: int) -> Answer:
    """What an audit does for a notice before it examines what the notice reaches."""
    candidates = Candidates(Scanned("", ("/archive",), total=assets), "1")
    candidates.add(tx, one.notice)
    return sorted(candidates._of)


def pictures(coefficients: np.ndarray, count: int, assets: int) -> list[bytes]:
    """Hashes a few bits beside those of pictures of the archive."""
    looks = Looks(coefficients)
    known: dict[int, list[bytes]] = {}
    rng = np.random.default_rng(5)
    found = []
    for number in rng.integers(0, assets, count):
        group = int(number) // COMMIT * COMMIT
        if group not in known:
            size = min(COMMIT, assets - group)
            known[group] = [one.hash.pdq for one in looks.batch(group, size)]
        found.append(perturbed(known[group][int(number) - group], 12, int(number)))
    return found


@contextmanager
def cold(url: str) -> Iterator[Registry]:
    """The registry opened anew, nothing of its file in the system's memory."""
    descriptor = os.open(url, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
    with open_registry(url, create=False) as registry:
        yield registry


def measure(url: str, assets: int, coefficients: np.ndarray) -> dict[str, object]:
    """Everything that is asked of one registry."""
    found: dict[str, object] = {}
    hashes = pictures(coefficients, NOTICES, assets)
    asked = {kind: questions(kind, NOTICES, assets) for kind in KINDS}
    seen = [Question(0, of_look(pdq)) for pdq in hashes]
    with open_registry(url, create=False) as registry, registry.read() as tx:
        began = time.perf_counter()
        held = count_assets(tx)
        assert held >= assets, f"{held} assets, not {assets}"
        found["count_assets"] = round((time.perf_counter() - began) * 1_000, 1)
        for kind, some in asked.items():
            works = [lambda one=one: ask_registry(tx, one) for one in some]
            found[f"registry: {kind}"] = summary(timed(works))
        looks = [lambda pdq=pdq: sorted(look_alikes(tx, [pdq])[pdq]) for pdq in hashes]
        timed(looks[:20])
        found["registry: picture"] = summary(timed(looks))
        found["rss lookups"] = _peak()
        for kind, some in (asked | {"picture": seen}).items():
            works = [lambda one=one: ask_candidates(tx, one, assets) for one in some]
            found[f"candidates: {kind}"] = summary(timed(works))
        found["1000 notices, s"] = round(_in_one_run(tx, assets), 2)
    if "://" not in url:
        named = {kind: asked[kind] for kind in ("identifier", "caption")}
        found.update(_cold(url, named | {"picture": seen}, assets))
    found["rss"] = _peak()
    return found


def _in_one_run(tx: Transaction, assets: int) -> float:
    mixed = [one for kind, count in MIXED.items() for one in questions(kind, count, assets, 9)]
    began = time.perf_counter()
    candidates = Candidates(Scanned("", ("/archive",), total=assets), "1")
    for one in mixed:
        candidates.add(tx, one.notice)
    return time.perf_counter() - began


def _cold(url: str, asked: dict[str, list[Question]], assets: int) -> dict[str, object]:
    """Each notice as the first one to a registry that was just opened."""
    found: dict[str, object] = {}
    for kind, some in asked.items():
        done = []
        for one in some[:COLD]:
            with cold(url) as registry, registry.read() as tx:
                done.append(timed([lambda one=one, tx=tx: ask_candidates(tx, one, assets)]))
        took, worked = [one.took[0] for one in done], [one.worked[0] for one in done]
        found[f"cold: {kind}"] = summary(Timed(took, worked, "", 0))
    return found


if __name__ == "__main__":
    place, number, ingredients = sys.argv[1:]
    print(json.dumps(measure(place, int(number), np.load(ingredients))))
