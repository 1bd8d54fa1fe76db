"""List every credit line of published pages: ``python tests/quality/credit_lines.py FOLDER``.

One line for each distinct credit, with what it is understood to say; for reading by eye.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from provenance import captions, pages
from provenance.model import CreditLine


def captions_of(folder: Path) -> Iterator[tuple[str, str]]:
    """The name of each page, with each caption or text that it shows."""
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        if path.suffix == ".txt":
            yield path.name, data.decode("utf-8", "replace")
            continue
        for value in pages.values_of(pages.read(path.name, data)):
            for text in value.values:
                yield path.name, text


def credits_of(folder: Path) -> dict[str, tuple[str, CreditLine]]:
    """Each distinct credit line as printed, with the first page it stands on."""
    found: dict[str, tuple[str, CreditLine]] = {}
    for name, text in captions_of(folder):
        for line in captions.credit_lines(text):
            found.setdefault(line.raw, (name, line))
    return found


def main() -> int:
    """Print the list."""
    found = credits_of(Path(sys.argv[1]))
    for raw, (name, line) in found.items():
        chain = ", ".join(line.agencies)
        print(f"{name}\t{raw}\t{line.creator}\t{chain}\t{line.via}\t{line.role}")
    print(f"{len(found)} distinct credit lines", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
