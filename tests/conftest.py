"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Everywhere else each run tries new cases; continuous integration must be repeatable.
# No example has a deadline: how long one takes is the machine's affair, and it may be busy.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What was collected lives to the end: no search for cycles has to walk through it.

    Twelve thousand tests are millions of objects; walking through them took 8 of the 20 seconds of
    processor time of the collection, and goes on with every test.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


_AT_HOME = ("127.", "::1", "localhost", "0.0.0.0")
_REFUSED: list[str] = []


class OutboundError(BaseException):
    """A test tried to speak to another machine. No code under test can swallow it by mistake."""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Let nothing in this process reach another machine, nor ask for the address of one."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1] if len(arguments) > 1 else None
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        address = (arguments[0],)
    else:
        return
    # Sockets of this machine have a path for an address, or none where they are connected.
    if not isinstance(address, tuple) or address[0] is None:
        return
    host = address[0].decode("ascii", "replace") if isinstance(address[0], bytes) else address[0]
    if not str(host).startswith(_AT_HOME):
        _REFUSED.append(f"{event} {host}")
        raise OutboundError(_REFUSED[-1])


sys.addaudithook(_watch)


@pytest.fixture
def refused_connections() -> Iterator[list[str]]:
    """What was refused; a test that provokes it takes it out again, for none may be left."""
    yield _REFUSED
    _REFUSED.clear()


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test keeps thumbnails where the person who runs it keeps theirs."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PROVENANCE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def no_connection() -> Iterator[None]:
    """The whole suite makes no outbound connection."""
    yield
    assert not _REFUSED, f"a test spoke to another machine: {_REFUSED}"


_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files outside the project; a test that wants it skips where it is absent."""
    if not (_SHARED / "corpus").is_dir():
        pytest.skip("the corpus of real files is not on this machine")
    return _SHARED


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has its own state folder and registry; none touches the user's."""
    state = tmp_path / "state-of-test"
    monkeypatch.setenv("PROVENANCE_STATE", str(state))
    monkeypatch.setenv("PROVENANCE_REGISTRY", f"sqlite:///{state}/registry.db")
    monkeypatch.setenv("PROVENANCE_USER", "anna.editor")
    return state
