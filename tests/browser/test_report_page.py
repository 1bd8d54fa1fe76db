"""The HTML report as a person opens it: from a folder, on paper, with a screen reader."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from browser_material import found_by_axe, keep_picture, small


@pytest.fixture(scope="module")
def report(newsroom: Any) -> Path:
    """The report of the audited newsroom folder."""
    newsroom.reset()
    target = newsroom.home / "report.html"
    done = newsroom.run("report", "--format", "html", "-o", target)
    assert target.is_file(), done.stderr
    return target


@pytest.fixture
def page(browser: Any, report: Path) -> Iterator[Any]:
    """The report by ``file://``; its console must have nothing to complain about."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("requestfailed", lambda request: said.append(f"wanted {request.url}"))
    opened.goto(report.as_uri())
    yield opened
    context.close()
    assert not said


def test_it_opens_without_a_word_and_asks_nothing_of_the_network(page: Any) -> None:
    assert page.locator("h1").count() == 1
    assert page.locator("h1").inner_text().strip()
    broken = "[...document.images].filter(one => one.complete && !one.naturalWidth).length"
    assert page.evaluate(broken) == 0
    asked = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    assert not [one for one in asked if not one.startswith("data:")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Any, scheme: str) -> None:
    """Run from a copy without the policy, which rightly stops the inspector, too."""
    policy = page.context.browser.new_context(bypass_csp=True, color_scheme=scheme)
    free = policy.new_page()
    free.goto(page.url)
    found = found_by_axe(free)
    policy.close()
    assert not found


@pytest.mark.parametrize(("paper", "width"), [("A4", 595), ("Letter", 612)])
def test_it_prints(page: Any, paper: str, width: int) -> None:
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper)))
    assert round(float(printed.pages[0].mediabox.width)) in range(width - 1, width + 2)
    assert 3 <= len(printed.pages) <= 80
    empty = [one for one in printed.pages if not one.extract_text().strip()]
    assert not empty


def test_it_is_not_wider_than_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_pictures_for_the_documents(page: Any) -> None:
    keep_picture(page, "report-overview")
    assert small()
