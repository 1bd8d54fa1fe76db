"""The differences that docs/conformance.md lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"

_ROW: Final = re.compile(
    r"^\| `(?P<digest>[0-9a-f]{8})` \| [^|]+ \| (?P<container>\w+) \| (?P<properties>[\w, ]+)"
    r" \| (?P<cause>\d+) \|$",
    re.MULTILINE,
)

Key = tuple[str, str, str]


def causes(document: Path = DOCUMENT) -> dict[Key, str]:
    """(first digits of the file's SHA-256, container, property) to the number of the cause."""
    return {
        (row["digest"], row["container"], prop.strip()): row["cause"]
        for row in _ROW.finditer(document.read_text(encoding="utf-8"))
        for prop in row["properties"].split(",")
    }
