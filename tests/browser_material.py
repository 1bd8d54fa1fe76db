"""What tests in a browser share: ways to pages, accessibility, pictures for the documents."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

SCREENSHOTS = os.environ.get("PROVENANCE_SCREENSHOTS", "")
"""A folder: then the tests leave the pictures of README and docs there."""
_LARGEST = 300_000


def waiting(page: Any) -> list[str]:
    """Links of the cases on a queue page."""
    return [one.get_attribute("href") for one in page.locator("[data-row] a[href]").all()]


def acceptable(review: Any, page: Any) -> str:
    """The first case that waits for a person and can be accepted."""
    page.goto(f"{review.origin}/?view=person&rule=erroneous-credit")
    for address in waiting(page):
        page.goto(review.origin + address)
        if page.locator("button[value=accept]").count():
            return address
    raise AssertionError("nothing can be accepted")


def every_page(review: Any, page: Any) -> Iterator[str]:
    """One address of each kind of page."""
    yield "/"
    page.goto(f"{review.origin}/?view=person")
    yield waiting(page)[0]
    page.goto(review.origin + acceptable(review, page))
    notice = page.locator("#notice-title a").get_attribute("href")
    yield from (notice, "/apply", "/decisions", "/runs")
    page.goto(f"{review.origin}/runs")
    runs = page.locator(".ledger a").all()
    if runs:
        yield runs[0].get_attribute("href")


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
