"""Compare what the project reads with what ExifTool reads, file by file.

``python tests/conformance/compare.py FOLDER [--exiftool PATH] [--markdown]``

Prints the rates by format and container and every difference: with the values of either side,
or with ``--markdown`` as the tables of docs/conformance.md. Exit code 0: no difference, or only
documented ones; 1: others too; 2: ExifTool or the folder is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path
from typing import Final

# The script runs by its path from any folder; its package lies in the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conformance import aided, documented, exiftool_side, our_side, tables
from conformance.triples import Triple, triples

from provenance.metadata.exiftool import VARIABLE

_MANIFEST: Final = "MANIFEST.csv"


def compare(folder: Path, exiftool: str) -> list[Triple]:
    """Every triple of every file below a folder, in the order of the paths.

    Raises:
        ExifToolError: where ExifTool cannot be run.
    """
    root = Path(os.path.abspath(folder))
    paths = [path for path in sorted(root.rglob("*")) if _is_compared(path)]
    unaided = exiftool_side.records(exiftool, paths)
    helped = aided.records(exiftool, unaided)
    found: list[Triple] = []
    for path in paths:
        data = path.read_bytes()
        name = str(path.relative_to(root))
        alone = exiftool_side.reading(unaided[path])
        theirs = exiftool_side.reading(helped[path]) if path in helped else alone
        named = name, hashlib.sha256(data).hexdigest()
        found += triples(named, our_side.reading(name, data), theirs, alone)
    return found


def _is_compared(path: Path) -> bool:
    return path.is_file() and path.name != _MANIFEST and not path.name.startswith(".")


def main(arguments: list[str]) -> int:
    """Run the comparison; the exit code."""
    parser = argparse.ArgumentParser(description="Compare our readings with ExifTool's.")
    parser.add_argument("folder", type=Path, help="a folder of pictures, searched to the bottom")
    parser.add_argument("--exiftool", default="exiftool", help="ExifTool, if not on the PATH")
    parser.add_argument("--markdown", action="store_true", help="print tables for documentation")
    chosen = parser.parse_args(arguments)
    if not chosen.folder.is_dir():
        print(f"{chosen.folder} is no folder.", file=sys.stderr)
        return 2
    try:
        number = exiftool_side.version(chosen.exiftool)
        # What we read through ExifTool is read through the same one.
        os.environ[VARIABLE] = chosen.exiftool
        found = compare(chosen.folder, chosen.exiftool)
    except exiftool_side.ExifToolError as error:
        print(error, file=sys.stderr)
        return 2
    known = documented.causes()
    print(f"ExifTool {number}\n\n{tables.by_format(found)}\n")
    if chosen.markdown:
        print(tables.differences(found, known))
    else:
        print(*tables.values(found), sep="\n")
    return 0 if all(one.settled or one.key in known for one in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
