"""What tests in a browser share: accessibility, and pictures for the documents."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image

SCREENSHOTS = os.environ.get("PROVENANCE_SCREENSHOTS", "")
"""A folder: then the tests leave the pictures of README and docs there."""
_LARGEST = 300_000


def found_by_axe(page: Any) -> list[str]:
    """What axe finds serious or critical on a page, one sentence each."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - may be absent

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['target']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def keep_picture(page: Any, name: str, **how: Any) -> None:
    """Leave a picture of the page for the documents, where somebody asked for them."""
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        picture = Image.open(io.BytesIO(page.screenshot(**how))).convert("RGB")
        picture.quantize(256).save(f"{SCREENSHOTS}/{name}.png", optimize=True)


def small() -> bool:
    """Whether every picture that was kept is small enough for a README."""
    kept = Path(SCREENSHOTS).glob("*.png") if SCREENSHOTS else ()
    return all(one.stat().st_size < _LARGEST for one in kept)
