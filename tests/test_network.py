"""Nothing here speaks to another machine: neither the tests, nor the program at its work."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, desk, program

STRACE = shutil.which("strace")


def reach(family: int, kind: int, address: tuple[str, int]) -> None:
    with socket.socket(family, kind) as one:
        if kind == socket.SOCK_DGRAM:
            one.sendto(b"x", address)
        else:
            one.connect(address)


@pytest.mark.parametrize(
    "act",
    [
        lambda: reach(socket.AF_INET, socket.SOCK_STREAM, ("192.0.2.1", 80)),
        lambda: reach(socket.AF_INET6, socket.SOCK_STREAM, ("2001:db8::1", 80)),
        lambda: reach(socket.AF_INET, socket.SOCK_DGRAM, ("192.0.2.1", 53)),
        lambda: socket.getaddrinfo("example.org", 443),
        lambda: socket.gethostbyname("example.org"),
        lambda: urllib.request.urlopen("http://example.org/", timeout=1),
    ],
    ids=["tcp", "tcp6", "udp", "name", "old-name", "http"],
)
def test_the_guard_of_all_tests_bites(
    act: Callable[[], object], refused_connections: list[str]
) -> None:
    with pytest.raises(BaseException, match=r"192\.0\.2\.1|example\.org|2001:db8") as raised:
        act()
    assert type(raised.value).__name__ == "OutboundError"
    assert len(refused_connections) == 1


def test_the_guard_lets_this_machine_through(refused_connections: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()
    one, other = socket.socketpair()
    one.sendall(b"x")
    one.close()
    other.close()
    assert refused_connections == []


@pytest.fixture
def traced(tmp_path: Path) -> Path:
    if STRACE is None:
        pytest.skip("strace is not installed")
    trial = subprocess.run([STRACE, "-qq", "true"], capture_output=True, check=False)
    if trial.returncode:
        pytest.skip("this process may not trace another")
    return tmp_path / "trace.txt"


def calls_of(words: list[object], trace: Path, environment: dict[str, str]) -> list[str]:
    """The calls about sockets that a command and all that it starts make."""
    line = [str(STRACE), "-f", "-qq", "-e", "trace=%network", "-o", str(trace), *words]
    done = subprocess.run(
        line, capture_output=True, check=False, timeout=120, env={**os.environ, **environment}
    )
    assert done.returncode in {0, 1, 3}, done.stderr
    return trace.read_text("utf-8", "replace").splitlines()


def test_the_trace_shows_what_there_is(traced: Path) -> None:
    code = "import socket; socket.socket(socket.AF_INET).close()"
    assert any("AF_INET" in one for one in calls_of(["python3", "-c", code], traced, {}))


def test_audit_fix_and_report_make_no_socket_to_any_network(traced: Path, tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    report = str(tmp_path / "report")
    commands = (
        ["audit", str(tree), "--notices", str(NOTICES / NOTICE), "--report", report],
        ["fix", "--apply"],
        ["inspect", str(tree)],
        ["notices", "parse", str(NOTICES / NOTICE)],
    )
    for words in commands:
        calls = calls_of([*program(*words)], traced, {})
        assert calls, "nothing was traced"
        reached = [one for one in calls if "AF_INET" in one or "AF_NETLINK" in one]
        assert reached == [], words
    assert os.listdir(report)
