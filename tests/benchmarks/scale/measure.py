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
from tests.benchmarks.scale.questions import KINDS, Question, questions

NOTICES = int(os.environ.get("PROVENANCE_SCALE_NOTICES", "300"))
COLD = 40
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


def timed(works: Iterable[Callable[[], Answer]]) -> tuple[list[float], str, int]:
    """Milliseconds of each, a digest of all answers, and how many answers there were."""
    took: list[float] = []
    said = hashlib.sha256()
    answers = 0
    for work in works:
        began = time.perf_counter()
        answer = work()
        took.append((time.perf_counter() - began) * 1_000)
        ordered = sorted(map(repr, answer))
        answers += len(ordered)
        said.update("\n".join(ordered).encode("utf-8", "backslashreplace"))
    return took, said.hexdigest()[:16], answers


def summary(took: list[float], said: str, answers: int) -> dict[str, object]:
    """What is kept of a measurement."""
    cuts = statistics.quantiles(took, n=20)
    return {
        "p50": round(statistics.median(took), 2),
        "p95": round(cuts[18], 2),
        "n": len(took),
        "answers": answers,
        "said": said,
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
            known[group] = [one.pdq for one in looks.batch(group, size)]
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
    with open_registry(url, create=False) as registry, registry.read() as tx:
        began = time.perf_counter()
        held = count_assets(tx)
        assert held >= assets, f"{held} assets, not {assets}"
        found["count_assets"] = round((time.perf_counter() - began) * 1_000, 1)
        for kind, some in asked.items():
            works = [lambda one=one: ask_registry(tx, one) for one in some]
            found[f"registry: {kind}"] = summary(*timed(works))
        looks = [lambda pdq=pdq: sorted(look_alikes(tx, [pdq])[pdq]) for pdq in hashes]
        timed(looks[:20])
        found["registry: picture"] = summary(*timed(looks))
        found["rss lookups"] = _peak()
        for kind, some in asked.items():
            works = [lambda one=one: ask_candidates(tx, one, assets) for one in some]
            found[f"candidates: {kind}"] = summary(*timed(works))
        found["1000 notices, s"] = round(_in_one_run(tx, assets), 2)
    if "://" not in url:
        found.update(_cold(url, asked, hashes))
    found["rss"] = _peak()
    return found


def _in_one_run(tx: Transaction, assets: int) -> float:
    mixed = [one for kind, count in MIXED.items() for one in questions(kind, count, assets, 9)]
    began = time.perf_counter()
    candidates = Candidates(Scanned("", ("/archive",), total=assets), "1")
    for one in mixed:
        candidates.add(tx, one.notice)
    return time.perf_counter() - began


def _cold(
    url: str, asked: dict[str, list[Question]], hashes: list[bytes]
) -> dict[str, dict[str, object]]:
    """Each question as the first one to a registry that was just opened."""
    found: dict[str, dict[str, object]] = {}
    for kind in ("identifier", "caption"):
        took = []
        for one in asked[kind][:COLD]:
            with cold(url) as registry, registry.read() as tx:
                took += timed([lambda one=one, tx=tx: ask_registry(tx, one)])[0]
        found[f"cold: {kind}"] = summary(took, "", 0)
    took = []
    for pdq in hashes[:COLD]:
        with cold(url) as registry, registry.read() as tx:
            took += timed([lambda pdq=pdq, tx=tx: look_alikes(tx, [pdq])[pdq]])[0]
    found["cold: picture"] = summary(took, "", 0)
    return found


if __name__ == "__main__":
    place, number, ingredients = sys.argv[1:]
    print(json.dumps(measure(place, int(number), np.load(ingredients))))
