"""The review page in a real browser: a person's whole way, other sites, phones, screen readers."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browser_material import acceptable, every_page, found_by_axe, keep_picture, small, waiting

from provenance import registry
from provenance.model import Decision, Verdict

REASON = "Checked on the agency's platform"


def log_holds(review: Any) -> bool:
    return review.newsroom.run("log", "verify").returncode == 0


def send(button: Any) -> None:
    """Press a button or a link, and wait for the page that answers."""
    with button.page.expect_navigation():
        button.click()


_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def key(page: Any, name: str) -> None:
    """Press a key once the page is drawn: Chromium drops what is typed before its first frame."""
    page.evaluate(_DRAWN)
    page.keyboard.press(name)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_whole_review_from_the_queue_to_undo(review: Any, script: bool) -> None:
    page = review.page(java_script_enabled=script)
    page.goto(review.origin)
    assert page.locator("[data-row]").count() > 5
    acceptable(review, page)
    path = review.newsroom.home / page.locator("figcaption").inner_text()
    before = path.read_bytes()
    page.get_by_label("Reason").first.fill(REASON)
    send(page.locator("button[value=accept]"))
    assert "accepted by anna.editor" in page.locator(".said").inner_text()
    assert path.read_bytes() == before

    finding_id = _newest_decision(review).finding_id
    page.goto(f"{review.origin}/apply?finding={finding_id}")
    planned = page.locator(".plan ins").all_inner_texts()
    assert page.locator("h1").inner_text() == "1 file would be written".replace(" ", "\xa0", 1)
    send(page.locator("form[action='/apply'] button"))
    assert "/run/" in page.url
    after = path.read_bytes()
    assert after != before
    for value in planned:
        said = value.partition("right:")[2].strip() or value
        assert said.split()[0].encode() in after
    assert log_holds(review)

    send(page.locator("form[aria-label='Take the run back'] button"))
    assert path.read_bytes() == before
    assert log_holds(review)
    review.newsroom.run("decisions", "withdraw", finding_id, "--reason", "Test")


def _decisions(review: Any) -> tuple[Decision, ...]:
    url = review.newsroom.environment["PROVENANCE_REGISTRY"]
    with registry.open_registry(url, create=False) as opened, opened.read() as tx:
        return registry.every_decision(tx)


def _newest_decision(review: Any) -> Decision:
    return _decisions(review)[-1]


@pytest.mark.parametrize(
    ("button", "verdict"), [("reject", Verdict.DISMISS), ("hold", Verdict.HOLD)]
)
def test_rejecting_and_holding_need_a_reason_and_are_logged(
    review: Any, button: str, verdict: Verdict
) -> None:
    page = review.page(java_script_enabled=False)
    acceptable(review, page)
    send(page.locator(f"button[value={button}]"))
    assert page.locator("[role=alert]").is_visible()
    review.complaints.clear()  # the browser calls the refusal an error
    page.locator("#reason").fill(REASON)
    send(page.locator(f"button[value={button}]"))
    made = _newest_decision(review)
    assert (made.verdict, made.reason, made.agent) == (verdict, REASON, "anna.editor")
    assert log_holds(review)
    send(page.locator(".said button", has_text="Undo"))
    assert _newest_decision(review).verdict is Verdict.WITHDRAW


def test_waiving_until_a_day(review: Any) -> None:
    page = review.page()
    acceptable(review, page)
    page.locator("#reason").fill(REASON)
    page.locator("details.waive summary").click()
    page.locator("#until").fill("2099-12-31")
    send(page.locator("button[value=waive]"))
    made = _newest_decision(review)
    assert (made.verdict, made.until) == (Verdict.WAIVE, "2099-12-31")
    send(page.locator(".said button", has_text="Undo"))


def test_another_value_is_accepted_in_its_place(review: Any) -> None:
    page = review.page()
    acceptable(review, page)
    page.locator("details.amend summary").click()
    box = page.locator("details.amend input:not([type=checkbox])").first
    box.fill("Tariq NASSER")
    page.locator("#reason").fill(REASON)
    send(page.locator("button[value=accept]"))
    finding_id = _newest_decision(review).finding_id
    page.goto(f"{review.origin}/apply?finding={finding_id}")
    assert any("Tariq NASSER" in one for one in page.locator(".plan ins").all_inner_texts())
    page.goto(f"{review.origin}/case/{finding_id}")
    assert "with values of their own" in page.locator(".history").inner_text()
    review.newsroom.run("decisions", "withdraw", finding_id, "--reason", "Test")


def test_single_keys_lead_through_and_decide(review: Any) -> None:
    page = review.page()
    page.goto(f"{review.origin}/?view=person")
    key(page, "j")
    key(page, "j")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == waiting(page)[1]
    key(page, "k")
    assert page.evaluate("document.activeElement.getAttribute('href')") == waiting(page)[0]
    acceptable(review, page)
    key(page, "r")
    assert page.evaluate("document.activeElement.id") == "reason"
    page.keyboard.type("r is typed here, and decides nothing")
    key(page, "Escape")
    with page.expect_navigation():  # loaded, and so listening to keys again
        key(page, "r")
    assert page.locator(".said form").count()
    assert _newest_decision(review).verdict is Verdict.DISMISS
    with page.expect_navigation():
        key(page, "u")
    assert not page.locator(".said form").count()
    assert _newest_decision(review).verdict is Verdict.WITHDRAW


def test_everything_of_one_notice_is_accepted_at_once(review: Any) -> None:
    page = review.page()
    page.goto(f"{review.origin}/?view=ready")
    page.goto(review.origin + waiting(page)[0])
    send(page.locator("#notice-title a"))
    button = page.locator("form.accept-all button")
    number = int(re.search(r"\d+", button.inner_text())[0]) if "these" in button.inner_text() else 1
    page.locator("form.accept-all input[name=reason]").fill(REASON)
    send(button)
    assert "accepted" in page.locator(".said").inner_text()
    accepted = [one for one in _decisions(review) if one.verdict is Verdict.APPLY]
    assert len({one.decision_key for one in accepted if one.reason == REASON}) >= 1
    told = page.locator(".said").inner_text()  # copies that the word speaks for are counted, too
    assert int(told.split()[0]) >= number
    assert log_holds(review)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(review: Any, scheme: str) -> None:
    page = review.page(color_scheme=scheme)
    for address in [*every_page(review, page), acceptable(review, page)]:
        page.goto(review.origin + address)
        for group in page.locator("details").all():
            group.evaluate("node => { node.open = true; }")
        assert not found_by_axe(page), address


def test_on_a_phone_nothing_is_cut_off(review: Any) -> None:
    page = review.page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    for address in every_page(review, page):
        page.goto(review.origin + address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, (address, wide)
    acceptable(review, page)
    sizes = [one.bounding_box() for one in page.locator("form#decide button:visible").all()]
    assert all(box["height"] >= 24 for box in sizes)
    assert page.locator("figure img").evaluate("node => node.naturalWidth") > 0


def test_the_scheme_follows_the_system(review: Any) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        page = review.page(color_scheme=scheme)
        page.goto(review.origin)
        shade = "getComputedStyle(document.body).backgroundColor"
        red, green, blue = map(int, re.findall(r"\d+", page.evaluate(shade))[:3])
        grounds.append(red + green + blue)
    assert grounds[0] > 600
    assert grounds[1] < 200


def test_the_link_works_once(review: Any) -> None:
    context = review.browser.new_context()
    page = context.new_page()
    answer = page.goto(review.link)
    assert answer.status in {401, 403}
    assert page.goto(review.origin).status in {401, 403}
    assert not context.cookies()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def other_site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A site of another origin on this machine: a port is no border for cookies."""
    handler = partial(_Quiet, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path
    server.shutdown()
    server.server_close()
    thread.join()


def test_another_site_can_neither_post_nor_frame_nor_read(
    review: Any, other_site: tuple[str, Path]
) -> None:
    """It stands on the same machine, so that the cookie goes with its requests."""
    site, folder = other_site
    own = review.page()
    address = acceptable(review, own)
    before = _decisions(review)
    (folder / "form.html").write_text(
        f"<form method=post action='{review.origin}{address.partition('?')[0]}/decide'>"
        "<input name=verdict value=reject><input name=reason value=x><button>go</button></form>"
    )
    (folder / "frame.html").write_text(f"<iframe src='{review.origin}/'></iframe>")
    (folder / "read.html").write_text("<p>read</p>")
    page = review.page()
    page.goto(f"{site}/form.html")
    with page.expect_navigation() as answer:
        page.locator("button").click()
    assert answer.value.status == 403
    page.goto(f"{site}/frame.html")
    page.wait_for_load_state()
    assert all("data-row" not in one.content() for one in page.frames[1:])
    page.goto(f"{site}/read.html")
    for options in ("{}", "{credentials: 'include'}", "{mode: 'no-cors', credentials: 'include'}"):
        read = page.evaluate(
            f"fetch('{review.origin}/', {options}).then(a => a.text()).catch(() => '')"
        )
        assert "data-row" not in read
    picture = own.locator("img.thumb").first.get_attribute("src")
    drawn = page.evaluate(
        f"""new Promise(done => {{ const one = new Image();
        one.onload = () => done(true); one.onerror = () => done(false);
        one.src = '{review.origin}{picture}'; }})"""
    )
    assert not drawn
    assert _decisions(review) == before
    # The browser tells the other site, and no page of ours, what it was refused.
    review.complaints.clear()


def test_pictures_for_the_documents(review: Any) -> None:
    """As a newsroom sees them; kept where ``PROVENANCE_SCREENSHOTS`` names a folder."""
    page = review.page(viewport={"width": 1280, "height": 860}, color_scheme="light")
    page.goto(review.origin)
    page.wait_for_load_state("networkidle")
    keep_picture(page, "review-queue")
    acceptable(review, page)
    page.wait_for_load_state("networkidle")
    keep_picture(page, "review-case")
    dark = review.page(viewport={"width": 1280, "height": 860}, color_scheme="dark")
    dark.goto(page.url)
    dark.wait_for_load_state("networkidle")
    keep_picture(dark, "review-dark")
    phone = review.page(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    phone.goto(page.url)
    phone.wait_for_load_state("networkidle")
    keep_picture(phone, "review-phone")
    assert small()
