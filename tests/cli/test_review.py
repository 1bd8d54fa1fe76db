"""``review``: the page is offered, its link is told to the person alone, Ctrl-C ends it in order."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest
from desk_material import audit, desk, run

from provenance.cli import review
from provenance.web.server import listen

LINK = re.compile(r"http://(127\.0\.0\.1:\d+)(/enter\?token=[\w-]{43})$", re.MULTILINE)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = desk(tmp_path / "tree")
    audit(made)
    return made


@pytest.fixture
def started(tree: Path):
    """A review page in a process of its own, without a browser."""
    command = [sys.executable, "-m", "provenance.cli", "review", "--no-browser", "-v", str(tree)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def begun(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Host and address of the link."""
    assert process.stderr is not None
    lines = "".join(process.stderr.readline() for _ in range(3))
    found = LINK.search(lines)
    assert found is not None, lines
    assert "anna.editor" in lines
    return found[1], found[2]


def asked(host: str, address: str, cookie: str = "") -> http.client.HTTPResponse:
    line = http.client.HTTPConnection(host, timeout=20)
    try:
        line.request("GET", address, headers={"Cookie": cookie} if cookie else {})
        answer = line.getresponse()
        answer.read()
        return answer
    finally:
        line.close()


def test_the_page_from_link_to_ctrl_c(started):
    host, address = begun(started)
    entered = asked(host, address)
    assert (entered.status, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"].partition(";")[0]
    assert asked(host, "/", cookie).status == 200
    assert asked(host, "/").status == 403
    assert asked(host, address).status == 403
    started.send_signal(signal.SIGINT)
    out, told = started.communicate(timeout=30)
    assert started.returncode == 0
    assert out == ""
    assert "GET / 200" in told
    assert "token" not in told
    assert told.endswith("The review page has ended. What was decided is in the log.\n")


def test_a_request_to_end_is_heard_as_ctrl_c(started):
    begun(started)
    started.send_signal(signal.SIGTERM)
    started.communicate(timeout=30)
    assert started.returncode == 0


@pytest.mark.parametrize("package", ["fastapi", "uvicorn"])
def test_the_extra_is_missing(tree, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    done = run("review", "--no-browser")
    assert done.code == 2
    assert package in done.err
    assert "pip install 'provenance-auditor[web]'" in done.err
    assert done.out == ""


def test_there_is_no_registry():
    done = run("review", "--no-browser")
    assert done.code == 2
    assert "There is no registry" in done.err


def test_what_is_not_there(tree):
    assert run("review", "--no-browser", "/nowhere/at/all").code == 2
    assert run("review", "--no-browser", "").code == 2
    done = run("review", "--no-browser", "--notice", "nothing")
    assert done.code == 2
    assert "There is no notice" in done.err


def test_the_port_is_taken(tree):
    with listen() as taken:
        port = str(taken.getsockname()[1])
        done = run("review", "--no-browser", "--port", port)
    assert done.code == 2
    assert port in done.err


class Browser(webbrowser.BaseBrowser):
    """One with a window."""

    def __init__(self, *, works: bool = True) -> None:
        super().__init__("window")
        self.opened: list[str] = []
        self.works = works

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.opened.append(url)
        return self.works


def shown(monkeypatch, browser) -> list[str]:
    told: list[str] = []
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(webbrowser, "get", browser)
    review._show("http://127.0.0.1:1/enter?token=x", told.append)
    return told


def test_the_browser_gets_the_link(monkeypatch):
    browser = Browser()
    assert shown(monkeypatch, lambda: browser) == []
    assert browser.opened == ["http://127.0.0.1:1/enter?token=x"]


def test_no_browser_with_a_window_is_said(monkeypatch):
    def none():
        raise webbrowser.Error("could not locate runnable browser")

    in_terminal = webbrowser.GenericBrowser(["/nowhere/lynx", "%s"])
    for browser in (none, lambda: Browser(works=False), lambda: in_terminal):
        (told,) = shown(monkeypatch, browser)
        assert "Open the link yourself" in told
