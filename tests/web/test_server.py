"""The server over a real socket: what no client library would send, and what comes too slowly."""

from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlencode

import pytest
from web_material import FORM, house, opened, received

from provenance.errors import UsageError
from provenance.web import server
from provenance.web.intake import Limits
from provenance.web.security import HEADERS


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        state = tmp_path_factory.mktemp("state")
        patch.setenv("PROVENANCE_STATE", str(state))
        patch.setenv("PROVENANCE_REGISTRY", f"sqlite:///{state}/registry.db")
        with opened() as made:
            yield made


def head(page, *lines: str, first: str = "GET /token HTTP/1.1", host: bool = True) -> bytes:
    """The head of a request that would be let in."""
    own = [f"Host: 127.0.0.1:{page.port}"] if host else []
    common = [f"Cookie: {page.house.cookie}", "Sec-Fetch-Site: same-origin", "Connection: close"]
    return "\r\n".join([first, *own, *common, *lines, "", ""]).encode("latin-1")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def form(page, *lines: str, first: str = "POST /deed HTTP/1.1") -> bytes:
    body = urlencode({"csrf": page.house.csrf}).encode()
    more = (f"Content-Type: {FORM}", f"Content-Length: {len(body)}", *lines)
    return head(page, *more, first=first) + body


def test_it_answers_with_all_headers_and_without_its_name(page):
    answer = page.send(head(page))
    assert status(answer) == 200
    top = answer.partition(b"\r\n\r\n")[0].decode().lower()
    for name, value in HEADERS.items():
        assert f"{name}: {value}".lower() in top
    assert "\r\nserver:" not in top
    assert "\r\ndate:" not in top
    assert "uvicorn" not in answer.decode().lower()


def test_it_does_what_is_sent_with_all_proofs(page):
    before = page.house.deeds
    assert status(page.send(form(page))) == 200
    assert page.house.deeds > before


RAW = [
    ("no host", 400, {"host": False}, ()),
    ("two hosts", 400, {}, ("Host: evil.example",)),
    ("the same host twice", 400, {}, ("Host: 127.0.0.1:{port}",)),
    ("HTTP/1.0 without host", 421, {"first": "GET /token HTTP/1.0", "host": False}, ()),
    ("HTTP/1.0", 200, {"first": "GET /token HTTP/1.0"}, ()),
    ("HTTP/2.0", 505, {"first": "GET /token HTTP/2.0"}, ()),
    ("absolute form", 400, {"first": "GET http://evil.example/token HTTP/1.1"}, ()),
    ("absolute form of ours", 400, {"first": "GET http://127.0.0.1:{port}/token HTTP/1.1"}, ()),
    ("authority form", 400, {"first": "CONNECT evil.example:443 HTTP/1.1"}, ()),
    ("asterisk form", 400, {"first": "OPTIONS * HTTP/1.1"}, ()),
    ("no slash", 400, {"first": "GET token HTTP/1.1"}, ()),
    ("two slashes", 400, {"first": "GET //token HTTP/1.1"}, ()),
    ("small letters", 405, {"first": "get /token HTTP/1.1"}, ()),
    ("trace", 405, {"first": "TRACE /token HTTP/1.1"}, ()),
    ("folded header", 421, {"host": False}, ("Host: evil.example", " 127.0.0.1:{port}")),
    ("space before the colon", 400, {"host": False}, ("Host : 127.0.0.1:{port}",)),
    ("a null octet in a header", 400, {}, ("X-A: a\0b",)),
    ("both lengths", 400, {}, ("Content-Length: 3", "Transfer-Encoding: chunked")),
    ("two lengths", 400, {}, ("Content-Length: 3", "Content-Length: 4")),
    ("length of a look", 400, {}, ("Content-Length: 3",)),
    ("an odd transfer encoding", 400, {}, ("Transfer-Encoding: gzip, chunked",)),
    ("forwarded for", 200, {}, ("X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https")),
    ("an upgrade to a websocket is not made", 200, {}, ("Upgrade: websocket",)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "want", "how", "lines"), RAW, ids=[one[0] for one in RAW])
def test_what_no_browser_sends(page, name, want, how, lines):
    first = how.get("first", "GET /token HTTP/1.1").format(port=page.port)
    sent = head(
        page,
        *(line.format(port=page.port) for line in lines),
        first=first,
        host=how.get("host", True),
    )
    assert status(page.send(sent)) == want


def test_octets_that_are_no_request(page):
    assert status(page.send(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")) == 400


def test_a_head_without_an_end_is_refused_soon(page):
    sent = b"GET / HTTP/1.1\r\n" + b"X-A: " + b"a" * (server.HEAD_OCTETS + 10)
    assert status(page.send(sent)) == 400


def test_a_second_request_behind_a_refused_form_is_not_taken(page):
    """What follows the head of a refused form may be anything: it is no request."""
    before = page.house.deeds
    smuggled = form(page)
    sent = form(page, "Origin: http://evil.example") + smuggled
    answer = page.send(sent)
    assert status(answer) == 403
    assert answer.count(b"HTTP/1.1") == 1
    assert page.house.deeds == before


def test_it_is_heard_at_one_address_alone(page):
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", page.port), 1):  # noqa: PT011
        pass


def test_slow_heads_are_cut(monkeypatch):
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.3)
    with opened() as page:
        for octets in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"):
            assert page.send(octets) == b""
        # The head of a second request on one connection is waited for no longer.
        kept = head(page).replace(b"Connection: close\r\n", b"")
        with socket.create_connection(("127.0.0.1", page.port), 10) as line:
            line.sendall(kept)
            assert status(line.recv(65_536)) == 200
            line.sendall(b"GET / HT")
            assert b"HTTP/1.1" not in received(line)


def test_a_slow_form_is_refused():
    with opened(Limits(body_seconds=0.3)) as page:
        sent = form(page)
        before = page.house.deeds
        assert status(page.send(sent[:-3])) == 408
        assert page.house.deeds == before


def test_answers_that_nobody_takes_are_cut(monkeypatch):
    monkeypatch.setattr(server, "DRAIN_SECONDS", 0.3)
    with opened() as page:
        page.house.drawer.made = type(page.house.drawer.made)(b"\xff" * (6 << 20), 1, 1)
        page.house.hold("/pictures/one.jpg")
        address = page.house.pictures.url("/pictures/one.jpg", 160)
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            line.settimeout(10)
            line.connect(("127.0.0.1", page.port))
            line.sendall(head(page, first=f"GET {address} HTTP/1.1"))
            assert line.recv(12) == b"HTTP/1.1 200"
            until = time.monotonic() + 20
            while page.server.server_state.connections and time.monotonic() < until:
                time.sleep(0.02)
            assert len(received(line)) < 6 << 20


def test_too_many_connections_are_told_so(monkeypatch):
    monkeypatch.setattr(server, "CONNECTIONS", 3)
    with opened() as page:
        idle = [socket.create_connection(("127.0.0.1", page.port), 5) for _ in range(3)]
        assert status(page.send(head(page))) == 503
        for line in idle:
            line.close()


def test_a_look_does_not_wait_for_a_deed_and_deeds_come_one_at_a_time():
    inside, go_on, most = threading.Event(), threading.Event(), []
    now = []

    def slow() -> str:
        now.append(1)
        most.append(len(now))
        inside.set()
        assert go_on.wait(10)
        now.pop()
        return "done"

    with opened() as page:
        page.house.gate._inner.add_api_route("/slow", slow, methods=["POST"])
        sent = form(page, first="POST /slow HTTP/1.1")
        answers = []
        askers = [
            threading.Thread(target=lambda: answers.append(page.send(sent))) for _ in range(14)
        ]
        for one in askers:
            one.start()
        assert inside.wait(10)
        # More deeds wait than there are threads, and a look is answered all the same.
        assert status(page.send(head(page))) == 200
        go_on.set()
        for one in askers:
            one.join(10)
        assert [status(one) for one in answers] == [200] * 14
        assert set(most) == {1}


def test_the_registry_is_read_while_somebody_writes():
    with house() as made:
        other = threading.Thread(target=lambda: seen.append(made.get("/token").status_code))
        seen = []
        with made.registry.write():
            other.start()
            other.join(10)
        assert seen == [200]


@pytest.mark.parametrize("port", [70_000, -1])
def test_a_port_that_is_none(port):
    with pytest.raises(UsageError, match="no such port"):
        server.listen(port)


def test_a_port_that_is_taken():
    with server.listen() as taken:
        port = taken.getsockname()[1]
        assert taken.getsockname()[0] == "127.0.0.1"
        with pytest.raises(UsageError, match=str(port)) as caught:
            server.listen(port)
        assert "--port" in caught.value.remedy
