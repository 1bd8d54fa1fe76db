"""What docs/fidelity.md says that the tests hold it to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "fidelity.md"

_REFUSAL: Final = re.compile(
    r"^\| `(?P<digest>[0-9a-f]{8})` \| [^|]+ \| (?P<code>[\w-]+) \| [^|]+ \|$", re.MULTILINE
)
_RULE: Final = re.compile(
    r"^\| (?P<number>\d+) \| [^|]*[a-z][^|]* \| (?P<count>[\d,]+) \| [^|]*[a-z][^|]* \|$",
    re.MULTILINE,
)


def refusals(document: Path = DOCUMENT) -> set[tuple[str, str]]:
    """(First digits of the file's SHA-256, code) of every refusal that is explained."""
    text = document.read_text(encoding="utf-8")
    return {(row["digest"], row["code"]) for row in _REFUSAL.finditer(text)}


def rules(document: Path = DOCUMENT) -> dict[int, int]:
    """The number of every rule that is explained, and how many tags it explains."""
    text = document.read_text(encoding="utf-8")
    return {int(row["number"]): int(row["count"].replace(",", "")) for row in _RULE.finditer(text)}
