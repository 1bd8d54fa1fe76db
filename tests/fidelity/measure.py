"""Set creator, credit and description in every file of a folder; say what else has changed.

``python tests/fidelity/measure.py FOLDER [--exiftool PATH] [--markdown]``

Nothing in the folder is touched. Prints the tables of docs/fidelity.md and every difference that
was not planned; with ``--markdown`` also the refusals and the consequences as tables. Exit code
0: no unplanned difference, and all refusals are documented ones; 1: others too; 2: ExifTool or
the folder is missing.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# The script runs by its path from any folder; its package lies in the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conformance import exiftool_side
from fidelity import documented, tables
from fidelity.outcomes import Outcome, outcomes, refused

from provenance.metadata.exiftool import VARIABLE

_MANIFEST: Final = "MANIFEST.csv"
_TEXTS: Final = frozenset({".txt", ".eml", ".json", ".csv", ".md"})


def measure(folder: Path, exiftool: str) -> list[Outcome]:
    """The outcome of every picture below a folder, in the order of the paths.

    Raises:
        ExifToolError: where ExifTool cannot be run.
    """
    root = Path(os.path.abspath(folder))
    return outcomes([path for path in sorted(root.rglob("*")) if _is_measured(path)], exiftool)


def _is_measured(path: Path) -> bool:
    is_picture = path.is_file() and path.suffix not in _TEXTS and path.stat().st_size > 0
    return is_picture and path.name != _MANIFEST and not path.name.startswith(".")


def _print(found: Sequence[Outcome], *, markdown: bool) -> None:
    for aided in (False, True):
        print(tables.by_format(found, aided=aided), end="\n\n")
    print(tables.growth(found), end="\n\n")
    print(tables.undo(found), end="\n\n")
    if markdown:
        print(tables.refusals(found), end="\n\n")
        for number, count in sorted(tables.consequences(found).items()):
            print(f"| {number} | {count:,} |")
    else:
        for one in refused(found):
            print(f"{one.attempt.path.name}: {one.attempt.code}: {one.attempt.reason}")
    for one in found:
        for told in one.unplanned:
            print(f"{one.attempt.path.name} ({one.attempt.kind}): {told}")


def main(arguments: list[str]) -> int:
    """Run the measurement; the exit code."""
    parser = argparse.ArgumentParser(description="Measure what an edit changes in a file.")
    parser.add_argument("folder", type=Path, help="a folder of pictures, searched to the bottom")
    parser.add_argument("--exiftool", default="exiftool", help="ExifTool, if not on the PATH")
    parser.add_argument("--markdown", action="store_true", help="print tables for documentation")
    chosen = parser.parse_args(arguments)
    if not chosen.folder.is_dir():
        print(f"{chosen.folder} is no folder.", file=sys.stderr)
        return 2
    try:
        number = exiftool_side.version(chosen.exiftool)
        # What we write through ExifTool is written through the same one.
        os.environ[VARIABLE] = chosen.exiftool
        found = measure(chosen.folder, chosen.exiftool)
    except exiftool_side.ExifToolError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"ExifTool {number}\n")
    _print(found, markdown=chosen.markdown)
    known = documented.refusals()
    sound = all(not one.unplanned for one in found)
    return 0 if sound and {one.attempt.key for one in refused(found)} <= known else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
