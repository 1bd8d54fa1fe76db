"""Into how many pieces a hash should be cut: each way measured on the hashes of one registry.

``python -m tests.benchmarks.scale.pieces REGISTRY.db [FOLDER]`` prints the table of
docs/decisions/0005-search-by-look.md.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time

from provenance.registry.chunks import buckets, probes
from tests.benchmarks.scale.looks import perturbed

QUESTIONS = 200
_NEAR = (
    "SELECT asset_id, pdq FROM picture_hash WHERE asset_id IN"
    " (SELECT asset_id FROM picture_chunk WHERE bucket IN (SELECT value FROM json_each(?)))"
)


def measure(source: str, folder: str, pieces: int) -> str:
    """One row of the table."""
    path = os.path.join(folder, f"pieces-{pieces}.db")
    made = sqlite3.connect(path)
    made.execute("PRAGMA journal_mode = OFF")
    made.execute("PRAGMA synchronous = OFF")
    made.execute("PRAGMA cache_size = -131072")
    made.execute("ATTACH ? AS source", (source,))
    made.execute("CREATE TABLE picture_hash (asset_id INTEGER PRIMARY KEY, basis TEXT, pdq BLOB)")
    made.execute(
        "INSERT INTO picture_hash SELECT asset_id, basis, pdq FROM source.picture_hash"
        " WHERE quality >= 50 ORDER BY asset_id"
    )
    made.execute(
        "CREATE TABLE picture_chunk (bucket INTEGER, asset_id INTEGER,"
        " PRIMARY KEY (bucket, asset_id)) WITHOUT ROWID"
    )
    rows = made.execute("SELECT asset_id, pdq FROM picture_hash").fetchall()
    before = os.path.getsize(path)
    for at in range(0, len(rows), 200_000):
        filed = [(b, n) for n, pdq in rows[at : at + 200_000] for b in buckets(pdq, pieces)]
        filed.sort()
        made.executemany("INSERT INTO picture_chunk VALUES (?, ?)", filed)
        made.commit()
    size = os.path.getsize(path) - before
    asked = random.Random(8).sample(rows, QUESTIONS)
    took, met = [], []
    for number, pdq in asked:
        whole = int.from_bytes(near := perturbed(pdq, 12, number))
        began = time.perf_counter()
        numbers = probes(near, 31, pieces)
        found = made.execute(_NEAR, (json.dumps(numbers),)).fetchall()
        alike = [n for n, other in found if (whole ^ int.from_bytes(other)).bit_count() <= 31]
        took.append((time.perf_counter() - began) * 1_000)
        met.append(len(found))
        assert number in alike
    made.close()
    os.unlink(path)
    late = statistics.quantiles(took, n=20)[18]
    return (
        f"| {pieces} | {len(probes(bytes(32), 31, pieces)):,} | {statistics.median(met):,.0f}"
        f" | {statistics.median(took):.1f} | {late:.1f} | {size / len(rows):.0f} |"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as here:
        print("| Pieces | Look-ups | Hashes met (median) | p50 ms | p95 ms | Octets a picture |")
        print("|---:|---:|---:|---:|---:|---:|")
        for count in (11, 12, 16):
            print(measure(sys.argv[1], here, count), flush=True)
