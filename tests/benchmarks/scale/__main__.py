"""Measure registries of several sizes, on SQLite and PostgreSQL, and print the tables of docs/scale.md.

    python -m tests.benchmarks.scale --assets 100000 1000000 --folder /a/disk/with/room

A registry that is in the folder already is filled up, not made anew.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from provenance.registry import count_assets, open_registry
from tests.benchmarks.scale.fill import Filled, fill
from tests.benchmarks.scale.looks import pool
from tests.postgres_server import programs, server

ON_TOP = 50_000
_SETTINGS = ("shared_buffers=128MB", "max_wal_size=4GB")


@contextmanager
def _place(database: str, folder: str) -> Iterator[str]:
    if database == "sqlite":
        yield os.path.join(folder, "scale.db")
        return
    binaries = programs()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed: leave it out with --databases sqlite")
    # The server's own account must be able to enter the folder.
    os.chmod(folder, 0o711)
    with server(binaries, within=folder, settings=_SETTINGS) as url:
        yield url


def run(database: str, sizes: list[int], folder: str) -> dict[int, dict[str, Any]]:
    """Fill to each size and ask; after the last size, add ``ON_TOP`` more and time that."""
    ingredients = os.path.join(folder, "ingredients.npy")
    if not os.path.exists(ingredients):
        coefficients, source = pool()
        np.save(ingredients, coefficients)
        print(f"Hashes are mixed from {source}.", file=sys.stderr)
    coefficients = np.load(ingredients)
    found: dict[int, dict[str, Any]] = {}
    with _place(database, folder) as url:
        for size in sorted(sizes):
            filled = _fill_to(url, coefficients, size)
            command = [
                sys.executable,
                "-m",
                "tests.benchmarks.scale.measure",
                url,
                str(size),
                ingredients,
            ]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[size] = json.loads(done.stdout)
            found[size]["filled"] = filled
            if "://" not in url:
                found[size]["octets"] = os.path.getsize(url)
        last = max(sizes)
        for time in (1, 2):
            with open_registry(url) as registry:
                filled = fill(registry, coefficients, last + (time - 1) * ON_TOP, ON_TOP)
            found[last][f"on top, {time}"] = _rates(filled)
    return found


def _fill_to(url: str, coefficients: np.ndarray, size: int) -> dict[str, float]:
    with open_registry(url) as registry:
        with registry.read() as tx:
            held = count_assets(tx)
        if held >= size:
            return {}
        return _rates(fill(registry, coefficients, held, size - held))


def _rates(filled: Filled) -> dict[str, float]:
    return {
        "assets/s": round(filled.assets / filled.upsert),
        "assets/s of processor time": round(filled.assets / filled.worked),
        "hashes/s": round(filled.assets / filled.hashes),
    }


def table(found: dict[int, dict[str, Any]]) -> str:
    """Milliseconds, half of all and all but one in twenty, for each size."""
    sizes = sorted(found)
    lines = [
        "| Question | " + " | ".join(f"{size:,}: p50 / p95 ms" for size in sizes) + " |",
        "|---|" + "---:|" * len(sizes),
    ]
    for name in found[sizes[0]]:
        cells = [found[size].get(name) for size in sizes]
        if all(isinstance(cell, dict) and "p50" in cell for cell in cells):
            shown = " | ".join(f"{cell['p50']} / {cell['p95']}" for cell in cells)
        else:
            shown = " | ".join("" if cell in (None, {}) else json.dumps(cell) for cell in cells)
        lines.append(f"| {name} | {shown} |")
    return "\n".join(lines)


def agree(one: dict[int, dict[str, Any]], other: dict[int, dict[str, Any]]) -> list[str]:
    """The questions that two databases answer differently."""
    return [
        f"{size:,} {name}"
        for size in one.keys() & other.keys()
        for name, cell in one[size].items()
        if isinstance(cell, dict) and cell.get("said")
        if other[size][name]["said"] != cell["said"]
    ]


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--folder", required=True)
    asked = parser.parse_args()
    os.makedirs(asked.folder, exist_ok=True)
    all_found = {}
    for database in asked.databases:
        all_found[database] = run(database, asked.assets, asked.folder)
        print(f"\n### {database}\n\n{table(all_found[database])}", flush=True)
    if len(all_found) == 2:
        different = agree(*all_found.values())
        print("\nBoth gave the same answers." if not different else f"\nDIFFERENT: {different}")
        return 1 if different else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
