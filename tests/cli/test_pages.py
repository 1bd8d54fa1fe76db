"""Pages on the command line: audited like files, fetched only if allowed, mended by a patch."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import page_material as material
import pytest
from desk_material import run
from page_material import LEAKED, figure, page

from provenance.errors import StorageError
from provenance.storage import web
from provenance.storage.web import Fetched

URL = "https://news.example/story"


class Unconnected(socket.socket):
    """A socket to speak with a process of our own; no other can be made."""

    def __init__(
        self, family: int = -1, kind: int = -1, proto: int = -1, fileno: int | None = None
    ) -> None:
        super().__init__(family, kind, proto, fileno)
        if self.family != socket.AF_UNIX:
            self.close()
            raise AssertionError("a socket was wanted")


@pytest.fixture(autouse=True)
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("a socket was wanted")

    monkeypatch.setattr(socket, "socket", Unconnected)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "story.html").write_text(material.everywhere(LEAKED), "utf-8")
    (folder / "clean.htm").write_text(page(figure(material.CLEAN)), "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_page_and_a_folder_of_pages_are_audited(site: Path) -> None:
    for given in (site / "story.html", site):
        done = run("audit", given, "-f", "json", "-j", "1")
        assert done.code == 1
        (leak,) = done.document["findings"]
        assert (leak["rule"], leak["fixability"]) == ("leaked-notice", "display-only")
        assert leak["path"] == str(site / "story.html")
        assert {edit["container"] for edit in leak["edits"]} == {"page"}
        assert any("figcaption line 15" in edit["locator"] for edit in leak["edits"])
    assert run("audit", site, "-j", "1").code == 1


def test_a_page_is_never_written_and_a_patch_is_offered(site: Path, tmp_path: Path) -> None:
    before = (site / "story.html").read_bytes()
    run("audit", site, "-f", "json", "-j", "1")
    assert json.loads(run("fix", "--apply", "-f", "json").out)["outcomes"] == []
    done = run("fix", "--patch", tmp_path / "mend.patch")
    assert done.code == 1
    assert "14\xa0places" in done.err
    assert (site / "story.html").read_bytes() == before
    text = (tmp_path / "mend.patch").read_text("utf-8")
    assert "--- site/story.html\n+++ site/story.html\n@@ " in text
    assert run("fix", "--patch", tmp_path / "x", "--apply").code == 2


def test_nothing_is_fetched_unasked(site: Path) -> None:
    done = run("audit", URL)
    assert done.code == 2
    assert "--fetch" in done.err


def fetching(monkeypatch: pytest.MonkeyPatch, data: bytes, charset: str = "") -> None:
    def fetch(_: object, url: str) -> Fetched:
        if url != URL:
            raise StorageError(f"{url} is not there.", code="web-status", remedy="Look again.")
        return Fetched(url, url, "text/html", charset, data, ("93.184.216.34",))

    monkeypatch.setattr(web.Web, "fetch", fetch)


@pytest.mark.parametrize("by", ["option", "configuration"])
def test_a_page_is_fetched_where_that_is_allowed(
    by: str, site: Path, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leak = page(figure(f"Jörg: {LEAKED}")).replace('<meta charset="utf-8">', "")
    fetching(monkeypatch, leak.encode("iso-8859-2"), "iso-8859-2")
    more = ["--fetch"] if by == "option" else []
    if by == "configuration":
        Path("provenance.toml").write_text("[web]\nfetch = true\n")
    done = run("audit", URL, *more, "-f", "json", "-j", "1")
    (found,) = done.document["findings"]
    assert found["path"] == URL
    assert found["edits"][0]["before"].startswith("Jörg: ")
    (kept,) = (own_state / "pages").rglob("*.html")
    assert kept.read_bytes() == leak.encode("iso-8859-2")
    (answer,) = (own_state / "pages").rglob(".*.http.json")
    assert json.loads(answer.read_text())["charset"] == "iso-8859-2"
    fetching(monkeypatch, page("").encode())
    assert run("audit", URL, *more, "-f", "json", "-j", "1").document["findings"] == []


def test_what_cannot_be_fetched_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetching(monkeypatch, b"")
    done = run("audit", "https://other.example/", "--fetch", "-f", "json")
    assert done.code == 3
    assert "other.example" in done.err
    done = run("audit", "https://other.example/", site, "--fetch", "-f", "json", "-j", "1")
    assert done.code == 3
    assert [one["code"] for one in done.document["errors"]] == ["web-status"]
    assert len(done.document["findings"]) == 1


def test_the_configuration_shows_that_nothing_is_fetched() -> None:
    assert "web.fetch" in run("config").out
