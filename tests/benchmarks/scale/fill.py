"""Fill a registry with an archive, through the functions that a scan calls."""

from __future__ import annotations

import gc
import os
import time
from typing import NamedTuple

import numpy as np

from provenance.registry import Registry, put_hashes, upsert_assets
from tests.benchmarks.scale.archive import archive
from tests.benchmarks.scale.looks import Looks

NOW = "2026-11-22T12:00:00+00:00"
COMMIT = 50_000


class Filled(NamedTuple):
    """Seconds spent in the registry: commits included, making the values left out.

    Attributes:
        assets: how many were added.
        upsert: by the clock, for the assets.
        hashes: by the clock, for their looks.
        worked: of the processor, for the assets.
    """

    assets: int
    upsert: float
    hashes: float
    worked: float


def fill(registry: Registry, coefficients: np.ndarray, first: int, count: int) -> Filled:
    """Add the assets from number ``first`` on, ``COMMIT`` to a transaction."""
    looks = Looks(coefficients)
    upsert = hashes = worked = 0.0
    done = 0
    for at in range(first, first + count, COMMIT):
        size = min(COMMIT, first + count - at)
        group = list(zip(archive(at, size), looks.batch(at, size), strict=True))
        # What the maker holds is no work of the registry's.
        gc.collect()
        gc.freeze()
        began, busy = time.perf_counter(), time.process_time()
        with registry.write() as tx:
            upsert_assets(tx, ((m.record, m.keys) for m, _ in group), "run-1", NOW)
        between = time.perf_counter()
        worked += time.process_time() - busy
        with registry.write() as tx:
            put_hashes(
                tx, ((m.record.ref.uri, m.record.scan_digest or "", look) for m, look in group)
            )
        ended = time.perf_counter()
        gc.unfreeze()
        upsert += between - began
        hashes += ended - between
        done += len(group)
        if os.environ.get("PROVENANCE_SCALE_VERBOSE"):
            rate, looked = len(group) / (between - began), len(group) / (ended - between)
            print(f"{done:>9,}: {rate:,.0f} assets/s, {looked:,.0f} hashes/s", flush=True)
    return Filled(done, upsert, hashes, worked)
