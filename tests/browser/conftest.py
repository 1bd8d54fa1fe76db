"""A browser, a newsroom folder that was audited, and the review page on it.

The system's own Chromium is driven; where it, or Playwright, is absent these tests skip. One
browser and one audit serve all tests of a worker process, one server those of a module.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from desk_material import NEWSROOM, program

_CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
_LINK = re.compile(r"http://127\.0\.0\.1:\d+/enter\?token=\S+")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, without a window."""
    if _CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    # A root user, as in containers, has no sandbox; the pages are our own.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with playwright.sync_playwright() as running:
        launched = running.chromium.launch(executable_path=_CHROMIUM, args=arguments)
        yield launched
        launched.close()


@dataclass(frozen=True)
class Newsroom:
    """A newsroom folder with a registry of its own.

    Attributes:
        home: everything; a copy of what the audit left stands beside it.
        environment: of a process that works on it.
    """

    home: Path
    environment: dict[str, str]

    @property
    def tree(self) -> Path:
        return self.home / "newsroom"

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            program(*words), env=self.environment, cwd=self.home, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    def reset(self) -> None:
        """As the audit left it."""
        kept = self.home.with_name("kept")
        shutil.rmtree(self.home)
        shutil.copytree(kept, self.home, symlinks=True)


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """The newsroom folder of the fixtures, audited with its notices."""
    home = tmp_path_factory.mktemp("review") / "desk"
    shutil.copytree(NEWSROOM, home / "newsroom", symlinks=True)
    state = home / "state"
    environment = os.environ | {
        "PROVENANCE_STATE": str(state),
        "PROVENANCE_REGISTRY": f"sqlite:///{state}/registry.db",
        "PROVENANCE_USER": "anna.editor",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(NEWSROOM.parents[1]), os.environ.get("PYTHONPATH")))),
        "NO_COLOR": "1",
    }  # fmt: skip
    made = Newsroom(home, environment)
    done = made.run("audit", "newsroom", "--notices", "newsroom/notices", "-q", "-f", "json")
    assert done.returncode == 3, done.stderr  # some files there are broken on purpose
    shutil.copytree(home, home.with_name("kept"), symlinks=True)
    return made


@dataclass
class Review:
    """The review page, served, and the browser's way in.

    Attributes:
        newsroom: what is reviewed.
        origin: where the page is.
        link: the link that was printed; used up.
        cookies: the session's, as Playwright keeps them.
        complaints: what browsers' consoles said: violations of the policy, errors.
    """

    newsroom: Newsroom
    origin: str
    link: str
    browser: Any
    cookies: dict[str, Any] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def page(self, **wanted: Any) -> Any:
        """A page of a context of its own, logged in."""
        context = self.browser.new_context(storage_state=self.cookies, **wanted)
        context.set_default_timeout(15_000)
        opened = context.new_page()
        self.listen(opened)
        return opened

    def listen(self, page: Any) -> None:
        """Remember what the console complains about."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        # No page names an icon; browsers look for one all the same.
        if message.type in {"error", "warning"} and "/favicon.ico" not in str(message.location):
            self.complaints.append(f"{message.text} {message.location}")


@pytest.fixture(scope="module")
def served(newsroom: Newsroom, browser: Any) -> Iterator[Review]:
    """``provenance review --no-browser`` on a fresh copy of the audited folder."""
    pytest.importorskip("fastapi")
    newsroom.reset()
    running = subprocess.Popen(
        program("review", "--no-browser"), env=newsroom.environment, cwd=newsroom.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = []
        link = None
        while link is None:
            line = running.stderr.readline()
            assert line, f"the server ended: {said}"
            said.append(line)
            link = _LINK.search(line)
        review = Review(newsroom, link[0].partition("/enter")[0], link[0], browser)
        context = browser.new_context()
        page = context.new_page()
        review.listen(page)
        page.goto(review.link)
        review.cookies = context.storage_state()
        context.close()
        yield review
    finally:
        with suppress(ProcessLookupError):
            running.send_signal(signal.SIGINT)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        running.stderr.close()


@pytest.fixture
def review(served: Review) -> Iterator[Review]:
    """The page, whose console must have nothing to complain about."""
    served.complaints.clear()
    yield served
    for context in served.browser.contexts:
        context.close()
    assert not served.complaints


@pytest.fixture(autouse=True)
def own_state() -> None:
    """The commands here have the state of their newsroom folder, not one for each test."""
