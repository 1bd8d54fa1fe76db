"""Draw ``inspect.svg``: what ``provenance inspect`` shows of a shipped picture.

Run from the project's folder: ``python docs/images/draw_inspect.py``.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from provenance.cli import inspection
from provenance.model import MetadataRecord
from provenance.pipeline.reading import read_asset
from provenance.storage import LocalStore

PICTURE = "desk/2024-11-30_syria/000_36NV2QL_xmp-corrected.jpg"
COLUMNS = 112
ROOT = Path(__file__).resolve().parents[2]


def draw() -> str:
    """The picture as SVG text."""
    os.chdir(ROOT / "fixtures" / "newsroom")
    found = LocalStore().walk([PICTURE])
    record = next(read_asset(LocalStore(), ref, digests=False) for ref in found)
    assert isinstance(record, MetadataRecord)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(
            record=True, width=COLUMNS, file=nowhere, force_terminal=True, highlight=False,
            markup=False, emoji=False, color_system="truecolor",
        )  # fmt: skip
        for part in inspection.record(record)[:-1]:
            console.print(part)
    svg = console.export_svg(
        title=f"provenance inspect {Path(PICTURE).name}", theme=MONOKAI, unique_id="inspect"
    )
    # Fonts from elsewhere have no place in a picture that is read offline.
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    target = ROOT / "docs" / "images" / "inspect.svg"
    target.write_text(draw(), encoding="utf-8")
    sys.stdout.write(f"{target}\n")
