"""What it costs to read in confined workers, against a plain pool, over the same files."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import pytest
from desk_material import tiny

from provenance import isolation
from provenance.model import AssetRef
from provenance.pipeline.reading import read_batch
from provenance.storage import LocalStore

FILES = 2_000
TASK = 16
ROUNDS = 7
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "newsroom"

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> list[list[AssetRef]]:
    folder = tmp_path_factory.mktemp("many")
    real = sorted(FIXTURES.rglob("*.jpg"))
    refs = []
    for number in range(FILES):
        path = folder / f"{number:05}.jpg"
        content = real[number % len(real)].read_bytes() if real else tiny()
        path.write_bytes(content + str(number).encode())
        refs.append(AssetRef(str(path), path.stat().st_size, ""))
    return [refs[at : at + TASK] for at in range(0, FILES, TASK)]


def seconds(act: Callable[[], int]) -> float:
    began = time.perf_counter()
    assert act() == FILES
    return time.perf_counter() - began


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_cost_of_isolation(jobs: int, batches: list[list[AssetRef]]) -> None:
    """Both have their workers ready before the clock starts; the order changes each round."""
    work = partial(read_batch, LocalStore())
    ratios, ours = [], []
    context = get_context("forkserver")
    context.set_forkserver_preload(["provenance.pipeline.reading"])
    with ProcessPoolExecutor(jobs, context) as plain, isolation.Pool(jobs) as confined:

        def in_plain() -> int:
            return sum(map(len, plain.map(work, batches)))

        def in_confined() -> int:
            return sum(map(len, confined.run_batches(work, batches)))

        seconds(in_plain), seconds(in_confined)
        for number in range(ROUNDS):
            pair = (in_plain, in_confined) if number % 2 else (in_confined, in_plain)
            spent = {act: seconds(act) for act in pair}
            ratios.append(spent[in_confined] / spent[in_plain])
            ours.append(spent[in_confined])
    print(
        f"\n{jobs} jobs, {FILES} files: confined takes {median(ratios):.3f} of the plain pool"
        f" ({min(ratios):.3f} to {max(ratios):.3f}); {FILES / min(ours):.0f} files/s"
    )
