"""The gate with a real browser in front of it: what its own page may do, and what other sites may.

The names of the attacker are mapped to 127.0.0.1 within the browser, so nothing leaves the machine.
"""

from __future__ import annotations

import io
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated

import pytest
from fastapi import Depends
from fastapi.responses import HTMLResponse
from PIL import Image
from web_material import Open, opened

from provenance.reporting.thumbnails import Thumbnail
from provenance.web.forms import csrf

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

EVIL = "evil.example"


class _Evil(BaseHTTPRequestHandler):
    """Serves whatever page the test wants another site to have."""

    html = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.html)

    def log_message(self, *told: object) -> None:
        """Nobody wants to know."""


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as tool:
        made = tool.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                f"--host-resolver-rules=MAP {EVIL} 127.0.0.1",
                *(["--no-sandbox"] if os.getuid() == 0 else []),
            ],
        )
        yield made
        made.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Open]:
    with pytest.MonkeyPatch.context() as patch:
        state = tmp_path_factory.mktemp("state")
        patch.setenv("PROVENANCE_STATE", str(state))
        patch.setenv("PROVENANCE_REGISTRY", f"sqlite:///{state}/registry.db")
        with opened() as made:
            made.house.gate._inner.add_api_route("/form", _form, response_class=HTMLResponse)
            made.house.hold("/pictures/one.jpg")
            made.house.drawer.made = _small()
            yield made


@pytest.fixture(scope="module")
def other() -> Iterator[int]:
    """The port of another site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Evil)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def person(browser, served):
    """The person's browser, with its session."""
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(served.house.keys.link())
    assert "token" not in tab.url
    yield tab
    context.close()


def _form(csrf: Annotated[str, Depends(csrf)]) -> str:
    return (
        '<!DOCTYPE html><title>before</title><form method="post" action="/deed">'
        f'<input type="hidden" name="csrf" value="{csrf}"><button>go</button></form>'
        "<script>document.title = 'run'</script><p onclick='1' style='color: red'>x</p>"
    )


def _small() -> Thumbnail:
    """A picture that a browser can show."""
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, "JPEG")
    return Thumbnail(out.getvalue(), 3, 2)


def another_site(html: str, served: Open) -> None:
    _Evil.html = html.replace("{page}", f"http://127.0.0.1:{served.port}").encode()


def test_the_pages_own_form_works_without_a_script_and_inline_scripts_do_not(person, served):
    before = served.house.deeds
    person.goto(f"http://127.0.0.1:{served.port}/form")
    assert person.title() == "before"
    with person.expect_response("**/deed") as answer:
        person.click("button")
    assert answer.value.status == 200
    assert answer.value.request.header_value("origin") == "null"
    assert served.house.deeds > before


@pytest.mark.parametrize("name", [EVIL, "127.0.0.1", "localhost"])
def test_a_form_of_another_site_or_port_does_nothing(person, served, other, name):
    another_site('<form method="post" action="{page}/deed"><button>go</button></form>', served)
    before = served.house.deeds
    person.goto(f"http://{name}:{other}/")
    with person.expect_response("**/deed") as answer:
        person.click("button")
    assert answer.value.status == 403
    assert served.house.deeds == before


@pytest.mark.parametrize("name", [EVIL, "127.0.0.1"])
def test_another_site_cannot_lead_into_the_page_frame_it_or_read_it(person, served, other, name):
    address = served.house.pictures.url("/pictures/one.jpg", 160)
    another_site(
        f'<a href="{{page}}/token">go</a><img src="{{page}}{address}">'
        '<iframe name="framed" src="{page}/token"></iframe>',
        served,
    )
    person.goto(f"http://127.0.0.1:{served.port}{address}")
    assert person.evaluate("document.images[0].naturalWidth") == 3
    person.goto(f"http://{name}:{other}/", wait_until="load")
    token = served.house.keys.csrf_of([one["value"] for one in person.context.cookies()])
    assert token is not None
    framed = person.frame("framed")
    assert framed is not None
    assert token not in framed.content()
    assert person.evaluate("document.images[0].naturalWidth") == 0
    read = "url => fetch(url, {credentials: 'include'}).then(() => 'read', () => 'refused')"
    assert person.evaluate(read, f"http://127.0.0.1:{served.port}/token") == "refused"
    with person.expect_response("**/token") as answer:
        person.click("a")
    assert answer.value.status == 403
    assert token not in person.content()


def test_a_rebound_name_finds_nothing(person, served):
    answer = person.goto(f"http://{EVIL}:{served.port}/token")
    assert answer.status == 421


def test_the_link_works_where_it_stands_on_another_site(browser, served, other):
    context = browser.new_context()
    tab = context.new_page()
    another_site(f'<a href="{served.house.keys.link()}">go</a>', served)
    tab.goto(f"http://{EVIL}:{other}/")
    tab.click("a")
    tab.wait_for_url(f"http://127.0.0.1:{served.port}/")
    assert tab.goto(f"http://127.0.0.1:{served.port}/token").status == 200
    context.close()
