"""The review page on small screens, with large letters, zoomed, and on paper.

Sources: WCAG 2.2, 1.4.4 (text at 200 %), 1.4.10 (reflow at 320 CSS pixels), 2.4.11.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser_material import acceptable, every_page

_LOST = """() => {
  const wide = document.documentElement.clientWidth, lost = [];
  for (const one of document.querySelectorAll('body *')) {
    if (one.closest('.sr, .skip, [hidden], textarea, select')) continue;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || !box.height) continue;
    const name = `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`;
    if (box.right > wide + 1 || box.left < -1) lost.push(`beyond the edge: ${name}`);
    const hides = style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
    if (hides && one.tagName !== 'INPUT') lost.push(`cut off: ${name}`);
  }
  if (document.documentElement.scrollWidth > wide) lost.push('the page scrolls sideways');
  return lost;
}"""
_OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
_TWICE = "document.documentElement.style.fontSize = '200%'"
_PAGE = re.compile(rb"/Type\s*/Page\b")
_MOST_PAGES = 3


def lost(review: Any, page: Any, prepare: str = "") -> dict[str, list[str]]:
    """What cannot be seen without scrolling sideways, by page; folds are opened."""
    found = {}
    for address in [*every_page(review, page), acceptable(review, page)]:
        page.goto(review.origin + address)
        page.evaluate(_OPEN)
        if prepare:
            page.evaluate(prepare)
        told = page.evaluate(_LOST)
        if told:
            found[address] = told
    return found


def test_everything_reflows_at_320_pixels(review: Any) -> None:
    page = review.page(viewport={"width": 320, "height": 568}, device_scale_factor=2)
    assert not lost(review, page)


@pytest.mark.parametrize("wide", [1280, 800, 390])
def test_text_of_twice_the_size_is_all_there(review: Any, wide: int) -> None:
    page = review.page(viewport={"width": wide, "height": 844})
    assert not lost(review, page, _TWICE)


@pytest.mark.parametrize(
    ("size", "prepare"), [((640, 450), ""), ((320, 256), ""), ((390, 844), _TWICE)]
)
def test_the_bar_does_not_cover_the_case(review: Any, size: tuple[int, int], prepare: str) -> None:
    """A browser at 200 % and at 400 %, and large letters on a phone."""
    page = review.page(viewport={"width": size[0], "height": size[1]})
    acceptable(review, page)
    if prepare:
        page.evaluate(prepare)
    stays, high = page.evaluate(
        """() => { const bar = document.querySelector('.bar');
        return [getComputedStyle(bar).position === 'sticky', bar.offsetHeight]; }"""
    )
    assert not stays or high <= size[1] / 3
    assert page.locator("button[value=accept]").is_visible()


def test_a_case_prints_on_few_pages_in_dark_ink(review: Any) -> None:
    page = review.page(color_scheme="dark")
    acceptable(review, page)
    page.wait_for_load_state("networkidle")
    assert 1 <= len(_PAGE.findall(page.pdf(format="A4"))) <= _MOST_PAGES
    page.emulate_media(media="print", color_scheme="dark")
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert max(map(int, re.findall(r"\d+", ink))) < 80
    assert min(map(int, re.findall(r"\d+", paper)[:3])) > 240
    assert not page.locator("form#decide").is_visible()
    assert page.locator("figure img").is_visible()
